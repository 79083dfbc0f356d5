"""Displacement and shear inside a layered solid that is dragged across the wave, one k at a time.

The part of a three-dimensional wave that lies in the layers and across its direction of travel:
u_t(z) e^{ik xi} obeys G u_t'' = k^2 H u_t with G the shear modulus between skin and depth and H
that in the plane of the skin, tension included.  With g = k sqrt(H/G), E = exp(-2 g (h - z)) and
X = G g times the compliance under a layer of thickness h,

    u_t(z) = q/(G g) e^{-gz} [X (1 + E) + (1 - E)] / [X (1 - E_h) + (1 + E_h)],

where nothing grows and nothing cancels.
"""

from __future__ import annotations

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.layers.compliance import INVISIBLE_DEPTH


@inline
def fall_and_rise(g):
    """Return 1 - exp(-2g) and 1 + exp(-2g) without cancellation.

    Parameters
    ----------
    g : complex
        Decay over a distance, real part >= 0 [-].

    Returns
    -------
    tuple of complex
    """
    if g.real > 20.0:
        return 1.0 + 0j, 1.0 + 0j
    fall = 2.0 * np.exp(-g)
    return fall * np.sinh(g), fall * np.cosh(g)


@inline
def state_within(above, left, whole, contrast):
    """Return the displacement and the drag at one depth of a layer over the drag on its top.

    Parameters
    ----------
    above, left, whole : complex
        Decay from the top to the depth, from there to the bottom and over the layer [-].
    contrast : complex
        X, compliance under the layer times G g [-]; real part inf: free slip.

    Returns
    -------
    tuple of complex
        G g u_t/q [-] and the drag [-].
    """
    minus, plus = fall_and_rise(left)
    minus_all, plus_all = fall_and_rise(whole)
    decay = np.exp(-above)
    if np.isinf(contrast.real):
        return decay * plus / minus_all, decay * minus / minus_all
    scale = decay / (contrast * minus_all + plus_all)
    return scale * (contrast * plus + minus), scale * (contrast * minus + plus)


@kernel
def antiplane_fields(wavenumber, layers, plane, traction, places, out):
    """Antiplane fields at given depths for a drag on the surface given per wavenumber.

    Parameters
    ----------
    wavenumber : ndarray of float64, shape (n_k,)
        Wavenumber > 0 [1/m].
    layers : softsim.kernels.layers.moduli.Layers
        Thickness, shear modulus G and slip are read.
    plane : ndarray of complex128, shape (n_k, n_layers)
        Shear modulus in the plane of the skin, H [Pa].
    traction : ndarray of complex128, shape (n_k,)
        Drag on the surface across the wave [Pa].
    places : softsim.kernels.layers.fields.Places
    out : ndarray of complex128, shape (2, n_depth, n_k)
        Zero on entry; written where waves reach: u_t [m] and sigma_tz [Pa].

    Notes
    -----
    O(n_k (n_layers + n_depth)).  Twin: tests/oracles/test_layered_antiplane.py.
    """
    thickness, depth = layers.thickness, places.depth
    n = thickness.size
    contrast = np.empty(n, dtype=np.complex128)
    for i_k in range(wavenumber.size):
        k, shear = wavenumber[i_k], layers.shear[i_k]
        last, reach = n - 1, 0.0
        for i in range(n):
            rate = k * np.sqrt(plane[i_k, i] / shear[i])
            reach += rate.real * thickness[i]
            if reach > INVISIBLE_DEPTH:
                last = i
                break
        below = 0j
        for i in range(last, -1, -1):
            rate = k * np.sqrt(plane[i_k, i] / shear[i])
            stiffness = shear[i] * rate
            if i == last and reach > INVISIBLE_DEPTH:
                below = 1.0 / stiffness
                continue
            contrast[i] = complex(np.inf)
            if not np.isinf(layers.slip[i_k, i].real):
                contrast[i] = (below + layers.slip[i_k, i]) * stiffness
            whole = rate * thickness[i]
            moved, _ = state_within(0j, whole, whole, contrast[i])
            below = moved / stiffness
        drag, top, passed, i_depth = traction[i_k], 0.0, 0.0, 0
        for i in range(last + 1):
            rate = k * np.sqrt(plane[i_k, i] / shear[i])
            stiffness = shear[i] * rate
            endless = i == last and reach > INVISIBLE_DEPTH
            whole = 0j if endless else rate * thickness[i]
            while i_depth < depth.size and places.layer[i_depth] == i:
                above = rate * (depth[i_depth] - top)
                if above.real + passed > INVISIBLE_DEPTH:
                    i_depth = depth.size
                    break
                if endless:
                    moved = kept = np.exp(-above)
                else:
                    moved, kept = state_within(above, whole - above, whole, contrast[i])
                out[0, i_depth, i_k] = drag * moved / stiffness
                out[1, i_depth, i_k] = -drag * kept
                i_depth += 1
            if i_depth == depth.size or i == last:
                break
            _, kept = state_within(whole, 0j, whole, contrast[i])
            drag *= kept
            top += thickness[i]
            passed += whole.real
