"""Why a solve ended early, in the words of somebody who holds the tool."""

from __future__ import annotations

import math

import numpy as np

from softsim.engines.finite.contact import ContactProblem, Touch
from softsim.engines.finite.skin import at_points
from softsim.errors import ConvergenceError, brief
from softsim.kernels.outline.columns import KIND, SEGMENT, START
from softsim.load import Load
from softsim.outcome import Contact
from softsim.problem import Problem
from softsim.stroke import LoadKind

DEEP, COMPRESSED, DRAGGED = 1.0, 0.5, 0.5
"""Depth over nose radius, indentation over thickness, and friction that are worth a word [-]."""

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


def because(problem: Problem, contact: ContactProblem, touch: Touch, *more: str) -> str:
    """Return what is extreme about a state, or nothing: why the next one may have failed.

    Parameters
    ----------
    problem : Problem
    contact : ContactProblem
        As weighed at the state.
    touch : Touch
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
    loaded = at_points(contact, touch.pressure) > 0.0
    starts = contact.chain[1:, START]
    pieces = contact.chain[np.searchsorted(starts, contact.weighed.arc[loaded], side="right")]
    if (pieces[:, KIND] == SEGMENT).any():
        found.append("a flank or the body of the tool lies on the skin")
    if problem.friction >= DRAGGED:
        found.append(f"friction of {problem.friction:.2g} drags the skin along")
    found += more
    return f": there {', '.join(found)}" if found else ""


def not_loaded(
    problem: Problem, mode: str, reached: float, why: str, residual: float
) -> ConvergenceError:
    """Return the error of a stroke or press that could not be loaded fully.

    Parameters
    ----------
    problem : Problem
    mode : str
    reached : float
        Largest load that was solved, of the kind and unit of `Load`; 0 where none was.
    why : str
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
        f"{name} was solved up to {part} of {wanted} and did not converge beyond{why}{failed}; "
        f"take {part} or less, or a blunter edge",
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
