"""Values on a grid of wave vectors from tables over the wavenumber, one table per frequency."""

from __future__ import annotations

import numpy as np

from softsim._jit import kernel
from softsim.kernels.tables.influence import six_weights


@kernel
def tables_at_wave_vectors(along, across, floor, step, row, first, table, out):
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

    Notes
    -----
    Six-point Lagrange interpolation.
    """
    for i in range(along.size):
        for j in range(across.size):
            place = 0.5 * np.log(along[i] * along[i] + across[j] * across[j])
            place = max((place - floor) / step, 0.0)
            node = int(place)
            t = place - node
            m = row[i] + node - first[i]
            a, b, c, d, e, f = six_weights(t)
            for k in range(table.shape[0]):
                near = a * table[k, m - 2] + b * table[k, m - 1] + c * table[k, m]
                far = d * table[k, m + 1] + e * table[k, m + 2] + f * table[k, m + 3]
                out[k, i, j] = near + far
