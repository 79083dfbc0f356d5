"""Ogden law, W = Σ 2 μₚ/αₚ² (λ̄₁^αₚ + λ̄₂^αₚ + λ̄₃^αₚ - 3)."""

import math

from softsim._jit import inline

SMALLEST_GAP = 1e-100
"""Logarithmic stretch gap below which two stretches are equal (products stay normal numbers)."""


@inline
def ogden_response(parameters, c, stress, tangent):
    """Energy, stress and tangent of the Ogden law in closed spectral form.

    Parameters
    ----------
    parameters : ndarray of float64, shape (2 + 2 n,)
        K [Pa], n, then n pairs μₚ [Pa], αₚ [-]; initial shear modulus Σ μₚ.
    c : ndarray of float64, shape (4,)
        Right Cauchy-Green tensor [-].
    stress : ndarray of float64, shape (4,)
        Overwritten with S = 2 ∂W/∂C [Pa].
    tangent : ndarray of float64, shape (4, 4)
        Upper triangle overwritten with ∂S/∂E [Pa].

    Returns
    -------
    float
        W [Pa].

    Notes
    -----
    With d = ln(λ₁/λ₂) from the eigenvalue gap itself, the divided difference of the principal
    stresses is a ratio sinh(α d/2)/sinh(d): no difference of close numbers for any gap, so the
    stretches are never perturbed.  Only a gap that could underflow counts as none.

    References
    ----------
    .. [1] R. W. Ogden, Proc. R. Soc. Lond. A 326 (1972) 565-584.
    """
    gap = math.hypot(c[0] - c[1], 2.0 * c[3])
    plane = c[0] * c[1] - c[3] * c[3]
    large = 0.5 * (c[0] + c[1] + gap)
    small = plane / large
    ratio = math.atanh(gap / (c[0] + c[1]))
    # ln of the geometric mean of the two in-plane isochoric eigenvalues of C
    middle = (0.5 * math.log(plane) - math.log(c[2])) / 3.0
    energy = 0.0
    beta1, beta2, beta3 = 0.0, 0.0, 0.0
    gamma1, gamma2, gamma3 = 0.0, 0.0, 0.0
    spread = 0.0
    for k in range(int(parameters[1])):
        mu = parameters[2 + 2 * k]
        alpha = parameters[3 + 2 * k]
        mean = math.exp(0.5 * alpha * middle)
        growth = math.expm1(0.5 * alpha * ratio)
        power1 = mean * (1.0 + growth)
        power2 = mean / (1.0 + growth)
        power3 = 1.0 / (mean * mean)
        energy += 2.0 * mu / (alpha * alpha) * (power1 + power2 + power3 - 3.0)
        beta1 += 2.0 * mu / alpha * power1
        beta2 += 2.0 * mu / alpha * power2
        beta3 += 2.0 * mu / alpha * power3
        gamma1 += 2.0 * mu * power1
        gamma2 += 2.0 * mu * power2
        gamma3 += 2.0 * mu * power3
        # 2 sinh(α d/2) as a sum of terms of one sign
        spread += 2.0 * mu / alpha * mean * (growth + growth / (1.0 + growth))
    # (τ₁ - τ₂)/(c₁ - c₂), its limit where the stretches are equal
    slope = 0.5 * gamma1 / large
    if ratio > SMALLEST_GAP:
        slope = spread / gap
    ogden_assemble(
        (large, small, c[2]),
        (beta1, beta2, beta3),
        (gamma1, gamma2, gamma3),
        slope,
        (c[0] - c[1], 2.0 * c[3], gap if ratio > SMALLEST_GAP else 0.0),
        stress,
        tangent,
    )
    return energy


@inline
def ogden_assemble(square, beta, gamma, slope, direction, stress, tangent):
    """Turn principal values into stress and tangent.

    Parameters
    ----------
    square, beta, gamma : tuple of 3 floats
        Eigenvalues of C, λ̄ ∂W/∂λ̄ and its derivative by ln λ̄ [-, Pa, Pa]; last one across.
    slope : float
        Divided difference of the two in-plane principal Kirchhoff stresses by those of C [Pa].
    direction : tuple of 3 floats
        C₁₁ - C₂₂, 2 C₁₂ and the gap of the in-plane eigenvalues [-].
    stress, tangent : ndarray of float64, shapes (4,) and (4, 4)
        Stress and upper triangle of the tangent, overwritten [Pa].
    """
    cos2, sin2 = 1.0, 0.0
    if direction[2] > 0.0:
        cos2 = direction[0] / direction[2]
        sin2 = direction[1] / direction[2]
    more, less, skew = 0.5 * (1.0 + cos2), 0.5 * (1.0 - cos2), 0.5 * sin2
    c1, c2, c3 = square
    mean = (beta[0] + beta[1] + beta[2]) / 3.0
    tau1, tau2, tau3 = beta[0] - mean, beta[1] - mean, beta[2] - mean
    ninth = (gamma[0] + gamma[1] + gamma[2]) / 9.0
    d11 = (gamma[0] / 3.0 + ninth - 2.0 * tau1) / (c1 * c1)
    d22 = (gamma[1] / 3.0 + ninth - 2.0 * tau2) / (c2 * c2)
    d33 = (gamma[2] / 3.0 + ninth - 2.0 * tau3) / (c3 * c3)
    d12 = (ninth - (gamma[0] + gamma[1]) / 3.0) / (c1 * c2)
    d13 = (ninth - (gamma[0] + gamma[2]) / 3.0) / (c1 * c3)
    d23 = (ninth - (gamma[1] + gamma[2]) / 3.0) / (c2 * c3)
    dss = 0.5 * ((c1 + c2) * slope - tau1 - tau2) / (c1 * c2)
    s1, s2 = tau1 / c1, tau2 / c2
    stress[0] = more * s1 + less * s2
    stress[1] = less * s1 + more * s2
    stress[2] = tau3 / c3
    stress[3] = dss * 0.5 * direction[1]
    first = (more, less, 0.0, skew)
    second = (less, more, 0.0, -skew)
    shear = (-sin2, sin2, 0.0, cos2)
    for i in range(4):
        row1 = d11 * first[i] + d12 * second[i]
        row2 = d12 * first[i] + d22 * second[i]
        for j in range(i, 4):
            tangent[i, j] = row1 * first[j] + row2 * second[j] + dss * shear[i] * shear[j]
    tangent[0, 2] = d13 * more + d23 * less
    tangent[1, 2] = d13 * less + d23 * more
    tangent[2, 2] = d33
    tangent[2, 3] = (d13 - d23) * skew
