"""Surface compliance and inner fields of a layered plane-strain solid, one wavenumber at a time.

Every layer obeys y' = A y in the scaled depth k z with the state y = (X, W, q, p): displacement
u_x = i X e^{ikx}, u_z = W e^{ikx}; traction on the material below, shear i 2Gk q e^{ikx} and
pressure 2Gk p e^{ikx}.  A has the double eigenvalues +1 and -1 and depends only on the ratio
m = G / (K + 4G/3) of shear to uniaxial modulus, which is 0 for an incompressible layer; nothing
is divided by m.  With c = 1 - m and the nilpotent N = (A^2 - 1) / (2c),

    exp(-sA) = ch s - A sh s + c s sh s N - c (s ch s - sh s) A N.

Thin layers (s = kh < 1) use this matrix, whose entries keep their relative precision as s -> 0;
thick layers use the decaying waves e^{-kz} (v1 a1 + (v2 + c k z v1) a2), so that no growing
exponential is ever formed.
"""

from __future__ import annotations

import numpy as np

from softsim._jit import inline, kernel

OK = 0
NOT_FINITE = 1
# Scaled depth k z below which nothing reaches the surface: e^{-2 z k} = 2e-35.
INVISIBLE_DEPTH = 40.0


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
def column_up(s, ratio, x, w, q, p):
    """Carry one state up through a thin layer: exp(-sA) y.

    Parameters
    ----------
    s : float
        Scaled distance k (z_below - z_above) [-], 0 <= s <= 1.
    ratio : complex
        Shear over uniaxial modulus m [-].
    x, w, q, p : complex
        State below [m, m, m, m] (tractions divided by 2Gk).

    Returns
    -------
    tuple of complex
        State above.
    """
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
def wave_split(ratio, x, w, q, p):
    """Split a state into amplitudes of downward (a) and upward (b) decaying waves.

    Parameters
    ----------
    ratio : complex
        Shear over uniaxial modulus m [-].
    x, w, q, p : complex
        State [m] (tractions divided by 2Gk).

    Returns
    -------
    tuple of complex
        a1, a2, b1, b2 [m].
    """
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
def wave_join(ratio, a1, a2, b1, b2):
    """Return the state (X, W, q, p) of given wave amplitudes; inverse of `wave_split`.

    Parameters
    ----------
    ratio : complex
        Shear over uniaxial modulus m [-].
    a1, a2, b1, b2 : complex
        Amplitudes of the downward and upward decaying waves [m].

    Returns
    -------
    tuple of complex
        x, w, q, p [m].
    """
    d1, d2 = a1 - b1, a2 - b2
    return (
        a1 + b1,
        -d1 - (1.0 + ratio) * d2,
        d1 + ratio * d2,
        -(a1 + b1) - (a2 + b2),
    )


@inline
def basis_below(cxx, czx, czz, unit, slip, membrane):
    """Return two independent states just above an interface, scaled to the layer above it.

    Parameters
    ----------
    cxx, czx, czz : complex
        Compliance of everything below [m/Pa].
    unit : complex
        2 G k of the layer above [Pa/m].
    slip : complex
        Shear compliance of the interface [m/Pa]; 0 bonded, real part inf free slip.
    membrane : float
        In-plane stiffness of a sheet on the interface times k^2 [Pa/m].

    Returns
    -------
    tuple of complex
        x1, w1, q1, p1, x2, w2, q2, p2.
    """
    if np.isinf(slip.real):
        x1, w1, q1, p1 = 1.0 + 0j, 0j, 0j, 0j
        x2, w2, q2, p2 = 0j, czz * unit, 0j, 1.0 + 0j
    else:
        x1, w1, q1, p1 = (cxx + slip) * unit, czx * unit, 1.0 + 0j, 0j
        x2, w2, q2, p2 = czx * unit, czz * unit, 0j, 1.0 + 0j
    stiffness = membrane / unit
    return x1, w1, q1 + stiffness * x1, p1, x2, w2, q2 + stiffness * x2, p2


@inline
def reflection(s, ratio, x1, w1, q1, p1, x2, w2, q2, p2):
    """Return the reflection matrix of a layer's bottom, R = b a^-1, and its value at the top.

    Parameters
    ----------
    s : float
        Scaled thickness kh [-].
    ratio : complex
        Shear over uniaxial modulus m [-].
    x1, w1, q1, p1, x2, w2, q2, p2 : complex
        Two states at the bottom (see `basis_below`).

    Returns
    -------
    tuple of complex
        R at the bottom (four entries, row by row), then e^{-2s} N R N at the top.
    """
    a11, a21, b11, b21 = wave_split(ratio, x1, w1, q1, p1)
    a12, a22, b12, b22 = wave_split(ratio, x2, w2, q2, p2)
    det = a11 * a22 - a12 * a21
    r11, r12 = (b11 * a22 - b12 * a21) / det, (b12 * a11 - b11 * a12) / det
    r21, r22 = (b21 * a22 - b22 * a21) / det, (b22 * a11 - b21 * a12) / det
    shift, decay = (1.0 - ratio) * s, np.exp(-2.0 * s)
    t11, t12 = r11 + shift * r21, r12 + shift * r22
    return (
        r11,
        r12,
        r21,
        r22,
        decay * t11,
        decay * (t11 * shift + t12),
        decay * r21,
        decay * (r21 * shift + r22),
    )


@inline
def layer_up(s, ratio, unit, basis):
    """Return the compliance at the top of a layer from two states at its bottom.

    Parameters
    ----------
    s : float
        Scaled thickness kh [-].
    ratio : complex
        Shear over uniaxial modulus m [-].
    unit : complex
        2 G k [Pa/m].
    basis : tuple of 8 complex
        From `basis_below`.

    Returns
    -------
    tuple of complex
        cxx, czx, czz [m/Pa].
    """
    x1, w1, q1, p1, x2, w2, q2, p2 = basis
    if s < 1.0:
        x1, w1, q1, p1 = column_up(s, ratio, x1, w1, q1, p1)
        x2, w2, q2, p2 = column_up(s, ratio, x2, w2, q2, p2)
    else:
        _, _, _, _, r11, r12, r21, r22 = reflection(s, ratio, x1, w1, q1, p1, x2, w2, q2, p2)
        x1, w1, q1, p1 = wave_join(ratio, 1.0 + 0j, 0j, r11, r21)
        x2, w2, q2, p2 = wave_join(ratio, 0j, 1.0 + 0j, r12, r22)
    scale = 1.0 / (unit * (q1 * p2 - q2 * p1))
    return (
        (x1 * p2 - x2 * p1) * scale,
        0.5 * ((w1 * p2 - w2 * p1) + (x2 * q1 - x1 * q2)) * scale,
        (w2 * q1 - w1 * q2) * scale,
    )


@inline
def base_compliance(k, thickness, shear, ratio):
    """Return the compliance below the lowest layer that must be climbed, and its index.

    A layer whose bottom lies below k z = 40 is a half-space to one part in e^80.

    Parameters
    ----------
    k : float
        Wavenumber [1/m], > 0.
    thickness : ndarray of float64, shape (n_layers,)
        Thickness [m]; last entry inf for a half-space, finite for a rigid base.
    shear, ratio : ndarray of complex128, shape (n_layers,)
        Complex shear modulus [Pa] and shear over uniaxial modulus [-].

    Returns
    -------
    tuple
        cxx, czx, czz [m/Pa] and the index of the first layer to climb.
    """
    last, bottom = 0, k * thickness[0]
    while last < thickness.size - 1 and bottom < INVISIBLE_DEPTH:
        last += 1
        bottom += k * thickness[last]
    if bottom >= INVISIBLE_DEPTH:
        unit = 2.0 * shear[last] * k * (1.0 - ratio[last])
        return 1.0 / unit, ratio[last] / unit, 1.0 / unit, last - 1
    return 0j, 0j, 0j, last


@kernel
def uniform_compliance(thickness, shear, ratio, slip):
    """Return the compliance at k = 0: a uniform pressure or a uniform shear on every column.

    Parameters
    ----------
    thickness : ndarray of float64, shape (n_layers,)
        Thickness [m]; last entry inf for a half-space.
    shear, ratio : ndarray of complex128, shape (n_layers,)
        Complex shear modulus [Pa] and shear over uniaxial modulus [-] at zero frequency.
    slip : ndarray of complex128, shape (n_layers,)
        Shear compliance of the interface under each layer [m/Pa].

    Returns
    -------
    tuple of complex
        czz, czx (always 0), cxx [m/Pa]; inf over a half-space.
    """
    czz, cxx = 0j, 0j
    for i in range(thickness.size):
        if np.isinf(thickness[i]):
            return complex(np.inf), 0j, complex(np.inf)
        czz += thickness[i] * ratio[i] / shear[i]
        cxx += thickness[i] / shear[i] + slip[i]
    return czz, 0j, cxx


@kernel
def surface_compliance(wavenumber, thickness, shear, ratio, slip, membrane, out):
    """Complex surface compliance of a layered solid for many wavenumbers.

    Stable from kh = 1e-6 to 1e3 and beyond, for m = 0 (incompressible) included.  Inertia is
    absent: not for speeds near the shear-wave speed.

    Parameters
    ----------
    wavenumber : ndarray of float64, shape (n_k,)
        Wavenumber k >= 0 [1/m].
    thickness : ndarray of float64, shape (n_layers,)
        Top to bottom [m]; last entry inf: half-space, finite: rigid base under it.
    shear : ndarray of complex128, shape (n_k, n_layers)
        Complex shear modulus at the frequency of each wavenumber [Pa].
    ratio : ndarray of complex128, shape (n_k, n_layers)
        Shear over uniaxial modulus G/(K + 4G/3) [-]; 0 incompressible.
    slip : ndarray of complex128, shape (n_k, n_layers)
        Shear compliance of the interface under each layer [m/Pa]: 0 bonded, inf free slip;
        the last entry acts between the last layer and a rigid base.
    membrane : ndarray of float64, shape (n_layers,)
        In-plane stiffness E' t of a sheet glued under each layer, above its spring [N/m].
    out : ndarray of complex128, shape (n_k, 3)
        Overwritten with Czz, Czx, Cxx [m/Pa]: u_z = Czz p - i Czx q, u_x = i Czx p + Cxx q.

    Returns
    -------
    int
        `OK`, or `NOT_FINITE` when an entry for k > 0 is not finite.

    Notes
    -----
    Complexity O(n_k n_layers); allocates nothing.  Twin: tests/oracles/test_layered.py.

    References
    ----------
    .. [1] E. Kausel, J. M. Roesset, BSSA 71 (1981) 1743-1761.
    """
    status = OK
    for i_k in range(wavenumber.size):
        k = wavenumber[i_k]
        if k == 0.0:
            out[i_k, 0], out[i_k, 1], out[i_k, 2] = uniform_compliance(
                thickness, shear[i_k], ratio[i_k], slip[i_k]
            )
            continue
        cxx, czx, czz, first = base_compliance(k, thickness, shear[i_k], ratio[i_k])
        for i in range(first, -1, -1):
            unit = 2.0 * k * shear[i_k, i]
            basis = basis_below(cxx, czx, czz, unit, slip[i_k, i], membrane[i] * k * k)
            cxx, czx, czz = layer_up(k * thickness[i], ratio[i_k, i], unit, basis)
        out[i_k, 0], out[i_k, 1], out[i_k, 2] = czz, czx, cxx
        if not np.isfinite(abs(czz) + abs(czx) + abs(cxx)):
            status = NOT_FINITE
    return status
