"""The tool on windows of the skin: a small dense problem, solved inside each Newton step."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from softsim.engines.finite.budget import of_contact
from softsim.engines.finite.elimination import solved
from softsim.engines.finite.tissue.basis import Array, Integers, Line
from softsim.errors import ConvergenceError
from softsim.friction import Friction, Grip
from softsim.kernels.splines.geometry import PLANE, ROUND
from softsim.kernels.splines.skin import Skin, Weighed, weigh_contact
from softsim.load import Load

Flags = NDArray[np.bool_]
Kind = TypeVar("Kind", bound=np.generic)

QUADRATURE = 4  # Gauss points of a span: the gap bends with the nose
ITERATIONS = 60
STEP = 1e-7  # of the displacement: the last step
RESTLESS, SHORTER = 6, 0.7  # turns of a function; a step between equal sets that falls no more
RING = 1e-5  # of the displacement: a step between active sets that follow each other in a ring
FIRST_PART, LEAST_PART = 0.5, 0.03  # of the way to a contact that is not solved at once
SLID = (1e-3, 1e-9)  # of the limit, that a drag is off and slips: one that changes, or does not
FROM_NOTHING = (0.02, 0.1, 0.3, 0.6, 1.0)  # shares of the load of a first contact


@dataclass(frozen=True, eq=False)
class Window:
    """Spans of the skin that may touch, and their functions.

    Parameters
    ----------
    skin : Skin
        Points, functions counted within the window.
    functions : ndarray of int64, shape (n_functions,)
        Functions along.
    place : ndarray, shape (n_functions,)
        Undeformed places of the functions [m].
    outer : ndarray of int64, shape (n_parts, 2)
        First and last function of every part of the skin.
    rims : ndarray of int64
        Those of them beyond which there is more skin.
    form : int
        `PLANE`, or `ROUND`: places are radii, and weights of points areas of rings [m^2].
    """

    skin: Skin
    functions: Integers
    place: Array
    outer: Integers
    rims: Integers
    form: int = PLANE

    @property
    def directions(self) -> int:
        """In which the skin moves."""
        return 2

    @property
    def n_points(self) -> int:
        """Number of points where gaps are weighed."""
        return int(self.skin.place.size)

    @property
    def reach(self) -> int:
        """How far apart in number functions of one span are at most."""
        return int(self.skin.value.shape[1]) - 1

    def of_skin(self, values: NDArray[Kind]) -> NDArray[Kind]:
        """Return what the functions of a section have on the window, shape (n_functions, 2).

        `values` has the shape (n_along, n_depth, 2), in any unit.
        """
        own: NDArray[Kind] = values[self.functions, 0]
        return own

    @classmethod
    def of(cls, line: Line, parts: Sequence[tuple[float, float]], form: int = PLANE) -> Window:
        """Return the window of all spans in some intervals [m], apart from each other."""
        node, weight = np.polynomial.legendre.leggauss(QUADRATURE)
        ends = np.array([[np.argmin(np.abs(line.breaks - end)) for end in part] for part in parts])
        span = np.concatenate([np.arange(first, last) for first, last in ends])
        width = np.diff(line.breaks)[span, None]
        place = (line.breaks[span, None] + 0.5 * width * (1.0 + node)).ravel()
        index, value, slope = line.at(place, np.repeat(span, QUADRATURE))
        functions = np.unique(index[:, None] + np.arange(line.degree + 1))
        size = (0.5 * width * weight).ravel()
        skin = Skin(
            place,
            size * 2.0 * math.pi * place if form == ROUND else size,
            np.searchsorted(functions, index),
            value,
            slope,
        )
        outer = np.stack([line.first[ends[:, 0]], line.first[ends[:, 1] - 1] + line.degree], axis=1)
        rims = outer[(outer > 0) & (outer < line.n_functions - 1)]
        outer, rims = (np.searchsorted(functions, which) for which in (outer, rims))
        return cls(skin, functions, line.greville[functions], outer, rims, form)


@dataclass(eq=False)
class Touch:
    """Tool and tractions: what a contact is while it is solved.

    Parameters
    ----------
    pressure, drag : ndarray, shape (n_functions,)
        Normal and tangential traction on the tissue per undeformed length [Pa].
    depth, along : float
        Place of the tool's lowest point [m].
    settled : bool
        Whether the load was reached.
    lost : bool
        Whether nothing on the way to it was solved.
    """

    pressure: Array
    drag: Array
    depth: float = 0.0
    along: float = 0.0
    settled: bool = False
    lost: bool = False

    @classmethod
    def none(cls, n_functions: int, along: float = 0.0) -> Touch:
        """Return a tool that just touches undisturbed skin."""
        return cls(np.zeros(n_functions), np.zeros(n_functions), 0.0, along)

    def copy(self) -> Touch:
        """Return an independent copy."""
        return replace(self, pressure=self.pressure.copy(), drag=self.drag.copy())

    @property
    def is_open(self) -> bool:
        """Whether nothing presses."""
        return not (self.pressure > 0.0).any()


@dataclass(eq=False)
class ContactProblem:
    """Contact of one tool with a window of the skin.

    Parameters
    ----------
    window : Window
    chain : ndarray, shape (n, 8)
        Outline, lengths in [m].
    friction : Friction
    sliding : int
        +1 or -1: all skin under the tool is dragged that way along the tangent; 0: it sticks
        until it slips.
    anchor : ndarray, shape (n_functions,)
        Weights [-] of the skin displacement along that the tool follows; zero for a tool that is
        where it is told to be.
    offset : float
        Place along of the tool without displacement [m].
    scale : float
        Pressure by overlap that decides what touches [Pa/m]; no result depends on it.

    Attributes
    ----------
    arc_before : ndarray, shape (n_points,)
        Where along the outline the skin was at the start of the step [m].
    grip : Grip
        Friction of the functions.
    work : float
        That was done, as a `Budget` counts it.
    """

    window: Window
    chain: Array
    friction: Friction
    sliding: int
    anchor: Array
    offset: float
    scale: float
    weighed: Weighed = field(init=False)
    arc_before: Array = field(init=False)
    grip: Grip = field(init=False)
    work: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Allocate."""
        n, ways, points = self.window.functions.size, self.window.directions, self.window.n_points
        self.grip = Grip(self.friction, n, slips=self.sliding != 0)
        self.weighed = Weighed(
            np.zeros(n),
            np.zeros(n),
            np.zeros((n, n, ways)),
            np.zeros((n, n, ways)),
            np.zeros(n),
            np.zeros((n, ways, n, ways)),
            np.zeros(points),
        )
        self.arc_before = np.zeros(points)

    def weigh(self, moved: Array, touch: Touch) -> None:
        """Fill `weighed` at a displacement (n_functions, n_directions) [m].

        `moved`, shape (n_functions, n_directions), is that of the functions of the window [m].
        """
        touch.along = self.offset + float(self.anchor @ moved[:, 0])
        self._weigh(moved, np.array([touch.along, touch.depth]), touch)

    def _weigh(self, moved: Array, tool: Array, touch: Touch) -> None:
        """Fill `weighed` for a tool at a place, shape (2,) [m]."""
        weigh_contact(
            self.window.skin,
            self.chain,
            moved,
            tool,
            touch.pressure,
            touch.drag,
            self.arc_before,
            self.weighed,
        )

    def force(self, touch: Touch) -> Array:
        """Return the force on the functions as last weighed [N/m], of a whole edge [N].

        The shape is (n_functions, n_directions).
        """
        pushed = np.tensordot(touch.pressure, self.weighed.normal, 1)
        return np.asarray(pushed + np.tensordot(touch.drag, self.weighed.tangent, 1))

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
        start, free : ndarray, shape (n_functions, n_directions)
            First guess, and the displacement without any contact force [m].
        compliance : ndarray, shape (n_directions n_functions, n_directions n_functions)
            [m^2/N], of a whole edge [m/N].
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
        deepest = touch.depth + longest
        if found is not None and found.settled and found.depth <= deepest:
            return found
        aim = load.value if load.kind == "indentation" else math.inf
        less = Load("indentation", min(deepest, aim))
        limited = None
        if touch.is_open or (found is not None and found.settled):
            limited = self._grown(start, free, compliance, touch, less)
        if limited is None or not limited.settled:
            with suppress(ConvergenceError):
                return self._part_way(start, free, compliance, touch, load, deepest)
            limited = limited or self._grown(start, free, compliance, touch, less)
        if limited is None:
            raise ConvergenceError("contact was not solved")
        limited.settled, limited.lost = False, not limited.settled
        return limited

    def _grown(
        self, start: Array, free: Array, compliance: Array, touch: Touch, load: Load
    ) -> Touch | None:
        """Solve, out of nothing in steps of the load; None where that fails."""
        begin = touch.depth if load.kind == "indentation" else 0.0
        shares = FROM_NOTHING if touch.is_open else (1.0,)
        touch, moved = touch.copy(), start
        with suppress(ConvergenceError):
            for share in shares:
                part = Load(load.kind, begin + share * (load.value - begin))
                moved = self._iterate(moved, free, compliance, touch, part)
                if not touch.settled:
                    break
            return touch
        return None

    def _part_way(
        self,
        start: Array,
        free: Array,
        compliance: Array,
        touch: Touch,
        load: Load,
        deepest: float,
    ) -> Touch:
        """Go from the state before towards the one wanted, as far as the contact is solved.

        The state before solves the problem whose free displacement is that without its force; from
        there free displacement and load change together.

        Raises
        ------
        ConvergenceError
            Where not even a small share of the way is solved.
        """
        self.weigh(start, touch)
        push = self.force(touch)
        begin = start - (compliance @ push.ravel()).reshape(start.shape)
        at = touch.depth if load.kind == "indentation" else float(push[:, 1].sum())
        best, moved = touch.copy(), start
        share, step = 0.0, FIRST_PART
        while share < 1.0 and step >= LEAST_PART:
            to = min(share + step, 1.0)
            part = Load(load.kind, at + to * (load.value - at))
            trial, there = best.copy(), moved
            with suppress(ConvergenceError):
                there = self._iterate(moved, begin + to * (free - begin), compliance, trial, part)
            if not trial.settled:
                step *= 0.5
                continue
            if share > 0.0 and trial.depth > deepest:
                break
            best, moved, share, step = trial, there, to, 2.0 * step
        if share == 0.0:
            raise ConvergenceError("contact was not solved")
        best.settled = share == 1.0
        return best

    def _iterate(
        self, moved: Array, free: Array, compliance: Array, touch: Touch, load: Load
    ) -> Array:
        """Newton's method with an active set; changes `touch`, returns the displacement.

        A function that turns again and again, as one of next to no pressure does, is left open.
        """
        before, seen, sizes = None, Counter[bytes](), [math.inf]
        turns = np.zeros(touch.pressure.size, dtype=np.int64)
        touch.settled = False
        if not self.friction.is_plain:
            self.weigh(moved, touch)
            self.grip_at(touch, moved)
        slides = self.slid(touch)
        for _ in range(ITERATIONS):
            self.weigh(moved, touch)
            pressed = touch.pressure - self.scale * self.weighed.gap > 0.0
            pressed &= turns < RESTLESS
            if not pressed.any() and load.kind != "indentation":
                pressed[np.argmin(self.weighed.gap)] = True
            self.grip_at(touch, moved)
            slides = self._slides(touch, pressed, slides)
            matrix, right, push, pushed = self._system(
                moved, free, compliance, touch, load, pressed, slides
            )
            self.work += of_contact(right.size)
            change = solved(matrix, right)
            step = free - moved + (compliance[:, pushed] @ (push @ change)).reshape(moved.shape)
            moved = moved + step
            self._take(touch, change[len(push) :], pressed, slides)
            state = np.concatenate([pressed, slides])
            sizes.append(float(np.abs(step).max()))
            same = before is not None and np.array_equal(state, before)
            if same and sizes[-1] <= STEP * max(np.abs(moved).max(), 1e-9):
                # the one function that is pressed so that something carries the load must not pull
                pulls = load.kind != "indentation" and bool((touch.pressure < 0.0).any())
                is_met = not turns.any() or self._overlap(moved, touch) < RING
                touch.settled = is_met and not pulls
                self.weigh(moved, touch)
                return moved
            if before is not None:
                turns += pressed != before[: pressed.size].astype(bool)
            before = state
            seen[state.tobytes()] += 1
            if seen[state.tobytes()] > RESTLESS and sizes[-1] > SHORTER * sizes[-2]:
                break
        if sizes[-1] <= RING * np.abs(moved).max():
            # sets that differ by functions of next to no pressure; the tissue judges the forces
            is_open = touch.pressure <= 0.0
            touch.pressure[is_open] = touch.drag[is_open] = 0.0
            touch.settled = True
        self.weigh(moved, touch)
        return moved

    def _overlap(self, moved: Array, touch: Touch) -> float:
        """Return the largest overlap of what is left open, over the largest displacement [-]."""
        self.weigh(moved, touch)
        return float(-self.weighed.gap.min(initial=0.0) / max(np.abs(moved).max(), 1e-300))

    def grip_at(self, touch: Touch, moved: Array) -> None:
        """Take the friction at the pressures; `moved` has the shape (n_functions, 2) [m]."""
        if self.friction.is_plain:
            return
        skin, length = self.window.skin, self.weighed.length
        own = skin.first[:, None] + np.arange(skin.value.shape[1])
        slope = (skin.slope[..., None] * moved[own]).sum(axis=1)
        stretch = np.hypot(1.0 + slope[:, 0], slope[:, 1]) * skin.weight
        current = np.zeros_like(length)
        np.add.at(current, own, skin.value * stretch[:, None])
        self.grip.press(touch.pressure * length / current)

    def slid(self, touch: Touch) -> Integers:
        """Return the way each function is dragged along the tangent; 0 where it sticks."""
        limit = self.grip.coefficient * touch.pressure
        slides = np.sign(touch.drag).astype(np.int64)
        slides[np.abs(touch.drag) < (1.0 - SLID[self.friction.is_plain]) * limit] = 0
        return slides

    def _slides(self, touch: Touch, pressed: Flags, before: Integers) -> Integers:
        """Return the way each function is dragged along the tangent, +1 or -1; 0 where it sticks.

        One that sticks slips once it drags more than friction allows; one that slips sticks
        again where it has moved with the drag, and never turns round at once.  One that comes to
        touch slips at first.
        """
        if self.sliding or not self.friction.resting:
            return np.where(pressed, self.sliding or 1, 0)
        backward = -np.sign(self.weighed.slip).astype(np.int64)
        over = np.abs(touch.drag) > self.grip.coefficient * touch.pressure
        from_stick = np.where(over, np.sign(touch.drag).astype(np.int64), 0)
        from_slip = np.where(backward == before, before, 0)
        found = np.where(before == 0, from_stick, from_slip)
        found = np.where(touch.pressure > 0.0, found, backward)
        return np.where(pressed, found, 0)

    def _take(self, touch: Touch, change: Array, pressed: Flags, slides: Integers) -> None:
        """Enter the solved tractions and depth into `touch`."""
        rows, sticks = np.flatnonzero(pressed), np.flatnonzero(pressed & (slides == 0))
        touch.pressure = np.zeros_like(touch.pressure)
        touch.pressure[rows] = change[: rows.size]
        touch.drag = self.grip.coefficient * slides * touch.pressure
        touch.drag[sticks] = change[rows.size : -1]
        touch.depth += float(change[-1])

    def _system(
        self,
        moved: Array,
        free: Array,
        compliance: Array,
        touch: Touch,
        load: Load,
        pressed: Flags,
        slides: Integers,
    ) -> tuple[Array, Array, Array, slice]:
        """Return the linearised problem: matrix, right-hand side, pushes and pushed components.

        Unknown are moves of what is pushed, pressures of the functions that are pressed, drags of
        those that stick, and the change of depth; pushes, shape (n_pushed, n_unknowns), make of
        these the forces, on nothing but functions beside such pressures and drags.
        """
        found, degree, ways = self.weighed, self.window.reach, self.window.directions
        rows, sticks = np.flatnonzero(pressed), np.flatnonzero(pressed & (slides == 0))
        acts = pressed | (touch.pressure != 0.0) | (touch.drag != 0.0)
        acting = np.flatnonzero(acts)
        own = np.flatnonzero(self.anchor)
        low = min([*own[:1], *(acting[:1] - degree)], default=0)
        high = max([*own[-1:], *(acting[-1:] + degree)], default=0)
        near = slice(max(low, 0), min(high + 1, acts.size))
        pushed = slice(ways * near.start, ways * near.stop)
        size, n = pushed.stop - pushed.start, rows.size + sticks.size
        ahead, down, follow = np.zeros((3, size))
        ahead[0::ways], down[1::ways], follow[0::ways] = 1.0, 1.0, self.anchor[near]
        normal = found.normal[rows, near].reshape(rows.size, size)
        drags = found.tangent[rows, near].reshape(rows.size, size)
        by_pressure = (self.grip.coefficient * slides)[rows]
        tangent = found.tangent[sticks, near].reshape(sticks.size, size)
        turn = found.turn[near, :, near].reshape(size, size)
        push = np.zeros((size, size + n + 1))
        push[:, :size] = turn - np.outer(turn @ ahead, follow)
        push[:, size : size + rows.size] = (normal + by_pressure[:, None] * drags).T
        push[:, size + rows.size : -1] = tangent.T
        push[:, -1] = -(turn @ down)
        kept = np.concatenate([normal, tangent])
        kept = kept / np.concatenate([found.length[rows], found.length[sticks]])[:, None]
        matrix, right = np.zeros((size + n + 1, size + n + 1)), np.empty(size + n + 1)
        matrix[:size] = -compliance[pushed, pushed] @ push
        matrix[np.arange(size), np.arange(size)] += 1.0
        right[:size] = (free - moved).ravel()[pushed]
        matrix[size:-1, :size] = kept - np.outer(kept @ ahead, follow)
        matrix[size:-1, -1] = -(kept @ down)
        right[size:-1] = -np.concatenate([found.gap[rows], found.slip[sticks]])
        if load.kind == "indentation":
            matrix[-1, -1] = 1.0
            right[-1] = load.value - touch.depth
        else:
            matrix[-1] = down @ push
            right[-1] = load.value
        return matrix, right, push, pushed
