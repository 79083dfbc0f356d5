"""What a process of the live page solves: a preview, the answer, and files to take away."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import xarray as xr

from softsim._simulate import run, simulate
from softsim.app.choices import Choices
from softsim.app.views import view
from softsim.app.worker import Job, Worker
from softsim.edge_effects import with_section_ratio
from softsim.errors import SoftsimError
from softsim.outcome import WarmStart
from softsim.problem import Problem

KEPT = 8
"""Visitors whose last solution is kept, to start the next solve from and to make files of."""


@dataclass(frozen=True, slots=True)
class _Solved:
    """The last solution of a visitor."""

    problem: Problem
    dataset: xr.Dataset
    state: WarmStart | None


class StrokeSolver:
    """Solves steady strokes, each visitor's from that visitor's last one."""

    def __init__(self) -> None:
        self._last: OrderedDict[int, _Solved] = OrderedDict()

    def prepare(self) -> None:
        """Solve once what a page begins with, so that everything is imported and compiled."""
        self.answer(Job(0, 0, Choices().problem()), lambda _: None)

    def answer(self, job: Job, tell: Callable[[Any], None]) -> tuple[str, Any]:
        """Return a file, or the answer with what is known of the whole edge.

        The preview by small strain and the answer of the section are told on the way.
        """
        problem, last = job.problem, self._last.get(job.visitor)
        if job.file:
            known = last is not None and last.problem == problem
            dataset = last.dataset if known and last else simulate(problem, progress=False)
            return "file", file_of(dataset, job.file)
        with suppress(SoftsimError):  # where there is no preview there may be an answer
            tell(view(problem, run(problem, engine="linear")[0], preview=True))
        near = last.state if last is not None and last.problem.tissue == problem.tissue else None
        dataset, state = run(problem, warm=near)
        tell(view(problem, dataset, preview=False))
        dataset = with_section_ratio(problem, dataset)
        self._last[job.visitor] = _Solved(problem, dataset, state)
        self._last.move_to_end(job.visitor)
        while len(self._last) > KEPT:
            self._last.popitem(last=False)
        return "view", view(problem, dataset, preview=False)


def file_of(dataset: xr.Dataset, ending: str) -> bytes:
    """Return a result as a file.

    Parameters
    ----------
    dataset : Dataset
    ending : str
        ".nc", ".png" or ".svg".
    """
    if ending == ".nc":
        from softsim.results import netcdf_of

        return netcdf_of(dataset)
    from softsim import viz

    drawn = io.BytesIO()
    viz.plot(dataset).savefig(drawn, format=ending[1:])
    return drawn.getvalue()


def work(connection: Connection, memory: float) -> None:
    """Do jobs until the pipe closes: the main function of a process.

    Parameters
    ----------
    connection : Connection
    memory : float
        Most memory of the process [GB], where the system can hold it to that.
    """
    with suppress(ImportError):
        import resource

        most = int(memory * 1e9)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    Worker(connection, StrokeSolver()).run()
