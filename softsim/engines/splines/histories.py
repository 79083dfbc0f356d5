"""Relaxation of a section: none, or that of tissue that flows past a steady stroke."""

from __future__ import annotations

import math

import numpy as np

from softsim.engines.splines.basis import Array
from softsim.engines.splines.section import Section
from softsim.kernels.splines import flow


class Rest:
    """No history: a share of the relaxing stress acts, 1 at once, g_inf after long."""

    def __init__(self, section: Section, share: Array) -> None:
        """Let `share`, shape (n_layers,), of the relaxing stress act."""
        section.history.factor[:] = share[section.layer][..., None]
        section.history.carried[:] = 0.0

    def carry(self, section: Section) -> None:
        """Leave the carried stress at zero."""


class Flow:
    """Tissue flows through the mesh at the speed of the stroke."""

    def __init__(self, section: Section, speed: float) -> None:
        """Prepare the factors between the points for `speed` [m/s], not zero."""
        layers, along = section.layers, section.mesh.directions[0]
        n_layers, n_branches = layers.weights.shape
        self.forward = speed > 0.0
        self.decay = np.empty((along.place.size, n_layers, n_branches))
        self.gain = np.empty_like(self.decay)
        flow.row_factors(
            along.place.ravel(), speed, layers.weights, layers.times, self.decay, self.gain
        )
        share = layers.long_term + np.einsum("lb,klb->kl", layers.weights, self.gain)
        side = along.place.shape[1]
        own = share.reshape(-1, side, n_layers)[
            np.arange(section.layer.shape[0])[:, None, None],
            np.arange(side)[None, None, :],
            section.layer[:, :, None],
        ]  # (i, j, q)
        section.history.factor[:] = np.repeat(own, side, axis=2)
        section.evaluate(section.rest())
        first = [tuple(np.argwhere(section.layer == k)[0]) for k in range(n_layers)]
        self.reference = np.array([section.stresses.relaxing[i, j, 0] for i, j in first])

    def carry(self, section: Section) -> None:
        """Carry the stresses that the section has now along the rows."""
        flow.carry_along(
            section.stresses.relaxing,
            self.reference,
            section.layer,
            self.forward,
            section.layers.weights,
            self.decay,
            self.gain,
            section.history.carried,
        )


def side_of(section: Section) -> int:
    """Return the points of a span in one direction."""
    return int(math.sqrt(section.stresses.ratio.shape[2]) + 0.5)
