"""Contact of the skin with the outline of the edge: gaps and forces weighted by hat functions.

Pressure is piecewise linear between the ends of the spans, multipliers of the mean gap under each
hat: one constraint for each function of the skin, none too many.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from softsim._jit import kernel
from softsim.kernels.strip.outline import edge_gap


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
    hat : ndarray of int64, shape (n_points,)
        Hat behind the point; the next one is ahead.
    share : ndarray of float64, shape (n_points,)
        Value of the hat ahead [-].
    """

    place: np.ndarray
    weight: np.ndarray
    first: np.ndarray
    value: np.ndarray
    slope: np.ndarray
    hat: np.ndarray
    share: np.ndarray


@kernel
def weigh_contact(skin, chain, friction, moved, tool, multiplier, gap, by_force, by_gap, turn):
    """Gaps under the hats, their gradients, and what the pressures push.

    Parameters
    ----------
    skin : Skin
    chain : ndarray of float64, shape (n, 8)
        Outline.
    friction : float
        Coefficient, its sign the direction in which the tool drags along the tangent.
    moved : ndarray of float64, shape (n_functions, 2)
        Displacement of the skin [m].
    tool : ndarray of float64, shape (2,)
        Place of the tool's lowest point along and in depth [m].
    multiplier : ndarray of float64, shape (n_hats,)
        Pressure per undeformed length [Pa].
    gap : ndarray of float64, shape (n_hats,)
        Overwritten: mean gap [m].
    by_force, by_gap : ndarray of float64, shape (n_hats, n_functions, 2)
        Overwritten: force of a unit pressure on the functions [m], gradient of the gap [-].
    turn : ndarray of float64, shape (n_functions, 2, n_functions, 2)
        Overwritten: derivative of the force of all pressures by the displacement [Pa].
    """
    gap[:] = 0.0
    by_force[:] = 0.0
    by_gap[:] = 0.0
    turn[:] = 0.0
    length = np.zeros(gap.size)
    size = skin.value.shape[1]
    for p in range(skin.place.size):
        x, z = skin.place[p] - tool[0], -tool[1]
        first = skin.first[p]
        for a in range(size):
            x += skin.value[p, a] * moved[first + a, 0]
            z += skin.value[p, a] * moved[first + a, 1]
        distance, nx, nz, _, curvature = edge_gap(x, z, chain)
        tx, tz = nz, -nx
        fx, fz = nx + friction * tx, nz + friction * tz
        # the normal turns with a move along the tangent: dn = curvature t (t.dx), dt = -curv. n
        gx, gz = curvature * (tx - friction * nx), curvature * (tz - friction * nz)
        hat, pushed = skin.hat[p], 0.0
        for h in range(2):
            share = skin.weight[p] * (skin.share[p] if h == 1 else 1.0 - skin.share[p])
            length[hat + h] += share
            gap[hat + h] += share * distance
            pushed += share * multiplier[hat + h]
            for a in range(size):
                part = share * skin.value[p, a]
                by_force[hat + h, first + a, 0] += part * fx
                by_force[hat + h, first + a, 1] += part * fz
                by_gap[hat + h, first + a, 0] += part * nx
                by_gap[hat + h, first + a, 1] += part * nz
        if pushed != 0.0:
            for a in range(size):
                for b in range(size):
                    both = pushed * skin.value[p, a] * skin.value[p, b]
                    turn[first + a, 0, first + b, 0] += both * gx * tx
                    turn[first + a, 0, first + b, 1] += both * gx * tz
                    turn[first + a, 1, first + b, 0] += both * gz * tx
                    turn[first + a, 1, first + b, 1] += both * gz * tz
    for h in range(gap.size):
        gap[h] /= length[h]
        for a in range(by_gap.shape[1]):
            by_gap[h, a, 0] /= length[h]
            by_gap[h, a, 1] /= length[h]
