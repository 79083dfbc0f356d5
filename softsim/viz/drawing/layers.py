"""Layers in figures: bands, and names that stay legible where layers are thin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike

from softsim.colours import layer_colour
from softsim.measuring import text_of
from softsim.serialise import problem_from_toml
from softsim.viz.drawing.labels import words
from softsim.viz.drawing.style import inches_of, line_width, text_size

LINE_HEIGHT = 1.3
"""Least distance of two names, in sizes of their text."""


@dataclass(frozen=True, slots=True)
class Band:
    """One layer in a figure: its name, and its depths before loading [mm]."""

    name: str
    top: float
    bottom: float


def _bands(names: ArrayLike, top: ArrayLike, bottom: ArrayLike) -> list[Band]:
    """Return the bands of layers whose depths are given in metres."""
    rows = zip(np.asarray(names), np.asarray(top), np.asarray(bottom), strict=True)
    return [Band(str(name), 1e3 * float(low), 1e3 * float(high)) for name, low, high in rows]


def bands_of(dataset: xr.Dataset) -> list[Band]:
    """Return the layers of a result, from its coordinates or from the problem inside it.

    A sweep over thicknesses has no layers of its own: the list is empty then.
    """
    if "layer_bottom" in dataset.coords and dataset["layer_bottom"].ndim == 1:
        return _bands(text_of(dataset["layer"]), dataset["layer_top"], dataset["layer_bottom"])
    moves = "depth_layer" in dataset.coords and dataset["depth_layer"].ndim != 1
    if "problem" not in dataset.attrs or moves:
        return []
    tissue = problem_from_toml(str(dataset.attrs["problem"])).tissue
    return _bands([layer.name for layer in tissue.layers], tissue.bounds[:-1], tissue.bounds[1:])


def draw_bands(axes: Axes, bands: Sequence[Band]) -> None:
    """Shade the layers behind a profile whose y axis is depth [mm]."""
    for band in bands:
        colour = layer_colour(band.name)
        axes.axhspan(band.top, band.bottom, facecolor=colour, alpha=0.55, linewidth=0)
        axes.axhline(band.bottom, color="white", linewidth=0.4 * line_width())


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move sorted places apart until neighbours keep a gap, as little as possible.

    Parameters
    ----------
    wanted : sequence of float
        Places in ascending order.
    gap, low, high : float
        Least distance of neighbours, and bounds; where they do not all fit they are equally spaced.

    Examples
    --------
    >>> spread([0.0, 0.0, 1.0], 0.5, -1.0, 2.0)
    [-0.25, 0.25, 1.0]
    """
    if len(wanted) > 1 and gap * (len(wanted) - 1) > high - low:
        return [float(x) for x in np.linspace(low, high, len(wanted))]
    groups: list[tuple[list[float], float]] = []  # (places wanted less their offset, first place)
    for place in wanted:
        members, first = [place], min(max(place, low), high)
        while groups and first < groups[-1][1] + gap * len(groups[-1][0]) - 1e-12:
            before, _ = groups.pop()
            members = before + [x - gap * len(before) for x in members]
            first = sum(members) / len(members)
            first = min(max(first, low), high - gap * (len(members) - 1))
        groups.append((members, first))
    return [first + gap * k for members, first in groups for k in range(len(members))]


def name_layers(axes: Axes, bands: Sequence[Band]) -> None:
    """Write the layers' names to the right of a profile, with leader lines to their middles.

    Parameters
    ----------
    axes : Axes
        With depth [mm] downwards on the y axis; limits and scale are set.
    bands : sequence of Band
    """
    to_axes = axes.transData + axes.transAxes.inverted()
    first, deepest = axes.get_xlim()[1], max(axes.get_ylim())
    seen = [band for band in bands if band.top < deepest]
    places = []
    for band in seen:
        ends = [to_axes.transform((first, z))[1] for z in (band.top, min(band.bottom, deepest))]
        places.append(float(1.0 - np.mean(ends)))
    (width, height), size = inches_of(axes), text_size(0.86)
    gap, reach = LINE_HEIGHT * size / 72.0 / height, 0.6 * size / 72.0 / width
    for band, place, text in zip(seen, places, spread(places, gap, 0.01, 0.99), strict=True):
        x, y = (1.0, 1.0 + reach, 1.0 + 2.5 * reach), (1.0 - place, 1.0 - text, 1.0 - text)
        line = Line2D(x, y, color="0.45", linewidth=0.35 * line_width(), transform=axes.transAxes)
        line.set_clip_on(False)
        axes.add_line(line)
        look: Any = {"va": "center", "fontsize": size, "transform": axes.transAxes}
        axes.text(1.0 + 3.0 * reach, 1.0 - text, words(band.name), **look)


def name_layers_inside(
    axes: Axes, bands: Sequence[Band], depths: Sequence[tuple[float, float]], place: float
) -> None:
    """Write into a section the names of the layers that are thick enough there.

    Parameters
    ----------
    axes : Axes
        Depth downwards on its y axis; its limits are set.
    bands : sequence of Band
    depths : sequence of (float, float)
        Where each layer begins and ends at `place` now, in data units.
    place : float
        Where the names start, in data units.
    """
    bottom, top = axes.get_ylim()
    (_, height), size = inches_of(axes), text_size(0.78)
    for band, (low, high) in zip(bands, depths, strict=True):
        shown = max(low, top), min(high, bottom)
        if (shown[1] - shown[0]) / (bottom - top) * height < 1.4 * size / 72.0:
            continue
        middle = 0.5 * (shown[0] + shown[1])
        look: Any = {"va": "center", "color": "white", "fontsize": size}
        text = axes.text(place, middle, words(band.name), **look)
        text.set_clip_on(True)
        text.set_in_layout(False)
        text.set_path_effects([withStroke(linewidth=0.2 * size, foreground="0.15")])
