"""Energies of a steady stroke and of steps in time: stored, lost in the tissue, spent by the tool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softsim.engines.splines.basis import Array
from softsim.engines.splines.fields import PointFields
from softsim.engines.splines.histories import Flow, History
from softsim.engines.splines.section import Section
from softsim.kernels.splines.energies import energies_along


@dataclass(frozen=True, eq=False)
class Densities:
    """Energy stored above the undisturbed state and lost so far at the points [J/m^3]."""

    stored: Array
    lost: Array


def long_term(section: Section) -> Array:
    """Return the energy that is stored for good at the points [J/m^3]."""
    share = section.layers.long_term[section.layer]
    volume = np.where(section.layers.relaxes_all[section.layer], share, 1.0)
    shape = share[..., None] * section.stresses.energy
    return np.asarray(shape + (volume * section.stresses.mean[..., 4])[..., None])


def rest_energy(section: Section) -> Array:
    """Return the energy of undisturbed tissue, shape (n_along, n_depth, 1); evaluates the rest."""
    section.evaluate(section.rest())
    return long_term(section)[..., :1].copy()


def steady_densities(
    section: Section, history: History, points: PointFields, rest: Array
) -> Densities:
    """Return the energies of a steady stroke at the points."""
    stored = long_term(section) - rest
    lost = np.zeros_like(stored)
    if isinstance(history, Flow):
        work = np.zeros_like(stored)
        flow = (history.forward, section.layers.weights, history.decay, history.gain)
        energies_along(
            section.stresses,
            section.layers.relaxes_all,
            points.strain,
            section.layer,
            flow,
            history.reference,
            work,
            lost,
        )
        stored = stored + work - lost
    return Densities(stored, lost)


def leaving(section: Section, values: Array, *, forward: bool) -> float:
    """Return the integral of a density over the depth where tissue leaves [J/m^2]."""
    depth = section.mesh.directions[1]
    side = depth.weight.shape[1]
    own = values[0 if forward else -1].reshape(-1, side, side)[:, 0 if forward else -1]
    return float((own * depth.weight).sum())
