"""Spans of a section: fine under the tool, coarser with distance and depth."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softsim.engines.finite.tissue.basis import Array, Integers, Line
from softsim.errors import InputError

NEAR_GROWTH = 0.3  # of the length of spans with distance, within the thickness of the tissue
FAR_GROWTH = 0.6  # and beyond, where nearly nothing happens
ROW_GROWTH = 0.25  # of the height of spans with depth
SEVERAL = 3  # spans of a layer whose last is cut twice
BOTTOM, LAST = (0.5, 0.25), (0.25,)  # of the last span, left below a cut; of the last of two
SAMPLES, NEAREST = 1024, 0.1  # of the size function from an end on; the first, over the size
SPAN_BYTES, MOST_BYTES = 1500.0, 2e9  # of what is kept for a span, and of a section in all


@dataclass(frozen=True, slots=True)
class Patch:
    """Part of the skin that may touch the tool, with the length of its spans [m]."""

    low: float
    high: float
    size: float


@dataclass(frozen=True, slots=True)
class Plate:
    """A stiff layer on a soft one, which bends: spans much longer than it is thick lock it.

    Parameters
    ----------
    height : float
        Of the layer [m].
    reach : float
        How far it spreads its bending along [m].
    slower : float
        Factor on the growth of spans longer than it is thick [-].
    """

    height: float
    reach: float
    slower: float


def check_size(n_columns: int, n_rows: int) -> None:
    """Refuse a section that does not fit into memory, before it is made.

    Raises
    ------
    InputError
        With the bound.
    """
    # two bands are kept, of unknowns of two functions for each span of a column and its next ones
    band = 2.0 * 8.0 * (4.0 * n_rows + 12.0)
    size = n_columns * n_rows * (SPAN_BYTES + 2.0 * band)
    if size > MOST_BYTES:
        raise InputError(
            f"the grid would have {n_columns:.3g} columns and {n_rows:.3g} rows of spans and "
            f"take {size / 1e9:.3g} GB; must be at most {MOST_BYTES / 1e9:g} GB (take a larger "
            "resolution.element_along, fewer rows or fewer layers, or leave them automatic)"
        )


def along_line(
    patches: tuple[Patch, ...],
    ends: tuple[float, float],
    thickness: float,
    growth: float = 1.0,
    plate: Plate | None = None,
    details: Sequence[Patch] = (),
    marks: Array | None = None,
) -> Line:
    """Return the columns: even in every patch, growing away from them.

    Parameters
    ----------
    patches : tuple of Patch
        In order, apart from each other.
    ends : tuple of float
        [m].
    thickness : float
        Of the tissue [m].
    growth : float
        Multiplies the growth of the spans.
    plate : Plate, optional
        Layer whose bending the spans have to follow.
    details : sequence of Patch
        Where spans beside the patches are no longer than they say.
    marks : ndarray, shape (n,), optional
        Places between the ends where a span has to end [m].
    """

    def size_at(place: Array) -> Array:
        sizes = []
        for patch in (*patches, *details):
            away = np.maximum(np.maximum(patch.low - place, place - patch.high), 0.0)
            near = np.minimum(away, thickness if plate is None else max(thickness, plate.reach))
            grown = growth * (NEAR_GROWTH * near + FAR_GROWTH * (away - near))
            if plate is not None:
                grown = np.minimum(grown, np.maximum(plate.height, plate.slower * grown))
            sizes.append(patch.size + grown)
        return np.asarray(np.min(sizes, axis=0))

    parts = [np.array([ends[0]])]
    at = ends[0]
    for patch in patches:
        parts.append(_graded(at, patch.low, size_at))
        count = max(2, math.ceil((patch.high - patch.low) / patch.size - 1e-9))
        check_size(count, 1)
        parts.append(np.linspace(patch.low, patch.high, count + 1)[1:])
        at = patch.high
    parts.append(_graded(at, ends[1], size_at))
    breaks = np.concatenate(parts)
    return Line.smooth(breaks if marks is None else _through(breaks, marks))


def _through(breaks: Array, marks: Array) -> Array:
    """Return breaks that pass through places: the nearest one moves, or a new one is put in.

    `marks` has the shape (n,) [m].
    """
    found, kept = breaks.copy(), {0, breaks.size - 1}
    more = []
    for mark in marks[(marks > breaks[0]) & (marks < breaks[-1])]:
        k = int(np.abs(found - mark).argmin())
        if k not in kept:
            kept.add(k)
            found[k] = mark
        elif found[k] != mark:
            more.append(mark)
    return np.sort(np.append(found, more))


def _graded(low: float, high: float, size_at: Callable[[Array], Array]) -> Array:
    """Return breaks behind `low` up to `high`, spaced as a size function asks."""
    if high - low < 1e-12:
        return np.zeros(0)
    # samples in steps of their distance from the ends, where the size changes that fast
    least = NEAREST * size_at(np.array([low, high])).min()
    away = np.geomspace(min(least, 0.5 * (high - low)), high - low, SAMPLES)[:-1]
    place = np.unique(np.concatenate([[low, high], low + away, high - away]))
    density = 1.0 / size_at(place)
    steps = 0.5 * (density[1:] + density[:-1]) * np.diff(place)
    count = np.concatenate([[0.0], np.cumsum(steps)])
    n = max(1, round(float(count[-1])))
    check_size(n, 1)
    found = np.interp(np.linspace(0.0, count[-1], n + 1)[1:], count, place)
    found[-1] = high
    return np.asarray(found)


def depth_line(
    thickness: Array,
    first: float,
    least: Integers,
    growth: float = 1.0,
    counts: Sequence[int] | None = None,
    bends: NDArray[np.bool_] | None = None,
    glides: Integers | None = None,
) -> tuple[Line, Integers]:
    """Return the rows, C0 at the layer boundaries, C-1 where they glide, and the layer of each.

    Parameters
    ----------
    thickness : ndarray, shape (n_layers,)
        [m].
    first : float
        Height wanted at the skin [m].
    least : ndarray of int64, shape (n_layers,)
        Spans that a layer has at least.
    growth : float
        Multiplies the growth of the heights.
    counts : sequence of int, optional
        Spans of every layer, instead.
    bends : ndarray of bool, shape (n_layers,), optional
        Layers that bend on a softer one: if they are thicker than `first`, their last span is cut,
        because they are strained most at their bottom.
    glides : ndarray of int64, shape (n_boundaries,), optional
        Layers that glide on the one below.
    """
    breaks, owner, top = [np.zeros(1)], [], 0.0
    slope = growth * ROW_GROWTH
    for k, height in enumerate(thickness):
        # spans of height first + slope z: their number is a logarithm
        wanted = math.log((first + slope * (top + height)) / (first + slope * top)) / slope
        n = max(int(least[k]), math.ceil(wanted - 0.25)) if counts is None else counts[k]
        ratio = (first + slope * (top + height)) / (first + slope * top)
        share = (ratio ** (np.arange(1, n + 1) / n) - 1.0) / (ratio - 1.0)
        share[-1] = 1.0  # boundaries are the same numbers in all meshes
        if counts is None and bends is not None and bends[k] and n > 1 and height > first:
            left = BOTTOM if n >= SEVERAL else LAST
            cuts = 1.0 - (1.0 - share[-2]) * np.array(left)
            share, n = np.concatenate([share[:-1], cuts, share[-1:]]), n + len(left)
        breaks.append(top + height * share)
        owner += [k] * n
        top += float(height)
    layer = np.array(owner, dtype=np.int64)
    continuity = np.where(layer[1:] == layer[:-1], 1, 0)
    if glides is not None:
        continuity[(layer[1:] != layer[:-1]) & np.isin(layer[:-1], glides)] = -1
    return Line(np.concatenate(breaks), continuity), layer
