"""Layers in figures: colours, bands, and names that stay legible where layers are thin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike

_COLOURS = (
    ("epidermis", "#c98f6b"),
    ("skin", "#e6b89c"),
    ("dermis", "#e6b89c"),
    ("superficial_fascia", "#a9c4d6"),
    ("fat", "#f6e3a1"),
    ("deep_fascia", "#7fa3bd"),
    ("fascia", "#a9c4d6"),
    ("aponeurosis", "#7fa3bd"),
    ("tendon", "#c9d6dd"),
    ("loose", "#dfe8d2"),
    ("muscle", "#d98880"),
    ("bone", "#e9e4d8"),
)
LEAST_HEIGHT = 0.16
"""Height below which a layer is not named inside a section [inch]."""

_OTHERS = ("#d9d2e9", "#cfe2f3", "#d9ead3", "#fce5cd", "#ead1dc")


@dataclass(frozen=True, slots=True)
class Band:
    """One layer in a figure: its name, colour and depths [mm]."""

    name: str
    colour: str
    top: float
    bottom: float

    @property
    def label(self) -> str:
        """Name for people."""
        return self.name.replace("_", " ")


def make_bands(names: ArrayLike, top: ArrayLike, bottom: ArrayLike) -> list[Band]:
    """Return the bands of layers whose depths are given in metres."""
    rows = zip(np.asarray(names), np.asarray(top), np.asarray(bottom), strict=True)
    return [
        Band(str(name), _colour(str(name), k), 1e3 * float(low), 1e3 * float(high))
        for k, (name, low, high) in enumerate(rows)
    ]


def _colour(name: str, number: int) -> str:
    """Return the usual colour of a tissue, or one of a few others."""
    for part, colour in _COLOURS:
        if part in name:
            return colour
    return _OTHERS[number % len(_OTHERS)]


def draw_bands(axes: Axes, bands: Sequence[Band]) -> None:
    """Shade the layers behind a profile whose y axis is depth [mm]."""
    for band in bands:
        axes.axhspan(band.top, band.bottom, facecolor=band.colour, alpha=0.55, linewidth=0)
        axes.axhline(band.bottom, color="white", linewidth=0.8)


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


def name_layers(left: Axes, right: Axes, bands: Sequence[Band], *, gap: float = 0.042) -> None:
    """Write the layers' names between two axes, with leader lines to their middles in both.

    Parameters
    ----------
    left, right : Axes
        Side by side with the same depth [mm] downwards on the y axis; limits and scale are set.
    bands : sequence of Band
    gap : float
        Least distance of two names, as a share of the height.
    """
    figure = left.get_figure(root=True)
    if figure is None:
        return
    box, other = left.get_position(), right.get_position()
    to_axes = left.transData + left.transAxes.inverted()
    first, deepest = left.get_xlim()[1], max(left.get_ylim())
    places = []
    for band in bands:
        ends = [to_axes.transform((first, z))[1] for z in (band.top, min(band.bottom, deepest))]
        places.append(float(1.0 - np.mean(ends)))
    middle, margin = 0.5 * (box.x1 + other.x0), 0.09 * (other.x0 - box.x1)
    for band, place, text in zip(bands, places, spread(places, gap, 0.01, 0.99), strict=True):
        level, at = (box.y0 + (1.0 - x) * box.height for x in (text, place))
        name = figure.text(middle, level, band.label, ha="center", va="center", fontsize=8.5)
        extent = name.get_window_extent().transformed(figure.transFigure.inverted())
        for edge, end in ((box.x1, extent.x0 - 0.002), (other.x0, extent.x1 + 0.002)):
            inwards = margin if end > edge else -margin
            knee = min(edge + inwards, end) if inwards > 0.0 else max(edge + inwards, end)
            line = Line2D(
                (edge, knee, end),
                (at, level, level),
                color="0.45",
                linewidth=0.7,
                transform=figure.transFigure,
            )
            figure.add_artist(line)


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
    box, figure = axes.get_position(), axes.get_figure(root=True)
    bottom, top = axes.get_ylim()
    inches = box.height * (figure.get_size_inches()[1] if figure is not None else 1.0)
    for band, (low, high) in zip(bands, depths, strict=True):
        shown = max(low, top), min(high, bottom)
        if (shown[1] - shown[0]) / (bottom - top) * inches < LEAST_HEIGHT:
            continue
        text = axes.text(
            place, 0.5 * (shown[0] + shown[1]), band.label, va="center", color="white", fontsize=7.5
        )
        text.set_path_effects([withStroke(linewidth=1.6, foreground="0.15")])
