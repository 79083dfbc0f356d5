"""Pressing a rigid height map on any layered viscoelastic stack, with any load history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

from softsim import progress
from softsim.engines.linear.creep.basis import creep_basis
from softsim.engines.linear.creep.integrator import IntegrationWeights
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray, LayeredStack
from softsim.engines.linear.patch.contact import cell_load, solve_cells
from softsim.engines.linear.patch.green import CellInfluence, creep_influences
from softsim.errors import InputError
from softsim.load import Load

# Share of the lowest cells that a first contact is sought on.
FIRST_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class PressHistory:
    """History of a press.

    Parameters
    ----------
    time, force, indentation, contact_area : ndarray, shape (n_times,)
        Time [s], normal force [N], depth [m] and area [m^2].
    peak_pressure : ndarray, shape (n_times,)
        Largest pressure [Pa].
    pressure, displacement : ndarray, shape (n_times, n_along, n_across)
        Pressure [Pa] and displacement in depth [m] per cell.
    iterations : tuple of int
        Products with the influence in every step.
    """

    time: FloatArray
    force: FloatArray
    indentation: FloatArray
    contact_area: FloatArray
    peak_pressure: FloatArray
    pressure: FloatArray
    displacement: FloatArray
    iterations: tuple[int, ...]


class _Creep:
    """Modes y_j of every cell, y_j' = (p - y_j)/t_j, kept as padded transforms."""

    def __init__(
        self, stack: LayeredStack, spacing: tuple[float, float], shape: tuple[int, int]
    ) -> None:
        basis = creep_basis(stack)
        self.time, self.shape = basis.time, shape
        self.tables = creep_influences(stack, basis, spacing, shape)
        self.size = tuple(fft.next_fast_len(2 * n - 1, real=True) for n in shape)
        centred = np.zeros((basis.time.size, *self.size))
        rows, columns = (
            np.arange(-(n - 1), n) % size for n, size in zip(shape, self.size, strict=True)
        )
        centred[:, rows[:, None], columns] = self.tables[1:]
        self.spectra = fft.rfft2(centred)
        self.state: ComplexArray = np.zeros_like(self.spectra)
        self.pressure: ComplexArray = np.zeros(self.spectra.shape[1:], dtype=complex)

    def influence(self, step: float) -> FloatArray:
        """Return the influence of a pressure that grows evenly over a step, at its end."""
        new = IntegrationWeights.of(self.time, step).new
        return np.asarray(self.tables[0] + np.tensordot(new, self.tables[1:], 1))

    def past(self, step: float) -> FloatArray:
        """Return the displacement after a step at whose end nothing presses."""
        weights = IntegrationWeights.of(self.time, step)
        state = weights.decay[:, None, None] * self.state
        state += weights.old[:, None, None] * self.pressure
        total = fft.irfft2((self.spectra * state).sum(axis=0), s=self.size)
        return np.asarray(total[: self.shape[0], : self.shape[1]])

    def advance(self, step: float, pressure: FloatArray) -> None:
        """Move to the end of a step."""
        weights, new = IntegrationWeights.of(self.time, step), fft.rfft2(pressure, s=self.size)
        self.state *= weights.decay[:, None, None]
        self.state += weights.old[:, None, None] * self.pressure
        self.state += weights.new[:, None, None] * new
        self.pressure = new


def press_surface(
    stack: LayeredStack,
    *,
    spacing: tuple[float, float],
    heights: FloatArray,
    time: FloatArray,
    load: Load,
    share: FloatArray,
) -> PressHistory:
    """Press a rigid height map on a viscoelastic solid with any load history, unloading included.

    Parameters
    ----------
    stack : LayeredStack
        The solid; layers may relax differently.
    spacing : tuple of float
        Cell sides [m].
    heights : ndarray, shape (n_along, n_across)
        Height of the tool above its lowest point [m]; inf: no tool.
    time : ndarray, shape (n_times,)
        Times [s], increasing; a load at the first time is a step.
    load : Load
        Normal force [N] or depth [m].
    share : ndarray, shape (n_times,)
        Of the load, at those times [-].

    Returns
    -------
    PressHistory
        Pressures and scalars.

    Raises
    ------
    InputError
        When the load is a pressure or not positive, or times do not increase.
    ConvergenceError
        When a contact does not settle.

    Notes
    -----
    No friction.  Exact exponential update for pressures linear in time over a step and for the
    fitted creep (1e-7): second order in the step, less at cells that have come into contact within
    a step, where the pressure rises like a root.
    """
    load.check_contact()
    if np.any(np.diff(time) <= 0.0):
        raise InputError("times of a press must increase")
    shape = (heights.shape[0], heights.shape[1])
    creep = _Creep(stack, spacing, shape)
    area = spacing[0] * spacing[1]
    closed = stack.thickness.size == 1 and stack.is_half_space
    depth, iterations = np.zeros(time.size), [0] * time.size
    pressure, displacement = np.zeros((2, time.size, *shape))
    before = np.zeros(shape)
    for i in range(time.size):
        progress.report(i, time.size, "steps of a whole edge")
        step = float(time[i] - time[i - 1]) if i else 0.0
        past = creep.past(step)
        table = creep.influence(step)
        now = cell_load(load.times(float(share[i])), area)
        lifted = heights + past
        guess = _guess(lifted, now, before)
        if guess is None:
            depth[i] = float(lifted.min()) if now.indentation is None else now.indentation
            displacement[i] = past
        else:
            influence = CellInfluence(spacing, table, np.zeros(0), closed)
            pressure[i], moved, depth[i], iterations[i] = solve_cells(
                influence, lifted, now, guess, 0.0
            )
            displacement[i] = past + moved
        before = pressure[i]
        creep.advance(step, before)
    return PressHistory(
        time=np.asarray(time, dtype=float),
        force=pressure.sum(axis=(1, 2)) * area,
        indentation=depth,
        contact_area=(pressure > 0.0).sum(axis=(1, 2)) * area,
        peak_pressure=pressure.max(axis=(1, 2)),
        pressure=pressure,
        displacement=displacement,
        iterations=tuple(iterations),
    )


def _guess(heights: FloatArray, load: Load, before: FloatArray) -> FloatArray | None:
    """Return a first pressure for a step, None where the tool does not touch."""
    if load.indentation is not None:
        overlap = heights < load.indentation
        if not overlap.any():
            return None
        if not (before > 0.0).any():
            return np.asarray(overlap * 1.0)
    elif load.force == 0.0:
        return None
    if (before > 0.0).any():
        return before
    finite = heights[np.isfinite(heights)]
    return np.asarray(heights <= np.quantile(finite, FIRST_SHARE), dtype=float)
