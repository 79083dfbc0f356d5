"""Kernels of stress at depth on even samples, and largest values along a row."""

from __future__ import annotations

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.tables.influence import six_weights


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

    Notes
    -----
    Six-point Lagrange as in `softsim.kernels.tables.influence.log_interpolate`, the weights of a
    lag shared by all fields.
    """
    n, last = out.shape[1], ahead.shape[1] - 4
    out[:, 0] = 0.5 * (ahead[:, 2] + behind[:, 2])
    for j in range(1, n):
        positive = 2 * j <= n
        lag = j if positive else n - j
        place = (np.log(lag * spacing) - start) / step
        table = ahead if positive else behind
        if place <= 2.0:
            out[:, j] = table[:, 2]
            continue
        if place >= last:
            out[:, j] = table[:, last]
            continue
        i = int(place)
        t = place - i
        a, b, c, d, e, f = six_weights(t)
        for k in range(out.shape[0]):
            near = a * table[k, i - 2] + b * table[k, i - 1] + c * table[k, i]
            out[k, j] = near + d * table[k, i + 1] + e * table[k, i + 2] + f * table[k, i + 3]


@kernel
def gathered_spectrum(pressure, ratio, spacing, start, step, nodes, out):
    """Transform the pressure of a patch, gathered on coarser nodes, at even wavenumbers.

    Parameters
    ----------
    pressure : ndarray of float64, shape (n,)
        At the nodes of the patch [Pa].
    ratio : int
        Spacing of the coarser nodes over that of the patch.
    spacing : float
        Of the patch [m].
    start : float
        Place of its first node [m].
    step : float
        Of the wavenumbers [1/m].
    nodes : ndarray of float64, shape (at least n / ratio + 2,)
        Work space.
    out : ndarray of complex128, shape (n_waves,)
        Overwritten: the transform at 0, step, 2 step ... [Pa m].
    """
    count = (pressure.size - 1) // ratio + 2
    nodes[:count] = 0.0
    for i in range(pressure.size):
        node = i // ratio
        part = (i - node * ratio) / ratio
        nodes[node] += (1.0 - part) * pressure[i]
        nodes[node + 1] += part * pressure[i]
    for j in range(out.size):
        k = j * step
        turn, phase = np.exp(-1j * k * spacing * ratio), np.exp(-1j * k * start)
        total = 0j
        for i in range(count):
            total += nodes[i] * phase
            phase *= turn
        out[j] = spacing * total


# Columns of the largest values along a row: of the whole stress and of the strain,
STRESS_ALONG, STRESS_DEPTH, STRESS_SHEAR, VON_MISES, MAX_SHEAR, PRESSURE = range(6)
STRAIN_MAX_SHEAR, PRINCIPAL_STRAIN, N_STATE = 6, 7, 8
# and of the increments alone.
VON_MISES_CHANGE, MAX_SHEAR_CHANGE, PRESSURE_CHANGE, N_PEAKS = 8, 9, 10, 11


@inline
def range_peaks(fields, first, last, rounded, tension_along, tension_across, last_two, out):
    """Raise `out` to the largest stresses and strains in a range of one row; see `row_peaks`.

    Parameters
    ----------
    fields : ndarray of float32, shape (7, n)
        One row.
    first, last : int
        Range of samples, the last excluded.
    rounded : bool
        See `row_peaks`.
    tension_along, tension_across : float
        Stress of the undisturbed row [Pa].
    last_two : ndarray of float64, shape (3, 11)
        Work space.
    out : ndarray of float64, shape (11,)
        Raised; the last three only in a row under tension.
    """
    value = last_two[2]
    stretched = tension_along != 0.0 or tension_across != 0.0
    n = N_PEAKS if stretched else N_STATE
    for i in range(first, last):
        along, down = fields[0, i] + tension_along, float(fields[1, i])
        across, shear = fields[2, i] + tension_across, float(fields[3, i])
        longer, deeper, slide = float(fields[4, i]), float(fields[5, i]), float(fields[6, i])
        spread = (along - down) ** 2 + (down - across) ** 2 + (across - along) ** 2
        strain = (longer - deeper) ** 2 + slide**2
        value[STRESS_ALONG] = along
        value[STRESS_DEPTH] = -down
        value[STRESS_SHEAR] = abs(shear)
        value[VON_MISES] = 0.5 * spread + 3.0 * shear**2
        value[MAX_SHEAR] = 0.25 * (along - down) ** 2 + shear**2
        value[PRESSURE] = -(along + down + across) / 3.0
        value[STRAIN_MAX_SHEAR] = strain
        value[PRINCIPAL_STRAIN] = 0.5 * (abs(longer + deeper) + np.sqrt(strain))
        if stretched:
            along, across = float(fields[0, i]), float(fields[2, i])
            spread = (along - down) ** 2 + (down - across) ** 2 + (across - along) ** 2
            value[VON_MISES_CHANGE] = 0.5 * spread + 3.0 * shear**2
            value[MAX_SHEAR_CHANGE] = 0.25 * (along - down) ** 2 + shear**2
            value[PRESSURE_CHANGE] = -(along + down + across) / 3.0
        for j in range(n):
            top = value[j]
            if rounded and i >= first + 2:
                before, middle = last_two[0, j], last_two[1, j]
                bend = 2.0 * middle - before - value[j]
                if middle > before and middle >= value[j] and bend > 0.0:
                    top = middle + 0.125 * (value[j] - before) ** 2 / bend
            out[j] = max(out[j], top)
            last_two[0, j] = last_two[1, j]
            last_two[1, j] = value[j]


@kernel
def row_peaks(fields, near, edge, rounded, tension, work, out):
    """Largest stresses and strains along rows of samples, in a range on both sides of the middle.

    Parameters
    ----------
    fields : ndarray of float32, shape (n_rows, 7, n)
        Increments of the stress along, in depth, across and shear [Pa]; strain along, in depth and
        engineering shear [-].
    near : ndarray of float64, shape (n_rows,)
        Samples from the middle on which a row is looked at.
    edge : float
        Samples from the middle up to which it is.
    rounded : ndarray of bool, shape (n_rows,)
        True: a largest sample is replaced by the top of the parabola through it and its
        neighbours, for fields that are smooth over the samples.
    tension : ndarray of float64, shape (n_rows, 2)
        Stress of the undisturbed row along and across [Pa].
    work : ndarray of float64, shape (3, 11)
        Work space.
    out : ndarray of float64, shape (n_rows, 11)
        Overwritten with the largest: tension along, compression in depth, magnitude of shear, von
        Mises, in-plane shear, pressure, difference of principal strains, magnitude of a principal
        strain; von Mises, in-plane shear and pressure of the increments alone; -inf or nan where
        nothing is looked at.
    """
    half = 0.5 * fields.shape[2]
    for i in range(fields.shape[0]):
        out[i] = -np.inf
        for side in range(2):
            first, last = int(half - edge), int(half - near[i])
            if side == 1:
                first, last = int(half + near[i]), int(half + edge)
            if near[i] < edge:
                range_peaks(
                    fields[i],
                    first,
                    last + 1,
                    rounded[i],
                    tension[i, 0],
                    tension[i, 1],
                    work,
                    out[i],
                )
        if tension[i, 0] == 0.0 and tension[i, 1] == 0.0:
            out[i, VON_MISES_CHANGE:] = out[i, VON_MISES : PRESSURE + 1]
        for j in (VON_MISES, MAX_SHEAR, STRAIN_MAX_SHEAR, VON_MISES_CHANGE, MAX_SHEAR_CHANGE):
            out[i, j] = np.sqrt(max(out[i, j], 0.0))
