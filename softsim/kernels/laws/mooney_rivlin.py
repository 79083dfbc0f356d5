"""Mooney-Rivlin law, W = C₁₀ (Ī₁ - 3) + C₀₁ (Ī₂ - 3)."""

from softsim._jit import inline


@inline
def mooney_rivlin_energy(parameters, rise1, rise2):
    """Energy and slopes of the Mooney-Rivlin law.

    Parameters
    ----------
    parameters : ndarray of float64, shape (3,)
        K, C₁₀, C₀₁ [Pa].
    rise1, rise2 : float
        Ī₁ - 3, Ī₂ - 3 [-].

    Returns
    -------
    energy : float
        W [Pa].
    slopes : tuple of 5 floats
        W₁, W₂, W₁₁, W₁₂, W₂₂ [Pa].

    References
    ----------
    .. [1] M. Mooney, J. Appl. Phys. 11 (1940) 582-592.
    """
    c10 = parameters[1]
    c01 = parameters[2]
    return c10 * rise1 + c01 * rise2, (c10, c01, 0.0, 0.0, 0.0)
