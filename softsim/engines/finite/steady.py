"""Steady stroke: one nonlinear solve in the tool's frame, grown from a small load.

The load is grown on a coarse grid with a skin node anchored under the tool, so that the imprint of
the edge stays in the middle of the grid while friction drags the skin along; the solution is then
carried to grids that resolve the contact it found.  Where that fails, or leads to skin that is
folded under the tool, a smaller load is resolved first and the load climbs on resolved grids.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from softsim.engines.finite.contact import skin_contact
from softsim.engines.finite.failure import is_folded, not_converged
from softsim.engines.finite.growth import grow
from softsim.engines.finite.newton import Newton, NewtonReport
from softsim.engines.finite.scene import (
    Effort,
    Scene,
    Solution,
    expected_half_width,
    wanted_force,
)
from softsim.engines.finite.strip.grid import transfer, transfer_elements
from softsim.engines.finite.strip.state import Anchor, State
from softsim.engines.finite.strip.strip import Strip
from softsim.errors import ConvergenceError
from softsim.kernels.strip.contact import OPEN
from softsim.load import Load

NODES_IN_CONTACT = 20  # across the loaded part of the contact
NODES_TO_RIM = 3  # from the pressure peak to the nearer rim: fast strokes have a steep front
MOST_NODES_IN_CONTACT = 48
MARGIN, LEAST_MARGIN = 0.15, 5.0  # beside the contact, in its widths and in elements
SIZE_STEP = 2.0**0.25  # between the element lengths that grids have
LONG_ENOUGH = 1.1  # element length over the wanted one
LEANING = 1.02  # a grid one step coarser is looked at where it is asked for but for that
SAME_LENGTH = 1e-6  # relative difference
FINE_STEP = 2  # elements: the fine part of a grid grows by that
LOAD_TOLERANCE = 2e-3  # a mean pressure is found to that at worst, a force far better
REFINEMENTS = 8
PATIENCE = 25  # Newton iterations after which another way is tried
PRESSURE_SOLVES = 15  # at forces that approach a mean pressure
NEAR_PRESSURE = 0.02  # of its logarithm: nearest that is taken, and told
FIRST_PRESSURE_SLOPE, SMALLEST_PRESSURE_SLOPE = 0.5, 0.15  # of ln pressure over ln force
FOOTHOLDS = (0.6, 0.3, 0.1)  # of the load that was reached, from which to climb
STEP_UP, SMALLEST_STEP_UP = 1.25, 1.015  # ratios of successive loads


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
        When the load cannot be reached; its `partial` is the `Solution` at the largest load that
        was, or None.
    """
    scene.refuse_too_fine()
    if warm is not None:
        try:
            found = refine(scene, replace(warm, iterations=0), adopt=True)
            if not is_folded(found):
                return found
        except ConvergenceError:
            pass
    if scene.load.kind == "pressure":
        near = _at_pressure(scene)
        if near is not None:
            return near
    reached, residual = 1.0, math.nan
    grown: Solution | None = None
    direct: Solution | None = None
    try:
        grown = grow(scene)
        direct = refine(scene, grown)
        if not (is_folded(direct) or direct.warnings):
            return direct
    except ConvergenceError as error:
        residual = error.residual
        if grown is None:
            reached, grown = min(error.load_reached, 1.0), error.partial
    return _climb(scene, reached, direct, grown, residual)


def _at_pressure(scene: Scene) -> Solution | None:
    """Find the force that has a mean pressure, every force on its own grid; None where none has.

    The mean pressure grows with some power of the force, between 1/4 and 1, as long as no flank
    lies down on the skin; its logarithm is followed by secants, inside a bracket once there is one.
    """
    pressure = scene.load.value
    place = math.log(2.0 * pressure * expected_half_width(scene))
    ends: dict[bool, float] = {}  # ln force with too low and too high a pressure
    before: tuple[float, float] | None = None
    slope, iterations = FIRST_PRESSURE_SLOPE, 0
    last: Solution | None = None
    best: tuple[float, Solution | None] = (NEAR_PRESSURE, None)
    for _ in range(PRESSURE_SOLVES):
        load = Load("force", math.exp(place))
        try:
            last = solve_steady(replace(scene, load=load), last)
        except ConvergenceError:
            break
        iterations += last.iterations
        excess = math.log(last.contact.force_depth / (pressure * last.contact.width))
        if abs(excess) < best[0]:
            best = abs(excess), last
        if abs(excess) <= LOAD_TOLERANCE:
            return replace(last, iterations=iterations)
        if before is not None and place != before[0]:
            slope = max((excess - before[1]) / (place - before[0]), SMALLEST_PRESSURE_SLOPE)
        before, ends[excess > 0.0] = (place, excess), place
        place -= min(max(excess / slope, -2.0), 2.0)
        if len(ends) == 2 and not min(ends.values()) < place < max(ends.values()):
            place = 0.5 * sum(ends.values())
    if best[1] is None:
        return None
    text = f"the mean contact pressure is met to {100.0 * best[0]:.2g} %: the width of the contact "
    return replace(
        best[1],
        iterations=iterations,
        warnings=(*best[1].warnings, f"{text}changes by whole elements there"),
    )


def _climb(
    scene: Scene,
    reached: float,
    direct: Solution | None,
    grown: Solution | None,
    residual: float,
) -> Solution:
    """Resolve a part of the load first and climb from there, every step on resolved grids.

    Parameters
    ----------
    scene : Scene
    reached : float
        Part of the load that the coarse grid carried, at most 1 [-].
    direct : Solution, optional
        What the direct way led to: folded skin, or an unresolved contact.
    grown : Solution, optional
        Last one on the coarse grid.
    residual : float
        Of the direct way's failure [-].
    """
    last, share, iterations = None, 0.0, 0
    for foothold in FOOTHOLDS:
        share = foothold * reached
        part = _at_share(scene, share)
        try:
            last = refine(part, grow(part))
        except ConvergenceError as error:
            residual = error.residual
            continue
        if not is_folded(last):
            break
        last = None
    ratio = STEP_UP
    while last is not None and share < 1.0 and ratio >= SMALLEST_STEP_UP:
        if scene.effort.is_exhausted:
            break
        following = min(share * ratio, 1.0)
        iterations += last.iterations
        try:
            found = refine(_at_share(scene, following), replace(last, iterations=0), adopt=True)
            if not (is_folded(found) or found.warnings):
                last, share = found, following
                continue
        except ConvergenceError as error:
            residual = error.residual
        ratio = 1.0 + 0.4 * (ratio - 1.0)
    if last is not None and share == 1.0:
        return replace(last, iterations=iterations + last.iterations)
    if direct is not None and not is_folded(direct):
        return direct
    if last is None and grown is not None:
        last = _settled(scene, grown)
    raise not_converged(scene, last, residual, folds=direct is not None)


def _settled(scene: Scene, solution: Solution) -> Solution | None:
    """Return a solution on the same grid at the same depth, its work arrays filled afresh."""
    load = Load("indentation", solution.state.depth)
    held = replace(scene, load=load, effort=Effort())
    try:
        return _solve_on(held, solution, None)
    except ConvergenceError:
        return None


def _at_share(scene: Scene, share: float) -> Scene:
    """Return the scene with a part of its load."""
    return replace(scene, load=replace(scene.load, value=share * scene.load.value))


def refine(scene: Scene, solution: Solution, *, adopt: bool = False) -> Solution:
    """Carry a solution to the full load on the grid that the contact found there asks for.

    Of the grids whose elements are short enough for their own solution this is the coarsest, so
    that the result is that of the load alone and not of the way to it.  `adopt` takes a
    neighbour's grid as it is for the first solve.  Where no finer grid can be solved, the solution
    at full load on the present one is returned with a warning.
    """
    fine_enough: Solution | None = None
    too_long = math.inf
    for _ in range(REFINEMENTS):
        if adopt or not (solution.is_coarse or _is_loaded(scene, solution)):
            solution, adopt = _solve_on(scene, solution, None), False
            continue
        now, size = element_length(solution), _asked_length(scene, solution)
        is_longer = now > size * (1.0 + SAME_LENGTH)
        if is_longer and not solution.is_coarse:
            too_long = now
            if fine_enough is not None:
                return fine_enough
        else:
            size = max(size, _asked_length(scene, solution, LEANING))
        if not (is_longer or solution.is_coarse):
            if size <= now * (1.0 + SAME_LENGTH) or size >= too_long:
                return solution
            fine_enough = solution
        try:
            solution = _solve_on(scene, solution, size)
        except ConvergenceError:
            if fine_enough is not None:
                return fine_enough
            return _with_size_told(scene, _solve_on(scene, solution, None))
    return _with_size_told(scene, solution)


def _with_size_told(scene: Scene, solution: Solution) -> Solution:
    """Return a solution that tells of elements longer than the contact asks for."""
    if _is_resolved(scene, solution):
        return solution
    now, wanted = element_length(solution), _wanted_size(scene, solution)
    text = f"the contact is resolved by elements of {now:.2g} m; {wanted:.2g} m were wanted and "
    if now <= wanted:
        text = "the contact is resolved on the coarse grid on which the load was grown: finer rows "
    text += "did not converge"
    return replace(solution, warnings=(text,))


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


def _asked_length(scene: Scene, solution: Solution, leaning: float = 1.0) -> float:
    """Element length of the grid that a solution asks for [m].

    The longest of a geometric series that is not above the wanted one (times `LONG_ENOUGH` and
    `leaning`), so that small differences of the contact ask for the same grid.
    """
    if scene.element_along is not None:
        return float(scene.element_along)
    most = _wanted_size(scene, solution) * LONG_ENOUGH * leaning
    return float(SIZE_STEP ** math.floor(math.log(most) / math.log(SIZE_STEP)))


def element_length(solution: Solution) -> float:
    """Element length under the contact [m]."""
    edges = solution.strip.grid.column_edges
    middle = 0.5 * (solution.contact.low + solution.contact.high)
    return float(np.diff(edges)[np.clip(np.searchsorted(edges, middle) - 1, 0, edges.size - 2)])


def _is_resolved(scene: Scene, solution: Solution) -> bool:
    """Whether the grid is as fine as wanted, and not the one on which the load was grown."""
    most = LONG_ENOUGH * _wanted_size(scene, solution) * (1.0 + SAME_LENGTH)
    return not solution.is_coarse and element_length(solution) <= most


def _is_loaded(scene: Scene, solution: Solution) -> bool:
    """Whether the load is the one asked for."""
    if scene.load.kind == "indentation":
        return bool(solution.state.depth == scene.load.value)
    wanted = wanted_force(scene, solution.contact)
    return abs(solution.contact.force_depth - wanted) <= LOAD_TOLERANCE * wanted


def _solve_on(scene: Scene, solution: Solution, size: float | None) -> Solution:
    """Solve at full load on a grid of elements of length `size` (None: the same grid).

    Where that fails, the depth is held first while the imprint settles on the new grid; where that
    fails too, a grid between the two is tried.
    """
    sizes: list[float | None] = [size]
    if size is not None:
        now = element_length(solution)
        if size < now or solution.is_coarse:
            sizes = [max(size, now / 4.0), math.sqrt(size * now), now]
    report = NewtonReport(False, 0, math.inf)
    for length in sizes:
        for settle in (False, True):
            if scene.effort.is_exhausted:
                break
            strip, state, anchor = _carried(scene, solution, length)
            history = scene.history(strip)
            newton = Newton(strip, history, sliding=scene.direction, anchor=anchor)
            scene.watch(newton, lambda: (1.0, "finer grid"))
            report = NewtonReport(True, 0, 0.0)
            if settle:
                held = Load("indentation", state.depth)
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
                    is_coarse=length is None and solution.is_coarse,
                )
    raise ConvergenceError("no grid converged", residual=report.residual)


def _carried(scene: Scene, solution: Solution, size: float | None) -> tuple[Strip, State, Anchor]:
    """Carry a solution to a grid of elements of length `size` (None: the same grid).

    A new grid has a node at the tool's lowest point, so that grids of one size are one grid.
    """
    contact, old = solution.contact, solution.strip
    if size is None:
        strip = Strip(scene.layers, old.grid, scene.outline.chain, scene.friction, scene.free_sides)
        shift = 0.0
    else:
        shift = _under_the_tip(solution)
        strip = scene.strip(_fine_part(contact.low - shift, contact.high - shift, size), size)
    state = solution.state.copy()
    state.displacement = transfer(solution.state.displacement, old.grid, strip.grid, shift)
    if state.mean_stress is not None:
        state.mean_stress = transfer_elements(state.mean_stress, old.grid, strip.grid, shift)
    state.along -= shift
    places = strip.grid.column_edges + shift
    was = (old.work.states != OPEN).astype(np.float64)
    touching = np.interp(places, old.grid.column_edges, was, left=0.0, right=0.0) >= 0.5
    strip.work.states[:] = np.where(touching, scene.slip_state(), OPEN)
    if size is None and solution.is_coarse:
        middle = 0.5 * (contact.low + contact.high)
        column = int(np.argmin(np.abs(places - middle)))
        offset = float(strip.skin(state.displacement)[column, 0] - state.along)
        return strip, state, Anchor(column, offset)
    return strip, state, Anchor(int(np.argmin(np.abs(strip.grid.column_edges))), 0.0)


def _under_the_tip(solution: Solution) -> float:
    """Reference coordinate of the skin at the tool's lowest point [m].

    Of several such places, where skin overhangs, that next to the middle of the contact.
    """
    edges = solution.strip.grid.column_edges
    ahead = solution.strip.skin(solution.state.displacement)[:, 0] - solution.state.along
    last = np.flatnonzero((ahead[:-1] <= 0.0) & (ahead[1:] > 0.0))
    places = edges[last] - np.diff(edges)[last] * ahead[last] / np.diff(ahead)[last]
    middle = 0.5 * (solution.contact.low + solution.contact.high)
    return float(places[np.argmin(np.abs(places - middle))])


def _fine_part(low: float, high: float, size: float) -> tuple[float, float]:
    """Interval of a contact and a margin beside it in whole elements from 0, which it holds [m]."""
    margin = max(MARGIN * (high - low), LEAST_MARGIN * size)
    behind, ahead = max(margin - low, size), max(high + margin, size)
    numbers = [FINE_STEP * math.ceil(part / (FINE_STEP * size)) for part in (behind, ahead)]
    return -numbers[0] * size, numbers[1] * size
