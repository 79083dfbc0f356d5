"""Energies of a steady stroke and of steps in time: stored, lost, spent by the tool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softsim.engines.finite.contact import ContactProblem, Touch
from softsim.engines.finite.skin import at_points
from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.tissue.fields import PointFields
from softsim.engines.finite.tissue.histories import Flow, History, Memory
from softsim.engines.finite.tissue.section import Section
from softsim.kernels.splines.energies import energies_along, energies_in_time
from softsim.kernels.splines.spans import Stresses


@dataclass(frozen=True, eq=False)
class Densities:
    """Energies at the points.

    Parameters
    ----------
    stored, lost : ndarray, shape (n_spans, n_points)
        Above the undisturbed state, and so far [J/m^3].
    """

    stored: Array
    lost: Array

    @classmethod
    def of(cls, for_good: Array, work: Array, lost: Array) -> Densities:
        """Return what is stored and lost after work on the branches.

        Branches begin with nothing stored and never hold less, so that they lose no more than the
        work on them; steps that are long for a relaxation time say a little more.

        Parameters
        ----------
        for_good, work, lost : ndarray, shape (n_spans, n_points)
            Stored for good, above the undisturbed state; done on the branches; lost in them
            [J/m^3].
        """
        work = np.maximum(work, 0.0)
        lost = np.minimum(lost, work)
        return cls(for_good + work - lost, lost)


def long_term(section: Section) -> Array:
    """Return the energy that is stored for good at the points, above rest [J/m^3]."""
    share = section.by_layer(section.layers.long_term)
    volume = np.where(section.by_layer(section.layers.relaxes_all), share, 1.0)
    shape, whole = (
        values - section.by_layer(rest)
        for values, rest in (
            (section.stresses.energy, section.undisturbed.energy),
            (volume_energy(section.stresses), volume_energy(section.undisturbed)),
        )
    )
    return np.asarray(share[:, None] * shape + volume[:, None] * whole)


def volume_energy(stresses: Stresses) -> Array:
    """Return the energy of the volume at the points, shape (n_spans, n_points) [J/m^3]."""
    return np.asarray(stresses.mean[:, 4:] + stresses.own[..., 2])


def steady_densities(section: Section, history: History, points: PointFields) -> Densities:
    """Return the energies of a steady stroke at the points.

    Parameters
    ----------
    section : Section
    history : History
    points : PointFields
    """
    work, lost = np.zeros((2, *section.stresses.energy.shape))
    if isinstance(history, Flow):
        flow = (history.forward, section.layers.weights, history.decay, history.gain)
        energies_along(
            section.stresses,
            section.layers.relaxes_all,
            points.strain,
            section.material.reshape(section.layer.shape[0], -1),
            flow,
            history.reference,
            work,
            lost,
        )
    return Densities.of(long_term(section), work, lost)


def leaving(section: Section, values: Array, *, forward: bool) -> float:
    """Return the integral of a density over the depth where tissue leaves [J/m^2].

    Parameters
    ----------
    section : Section
    values : ndarray, shape (n_spans, n_points)
        [J/m^3].
    forward : bool
        Whether the tool moves towards +x.
    """
    depth = section.directions[1]
    side = depth.weight.shape[1]
    end = 0 if forward else -1
    own = section.on_grid(values)[end].reshape(-1, side, side)[:, end]
    return float((own * depth.weight).sum())


def passed_on(
    section: Section, points: PointFields, displacement: Array, stored: Array, *, forward: bool
) -> float:
    """Return the energy that a steady stroke passes on through the ends of a section [J/m^2].

    What tissue takes along where it leaves, less what it brings, less the work of the tractions at
    the ends: on a soft interface the tool drags the skin as far as that.

    Parameters
    ----------
    section : Section
    points : PointFields
    displacement : ndarray, shape (n_along, n_depth, 2)
        Of the functions [m].
    stored : ndarray, shape (n_spans, n_points)
        [J/m^3].
    forward : bool
        Whether the tool moves towards +x.
    """
    mesh = section.mesh
    own = displacement.reshape(-1, 2)[mesh.function]
    slope = np.einsum("sfk,sqgf->sqkg", own, mesh.gradient[:, :, :2])
    change = slope + np.eye(2)
    cauchy = points.cauchy[..., [[0, 3], [3, 1]]]
    first = np.linalg.det(change)[..., None, None] * cauchy
    first = first @ np.linalg.inv(change).swapaxes(-1, -2)
    carried = stored - (first[..., 0] * slope[..., 0]).sum(axis=-1)
    there, here = (leaving(section, carried, forward=way) for way in (forward, not forward))
    return there - here


def leaving_slips(section: Section, history: History) -> tuple[float, float]:
    """Return stored and lost energies of gliding boundaries where tissue leaves [J/m^2]."""
    return history.slips.leaving(section.gliding) if isinstance(history, Flow) else (0.0, 0.0)


class Ledger:
    """Work done on a press or a transient and where it went, step by step.

    Per length across [J/m]: by the tool, stored, lost in the tissue and by friction.
    """

    def __init__(self, section: Section) -> None:
        """Start at rest."""
        shape = section.stresses.ratio.shape
        self.work, self.lost = np.zeros((2, *shape))
        self.strain = np.zeros_like(section.stresses.relaxing)
        self.push, self.tool_work, self.friction_work = np.zeros(3), 0.0, 0.0

    def add(
        self,
        section: Section,
        history: Memory,
        strain: Array,
        contact: ContactProblem,
        drag_before: Array,
        moved: Array,
        push: Array,
        after: Touch,
    ) -> None:
        """Book one converged step; before `history.accept`.

        Parameters
        ----------
        section : Section
            Holds the state at the end of the step.
        history : Memory
            Of its start.
        strain : ndarray, shape (n_spans, n_points, n_components)
            Green strain at its end, with 2 E12 [-].
        contact : ContactProblem
            As weighed at its end.
        drag_before : ndarray, shape (n_functions,)
            Drags at its start [Pa].
        moved : ndarray, shape (3,)
            Of the tool: along and in depth [m], and turned [rad].
        push : ndarray, shape (3,)
            Of the tool at the end: force along and in depth [N/m], and moment about what is moved
            [N].
        after : Touch
        """
        energies_in_time(
            section.stresses,
            section.layers.relaxes_all,
            (history.overstress, history.relaxing, self.strain),
            strain,
            section.mesh.layer,
            history.ratio,
            section.layers.weights,
            (self.work, self.lost),
        )
        self.strain = strain
        self.tool_work += float(0.5 * (self.push + push) @ moved)
        self.push = push
        slip = contact.weighed.arc - contact.arc_before
        drag = 0.5 * (at_points(contact, drag_before) + at_points(contact, after.drag))
        self.friction_work -= float((contact.window.skin.weight * drag * slip).sum())

    def densities(self, section: Section) -> Densities:
        """Return the energies at the points of the state that a section holds."""
        return Densities.of(long_term(section), self.work, self.lost)


def total(section: Section, values: Array) -> float:
    """Return the integral of a density over a section [J/m], of a round one [J].

    Parameters
    ----------
    section : Section
    values : ndarray, shape (n_spans, n_points)
        [J/m^3].
    """
    return float((section.mesh.weight * values).sum())
