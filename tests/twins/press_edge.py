"""Pressing a plane-strain edge on any layered viscoelastic stack, with any load history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softsim.engines.linear.creep.basis import surface_creep
from softsim.engines.linear.creep.contact import CreepingContact
from softsim.engines.linear.creep.integrator import SkinInfluence, standing_step
from softsim.engines.linear.medium.stack import FloatArray, LayeredStack
from softsim.errors import InputError
from softsim.load import Load


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
        Error of the creep fit, see `basis.SurfaceCreep` [-].
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
    kind = "indentation" if force is None else "force"
    values = np.asarray(indentation if force is None else force, dtype=float)
    n = along.size
    spacing = float(along[-1] - along[0]) / (n - 1)
    creep = surface_creep(stack, spacing=spacing, extent=spacing * n)
    march = CreepingContact(SkinInfluence.of(creep, spacing, n), along, lambda _: heights)
    steps = np.diff(time, prepend=time[0])
    states = [
        march.advance(
            standing_step(march.skin, march.spectra, float(step)),
            Load(kind, float(value)),
            0.0,
        )
        for step, value in zip(steps, values, strict=True)
    ]
    return EdgePress(
        time=np.asarray(time, dtype=float),
        force=np.array([state.force for state in states]),
        indentation=np.array([state.indentation for state in states]),
        contact_pressure=np.array([state.contact_pressure for state in states]),
        fit_error=creep.fit_error,
    )
