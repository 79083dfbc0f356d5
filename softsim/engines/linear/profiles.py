"""Depth profiles under many contacts that share a stack, a speed, a friction and a grid.

At every depth the kernel from a line of pressure, with its friction, to the stresses and strains
is transformed on a logarithmic grid, aperiodic like that of the surface, and kept as a spectrum of
its samples.  A case costs one transform of its pressure and a short one back for every depth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from scipy import fft

from softsim.engines.linear.contact_2d import SlidingContact
from softsim.engines.linear.fields import (
    PROFILE_SAMPLES,
    REFINEMENT,
    refined,
    traction_average,
)
from softsim.engines.linear.influence import FADE_DECADES, log_fourier
from softsim.engines.linear.response import HELD_DECADES, ArrayCache, hash_of, layered_response
from softsim.engines.linear.scene import THICKNESSES_SEEN, seen_reach
from softsim.engines.linear.spectra import field_spectra, layer_at
from softsim.engines.linear.stack import ComplexArray, FloatArray, LayeredStack
from softsim.kernels.peaks import row_peaks, sample_tables

N_FIELDS, N_PEAKS = 7, 8
# The window looked at is that of the contact's nodes, or this many depths where that is longer.
DEPTHS_SEEN = 6.0
WINDOW_SPARE = 1.05
# Kernels are smoothed over this part of a node spacing, so that their samples hold them.
BLUR = 0.4
INVISIBLE = 40.0
# Waves kept: e^{-15} at the depth.
WAVES_KEPT = 15.0
TRANSFERS = ArrayCache(24)


@dataclass(frozen=True, eq=False)
class _Row:
    """Spectrum of the kernels of one depth, single precision (1e-6 of the largest value).

    `level`: the window is 2^level times that of the contact's nodes.
    """

    level: int
    size: int
    waves: np.ndarray


@dataclass(frozen=True, eq=False)
class _Transfer:
    """Everything about a stack, a speed, a friction and a grid."""

    base: int
    rows: tuple[_Row, ...]
    tension: FloatArray


@dataclass(frozen=True, eq=False)
class KernelTables:
    """Kernels of a line of pressure, with its friction, at some depths on a logarithmic grid.

    Parameters
    ----------
    start, step : float
        Grid of the distance [ln m].
    ahead, behind : ndarray of float64, shape (n_fields, n_depth, n_table)
        Field per force for positive and negative distance.
    deep : ndarray of complex128, shape (2,)
        The first two fields lack deep exp(-k length)/k; it is added in closed form.
    length : float
        [m].
    """

    start: float
    step: float
    ahead: FloatArray
    behind: FloatArray
    deep: ComplexArray = field(default_factory=lambda: np.zeros(2, dtype=complex))
    length: float = 1.0

    def samples(self, i_depth: int, spacing: float, size: int) -> FloatArray:
        """Return the kernels of one depth at even lags, arranged in a circle (n_fields, size)."""
        out = np.empty((self.ahead.shape[0], size))
        ahead, behind = self.ahead[:, i_depth], self.behind[:, i_depth]
        sample_tables(
            self.start,
            self.step,
            np.ascontiguousarray(ahead),
            np.ascontiguousarray(behind),
            spacing,
            out,
        )
        if self.deep.any():
            lag = fft.fftfreq(size, 1.0 / (spacing * size))
            level = 0.5 * np.log(self.length**2 + lag**2)
            turn = np.arctan2(lag, self.length)
            out[:2] -= (self.deep.real[:, None] * level + self.deep.imag[:, None] * turn) / np.pi
        return out


def kernel_tables(
    stack: LayeredStack,
    speed: float,
    friction: float,
    spacing: float,
    n: int,
    depth: FloatArray,
    chosen: Callable[[ComplexArray, FloatArray], ComplexArray],
    *,
    long_waves: bool = False,
) -> KernelTables:
    """Transform the fields of a line of pressure at some depths.

    Parameters
    ----------
    stack : LayeredStack
    speed : float
        >= 0 [m/s].
    friction : float
        [-].
    spacing : float
        Of the nodes [m]; the kernels are smoothed over a part of it.
    n : int
        Number of nodes.
    depth : ndarray, shape (n_depth,)
        Increasing, may start at 0 [m].
    chosen : callable
        From the ten fields of `field_spectra` and the angular frequency to those wanted.
    long_waves : bool
        The first two grow like 1/k at long waves: displacements of a half-space.

    Returns
    -------
    KernelTables
    """
    response = layered_response(stack, speed, spacing=spacing, extent=spacing * n)
    k, step = response.wavenumber, response.step
    seen = k * BLUR * spacing < np.sqrt(INVISIBLE)
    waves = np.ascontiguousarray(k[seen])
    traction = np.ones((waves.size, 2), dtype=complex)
    traction[:, 0] = friction
    omega = -np.minimum(waves, float(k[-1]) * 10.0**-HELD_DECADES) * speed
    found = chosen(field_spectra(stack, waves, speed, traction, depth, frequency=omega), omega)
    deep = waves[0] * found[:2, 0, 0] if long_waves else np.zeros(2, dtype=complex)
    found[:2] -= deep[:, None, None] * np.exp(-waves * response.length) / waves
    found *= np.exp(-((BLUR * spacing * waves) ** 2))
    found *= -np.expm1(-((waves / (k[0] * 10.0**FADE_DECADES)) ** 2))
    fields = np.zeros((*found.shape[:2], k.size), dtype=complex)
    fields[:, :, seen] = found
    distance, ahead, behind = log_fourier(k, step, fields)
    start = float(np.log(distance[0]))
    tables = ahead.real / np.pi, behind.real / np.pi
    return KernelTables(start, step, *tables, deep, response.length)


def _make_transfer(
    stack: LayeredStack,
    speed: float,
    friction: float,
    spacing: float,
    n: int,
    thickness: float,
    depth: FloatArray,
) -> _Transfer:
    """Compute the spectra of every depth."""
    tables = kernel_tables(stack, speed, friction, spacing, n, depth, lambda fields, _: fields[2:9])
    rows = []
    base = _levels(WINDOW_SPARE * 2.0 * THICKNESSES_SEEN * thickness, spacing * n)
    for i, z in enumerate(np.maximum(depth, spacing)):
        level = max(base, _levels(DEPTHS_SEEN * float(z), spacing * n))
        length = spacing * n * 2**level
        waves = WAVES_KEPT * length / (2.0 * np.pi * float(z)) + 2.0
        size = int(min(n * 2**level, fft.next_fast_len(int(PROFILE_SAMPLES * waves), real=True)))
        samples = tables.samples(i, length / size, size)
        rows.append(_Row(level, size, fft.rfft(samples, axis=-1).astype(np.complex64)))
    tension = np.zeros((depth.size, 2))
    if stack.incremental is not None:
        tension = stack.incremental.tension[layer_at(stack, depth)]
    return _Transfer(base, tuple(rows), tension)


def contact_profiles(
    stack: LayeredStack,
    contact: SlidingContact,
    depth: FloatArray,
    speed: float,
    friction: float,
    thickness: float,
) -> FloatArray:
    """Return the peaks along each depth under one contact.

    Parameters
    ----------
    stack : LayeredStack
    contact : SlidingContact
        Motion towards +x, shear = friction times pressure.
    depth : ndarray, shape (n_depth,)
        Depths, increasing [m]; the first may be 0, the skin.
    speed : float
        >= 0 [m/s].
    friction : float
        [-].
    thickness : float
        Of the stack [m].

    Returns
    -------
    ndarray, shape (8, n_depth)
        As in `softsim.kernels.peaks.row_peaks`, prestress included.

    Notes
    -----
    At least four samples on the shortest wave that reaches a depth: a rounded peak is missed by
    less than 0.5 %.
    """
    n = contact.along.size
    spacing = float(contact.along[-1] - contact.along[0]) / (n - 1)
    key = hash_of(stack.key, speed, friction, spacing, n, thickness, depth)
    transfer: _Transfer = TRANSFERS.get(
        key, lambda: _make_transfer(stack, speed, friction, spacing, n, thickness, depth)
    )
    loaded = np.flatnonzero(contact.contact_pressure)
    first, last = max(int(loaded[0]) - 2, 0), min(int(loaded[-1]) + 3, n)
    pressure = contact.contact_pressure[first:last]
    middle = contact.contact_shift - float(contact.along[first])
    reach = seen_reach(2.0 * contact.half_width, thickness)
    spectra: dict[int, np.ndarray] = {}
    peaks = np.empty((depth.size, N_PEAKS))
    for i, row in enumerate(transfer.rows):
        length = spacing * n * 2**row.level
        if row.level not in spectra:
            spectra[row.level] = _spectrum(pressure, middle, spacing, n, row.level, transfer.base)
        used = row.waves.shape[1]
        field = fft.irfft(row.waves * spectra[row.level][:used], row.size, axis=-1)
        seen = min(reach / length, 0.5)
        row_peaks(
            field,
            int((0.5 - seen) * row.size),
            int((0.5 + seen) * row.size),
            transfer.tension[i, 0],
            transfer.tension[i, 1],
            peaks[i],
        )
    return peaks.T


def _levels(wanted: float, length: float) -> int:
    """Return how often a window must be doubled."""
    return max(0, int(np.ceil(np.log2(wanted / length))))


def _spectrum(
    pressure: FloatArray, middle: float, spacing: float, n: int, level: int, base: int
) -> np.ndarray:
    """Return the transform of the pressure, its middle in the middle of the window [Pa m].

    In the longer windows of deep rows the pressure is gathered on as many, coarser nodes.
    """
    if level == base:
        n *= 2**base
        k, average = _grid(n, spacing)
        found = fft.rfft(refined(pressure), n * REFINEMENT)[: k.size] * (average * spacing)
    else:
        place = np.arange(pressure.size) / 2**level
        node = place.astype(np.int64)
        part = (place - node) * pressure
        gathered = np.bincount(node, pressure - part, n) + np.bincount(node + 1, part, n)
        spacing = spacing * 2**level
        k, _ = _grid(n, spacing)
        found = fft.rfft(gathered) * (spacing / 2**level)
    shift = 0.5 * spacing * n - middle
    return np.asarray((found * np.exp(-1j * shift * k)).astype(np.complex64))


@lru_cache(maxsize=64)
def _grid(n: int, spacing: float) -> tuple[FloatArray, FloatArray]:
    """Return the wavenumbers of a window and the factor of a refined traction there."""
    k = 2.0 * np.pi * fft.rfftfreq(n, d=spacing)
    return k, traction_average(k, spacing)
