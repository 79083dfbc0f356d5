"""Compliance and inner fields of layers that are orthotropic or under tension along the surface.

Same state y = (X, W, q, p), same signs and same climb as `layered`; the layer matrix is

    X' = -W - 2q,   W' = r X - 2m p,   q' = -2c X - r p,   p' = q - t W

with m = G/L22, r = L12/L22, 2c = (L11 - L12^2/L22)/(2G) and t = T/(2G) for the incremental moduli
L11, L12, L22, G and the tension T along the layer; an isotropic layer at rest has r = 1 - 2m,
c = 1 - m, t = 0.  With v = (X, p) and w = (W, q) this is v' = D w, w' = B v: the decaying waves are
v = exp(-z R) a with R the square root of D B, which needs no eigenvectors and has no trouble with
double eigenvalues.  Thin layers sum the series of exp(-sA).
"""

from __future__ import annotations

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.layers.fields import solve_two, store_fields, thick_state
from softsim.kernels.layers.isotropic import (
    INVISIBLE_DEPTH,
    NOT_FINITE,
    OK,
    basis_below,
    column_up,
    reflection,
    uniform_compliance,
    wave_join,
)

SERIES_TERMS = 26  # of exp(-sA) with |sA| < 2: the rest is below 2^26/26! = 2e-19


@inline
def wave_matrices(law):
    """Return the square root R of D B and G = D^-1 R of one layer.

    Parameters
    ----------
    law : ndarray of complex128, shape (4,)
        m, r, c, t.

    Returns
    -------
    tuple of complex
        R and G, row by row: v = a + b, w = -G (a - b).
    """
    m, r, c, t = law[0], law[1], law[2], law[3]
    z00, z01 = 4.0 * c - r, 2.0 * (m + r)
    z10, z11 = -t * r - 2.0 * c, 2.0 * m * t - r
    root = np.sqrt(z00 * z11 - z01 * z10)
    scale = 1.0 / np.sqrt(z00 + z11 + 2.0 * root)
    r00, r01, r10, r11 = (z00 + root) * scale, z01 * scale, z10 * scale, (z11 + root) * scale
    inverse = -1.0 / (1.0 + 2.0 * t)
    return (
        r00,
        r01,
        r10,
        r11,
        inverse * (r00 + 2.0 * r10),
        inverse * (r01 + 2.0 * r11),
        inverse * (t * r00 - r10),
        inverse * (t * r01 - r11),
    )


@inline
def slowest_rate(waves):
    """Return the smaller decay rate of the two waves, per scaled depth [-]."""
    mean = 0.5 * (waves[0] + waves[3])
    spread = np.sqrt(mean * mean - (waves[0] * waves[3] - waves[1] * waves[2]))
    return mean.real - abs(spread.real)


@inline
def fastest_rate(waves):
    """Return a bound of the larger rate of the two waves, per scaled depth [-]."""
    mean = 0.5 * (waves[0] + waves[3])
    spread = np.sqrt(mean * mean - (waves[0] * waves[3] - waves[1] * waves[2]))
    return abs(mean) + abs(spread)


@inline
def wave_decay(s, waves):
    """Return exp(-s R), row by row; zero for infinite s.

    Parameters
    ----------
    s : float
        Scaled distance [-].
    waves : tuple of complex
        From `wave_matrices`.

    Returns
    -------
    tuple of complex
        Four entries.
    """
    mean = 0.5 * (waves[0] + waves[3])
    if s * mean.real > 700.0:
        return 0j, 0j, 0j, 0j
    half = 0.5 * (waves[0] - waves[3])
    spread = np.sqrt(half * half + waves[1] * waves[2])
    x = s * spread
    if abs(x) < 0.1:
        square = x * x
        fall = np.exp(-s * mean)
        even = fall * np.cosh(x)
        odd = fall * s * (1.0 + square / 6.0 * (1.0 + square / 20.0 * (1.0 + square / 42.0)))
    else:
        slow, fast = np.exp(-s * (mean - spread)), np.exp(-s * (mean + spread))
        even, odd = 0.5 * (slow + fast), 0.5 * (slow - fast) / spread
    return even - odd * half, -odd * waves[1], -odd * waves[2], even + odd * half


@inline
def series_up(s, law, x, w, q, p):
    """Carry one state up by a small scaled distance: the series of exp(-sA) y.

    Parameters
    ----------
    s : float
        Scaled distance [-].
    law : ndarray of complex128, shape (4,)
        m, r, c, t.
    x, w, q, p : complex
        State below.

    Returns
    -------
    tuple of complex
        State above.
    """
    m, r, c, t = law[0], law[1], law[2], law[3]
    x0, w0, q0, p0 = x, w, q, p
    for n in range(1, SERIES_TERMS):
        f = -s / n
        x, w, q, p = (
            f * (-w - 2.0 * q),
            f * (r * x - 2.0 * m * p),
            f * (-2.0 * c * x - r * p),
            f * (q - t * w),
        )
        x0, w0, q0, p0 = x0 + x, w0 + w, q0 + q, p0 + p
        if n > 6 and abs(x) + abs(w) + abs(q) + abs(p) < 1e-18 * (
            abs(x0) + abs(w0) + abs(q0) + abs(p0)
        ):
            break
    return x0, w0, q0, p0


@inline
def general_split(waves, x, w, q, p):
    """Split a state into downward (a) and upward (b) amplitudes of a general layer.

    Returns
    -------
    tuple of complex
        a1, a2, b1, b2.
    """
    g00, g01, g10, g11 = waves[4], waves[5], waves[6], waves[7]
    det = g00 * g11 - g01 * g10
    u1, u2 = (g11 * w - g01 * q) / det, (g00 * q - g10 * w) / det
    return 0.5 * (x - u1), 0.5 * (p - u2), 0.5 * (x + u1), 0.5 * (p + u2)


@inline
def general_join(waves, a1, a2, b1, b2):
    """Return the state (X, W, q, p) of given amplitudes of a general layer."""
    d1, d2 = a1 - b1, a2 - b2
    return (
        a1 + b1,
        -(waves[4] * d1 + waves[5] * d2),
        -(waves[6] * d1 + waves[7] * d2),
        a2 + b2,
    )


@inline
def general_reflection(s, waves, x1, w1, q1, p1, x2, w2, q2, p2):
    """Return the reflection matrix at the bottom of a general layer, and E R E seen at its top."""
    a11, a21, b11, b21 = general_split(waves, x1, w1, q1, p1)
    a12, a22, b12, b22 = general_split(waves, x2, w2, q2, p2)
    det = a11 * a22 - a12 * a21
    r11, r12 = (b11 * a22 - b12 * a21) / det, (b12 * a11 - b11 * a12) / det
    r21, r22 = (b21 * a22 - b22 * a21) / det, (b22 * a11 - b21 * a12) / det
    e11, e12, e21, e22 = wave_decay(s, waves)
    h11, h12 = r11 * e11 + r12 * e21, r11 * e12 + r12 * e22
    h21, h22 = r21 * e11 + r22 * e21, r21 * e12 + r22 * e22
    return (
        r11,
        r12,
        r21,
        r22,
        e11 * h11 + e12 * h21,
        e11 * h12 + e12 * h22,
        e21 * h11 + e22 * h21,
        e21 * h12 + e22 * h22,
    )


@inline
def is_thin(s, plain, waves):
    """Tell whether the series is used for a layer of scaled thickness s."""
    if plain:
        return s < 1.0
    return s * fastest_rate(waves) < 1.0


@inline
def states_on_top(s, plain, law, waves, basis):
    """Carry two states from the bottom of a layer to its top.

    Returns
    -------
    tuple of complex
        x1, w1, q1, p1, x2, w2, q2, p2.
    """
    x1, w1, q1, p1, x2, w2, q2, p2 = basis
    if is_thin(s, plain, waves):
        if plain:
            return (
                *column_up(s, law[0], x1, w1, q1, p1),
                *column_up(s, law[0], x2, w2, q2, p2),
            )
        return (*series_up(s, law, x1, w1, q1, p1), *series_up(s, law, x2, w2, q2, p2))
    if plain:
        _, _, _, _, r11, r12, r21, r22 = reflection(s, law[0], x1, w1, q1, p1, x2, w2, q2, p2)
        return (
            *wave_join(law[0], 1.0 + 0j, 0j, r11, r21),
            *wave_join(law[0], 0j, 1.0 + 0j, r12, r22),
        )
    _, _, _, _, r11, r12, r21, r22 = general_reflection(s, waves, x1, w1, q1, p1, x2, w2, q2, p2)
    return (
        *general_join(waves, 1.0 + 0j, 0j, r11, r21),
        *general_join(waves, 0j, 1.0 + 0j, r12, r22),
    )


@inline
def compliance_of(unit, states):
    """Return cxx, czx, czz [m/Pa] from two states at the same depth."""
    x1, w1, q1, p1, x2, w2, q2, p2 = states
    scale = 1.0 / (unit * (q1 * p2 - q2 * p1))
    return (
        (x1 * p2 - x2 * p1) * scale,
        0.5 * ((w1 * p2 - w2 * p1) + (x2 * q1 - x1 * q2)) * scale,
        (w2 * q1 - w1 * q2) * scale,
    )


@inline
def base_below(k, thickness, shear, law, plain):
    """Return the compliance below the lowest layer to climb and that layer's index.

    As `layered.base_compliance`; slow waves of general layers reach deeper and are counted so.
    """
    n = thickness.size
    last, reach = -1, 0.0
    while last < n - 1 and reach < INVISIBLE_DEPTH:
        last += 1
        rate = 1.0
        if not plain[last]:
            rate = slowest_rate(wave_matrices(law[last]))
        reach += k * thickness[last] * rate
    if reach < INVISIBLE_DEPTH:
        return 0j, 0j, 0j, last
    unit = 2.0 * shear[last] * k
    if plain[last]:
        unit = unit * (1.0 - law[last, 0])
        return 1.0 / unit, law[last, 0] / unit, 1.0 / unit, last - 1
    waves = wave_matrices(law[last])
    one = general_join(waves, 1.0 + 0j, 0j, 0j, 0j)
    two = general_join(waves, 0j, 1.0 + 0j, 0j, 0j)
    cxx, czx, czz = compliance_of(unit, (*one, *two))
    return cxx, czx, czz, last - 1


@kernel
def prestressed_compliance(wavenumber, thickness, shear, law, plain, slip, membrane, out):
    """Complex surface compliance of layers of which some are orthotropic or under tension.

    Parameters
    ----------
    wavenumber, thickness, shear, slip, membrane, out
        As in `softsim.kernels.layers.isotropic.surface_compliance`.
    law : ndarray of complex128, shape (n_k, n_layers, 4)
        m, r, c, t of every layer at the frequency of each wavenumber [-].
    plain : ndarray of bool, shape (n_layers,)
        True for isotropic layers at rest; of their law only m is read.

    Returns
    -------
    int
        `OK`, or `NOT_FINITE` when an entry for k > 0 is not finite.

    Notes
    -----
    Complexity O(n_k n_layers).  Twin: tests/oracles/test_linear_prestress.py.

    References
    ----------
    .. [1] M. A. Biot, Mechanics of Incremental Deformations, Wiley (1965), ch. 2.
    """
    status = OK
    for i_k in range(wavenumber.size):
        k = wavenumber[i_k]
        if k == 0.0:
            out[i_k, 0], out[i_k, 1], out[i_k, 2] = uniform_compliance(
                thickness, shear[i_k], law[i_k, :, 0], slip[i_k]
            )
            continue
        cxx, czx, czz, first = base_below(k, thickness, shear[i_k], law[i_k], plain)
        for i in range(first, -1, -1):
            unit = 2.0 * k * shear[i_k, i]
            basis = basis_below(cxx, czx, czz, unit, slip[i_k, i], membrane[i] * k * k)
            waves = wave_matrices(law[i_k, i])
            states = states_on_top(k * thickness[i], plain[i], law[i_k, i], waves, basis)
            cxx, czx, czz = compliance_of(unit, states)
        out[i_k, 0], out[i_k, 1], out[i_k, 2] = czz, czx, cxx
        if not np.isfinite(abs(czz) + abs(czx) + abs(cxx)):
            status = NOT_FINITE
    return status


@inline
def general_state(zeta, s, waves, a1, a2, b1, b2):
    """Return the state at scaled depth zeta in a thick general layer; see `thick_state`."""
    e11, e12, e21, e22 = wave_decay(zeta, waves)
    f1, f2 = e11 * a1 + e12 * a2, e21 * a1 + e22 * a2
    h1, h2 = 0j, 0j
    if not np.isinf(s):
        e11, e12, e21, e22 = wave_decay(s - zeta, waves)
        h1, h2 = e11 * b1 + e12 * b2, e21 * b1 + e22 * b2
    return general_join(waves, f1, f2, h1, h2)


@inline
def bottom_amplitudes(s, plain, law, waves, basis, q, p):
    """Return a at the top and b at the bottom of a thick layer that carries q and p on top."""
    x1, w1, q1, p1, x2, w2, q2, p2 = basis
    if plain:
        m = law[0]
        c = 1.0 - m
        r11, r12, r21, r22, t11, t12, t21, t22 = reflection(s, m, x1, w1, q1, p1, x2, w2, q2, p2)
        _, _, q3, p3 = wave_join(m, 1.0 + 0j, 0j, t11, t21)
        _, _, q4, p4 = wave_join(m, 0j, 1.0 + 0j, t12, t22)
        a1, a2 = solve_two(q3, p3, q4, p4, q, p)
        decay = np.exp(-s)
        d1, d2 = decay * (a1 + c * s * a2), decay * a2
    else:
        r11, r12, r21, r22, t11, t12, t21, t22 = general_reflection(
            s, waves, x1, w1, q1, p1, x2, w2, q2, p2
        )
        _, _, q3, p3 = general_join(waves, 1.0 + 0j, 0j, t11, t21)
        _, _, q4, p4 = general_join(waves, 0j, 1.0 + 0j, t12, t22)
        a1, a2 = solve_two(q3, p3, q4, p4, q, p)
        e11, e12, e21, e22 = wave_decay(s, waves)
        d1, d2 = e11 * a1 + e12 * a2, e21 * a1 + e22 * a2
    return a1, a2, r11 * d1 + r12 * d2, r21 * d1 + r22 * d2, d1, d2


@inline
def endless_amplitudes(plain, law, waves, q, p):
    """Return a of a layer without a visible bottom that carries q and p on top."""
    if plain:
        a2 = -(q + p) / (1.0 - law[0])
        return q - law[0] * a2, a2
    _, _, q1, p1 = general_join(waves, 1.0 + 0j, 0j, 0j, 0j)
    _, _, q2, p2 = general_join(waves, 0j, 1.0 + 0j, 0j, 0j)
    return solve_two(q1, p1, q2, p2, q, p)


@kernel
def prestressed_fields(
    wavenumber, thickness, shear, law, plain, slip, membrane, traction, depth, layer, scratch, out
):
    """Fields at given depths for surface tractions given per wavenumber.

    Parameters
    ----------
    wavenumber, thickness, shear, slip, membrane, traction, depth, layer, scratch
        As in `softsim.kernels.layers.fields.layered_fields`.
    law, plain
        As in `prestressed_compliance`.
    out : ndarray of complex128, shape (6, n_depth, n_k)
        Zero on entry; written where waves reach: u_x, u_z [m], then the increments of sigma_x,
        sigma_z, sigma_y and sigma_xz [Pa] referred to the undisturbed section (nominal stress);
        of general layers sigma_y is left zero, the caller knows their moduli across.

    Returns
    -------
    int
        0.
    """
    n = thickness.size
    values = np.empty(6, dtype=np.complex128)
    for i_k in range(wavenumber.size):
        k = wavenumber[i_k]
        cxx, czx, czz, first = base_below(k, thickness, shear[i_k], law[i_k], plain)
        for i in range(first, -1, -1):
            scratch[i, 0], scratch[i, 1], scratch[i, 2] = cxx, czx, czz
            unit = 2.0 * k * shear[i_k, i]
            basis = basis_below(cxx, czx, czz, unit, slip[i_k, i], membrane[i] * k * k)
            waves = wave_matrices(law[i_k, i])
            states = states_on_top(k * thickness[i], plain[i], law[i_k, i], waves, basis)
            cxx, czx, czz = compliance_of(unit, states)
        shear_in, pressure_in = -1j * traction[i_k, 0], traction[i_k, 1]
        top, reach, i_depth = 0.0, 0.0, 0
        for i in range(n):
            waves, one = wave_matrices(law[i_k, i]), law[i_k, i]
            m, modulus = one[0], shear[i_k, i]
            rate = 1.0
            if not plain[i]:
                rate = slowest_rate(waves)
            unit, s = 2.0 * k * modulus, k * thickness[i]
            q, p = shear_in / unit, pressure_in / unit
            thin = is_thin(s, plain[i], waves)
            a1, a2, b1, b2 = 0j, 0j, 0j, 0j
            x0, w0, q0, p0 = 0j, 0j, 0j, 0j
            if i > first:
                s, thin = np.inf, False
                a1, a2 = endless_amplitudes(plain[i], one, waves, q, p)
            else:
                basis = basis_below(
                    scratch[i, 0],
                    scratch[i, 1],
                    scratch[i, 2],
                    unit,
                    slip[i_k, i],
                    membrane[i] * k * k,
                )
                if thin:
                    _, _, q3, p3, _, _, q4, p4 = states_on_top(s, plain[i], one, waves, basis)
                    f1, f2 = solve_two(q3, p3, q4, p4, q, p)
                    x0, w0 = f1 * basis[0] + f2 * basis[4], f1 * basis[1] + f2 * basis[5]
                    q0, p0 = f1 * basis[2] + f2 * basis[6], f1 * basis[3] + f2 * basis[7]
                else:
                    a1, a2, b1, b2, d1, d2 = bottom_amplitudes(s, plain[i], one, waves, basis, q, p)
                    if plain[i]:
                        x0, w0, q0, p0 = wave_join(m, d1, d2, b1, b2)
                    else:
                        x0, w0, q0, p0 = general_join(waves, d1, d2, b1, b2)
            while i_depth < depth.size and layer[i_depth] == i:
                zeta = k * (depth[i_depth] - top)
                if zeta * rate + reach > INVISIBLE_DEPTH:
                    i_depth = depth.size
                    break
                if plain[i]:
                    if thin:
                        x, w, q, p = column_up(s - zeta, m, x0, w0, q0, p0)
                    else:
                        x, w, q, p = thick_state(zeta, s, 1.0 - m, m, a1, a2, b1, b2)
                    store_fields(k, modulus, m, unit, x, w, q, p, values)
                else:
                    if thin:
                        x, w, q, p = series_up(s - zeta, one, x0, w0, q0, p0)
                    else:
                        x, w, q, p = general_state(zeta, s, waves, a1, a2, b1, b2)
                    values[0], values[1] = 1j * x, w
                    values[2] = -unit * (2.0 * one[2] * x + one[1] * p)
                    values[3], values[4], values[5] = -unit * p, 0j, -1j * unit * q
                out[:, i_depth, i_k] = values
                i_depth += 1
            if i_depth == depth.size or i > first:
                break
            shear_in = unit * q0 - membrane[i] * k * k * x0
            if np.isinf(slip[i_k, i].real):
                shear_in = 0j
            pressure_in = unit * p0
            top += thickness[i]
            reach += k * thickness[i] * rate
    return 0
