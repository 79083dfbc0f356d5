"""Friction of a contact: Coulomb's law, how it falls once skin slips and with the pressure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

LEAST = 0.01  # of the reference pressure: below it a coefficient grows no more


@dataclass(frozen=True, slots=True)
class Friction:
    r"""Coefficient of friction between skin and tool.

    Parameters
    ----------
    sliding : float
        Of skin that slips, at the reference pressure [-].
    resting : float
        Of skin that sticks, at which it begins to slip; no less than `sliding` [-].
    exponent : float
        Power with which both fall with the pressure, from 0 to below 1 [-].
    pressure : float
        The reference pressure, above 0 [Pa].

    Notes
    -----
    :math:`\mu(p) = \mu_0 (p / p_0)^{-n}`, so that the drag grows as :math:`p^{1 - n}`: skin follows
    such a power law of the load rather than Amontons' law [1]_, moist skin more than dry [2]_.

    References
    ----------
    .. [1] S. Comaish, E. Bottoms, Br. J. Dermatol. 84 (1971) 37-43.
    .. [2] S. Derler, L.-C. Gerhardt, Tribol. Lett. 45 (2012) 1-27.
    """

    sliding: float
    resting: float
    exponent: float = 0.0
    pressure: float = 1.0

    @classmethod
    def none(cls) -> Friction:
        """Return that of a tool that does not drag the skin along."""
        return cls(0.0, 0.0)

    @property
    def is_plain(self) -> bool:
        """Whether it is one number."""
        return self.resting == self.sliding and self.exponent == 0.0

    def words(self, state: str | None) -> str:
        """Return it in words; `state` is that of the skin it was taken from."""
        parts = [f"friction {self.sliding:.3g}{f' ({state})' if state else ''}"]
        if self.resting > self.sliding:
            parts.append(f"static {self.resting:.3g}")
        if self.exponent:
            parts.append(f"falling with pressure^{self.exponent:.3g}")
        return ", ".join(parts)

    def factor(self, pressure: Array) -> Array:
        """Return the factor of a pressure on both coefficients [-].

        `pressure`, shape (n,), is per current length [Pa].
        """
        share = np.maximum(pressure / self.pressure, LEAST)
        return np.asarray(share**-self.exponent)


class Grip:
    """Friction of the functions of a contact, over one step.

    What a coefficient is over a step does not depend on that step: skin that sticks at its start
    slips at the static coefficient, and from its end at that of skin that slips.

    Parameters
    ----------
    law : Friction
    number : int
        Of functions.
    slips : bool
        Whether all of them slip from the start.

    Attributes
    ----------
    slips : ndarray of bool, shape (n_functions,)
        Which slipped at the start of the step.
    coefficient : ndarray, shape (n_functions,)
        Present coefficients [-].
    """

    def __init__(self, law: Friction, number: int, *, slips: bool) -> None:
        self.law, self.slips = law, np.full(number, slips)
        self.coefficient = np.full(number, law.sliding if slips else law.resting)

    def press(self, pressure: Array) -> None:
        """Take the coefficients at a pressure.

        `pressure`, shape (n_functions,), is per current length [Pa].
        """
        level = np.where(self.slips, self.law.sliding, self.law.resting)
        self.coefficient = level * self.law.factor(pressure)

    def end_step(self, slides: Integers, touches: NDArray[np.bool_]) -> None:
        """Let what slid in a step slip from now on; skin that comes to touch joins the others.

        Parameters
        ----------
        slides : ndarray of int64, shape (n_functions,)
            The way each slid, 0 where it stuck.
        touches : ndarray of bool, shape (n_functions,)
        """
        self.slips = np.where(touches, slides != 0, (slides[touches] != 0).any())

    def follow(
        self, old: Grip, here: Integers, there: Integers, touches: NDArray[np.bool_]
    ) -> None:
        """Take over from a window that this one has left.

        Parameters
        ----------
        old : Grip
        here, there : ndarray of int64, shape (n,)
            Functions of the old window, and what they are in this one.
        touches : ndarray of bool, shape (n_functions,)
            Those of the old window that touch.
        """
        self.slips[:] = old.slips[touches].any()
        self.slips[there] = old.slips[here]
