"""The door of the finite engine: a problem and a mode in, a `FiniteResult` out."""

from __future__ import annotations

import time

import numpy as np

from softsim.engines.finite.result import FiniteResult, steady_snapshot
from softsim.engines.finite.steady import Scene, Solution, element_length, solve_steady
from softsim.engines.finite.transient import solve_transient
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
        When the load or the path cannot be completed.
    """
    if mode == "steady":
        return _solve_steady(problem, warm)
    return _solve_transient(problem, mode)


def _solve_steady(problem: Problem, warm: object) -> FiniteResult:
    """Solve a steady stroke."""
    start = time.perf_counter()
    speed = problem.stroke.speed
    scene = Scene.of(problem, None if speed is None else float(speed))
    solution = solve_steady(scene, warm if isinstance(warm, Solution) else None)
    strip = solution.strip
    snapshot = steady_snapshot(strip, solution.history, solution.state)
    return FiniteResult(
        mode="steady",
        column_edges=strip.grid.column_edges - solution.state.along,
        row_edges=strip.grid.row_edges,
        row_layer=strip.grid.row_layer,
        times=np.zeros(0),
        snapshots=(snapshot,),
        iterations=solution.iterations,
        residual=solution.residual,
        n_unknowns=strip.grid.n_unknowns,
        element_along=element_length(solution),
        elapsed=time.perf_counter() - start,
        state=solution,
        warnings=solution.warnings,
    )


def _solve_transient(problem: Problem, mode: str) -> FiniteResult:
    """Solve a press or a transient."""
    start = time.perf_counter()
    march = solve_transient(problem, mode)
    return FiniteResult(
        mode=mode,
        column_edges=march.strip.grid.column_edges,
        row_edges=march.strip.grid.row_edges,
        row_layer=march.strip.grid.row_layer,
        times=march.times,
        snapshots=march.snapshots,
        iterations=march.iterations,
        residual=march.residual,
        n_unknowns=march.strip.grid.n_unknowns,
        element_along=march.element_along,
        elapsed=time.perf_counter() - start,
    )
