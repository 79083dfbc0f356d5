"""Fourier integrals over the waves of a surface by Gauss points: no box, no images.

At one frequency what a layered solid answers is a smooth function of ln k.  A steadily moving tool
meets one frequency per wavenumber along the stroke: the answer is tabulated for each of these and
interpolated on the wave vectors, ten times fewer evaluations than wave vectors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softsim.engines.linear.medium.quadrature import gauss_rule
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray
from softsim.kernels.tables.wave_vectors import tables_at_wave_vectors

# Radians per cell at which the integrals end: waves of 1.2 cells.
CUTOFF_PER_CELL = 1.7 * np.pi
# A first piece with nodes like t^4, then even pieces; radians of the farthest pair of load and
# point over a piece, at which the rules leave 1e-7.
FIRST_PIECE_NODES, FIRST_PIECE_REACH = 32, 18.0
PIECE_NODES, PIECE_REACH = 24, 52.0
# Nodes of a table per decade of k (six-point interpolation leaves 4e-7), its margin in nodes, and
# its shortest wavenumber times the surface seen.
TABLE_NODES_PER_DECADE, TABLE_MARGIN = 24, 3
FLOOR = 1e-5


def fourier_rule(reach: float, highest: float) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights for integrals of f(k) e^{ikx}, |x| <= reach, from 0 to a highest k.

    Parameters
    ----------
    reach : float
        [m].
    highest : float
        [1/m].

    Returns
    -------
    nodes, weights : ndarray, shape (n_k,)
        Increasing; crowded like t^4 towards 0, where f may change fast or grow like 1/k.
    """
    first = min(FIRST_PIECE_REACH / reach, highest)
    t, w = gauss_rule(FIRST_PIECE_NODES)
    nodes, weights = [first * t**4], [first * 4.0 * w * t**3]
    t, w = gauss_rule(PIECE_NODES)
    pieces = int(np.ceil((highest - first) * reach / PIECE_REACH))
    for i in range(pieces):
        length = (highest - first) / pieces
        nodes.append(first + length * (i + t))
        weights.append(length * w)
    return np.concatenate(nodes), np.concatenate(weights)


@dataclass(frozen=True, eq=False)
class FourierTables:
    """Tables over ln k, one for each wavenumber along.

    Parameters
    ----------
    along, across : ndarray, shape (n_x,), (n_y,)
        Components of the wave vectors > 0, increasing [1/m].
    wavenumber, component : ndarray, shape (n_table,)
        k of every node and the component along that it belongs to [1/m].
    floor, step : float
        Logarithm of node 0 [ln 1/m] and step of the nodes.
    first, row : ndarray of int64, shape (n_x,)
        Number of the first node of each table and its place among all nodes.
    """

    along: FloatArray
    across: FloatArray
    wavenumber: FloatArray
    component: FloatArray
    floor: float
    step: float
    first: NDArray[np.int64]
    row: NDArray[np.int64]

    @classmethod
    def of(
        cls, along: FloatArray, across: FloatArray, reach: float, *, shared: bool
    ) -> FourierTables:
        """Return the nodes that hold all wave vectors.

        Parameters
        ----------
        along, across : ndarray, shapes (n_x,), (n_y,)
            Components > 0, increasing [1/m].
        reach : float
            Extent of the surface seen [m].
        shared : bool
            One table serves all: nothing depends on the direction of a wave; its `component` is 0.
        """
        floor, step = np.log(FLOOR / reach), np.log(10.0) / TABLE_NODES_PER_DECADE

        def node(edge: float) -> NDArray[np.int64]:
            place = (np.log(np.hypot(along, edge)) - floor) / step
            return np.asarray(np.maximum(place, 0.0).astype(np.int64))

        first = node(float(across[0])) - TABLE_MARGIN
        last = node(float(across[-1])) + TABLE_MARGIN + 1
        if shared:
            first[:], last[:] = first.min(), last.max()
            number, row = np.arange(first[0], last[0] + 1), np.zeros_like(first)
            component = np.zeros(number.size)
        else:
            counts = last - first + 1
            row = np.concatenate([[0], np.cumsum(counts)[:-1]])
            number = np.arange(counts.sum()) - np.repeat(row - first, counts)
            component = np.repeat(along, counts)
        wavenumber = np.exp(floor + step * number)
        return cls(along, across, wavenumber, component, float(floor), float(step), first, row)

    def at_wave_vectors(self, values: ComplexArray, part: slice = slice(None)) -> ComplexArray:
        """Return values known at the nodes on the wave vectors.

        Parameters
        ----------
        values : ndarray of complex128, shape (n_fields, n_table)
            In any unit.
        part : slice
            Of the components along.

        Returns
        -------
        ndarray of complex128, shape (n_fields, n_x of the part, n_y)
        """
        along = self.along[part]
        out = np.empty((values.shape[0], along.size, self.across.size), dtype=complex)
        tables = np.ascontiguousarray(values)
        row, first = self.row[part], self.first[part]
        tables_at_wave_vectors(along, self.across, self.floor, self.step, row, first, tables, out)
        return out
