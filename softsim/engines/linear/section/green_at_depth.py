"""Green's functions of fields at depth: a line of pressure with its friction, logarithmic grids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from softsim.engines.linear.medium.compliance import HELD_DECADES
from softsim.engines.linear.medium.spectra import field_spectra
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray
from softsim.engines.linear.section.green import FADE_DECADES, SlidingMedium, log_fourier
from softsim.kernels.tables.peaks import sample_tables

# Green's functions are smoothed over this part of a node spacing, so that their samples hold them.
BLUR = 0.4
INVISIBLE = 40.0


@dataclass(frozen=True, eq=False)
class GreenTables:
    """Fields at some depths of a line of pressure with its friction, on a logarithmic grid.

    Parameters
    ----------
    start, step : float
        Grid of the distance [ln m].
    ahead, behind : ndarray of float64, shape (n_fields, n_depth, n_table)
        Field per force for positive and negative distance, in the unit of the field over [N/m].
    deep : ndarray of complex128, shape (2,)
        The first two fields lack deep exp(-k length)/k, in the unit of `ahead` over [m]; it is
        added in closed form.
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
        """Return those of one depth at even lags, arranged in a circle (n_fields, size)."""
        return np.asarray(self.samples_of(np.array([i_depth]), spacing, size)[0])

    def samples_of(self, rows: NDArray[np.int64], spacing: float, size: int) -> FloatArray:
        """Return those of some depths at even lags, in a circle (n_rows, n_fields, size).

        Parameters
        ----------
        rows : ndarray of int64, shape (n_rows,)
            Numbers of the depths.
        spacing : float
            Of the lags [m].
        size : int
            Number of lags.
        """
        ahead, behind = (
            np.ascontiguousarray(table[:, rows].swapaxes(0, 1)).reshape(-1, table.shape[-1])
            for table in (self.ahead, self.behind)
        )
        flat = np.empty((ahead.shape[0], size))
        sample_tables(self.start, self.step, ahead, behind, spacing, flat)
        out = flat.reshape(rows.size, -1, size)
        if self.deep.any():
            lag = fft.fftfreq(size, 1.0 / (spacing * size))
            level = 0.5 * np.log(self.length**2 + lag**2)
            turn = np.arctan2(lag, self.length)
            out[:, :2] -= (self.deep.real[:, None] * level + self.deep.imag[:, None] * turn) / np.pi
        return out


def green_tables(
    medium: SlidingMedium,
    depth: FloatArray,
    select: Callable[[ComplexArray, FloatArray], ComplexArray],
    *,
    long_waves: bool = False,
    stride: int = 1,
) -> GreenTables:
    """Transform the fields of a line of pressure at some depths.

    Parameters
    ----------
    medium : SlidingMedium
        The Green's functions are smoothed over a part of its spacing.
    depth : ndarray, shape (n_depth,)
        Increasing, may start at 0 [m].
    select : callable
        From all fields of `field_spectra` and the angular frequency to those tabulated.
    long_waves : bool
        The first two grow like 1/k at long waves: displacements of a half-space.
    stride : int
        Wavenumbers of the compliance taken, one in so many: a power of two.

    Returns
    -------
    GreenTables
    """
    compliance, smoothed = medium.compliance, BLUR * medium.spacing
    k, step = compliance.wavenumber[::stride], compliance.step * stride
    visible = k * BLUR * medium.spacing < np.sqrt(INVISIBLE)
    waves = np.ascontiguousarray(k[visible])
    traction = np.ones((waves.size, 2), dtype=complex)
    traction[:, 0] = medium.friction
    speed = medium.speed
    omega = -np.minimum(waves, float(k[-1]) * 10.0**-HELD_DECADES) * speed
    spectra = field_spectra(medium.stack, waves, speed, traction, depth, frequency=omega)
    found = select(spectra, omega)
    deep = waves[0] * found[:2, 0, 0] if long_waves else np.zeros(2, dtype=complex)
    found[:2] -= deep[:, None, None] * np.exp(-waves * compliance.length) / waves
    found *= np.exp(-((smoothed * waves) ** 2))
    found *= -np.expm1(-((waves / (k[0] * 10.0**FADE_DECADES)) ** 2))
    fields = np.zeros((*found.shape[:2], k.size), dtype=complex)
    fields[:, :, visible] = found
    distance, ahead, behind = log_fourier(k, step, fields)
    start = float(np.log(distance[0]))
    tables = ahead.real / np.pi, behind.real / np.pi
    return GreenTables(start, step, *tables, deep, compliance.length)
