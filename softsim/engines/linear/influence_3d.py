"""Influence of a uniformly loaded cell on the surface of a layered viscoelastic solid, 3-D.

The tail of the instantaneous skin (Love), the 1/r of the long-term base and the first power of k
are taken out in closed form; the rest, which falls like r^-3, is summed on a padded box.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft
from scipy.interpolate import make_interp_spline

from softsim.engines.linear.response import (
    ArrayCache,
    characteristic_lengths,
    compliance_at,
    hash_of,
    without_frozen_branches,
)
from softsim.engines.linear.stack import ComplexArray, FloatArray, LayeredStack
from softsim.kernels.fft_contact import rectangle_influence
from softsim.kernels.layered import surface_compliance
from softsim.kernels.layered_prestressed import prestressed_compliance

# Where images of the periodic sums begin: in sides of the grid, and in thicknesses of the stack.
BOX_FACTOR = 6
STACK_FACTOR = 12.0
# Memory kept behind the tool, in units of V tau_max G0/Ginf: exp(-7) = 0.1 %.
MEMORY_LENGTHS = 7.0
# Waves are summed in bands: cells of the next are so many times longer; a Gaussian of so many cells
# (1e-7 at the shortest wave of the grid) parts them; images of a band are so many times its longest
# waves away; margin of the interpolation in cells.
BAND_RATIO = 4
BLUR = 1.28
BAND_REACH = 16.0
SPLINE_MARGIN = 6
# A branch that relaxes over more than this many boxes is kept at its instantaneous stiffness.
FROZEN_BOXES = 1000.0
# The analytic terms are smooth over this many cells, so point values can stand for averages.
SMOOTH_CELLS = 8.0
# k h of the first layer at which nothing below it is felt: e^{-2 k h} = 1e-35.
TOP_SCALED_WAVENUMBER = 40.0
# Fraction of the shortest wavenumber of the stack at which the series about k = 0 is taken.
SERIES_FRACTION = 1e-3
CACHE_ENTRIES = 8
INFLUENCES = ArrayCache(CACHE_ENTRIES)


@dataclass(frozen=True, eq=False)
class CellInfluence:
    """Displacement around one loaded cell.

    Parameters
    ----------
    spacing : tuple of float
        Cell sides along and across [m].
    pressure, shear : ndarray, shape (2 n_along - 1, 2 n_across - 1)
        u_z per unit pressure and per unit shear towards +x [m/Pa]; the centre is the loaded cell.
    symmetric : bool
        True when the pressure part equals its mirror image (elastic, or no motion).
    box : tuple of float
        Sides of the periodic box used for the remainder [m]; inf when everything is closed form.
    """

    spacing: tuple[float, float]
    pressure: FloatArray
    shear: FloatArray
    symmetric: bool
    box: tuple[float, float]


def _mirror(quadrant: FloatArray, sign: float) -> FloatArray:
    """Unfold a quadrant into all four; odd along x when `sign` is -1."""
    half = np.concatenate([quadrant[:, :0:-1], quadrant], axis=1)
    return np.concatenate([sign * half[:0:-1], half], axis=0)


def _scaled_response(
    stack: LayeredStack, speed: float, along: FloatArray, across: FloatArray
) -> ComplexArray:
    """Return k Czz and k Czx on a grid of wavenumbers, shape (2, n_along, n_across)."""
    omega = -along * speed
    slip, n = stack.interface_compliance(omega), across.size
    plain = stack.is_plain
    shear, law = stack.complex_moduli(omega) if plain else stack.general_moduli(omega)
    out = np.empty((2, along.size, n), dtype=complex)
    table = np.empty((n, 3), dtype=complex)
    for i, value in enumerate(along):
        k = np.hypot(value, across)
        k[k == 0.0] = 1.0  # the mean has no finite response; callers overwrite it
        rows = [
            np.ascontiguousarray(np.broadcast_to(a[i], (n, *a.shape[1:])))
            for a in (shear, law, slip)
        ]
        if plain:
            surface_compliance(k, stack.thickness, *rows, stack.sheet_stiffness, table)
        else:
            assert stack.incremental is not None
            still = stack.incremental.plain
            thickness, sheet = stack.thickness, stack.sheet_stiffness
            prestressed_compliance(k, thickness, *rows[:2], still, rows[2], sheet, table)
        out[:, i] = table.T[:2] * k
    return out


def _series(
    stack: LayeredStack, speed: float, still_speed: float = 0.0
) -> tuple[FloatArray, ComplexArray, ComplexArray]:
    """Return k C at k -> inf, at k -> 0 and its slope (even part, factor of i cos theta)."""
    fast = np.array([np.inf if speed != 0.0 else 0.0])
    short = np.array([TOP_SCALED_WAVENUMBER / float(min(stack.thickness[0], 1.0))])
    tail = (compliance_at(stack, short, fast)[0, :2] * short[0]).real
    lengths = characteristic_lengths(stack, speed)
    k = SERIES_FRACTION / float(lengths.max(initial=1e-6))
    one, two = np.array([k]), np.array([2 * k])
    direction = np.zeros(1) if still_speed == 0.0 else np.array([1e-9 * k])
    still = _scaled_response(stack, still_speed, direction, np.array([k, 2 * k]))[:, 0]
    deep = 2.0 * still[:, 0] - still[:, 1]
    slope = np.zeros((2, 2), dtype=complex)
    slope[:, 0] = ((still[:, 1] - still[:, 0]) / k).real
    if speed != 0.0:
        first = _scaled_response(stack, speed, one, np.zeros(1))[:, 0, 0]
        second = _scaled_response(stack, speed, two, np.zeros(1))[:, 0, 0]
        slope[:, 1] = ((second - first) / k).imag
    return tail, deep.real.astype(complex), slope


def _memory(stack: LayeredStack, speed: float) -> float:
    """Return the length behind the tool over which the solid still remembers it [m]."""
    active = stack.branch_weight > 0.0
    if speed == 0.0 or not active.any():
        return 0.0
    relaxed = 1.0 / (1.0 - stack.branch_weight.sum(axis=1))
    longest = float((stack.branch_time * relaxed[:, None])[active].max())
    return MEMORY_LENGTHS * speed * longest


def _closed_forms(
    shape: tuple[int, int], spacing: tuple[float, float], length: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return cell averages of the transforms of e^{-kL} times 1/k, i kx/k^2, 1 and i kx/k."""
    x = np.arange(-shape[0], shape[0] + 1)[:, None] * spacing[0]
    y = np.arange(-shape[1], shape[1] + 1)[None, :] * spacing[1]
    radius = np.sqrt(x * x + y * y + length * length)
    area = spacing[0] * spacing[1] / (2.0 * np.pi)
    forms = (
        1.0 / radius,
        -x / (radius * (radius + length)),
        length / radius**3,
        -x / radius**3,
    )

    def average(value: FloatArray) -> FloatArray:
        value = (value[:-2] + 22.0 * value[1:-1] + value[2:]) / 24.0
        value = (value[:, :-2] + 22.0 * value[:, 1:-1] + value[:, 2:]) / 24.0
        return np.asarray(value * area)

    a, b, c, d = (average(form) for form in forms)
    return a, b, c, d


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
        From the cache if known.
    """
    key = hash_of(stack.key, float(speed), tuple(map(float, spacing)), shape)

    def make() -> CellInfluence:
        return _make_influence(stack, speed, spacing, shape)

    influence: CellInfluence = INFLUENCES.get(key, make)
    return influence


def _make_influence(
    stack: LayeredStack, speed: float, spacing: tuple[float, float], shape: tuple[int, int]
) -> CellInfluence:
    """Sum closed forms and the padded remainder."""
    viscous = speed != 0.0 and bool((stack.branch_weight > 0.0).any())
    quadrant = (np.empty(shape), np.empty(shape))
    rectangle_influence(spacing[0], spacing[1], *quadrant)
    tail, deep, slope = _series(stack, speed)
    parts = [tail[0] * _mirror(quadrant[0], 1.0), tail[1] * _mirror(quadrant[1], -1.0)]
    box = (np.inf, np.inf)
    if stack.thickness.size > 1 or not stack.is_half_space or viscous:
        sides = [n * d for n, d in zip(shape, spacing, strict=True)]
        finite = stack.thickness[np.isfinite(stack.thickness)]
        reach = max(BOX_FACTOR * max(sides), STACK_FACTOR * float(finite.sum()))
        stack = without_frozen_branches(stack, speed, FROZEN_BOXES * reach)
        memory = _memory(stack, speed)
        length = max(SMOOTH_CELLS * max(spacing), 0.25 * min(sides))
        far = max(length, memory / MEMORY_LENGTHS)
        fresh = _series(stack, 0.0, np.inf)[1] if viscous else deep
        series = _Series(tail, fresh, deep, slope, length, far)
        bands = _bands(spacing, shape, reach + memory)
        box = bands[-1].box
        for band in bands:
            rest = _remainder(stack, speed, spacing, band, series)
            for part, waves in zip(parts, rest, strict=True):
                part += _interpolated(waves, band, spacing, shape)
        near, late = series.gaps()
        for smooth, gap, even, odd in (
            (length, near, slope[:, 0].real + near * length, np.zeros(2)),
            (far, late, late * far, slope[:, 1].real),
        ):
            forms = _closed_forms(shape, spacing, smooth)
            parts[0] += gap[0] * forms[0] + even[0] * forms[2] + odd[0] * forms[3]
            parts[1] -= gap[1] * forms[1] + even[1] * forms[3]
    return CellInfluence(spacing, parts[0], parts[1], not viscous, box)


@dataclass(frozen=True, eq=False)
class _Series:
    """What is taken out in closed form.

    k C of the instantaneous skin, of the instantaneous base and of the long-term base, its slope
    at k = 0, and the lengths L of e^{-kL}: that of the stack and that of the memory.
    """

    tail: FloatArray
    fresh: ComplexArray
    deep: ComplexArray
    slope: ComplexArray
    length: float
    far: float

    def gaps(self) -> tuple[FloatArray, FloatArray]:
        """Return the steps of k C from skin to fresh base and from there to the relaxed base."""
        return (self.fresh - self.tail).real, (self.deep - self.fresh).real


@dataclass(frozen=True, eq=False)
class _Band:
    """Waves of one range of lengths and the periodic grid that sums them.

    Weights exp(-(k low)^2) - exp(-(k high)^2); low 0 has no upper, high inf no lower limit of k.
    """

    spacing: tuple[float, float]
    cells: tuple[int, int]
    low: float
    high: float

    @property
    def box(self) -> tuple[float, float]:
        """Sides of the grid [m]."""
        return self.cells[0] * self.spacing[0], self.cells[1] * self.spacing[1]


def _bands(spacing: tuple[float, float], shape: tuple[int, int], reach: float) -> list[_Band]:
    """Split the waves so that short ones need small boxes and long ones coarse cells.

    Parameters
    ----------
    spacing : tuple of float
        Cells of the influence [m].
    shape : tuple of int
        Their number.
    reach : float
        Distance from which on images do not matter [m].
    """
    sides = [n * d for n, d in zip(shape, spacing, strict=True)]
    scale, low = min(spacing), 0.0
    bands = []
    while True:
        high = BLUR * BAND_RATIO * scale
        last = BAND_REACH * high >= reach
        room = reach if last else BAND_REACH * high
        coarse = (max(spacing[0], scale), max(spacing[1], scale))
        cells = [
            fft.next_fast_len(int(max(2.0 * w, w + room) / d) + 2 * SPLINE_MARGIN, real=True)
            for w, d in zip(sides, coarse, strict=True)
        ]
        bands.append(_Band(coarse, (cells[0], cells[1]), low, np.inf if last else high))
        if last:
            return bands
        scale, low = BAND_RATIO * scale, high


def _interpolated(
    waves: FloatArray, band: _Band, spacing: tuple[float, float], shape: tuple[int, int]
) -> FloatArray:
    """Return waves known on the periodic grid of a band at every lag of the fine cells."""
    places, lags = [], []
    for n, fine, coarse in zip(shape, spacing, band.spacing, strict=True):
        lags.append(np.arange(-(n - 1), n) * (fine / coarse))
        reach = n - 1 if fine == coarse else int(lags[-1][-1]) + SPLINE_MARGIN
        places.append(np.arange(-reach, reach + 1))
    block = waves[np.ix_(places[0] % waves.shape[0], places[1] % waves.shape[1])]
    for axis in (0, 1):
        if spacing[axis] != band.spacing[axis]:
            spline = make_interp_spline(places[axis], block, k=5, axis=axis)
            block = spline(lags[axis])
    return np.asarray(block)


def _remainder(
    stack: LayeredStack,
    speed: float,
    cell: tuple[float, float],
    band: _Band,
    series: _Series,
) -> list[FloatArray]:
    """Return the periodic sums of what the closed forms leave, pressure and shear."""
    spacing, cells = band.spacing, band.cells
    slope, length, far = series.slope, series.length, series.far
    near, late = series.gaps()
    along = 2.0 * np.pi * fft.rfftfreq(cells[0], d=spacing[0])
    across = 2.0 * np.pi * fft.rfftfreq(cells[1], d=spacing[1])
    k = np.hypot(along[:, None], across[None, :])
    k[0, 0] = 1.0
    cosine = along[:, None] / k
    decay, fade = np.exp(-k * length), np.exp(-k * far)
    average = np.sinc(along * cell[0] / (2 * np.pi))[:, None] * np.sinc(
        across * cell[1] / (2 * np.pi)
    )
    average = average * (spacing[0] * spacing[1]) ** -1.0 * (cell[0] * cell[1])
    average = average * (np.exp(-((k * band.low) ** 2)) - np.exp(-((k * band.high) ** 2)))
    response = _scaled_response(stack, speed, along, across)
    out = []
    for i in range(2):
        even = slope[i, 0] + near[i] * length
        odd = slope[i, 1] if i == 0 else 0.0
        value = (response[i] - series.tail[i] - near[i] * decay - late[i] * fade) / k
        value -= even * decay + (late[i] * far + 1j * odd * cosine) * fade
        if i == 1:
            value = value * (-1j * cosine)
        value = value * average
        value[0, 0] = 0.0
        # negative kx is the conjugate (real field), negative ky the mirror image (isotropy)
        full = np.empty((cells[0], across.size), dtype=complex)
        full[: along.size] = value
        full[along.size :] = np.conj(value[1 : cells[0] - along.size + 1][::-1])
        if cells[0] % 2 == 0:
            full[along.size - 1] = full[along.size - 1].real
        out.append(np.asarray(fft.irfft2(full, s=cells)))
    return out


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
    return CellInfluence(spacing, halve(fine.pressure), halve(fine.shear), fine.symmetric, fine.box)
