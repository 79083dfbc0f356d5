"""Work on a relaxing branch and its loss over one step, in closed form."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from softsim._jit import inline


@inline
def compliance_product(tangent, stress, work):
    """Quadratic form of a stress with the inverse of a relaxing tangent, at least zero.

    `work` is scratch of shape (4, 5).
    """
    for m in range(4):
        for n in range(4):
            work[m, n] = tangent[m, n]
    for m in range(4):
        work[m, 4] = stress[m]
    for k in range(4):
        if work[k, k] == 0.0:
            return 0.0
        for m in range(k + 1, 4):
            ratio = work[m, k] / work[k, k]
            for n in range(k, 5):
                work[m, n] -= ratio * work[k, n]
    total = 0.0
    for k in range(3, -1, -1):
        value = work[k, 4]
        for n in range(k + 1, 4):
            value -= work[k, n] * work[n, 4]
        work[k, 4] = value / work[k, k]
        total += stress[k] * work[k, 4]
    return max(total, 0.0)


class Scratch(NamedTuple):
    """Work space of `branch_energies`.

    Attributes
    ----------
    rest, ramp : ndarray of float64, shape (4,)
        [Pa].
    work : ndarray of float64, shape (4, 5)
        Of any unit.
    """

    rest: np.ndarray
    ramp: np.ndarray
    work: np.ndarray


@inline
def branch_energies(ratio, weight, start, stress_change, strain_change, tangent, scratch):
    """Work done on one branch in one step and the part of it that is dissipated.

    The branch obeys h' = g D (E' - E_v'), E_v' = (g D)^-1 h / tau, with D the tangent: h : E' is
    its power and h : E_v' its dissipation.  Within the step S runs linearly, so that
    h = exp(-t/tau) (h_0 - p) + p with p = g tau S', and both integrals are closed.

    Parameters
    ----------
    ratio : float
        dt / tau [-].
    scratch : Scratch

    Returns
    -------
    work_done, dissipated : float
        [J/m^3].
    """
    rest, ramp, work = scratch
    if ratio < 1e-9 or weight == 0.0:
        return 0.0, 0.0
    fade = -math.expm1(-ratio)
    done = 0.0
    for m in range(4):
        ramp[m] = weight * stress_change[m] / ratio
        rest[m] = start[m] - ramp[m]
        done += (ramp[m] + rest[m] * fade / ratio) * strain_change[m]
    steady = compliance_product(tangent, ramp, work)
    fading = compliance_product(tangent, rest, work)
    for m in range(4):
        rest[m] += ramp[m]
    both = compliance_product(tangent, rest, work) - steady - fading
    spent = steady * ratio + both * fade - 0.5 * fading * math.expm1(-2.0 * ratio)
    return done, max(spent, 0.0) / weight
