"""Exponential fibre families in the layer plane, in tension only."""

from softsim._jit import inline
from softsim.kernels.laws.fibres import fibre_energy
from softsim.kernels.strip.point.algebra import square_add


@inline
def fibre_response(family, c, b, scale, first, stress, tangent):
    """Add one fibre family to stress and upper triangle of the tangent; return its energy.

    Parameters
    ----------
    family : ndarray of float64, shape (5,)
        k₁ [Pa], k₂ [-], dispersion κ [-], cosine and sine of the angle from along to across.
    c, b : ndarray of float64, shape (4,), and tuple of 4 floats
        C and its inverse [-].
    scale, first : float
        J^(-2/3) and I₁ of C [-].
    stress : ndarray of float64, shape (4,)
        S = 2 ∂W/∂C is added [Pa].
    tangent : ndarray of float64, shape (4, 4)
        ∂S/∂E is added to the upper triangle [Pa].

    Returns
    -------
    float
        Energy of the family [Pa]; 0 where Ī₄ ≤ 1.

    Notes
    -----
    E = κ (Ī₁ - 3) + (1 - 3κ) (Ī₄ - 1) = J^(-2/3) N:C - 1 with N = κ 1 + (1 - 3κ) a₀⊗a₀.
    For κ > 0 the stress jumps where Ī₄ passes 1 while Ī₁ > 3, as in the paper.

    References
    ----------
    .. [1] G. A. Holzapfel, T. C. Gasser, R. W. Ogden, J. Elast. 61 (2000) 1-48.
    .. [2] T. C. Gasser, R. W. Ogden, G. A. Holzapfel, J. R. Soc. Interface 3 (2006) 15-35.
    """
    fourth = family[3] * family[3] * c[0] + family[4] * family[4] * c[2]
    if not scale * fourth > 1.0:
        return 0.0
    sphere = family[2]
    line = 1.0 - 3.0 * sphere
    n = (sphere + line * family[3] * family[3], sphere, sphere + line * family[4] * family[4], 0.0)
    mean = sphere * first + line * fourth
    strain = sphere * (scale * first - 3.0) + line * (scale * fourth - 1.0)
    energy, slope, curvature = fibre_energy(family[0], family[1], strain)
    pull = 4.0 / 3.0 * slope * scale
    both = pull * mean / 6.0
    square_add(b, pull * mean, tangent)
    for i in range(4):
        rise = scale * (n[i] - mean / 3.0 * b[i])
        stress[i] += 2.0 * slope * rise
        cross = pull * n[i] - both * b[i]
        for j in range(i, 4):
            other = scale * (n[j] - mean / 3.0 * b[j])
            back = pull * n[j] - both * b[j]
            tangent[i, j] += 4.0 * curvature * rise * other - cross * b[j] - b[i] * back
    return energy
