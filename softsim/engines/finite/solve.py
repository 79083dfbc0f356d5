"""The door of the finite engine: a problem and a mode in, a `FiniteResult` out."""

from __future__ import annotations

import time

import numpy as np

from softsim.engines.finite.result import FiniteResult, bending_warnings, steady_snapshot
from softsim.engines.finite.scene import Scene, Solution
from softsim.engines.finite.steady import element_length, solve_steady
from softsim.engines.finite.transient import March, solve_transient
from softsim.errors import ConvergenceError
from softsim.problem import Problem


def solve(problem: Problem, mode: str, *, warm: object = None) -> FiniteResult:
    """Solve a problem.

    Parameters
    ----------
    problem : Problem
    mode : {"press", "steady", "transient"}
    warm : object, optional
        `state` of the result of a neighbouring steady stroke on the same tissue.

    Raises
    ------
    ConvergenceError
        When the load or the path cannot be completed; its `partial` is the `FiniteResult` of what
        was solved, or None.
    """
    if mode == "steady":
        return _solve_steady(problem, warm)
    return _solve_transient(problem, mode)


def _solve_steady(problem: Problem, warm: object) -> FiniteResult:
    """Solve a steady stroke."""
    start = time.perf_counter()
    speed = problem.stroke.speed
    scene = Scene.of(problem, None if speed is None else float(speed))
    try:
        solution = solve_steady(scene, warm if isinstance(warm, Solution) else None)
    except ConvergenceError as error:
        if isinstance(error.partial, Solution):
            error.partial = _steady_result(error.partial, time.perf_counter() - start)
        raise
    return _steady_result(solution, time.perf_counter() - start)


def _steady_result(solution: Solution, elapsed: float) -> FiniteResult:
    """Return a steady solution as a result."""
    strip = solution.strip
    snapshot = steady_snapshot(strip, solution.history, solution.state)
    return FiniteResult(
        mode="steady",
        column_edges=strip.grid.column_edges - solution.state.along,
        row_edges=strip.grid.row_edges,
        row_layer=strip.grid.row_layer,
        rest_stress=strip.rest_stress,
        times=np.zeros(0),
        snapshots=(snapshot,),
        iterations=solution.iterations,
        residual=solution.residual,
        n_unknowns=strip.grid.n_unknowns,
        element_along=element_length(solution),
        elapsed=elapsed,
        state=solution,
        warnings=(*solution.warnings, *bending_warnings((snapshot,))),
    )


def _solve_transient(problem: Problem, mode: str) -> FiniteResult:
    """Solve a press or a transient."""
    start = time.perf_counter()
    try:
        march = solve_transient(problem, mode)
    except ConvergenceError as error:
        if isinstance(error.partial, March):
            error.partial = _march_result(error.partial, mode, time.perf_counter() - start)
        raise
    return _march_result(march, mode, time.perf_counter() - start)


def _march_result(march: March, mode: str, elapsed: float) -> FiniteResult:
    """Return a press or a transient as a result."""
    return FiniteResult(
        mode=mode,
        column_edges=march.strip.grid.column_edges,
        row_edges=march.strip.grid.row_edges,
        row_layer=march.strip.grid.row_layer,
        rest_stress=march.strip.rest_stress,
        times=march.times,
        snapshots=march.snapshots,
        iterations=march.iterations,
        residual=march.residual,
        n_unknowns=march.strip.grid.n_unknowns,
        element_along=march.element_along,
        elapsed=elapsed,
        warnings=(*march.warnings, *bending_warnings(march.snapshots)),
    )
