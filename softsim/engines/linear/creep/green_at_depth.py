"""Fields at depth under tractions of any history: kernels of creep modes at every depth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from softsim.engines.linear.creep.basis import CreepBasis
from softsim.engines.linear.creep.levels import Level
from softsim.engines.linear.creep.state import PRESSURE, SHEAR
from softsim.engines.linear.medium.compliance import (
    LayeredCompliance,
    layered_compliance,
)
from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.spectra import ODD_FIELDS, Field, field_spectra
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray, LayeredStack
from softsim.engines.linear.section.green import FADE_DECADES, log_fourier
from softsim.engines.linear.section.green_at_depth import BLUR, INVISIBLE, GreenTables
from softsim.errors import ConvergenceError

# Fewer retardation times than for the contact: 1e-3 of a field.
FIELD_TIMES_PER_DECADE = 3
# Waves kept: e^{-12} at the depth, with at least so many samples of the shortest.
CREEP_DECAY = 12.0
CREEP_SAMPLES = 8
# The compliance is smooth enough for one in four of its wavenumbers (4e-6).
STRIDE = 4
# Lags of a kernel that no column sees, over its depth: there it goes to zero, because a kernel that
# jumps where its circle closes rings everywhere when short waves are left out.
ROOM = 4.0
# Largest size of the kernels of one grid.
MOST_BYTES = 2e9


@dataclass(frozen=True, eq=False)
class LevelGreenFunctions:
    """Transforms of the kernels of ten fields on one grid.

    Parameters
    ----------
    level : Level
    rows : tuple of ndarray of complex64
        Per depth, shape (2, n_modes + 1, 10, n_waves): under shear and under pressure, the sudden
        part first, in the unit of the field over [Pa].
    sizes, counts : tuple of int
        Nodes on the circle of each depth, and samples of its fields.
    """

    level: Level
    rows: tuple[NDArray[np.complex64], ...]
    sizes: tuple[int, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _ModeSpectra:
    """Fields per depth and wavenumber of every mode, real; `turn` makes the odd ones imaginary.

    The displacements of a half-space grow like deep/k at long waves; that is taken out as deep
    exp(-k length)/k, whose transform is known.
    """

    grid: LayeredCompliance
    waves: FloatArray
    turn: ComplexArray
    modes: FloatArray
    deep: FloatArray


@kept(entries=4)
def level_green_functions(
    stack: LayeredStack,
    basis: CreepBasis,
    levels: tuple[Level, ...],
    depth: FloatArray,
    *,
    shear: bool,
    datum: float,
) -> tuple[LevelGreenFunctions, ...]:
    """Return the kernels of the fields of a stack.

    Parameters
    ----------
    stack : LayeredStack
    basis : CreepBasis
        Modes, e.g. of `FIELD_TIMES_PER_DECADE`.
    levels : tuple of Level
        The finest first.
    depth : ndarray, shape (n_depth,)
        Increasing, may start at 0 [m].
    shear : bool
        False: no shear will act, its kernels are left out (zero).
    datum : float
        Distance at which the displacement of a half-space is zero [m].
    """
    last = levels[-1]
    fine = layered_compliance(
        stack, 0.0, spacing=levels[0].spacing, extent=last.spacing * last.count
    )
    grid = LayeredCompliance(
        fine.wavenumber[::STRIDE], fine.scaled[:, ::STRIDE], STRIDE * fine.step, fine.length
    )
    found = {PRESSURE: _mode_spectra(stack, basis, grid, levels[0], depth, PRESSURE)}
    if shear:
        found[SHEAR] = _mode_spectra(stack, basis, grid, levels[0], depth, SHEAR)
    return tuple(_green_functions_of(level, found, depth, datum) for level in levels)


def _mode_spectra(
    stack: LayeredStack,
    basis: CreepBasis,
    grid: LayeredCompliance,
    finest: Level,
    depth: FloatArray,
    which: int,
) -> _ModeSpectra:
    """Sample the fields under one traction over frequencies and fit them."""
    k = grid.wavenumber
    waves = np.ascontiguousarray(k[k * BLUR * finest.spacing < np.sqrt(INVISIBLE)])
    traction = np.zeros((waves.size, 2), dtype=complex)
    traction[:, which] = 1.0
    turn = np.ones((len(Field), 1, 1), dtype=complex)
    turn[list(ODD_FIELDS if which == PRESSURE else set(Field) - set(ODD_FIELDS))] = 1j

    def sample(omega: float) -> ComplexArray:
        frequency = np.full(waves.size, omega)
        found = field_spectra(stack, waves, 0.0, traction, depth, frequency=frequency)
        return np.asarray(found / turn)

    modes = np.zeros((basis.time.size + 1, len(Field), depth.size, waves.size))
    modes[0] = sample(np.inf).real
    for i, omega in enumerate(basis.frequency if basis.time.size else ()):
        value = sample(float(omega)) - modes[0]
        for weight, part in zip(basis.weights(i), (value.real, value.imag), strict=True):
            for mode, share in zip(modes[1:], weight, strict=True):
                mode += share * part
    deep = np.zeros((modes.shape[0], 2))
    if stack.is_half_space:
        deep = waves[0] * modes[:, :2, 0, 0]
        modes[:, :2] -= deep[:, :, None, None] * np.exp(-waves * grid.length) / waves
    return _ModeSpectra(grid, waves, turn, modes, deep)


def _green_functions_of(
    level: Level, found: dict[int, _ModeSpectra], depth: FloatArray, datum: float
) -> LevelGreenFunctions:
    """Transform the modes to the nodes of one grid."""
    lags = 2.0 * level.count - 1.0 + ROOM * depth / level.spacing
    sizes = [_circle(float(least)) for least in lags]
    lengths = level.spacing * np.array(sizes)
    waves = CREEP_DECAY * lengths / (2.0 * np.pi * np.maximum(depth, level.spacing)) + 2.0
    counts = []
    for count, most in zip(sizes, waves, strict=True):
        while count % 2 == 0 and count > CREEP_SAMPLES * max(most, 2.0):
            count //= 2
        counts.append(count)
    used = [min(count // 2 + 1, int(most) + 1) for count, most in zip(counts, waves, strict=True)]
    n_modes = found[PRESSURE].deep.shape[0]
    size = 2 * n_modes * len(Field) * sum(used) * np.dtype(np.complex64).itemsize
    if size > MOST_BYTES:
        raise ConvergenceError(
            f"the kernels of {level.count} nodes and {depth.size} depths would take "
            f"{size / 1e9:.2g} GB (at most {MOST_BYTES / 1e9:g}); give a shorter length, a longer "
            "resolution.element_along or fewer resolution.rows"
        )
    rows = [np.zeros((2, n_modes, len(Field), n), dtype=np.complex64) for n in used]
    for which, spectra in found.items():
        for j, mode in enumerate(spectra.modes):
            tables = _tables(spectra, mode, spectra.deep[j], level)
            for i, count in enumerate(counts):
                kernels = tables.samples(i, lengths[i] / count, count)
                kernels[:2] += tables.deep.real[:, None] * np.log(datum) / np.pi
                kernels *= _fade(level, lengths[i], count)
                # times the spacing: the integral over the nodes of the skin
                rows[i][which, j] = fft.rfft(kernels, axis=-1)[:, : used[i]] * level.spacing
    return LevelGreenFunctions(level, tuple(rows), tuple(sizes), tuple(counts))


def _circle(least: float) -> int:
    """Return the smallest 4, 5 or 6 times a power of two that is no less than a number."""
    power = max(int(np.floor(np.log2(least))) - 2, 0)
    return min(k << m for k in (4, 5, 6) for m in (power, power + 1) if k << m >= least)


def _fade(level: Level, length: float, count: int) -> FloatArray:
    """Return 1 at the lags between nodes and columns, falling to 0 where the circle closes [-]."""
    lag = np.abs(fft.fftfreq(count, 1.0 / length))
    seen = level.spacing * level.count
    left = max(0.5 * length - seen, level.spacing)
    way = np.clip((lag - seen) / left, 0.0, 1.0)
    return np.asarray(1.0 - way**3 * (10.0 - 15.0 * way + 6.0 * way**2))


def _tables(spectra: _ModeSpectra, mode: FloatArray, deep: FloatArray, level: Level) -> GreenTables:
    """Return the kernels of one mode on the logarithmic grid, smoothed for the nodes of a grid."""
    k, waves = spectra.grid.wavenumber, spectra.waves
    shape = np.exp(-((BLUR * level.spacing * waves) ** 2))
    shape *= -np.expm1(-((waves / (k[0] * 10.0**FADE_DECADES)) ** 2))
    full = np.zeros((*mode.shape[:2], k.size), dtype=complex)
    full[:, :, : waves.size] = mode * spectra.turn * shape
    distance, ahead, behind = log_fourier(k, spectra.grid.step, full)
    start = float(np.log(distance[0]))
    tables = ahead.real / np.pi, behind.real / np.pi
    turned = np.asarray(deep * spectra.turn[:2, 0, 0])
    return GreenTables(start, spectra.grid.step, *tables, turned, spectra.grid.length)
