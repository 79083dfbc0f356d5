"""Steady stroke: one nonlinear solve in the tool's frame, grown from a small load.

The load is grown on a coarse grid with a skin node anchored under the tool, so that the imprint of
the edge stays in the middle of the grid while friction drags the skin along; the solution is then
carried to grids that resolve the contact it found.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from softsim.engines.finite.grid import make_columns, make_rows, transfer, transfer_elements
from softsim.engines.finite.histories import FrozenHistory, History, RowHistory
from softsim.engines.finite.newton import Newton, NewtonReport
from softsim.engines.finite.state import Anchor, Load, State
from softsim.engines.finite.strip import Array, Strip
from softsim.engines.finite.surface import SkinContact, skin_contact
from softsim.errors import ConvergenceError
from softsim.kernels.contact import OPEN, SLIP_BACKWARD, SLIP_FORWARD
from softsim.kernels.section import ARC
from softsim.problem import LayerArrays, Problem, pack_edge, pack_layers

NODES_IN_CONTACT = 20  # across the loaded part of the contact
NODES_TO_RIM = 3  # from the pressure peak to the nearer rim: fast strokes have a steep front
MOST_NODES_IN_CONTACT = 48
MARGIN, LEAST_MARGIN = 0.15, 5.0  # beside the contact, in its widths and in elements
COARSE_NODES = 6  # along a nose radius, while the load grows
COARSE_NODES_ACROSS = 4  # along the half-width expected of a small contact
MOST_COARSE_COLUMNS = 60  # under the tool
OVERSHOOT = 1.3  # of the load, at which the first depth is taken back
ROW_SLOPE = 0.2  # growth of row height with depth
TOP_FRACTION = 0.5  # height of the first row in element lengths
COARSE_SLOPE = 0.6
COLUMN_GROWTH = 1.2
COARSE_GROWTH = 1.5
REACH = 30.0  # of the held ends, in stack thicknesses
FIRST_RATIO = 2.5  # of successive indentations
SMALLEST_RATIO, LARGEST_RATIO = 1.005, 3.0
FIRST_DEPTH = 0.1  # first indentation, in nose radii
GROW_PATIENCE = 20  # Newton iterations after which a step is shortened
EASY, HARD = 6, 12  # Newton iterations below and above which steps grow and shrink
LOOSE_KRYLOV = 0.03
LOAD_TOLERANCE = 2e-3  # a mean pressure is found to that at worst, a force far better
REFINEMENTS = 6
PATIENCE = 25  # Newton iterations after which another way is tried


@dataclass(slots=True)
class Solution:
    """A converged steady state: where it lives and what the skin shows."""

    strip: Strip
    history: History
    state: State
    contact: SkinContact
    iterations: int
    residual: float
    is_coarse: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A problem as arrays, with the load per length across."""

    layers: LayerArrays
    chain: Array
    friction: float
    free_sides: bool
    direction: int
    speed: float | None
    load: Load
    nose_radius: float
    shear_moduli: Array
    half_width: float | None
    element_along: float | None
    rows: tuple[int, ...] | None
    growth: float | None

    @classmethod
    def of(cls, problem: Problem, speed: float | None) -> Scene:
        """Pack a problem; `speed` None means fully relaxed tissue."""
        stroke, resolution, tissue = problem.stroke, problem.resolution, problem.tissue
        value = problem.line_load if stroke.force is not None else stroke.load
        return cls(
            layers=pack_layers(tissue),
            chain=pack_edge(problem),
            friction=problem.friction,
            free_sides=tissue.sides == "free",
            direction=problem.direction,
            speed=speed,
            load=Load(kind=stroke.load_kind, value=float(value)),  # type: ignore[arg-type]
            nose_radius=float(problem.instrument.edge.nose_radius),
            shear_moduli=np.array([x.material.shear_modulus_initial for x in tissue.layers]),
            half_width=None if tissue.width is None else 0.5 * float(tissue.width),
            element_along=resolution.element_along,  # type: ignore[arg-type]
            rows=resolution.rows,  # type: ignore[arg-type]
            growth=resolution.growth,
        )

    @property
    def thickness(self) -> float:
        """Thickness of the stack [m]."""
        return float(self.layers.thickness.sum())

    def history(self, strip: Strip) -> History:
        """Return the history of a steady stroke, or relaxed tissue without speed."""
        if self.speed is None:
            return FrozenHistory(strip, self.layers.long_term)
        return RowHistory(strip, self.speed)

    def strip(
        self,
        fine: tuple[float, float],
        size: float,
        *,
        coarse: bool = False,
        ends: tuple[float, float] | None = None,
    ) -> Strip:
        """Return a strip with elements of length `size` in the interval `fine`."""
        if ends is None and self.half_width is not None:
            ends = (min(-self.half_width, fine[0]), max(self.half_width, fine[1]))
        if ends is None:
            reach = REACH * self.thickness
            ends = (fine[0] - reach, fine[1] + reach)
        growth, slope = self.growth or COLUMN_GROWTH, 0.0 if self.growth == 1.0 else ROW_SLOPE
        if coarse:
            growth, slope = COARSE_GROWTH, COARSE_SLOPE
        rows = make_rows(self.layers, TOP_FRACTION * size, slope, None if coarse else self.rows)
        columns = make_columns(fine, size, ends, growth, self.thickness)
        grid = replace(rows, column_edges=columns)
        return Strip(self.layers, grid, self.chain, self.friction, self.free_sides)

    def slip_state(self) -> int:
        """State of a touching node that slips under the tool."""
        return int(SLIP_FORWARD if self.direction > 0 else SLIP_BACKWARD)


def solve_steady(scene: Scene, warm: Solution | None = None) -> Solution:
    """Solve a steady stroke (or a frictional press of relaxed tissue, when `speed` is None).

    Parameters
    ----------
    scene : Scene
    warm : Solution, optional
        Solution of a neighbouring problem on the same tissue, to start from.

    Raises
    ------
    ConvergenceError
        When the load cannot be reached.
    """
    if warm is not None:
        try:
            return refine(scene, replace(warm, iterations=0), adopt=True)
        except ConvergenceError:
            pass
    return refine(scene, grow(scene))


def expected_half_width(scene: Scene) -> float:
    """Rough half-width of the contact of the nose [m], to size the first grid.

    Hertz's for a line load, with the plane-strain modulus of the layers averaged over twice that
    depth; from the depth alone where an indentation is given.
    """
    radius = scene.nose_radius
    if scene.load.kind == "indentation":
        return math.sqrt(radius * scene.load.value)
    layers = scene.layers
    bottoms = np.cumsum(layers.thickness)
    tops = bottoms - layers.thickness
    half = radius
    for _ in range(20):
        depth = 2.0 * half
        inside = np.clip(depth - tops, 0.0, layers.thickness)
        modulus = 4.0 * float(scene.shear_moduli @ inside / inside.sum())
        force = scene.load.value
        if scene.load.kind == "pressure":
            half = 4.0 * radius * force / modulus
        else:
            half = 0.5 * (half + math.sqrt(4.0 * force * radius / (math.pi * modulus)))
    return half


def under_the_tool(scene: Scene, height: float) -> tuple[float, float]:
    """Interval along where the edge is within `height` of its lowest point [m]."""
    places = [0.0]
    for link in scene.chain:
        if link[0] == ARC:
            turns = np.linspace(0.0, link[6], 257)
            x = link[1] + link[3] * (np.cos(turns) * link[4] + np.sin(turns) * link[5])
            z = link[2] + link[3] * (np.cos(turns) * link[5] - np.sin(turns) * link[4])
        else:
            steps = np.linspace(0.0, link[5], 257)
            x, z = link[1] + steps * link[3], link[2] + steps * link[4]
        places.extend(x[z >= -height])
    return min(places), max(places)


def grow(scene: Scene) -> Solution:
    """Grow the load from a touch on a coarse grid."""
    half = min(expected_half_width(scene), scene.nose_radius)
    low, high = under_the_tool(
        scene, min(0.5 * scene.nose_radius, 4.0 * half**2 / scene.nose_radius)
    )
    size = min(scene.nose_radius / COARSE_NODES, half / COARSE_NODES_ACROSS)
    margin = min(0.5 * scene.nose_radius, half)
    # the middle of the part that can touch is at the origin of the grid
    middle = 0.5 * (low + high)
    fine = (low - margin - middle, high + margin - middle)
    size = max(size, (fine[1] - fine[0]) / MOST_COARSE_COLUMNS)
    strip = scene.strip(fine, size, coarse=True)
    history = scene.history(strip)
    column = int(np.argmin(np.abs(strip.grid.column_edges)))
    anchor = Anchor(column, float(strip.grid.column_edges[column]) + middle)
    newton = Newton(strip, history, sliding=scene.direction, anchor=anchor, tolerance=1e-4)
    path = [State(strip.rest(), 0.0, -middle)]
    ratio, depth = FIRST_RATIO, min(FIRST_DEPTH * scene.nose_radius, half**2 / scene.nose_radius)
    if scene.load.kind == "indentation":
        depth = min(depth, scene.load.value)
    force, residual = 0.0, math.nan
    newton.krylov_tolerance = LOOSE_KRYLOV
    while True:
        trial = _extrapolated(path, depth)
        states = strip.work.states.copy()
        report = newton.solve(trial, Load(kind="indentation", value=depth), GROW_PATIENCE)
        if not report.converged:
            residual = report.residual
            strip.work.states[:] = states
            if len(path) == 1:
                depth *= 0.3
                if depth < 1e-6 * scene.nose_radius:
                    raise _not_converged(0.0, residual)
                continue
            ratio = 1.0 + 0.4 * (depth / path[-1].depth - 1.0)
            if ratio < SMALLEST_RATIO:
                raise _not_converged(_reached(scene, force, path[-1].depth), residual)
            depth = path[-1].depth * ratio
            continue
        contact = skin_contact(strip, trial)
        if len(path) == 1 and scene.load.kind != "indentation":
            beyond = contact.force_depth / _wanted_force(scene, contact)
            if beyond > OVERSHOOT:
                depth *= 0.5 / beyond
                strip.work.states[:] = OPEN
                continue
        path = [*path[-3:], trial]
        previous, force = force, contact.force_depth
        solution = Solution(
            strip, history, trial, contact, newton.iterations, report.residual, is_coarse=True
        )
        if scene.load.kind == "indentation":
            if trial.depth >= scene.load.value:
                return solution
            target = scene.load.value
        else:
            wanted = _wanted_force(scene, contact)
            if force >= 0.9 * wanted:
                return solution
            slope = (force - previous) / max(trial.depth - path[-2].depth, 1e-12)
            target = trial.depth + (wanted - force) / max(slope, 1e-12)
        if report.iterations <= EASY:
            ratio = min(1.0 + 1.4 * (ratio - 1.0), LARGEST_RATIO)
        elif report.iterations >= HARD:
            ratio = max(1.0 + 0.6 * (ratio - 1.0), SMALLEST_RATIO)
        depth = min(trial.depth * ratio, target)


def _extrapolated(path: list[State], depth: float) -> State:
    """Guess at a new depth: the line through the last two states that were loaded."""
    guess = path[-1].copy()
    if len(path) > 2:
        before, last = path[-2:]
        guess = last.beyond(before, (depth - last.depth) / (last.depth - before.depth))
    guess.depth = depth
    return guess


def _wanted_force(scene: Scene, contact: SkinContact) -> float:
    """Force per length across that the load asks for at this contact [N/m]."""
    if scene.load.kind == "pressure":
        return scene.load.value * contact.width
    return scene.load.value


def _reached(scene: Scene, force: float, depth: float) -> float:
    """Fraction of the load that was reached."""
    return (depth if scene.load.kind == "indentation" else force) / scene.load.value


def refine(scene: Scene, solution: Solution, *, adopt: bool = False) -> Solution:
    """Carry a solution to the full load on grids that resolve the contact it finds.

    `adopt` takes a neighbour's grid as it is for the first solve.  Where no finer grid can be
    solved, the solution at full load on the present one is returned with a warning.
    """
    for _ in range(REFINEMENTS):
        enough = _is_resolved(scene, solution) and not adopt
        if enough and not solution.is_coarse and _is_loaded(scene, solution):
            return solution
        try:
            solution = _solve_on(scene, solution, keep_grid=adopt or enough)
        except ConvergenceError:
            if adopt or enough:
                raise
            solution = _solve_on(scene, solution, keep_grid=True)
            solution.warnings = (
                f"the contact is resolved by elements of {element_length(solution):.2g} m; "
                f"{_wanted_size(scene, solution):.2g} m were wanted and did not converge",
            )
            return solution
        adopt = False
    return solution


def loaded_width(solution: Solution) -> float:
    """Length of the part of the contact that carries most of the load, reference length [m].

    (integral of p)^2 / integral of p^2: the full width for uniform pressure, less for peaks.
    """
    length = np.gradient(solution.strip.grid.column_edges)
    pressure = solution.contact.pressure
    return float((pressure @ length) ** 2 / (pressure**2 @ length))


def _wanted_size(scene: Scene, solution: Solution) -> float:
    """Element length that resolves the contact, or the user's [m]."""
    if scene.element_along is not None:
        return float(scene.element_along)
    contact, edges = solution.contact, solution.strip.grid.column_edges
    width = min(loaded_width(solution), contact.high - contact.low)
    peak = edges[int(np.argmax(contact.pressure))]
    to_rim = max(min(peak - contact.low, contact.high - peak), 0.0)
    size = min(width / NODES_IN_CONTACT, to_rim / NODES_TO_RIM)
    return float(max(size, width / MOST_NODES_IN_CONTACT))


def element_length(solution: Solution) -> float:
    """Element length under the contact [m]."""
    edges = solution.strip.grid.column_edges
    middle = 0.5 * (solution.contact.low + solution.contact.high)
    return float(np.diff(edges)[np.clip(np.searchsorted(edges, middle) - 1, 0, edges.size - 2)])


def _is_resolved(scene: Scene, solution: Solution) -> bool:
    """Whether the grid is as fine as wanted, and not the one on which the load was grown."""
    return not solution.is_coarse and element_length(solution) <= 1.15 * _wanted_size(
        scene, solution
    )


def _is_loaded(scene: Scene, solution: Solution) -> bool:
    """Whether the load is the one asked for."""
    if scene.load.kind == "indentation":
        return bool(solution.state.depth == scene.load.value)
    wanted = _wanted_force(scene, solution.contact)
    return abs(solution.contact.force_depth - wanted) <= LOAD_TOLERANCE * wanted


def _solve_on(scene: Scene, solution: Solution, *, keep_grid: bool) -> Solution:
    """Solve at full load on the next grid, from the solution on the last one.

    Where that fails, the depth is held first while the imprint settles on the new grid; where that
    fails too, a grid between the two is tried.
    """
    wanted, now = _wanted_size(scene, solution), element_length(solution)
    sizes = [max(wanted, now / 4.0), math.sqrt(wanted * now), now]
    report = NewtonReport(False, 0, math.inf)
    for size in sizes[:1] if keep_grid else sizes:
        for settle in (False, True):
            strip, state, anchor = _carried(scene, solution, None if keep_grid else size)
            history = scene.history(strip)
            newton = Newton(strip, history, sliding=scene.direction, anchor=anchor)
            report = NewtonReport(True, 0, 0.0)
            if settle:
                held = Load(kind="indentation", value=state.depth)
                report = newton.solve(state, held, PATIENCE)
            if report.converged:
                report = newton.solve(state, scene.load, PATIENCE)
            if report.converged:
                return Solution(
                    strip,
                    history,
                    state,
                    skin_contact(strip, state),
                    solution.iterations + newton.iterations,
                    report.residual,
                    is_coarse=keep_grid and solution.is_coarse,
                )
    reached = _reached(scene, solution.contact.force_depth, solution.state.depth)
    raise _not_converged(min(reached, 1.0), report.residual)


def _carried(scene: Scene, solution: Solution, size: float | None) -> tuple[Strip, State, Anchor]:
    """Carry a solution to a grid of elements of length `size` (None: the same grid)."""
    contact, old = solution.contact, solution.strip
    low, high = contact.low, contact.high
    middle = 0.5 * (low + high)
    if size is None:
        strip = Strip(scene.layers, old.grid, scene.chain, scene.friction, scene.free_sides)
        shift = 0.0
    else:
        half = 0.5 * (high - low) + max(MARGIN * (high - low), LEAST_MARGIN * size)
        strip = scene.strip((-half, half), size)
        shift = middle
    state = solution.state.copy()
    state.displacement = transfer(solution.state.displacement, old.grid, strip.grid, shift)
    if state.mean_stress is not None:
        state.mean_stress = transfer_elements(state.mean_stress, old.grid, strip.grid, shift)
    state.along -= shift
    places = strip.grid.column_edges + shift
    was = (old.work.states != OPEN).astype(np.float64)
    touching = np.interp(places, old.grid.column_edges, was, left=0.0, right=0.0) >= 0.5
    strip.work.states[:] = np.where(touching, scene.slip_state(), OPEN)
    column = int(np.argmin(np.abs(places - middle)))
    offset = float(strip.skin(state.displacement)[column, 0] - state.along)
    return strip, state, Anchor(column, offset)


def _not_converged(reached: float, residual: float) -> ConvergenceError:
    """Error of a steady solve."""
    return ConvergenceError(
        f"steady stroke did not converge beyond {100.0 * reached:.0f} % of the load "
        f"(relative residual {residual:.1e}); lower the load or the friction, or set a coarser "
        "resolution.element_along",
        load_reached=reached,
        residual=residual,
    )
