"""Extended Mooney law, W = C₁₀ (Ī₁ - 3) + C₁₁ (Ī₁ - 3)(Ī₂ - 3)."""

from softsim._jit import inline


@inline
def extended_mooney_energy(parameters, rise1, rise2):
    """Energy and slopes of the extended Mooney law.

    Parameters
    ----------
    parameters : ndarray of float64, shape (3,)
        K, C₁₀, C₁₁ [Pa].
    rise1, rise2 : float
        Ī₁ - 3, Ī₂ - 3 [-].

    Returns
    -------
    energy : float
        W [Pa].
    slopes : tuple of 5 floats
        W₁, W₂, W₁₁, W₁₂, W₂₂ [Pa].
    """
    c10 = parameters[1]
    c11 = parameters[2]
    return c10 * rise1 + c11 * rise1 * rise2, (c10 + c11 * rise2, c11 * rise1, 0.0, c11, 0.0)
