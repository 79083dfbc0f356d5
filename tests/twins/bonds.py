"""Slow twin of bonds that break: the triangle of slip and traction drawn, apart from softsim."""

import math

import numpy as np

SAMPLES = 20001


def triangle(stiffness, strength, energy, exponent, share):
    """Return the largest traction and the final separation under a share of shear.

    Strengths add in squares and energies straight, both by the share to the power of the exponent
    (Benzeggagh and Kenane 1996; Turon and others 2006).
    """
    weight = share**exponent
    most = math.sqrt((1.0 - weight) * strength[1] ** 2 + weight * strength[0] ** 2)
    toughness = (1.0 - weight) * energy[1] + weight * energy[0]
    return most, 2.0 * toughness / most


def traction(stiffness, most, final, reach):
    """Return the traction of bonds that were never strained further."""
    if reach <= most / stiffness:
        return stiffness * reach
    return max(most * (final - reach) / (final - most / stiffness), 0.0)


def damage(stiffness, most, final, reach):
    """Return the part of the stiffness that is gone at the largest separation."""
    if reach == 0.0:
        return 0.0
    return 1.0 - traction(stiffness, most, final, reach) / (stiffness * reach)


def spent(stiffness, most, final, reach):
    """Return the energy lost on a straight way to a separation: work less what is stored."""
    way = np.linspace(0.0, reach, SAMPLES)
    held = np.array([traction(stiffness, most, final, x) for x in way])
    return np.trapezoid(held, way) - 0.5 * held[-1] * reach
