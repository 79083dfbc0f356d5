"""Pressing a rigid height map on any layered viscoelastic stack, with any load history."""

from __future__ import annotations

import numpy as np
from scipy import fft

from softsim import progress
from softsim.engines.linear.creep.basis import creep_basis
from softsim.engines.linear.creep.integrator import IntegrationWeights
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray, LayeredStack
from softsim.engines.linear.patch.contact import (
    CellContact,
    SurfaceContact,
    cell_load,
    solve_cells,
    summary_of,
)
from softsim.engines.linear.patch.green import CellInfluence, creep_influences, is_uniform
from softsim.engines.linear.patch.solvers import lowest_share, padded_influence
from softsim.errors import InputError
from softsim.load import Load

# Share of the lowest cells that a first contact is sought on.
PRESS_FIRST_SHARE = 0.1


class _Creep:
    """Modes y_j of every cell, y_j' = (p - y_j)/t_j, kept as padded transforms."""

    def __init__(
        self, stack: LayeredStack, spacing: tuple[float, float], shape: tuple[int, int]
    ) -> None:
        basis = creep_basis(stack)
        self.time, self.shape = basis.time, shape
        self.tables = creep_influences(stack, basis, spacing, shape)
        padded = padded_influence(self.tables[1:], shape)
        self.size = padded.shape[1:]
        self.spectra = fft.rfft2(padded)
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
) -> list[SurfaceContact]:
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
    list of SurfaceContact
        One at every time.

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
    closed = is_uniform(stack)
    contacts = []
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
            depth = float(lifted.min()) if now.indentation is None else now.indentation
            found = CellContact(np.zeros(shape), past, depth, 0)
        else:
            influence = CellInfluence(spacing, table, np.zeros(0), closed)
            found = solve_cells(influence, lifted, now, guess, 0.0)
            found = found._replace(displacement=past + found.displacement)
        contacts.append(summary_of(heights, spacing, found))
        before = found.pressure
        creep.advance(step, before)
    return contacts


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
    return lowest_share(heights, PRESS_FIRST_SHARE)
