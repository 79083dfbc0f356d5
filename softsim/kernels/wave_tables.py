"""Values on a grid of wave vectors from tables over the wavenumber, one table per frequency."""

from __future__ import annotations

import numpy as np

from softsim._jit import kernel


@kernel
def waves_from_tables(along, across, floor, step, row, first, table, out):
    """Interpolate tables over ln k at the lengths of wave vectors.

    Parameters
    ----------
    along, across : ndarray of float64, shape (n_x,), (n_y,)
        Components of the wave vectors, >= 0 [1/m].
    floor : float
        Logarithm of node 0 [ln 1/m]; shorter wave vectors take the value there.
    step : float
        Step of the nodes in ln k.
    row : ndarray of int64, shape (n_x,)
        Place in the tables of the first node that belongs to each component along.
    first : ndarray of int64, shape (n_x,)
        Number of that node.
    table : ndarray of complex128, shape (n_fields, n_table)
        Values.
    out : ndarray of complex128, shape (n_fields, n_x, n_y)
        Overwritten.

    Returns
    -------
    int
        0.

    Notes
    -----
    Six-point Lagrange as in `softsim.kernels.influence.log_interpolate`.
    """
    for i in range(along.size):
        for j in range(across.size):
            place = 0.5 * np.log(along[i] * along[i] + across[j] * across[j])
            place = max((place - floor) / step, 0.0)
            node = int(place)
            t = place - node
            m = row[i] + node - first[i]
            two, one, less, lesser, least = t + 2.0, t + 1.0, t - 1.0, t - 2.0, t - 3.0
            inner, outer = t * less * lesser, two * one * less * lesser * least
            a, b, c = -one * inner * least / 120.0, two * inner * least / 24.0, -outer / 12.0
            d = two * one * t * lesser * least / 12.0
            e, f = -two * one * t * less * least / 24.0, two * one * inner / 120.0
            for k in range(table.shape[0]):
                near = a * table[k, m - 2] + b * table[k, m - 1] + c * table[k, m]
                far = d * table[k, m + 1] + e * table[k, m + 2] + f * table[k, m + 3]
                out[k, i, j] = near + far
    return 0
