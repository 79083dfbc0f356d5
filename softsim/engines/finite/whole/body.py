"""The edge as it is: its section swept along its line, with rounded ends."""

from __future__ import annotations

import math

import numpy as np

from softsim.engines.finite.tissue.basis import Array
from softsim.errors import InputError
from softsim.instrument import Instrument
from softsim.kernels.outline.swept import Body
from softsim.kernels.splines.surface import surface_frames
from softsim.outline import Outline
from softsim.problem import Problem

UPRIGHT = 0.5 * math.pi
STEPS, MET, HIGHEST = 200, 1e-5, 1e-2  # to the tool; how near is on it; the longest step [m]


def swept_body(problem: Problem) -> Body:
    """Return the instrument's edge, leaned by the angle of the stroke.

    Raises
    ------
    InputError
        For a line that cannot be drawn, and for ends that are cut square.
    """
    tool, angle = problem.instrument, problem.stroke.first_angle
    upright = Outline.leaned(
        tool.edge.section(),
        angle=UPRIGHT,
        direction=problem.direction,
    )
    line, leaned = edge_line(tool), problem.outline.origin
    sine, cosine = math.sin(angle), math.cos(angle)
    tip = (
        sine * leaned[0] + cosine * leaned[1] - upright.origin[0],
        sine * leaned[1] - cosine * leaned[0] - upright.origin[1],
    )
    down = sine * _lower(line)
    return Body(
        upright.chain, line, np.array([sine, cosine, tip[0] - cosine * down, tip[1] - sine * down])
    )


def edge_line(tool: Instrument) -> Array:
    """Return the line of an edge from its middle outwards, shape (n, 6).

    Columns are those of `softsim.kernels.outline.swept`.
    """
    half, ends = 0.5 * float(tool.contact_length), tool.end_rounding
    radius = tool.edge_curvature_radius
    curvature = math.inf if radius is None else float(radius)
    if abs(curvature) < half:
        raise InputError(
            f"edge_curvature_radius is {curvature:g} m; must be at least half the contact_length = "
            f"{half:g} m either way (shorten contact_length)"
        )
    if ends == 0.0:
        raise InputError(
            "end_radius is 0 m, ends that are cut square, whose pressure has no limit; must be "
            "above 0 for a whole edge of engine 'finite', e.g. end_radius='1 mm'"
        )
    straight, rows = max(half - ends, 0.0), []
    ends = half - straight
    place, turn = np.zeros(2), 0.0
    if straight > 0.0 and math.isinf(curvature):
        rows.append([0.0, 0.0, 0.0, straight, 0.0, 0.0])
        place = np.array([straight, 0.0])
    elif straight > 0.0:
        side, size = math.copysign(1.0, curvature), abs(curvature)
        turn = side * math.asin(straight / size)
        rows.append([side, 0.0, -curvature, size, 0.0, turn])
        place = np.array([straight, curvature * (math.cos(turn) - 1.0)])
    centre = place - ends * np.array([math.sin(turn), math.cos(turn)])
    rows.append([1.0, *centre, ends, turn, UPRIGHT])
    rows.append([0.0, centre[0] + ends, centre[1], math.inf, UPRIGHT, UPRIGHT])
    return np.array(rows)


def sag(line: Array, across: Array) -> Array:
    """Return how far the line lies towards the handle at places across [m].

    `line` has the shape (n, 6), `across` the shape (n_places,) [m]; inf beyond the ends.
    """
    found, own = np.full(across.shape, np.inf), np.abs(across)
    start = 0.0
    for side, y, z, size, _, last in line[:-1]:
        end = y + (size if side == 0.0 else side * size * math.sin(last))
        inside = (own >= start) & (own <= end)
        rise = np.sqrt(np.maximum(size**2 - (own - y) ** 2, 0.0)) if side else np.zeros(own.shape)
        found = np.where(inside, -(z + side * rise), found)
        start = end
    return found


def tool_heights(body: Body, along: Array, across: Array) -> Array:
    """Return the height of a tool over its lowest point, shape (n_along, n_across) [m].

    Straight above each place by steps of the distance from the tool, which cannot go through it.

    Parameters
    ----------
    body : Body
    along, across : ndarray, shape (n_along,), (n_across,)
        Places from the lowest point [m].
    """
    place = np.zeros((along.size, across.size, 3))
    place[..., 0], place[..., 2] = along[:, None], across
    flat, tool = place.reshape(-1, 3), np.zeros(2)
    gap, frames = np.empty(len(flat)), np.empty((2, len(flat), 3))
    for _ in range(STEPS):
        surface_frames(flat, tool, body, gap, *frames)
        flat[:, 1] -= np.minimum(np.maximum(gap, 0.0), HIGHEST)
    height = np.where(gap < MET, -flat[:, 1], np.inf)
    return np.asarray(height.reshape(along.size, across.size))


def _lower(line: Array) -> float:
    """Return how far the line of an edge comes out beyond its middle: where it is level [m].

    That of a concave edge does so where its ends turn up.
    """
    side, centre, size = line[0, 0], line[-2, 2], line[-2, 3]
    return max(float(centre + size), 0.0) if side < 0.0 else 0.0
