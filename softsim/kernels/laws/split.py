"""Any law as the sum of an energy of the shape and an energy of the volume alone.

W(C) = W_iso(C) + U(J), so that the volume of a whole span can stand for that of its points.
"""

import math

from softsim._jit import kernel
from softsim.kernels.laws import codes
from softsim.kernels.laws.extended_mooney import extended_mooney_energy
from softsim.kernels.laws.fibres import fibre_response
from softsim.kernels.laws.mooney_rivlin import mooney_rivlin_energy
from softsim.kernels.laws.ogden import ogden_response
from softsim.kernels.laws.response import NO_SLOPES
from softsim.kernels.laws.split_neo_hookean import split_neo_hookean_energy
from softsim.kernels.laws.veronda_westmann import veronda_westmann_energy
from softsim.kernels.laws.yeoh import yeoh_energy
from softsim.kernels.tensors.algebra import IDENTITY, mirror_fill, square_fill, tensor_inverse
from softsim.kernels.tensors.invariants import invariant_measures, invariant_response


@kernel
def shape_response(law, parameters, families, c, stress, tangent):
    """Energy, stress and tangent of W_iso, the part of a law that is left without its U(J).

    Parameters
    ----------
    law : int
        One of `codes`.
    parameters : ndarray of float64, shape (n,)
        Constants of the law, see its file.
    families : ndarray of float64, shape (n_families, 5)
        Fibre families, see `fibres`.
    c : ndarray of float64, shape (4,)
        Right Cauchy-Green tensor [-], determinant > 0 (otherwise NaN is returned).
    stress : ndarray of float64, shape (4,)
        Overwritten with S = 2 ∂W_iso/∂C [Pa].
    tangent : ndarray of float64, shape (4, 4)
        Overwritten with ∂S/∂E [Pa].

    Returns
    -------
    float
        W_iso [Pa].

    Notes
    -----
    Of the coupled law, W - U = μ/2 (I₁ - 3 J^(2/3)) and S = μ (1 - J^(2/3) C⁻¹), which is free of
    pressure to first order only.
    """
    determinant, b = tensor_inverse(c)
    if not determinant > 0.0:
        stress[:] = math.nan
        tangent[:, :] = math.nan
        return math.nan
    if law == codes.NEO_HOOKEAN:
        mu, grown = parameters[0], determinant ** (1.0 / 3.0)
        square_fill(b, 2.0 * mu * grown, tangent)
        for i in range(4):
            stress[i] = mu * (IDENTITY[i] - grown * b[i])
            for j in range(i, 4):
                tangent[i, j] -= 2.0 / 3.0 * mu * grown * b[i] * b[j]
        mirror_fill(tangent)
        return 0.5 * mu * (c[0] + c[1] + c[2] - 3.0 * grown)
    scale = determinant ** (-1.0 / 3.0)
    rise1, rise2, first, second = invariant_measures(c, scale)
    energy, slopes = 0.0, NO_SLOPES
    if law == codes.SPLIT_NEO_HOOKEAN:
        energy, slopes = split_neo_hookean_energy(parameters, rise1)
    elif law == codes.MOONEY_RIVLIN:
        energy, slopes = mooney_rivlin_energy(parameters, rise1, rise2)
    elif law == codes.EXTENDED_MOONEY:
        energy, slopes = extended_mooney_energy(parameters, rise1, rise2)
    elif law == codes.YEOH:
        energy, slopes = yeoh_energy(parameters, rise1)
    elif law == codes.VERONDA_WESTMANN:
        energy, slopes = veronda_westmann_energy(parameters, rise1, rise2)
    if law == codes.OGDEN:
        energy = ogden_response(parameters, c, stress, tangent)
    else:
        invariant_response(c, b, scale, first, second, slopes, stress, tangent)
    for k in range(families.shape[0]):
        energy += fibre_response(families[k], c, b, scale, first, stress, tangent)
    mirror_fill(tangent)
    return energy


@kernel
def volume_response(law, parameters, ratio):
    """Energy U of the volume ratio J and its derivatives.

    Parameters
    ----------
    law, parameters
        As in `shape_response`.
    ratio : float
        J > 0 [-].

    Returns
    -------
    tuple of 3 floats
        U, U', U'' [Pa].

    Notes
    -----
    K/4 (J² - 1 - 2 ln J) of the split laws; of the coupled law its energy of pure dilatation,
    3 μ/2 (J^(2/3) - 1) - μ ln J + λ/2 (ln J)².
    """
    log_ratio = math.log(ratio)
    if law == codes.NEO_HOOKEAN:
        mu, lame, grown = parameters[0], parameters[1], ratio ** (2.0 / 3.0)
        energy = 1.5 * mu * (grown - 1.0) - mu * log_ratio + 0.5 * lame * log_ratio * log_ratio
        slope = mu * (grown - 1.0) + lame * log_ratio
        bend = lame + mu - mu * grown / 3.0 - lame * log_ratio
        return energy, slope / ratio, bend / (ratio * ratio)
    bulk = parameters[0]
    inverse = 1.0 / ratio
    energy = 0.25 * bulk * (ratio * ratio - 1.0 - 2.0 * log_ratio)
    return energy, 0.5 * bulk * (ratio - inverse), 0.5 * bulk * (1.0 + inverse * inverse)
