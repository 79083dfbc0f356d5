"""Contact of the skin with a whole edge, in space: as `softsim.kernels.splines.skin` on a section.

All skin under the tool slips along it: it is dragged along the tangent that lies above the stroke.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.outline.swept import swept_gap

STEEPEST = 1e-3  # cosine of the steepest surface that drags along


class Surface(NamedTuple):
    """Points of a window of the skin.

    Attributes
    ----------
    place : ndarray of float64, shape (n_points, 2)
        Undeformed places along and across [m].
    weight : ndarray of float64, shape (n_points,)
        Undeformed areas [m^2].
    function : ndarray of int64, shape (n_points, n)
        Functions of the window that are not zero there.
    value : ndarray of float64, shape (n_points, n)
        Their values [-].
    """

    place: np.ndarray
    weight: np.ndarray
    function: np.ndarray
    value: np.ndarray


@inline
def drag_of(frame, drag):
    """Fill the unit tangent that lies above the stroke; return its length before it was scaled."""
    steep = math.sqrt(max(1.0 - frame[0, 0] * frame[0, 0], STEEPEST * STEEPEST))
    for i in range(3):
        drag[i] = -frame[0, 0] * frame[0, i] / steep
    drag[0] += 1.0 / steep
    return steep


@inline
def turned(frame, drag, curvatures, tractions, out):
    """Fill the derivative of the traction at a point by a move of it, `out[i, j]` [Pa/m].

    The normal n turns by H dx with H = sum of c t t^T over the two tangents, and the drag
    d = (e - n_x n) / s, s^2 = 1 - n_x^2, by (1 - d d^T) (-n (H e)^T - n_x H) / s.

    Parameters
    ----------
    frame, drag : ndarray of float64, shape (3, 3), (3,)
        From `swept_gap`, and the unit tangent above the stroke.
    curvatures : tuple of 3 floats
        Along the tangent of the section and of the line [1/m], and s [-].
    tractions : tuple of 2 floats
        Pressure and drag [Pa].
    out : ndarray of float64, shape (3, 3)
        Overwritten.
    """
    pushed, dragged = tractions
    for i in range(3):
        for j in range(3):
            first = curvatures[0] * frame[1, i] * frame[1, j]
            out[i, j] = first + curvatures[1] * frame[2, i] * frame[2, j]
    share = dragged / curvatures[2]
    for j in range(3):
        own, ahead = 0.0, out[0, j]
        for i in range(3):
            own += drag[i] * out[i, j]
        for i in range(3):
            turn = -frame[0, i] * ahead - frame[0, 0] * (out[i, j] - drag[i] * own)
            out[i, j] = pushed * out[i, j] + share * turn


@kernel
def weigh_surface(skin, body, moved, tool, pressure, drag, out):
    """Gaps under the functions, their gradients, and what the pressures and drags push.

    Parameters
    ----------
    skin : Surface
    body : softsim.kernels.outline.swept.Body
    moved : ndarray of float64, shape (n_functions, 3)
        Displacement of the skin [m].
    tool : ndarray of float64, shape (2,)
        Place of the tool's lowest point along and in depth [m].
    pressure, drag : ndarray of float64, shape (n_functions,)
        Along the normal into the tissue and along the tangent above the stroke, per undeformed
        area [Pa].
    out : softsim.kernels.splines.skin.Weighed
        Overwritten, in three directions; all skin slips, so that no slip is told.
    """
    out.gap[:] = 0.0
    out.normal[:] = 0.0
    out.tangent[:] = 0.0
    out.length[:] = 0.0
    out.turn[:] = 0.0
    frame, ahead, bend, size = np.empty((3, 3)), np.empty(3), np.empty((3, 3)), skin.value.shape[1]
    for p in range(skin.weight.size):
        x, z, y = skin.place[p, 0] - tool[0], -tool[1], skin.place[p, 1]
        pushed, dragged = 0.0, 0.0
        for a in range(size):
            own, value = skin.function[p, a], skin.value[p, a]
            x += value * moved[own, 0]
            z += value * moved[own, 1]
            y += value * moved[own, 2]
            pushed += value * pressure[own]
            dragged += value * drag[own]
        gap, out.arc[p], section_turn, line_turn = swept_gap(x, z, y, body, frame)
        steep = drag_of(frame, ahead)
        loaded = pushed != 0.0 or dragged != 0.0
        if loaded:
            weighed = skin.weight[p] * pushed, skin.weight[p] * dragged
            turned(frame, ahead, (section_turn, line_turn, steep), weighed, bend)
        for a in range(size):
            first, share = skin.function[p, a], skin.weight[p] * skin.value[p, a]
            out.length[first] += share
            out.gap[first] += share * gap
            for b in range(size):
                second, part = skin.function[p, b], share * skin.value[p, b]
                for i in range(3):
                    out.normal[first, second, i] += part * frame[0, i]
                    out.tangent[first, second, i] += part * ahead[i]
                if loaded:
                    both = skin.value[p, a] * skin.value[p, b]
                    for i in range(3):
                        for j in range(3):
                            out.turn[first, i, second, j] += both * bend[i, j]
    for a in range(out.gap.size):
        out.gap[a] /= out.length[a]


@kernel
def surface_frames(place, tool, body, gap, normal, drag):
    """Distances of points from a whole edge, normals, and tangents above the stroke.

    Parameters
    ----------
    place : ndarray of float64, shape (n, 3)
        Along, in depth and across [m].
    tool : ndarray of float64, shape (2,)
        Place of the tool's lowest point along and in depth [m].
    body : softsim.kernels.outline.swept.Body
    gap : ndarray of float64, shape (n,)
        Overwritten; below 0 inside the tool [m].
    normal, drag : ndarray of float64, shape (n, 3)
        Overwritten [-].
    """
    frame, ahead = np.empty((3, 3)), np.empty(3)
    for k in range(gap.size):
        x, z = place[k, 0] - tool[0], place[k, 1] - tool[1]
        gap[k] = swept_gap(x, z, place[k, 2], body, frame)[0]
        drag_of(frame, ahead)
        normal[k] = frame[0]
        drag[k] = ahead
