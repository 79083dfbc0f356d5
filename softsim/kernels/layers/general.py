"""Waves of a layer that is orthotropic or under tension along the surface.

Same state y = (X, W, q, p), signs and amplitudes as `isotropic`; the layer matrix is

    X' = -W - 2q,   W' = r X - 2m p,   q' = -2c X - r p,   p' = q - t W

with m = G/L22, r = L12/L22, 2c = (L11 - L12^2/L22)/(2G) and t = T/(2G) for the incremental moduli
L11, L12, L22, G and the tension T along the layer; an isotropic layer at rest has r = 1 - 2m,
c = 1 - m, t = 0.  With v = (X, p) and w = (W, q) this is v' = D w, w' = B v: the decaying waves are
v = exp(-z R) a with R the square root of D B, which needs no eigenvectors and has no trouble with
double eigenvalues.  Thin layers sum the series of exp(-sA).

References
----------
.. [1] M. A. Biot, Mechanics of Incremental Deformations, Wiley (1965), ch. 2.
"""

from __future__ import annotations

import numpy as np

from softsim._jit import inline

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
def series_up(s, law, state):
    """Carry one state up by a small scaled distance: the series of exp(-sA) y.

    Parameters
    ----------
    s : float
        Scaled distance [-].
    law : ndarray of complex128, shape (4,)
        m, r, c, t.
    state : tuple of 4 complex
        Below.

    Returns
    -------
    tuple of 4 complex
        State above.
    """
    m, r, c, t = law[0], law[1], law[2], law[3]
    x, w, q, p = state
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
def general_split(waves, state):
    """Return the amplitudes of a state, all at its own depth."""
    x, w, q, p = state
    g00, g01, g10, g11 = waves[4], waves[5], waves[6], waves[7]
    det = g00 * g11 - g01 * g10
    u1, u2 = (g11 * w - g01 * q) / det, (g00 * q - g10 * w) / det
    return 0.5 * (x - u1), 0.5 * (p - u2), 0.5 * (x + u1), 0.5 * (p + u2)


@inline
def general_join(waves, amplitudes):
    """Return the state (X, W, q, p) of given amplitudes; inverse of `general_split`."""
    a1, a2, b1, b2 = amplitudes
    d1, d2 = a1 - b1, a2 - b2
    return (
        a1 + b1,
        -(waves[4] * d1 + waves[5] * d2),
        -(waves[6] * d1 + waves[7] * d2),
        a2 + b2,
    )


@inline
def general_reflection(s, waves, basis):
    """Return the reflection matrix of a layer's bottom, and E R E seen at its top."""
    a11, a21, b11, b21 = general_split(waves, basis[0])
    a12, a22, b12, b22 = general_split(waves, basis[1])
    det = a11 * a22 - a12 * a21
    r11, r12 = (b11 * a22 - b12 * a21) / det, (b12 * a11 - b11 * a12) / det
    r21, r22 = (b21 * a22 - b22 * a21) / det, (b22 * a11 - b21 * a12) / det
    e11, e12, e21, e22 = wave_decay(s, waves)
    h11, h12 = r11 * e11 + r12 * e21, r11 * e12 + r12 * e22
    h21, h22 = r21 * e11 + r22 * e21, r21 * e12 + r22 * e22
    return (r11, r12, r21, r22), (
        e11 * h11 + e12 * h21,
        e11 * h12 + e12 * h22,
        e21 * h11 + e22 * h21,
        e21 * h12 + e22 * h22,
    )


@inline
def general_on_top(s, law, waves, basis):
    """Carry two states from the bottom of a layer to its top."""
    if s * fastest_rate(waves) < 1.0:
        return series_up(s, law, basis[0]), series_up(s, law, basis[1])
    _, (t11, t12, t21, t22) = general_reflection(s, waves, basis)
    return (
        general_join(waves, (1.0 + 0j, 0j, t11, t21)),
        general_join(waves, (0j, 1.0 + 0j, t12, t22)),
    )


@inline
def general_fall(s, waves, a1, a2):
    """Return the amplitudes a1 and a2 of the top of a layer at a scaled distance below."""
    e11, e12, e21, e22 = wave_decay(s, waves)
    return e11 * a1 + e12 * a2, e21 * a1 + e22 * a2


@inline
def general_state(zeta, s, waves, amplitudes):
    """Return the state at scaled depth zeta in a thick layer; see `isotropic.thick_state`."""
    a1, a2, b1, b2 = amplitudes
    f1, f2 = general_fall(zeta, waves, a1, a2)
    h1, h2 = 0j, 0j
    if not np.isinf(s):
        h1, h2 = general_fall(s - zeta, waves, b1, b2)
    return general_join(waves, (f1, f2, h1, h2))
