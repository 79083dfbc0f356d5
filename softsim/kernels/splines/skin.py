"""Contact of the skin with the outline of the edge: gaps and forces weighted by its own splines.

Pressure and drag are splines of the skin too, multipliers of the mean gap under each function: one
constraint for each, none too many.  (Hat functions at the breaks do not serve: quadratic splines
do not feel pressures that alternate from hat to hat.)

References
----------
.. [1] I. Temizer, P. Wriggers, T. J. R. Hughes, CMAME 200 (2011) 1100-1112.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from softsim._jit import kernel
from softsim.kernels.outline.distance import edge_gap


class Skin(NamedTuple):
    """Points of a window of the skin.

    Attributes
    ----------
    place, weight : ndarray of float64, shape (n_points,)
        Undeformed place and length of the points [m].
    first : ndarray of int64, shape (n_points,)
        First function of the window that is not zero.
    value, slope : ndarray of float64, shape (n_points, degree + 1)
        [-], [1/m].
    """

    place: np.ndarray
    weight: np.ndarray
    first: np.ndarray
    value: np.ndarray
    slope: np.ndarray


class Weighed(NamedTuple):
    """Contact of a window at one displacement, weighted by the functions.

    Attributes
    ----------
    gap, slip : ndarray of float64, shape (n_functions,)
        Mean gap, and mean way along the outline since the places in `arc_before` [m].
    normal, tangent : ndarray of float64, shape (n_functions, n_functions, 2)
        Force on the functions by a unit pressure and a unit drag [m]; over `length` the
        derivatives of gap and slip by the displacement [-].
    length : ndarray of float64, shape (n_functions,)
        Undeformed length under the functions [m].
    turn : ndarray of float64, shape (n_functions, 2, n_functions, 2)
        Derivative of the force of all pressures and drags by the displacement [Pa].
    arc : ndarray of float64, shape (n_points,)
        Place of the points along the outline [m].
    """

    gap: np.ndarray
    slip: np.ndarray
    normal: np.ndarray
    tangent: np.ndarray
    length: np.ndarray
    turn: np.ndarray
    arc: np.ndarray


@kernel
def weigh_contact(skin, chain, moved, tool, pressure, drag, arc_before, out):
    """Gaps and slips under the functions, their gradients, and what the pressures and drags push.

    Parameters
    ----------
    skin : Skin
    chain : ndarray of float64, shape (n, 8)
        Outline.
    moved : ndarray of float64, shape (n_functions, 2)
        Displacement of the skin [m].
    tool : ndarray of float64, shape (2,)
        Place of the tool's lowest point along and in depth [m].
    pressure, drag : ndarray of float64, shape (n_functions,)
        Along the normal into the tissue and along the tangent, per undeformed length [Pa].
    arc_before : ndarray of float64, shape (n_points,)
        Where along the outline the points were [m].
    out : Weighed
        Overwritten.
    """
    out.gap[:] = 0.0
    out.slip[:] = 0.0
    out.normal[:] = 0.0
    out.tangent[:] = 0.0
    out.length[:] = 0.0
    out.turn[:] = 0.0
    size = skin.value.shape[1]
    for p in range(skin.place.size):
        x, z = skin.place[p] - tool[0], -tool[1]
        first = skin.first[p]
        for a in range(size):
            x += skin.value[p, a] * moved[first + a, 0]
            z += skin.value[p, a] * moved[first + a, 1]
        distance, nx, nz, arc, curvature = edge_gap(x, z, chain)
        tx, tz = nz, -nx
        out.arc[p] = arc
        pushed, dragged = 0.0, 0.0
        for h in range(size):
            share = skin.weight[p] * skin.value[p, h]
            out.length[first + h] += share
            out.gap[first + h] += share * distance
            out.slip[first + h] += share * (arc - arc_before[p])
            pushed += share * pressure[first + h]
            dragged += share * drag[first + h]
            for a in range(size):
                part = share * skin.value[p, a]
                out.normal[first + h, first + a, 0] += part * nx
                out.normal[first + h, first + a, 1] += part * nz
                out.tangent[first + h, first + a, 0] += part * tx
                out.tangent[first + h, first + a, 1] += part * tz
        if pushed == 0.0 and dragged == 0.0:
            continue
        # a move along the tangent turns it: dn = curvature t (t.dx), dt = -curvature n (t.dx)
        gx = curvature * (pushed * tx - dragged * nx)
        gz = curvature * (pushed * tz - dragged * nz)
        for a in range(size):
            for b in range(size):
                both = skin.value[p, a] * skin.value[p, b]
                out.turn[first + a, 0, first + b, 0] += both * gx * tx
                out.turn[first + a, 0, first + b, 1] += both * gx * tz
                out.turn[first + a, 1, first + b, 0] += both * gz * tx
                out.turn[first + a, 1, first + b, 1] += both * gz * tz
    for h in range(out.gap.size):
        out.gap[h] /= out.length[h]
        out.slip[h] /= out.length[h]


@kernel
def outline_gaps(place, tool, chain, gap):
    """Distances of points from the outline.

    Parameters
    ----------
    place : ndarray of float64, shape (n, 2)
        Along and in depth [m].
    tool : ndarray of float64, shape (2,)
        Place of the tool's lowest point [m].
    chain : ndarray of float64, shape (n_pieces, 8)
        Outline.
    gap : ndarray of float64, shape (n,)
        Overwritten; below 0 inside the tool [m].
    """
    for k in range(gap.size):
        gap[k] = edge_gap(place[k, 0] - tool[0], place[k, 1] - tool[1], chain)[0]
