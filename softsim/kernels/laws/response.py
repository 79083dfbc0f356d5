"""Any law as the sum of an energy of the shape and an energy of the volume alone.

W(C) = W_iso(C) + U(J), so that the volume of a whole span can stand for that of its points.  In a
section or in space: tensors have six components, results the first four of them or all
(`softsim.kernels.tensors.symmetric`).
"""

import math
from typing import NamedTuple

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.laws import codes
from softsim.kernels.laws.extended_mooney import extended_mooney_energy
from softsim.kernels.laws.fibres import fibre_shape
from softsim.kernels.laws.invariants import invariant_shape
from softsim.kernels.laws.mooney_rivlin import mooney_rivlin_energy
from softsim.kernels.laws.neo_hookean import (
    neo_hookean_shape,
    neo_hookean_volume,
    split_neo_hookean_energy,
)
from softsim.kernels.laws.ogden import ogden_shape
from softsim.kernels.laws.veronda_westmann import veronda_westmann_energy
from softsim.kernels.laws.yeoh import yeoh_energy
from softsim.kernels.tensors.symmetric import inverse_fill, mirror, square_entry

NO_SLOPES = (0.0, 0.0, 0.0, 0.0, 0.0)


class PointScratch(NamedTuple):
    """Work space of one material point.

    Attributes
    ----------
    components : tuple of int
        As long as there are components.
    inverse : ndarray of float64, shape (6,)
        Of any unit.
    beta, gamma, value, half, slope, power : ndarray of float64, shape (3,)
        Of any unit.
    vector, matrix : ndarray of float64, shape (3, 3)
        Of any unit.
    slopes, mixed, bent : ndarray of float64, shape (3, n_components)
        Of any unit.
    """

    components: tuple
    inverse: np.ndarray
    beta: np.ndarray
    gamma: np.ndarray
    value: np.ndarray
    half: np.ndarray
    slope: np.ndarray
    power: np.ndarray
    vector: np.ndarray
    matrix: np.ndarray
    slopes: np.ndarray
    mixed: np.ndarray
    bent: np.ndarray


@kernel
def point_scratch(components):
    """Return work space for a point of a `SECTION` or in `SPACE`."""
    size = len(components)
    return PointScratch(
        components,
        np.empty(6),
        np.empty(3),
        np.empty(3),
        np.empty(3),
        np.empty(3),
        np.empty(3),
        np.empty(3),
        np.empty((3, 3)),
        np.empty((3, 3)),
        np.empty((3, size)),
        np.empty((3, size)),
        np.empty((3, size)),
    )


@inline
def shape_response(law, parameters, families, c, stress, tangent, scratch):
    """Energy, stress and tangent of W_iso, the part of a law that is left without its U(J).

    Parameters
    ----------
    law : int
        One of `codes`.
    parameters : ndarray of float64, shape (n,)
        Constants of the law, see its file.
    families : ndarray of float64, shape (n_families, 5)
        Fibre families, see `fibres`.
    c : ndarray of float64, shape (6,)
        Right Cauchy-Green tensor [-], determinant > 0 (otherwise NaN is returned).
    stress : ndarray of float64, shape (4,) or (6,)
        Overwritten with S = 2 ∂W_iso/∂C [Pa].
    tangent : ndarray of float64, shape (4, 4) or (6, 6)
        Overwritten with ∂S/∂E [Pa], engineering shears; of shape (0, 0) it is left out.
    scratch : PointScratch

    Returns
    -------
    float
        W_iso [Pa].
    """
    b = scratch.inverse
    determinant = inverse_fill(c, b)
    if not determinant > 0.0:
        stress[:] = math.nan
        tangent[:, :] = math.nan
        return math.nan
    if law == codes.NEO_HOOKEAN:
        energy = neo_hookean_shape(
            parameters, c, b, determinant, stress, tangent, scratch.components
        )
        if tangent.size:
            mirror(scratch.components, tangent)
        return energy
    scale = determinant ** (-1.0 / 3.0)
    first = c[0] + c[1] + c[2]
    second = c[0] * c[1] + c[1] * c[2] + c[2] * c[0]
    second -= c[3] * c[3] + c[4] * c[4] + c[5] * c[5]
    rise1, rise2 = scale * first - 3.0, scale * scale * second - 3.0
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
        energy = ogden_shape(parameters, c, stress, tangent, scratch)
    else:
        invariant_shape(c, b, (scale, first, second), slopes, stress, tangent, scratch)
    for k in range(families.shape[0]):
        energy += fibre_shape(families[k], c, b, scale, first, stress, tangent, scratch)
    if tangent.size:
        mirror(scratch.components, tangent)
    return energy


@inline
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
    K/4 (J² - 1 - 2 ln J) of the split laws.
    """
    if law == codes.NEO_HOOKEAN:
        return neo_hookean_volume(parameters, ratio)
    log_ratio = math.log(ratio)
    bulk = parameters[0]
    inverse = 1.0 / ratio
    energy = 0.25 * bulk * (ratio * ratio - 1.0 - 2.0 * log_ratio)
    return energy, 0.5 * bulk * (ratio - inverse), 0.5 * bulk * (1.0 + inverse * inverse)


@kernel
def dilatation_response(law, parameters, c, stress, tangent, scratch):
    """Energy, stress and tangent of U(J) at one point, the rest of a law beside its W_iso.

    Parameters
    ----------
    law, parameters, c
        As in `shape_response`.
    stress : ndarray of float64, shape (4,) or (6,)
        Overwritten with S = J U' C⁻¹ [Pa].
    tangent : ndarray of float64, shape (4, 4) or (6, 6)
        Overwritten with ∂S/∂E [Pa], engineering shears.
    scratch : PointScratch

    Returns
    -------
    float
        U [Pa].
    """
    b, size = scratch.inverse, len(scratch.components)
    determinant = inverse_fill(c, b)
    if not determinant > 0.0:
        stress[:] = math.nan
        tangent[:, :] = math.nan
        return math.nan
    ratio = math.sqrt(determinant)
    energy, slope, bend = volume_response(law, parameters, ratio)
    pull = ratio * slope
    both = pull + ratio * ratio * bend
    for i in range(size):
        stress[i] = pull * b[i]
        for j in range(i, size):
            tangent[i, j] = both * b[i] * b[j] - 2.0 * pull * square_entry(b, i, j)
    mirror(scratch.components, tangent)
    return energy
