"""From coarse to fine: where the tool touches is found on few spans, then resolved."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace

from softsim.engines.finite.accuracy import COARSE, Pass, fine_pass
from softsim.engines.finite.scene import Scene
from softsim.engines.finite.search.patches import (
    contact_length,
    first_patches,
    longest_run,
    patches_for,
    widened,
)
from softsim.engines.finite.search.states import LONGEST, Solution, continued, on_patches
from softsim.engines.finite.skin import is_folded
from softsim.engines.finite.tissue.mesh import Patch
from softsim.errors import ConvergenceError
from softsim.load import Load

WINDOWS = 12
CLIMB, LEAST_STEP, SMALLER, LARGER = 40, 0.01, 0.3, 1.6
ON_THE_WAY = 5e-2  # residual of a step on the way
FIRST_SHARE = 0.1  # of the thickness, that the tool sinks at first
FOR_FINE = 0.4  # of the work, that is kept while a contact is sought on few spans
ASTRAY = 1.0  # residual of a state that leads nowhere
CAREFUL = 0.5  # noses that the tool sinks at once
MANY, SOME = 4.0, 1.5  # times the spans that are asked for: a contact that has grown, laid anew
WIDE = 0.25  # of a contact wider than a nose, in place of that


def look(scene: Scene) -> Solution:
    """Find the contact on few spans: at once, or where that fails by sinking the tool."""
    try:
        return settled(scene, first_patches(scene), None, COARSE)
    except ConvergenceError:
        return sunk(scene, COARSE)


def settled(
    scene: Scene,
    patches: tuple[Patch, ...],
    found: Solution | None,
    accuracy: Pass,
    longest: float = LONGEST,
) -> Solution:
    """Solve in windows that follow the contact until it is resolved.

    Parameters
    ----------
    scene : Scene
    patches : tuple of Patch
        First guess.
    found : Solution or None
        Start.
    accuracy : Pass
    """
    start = found
    for _ in range(WINDOWS):
        found = on_patches(scene, patches, accuracy, found, longest)
        if not found.converged:
            wider = widened(found)
            if wider == patches:
                raise ConvergenceError(
                    "pass did not converge", residual=found.residual, partial=found
                )
            patches = wider
            if start is not None and found.residual > ASTRAY:
                found = start
            continue
        if found.touch.is_open:
            raise ConvergenceError("tool touches nothing", residual=found.residual)
        if longest_run(found) >= accuracy.spans // 2 or (
            scene.element_along and not accuracy.is_coarse
        ):
            if not accuracy.is_coarse and is_folded(found.section.along, found.displacement):
                raise ConvergenceError("skin folds under the tool", residual=found.residual)
            return found
        patches = patches_for(scene, found, accuracy)
    raise ConvergenceError("contact found no window", residual=found.residual if found else 0.0)


def resolved(scene: Scene, found: Solution, accuracy: Pass) -> Solution:
    """Return a solution on the patches that it asks for itself, whatever was known before.

    Raises
    ------
    ConvergenceError
        Where what is known only tells where the tool touches, and nothing finer is found.
    """
    tried: list[Solution] = []
    for _ in range(WINDOWS):
        patches = patches_for(scene, found, accuracy)
        solved = [one for one in (*tried, found) if one.tolerance <= accuracy.tolerance]
        if solved and found is solved[-1] and patches == found.patches:
            break
        known = [one for one in solved if one.patches == patches]
        if known:  # meshes that ask for each other: that with the shortest spans
            pair = [*known, *(one for one in solved if one is found)]
            return min(pair, key=shortest)
        tried.append(found)
        try:
            found = settled(scene, patches, found, accuracy)
        except ConvergenceError:
            if not solved:
                raise
            wanted = min(patch.size for patch in patches)
            return replace(solved[-1], longer=max(shortest(solved[-1]) / wanted, 1.0))
    return found


def shortest(found: Solution) -> float:
    """Return the length of the shortest spans [m]."""
    return min(patch.size for patch in found.patches)


def sunk(scene: Scene, accuracy: Pass) -> Solution:
    """Solve a scene by sinking the tool step by step, which passes where the load has a summit.

    A step on the way may be solved roughly, and starts from the last two states continued.  Where
    the work that is not kept for later runs out, what is kept is spent too.

    Raises
    ------
    ConvergenceError
        With the share of the load that was reached, and the last `Solution` as `partial`.
    """
    rough = replace(accuracy, tolerance=max(accuracy.tolerance, COARSE.tolerance))
    found: Solution | None = None
    last: Solution | None = None
    sure: Solution | None = None
    residual = math.nan
    step = CAREFUL * min(scene.nose_radius, FIRST_SHARE * scene.thickness)
    least = LEAST_STEP * step
    for _ in range(CLIMB):
        goal = (0.0 if found is None else found.touch.depth) + step
        is_last = scene.load.kind == "indentation" and goal >= scene.load.value
        goal = scene.load.value if is_last else goal
        part = Load("indentation", goal)
        start = found if last is None or found is None else continued(last, found, goal)
        try:
            trial = _onwards(scene, part, start, accuracy if is_last else rough)
            if scene.load.kind == "force" and trial.force_depth >= scene.load.value:
                return _onwards(scene, scene.load, trial, accuracy)
        except ConvergenceError as error:
            residual = error.residual
            if is_last or error.partial is None or not residual < ON_THE_WAY:
                if scene.budget.kept and scene.budget.is_spent:
                    scene.budget.keep(0.0)  # an answer on few spans is worth more than none
                step *= SMALLER
                if step < least or scene.budget.is_spent:
                    break
                continue
            trial = error.partial
        if is_last:
            return trial
        step, last, found = step * LARGER, found, trial
        if trial.residual < COARSE.tolerance:
            sure = trial
    if scene.budget.kept:
        scene.budget.keep(0.0)
    if found is not None and found is not sure:
        with suppress(ConvergenceError):
            sure = _onwards(scene, Load("indentation", found.touch.depth), found, COARSE)
    reached = 0.0
    if sure is not None:
        at = sure.force_depth if scene.load.kind == "force" else sure.touch.depth
        reached = at / scene.load.value
    raise ConvergenceError(
        "tool could not be sunk further", load_reached=reached, residual=residual, partial=sure
    )


def refined(scene: Scene, found: Solution) -> Solution:
    """Return a state that was found on few spans on fine ones, or as it is where that fails."""
    fine = fine_pass(scene.accuracy)
    patches = patches_for(scene, found, fine)
    part = replace(scene, load=Load("indentation", found.touch.depth))
    try:
        return settled(part, patches, found, fine, CAREFUL)
    except ConvergenceError:
        return found


def _onwards(scene: Scene, load: Load, found: Solution | None, accuracy: Pass) -> Solution:
    """Solve another load from a state near it, or from nothing."""
    part = replace(scene, load=load)
    if found is None:
        return settled(part, first_patches(part), None, accuracy, CAREFUL)
    patches = found.patches
    if longest_run(found) > MANY * accuracy.spans:
        patches = patches_for(scene, found, replace(accuracy, spans=round(SOME * accuracy.spans)))
    noses = contact_length(found) / scene.nose_radius
    return settled(part, patches, found, accuracy, CAREFUL * max(1.0, WIDE * noses))


def on_few_spans(scene: Scene, coarse: Solution, fine: Pass) -> Solution:
    """Return what was found on few spans as the answer: nothing finer was solved."""
    wanted = min(patch.size for patch in patches_for(scene, coarse, fine))
    return replace(coarse, coarse=None, longer=max(shortest(coarse) / wanted, 1.0))
