"""The door of the finite engine: a problem and a mode in, an `Outcome` out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from softsim.engines.finite.accuracy import errors_left, errors_of_few_spans, unknown_errors
from softsim.engines.finite.failure import Why, because, carried, not_loaded
from softsim.engines.finite.newton import ENOUGH
from softsim.engines.finite.path.transient import solve_program
from softsim.engines.finite.scene import Scene
from softsim.engines.finite.search.answer import solve_scene
from softsim.engines.finite.search.passes import refined
from softsim.engines.finite.search.states import Solution, measured
from softsim.engines.finite.skin import friction_loss, skin_contact, tool_work
from softsim.engines.finite.slipping import far_slips
from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.tissue.energy import (
    leaving,
    leaving_slips,
    passed_on,
    steady_densities,
)
from softsim.engines.finite.tissue.fields import (
    PointFields,
    View,
    boundaries,
    report_rows,
    rest_stress,
    solved_rows,
)
from softsim.errors import ConvergenceError
from softsim.outcome import Outcome, Rows, Snapshot, WarmStart
from softsim.problem import Problem

WORK_SPENT = "the work that a solution may cost is spent"
TOLD_LONGER = 1.3  # spans that are so many times longer than wanted
MISSED = 3.0  # of a residual that is left, over the load, in every scalar


def solve(problem: Problem, mode: str, *, warm: WarmStart | None = None) -> Outcome:
    """Solve a problem.

    Parameters
    ----------
    problem : Problem
    mode : {"press", "steady", "transient"}
    warm : WarmStart, optional
        `state` of the outcome of a neighbouring steady stroke on the same tissue.

    Raises
    ------
    ConvergenceError
        When the load or the path cannot be completed; its `partial` is the `Outcome` of what was
        solved, or None.
    """
    if mode != "steady":
        return solve_program(problem, mode)
    start = time.perf_counter()
    scene = Scene.of(problem, speed=problem.stroke.usual_speed)
    near = warm if isinstance(warm, Neighbour) else None
    try:
        solution = solve_scene(scene, near.solution if near else None)
    except ConvergenceError as error:
        raise _partly(problem, scene, error, start) from error
    return steady_outcome(solution, scene, start, near)


@dataclass(frozen=True, eq=False)
class Neighbour(WarmStart):
    """A solved steady stroke that others on the same tissue start from.

    Parameters
    ----------
    solution : Solution
    errors : mapping of ndarray, shape () or (n_layers,)
        Of its scalars, over their values [-].
    """

    solution: Solution
    errors: Mapping[str, Array]


def _partly(
    problem: Problem, scene: Scene, error: ConvergenceError, start: float
) -> ConvergenceError:
    """Return the error of a stroke that was not loaded fully, with the `Outcome` at its largest."""
    found: Solution | None = error.partial
    if found is None:
        return not_loaded(problem, "steady", 0.0, Why(), error.residual)
    found = refined(scene, found)
    found.contact.weigh(found.displacement[found.contact.window.functions, 0], found.touch)
    spent = (WORK_SPENT,) if scene.budget.is_spent else ()
    why = because(problem, found.section, found.contact, found.touch, found.displacement, *spent)
    partial = steady_outcome(found, scene, start)
    reached = carried(scene.load.kind, partial.snapshots[0].contact, found.touch.depth)
    told = not_loaded(problem, "steady", reached, why, error.residual)
    told.partial = replace(partial, incomplete=str(told))
    return told


def steady_errors(solution: Solution, scene: Scene, near: Neighbour | None) -> Mapping[str, Array]:
    """Return the errors of the scalars; without a coarse pass those of the neighbour."""
    if solution.coarse is not None:
        passes = measured(solution), measured(solution.coarse)
        found = errors_left(*passes, scene.accuracy, scene.load.kind)
        return {name: told_short(solution, error) for name, error in found.items()}
    if solution.longer > 1.0:
        return errors_of_few_spans(measured(solution))
    return near.errors if near else unknown_errors(measured(solution))


def told_short(solution: Solution, error: Array) -> Array:
    """Return an error of a solution that falls short of what was asked for.

    `error` has the shape () or (n_layers,) [-].
    """
    missed = solution.residual if solution.residual > ENOUGH else 0.0
    return np.where(error > 0.0, error * solution.longer + MISSED * missed, 0.0)


def shortfalls(solution: Solution) -> tuple[str, ...]:
    """Return in what a solution falls short of the accuracy asked for, as warnings."""
    found = []
    if solution.longer > TOLD_LONGER:
        found.append(
            f"spans under the tool are {solution.longer:.2g} times longer than the accuracy asks "
            "for: nothing finer was solved"
        )
    if solution.residual > ENOUGH:
        found.append(
            f"forces are balanced to {100.0 * solution.residual:.1g} % of the load only "
            f"(asked for: {100.0 * ENOUGH:.1g} %)"
        )
    return tuple(f"accuracy not reached: {one}; see the discretisation errors" for one in found)


def steady_outcome(
    solution: Solution, scene: Scene, start: float, near: Neighbour | None = None
) -> Outcome:
    """Return a steady solution as an outcome; `start` is when the solve began."""
    section = solution.section
    errors = steady_errors(solution, scene, near)
    rows = report_rows(section)
    section.evaluate(solution.displacement, tangent=True)  # energies of branches need it
    snapshot = steady_snapshot(solution, rows)
    return Outcome(
        mode="steady",
        columns=section.along.breaks - solution.touch.along,
        rows=rows,
        rest_stress=rest_stress(section, rows),
        times=np.zeros(0),
        snapshots=(snapshot,),
        iterations=solution.iterations,
        residual=solution.residual,
        n_unknowns=section.n_unknowns,
        element_along=min(patch.size for patch in solution.patches),
        elapsed=time.perf_counter() - start,
        on_nodes=True,
        attributes=solved_rows(section),
        warnings=(*far_slips((snapshot,)), *shortfalls(solution)),
        errors=errors,
        state=Neighbour(replace(solution, coarse=None), errors),
    )


def steady_snapshot(solution: Solution, rows: Rows) -> Snapshot:
    """Recover the fields of a steady stroke and its energy balance per length of travel."""
    section, touch = solution.section, solution.touch
    contact = solution.contact
    contact.weigh(solution.displacement[contact.window.functions, 0], touch)
    points = PointFields.of(section, solution.displacement)
    densities = steady_densities(section, solution.history, points)
    view = View(section, rows.depth)
    shown = skin_contact(section.along, contact, touch, solution.displacement)
    forward = contact.sliding > 0
    stored, lost = leaving_slips(section, solution.history)
    stored += passed_on(section, points, solution.displacement, densities.stored, forward=forward)
    return Snapshot(
        displacement=view.displacement(solution.displacement),
        cauchy=view.field(points.cauchy),
        strain_max_shear=view.field(points.max_shear),
        stored_density=view.density(densities.stored),
        dissipated_density=view.density(densities.lost),
        contact=shown,
        depth=touch.depth,
        along=touch.along,
        tool_work=tool_work(contact, touch, solution.displacement),
        stored_energy=stored,
        viscous_work=leaving(section, densities.lost, forward=forward) + lost,
        friction_work=friction_loss(contact, touch, solution.displacement),
        boundaries=boundaries(section),
    )
