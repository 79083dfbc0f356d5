"""The answer to a scene: the finest that is found within a budget of work."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial

from softsim.engines.finite.accuracy import COARSE, Pass, fine_pass
from softsim.engines.finite.scene import Scene
from softsim.engines.finite.search.passes import (
    CAREFUL,
    FOR_FINE,
    look,
    on_few_spans,
    refined,
    resolved,
    settled,
    sunk,
)
from softsim.engines.finite.search.patches import patches_for
from softsim.engines.finite.search.pressure import at_pressure
from softsim.engines.finite.search.states import Solution
from softsim.errors import ConvergenceError

PATCHES_MET = 1e-3  # residual of a state that only tells where it touches
NEARLY = COARSE.tolerance  # residual of a state that is told where none is better


def solve_scene(scene: Scene, near: Solution | None = None) -> Solution:
    """Solve a scene, from nothing or from a neighbouring solution on the same tissue."""
    if scene.load.kind == "pressure":
        return at_pressure(scene)
    if near is not None:
        with suppress(ConvergenceError):
            return _from_neighbour(scene, near)
    fine = fine_pass(scene.accuracy)
    scene.budget.keep(FOR_FINE)
    coarse = look(scene)
    scene.budget.keep(0.0)
    missed: list[Solution] = []
    patches = patches_for(scene, coarse, fine)
    ways = (
        partial(settled, scene, patches, coarse, replace(fine, tolerance=PATCHES_MET)),
        partial(_carefully, scene, coarse, fine),
    )
    for way in ways:
        try:
            return replace(resolved(scene, way(), fine), coarse=coarse)
        except ConvergenceError as error:
            if error.partial is not None and _is_near(scene, error.partial):
                missed.append(error.partial)
    if not missed:
        return on_few_spans(scene, coarse, fine)
    best = min(missed, key=lambda one: one.residual)
    return replace(best, coarse=coarse, longer=on_few_spans(scene, best, fine).longer)


def _is_near(scene: Scene, found: Solution) -> bool:
    """Whether a state that Newton's method did not come to the end with serves all the same."""
    at = found.touch.depth if scene.load.kind == "indentation" else found.force_depth
    is_loaded = abs(at / scene.load.value - 1.0) < NEARLY
    return is_loaded and found.residual < NEARLY and not found.touch.is_open


def _carefully(scene: Scene, coarse: Solution, fine: Pass) -> Solution:
    """Solve a scene on fine spans at the depth of few, then under its load; or sink the tool."""
    with suppress(ConvergenceError):
        near = refined(scene, coarse)
        return settled(scene, near.patches, near, fine, CAREFUL)
    return sunk(scene, fine)


def _from_neighbour(scene: Scene, near: Solution) -> Solution:
    """Solve a scene where a neighbour touches, then where the tool does."""
    fine = fine_pass(scene.accuracy)
    start = replace(near, iterations=0, factorings=0, coarse=None)
    rough = replace(fine, tolerance=PATCHES_MET)
    return resolved(scene, settled(scene, near.patches, start, rough), fine)
