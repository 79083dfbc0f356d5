"""Displacement and stress inside a layered solid from the tractions on its surface.

The compliance below every layer is stored on the way up; on the way down the tractions at the top
of each layer fix its inner state without ever growing a rounding error (see `compliance`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from softsim._jit import inline, kernel
from softsim.kernels.layers.compliance import (
    INVISIBLE_DEPTH,
    basis_below,
    general_base,
    general_step,
    plain_base,
    plain_step,
    states_on_top,
)
from softsim.kernels.layers.general import (
    fastest_rate,
    general_join,
    general_reflection,
    general_state,
    series_up,
    slowest_rate,
    wave_decay,
    wave_matrices,
)
from softsim.kernels.layers.isotropic import (
    column_up,
    reflection,
    store_fields,
    thick_state,
    wave_join,
)


class Places(NamedTuple):
    """Places at which fields are wanted.

    Parameters
    ----------
    depth : ndarray of float64, shape (n_depth,)
        Below the surface, increasing [m].
    layer : ndarray of int64, shape (n_depth,)
        Layer of each depth.
    """

    depth: NDArray[np.float64]
    layer: NDArray[np.int64]


@inline
def solve_two(q1, p1, q2, p2, q, p):
    """Return the factors of two states with tractions q1, p1 and q2, p2 that carry q and p."""
    det = q1 * p2 - q2 * p1
    return (q * p2 - q2 * p) / det, (q1 * p - q * p1) / det


@inline
def is_thin(s, plain, waves):
    """Tell whether a layer of scaled thickness s is carried by its matrix, not by its waves."""
    if plain:
        return s < 1.0
    return s * fastest_rate(waves) < 1.0


@inline
def endless_amplitudes(plain, law, waves, q, p):
    """Return a1 and a2 of a layer without a visible bottom that carries q and p on top."""
    if plain:
        a2 = -(q + p) / (1.0 - law[0])
        return q - law[0] * a2, a2
    _, _, q1, p1 = general_join(waves, (1.0 + 0j, 0j, 0j, 0j))
    _, _, q2, p2 = general_join(waves, (0j, 1.0 + 0j, 0j, 0j))
    return solve_two(q1, p1, q2, p2, q, p)


@inline
def bottom_amplitudes(s, plain, law, waves, basis, q, p):
    """Return a at the top, b at the bottom and a at the bottom of a thick layer."""
    if plain:
        m = law[0]
        c = 1.0 - m
        (r11, r12, r21, r22), (t11, t12, t21, t22) = reflection(s, m, basis)
        _, _, q3, p3 = wave_join(m, (1.0 + 0j, 0j, t11, t21))
        _, _, q4, p4 = wave_join(m, (0j, 1.0 + 0j, t12, t22))
        a1, a2 = solve_two(q3, p3, q4, p4, q, p)
        decay = np.exp(-s)
        d1, d2 = decay * (a1 + c * s * a2), decay * a2
    else:
        (r11, r12, r21, r22), (t11, t12, t21, t22) = general_reflection(s, waves, basis)
        _, _, q3, p3 = general_join(waves, (1.0 + 0j, 0j, t11, t21))
        _, _, q4, p4 = general_join(waves, (0j, 1.0 + 0j, t12, t22))
        a1, a2 = solve_two(q3, p3, q4, p4, q, p)
        e11, e12, e21, e22 = wave_decay(s, waves)
        d1, d2 = e11 * a1 + e12 * a2, e21 * a1 + e22 * a2
    return a1, a2, r11 * d1 + r12 * d2, r21 * d1 + r22 * d2, d1, d2


@inline
def layer_basis(k, layers, i_k, i, below, unit):
    """Two states at the bottom of a layer that what lies below it allows; `unit` is 2 k G."""
    return basis_below(
        (below[i, 0], below[i, 1], below[i, 2]),
        unit,
        layers.slip[i_k, i],
        layers.membrane[i] * k * k,
    )


@inline
def plain_below(k, layers, i_k, below):
    """Fill in the compliance below every layer that waves reach; return the lowest of these."""
    found, first = plain_base(k, layers, i_k)
    for i in range(first, -1, -1):
        below[i, 0], below[i, 1], below[i, 2] = found
        found = plain_step(k, layers, i_k, i, found)
    return first


@inline
def plain_inside(k, layers, i_k, below, traction, places, values, out):
    """Fill `layered_fields` in for one wavenumber of a plain stack; `below` is work space."""
    n = layers.thickness.size
    depth, layer = places.depth, places.layer
    first = plain_below(k, layers, i_k, below)
    shear_in, pressure_in = -1j * traction[i_k, 0], traction[i_k, 1]
    top, i_depth = 0.0, 0
    for i in range(n):
        m, modulus = layers.law[i_k, i, 0], layers.shear[i_k, i]
        c, unit, s = 1.0 - m, 2.0 * k * modulus, k * layers.thickness[i]
        q, p = shear_in / unit, pressure_in / unit
        thin = s < 1.0
        a1, a2, b1, b2 = 0j, 0j, 0j, 0j
        x0, w0, q0, p0 = 0j, 0j, 0j, 0j
        if i > first:  # a half-space, or a layer whose bottom is out of reach
            s, thin = np.inf, False
            a2 = -(q + p) / c
            a1 = q - m * a2
        else:
            basis = layer_basis(k, layers, i_k, i, below, unit)
            (x1, w1, q1, p1), (x2, w2, q2, p2) = basis
            if thin:
                _, _, q3, p3 = column_up(s, m, basis[0])
                _, _, q4, p4 = column_up(s, m, basis[1])
                f1, f2 = solve_two(q3, p3, q4, p4, q, p)
                x0, w0 = f1 * x1 + f2 * x2, f1 * w1 + f2 * w2
                q0, p0 = f1 * q1 + f2 * q2, f1 * p1 + f2 * p2
            else:
                (r11, r12, r21, r22), (t11, t12, t21, t22) = reflection(s, m, basis)
                _, _, q3, p3 = wave_join(m, (1.0 + 0j, 0j, t11, t21))
                _, _, q4, p4 = wave_join(m, (0j, 1.0 + 0j, t12, t22))
                a1, a2 = solve_two(q3, p3, q4, p4, q, p)
                decay = np.exp(-s)
                d1, d2 = decay * (a1 + c * s * a2), decay * a2
                b1, b2 = r11 * d1 + r12 * d2, r21 * d1 + r22 * d2
                x0, w0, q0, p0 = wave_join(m, (d1, d2, b1, b2))
        while i_depth < depth.size and layer[i_depth] == i:
            zeta = k * (depth[i_depth] - top)
            if zeta + k * top > INVISIBLE_DEPTH:
                i_depth = depth.size
                break
            if thin:
                state = column_up(s - zeta, m, (x0, w0, q0, p0))
            else:
                state = thick_state(zeta, s, m, (a1, a2, b1, b2))
            store_fields(k, modulus, m, state, values)
            out[:, i_depth, i_k] = values
            i_depth += 1
        if i_depth == depth.size or i > first:
            break
        shear_in = unit * q0 - layers.membrane[i] * k * k * x0
        if np.isinf(layers.slip[i_k, i].real):
            shear_in = 0j
        pressure_in = unit * p0
        top += layers.thickness[i]


@inline
def general_below(k, layers, i_k, below):
    """Fill in the compliance below every layer that waves reach; return the lowest of these."""
    found, first = general_base(k, layers, i_k)
    for i in range(first, -1, -1):
        below[i, 0], below[i, 1], below[i, 2] = found
        found = general_step(k, layers, i_k, i, found)
    return first


@inline
def general_inside(k, layers, i_k, below, traction, places, values, out):
    """Fill `layered_fields` in for one wavenumber of any stack; `below` is work space."""
    n = layers.thickness.size
    depth, layer = places.depth, places.layer
    first = general_below(k, layers, i_k, below)
    shear_in, pressure_in = -1j * traction[i_k, 0], traction[i_k, 1]
    top, reach, i_depth = 0.0, 0.0, 0
    for i in range(n):
        plain, one = layers.plain[i], layers.law[i_k, i]
        m, modulus, waves = one[0], layers.shear[i_k, i], wave_matrices(one)
        rate = 1.0 if plain else slowest_rate(waves)
        unit, s = 2.0 * k * modulus, k * layers.thickness[i]
        q, p = shear_in / unit, pressure_in / unit
        thin = is_thin(s, plain, waves)
        a1, a2, b1, b2 = 0j, 0j, 0j, 0j
        x0, w0, q0, p0 = 0j, 0j, 0j, 0j
        if i > first:
            s, thin = np.inf, False
            a1, a2 = endless_amplitudes(plain, one, waves, q, p)
        else:
            basis = layer_basis(k, layers, i_k, i, below, unit)
            if thin:
                (_, _, q3, p3), (_, _, q4, p4) = states_on_top(s, plain, one, waves, basis)
                f1, f2 = solve_two(q3, p3, q4, p4, q, p)
                x0, w0 = f1 * basis[0][0] + f2 * basis[1][0], f1 * basis[0][1] + f2 * basis[1][1]
                q0, p0 = f1 * basis[0][2] + f2 * basis[1][2], f1 * basis[0][3] + f2 * basis[1][3]
            else:
                a1, a2, b1, b2, d1, d2 = bottom_amplitudes(s, plain, one, waves, basis, q, p)
                if plain:
                    x0, w0, q0, p0 = wave_join(m, (d1, d2, b1, b2))
                else:
                    x0, w0, q0, p0 = general_join(waves, (d1, d2, b1, b2))
        while i_depth < depth.size and layer[i_depth] == i:
            zeta = k * (depth[i_depth] - top)
            if zeta * rate + reach > INVISIBLE_DEPTH:
                i_depth = depth.size
                break
            if plain:
                if thin:
                    state = column_up(s - zeta, m, (x0, w0, q0, p0))
                else:
                    state = thick_state(zeta, s, m, (a1, a2, b1, b2))
                store_fields(k, modulus, m, state, values)
            else:
                if thin:
                    x, w, q, p = series_up(s - zeta, one, (x0, w0, q0, p0))
                else:
                    x, w, q, p = general_state(zeta, s, waves, (a1, a2, b1, b2))
                values[0], values[1] = 1j * x, w
                values[2] = -unit * (2.0 * one[2] * x + one[1] * p)
                values[3], values[4], values[5] = -unit * p, 0j, -1j * unit * q
            out[:, i_depth, i_k] = values
            i_depth += 1
        if i_depth == depth.size or i > first:
            break
        shear_in = unit * q0 - layers.membrane[i] * k * k * x0
        if np.isinf(layers.slip[i_k, i].real):
            shear_in = 0j
        pressure_in = unit * p0
        top += layers.thickness[i]
        reach += k * layers.thickness[i] * rate


@kernel
def layered_fields(wavenumber, layers, traction, places, out):
    """Fields at given depths for surface tractions given per wavenumber.

    Parameters
    ----------
    wavenumber : ndarray of float64, shape (n_k,)
        Wavenumber > 0 [1/m].
    layers : softsim.kernels.layers.moduli.Layers
    traction : ndarray of complex128, shape (n_k, 2)
        Shear q e^{ikx} towards +x and pressure p e^{ikx} on the surface [Pa].
    places : Places
    out : ndarray of complex128, shape (6, n_depth, n_k)
        Zero on entry; written where waves reach, k z <= 40 in plain layers: u_x, u_z [m], then the
        increments of sigma_x, sigma_z, sigma_y and sigma_xz [Pa], tension positive.  Of general
        layers these are referred to the undisturbed section (nominal stress), and sigma_y is left
        zero: the caller knows their moduli across.

    Notes
    -----
    No derivative is taken numerically.  O(n_k (n_layers + n_depth)).
    """
    below = np.empty((layers.thickness.size, 3), dtype=np.complex128)
    values = np.empty(6, dtype=np.complex128)
    if layers.plain.all():
        for i_k in range(wavenumber.size):
            plain_inside(wavenumber[i_k], layers, i_k, below, traction, places, values, out)
    else:
        for i_k in range(wavenumber.size):
            general_inside(wavenumber[i_k], layers, i_k, below, traction, places, values, out)
