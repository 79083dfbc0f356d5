"""Symmetric tensors as six numbers, in a section or in space.

Order: along-along, depth-depth, across-across, along-depth, depth-across, along-across.  In a
section the last two vanish, and arrays of results are four long.  How many there are is the length
of a tuple, `SECTION` or `SPACE`, so that loops over components are compiled for their number.
"""

import math

import numpy as np

from softsim._jit import inline

SECTION = (0, 1, 2, 3)
SPACE = (0, 1, 2, 3, 4, 5)
FIRST = (0, 1, 2, 0, 1, 0)
SECOND = (0, 1, 2, 1, 2, 2)
IDENTITY = (1.0, 1.0, 1.0, 0.0, 0.0, 0.0)
PLACE = ((0, 3, 5), (3, 1, 4), (5, 4, 2))
"""Number of the component of two directions."""


@inline
def inverse_fill(c, b):
    """Overwrite b with the inverse of c, both of shape (6,); return the determinant."""
    b0, b3, b5 = c[1] * c[2] - c[4] * c[4], c[5] * c[4] - c[3] * c[2], c[3] * c[4] - c[1] * c[5]
    determinant = c[0] * b0 + c[3] * b3 + c[5] * b5
    scale = 1.0 / determinant
    b[0], b[3], b[5] = b0 * scale, b3 * scale, b5 * scale
    b[1] = (c[0] * c[2] - c[5] * c[5]) * scale
    b[2] = (c[0] * c[1] - c[3] * c[3]) * scale
    b[4] = (c[3] * c[5] - c[0] * c[4]) * scale
    return determinant


@inline
def square_entry(b, m, n):
    """Entry of B ⊙ B = -∂C⁻¹/∂C for B = C⁻¹, (B_ik B_jl + B_il B_jk)/2 for the pairs ij, kl."""
    i, j, k, q = FIRST[m], SECOND[m], FIRST[n], SECOND[n]
    straight = b[PLACE[i][k]] * b[PLACE[j][q]]
    return 0.5 * (straight + b[PLACE[i][q]] * b[PLACE[j][k]])


@inline
def mirror(components, tangent):
    """Copy the upper triangle of a tangent to the lower one."""
    for m in range(1, len(components)):
        for n in range(m):
            tangent[m, n] = tangent[n, m]


@inline
def leave_pull(stress):
    """Leave of a stress, shape (6,), the part that pulls, in the plane of along and depth."""
    middle, half = 0.5 * (stress[0] + stress[1]), 0.5 * (stress[0] - stress[1])
    reach = math.sqrt(half * half + stress[3] * stress[3])
    high, low = max(middle + reach, 0.0), max(middle - reach, 0.0)
    mean, part = 0.5 * (high + low), 0.0
    if reach > 0.0:
        part = 0.5 * (high - low) / reach
    stress[0], stress[1] = mean + part * half, mean - part * half
    stress[3] *= part
    stress[2] = max(stress[2], 0.0)
    stress[4], stress[5] = 0.0, 0.0


@inline
def leave_pull_in_space(stress):
    """Leave of a stress, shape (6,), the part that pulls, in all directions."""
    whole = np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            whole[i, j] = stress[PLACE[i][j]]
    sizes, ways = np.linalg.eigh(whole)
    for m in range(6):
        stress[m] = 0.0
        for k in range(3):
            stress[m] += max(sizes[k], 0.0) * ways[FIRST[m], k] * ways[SECOND[m], k]
