"""Tractions between the nodes: refined towards the square-root ends of a contact."""

from __future__ import annotations

import numpy as np
from scipy import fft

from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.stack import FloatArray

# Points per node spacing for the tractions; the ends of a contact are a square root.
SUBDIVISIONS = 8


def refined(traction: FloatArray) -> FloatArray:
    """Return a traction of one sign between its nodes, with the square-root ends of a contact.

    The square of the traction is interpolated linearly; at an end it is extrapolated to its zero
    inside the cell, so that no kink of the order of the spacing is left there.  Every patch keeps
    the force of its nodes.

    Parameters
    ----------
    traction : ndarray, shape (n,)
        [Pa].
    """
    square = traction * traction
    loaded = np.concatenate([[False], square > 0.0, [False]])
    extended = square.copy()
    turns = np.diff(loaded.astype(int))
    ends, starts = np.flatnonzero(turns == -1), np.flatnonzero(turns == 1)
    for end in ends:  # first node after a patch
        if end < square.size and end >= 2:
            extended[end] = min(2.0 * square[end - 1] - square[end - 2], 0.0)
    for start in starts:  # first node of a patch
        if 1 <= start < square.size - 1:
            before = min(2.0 * square[start] - square[start + 1], 0.0)
            extended[start - 1] = min(extended[start - 1], before)
    place = np.arange(square.size, dtype=float)
    fine = np.interp(
        np.arange((square.size - 1) * SUBDIVISIONS + 1) / SUBDIVISIONS,
        place,
        extended,
    )
    sign = -1.0 if traction.sum() < 0.0 else 1.0
    out = sign * np.sqrt(np.maximum(fine, 0.0))
    for start, end in zip(starts, ends, strict=True):
        patch = out[max(start * SUBDIVISIONS - SUBDIVISIONS + 1, 0) : end * SUBDIVISIONS]
        patch *= traction[start:end].sum() * SUBDIVISIONS / patch.sum()
    return np.asarray(out)


def traction_average(k: FloatArray, spacing: float) -> FloatArray:
    """Return the factor from samples of a refined traction to averages over one node spacing.

    Parameters
    ----------
    k : ndarray, shape (n_k,)
        Wavenumbers [1/m].
    spacing : float
        [m].
    """
    fine = np.sinc(k * spacing / (2.0 * np.pi * SUBDIVISIONS)) ** 2
    return np.asarray(fine * np.sinc(k * spacing / (2.0 * np.pi)) / SUBDIVISIONS)


@kept(entries=64)
def traction_grid(points: int, spacing: float) -> tuple[FloatArray, FloatArray]:
    """Return the wavenumbers of a window and the factor of a refined traction there.

    Parameters
    ----------
    points : int
        Nodes of the window.
    spacing : float
        [m].

    Returns
    -------
    wavenumber, average : ndarray, shape (points // 2 + 1,)
        [1/m] and, see `traction_average`, [-]; not to be written to.
    """
    k = 2.0 * np.pi * fft.rfftfreq(points, d=spacing)
    return k, traction_average(k, spacing)
