"""Solving one case after another in one process, each from the state of the one before."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Any, Protocol

import xarray as xr

from softsim.errors import SoftsimError
from softsim.outcome import WarmStart
from softsim.problem import Problem
from softsim.sweeps.design import Design, Index
from softsim.sweeps.sampling import Grids, sample
from softsim.sweeps.store.writing import CaseResult

READY = "ready"


class Runner(Protocol):
    """What solves a case: that of softsim itself, or a stand-in of the same form."""

    def __call__(
        self, problem: Problem, *, mode: str, engine: str, warm: WarmStart | None = None
    ) -> tuple[xr.Dataset, WarmStart | None]:
        """Return the result and the state that a neighbouring case can start from."""


class CaseSolver:
    """Solves the cases of a design, warm-starting each from the last one solved.

    Parameters
    ----------
    design : Design
    grids : Grids
    runner : Runner, optional
        That of softsim itself by default.
    """

    def __init__(self, design: Design, grids: Grids, runner: Runner | None = None) -> None:
        if runner is None:
            from softsim._simulate import run

            runner = run
        self._design, self._grids, self._runner = design, grids, runner
        self._last: tuple[str, Problem, WarmStart] | None = None

    def solve(self, index: Index) -> CaseResult:
        """Return the result of a case; a failure is a result with a reason."""
        start = time.perf_counter()
        result: dict[str, Any]
        try:
            problem, engine = self._design.case(index), self._design.engine_of(index)
            dataset, state = self._runner(
                problem, mode=self._design.mode, engine=engine, warm=self._warm(problem, engine)
            )
            self._last = None if state is None else (engine, problem, state)
            result = {
                "samples": sample(dataset, problem, self._grids),
                "iterations": float(dataset.attrs.get("iterations", "nan")),
                "warnings": str(dataset.attrs.get("warnings", "[]")),
            }
        except Exception as error:  # one case must never end a sweep
            self._last = None
            kind = "" if isinstance(error, SoftsimError) else f"{type(error).__name__}: "
            result = {"reason": " ".join(f"{kind}{error}".split())}
        return CaseResult(index=index, wall_time=time.perf_counter() - start, **result)

    def _warm(self, problem: Problem, engine: str) -> WarmStart | None:
        """Return the last state, if its engine and its tissue were the same."""
        if self._last is None or self._last[0] != engine or self._last[1].tissue != problem.tissue:
            return None
        return self._last[2]


def work(connection: Connection, design: Design, grids: Grids, runner: Runner | None) -> None:
    """Solve the cases that come through a pipe until it closes: the main function of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    threading.Thread(target=_follow_parent, daemon=True).start()
    solver = CaseSolver(design, grids, runner)
    with suppress(EOFError, OSError):  # the other end is closed: nothing is left to do
        connection.send(READY)
        while True:
            connection.send(solver.solve(connection.recv()))


def _follow_parent() -> None:
    """End this process when the one that started it is gone."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
