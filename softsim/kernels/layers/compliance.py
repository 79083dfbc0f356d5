"""Surface compliance of a layered solid, climbed from the base one wavenumber at a time.

Stacks of isotropic layers at rest take a walk of their own through the closed forms of `isotropic`,
several times faster than the other, which takes `isotropic` or `general` layer by layer; decision
005 says why these are two.
"""

from __future__ import annotations

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.layers.general import (
    general_join,
    general_on_top,
    slowest_rate,
    wave_matrices,
)
from softsim.kernels.layers.isotropic import plain_layer_up, plain_on_top

OK = 0
NOT_FINITE = 1
# Scaled depth k z below which nothing reaches the surface: e^{-2 z k} = 2e-35.
INVISIBLE_DEPTH = 40.0


@inline
def basis_below(below, unit, slip, membrane):
    """Return two independent states just above an interface, scaled to the layer above it.

    Parameters
    ----------
    below : tuple of 3 complex
        cxx, czx, czz of everything below [m/Pa].
    unit : complex
        2 G k of the layer above [Pa/m].
    slip : complex
        Shear compliance of the interface [m/Pa]; 0 bonded, real part inf free slip.
    membrane : float
        In-plane stiffness of a sheet on the interface times k^2 [Pa/m].

    Returns
    -------
    pair of states
        (X, W, q, p) each.
    """
    cxx, czx, czz = below
    if np.isinf(slip.real):
        x1, w1, q1, p1 = 1.0 + 0j, 0j, 0j, 0j
        x2, w2, q2, p2 = 0j, czz * unit, 0j, 1.0 + 0j
    else:
        x1, w1, q1, p1 = (cxx + slip) * unit, czx * unit, 1.0 + 0j, 0j
        x2, w2, q2, p2 = czx * unit, czz * unit, 0j, 1.0 + 0j
    stiffness = membrane / unit
    return (x1, w1, q1 + stiffness * x1, p1), (x2, w2, q2 + stiffness * x2, p2)


@inline
def compliance_of(unit, states):
    """Return cxx, czx, czz [m/Pa] from two states at the same depth."""
    (x1, w1, q1, p1), (x2, w2, q2, p2) = states
    scale = 1.0 / (unit * (q1 * p2 - q2 * p1))
    return (
        (x1 * p2 - x2 * p1) * scale,
        0.5 * ((w1 * p2 - w2 * p1) + (x2 * q1 - x1 * q2)) * scale,
        (w2 * q1 - w1 * q2) * scale,
    )


@inline
def plain_base(k, layers, i_k):
    """Return the compliance below the lowest layer that must be climbed, and its index.

    A layer whose bottom lies below k z = 40 is a half-space to one part in e^80.

    Returns
    -------
    below : tuple of 3 complex
        cxx, czx, czz [m/Pa].
    first : int
        First layer to climb.
    """
    thickness = layers.thickness
    last, bottom = 0, k * thickness[0]
    while last < thickness.size - 1 and bottom < INVISIBLE_DEPTH:
        last += 1
        bottom += k * thickness[last]
    if bottom < INVISIBLE_DEPTH:
        return (0j, 0j, 0j), last
    ratio = layers.law[i_k, last, 0]
    unit = 2.0 * layers.shear[i_k, last] * k * (1.0 - ratio)
    return (1.0 / unit, ratio / unit, 1.0 / unit), last - 1


@inline
def general_base(k, layers, i_k):
    """Return the same for any layers: slow waves of general ones reach deeper, counted so."""
    n = layers.thickness.size
    last, reach = -1, 0.0
    while last < n - 1 and reach < INVISIBLE_DEPTH:
        last += 1
        rate = 1.0
        if not layers.plain[last]:
            rate = slowest_rate(wave_matrices(layers.law[i_k, last]))
        reach += k * layers.thickness[last] * rate
    if reach < INVISIBLE_DEPTH:
        return (0j, 0j, 0j), last
    law, unit = layers.law[i_k, last], 2.0 * layers.shear[i_k, last] * k
    if layers.plain[last]:
        unit = unit * (1.0 - law[0])
        return (1.0 / unit, law[0] / unit, 1.0 / unit), last - 1
    waves = wave_matrices(law)
    one = general_join(waves, (1.0 + 0j, 0j, 0j, 0j))
    two = general_join(waves, (0j, 1.0 + 0j, 0j, 0j))
    return compliance_of(unit, (one, two)), last - 1


@inline
def plain_step(k, layers, i_k, i, below):
    """Return cxx, czx, czz on top of a layer of a plain stack from those below it [m/Pa]."""
    unit = 2.0 * k * layers.shear[i_k, i]
    basis = basis_below(below, unit, layers.slip[i_k, i], layers.membrane[i] * k * k)
    return plain_layer_up(k * layers.thickness[i], layers.law[i_k, i, 0], unit, basis)


@inline
def states_on_top(s, plain, law, waves, basis):
    """Carry two states from the bottom of any layer to its top."""
    if plain:
        return plain_on_top(s, law[0], basis)
    return general_on_top(s, law, waves, basis)


@inline
def general_step(k, layers, i_k, i, below):
    """Return cxx, czx, czz on top of any layer from those below it [m/Pa]."""
    law, unit = layers.law[i_k, i], 2.0 * k * layers.shear[i_k, i]
    basis = basis_below(below, unit, layers.slip[i_k, i], layers.membrane[i] * k * k)
    waves, s = wave_matrices(law), k * layers.thickness[i]
    return compliance_of(unit, states_on_top(s, layers.plain[i], law, waves, basis))


@inline
def uniform_compliance(layers, i_k):
    """Return czz, czx (always 0), cxx [m/Pa] at k = 0; inf over a half-space.

    A uniform pressure or a uniform shear on every column.
    """
    czz, cxx = 0j, 0j
    for i in range(layers.thickness.size):
        if np.isinf(layers.thickness[i]):
            return complex(np.inf), 0j, complex(np.inf)
        czz += layers.thickness[i] * layers.law[i_k, i, 0] / layers.shear[i_k, i]
        cxx += layers.thickness[i] / layers.shear[i_k, i] + layers.slip[i_k, i]
    return czz, 0j, cxx


@inline
def plain_surface(k, layers, i_k):
    """Return cxx, czx, czz of the surface of a plain stack [m/Pa]."""
    found, first = plain_base(k, layers, i_k)
    for i in range(first, -1, -1):
        found = plain_step(k, layers, i_k, i, found)
    return found


@inline
def general_surface(k, layers, i_k):
    """Return cxx, czx, czz of the surface of any stack [m/Pa]."""
    found, first = general_base(k, layers, i_k)
    for i in range(first, -1, -1):
        found = general_step(k, layers, i_k, i, found)
    return found


@inline
def all_compliances(wavenumber, layers, plain, out):
    """Fill `surface_compliance` in by the walk for a plain stack or by that for any."""
    status = OK
    for i_k in range(wavenumber.size):
        k = wavenumber[i_k]
        if k == 0.0:
            out[i_k, 0], out[i_k, 1], out[i_k, 2] = uniform_compliance(layers, i_k)
            continue
        if plain:
            cxx, czx, czz = plain_surface(k, layers, i_k)
        else:
            cxx, czx, czz = general_surface(k, layers, i_k)
        out[i_k, 0], out[i_k, 1], out[i_k, 2] = czz, czx, cxx
        if not np.isfinite(abs(czz) + abs(czx) + abs(cxx)):
            status = NOT_FINITE
    return status


@kernel
def surface_compliance(wavenumber, layers, out):
    """Complex surface compliance of a layered solid for many wavenumbers.

    Stable from kh = 1e-6 to 1e3 and beyond, for m = 0 (incompressible) included.  Inertia is
    absent: not for speeds near the shear-wave speed.

    Parameters
    ----------
    wavenumber : ndarray of float64, shape (n_k,)
        Wavenumber k >= 0 [1/m].
    layers : softsim.kernels.layers.moduli.Layers
    out : ndarray of complex128, shape (n_k, 3)
        Overwritten with Czz, Czx, Cxx [m/Pa]: u_z = Czz p - i Czx q, u_x = i Czx p + Cxx q.

    Returns
    -------
    int
        `OK`, or `NOT_FINITE` when an entry for k > 0 is not finite.

    Notes
    -----
    Complexity O(n_k n_layers).  Twins: tests/oracles/test_layered.py and test_linear_prestress.py.

    References
    ----------
    .. [1] E. Kausel, J. M. Roesset, BSSA 71 (1981) 1743-1761.
    """
    # a literal: each of the two loops is compiled with its own walk alone
    if layers.plain.all():
        return all_compliances(wavenumber, layers, True, out)
    return all_compliances(wavenumber, layers, False, out)
