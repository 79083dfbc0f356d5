"""Plane contact equations on uniform nodes: active set with direct solutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import fft

from softsim.engines.linear.medium.stack import ComplexArray, FloatArray
from softsim.errors import ConvergenceError
from softsim.kernels.solvers.plane_contact import (
    SETTLED,
    even_patch,
    judge_nodes,
    near_product,
    patch_solutions,
)
from softsim.kernels.solvers.toeplitz import OK

# Budget of one contact in multiplications (about half a minute): a Levinson recursion on n contact
# nodes takes LEVINSON n^2, a dense solution n^3/3; and the largest dense matrix, 72 MB.
WORK = 1.5e11
MAX_ITERATIONS = 1000
LEVINSON = 4
MOST_DENSE_NODES = 3000
# Exchanges of all nodes at once that may pass without fewer nodes being wrong, before nodes are
# exchanged one by one.
PATIENCE = 10
COARSER = "give a smaller load, or coarser nodes (resolution.element_along)"
UNSEEN = "are too far apart to see the contact; take finer ones (resolution.element_along)"
# Ratio of the spacings of neighbouring nested grids.
GRID_RATIO = 4
# Overlap that counts as rounding, as a fraction of the largest term of the gap.
GAP_ROUNDING = 1e-11
# Nodes times contact nodes up to which a direct product is faster than transforms.
DIRECT_PRODUCTS = 200_000


class UnsettledContactError(ConvergenceError):
    """The nodes of a contact did not settle; others may."""


@dataclass(frozen=True, eq=False)
class NodalLoad:
    """One linear condition on the unknown depth and pressure: a depth + sum b_i p_i = value.

    Parameters
    ----------
    depth_factor : float
        a.
    weight : ndarray, shape (n,)
        b; [m] where the value is a force, [m/Pa] where it is a depth.
    value : float
        Force [N/m] or depth [m].
    """

    depth_factor: float
    weight: FloatArray
    value: float


class NodalContact(NamedTuple):
    """Solution of the contact equations on uniform nodes.

    Parameters
    ----------
    pressure, displacement : ndarray, shape (n,)
        Pressure [Pa] and displacement [m].
    depth : float
        Depth of the zero of the heights below the datum of the influence [m].
    active : ndarray of bool, shape (n,)
        Contact nodes.
    iterations : int
        Active sets tried.
    """

    pressure: FloatArray
    displacement: FloatArray
    depth: float
    active: np.ndarray
    iterations: int


class Convolution:
    """Product with an influence column: a direct sum for small contacts, else by transforms.

    Parameters
    ----------
    column : ndarray, shape (2 n - 1,)
        Influence of a unit hat [m/Pa].
    """

    def __init__(self, column: FloatArray) -> None:
        self.column = column
        self.n = (column.size + 1) // 2
        # entries that wrap around fall outside the n results kept, so 2 n - 1 is long enough
        self.size = fft.next_fast_len(column.size, real=True)
        self.spectrum: ComplexArray | None = None

    def __call__(self, pressure: FloatArray) -> FloatArray:
        """Return sum_j column[n - 1 + i - j] pressure[j] [m]."""
        if self.n * np.count_nonzero(pressure) <= DIRECT_PRODUCTS:
            out = np.empty(self.n)
            near_product(self.column, pressure, out)
            return out
        if self.spectrum is None:
            self.spectrum = fft.rfft(self.column, self.size)
        product = self.spectrum * fft.rfft(pressure, self.size)
        return np.asarray(fft.irfft(product, self.size)[self.n - 1 : 2 * self.n - 1])


def _solve_contact(
    column: FloatArray, heights: FloatArray, active: np.ndarray, work: FloatArray
) -> tuple[np.ndarray | slice, FloatArray, float]:
    """Solve on the contact for a unit displacement and for the heights.

    Also say where it is, and how many multiplications that took.
    """
    right, scratch, out = work
    status, first, count = patch_solutions(column, heights, active, right, scratch, out)
    if status == OK:
        return slice(first, first + count), out[:, :count], LEVINSON * float(count) ** 2
    if count > MOST_DENSE_NODES:
        raise ConvergenceError(
            f"contact in several parts with {count} nodes is too large (at most "
            f"{MOST_DENSE_NODES}); {COARSER}"
        )
    index = np.flatnonzero(active)
    n = heights.size
    matrix = column[n - 1 + index[:, None] - index[None, :]]
    both = np.stack([np.ones(index.size), heights[index]], axis=1)
    found = np.ascontiguousarray(np.linalg.solve(matrix, both).T)
    return index, found, float(count) ** 3 / 3.0


def active_set(
    column: FloatArray,
    heights: FloatArray,
    load: NodalLoad,
    active: np.ndarray,
    convolve: Convolution | None = None,
) -> NodalContact:
    """Find pressures >= 0 with zero gap inside and no overlap outside the contact.

    Parameters
    ----------
    column : ndarray, shape (2 n - 1,)
        Influence of a unit hat [m/Pa].
    heights : ndarray, shape (n,)
        Edge heights [m], inf where there is no tool.
    load : NodalLoad
        Force or depth condition.
    active : ndarray of bool, shape (n,)
        First guess of the contact, at least one True.
    convolve : callable, optional
        Product with the column, where it is known already.

    Returns
    -------
    NodalContact

    Raises
    ------
    ConvergenceError
        When the budget is spent, or a contact of several parts has too many nodes.

    Notes
    -----
    All nodes that are wrong are exchanged at once; where that goes round in circles, as under
    strong friction, one by one until fewer are wrong.  The symmetric part of the influence is
    positive definite, friction or not, so that one contact solves it and this finds it.

    References
    ----------
    .. [1] J. J. Judice, F. M. Pires, Computers Ops. Res. 21 (1994) 587-596.
    """
    convolve = convolve or Convolution(column)
    heights = np.ascontiguousarray(heights, dtype=float)
    work = np.empty((3, 2, heights.size))
    lowest = int(np.argmin(heights))
    active = active & np.isfinite(heights)  # a contact of coarser nodes reaches beyond the tool
    least, patience, spent, iteration = heights.size + 1, PATIENCE, 0.0, 0
    while spent < WORK and iteration < MAX_ITERATIONS:
        iteration += 1
        if not active.any():
            active[lowest] = True
        where, (unit, shape), cost = _solve_contact(column, heights, active, work)
        spent += cost + heights.size
        weight = load.weight[where]
        depth = float((load.value + weight @ shape) / (load.depth_factor + weight @ unit))
        pressure = np.zeros(heights.size)
        pressure[where] = depth * unit - shape
        displacement = convolve(pressure)
        corrected = np.empty_like(active)
        status = judge_nodes(
            active, pressure, heights, displacement, depth, GAP_ROUNDING, corrected
        )
        if status == SETTLED:
            return NodalContact(pressure, displacement, depth, active, iteration)
        wrong = int(np.count_nonzero(corrected != active))
        patience -= 1
        if wrong < least:
            least, patience = wrong, PATIENCE
        if patience < 0:
            last = int(np.flatnonzero(corrected != active)[-1])
            corrected = active.copy()
            corrected[last] = not corrected[last]
        if not corrected.any() and active[lowest] and wrong == 1:
            raise UnsettledContactError(f"nodes {UNSEEN}", residual=float("inf"))
        active = corrected
    raise UnsettledContactError(
        f"contact did not settle in {iteration} active sets, its budget ({int(active.sum())} "
        f"contact nodes, {least} of them wrong at the best); {COARSER}",
        residual=float(np.abs((heights + displacement - depth)[active]).max()),
    )


def first_guess(column: FloatArray, heights: FloatArray, load: NodalLoad) -> np.ndarray:
    """Guess the contact: a uniform pressure that fits the edge at the middle and at the ends.

    Parameters
    ----------
    column, heights, load
        As in `active_set`.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    order = np.sort(heights[np.isfinite(heights)])
    count = even_patch(column, order, load.depth_factor, float(load.weight.mean()), load.value)
    return np.asarray(heights <= order[count - 1])


def prolong(active: np.ndarray, pressure: FloatArray, n: int) -> np.ndarray:
    """Carry an active set to the next finer grid, the ends of each patch interpolated.

    Parameters
    ----------
    active : ndarray of bool, shape (m,)
        Contact on the coarse grid.
    pressure : ndarray, shape (m,)
        There [Pa].
    n : int
        Nodes of the finer grid.
    """
    fine = np.zeros(n, dtype=bool)
    place = np.arange(float(active.size))
    jump = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]])))
    for first, last in zip(jump[::2], jump[1::2] - 1, strict=True):
        left = int(np.ceil(GRID_RATIO * contact_edge(place, pressure, first, 1)))
        right = int(np.floor(GRID_RATIO * contact_edge(place, pressure, last, -1)))
        fine[max(left, 0) : max(right, left) + 1] = True
    return fine


def contact_edge(along: FloatArray, pressure: FloatArray, index: int, inward: int) -> float:
    """Return the end of the contact: the zero of p^2, which is straight near a smooth end.

    Parameters
    ----------
    along : ndarray, shape (n,)
        Nodes [m].
    pressure : ndarray, shape (n,)
        [Pa].
    index : int
        Last loaded node.
    inward : int
        Step towards the contact, +1 or -1.
    """
    spacing = along[1] - along[0]
    first, second = pressure[index] ** 2, 0.0
    if 0 <= index + inward < pressure.size:
        second = pressure[index + inward] ** 2
    beyond = first / (second - first) if second > 2.0 * first else 1.0
    return float(along[index] - inward * spacing * min(beyond, 1.0))
