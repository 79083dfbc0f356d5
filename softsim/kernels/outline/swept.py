"""Signed distance to a whole edge: a section swept along the line of the edge in its own plane.

The distance of a point from the body is that of its section at the foot of the point on the line,
with the distance from the line in the place of the depth: exact, since all that is perpendicular
to the line is one plane.  World axes: along, depth (into the tissue), across; the edge is the same
on both sides of the plane across = 0.

The line is a float64 array of shape (n, 6), ordered from the middle of the edge outwards, in the
plane of across and of "out", which is down for an upright blade:

======  ===========================================================================
side    columns 1 to 5
======  ===========================================================================
0       straight: start across, start out, length, turn, unused
1, -1   arc, convex or concave: centre across, centre out, radius, first, last turn
======  ===========================================================================

The turn of a place is the angle of its outward normal from "out" towards across [rad].
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.outline.distance import edge_gap

SIDE, ACROSS, OUT, SIZE, FIRST_TURN, LAST_TURN, LINE_COLUMNS = 0, 1, 2, 3, 4, 5, 6
NEAREST_CENTRE = 0.2  # of a radius: points closer to a centre count as that far


class Body(NamedTuple):
    """A whole edge.

    Attributes
    ----------
    chain : ndarray of float64, shape (n_pieces, 8)
        Outline of the section of the upright blade, its tip at the origin, lengths in [m].
    line : ndarray of float64, shape (n, 6)
        Line of the edge, its middle at the origin, lengths in [m].
    place : ndarray of float64, shape (4,)
        Sine and cosine of the angle of the blade [-]; along and depth of the tip of its section in
        the middle, from the tool's lowest point, turned into the axes of the blade [m].
    """

    chain: np.ndarray
    line: np.ndarray
    place: np.ndarray


@inline
def line_gap(across, out, line):
    """Signed distance from the line of the edge, with normal and rate of turn.

    Parameters
    ----------
    across, out : float
        Point in the plane of the blade [m].
    line : ndarray of float64, shape (n, 6)

    Returns
    -------
    gap : float
        [m]; negative on the side of the handle.
    normal_across, normal_out : float
        Gradient of the gap.
    turn : float
        Rate of turn of the normal per length moved along the line, at this distance [1/m].
    """
    best = math.inf
    gap, normal_across, normal_out, turn = math.inf, 0.0, 1.0, 0.0
    own = abs(across)
    for i in range(line.shape[0]):
        y, z, side = own - line[i, ACROSS], out - line[i, OUT], line[i, SIDE]
        if side == 0.0:
            sine, cosine = math.sin(line[i, FIRST_TURN]), math.cos(line[i, FIRST_TURN])
            foot = y * cosine - z * sine
            if (foot < 0.0 and i > 0) or (foot > line[i, SIZE] and i < line.shape[0] - 1):
                continue
            distance = y * sine + z * cosine
            if abs(distance) < best:
                best, gap, normal_across, normal_out = abs(distance), distance, sine, cosine
                turn = 0.0
            continue
        reach = math.hypot(y, z)
        if reach == 0.0:
            continue
        angle = math.atan2(side * y, side * z)
        low = min(line[i, FIRST_TURN], line[i, LAST_TURN])
        high = max(line[i, FIRST_TURN], line[i, LAST_TURN])
        if angle < low or angle > high:
            continue
        distance = side * (reach - line[i, SIZE])
        if abs(distance) < best:
            best, gap = abs(distance), distance
            normal_across, normal_out = side * y / reach, side * z / reach
            turn = side / max(reach, NEAREST_CENTRE * line[i, SIZE])
    return gap, math.copysign(normal_across, across * normal_across), normal_out, turn


@kernel
def swept_gap(along, depth, across, body, frame):
    """Signed distance from a point to a whole edge, with normal, tangents and curvatures.

    Parameters
    ----------
    along, depth, across : float
        Point relative to the tool's lowest point [m].
    body : Body
    frame : ndarray of float64, shape (3, 3)
        Overwritten with unit vectors (along, depth, across): the normal, which is the gradient of
        the distance, the tangent of the section, and that of the line.

    Returns
    -------
    gap : float
        [m]; negative inside the tool.
    arc : float
        Place of the nearest point along the outline of its section [m].
    section_turn, line_turn : float
        Rates of turn of the normal per length moved along the two tangents, which it turns
        towards [1/m].
    """
    sine, cosine = body.place[0], body.place[1]
    lateral = sine * along + cosine * depth - body.place[2]
    out = sine * depth - cosine * along - body.place[3]
    away, line_across, line_out, turn = line_gap(across, out, body.line)
    gap, side, down, arc, curvature = edge_gap(lateral, away, body.chain)
    # (lateral, out) is (along, depth) turned by the lean of the blade
    frame[0, 0] = sine * side - cosine * down * line_out
    frame[0, 1] = cosine * side + sine * down * line_out
    frame[0, 2] = down * line_across
    frame[1, 0] = sine * down + cosine * side * line_out
    frame[1, 1] = cosine * down - sine * side * line_out
    frame[1, 2] = -side * line_across
    frame[2, 0] = cosine * line_across
    frame[2, 1] = -sine * line_across
    frame[2, 2] = line_out
    return gap, arc, curvature, down * turn
