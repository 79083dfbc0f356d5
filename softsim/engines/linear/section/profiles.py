"""Depth profiles under many contacts that share a stack, a speed, a friction and a grid.

At every depth the kernel from a line of pressure, with its friction, to the stresses and strains
is transformed on a logarithmic grid, aperiodic like that of the surface, and kept as a spectrum of
its samples.  A case costs one transform of its pressure and a short one back for every depth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.spectra import layer_at
from softsim.engines.linear.medium.stack import FloatArray, LayeredStack
from softsim.engines.linear.section.contact import SlidingContact
from softsim.engines.linear.section.green_at_depth import kernel_tables
from softsim.engines.linear.section.steady import THICKNESSES_SEEN, seen_reach
from softsim.engines.linear.section.traction import (
    REFINEMENT,
    refined,
    traction_grid,
)
from softsim.kernels.tables.peaks import N_PEAKS, gathered_spectrum, row_peaks

N_FIELDS = 7
# A row is looked at on the window of the contact's nodes, or on this many depths where that is
# longer, up to a quarter of the window on both sides; beyond, on as many coarser nodes, up to 0.4.
DEPTHS_SEEN = 12.0
FINE_SHARE, FAR_SHARE = 0.25, 0.4
# The kernels fade at the ends of a window, and in the middle of a far one, beyond the lags used.
FADE_FROM, FADE_NEAR = (0.36, 0.44), (0.06, 0.12)
# Waves kept: e^{-12} at the depth; samples of the shortest.  The tops of smooth rows are parabolas.
WAVES_KEPT = 12.0
PROFILE_SAMPLES = 2.5
SMOOTH_NODES = 4.0  # deeper than this many node spacings a row is smooth over its samples
# The response is smooth enough for one in four of its wavenumbers (4e-6).
TABLE_STRIDE = 4


@dataclass(frozen=True, eq=False)
class _Looks:
    """Kernels of some depths on one window, single precision (1e-6 of the largest value).

    The window is 2^level times that of the contact's nodes and is looked at from `near` on, or
    less where the result ends before [m].
    """

    level: int
    size: int
    rows: np.ndarray
    near: FloatArray
    waves: np.ndarray
    rounded: np.ndarray
    tension: FloatArray


@kept(entries=24)
def _transfer(
    stack: LayeredStack,
    speed: float,
    friction: float,
    spacing: float,
    n: int,
    thickness: float,
    depth: FloatArray,
) -> tuple[_Looks, ...]:
    """Compute the spectra of every depth, those of one window together."""
    tables = kernel_tables(
        stack,
        speed,
        friction,
        spacing,
        n,
        depth,
        lambda fields, _: fields[2:9],
        stride=TABLE_STRIDE,
    )

    tension = np.zeros((depth.size, 2))
    if stack.incremental is not None:
        tension = stack.incremental.tension[layer_at(stack, depth)]
    seen = THICKNESSES_SEEN * thickness
    base = _levels(seen / FAR_SHARE, spacing * n)
    windows: dict[tuple[int, int, bool], list[tuple[int, float]]] = {}
    for i, z in enumerate(np.maximum(depth, spacing)):
        level = _levels(DEPTHS_SEEN * float(z), spacing * n)
        length = spacing * n * 2**level
        shortest = float(z) if level == 0 else 0.5 * length / DEPTHS_SEEN
        waves = WAVES_KEPT * length / (2.0 * np.pi * shortest) + 2.0
        size = min(n, 1 << int(np.ceil(np.log2(PROFILE_SAMPLES * waves))))
        windows.setdefault((level, size, False), []).append((i, 0.0))
        if FINE_SHARE * length < seen:
            windows.setdefault((max(base, level), n, True), []).append((i, length))
    groups = []
    for (level, size, far), members in windows.items():
        length = spacing * n * 2**level
        rows = np.array([i for i, _ in members])
        near = np.array([inner for _, inner in members])
        samples = tables.samples_of(rows, length / size, size)
        samples *= _fade(length, size, near if far else near[:1], far=far)[:, None]
        groups.append(
            _Looks(
                level,
                size,
                rows,
                FINE_SHARE * near,
                fft.rfft(samples, axis=-1).astype(np.complex64),
                (depth[rows] > SMOOTH_NODES * spacing) & (not far),
                tension[rows],
            )
        )
    return tuple(groups)


def _fade(length: float, size: int, inner: FloatArray, *, far: bool) -> FloatArray:
    """Return the weights of the lags of a window: 1 where they are used, smoothly 0 elsewhere.

    Parameters
    ----------
    length : float
        Of the window [m].
    size : int
        Number of lags.
    inner : ndarray, shape (n_rows,)
        Length of the window that is looked at instead near the load [m]; only for a far one.
    far : bool

    Returns
    -------
    ndarray, shape (n_rows, size)
    """
    lag = np.abs(fft.fftfreq(size, 1.0 / length))

    def step(ends: tuple[float, float], share: FloatArray) -> FloatArray:
        share = np.clip((share - ends[0]) / (ends[1] - ends[0]), 0.0, 1.0)
        return np.asarray(share * share * (3.0 - 2.0 * share))

    weight = 1.0 - step(FADE_FROM if not far else (0.47, 0.5), lag / length)[None]
    return np.asarray(weight * step(FADE_NEAR, lag / inner[:, None]) if far else weight)


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
    ndarray, shape (11, n_depth)
        As in `softsim.kernels.tables.peaks.row_peaks`, prestress included.

    Notes
    -----
    Even samples, 2.5 on the shortest wave that reaches a depth, tops of smooth rows from parabolas:
    a peak is missed by less than 0.5 %.
    """
    n = contact.along.size
    spacing = float(contact.along[-1] - contact.along[0]) / (n - 1)
    transfer = _transfer(stack, speed, friction, spacing, n, thickness, depth)
    loaded = np.flatnonzero(contact.contact_pressure)
    first, last = max(int(loaded[0]) - 2, 0), min(int(loaded[-1]) + 3, n)
    pressure = contact.contact_pressure[first:last]
    middle = contact.contact_shift - float(contact.along[first])
    reach = seen_reach(2.0 * contact.half_width, thickness)
    spectra: dict[int, np.ndarray] = {}
    peaks = np.full((depth.size, N_PEAKS), -np.inf)
    work = np.empty((3, N_PEAKS))
    waves: dict[int, int] = {}
    for looks in transfer:
        waves[looks.level] = max(waves.get(looks.level, 0), looks.waves.shape[-1])
    for looks in transfer:
        length = spacing * n * 2**looks.level
        if looks.level not in spectra:
            most = waves[looks.level]
            spectra[looks.level] = _spectrum(pressure, middle, spacing, n, looks.level, most)
        used = looks.waves.shape[-1]
        fields = fft.irfft(looks.waves * spectra[looks.level][:used], looks.size, axis=-1)
        share = looks.size / length
        far = looks.near.any()
        edge = min(reach, (FAR_SHARE if far else FINE_SHARE) * length)
        found = np.empty((looks.rows.size, N_PEAKS))
        row_peaks(
            fields, looks.near * share, edge * share, looks.rounded, looks.tension, work, found
        )
        peaks[looks.rows] = np.maximum(peaks[looks.rows], found)
    return peaks.T


def _levels(wanted: float, length: float) -> int:
    """Return how often a window must be doubled."""
    return max(0, int(np.ceil(np.log2(wanted / length))))


def _spectrum(
    pressure: FloatArray, middle: float, spacing: float, n: int, level: int, waves: int
) -> np.ndarray:
    """Return the transform of the pressure, its middle in the middle of the window [Pa m].

    In the longer windows of deep rows the pressure is gathered on coarser nodes.
    """
    length = spacing * n * 2**level
    start = 0.5 * length - middle
    if level > 0:
        out = np.empty(waves, dtype=complex)
        work = np.empty(pressure.size + 2)
        gathered_spectrum(pressure, 2**level, spacing, start, 2.0 * np.pi / length, work, out)
        return out.astype(np.complex64)
    k, average = traction_grid(n, spacing)
    found = fft.rfft(refined(pressure), n * REFINEMENT)[: k.size] * (average * spacing)
    return np.asarray((found * np.exp(-1j * start * k)).astype(np.complex64))
