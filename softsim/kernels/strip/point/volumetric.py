"""The volumetric part U(J) shared by all split laws."""

from softsim._jit import inline
from softsim.kernels.strip.point.algebra import mirror_fill, square_fill


@inline
def volumetric_response(bulk_modulus, determinant, log_determinant, b, stress, tangent):
    """Energy, stress and tangent of U = K/4 (J² - 1 - 2 ln J).

    Parameters
    ----------
    bulk_modulus : float
        K [Pa].
    determinant, log_determinant : float
        J² and ln J² [-].
    b : tuple of 4 floats
        C⁻¹ [-].
    stress : ndarray of float64, shape (4,)
        Overwritten with K/2 (J² - 1) C⁻¹ [Pa].
    tangent : ndarray of float64, shape (4, 4)
        Overwritten with K J² C⁻¹⊗C⁻¹ - K (J² - 1) C⁻¹⊙C⁻¹ [Pa].

    Returns
    -------
    float
        U [Pa].
    """
    change = determinant - 1.0
    square_fill(b, -bulk_modulus * change, tangent)
    half = 0.5 * bulk_modulus * change
    both = bulk_modulus * determinant
    for i in range(4):
        stress[i] = half * b[i]
        for j in range(i, 4):
            tangent[i, j] += both * b[i] * b[j]
    mirror_fill(tangent)
    return 0.25 * bulk_modulus * (change - log_determinant)
