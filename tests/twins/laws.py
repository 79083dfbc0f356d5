"""Slow twin of the material kernels: energies from their definitions, differentiated in mpmath.

Full 3x3 matrices, eigenvalues and 50 digits; shares nothing with softsim.
"""

import mpmath as mp
import numpy as np

DIGITS = 50
STEP = mp.mpf(10) ** -12
"""Central differences then err by 1e-24 (truncation) and 1e-26 (rounding, second difference)."""
EXPONENT_LIMIT = 200


PAIRS = ((0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (0, 2))
"""Axes (along, depth, across) of the components, the first four of them in a section."""


def full(c):
    """Return the 3x3 matrix of four components or of six."""
    matrix = mp.zeros(3)
    for (i, j), value in zip(PAIRS, c, strict=False):
        matrix[i, j] = matrix[j, i] = mp.mpf(value)
    return matrix


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
    """Return C after one strain component (engineering shears) grew by `amount`."""
    moved = matrix.copy()
    i, j = PAIRS[component]
    moved[i, j] += amount
    moved[j, i] += amount
    return moved


def gradient(energy, matrix, n):
    """Return dW/dE as n numbers."""
    return [
        (energy(shifted(matrix, i, STEP)) - energy(shifted(matrix, i, -STEP))) / (2 * STEP)
        for i in range(n)
    ]


def hessian(energy, matrix, n):
    """Return d²W/dE² as an n x n array."""
    out = np.empty((n, n))
    for i in range(n):
        for j in range(i, n):
            total = mp.mpf(0)
            for one in (1, -1):
                for other in (1, -1):
                    moved = shifted(shifted(matrix, i, one * STEP), j, other * STEP)
                    total += one * other * energy(moved)
            out[i, j] = out[j, i] = float(total / (4 * STEP**2))
    return out


def coupled_parts(law):
    """Return the coupled law's energies: what is left without that of pure dilatation, and that."""
    young, ratio = mp.mpf(law.young_modulus), mp.mpf(law.poisson_ratio)
    mu, lame = young / (2 * (1 + ratio)), young * ratio / ((1 + ratio) * (1 - 2 * ratio))

    def whole(matrix):
        return coupled_energy(mu, lame, matrix)

    def dilatation(matrix):
        return whole(mp.eye(3) * mp.cbrt(mp.det(matrix)))

    return (lambda m: whole(m) - dilatation(m)), dilatation


def parts(law):
    """Return the energies (functions of C) of the shape and of the volume."""
    if type(law).__name__ == "NeoHookean":
        return coupled_parts(law)
    return (
        lambda m: isochoric_energy(law, m),
        lambda m: volumetric_energy(law.bulk_modulus, m),
    )


def point_response(law, c):
    """Return [(energy, stress, tangent) of the shape, the same of the volume] at c (4,) or (6,)."""
    with mp.workdps(DIGITS):
        matrix, n = full(c), len(c)
        return [
            (
                float(energy(matrix)),
                np.array([float(x) for x in gradient(energy, matrix, n)]),
                hessian(energy, matrix, n),
            )
            for energy in parts(law)
        ]


def volume_response(law, ratio):
    """Return U, U', U'' of a volume ratio."""
    with mp.workdps(DIGITS):
        volume = parts(law)[1]

        def energy(j):
            return volume(mp.eye(3) * mp.cbrt(j) ** 2)

        j = mp.mpf(ratio)
        low, mid, high = energy(j - STEP), energy(j), energy(j + STEP)
        return float(mid), float((high - low) / (2 * STEP)), float((high - 2 * mid + low) / STEP**2)
