"""Why a solve ended early, in the words of somebody who holds the tool."""

from __future__ import annotations

import math

import numpy as np

from softsim.engines.finite.scene import Scene, Solution, load_carried
from softsim.engines.finite.strip.strip import Strip
from softsim.errors import ConvergenceError, brief
from softsim.kernels.strip.contact import OPEN

FOLD_JUMP = 2.5
"""Ratio of the stretches of neighbouring pieces of skin above which the skin is folded [-]."""

FOLD_TURN = math.radians(110.0)
"""Angle between neighbouring pieces of skin above which it is folded [rad]."""

DEEP, COMPRESSED, DRAGGED = 1.0, 0.5, 0.5
"""Depth over nose radius, indentation over thickness, and friction that are worth a word [-]."""

_KINDS = {"force": (1.0, "N"), "pressure": (1e-3, "kPa"), "indentation": (1e3, "mm")}


def is_folded(solution: Solution) -> bool:
    """Whether neighbouring pieces of skin near the contact are stretched or turned against sense.

    Skin that is resolved bends and stretches little by little; a fold is an equilibrium of the
    grid, not of the skin.
    """
    grid = solution.strip.grid
    skin = solution.strip.skin(solution.state.displacement)
    pieces = np.diff(skin, axis=0)
    stretch = np.log(np.hypot(*pieces.T) / np.diff(grid.column_edges))
    turn = np.diff(np.unwrap(np.arctan2(pieces[:, 1], pieces[:, 0])))
    jumps = np.abs(np.diff(stretch))
    return bool(jumps.max() > math.log(FOLD_JUMP) or np.abs(turn).max() > FOLD_TURN)


def load_text(scene: Scene, value: float) -> str:
    """Return a load as people write it, e.g. ``"2.1 N"``; a force that of the whole edge."""
    factor, unit = _KINDS[scene.load.kind]
    if scene.load.kind == "force":
        factor *= scene.contact_length
    return f"{factor * value:.3g} {unit}"


def part_text(scene: Scene, value: float) -> str:
    """Return a load that was reached, rounded down to three digits: it can be asked for."""
    if value <= 0.0:
        return "no load"
    digit = 10.0 ** (math.floor(math.log10(value * _scale(scene))) - 2)
    return load_text(scene, math.floor(value * _scale(scene) / digit) * digit / _scale(scene))


def _scale(scene: Scene) -> float:
    factor = _KINDS[scene.load.kind][0]
    return factor * scene.contact_length if scene.load.kind == "force" else factor


def reasons(scene: Scene, strip: Strip, depth: float) -> list[str]:
    """Return what is extreme about a state: why the next one may have failed.

    Parameters
    ----------
    scene : Scene
    strip : Strip
        Its work arrays hold the state.
    depth : float
        Of the tool's lowest point [m].
    """
    found = []
    radius = scene.nose_radius
    if depth > DEEP * radius:
        found.append(
            f"the tip is {brief(depth / radius)} times its radius deep ({1e3 * depth:.3g} mm, nose "
            f"radius {1e3 * radius:.3g} mm)"
        )
    if depth > COMPRESSED * scene.thickness:
        found.append(f"{100.0 * depth / scene.thickness:.0f} % of the tissue is pressed together")
    touching = strip.work.states != OPEN
    if (touching & (strip.work.frames[:, 4] == 0.0)).any():
        found.append("a flank or the body of the tool lies on the skin")
    if scene.friction >= DRAGGED:
        found.append(f"friction of {scene.friction:.2g} drags the skin along")
    return found


def not_converged(
    scene: Scene, last: Solution | None, residual: float, *, folds: bool = False
) -> ConvergenceError:
    """Return the error of a stroke or press that could not be loaded fully.

    Parameters
    ----------
    scene : Scene
    last : Solution, optional
        At the largest load that was solved.
    residual : float
        Of the solve that failed [-].
    folds : bool
        Whether what lies beyond is skin folded under the tool.
    """
    wanted = load_text(scene, scene.load.value)
    failed = "" if not math.isfinite(residual) else f" (relative residual {residual:.1e})"
    if last is None:
        return ConvergenceError(
            f"{scene.mode} did not converge at {wanted}, nor at any smaller load{failed}; give a "
            "blunter edge or another resolution.element_along",
            residual=residual,
        )
    value = load_carried(scene, last.contact, last.state.depth)
    part = part_text(scene, value)
    found = reasons(scene, last.strip, last.state.depth)
    if folds:
        found.append("beyond that the skin folds under the tip")
    if scene.effort.is_exhausted:
        found.append("and the budget of work is spent")
    because = f": there {', '.join(found)}" if found else ""
    grid = " on a coarse grid" if last.is_coarse else ""
    return ConvergenceError(
        f"{scene.mode} was solved up to {part} of {wanted}{grid} and did not converge beyond"
        f"{because}{failed}; take {part} or less, or a blunter edge",
        load_reached=min(value / scene.load.value, 1.0),
        residual=residual,
        partial=last,
    )
