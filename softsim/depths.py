"""Depths read off a profile: where it last falls below a level.

A profile is linear between rows and, where layers meet, continued from either side: stress and
strain jump there, and a crossing that lies in the jump is the boundary itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Bounds = list[tuple[int, float]]
"""(First row below, depth) of every layer boundary inside a profile, and its bottom."""


def last_above(depth: Array, values: Array, bounds: Bounds, levels: Array) -> Array:
    """Return the largest depth at which a profile reaches each level.

    Parameters
    ----------
    depth, values : ndarray, shape (n_depth,)
        Rows [m] and profile.
    bounds : list
        See `Bounds`.
    levels : ndarray, shape (n_levels,)
        In the unit of the profile.

    Returns
    -------
    ndarray, shape (n_levels,)
        [m]; NaN where the profile never reaches the level.
    """
    crossings = np.full(levels.size, np.nan)
    first, top = 0, float(depth[0])
    for row, bottom in bounds:
        z, v = _to_the_boundaries(depth[first:row], values[first:row], top, bottom)
        highest = v.max()
        for i, level in enumerate(levels):
            if highest >= level:
                k = int(np.flatnonzero(v >= level)[-1])
                crossings[i] = bottom
                if k + 1 < z.size:
                    share = (v[k] - level) / (v[k] - v[k + 1])
                    crossings[i] = z[k] + (z[k + 1] - z[k]) * share
        first, top = row, bottom
    return crossings


def crossings(
    depth: Array, profiles: Array, bounds: Bounds, levels: Sequence[float], *, relative: bool
) -> Array:
    """Return the largest depth at which each of many profiles reaches each level.

    Parameters
    ----------
    depth, bounds
        As in `last_above`.
    profiles : ndarray, shape (..., n_depth)
        In any unit.
    levels : sequence of float
        In the unit of the profiles, or shares of their largest value.
    relative : bool
        Whether they are shares.

    Returns
    -------
    ndarray, shape (..., n_levels)
        [m]; NaN where a profile never reaches the level, is nowhere above 0 or is not known.
    """
    wanted = np.asarray(levels, dtype=np.float64)
    found = np.full((*profiles.shape[:-1], wanted.size), np.nan)
    for place in np.ndindex(*profiles.shape[:-1]):
        profile = profiles[place]
        largest = profile.max()
        if np.isfinite(profile).all() and largest > 0.0:
            at = wanted * largest if relative else wanted
            found[place] = last_above(depth, profile, bounds, at)
    return found


def _to_the_boundaries(
    depth: Array, values: Array, top: float, bottom: float
) -> tuple[Array, Array]:
    """Continue a layer's profile to its top and bottom by straight lines, not below zero."""
    z, v = depth, values
    if top < z[0]:
        slope = (v[1] - v[0]) / (z[1] - z[0]) if z.size > 1 else 0.0
        z, v = np.append(top, z), np.append(max(v[0] - slope * (z[0] - top), 0.0), v)
    if bottom > z[-1]:
        slope = (values[-1] - values[-2]) / (depth[-1] - depth[-2]) if depth.size > 1 else 0.0
        z, v = np.append(z, bottom), np.append(v, max(v[-1] + slope * (bottom - z[-1]), 0.0))
    return z, v
