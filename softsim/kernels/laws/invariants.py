"""Stress and tangent of any energy W(Ī₁, Ī₂) of the isochoric invariants."""

from softsim._jit import inline
from softsim.kernels.tensors.symmetric import IDENTITY, square_entry


@inline
def invariant_shape(c, b, invariants, slopes, stress, tangent, scratch):
    """Stress and upper triangle of the tangent of W(Ī₁, Ī₂), overwritten.

    With a = ∂Ī₁/∂C = J^(-2/3) (1 - I₁/3 C⁻¹) and d = ∂Ī₂/∂C = J^(-4/3) (I₁ 1 - C - 2/3 I₂ C⁻¹):
    S = 2 (W₁ a + W₂ d), D = 4 (W₁₁ a⊗a + W₁₂ (a⊗d + d⊗a) + W₂₂ d⊗d + W₁ Ī₁'' + W₂ Ī₂'').
    `invariants` are J^(-2/3), I₁ and I₂.
    """
    scale, first, second = invariants
    w1, w2, w11, w12, w22 = slopes
    scale2 = scale * scale
    along, size = scratch.slopes, len(scratch.components)
    for i in range(size):
        along[0, i] = scale * (IDENTITY[i] - first / 3.0 * b[i])
        along[1, i] = scale2 * (first * IDENTITY[i] - c[i] - 2.0 / 3.0 * second * b[i])
        stress[i] = 2.0 * (w1 * along[0, i] + w2 * along[1, i])
    if not tangent.size:
        return
    outer, trace = 4.0 * scale2 * w2, 4.0 / 3.0 * scale * w1 + 8.0 / 3.0 * scale2 * w2 * first
    sphere = 4.0 / 3.0 * (scale * w1 * first + 2.0 * scale2 * w2 * second)
    both = 2.0 / 9.0 * (scale * w1 * first + 4.0 * scale2 * w2 * second)
    for i in range(size):
        along[2, i] = trace * IDENTITY[i] - 8.0 / 3.0 * scale2 * w2 * c[i] - both * b[i]
    for i in range(size):
        one = 4.0 * (w11 * along[0, i] + w12 * along[1, i])
        two = 4.0 * (w12 * along[0, i] + w22 * along[1, i])
        for j in range(i, size):
            own = sphere * square_entry(b, i, j) + one * along[0, j] + two * along[1, j]
            own += outer * IDENTITY[i] * IDENTITY[j]
            tangent[i, j] = own - along[2, i] * b[j] - b[i] * along[2, j]
        tangent[i, i] -= outer if i < 3 else 0.5 * outer
