"""Steps of the active set of a plane contact on uniform nodes."""

from __future__ import annotations

import numpy as np

from softsim._jit import kernel
from softsim.kernels.solvers.toeplitz import OK, SINGULAR, reversed_dot, toeplitz_solve

SETTLED = 1
CHANGED = 0
NOT_ONE_PATCH = 2
# Ratio of the patches that a first guess tries.
GUESS_RATIO = 1.15


@kernel
def patch_solutions(column, heights, active, right, scratch, out):
    """Solve for a unit displacement and for the heights on a contact that is one patch.

    Parameters
    ----------
    column : ndarray of float64, shape (2 n - 1,)
        Influence of a unit hat [m/Pa].
    heights : ndarray of float64, shape (n,)
        [m].
    active : ndarray of bool, shape (n,)
        Contact nodes, at least one.
    right, scratch, out : ndarray of float64, shape (2, n)
        Work space; `out` holds the solutions in its first columns.

    Returns
    -------
    status : int
        `OK`, `NOT_ONE_PATCH`, or `SINGULAR` where the matrix is not regular.
    first, count : int
        First node and number of nodes.
    """
    n = heights.size
    first, count, last = n, 0, 0
    for i in range(n):
        if active[i]:
            first = min(first, i)
            last = i
            count += 1
    if last - first + 1 != count:
        return NOT_ONE_PATCH, first, count
    for i in range(count):
        right[0, i], right[1, i] = 1.0, heights[first + i]
    part = column[n - count : n + count - 1]
    status = toeplitz_solve(part, right[:, :count], scratch, out)
    if status == OK:
        for i in range(count):
            if not abs(out[0, i]) + abs(out[1, i]) < 1e300:
                status = SINGULAR
    return status, first, count


@kernel
def near_product(column, pressure, out):
    """Return the displacement of every node: the direct sum over the loaded nodes.

    Parameters
    ----------
    column : ndarray of float64, shape (2 n - 1,)
        Influence of a unit hat [m/Pa].
    pressure : ndarray of float64, shape (n,)
        [Pa].
    out : ndarray of float64, shape (n,)
        Overwritten [m].
    """
    n = pressure.size
    first, last = n, -1
    for i in range(n):
        if pressure[i] != 0.0:
            first = min(first, i)
            last = i
    for i in range(n):
        out[i] = reversed_dot(
            column, n - 1 + i - first, pressure[first : last + 1], last - first + 1
        )


@kernel
def judge_nodes(active, pressure, heights, displacement, depth, share, wanted):
    """Say which nodes should touch: those pressed that are in, those overlapped that are out.

    Parameters
    ----------
    active : ndarray of bool, shape (n,)
        Contact nodes.
    pressure, heights, displacement : ndarray of float64, shape (n,)
        [Pa], [m], [m].
    depth : float
        Of the zero of the heights [m].
    share : float
        Overlap that counts as rounding over the largest term of the gap [-].
    wanted : ndarray of bool, shape (n,)
        Overwritten.

    Returns
    -------
    int
        `SETTLED` when nothing changes, else `CHANGED`.
    """
    largest = 0.0
    for i in range(displacement.size):
        largest = max(largest, abs(displacement[i]))
    rounding = share * (abs(depth) + largest)
    status = SETTLED
    for i in range(active.size):
        if active[i]:
            wanted[i] = pressure[i] > 0.0
        else:
            wanted[i] = heights[i] + displacement[i] - depth < -rounding
        if wanted[i] != active[i]:
            status = CHANGED
    return status


@kernel
def even_patch(column, order, depth_factor, weight, value):
    """Return how many of the lowest nodes an even pressure of the load would press.

    Parameters
    ----------
    column : ndarray of float64, shape (2 n - 1,)
        Influence of a unit hat [m/Pa].
    order : ndarray of float64, shape (m,)
        Heights in increasing order [m].
    depth_factor, weight, value : float
        Load: depth_factor depth + weight sum of pressures = value.

    Returns
    -------
    int
        At least 2 where there are so many.

    Notes
    -----
    The pressure fits the edge at the middle and at the ends of the patch.
    """
    n, total = (column.size + 1) // 2, order.size
    reach = np.zeros(n + 1)
    for i in range(n):
        reach[i + 1] = reach[i] + 0.5 * (column[n - 1 + i] + column[n - 1 - i])
    best, count = min(2, total), 2
    while count <= total:
        best = count
        end = reach[count]
        sag = 2.0 * reach[(count + 1) // 2] - end
        if sag > 0.0:
            pressure = (order[count - 1] - order[0]) / sag
            depth = order[count - 1] + pressure * end
            if depth_factor * depth + pressure * count * weight > value:
                break
        count = max(count + 1, int(count * GUESS_RATIO))
    return best
