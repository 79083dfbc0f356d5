"""Nested grids on which fields are seen: fine under the tool, four times coarser at each level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softsim.engines.linear.medium.stack import FloatArray

RATIO = 4  # of the node spacings of neighbouring levels


@dataclass(frozen=True, kw_only=True, eq=False)
class Level:
    """Grid of one fineness and the columns seen on it.

    Parameters
    ----------
    spacing : float
        Of its nodes [m].
    ratio : int
        Its spacing over that of the finest grid.
    first, count : int
        Number of its first node, in its own spacing, and number of nodes.
    chosen : ndarray of int64, shape (n_chosen,)
        Places of its columns among all columns.
    columns : ndarray, shape (n_chosen,)
        Its columns in its spacing from its first node [-].
    """

    spacing: float
    ratio: int
    first: int
    count: int
    chosen: NDArray[np.int64]
    columns: FloatArray

    def gather(self, values: FloatArray, first: int) -> FloatArray:
        """Return loads on the finest nodes as loads on these, force and moment kept.

        Parameters
        ----------
        values : ndarray, shape (..., n)
            Load on the finest nodes, in any unit.
        first : int
            Number of the first of them.

        Returns
        -------
        ndarray, shape (..., count)
        """
        if self.ratio == 1:
            return values
        return on_coarser(values, first, self.ratio, self.first, self.count) / self.ratio


def on_coarser(values: FloatArray, first: int, ratio: int, start: int, count: int) -> FloatArray:
    """Return loads on coarser nodes, shared between the two beside each: sum and moment are kept.

    Parameters
    ----------
    values : ndarray, shape (..., n)
        On fine nodes, in any unit.
    first : int
        Number of the first of them.
    ratio : int
        Spacing of the coarse nodes over that of the fine ones.
    start, count : int
        Number of the first coarse node, and of them.

    Returns
    -------
    ndarray, shape (..., count)
    """
    before, lead = first % ratio, values.shape[:-1]
    n_cells = -(-(before + values.shape[-1]) // ratio)
    cells = np.zeros((*lead, n_cells * ratio))
    cells[..., before : before + values.shape[-1]] = values
    cells = cells.reshape(*lead, n_cells, ratio)
    part = np.arange(ratio) / ratio
    out, place = np.zeros((*lead, count)), first // ratio - start
    out[..., place : place + n_cells] = cells @ (1.0 - part)
    out[..., place + 1 : place + n_cells + 1] += cells @ part
    return out


def nested_levels(
    spacing: float, first: int, count: int, columns: NDArray[np.int64]
) -> tuple[Level, ...]:
    """Return grids that hold all columns, each column on the finest that may hold it.

    Parameters
    ----------
    spacing : float
        Of the finest nodes [m].
    first, count : int
        Finest nodes: all loads act there, a margin of a contact width on both sides is free.
    columns : ndarray of int64, shape (n_columns,)
        Numbers of finest nodes from node 0, any range.
    """
    levels: list[Level] = []
    left = np.ones(columns.size, dtype=bool)
    ratio, low, high = 1, first, first + count - 1
    margin = max(count // RATIO, 1)
    while left.any():
        here = left & (columns >= low) & (columns <= high)
        start, end = low // ratio, -(-high // ratio)
        levels.append(
            Level(
                spacing=spacing * ratio,
                ratio=ratio,
                first=start,
                count=end - start + 2,
                chosen=np.flatnonzero(here),
                columns=columns[here] / ratio - start,
            )
        )
        left &= ~here
        ratio, margin = ratio * RATIO, margin * RATIO
        low, high = first - margin, first + count - 1 + margin
    return tuple(level for level in levels if level.chosen.size)
