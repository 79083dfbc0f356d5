"""Newton's method on the strip: contact and friction as rows, tool depth as a border."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.linalg import lapack
from scipy.sparse.linalg import LinearOperator, gmres

from softsim.engines.finite.histories import History, RowHistory
from softsim.engines.finite.strip import Array, Strip
from softsim.kernels import contact as contact_kernels
from softsim.kernels import history as history_kernels

MAX_ITERATIONS = 25
SHORTEST_STEP = 1.0 / 32.0
KRYLOV_TOLERANCE = 1e-3
GROWTH_ALLOWED = 1.5  # of the residual in one step: a change of contact may raise it


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is prescribed: `kind` "indentation" [m], "force" [N/m] or "pressure" [Pa]."""

    kind: Literal["indentation", "force", "pressure"]
    value: float

    def scaled(self, fraction: float) -> Load:
        """Return the same kind of load times `fraction`."""
        return Load(kind=self.kind, value=self.value * fraction)


@dataclass(slots=True)
class State:
    """Solution on a strip: displacement [m] and the place of the tool's lowest point [m]."""

    displacement: Array
    depth: float
    along: float

    def copy(self) -> State:
        """Return an independent copy."""
        return State(self.displacement.copy(), self.depth, self.along)


@dataclass(frozen=True, slots=True)
class NewtonReport:
    """How a solve ended; `residual` is relative to the contact force [-]."""

    converged: bool
    iterations: int
    residual: float


@dataclass(slots=True)
class _Evaluation:
    """Residual of one trial state."""

    residual: Array
    load_residual: float
    norm: float
    reference: float


class Newton:
    """Solver for one strip and one kind of history.

    Parameters
    ----------
    strip : Strip
    history : FrozenHistory, TimeHistory or RowHistory
    sliding : int
        +1 or -1 when every touching node slips with friction towards +/- along; 0 to decide
        between stick and slip node by node.
    tolerance : float
        Relative force residual at which the solve ends [-].
    """

    def __init__(
        self, strip: Strip, history: History, *, sliding: int = 0, tolerance: float = 1e-6
    ) -> None:
        self.strip = strip
        self.history = history
        self.sliding = sliding
        self.tolerance = tolerance
        self.iterations = 0

    def solve(
        self, state: State, load: Load, max_iterations: int = MAX_ITERATIONS
    ) -> NewtonReport:
        """Bring `state` to equilibrium under `load`, in place.

        The state is meaningful only when the report says converged.
        """
        if load.kind == "indentation":
            state.depth = load.value
        now = self._evaluate(state, load)
        if now is None:
            return NewtonReport(False, 0, math.inf)
        for iteration in range(max_iterations):
            if now.norm <= self.tolerance * now.reference:
                return NewtonReport(True, iteration, now.norm / now.reference)
            self.iterations += 1
            direction, depth_change = self._direction(now, load)
            if not np.isfinite(direction).all():
                return NewtonReport(False, iteration, now.norm / now.reference)
            following = self._search(state, direction, depth_change, load, now.norm)
            if following is None:
                return NewtonReport(False, iteration, now.norm / now.reference)
            now = following
        converged = now.norm <= self.tolerance * now.reference
        return NewtonReport(converged, max_iterations, now.norm / now.reference)

    def _search(
        self, state: State, direction: Array, depth_change: float, load: Load, norm: float
    ) -> _Evaluation | None:
        """Backtrack along a Newton direction; update `state` and return its evaluation."""
        start, depth = state.displacement.copy(), state.depth
        states = self.strip.work.states.copy()
        best: tuple[float, float] | None = None
        step = 1.0
        while step >= SHORTEST_STEP:
            state.displacement[:, :-1] = start[:, :-1] + step * direction
            state.depth = depth + step * depth_change
            self.strip.work.states[:] = states
            trial = self._evaluate(state, load)
            if trial is not None:
                if trial.norm <= GROWTH_ALLOWED * norm:
                    return trial
                if best is None or trial.norm < best[0]:
                    best = (trial.norm, step)
            step *= 0.5
        if best is None:
            return None
        state.displacement[:, :-1] = start[:, :-1] + best[1] * direction
        state.depth = depth + best[1] * depth_change
        self.strip.work.states[:] = states
        return self._evaluate(state, load)

    def _evaluate(self, state: State, load: Load) -> _Evaluation | None:
        """Residual at a trial state, or None when an element is turned inside out."""
        strip, work = self.strip, self.strip.work
        if not strip.evaluate(state.displacement):
            return None
        self.history.carry(strip)
        strip.assemble(state.displacement)
        skin_force = np.ascontiguousarray(work.force[:, 0])
        contact_kernels.contact_frames(
            strip.skin(state.displacement), state.along, state.depth, strip.chain, work.frames
        )
        contact_kernels.contact_states(
            skin_force,
            work.frames,
            strip.friction,
            self.sliding,
            strip.stiffness_scale,
            work.states,
        )
        residual = work.force[:, :-1].copy()
        skin_residual = skin_force.copy()
        contact_kernels.contact_residual(
            skin_force,
            work.frames,
            work.states,
            strip.friction,
            strip.stiffness_scale,
            skin_residual,
        )
        residual[:, 0] = skin_residual
        if not strip.free_sides:
            residual[0] = residual[-1] = 0.0
        touching = work.states != contact_kernels.OPEN
        load_residual = 0.0
        if load.kind != "indentation":
            load_residual = float(skin_force[touching, 1].sum()) - self._target(load, state)
        contact_force = float(np.linalg.norm(skin_force[touching]))
        smallest = strip.stiffness_scale * 1e-9
        norm = math.sqrt(float(np.vdot(residual, residual)) + load_residual**2)
        if not math.isfinite(norm):
            return None
        return _Evaluation(residual, load_residual, norm, max(contact_force, smallest))

    def _target(self, load: Load, state: State) -> float:
        """Normal force asked for per length across [N/m]."""
        if load.kind == "force":
            return load.value
        from softsim.engines.finite.surface import contact_width

        return load.value * max(contact_width(self.strip, state), 1e-6)

    def _direction(self, now: _Evaluation, load: Load) -> tuple[Array, float]:
        """Newton direction (displacement of the free nodes, tool depth)."""
        strip, work = self.strip, self.strip.work
        n_free = strip.grid.row_edges.size - 1
        half = 2 * n_free + 3
        skin_force = np.ascontiguousarray(work.force[:, 0])
        contact_kernels.fill_band(
            work.stiffness,
            n_free,
            strip.free_sides,
            work.frames,
            work.states,
            skin_force,
            strip.friction,
            strip.stiffness_scale,
            work.band,
            work.depth_column,
            work.force_row,
        )
        factors, pivots, info = lapack.dgbtrf(work.band.T, half, half, overwrite_ab=1)
        shape = now.residual.shape
        if info != 0:
            return np.full(shape, np.nan), 0.0
        bordered = load.kind != "indentation"
        right = np.stack([-now.residual.ravel(), work.depth_column], axis=1)
        solved, _ = lapack.dgbtrs(factors, half, half, right, pivots)
        through = solved[:, 1].copy()
        pivot = -float(work.force_row @ through)
        if bordered and pivot == 0.0:
            return np.full(shape, np.nan), 0.0

        def precondition(vector: Array) -> Array:
            first, _ = lapack.dgbtrs(factors, half, half, vector[: through.size], pivots)
            if not bordered:
                return first
            depth = (vector[-1] - work.force_row @ first) / pivot
            return np.append(first - through * depth, depth)

        first = solved[:, 0]
        if bordered:
            depth = (-now.load_residual - work.force_row @ first) / pivot
            first = np.append(first - through * depth, depth)
        if isinstance(self.history, RowHistory):
            target = -now.residual.ravel()
            if bordered:
                target = np.append(target, -now.load_residual)
            first = self._krylov(first, target, precondition, bordered, skin_force)
        if bordered:
            return first[:-1].reshape(shape), float(first[-1])
        return first.reshape(shape), 0.0

    def _krylov(self, guess, target, precondition, bordered, skin_force):  # type: ignore[no-untyped-def]
        """Solve with the exact tangent of a steady stroke, the band as preconditioner."""
        strip, work, history = self.strip, self.strip.work, self.history
        assert isinstance(history, RowHistory)
        grid = strip.grid
        change = strip.rest()
        stress = np.empty_like(work.carried)
        carried = np.empty_like(work.carried)
        force = strip.rest()

        def product(vector: Array) -> Array:
            change[:, :-1] = vector[: guess.size - bordered].reshape(change[:, :-1].shape)
            history_kernels.stress_change(
                change, work.tangent_relaxing, work.strain_operator, stress
            )
            history.sweep(strip, stress, history.undisturbed, carried)
            history_kernels.force_change(
                change,
                work.stiffness,
                carried,
                work.strain_operator,
                grid.column_edges,
                grid.row_edges,
                force,
            )
            skin_change = np.ascontiguousarray(force[:, 0])
            rows = skin_change.copy()
            normal = contact_kernels.contact_product(
                np.ascontiguousarray(change[:, 0]),
                skin_change,
                float(vector[-1]) if bordered else 0.0,
                work.frames,
                work.states,
                skin_force,
                strip.friction,
                strip.stiffness_scale,
                rows,
            )
            result = force[:, :-1].copy()
            result[:, 0] = rows
            if not strip.free_sides:
                ends = change[[0, -1], :-1]
                result[[0, -1]] = strip.stiffness_scale * ends
            return np.append(result.ravel(), normal) if bordered else result.ravel()

        size = guess.size
        solution, _ = gmres(
            LinearOperator((size, size), matvec=product),
            target,
            x0=guess,
            M=LinearOperator((size, size), matvec=precondition),
            rtol=KRYLOV_TOLERANCE,
            restart=40,
            maxiter=1,
        )
        return solution
