"""Relaxation history of a strip: frozen, carried in time, or carried along the rows."""

from __future__ import annotations

import numpy as np

from softsim.engines.finite.strip.strip import Array, Strip
from softsim.kernels.laws.prony import branch_factors
from softsim.kernels.strip import history as kernels
from softsim.kernels.strip.arrays import Branches


class FrozenHistory:
    """No history: a fixed share of the relaxing stress acts (1 instantaneous, g_inf relaxed)."""

    def __init__(self, strip: Strip, share: Array) -> None:
        """Let `share`, shape (n_layers,), of the relaxing stress act."""
        strip.work.factor[:] = strip.by_row(share)[None, :, None]
        strip.work.carried[:] = 0.0

    def carry(self, strip: Strip) -> None:
        """Leave the carried stress at zero."""


class TimeHistory:
    """History of a transient: branch stresses at every Gauss point.

    The state is that at the start of the current step; `begin` prepares a step, `accept` ends it.
    """

    def __init__(self, strip: Strip) -> None:
        """Start from undisturbed tissue: no overstress."""
        shape = strip.work.stress_relaxing.shape
        n_branches = strip.layers.weights.shape[1]
        self.stress_old = np.empty(shape)
        self.stress_old[:] = strip.by_row(strip.rest_relaxing)[None, :, None, :]
        self.overstress = np.zeros((*shape[:3], n_branches, 4))
        self.branches = _branches(strip, strip.layers.weights.shape)

    def begin(self, strip: Strip, dt: float) -> None:
        """Prepare a step of `dt` seconds."""
        layers = strip.layers
        for k in range(layers.weights.shape[0]):
            branch_factors(dt, layers.times[k], self.branches.decay[k], self.branches.gain[k])
        share = layers.long_term + (layers.weights * self.branches.gain).sum(axis=1)
        strip.work.factor[:] = strip.by_row(share)[None, :, None]
        kernels.carry_in_time(self.overstress, self.stress_old, self.branches, strip.work.carried)

    def carry(self, strip: Strip) -> None:
        """Leave the carried stress of the step unchanged."""

    def accept(self, strip: Strip) -> None:
        """End the step with the stresses now in the strip's work arrays."""
        kernels.advance_in_time(
            strip.work.stress_relaxing, self.branches, self.overstress, self.stress_old
        )


class RowHistory:
    """History of a steady stroke: tissue flows through the grid at the stroke speed."""

    def __init__(self, strip: Strip, speed: float) -> None:
        """Prepare the step factors between Gauss columns for `speed` [m/s], not zero."""
        layers, grid = strip.layers, strip.grid
        n_layers, n_branches = layers.weights.shape
        n_columns = grid.column_edges.size - 1
        self.forward = speed > 0.0
        self.branches = _branches(strip, (n_layers, n_columns, 2, n_branches))
        kernels.row_factors(grid.column_edges, speed, self.branches)
        share = layers.long_term[:, None, None] + np.einsum(
            "lb,lcsb->lcs", layers.weights, self.branches.gain
        )
        entering, leaving = share[grid.row_layer].transpose(2, 1, 0)
        factor = strip.work.factor
        right, left = (entering, leaving) if self.forward else (leaving, entering)
        factor[..., 0], factor[..., 3] = left, left
        factor[..., 1], factor[..., 2] = right, right
        self.reference = strip.rest_relaxing
        self.undisturbed = np.zeros_like(self.reference)

    def carry(self, strip: Strip) -> None:
        """Sweep the rows with the stresses now in the strip's work arrays."""
        self.sweep(strip.work.stress_relaxing, self.reference, strip.work.carried)

    def sweep(self, stress: Array, reference: Array, carried: Array) -> None:
        """Fill what the history carries, for given stresses.

        Parameters
        ----------
        stress, carried : ndarray of float64, shape (n_columns, n_rows, 4, 4)
            Relaxing stress at the Gauss points, and what is filled [Pa].
        reference : ndarray of float64, shape (n_layers, 4)
            Of the undisturbed tissue; zero for a change of stress [Pa].
        """
        kernels.carry_along_rows(stress, reference, self.forward, self.branches, carried)


def _branches(strip: Strip, shape: tuple[int, ...]) -> Branches:
    """Return the branches of a strip with step factors of a shape, 1 for now."""
    layers = strip.layers
    return Branches(
        strip.grid.row_layer, layers.weights, layers.times, np.ones(shape), np.ones(shape)
    )


History = FrozenHistory | TimeHistory | RowHistory
