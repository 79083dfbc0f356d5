"""The cases of a lesson solved, and what lies between them held against cases left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from softsim import progress
from softsim.app.lessons.interpolation import between, error
from softsim.app.lessons.lesson import Case, Lesson

Array = NDArray[np.float64]

ALLOWED = 0.02
"""Error over the range of a curve above which more cases are solved [-]."""
MOST_CASES = 33
"""Cases of one lesson; no more are solved, whatever the error is by then."""
FLAT = 0.1
"""Share of the largest number that its range counts at least, where it hardly changes [-]."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A lesson with its cases.

    Parameters
    ----------
    lesson : Lesson
    cases : tuple of Case
    errors : dict
        Largest error of every curve, over its range, at the cases left out [-].
    left_out : int
        How many these were.
    """

    lesson: Lesson
    cases: tuple[Case, ...]
    errors: dict[str, float]
    left_out: int

    @property
    def worst(self) -> float:
        """The largest of all errors [-]."""
        return max(self.errors.values())

    def table(self, name: str) -> Array:
        """Return a curve of all cases, or their ``"numbers"``.

        Returns
        -------
        ndarray, shape (n_cases, n_values)
            In the unit that is shown.
        """
        return _table(self.cases, name)


def solved(lesson: Lesson) -> Solved:
    """Solve a lesson until what lies between its cases is right to `ALLOWED`.

    Notes
    -----
    The cases left out lie in the middle between those that are solved, where interpolation is
    worst.  Where the error is too large they join them, and the next ones are left out.
    """
    cases = _solved(lesson, range(lesson.axis.count))
    while True:
        middles = [k + 0.5 for k in range(len(cases) - 1)]
        between_them = _solved(lesson, middles)
        errors: dict[str, float] = {}
        for place, case in zip(middles, between_them, strict=True):
            for name, off in _errors(lesson, cases, place, case).items():
                errors[name] = max(errors.get(name, 0.0), off)
        finer = 2 * len(cases) - 1
        if max(errors.values()) <= ALLOWED or finer > MOST_CASES:
            return Solved(lesson, tuple(cases), errors, len(middles))
        joined = [case for pair in zip(cases, between_them, strict=False) for case in pair]
        cases = [*joined, cases[-1]]
        lesson = replace(lesson, axis=replace(lesson.axis, count=finer))


def _solved(lesson: Lesson, places: Sequence[float]) -> list[Case]:
    """Solve the cases at places on the axis."""
    found: list[Case] = []
    for place in places:
        progress.report(len(found), len(places), lesson.name)
        found.append(lesson.solve(lesson.at(place)))
    return found


def _errors(lesson: Lesson, cases: Sequence[Case], place: float, case: Case) -> dict[str, float]:
    """Return the errors of every curve and number at a case left out, over their ranges."""
    found = {
        name: error(values, between(_table(cases, name), place))
        for name, values in case.sample.items()
    }
    table = _table(cases, "numbers")
    scales = np.maximum(np.ptp(table, axis=0), FLAT * np.abs(table).max(axis=0))
    off = np.abs(between(table, place) - np.array(case.numbers))
    shares = off / np.where(scales > 0.0, scales, 1.0)
    labels = [number.label for number in lesson.numbers]
    return found | dict(zip(labels, shares.tolist(), strict=True))


def _table(cases: Sequence[Case], name: str) -> Array:
    """Return a curve of all cases, or their numbers."""
    return np.array([c.numbers if name == "numbers" else c.sample[name] for c in cases])
