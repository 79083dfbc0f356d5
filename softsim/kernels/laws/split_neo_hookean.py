"""Split neo-Hookean law, W = μ/2 (Ī₁ - 3)."""

from softsim._jit import inline


@inline
def split_neo_hookean_energy(parameters, rise1):
    """Energy and slopes of the split neo-Hookean law.

    Parameters
    ----------
    parameters : ndarray of float64, shape (2,)
        K, μ [Pa].
    rise1 : float
        Ī₁ - 3 [-].

    Returns
    -------
    energy : float
        W [Pa].
    slopes : tuple of 5 floats
        W₁, W₂, W₁₁, W₁₂, W₂₂ [Pa].
    """
    half = 0.5 * parameters[1]
    return half * rise1, (half, 0.0, 0.0, 0.0, 0.0)
