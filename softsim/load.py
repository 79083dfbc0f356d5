"""What presses a tool: one load of one kind, and the force that meets a mean pressure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from softsim.errors import InputError
from softsim.problem import Problem
from softsim.stroke import LoadKind

Answer = TypeVar("Answer")

# Secants in logarithms: a slope is not taken flatter than this, nor the first one other than that
# of a contact that widens as the root of the force.
LEAST_SLOPE, FIRST_SLOPE = 0.1, 0.5


@dataclass(frozen=True, slots=True)
class Load:
    """What is prescribed.

    Parameters
    ----------
    kind : {"force", "pressure", "indentation"}
    value : float
        Normal force, per length across on a section [N/m], on a whole edge [N]; mean contact
        pressure [Pa]; or depth [m].
    """

    kind: LoadKind
    value: float

    @classmethod
    def on_section(cls, problem: Problem) -> Load:
        """Return the load of a problem per length across."""
        line_load, stroke = problem.line_load, problem.stroke
        return cls(stroke.load_kind, stroke.load if line_load is None else line_load)

    @property
    def force(self) -> float | None:
        """The value where a force is given, else None."""
        return self.value if self.kind == "force" else None

    @property
    def indentation(self) -> float | None:
        """The value where an indentation is given, else None."""
        return self.value if self.kind == "indentation" else None

    def times(self, share: float) -> Load:
        """Return a multiple of the load."""
        return replace(self, value=self.value * share)

    def check_contact(self) -> None:
        """Refuse what does not drive a contact by itself: a mean pressure, or nothing."""
        if self.kind == "pressure" or not self.value > 0.0:
            raise InputError(
                f"the load is a {self.kind} of {self.value}; must be a force or indentation above 0"
            )


def force_at_pressure(
    trial: Callable[[float], tuple[Answer, float]],
    first: float,
    *,
    largest_step: float,
    solves: int,
    secants: int,
) -> tuple[Answer, float]:
    """Find the force whose mean contact pressure is the one asked for.

    Secants in logarithms, then halving: the mean jumps where another part of the tool comes to
    bear.

    Parameters
    ----------
    trial : callable
        From a force to the contact there and its excess: ln of the mean pressure over the one
        asked for, exactly 0 where that is met well enough.
    first : float
        Force to begin with.
    largest_step : float
        Of ln force.
    solves, secants : int
        Contacts solved at most, and those before halving.

    Returns
    -------
    contact, excess
        The first with excess 0, or the nearest of the last two on either side.
    """
    place = math.log(first)
    before: tuple[float, float] | None = None
    sides: dict[bool, tuple[float, float, Answer]] = {}
    for number in range(solves):
        found, excess = trial(math.exp(place))
        if excess == 0.0:
            return found, excess
        sides[excess > 0.0] = (place, excess, found)
        if number >= secants and len(sides) == 2:
            place = 0.5 * (sides[False][0] + sides[True][0])
            continue
        slope = FIRST_SLOPE
        if before is not None and place != before[0]:
            slope = (excess - before[1]) / (place - before[0])
        before = (place, excess)
        place -= min(max(excess / max(slope, LEAST_SLOPE), -largest_step), largest_step)
    _, excess, found = min(sides.values(), key=lambda side: abs(side[1]))
    return found, excess
