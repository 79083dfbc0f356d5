"""Strips of one material without engine around them, and a plain Newton solve for tests."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import splu

import softsim as ss
from softsim.engines.finite.strip.strip import Strip
from softsim.kernels.strip.arrays import StripGrid
from softsim.problem import pack_layers

FLAT = np.array([[0.0, -0.05, 0.0, 1.0, 0.0, 0.1, 0.0, 0.0]])
"""Outline of a flat rigid plate, 100 mm wide (softsim.kernels.outline.distance)."""


def make_strip(material, columns, rows, *, friction=0.0):
    """Return a strip with free sides under a flat plate."""
    thickness = float(rows[-1] - rows[0])
    tissue = ss.Tissue(layers=[ss.Layer(name="gel", thickness=thickness, material=material)])
    grid = StripGrid(
        column_edges=np.asarray(columns, float),
        row_edges=np.asarray(rows, float),
        row_layer=np.zeros(len(rows) - 1, np.int64),
    )
    return Strip(pack_layers(tissue), grid, FLAT, friction, True)


def node_places(strip):
    """Return the reference coordinates of the nodes, shape (n_columns + 1, n_rows + 1, 2)."""
    grid = strip.grid
    return np.stack(np.meshgrid(grid.column_edges, grid.row_edges, indexing="ij"), axis=-1)


def boundary_nodes(strip):
    """Return a mask of the nodes on the four sides."""
    mask = np.ones(strip.rest().shape[:2], bool)
    mask[1:-1, 1:-1] = False
    return mask


def tangent_matrix(strip):
    """Return the sparse tangent of all nodes, from the element tangents in the work arrays."""
    stiffness = strip.work.stiffness
    n_columns, n_rows = stiffness.shape[:2]
    number = np.arange((n_columns + 1) * (n_rows + 1)).reshape(n_columns + 1, n_rows + 1)
    corners = np.stack(
        [number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]], axis=-1
    )
    unknowns = (2 * corners[..., None] + np.arange(2)).reshape(-1, 8)
    rows = np.repeat(unknowns, 8, axis=1).ravel()
    columns = np.tile(unknowns, (1, 8)).ravel()
    size = 2 * number.size
    return coo_matrix((stiffness.ravel(), (rows, columns)), shape=(size, size)).tocsc()


def solve_with_boundary(strip, start, external, tolerance):
    """Return the displacement in equilibrium with `external`, boundary nodes kept as in `start`.

    Newton's method until the last change is below `tolerance` of the largest displacement.
    """
    displacement = start.copy()
    free = np.repeat(~boundary_nodes(strip).ravel(), 2)
    for _ in range(20):
        assert strip.evaluate(displacement)
        strip.assemble_forces(displacement)
        strip.assemble_tangents(displacement)
        residual = (strip.work.force - external).ravel()[free]
        change = splu(tangent_matrix(strip)[free][:, free].tocsc()).solve(residual)
        displacement.reshape(-1)[free] -= change
        if np.abs(change).max() <= tolerance * np.abs(displacement).max():
            return displacement
    raise AssertionError(f"no equilibrium: last change {np.abs(change).max():.1e} m")
