"""How much work a solution may cost, counted so that no result depends on the machine."""

from __future__ import annotations

import math
from dataclasses import dataclass

from softsim.errors import ConvergenceError

WORK = 4e6  # about seconds of one core of 2020 to the million, for the usual accuracy


@dataclass(eq=False)
class Budget:
    """Work that is left to all solves of a scene.

    Parameters
    ----------
    left : float
        About microseconds.
    kept : float
        Of these, what is kept for later.
    is_spent : bool
        Whether some work was not done for want of it, since part was kept last.
    """

    left: float = math.inf
    kept: float = 0.0
    is_spent: bool = False

    def keep(self, share: float) -> None:
        """Keep a share of what is left for later."""
        self.kept = share * self.left if share else 0.0
        self.is_spent = False

    def spend(self, work: float) -> None:
        """Count work that is about to be done.

        Raises
        ------
        ConvergenceError
            Where it is more than is left.
        """
        self.left -= work
        if self.left < self.kept:
            self.is_spent = True
            raise ConvergenceError("the work that a solution may cost is spent")


def of_iteration(n: int) -> float:
    """Return the work of stresses and forces of `n` unknowns."""
    return 0.7 * n


def of_factor(n: int, half: int, window: int) -> float:
    """Return the work of a tangent with a half width and a window of unknowns, and its factor."""
    return n * (1.1 + half * (half + 2.0 * window) / 1.8e4)


def of_contact(n: int) -> float:
    """Return the work of one step of a contact of `n` unknowns."""
    return 160.0 + n**3 / 1.2e4
