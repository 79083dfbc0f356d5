"""Stress and tangent of any energy W(Ī₁, Ī₂) of the isochoric invariants."""

from softsim._jit import inline
from softsim.kernels.tensors.symmetric import IDENTITY, square_into


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
        for j in range(i, tangent.shape[0]):
            other1 = scale * (IDENTITY[j] - first / 3.0 * b[j])
            other = first * IDENTITY[j] - c[j]
            other2 = scale2 * (other - 2.0 / 3.0 * second * b[j])
            back = 4.0 / 3.0 * (scale * w1 * IDENTITY[j] + 2.0 * scale2 * w2 * other) - both * b[j]
            tangent[i, j] += along1 * other1 + along2 * other2 - cross * b[j] - b[i] * back
            tangent[i, j] += outer * IDENTITY[i] * IDENTITY[j]
        if tangent.size:
            tangent[i, i] -= outer if i < 3 else 0.5 * outer
