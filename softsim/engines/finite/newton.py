"""Newton's method on the strip: contact and friction as rows, tool position as a border."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import LinearOperator, gmres

from softsim.engines.finite.bordered import Tangent, exact_product
from softsim.engines.finite.contact import skin_contact
from softsim.engines.finite.strip.histories import History, RowHistory
from softsim.engines.finite.strip.state import Anchor, State
from softsim.engines.finite.strip.strip import Array, Strip
from softsim.kernels.strip import contact as contact_kernels
from softsim.load import Load

MAX_ITERATIONS = 25
SHORTEST_STEP = 1.0 / 32.0
KRYLOV_TOLERANCE = 1e-3
KRYLOV_SIZE = 40
KEEP_FACTORS = 0.05  # shrinking of the residual in one iteration that lets the factors be kept
KRYLOV_MARGIN, KRYLOV_LOOSEST = 0.1, 0.1
SETTLE_AFTER = 3  # iterations; from then on equilibrium is found for each set of contact states
TIRED_AFTER = 9  # iterations; from then on a node may pull a little before it opens
PULL_ALLOWED = 2e-3  # of the contact force
SETTLED = 1e-2  # relative residual at which the states are looked at again
PRESSURE_TOLERANCE = 2e-4  # of the mean contact pressure
PRESSURE_ROUNDS = 30
# Change of ln mean pressure per change of ln force, at first (1/2 under a round nose, 1 under a
# flat end); later that of the last two forces, at least the second number.
FIRST_PRESSURE_SLOPE, SMALLEST_PRESSURE_SLOPE = 0.67, 0.15
SMALLEST_WIDTH = 1e-6  # [m] of the contact on which a mean pressure acts
FAINT = 1e-2  # of the largest contact force so far: residuals are not measured against less
GROWTH_ALLOWED = 1.5  # of the residual in one step: a change of contact may raise it


@dataclass(frozen=True, slots=True)
class NewtonReport:
    """How a solve ended; `residual` is relative to the contact force [-]."""

    converged: bool
    iterations: int
    residual: float


@dataclass(slots=True)
class _Evaluation:
    """Residual of one trial state; `border` belongs to the load and the anchor.

    `residual`, `border` and their `norm` are those of the displacement; `merit` is the norm with
    the expected mean stresses.  `held` tells that the contact states were not looked at again.
    """

    residual: Array
    border: Array
    norm: float
    merit: float
    reference: float
    held: bool


class Newton:
    """Solver for one strip and one kind of history.

    Parameters
    ----------
    strip : Strip
    history : FrozenHistory, TimeHistory or RowHistory
    sliding : int
        +1 or -1 when every touching node slips with friction towards +/- along; 0 to decide
        between stick and slip node by node.
    anchor : Anchor, optional
        Places the tool by a skin node.
    tolerance : float
        Relative force residual at which the solve ends [-].

    Attributes
    ----------
    watch : callable, optional
        Called before every iteration, for whoever reports progress.
    """

    def __init__(
        self,
        strip: Strip,
        history: History,
        *,
        sliding: int = 0,
        anchor: Anchor | None = None,
        tolerance: float = 1e-6,
    ) -> None:
        self.strip = strip
        self.history = history
        self.sliding = sliding
        self.anchor = anchor
        self.tolerance = tolerance
        self.krylov_tolerance = KRYLOV_TOLERANCE
        self.iterations = 0
        self.largest_force = 0.0
        self.pull_allowed = 0.0
        self.tangent: Tangent | None = None
        self.last_norm = math.inf
        self.watch: Callable[[], None] | None = None

    def solve(self, state: State, load: Load, max_iterations: int = MAX_ITERATIONS) -> NewtonReport:
        """Bring `state` to equilibrium under `load`, in place.

        The state is meaningful only when the report says converged.
        """
        if load.kind == "pressure":
            return self._solve_pressure(state, load.value, max_iterations)
        if load.kind == "indentation":
            state.depth = load.value
        # The nodes that touched before follow the tool first; the others are looked at afterwards.
        held = bool((self.strip.work.states != contact_kernels.OPEN).any())
        now = self._evaluate(state, load, hold_states=held)
        if now is None:
            return NewtonReport(False, 0, math.inf)
        self.pull_allowed = 0.0
        self.last_norm = math.inf
        for iteration in range(max_iterations):
            if self.watch is not None:
                self.watch()
            if iteration == TIRED_AFTER:
                self.pull_allowed = PULL_ALLOWED * now.reference
            if now.held and now.merit <= SETTLED * now.reference:
                now = self._touch(state, load, hold_states=False) or now
            if not now.held and now.norm <= self._bound(now):
                self.largest_force = max(self.largest_force, now.reference)
                state.mean_stress = self.strip.work.mean_stress.copy()
                return NewtonReport(True, iteration, now.norm / now.reference)
            self.iterations += 1
            try:
                change, tool_change = self._direction(now, load, state)
            except np.linalg.LinAlgError:
                return NewtonReport(False, iteration, now.norm / now.reference)
            hold = iteration >= SETTLE_AFTER
            following = self._search(state, change, tool_change, load, now.merit, hold)
            if following is None:
                return NewtonReport(False, iteration, now.norm / now.reference)
            now = following
        return NewtonReport(False, max_iterations, now.norm / now.reference)

    def _solve_pressure(self, state: State, pressure: float, max_iterations: int) -> NewtonReport:
        """Find the force that makes a mean contact pressure, by repeated force solves."""
        touched = bool((self.strip.work.states != contact_kernels.OPEN).any())
        start = Load("indentation", state.depth)
        if self._evaluate(state, start, hold_states=touched) is None:
            return NewtonReport(False, 0, math.inf)
        force = pressure * max(skin_contact(self.strip, state).width, SMALLEST_WIDTH)
        report, error = NewtonReport(False, 0, math.inf), math.inf
        slope, before = FIRST_PRESSURE_SLOPE, (math.inf, math.inf)
        for _ in range(PRESSURE_ROUNDS):
            report = self.solve(state, Load("force", force), max_iterations)
            if not report.converged:
                return report
            width = max(skin_contact(self.strip, state).width, SMALLEST_WIDTH)
            excess = math.log(force / (pressure * width))  # of the mean pressure
            error = abs(excess)
            if error <= PRESSURE_TOLERANCE:
                return report
            now = (math.log(force), excess)
            if math.isfinite(before[0]) and now[0] != before[0]:
                found = (now[1] - before[1]) / (now[0] - before[0])
                slope = min(max(found, SMALLEST_PRESSURE_SLOPE), 1.0)
            before = now
            force *= math.exp(-min(max(excess / slope, -1.0), 1.0))
        return NewtonReport(error <= 10.0 * PRESSURE_TOLERANCE, report.iterations, report.residual)

    def _bound(self, now: _Evaluation) -> float:
        """Residual norm at which a solve ends [N/m]."""
        return max(self.tolerance * now.reference, self.strip.rounding)

    def _search(
        self,
        state: State,
        change: Array,
        tool_change: Array,
        load: Load,
        merit: float,
        hold: bool,
    ) -> _Evaluation | None:
        """Backtrack along a Newton direction; update `state` and return its evaluation."""
        start = state.copy()
        states = self.strip.work.states.copy()
        mean = self.strip.work.expected_mean.copy()
        mean_change = self.strip.mean_after(change) - mean

        def attempt(step: float) -> _Evaluation | None:
            state.displacement[:, :-1] = start.displacement[:, :-1] + step * change
            state.along = start.along + step * float(tool_change[0])
            state.depth = start.depth + step * float(tool_change[1])
            state.mean_stress = mean + step * mean_change
            self.strip.work.states[:] = states
            return self._evaluate(state, load, hold_states=hold)

        best: tuple[float, float] | None = None
        step = 1.0
        while step >= SHORTEST_STEP:
            trial = attempt(step)
            if trial is not None:
                if trial.merit <= GROWTH_ALLOWED * merit:
                    return trial
                if best is None or trial.merit < best[0]:
                    best = (trial.merit, step)
            step *= 0.5
        return None if best is None else attempt(best[1])

    def _evaluate(
        self, state: State, load: Load, *, hold_states: bool = False
    ) -> _Evaluation | None:
        """Residual at a trial state, or None when an element is turned inside out."""
        strip = self.strip
        if not strip.evaluate(state.displacement):
            return None
        self.history.carry(strip)
        strip.assemble_forces(state.displacement, state.mean_stress)
        return self._touch(state, load, hold_states=hold_states)

    def _touch(self, state: State, load: Load, *, hold_states: bool) -> _Evaluation | None:
        """Residual with contact for the nodal forces last assembled; None when not finite."""
        strip, work = self.strip, self.strip.work
        skin = strip.skin(state.displacement)
        expected = strip.contact(work.expected_force)
        contact_kernels.contact_frames(skin, state.along, state.depth, strip.chain, work.frames)
        if not hold_states:
            contact_kernels.contact_states(expected, self.sliding, self.pull_allowed)
        residual, border = self._residual(work.force, skin, state, load)
        norm = self._norm(residual, border)
        merit = self._norm(*self._residual(work.expected_force, skin, state, load))
        if not (math.isfinite(norm) and math.isfinite(merit)):
            return None
        contact = float(np.linalg.norm(expected.force[work.states != contact_kernels.OPEN]))
        reference = max(contact, FAINT * self.largest_force, strip.stiffness_scale * 1e-9)
        return _Evaluation(residual, border, norm, merit, reference, hold_states)

    def _residual(self, force: Array, skin: Array, state: State, load: Load) -> tuple[Array, Array]:
        """Residual of the free nodes for given nodal forces, contact rows and border included."""
        strip, work = self.strip, self.strip.work
        residual = force[:, :-1].copy()
        contact = strip.contact(force)
        skin_residual = contact.force.copy()
        contact_kernels.contact_residual(contact, skin_residual)
        residual[:, 0] = skin_residual
        if not strip.free_sides:
            residual[0] = residual[-1] = 0.0
        border = np.zeros(2)
        if self.anchor is not None:
            border[0] = skin[self.anchor.column, 0] - state.along - self.anchor.offset
        if load.kind != "indentation":
            touching = work.states != contact_kernels.OPEN
            border[1] = float(contact.force[touching, 1].sum()) - load.value
        return residual, border

    def _norm(self, residual: Array, border: Array) -> float:
        """Norm of a residual [N/m]."""
        place = self.strip.stiffness_scale * border[0]
        return math.sqrt(float(np.vdot(residual, residual)) + place**2 + border[1] ** 2)

    def _direction(self, now: _Evaluation, load: Load, state: State) -> tuple[Array, Array]:
        """Newton direction: displacement of the free nodes, and tool position (along, depth).

        The factors of an earlier iteration are kept while they serve well: as they are, or as a
        preconditioner where history along the rows asks for an iterative solve anyway.

        Raises
        ------
        numpy.linalg.LinAlgError
            When the tangent is singular.
        """
        strip, tangent = self.strip, self.tangent
        depth_is_free = load.kind != "indentation"
        keep = (
            tangent is not None
            and now.norm <= KEEP_FACTORS * self.last_norm
            and tangent.serves(strip, depth_is_free=depth_is_free)
        )
        self.last_norm = now.norm
        if not keep or isinstance(self.history, RowHistory):
            strip.assemble_tangents(state.displacement)
        if tangent is None or not keep:
            tangent = Tangent(strip, self.anchor, depth_is_free=depth_is_free)
            self.tangent = tangent
        target = np.append(-now.residual.ravel(), -now.border[tangent.tool])
        solution = tangent.solve(target)
        if isinstance(self.history, RowHistory):
            shape = (target.size, target.size)
            product = exact_product(strip, self.history, tangent)
            solution, _ = gmres(
                LinearOperator(shape, matvec=product),
                target,
                x0=solution,
                M=LinearOperator(shape, matvec=tangent.solve),
                rtol=self._forcing(now),
                restart=KRYLOV_SIZE,
                maxiter=1,
            )
        tool_change = np.zeros(2)
        tool_change[tangent.tool] = solution[now.residual.size :]
        return solution[: now.residual.size].reshape(now.residual.shape), tool_change

    def _forcing(self, now: _Evaluation) -> float:
        """Relative tolerance of the linear solve: no tighter than this solve needs to end."""
        enough = KRYLOV_MARGIN * self._bound(now) / now.norm if now.norm > 0.0 else 1.0
        return min(max(self.krylov_tolerance, enough), KRYLOV_LOOSEST)
