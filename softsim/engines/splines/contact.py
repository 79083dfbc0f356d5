"""The tool on windows of the skin: a small dense problem, solved exactly inside each Newton step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from softsim.engines.splines.basis import Array, Integers, Line
from softsim.kernels.splines.skin import Skin, weigh_contact

QUADRATURE = 4  # Gauss points of a span: the gap bends with the nose
ITERATIONS = 60
STEP = 1e-7  # of the displacement: the last step
FROM_NOTHING = (0.02, 0.1, 0.3, 0.6, 1.0)  # shares of the load of a first contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is prescribed: kind "indentation" [m] or "force" [N/m]."""

    kind: str
    value: float


@dataclass(frozen=True, eq=False)
class Window:
    """Spans of the skin that may touch, their functions and their hats.

    Parameters
    ----------
    skin : Skin
        Points, functions counted within the window.
    functions : ndarray of int64, shape (n_functions,)
        Functions along.
    ends : ndarray, shape (n_hats,)
        Undeformed places of the hats [m].
    outer : ndarray of int64, shape (n_parts, 2)
        First and last hat of every part of the skin.
    """

    skin: Skin
    functions: Integers
    ends: Array
    outer: Integers

    @classmethod
    def of(cls, line: Line, parts: Sequence[tuple[float, float]]) -> Window:
        """Return the window of all spans in some intervals [m], apart from each other."""
        node, weight = np.polynomial.legendre.leggauss(QUADRATURE)
        spans, hats, ends, outer = [], [], [], []
        count = 0
        for low, high in parts:
            first = int(np.argmin(np.abs(line.breaks - low)))
            last = int(np.argmin(np.abs(line.breaks - high)))
            spans.append(np.arange(first, last))
            ends.append(line.breaks[first : last + 1])
            hats.append(count + np.arange(last - first))
            outer.append((count, count + last - first))
            count += last - first + 1
        span, hat = np.concatenate(spans), np.concatenate(hats)
        width = np.diff(line.breaks)[span, None]
        place = (line.breaks[span, None] + 0.5 * width * (1.0 + node)).ravel()
        index, value, slope = line.at(place, np.repeat(span, QUADRATURE))
        functions = np.unique(index[:, None] + np.arange(line.degree + 1))
        skin = Skin(
            place,
            (0.5 * width * weight).ravel(),
            np.searchsorted(functions, index),
            value,
            slope,
            np.repeat(hat, QUADRATURE),
            np.tile(0.5 * (1.0 + node), span.size),
        )
        return cls(skin, functions, np.concatenate(ends), np.array(outer))

    @property
    def n_hats(self) -> int:
        """Number of hats."""
        return int(self.ends.size)


@dataclass(eq=False)
class Touch:
    """Tool and pressures: what a contact is while it is solved.

    Parameters
    ----------
    multiplier : ndarray, shape (n_hats,)
        Pressure per undeformed length [Pa].
    depth, along : float
        Place of the tool's lowest point [m].
    """

    multiplier: Array
    depth: float
    along: float
    settled: bool = False

    def copy(self) -> Touch:
        """Return an independent copy."""
        return Touch(self.multiplier.copy(), self.depth, self.along, self.settled)


@dataclass(eq=False)
class ContactProblem:
    """Contact of one tool with one window.

    Parameters
    ----------
    window : Window
    chain : ndarray, shape (n, 8)
        Outline.
    friction : float
        Signed: the direction in which the tool drags.
    anchor : ndarray, shape (n_functions,)
        Weights of the skin displacement that the tool's place along follows.
    offset : float
        Place along without displacement [m].
    """

    window: Window
    chain: Array
    friction: float
    anchor: Array
    offset: float
    scale: float
    gap: Array = field(init=False)
    by_force: Array = field(init=False)
    by_gap: Array = field(init=False)
    turn: Array = field(init=False)

    def __post_init__(self) -> None:
        """Allocate."""
        n, hats = self.window.functions.size, self.window.n_hats
        self.gap = np.zeros(hats)
        self.by_force, self.by_gap = np.zeros((2, hats, n, 2))
        self.turn = np.zeros((n, 2, n, 2))

    def weigh(self, moved: Array, touch: Touch) -> None:
        """Fill gaps, gradients and turns at a displacement (n_functions, 2)."""
        touch.along = self.offset + float(self.anchor @ moved[:, 0])
        tool = np.array([touch.along, touch.depth])
        weigh_contact(
            self.window.skin,
            self.chain,
            self.friction,
            moved,
            tool,
            touch.multiplier,
            self.gap,
            self.by_force,
            self.by_gap,
            self.turn,
        )

    def force(self, touch: Touch) -> Array:
        """Return the force on the functions, shape (n_functions, 2) [N/m], as last weighed."""
        return np.asarray(np.tensordot(touch.multiplier, self.by_force, 1))

    def solve(
        self,
        start: Array,
        free: Array,
        compliance: Array,
        touch: Touch,
        load: Load,
        longest: float,
    ) -> Touch:
        """Solve moved = free + compliance force together with the load.

        Parameters
        ----------
        start, free : ndarray, shape (n_functions, 2)
            First guess, and the displacement without any contact force [m].
        compliance : ndarray, shape (2 n_functions, 2 n_functions)
            [m^2/N].
        touch : Touch
            Before.
        load : Load
        longest : float
            The tool sinks at most so far [m].

        Returns
        -------
        Touch
            Not settled where the load was not reached.
        """
        found = self._grown(start, free, compliance, touch, load)
        if found.settled and found.depth <= touch.depth + longest:
            return found
        less = Load(kind="indentation", value=touch.depth + longest)
        found = self._grown(start, free, compliance, touch, less)
        found.settled = False
        return found

    def _grown(
        self, start: Array, free: Array, compliance: Array, touch: Touch, load: Load
    ) -> Touch:
        """Solve, out of nothing in steps of the load."""
        begin = touch.depth if load.kind == "indentation" else 0.0
        touch, moved = touch.copy(), start
        for share in (1.0,) if touch.multiplier.any() else FROM_NOTHING:
            part = Load(kind=load.kind, value=begin + share * (load.value - begin))
            moved = self._iterate(moved, free, compliance, touch, part)
            if not touch.settled:
                break
        return touch

    def _iterate(
        self, moved: Array, free: Array, compliance: Array, touch: Touch, load: Load
    ) -> Array:
        """Newton's method with an active set; changes `touch`, returns the displacement."""
        before, size = None, free.size
        ahead, down = np.zeros((2, size))
        ahead[0::2], down[1::2] = 1.0, 1.0
        follow = np.zeros(size)
        follow[0::2] = self.anchor
        for _ in range(ITERATIONS):
            self.weigh(moved, touch)
            active = touch.multiplier - self.scale * self.gap > 0.0
            if not active.any():
                active[np.argmin(self.gap)] = True
            matrix, right = self._system(
                moved, free, compliance, touch, load, active, (ahead, down, follow)
            )
            change = np.linalg.solve(matrix, right)
            step = change[:size].reshape(moved.shape)
            moved = moved + step
            rows = np.flatnonzero(active)
            touch.multiplier = np.zeros_like(touch.multiplier)
            touch.multiplier[rows] = change[size:-1]
            touch.depth += float(change[-1])
            same = before is not None and np.array_equal(active, before)
            if same and np.abs(step).max() <= STEP * max(np.abs(moved).max(), 1e-9):
                touch.settled = True
                self.weigh(moved, touch)
                return moved
            before = active
        touch.settled = False
        self.weigh(moved, touch)
        return moved

    def _system(
        self,
        moved: Array,
        free: Array,
        compliance: Array,
        touch: Touch,
        load: Load,
        active: NDArray[np.bool_],
        ways: tuple[Array, Array, Array],
    ) -> tuple[Array, Array]:
        """Return the linearised problem: unknown are moves, pressures of `active` hats, depth.

        `ways` are the moves of all functions along and in depth, and the weights of the anchor.
        """
        ahead, down, follow = ways
        size, rows = free.size, np.flatnonzero(active)
        push = self.by_force.reshape(-1, size)
        grad = self.by_gap.reshape(-1, size)[rows]
        turn = self.turn.reshape(size, size)
        own, n = push[rows], rows.size
        turn_in = turn - np.outer(turn @ ahead, follow)
        matrix = np.zeros((size + n + 1, size + n + 1))
        right = np.empty(size + n + 1)
        matrix[:size, :size] = -compliance @ turn_in
        matrix[np.arange(size), np.arange(size)] += 1.0
        matrix[:size, size:-1] = -compliance @ own.T
        matrix[:size, -1] = compliance @ (turn @ down)
        right[:size] = (free - moved).ravel()
        # the forces turn with the skin from where they point now; pressures are whole unknowns
        matrix[size:-1, :size] = grad - np.outer(grad @ ahead, follow)
        matrix[size:-1, -1] = -(grad @ down)
        right[size:-1] = -self.gap[rows]
        if load.kind == "indentation":
            matrix[-1, -1] = 1.0
            right[-1] = load.value - touch.depth
        else:
            matrix[-1, size:-1] = own @ down
            matrix[-1, :size] = down @ turn_in
            matrix[-1, -1] = -float(down @ turn @ down)
            right[-1] = load.value
        return matrix, right
