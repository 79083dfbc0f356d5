"""Neo-Hookean laws: coupled W = μ/2 (I₁ - 3) - μ ln J + λ/2 (ln J)², split W = μ/2 (Ī₁ - 3)."""

import math

from softsim._jit import inline
from softsim.kernels.tensors.symmetric import IDENTITY, square_entry


@inline
def neo_hookean_shape(parameters, c, b, determinant, stress, tangent, components):
    """Energy, stress and upper triangle of the tangent without the energy of pure dilatation.

    Parameters
    ----------
    parameters : ndarray of float64, shape (2,)
        μ, λ [Pa].
    c, b : ndarray of float64, shape (6,)
        C and its inverse [-].
    determinant : float
        J² [-].
    stress, tangent : ndarray of float64, shapes (n,) and (n, n), n = 4 or 6
        Overwritten with S and ∂S/∂E [Pa]; a tangent of shape (0, 0) is left out.
    components : tuple
        As long as there are components.

    Returns
    -------
    float
        W - U = μ/2 (I₁ - 3 J^(2/3)) [Pa].

    Notes
    -----
    S = μ (1 - J^(2/3) C⁻¹), which is free of pressure to first order only.
    """
    mu, grown = parameters[0], determinant ** (1.0 / 3.0)
    for i in range(len(components)):
        stress[i] = mu * (IDENTITY[i] - grown * b[i])
    if tangent.size:
        for i in range(len(components)):
            for j in range(i, len(components)):
                square = square_entry(b, i, j)
                tangent[i, j] = 2.0 * mu * grown * (square - b[i] * b[j] / 3.0)
    return 0.5 * mu * (c[0] + c[1] + c[2] - 3.0 * grown)


@inline
def neo_hookean_volume(parameters, ratio):
    """Energy of pure dilatation U = W(J^(2/3) 1), U', U'' of a volume ratio J > 0 [Pa].

    U = 3 μ/2 (J^(2/3) - 1) - μ ln J + λ/2 (ln J)².
    """
    log_ratio = math.log(ratio)
    mu, lame, grown = parameters[0], parameters[1], ratio ** (2.0 / 3.0)
    energy = 1.5 * mu * (grown - 1.0) - mu * log_ratio + 0.5 * lame * log_ratio * log_ratio
    slope = mu * (grown - 1.0) + lame * log_ratio
    bend = lame + mu - mu * grown / 3.0 - lame * log_ratio
    return energy, slope / ratio, bend / (ratio * ratio)


@inline
def split_neo_hookean_energy(parameters, rise1):
    """Energy and slopes of the split neo-Hookean law.

    Parameters
    ----------
    parameters : ndarray of float64, shape (2,)
        K, μ [Pa].
    rise1 : float
        Ī₁ - 3 [-].

    Returns
    -------
    energy : float
        W [Pa].
    slopes : tuple of 5 floats
        W₁, W₂, W₁₁, W₁₂, W₂₂ [Pa].
    """
    half = 0.5 * parameters[1]
    return half * rise1, (half, 0.0, 0.0, 0.0, 0.0)
