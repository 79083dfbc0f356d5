"""Factors of a banded tangent, and the compliance of a few unknowns from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import blas, lapack

from softsim.engines.finite.tissue.basis import Array, Integers

BLOCK = 64  # columns that are substituted at once


@dataclass(frozen=True, eq=False)
class Cholesky:
    """Lower factor L of a symmetric positive definite band.

    Parameters
    ----------
    band : ndarray of float64, shape (half_width + 1, n)
        Entry (i, j) of L is band[i - j, j], in any unit; columns are contiguous.
    """

    band: Array

    @classmethod
    def of(cls, band: Array) -> Cholesky | None:
        """Factor a matrix, given as band[j, i - j], shape (n, half_width + 1).

        None where it is not positive definite.

        `band` has the shape (n, half_width + 1), in any unit.
        """
        factor, info = lapack.dpbtrf(band.T.copy(order="F"), lower=1, overwrite_ab=1)
        return cls(factor) if info == 0 else None

    def forward(self, right: Array) -> Array:
        """Return L^-1 times a vector, shape (n,).

        `right` has the shape (n,), in any unit.
        """
        return np.asarray(lapack.dtbtrs(self.band, right, uplo="L")[0]).ravel()

    def backward(self, right: Array) -> Array:
        """Return L^-T times a vector, shape (n,).

        `right` has the shape (n,), in any unit.
        """
        return np.asarray(lapack.dtbtrs(self.band, right, uplo="L", trans="T")[0]).ravel()

    def columns(self, unknowns: Integers) -> Array:
        """Return L^-1 E for unit loads on some unknowns, shape (n, n_unknowns).

        Parameters
        ----------
        unknowns : ndarray of int64, shape (m,)
            Increasing: behind the last row of a block the later columns are still zero.
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
            reached = int(np.searchsorted(unknowns, stop))
            part = blas.dtrsm(1.0, own, found[start:stop, :reached].T, side=1, lower=1, trans_a=1)
            found[start:stop, :reached] = part.T
            below = min(half, n - stop)
            if below:
                beside = _dense(flat, origin + width, below, width, half)
                apart = np.arange(below)[:, None] - np.arange(width) + width
                inside = np.where(apart <= half, beside, 0.0)
                found[stop : stop + below, :reached] -= inside @ part.T
        return found


@dataclass(frozen=True, eq=False)
class Gauss:
    """Factors with pivots of a symmetric band that is not positive definite.

    Parameters
    ----------
    band : ndarray of float64, shape (3 half_width + 1, n)
        As LAPACK's gbtrf leaves it, in any unit.
    pivots : ndarray of int
    half : int
        Half width.
    """

    band: Array
    pivots: Integers
    half: int

    @classmethod
    def of(cls, band: Array) -> Gauss | None:
        """Factor a matrix, given by its lower half as band[j, i - j], shape (n, half_width + 1).

        None where it is singular.

        `band` has the shape (n, half_width + 1), in any unit.
        """
        n, half = band.shape[0], band.shape[1] - 1
        whole = np.zeros((3 * half + 1, n), order="F")
        for k in range(half + 1):
            whole[2 * half + k, : n - k] = band[: n - k, k]
            whole[2 * half - k, k:] = band[: n - k, k]
        factor, pivots, info = lapack.dgbtrf(whole, half, half, overwrite_ab=1)
        return cls(factor, pivots, half) if info == 0 else None

    def solve(self, right: Array) -> Array:
        """Solve for one or more right-hand sides, shape (n,) or (n, m).

        `right` has the shape (n,) or (n, m), in any unit.
        """
        return np.asarray(lapack.dgbtrs(self.band, self.half, self.half, right, self.pivots)[0])


@dataclass(frozen=True, eq=False)
class Reduced:
    """What a factored tangent makes of forces on a few unknowns.

    Parameters
    ----------
    factor : Cholesky or Gauss
    spread : ndarray, shape (n, m)
        L^-1 E, or K^-1 E with pivots, for unit forces E on the unknowns; zero where they are held.
    compliance : ndarray, shape (m, m)
        [m^2/N].
    """

    factor: Cholesky | Gauss
    spread: Array
    compliance: Array

    @classmethod
    def of(cls, factor: Cholesky | Gauss, n: int, unknowns: Integers) -> Reduced:
        """Return the response to forces on some of `n` unknowns; below 0 they are held."""
        free = unknowns >= 0
        if isinstance(factor, Cholesky):
            spread = factor.columns(unknowns[free])
            if not free.all():
                whole = np.zeros((n, unknowns.size))
                whole[:, free] = spread
                spread = whole
            reached = spread[int(unknowns[free].min()) :]  # nothing above
            return cls(factor, spread, reached.T @ reached)
        spread, compliance = np.zeros((n, unknowns.size)), np.zeros((unknowns.size,) * 2)
        unit = np.zeros((n, int(free.sum())), order="F")
        unit[unknowns[free], np.arange(unit.shape[1])] = 1.0
        spread[:, free] = factor.solve(unit)
        compliance[free] = spread[unknowns[free]]
        return cls(factor, spread, compliance)

    def half(self, right: Array, unknowns: Integers) -> tuple[Array, Array]:
        """Return a half-solved right-hand side, and the moves of the unknowns, shape (m,).

        `right` has the shape (n,) [N/m].
        """
        if isinstance(self.factor, Cholesky):
            half = self.factor.forward(right)
            return half, self.spread.T @ half
        half = self.factor.solve(right)
        return half, np.where(unknowns >= 0, half[unknowns], 0.0)

    def whole(self, half: Array, push: Array) -> Array:
        """Return the solution with forces `push`, shape (m,), on the unknowns.

        `half`, of the shape (n,), is that of the method `half`, of no unit of its own.  `push` has
        the shape (m,) [N/m].
        """
        both = half + self.spread @ push
        return self.factor.backward(both) if isinstance(self.factor, Cholesky) else both


def _dense(flat: Array, origin: int, rows: int, columns: int, half: int) -> Array:
    """Return a dense view of part of a band; entries outside the band are others."""
    step = flat.itemsize
    return np.lib.stride_tricks.as_strided(
        flat[origin:], (rows, columns), (step, step * half), writeable=False
    )
