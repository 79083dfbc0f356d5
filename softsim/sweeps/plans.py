"""Plans: which points of the unit cube a draw takes, and how they belong together.

A share is the value of a distribution function, between 0 and 1.  The plain plans fill the cube;
the others are made of blocks of cases from which one kind of sensitivity is read, and a block is
of use as a whole only.

References
----------
- A. Saltelli et al., Variance based sensitivity analysis of model output, Computer Physics
  Communications 181 (2010) 259-270: the radial plan and its order.
- M. D. Morris, Factorial sampling plans for preliminary computational experiments, Technometrics
  33 (1991) 161-174: trajectories.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]
Method = Literal["sobol", "latin_hypercube", "monte_carlo", "saltelli", "morris", "one_at_a_time"]

BASED_ON_SOBOL = ("sobol", "saltelli")
"""Plans whose points are balanced only for powers of two."""

LEVELS = 4
"""Levels of each number in a plan of Morris; a step goes over half of them."""

SHARE, BLOCK, STEP, NUMBER = "draw_share", "draw_block", "draw_step", "uncertain_number"
"""Names of what a store keeps of a plan, the last one a dimension."""

INTERVAL = (0.05, 0.95)
"""Shares at which a plan one at a time takes each number, beside the value it has now."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The points of a draw.

    Parameters
    ----------
    method : str
    numbers : tuple of str
        Names of the uncertain numbers.
    shares : ndarray of float64, shape (n_cases, n_numbers)
        Value of the distribution function of each number in each case [-].
    block : ndarray of int64, shape (n_cases,)
        Block that a case belongs to.
    step : ndarray of int64, shape (n_cases,)
        Place in its block.
    """

    method: str
    numbers: tuple[str, ...]
    shares: Array
    block: Numbers
    step: Numbers

    def coordinates(self, dim: str) -> dict[str, tuple[tuple[str, ...], NDArray[Any], str]]:
        """Return what a store keeps of it: dimensions, values and long name, by name.

        Parameters
        ----------
        dim : str
            Dimension that numbers the cases.
        """
        return {
            NUMBER: ((NUMBER,), np.array(self.numbers, dtype=object), "uncertain number"),
            SHARE: ((dim, NUMBER), self.shares, "value of the distribution function"),
            BLOCK: ((dim,), self.block, "block of cases that are of use together"),
            STEP: ((dim,), self.step, "place of the case in its block"),
        }


def plan_of(method: Method, num: int, seed: int, numbers: tuple[str, ...], now: Array) -> Plan:
    """Return the points of a draw.

    Parameters
    ----------
    method : str
    num : int
        Cases of a plain plan, base points for ``"saltelli"``, trajectories for ``"morris"``; not
        used for ``"one_at_a_time"``.
    seed : int
    numbers : tuple of str
        Names of the uncertain numbers.
    now : ndarray of float64, shape (n_numbers,)
        Share at which each number has the value of the problem [-].
    """
    random = np.random.default_rng(seed)
    if method == "one_at_a_time":
        shares, length = _one_at_a_time(now), 1 + 2 * len(numbers)
    elif method in _BLOCKS:
        make, extra = _BLOCKS[method]
        shares, length = make(num, len(numbers), random), len(numbers) + extra
    elif method == "monte_carlo":
        shares, length = random.random((num, len(numbers))), 1
    else:
        kinds: Any = {"sobol": qmc.Sobol, "latin_hypercube": qmc.LatinHypercube}
        shares, length = kinds[method](len(numbers), rng=random).random(num), 1
    block, step = np.divmod(np.arange(len(shares)), length)
    return Plan(method, numbers, shares, block, step)


def n_cases_of(method: Method, num: int, n_numbers: int) -> int:
    """Return the number of cases of a plan."""
    if method == "one_at_a_time":
        return 1 + 2 * n_numbers
    return num * (n_numbers + _BLOCKS[method][1]) if method in _BLOCKS else num


def _saltelli(num: int, n_numbers: int, random: np.random.Generator) -> Array:
    """Return blocks of one point A, A with one number of another point B after the other, and B."""
    both = qmc.Sobol(2 * n_numbers, rng=random).random(num)
    first, second = both[:, None, :n_numbers], both[:, None, n_numbers:]
    steps = np.arange(n_numbers + 2)[:, None]
    of_second = (steps == 1 + np.arange(n_numbers)) | (steps == n_numbers + 1)
    return np.asarray(np.where(of_second, second, first).reshape(-1, n_numbers))


def _morris(num: int, n_numbers: int, random: np.random.Generator) -> Array:
    """Return walks through a grid of levels on which one number after the other makes its step.

    The level of a number stands for the middle of its slice, so that no end of a range, which a
    normal distribution does not have, is ever taken.
    """
    half = LEVELS // 2
    low = random.integers(0, half, (num, n_numbers))
    upwards = random.random((num, n_numbers)) < 0.5
    turn = random.permuted(np.tile(np.arange(n_numbers), (num, 1)), axis=1)
    moved = turn[:, None, :] < np.arange(n_numbers + 1)[None, :, None]
    level = low[:, None, :] + half * (moved == upwards[:, None, :])
    return np.asarray(((level + 0.5) / LEVELS).reshape(-1, n_numbers))


def _one_at_a_time(now: Array) -> Array:
    """Return the problem as it is, then each number at both ends of its interval."""
    shares = np.tile(now, (1 + 2 * now.size, 1))
    for number in range(now.size):
        shares[1 + 2 * number : 3 + 2 * number, number] = INTERVAL
    return shares


_BLOCKS: dict[str, tuple[Callable[[int, int, np.random.Generator], Array], int]] = {
    "saltelli": (_saltelli, 2),
    "morris": (_morris, 1),
}
"""Maker of a plan of blocks, and how many cases more than numbers a block has."""
