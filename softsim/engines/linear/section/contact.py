"""Sliding contact of a rigid edge with a layered half-plane: active set on the contact nodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.stack import FloatArray, LayeredStack
from softsim.engines.linear.section.active_set import (
    GRID_RATIO,
    Convolution,
    NodalContact,
    NodalLoad,
    UnsettledContactError,
    active_set,
    contact_edge,
    first_guess,
    prolong,
)
from softsim.engines.linear.section.green import (
    INFLUENCES_KEPT,
    SlidingMedium,
    SurfaceInfluence,
    surface_influence,
)
from softsim.errors import InputError
from softsim.kernels.tables.arrays import GreenFunction
from softsim.kernels.tables.influence import point_influence
from softsim.load import Load

# The coarsest nested grid keeps about this many nodes; it only supplies the first active set.
COARSE_NODES = 64
# Datum shift of the logarithmic influence, in extents: positive everywhere on the grid.
DATUM_EXTENTS = 10.0


@dataclass(frozen=True, eq=False)
class SlidingContact:
    """Solution of a plane-strain contact in steady sliding towards +x (or at rest).

    Parameters
    ----------
    medium : SlidingMedium
        What it was solved on.
    along : ndarray, shape (n,)
        Node positions from the origin of the heights [m].
    contact_pressure : ndarray, shape (n,)
        Pressure [Pa], >= 0.
    contact_shear : ndarray, shape (n,)
        Shear traction of the tool on the tissue towards +x [Pa].
    displacement : ndarray, shape (n,)
        Vertical surface displacement, + into the tissue, relative to the datum [m].
    force : float
        Normal force per unit length [N/m].
    indentation : float
        Depth of the tool's zero height below the datum [m].
    indentation_ahead, indentation_behind : float
        The same, below the surface at +datum_distance and at -datum_distance [m].
    left_edge, right_edge : float
        Outer ends of the contact, interpolated inside a cell [m].
    ploughing : float
        Tangential over normal force from the pressure on the slopes, against the motion [-].
    tangential_force : float
        Force per unit length on the tool against the motion [N/m].
    iterations : int
        Active-set iterations over all grids.
    gap_residual : float
        Largest mismatch of gap inside and overlap outside the contact [m].
    """

    medium: SlidingMedium
    along: FloatArray
    contact_pressure: FloatArray
    contact_shear: FloatArray
    displacement: FloatArray
    force: float
    indentation: float
    indentation_ahead: float
    indentation_behind: float
    left_edge: float
    right_edge: float
    ploughing: float
    tangential_force: float
    iterations: int
    gap_residual: float

    @property
    def spacing(self) -> float:
        """Distance of neighbouring nodes [m]."""
        return self.medium.spacing

    @property
    def half_width(self) -> float:
        """Half the distance of the outer contact ends [m]."""
        return 0.5 * (self.right_edge - self.left_edge)

    @property
    def contact_shift(self) -> float:
        """Centre of the contact ahead of the origin of the heights [m]."""
        return 0.5 * (self.right_edge + self.left_edge)


@dataclass(frozen=True, eq=False)
class _Datum:
    """Mean of the surface at some distance ahead of and behind the tool; inf: undisturbed.

    With the influence of a pressure and its friction, to which `shift` is added [m/Pa/m].
    """

    influence: SurfaceInfluence
    friction: float
    distance: float
    shift: float

    def rows(self, along: FloatArray) -> FloatArray:
        """Return the displacement there per unit force at each node [m/Pa/m], (2, n)."""
        rows = np.zeros((2, along.size))
        if np.isinf(self.distance):
            return rows
        half_cell = 0.5 * self.influence.spacing
        out = np.empty(along.size)
        for row, place in zip(rows, (self.distance, -self.distance), strict=True):
            x = place - along
            x[np.abs(x) < half_cell] = half_cell
            row[:] = point_values(self.influence.green_pressure, x, out)
            if self.friction != 0.0:
                row += self.friction * point_values(self.influence.green_shear, x, out)
        return rows + self.shift


def point_values(green: GreenFunction, x: FloatArray, out: FloatArray) -> FloatArray:
    """Evaluate a Green's function at points.

    Parameters
    ----------
    green : GreenFunction
    x : ndarray, shape (n,)
        [m].
    out : ndarray, shape (n,)
        Filled and returned, in the unit of the function.
    """
    point_influence(green, x, out)
    return out


def solve_sliding_contact(
    stack: LayeredStack,
    *,
    along: FloatArray,
    heights: FloatArray,
    load: Load,
    speed: float = 0.0,
    friction: float = 0.0,
    datum_distance: float = np.inf,
) -> SlidingContact:
    """Solve the contact of a rigid edge that slides steadily with gross slip.

    Exact at small strain for a laterally uniform stack; not for transients, and not where the
    tool sticks.

    Parameters
    ----------
    stack : LayeredStack
        The solid.
    along : ndarray, shape (n,)
        Node positions, equal steps [m].
    heights : ndarray, shape (n,)
        Height of the edge above its lowest point [m]; inf where there is no tool.
    load : Load
        Normal force per unit length, or depth of the tool below the datum, > 0.
    speed : float
        Speed towards +x, >= 0 [m/s]; 0 is long-term rest (friction acts as in motion), inf
        instantaneous.
    friction : float
        Coulomb coefficient [-], 0 <= mu < 1.
    datum_distance : float
        The datum is the mean of the surface at +-this distance [m].  inf (only over a rigid base,
        where it is the undisturbed surface) is the default; over a half-space the displacement
        grows like a logarithm and inf is taken as ten extents of the grid.

    Returns
    -------
    SlidingContact
        Pressure, displacement and scalars.

    Raises
    ------
    InputError
        When the load is a pressure or not positive, or the speed negative.
    ConvergenceError
        When the active set does not settle.

    Notes
    -----
    u_z(k) = [Czz(k, -kV) - i mu Czx(k, -kV)] p(k) on an unbounded line: no periodic box.
    Accuracy: pressure hats; the pressure is of second order in the spacing inside the contact, of
    order 1.5 in the mean because of its ends, their places of first.
    """
    load.check_contact()
    if speed < 0.0:
        raise InputError(f"the speed is {speed}; must be >= 0 (mirror the heights instead)")
    n = along.size
    spacing = float(along[-1] - along[0]) / (n - 1)
    medium = SlidingMedium(stack=stack, speed=speed, friction=friction, spacing=spacing, count=n)
    n_levels = max(1, round(np.log(n / COARSE_NODES) / np.log(GRID_RATIO)) + 1)
    strides = tuple(GRID_RATIO**level for level in range(n_levels))
    influence = surface_influence(stack, speed, spacing, n, strides)
    far = DATUM_EXTENTS * spacing * n
    shift = influence.green_pressure.far_log * np.log(far)
    if stack.is_half_space and np.isinf(datum_distance):
        datum_distance = far
    datum = _Datum(influence, friction, datum_distance, shift)
    weight, depth_factor = np.ones(n), 0.0
    if load.kind == "indentation":
        weight, depth_factor = -datum.rows(along).mean(axis=0), 1.0

    def load_at(stride: int) -> NodalLoad:
        return NodalLoad(depth_factor, spacing * stride * weight[::stride], load.value)

    found = _nested_contact(datum, strides, heights, load_at)
    return _build(medium, along, heights, found, datum)


@kept(entries=INFLUENCES_KEPT)
def _products(
    influence: SurfaceInfluence, strides: tuple[int, ...], friction: float, shift: float
) -> list[Convolution]:
    """Return the product with a hat of pressure and its friction on every nested grid."""
    levels = zip(influence.pressure, influence.shear, strides, strict=True)
    return [
        Convolution(pressure + friction * shear + shift * influence.spacing * stride)
        for pressure, shear, stride in levels
    ]


def _nested_contact(
    datum: _Datum,
    strides: tuple[int, ...],
    heights: FloatArray,
    load_at: Callable[[int], NodalLoad],
) -> NodalContact:
    """Solve on nested grids, each starting from the contact of the coarser one.

    A coarse grid only supplies the first contact; where it cannot see the tool or does not settle,
    the next one starts by itself.
    """
    found: NodalContact | None = None
    products = _products(datum.influence, strides, datum.friction, datum.shift)
    for stride, product in zip(reversed(strides), reversed(products), strict=True):
        column = product.column
        coarse = np.ascontiguousarray(heights[::stride])
        load = load_at(stride)
        if found is None:
            guess = first_guess(column, coarse, load)
        else:
            guess = prolong(found.active, found.pressure, coarse.size)
        before = 0 if found is None else found.iterations
        try:
            found = active_set(column, coarse, load, guess, product)
        except UnsettledContactError:
            if stride == 1:
                raise
            found = None
        else:
            found = found._replace(iterations=before + found.iterations)
    assert found is not None
    return found


def _build(
    medium: SlidingMedium,
    along: FloatArray,
    heights: FloatArray,
    found: NodalContact,
    datum: _Datum,
) -> SlidingContact:
    """Collect the scalars of a solved contact."""
    friction, pressure, depth = medium.friction, found.pressure, found.depth
    loaded = np.flatnonzero(found.active)
    nodal_force = medium.spacing * pressure[loaded]
    reference = datum.rows(along[loaded]) @ nodal_force
    force = float(nodal_force.sum())
    # slopes of the skin: at the last node a steep flank rises where the skin does not follow
    slope = np.gradient(found.displacement, medium.spacing)[loaded]
    ploughing = -float(nodal_force @ slope) / force
    gap = heights + found.displacement - depth
    zero = float(reference.mean())
    return SlidingContact(
        medium=medium,
        along=along,
        contact_pressure=pressure,
        contact_shear=friction * pressure,
        displacement=found.displacement - zero,
        force=force,
        indentation=depth - zero,
        indentation_ahead=depth - float(reference[0]),
        indentation_behind=depth - float(reference[1]),
        left_edge=contact_edge(along, pressure, int(loaded[0]), 1),
        right_edge=contact_edge(along, pressure, int(loaded[-1]), -1),
        ploughing=ploughing,
        tangential_force=(friction + ploughing) * force,
        iterations=found.iterations,
        gap_residual=float(max(np.abs(gap[loaded]).max(), -gap.min(), 0.0)),
    )
