"""Ogden law, W = Σ 2 μₚ/αₚ² (λ̄₁^αₚ + λ̄₂^αₚ + λ̄₃^αₚ - 3).

References
----------
.. [1] R. W. Ogden, Proc. R. Soc. Lond. A 326 (1972) 565-584.
"""

import math

from softsim._jit import inline
from softsim.kernels.tensors.principal import principal_fill
from softsim.kernels.tensors.symmetric import FIRST, SECOND

SAME = 1e-9
"""Half the logarithm of the ratio of two eigenvalues below which they are equal."""


@inline
def ogden_shape(parameters, c, stress, tangent, scratch):
    """Energy, stress and upper triangle of the tangent of the Ogden law, overwritten.

    The divided difference of two principal stresses is written with exp(α d) - 1, d the half
    logarithm of the ratio of their eigenvalues, and goes over into its limit.
    """
    value, vector, beta, gamma = scratch.value, scratch.vector, scratch.beta, scratch.gamma
    half, slope, power = scratch.half, scratch.slope, scratch.power
    principal_fill(c, value, vector, scratch.matrix)
    for i in range(3):
        half[i] = 0.5 * math.log(value[i])
        beta[i], gamma[i], slope[i] = 0.0, 0.0, 0.0
    middle = (half[0] + half[1] + half[2]) / 3.0
    energy = 0.0
    for k in range(int(parameters[1])):
        mu, alpha = parameters[2 + 2 * k], parameters[3 + 2 * k]
        share = 2.0 * mu / alpha
        for i in range(3):
            power[i] = math.exp(alpha * (half[i] - middle))
            beta[i] += share * power[i]
            gamma[i] += 2.0 * mu * power[i]
        energy += share / alpha * (power[0] + power[1] + power[2] - 3.0)
        if tangent.size:
            for i in range(3):
                one, two = FIRST[3 + i], SECOND[3 + i]
                divided = divided_power(alpha, half[one] - half[two])
                slope[i] += share * power[two] / value[two] * divided
    mean = (beta[0] + beta[1] + beta[2]) / 3.0
    along, size = scratch.slopes, len(scratch.components)
    for i in range(3):
        for m in range(size):
            along[i, m] = vector[FIRST[m], i] * vector[SECOND[m], i]
    one, two = (beta[0] - mean) / value[0], (beta[1] - mean) / value[1]
    three = (beta[2] - mean) / value[2]
    for m in range(size):
        stress[m] = one * along[0, m] + two * along[1, m] + three * along[2, m]
    if tangent.size:
        ogden_tangent(mean, (gamma[0] + gamma[1] + gamma[2]) / 9.0, tangent, scratch)
    return energy


@inline
def divided_power(alpha, half):
    """Return (exp(α d) - 1)/(exp(2 d) - 1), for d = 0 its limit."""
    if abs(half) < SAME:
        return 0.5 * alpha
    return math.expm1(alpha * half) / math.expm1(2.0 * half)


@inline
def ogden_tangent(mean, ninth, tangent, scratch):
    """Overwrite the upper triangle of the tangent, from what `ogden_shape` leaves in `scratch`.

    In the principal directions: D of two normal strains, and of the shear of two directions.
    """
    value, vector, beta, gamma = scratch.value, scratch.vector, scratch.beta, scratch.gamma
    along, bent, mixed, size = scratch.slopes, scratch.bent, scratch.mixed, len(scratch.components)
    for i in range(3):
        for m in range(size):
            bent[i, m] = 0.0
        for j in range(3):
            bend = ninth - (gamma[i] + gamma[j]) / 3.0
            if i == j:
                bend += gamma[i] - 2.0 * (beta[i] - mean)
            bend /= value[i] * value[j]
            for m in range(size):
                bent[i, m] += bend * along[j, m]
        one, two = FIRST[3 + i], SECOND[3 + i]
        both = beta[one] + beta[two] - 2.0 * mean
        turn = 0.5 * ((value[one] + value[two]) * scratch.slope[i] - both)
        scratch.half[i] = turn / (value[one] * value[two])
        for m in range(size):
            mixed[i, m] = vector[FIRST[m], one] * vector[SECOND[m], two]
            mixed[i, m] += vector[SECOND[m], one] * vector[FIRST[m], two]
    for m in range(size):
        for n in range(m, size):
            total = 0.0
            for i in range(3):
                total += along[i, m] * bent[i, n]
                total += scratch.half[i] * mixed[i, m] * mixed[i, n]
            tangent[m, n] = total
