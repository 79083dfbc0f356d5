"""Gauss rules for Fourier integrals over wavenumbers: no box, no images."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from softsim.engines.linear.stack import FloatArray

# Radians per cell up to which waves are kept: waves of 1.2 cells.
WAVES_PER_CELL = 1.7 * np.pi
# A first piece with nodes like t^4, then even pieces; radians of the farthest pair of load and
# point over a piece, at which the rules leave 1e-7.
FIRST_NODES, FIRST_REACH = 32, 18.0
PIECE_NODES, PIECE_REACH = 24, 52.0


@lru_cache(maxsize=4)
def _legendre(n: int) -> tuple[FloatArray, FloatArray]:
    """Return the Gauss rule on [0, 1]."""
    t, w = np.polynomial.legendre.leggauss(n)
    return 0.5 * (t + 1.0), 0.5 * w


def wave_rule(reach: float, highest: float) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights for integrals of f(k) e^{ikx}, |x| <= reach, from 0 to a highest k.

    Parameters
    ----------
    reach : float
        [m].
    highest : float
        [1/m].

    Returns
    -------
    nodes, weights : ndarray, shape (n_k,)
        Increasing; crowded like t^4 towards 0, where f may change fast or grow like 1/k.
    """
    first = min(FIRST_REACH / reach, highest)
    t, w = _legendre(FIRST_NODES)
    nodes, weights = [first * t**4], [first * 4.0 * w * t**3]
    t, w = _legendre(PIECE_NODES)
    pieces = int(np.ceil((highest - first) * reach / PIECE_REACH))
    for i in range(pieces):
        length = (highest - first) / pieces
        nodes.append(first + length * (i + t))
        weights.append(length * w)
    return np.concatenate(nodes), np.concatenate(weights)
