"""Uniform nodes along the skin that resolve a contact, and the steady contact on them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from softsim.engines.linear.medium.stack import FloatArray
from softsim.engines.linear.scene import Scene
from softsim.engines.linear.section.active_set import GRID_RATIO, UnsettledContactError
from softsim.engines.linear.section.contact import SlidingContact, solve_sliding_contact
from softsim.engines.linear.section.skin import loaded_length
from softsim.errors import ConvergenceError, InputError
from softsim.load import Load, force_at_pressure

# Node spacings are powers of two metres, so that cases of a sweep share their influence; this many
# nodes at least lie across the contact, less than twice as many unless the edge asks for more.
NODES_IN_CONTACT = 72
LEAST_NODES = 64
# and so many over the radius of the nose, where the contact runs up a flank.
NODES_PER_RADIUS = 34
# So many nodes have half the largest pressure, which may be where a flat bottom bends up; the nodes
# are at most so many times finer for it.
NODES_IN_PEAK, PEAK_REFINEMENT, MOST_NODES_FOR_PEAK = 5, 8, 2**12
# The surface kept: this many contact widths.
WIDTHS_KEPT = 7.0
# Results reach this many contact widths or stack thicknesses from the middle of the contact.
WIDTHS_REPORTED = 3.0
THICKNESSES_REPORTED = 0.8
# and not beyond so many nodes: fields are convolved on a window that holds them all.
NODES_REPORTED = 2**18
FIRST_NODES = 512
PASSES = 12
# Bound of the nodes of a contact: a tenth of them touch, and one contact takes about a second.
MOST_NODES = 2**15
# A contact this many nodes wide tells its depth to a tenth.
TELLING_NODES, SURELY = 16, 1.1
# A mean pressure is met to this by so many solves, the first of them secants; where it jumps on
# the nodes, because another contact of a node or two begins, to the larger number.
PRESSURE_TOLERANCE, PRESSURE_JUMP = 1e-9, 0.02
PRESSURE_SOLVES, PRESSURE_SECANTS = 60, 20


@dataclass(frozen=True, kw_only=True)
class Nodes:
    """Uniform nodes along the skin."""

    spacing: float
    middle: int
    count: int

    @property
    def along(self) -> FloatArray:
        """Places [m]."""
        number = np.arange(self.count, dtype=np.float64)
        return np.asarray((self.middle - self.count // 2 + number) * self.spacing)


def reported_reach(width: float, thickness: float, spacing: float = math.inf) -> float:
    """Return how far from the middle of the contact a result reaches [m].

    Parameters
    ----------
    width, thickness, spacing : float
        Of the contact, of the stack, and of nodes that are to hold it all [m].
    """
    return min(
        max(WIDTHS_REPORTED * width, THICKNESSES_REPORTED * thickness), NODES_REPORTED * spacing
    )


def _first_nodes(scene: Scene) -> Nodes:
    """Return coarse nodes that cover the nose and whatever lies as low."""
    low, high = scene.span_below(scene.nose_radius)
    span = max(high - low, scene.nose_radius)
    spacing = _power_of_two(1.2 * span / FIRST_NODES)
    return Nodes(spacing=spacing, middle=round(0.5 * (low + high) / spacing), count=FIRST_NODES)


def _power_of_two(spacing: float) -> float:
    """Return the power of two next above a spacing [m]."""
    return float(2.0 ** math.ceil(math.log2(spacing)))


def _peak_width(found: SlidingContact) -> float:
    """Return the length around the largest pressure with at least half of it [m]."""
    pressure = found.contact_pressure
    top = int(pressure.argmax())
    below = np.flatnonzero(pressure < 0.5 * pressure[top])
    after = int(np.searchsorted(below, top))
    first = below[after - 1] if after > 0 else -1
    last = below[after] if after < below.size else pressure.size
    return float(last - first - 1) * found.spacing


def nodes_for(scene: Scene, left: float, right: float, peak: float = math.inf) -> Nodes:
    """Return the nodes that resolve a contact.

    Parameters
    ----------
    scene : Scene
    left, right : float
        Ends of the contact found so far [m].
    peak : float
        Length with at least half of its largest pressure [m].
    """
    width = right - left
    widest = min(width / NODES_IN_CONTACT, 2.0 * scene.nose_radius / NODES_PER_RADIUS)
    finest = max(widest / PEAK_REFINEMENT, WIDTHS_KEPT * width / MOST_NODES_FOR_PEAK)
    widest = min(widest, max(peak / NODES_IN_PEAK, finest))
    spacing = scene.spacing or 0.5 * _power_of_two(widest)
    count = max(2 ** math.ceil(math.log2(WIDTHS_KEPT * width / spacing)), 2 * FIRST_NODES)
    _check_nodes(count, spacing, width, scene)
    return Nodes(spacing=spacing, middle=round(0.5 * (left + right) / spacing), count=count)


def _check_nodes(count: int, spacing: float, width: float, scene: Scene) -> None:
    """Refuse more nodes than can be solved, before they are made."""
    if count <= MOST_NODES:
        return
    text = (
        f"contact is {1e3 * width:.3g} mm wide and would take {count} nodes {1e3 * spacing:.3g} mm "
        f"apart (at most {MOST_NODES})"
    )
    if scene.spacing is not None:
        raise InputError(
            f"element_along is {scene.spacing:g} m; the {text}; take a longer element_along, or "
            "leave it out"
        )
    raise ConvergenceError(
        f"{text}, because it runs far up an edge with a nose of {1e3 * scene.nose_radius:.3g} mm: "
        "the tip is sunk in the tissue, which small strain cannot tell; give a smaller load, or "
        f"resolution.element_along='{2e3 * WIDTHS_KEPT * width / MOST_NODES:.2g} mm' or more for "
        "all but the tip"
    )


def _contact_on(scene: Scene, nodes: Nodes) -> SlidingContact:
    """Solve the contact of a scene at its load on given nodes."""
    solved = partial(
        solve_sliding_contact,
        scene.stack,
        along=nodes.along,
        heights=scene.heights(nodes.along),
        speed=scene.speed,
        friction=scene.friction,
        datum_distance=scene.datum_distance,
    )
    if scene.load.kind == "pressure":
        return _contact_at_pressure(scene, solved)
    return solved(load=scene.load)


def _contact_at_pressure(scene: Scene, solved: Callable[..., SlidingContact]) -> SlidingContact:
    """Solve at the force whose mean pressure over the loaded length is the one asked for."""
    pressure = scene.load.value

    def trial(force: float) -> tuple[SlidingContact, float]:
        found = solved(load=Load("force", force))
        excess = math.log(found.force / loaded_length(found) / pressure)
        if abs(excess) < PRESSURE_TOLERANCE:
            return found, 0.0
        if excess < 0.0:  # more force: not where the nodes end, nor through the bone
            if _reaches_the_ends(found):
                return found, 0.0
            scene.check_bone(found.indentation, margin=SURELY)
        return found, excess

    found, excess = force_at_pressure(
        trial,
        pressure * min(scene.nose_radius, scene.thickness),
        largest_step=4.0,
        solves=PRESSURE_SOLVES,
        secants=PRESSURE_SECANTS,
    )
    if abs(excess) <= PRESSURE_JUMP:
        return found
    raise ConvergenceError(
        f"no force gives a mean contact pressure of {pressure:g} Pa: near {found.force:.3g} N "
        f"per metre it jumps past {pressure * math.exp(excess):.3g} Pa, where another part of "
        "the tool comes to bear; give a force",
        residual=abs(excess),
    )


def _reaches_the_ends(found: SlidingContact) -> bool:
    """Whether a contact goes on where the nodes end."""
    margin = 2.0 * found.spacing
    low, high = float(found.along[0]) + margin, float(found.along[-1]) - margin
    return found.left_edge < low or found.right_edge > high


def _first_contact(scene: Scene) -> tuple[Nodes, SlidingContact]:
    """Solve on coarse nodes, finer ones where they cannot see the contact."""
    nodes = _first_nodes(scene)
    while True:
        try:
            return nodes, _contact_on(scene, nodes)
        except UnsettledContactError:
            finer = replace(
                nodes,
                spacing=nodes.spacing / GRID_RATIO,
                middle=nodes.middle * GRID_RATIO,
                count=nodes.count * GRID_RATIO,
            )
            if finer.count > MOST_NODES:
                raise
            nodes = finer


def solve_contact(scene: Scene, *, over_bone: bool = True) -> SlidingContact:
    """Solve the steady contact on nodes that resolve it.

    Parameters
    ----------
    scene : Scene
    over_bone : bool
        Refuse a tool that sinks through the tissue.

    Returns
    -------
    SlidingContact
        In the frame of a tool that moves towards +x.

    Raises
    ------
    ConvergenceError
        When the contact does not settle, asks for more nodes than can be solved, or reaches
        through the tissue.
    """
    nodes, found = _first_contact(scene)
    for number in range(PASSES):
        found = _contact_on(scene, nodes) if number else found
        ends = (found.left_edge, found.right_edge)
        if _reaches_the_ends(found):
            nodes = replace(nodes, spacing=2.0 * nodes.spacing, middle=round(0.5 * nodes.middle))
            continue
        across = (ends[1] - ends[0]) / nodes.spacing
        if over_bone and across >= TELLING_NODES:
            scene.check_bone(found.indentation, margin=SURELY)
        finer = nodes_for(scene, *ends, _peak_width(found))
        enough = scene.spacing is not None or across >= LEAST_NODES
        if nodes.count > FIRST_NODES or nodes.spacing == finer.spacing:
            settled = nodes.spacing <= finer.spacing and nodes.count >= finer.count
            if settled and enough:
                if over_bone:
                    scene.check_bone(found.indentation)
                return found
        nodes = finer
    raise ConvergenceError(
        f"contact of {ends[1] - ends[0]:.3g} m found no grid in {PASSES} passes; set "
        "resolution.element_along",
        residual=found.gap_residual,
    )
