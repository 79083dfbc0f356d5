"""Numbers of a stroke that change on its way: series over time or place, as people log them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from softsim.checks import checked_items
from softsim.errors import InputError, shown
from softsim.units import Quantity, to_si

Array = NDArray[np.float64]
MOST_POINTS = 200_000
COARSER = 1.25
"""Factor of the tolerance while a simplified history has too many points."""


@dataclass(frozen=True, slots=True)
class History:
    """A number that changes during a stroke: straight lines between points in time, or in place.

    Give it to `Stroke` as force, pressure, indentation, angle or speed.  Over time it begins with
    the slide (the press before goes to its first load); every pass plays it anew.

    Parameters
    ----------
    time : sequence of float or str, optional
        Increasing [s].
    value : sequence of float or str
        As many; bare numbers are in `unit`, or SI.
    place : sequence of float or str, optional
        Instead of `time`: ahead of where the tool first stands, increasing [m].
    unit : str
        Of bare numbers in `value`, e.g. ``"N"`` or ``"deg"``.

    Examples
    --------
    >>> History(["0 s", "0.3 s", "0.6 s"], ["4 N", "8.9 N", "5 N"]).duration
    0.6
    """

    time: tuple[float, ...] | None = None
    value: tuple[Quantity, ...] = ()
    place: tuple[float, ...] | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        if (self.time is None) == (self.place is None):
            given = "neither" if self.time is None else "both"
            raise InputError(f"history got {given} time and place; must have exactly one of them")
        name, unit = ("time", "s") if self.place is None else ("place", "m")
        axis = checked_items(getattr(self, name), f"{name} of the history", MOST_POINTS)
        axis = tuple(to_si(x, unit, f"{name}[{k}] of the history") for k, x in enumerate(axis))
        value = checked_items(self.value, "value of the history", MOST_POINTS)
        if len(axis) != len(value) or len(axis) < 2:
            raise InputError(
                f"history has {len(axis)} points of {name} and {len(value)} values; must have as "
                "many of both, at least 2"
            )
        falls = np.flatnonzero(np.diff(axis) <= 0.0)
        if falls.size:
            k = int(falls[0])
            raise InputError(
                f"{name} of the history goes from {axis[k]:g} {unit} to {axis[k + 1]:g} {unit}; "
                "must increase from point to point (sort it, and leave out what is there twice)"
            )
        if not isinstance(self.unit, str):
            raise InputError(f"unit of the history is {shown(self.unit)}; must be text such as 'N'")
        if self.unit:
            plain = all(not isinstance(x, str) for x in value)
            if not plain:
                raise InputError(
                    f"unit of the history is {shown(self.unit)} and its values are texts with "
                    "units; leave one of them out"
                )
            value = tuple(f"{float(x)!r} {self.unit}" for x in value)
        for field, given_value in ((name, axis), ("value", value), ("unit", "")):
            object.__setattr__(self, field, given_value)

    def __repr__(self) -> str:
        low, high = self.axis[0], self.axis[-1]
        over = "s" if self.place is None else "m"
        return f"History({len(self.value)} points, {low:g} to {high:g} {over})"

    @property
    def axis(self) -> Array:
        """Times [s] or places [m] of the points, shape (n,)."""
        return np.asarray(self.time if self.place is None else self.place, np.float64)

    @property
    def values(self) -> Array:
        """Values of the points in SI, shape (n,); of a history that a stroke holds."""
        return np.asarray(self.value, np.float64)

    @property
    def is_over_time(self) -> bool:
        """Whether the history is over time."""
        return self.place is None

    @property
    def duration(self) -> float:
        """Distance of the last point from the first [s], or [m] over place."""
        return float(self.axis[-1] - self.axis[0])

    @property
    def largest(self) -> float:
        """Largest value, in SI."""
        return float(self.values.max())

    def of(self, read: Callable[[Quantity, str], float]) -> History:
        """Return the history with its values in SI.

        Parameters
        ----------
        read : callable
            From a value and the words for where it stands to the number in SI.
        """
        unit = "s" if self.place is None else "m"
        pairs = zip(self.value, self.axis, strict=True)
        return replace(self, value=tuple(read(x, f"at {at:g} {unit}") for x, at in pairs))

    def at(self, where: Array) -> Array:
        """Return values in SI, shape (n,), those of the ends beyond them.

        Parameters
        ----------
        where : ndarray, shape (n,)
            Times [s] or places [m].
        """
        return np.interp(where, self.axis, self.values)

    def with_zeros(self) -> tuple[Array, Array]:
        """Return times or places, and values in SI, with points more where they go through 0."""
        axis, values = self.axis, self.values
        change = np.flatnonzero(values[1:] * values[:-1] < 0.0)
        share = values[change] / (values[change] - values[change + 1])
        crossings = axis[change] + share * (axis[change + 1] - axis[change])
        order = np.append(axis, crossings)
        place = order.argsort(kind="stable")
        return order[place], np.append(values, np.zeros(crossings.size))[place]

    def simplified(self, tolerance: float, most: int) -> tuple[History, float]:
        """Return the history on few of its points, the largest and the least value among them.

        Parameters
        ----------
        tolerance : float
            How far a point may lie off the straight lines between those that are kept, in SI.
        most : int
            More points than these make the tolerance larger.

        Returns
        -------
        history : History
        off : float
            How far the points left out lie off at most, in SI.
        """
        axis, values = self.axis, self.values
        kept = _corners(axis, values, tolerance)
        while kept.size > max(most, 4):
            tolerance = COARSER * tolerance or 1e-9 * float(np.abs(values).max() or 1.0)
            kept = _corners(axis, values, tolerance)
        off = float(np.abs(np.interp(axis, axis[kept], values[kept]) - values).max())
        points, value = tuple(axis[kept].tolist()), tuple(values[kept].tolist())
        if self.place is None:
            return History(time=points, value=value), off
        return History(place=points, value=value), off


def _corners(axis: Array, values: Array, tolerance: float) -> NDArray[np.int64]:
    """Return the points between which straight lines are nowhere further off than a tolerance.

    Ramer's and Douglas' and Peucker's, in the values; begins with the ends and the extremes.
    """
    start = np.unique([0, int(values.argmin()), int(values.argmax()), values.size - 1])
    kept = set(start.tolist())
    spans = list(zip(start[:-1].tolist(), start[1:].tolist(), strict=True))
    while spans:
        low, high = spans.pop()
        if high - low < 2:
            continue
        share = (axis[low + 1 : high] - axis[low]) / (axis[high] - axis[low])
        line = values[low] + share * (values[high] - values[low])
        away = np.abs(values[low + 1 : high] - line)
        k = int(away.argmax())
        if away[k] > tolerance:
            middle = low + 1 + k
            kept.add(middle)
            spans += [(low, middle), (middle, high)]
    return np.array(sorted(kept), np.int64)
