"""Relaxation of a section: none, or that of tissue that flows past a steady stroke."""

from __future__ import annotations

import numpy as np

from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.tissue.section import Section
from softsim.engines.finite.tissue.slips import SlipInFlow, SlipInTime, rest_long
from softsim.kernels.splines import relaxation


class Rest:
    """No history: a share of the relaxing stress acts, 1 at once, g_inf after long."""

    def __init__(self, section: Section, share: Array) -> None:
        """Let `share`, shape (n_layers,), of the relaxing stress act."""
        section.history.factor[:] = section.by_layer(share)[:, None]
        section.history.carried[:] = 0.0
        rest_long(section.gliding)

    def carry(self, section: Section) -> None:
        """Leave the carried stress at zero."""


class Flow:
    """Tissue flows through the mesh at the speed of the stroke."""

    def __init__(self, section: Section, speed: float) -> None:
        """Prepare the factors between the points for `speed` [m/s], not zero."""
        layers, along = section.layers, section.directions[0]
        n_layers, n_branches = layers.weights.shape
        self.forward = speed > 0.0
        self.slips = SlipInFlow(section.gliding, speed)
        self.decay = np.empty((along.place.size, n_layers, n_branches))
        self.gain = np.empty_like(self.decay)
        relaxation.row_factors(
            along.place.ravel(), speed, layers.weights, layers.times, self.decay, self.gain
        )
        share = layers.long_term + np.einsum("lb,klb->kl", layers.weights, self.gain)
        # the share of every point belongs to its place along
        side = along.place.shape[1]
        by_place = share.reshape(-1, side, n_layers)
        across = section.material.reshape(by_place.shape[0], -1)
        own = by_place[np.arange(by_place.shape[0])[:, None], :, across]  # (along, beside, q)
        rows = section.history.factor.shape[1] // side
        section.history.factor[:] = np.repeat(own.reshape(-1, side), rows, axis=1)
        self.reference = section.undisturbed.relaxing[:, 0]

    def carry(self, section: Section) -> None:
        """Carry the stresses that the section has now along the rows."""
        self.slips.carry(section.gliding)
        relaxation.carry_along(
            section.stresses.relaxing,
            self.reference,
            section.material.reshape(section.layer.shape[0], -1),
            self.forward,
            section.layers.weights,
            self.decay,
            self.gain,
            section.history.carried,
        )


class Memory:
    """Tissue that stays where it is and relaxes in time, step by step.

    Attributes
    ----------
    overstress : ndarray, shape (n_spans, n_points, n_branches, n_components)
        Stress of every branch at the start of the step [Pa].
    relaxing : ndarray, shape (n_spans, n_points, n_components)
        Relaxing stress there [Pa].
    """

    def __init__(self, section: Section) -> None:
        """Start from undisturbed tissue."""
        section.evaluate(section.rest())
        self.slips = SlipInTime(section.gliding)
        self.relaxing = section.stresses.relaxing.copy()
        n_branches = section.layers.weights.shape[1]
        n_spans, n_points, size = self.relaxing.shape
        self.overstress = np.zeros((n_spans, n_points, n_branches, size))
        self.decay = np.ones_like(section.layers.weights)
        self.gain = np.ones_like(section.layers.weights)
        self.ratio = np.zeros_like(section.layers.weights)
        section.history.factor[:] = 1.0
        section.history.carried[:] = 0.0

    def begin(self, section: Section, dt: float) -> None:
        """Prepare a step of `dt` seconds."""
        self.slips.begin(section.gliding, dt)
        layers = section.layers
        self.ratio = ratio = dt / layers.times
        self.decay = np.exp(-ratio)
        self.gain = np.where(ratio > 0.0, -np.expm1(-ratio) / np.maximum(ratio, 1e-300), 1.0)
        share = layers.long_term + (layers.weights * self.gain).sum(axis=1)
        section.history.factor[:] = section.by_layer(share)[:, None]
        relaxation.carry_in_time(
            self.overstress,
            self.relaxing,
            section.mesh.layer,
            layers.weights,
            self.decay,
            self.gain,
            section.history.carried,
        )

    def carry(self, section: Section) -> None:
        """Leave the carried stress of the step; bonds hold the slip that there is now."""
        self.slips.bonds.carry(section.gliding)

    def accept(self, section: Section) -> None:
        """End the step with the stresses that the section has now."""
        self.slips.accept(section.gliding)
        relaxation.advance_in_time(
            section.stresses.relaxing,
            section.mesh.layer,
            section.layers.weights,
            self.decay,
            self.gain,
            self.overstress,
            self.relaxing,
        )


History = Rest | Flow | Memory
