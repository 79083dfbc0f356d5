"""A stroke as a program of phases: what the tool does, for how long and in how many steps.

Every engine walks the same program.  How many steps it takes is its own affair and stands in its
`StepRule`; that the phases of a stroke are a press, a dwell, passes there and back, and a lift is
known here alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softsim.load import Load
from softsim.problem import Problem

Array = NDArray[np.float64]

PRESS_TIME = 0.2
"""Duration of a press when none is given [s]."""

CLEARANCE = 0.1
"""Height of the tool over the skin after a lift, in parts of the indentation [-]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """How many steps an engine takes.

    Parameters
    ----------
    press, dwell, lift : int
        Steps of these phases where the user gives no number.
    least : callable
        From the number of all steps that the user gives and the number of phases to the steps
        that every phase has at least.
    dwell_power : float
        A share of the steps of a dwell takes this power of it of the time; above 1 its first steps
        are short.
    passes_alike : bool
        All passes take the same number of steps; otherwise they share the steps of the slide, none
        lost.
    """

    press: int
    dwell: int
    lift: int
    least: Callable[[int, int], int]
    dwell_power: float = 1.0
    passes_alike: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One part of a stroke.

    Parameters
    ----------
    name : {"press", "dwell", "slide", "lift"}
    duration : float
        [s].
    steps : int
    pass_number : int
        From 1; 0 in other phases than a slide.
    start, travel : float
        Where a pass begins and how far it goes, ahead of where the tool first stands; the travel
        of a way back is below 0 [m].
    power : float
        Power of the share of the steps that is the share of the time [-].
    """

    name: str
    duration: float
    steps: int
    pass_number: int = 0
    start: float = 0.0
    travel: float = 0.0
    power: float = 1.0

    @property
    def durations(self) -> Array:
        """Durations of the steps [s], shape (steps,)."""
        return np.diff(self.duration * np.linspace(0.0, 1.0, self.steps + 1) ** self.power)

    def load(self, full: Load, share: float, lifted_from: float) -> Load:
        """Return the load after a share of the steps.

        Parameters
        ----------
        full : Load
            Of the stroke.
        share : float
            Of the steps of this phase [-].
        lifted_from : float
            Indentation before this phase [m].
        """
        if self.name == "press":
            return full.times(share)
        if self.name == "lift":
            over = -CLEARANCE * abs(lifted_from)
            return Load("indentation", lifted_from + (over - lifted_from) * share)
        return full


@dataclass(frozen=True, slots=True)
class Program:
    """Phases of a press or a transient, in order."""

    mode: str
    phases: tuple[Phase, ...]

    @classmethod
    def of(cls, problem: Problem, mode: str, rule: StepRule, *, pass_steps: int = 1) -> Program:
        """Return the program of a stroke.

        Parameters
        ----------
        problem : Problem
            With speed and length for a transient.
        mode : {"press", "transient"}
        rule : StepRule
        pass_steps : int
            Steps of a pass where the user gives no number.
        """
        stroke = problem.stroke
        passes = int(stroke.passes) if mode == "transient" else 0
        length = float(stroke.length or 0.0)
        pass_time = length / abs(float(stroke.speed)) if stroke.speed else 0.0
        durations = {
            "press": float(stroke.press_time or PRESS_TIME),
            "dwell": float(stroke.dwell),
            "slide": passes * pass_time,
            "lift": float(stroke.lift_time or 0.0) if passes else 0.0,
        }
        durations = {name: time for name, time in durations.items() if time > 0.0}
        counts = {
            "press": rule.press,
            "dwell": rule.dwell,
            "slide": passes * pass_steps,
            "lift": rule.lift,
        }
        if problem.resolution.steps is not None:
            counts = _shared_steps(durations, int(problem.resolution.steps), rule)
        phases: list[Phase] = []
        for name, duration in durations.items():
            if name == "slide":
                phases += _passes(length, pass_time, _pass_steps(counts[name], passes, rule))
            else:
                power = rule.dwell_power if name == "dwell" else 1.0
                phases.append(Phase(name=name, duration=duration, steps=counts[name], power=power))
        return cls(mode, tuple(phases))

    @property
    def steps(self) -> int:
        """Number of all steps."""
        return sum(phase.steps for phase in self.phases)

    @property
    def passes(self) -> int:
        """Number of passes."""
        return max(phase.pass_number for phase in self.phases)

    @property
    def times(self) -> Array:
        """Times between the steps [s], 0 first, shape (steps + 1,)."""
        return np.append(0.0, np.cumsum(np.concatenate([x.durations for x in self.phases])))


def _shared_steps(durations: dict[str, float], total: int, rule: StepRule) -> dict[str, int]:
    """Share `total` steps among phases by duration, a few to each."""
    least = rule.least(total, len(durations))
    whole = sum(durations.values())
    steps = {name: max(least, round(total * time / whole)) for name, time in durations.items()}
    longest = max(durations, key=durations.__getitem__)
    steps[longest] = max(1, steps[longest] + total - sum(steps.values()))
    return steps


def _pass_steps(steps: int, passes: int, rule: StepRule) -> list[int]:
    """Return the steps of every pass of a slide."""
    if rule.passes_alike:
        return [max(1, round(steps / passes))] * passes
    return [max(1, steps * (k + 1) // passes - steps * k // passes) for k in range(passes)]


def _passes(length: float, duration: float, steps: list[int]) -> list[Phase]:
    """Return the passes of a slide, there and back in turn."""
    return [
        Phase(
            name="slide",
            duration=duration,
            steps=count,
            pass_number=k + 1,
            start=length if k % 2 else 0.0,
            travel=-length if k % 2 else length,
        )
        for k, count in enumerate(steps)
    ]
