"""Complex moduli of layers with Prony branches at many frequencies."""

from __future__ import annotations

from softsim._jit import kernel


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

    Returns
    -------
    int
        0.
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
    return 0


@kernel
def general_laws(factor, elastic, relaxing, tension, plain, start, steady, shear, law):
    """Return the shear moduli and the laws (m, r, c, t) of `softsim.kernels.layers.general`.

    Parameters
    ----------
    factor : ndarray of complex128, shape (n_omega, n_layers)
        From `relaxation_factors`.
    elastic, relaxing : ndarray of float64, shape (n_layers, 6)
        L11, L12, L22, G, L13, L23 of the part that stays and of the part that relaxes [Pa].
    tension : ndarray of float64, shape (n_layers,)
        Along [Pa].
    plain : ndarray of bool, shape (n_layers,)
        True for isotropic layers at rest.
    start : ndarray of float64, shape (n_layers,)
        Instantaneous G/(K + 4G/3) of plain layers [-].
    steady : ndarray of bool, shape (n_layers,)
        True where that ratio does not relax.
    shear : ndarray of complex128, shape (n_omega, n_layers)
        In: those of plain layers, overwritten for the others [Pa].
    law : ndarray of complex128, shape (n_omega, n_layers, 4)
        Overwritten [-].

    Returns
    -------
    int
        0.
    """
    for i in range(factor.shape[0]):
        for j in range(factor.shape[1]):
            f = factor[i, j]
            if plain[j]:
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
            law[i, j, 3] = tension[j] / (2.0 * g)
    return 0
