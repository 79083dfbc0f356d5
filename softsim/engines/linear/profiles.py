"""Depth profiles under many contacts that share a stack, a speed, a friction and a grid.

At every depth the kernel from a line of pressure, with its friction, to the stresses and strains
is transformed on a logarithmic grid, aperiodic like that of the surface, and kept as a spectrum of
its samples.  A case costs one transform of its pressure and a short one back for every depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import fft

from softsim.engines.linear.contact_2d import SlidingContact
from softsim.engines.linear.fields import (
    PROFILE_SAMPLES,
    PROFILE_SCALED_DEPTH,
    REFINEMENT,
    refined,
    traction_average,
)
from softsim.engines.linear.influence import FADE_DECADES, log_fourier
from softsim.engines.linear.response import HELD_DECADES, ArrayCache, hash_of, layered_response
from softsim.engines.linear.spectra import field_spectra, layer_at
from softsim.engines.linear.stack import FloatArray, LayeredStack
from softsim.kernels.peaks import row_peaks, sample_tables

N_FIELDS, N_PEAKS = 7, 8
# The window looked at is that of the contact's nodes, or this many depths where that is longer.
DEPTHS_SEEN = 6.0
# Kernels are smoothed over this part of a node spacing, so that their samples hold them.
BLUR = 0.4
INVISIBLE = 40.0
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

    rows: tuple[_Row, ...]
    tension: FloatArray


def _make_transfer(
    stack: LayeredStack, speed: float, friction: float, spacing: float, n: int, depth: FloatArray
) -> _Transfer:
    """Compute the spectra of every depth."""
    response = layered_response(stack, speed, spacing=spacing, extent=spacing * n)
    k, step = response.wavenumber, response.step
    wide = k * BLUR * spacing < np.sqrt(INVISIBLE)
    traction = np.ones((int(wide.sum()), 2), dtype=complex)
    traction[:, 0] = friction
    held = float(k[-1]) * 10.0**-HELD_DECADES
    moving = k[wide] if k[wide][-1] <= held else np.minimum(k[wide], held)
    fields = np.zeros((N_FIELDS, depth.size, k.size), dtype=complex)
    fields[:, :, wide] = field_spectra(
        stack, k[wide], speed, traction, depth, frequency=-moving * speed
    )[2:9]
    fields *= np.exp(-((BLUR * spacing * k) ** 2))
    fields *= -np.expm1(-((k / (k[0] * 10.0**FADE_DECADES)) ** 2))
    distance, ahead, behind = log_fourier(k, step, fields)
    start = float(np.log(distance[0]))
    rows = []
    for i, z in enumerate(np.maximum(depth, spacing)):
        level = max(0, int(np.ceil(np.log2(DEPTHS_SEEN * float(z) / (spacing * n)))))
        length = spacing * n * 2**level
        waves = PROFILE_SCALED_DEPTH * length / (2.0 * np.pi * float(z)) + 2.0
        size = int(min(n * 2**level, fft.next_fast_len(int(PROFILE_SAMPLES * waves), real=True)))
        samples = np.empty((N_FIELDS, size))
        sample_tables(
            start,
            step,
            np.ascontiguousarray(ahead[:, i].real) / np.pi,
            np.ascontiguousarray(behind[:, i].real) / np.pi,
            length / size,
            samples,
        )
        rows.append(_Row(level, size, fft.rfft(samples, axis=-1).astype(np.complex64)))
    tension = np.zeros((depth.size, 2))
    if stack.incremental is not None:
        tension = stack.incremental.tension[layer_at(stack, depth)]
    return _Transfer(tuple(rows), tension)


def contact_profiles(
    stack: LayeredStack,
    contact: SlidingContact,
    depth: FloatArray,
    speed: float,
    friction: float,
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
    key = hash_of(stack.key, speed, friction, spacing, n, depth)
    transfer: _Transfer = TRANSFERS.get(
        key, lambda: _make_transfer(stack, speed, friction, spacing, n, depth)
    )
    loaded = np.flatnonzero(contact.contact_pressure)
    first, last = max(int(loaded[0]) - 2, 0), min(int(loaded[-1]) + 3, n)
    pressure = contact.contact_pressure[first:last]
    middle = contact.contact_shift - float(contact.along[first])
    spectra: dict[int, np.ndarray] = {}
    peaks = np.empty((depth.size, N_PEAKS))
    for i, row in enumerate(transfer.rows):
        length = spacing * n * 2**row.level
        if row.level not in spectra:
            spectra[row.level] = _spectrum(pressure, middle, spacing, n, row.level)
        used = row.waves.shape[1]
        field = fft.irfft(row.waves * spectra[row.level][:used], row.size, axis=-1)
        margin = 1.1 * contact.half_width / length
        row_peaks(
            field,
            int(margin * row.size) + 1,
            int((1.0 - margin) * row.size),
            transfer.tension[i, 0],
            transfer.tension[i, 1],
            peaks[i],
        )
    return peaks.T


def _spectrum(
    pressure: FloatArray, middle: float, spacing: float, n: int, level: int
) -> np.ndarray:
    """Return the transform of the pressure, its middle in the middle of the window [Pa m].

    In the longer windows of deep rows the pressure is gathered on as many, coarser nodes.
    """
    if level == 0:
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
