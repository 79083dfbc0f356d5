"""Eigenvalues and directions of a symmetric tensor."""

import math

from softsim._jit import inline
from softsim.kernels.tensors.symmetric import FIRST, SECOND

SWEEPS = 12
SMALLEST = 1e-300


@inline
def rotation(one, two, mixed):
    """Cosine and sine of the rotation that makes [[one, mixed], [mixed, two]] diagonal.

    Behind them what the first entry loses and the second gains.
    """
    if abs(mixed) < SMALLEST:
        return 1.0, 0.0, 0.0
    ratio = 0.5 * (two - one) / mixed
    tangent = 1.0 / (abs(ratio) + math.sqrt(ratio * ratio + 1.0))
    if ratio < 0.0:
        tangent = -tangent
    cosine = 1.0 / math.sqrt(tangent * tangent + 1.0)
    return cosine, tangent * cosine, tangent * mixed


@inline
def principal_fill(c, value, vector, scratch):
    """Overwrite value, shape (3,), and vector, shape (3, 3), columns, for c, shape (6,).

    Jacobi rotations: directions are orthogonal to rounding whatever the gaps.

    References
    ----------
    .. [1] G. H. Golub, C. F. Van Loan, Matrix Computations, 4th ed., 2013, section 8.5.
    """
    for i in range(3):
        for j in range(3):
            vector[i, j] = 1.0 if i == j else 0.0
    if c[4] == 0.0 and c[5] == 0.0:  # one rotation, in the plane
        cosine, sine, change = rotation(c[0], c[1], c[3])
        value[0], value[1], value[2] = c[0] - change, c[1] + change, c[2]
        vector[0, 0], vector[0, 1], vector[1, 0], vector[1, 1] = cosine, sine, -sine, cosine
        return
    for m in range(6):
        scratch[FIRST[m], SECOND[m]] = c[m]
        scratch[SECOND[m], FIRST[m]] = c[m]
    for _ in range(SWEEPS):
        off = abs(scratch[0, 1]) + abs(scratch[0, 2]) + abs(scratch[1, 2])
        if off < SMALLEST:
            break
        for i in range(2):
            for j in range(i + 1, 3):
                turn = scratch[i, j]
                if abs(turn) < SMALLEST:
                    continue
                cosine, sine, _ = rotation(scratch[i, i], scratch[j, j], turn)
                for k in range(3):
                    one, two = scratch[k, i], scratch[k, j]
                    scratch[k, i], scratch[k, j] = (
                        cosine * one - sine * two,
                        sine * one + cosine * two,
                    )
                for k in range(3):
                    one, two = scratch[i, k], scratch[j, k]
                    scratch[i, k], scratch[j, k] = (
                        cosine * one - sine * two,
                        sine * one + cosine * two,
                    )
                    one, two = vector[k, i], vector[k, j]
                    vector[k, i], vector[k, j] = (
                        cosine * one - sine * two,
                        sine * one + cosine * two,
                    )
                scratch[i, j], scratch[j, i] = 0.0, 0.0
    for i in range(3):
        value[i] = scratch[i, i]
