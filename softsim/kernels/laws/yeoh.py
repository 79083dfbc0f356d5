"""Yeoh law, W = C₁₀ (Ī₁ - 3) + C₂₀ (Ī₁ - 3)² + C₃₀ (Ī₁ - 3)³."""

from softsim._jit import inline


@inline
def yeoh_energy(parameters, rise1):
    """Energy and slopes of the Yeoh law.

    Parameters
    ----------
    parameters : ndarray of float64, shape (4,)
        K, C₁₀, C₂₀, C₃₀ [Pa].
    rise1 : float
        Ī₁ - 3 [-].

    Returns
    -------
    energy : float
        W [Pa].
    slopes : tuple of 5 floats
        W₁, W₂, W₁₁, W₁₂, W₂₂ [Pa].

    References
    ----------
    .. [1] O. H. Yeoh, Rubber Chem. Technol. 66 (1993) 754-771.
    """
    c10 = parameters[1]
    c20 = parameters[2]
    c30 = parameters[3]
    energy = rise1 * (c10 + rise1 * (c20 + rise1 * c30))
    slope = c10 + rise1 * (2.0 * c20 + 3.0 * c30 * rise1)
    return energy, (slope, 0.0, 2.0 * c20 + 6.0 * c30 * rise1, 0.0, 0.0)
