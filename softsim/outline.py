"""Heights of a leaned edge above its lowest point, on nodes along the skin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from softsim.kernels.strip.outline import ARC

FloatArray = NDArray[np.float64]

_SAME = 1e-12  # turn within which a point counts as on an arc [rad]


def edge_heights(chain: FloatArray, along: FloatArray) -> FloatArray:
    """Return the height of the outline above its lowest point.

    Parameters
    ----------
    chain : ndarray, shape (n_links, 8)
        Outline of `softsim.problem.pack_edge`, lowest point at the origin.
    along : ndarray, shape (n,)
        Places [m].

    Returns
    -------
    ndarray, shape (n,)
        Heights [m]; inf where no part of the tool is above.
    """
    lowest = np.full(along.size, -np.inf)
    for link in chain:
        if link[0] == ARC:
            lowest = np.maximum(lowest, _arc_depth(link, along))
        else:
            lowest = np.maximum(lowest, _segment_depth(link, along))
    return np.where(np.isfinite(lowest), np.maximum(-lowest, 0.0), np.inf)


def _arc_depth(link: FloatArray, along: FloatArray) -> FloatArray:
    """Depth of the lower side of an arc; -inf outside its span."""
    _, centre, height, radius, start_along, start_depth, span, _ = link
    sine = (along - centre) / radius
    inside = np.abs(sine) <= 1.0
    cosine = np.sqrt(np.where(inside, 1.0 - sine**2, 0.0))
    turn = np.arctan2(
        start_depth * sine - start_along * cosine, start_along * sine + start_depth * cosine
    )
    inside &= (turn >= -_SAME) & (turn <= span + _SAME)
    return np.where(inside, height + radius * cosine, -np.inf)


def _segment_depth(link: FloatArray, along: FloatArray) -> FloatArray:
    """Depth of a straight piece; -inf beside it."""
    _, start, height, way, fall, length, _, _ = link
    if abs(way) * length < 1e-12:
        return np.full(along.size, -np.inf)
    step = (along - start) / way
    inside = (step >= 0.0) & (step <= length)
    return np.where(inside, height + fall * step, -np.inf)


def reach_of(chain: FloatArray, height: float) -> tuple[float, float]:
    """Return the interval along where the outline is within `height` of its lowest point [m].

    Parameters
    ----------
    chain : ndarray, shape (n_links, 8)
        Outline.
    height : float
        [m].
    """
    places = [0.0]
    for link in chain:
        if link[0] == ARC:
            turn = np.linspace(0.0, link[6], 65)
            x = link[1] + link[3] * (np.cos(turn) * link[4] + np.sin(turn) * link[5])
            z = link[2] + link[3] * (np.cos(turn) * link[5] - np.sin(turn) * link[4])
        else:
            step = np.linspace(0.0, link[5], 65)
            x, z = link[1] + step * link[3], link[2] + step * link[4]
        places.extend(x[z >= -height])
    return min(places), max(places)
