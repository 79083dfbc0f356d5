"""Signed distance to the edge section: a chain of segments and arcs, convex and smooth.

The chain is a float64 array of shape (n, 8), ordered from behind the tool to ahead of it:

====  ========================================================================
kind  columns 1 to 7
====  ========================================================================
0     segment: start x, start z, tangent x, tangent z, length, unused, arc length at start
1     arc: centre x, centre z, radius, start normal x, start normal z, span, arc length at start
====  ========================================================================

World axes: x along (ahead), z depth (into the tissue); the origin is the tool's lowest point.  The
outward normal n points into the tissue and the tangent is t = (n_z, -n_x), pointing ahead where
the section faces down.
"""

from __future__ import annotations

import math

from softsim._jit import kernel
from softsim.kernels.outline.columns import (
    ALONG,
    DEPTH,
    KIND,
    LENGTH,
    NORMAL_ALONG,
    NORMAL_DEPTH,
    RADIUS,
    SEGMENT,
    SPAN,
    START,
    TANGENT_ALONG,
    TANGENT_DEPTH,
)


@kernel
def edge_gap(x, z, chain):
    """Signed distance from a point to the edge, with normal, arc length and curvature.

    Parameters
    ----------
    x, z : float
        Point relative to the tool's lowest point [m].
    chain : ndarray of float64, shape (n, 8)
        Section outline, see the module docstring.

    Returns
    -------
    gap : float
        Distance [m]; negative inside the tool.
    normal_x, normal_z : float
        Gradient of the gap, unit length.
    arc_length : float
        Position of the closest point along the chain [m].
    curvature : float
        Rate of turn of the normal per length moved along the tangent [1/m] at this distance.
    """
    best = math.inf
    gap, normal_x, normal_z, arc_length, curvature = math.inf, 0.0, 1.0, 0.0, 0.0
    for i in range(chain.shape[0]):
        dx, dz = x - chain[i, ALONG], z - chain[i, DEPTH]
        if chain[i, KIND] == SEGMENT:
            tx, tz = chain[i, TANGENT_ALONG], chain[i, TANGENT_DEPTH]
            foot = dx * tx + dz * tz
            first, last = i == 0, i == chain.shape[0] - 1
            if (foot < 0.0 and not first) or (foot > chain[i, LENGTH] and not last):
                continue
            distance = -dx * tz + dz * tx
            if abs(distance) < best:
                best, gap, normal_x, normal_z = abs(distance), distance, -tz, tx
                arc_length, curvature = chain[i, START] + foot, 0.0
        else:
            radius = chain[i, RADIUS]
            reach = math.sqrt(dx * dx + dz * dz)
            if reach == 0.0:
                continue
            # angle of turn from the start normal, positive towards the tangent
            along = dx * chain[i, NORMAL_DEPTH] - dz * chain[i, NORMAL_ALONG]
            out = dx * chain[i, NORMAL_ALONG] + dz * chain[i, NORMAL_DEPTH]
            turn = math.atan2(along, out)
            if turn < 0.0 or turn > chain[i, SPAN]:
                continue
            if abs(reach - radius) < best:
                gap = reach - radius
                best, normal_x, normal_z = abs(gap), dx / reach, dz / reach
                arc_length = chain[i, START] + radius * turn
                curvature = 1.0 / max(reach, 0.2 * radius)
    return gap, normal_x, normal_z, arc_length, curvature
