"""Compressible (coupled) neo-Hookean law, W = μ/2 (I₁ - 3) - μ ln J + λ/2 (ln J)²."""

import math

from softsim._jit import inline
from softsim.kernels.strip.point.algebra import IDENTITY, mirror_fill, square_fill


@inline
def neo_hookean_response(
    parameters, c, determinant, b, stress_iso, tangent_iso, stress_vol, tangent_vol
):
    """Stress and tangent of the coupled law, split into its deviatoric and spherical parts.

    Parameters
    ----------
    parameters : ndarray of float64, shape (2,)
        μ, λ [Pa].
    c, b : ndarray of float64, shape (4,), and tuple of 4 floats
        C and its inverse [-].
    determinant : float
        J² [-].
    stress_iso, stress_vol : ndarray of float64, shape (4,)
        Overwritten with S - (S:C/3) C⁻¹ and (S:C/3) C⁻¹ [Pa].
    tangent_iso, tangent_vol : ndarray of float64, shape (4, 4)
        Overwritten with their derivatives by E [Pa]; each alone is not symmetric, their sum is.

    Returns
    -------
    energy_iso, energy_vol : float
        W(C) - W(J^(2/3) 1) and W(J^(2/3) 1) [Pa]; the second is the energy of pure dilatation.

    Notes
    -----
    S = μ (1 - C⁻¹) + λ ln J C⁻¹ and P = S:C/3 = μ (I₁ - 3)/3 + λ ln J, so
    ∂(P C⁻¹)/∂E = 2 C⁻¹⊗(μ/3 1 + λ/2 C⁻¹) - 2 P C⁻¹⊙C⁻¹.
    """
    mu = parameters[0]
    lame = parameters[1]
    log_j = 0.5 * math.log(determinant)
    first = c[0] + c[1] + c[2]
    mean = mu * (first - 3.0) / 3.0 + lame * log_j
    square_fill(b, -2.0 * mean, tangent_vol)
    square_fill(b, 2.0 * mu * first / 3.0, tangent_iso)
    mirror_fill(tangent_vol)
    mirror_fill(tangent_iso)
    third = 2.0 / 3.0 * mu
    for i in range(4):
        stress_vol[i] = mean * b[i]
        stress_iso[i] = mu * (IDENTITY[i] - first / 3.0 * b[i])
        for j in range(4):
            tangent_vol[i, j] += b[i] * (third * IDENTITY[j] + lame * b[j])
            tangent_iso[i, j] -= third * b[i] * IDENTITY[j]
    dilatation = 3.0 * math.exp(2.0 / 3.0 * log_j)
    energy_vol = 0.5 * mu * (dilatation - 3.0) - mu * log_j + 0.5 * lame * log_j * log_j
    return 0.5 * mu * (first - dilatation), energy_vol
