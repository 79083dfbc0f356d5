"""Values between the cases of a lesson: cubic through the four nearest.

The script of a page (`files/lesson.js`) does the same arithmetic.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def weights(place: float, count: int) -> tuple[int, Array]:
    """Return the first of the cases around a place and their weights.

    Parameters
    ----------
    place : float
        From 0, the first case, to `count` - 1, the last one [-].
    count : int
        Of cases.

    Returns
    -------
    first : int
    weights : ndarray, shape (min(count, 4),)
        Of Lagrange's polynomial through equally spaced cases [-].

    Examples
    --------
    >>> first, found = weights(1.5, 6)
    >>> first, (16 * found).tolist()
    (0, [-1.0, 9.0, 9.0, -1.0])
    """
    size = min(count, 4)
    first = min(max(math.floor(place) - 1, 0), count - size)
    found = np.ones(size)
    for k, j in itertools.permutations(range(size), 2):
        found[k] *= (place - first - j) / (k - j)
    return first, found


def between(cases: Array, place: float) -> Array:
    """Return what lies between cases.

    Parameters
    ----------
    cases : ndarray, shape (n_cases, n_values)
        Any unit.
    place : float
        As in `weights` [-].

    Returns
    -------
    ndarray, shape (n_values,)
        In the unit of `cases`.
    """
    first, own = weights(place, cases.shape[0])
    found: Array = own @ cases[first : first + own.size]
    return found


def error(solved: Array, found: Array) -> float:
    """Return how far an interpolated curve is off, over the range of the curve [-].

    Parameters
    ----------
    solved, found : ndarray, shape (n_values,)
        In one unit.
    """
    span = float(np.ptp(solved))
    return float(np.abs(solved - found).max()) / span if span > 0.0 else 0.0
