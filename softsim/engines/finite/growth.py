"""The first solution of a steady stroke: the load grown from a touch on a coarse grid."""

from __future__ import annotations

import math

import numpy as np

from softsim.engines.finite.contact import skin_contact
from softsim.engines.finite.newton import Newton
from softsim.engines.finite.scene import (
    Scene,
    Solution,
    expected_half_width,
    load_carried,
    wanted_force,
)
from softsim.engines.finite.strip.state import Anchor, State
from softsim.errors import ConvergenceError
from softsim.kernels.strip.contact import OPEN
from softsim.load import Load

COARSE_NODES = 6  # along a nose radius, while the load grows
COARSE_NODES_ACROSS = 4  # along the half-width expected of a small contact
MOST_COARSE_COLUMNS = 60  # under the tool
TOOL_SAMPLES = 257  # points on a piece of the edge, to see what can touch
OVERSHOOT = 1.3  # of the load, at which the first depth is taken back
FIRST_RATIO = 2.5  # of successive indentations
SMALLEST_RATIO, LARGEST_RATIO = 1.005, 3.0
FIRST_DEPTH = 0.1  # first indentation, in nose radii
SMALLEST_DEPTH = 1e-6  # in nose radii, at which a first touch is given up
MOST_STEPS = 250  # taken and tried, to the load
NEAR_THE_LOAD = 0.9  # of it, from where finer grids take over
GROW_PATIENCE = 20  # Newton iterations after which a step is shortened
EASY, HARD = 6, 12  # Newton iterations below and above which steps grow and shrink
LOOSE_KRYLOV = 0.03


def grow(scene: Scene) -> Solution:
    """Grow the load from a touch on a coarse grid.

    Raises
    ------
    ConvergenceError
        Where no further step can be taken; its `partial` is the last `Solution`, or None.
    """
    newton, state = _start(scene)
    strip = newton.strip
    path, last = [state], None
    ratio, depth = FIRST_RATIO, _first_depth(scene)
    force, residual, share = 0.0, math.nan, 0.0
    scene.watch(newton, lambda: (share, "load"))
    for _ in range(MOST_STEPS):
        if scene.effort.is_exhausted:
            break
        trial = _extrapolated(path, depth)
        states = strip.work.states.copy()
        report = newton.solve(trial, Load("indentation", depth), GROW_PATIENCE)
        if not report.converged:
            residual = report.residual
            strip.work.states[:] = states
            if len(path) == 1:
                depth *= 0.3
            else:
                ratio = 1.0 + 0.4 * (depth / path[-1].depth - 1.0)
                depth = path[-1].depth * ratio
            if ratio < SMALLEST_RATIO or depth < SMALLEST_DEPTH * scene.nose_radius:
                break
            continue
        contact = skin_contact(strip, trial)
        if len(path) == 1 and scene.load.kind != "indentation":
            beyond = contact.force_depth / wanted_force(scene, contact)
            if beyond > OVERSHOOT:
                depth *= 0.5 / beyond
                strip.work.states[:] = OPEN
                continue
        path = [*path[-3:], trial]
        previous, force = force, contact.force_depth
        share = load_carried(scene, contact, trial.depth) / scene.load.value
        last = Solution(
            strip,
            newton.history,
            trial,
            contact,
            newton.iterations,
            report.residual,
            is_coarse=True,
        )
        if scene.load.kind == "indentation":
            if trial.depth >= scene.load.value:
                return last
            target = scene.load.value
        else:
            wanted = wanted_force(scene, contact)
            if force >= NEAR_THE_LOAD * wanted:
                return last
            slope = (force - previous) / max(trial.depth - path[-2].depth, 1e-12)
            target = trial.depth + (wanted - force) / max(slope, 1e-12)
        ratio = _adapted(ratio, report.iterations)
        depth = min(trial.depth * ratio, target)
    raise ConvergenceError(
        "the load could not be grown", load_reached=share, residual=residual, partial=last
    )


def _adapted(ratio: float, iterations: int) -> float:
    """Return the ratio of the next indentation to this one, after so many Newton iterations."""
    if iterations <= EASY:
        return min(1.0 + 1.4 * (ratio - 1.0), LARGEST_RATIO)
    if iterations >= HARD:
        return max(1.0 + 0.6 * (ratio - 1.0), SMALLEST_RATIO)
    return ratio


def _start(scene: Scene) -> tuple[Newton, State]:
    """Return the solver on the coarse grid, and tissue at rest under it."""
    half = min(expected_half_width(scene), scene.nose_radius)
    low, high = scene.outline.span_below(
        min(0.5 * scene.nose_radius, 4.0 * half**2 / scene.nose_radius), samples=TOOL_SAMPLES
    )
    size = min(scene.nose_radius / COARSE_NODES, half / COARSE_NODES_ACROSS)
    margin = min(0.5 * scene.nose_radius, half)
    # the middle of the part that can touch is at the origin of the grid
    middle = 0.5 * (low + high)
    fine = (low - margin - middle, high + margin - middle)
    size = max(size, (fine[1] - fine[0]) / MOST_COARSE_COLUMNS)
    strip = scene.strip(fine, size, coarse=True)
    column = int(np.argmin(np.abs(strip.grid.column_edges)))
    anchor = Anchor(column, float(strip.grid.column_edges[column]) + middle)
    newton = Newton(
        strip, scene.history(strip), sliding=scene.direction, anchor=anchor, tolerance=1e-4
    )
    newton.krylov_tolerance = LOOSE_KRYLOV
    return newton, State(strip.rest(), 0.0, -middle)


def _first_depth(scene: Scene) -> float:
    """Return the indentation to begin with [m]."""
    half = min(expected_half_width(scene), scene.nose_radius)
    depth = min(FIRST_DEPTH * scene.nose_radius, half**2 / scene.nose_radius)
    return min(depth, scene.load.value) if scene.load.kind == "indentation" else depth


def _extrapolated(path: list[State], depth: float) -> State:
    """Guess at a new depth: the line through the last two states that were loaded."""
    guess = path[-1].copy()
    if len(path) > 2:
        before, last = path[-2:]
        guess = last.beyond(before, (depth - last.depth) / (last.depth - before.depth))
    guess.depth = depth
    return guess
