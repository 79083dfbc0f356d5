"""The discretisation errors that a result states against the true ones, on drawn scenes (issue 18).

The truth is a solution on half the spans and half the growth, with twice the rows.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from softsim.engines.finite.accuracy import SHARES, Pass, errors_left, fine_pass
from softsim.engines.finite.scene import Scene
from softsim.engines.finite.search.answer import solve_scene
from softsim.engines.finite.search.patches import resolved_patches
from softsim.engines.finite.search.states import Solution, measured, on_patches
from softsim.errors import ConvergenceError, InputError
from softsim.load import Load
from tests.wide_scenes import wide_problem

pytestmark = [pytest.mark.jit, pytest.mark.slow]
SCENES = 100
INSIDE, OF_ALL = 3.0, 0.95
USELESS = 10.0  # times the true error, in the median: nobody would look at it
SAME_STATE = 0.1  # of the depth: beyond, truth and solution are two equilibria


def drawn_scene(number: int) -> Scene | None:
    try:
        problem = wide_problem(number)
    except InputError:
        return None
    return Scene.of(problem, speed=problem.direction * abs(float(problem.stroke.speed)))


def finer(scene: Scene, found: Solution) -> Solution:
    """Return the truth; under a mean pressure at the depth that was found."""
    usual = fine_pass(scene.accuracy)
    fine = Pass(
        spans=2 * usual.spans,
        growth=0.5 * usual.growth,
        row_growth=0.5 * usual.row_growth,
        least_rows=4,
        tolerance=1e-6,
    )
    if scene.load.kind == "pressure":
        scene = replace(scene, load=Load("indentation", found.touch.depth))
    return on_patches(scene, resolved_patches(scene, found, fine.spans), fine, found)


def ratios(number: int) -> dict[str, list[float]]:
    """Return the true errors of a scene over the stated ones, where one is stated."""
    scene = drawn_scene(number)
    if scene is None:
        return {}
    try:
        found = solve_scene(scene)
        truth = finer(scene, found)
    except ConvergenceError:
        return {}
    assert found.coarse is not None
    one, other = measured(found), measured(truth)
    gone = abs(one.values["indentation"] / other.values["indentation"] - 1.0) > SAME_STATE
    if gone or not truth.converged:
        return {}
    out = {}
    passes = one, measured(found.coarse)
    for name, stated in errors_left(*passes, scene.accuracy, scene.load.kind).items():
        value = other.values["normal_force"] if name == "tangential_force" else other.values[name]
        true = np.abs(one.values[name] - other.values[name]) / np.maximum(np.abs(value), 1e-300)
        stated, true = np.atleast_1d(stated), np.atleast_1d(true)
        out[name] = list(true[stated > 0.0] / stated[stated > 0.0])
    return out


def test_true_errors_lie_inside_three_times_the_stated_ones():
    found: dict[str, list[float]] = {name: [] for name in SHARES}
    for number in range(SCENES):
        for name, values in ratios(number).items():
            found[name] += values
    inside = {name: float(np.mean(np.array(r) <= INSIDE)) for name, r in found.items()}
    assert {name: share for name, share in inside.items() if share < OF_ALL} == {}
    larger = {name: 1.0 / float(np.median(r)) for name, r in found.items()}
    assert {name: ratio for name, ratio in larger.items() if ratio > USELESS} == {}
