"""Relaxation spectra (Prony series)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from softsim.checks import checked_choice
from softsim.errors import InputError
from softsim.materials._cards import Card
from softsim.materials._fields import Quantities, floats, items, positive, store
from softsim.plausible import usual_si


@dataclass(frozen=True, slots=True, kw_only=True)
class Prony(metaclass=Card):
    r"""Relaxation spectrum: fractions of the modulus that decay, and their times.

    Parameters
    ----------
    g : tuple of float
        Fractions of the instantaneous modulus, > 0 with a sum below 1; with
        ``reference="equilibrium"`` ratios to the equilibrium modulus, any positive sum [-].
    tau : tuple of float or str
        Relaxation times, > 0 [s].
    relaxes : {"shear", "all"}
        ``"shear"``: the isochoric stress relaxes and the volumetric response is elastic;
        ``"all"``: the whole stress relaxes.
    reference : {"instantaneous", "equilibrium"}
        What the elastic constants of the material mean and what `g` is a fraction of.

    Notes
    -----
    :math:`G(t) = G_0 (g_\infty + \sum g_i e^{-t/\tau_i})`, :math:`g_\infty + \sum g_i = 1`, or
    :math:`G(t) = G_\infty (1 + \sum g_i e^{-t/\tau_i})`.

    References
    ----------
    .. [1] R. L. Taylor, K. S. Pister, G. L. Goudreau, Int. J. Numer. Methods Eng. 2 (1970) 45-59.
    .. [2] J. C. Simo, Comput. Methods Appl. Mech. Eng. 60 (1987) 153-173.

    Examples
    --------
    >>> Prony(g=(0.3, 0.2), tau=("100 ms", "1 s")).g_inf
    0.5
    """

    g: Quantities
    tau: Quantities
    relaxes: Literal["shear", "all"] = "shear"
    reference: Literal["instantaneous", "equilibrium"] = "instantaneous"

    def __post_init__(self) -> None:
        g = positive(self.g, "1", "g")
        tau = tuple(
            usual_si(item, "prony.tau", "tau", low=0.0, open_low=True)
            for item in items(self.tau, "tau")
        )
        store(self, "g", g)
        store(self, "tau", tau)
        if len(g) != len(tau) or not g:
            raise InputError(
                f"prony has {len(g)} values of g and {len(tau)} of tau; give one g and one tau "
                "per branch (for an elastic material leave prony out)"
            )
        checked_choice(self.relaxes, "relaxes", ("shear", "all"))
        checked_choice(self.reference, "reference", ("instantaneous", "equilibrium"))
        if self.reference == "instantaneous" and sum(g) >= 1.0:
            raise InputError(
                f"the sum of g is {sum(g):g}; must be below 1, what is left carries the tissue for "
                "long (if g are ratios to the equilibrium modulus write reference='equilibrium'; "
                "a liquid, whose sum is 1, is no layer)"
            )

    @property
    def instantaneous_factor(self) -> float:
        """Instantaneous modulus over the modulus that the material's constants give [-]."""
        return 1.0 + math.fsum(floats(self.g)) if self.reference == "equilibrium" else 1.0

    @property
    def normalised_g(self) -> tuple[float, ...]:
        """Fractions of the instantaneous modulus, one per branch [-]."""
        factor = self.instantaneous_factor
        return tuple(value / factor for value in floats(self.g))

    @property
    def g_inf(self) -> float:
        """Fraction of the instantaneous modulus that never relaxes [-]."""
        if self.reference == "equilibrium":
            return 1.0 / self.instantaneous_factor
        return 1.0 - math.fsum(floats(self.g))

    def pack(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return fractions of the instantaneous modulus [-] and times [s], shape (n_branch,)."""
        return np.array(self.normalised_g), np.array(floats(self.tau))
