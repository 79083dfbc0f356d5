"""Slow twin of the material kernels: energies from their definitions, differentiated in mpmath.

Full 3x3 matrices, eigenvalues and 50 digits; shares nothing with softsim.
"""

import mpmath as mp
import numpy as np

from tests.twins.laws import (
    DIGITS,
    STEP,
    coupled_energy,
    full,
    gradient,
    isochoric_energy,
    shifted,
    volumetric_energy,
)


def jacobian_of(stress, matrix):
    """Return dS/dE of a function of C as a 4x4 list."""
    columns = []
    for j in range(4):
        ahead, behind = stress(shifted(matrix, j, STEP)), stress(shifted(matrix, j, -STEP))
        columns.append([(a - b) / (2 * STEP) for a, b in zip(ahead, behind, strict=True)])
    return [[columns[j][i] for j in range(4)] for i in range(4)]


def spherical_stress(energy, matrix):
    """Return (S:C/3) C⁻¹ as four numbers, S from the energy."""
    s = gradient(energy, matrix, 4)
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
        return [a - b for a, b in zip(gradient(whole, matrix, 4), sphere(matrix), strict=True)]

    return (lambda m: whole(m) - dilatation(m), rest), (dilatation, sphere)


def split_parts(law):
    """Return the energies and stresses (functions of C) of a split law's two parts."""

    def iso(matrix):
        return isochoric_energy(law, matrix)

    def vol(matrix):
        return volumetric_energy(law.bulk_modulus, matrix)

    return (iso, lambda m: gradient(iso, m, 4)), (vol, lambda m: gradient(vol, m, 4))


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
