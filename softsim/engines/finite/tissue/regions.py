"""Regions of another material: where rows and columns end at them, and what spans are made of.

A span that an outline cuts is there several times, once of each material, and every point weighs
as much of each as is there: laws, relaxation and energies know nothing of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from softsim.engines.finite.tissue.basis import Array, Integers, Line
from softsim.engines.finite.tissue.mesh import Patch, depth_line
from softsim.kernels.layer_arrays import LayerArrays
from softsim.problem import pack_materials
from softsim.region import Outline
from softsim.tissue import Tissue

SAMPLES = 8  # of the outline in the part of a span that belongs to a point, each way
LEAST_SHARE = 1e-9  # of a point: less is nothing
SPANS_OF_CONTACT = 6.0, 3.0  # of those over a contact to one over a region, sharp and graded
ROWS_OF_CONTACT = 8.0, 3.0
SLIVER = 1e-6  # of the thickness: a row that is no row


class Overlay(NamedTuple):
    """What spans are made of; behind those of the grid come those of a second material.

    Attributes
    ----------
    material : ndarray of int64, shape (n_spans,)
    span : ndarray of int64, shape (n_spans,)
        Place of each in the grid.
    share : ndarray of float64, shape (n_spans, n_points)
        Of every point that is made of it [-].
    """

    material: Integers
    span: Integers
    share: Array


@dataclass(frozen=True, eq=False)
class Inclusions:
    """The regions of a tissue as arrays.

    Parameters
    ----------
    materials : LayerArrays
        Of the layers, and behind them of the regions in the layers.
    outlines : tuple of Outline
    number : ndarray of int64, shape (n_regions, n_layers)
        Material of every region in every layer; -1 where it is not.
    """

    materials: LayerArrays
    outlines: tuple[Outline, ...]
    number: Integers

    @classmethod
    def of(cls, tissue: Tissue) -> Inclusions:
        """Pack the regions of a tissue."""
        names = [layer.name for layer in tissue.layers]
        outlines = tuple(x.drawn(names, tissue.bounds) for x in tissue.regions.values())
        materials, number = pack_materials(tissue)
        return cls(materials, outlines, number)

    def along(self, spans: int) -> tuple[tuple[Patch, ...], Array]:
        """Return where columns are short for the sake of regions, and places where they end.

        Parameters
        ----------
        spans : int
            Over a contact.

        Returns
        -------
        patches : tuple of Patch
        ends : ndarray, shape (n,)
            [m].
        """
        found: list[Patch] = []
        ends: list[float] = []
        for x in self.outlines:
            if not math.isfinite(x.half[0]):
                continue
            low, high = x.reach[0]
            size = SPANS_OF_CONTACT[x.is_graded] * x.size / spans
            if x.is_graded:
                found.append(Patch(low, high, size))
                continue
            found += [Patch(end, end, size) for end in (low, high)]
            ends += [low, high]
        return tuple(found), np.unique(ends)

    def depth_line(
        self,
        thickness: Array,
        first: float,
        least: Integers,
        growth: float,
        *,
        spans: int,
        counts: Sequence[int] | None = None,
        bends: NDArray[np.bool_] | None = None,
        glides: Integers | None = None,
    ) -> tuple[Line, Integers]:
        """Return the rows of layers, which end where regions do.

        Parameters
        ----------
        thickness : ndarray, shape (n_layers,)
            [m].
        first, least, growth, counts, glides
            As of `softsim.engines.finite.tissue.mesh.depth_line`.
        bends : ndarray of bool, shape (n_layers,), optional
            As there.
        spans : int
            Over a contact.
        """
        if not self.outlines:
            return depth_line(thickness, first, least, growth, counts, bends, glides)
        heights, owner = self._sheets(thickness)
        tops = np.append(0.0, np.cumsum(heights)[:-1])
        own = np.array([int(least[k]) for k in owner])
        for x in self.outlines:
            low, high = x.reach[1]
            inside = (tops >= low - SLIVER * heights) & (tops + heights <= high * (1.0 + SLIVER))
            wanted = np.ceil(heights / (high - low) * spans / ROWS_OF_CONTACT[x.is_graded])
            own = np.where(inside, np.maximum(own, wanted.astype(int)), own)
        last = np.append(owner[1:] != owner[:-1], True)
        if counts is not None:
            share = heights / thickness[owner]
            counts = [max(1, round(counts[k] * s)) for k, s in zip(owner, share, strict=True)]
        bent = None if bends is None else bends[owner] & last
        loose = None if glides is None else np.flatnonzero(last & np.isin(owner, glides))
        line, sheet = depth_line(heights, first, own, growth, counts, bent, loose)
        return line, owner[sheet]

    def _sheets(self, thickness: Array) -> tuple[Array, Integers]:
        """Return the heights of layers cut where regions end in depth, and their layers.

        `thickness` has the shape (n_layers,) [m].
        """
        bounds = np.append(0.0, np.cumsum(thickness))
        cuts = [end for x in self.outlines for end in x.reach[1]]
        heights: list[float] = []
        owner: list[int] = []
        for k, height in enumerate(thickness):
            sliver = SLIVER * height
            inner = [c for c in cuts if bounds[k] + sliver < c < bounds[k + 1] - sliver]
            parts = np.diff([bounds[k], *np.unique(np.round(inner, 12)), bounds[k + 1]])
            heights += [float(height)] if parts.size == 1 else list(parts)
            owner += [k] * parts.size
        return np.array(heights), np.array(owner, dtype=np.int64)

    def overlay(self, lines: tuple[Line, ...], layer: Integers) -> Overlay | None:
        """Return what the spans of a section are made of; None where of their layers alone.

        `layer` is that of every span, shape (n_along, n_depth).
        """
        if not self.outlines:
            return None
        flat = layer.ravel()
        of_regions = [
            _shares(x, lines, own[flat] >= 0)
            for x, own in zip(self.outlines, self.number, strict=True)
        ]
        left = np.ones_like(of_regions[0])
        parts: list[tuple[Integers, Array]] = []
        for own, share in zip(self.number[::-1], of_regions[::-1], strict=True):
            parts.append((own[flat], left * share))
            left = left * (1.0 - share)
        parts = [(flat, left), *parts]
        return _laid(parts)


def _laid(parts: list[tuple[Integers, Array]]) -> Overlay:
    """Lay materials with their shares of the points of the grid over each other."""
    material, share = parts[0][0].copy(), parts[0][1].copy()
    is_taken = (share > 0.0).any(axis=1)
    more: list[tuple[Integers, Integers, Array]] = []
    for number, own in parts[1:]:
        some = (own > 0.0).any(axis=1)
        first = np.flatnonzero(some & ~is_taken)
        material[first], share[first] = number[first], own[first]
        again = np.flatnonzero(some & is_taken)
        more.append((number[again], again, own[again]))
        is_taken |= some
    return Overlay(
        np.concatenate([material, *(x[0] for x in more)]),
        np.concatenate([np.arange(material.size), *(x[1] for x in more)]),
        np.concatenate([share, *(x[2] for x in more)]),
    )


def _shares(outline: Outline, lines: tuple[Line, ...], is_in: NDArray[np.bool_]) -> Array:
    """Return the share of every point of the grid inside an outline, shape (n_spans, n_points).

    `is_in` tells the spans of the layers it is in, shape (n_spans,).
    """
    places, sizes = [], []
    for line in lines:
        weight = line.direction().weight
        high = line.breaks[:-1, None] + np.cumsum(weight, axis=1)
        places.append(high - 0.5 * weight)
        sizes.append(weight)
    grid = (*places[0].shape, *places[1].shape)
    along, long = (np.broadcast_to(x[0][:, :, None, None], grid) for x in (places, sizes))
    depth, high = (np.broadcast_to(x[1][None, None], grid) for x in (places, sizes))
    found, *_ = outline.distance(along, depth)
    if outline.is_ellipse:  # never more than the distance
        a, b = outline.half
        found = np.sign(found) * np.minimum(np.abs(found), min(a, b))
    reach = 0.5 * (np.hypot(long, high) + outline.transition)
    share = np.where(found < 0.0, 1.0, 0.0)
    cut = np.abs(found) < (4.0 if outline.is_ellipse else 1.0) * reach * (1.0 + 1e-9)
    cut &= is_in.reshape(grid[0], 1, grid[2], 1)
    share[cut] = _sampled(outline, along[cut], depth[cut], long[cut], high[cut])
    share = np.where(is_in.reshape(grid[0], 1, grid[2], 1), share, 0.0)
    share[share < LEAST_SHARE], share[share > 1.0 - LEAST_SHARE] = 0.0, 1.0
    return np.ascontiguousarray(share.transpose(0, 2, 1, 3)).reshape(is_in.size, -1)


def _sampled(outline: Outline, along: Array, depth: Array, long: Array, high: Array) -> Array:
    """Return the share of rectangles inside an outline.

    Each sample counts by its distance over its size, so that the share depends smoothly on the
    place; straight edges along the grid are exact.

    Parameters
    ----------
    outline : Outline
    along, depth, long, high : ndarray, shape (n,)
        Middles and sizes of the rectangles [m].
    """
    inner = (np.arange(SAMPLES) + 0.5) / SAMPLES - 0.5
    x = (along[:, None] + long[:, None] * inner)[:, :, None]
    z = (depth[:, None] + high[:, None] * inner)[:, None, :]
    x, z = np.broadcast_arrays(x, z)
    found, to_along, to_depth = outline.distance(x, z)
    size = np.abs(to_along) * long[:, None, None] + np.abs(to_depth) * high[:, None, None]
    width = np.maximum(size / SAMPLES, outline.transition)
    return np.asarray(np.clip(0.5 - found / width, 0.0, 1.0).mean(axis=(1, 2)))
