"""Sections of a press or a transient: fine all along the way of the tool, as the accuracy asks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softsim.engines.finite.accuracy import Pass, fine_pass
from softsim.engines.finite.scene import Scene
from softsim.engines.finite.search.patches import resolved_patches
from softsim.engines.finite.search.states import LEAST_GROWTH, Solution, section_of
from softsim.engines.finite.tissue.mesh import NEAR_GROWTH, Patch, along_line
from softsim.engines.finite.tissue.section import Section
from softsim.errors import InputError
from softsim.kernels.splines.geometry import ROUND

SPANS_SLID = 12  # of a contact that passes, for the usual accuracy: its ends come on all places
SPANS_PRESSED = 16  # across a contact that stays where it is
SPANS_TO_AXIS = 20  # of a round one over its radius
SPANS_AT_RIM = 4  # of the rounding of a punch
NOSE_SHARE = 0.25  # of the nose radius: no span is longer


@dataclass(frozen=True, eq=False)
class PathMesh:
    """A section that is fine all along the way of a tool.

    Parameters
    ----------
    section : Section
    size : float
        Length of the spans under the tool [m].
    reach : tuple of float
        Where the contact begins and ends, from the tool [m].
    """

    section: Section
    size: float
    reach: tuple[float, float]


def path_pass(scene: Scene, *, slides: bool) -> Pass:
    """Return how finely a press is solved or, where the tool slides, a transient."""
    spans = SPANS_SLID if slides else SPANS_PRESSED
    return fine_pass(scene.accuracy, SPANS_TO_AXIS if scene.form == ROUND else spans)


def path_mesh(
    scene: Scene, found: Solution, accuracy: Pass, ahead: tuple[float, float]
) -> PathMesh:
    """Return a section that is fine where the tool of a contact that was found comes.

    `ahead`: how far back and ahead it comes from where it first stands [m].
    """
    patches = resolved_patches(scene, found, accuracy.spans)
    size = min(patch.size for patch in patches)
    size = scene.element_along or min(size, NOSE_SHARE * scene.nose_radius)
    low, high = patches[0].low - found.touch.along, patches[-1].high - found.touch.along
    first, last = sorted(scene.direction * end for end in ahead)
    fine = Patch(max(first + low, scene.least), last + high, size)
    ends = _ends(scene, fine, first, last)
    parts = at_rim(fine, scene.rim)
    size = parts[-1].size
    rows, columns = accuracy.row_growth, accuracy.growth
    if scene.growth is not None:
        rows = columns = max(scene.growth, LEAST_GROWTH)
    details = scene.details(accuracy.spans, (first, last))
    along = along_line(parts, ends, scene.thickness, columns, scene.plate, *details)
    least = np.where((scene.layers.thickness > size) | scene.bends, accuracy.least_rows, 1)
    depth, owner = scene.inclusions.depth_line(
        scene.layers.thickness, size, least, rows, spans=accuracy.spans, counts=scene.rows,
        bends=scene.bends, glides=scene.springs.layer,
    )  # fmt: skip
    return PathMesh(section_of(scene, along, depth, owner), size, (low, high))


def _ends(scene: Scene, fine: Patch, first: float, last: float) -> tuple[float, float]:
    """Return where the mesh ends along, the same way off at both ends of a stroke [m]."""
    middle = 0.5 * (first + last)
    low, high = scene.ends
    if scene.half_width is None:
        return (low + first if low else low, high + last)
    ends = (low + middle, high + middle) if low else (low, high)
    if fine.low < ends[0] or fine.high > ends[1]:
        least = 2.0 * max(middle - fine.low, fine.high - middle)
        raise InputError(
            f"width of the tissue is {2.0 * scene.half_width:g} m; must be at least {least:.3g} m "
            "to hold the stroke (widen it, or leave it out)"
        )
    return ends


def at_rim(fine: Patch, rim: tuple[float, float] | None) -> tuple[Patch, ...]:
    """Return a patch with finer spans at the rim of a flat punch, where the pressure peaks."""
    if rim is None:
        return (fine,)
    face, end = rim
    rounding = Patch(face - (end - face), end, (end - face) / SPANS_AT_RIM)
    inner = rounding.low - (fine.size - rounding.size) / NEAR_GROWTH
    if rounding.size >= fine.size or inner <= fine.size:
        return (fine,)
    return (Patch(fine.low, inner, fine.size), rounding)
