"""Prony relaxation as retardation modes, and pressing with any load history.

Where one relaxation function multiplies the whole response (same branches in every layer and
constant Poisson ratio, or incompressible), the history factors out of the contact problem:
each time step is an elastic contact whose heights carry the creep of the past.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softsim.engines.linear.cell_solvers import CellOperator, Load, conjugate_contact
from softsim.engines.linear.influence_3d import cell_influence
from softsim.engines.linear.stack import FloatArray, LayeredStack
from softsim.errors import InputError


@dataclass(frozen=True, eq=False)
class CreepModes:
    """Creep J(t)/J(0) = 1 + sum c_j (1 - exp(-r_j t)).

    Parameters
    ----------
    weight : ndarray, shape (n_modes,)
        c_j [-], > 0.
    rate : ndarray, shape (n_modes,)
        r_j [1/s], > 0.
    """

    weight: FloatArray
    rate: FloatArray

    def compliance(self, time: FloatArray) -> FloatArray:
        """Return J(t)/J(0) [-]."""
        decay = -np.expm1(-np.multiply.outer(np.asarray(time, dtype=float), self.rate))
        return np.asarray(1.0 + decay @ self.weight)


def creep_modes(prony_weight: FloatArray, prony_time: FloatArray) -> CreepModes:
    """Invert a relaxation function exactly.

    Parameters
    ----------
    prony_weight : ndarray, shape (n_branches,)
        g_i [-], sum below 1.
    prony_time : ndarray, shape (n_branches,)
        tau_i [s].

    Returns
    -------
    CreepModes
        As many modes as branches with g_i > 0.

    Notes
    -----
    The branch strains obey a symmetric positive definite system, D^1/2 (1 - sqrt(g) sqrt(g)^T)
    D^1/2 with D = diag(1/tau); its eigenvalues are the retardation rates.
    """
    active = np.asarray(prony_weight) > 0.0
    weight = np.asarray(prony_weight, dtype=float)[active]
    time = np.asarray(prony_time, dtype=float)[active]
    drive = np.sqrt(weight / time)
    rate, vectors = np.linalg.eigh(np.diag(1.0 / time) - np.outer(drive, drive))
    return CreepModes((drive @ vectors) ** 2 / rate, rate)


def common_relaxation(stack: LayeredStack) -> CreepModes:
    """Return the creep shared by the whole stack, or refuse.

    Parameters
    ----------
    stack : LayeredStack
        The solid.

    Returns
    -------
    CreepModes
        Creep that multiplies the instantaneous response.

    Raises
    ------
    InputError
        When the layers relax differently or the volume stays elastic.
    """
    weight, time = stack.branch_weight, stack.branch_time
    same = np.all(weight == weight[0]) and np.all((time == time[0]) | (weight == 0.0))
    whole = np.all(stack.ratio_is_constant | (stack.poisson_ratio == 0.5))
    springs = np.isfinite(stack.interface_stiffness) & (stack.interface_stiffness > 0.0)
    plain = not (springs.any() or stack.interface_viscosity.any() or stack.sheet_stiffness.any())
    relaxes = bool((weight > 0.0).any())
    if relaxes and not (same and whole and plain):
        raise InputError(
            "the layers do not share one relaxation function; give every layer the same branches "
            "with a constant Poisson ratio (or 0.5), without springs or sheets between them"
        )
    return creep_modes(weight[0], time[0])


@dataclass(frozen=True, eq=False)
class PressHistory:
    """History of a press.

    Parameters
    ----------
    time, force, indentation, contact_area : ndarray, shape (n_times,)
        Time [s], normal force [N], depth [m] and area [m^2].
    peak_pressure : ndarray, shape (n_times,)
        Largest pressure [Pa].
    pressure : ndarray, shape (n_times, n_along, n_across)
        Pressure per cell [Pa].
    """

    time: FloatArray
    force: FloatArray
    indentation: FloatArray
    contact_area: FloatArray
    peak_pressure: FloatArray
    pressure: FloatArray


@dataclass(eq=False)
class _CreepState:
    """Creep of every cell, advanced exactly for pressures linear in time."""

    modes: CreepModes
    strain: FloatArray  # (n_modes, n_along, n_across), y_j of y' = r (p - y)
    pressure: FloatArray

    def history(self, step: float) -> tuple[float, FloatArray]:
        """Return a and b of the reduced pressure q = a p_new + b over a time step."""
        x = self.modes.rate * step
        decay = np.exp(-x)
        mean = np.where(x > 0.0, -np.expm1(-x) / np.where(x > 0.0, x, 1.0), 1.0)
        factor = 1.0 + float(self.modes.weight @ (1.0 - mean))
        past = np.tensordot(self.modes.weight * decay, self.strain, 1)
        past += float(self.modes.weight @ (mean - decay)) * self.pressure
        return factor, np.asarray(past)

    def advance(self, step: float, pressure: FloatArray) -> None:
        """Move to the end of a step."""
        x = self.modes.rate * step
        for i, value in enumerate(x):
            decay = np.exp(-value)
            mean = -np.expm1(-value) / value if value > 0.0 else 1.0
            self.strain[i] *= decay
            self.strain[i] += (mean - decay) * self.pressure + (1.0 - mean) * pressure
        self.pressure = pressure


def press_surface(
    stack: LayeredStack,
    *,
    spacing: tuple[float, float],
    heights: FloatArray,
    time: FloatArray,
    force: FloatArray | None = None,
    indentation: FloatArray | None = None,
) -> PressHistory:
    """Press a rigid height map on a viscoelastic solid with any load history, unloading included.

    Parameters
    ----------
    stack : LayeredStack
        The solid; must share one relaxation function (see `common_relaxation`).
    spacing : tuple of float
        Cell sides [m].
    heights : ndarray, shape (n_along, n_across)
        Height of the tool above its lowest point [m]; inf: no tool.
    time : ndarray, shape (n_times,)
        Times [s], increasing; a load at the first time is a step.
    force, indentation : ndarray, shape (n_times,), optional
        Exactly one: normal force [N] or depth [m] at those times.

    Returns
    -------
    PressHistory
        Pressures and scalars.

    Raises
    ------
    InputError
        When the load is missing or doubled, times do not increase, or layers relax differently.

    Notes
    -----
    Exact exponential update for pressures linear in time over a step: second order in the step
    at every point that stays in contact.
    """
    if (force is None) == (indentation is None):
        raise InputError("give exactly one of force and indentation")
    if np.any(np.diff(time) <= 0.0):
        raise InputError("times of a press must increase")
    modes = common_relaxation(stack)
    fast = LayeredStack(
        thickness=stack.thickness,
        shear_modulus=stack.shear_modulus,
        poisson_ratio=stack.poisson_ratio,
        slip_stiffness=stack.slip_stiffness,
        membrane=stack.membrane,
    )
    shape = (heights.shape[0], heights.shape[1])
    operator = CellOperator(cell_influence(fast, 0.0, spacing, shape).pressure, shape)
    state = _CreepState(modes, np.zeros((modes.rate.size, *shape)), np.zeros(shape))
    area = spacing[0] * spacing[1]
    depth = np.zeros(time.size)
    pressure = np.zeros((time.size, *shape))
    for i in range(time.size):
        step = float(time[i] - time[i - 1]) if i else 0.0
        factor, past = state.history(step)
        load = Load(
            None if force is None else factor * float(force[i]) / area,
            None if indentation is None else float(indentation[i]),
        )
        pressure[i], depth[i] = _press_step(
            operator, heights + operator(past) if i else heights, load, factor, state.pressure
        )
        state.advance(step, pressure[i])
    return PressHistory(
        time=np.asarray(time, dtype=float),
        force=pressure.sum(axis=(1, 2)) * area,
        indentation=depth,
        contact_area=(pressure > 0.0).sum(axis=(1, 2)) * area,
        peak_pressure=pressure.max(axis=(1, 2)),
        pressure=pressure,
    )


def _press_step(
    operator: CellOperator, heights: FloatArray, load: Load, factor: float, before: FloatArray
) -> tuple[FloatArray, float]:
    """Solve one time step: an elastic contact with the reduced pressure."""
    guess = factor * before
    if load.depth is not None:
        overlap = heights < load.depth
        if not overlap.any():
            return np.zeros_like(before), load.depth
        if not guess.any():
            guess = overlap * (load.depth - np.where(overlap, heights, 0.0))
            guess /= operator(guess).max() / (load.depth - heights.min())
    elif load.pressure_sum == 0.0:
        return np.zeros_like(before), float(heights.min())
    elif not guess.any():
        guess = np.asarray(heights <= np.quantile(heights, 0.1), dtype=float)
    solved, depth, _ = conjugate_contact(operator, heights, load, guess)
    return solved / factor, depth
