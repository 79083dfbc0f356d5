"""Work on a relaxing branch and its loss over one step, in closed form."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from softsim._jit import inline


@inline
def factor_into(tangent):
    """Overwrite a symmetric tangent, shape (4, 4), with its factors L and D of L D L^T.

    Below the diagonal stands L, on it 1/D; a direction without stiffness counts nothing.
    """
    for k in range(4):
        pivot = tangent[k, k]
        tangent[k, k] = 1.0 / pivot if pivot != 0.0 else 0.0
        for m in range(k + 1, 4):
            ratio = tangent[m, k] * tangent[k, k]
            for n in range(k + 1, m + 1):
                tangent[m, n] -= ratio * tangent[n, k]
        for m in range(k + 1, 4):
            tangent[m, k] *= tangent[k, k]


@inline
def compliance_product(factor, stress, work):
    """Quadratic form of a stress with the inverse of a relaxing tangent, at least zero.

    Parameters
    ----------
    factor : ndarray of float64, shape (4, 4)
        From `factor_into`.
    stress : ndarray of float64, shape (4,)
        [Pa].
    work : ndarray of float64, shape (4,)
        Scratch.
    """
    total = 0.0
    for m in range(4):
        work[m] = stress[m]
        for n in range(m):
            work[m] -= factor[m, n] * work[n]
        total += work[m] * work[m] * factor[m, m]
    return max(total, 0.0)


class Scratch(NamedTuple):
    """Work space of `branch_energies`.

    Attributes
    ----------
    rest, ramp, work : ndarray of float64, shape (4,)
        [Pa].
    """

    rest: np.ndarray
    ramp: np.ndarray
    work: np.ndarray


@inline
def branch_energies(ratio, weight, start, stress_change, strain_change, factor, scratch):
    """Work done on one branch in one step and the part of it that is dissipated.

    The branch obeys h' = g D (E' - E_v'), E_v' = (g D)^-1 h / tau, with D the tangent: h : E' is
    its power and h : E_v' its dissipation.  Within the step S runs linearly, so that
    h = exp(-t/tau) (h_0 - p) + p with p = g tau S', and both integrals are closed.

    Parameters
    ----------
    ratio : float
        dt / tau [-].
    factor : ndarray of float64, shape (4, 4)
        Of D, from `factor_into`.
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
    steady = compliance_product(factor, ramp, work)
    fading = compliance_product(factor, rest, work)
    for m in range(4):
        rest[m] += ramp[m]
    both = compliance_product(factor, rest, work) - steady - fading
    spent = steady * ratio + both * fade - 0.5 * fading * math.expm1(-2.0 * ratio)
    return done, max(spent, 0.0) / weight
