"""Factors of a banded tangent, and the compliance of a few unknowns from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import blas, lapack

from softsim.engines.finite.tissue.basis import Array, Integers
from softsim.errors import ConvergenceError

BLOCK = 64  # columns that are substituted at once


@dataclass(frozen=True, eq=False)
class Cholesky:
    """Factors of a symmetric positive definite band, eliminated from both ends.

    The unknowns behind `end` go first, from the last one on, so that loads on those before it reach
    none of them: K = [[M, B], [B^T, R]] with R = L_R L_R^T and M - B R^-1 B^T = L L^T.

    Parameters
    ----------
    band : ndarray of float64, shape (half_width + 1, n_before)
        Entry (i, j) of L is band[i - j, j], in any unit; columns are contiguous.
    behind : ndarray of float64, shape (half_width + 1, n_behind)
        The same of L_R, its unknowns in reverse; in any unit.
    tie : ndarray of float64, shape (half_width, half_width), or (0, 0) with none behind
        L_R^-1 B^T where it is not zero: last unknowns of both, in any unit.
    """

    band: Array
    behind: Array
    tie: Array

    @classmethod
    def of(cls, band: Array, end: int) -> Cholesky | None:
        """Factor a matrix, given as band[j, i - j], shape (n, half_width + 1); it is overwritten.

        None where it is not positive definite.  Few unknowns behind `end` go with the others.

        `band` has the shape (n, half_width + 1), in any unit.
        """
        n, half = band.shape[0], band.shape[1] - 1
        end = end if half <= min(end, n - end) else n
        count, tied = n - end, half if end < n else 0
        step = band.itemsize  # entry (j, k) in reverse is (n - 1 - j - k, k)
        reverse = np.lib.stride_tricks.as_strided(
            band[n - 1 :], (count, half + 1), (-step * (half + 1), -step * half), writeable=False
        )
        behind, info = np.array(reverse, order="C").T, 0
        if count:
            behind, info = lapack.dpbtrf(behind, lower=1, overwrite_ab=1)
        if info:
            return None
        tie = np.zeros((tied, tied))
        for k in range(1, tied + 1):
            at = np.arange(tied - k, tied)  # of the last unknowns before, k from those behind
            tie[tied - 1 - (k - tied + at), at] = band[end - tied + at, k]
        if tied:
            flat = behind.T.reshape(-1)[(count - tied) * (half + 1) :]
            own = _dense(flat, 0, tied, tied, half)
            tie = blas.dtrsm(1.0, own, tie, lower=1)
            less = tie.T @ tie
            for k in range(tied):
                band[end - tied : end - k, k] -= np.diagonal(less, k)
        before, info = lapack.dpbtrf(band[:end].T, lower=1, overwrite_ab=1)
        return cls(before, behind, tie) if info == 0 else None

    @property
    def end(self) -> int:
        """Number of unknowns that are eliminated from the first on."""
        return int(self.band.shape[1])

    def forward(self, right: Array) -> Array:
        """Return L^-1 times a vector, shape (n,); that behind the end is in reverse.

        `right` has the shape (n,), in any unit.
        """
        found, end, tied = right.copy(), self.end, len(self.tie)
        if tied:
            found[end:] = lapack.dtbtrs(self.behind, right[: end - 1 : -1], uplo="L")[0].ravel()
            found[end - tied : end] -= found[found.size - tied :] @ self.tie
        found[:end] = lapack.dtbtrs(self.band, found[:end], uplo="L")[0].ravel()
        return found

    def backward(self, right: Array) -> Array:
        """Return L^-T times a vector, shape (n,).

        `right`, as `forward` leaves it, has the shape (n,), in any unit.
        """
        found, end, tied = right.copy(), self.end, len(self.tie)
        found[:end] = lapack.dtbtrs(self.band, right[:end], uplo="L", trans="T")[0].ravel()
        if tied:
            found[found.size - tied :] -= self.tie @ found[end - tied : end]
            back = lapack.dtbtrs(self.behind, found[end:], uplo="L", trans="T")[0].ravel()
            found[end:] = back[::-1]
        return found

    def columns(self, unknowns: Integers) -> Array:
        """Return L^-1 E for unit loads on some unknowns, from the first of them to the end.

        The shape is (n_rows, n_unknowns).

        Parameters
        ----------
        unknowns : ndarray of int64, shape (m,)
            Increasing, before the end: behind the last row of a block the later columns are still
            zero.
        """
        half, first = self.band.shape[0] - 1, int(unknowns.min())
        n, block = self.end - first, max(1, min(BLOCK, half))
        found = np.zeros((n, unknowns.size))
        found[unknowns - first, np.arange(unknowns.size)] = 1.0
        flat = self.band.T.reshape(-1)[first * (half + 1) :]  # column j starts at j (half + 1)
        for start in range(0, n, block):
            stop = min(start + block, n)
            width, origin = stop - start, start * (half + 1)
            own = _dense(flat, origin, width, width, half)
            reached = int(np.searchsorted(unknowns, first + stop))
            part = blas.dtrsm(1.0, own, found[start:stop, :reached].T, side=1, lower=1, trans_a=1).T
            found[start:stop, :reached] = part
            below = min(half, n - stop)
            if below:
                beside = _dense(flat, origin + width, below, width, half)
                full = min(below, half - width + 1)  # rows that all columns reach
                found[stop : stop + full, :reached] -= beside[:full] @ part
                found[stop + full : stop + below, :reached] -= np.triu(beside[full:], 1) @ part
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
    first : int
        First unknown that `spread` tells of.
    spread : ndarray, shape (n_rows, m)
        L^-1 E, or K^-1 E with pivots, for unit forces E on the unknowns, from `first` on as far as
        it is not zero; zero where they are held.
    compliance : ndarray, shape (m, m)
        [m^2/N].
    """

    factor: Cholesky | Gauss
    first: int
    spread: Array
    compliance: Array

    @classmethod
    def of(cls, factor: Cholesky | Gauss, n: int, unknowns: Integers) -> Reduced:
        """Return the response to forces on some of `n` unknowns; below 0 they are held."""
        free = unknowns >= 0
        if isinstance(factor, Cholesky):
            spread = factor.columns(unknowns[free])
            if not free.all():
                whole = np.zeros((spread.shape[0], unknowns.size))
                whole[:, free] = spread
                spread = whole
            return cls(factor, int(unknowns[free].min()), spread, spread.T @ spread)
        spread, compliance = np.zeros((n, unknowns.size)), np.zeros((unknowns.size,) * 2)
        unit = np.zeros((n, int(free.sum())), order="F")
        unit[unknowns[free], np.arange(unit.shape[1])] = 1.0
        spread[:, free] = factor.solve(unit)
        compliance[free] = spread[unknowns[free]]
        return cls(factor, 0, spread, compliance)

    def half(self, right: Array, unknowns: Integers) -> tuple[Array, Array]:
        """Return a half-solved right-hand side, and the moves of the unknowns, shape (m,).

        `right` has the shape (n,) [N/m].
        """
        if isinstance(self.factor, Cholesky):
            half = self.factor.forward(right)
            return half, half[self._rows()] @ self.spread
        half = self.factor.solve(right)
        return half, np.where(unknowns >= 0, half[unknowns], 0.0)

    def whole(self, half: Array, push: Array) -> Array:
        """Return the solution with forces `push`, shape (m,), on the unknowns.

        `half`, of the shape (n,), is that of the method `half`, of no unit of its own.  `push` has
        the shape (m,) [N/m].
        """
        both = half.copy()
        both[self._rows()] += self.spread @ push
        return self.factor.backward(both) if isinstance(self.factor, Cholesky) else both

    def _rows(self) -> slice:
        """Return which unknowns `spread` tells of."""
        return slice(self.first, self.first + self.spread.shape[0])


def solved(matrix: Array, right: Array) -> Array:
    """Solve a dense linear system, shape (n,).

    `matrix` has the shape (n, n), and `right` the shape (n,), in any unit.

    Raises
    ------
    ConvergenceError
        Where it is singular, or holds what is not a number.
    """
    try:
        found = np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
    except np.linalg.LinAlgError as error:
        raise ConvergenceError("contact is singular") from error
    if not np.isfinite(found).all():
        raise ConvergenceError("contact is not a number")
    return found


def _dense(flat: Array, origin: int, rows: int, columns: int, half: int) -> Array:
    """Return a dense view of part of a band; entries outside the band are others."""
    step = flat.itemsize
    return np.lib.stride_tricks.as_strided(
        flat[origin:], (rows, columns), (step, step * half), writeable=False
    )
