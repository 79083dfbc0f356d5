"""A mean pressure is met by the force."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace
from functools import partial

from softsim.engines.finite.accuracy import COARSE, Pass, fine_pass
from softsim.engines.finite.scene import Scene
from softsim.engines.finite.search.passes import FOR_FINE, look, on_few_spans, settled
from softsim.engines.finite.search.patches import patches_for
from softsim.engines.finite.search.states import Solution, mean_pressure
from softsim.errors import ConvergenceError
from softsim.load import Load, force_at_pressure

PRESSURE_NEAR, PRESSURE_MET = 1e-2, 1e-3  # in ln, of a coarse and a fine pass
COARSE_SOLVES, FINE_SOLVES = 8, 24
SAME_SPANS = 0.1  # in ln of the force


def at_pressure(scene: Scene) -> Solution:
    """Solve a scene under the force whose mean pressure is the one asked for.

    Found on few spans first; then on spans that stay the same while the force changes little, so
    that the mean pressure depends smoothly on it.
    """
    fine = fine_pass(scene.accuracy)
    met = {COARSE: PRESSURE_NEAR, fine: PRESSURE_MET}
    laid = -math.inf
    state: Solution | None = None

    def trial(force: float, accuracy: Pass) -> tuple[tuple[float, Solution], float]:
        nonlocal laid, state
        part = replace(scene, load=Load("force", force))
        if state is None or accuracy.is_coarse:
            state = _again(part, state)
        else:
            patches = state.patches
            if abs(math.log(force) - laid) > SAME_SPANS:
                laid = math.log(force)
                patches = patches_for(scene, state, fine)
            state = settled(part, patches, state, accuracy)
        excess = math.log(mean_pressure(state) / scene.load.value)
        return (force, state), 0.0 if abs(excess) < met[accuracy] else excess

    force = 2.0 * scene.load.value * scene.expected_half_width()
    ends: list[Solution] = []
    for accuracy, solves in ((COARSE, COARSE_SOLVES), (fine, FINE_SOLVES)):
        scene.budget.keep(FOR_FINE if accuracy.is_coarse else 0.0)
        try:
            (force, found), _ = force_at_pressure(
                partial(trial, accuracy=accuracy), force, largest_step=1.0, solves=solves, secants=8
            )
        except ConvergenceError:
            if not ends:
                raise
            return on_few_spans(scene, ends[0], fine)
        ends.append(found)
    coarse = ends[0]
    with suppress(ConvergenceError):
        coarse = _again(replace(scene, load=Load("force", force)), coarse)
    return replace(found, coarse=coarse)


def _again(scene: Scene, near: Solution | None) -> Solution:
    """Find a contact on few spans from a neighbouring one, or from nothing."""
    if near is not None:
        with suppress(ConvergenceError):
            return settled(scene, near.patches, near, COARSE)
    return look(scene)
