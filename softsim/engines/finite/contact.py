"""What the skin shows: contact interval, width and pressure from nodal forces."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from softsim.contacts import Runs, contact_runs, measures
from softsim.engines.finite.strip.state import State
from softsim.engines.finite.strip.strip import Array, Strip
from softsim.kernels.strip.contact import OPEN
from softsim.outcome import Contact

RIM_NODES = 5  # at least, through which the pressure is followed to the edge of the contact,
RIM_SHARE = 6  # or this part of all that touch


def skin_contact(strip: Strip, state: State) -> Contact:
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
    runs = contact_runs(touching)
    ends = _contact_ends(pressure, work.frames[:, 0], touching, runs)
    index = np.arange(arc.size)
    outer = [ends[0, 0], ends[-1, 1]] if len(runs) else [0.0, 0.0]
    places = np.interp(outer, index, skin[:, 0])
    reference = np.interp(outer, index, strip.grid.column_edges)
    size = measures(runs, np.interp(ends, index, arc), push)
    return Contact(
        pressure=pressure,
        shear=np.where(touching, drag / tributary, 0.0),
        force_along=float(force[:, 0].sum()),
        force_depth=float(force[:, 1].sum()),
        friction_along=float((drag * normal[:, 1]).sum()),
        friction_depth=float(-(drag * normal[:, 0]).sum()),
        width=size.width,
        extent=size.extent,
        number=size.number,
        low=float(reference[0]),
        high=float(reference[1]),
        centre=float(0.5 * places.sum() - state.along),
    )


def _contact_ends(pressure: Array, gap: Array, touching: NDArray[np.bool_], runs: Runs) -> Array:
    """Ends of every contact as fractional node numbers, shape (n_contacts, 2)."""
    ends = runs.astype(np.float64)
    for end, (first, last) in zip(ends, runs, strict=True):
        rim = max(RIM_NODES, int(touching[first : last + 1].sum()) // RIM_SHARE)
        end[0] -= _overhang(pressure, gap, touching, int(first), 1, rim)
        end[1] += _overhang(pressure, gap, touching, int(last), -1, rim)
        if end[0] > end[1]:  # of a node or two that just touch
            end[:] = end.mean()
    return ends


def _overhang(
    pressure: Array,
    gap: Array,
    touching: NDArray[np.bool_],
    end: int,
    inwards: int,
    rim: int,
) -> float:
    """Part of a cell by which the contact reaches beyond its last touching node, in [-1, 1].

    Inside a smooth contact the square of the pressure is a parabola that falls to zero at the edge
    (exactly so for Hertz); it is fitted to the nodes next to the last one, whose tributary length
    reaches beyond the edge.  Outside the gap to the power 2/3 rises linearly from zero.  The
    first zero lies a little inside, the second a little outside; their mean is taken.
    """
    guesses = []
    inside = end + inwards * np.arange(1, 1 + rim)
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
