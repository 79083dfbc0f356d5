"""Depth profiles under many contacts that share a stack, a speed, a friction and a grid.

At every depth the Green's function from a line of pressure, with its friction, to the stresses and
strains is transformed on a logarithmic grid, aperiodic like that of the surface, and kept as a
spectrum of its samples.  A case costs one transform of its pressure and a short one back for every
depth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.spectra import STRESSES_AND_STRAINS, layer_at
from softsim.engines.linear.medium.stack import FloatArray
from softsim.engines.linear.section.contact import SlidingContact
from softsim.engines.linear.section.green import SlidingMedium
from softsim.engines.linear.section.green_at_depth import green_tables
from softsim.engines.linear.section.steady import THICKNESSES_REPORTED, reported_reach
from softsim.engines.linear.section.traction import SUBDIVISIONS, refined, traction_grid
from softsim.kernels.tables.peaks import N_PEAKS, gathered_spectrum, row_peaks

# A row is looked at on the window of the contact's nodes, or on this many depths where that is
# longer, up to a quarter of the window on both sides; beyond, on as many coarser nodes, up to 0.4.
DEPTHS_IN_WINDOW = 12.0
FINE_SHARE, FAR_SHARE = 0.25, 0.4
# Green's functions fade at the ends of a window, and in the middle of a far one, beyond the lags
# used.
FADE_FROM, FADE_NEAR = (0.36, 0.44), (0.06, 0.12)
# Waves kept: e^{-12} at the depth; samples of the shortest.  The tops of smooth rows are parabolas.
PROFILE_DECAY = 12.0
PROFILE_SAMPLES = 2.5
SMOOTH_NODES = 4.0  # deeper than this many node spacings a row is smooth over its samples
# The compliance is smooth enough for one in four of its wavenumbers (4e-6).
TABLE_STRIDE = 4


@dataclass(frozen=True, eq=False)
class _Window:
    """Green's functions of some depths on one window, single precision (1e-6 of the largest value).

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
def _windows(medium: SlidingMedium, thickness: float, depth: FloatArray) -> tuple[_Window, ...]:
    """Compute the spectra of every depth, those of one window together."""
    tables = green_tables(
        medium, depth, lambda fields, _: fields[STRESSES_AND_STRAINS], stride=TABLE_STRIDE
    )
    tension = medium.stack.incremental.tension[layer_at(medium.stack, depth)]
    windows = []
    for (level, size, far), members in _window_members(medium, thickness, depth).items():
        length = medium.extent * 2**level
        rows = np.array([i for i, _ in members])
        near = np.array([inner for _, inner in members])
        samples = tables.samples_of(rows, length / size, size)
        samples *= _fade(length, size, near if far else near[:1], far=far)[:, None]
        windows.append(
            _Window(
                level,
                size,
                rows,
                FINE_SHARE * near,
                fft.rfft(samples, axis=-1).astype(np.complex64),
                (depth[rows] > SMOOTH_NODES * medium.spacing) & (not far),
                tension[rows],
            )
        )
    return tuple(windows)


def _window_members(
    medium: SlidingMedium, thickness: float, depth: FloatArray
) -> dict[tuple[int, int, bool], list[tuple[int, float]]]:
    """Return the depths of every window, by its level, its samples and whether it is a far one.

    A depth comes with the length of the nearer window that is looked at instead [m], 0 in that.
    """
    reach, n = THICKNESSES_REPORTED * thickness, medium.count
    base = _doublings(reach / FAR_SHARE, medium.extent)
    members: dict[tuple[int, int, bool], list[tuple[int, float]]] = {}
    for i, z in enumerate(np.maximum(depth, medium.spacing)):
        level = _doublings(DEPTHS_IN_WINDOW * float(z), medium.extent)
        length = medium.extent * 2**level
        shortest = float(z) if level == 0 else 0.5 * length / DEPTHS_IN_WINDOW
        waves = PROFILE_DECAY * length / (2.0 * np.pi * shortest) + 2.0
        size = min(n, 1 << int(np.ceil(np.log2(PROFILE_SAMPLES * waves))))
        members.setdefault((level, size, False), []).append((i, 0.0))
        if FINE_SHARE * length < reach:
            members.setdefault((max(base, level), n, True), []).append((i, length))
    return members


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


def contact_profiles(contact: SlidingContact, depth: FloatArray, thickness: float) -> FloatArray:
    """Return the peaks along each depth under one contact.

    Parameters
    ----------
    contact : SlidingContact
    depth : ndarray, shape (n_depth,)
        Depths, increasing [m]; the first may be 0, the skin.
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
    windows, n = _windows(contact.medium, thickness, depth), contact.along.size
    loaded = np.flatnonzero(contact.contact_pressure)
    first, last = max(int(loaded[0]) - 2, 0), min(int(loaded[-1]) + 3, n)
    pressure = contact.contact_pressure[first:last]
    middle = contact.contact_shift - float(contact.along[first])
    reach = reported_reach(2.0 * contact.half_width, thickness)
    most: dict[int, int] = {}
    for window in windows:
        most[window.level] = max(most.get(window.level, 0), window.waves.shape[-1])
    spectra = {
        level: _spectrum(pressure, middle, contact.spacing, n, level, waves)
        for level, waves in most.items()
    }
    peaks = np.full((depth.size, N_PEAKS), -np.inf)
    work = np.empty((3, N_PEAKS))
    for window in windows:
        length = contact.medium.extent * 2**window.level
        waves = spectra[window.level][: window.waves.shape[-1]]
        fields = fft.irfft(window.waves * waves, window.size, axis=-1)
        share = window.size / length
        edge = share * min(reach, (FAR_SHARE if window.near.any() else FINE_SHARE) * length)
        found = np.empty((window.rows.size, N_PEAKS))
        row_peaks(fields, window.near * share, edge, window.rounded, window.tension, work, found)
        peaks[window.rows] = np.maximum(peaks[window.rows], found)
    return peaks.T


def _doublings(reach: float, length: float) -> int:
    """Return how often a window must be doubled to reach so far."""
    return max(0, int(np.ceil(np.log2(reach / length))))


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
    found = fft.rfft(refined(pressure), n * SUBDIVISIONS)[: k.size] * (average * spacing)
    return np.asarray((found * np.exp(-1j * start * k)).astype(np.complex64))
