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
from softsim.kernels.laws.fibres import fibre_energy
from softsim.kernels.laws.mooney_rivlin import mooney_rivlin_energy
from softsim.kernels.laws.response import NO_SLOPES
from softsim.kernels.laws.split_neo_hookean import split_neo_hookean_energy
from softsim.kernels.laws.veronda_westmann import veronda_westmann_energy
from softsim.kernels.laws.yeoh import yeoh_energy
from softsim.kernels.tensors.principal import principal_fill
from softsim.kernels.tensors.symmetric import (
    FIRST,
    IDENTITY,
    SECOND,
    inverse_fill,
    mirror,
    square_into,
    square_onto,
)

SAME = 1e-9
"""Half the logarithm of the ratio of two eigenvalues below which they are equal."""


class PointScratch(NamedTuple):
    """Work space of one material point."""

    inverse: np.ndarray  # (6,)
    beta: np.ndarray  # (3,)
    gamma: np.ndarray  # (3,)
    value: np.ndarray  # (3,)
    vector: np.ndarray  # (3, 3)
    matrix: np.ndarray  # (3, 3)
    mixed: np.ndarray  # (6,)


@kernel
def point_scratch():
    """Return work space for `shape_response`."""
    return PointScratch(
        np.empty(6),
        np.empty(3),
        np.empty(3),
        np.empty(3),
        np.empty((3, 3)),
        np.empty((3, 3)),
        np.empty(6),
    )


@kernel
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
        Overwritten with ∂S/∂E [Pa], engineering shears.
    scratch : PointScratch

    Returns
    -------
    float
        W_iso [Pa].

    Notes
    -----
    Of the coupled law, W - U = μ/2 (I₁ - 3 J^(2/3)) and S = μ (1 - J^(2/3) C⁻¹), which is free of
    pressure to first order only.
    """
    b = scratch.inverse
    determinant = inverse_fill(c, b)
    if not determinant > 0.0:
        stress[:] = math.nan
        tangent[:, :] = math.nan
        return math.nan
    if law == codes.NEO_HOOKEAN:
        mu, grown = parameters[0], determinant ** (1.0 / 3.0)
        square_into(b, 2.0 * mu * grown, tangent)
        for i in range(stress.size):
            stress[i] = mu * (IDENTITY[i] - grown * b[i])
            for j in range(i, stress.size):
                tangent[i, j] -= 2.0 / 3.0 * mu * grown * b[i] * b[j]
        mirror(tangent)
        return 0.5 * mu * (c[0] + c[1] + c[2] - 3.0 * grown)
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
        invariant_shape(c, b, scale, first, second, slopes, stress, tangent)
    for k in range(families.shape[0]):
        energy += fibre_shape(families[k], c, b, scale, first, stress, tangent)
    mirror(tangent)
    return energy


@inline
def invariant_shape(c, b, scale, first, second, slopes, stress, tangent):
    """Stress and upper triangle of the tangent of W(Ī₁, Ī₂), overwritten.

    With a = ∂Ī₁/∂C = J^(-2/3) (1 - I₁/3 C⁻¹) and d = ∂Ī₂/∂C = J^(-4/3) (I₁ 1 - C - 2/3 I₂ C⁻¹):
    S = 2 (W₁ a + W₂ d), D = 4 (W₁₁ a⊗a + W₁₂ (a⊗d + d⊗a) + W₂₂ d⊗d + W₁ Ī₁'' + W₂ Ī₂'').
    """
    w1, w2, w11, w12, w22 = slopes
    scale2 = scale * scale
    outer = 4.0 * scale2 * w2
    sphere = 4.0 / 3.0 * (scale * w1 * first + 2.0 * scale2 * w2 * second)
    both = 2.0 / 9.0 * (scale * w1 * first + 4.0 * scale2 * w2 * second)
    square_into(b, sphere, tangent)
    for i in range(stress.size):
        slope1 = scale * (IDENTITY[i] - first / 3.0 * b[i])
        trace = first * IDENTITY[i] - c[i]
        slope2 = scale2 * (trace - 2.0 / 3.0 * second * b[i])
        stress[i] = 2.0 * (w1 * slope1 + w2 * slope2)
        cross = 4.0 / 3.0 * (scale * w1 * IDENTITY[i] + 2.0 * scale2 * w2 * trace) - both * b[i]
        along1 = 4.0 * (w11 * slope1 + w12 * slope2)
        along2 = 4.0 * (w12 * slope1 + w22 * slope2)
        for j in range(i, stress.size):
            other1 = scale * (IDENTITY[j] - first / 3.0 * b[j])
            other = first * IDENTITY[j] - c[j]
            other2 = scale2 * (other - 2.0 / 3.0 * second * b[j])
            back = 4.0 / 3.0 * (scale * w1 * IDENTITY[j] + 2.0 * scale2 * w2 * other) - both * b[j]
            tangent[i, j] += along1 * other1 + along2 * other2 - cross * b[j] - b[i] * back
            tangent[i, j] += outer * IDENTITY[i] * IDENTITY[j]
        tangent[i, i] -= outer if i < 3 else 0.5 * outer


@inline
def fibre_shape(family, c, b, scale, first, stress, tangent):
    """Add one fibre family to stress and upper triangle of the tangent; return its energy.

    E = κ (Ī₁ - 3) + (1 - 3κ) (Ī₄ - 1) = J^(-2/3) N:C - 1 with N = κ 1 + (1 - 3κ) a₀⊗a₀; nothing
    where Ī₄ <= 1.  See `softsim.kernels.laws.fibres`.
    """
    mixed = math.sqrt(family[3] * family[4])
    fourth = family[3] * c[0] + family[4] * c[2] + 2.0 * mixed * c[5]
    if not scale * fourth > 1.0:
        return 0.0
    sphere = family[2]
    line = 1.0 - 3.0 * sphere
    n = (
        sphere + line * family[3],
        sphere,
        sphere + line * family[4],
        0.0,
        0.0,
        line * mixed,
    )
    mean = sphere * first + line * fourth
    strain = sphere * (scale * first - 3.0) + line * (scale * fourth - 1.0)
    energy, slope, curvature = fibre_energy(family[0], family[1], strain)
    pull = 4.0 / 3.0 * slope * scale
    both = pull * mean / 6.0
    square_onto(b, pull * mean, tangent)
    for i in range(stress.size):
        rise = scale * (n[i] - mean / 3.0 * b[i])
        stress[i] += 2.0 * slope * rise
        cross = pull * n[i] - both * b[i]
        for j in range(i, stress.size):
            other = scale * (n[j] - mean / 3.0 * b[j])
            back = pull * n[j] - both * b[j]
            tangent[i, j] += 4.0 * curvature * rise * other - cross * b[j] - b[i] * back
    return energy


@inline
def ogden_shape(parameters, c, stress, tangent, scratch):
    """Energy, stress and upper triangle of the tangent of the Ogden law, overwritten.

    The divided difference of two principal stresses is written with exp(α d) - 1, d the half
    logarithm of the ratio of their eigenvalues, and goes over into its limit.
    """
    value, vector, beta, gamma = scratch.value, scratch.vector, scratch.beta, scratch.gamma
    principal_fill(c, value, vector, scratch.matrix)
    middle = math.log(value[0] * value[1] * value[2]) / 3.0
    energy = 0.0
    for i in range(3):
        beta[i], gamma[i] = 0.0, 0.0
    for k in range(int(parameters[1])):
        mu, alpha = parameters[2 + 2 * k], parameters[3 + 2 * k]
        energy -= 6.0 * mu / (alpha * alpha)
        for i in range(3):
            power = math.exp(0.5 * alpha * (math.log(value[i]) - middle))
            energy += 2.0 * mu / (alpha * alpha) * power
            beta[i] += 2.0 * mu / alpha * power
            gamma[i] += 2.0 * mu * power
    mean = (beta[0] + beta[1] + beta[2]) / 3.0
    ninth = (gamma[0] + gamma[1] + gamma[2]) / 9.0
    for m in range(stress.size):
        stress[m] = 0.0
        for n in range(m, stress.size):
            tangent[m, n] = 0.0
    mixed = scratch.mixed
    for i in range(3):
        ti = beta[i] - mean
        for m in range(stress.size):
            stress[m] += ti / value[i] * vector[FIRST[m], i] * vector[SECOND[m], i]
        for j in range(3):
            if i == j:
                bend = (gamma[i] / 3.0 + ninth - 2.0 * ti) / (value[i] * value[i])
            else:
                bend = (ninth - (gamma[i] + gamma[j]) / 3.0) / (value[i] * value[j])
            for m in range(stress.size):
                row = bend * vector[FIRST[m], i] * vector[SECOND[m], i]
                for n in range(m, stress.size):
                    tangent[m, n] += row * vector[FIRST[n], j] * vector[SECOND[n], j]
        for j in range(i + 1, 3):
            tj = beta[j] - mean
            slope = ogden_slope(parameters, value[i], value[j], middle)
            turn = 0.5 * ((value[i] + value[j]) * slope - ti - tj) / (value[i] * value[j])
            for m in range(stress.size):
                mixed[m] = vector[FIRST[m], i] * vector[SECOND[m], j]
                mixed[m] += vector[SECOND[m], i] * vector[FIRST[m], j]
            for m in range(stress.size):
                for n in range(m, stress.size):
                    tangent[m, n] += turn * mixed[m] * mixed[n]
    return energy


@inline
def ogden_slope(parameters, one, two, middle):
    """Divided difference of two principal Kirchhoff stresses by the eigenvalues of C [Pa]."""
    half = 0.5 * math.log(one / two)
    slope = 0.0
    for k in range(int(parameters[1])):
        mu, alpha = parameters[2 + 2 * k], parameters[3 + 2 * k]
        power = 2.0 * mu / alpha * math.exp(0.5 * alpha * (math.log(two) - middle)) / two
        if abs(half) < SAME:
            slope += 0.5 * alpha * power
        else:
            slope += power * math.expm1(alpha * half) / math.expm1(2.0 * half)
    return slope


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
