"""Influence of a uniformly loaded cell on the surface of a layered viscoelastic solid, 3-D.

What the shortest waves see is a homogeneous half-space: Love's closed form.  The rest is a Fourier
integral over the waves of the surface by Gauss points (`waves`): aperiodic, so that the wake of a
slow branch, however long, has no images.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softsim.engines.linear.creep.basis import CreepBasis
from softsim.engines.linear.medium.compliance import compliance_at
from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray, LayeredStack
from softsim.engines.linear.patch.fourier import CUTOFF_PER_CELL, FourierTables, fourier_rule
from softsim.kernels.solvers.fft import rectangle_influence

CELL_INFLUENCES_KEPT = 8  # results, a few MB each


@dataclass(frozen=True, eq=False)
class CellInfluence:
    """Displacement around one loaded cell.

    Parameters
    ----------
    spacing : tuple of float
        Cell sides along and across [m].
    pressure, shear : ndarray, shape (2 n_along - 1, 2 n_across - 1)
        u_z per unit pressure and per unit shear towards +x [m/Pa]; the centre is the loaded cell.
    closed : bool
        True for an elastic homogeneous half-space: all of it is closed form.
    """

    spacing: tuple[float, float]
    pressure: FloatArray
    shear: FloatArray
    closed: bool


@kept(entries=CELL_INFLUENCES_KEPT)
def cell_influence(
    stack: LayeredStack, speed: float, spacing: tuple[float, float], shape: tuple[int, int]
) -> CellInfluence:
    """Return the influence of one cell of a stack under a tool moving towards +x.

    Parameters
    ----------
    stack : LayeredStack
        The solid.
    speed : float
        Speed >= 0 [m/s]; 0 is long-term elastic.
    spacing : tuple of float
        Cell sides along and across [m].
    shape : tuple of int
        Number of cells along and across.

    Returns
    -------
    CellInfluence

    Notes
    -----
    Waves shorter than 1.2 cells see the half-space of the closed form.
    """
    viscous = speed != 0.0 and bool((stack.prony_weight > 0.0).any())
    tail = _short_waves(stack, speed, CUTOFF_PER_CELL / min(spacing))
    quadrant = (np.empty(shape), np.empty(shape))
    rectangle_influence(spacing[0], spacing[1], *quadrant)
    parts = [tail[0] * _unfolded(quadrant[0], 1.0), tail[1] * _unfolded(quadrant[1], -1.0)]
    closed = is_uniform(stack) and not viscous
    if not closed:
        rest = _remainder(stack, speed, spacing, shape, tail)
        for part, (even, odd) in zip(parts, rest, strict=True):
            part += _unfolded(even, 1.0) + _unfolded(odd, -1.0)
    return CellInfluence(spacing, parts[0], parts[1], closed)


def is_uniform(stack: LayeredStack) -> bool:
    """Whether a stack is a homogeneous half-space.

    Parameters
    ----------
    stack : LayeredStack
    """
    return stack.thickness.size == 1 and stack.is_half_space


def creep_influences(
    stack: LayeredStack,
    basis: CreepBasis,
    spacing: tuple[float, float],
    shape: tuple[int, int],
) -> FloatArray:
    """Return the influence of a sudden pressure on a cell, then the creep of every mode.

    Parameters
    ----------
    stack : LayeredStack
    basis : CreepBasis
    spacing : tuple of float
        Cell sides along and across [m].
    shape : tuple of int
        Number of cells along and across.

    Returns
    -------
    ndarray, shape (1 + n_modes, 2 n_along - 1, 2 n_across - 1)
        u_z per unit pressure at rest [m/Pa]; the centre is the loaded cell.
    """
    (kx, wx), (ky, wy) = _cell_rules(spacing, shape)
    tables = FourierTables.of(kx, ky, _extent(spacing, shape), shared=True)
    shortest = CUTOFF_PER_CELL / min(spacing)
    k = np.append(tables.wavenumber, shortest)

    def scaled(omega: float) -> ComplexArray:
        return np.asarray(compliance_at(stack, k, np.full(k.size, omega))[:, 0] * k)

    values = basis.fitted(scaled)
    quadrant = (np.empty(shape), np.empty(shape))
    rectangle_influence(spacing[0], spacing[1], *quadrant)
    out = values[:, -1, None, None] * _unfolded(quadrant[0], 1.0)
    if is_uniform(stack):
        return np.asarray(out)
    weight = wx[:, None] * wy / np.hypot(kx[:, None], ky)
    ahead, aside = (
        np.cos(np.outer(np.arange(n) * side, q))
        for n, side, q in zip(shape, spacing, (kx, ky), strict=True)
    )
    for table, rest in zip(out, values[:, :-1] - values[:, -1:], strict=True):
        (waves,) = tables.at_wave_vectors(rest[None].astype(complex)).real
        table += _unfolded(ahead @ (waves * weight) @ aside.T, 1.0)
    return np.asarray(out)


def _unfolded(quadrant: FloatArray, sign: float) -> FloatArray:
    """Unfold a quadrant into all four; odd along x when `sign` is -1."""
    half = np.concatenate([quadrant[:, :0:-1], quadrant], axis=1)
    return np.concatenate([sign * half[:0:-1], half], axis=0)


def _short_waves(stack: LayeredStack, speed: float, shortest: float) -> FloatArray:
    """Return k Czz and k Czx of the shortest waves [1/Pa]."""
    k = np.array([shortest])
    return np.asarray((compliance_at(stack, k, -speed * k)[0, :2] * shortest).real)


def _extent(spacing: tuple[float, float], shape: tuple[int, int]) -> float:
    """Return the longer side of the patch [m]."""
    return max(shape[0] * spacing[0], shape[1] * spacing[1])


def _cell_rules(
    spacing: tuple[float, float], shape: tuple[int, int]
) -> list[tuple[FloatArray, FloatArray]]:
    """Return wavenumbers along and across, with the weights of one evenly loaded cell."""
    rules = []
    for side, n in zip(spacing, shape, strict=True):
        k, weight = fourier_rule(n * side, CUTOFF_PER_CELL / side)
        rules.append((k, weight * side * np.sinc(k * side / (2.0 * np.pi)) / np.pi))
    return rules


def _remainder(
    stack: LayeredStack,
    speed: float,
    spacing: tuple[float, float],
    shape: tuple[int, int],
    tail: FloatArray,
) -> list[tuple[FloatArray, FloatArray]]:
    """Return what the closed form leaves at lags >= 0, parts even and odd along.

    Returns
    -------
    list of two pairs of ndarray, shape (n_along, n_across)
        Of pressure and of shear [m/Pa].
    """
    (kx, wx), (ky, wy) = _cell_rules(spacing, shape)
    tables = FourierTables.of(kx, ky, _extent(spacing, shape), shared=speed == 0.0)
    q = tables.wavenumber
    values = tables.at_wave_vectors(
        (compliance_at(stack, q, -speed * tables.component)[:, :2].T) * q
    )
    k = np.hypot(kx[:, None], ky)
    values -= tail[:, None, None]
    values[1] *= -1j * (kx[:, None] / k)
    values *= wx[:, None] * wy / k
    (x, y) = (
        np.outer(np.arange(n) * d, q) for n, d, q in zip(shape, spacing, (kx, ky), strict=True)
    )
    cosine, sine, aside = np.cos(x), np.sin(x), np.cos(y).T
    return [(cosine @ (part.real @ aside), -sine @ (part.imag @ aside)) for part in values]


def coarsen_influence(fine: CellInfluence) -> CellInfluence:
    """Return the influence of a block of 2 x 2 cells on the mean of such blocks.

    Parameters
    ----------
    fine : CellInfluence
        Influence of one cell.

    Returns
    -------
    CellInfluence
        For cells twice as large; used by the nested grids to find the first contact.
    """

    def halve(table: FloatArray) -> FloatArray:
        for _ in range(2):
            n = (table.shape[0] + 1) // 2
            lags = 2 * np.arange(-((n + 1) // 2 - 1), (n + 1) // 2) + n - 1
            padded = np.pad(table, ((1, 1), (0, 0)), mode="edge")
            table = 0.5 * (padded[lags] + 2.0 * padded[lags + 1] + padded[lags + 2]).T
        return table

    spacing = (2.0 * fine.spacing[0], 2.0 * fine.spacing[1])
    return CellInfluence(spacing, halve(fine.pressure), halve(fine.shear), fine.closed)
