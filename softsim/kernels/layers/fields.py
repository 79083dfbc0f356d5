"""Displacement and stress inside a layered solid from the tractions on its surface.

The compliance below every layer is stored on the way up; on the way down the tractions at the top
of each layer fix its inner state without ever growing a rounding error (see `layered`).
"""

from __future__ import annotations

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.layers.isotropic import (
    INVISIBLE_DEPTH,
    base_compliance,
    basis_below,
    column_up,
    layer_up,
    reflection,
    wave_join,
)


@inline
def solve_two(q1, p1, q2, p2, q, p):
    """Return the factors of two states that give the tractions q and p.

    Parameters
    ----------
    q1, p1, q2, p2 : complex
        Tractions of the two states.
    q, p : complex
        Wanted tractions.

    Returns
    -------
    tuple of complex
        Factors of the first and the second state.
    """
    det = q1 * p2 - q2 * p1
    return (q * p2 - q2 * p) / det, (q1 * p - q * p1) / det


@inline
def thick_state(zeta, s, c, ratio, a1, a2, b1, b2):
    """Return the state at scaled depth zeta in a thick layer.

    Parameters
    ----------
    zeta, s : float
        Scaled depth below the layer's top and scaled thickness [-]; s may be inf.
    c, ratio : complex
        1 - m and m [-].
    a1, a2 : complex
        Downward amplitudes at the top.
    b1, b2 : complex
        Upward amplitudes at the bottom.

    Returns
    -------
    tuple of complex
        x, w, q, p.
    """
    down = np.exp(-zeta)
    rest = s - zeta
    if np.isinf(rest) or rest > 700.0:
        return wave_join(ratio, down * (a1 + c * zeta * a2), down * a2, 0j, 0j)
    up = np.exp(-rest)
    return wave_join(
        ratio,
        down * (a1 + c * zeta * a2),
        down * a2,
        up * (b1 + c * rest * b2),
        up * b2,
    )


@inline
def store_fields(k, shear, ratio, unit, x, w, q, p, out):
    """Write u_x, u_z, sigma_x, sigma_z, sigma_y, sigma_xz of one state.

    Parameters
    ----------
    k : float
        Wavenumber [1/m].
    shear, ratio : complex
        Shear modulus [Pa] and G/(K + 4G/3) [-].
    unit : complex
        2 G k [Pa/m].
    x, w, q, p : complex
        State.
    out : ndarray of complex128, shape (6,)
        Overwritten.

    Returns
    -------
    int
        0.
    """
    normal = -unit * p
    along = -4.0 * shear * (1.0 - ratio) * k * x + (1.0 - 2.0 * ratio) * normal
    out[0] = 1j * x
    out[1] = w
    out[2] = along
    out[3] = normal
    out[4] = (0.5 - ratio) / (1.0 - ratio) * (along + normal)
    out[5] = -1j * unit * q
    return 0


@kernel
def layered_fields(
    wavenumber, thickness, shear, ratio, slip, membrane, traction, depth, layer, scratch, out
):
    """Fields at given depths for surface tractions given per wavenumber.

    Parameters
    ----------
    wavenumber : ndarray of float64, shape (n_k,)
        Wavenumber > 0 [1/m].
    thickness : ndarray of float64, shape (n_layers,)
        Thickness [m], inf last for a half-space.
    shear, ratio, slip : ndarray of complex128, shape (n_k, n_layers)
        As in `softsim.kernels.layers.isotropic.surface_compliance`.
    membrane : ndarray of float64, shape (n_layers,)
        In-plane stiffness of the sheets [N/m].
    traction : ndarray of complex128, shape (n_k, 2)
        Shear q e^{ikx} towards +x and pressure p e^{ikx} on the surface [Pa].
    depth : ndarray of float64, shape (n_depth,)
        Depths below the surface, increasing [m].
    layer : ndarray of int64, shape (n_depth,)
        Layer of each depth.
    scratch : ndarray of complex128, shape (n_layers, 3)
        Work space.
    out : ndarray of complex128, shape (6, n_depth, n_k)
        Zero on entry; written where k z <= 40: u_x, u_z [m], then sigma_x,
        sigma_z, sigma_y, sigma_xz [Pa], tension positive.

    Returns
    -------
    int
        0.

    Notes
    -----
    No derivative is taken numerically.  O(n_k (n_layers + n_depth)).
    """
    n = thickness.size
    values = np.empty(6, dtype=np.complex128)
    for i_k in range(wavenumber.size):
        k = wavenumber[i_k]
        cxx, czx, czz, first = base_compliance(k, thickness, shear[i_k], ratio[i_k])
        for i in range(first, -1, -1):
            scratch[i, 0], scratch[i, 1], scratch[i, 2] = cxx, czx, czz
            unit = 2.0 * k * shear[i_k, i]
            basis = basis_below(cxx, czx, czz, unit, slip[i_k, i], membrane[i] * k * k)
            cxx, czx, czz = layer_up(k * thickness[i], ratio[i_k, i], unit, basis)
        # the shear is i q in the convention of the kernels
        shear_in, pressure_in = -1j * traction[i_k, 0], traction[i_k, 1]
        top, i_depth = 0.0, 0
        for i in range(n):
            m, modulus = ratio[i_k, i], shear[i_k, i]
            c, unit, s = 1.0 - m, 2.0 * k * modulus, k * thickness[i]
            q, p = shear_in / unit, pressure_in / unit
            thin = s < 1.0
            a1, a2, b1, b2 = 0j, 0j, 0j, 0j
            x0, w0, q0, p0 = 0j, 0j, 0j, 0j
            if i > first:  # a half-space, or a layer whose bottom is out of reach
                s, thin = np.inf, False
                a2 = -(q + p) / c
                a1 = q - m * a2
            else:
                basis = basis_below(
                    scratch[i, 0],
                    scratch[i, 1],
                    scratch[i, 2],
                    unit,
                    slip[i_k, i],
                    membrane[i] * k * k,
                )
                x1, w1, q1, p1, x2, w2, q2, p2 = basis
                if thin:
                    _, _, q3, p3 = column_up(s, m, x1, w1, q1, p1)
                    _, _, q4, p4 = column_up(s, m, x2, w2, q2, p2)
                    f1, f2 = solve_two(q3, p3, q4, p4, q, p)
                    x0, w0 = f1 * x1 + f2 * x2, f1 * w1 + f2 * w2
                    q0, p0 = f1 * q1 + f2 * q2, f1 * p1 + f2 * p2
                else:
                    r11, r12, r21, r22, t11, t12, t21, t22 = reflection(
                        s, m, x1, w1, q1, p1, x2, w2, q2, p2
                    )
                    _, _, q3, p3 = wave_join(m, 1.0 + 0j, 0j, t11, t21)
                    _, _, q4, p4 = wave_join(m, 0j, 1.0 + 0j, t12, t22)
                    a1, a2 = solve_two(q3, p3, q4, p4, q, p)
                    decay = np.exp(-s)
                    d1, d2 = decay * (a1 + c * s * a2), decay * a2
                    b1, b2 = r11 * d1 + r12 * d2, r21 * d1 + r22 * d2
                    x0, w0, q0, p0 = wave_join(m, d1, d2, b1, b2)
            while i_depth < depth.size and layer[i_depth] == i:
                zeta = k * (depth[i_depth] - top)
                if zeta + k * top > INVISIBLE_DEPTH:
                    i_depth = depth.size
                    break
                if thin:
                    x, w, q, p = column_up(s - zeta, m, x0, w0, q0, p0)
                else:
                    x, w, q, p = thick_state(zeta, s, c, m, a1, a2, b1, b2)
                store_fields(k, modulus, m, unit, x, w, q, p, values)
                out[:, i_depth, i_k] = values
                i_depth += 1
            if i_depth == depth.size or i > first:
                break
            shear_in = unit * q0 - membrane[i] * k * k * x0
            if np.isinf(slip[i_k, i].real):
                shear_in = 0j
            pressure_in = unit * p0
            top += thickness[i]
    return 0
