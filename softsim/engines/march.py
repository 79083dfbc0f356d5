"""The walk of an engine through a program: which steps are shown, and what a failure leaves."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from softsim import progress
from softsim.errors import ConvergenceError
from softsim.outcome import Array, Outcome, Snapshot
from softsim.program import Phase, Program


class Walker(Protocol):
    """A tool on its way in some engine, at rest at first."""

    @property
    def time(self) -> float:
        """Time of the present state [s]."""

    def begin(self, phase: Phase) -> None:
        """Turn to a phase."""

    def advance(self, phase: Phase, number: int, *, shown: bool) -> None:
        """Take step `number`, from 1, of a phase; `shown`: a snapshot is asked for after it."""

    def snapshot(self) -> Snapshot:
        """Return the present state."""

    def recovered(self) -> Snapshot | None:
        """Return the last state before a step that failed, None where it is lost."""


def march(
    program: Program,
    walker: Walker,
    outcome: Callable[[Array, tuple[Snapshot, ...]], Outcome],
    *,
    most: int,
) -> Outcome:
    """Walk through a program.

    Parameters
    ----------
    program : Program
    walker : Walker
    outcome : callable
        From times [s] and snapshots to what was solved.
    most : int
        More steps than these are thinned in the outcome.

    Raises
    ------
    ConvergenceError
        When a step fails; its `partial` is the `Outcome` so far.
    """
    total, count = program.steps, 0
    stride = math.ceil(total / most)
    times, snapshots = [walker.time], [walker.snapshot()]

    def solved() -> Outcome:
        return outcome(np.asarray(times), tuple(snapshots))

    for phase in program.phases:
        walker.begin(phase)
        # of many passes not every turn is shown
        turns = 0 < phase.pass_number < program.passes
        end_shown = phase.steps >= stride or not turns
        for number in range(1, phase.steps + 1):
            progress.report(count, total, program.mode)
            count += 1
            shown = count % stride == 0 or (number == phase.steps and end_shown)
            try:
                walker.advance(phase, number, shown=shown)
            except ConvergenceError as error:
                last = walker.recovered()
                if last is not None and walker.time > times[-1]:
                    times.append(walker.time)
                    snapshots.append(last)
                error.partial = replace(solved(), incomplete=str(error))
                raise
            if shown:
                times.append(walker.time)
                snapshots.append(walker.snapshot())
    return solved()
