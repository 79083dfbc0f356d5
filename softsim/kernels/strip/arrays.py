"""Arrays that the kernels of the strip take together.

The strip is a grid of four-node elements; unknowns are numbered column by column.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FRAME_SIZE = 6  # gap, normal x, normal z, arc length, curvature, arc length of sticking


class StripGrid(NamedTuple):
    """Where the elements of a strip are.

    Parameters
    ----------
    column_edges, row_edges : ndarray of float64, shapes (n_columns + 1,), (n_rows + 1,)
        Reference coordinates of the node columns and rows, increasing [m].
    row_layer : ndarray of int64, shape (n_rows,)
        Layer of each row of elements.
    """

    column_edges: Array
    row_edges: Array
    row_layer: NDArray[np.int64]

    @property
    def n_unknowns(self) -> int:
        """Number of displacement unknowns, bottom row excluded."""
        return 2 * self.column_edges.size * (self.row_edges.size - 1)


class StripWork(NamedTuple):
    """Arrays that every evaluation on one grid overwrites.

    Parameters
    ----------
    stress_fixed, stress_relaxing : ndarray of float64, shape (n_columns, n_rows, 4, 4)
        Second Piola-Kirchhoff stress of F~ at the Gauss points [Pa], elastic and relaxing part.
    tangent_fixed, tangent_relaxing : ndarray of float64, shape (n_columns, n_rows, 4, 4, 4)
        Their derivatives by the Green strain (E11, E22, E33, 2 E12) [Pa].
    energy : ndarray of float64, shape (n_columns, n_rows, 4, 2)
        Energy of the fixed and of the relaxing part per reference volume [J/m^3].
    factor : ndarray of float64, shape (n_columns, n_rows, 4)
        Share of the instantaneous relaxing stress that acts at once [-].
    carried : ndarray of float64, shape (n_columns, n_rows, 4, 4)
        Stress carried over from the history [Pa].
    strain_operator : ndarray of float64, shape (n_columns, n_rows, 4, 4, 8)
        Derivative of (E11, E22, E33, 2 E12) of F~ by the nodal displacements [1/m].
    stiffness : ndarray of float64, shape (n_columns, n_rows, 8, 8)
        Element tangent without the dependence of `carried` on displacement [Pa].
    force, expected_force : ndarray of float64, shape (n_columns + 1, n_rows + 1, 2)
        Internal nodal force per length across, and the same with the expected mean stress [N/m].
    mean_stress, expected_mean : ndarray of float64, shape (n_columns, n_rows)
        Mean Kirchhoff stress of the elements and the one expected of them [Pa].
    mean_slope : ndarray of float64, shape (n_columns, n_rows, 8)
        Derivative of the mean Kirchhoff stress by the nodal displacements [Pa/m].
    band : ndarray of float64, shape (n_unknowns, 3 half_width + 1)
        Tangent with contact rows [Pa]: entry (i, j) is band[j, 2 half_width + i - j]; seen
        transposed it is the array that LAPACK's gbtrf wants.
    tool_columns : ndarray of float64, shape (2, n_unknowns)
        Derivative of the residual by the tool position, along and depth [Pa].
    force_row : ndarray of float64, shape (n_unknowns,)
        Derivative of the total force in depth by the unknowns [Pa].
    frames : ndarray of float64, shape (n_columns + 1, 6)
        Per skin node: gap [m], normal x, normal z, arc length [m], curvature [1/m], and the arc
        length at which the node sticks [m].
    states : ndarray of int64, shape (n_columns + 1,)
        Contact states of the skin nodes.
    """

    stress_fixed: Array
    tangent_fixed: Array
    stress_relaxing: Array
    tangent_relaxing: Array
    energy: Array
    factor: Array
    carried: Array
    strain_operator: Array
    stiffness: Array
    force: Array
    expected_force: Array
    mean_stress: Array
    mean_slope: Array
    expected_mean: Array
    band: Array
    tool_columns: Array
    force_row: Array
    frames: Array
    states: NDArray[np.int64]

    @classmethod
    def allocate(cls, grid: StripGrid) -> StripWork:
        """Allocate for a grid; about 1.2 kB per Gauss point."""
        columns, rows = grid.column_edges.size - 1, grid.row_edges.size - 1
        points = (columns, rows, 4)
        half = 2 * rows + 3
        return cls(
            stress_fixed=np.zeros((*points, 4)),
            tangent_fixed=np.zeros((*points, 4, 4)),
            stress_relaxing=np.zeros((*points, 4)),
            tangent_relaxing=np.zeros((*points, 4, 4)),
            energy=np.zeros((*points, 2)),
            factor=np.ones(points),
            carried=np.zeros((*points, 4)),
            strain_operator=np.zeros((*points, 4, 8)),
            stiffness=np.zeros((columns, rows, 8, 8)),
            force=np.zeros((columns + 1, rows + 1, 2)),
            expected_force=np.zeros((columns + 1, rows + 1, 2)),
            mean_stress=np.zeros((columns, rows)),
            mean_slope=np.zeros((columns, rows, 8)),
            expected_mean=np.zeros((columns, rows)),
            band=np.zeros((grid.n_unknowns, 3 * half + 1)),
            tool_columns=np.zeros((2, grid.n_unknowns)),
            force_row=np.zeros(grid.n_unknowns),
            frames=np.zeros((columns + 1, FRAME_SIZE)),
            states=np.zeros(columns + 1, np.int64),
        )


class ContactRows(NamedTuple):
    """What the rows of touching nodes are made of, one entry per skin node.

    Parameters
    ----------
    frames, states
        As in `StripWork`.
    force : ndarray of float64, shape (n_nodes, 2)
        Internal force of the tissue at the skin nodes [N/m], equal to the push of the tool.
    friction : float
        Coulomb coefficient [-].
    stiffness_scale : float
        Positive, of the size of a nodal stiffness [Pa].
    """

    frames: Array
    states: NDArray[np.int64]
    force: Array
    friction: float
    stiffness_scale: float


class Branches(NamedTuple):
    """Branches of the Prony series of every layer.

    Parameters
    ----------
    row_layer : ndarray of int64, shape (n_rows,)
        Layer of each row of elements.
    weights, times : ndarray of float64, shape (n_layers, n_branches)
        Branch weights g [-] and relaxation times [s].
    decay, gain : ndarray of float64
        Factors of a step [-] (softsim.kernels.laws.prony), shape (n_layers, n_branches) in time; of
        the steps between Gauss columns (softsim.kernels.strip.history.row_factors), shape
        (n_layers, n_columns, 2, n_branches), along the rows.
    """

    row_layer: NDArray[np.int64]
    weights: Array
    times: Array
    decay: Array
    gain: Array
