"""Pressing a plane-strain edge on any layered viscoelastic stack, with any load history.

The creep of a layered stack is not one function: every wavenumber has its own.  At a real Laplace
variable s the stack is an elastic one, so its influence columns come from the elastic solver; the
creep of every column is then fitted by exponentials with common times, which carry the history.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softsim.engines.linear.contact_2d import DATUM_EXTENTS, _first_guess, _Load, active_set
from softsim.engines.linear.influence import surface_influence
from softsim.engines.linear.stack import FloatArray, IncrementalModuli, LayeredStack
from softsim.errors import InputError

# Retardation times per decade; Laplace samples per retardation time.  Two a decade leave
# 1e-5 of the influence and four 1e-8; the error is measured and returned with every press.
TIMES_PER_DECADE = 4
SAMPLES_PER_TIME = 2
# Decades beyond the spectrum on both sides, so that the limits are met.
SPARE_DECADES = 0.5
# Singular values below this fraction of the largest only amplify rounding.
SMALLEST_SINGULAR_VALUE = 1e-10


@dataclass(frozen=True, eq=False)
class CreepColumns:
    """Influence column at 0+ and its creep: u = instant * p + sum_j growth_j * y_j.

    Parameters
    ----------
    instant : ndarray, shape (2 n - 1,)
        Influence of a sudden hat [m/Pa].
    growth : ndarray, shape (n_times, 2 n - 1)
        Creep weights [m/Pa]; y_j' = (p - y_j)/time_j.
    time : ndarray, shape (n_times,)
        Retardation times [s].
    fit_error : float
        Largest misfit at Laplace samples not used in the fit, over the largest influence [-].
    """

    instant: FloatArray
    growth: FloatArray
    time: FloatArray
    fit_error: float


def elastic_at(stack: LayeredStack, laplace: float) -> LayeredStack:
    """Return the elastic stack that responds like the viscous one to loads growing as e^{st}.

    Parameters
    ----------
    stack : LayeredStack
        The solid.
    laplace : float
        s >= 0 [1/s]; inf is instantaneous.

    Returns
    -------
    LayeredStack
        Without branches and dashpots.
    """
    if np.isinf(laplace):
        kept = np.ones(stack.thickness.size)
    else:
        kept = 1.0 - (stack.branch_weight / (1.0 + laplace * stack.branch_time)).sum(axis=1)
    start = stack.uniaxial_ratio
    ratio = start * kept / (1.0 + (4.0 / 3.0) * start * (kept - 1.0))
    ratio = np.where(stack.ratio_is_constant, start, ratio)
    moduli = stack.incremental
    if moduli is not None:
        moduli = IncrementalModuli(
            elastic=moduli.elastic + kept[:, None] * moduli.relaxing,
            relaxing=np.zeros_like(moduli.relaxing),
            tension=moduli.tension,
            plain=moduli.plain,
        )
    viscous = stack.interface_viscosity > 0.0
    dashpot = np.zeros(stack.thickness.size)
    dashpot[viscous] = laplace * stack.interface_viscosity[viscous]
    return LayeredStack(
        thickness=stack.thickness,
        shear_modulus=stack.shear_modulus * kept,
        poisson_ratio=(0.5 - ratio) / (1.0 - ratio),
        slip_stiffness=stack.interface_stiffness + dashpot,
        membrane=stack.sheet_stiffness,
        incremental=moduli,
    )


def _column(stack: LayeredStack, laplace: float, spacing: float, n: int) -> FloatArray:
    """Return the influence column at one Laplace variable, datum ten extents away."""
    influence = surface_influence(elastic_at(stack, laplace), 0.0, spacing, n, (1,))
    shift = influence.kernel_pressure.far_log * np.log(DATUM_EXTENTS * spacing * n)
    return np.asarray(influence.pressure[0] + shift * spacing)


def creep_columns(stack: LayeredStack, spacing: float, n_nodes: int) -> CreepColumns:
    """Fit the creep of the influence of a stack by exponentials with common times.

    Parameters
    ----------
    stack : LayeredStack
        The solid; interface dashpots need a spring beside them.
    spacing : float
        Node spacing [m].
    n_nodes : int
        Number of nodes.

    Returns
    -------
    CreepColumns
        With the error of the fit.

    Raises
    ------
    InputError
        When an interface has a dashpot and no spring: its creep never ends.
    """
    viscous = np.isfinite(stack.interface_stiffness) & (stack.interface_viscosity > 0.0)
    if np.any(viscous & (stack.interface_stiffness == 0.0)):
        raise InputError("slip_viscosity without slip_stiffness creeps for ever; give it a spring")
    weight = stack.branch_weight
    active = weight > 0.0
    spans = [stack.branch_time[active]]
    if active.any():
        relaxed = 1.0 / (1.0 - weight.sum(axis=1))
        spans.append((stack.branch_time * relaxed[:, None])[active])
    spans.append(stack.interface_viscosity[viscous] / stack.interface_stiffness[viscous])
    every = np.concatenate(spans)
    instant = _column(stack, np.inf, spacing, n_nodes)
    if every.size == 0:
        return CreepColumns(instant, np.zeros((0, instant.size)), np.zeros(0), 0.0)
    low, high = np.log10(every.min()) - SPARE_DECADES, np.log10(every.max()) + SPARE_DECADES
    count = int(np.ceil(TIMES_PER_DECADE * (high - low))) + 1
    time = np.asarray(np.logspace(low, high, count), dtype=np.float64)
    laplace = 1.0 / np.logspace(low, high, SAMPLES_PER_TIME * count)
    laplace = np.concatenate([[0.0], laplace[::-1]])
    columns = np.array([_column(stack, s, spacing, n_nodes) for s in laplace]) - instant
    basis = 1.0 / (1.0 + laplace[:, None] * time)
    found = np.linalg.lstsq(basis, columns, rcond=SMALLEST_SINGULAR_VALUE)
    growth = np.asarray(found[0], dtype=np.float64)
    check = np.sqrt(laplace[1:-1] * laplace[2:])[:: max(1, laplace.size // 4)]
    exact = np.array([_column(stack, s, spacing, n_nodes) for s in check]) - instant
    fitted = (1.0 / (1.0 + check[:, None] * time)) @ growth
    error = float(np.abs(fitted - exact).max() / np.abs(columns[0] + instant).max())
    return CreepColumns(instant, growth, time, error)


@dataclass(frozen=True, eq=False)
class EdgePress:
    """History of a plane-strain press.

    Parameters
    ----------
    time, force, indentation : ndarray, shape (n_times,)
        Time [s], force per unit length [N/m], depth below the far datum [m].
    contact_pressure : ndarray, shape (n_times, n)
        Pressure at the nodes [Pa].
    fit_error : float
        Error of the creep fit relative to the largest influence [-].
    """

    time: FloatArray
    force: FloatArray
    indentation: FloatArray
    contact_pressure: FloatArray
    fit_error: float


def press_edge(
    stack: LayeredStack,
    *,
    along: FloatArray,
    heights: FloatArray,
    time: FloatArray,
    force: FloatArray | None = None,
    indentation: FloatArray | None = None,
) -> EdgePress:
    """Press a rigid edge on a layered viscoelastic stack without friction.

    Parameters
    ----------
    stack : LayeredStack
        The solid; layers may relax differently.
    along, heights : ndarray, shape (n,)
        Node positions, equal steps [m], and height of the edge [m].
    time : ndarray, shape (n_times,)
        Increasing times [s]; a load at the first is a step.
    force, indentation : ndarray, shape (n_times,), optional
        Exactly one: force per unit length [N/m] or depth [m], > 0; over a half-space the depth is
        measured from the surface ten grid extents away.

    Returns
    -------
    EdgePress
        Pressures and scalars.

    Raises
    ------
    InputError
        When the load is missing or doubled or times do not increase.

    Notes
    -----
    The update is exact for pressures linear in time over a step and for the fitted creep.
    """
    if (force is None) == (indentation is None):
        raise InputError("give exactly one of force and indentation")
    if np.any(np.diff(time) <= 0.0):
        raise InputError("times of a press must increase")
    n = along.size
    spacing = float(along[-1] - along[0]) / (n - 1)
    creep = creep_columns(stack, spacing, n)
    pressure = np.zeros((time.size, n))
    depth = np.zeros(time.size)
    strain = np.zeros((creep.time.size, n))
    active: np.ndarray | None = None
    for i in range(time.size):
        before = pressure[i - 1] if i else np.zeros(n)
        step = _step(creep, strain, before, float(time[i] - time[i - 1]) if i else 0.0)
        if force is not None:
            load = _Load(0.0, np.full(n, spacing), float(force[i]))
        else:
            assert indentation is not None
            load = _Load(1.0, np.zeros(n), float(indentation[i]))
        lifted = heights + _history(creep.growth, step.carried)
        guess = _first_guess(step.column, lifted, load) if active is None else active
        pressure[i], _, depth[i], active, _ = active_set(step.column, lifted, load, guess)
        strain = step.carried + np.outer(step.gain, pressure[i])
    return EdgePress(
        time=np.asarray(time, dtype=float),
        force=spacing * pressure.sum(axis=1),
        indentation=depth,
        contact_pressure=pressure,
        fit_error=creep.fit_error,
    )


@dataclass(frozen=True, eq=False)
class _Step:
    """One time step: influence of the new pressure, its share in the strains, what is carried."""

    column: FloatArray
    gain: FloatArray
    carried: FloatArray


def _step(creep: CreepColumns, strain: FloatArray, before: FloatArray, step: float) -> _Step:
    """Integrate the creep strains over a step in which the pressure is linear in time."""
    x = step / creep.time
    decay = np.exp(-x)
    mean = np.where(x > 0.0, -np.expm1(-x) / np.where(x > 0.0, x, 1.0), 1.0)
    column = creep.instant + (1.0 - mean) @ creep.growth
    carried = decay[:, None] * strain + np.outer(mean - decay, before)
    return _Step(column, 1.0 - mean, carried)


def _history(growth: FloatArray, carried: FloatArray) -> FloatArray:
    """Return the displacement left by the past: the sum of the columns times their strains."""
    n = carried.shape[1] if carried.size else (growth.shape[1] + 1) // 2
    size = 1 << int(np.ceil(np.log2(2 * n - 1)))
    product = np.fft.rfft(growth, size, axis=1) * np.fft.rfft(carried, size, axis=1)
    return np.asarray(np.fft.irfft(product.sum(axis=0), size)[n - 1 : 2 * n - 1])
