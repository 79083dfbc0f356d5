"""Slow twin of the material kernels: energies from their definitions, differentiated in mpmath.

Full 3x3 matrices, eigenvalues and 50 digits; shares nothing with softsim.
"""

import mpmath as mp
import numpy as np

DIGITS = 50
STEP = mp.mpf(10) ** -12
"""Central differences then err by 1e-24 (truncation) and 1e-26 (rounding, second difference)."""
EXPONENT_LIMIT = 200


def full(c):
    """Return the 3x3 matrix of (C11, C22, C33, C12) with axes along, depth, across."""
    c11, c22, c33, c12 = (mp.mpf(value) for value in c)
    return mp.matrix([[c11, c12, 0], [c12, c22, 0], [0, 0, c33]])


def stretches(matrix):
    """Return the three principal stretches."""
    return [mp.sqrt(value) for value in mp.eigsy(matrix, eigvals_only=True)]


def continued(function, slope, curvature, argument, limit):
    """Return function(argument), beyond `limit` its second-order Taylor polynomial."""
    if argument <= limit:
        return function(argument)
    beyond = argument - limit
    return function(limit) + slope(limit) * beyond + curvature(limit) * beyond**2 / 2


def invariants(matrix):
    """Return the isochoric first and second invariant from the principal stretches."""
    values = stretches(matrix)
    jacobian = values[0] * values[1] * values[2]
    a, b, c = ((value / mp.cbrt(jacobian)) ** 2 for value in values)
    return a + b + c, a * b + b * c + c * a


def family_energy(matrix, k1, k2, dispersion, direction):
    """Return the energy of one fibre family along the unit vector `direction`."""
    isochoric = matrix / mp.cbrt(mp.det(matrix))
    fourth = (direction.T * isochoric * direction)[0]
    if fourth <= 1:
        return mp.mpf(0)
    strain = dispersion * (invariants(matrix)[0] - 3) + (1 - 3 * dispersion) * (fourth - 1)
    if k2 == 0:
        return k1 * strain**2 / 2
    return continued(
        lambda x: k1 / (2 * k2) * (mp.exp(k2 * x * x) - 1),
        lambda x: k1 * x * mp.exp(k2 * x * x),
        lambda x: k1 * (1 + 2 * k2 * x * x) * mp.exp(k2 * x * x),
        strain,
        mp.sqrt(EXPONENT_LIMIT / k2),
    )


def volumetric_energy(bulk_modulus, matrix):
    """Return K/4 (J² - 1 - 2 ln J)."""
    jacobian = mp.sqrt(mp.det(matrix))
    return mp.mpf(bulk_modulus) / 4 * (jacobian**2 - 1 - 2 * mp.log(jacobian))


def coupled_energy(mu, lame, matrix):
    """Return μ/2 (I1 - 3) - μ ln J + λ/2 (ln J)²."""
    log_jacobian = mp.log(mp.det(matrix)) / 2
    trace = matrix[0, 0] + matrix[1, 1] + matrix[2, 2]
    return mp.mpf(mu) / 2 * (trace - 3) - mu * log_jacobian + mp.mpf(lame) / 2 * log_jacobian**2


def neo_hooke(matrix, mu):
    return mp.mpf(mu) / 2 * (invariants(matrix)[0] - 3)


def mooney(matrix, c10, c01):
    first, second = invariants(matrix)
    return c10 * (first - 3) + c01 * (second - 3)


def extended_mooney(matrix, c10, c11):
    first, second = invariants(matrix)
    return c10 * (first - 3) + c11 * (first - 3) * (second - 3)


def yeoh(matrix, c10, c20, c30):
    rise = invariants(matrix)[0] - 3
    return c10 * rise + c20 * rise**2 + c30 * rise**3


def ogden(matrix, moduli, exponents):
    values = stretches(matrix)
    jacobian = values[0] * values[1] * values[2]
    total = mp.mpf(0)
    for mu, alpha in zip(moduli, exponents, strict=True):
        powers = [(value / mp.cbrt(jacobian)) ** mp.mpf(alpha) for value in values]
        total += 2 * mp.mpf(mu) / mp.mpf(alpha) ** 2 * (sum(powers) - 3)
    return total


def veronda(matrix, c1, c2):
    first, second = invariants(matrix)
    c1, c2 = mp.mpf(c1), mp.mpf(c2)
    grown = continued(mp.exp, mp.exp, mp.exp, c2 * (first - 3), mp.mpf(EXPONENT_LIMIT))
    return c1 * (grown - 1) - c1 * c2 / 2 * (second - 3)


ENERGIES = {
    "SplitNeoHookean": lambda m, law: neo_hooke(m, law.shear_modulus),
    "MooneyRivlin": lambda m, law: mooney(m, law.c10, law.c01),
    "ExtendedMooney": lambda m, law: extended_mooney(m, law.c10, law.c11),
    "Yeoh": lambda m, law: yeoh(m, law.c10, law.c20, law.c30),
    "Ogden": lambda m, law: ogden(m, law.shear_modulus, law.exponent),
    "VerondaWestmann": lambda m, law: veronda(m, law.c1, law.c2),
}


def isochoric_energy(law, matrix):
    """Return the isochoric energy of a split law with its fibres."""
    total = ENERGIES[type(law).__name__](matrix, law)
    for family in law.fibres:
        angle = mp.mpf(family.angle)
        direction = mp.matrix([mp.cos(angle), 0, mp.sin(angle)])
        k1, k2, dispersion = (mp.mpf(x) for x in (family.k1, family.k2, family.dispersion))
        total += family_energy(matrix, k1, k2, dispersion, direction)
    return total


def shifted(matrix, component, amount):
    """Return C after the strain component (engineering shear last) grew by `amount`."""
    moved = matrix.copy()
    if component == 3:
        moved[0, 1] += amount
        moved[1, 0] += amount
    else:
        moved[component, component] += 2 * amount
    return moved


def gradient(energy, matrix):
    """Return dW/dE as four numbers."""
    return [
        (energy(shifted(matrix, i, STEP)) - energy(shifted(matrix, i, -STEP))) / (2 * STEP)
        for i in range(4)
    ]


def jacobian_of(stress, matrix):
    """Return dS/dE of a function of C as a 4x4 list."""
    columns = []
    for j in range(4):
        ahead, behind = stress(shifted(matrix, j, STEP)), stress(shifted(matrix, j, -STEP))
        columns.append([(a - b) / (2 * STEP) for a, b in zip(ahead, behind, strict=True)])
    return [[columns[j][i] for j in range(4)] for i in range(4)]


def spherical_stress(energy, matrix):
    """Return (S:C/3) C⁻¹ as four numbers, S from the energy."""
    s = gradient(energy, matrix)
    work = s[0] * matrix[0, 0] + s[1] * matrix[1, 1] + s[2] * matrix[2, 2]
    mean = (work + 2 * s[3] * matrix[0, 1]) / 3
    inverse = matrix**-1
    return [mean * inverse[0, 0], mean * inverse[1, 1], mean * inverse[2, 2], mean * inverse[0, 1]]


def coupled_parts(law):
    """Return the energies and stresses (functions of C) of the coupled law's two parts."""
    young, ratio = mp.mpf(law.young_modulus), mp.mpf(law.poisson_ratio)
    mu, lame = young / (2 * (1 + ratio)), young * ratio / ((1 + ratio) * (1 - 2 * ratio))

    def whole(matrix):
        return coupled_energy(mu, lame, matrix)

    def dilatation(matrix):
        return whole(mp.eye(3) * mp.cbrt(mp.det(matrix)))

    def sphere(matrix):
        return spherical_stress(whole, matrix)

    def rest(matrix):
        return [a - b for a, b in zip(gradient(whole, matrix), sphere(matrix), strict=True)]

    return (lambda m: whole(m) - dilatation(m), rest), (dilatation, sphere)


def split_parts(law):
    """Return the energies and stresses (functions of C) of a split law's two parts."""

    def iso(matrix):
        return isochoric_energy(law, matrix)

    def vol(matrix):
        return volumetric_energy(law.bulk_modulus, matrix)

    return (iso, lambda m: gradient(iso, m)), (vol, lambda m: gradient(vol, m))


def point_response(law, c, *, tangent=True):
    """Return [(energy, stress, tangent) of the isochoric part, the same of the volumetric part]."""
    with mp.workdps(DIGITS):
        matrix = full(c)
        parts = coupled_parts(law) if type(law).__name__ == "NeoHookean" else split_parts(law)
        answer = []
        for energy, stress in parts:
            rows = jacobian_of(stress, matrix) if tangent else [[0] * 4] * 4
            answer.append(
                (
                    float(energy(matrix)),
                    np.array([float(x) for x in stress(matrix)]),
                    np.array([[float(x) for x in row] for row in rows]),
                )
            )
        return answer
