"""Exponential fibre families in the layer plane, in tension only.

References
----------
.. [1] G. A. Holzapfel, T. C. Gasser, R. W. Ogden, J. Elast. 61 (2000) 1-48.
.. [2] T. C. Gasser, R. W. Ogden, G. A. Holzapfel, J. R. Soc. Interface 3 (2006) 15-35.
"""

import math

from softsim._jit import inline
from softsim.kernels.tensors.symmetric import square_entry

EXPONENT_LIMIT = 200.0
"""Exponent beyond which exponential energies go on as a parabola (e²⁰⁰ ≈ 7e86 is finite)."""


@inline
def fibre_energy(stiffness, exponent, stretch):
    """Energy of one family and its first two derivatives by the fibre strain.

    W = k₁/(2 k₂) (exp(k₂ E²) - 1).  Beyond k₂ E² = 200 the energy is continued by its
    second-order Taylor polynomial in E (value, slope and curvature continuous), so that trial
    states of a line search give large finite numbers; no tissue reaches that range.

    Parameters
    ----------
    stiffness, exponent : float
        k₁ [Pa] and k₂ [-]; k₂ = 0 gives k₁ E²/2.
    stretch : float
        Fibre strain E [-], ≥ 0.

    Returns
    -------
    tuple of 3 floats
        W, dW/dE, d²W/dE² [Pa].
    """
    limited = stretch
    if exponent * stretch * stretch > EXPONENT_LIMIT:
        limited = math.sqrt(EXPONENT_LIMIT / exponent)
    power = exponent * limited * limited
    growth = stiffness * math.exp(power)
    energy = 0.5 * stiffness * limited * limited
    if exponent > 0.0:
        energy = 0.5 * stiffness / exponent * math.expm1(power)
    slope = growth * limited
    curvature = growth * (1.0 + 2.0 * power)
    beyond = stretch - limited
    energy += beyond * (slope + 0.5 * beyond * curvature)
    return energy, slope + beyond * curvature, curvature


@inline
def fibre_shape(family, c, b, scale, first, stress, tangent, scratch):
    """Add one fibre family to stress and upper triangle of the tangent; return its energy.

    `family` has k₁ [Pa], k₂ [-], κ [-], and the direction a₀ along and across [-].
    E = κ (Ī₁ - 3) + (1 - 3κ) (Ī₄ - 1) = J^(-2/3) N:C - 1 with N = κ 1 + (1 - 3κ) a₀⊗a₀; nothing
    where Ī₄ <= 1.  For κ > 0 the stress jumps where Ī₄ passes 1 while
    Ī₁ > 3, as in [2]_.
    """
    along, across, mixed = family[3] * family[3], family[4] * family[4], family[3] * family[4]
    fourth = along * c[0] + across * c[2] + 2.0 * mixed * c[5]
    if not scale * fourth > 1.0:
        return 0.0
    sphere = family[2]
    line = 1.0 - 3.0 * sphere
    mean = sphere * first + line * fourth
    strain = sphere * (scale * first - 3.0) + line * (scale * fourth - 1.0)
    energy, slope, curvature = fibre_energy(family[0], family[1], strain)
    pull = 4.0 / 3.0 * slope * scale
    both = pull * mean / 6.0
    n, size = scratch.slopes, len(scratch.components)
    for i in range(size):
        n[0, i] = line * mixed if i == 5 else 0.0
    n[0, 0], n[0, 1], n[0, 2] = sphere + line * along, sphere, sphere + line * across
    for i in range(size):
        n[1, i] = scale * (n[0, i] - mean / 3.0 * b[i])
        stress[i] += 2.0 * slope * n[1, i]
    if tangent.size:
        for i in range(size):
            n[2, i] = pull * n[0, i] - both * b[i]
        for i in range(size):
            rise, cross = 4.0 * curvature * n[1, i], n[2, i]
            for j in range(i, size):
                own = pull * mean * square_entry(b, i, j)
                tangent[i, j] += own + rise * n[1, j] - cross * b[j] - b[i] * n[2, j]
    return energy
