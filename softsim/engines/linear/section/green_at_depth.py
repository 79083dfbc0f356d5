"""Kernels from a line of pressure, with its friction, to fields at depth, on a logarithmic grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from softsim.engines.linear.medium.compliance import HELD_DECADES, layered_response
from softsim.engines.linear.medium.spectra import field_spectra
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray, LayeredStack
from softsim.engines.linear.section.green import FADE_DECADES, log_fourier
from softsim.kernels.tables.peaks import sample_tables

# Kernels are smoothed over this part of a node spacing, so that their samples hold them.
BLUR = 0.4
INVISIBLE = 40.0


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
        return np.asarray(self.samples_of(np.array([i_depth]), spacing, size)[0])

    def samples_of(self, rows: NDArray[np.int64], spacing: float, size: int) -> FloatArray:
        """Return the kernels of some depths at even lags, in a circle (n_rows, n_fields, size)."""
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
    stride: int = 1,
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
    stride : int
        Wavenumbers of the response taken, one in so many: a power of two.

    Returns
    -------
    KernelTables
    """
    response = layered_response(stack, speed, spacing=spacing, extent=spacing * n)
    k, step = response.wavenumber[::stride], response.step * stride
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
