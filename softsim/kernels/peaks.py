"""Kernels of stress at depth on even samples, and largest values along a row."""

from __future__ import annotations

import numpy as np

from softsim._jit import kernel
from softsim.kernels.influence import log_interpolate


@kernel
def sample_tables(start, step, ahead, behind, spacing, out):
    """Sample kernels given on a logarithmic grid at even lags, arranged in a circle.

    Parameters
    ----------
    start, step : float
        Natural logarithm of the first table node [ln m] and spacing of the table.
    ahead, behind : ndarray of float64, shape (n_fields, n_table)
        Kernels for positive and negative lags.
    spacing : float
        Distance of the samples [m].
    out : ndarray of float64, shape (n_fields, n)
        Overwritten: entry j is lag j, entry n - j lag -j; lag 0 is the mean of both sides.

    Returns
    -------
    int
        0.
    """
    n = out.shape[1]
    for i in range(out.shape[0]):
        out[i, 0] = 0.5 * (ahead[i, 2] + behind[i, 2])
        for j in range(1, n):
            if 2 * j <= n:
                out[i, j] = log_interpolate(np.log(j * spacing), start, step, ahead[i])
            else:
                out[i, j] = log_interpolate(np.log((n - j) * spacing), start, step, behind[i])
    return 0


@kernel
def row_peaks(fields, first, last, tension_along, tension_across, out):
    """Largest stresses and strains along one row of samples.

    Parameters
    ----------
    fields : ndarray of float32, shape (7, n)
        Increments of the stress along, in depth, across and shear [Pa]; strain along, in depth and
        engineering shear [-].
    first, last : int
        Range of samples looked at, the last excluded.
    tension_along, tension_across : float
        Stress of the undisturbed row [Pa].
    out : ndarray of float64, shape (8,)
        Overwritten with the largest: tension along, compression in depth, magnitude of shear, von
        Mises, in-plane shear, pressure, difference of principal strains, magnitude of a principal
        strain.

    Returns
    -------
    int
        0.
    """
    out[:] = -np.inf
    for i in range(first, last):
        along, down = fields[0, i] + tension_along, float(fields[1, i])
        across, shear = fields[2, i] + tension_across, float(fields[3, i])
        longer, deeper, slide = float(fields[4, i]), float(fields[5, i]), float(fields[6, i])
        spread = (along - down) ** 2 + (down - across) ** 2 + (across - along) ** 2
        strain = (longer - deeper) ** 2 + slide**2
        out[0] = max(out[0], along)
        out[1] = max(out[1], -down)
        out[2] = max(out[2], abs(shear))
        out[3] = max(out[3], 0.5 * spread + 3.0 * shear**2)
        out[4] = max(out[4], 0.25 * (along - down) ** 2 + shear**2)
        out[5] = max(out[5], -(along + down + across) / 3.0)
        out[6] = max(out[6], strain)
        out[7] = max(out[7], 0.5 * (abs(longer + deeper) + np.sqrt(strain)))
    out[3] = np.sqrt(out[3])
    out[4] = np.sqrt(out[4])
    out[6] = np.sqrt(out[6])
    return 0
