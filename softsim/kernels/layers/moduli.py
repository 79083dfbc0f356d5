"""Complex moduli of layers with Prony branches at many frequencies, and what the kernels take."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from softsim._jit import kernel


class IncrementalModuli(NamedTuple):
    """Moduli of small increments about a prestretched state, per layer.

    Parameters
    ----------
    elastic, relaxing : ndarray of float64, shape (n_layers, 6)
        L11, L12, L22, G, L13, L23 [Pa] (1 along, 2 depth, 3 across) of the part that stays and of
        the part that the Prony factor multiplies, instantaneous; L11 includes the tension.
    tension : ndarray of float64, shape (n_layers, 2)
        Cauchy stress along and across of the undisturbed layer [Pa]; that in depth is zero.
    plain : ndarray of bool, shape (n_layers,)
        True for isotropic layers at rest, which use the stack's shear modulus and Poisson ratio.
    """

    elastic: NDArray[np.float64]
    relaxing: NDArray[np.float64]
    tension: NDArray[np.float64]
    plain: NDArray[np.bool_]


class Layers(NamedTuple):
    """Layers from the skin down, at the frequency of every wavenumber.

    Parameters
    ----------
    thickness : ndarray of float64, shape (n_layers,)
        [m]; last entry inf: half-space, finite: rigid base under it.
    shear : ndarray of complex128, shape (n_k, n_layers)
        Shear modulus between skin and depth [Pa].
    law : ndarray of complex128, shape (n_k, n_layers, 1 or 4)
        m, r, c, t [-] of `softsim.kernels.layers.general`; of plain layers only m = G/(K + 4G/3)
        is read, 0 for an incompressible one.
    plain : ndarray of bool, shape (n_layers,)
        True for isotropic layers at rest.
    slip : ndarray of complex128, shape (n_k, n_layers)
        Shear compliance of the interface under each layer [m/Pa]: 0 bonded, real part inf free
        slip; the last entry acts between the last layer and a rigid base.
    membrane : ndarray of float64, shape (n_layers,)
        In-plane stiffness E' t of a sheet glued under each layer, above its spring [N/m].
    """

    thickness: NDArray[np.float64]
    shear: NDArray[np.complex128]
    law: NDArray[np.complex128]
    plain: NDArray[np.bool_]
    slip: NDArray[np.complex128]
    membrane: NDArray[np.float64]


@kernel
def relaxation_factors(omega, weight, time, largest, out):
    """Return 1 - sum g_i / (1 + i omega tau_i) of every layer.

    Parameters
    ----------
    omega : ndarray of float64, shape (n_omega,)
        Angular frequency [rad/s]; +-inf is instantaneous.
    weight, time : ndarray of float64, shape (n_layers, n_branches)
        g_i [-] and tau_i [s].
    largest : float
        Bound of |omega tau|, whose square is finite.
    out : ndarray of complex128, shape (n_omega, n_layers)
        Overwritten [-].
    """
    for i in range(omega.size):
        for j in range(weight.shape[0]):
            real, imaginary = 1.0, 0.0
            for b in range(weight.shape[1]):
                if weight[j, b] > 0.0:
                    phase = min(max(omega[i] * time[j, b], -largest), largest)
                    share = weight[j, b] / (1.0 + phase * phase)
                    real -= share
                    imaginary += share * phase
            out[i, j] = complex(real, imaginary)


@kernel
def general_laws(factor, moduli, start, steady, shear, law):
    """Return the shear moduli and the laws (m, r, c, t) of `softsim.kernels.layers.general`.

    Parameters
    ----------
    factor : ndarray of complex128, shape (n_omega, n_layers)
        From `relaxation_factors`.
    moduli : IncrementalModuli
    start : ndarray of float64, shape (n_layers,)
        Instantaneous G/(K + 4G/3) of plain layers [-].
    steady : ndarray of bool, shape (n_layers,)
        True where that ratio does not relax.
    shear : ndarray of complex128, shape (n_omega, n_layers)
        In: those of plain layers, overwritten for the others [Pa].
    law : ndarray of complex128, shape (n_omega, n_layers, 4)
        Overwritten [-].
    """
    elastic, relaxing = moduli.elastic, moduli.relaxing
    for i in range(factor.shape[0]):
        for j in range(factor.shape[1]):
            f = factor[i, j]
            if moduli.plain[j]:
                ratio = complex(start[j], 0.0)
                if not steady[j]:
                    # 1/m - 4/3 = K/G0 stays finite in this form, m = 0 when incompressible
                    ratio = start[j] * f / (1.0 + (4.0 / 3.0) * start[j] * (f - 1.0))
                law[i, j, 0] = ratio
                law[i, j, 1] = 1.0 - 2.0 * ratio
                law[i, j, 2] = 1.0 - ratio
                law[i, j, 3] = 0.0
                continue
            l11 = elastic[j, 0] + f * relaxing[j, 0]
            l12 = elastic[j, 1] + f * relaxing[j, 1]
            l22 = elastic[j, 2] + f * relaxing[j, 2]
            g = elastic[j, 3] + f * relaxing[j, 3]
            shear[i, j] = g
            law[i, j, 0] = g / l22
            law[i, j, 1] = l12 / l22
            law[i, j, 2] = (l11 - l12 * (l12 / l22)) / (4.0 * g)
            law[i, j, 3] = moduli.tension[j, 0] / (2.0 * g)
