"""The walk of an engine through a program: which steps are shown, and what a failure leaves."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from softsim import progress
from softsim.errors import ConvergenceError, Interrupted
from softsim.outcome import Array, Outcome, Snapshot, ToolState
from softsim.program import Phase, Program

LOOKED_AT = 2.0
"""Time after which the time of the rest is known well enough [s]."""

LONG = 60.0
"""Time that a user is warned of [s]."""


def told(program: Program) -> dict[str, str]:
    """Return what a result says of histories that were made coarser; nothing where none was."""
    return {"history_changes": "; ".join(program.changes)} if program.changes else {}


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

    def state(self) -> ToolState:
        """Return the tool at present, as the problem sees it; quick, for it is asked every step."""

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
        More steps than these are thinned in the outcome, which has the tool at all of them then.

    Raises
    ------
    ConvergenceError
        When a step fails; its `partial` is the `Outcome` so far.
    Interrupted
        When the user ends it; likewise.
    """
    total, count, clock = program.steps, 0, _Clock(program.steps)
    stride = math.ceil(total / most)
    times, snapshots = [walker.time], [walker.snapshot()]
    every = [(walker.time, walker.state())] if stride > 1 else []

    def solved() -> Outcome:
        found = outcome(np.asarray(times), tuple(snapshots))
        if not every:
            return found
        moments, states = zip(*every, strict=True)
        return replace(found, every_time=np.asarray(moments), every=states)

    for phase in program.phases:
        walker.begin(phase)
        # of many passes not every turn is shown
        turns = 0 < phase.pass_number < program.passes
        end_shown = phase.steps >= stride or not turns
        for number in range(1, phase.steps + 1):
            progress.report(count, total, program.mode)
            clock.tick(count)
            count += 1
            shown = count % stride == 0 or (number == phase.steps and end_shown)
            try:
                walker.advance(phase, number, shown=shown)
                if shown:
                    shot = walker.snapshot()
                if every:
                    every.append((walker.time, walker.state()))
            except ConvergenceError as error:
                last = walker.recovered()
                if last is not None and walker.time > times[-1]:
                    times.append(walker.time)
                    snapshots.append(last)
                error.partial = replace(solved(), incomplete=str(error))
                raise
            except KeyboardInterrupt:
                end = program.times[-1]
                text = f"interrupted by the user after {times[-1]:.3g} s of {end:.3g} s"
                raise Interrupted(replace(solved(), incomplete=text)) from None
            if shown:
                snapshots.append(shot)
                times.append(walker.time)
    return solved()


class _Clock:
    """Tells a solve that will take long, once, from how long its first steps took.

    Parameters
    ----------
    total : int
        Number of steps.
    """

    def __init__(self, total: int) -> None:
        self.total, self.begun, self.is_done = total, 0.0, False

    def tick(self, count: int) -> None:
        """Note that so many steps are done; the first may compile kernels and does not count."""
        if count <= 1:
            self.begun = time.perf_counter()
            return
        spent = time.perf_counter() - self.begun
        if self.is_done or spent < LOOKED_AT:
            return
        self.is_done = True
        left = spent / (count - 1) * (self.total - count)
        if left > LONG:
            progress.warn(
                f"about {left / 60.0:.2g} min left for {self.total - count} steps; an interrupt "
                "(Ctrl-C) returns what was solved by then"
            )
