"""Stress and tangent of any W(Ī₁, Ī₂), shared by all invariant laws."""

from softsim._jit import inline
from softsim.kernels.strip.point.algebra import IDENTITY, square_fill


@inline
def invariant_measures(c, scale):
    """Isochoric invariants less their reference value, and the plain ones.

    Parameters
    ----------
    c : ndarray of float64, shape (4,)
        Right Cauchy-Green tensor [-].
    scale : float
        J^(-2/3) [-].

    Returns
    -------
    tuple of 4 floats
        Ī₁ - 3, Ī₂ - 3, I₁, I₂ [-].
    """
    first = c[0] + c[1] + c[2]
    second = c[0] * c[1] + c[1] * c[2] + c[2] * c[0] - c[3] * c[3]
    return scale * first - 3.0, scale * scale * second - 3.0, first, second


@inline
def invariant_response(c, b, scale, first, second, slopes, stress, tangent):
    """Second Piola-Kirchhoff stress and tangent of W(Ī₁, Ī₂).

    Parameters
    ----------
    c, b : ndarray of float64, shape (4,), and tuple of 4 floats
        C and its inverse [-].
    scale, first, second : float
        J^(-2/3), I₁, I₂ of C [-].
    slopes : tuple of 5 floats
        ∂W/∂Ī₁, ∂W/∂Ī₂, ∂²W/∂Ī₁², ∂²W/∂Ī₁∂Ī₂, ∂²W/∂Ī₂² [Pa].
    stress : ndarray of float64, shape (4,)
        Overwritten with S = 2 ∂W/∂C [Pa].
    tangent : ndarray of float64, shape (4, 4)
        Upper triangle overwritten with ∂S/∂E [Pa], engineering shear.

    Notes
    -----
    With a = ∂Ī₁/∂C = J^(-2/3) (1 - I₁/3 C⁻¹) and d = ∂Ī₂/∂C = J^(-4/3) (I₁ 1 - C - 2/3 I₂ C⁻¹):
    S = 2 (W₁ a + W₂ d), D = 4 (W₁₁ a⊗a + W₁₂ (a⊗d + d⊗a) + W₂₂ d⊗d + W₁ Ī₁'' + W₂ Ī₂'').
    """
    w1, w2, w11, w12, w22 = slopes
    scale2 = scale * scale
    outer = 4.0 * scale2 * w2
    sphere = 4.0 / 3.0 * (scale * w1 * first + 2.0 * scale2 * w2 * second)
    both = 2.0 / 9.0 * (scale * w1 * first + 4.0 * scale2 * w2 * second)
    square_fill(b, sphere, tangent)
    for i in range(4):
        slope1 = scale * (IDENTITY[i] - first / 3.0 * b[i])
        trace = first * IDENTITY[i] - c[i]
        slope2 = scale2 * (trace - 2.0 / 3.0 * second * b[i])
        stress[i] = 2.0 * (w1 * slope1 + w2 * slope2)
        cross = 4.0 / 3.0 * (scale * w1 * IDENTITY[i] + 2.0 * scale2 * w2 * trace) - both * b[i]
        along1 = 4.0 * (w11 * slope1 + w12 * slope2)
        along2 = 4.0 * (w12 * slope1 + w22 * slope2)
        for j in range(i, 4):
            other1 = scale * (IDENTITY[j] - first / 3.0 * b[j])
            other = first * IDENTITY[j] - c[j]
            other2 = scale2 * (other - 2.0 / 3.0 * second * b[j])
            back = 4.0 / 3.0 * (scale * w1 * IDENTITY[j] + 2.0 * scale2 * w2 * other) - both * b[j]
            tangent[i, j] += along1 * other1 + along2 * other2 - cross * b[j] - b[i] * back
            tangent[i, j] += outer * IDENTITY[i] * IDENTITY[j]
    tangent[0, 0] -= outer
    tangent[1, 1] -= outer
    tangent[2, 2] -= outer
    tangent[3, 3] -= 0.5 * outer
