"""Sweeps: a map or lines over any two swept parameters, failed cases shown as such."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from numpy.typing import NDArray

from softsim.colours import darker, layer_colour
from softsim.viz.drawing.labels import shown, words
from softsim.viz.drawing.style import (
    DIVERGING,
    GREY,
    LINES,
    SEQUENTIAL,
    figure_of,
    framed,
    line_width,
    text_size,
)
from softsim.viz.drawing.titles import head
from softsim.viz.figures.sweep_values import (
    At,
    long_name,
    places_of,
    ticks_of,
    title_with,
    value_text,
    values_over,
)

Array = NDArray[np.float64]
MOST_NUMBERS = 80
"""Cells up to which a map has their values written in them."""

MOST_INSIDE = 4
"""Lines up to which their names stand inside the frame."""

_FAILED = "failed"


def sweep_map(
    cube: xr.Dataset,
    variable: str,
    *,
    x: str,
    y: str,
    at: At | None = None,
    limits: tuple[float, float] | None = None,
    axes: Axes | None = None,
    style: str = "screen",
) -> Axes:
    """Draw a variable of a sweep over two swept parameters as a heat map.

    Parameters
    ----------
    cube : Dataset
        A sweep, one dimension per swept parameter; NaN where a case failed.
    variable : str
        E.g. ``"peak_contact_pressure"``.
    x, y : str
        Dimensions.
    at : mapping of str to float or str, optional
        Where the other dimensions are cut, nearest value, e.g. ``{"speed": "100 mm/s"}``.
    limits : (float, float), optional
        Ends of the colours, in SI.
    axes, style
        Where to draw, a new figure by default; "screen", "paper" or "slide".

    Returns
    -------
    Axes
        Cells as wide as each other, with their values; failed cases are hatched.
    """
    values, cut = values_over(cube, variable, (x, y), at)
    values = values.transpose(y, x)
    look = shown(values)
    drawn = np.ma.masked_invalid(look.factor * values.to_numpy())
    with framed(axes, style) as axes:
        colours, low, high = _colours(drawn, look.ends(limits))
        mesh = axes.pcolormesh(drawn, cmap=colours, vmin=low, vmax=high, edgecolor="white")
        _hatch(axes, _gaps(cube, values))
        _write_values(axes, drawn, mesh)
        for dim, axis in ((x, axes.xaxis), (y, axes.yaxis)):
            names, label = ticks_of(cube[dim])
            axis.set_ticks(np.arange(len(names)) + 0.5, names)
            axis.set_label_text(label)
        figure_of(axes).colorbar(mesh, ax=axes, label=look.label).ax.set_label("scale")
        head(axes, title_with(look, cut), cube)
    return axes


def sweep_lines(
    cube: xr.Dataset,
    variable: str,
    *,
    x: str,
    lines: str | None = None,
    at: At | None = None,
    axes: Axes | None = None,
    style: str = "screen",
) -> Axes:
    """Draw a variable of a sweep against one swept parameter, a line per value of another.

    Parameters
    ----------
    cube, variable, at, axes, style
        As in `sweep_map`.
    x : str
        Dimension of the horizontal axis.
    lines : str, optional
        Dimension that has a line for each of its values.

    Returns
    -------
    Axes
        Failed cases are crosses on the horizontal axis.
    """
    values, cut = values_over(cube, variable, (x,) if lines is None else (x, lines), at)
    look = shown(values)
    with framed(axes, style, height=0.85) as axes:
        place, names, label = places_of(cube[x])
        failed = _draw_lines(axes, cube, values, place, lines)
        axes.set(xlabel=label, ylabel=look.label)
        if names is not None:
            axes.set_xticks(place, names)
        margin = 0.05 * float(np.ptp(place)) or 0.5
        axes.set_xlim(float(place.min()) - margin, float(place.max()) + margin)
        _zero_in_sight(axes, look.factor * values.to_numpy())
        axes.grid(color="0.9", linewidth=0.3 * line_width())
        axes.set_axisbelow(True)
        _mark_failed(axes, failed)
        head(axes, title_with(look, cut), cube)
        if lines is not None or failed:
            beside: Any = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0)}
            title = words(long_name(cube[lines])) if lines is not None else None
            inside = lines is None or values.sizes[lines] <= MOST_INSIDE
            axes.legend(title=title, **({} if inside else beside))
    return axes


def _draw_lines(
    axes: Axes, cube: xr.Dataset, values: xr.DataArray, place: Array, lines: str | None
) -> list[tuple[float, str]]:
    """Draw a line per value of a dimension; return places and colours of the failed cases."""
    gaps = xr.DataArray(_gaps(cube, values)[_FAILED], dims=values.dims)
    failed: list[tuple[float, str]] = []
    used: list[str] = []
    for k in (None,) if lines is None else range(values.sizes[lines]):
        own = {} if k is None else {lines: k}
        colour, name = _line(cube, lines, k)
        dashes = ("-", "--", ":")[min(used.count(colour), 2)]  # layers of one kind
        used.append(colour)
        look: Any = {"linestyle": dashes, "color": colour, "markersize": 2.4 * line_width()}
        drawn = shown(values).factor * values.isel(own).to_numpy()
        axes.plot(place, drawn, "o", label=name, **look)
        failed += [(place[i], colour) for i in np.flatnonzero(gaps.isel(own).to_numpy())]
    return failed


# ------------------------------------------------------------------ colours and marks


def _colours(
    drawn: np.ma.MaskedArray[Any, Any], limits: tuple[float, float] | None
) -> tuple[str, float, float]:
    """Return colour map and ends of the colours."""
    if limits is not None:
        low, high = limits
        return (DIVERGING if low < 0.0 < high else SEQUENTIAL), low, high
    if drawn.count() == 0:
        return SEQUENTIAL, 0.0, 1.0
    low, high = float(drawn.min()), float(drawn.max())
    if low < 0.0 < high:
        size = max(-low, high)
        return DIVERGING, -size, size
    return SEQUENTIAL, low, high if high > low else low + 1.0


def _gaps(cube: xr.Dataset, values: xr.DataArray) -> dict[str, NDArray[np.bool_]]:
    """Return by its reason where values are missing: failed, not run yet, or none to be had."""
    missing = ~np.isfinite(values.to_numpy())
    if "status" not in cube or not set(cube["status"].dims) & set(values.dims):
        return {_FAILED: missing}
    dropped = {dim: values[dim] for dim in cube["status"].dims if dim not in values.dims}
    status = cube["status"].sel(dropped).broadcast_like(values).transpose(*values.dims).to_numpy()
    return {
        _FAILED: missing & (status == 2),
        "not run": missing & (status == 0),
        "no value": missing & (status == 1),
    }


def _hatch(axes: Axes, gaps: Mapping[str, NDArray[np.bool_]]) -> None:
    """Hatch the cells without a value, and say why they have none."""
    marks = []
    for (reason, cells), hatch in zip(gaps.items(), ("////", "....", ""), strict=False):
        look: dict[str, Any] = {"facecolor": "0.93", "edgecolor": "0.6", "hatch": hatch}
        for row, column in np.argwhere(cells):
            axes.add_patch(Rectangle((column, row), 1, 1, linewidth=0, gid=reason, **look))
        if cells.any():
            marks.append(Patch(label=reason, linewidth=0, **look))
    if marks:
        axes.legend(handles=marks, loc="upper left", bbox_to_anchor=(0.0, -0.12), ncols=3)


def _write_values(axes: Axes, drawn: np.ma.MaskedArray[Any, Any], mesh: QuadMesh) -> None:
    """Write the value of each cell in it, light on dark and dark on light."""
    if drawn.size > MOST_NUMBERS:
        return
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": text_size(0.8)}
    for row, column in np.argwhere(~np.ma.getmaskarray(drawn)):
        value = float(drawn[row, column])
        red, green, blue, _ = mesh.to_rgba(np.array(value))
        light = 0.299 * red + 0.587 * green + 0.114 * blue
        colour = "black" if light > 0.5 else "white"
        axes.text(column + 0.5, row + 0.5, f"{value:.3g}", color=colour, **look)


def _line(cube: xr.Dataset, lines: str | None, number: int | None) -> tuple[str, str]:
    """Return colour and name of a line: layers have theirs, numbers go from light to dark."""
    if lines is None or number is None:
        return LINES[0], "_single"
    value = cube[lines][number]
    name = value_text(value)
    if lines == "layer":
        return darker(layer_colour(str(value.to_numpy()))), name
    if value.dtype.kind in "OUS":
        return LINES[number % len(LINES)], name
    share = number / max(cube.sizes[lines] - 1, 1)
    return to_hex(mpl.colormaps[SEQUENTIAL](0.85 * share)), name


def _zero_in_sight(axes: Axes, values: Array) -> None:
    """Start the vertical axis at zero where that wastes no room."""
    known = values[np.isfinite(values)]
    if known.size and known.min() >= 0.0 and known.max() > 0.0:
        if known.min() < 0.6 * known.max():
            axes.set_ylim(0.0, 1.08 * float(known.max()))
    elif known.size == 0:
        axes.set_ylim(0.0, 1.0)


def _mark_failed(axes: Axes, failed: list[tuple[float, str]]) -> None:
    """Mark failed cases by crosses on the horizontal axis."""
    look: Any = {"marker": "x", "linestyle": ""}
    below: Any = {"transform": axes.get_xaxis_transform(), "clip_on": False}
    for place, colour in failed:
        size = 3.5 * line_width()
        axes.plot([place], [0.02], color=colour, markersize=size, label="_failed", **look, **below)
    if failed:
        axes.add_line(Line2D([math.nan], [math.nan], color=GREY, label=_FAILED, **look))
