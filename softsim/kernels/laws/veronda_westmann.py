"""Veronda-Westmann law, W = C₁ (exp(C₂ (Ī₁ - 3)) - 1) - C₁ C₂/2 (Ī₂ - 3)."""

import math

from softsim._jit import inline
from softsim.kernels.laws.fibres import EXPONENT_LIMIT


@inline
def veronda_westmann_energy(parameters, rise1, rise2):
    """Energy and slopes of the Veronda-Westmann law.

    Beyond C₂ (Ī₁ - 3) = 200 the exponential is continued by its second-order Taylor polynomial
    (value, slope and curvature continuous), so that trial states of a line search give large
    finite numbers; no tissue reaches that range.

    Parameters
    ----------
    parameters : ndarray of float64, shape (3,)
        K [Pa], C₁ [Pa], C₂ [-].
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
    .. [1] D. R. Veronda, R. A. Westmann, J. Biomech. 3 (1970) 111-124.
    """
    c1 = parameters[1]
    c2 = parameters[2]
    power = c2 * rise1
    limited = min(power, EXPONENT_LIMIT)
    beyond = power - limited
    grown = c1 * math.exp(limited)
    half = 0.5 * c1 * c2
    energy = c1 * math.expm1(limited) + grown * beyond * (1.0 + 0.5 * beyond) - half * rise2
    return energy, (c2 * grown * (1.0 + beyond), -half, c2 * c2 * grown, 0.0, 0.0)
