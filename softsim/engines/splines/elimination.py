"""Banded Cholesky factors, and the compliance of a few unknowns from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas, lapack

from softsim.engines.splines.basis import Array

BLOCK = 64  # columns that are substituted at once


@dataclass(frozen=True, eq=False)
class Factor:
    """Lower factor L of a symmetric positive definite band.

    Parameters
    ----------
    band : ndarray of float64, shape (half_width + 1, n)
        Entry (i, j) of L is band[i - j, j]; columns are contiguous.
    """

    band: Array

    @classmethod
    def of(cls, band: Array) -> Factor | None:
        """Factor a matrix, given as band[j, i - j], shape (n, half_width + 1); None if it is not
        positive definite.  The band is overwritten.
        """  # noqa: D205
        factor, info = lapack.dpbtrf(band.T, lower=1, overwrite_ab=1)
        return cls(factor) if info == 0 else None

    def forward(self, right: Array) -> Array:
        """Return L^-1 times a vector, shape (n,)."""
        found, _ = lapack.dtbtrs(self.band, right, uplo="L")
        return np.asarray(found)[:, 0] if np.ndim(found) == 2 else np.asarray(found)

    def backward(self, right: Array) -> Array:
        """Return L^-T times a vector, shape (n,)."""
        found, _ = lapack.dtbtrs(self.band, right, uplo="L", trans="T")
        return np.asarray(found)[:, 0] if np.ndim(found) == 2 else np.asarray(found)

    def columns(self, unknowns: NDArray[np.int64]) -> Array:
        """Return L^-1 E for unit loads on some unknowns, shape (n, n_unknowns).

        Parameters
        ----------
        unknowns : ndarray of int64, shape (m,)
        """
        half, n = self.band.shape[0] - 1, self.band.shape[1]
        block = min(BLOCK, half)
        found = np.zeros((n, unknowns.size))
        found[unknowns, np.arange(unknowns.size)] = 1.0
        flat = self.band.T.reshape(-1)  # column j starts at j (half + 1)
        for start in range(int(unknowns.min()), n, block):
            stop = min(start + block, n)
            width, origin = stop - start, start * (half + 1)
            own = _dense(flat, origin, width, width, half)
            part = blas.dtrsm(1.0, own, found[start:stop].T, side=1, lower=1, trans_a=1)
            found[start:stop] = part.T
            below = min(half, n - stop)
            if below:
                beside = _dense(flat, origin + width, below, width, half)
                apart = np.arange(below)[:, None] - np.arange(width) + width
                found[stop : stop + below] -= np.where(apart <= half, beside, 0.0) @ part.T
        return found


def _dense(flat: Array, origin: int, rows: int, columns: int, half: int) -> Array:
    """Return a dense view of part of a band; entries outside the band are others."""
    step = flat.itemsize
    return np.lib.stride_tricks.as_strided(
        flat[origin:], (rows, columns), (step, step * half), writeable=False
    )
