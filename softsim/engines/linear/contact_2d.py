"""Sliding contact of a rigid edge with a layered half-plane: active set on the contact nodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import fft

from softsim.engines.linear.influence import (
    PointKernel,
    SurfaceInfluence,
    surface_influence,
)
from softsim.engines.linear.stack import FloatArray, LayeredStack
from softsim.errors import ConvergenceError, InputError
from softsim.kernels.influence import point_influence
from softsim.kernels.toeplitz import OK, toeplitz_solve

# The coarsest nested grid keeps about this many nodes; it only supplies the first active set.
COARSE_NODES = 64
MAX_ITERATIONS = 60
# Ratio of the spacings of neighbouring nested grids.
REFINEMENT = 4
# Overlap that counts as rounding, as a fraction of the largest term of the gap.
GAP_ROUNDING = 1e-11
# Datum shift of the logarithmic kernel, in extents: positive everywhere on the grid.
DATUM_EXTENTS = 10.0


@dataclass(frozen=True, eq=False)
class SlidingContact:
    """Solution of a plane-strain contact in steady sliding (or at rest).

    Parameters
    ----------
    along : ndarray, shape (n,)
        Node positions from the origin of the heights, + in the direction of +x [m].
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
        Tangential over normal force from the pressure on the slopes, against +x motion [-].
    tangential_force : float
        Force per unit length on the tool against the motion [N/m].
    iterations : int
        Active-set iterations over all grids.
    gap_residual : float
        Largest mismatch of gap inside and overlap outside the contact [m].
    """

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
    def half_width(self) -> float:
        """Half the distance of the outer contact ends [m]."""
        return 0.5 * (self.right_edge - self.left_edge)

    @property
    def contact_shift(self) -> float:
        """Centre of the contact ahead of the origin of the heights [m]."""
        return 0.5 * (self.right_edge + self.left_edge)


@dataclass(frozen=True, eq=False)
class NodalLoad:
    """One linear condition on the unknown depth and pressure: a depth + sum b_i p_i = value.

    Parameters
    ----------
    depth_factor : float
        a.
    weight : ndarray, shape (n,)
        b.
    value : float
        Force [N/m] or depth [m].
    """

    depth_factor: float
    weight: FloatArray
    value: float


class _Convolution:
    """Product with an influence column, its transform kept.

    Parameters
    ----------
    column : ndarray, shape (2 n - 1,)
        Influence of a unit hat [m/Pa].
    """

    def __init__(self, column: FloatArray) -> None:
        self.n = (column.size + 1) // 2
        # entries that wrap around fall outside the n results kept, so 2 n - 1 is long enough
        self.size = fft.next_fast_len(column.size, real=True)
        self.spectrum = fft.rfft(column, self.size)

    def __call__(self, pressure: FloatArray) -> FloatArray:
        """Return sum_j column[n - 1 + i - j] pressure[j] [m]."""
        product = self.spectrum * fft.rfft(pressure, self.size)
        return np.asarray(fft.irfft(product, self.size)[self.n - 1 : 2 * self.n - 1])


def _solve_block(column: FloatArray, index: np.ndarray, right: FloatArray) -> FloatArray:
    """Solve the contact equations on the active nodes for several right-hand sides."""
    n, m = (column.size + 1) // 2, index.size
    if index[-1] - index[0] == m - 1:
        out = np.empty_like(right)
        part = np.ascontiguousarray(column[n - m : n + m - 1])
        if toeplitz_solve(part, right, np.empty((2, m)), out) == OK and np.isfinite(out).all():
            return out
    matrix = column[n - 1 + index[:, None] - index[None, :]]
    return np.ascontiguousarray(np.linalg.solve(matrix, right.T).T)


def active_set(
    column: FloatArray, heights: FloatArray, load: NodalLoad, active: np.ndarray
) -> tuple[FloatArray, FloatArray, float, np.ndarray, int]:
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

    Returns
    -------
    pressure, displacement : ndarray, shape (n,)
        Pressure [Pa] and displacement [m].
    depth : float
        Depth of the zero of the heights below the kernel's datum [m].
    active : ndarray of bool, shape (n,)
        Contact nodes.
    iterations : int
        Iterations used.

    Raises
    ------
    ConvergenceError
        When the active set does not settle.
    """
    pressure = np.zeros(heights.size)
    convolve = _Convolution(column)
    seen: set[bytes] = set()
    for iteration in range(1, MAX_ITERATIONS + 1):
        index = np.flatnonzero(active)
        right = np.ones((2, index.size))
        right[1] = heights[index]
        unit, shape = _solve_block(column, index, right)
        weight = load.weight[index]
        depth = (load.value + weight @ shape) / (load.depth_factor + weight @ unit)
        pressure[:] = 0.0
        pressure[index] = depth * unit - shape
        displacement = convolve(pressure)
        gap = heights + displacement - depth
        rounding = GAP_ROUNDING * (abs(depth) + np.abs(displacement).max())
        wanted = np.where(active, pressure > 0.0, gap < -rounding)
        if np.array_equal(wanted, active):
            return pressure, displacement, float(depth), active, iteration
        state = active.tobytes()
        if state in seen:  # a cycle: only let nodes leave, which must end
            wanted &= active
        seen.add(state)
        if not wanted.any():
            wanted[np.argmin(heights)] = True
        active = wanted
    raise ConvergenceError(
        f"contact did not settle in {MAX_ITERATIONS} active-set iterations "
        f"({int(active.sum())} contact nodes); refine the grid or lower the load",
        residual=float(np.abs(gap[active]).max()),
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
    n = (column.size + 1) // 2
    even = 0.5 * (column[n - 1 :] + column[n - 1 :: -1])
    reach = np.concatenate([[0.0], np.cumsum(even)])
    best = 2
    for m in np.unique(np.geomspace(2, order.size, 40).astype(int)):
        best = int(m)
        end = reach[m]
        sag = 2.0 * reach[(m + 1) // 2] - end
        if sag <= 0.0:
            continue
        pressure = (order[m - 1] - order[0]) / sag
        depth = order[m - 1] + pressure * end
        if load.depth_factor * depth + pressure * m * load.weight.mean() > load.value:
            break
    return np.asarray(heights <= order[best - 1])


def _prolong(active: np.ndarray, pressure: FloatArray, n: int) -> np.ndarray:
    """Carry an active set to the next finer grid, the ends of each patch interpolated."""
    fine = np.zeros(n, dtype=bool)
    place = np.arange(float(active.size))
    jump = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]])))
    for first, last in zip(jump[::2], jump[1::2] - 1, strict=True):
        left = int(np.ceil(REFINEMENT * contact_edge(place, pressure, first, 1)))
        right = int(np.floor(REFINEMENT * contact_edge(place, pressure, last, -1)))
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


def _reference_rows(
    influence: SurfaceInfluence, friction: float, distance: float, along: FloatArray
) -> FloatArray:
    """Return the displacement at +-distance per unit force at each node [m/Pa/m], (2, n)."""
    rows = np.empty((2, along.size))
    half_cell = 0.5 * influence.spacing
    out = np.empty(along.size)
    for row, place in zip(rows, (distance, -distance), strict=True):
        x = place - along
        x[np.abs(x) < half_cell] = half_cell
        row[:] = point_values(influence.kernel_pressure, x, out)
        if friction != 0.0:
            row += friction * point_values(influence.kernel_shear, x, out)
    return rows


def point_values(kernel: PointKernel, x: FloatArray, out: FloatArray) -> FloatArray:
    """Evaluate a kernel at points x."""
    point_influence(
        x,
        kernel.start,
        kernel.step,
        kernel.ahead,
        kernel.behind,
        kernel.length,
        kernel.factors,
        out,
    )
    return out


def solve_sliding_contact(
    stack: LayeredStack,
    *,
    along: FloatArray,
    heights: FloatArray,
    speed: float = 0.0,
    friction: float = 0.0,
    force: float | None = None,
    indentation: float | None = None,
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
    speed : float
        Speed [m/s]; the sign is the direction along x, 0 is long-term rest (friction acts as for
        motion towards +x), +-inf instantaneous.
    friction : float
        Coulomb coefficient [-], 0 <= mu < 1.
    force : float, optional
        Normal force per unit length [N/m], > 0.  Exactly one of force and indentation.
    indentation : float, optional
        Depth of the tool below the datum [m], > 0.
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
        When the load is missing, doubled or not positive.
    ConvergenceError
        When the active set does not settle.

    Notes
    -----
    u_z(k) = [Czz(k, -kV) - i mu Czx(k, -kV)] p(k) on an unbounded line: no periodic box.
    Accuracy: pressure hats, second order inside the contact, 1.5 near its ends.
    """
    by_force, value = _given_load(force, indentation)
    if speed < 0.0:
        mirrored = solve_sliding_contact(
            stack,
            along=-along[::-1],
            heights=heights[::-1],
            speed=-speed,
            friction=friction,
            force=force,
            indentation=indentation,
            datum_distance=datum_distance,
        )
        return _mirror(mirrored)
    n = along.size
    spacing = float(along[-1] - along[0]) / (n - 1)
    n_levels = max(1, round(np.log(n / COARSE_NODES) / np.log(REFINEMENT)) + 1)
    strides = tuple(REFINEMENT**level for level in range(n_levels))
    influence = surface_influence(stack, speed, spacing, n, strides)
    far = DATUM_EXTENTS * spacing * n
    shift = influence.kernel_pressure.far_log * np.log(far)
    if stack.is_half_space and np.isinf(datum_distance):
        datum_distance = far
    rows = np.zeros((2, n))
    if not by_force and np.isfinite(datum_distance):
        rows = _reference_rows(influence, friction, datum_distance, along) + shift

    def load_at(stride: int) -> NodalLoad:
        step = spacing * stride
        if by_force:
            return NodalLoad(0.0, np.full(-(-n // stride), step), value)
        return NodalLoad(1.0, -step * rows.mean(axis=0)[::stride], value)

    found = _nested_contact(influence, strides, heights, friction, shift, load_at)
    return _build(influence, along, heights, found, friction, datum_distance, shift)


def _given_load(force: float | None, indentation: float | None) -> tuple[bool, float]:
    """Return whether the force is given, and the value of what is given."""
    value = indentation if force is None else force
    if value is None or (force is not None and indentation is not None):
        raise InputError("give exactly one of force and indentation")
    if not value > 0.0:
        raise InputError(f"the load is {value}; force and indentation must be > 0")
    return force is not None, value


@dataclass(frozen=True, eq=False)
class _Found:
    """Solution of the contact equations on the finest nodes."""

    pressure: FloatArray
    displacement: FloatArray
    depth: float
    active: np.ndarray
    iterations: int


def _nested_contact(
    influence: SurfaceInfluence,
    strides: tuple[int, ...],
    heights: FloatArray,
    friction: float,
    shift: float,
    load_at: Callable[[int], NodalLoad],
) -> _Found:
    """Solve on nested grids, each starting from the contact of the coarser one."""
    found: _Found | None = None
    for level in range(len(strides) - 1, -1, -1):
        stride = strides[level]
        column = influence.pressure[level] + friction * influence.shear[level]
        column += shift * influence.spacing * stride
        coarse = np.ascontiguousarray(heights[::stride])
        load = load_at(stride)
        if found is None:
            guess = first_guess(column, coarse, load)
        else:
            guess = _prolong(found.active, found.pressure, coarse.size)
        before = 0 if found is None else found.iterations
        pressure, displacement, depth, active, iterations = active_set(column, coarse, load, guess)
        found = _Found(pressure, displacement, depth, active, before + iterations)
    assert found is not None
    return found


def _build(
    influence: SurfaceInfluence,
    along: FloatArray,
    heights: FloatArray,
    found: _Found,
    friction: float,
    datum_distance: float,
    shift: float,
) -> SlidingContact:
    """Collect the scalars of a solved contact."""
    spacing, pressure, depth = influence.spacing, found.pressure, found.depth
    displacement = found.displacement
    loaded = np.flatnonzero(found.active)
    nodal_force = spacing * pressure[loaded]
    reference = np.zeros(2)
    if np.isfinite(datum_distance):
        rows = _reference_rows(influence, friction, datum_distance, along[loaded])
        reference = (rows + shift) @ nodal_force
    force = float(nodal_force.sum())
    slope = np.zeros(along.size)
    finite = np.isfinite(heights)
    slope[finite] = np.gradient(heights[finite], spacing)
    ploughing = float(nodal_force @ slope[loaded]) / force
    gap = heights + displacement - depth
    datum = float(reference.mean())
    return SlidingContact(
        along=along,
        contact_pressure=pressure,
        contact_shear=friction * pressure,
        displacement=displacement - datum,
        force=force,
        indentation=depth - datum,
        indentation_ahead=depth - float(reference[0]),
        indentation_behind=depth - float(reference[1]),
        left_edge=contact_edge(along, pressure, int(loaded[0]), 1),
        right_edge=contact_edge(along, pressure, int(loaded[-1]), -1),
        ploughing=ploughing,
        tangential_force=(friction + ploughing) * force,
        iterations=found.iterations,
        gap_residual=float(max(np.abs(gap[loaded]).max(), -gap.min(), 0.0)),
    )


def _mirror(solution: SlidingContact) -> SlidingContact:
    """Return the solution seen in a mirror: motion towards -x."""
    return replace(
        solution,
        along=-solution.along[::-1],
        contact_pressure=solution.contact_pressure[::-1],
        contact_shear=-solution.contact_shear[::-1],
        displacement=solution.displacement[::-1],
        left_edge=-solution.right_edge,
        right_edge=-solution.left_edge,
    )
