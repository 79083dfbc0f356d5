"""Newton's method on a section: the tissue linearised, the contact solved exactly in every step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from softsim.engines.finite.budget import Budget, of_factor, of_iteration
from softsim.engines.finite.contact import ContactProblem, Touch
from softsim.engines.finite.elimination import Cholesky, Gauss, Reduced
from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.tissue.histories import Flow, History
from softsim.engines.finite.tissue.section import Section
from softsim.errors import ConvergenceError
from softsim.load import Load

ITERATIONS = 40
SMALLEST_RATIO = 0.1  # of a volume, below which a step is halved
SMALLER_RATIO = 0.3  # of that before the step
FACTOR_ABOVE = 0.05  # of the contact force: a larger residual asks for a new factor
MIXED = 12  # steps that are mixed while the factor is kept
PATIENCE, SLOW = 5, 0.5  # steps with one factor, and the least gain of the last of them
HOPELESS = 12  # iterations without a smaller residual
LOST = 12  # contacts one after another that are not solved
ENOUGH = 3e-4  # of the contact force: a residual that serves where it falls no further
LAGS, NEAR = 0.2, 0.5  # gain of a first step with a factor, and residual: stress that lags counts
HALVINGS = 5
FAINT = 0.01  # of the largest force of the contact so far: tools that lift end in none
FARTHEST = 1.0  # of the longest sinking: how far anything moves in one step
PIVOTED, PIVOTS_COST = 0.1, 4.0  # residual of indefinite tangents; their work over that of others
GROWN, SHORTER, SHORTENINGS = 3.0, 0.4, 3  # a step after which the residual has grown


@dataclass(eq=False)
class Solved:
    """What Newton's method ends in.

    `displacement` has the shape (n_along, n_depth, n_directions) of the functions [m].
    """

    displacement: Array
    touch: Touch
    iterations: int
    factorings: int
    residual: float
    converged: bool


class Mixing:
    """Anderson's mixing of the steps that are taken with one factor.

    References
    ----------
    .. [1] D. G. Anderson, J. ACM 12 (1965) 547-560.
    """

    def __init__(self) -> None:
        self.places: list[Array] = []
        self.steps: list[Array] = []

    def mixed(
        self, displacement: Array, touch: Touch, change: Array, new: Touch
    ) -> tuple[Array, Touch]:
        """Return the mixed change of displacement, and the contact after it.

        `displacement` and `change` have the shape (n_along, n_depth, n_directions) [m].
        """
        place = _joined(displacement, touch)
        after = _joined(displacement + change, new)
        self.places = [*self.places[-MIXED:], place]
        self.steps = [*self.steps[-MIXED:], after - place]
        if len(self.steps) == 1:
            return change, new
        n = change.size
        moves = np.diff(np.array(self.places), axis=0)
        turns = np.diff(np.array(self.steps), axis=0)
        share = np.linalg.lstsq(turns[:, :n].T, self.steps[-1][:n], rcond=1e-10)[0]
        found = after - share @ (moves + turns)
        pressure, drag = found[n:-1].reshape(2, -1)
        pressed = (new.pressure > 0.0) & (pressure > 0.0)
        mixed = Touch(
            np.where(pressed, pressure, 0.0),
            np.where(pressed, drag, 0.0),
            float(found[-1]),
            new.along,
            new.settled,
        )
        return found[:n].reshape(change.shape) - displacement, mixed


def between(old: Touch, new: Touch, share: float) -> Touch:
    """Return a contact part of the way from one to another."""
    return Touch(
        old.pressure + share * (new.pressure - old.pressure),
        old.drag + share * (new.drag - old.drag),
        old.depth + share * (new.depth - old.depth),
        new.along,
    )


def _joined(displacement: Array, touch: Touch) -> Array:
    """Return displacement, tractions and depth as one vector."""
    return np.concatenate([displacement.ravel(), touch.pressure, touch.drag, [touch.depth]])


@dataclass(eq=False)
class Newton:
    """Solver on one section with one contact.

    `expected`, shape (n_spans + n_pairs,), are the volume stress U' of the spans and the normal
    traction of the pairs at gliding boundaries, as expected after the last step [Pa].

    Parameters
    ----------
    section : Section
    contact : ContactProblem
    history : Rest or Flow
    longest : float
        The tool sinks no further than this in one step [m]: beyond a nose the nearest normal
        turns sideways.
    expected : ndarray, shape (n_spans + n_pairs,), optional
        The same at the start [Pa].
    watch : callable, optional
        Told the residual before every iteration, for whoever reports progress.
    budget : Budget
        Work that may be spent.
    """

    section: Section
    contact: ContactProblem
    history: History
    longest: float
    expected: Array | None = None
    watch: Callable[[float], None] | None = None
    budget: Budget = field(default_factory=Budget)
    reduced: Reduced | None = field(default=None, init=False)
    end: int = field(default=0, init=False)
    iterations: int = field(default=0, init=False)
    factorings: int = field(default=0, init=False)
    largest: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Find the unknowns of the window."""
        self.use(self.contact)

    def use(self, contact: ContactProblem) -> None:
        """Take another contact on the same section; the factor eliminates towards its window."""
        self.contact = contact
        self.unknowns = contact.window.of_skin(self.section.number).ravel()
        self.is_free = self.unknowns >= 0
        self.reduced = None

    def solve(self, displacement: Array, touch: Touch, load: Load, tolerance: float) -> Solved:
        """Solve equilibrium under a load.

        Parameters
        ----------
        displacement : ndarray, shape (n_along, n_depth, 2)
            Start [m].
        touch : Touch
            Start.
        load : Load
        tolerance : float
            Of the residual, over the force of the contact.  Where it falls no further, `ENOUGH` of
            the force serves; the result says what was reached.
        """
        section, u, touch = self.section, displacement.copy(), touch.copy()
        touch.settled = False  # the load may be another
        if not section.evaluate(u, tangent=self.reduced is None):
            raise ConvergenceError("tissue would be turned inside out")
        mixing = Mixing()
        begun = self.iterations
        residuals: list[float] = []
        last: tuple[Array, Touch, float] | None = None
        best: tuple[Array, Touch, float] | None = None
        is_steady = isinstance(self.history, Flow)
        shortened, at_best, lost, lags = 0, begun, 0, False
        while self.iterations - begun < ITERATIONS:
            self.history.carry(section)
            inner = section.free(section.forces(u))
            residual = self._residual(u, touch, inner)
            if last is not None and residual > GROWN * last[2] and shortened < SHORTENINGS:
                u = last[0] + SHORTER * (u - last[0])
                touch = between(last[1], touch, SHORTER)
                section.evaluate(u)
                shortened += 1
                continue
            shortened, last = 0, (u, touch, residual) if touch.settled else None
            if self.iterations > begun and self._has_escaped(touch):
                return self._solved(u, touch, residual, False)
            if residual < tolerance and touch.settled:
                return self._solved(u, touch, residual, True)
            if touch.settled and (best is None or residual < best[2]):
                best, at_best = (u, touch, residual), self.iterations
            if lost > LOST or (best is not None and self.iterations > at_best + HOPELESS):
                break
            self.iterations += 1
            self.budget.spend(of_iteration(section.n_unknowns))
            if self.watch is not None:
                self.watch(residual)
            if not touch.settled:  # steps towards a load that moves on do not mix
                mixing, residuals, lags = Mixing(), residuals[:0], False
            elif len(residuals) == 1:  # the first step with a factor
                lags = LAGS * residuals[0] < residual < min(residuals[0], NEAR) and is_steady
            residuals.append(residual)
            slow = len(residuals) > PATIENCE and residual > SLOW * residuals[-3]
            if self.reduced is None or slow or (residual > FACTOR_ABOVE and not lags):
                self._refactor(u, residual)
                mixing, residuals = Mixing(), [residual]
            change, new = self._step(u, touch, inner, load)
            lost = lost + 1 if new.lost else 0
            if new.settled:
                change, new = mixing.mixed(u, touch, change, new)
            u, touch = self._accept(u, change, new, touch)
        if best is not None:
            self._take_up(*best[:2])
            return self._solved(*best, best[2] < max(tolerance, ENOUGH))
        return self._solved(u, touch, residual, False)

    def _take_up(self, u: Array, touch: Touch) -> None:
        """Let section, history and contact hold a state again that iterations have left."""
        self.section.evaluate(u)
        self.history.carry(self.section)
        self.contact.weigh(self.contact.window.of_skin(u), touch)

    def _solved(self, u: Array, touch: Touch, residual: float, converged: bool) -> Solved:
        return Solved(u, touch, self.iterations, self.factorings, residual, converged)

    def _has_escaped(self, touch: Touch) -> bool:
        """Whether the contact has come to an end of the window."""
        return bool((touch.pressure[self.contact.window.rims] > 0.0).any())

    def _residual(self, u: Array, touch: Touch, inner: Array) -> float:
        """Return the norm of the forces that are left, over the force of the contact."""
        skin = self.contact.window.of_skin(u)
        self.contact.weigh(skin, touch)
        push = self.contact.force(touch)
        rest = inner.copy()
        rest[self.unknowns[self.is_free]] -= push.ravel()[self.is_free]
        total = float(np.linalg.norm(push.sum(axis=0)))
        self.largest = max(self.largest, total)
        total = max(total, FAINT * self.largest)
        return float(np.linalg.norm(rest)) / total if total > 0.0 else np.inf

    def _refactor(self, u: Array, residual: float) -> None:
        """Factor the tangent: whole close to the solution, else as much as is positive definite."""
        section = self.section
        if self.expected is None:
            self.expected = section.expected_now()
        factor: Cholesky | Gauss | None = None
        self.reduced = None  # its factors are in the band
        self.end = int(self.unknowns.max()) + 1
        cost = of_factor(section.n_unknowns, section.band.shape[1], self.unknowns.size)
        for geometric in (1, 0, -1):
            self.budget.spend(cost)
            self.slopes = section.tangent(u, self.expected, geometric)
            factor = Cholesky.of(section.band, self.end)
            self.factorings += 1
            if factor is None and geometric == 1 and residual < PIVOTED:
                self.budget.spend(PIVOTS_COST * cost)
                section.tangent(u, self.expected, geometric)
                factor = Gauss.of(section.band)
            if factor is not None:
                self.reduced = Reduced.of(factor, section.n_unknowns, self.unknowns)
                return
        raise ConvergenceError("tangent is not positive definite")

    def _step(self, u: Array, touch: Touch, inner: Array, load: Load) -> tuple[Array, Touch]:
        """Return a change of displacement, and the contact after it."""
        assert self.reduced is not None
        half, moves = self.reduced.half(-inner, self.unknowns)
        skin = self.contact.window.of_skin(u)
        aim = skin + moves.reshape(skin.shape)
        done = self.contact.work
        new = self.contact.solve(skin, aim, self.reduced.compliance, touch, load, self.longest)
        self.budget.spend(self.contact.work - done)
        push = self.contact.force(new).ravel()
        return self.section.spread(self.reduced.whole(half, push)), new

    def _accept(self, u: Array, change: Array, new: Touch, old: Touch) -> tuple[Array, Touch]:
        """Take a step, halved where tissue would be crushed."""
        section = self.section
        share = min(1.0, FARTHEST * self.longest / max(float(np.abs(change).max()), 1e-30))
        gained = section.expected_change(u, self.slopes, change)
        slope = section.expected_now()
        least = np.minimum(SMALLEST_RATIO, SMALLER_RATIO * section.stresses.ratio)
        for _ in range(HALVINGS):
            moved = u + share * change
            if section.evaluate(moved) and (section.stresses.ratio > least).all():
                break
            share *= 0.5
        else:
            raise ConvergenceError("tissue would be crushed")
        self.expected = slope + share * gained
        if share < 1.0:
            new = between(old, new, share)
        return moved, new
