"""The door of the finite engine: a problem and a mode in, an `Outcome` out."""

from __future__ import annotations

import time

import numpy as np

from softsim.engines.finite.result import bending_share, bending_warnings, steady_snapshot
from softsim.engines.finite.scene import Scene, Solution
from softsim.engines.finite.steady import element_length, solve_steady
from softsim.engines.finite.transient import solve_transient
from softsim.errors import ConvergenceError
from softsim.outcome import Outcome, Rows, WarmStart
from softsim.problem import Problem


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
        When the load or the path cannot be completed; its `partial` is the `Outcome` of what
        was solved, or None.
    """
    if mode != "steady":
        return solve_transient(problem, mode)
    start = time.perf_counter()
    speed = problem.stroke.speed
    scene = Scene.of(problem, None if speed is None else float(speed))
    try:
        solution = solve_steady(scene, warm if isinstance(warm, Solution) else None)
    except ConvergenceError as error:
        if isinstance(error.partial, Solution):
            error.partial = _outcome(error.partial, start, str(error))
        raise
    return _outcome(solution, start)


def _outcome(solution: Solution, start: float, incomplete: str = "") -> Outcome:
    """Return a steady solution as an outcome; `start` is when the solve began."""
    strip, state = solution.strip, solution.state
    snapshot = steady_snapshot(strip, solution.history, state)
    bending = bending_share(strip, state, snapshot.stored_density)
    return Outcome(
        mode="steady",
        columns=strip.grid.column_edges - state.along,
        rows=Rows(strip.grid.row_edges, strip.grid.row_layer),
        rest_stress=strip.rest_stress,
        times=np.zeros(0),
        snapshots=(snapshot,),
        iterations=solution.iterations,
        residual=solution.residual,
        n_unknowns=strip.grid.n_unknowns,
        element_along=element_length(solution),
        elapsed=time.perf_counter() - start,
        on_nodes=False,
        warnings=(
            *solution.warnings,
            *bending_warnings([(snapshot.contact.force_depth, bending)]),
        ),
        state=solution,
        incomplete=incomplete,
    )
