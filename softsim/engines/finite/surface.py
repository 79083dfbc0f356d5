"""What the skin shows: contact interval, width and pressure from nodal forces."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from softsim.engines.finite.state import State
from softsim.engines.finite.strip import Array, Strip
from softsim.kernels.contact import OPEN

RIM_NODES = 5  # at least, through which the pressure is followed to the edge of the contact,
RIM_SHARE = 6  # or this part of all that touch


class SkinContact(NamedTuple):
    """Contact on the skin at one state.

    Parameters
    ----------
    pressure, shear : ndarray of float64, shape (n_columns + 1,)
        Normal pressure (compression positive) and tangential traction on the tissue (towards the
        section's tangent) per current skin length [Pa].
    force_along, force_depth : float
        Force of the tool on the tissue per length across [N/m].
    friction_along : float
        Part of `force_along` carried by tangential tractions [N/m].
    friction_depth : float
        Part of `force_depth` carried by tangential tractions [N/m].
    width : float
        Length of skin under pressure, edges interpolated inside a cell [m].
    low, high : float
        Reference coordinates of its ends [m].
    centre : float
        Place of its middle ahead of the tool's lowest point, along [m].
    """

    pressure: Array
    shear: Array
    force_along: float
    force_depth: float
    friction_along: float
    friction_depth: float
    width: float
    low: float
    high: float
    centre: float


def skin_contact(strip: Strip, state: State) -> SkinContact:
    """Contact quantities of a converged state (the strip's work arrays must hold it)."""
    work = strip.work
    touching = work.states != OPEN
    skin = strip.skin(state.displacement)
    lengths = np.hypot(*np.diff(skin, axis=0).T)
    tributary = 0.5 * (np.append(lengths, 0.0) + np.append(0.0, lengths))
    force = np.where(touching[:, None], work.force[:, 0], 0.0)
    normal = work.frames[:, 1:3]
    push = (force * normal).sum(axis=1)
    drag = force[:, 0] * normal[:, 1] - force[:, 1] * normal[:, 0]
    pressure = np.where(touching, push / tributary, 0.0)
    arc = np.append(0.0, np.cumsum(lengths))
    low, high = _contact_ends(pressure, work.frames[:, 0], touching)
    index = np.arange(arc.size)
    places = np.interp([low, high], index, skin[:, 0])
    ends = np.interp([low, high], index, arc)
    reference = np.interp([low, high], index, strip.grid.column_edges)
    return SkinContact(
        pressure=pressure,
        shear=np.where(touching, drag / tributary, 0.0),
        force_along=float(force[:, 0].sum()),
        force_depth=float(force[:, 1].sum()),
        friction_along=float((drag * normal[:, 1]).sum()),
        friction_depth=float(-(drag * normal[:, 0]).sum()),
        width=float(ends[1] - ends[0]),
        low=float(reference[0]),
        high=float(reference[1]),
        centre=float(0.5 * places.sum() - state.along),
    )


def _contact_ends(pressure: Array, gap: Array, touching: Array) -> tuple[float, float]:
    """Ends of the contact as fractional node numbers; (0, 0) without contact."""
    nodes = np.flatnonzero(touching)
    if nodes.size == 0:
        return 0.0, 0.0
    low, high = int(nodes[0]), int(nodes[-1])
    return (
        low - _overhang(pressure, gap, touching, low, 1),
        high + _overhang(pressure, gap, touching, high, -1),
    )


def _overhang(pressure: Array, gap: Array, touching: Array, end: int, inwards: int) -> float:
    """Part of a cell by which the contact reaches beyond its last touching node, in [-1, 1].

    Inside a smooth contact the square of the pressure is a parabola that falls to zero at the edge
    (exactly so for Hertz); it is fitted to the nodes next to the last one, whose tributary length
    reaches beyond the edge.  Outside the gap to the power 2/3 rises linearly from zero.  The
    first zero lies a little inside, the second a little outside; their mean is taken.
    """
    guesses = []
    count = max(RIM_NODES, int(touching.sum()) // RIM_SHARE)
    inside = end + inwards * np.arange(1, 1 + count)
    inside = inside[(inside >= 0) & (inside < pressure.size)]
    if inside.size >= 3 and touching[inside].all():
        bend, slope, value = np.polyfit(np.arange(1, inside.size + 1), pressure[inside] ** 2, 2)
        root = slope**2 - 4.0 * bend * value
        if slope + 2.0 * bend > 0.0 and root >= 0.0:
            guesses.append(2.0 * value / (slope + math.sqrt(root)))
    outside = end - inwards * np.arange(1, 3)
    if outside.min() >= 0 and outside.max() < gap.size and not touching[outside].any():
        near, far = np.maximum(gap[outside], 0.0) ** (2.0 / 3.0)
        if far > near:
            guesses.append(1.0 - near / (far - near))
    return float(np.mean(np.clip(guesses, -1.0, 1.0))) if guesses else 0.5
