"""Patches of short spans: where the tool will touch, and what resolves where it does."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from softsim.engines.finite.accuracy import COARSE, Pass
from softsim.engines.finite.scene import Scene
from softsim.engines.finite.search.states import Solution
from softsim.engines.finite.skin import contact_places
from softsim.engines.finite.tissue.mesh import Patch

MARGIN = 0.12  # of a contact, beside it
TOO_LONG = 0.5  # of a span: a contact on few spans reaches further than it does
SIZES, STRIDE = 4, 4  # of spans, in an octave; and spans between places where a patch may end
ON_SHARP, MOST_ON_SHARP = 0.25, 64  # of a sharp nose: its longest span, within so many of them
WIDENED = 0.75  # of a contact that has come to the end of its window
MOST_SPANS = 40  # of a window that grows
ON_NOSE = 4097  # points looked at: a nose may be far blunter than tissue is thick


def first_patches(scene: Scene) -> tuple[Patch, ...]:
    """Return where the tool will touch, roughly."""
    behind, ahead = scene.outline.span_below(scene.thickness, samples=ON_NOSE)
    half = min(2.0 * scene.expected_half_width(), ahead - behind)
    return (Patch(max(-half, scene.least), half, 2.0 * half / COARSE.spans),)


def patches_for(scene: Scene, found: Solution, accuracy: Pass) -> tuple[Patch, ...]:
    """Return patches that resolve every contact that was found, for a pass."""
    size = None if accuracy.is_coarse else scene.element_along
    return resolved_patches(scene, found, accuracy.spans, size)


def resolved_patches(
    scene: Scene, found: Solution, spans: int, size: float | None = None
) -> tuple[Patch, ...]:
    """Return patches that resolve every contact that was found.

    Their sizes are steps of a scale and their ends steps of their sizes from zero: contacts that
    are known a little differently are solved on the same mesh.
    """
    line, unit = found.section.along, scene.nose_radius
    patches: list[Patch] = []
    for low, high in contact_places(line, found.contact, found.touch, found.displacement):
        span = float(np.diff(line.breaks)[line.span_of(np.array([0.5 * (low + high)]))][0])
        length = max(high - low - TOO_LONG * span, span)
        wanted = min(length / spans, max(ON_SHARP * unit, length / MOST_ON_SHARP))
        own = size or unit * 2.0 ** (math.floor(SIZES * math.log2(wanted / unit)) / SIZES)
        step, margin = STRIDE * own, MARGIN * length
        start, end = math.floor((low - margin) / step), math.ceil((high + margin) / step)
        first, last = max(start * step, scene.ends[0]), min(end * step, scene.ends[1])
        patches.append(Patch(first, last, own))
    return with_zero(merged(patches))


def with_zero(patches: tuple[Patch, ...]) -> tuple[Patch, ...]:
    """Return the patches, one that ends close to zero longer: see `anchor_of`."""
    if any(patch.low <= 0.0 <= patch.high for patch in patches):
        return patches
    near = min(range(len(patches)), key=lambda k: min(abs(patches[k].low), abs(patches[k].high)))
    own = patches[near]
    longer = replace(own, low=min(own.low, 0.0), high=max(own.high, 0.0))
    if longer.high - longer.low > 2.0 * (own.high - own.low):
        return patches
    return (*patches[:near], longer, *patches[near + 1 :])


def merged(patches: list[Patch]) -> tuple[Patch, ...]:
    """Return patches, those that nearly meet as one."""
    out = [patches[0]]
    for patch in patches[1:]:
        last = out[-1]
        if patch.low - last.high < 4.0 * max(patch.size, last.size):
            out[-1] = Patch(last.low, patch.high, min(last.size, patch.size))
        else:
            out.append(patch)
    return tuple(out)


def contact_runs(found: Solution) -> list[tuple[int, int]]:
    """Return first and last function under pressure of every contact of the window."""
    active = np.flatnonzero(found.touch.pressure > 0.0)
    runs = np.split(active, np.flatnonzero(np.diff(active) > 2) + 1)
    return [(int(run[0]), int(run[-1])) for run in runs if run.size]


def longest_run(found: Solution) -> int:
    """Return how many functions the longest contact of the window presses."""
    return max(last - first for first, last in contact_runs(found)) + 1


def widened(found: Solution) -> tuple[Patch, ...]:
    """Return the patches, those that the contact has come to the end of longer on that side."""
    out = []
    pressed = found.touch.pressure > 0.0
    for patch, (first, last) in zip(found.patches, found.contact.window.outer, strict=True):
        own = np.flatnonzero(pressed[first : last + 1])
        longer = WIDENED * max(float(own.size) * patch.size, 4.0 * patch.size)
        low = max(patch.low - longer * bool(pressed[first]), found.section.along.breaks[0])
        high = patch.high + longer * bool(pressed[last])
        out.append(Patch(low, high, max(patch.size, (high - low) / MOST_SPANS)))
    return merged(out)


def contact_length(found: Solution) -> float:
    """Return the length of the longest contact of a state [m]."""
    places = contact_places(found.section.along, found.contact, found.touch, found.displacement)
    return float(np.ptp(np.array(places), axis=1).max())
