"""Bonds that break: damage of a traction-separation law at points of a boundary, and its energy.

The law is a triangle between slip and traction whose corners depend on the share of shear in the
square of the separation by the rule of Benzeggagh and Kenane; damage never heals.  What may lag is
the damage that acts; energies are split between the law, which spends the fracture energy, and the
traction that bonds carry beyond it while they lag.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from softsim._jit import inline, kernel


class Bonds(NamedTuple):
    """Bonds at points, each of one patch.

    Attributes
    ----------
    slip : ndarray of float64, shape (n,)
        [m].
    due : ndarray of float64, shape (n,)
        Damage by the law: 0 whole, 1 broken [-].
    damage : ndarray of float64, shape (n,)
        Damage that acts, which may lag behind [-].
    spent : ndarray of float64, shape (n,)
        By damage, as the law says, per bonded area [J/m^2].
    beyond : ndarray of float64, shape (n,)
        Work of the traction beyond the law [J/m^2].
    shear : ndarray of float64, shape (n,)
        Share of shear in the square of the separation [-].
    ratio : ndarray of float64, shape (n,)
        Traction of the bonds over their strength in that mode [-].
    """

    slip: np.ndarray
    due: np.ndarray
    damage: np.ndarray
    spent: np.ndarray
    beyond: np.ndarray
    shear: np.ndarray
    ratio: np.ndarray


@inline
def corners(stiffness, strength, energy, mix):
    """Separations at which damage begins and ends [m], two numbers.

    Parameters
    ----------
    stiffness : float
        [Pa/m].
    strength, energy : ndarray of float64, shape (2,)
        In shear and under a pull [Pa], [J/m^2].
    mix : float
        Share of shear, to the power of the exponent [-].
    """
    first, other = strength[0] / stiffness, strength[1] / stiffness
    onset = math.sqrt(other * other + (first * first - other * other) * mix)
    toughness = energy[1] + (energy[0] - energy[1]) * mix
    return onset, 2.0 * toughness / (stiffness * onset)


@inline
def spent_until(damage, stiffness, onset, final):
    """Energy spent by the law on damage that grew under one mode [J/m^2].

    Parameters
    ----------
    damage : float
        [-].
    stiffness : float
        [Pa/m].
    onset, final : float
        From `corners` [m].
    """
    return 0.5 * stiffness * onset * final * damage * onset / (final - damage * (final - onset))


@kernel
def strain_bonds(patches, patch, opening, dt, before, after, slope):
    """Damage, energies and tangent of bonds at the end of a step.

    Parameters
    ----------
    patches : AdhesionArrays
    patch : ndarray of int64, shape (n,)
        Patch of each point.
    opening : ndarray of float64, shape (n,)
        Of the bonds, at least zero [m].
    dt : float
        Duration of the step [s].
    before : Bonds
        At its start.
    after : Bonds
        Overwritten, but for the slip at its end.
    slope : ndarray of float64, shape (n,)
        Overwritten: derivative of the shear traction by the slip [Pa/m].
    """
    for k in range(patch.size):
        p = patch[k]
        stiffness, slip = patches.stiffness[p], after.slip[k]
        reach = math.hypot(slip, opening[k])
        share = (slip / reach) ** 2 if reach > 0.0 else 1.0
        onset, final = corners(
            stiffness, patches.strength[p], patches.energy[p], share ** patches.exponent[p]
        )
        due, growth = before.due[k], 0.0
        if reach > onset:
            wanted = min(final * (reach - onset) / (reach * (final - onset)), 1.0)
            if wanted > due:
                due = wanted
                if wanted < 1.0:
                    growth = final * onset / ((final - onset) * reach * reach) * slip / reach
        lag = patches.lag[p]
        follows = dt / (lag + dt) if lag > 0.0 else 1.0
        damage = before.damage[k] + follows * (due - before.damage[k])
        after.due[k], after.damage[k], after.shear[k] = due, damage, share
        more = spent_until(due, stiffness, onset, final) - spent_until(
            before.due[k], stiffness, onset, final
        )
        after.spent[k] = before.spent[k] + share * more
        old = (before.due[k] - before.damage[k]) * before.slip[k]
        new = (due - damage) * slip
        turn = slip - before.slip[k]
        after.beyond[k] = before.beyond[k] + 0.5 * stiffness * (old + new) * turn
        after.ratio[k] = (1.0 - damage) * reach / onset
        slope[k] = stiffness * (1.0 - damage - follows * growth * slip)
