"""Slow twins of the linear systems of contact: dense matrices and quadrature."""

import numpy as np


def matrix_of(column):
    """Return the Toeplitz matrix whose entry (i, j) is column[n - 1 + i - j]."""
    n = (column.size + 1) // 2
    return column[n - 1 + np.arange(n)[:, None] - np.arange(n)]


def rectangle_influence(i, j, along, across):
    """Integrate 1/(2 pi r) and x/(2 pi r^2) over a cell i ahead and j aside, not the middle one."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    x, y = along * (i + 0.5 * nodes[:, None]), across * (j + 0.5 * nodes)
    square = x * x + y * y
    area = 0.25 * along * across / (2 * np.pi)
    return area * weights @ (1.0 / np.sqrt(square)) @ weights, area * weights @ (
        x / square
    ) @ weights


def even_force(column, order, count):
    """Return the force of an even pressure that fits an edge in the middle and at its ends."""
    n = (column.size + 1) // 2
    reach = np.concatenate([[0.0], np.cumsum(0.5 * (column[n - 1 :] + column[n - 1 :: -1]))])
    sag = 2.0 * reach[(count + 1) // 2] - reach[count]
    return count * (order[count - 1] - order[0]) / sag
