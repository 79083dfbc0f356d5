"""First guesses of the steps of a slide: what the step one span earlier did, carried on by a span.

Spans under the tool are equally long, and a tool on its way does on every span what it did on the
one before.  What it did within the last span, span by span further, is so the best that is known of
the next step; a straight line through the last two states misses where functions come to touch.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from softsim.engines.finite.contact import Touch, Window
from softsim.engines.finite.tissue.basis import Array

KEPT = 6  # states: the steps of one span and one more
NEAR = 0.1  # of a span: ways that count as whole spans
SAME_PLACE = 1e-6  # of a span: rounding of places


@dataclass(frozen=True, eq=False)
class Guess:
    """Where a step is started from.

    Parameters
    ----------
    displacement : ndarray, shape (n_along, n_depth, 2)
        [m].
    depth : float
        Of the tool [m].
    pressure, drag : ndarray, shape (n_along,), optional
        On the functions of the skin [Pa]; by default those of the present state.
    """

    displacement: Array
    depth: float
    pressure: Array | None = None
    drag: Array | None = None

    def touch(self, present: Touch, window: Window) -> Touch:
        """Return the contact of the guess; `present` is that of the state before, in `window`."""
        touch = present.copy()
        touch.depth = self.depth
        if self.pressure is not None and self.drag is not None:
            touch.pressure = self.pressure[window.functions]
            touch.drag = self.drag[window.functions]
        return touch


@dataclass(frozen=True, eq=False)
class State:
    """What a step has ended in.

    `displacement` has the shape (n_along, n_depth, 2) [m]; `pressure` and `drag` are those on the
    functions of the skin, shape (n_along,) [Pa]; `along` and `depth` are those of the tool [m], and
    `share` is the part of its phase that the step took.
    """

    displacement: Array
    pressure: Array
    drag: Array
    along: float
    depth: float
    share: float


class Trail:
    """The last states of a phase.

    Parameters
    ----------
    size : float
        Length of the spans under the tool [m].
    places : ndarray, shape (n_along,)
        Of the functions along [m].
    """

    def __init__(self, size: float, places: Array) -> None:
        self.size, self.places = size, places
        self.states: deque[State] = deque(maxlen=KEPT)

    def add(self, displacement: Array, touch: Touch, window: Window, share: float) -> None:
        """Note the state after a step, or at the start of a phase with a share of 0.

        `displacement` has the shape (n_along, n_depth, 2) [m].
        """
        pressure, drag = np.zeros((2, displacement.shape[0]))
        pressure[window.functions], drag[window.functions] = touch.pressure, touch.drag
        self.states.append(State(displacement, pressure, drag, touch.along, touch.depth, share))

    def guesses(self, along: float, share: float) -> list[Guess]:
        """Return what to start a step from that takes a share of its phase, the best first.

        `along` is where the tool goes [m].
        """
        now = self.states[-1]
        found = [Guess(now.displacement, now.depth)]
        if len(self.states) > 1:
            last = self.states[-2]
            more = share / now.share
            ahead = now.displacement + more * (now.displacement - last.displacement)
            found.insert(0, Guess(ahead, now.depth + more * (now.depth - last.depth)))
        carried = self._carried(along)
        return found if carried is None else [carried, *found]

    def _carried(self, along: float) -> Guess | None:
        """Return what the step one span earlier did, a span further; None where there is none."""
        now = self.states[-1]
        for k in range(len(self.states) - 3, -1, -1):
            before, after = self.states[k], self.states[k + 1]
            ways = (np.array([now.along, along]) - [before.along, after.along]) / self.size
            if np.abs(np.abs(ways) - 1.0).max() < NEAR and ways[0] * ways[1] > 0.0:
                by = round(ways[0]) * self.size
                change = self._moved_on(after.displacement - before.displacement, by)
                change[[0, -1]] = 0.0  # these may be held
                return Guess(
                    now.displacement + change,
                    now.depth + after.depth - before.depth,
                    self._moved_on(after.pressure, by),
                    self._moved_on(after.drag, by),
                )
        return None

    def _moved_on(self, values: Array, by: float) -> Array:
        """Return values of functions along, shape (n_along, ...), moved on by a way [m].

        Straight lines where spans grow; exact where they are as long as the way.
        """
        number = np.arange(self.places.size, dtype=np.float64)
        behind = np.interp(self.places - by, self.places, number)
        whole = np.rint(behind)
        behind = np.where(np.abs(behind - whole) < SAME_PLACE, whole, behind)
        first = np.minimum(behind.astype(np.int64), number.size - 2)
        share = (behind - first).reshape(-1, *[1] * (values.ndim - 1))
        return np.asarray((1.0 - share) * values[first] + share * values[first + 1])
