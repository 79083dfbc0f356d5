"""Waves of an isotropic layer at rest in plane strain, one wavenumber at a time.

Every layer obeys y' = A y in the scaled depth k z with the state y = (X, W, q, p): displacement
u_x = i X e^{ikx}, u_z = W e^{ikx}; traction on the material below, shear i 2Gk q e^{ikx} and
pressure 2Gk p e^{ikx}.  A has the double eigenvalues +1 and -1 and depends only on the ratio
m = G / (K + 4G/3) of shear to uniaxial modulus, which is 0 for an incompressible layer; nothing
is divided by m.  With c = 1 - m and the nilpotent N = (A^2 - 1) / (2c),

    exp(-sA) = ch s - A sh s + c s sh s N - c (s ch s - sh s) A N.

Thin layers (s = kh < 1) use this matrix, whose entries keep their relative precision as s -> 0;
thick layers use the decaying waves e^{-kz} (v1 a1 + (v2 + c k z v1) a2), so that no growing
exponential is ever formed.  Amplitudes are (a1, a2, b1, b2): of the waves that fall off downwards,
at the top of the layer, and of those that fall off upwards, at its bottom.
"""

from __future__ import annotations

import numpy as np

from softsim._jit import inline


@inline
def sinh_deficit(s):
    """Return s cosh s - sinh s without cancellation, for 0 <= s <= 1.

    Parameters
    ----------
    s : float
        Scaled thickness [-].

    Returns
    -------
    float
        The sum of s^(2n+1) 2n / (2n+1)!, n >= 1; ten terms leave less than 1e-17 of the first.
    """
    square = s * s
    term = s * square / 6.0
    total = 2.0 * term
    for n in range(2, 11):
        term *= square / ((2 * n) * (2 * n + 1))
        total += 2 * n * term
    return total


@inline
def column_up(s, ratio, state):
    """Carry one state up through a thin layer: exp(-sA) y.

    Parameters
    ----------
    s : float
        Scaled distance k (z_below - z_above) [-], 0 <= s <= 1.
    ratio : complex
        Shear over uniaxial modulus m [-].
    state : tuple of 4 complex
        Below [m] (tractions divided by 2Gk).

    Returns
    -------
    tuple of 4 complex
        State above.
    """
    x, w, q, p = state
    c = 1.0 - ratio
    ch, sh = np.cosh(s), np.sinh(s)
    ssh, deficit = c * s * sh, c * sinh_deficit(s)
    return (
        (ch + ssh) * x + (sh + deficit) * w + (2.0 * sh + deficit) * q + ssh * p,
        (ch - ssh) * w
        - ((1.0 - 2.0 * ratio) * sh + deficit) * x
        - ssh * q
        + (2.0 * ratio * sh - deficit) * p,
        (ch + ssh) * q
        + (2.0 * c * sh + deficit) * x
        + ssh * w
        + ((1.0 - 2.0 * ratio) * sh + deficit) * p,
        (ch - ssh) * p - ssh * x - deficit * w - (sh + deficit) * q,
    )


@inline
def wave_split(ratio, state):
    """Return the amplitudes of a state, all at its own depth.

    Parameters
    ----------
    ratio : complex
        Shear over uniaxial modulus m [-].
    state : tuple of 4 complex
        [m] (tractions divided by 2Gk).

    Returns
    -------
    tuple of 4 complex
        a1, a2, b1, b2 [m].
    """
    x, w, q, p = state
    sum2 = -p - x
    difference2 = -(w + q)
    difference1 = q - ratio * difference2
    return (
        0.5 * (x + difference1),
        0.5 * (sum2 + difference2),
        0.5 * (x - difference1),
        0.5 * (sum2 - difference2),
    )


@inline
def wave_join(ratio, amplitudes):
    """Return the state (X, W, q, p) of given amplitudes; inverse of `wave_split`."""
    a1, a2, b1, b2 = amplitudes
    d1, d2 = a1 - b1, a2 - b2
    return (
        a1 + b1,
        -d1 - (1.0 + ratio) * d2,
        d1 + ratio * d2,
        -(a1 + b1) - (a2 + b2),
    )


@inline
def reflection(s, ratio, basis):
    """Return the reflection matrix of a layer's bottom, R = b a^-1, and e^{-2s} N R N at its top.

    Parameters
    ----------
    s : float
        Scaled thickness kh [-].
    ratio : complex
        Shear over uniaxial modulus m [-].
    basis : pair of states
        At the bottom.

    Returns
    -------
    two tuples of 4 complex
        Row by row.
    """
    a11, a21, b11, b21 = wave_split(ratio, basis[0])
    a12, a22, b12, b22 = wave_split(ratio, basis[1])
    det = a11 * a22 - a12 * a21
    r11, r12 = (b11 * a22 - b12 * a21) / det, (b12 * a11 - b11 * a12) / det
    r21, r22 = (b21 * a22 - b22 * a21) / det, (b22 * a11 - b21 * a12) / det
    shift, decay = (1.0 - ratio) * s, np.exp(-2.0 * s)
    t11, t12 = r11 + shift * r21, r12 + shift * r22
    return (r11, r12, r21, r22), (
        decay * t11,
        decay * (t11 * shift + t12),
        decay * r21,
        decay * (r21 * shift + r22),
    )


@inline
def plain_on_top(s, ratio, basis):
    """Carry two states from the bottom of a layer to its top."""
    if s < 1.0:
        return column_up(s, ratio, basis[0]), column_up(s, ratio, basis[1])
    _, (t11, t12, t21, t22) = reflection(s, ratio, basis)
    return wave_join(ratio, (1.0 + 0j, 0j, t11, t21)), wave_join(ratio, (0j, 1.0 + 0j, t12, t22))


@inline
def plain_layer_up(s, ratio, unit, basis):
    """Return cxx, czx, czz [m/Pa] at the top of a layer from two states at its bottom.

    What `plain_on_top` and `compliance.compliance_of` do, in one: tuples that meet behind a branch
    cost a sixth of the time, and another last bit.

    Parameters
    ----------
    s : float
        Scaled thickness kh [-].
    ratio : complex
        Shear over uniaxial modulus m [-].
    unit : complex
        2 G k [Pa/m].
    basis : pair of states
    """
    (x1, w1, q1, p1), (x2, w2, q2, p2) = basis
    if s < 1.0:
        x1, w1, q1, p1 = column_up(s, ratio, (x1, w1, q1, p1))
        x2, w2, q2, p2 = column_up(s, ratio, (x2, w2, q2, p2))
    else:
        _, (t11, t12, t21, t22) = reflection(s, ratio, basis)
        x1, w1, q1, p1 = wave_join(ratio, (1.0 + 0j, 0j, t11, t21))
        x2, w2, q2, p2 = wave_join(ratio, (0j, 1.0 + 0j, t12, t22))
    scale = 1.0 / (unit * (q1 * p2 - q2 * p1))
    return (
        (x1 * p2 - x2 * p1) * scale,
        0.5 * ((w1 * p2 - w2 * p1) + (x2 * q1 - x1 * q2)) * scale,
        (w2 * q1 - w1 * q2) * scale,
    )


@inline
def thick_state(zeta, s, ratio, amplitudes):
    """Return the state at scaled depth zeta below the top of a layer of scaled thickness s.

    Parameters
    ----------
    zeta, s : float
        [-]; s may be inf.
    ratio : complex
        Shear over uniaxial modulus m [-].
    amplitudes : tuple of 4 complex
        [m].

    Returns
    -------
    tuple of 4 complex
    """
    a1, a2, b1, b2 = amplitudes
    c, down, rest = 1.0 - ratio, np.exp(-zeta), s - zeta
    if np.isinf(rest) or rest > 700.0:
        return wave_join(ratio, (down * (a1 + c * zeta * a2), down * a2, 0j, 0j))
    up = np.exp(-rest)
    return wave_join(
        ratio,
        (down * (a1 + c * zeta * a2), down * a2, up * (b1 + c * rest * b2), up * b2),
    )


@inline
def store_fields(k, shear, ratio, state, out):
    """Write u_x, u_z [m], sigma_x, sigma_z, sigma_y, sigma_xz [Pa] of one state.

    Parameters
    ----------
    k : float
        Wavenumber [1/m].
    shear, ratio : complex
        Shear modulus [Pa] and m [-].
    state : tuple of 4 complex
        [m] (tractions divided by 2Gk).
    out : ndarray of complex128, shape (6,)
        Overwritten.
    """
    x, w, q, p = state
    unit = 2.0 * k * shear
    normal = -unit * p
    along = -4.0 * shear * (1.0 - ratio) * k * x + (1.0 - 2.0 * ratio) * normal
    out[0] = 1j * x
    out[1] = w
    out[2] = along
    out[3] = normal
    out[4] = (0.5 - ratio) / (1.0 - ratio) * (along + normal)
    out[5] = -1j * unit * q
