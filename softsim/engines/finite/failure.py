"""Why a solve ended early, in the words of somebody who holds the tool."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from softsim.engines.finite.contact import ContactProblem, Touch
from softsim.engines.finite.skin import at_points, skin_contact
from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.tissue.section import Section
from softsim.errors import ConvergenceError, brief
from softsim.kernels.outline.columns import KIND, SEGMENT, START
from softsim.kernels.splines.geometry import ROUND
from softsim.load import Load
from softsim.outcome import Contact
from softsim.problem import Problem
from softsim.stroke import LoadKind

DEEP, COMPRESSED, DRAGGED = 1.0, 0.5, 0.5
"""Depth over nose radius, indentation over thickness, and friction that are worth a word [-]."""
SQUEEZED, SHEARED, RUBBED = 0.5, 1.0, 0.5
"""Thickness of a layer over that before, drag along over the thickness, and mean traction of
friction over the shear modulus, that are [-]."""

_KINDS = {"force": (1.0, "N"), "pressure": (1e-3, "kPa"), "indentation": (1e3, "mm")}


def load_text(problem: Problem, value: float) -> str:
    """Return a load as people write it, e.g. ``"2.1 N"``; a force that of the whole edge."""
    return f"{_scale(problem) * value:.3g} {_KINDS[problem.stroke.load_kind][1]}"


def part_text(problem: Problem, value: float) -> str:
    """Return a load that was reached, rounded down to three digits: it can be asked for."""
    shown = value * _scale(problem)
    if shown <= 0.0:
        return "no load"
    digit = 10.0 ** (math.floor(math.log10(shown)) - 2)
    return load_text(problem, math.floor(shown / digit) * digit / _scale(problem))


def _scale(problem: Problem) -> float:
    factor = _KINDS[problem.stroke.load_kind][0]
    return (
        factor if problem.line_load is None else factor * float(problem.instrument.contact_length)
    )


@dataclass(frozen=True)
class Why:
    """What is extreme about the last state that was solved, and what may be done about it.

    Parameters
    ----------
    reasons, cures : tuple of str
        Parts of a sentence.
    """

    reasons: tuple[str, ...] = ()
    cures: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What follows "did not converge beyond"."""
        return f": there {', '.join(self.reasons)}" if self.reasons else ""

    def instead(self, first: str) -> str:
        """Return the cures, the first of which is given."""
        return f"take {', '.join((first, *self.cures))}, or a blunter edge"


def because(
    problem: Problem,
    section: Section,
    contact: ContactProblem,
    touch: Touch,
    displacement: Array,
    *more: str,
) -> Why:
    """Return what is extreme about a state, or nothing: why the next one may have failed.

    Parameters
    ----------
    problem : Problem
    section : Section
    contact : ContactProblem
        As weighed at the state.
    touch : Touch
    displacement : ndarray, shape (n_along, n_depth, 2)
        Of the functions [m].
    more : str
        Further reasons.
    """
    found = []
    radius, depth = float(problem.instrument.edge.nose_radius), touch.depth
    thickness = sum(float(layer.thickness) for layer in problem.tissue.layers)
    if depth > DEEP * radius:
        found.append(
            f"the tip is {brief(depth / radius)} times its radius deep ({1e3 * depth:.3g} mm, nose "
            f"radius {1e3 * radius:.3g} mm)"
        )
    if depth > COMPRESSED * thickness:
        found.append(f"{100.0 * depth / thickness:.0f} % of the tissue is pressed together")
    layers, cures = _strained(problem, section, contact, touch, displacement)
    found += layers
    loaded = at_points(contact, touch.pressure) > 0.0
    starts = contact.chain[1:, START]
    pieces = contact.chain[np.searchsorted(starts, contact.weighed.arc[loaded], side="right")]
    if (pieces[:, KIND] == SEGMENT).any():
        found.append("a flank or the body of the tool lies on the skin")
    sheared = _sheared(problem, section, contact, touch, displacement)
    if sheared > RUBBED:
        found.append(
            f"friction of {problem.friction:.2g} shears {problem.tissue.layers[0].name} with "
            f"{brief(sheared)} times its shear modulus"
        )
        cures += [] if "less friction" in cures else ["less friction"]
    elif problem.friction >= DRAGGED:
        found.append(f"friction of {problem.friction:.2g} drags the skin along")
    return Why((*found, *more), tuple(cures))


def _sheared(
    problem: Problem,
    section: Section,
    contact: ContactProblem,
    touch: Touch,
    displacement: Array,
) -> float:
    """Return the mean drag of the skin over the shear modulus at once of the layer it is of [-].

    `displacement` has the shape (n_along, n_depth, 2) of the functions [m].
    """
    shown = skin_contact(section.along, contact, touch, displacement)
    if contact.window.form == ROUND or shown.width <= 0.0:
        return 0.0
    modulus = float(problem.tissue.layers[0].material.shear_modulus_initial)
    return math.hypot(shown.friction_along, shown.friction_depth) / shown.width / modulus


def _strained(
    problem: Problem,
    section: Section,
    contact: ContactProblem,
    touch: Touch,
    displacement: Array,
) -> tuple[list[str], list[str]]:
    """Return which layers are squeezed and dragged most where that is extreme, and the cures.

    `displacement` has the shape (n_along, n_depth, 2) of the functions [m].
    """
    reasons: list[str] = []
    cures: list[str] = []
    if touch.is_open:
        return reasons, cures
    left, drag = under_tool(problem, section, contact, touch, displacement)
    names = [layer.name for layer in problem.tissue.layers]
    thin, far = int(left.argmin()), int(drag.argmax())
    if left[thin] < SQUEEZED:
        share = brief(100.0 * float(left[thin]))
        reasons.append(f"{names[thin]} is squeezed to {share} % of its thickness")
        cures.append(f"a thicker or stiffer {names[thin]}")
    if drag[far] > SHEARED:
        reasons.append(f"{names[far]} is dragged along by {brief(drag[far])} times its thickness")
        cures += ["less friction"] if problem.friction else []
    return reasons, cures


def under_tool(
    problem: Problem,
    section: Section,
    contact: ContactProblem,
    touch: Touch,
    displacement: Array,
) -> tuple[Array, Array]:
    """Return what a state that touches leaves of every layer under the tool.

    Parameters
    ----------
    problem : Problem
    section : Section
    contact : ContactProblem
    touch : Touch
    displacement : ndarray, shape (n_along, n_depth, 2)
        Of the functions [m].

    Returns
    -------
    left : ndarray, shape (n_layers,)
        Least thickness over that before [-].
    drag : ndarray, shape (n_layers,)
        How much further along its top moves than its bottom, at most, over its thickness [-].
    """
    along, depth = section.along, section.depth
    bounds = depth.breaks[np.abs(depth.breaks[:, None] - problem.tissue.bounds).argmin(axis=0)]
    height = np.diff(bounds)
    place = contact.window.place[touch.pressure > 0.0]
    is_under = (along.breaks >= place.min()) & (along.breaks <= place.max())
    is_under[np.abs(along.breaks - place.mean()).argmin()] = True
    columns, ended = along.matrix(along.breaks), np.ones(height.size, dtype=np.bool_)
    rows = depth.matrix(bounds[:-1]), depth.matrix(bounds[1:], before=ended)
    top, bottom = (
        np.einsum("ia,abc,jb->jic", columns, displacement, own, optimize=True) for own in rows
    )
    drag = np.abs(top[..., 0] - bottom[..., 0])[:, is_under].max(axis=1) / height
    start = np.stack([along.breaks, np.zeros(along.breaks.size)], axis=1)
    skin = (start + top[0])[is_under, 0]
    left = np.empty(height.size)
    for k in range(height.size):
        above, below = start + top[k], start + bottom[k]
        inside = (above[:, 0] >= skin.min()) & (above[:, 0] <= skin.max()) | is_under
        below[:, 1] += height[k]
        left[k] = _apart(above[inside], below) / height[k]
    return left, drag


def _apart(points: Array, line: Array) -> float:
    """Return the least distance of points, shape (n, 2), from a line of pieces, shape (m, 2)."""
    piece = np.diff(line, axis=0)
    away = points[:, None] - line[:-1]
    share = np.clip((away * piece).sum(axis=-1) / (piece * piece).sum(axis=-1), 0.0, 1.0)
    return float(np.hypot(*np.moveaxis(away - share[..., None] * piece, -1, 0)).min())


def not_loaded(
    problem: Problem, mode: str, reached: float, why: Why, residual: float
) -> ConvergenceError:
    """Return the error of a stroke or press that could not be loaded fully.

    Parameters
    ----------
    problem : Problem
    mode : str
    reached : float
        Largest load that was solved, of the kind and unit of `Load`; 0 where none was.
    why : Why
        From `because`.
    residual : float
        Of the solve that failed [-].
    """
    full = Load.on_section(problem).value
    wanted, part = load_text(problem, full), part_text(problem, reached)
    name = f"{mode} stroke" if mode == "steady" else mode
    failed = "" if not math.isfinite(residual) else f" (relative residual {residual:.1e})"
    if reached <= 0.0:
        return ConvergenceError(
            f"{name} did not converge at {wanted}, nor at any smaller load{failed}; give a "
            "blunter edge or another resolution.element_along",
            residual=residual,
        )
    return ConvergenceError(
        f"{name} was solved up to {part} of {wanted} and did not converge beyond{why.text}"
        f"{failed}; {why.instead(f'{part} or less')}",
        load_reached=min(reached / full, 1.0),
        residual=residual,
    )


def carried(kind: LoadKind, contact: Contact, depth: float) -> float:
    """Return the load at a state, in the kind and the unit that is prescribed."""
    if kind == "indentation":
        return depth
    if kind == "pressure":
        return contact.force_depth / contact.width if contact.width > 0.0 else 0.0
    return contact.force_depth
