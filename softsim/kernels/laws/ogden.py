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
        for n in range(m, tangent.shape[0]):
            tangent[m, n] = 0.0
    mixed = scratch.mixed
    for i in range(3):
        ti = beta[i] - mean
        for m in range(stress.size):
            stress[m] += ti / value[i] * vector[FIRST[m], i] * vector[SECOND[m], i]
        if not tangent.size:
            continue
        for j in range(3):
            if i == j:
                bend = (gamma[i] / 3.0 + ninth - 2.0 * ti) / (value[i] * value[i])
            else:
                bend = (ninth - (gamma[i] + gamma[j]) / 3.0) / (value[i] * value[j])
            for m in range(tangent.shape[0]):
                row = bend * vector[FIRST[m], i] * vector[SECOND[m], i]
                for n in range(m, tangent.shape[0]):
                    tangent[m, n] += row * vector[FIRST[n], j] * vector[SECOND[n], j]
        for j in range(i + 1, 3):
            tj = beta[j] - mean
            slope = ogden_slope(parameters, value[i], value[j], middle)
            turn = 0.5 * ((value[i] + value[j]) * slope - ti - tj) / (value[i] * value[j])
            for m in range(tangent.shape[0]):
                mixed[m] = vector[FIRST[m], i] * vector[SECOND[m], j]
                mixed[m] += vector[SECOND[m], i] * vector[FIRST[m], j]
            for m in range(tangent.shape[0]):
                for n in range(m, tangent.shape[0]):
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
