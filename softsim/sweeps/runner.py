"""Run every missing case of a design into its store; safe to interrupt and repeat.

With one worker the cases are solved in this process.  With more, each worker is a process of its
own with one thread.  The cases still to do are cut into one contiguous block per worker, so that
nearly every case is solved right after a neighbour and starts from its state; a worker that has
finished its block takes the second half of the longest one left.  Workers are handed one case at a
time and this process alone writes, so it always knows which cases a dead worker had in flight.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import xarray as xr
from tqdm import tqdm

from softsim.errors import InputError, shown
from softsim.sweeps.design import Design, Index, load_design
from softsim.sweeps.sampling import Grids
from softsim.sweeps.store.opening import open_sweep
from softsim.sweeps.store.writing import CaseResult, Store
from softsim.sweeps.worker import READY, CaseSolver, Runner, work

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
MOST_TRIES = 2  # of a case whose worker died
PATIENCE = 5.0  # [s] for a worker to end when asked to


def sweep(
    design: Design | str | Path,
    store: str | Path,
    workers: int = 1,
    *,
    runner: Runner | None = None,
    retry_failed: bool = False,
    progress: bool = True,
) -> xr.Dataset:
    """Run every missing case of a design into its store.

    Parameters
    ----------
    design : Design, str or Path
        The design, or its TOML file.
    store : str or Path
        Folder of the Zarr store: created, or continued where an earlier run of the same design
        stopped.
    workers : int
        Number of processes; 1 solves in this one.
    runner : Runner, optional
        What solves a case in place of softsim itself; returns the result and, for the next case, a
        state to start from or None.  It must be a function of an importable module when there are
        several workers.
    retry_failed : bool
        Whether cases that failed before are tried again.
    progress : bool
        Whether to show a progress bar (on standard error).

    Returns
    -------
    xarray.Dataset
        The store opened with `open_sweep`: one dimension per swept parameter.

    Raises
    ------
    InputError
        The design is impossible, or the store is of another design or cannot be written.  A case
        that fails does not raise: its values are NaN and `reason` says why.

    Notes
    -----
    A case that starts from the state of its neighbour may end on a slightly different grid than one
    solved from nothing, so that results for other numbers of workers differ by the error of the
    grid, not only by the tolerance of the solver.

    A script that calls this with several workers needs ``if __name__ == "__main__":``, since each
    worker imports the script.

    Examples
    --------
    >>> import softsim as ss
    >>> cube = ss.sweep("pressure_angle_speed.toml", "results.zarr", workers=2)  # doctest: +SKIP
    """
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise InputError(f"workers is {shown(workers)}; must be a whole number of at least 1")
    if not isinstance(design, Design):
        design = load_design(design)
    cube = Store.prepare(store, design)
    try:
        cases = cube.missing(retry_failed=retry_failed)
        if cases:
            cube.begin()
        solved = _solved(design, cube.grids, runner, cases, min(workers, len(cases)))
        with closing(solved):  # workers end even where the store does not take a result
            _write_all(cube, solved, len(cases), progress=progress)
    finally:
        cube.close()
    return open_sweep(store, verify=False)  # what was there before was compared, the rest is new


def _write_all(cube: Store, solved: Iterable[CaseResult], n_cases: int, *, progress: bool) -> None:
    """Write results as they come, with a bar over all cases of the design."""
    total = cube.design.n_cases
    with tqdm(total=total, initial=total - n_cases, unit="case", disable=not progress) as bar:
        failed = 0
        for result in solved:
            cube.write(result)
            failed += result.samples is None
            if failed:
                bar.set_postfix(failed=failed, refresh=False)
            bar.update()


def _solved(
    design: Design, grids: Grids, runner: Runner | None, cases: Sequence[Index], workers: int
) -> Generator[CaseResult, None, None]:
    """Yield the result of every case, in the order in which they finish."""
    if workers <= 1:
        solver = CaseSolver(design, grids, runner)
        for index in cases:
            yield solver.solve(index)
        return
    with ExitStack() as stack:
        crew = [_Worker(design, grids, runner) for _ in range(workers)]
        for worker in crew:
            stack.callback(worker.stop)
        for worker, block in zip(crew, _blocks(cases, workers), strict=True):
            worker.block.extend(block)
            worker.start()
        yield from _conducted(crew)


def _conducted(crew: Sequence[_Worker]) -> Iterator[CaseResult]:
    """Hand cases to workers and yield their results until none is left."""
    tries: dict[Index, int] = {}
    while any(worker.connection for worker in crew):
        waiting = {w.connection: w for w in crew if w.connection is not None}
        for connection in wait(list(waiting)):
            worker = waiting[connection]  # type: ignore[index]
            try:
                message = worker.receive()
            except (EOFError, OSError):
                yield from _after_death(worker, tries)
            else:
                if isinstance(message, CaseResult):
                    yield message
            worker.go_on(crew)


def _after_death(worker: _Worker, tries: dict[Index, int]) -> Iterator[CaseResult]:
    """Put the case a dead worker had in flight back, or give it up, and replace the worker."""
    was_ready, index = worker.ready, worker.in_flight
    code = worker.stop()
    if not was_ready:
        raise InputError(
            f"a worker process ended before its first case (exit code {code}); a script that "
            'sweeps with several workers needs: if __name__ == "__main__":'
        )
    if index is not None:
        tries[index] = tries.get(index, 0) + 1
        if tries[index] < MOST_TRIES:
            worker.block.appendleft(index)
        else:
            reason = f"the worker process died {MOST_TRIES} times in this case (exit code {code})"
            yield CaseResult(index=index, reason=reason)
    worker.start()


@dataclass(slots=True, eq=False)
class _Worker:
    """One worker process, its block of cases, and the pipe to it."""

    design: Design
    grids: Grids
    runner: Runner | None
    block: deque[Index] = field(default_factory=deque)
    process: BaseProcess | None = None
    connection: Connection | None = None
    in_flight: Index | None = None
    ready: bool = False

    def start(self) -> None:
        """Start a process; it reports when it is ready."""
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(
            target=work, args=(theirs, self.design, self.grids, self.runner), daemon=True
        )
        self.in_flight, self.ready = None, False
        with one_thread():
            self.process.start()
        theirs.close()  # so that its end shows as the end of the pipe

    def receive(self) -> object:
        """Return the next message of the process."""
        if self.connection is None:
            raise EOFError
        message = self.connection.recv()
        if message == READY:
            self.ready = True
        self.in_flight = None
        return message

    def go_on(self, crew: Iterable[_Worker]) -> None:
        """Hand the process its next case, or let it end where none is left."""
        if self.connection is None or not self.ready or self.in_flight is not None:
            return
        if not self.block:
            longest = max(crew, key=lambda worker: len(worker.block)).block
            taken = [longest.pop() for _ in range((len(longest) + 1) // 2)]
            self.block.extend(reversed(taken))
        if not self.block:
            self.stop()
            return
        self.in_flight = self.block.popleft()
        with suppress(OSError):  # where it died, the next receive says so
            self.connection.send(self.in_flight)

    def stop(self) -> int | None:
        """End the process and return its exit code."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None
        if self.process is None:
            return None
        if self.in_flight is not None or not self.ready:
            self.process.terminate()
        self.process.join(PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        return self.process.exitcode


def _blocks(cases: Sequence[Index], n_blocks: int) -> list[Sequence[Index]]:
    """Cut a list into contiguous blocks of nearly equal length."""
    cuts = [len(cases) * k // n_blocks for k in range(n_blocks + 1)]
    return [cases[low:high] for low, high in itertools.pairwise(cuts)]


@contextmanager
def one_thread() -> Iterator[None]:
    """Give processes started inside one thread each, before they import numpy."""
    before = {name: os.environ.get(name) for name in THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
