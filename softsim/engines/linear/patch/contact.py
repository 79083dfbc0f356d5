"""Contact of a rigid height map with a layered solid: nested grids, padded transforms.

Homogeneous half-space without friction or viscous motion: projected conjugate gradients.
Otherwise: active set, with preconditioned GMRES on the contact cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from softsim import progress
from softsim.engines.linear.medium.stack import FloatArray, LayeredStack
from softsim.engines.linear.patch.green import CellInfluence, cell_influence, coarsen_influence
from softsim.engines.linear.patch.solvers import (
    BoolArray,
    CellOperator,
    active_set_contact,
    conjugate_contact,
    lowest_share,
)
from softsim.errors import ConvergenceError
from softsim.load import Load

COARSE_CELLS = 32  # the coarsest nested grid keeps at least this many cells on its short side
MAX_CROPS = 60  # blocks of cells tried, each larger than the one before
FIRST_SHARE = 0.25  # of the lowest cells, on which a contact is sought first
MARGIN_CELLS = 3  # cells kept around the contact when the grid is cropped


@dataclass(frozen=True, eq=False)
class SurfaceContact:
    """Solution of a three-dimensional contact.

    Parameters
    ----------
    contact_pressure : ndarray, shape (n_along, n_across)
        Pressure per cell [Pa], >= 0.
    displacement : ndarray, shape (n_along, n_across)
        Vertical displacement, + into the solid [m].
    force : float
        Normal force [N].
    indentation : float
        Depth of the zero of the heights below the undisturbed surface [m].
    contact_area : float
        Area under pressure [m^2].
    ploughing : float
        Tangential over normal force from the pressure on the slopes [-].
    iterations : int
        Iterations on the finest grid.
    gap_residual : float
        Largest gap inside the contact or overlap outside it [m].
    """

    contact_pressure: FloatArray
    displacement: FloatArray
    force: float
    indentation: float
    contact_area: float
    ploughing: float
    iterations: int
    gap_residual: float

    def mirrored(self) -> SurfaceContact:
        """Return the contact seen in a mirror across the stroke."""
        pressure, displacement = self.contact_pressure[::-1], self.displacement[::-1]
        return replace(self, contact_pressure=pressure, displacement=displacement)


class CellContact(NamedTuple):
    """What is solved for on cells.

    Parameters
    ----------
    pressure, displacement : ndarray, shape (n_along, n_across)
        [Pa], [m].
    depth : float
        Of the zero of the heights [m].
    iterations : int
    """

    pressure: FloatArray
    displacement: FloatArray
    depth: float
    iterations: int


def solve_surface_contact(
    stack: LayeredStack,
    *,
    spacing: tuple[float, float],
    heights: FloatArray,
    load: Load,
    speed: float = 0.0,
    friction: float = 0.0,
) -> SurfaceContact:
    """Press a rigid height map on a layered solid, at rest or in steady sliding towards +x.

    Parameters
    ----------
    stack : LayeredStack
        The solid.
    spacing : tuple of float
        Cell sides along and across [m].
    heights : ndarray, shape (n_along, n_across)
        Height of the tool above its lowest point at the cell centres [m]; inf: no tool.
    load : Load
        Normal force [N] or depth below the undisturbed surface [m].
    speed : float
        >= 0 [m/s]; 0 long-term rest.
    friction : float
        Coulomb coefficient of the gross slip along x [-].

    Returns
    -------
    SurfaceContact
        Pressure, displacement, scalars.

    Raises
    ------
    InputError
        When the load is a pressure or not positive.
    ConvergenceError
        When the contact does not settle.

    Notes
    -----
    Constant pressure per cell; error of peak pressure and force about (cell/contact radius)^1.5.
    """
    load.check_contact()
    shape = (heights.shape[0], heights.shape[1])
    levels = 1 + max(0, int(np.log2(min(shape) / COARSE_CELLS)))
    found: CellContact | None = None
    tables = [cell_influence(stack, speed, spacing, shape)]
    for _ in range(levels - 1):
        tables.append(coarsen_influence(tables[-1]))
    for level in range(levels - 1, -1, -1):
        progress.report(0.25 ** (level + 1), 1.0, "contact of a whole edge")  # by number of cells
        coarse = _coarsen(heights, 2**level)
        influence = tables[level]
        area = influence.spacing[0] * influence.spacing[1]
        guess = lowest_share(coarse, FIRST_SHARE)
        if found is not None:
            guess = _refine(found.pressure, coarse.shape)
        found = solve_cells(influence, coarse, cell_load(load, area), guess, friction)
    assert found is not None
    return summary_of(heights, spacing, found)


def cell_load(load: Load, area: float) -> Load:
    """Return a load with its force over the area of a cell, the sum of the pressures [Pa].

    Parameters
    ----------
    load : Load
    area : float
        [m^2].
    """
    return Load("force", load.value / area) if load.kind == "force" else load


def solve_cells(
    influence: CellInfluence,
    heights: FloatArray,
    load: Load,
    guess: FloatArray,
    friction: float,
) -> CellContact:
    """Solve one grid, cropped to the contact, and check the rest of the surface.

    Parameters
    ----------
    influence : CellInfluence
        Influence of one cell.
    heights : ndarray, shape (n_along, n_across)
        Heights [m].
    load : Load
        From `cell_load`.
    guess : ndarray, shape (n_along, n_across)
        First pressure [Pa].
    friction : float
        Coulomb coefficient [-].

    Returns
    -------
    CellContact
    """
    table = influence.pressure
    if friction != 0.0:
        table = table + friction * influence.shear
    # stiff skins on soft beds and long cells cost conjugate gradients hundreds of iterations
    plain = influence.closed and friction == 0.0
    method = conjugate_contact if plain else active_set_contact
    whole = CellOperator(table, (heights.shape[0], heights.shape[1]))
    active = guess > 0.0
    total = 0
    for _ in range(MAX_CROPS):
        rows, columns = _crop(active)
        block = heights[rows, columns]
        operator = CellOperator(table, (block.shape[0], block.shape[1]))
        part, depth, iterations = method(operator, block, load, guess[rows, columns])
        total += iterations
        pressure = np.zeros_like(heights)
        pressure[rows, columns] = part
        displacement = whole(pressure)
        outside = heights + displacement - depth < -1e-9 * abs(depth)
        outside[rows, columns] = False
        if not outside.any():
            return CellContact(pressure, displacement, depth, total)
        active = active | outside | (pressure > 0.0)
        guess = np.where(outside, pressure.mean(), pressure)
    raise ConvergenceError(
        f"cells outside the contact are still pressed after {MAX_CROPS} larger blocks "
        f"({int(outside.sum())} of them); take other cells, or a smoother height map",
        load_reached=0.0,
    )


def _crop(active: BoolArray) -> tuple[slice, slice]:
    """Return the block of cells that holds the contact and a margin."""
    slices = []
    for axis in (1, 0):
        index = np.flatnonzero(active.any(axis=axis))
        slices.append(
            slice(max(int(index[0]) - MARGIN_CELLS, 0), int(index[-1]) + MARGIN_CELLS + 1)
        )
    return slices[0], slices[1]


def _coarsen(heights: FloatArray, stride: int) -> FloatArray:
    """Average the heights over blocks of cells, padded with cells without a tool."""
    if stride == 1:
        return heights
    pad = [(0, -n % stride) for n in heights.shape]
    full = np.pad(heights, pad, constant_values=np.inf)
    blocks = full.reshape(full.shape[0] // stride, stride, full.shape[1] // stride, stride)
    return np.asarray(blocks.mean(axis=(1, 3)))


def _refine(pressure: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Repeat every coarse pressure on its four fine cells."""
    return np.repeat(np.repeat(pressure, 2, axis=0), 2, axis=1)[: shape[0], : shape[1]].copy()


def summary_of(
    heights: FloatArray, spacing: tuple[float, float], solved: CellContact
) -> SurfaceContact:
    """Collect the scalars of a solved contact.

    Parameters
    ----------
    heights : ndarray, shape (n_along, n_across)
        [m].
    spacing : tuple of float
        Cell sides [m].
    solved : CellContact
    """
    pressure, displacement, depth, iterations = solved
    area = spacing[0] * spacing[1]
    active = pressure > 0.0
    slope = _slopes(heights, spacing[0])
    gap = heights + displacement - depth
    total = float(pressure.sum())
    return SurfaceContact(
        contact_pressure=pressure,
        displacement=displacement,
        force=total * area,
        indentation=depth,
        contact_area=float(active.sum()) * area,
        ploughing=float((pressure * slope).sum()) / total if total > 0.0 else 0.0,
        iterations=iterations,
        gap_residual=float(max(np.abs(gap[active]).max(initial=0.0), -gap.min(), 0.0)),
    )


def _slopes(heights: FloatArray, side: float) -> FloatArray:
    """Return the slopes along: central differences, one-sided ones beside cells without a tool."""
    rise = np.diff(np.where(np.isfinite(heights), heights, np.nan), axis=0) / side
    ahead = np.pad(rise, ((0, 1), (0, 0)), constant_values=np.nan)
    behind = np.pad(rise, ((1, 0), (0, 0)), constant_values=np.nan)
    one = np.where(np.isnan(ahead), behind, ahead)
    other = np.where(np.isnan(behind), ahead, behind)
    return np.asarray(np.nan_to_num(0.5 * (one + other)))
