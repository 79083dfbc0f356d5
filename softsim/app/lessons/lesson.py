"""What a lesson is: a question, a slider, the cases between their ends, and a finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from softsim.app.lessons.sampling import Sample

if TYPE_CHECKING:
    from softsim.problem import Problem

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Axis:
    """The slider of a lesson.

    Parameters
    ----------
    name, label, unit : str
    low, high : float
        Ends, in the unit.
    count : int
        Cases that are solved, ends included.
    is_log : bool
        Whether they are spaced by equal factors.
    """

    name: str
    label: str
    unit: str
    low: float
    high: float
    count: int
    is_log: bool = False

    def value(self, place: float) -> float:
        """Return the value at a place, 0 for the first case and `count` - 1 for the last one."""
        share = place / (self.count - 1)
        if self.is_log:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + (self.high - self.low) * share


@dataclass(frozen=True, slots=True)
class Number:
    """One number beside the pictures.

    Parameters
    ----------
    label, unit : str
    """

    label: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One solved case: its curves, its numbers, what speaks against it.

    Parameters
    ----------
    sample : dict
        Curves by name, flat.
    numbers : tuple of float
        In the units of the lesson's numbers.
    cautions : tuple of str
    """

    sample: Sample
    numbers: tuple[float, ...]
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One question and what answers it.

    Parameters
    ----------
    name : str
        Of its file.
    question, look : str
        Title, and one sentence on where to look.
    axis : Axis
    problem : callable
        Value of the axis → the problem that is solved.
    solve : callable
        That problem → its case.
    numbers : tuple of Number
    profiles : tuple of (str, str)
        Name of a curve and the label of its axis; curves that share a label share a picture.
    names : tuple of str
        What the curves of a shared picture are called.
    finding : callable
        Numbers of all cases, shape (n_cases, n_numbers) → one sentence.
    half : float
        Half of the width that is shown [mm]; 0 where no section is shown.
    """

    name: str
    question: str
    look: str
    axis: Axis
    problem: Callable[[float], Problem]
    solve: Callable[[Problem], Case]
    numbers: tuple[Number, ...]
    profiles: tuple[tuple[str, str], ...]
    names: tuple[str, ...] = ()
    finding: Callable[[Array], str]
    half: float = 0.0

    def at(self, place: float) -> Problem:
        """Return the problem at a place on the axis."""
        return self.problem(self.axis.value(place))
