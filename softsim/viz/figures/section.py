"""A field in the deformed section, with the tool in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.colors import Normalize, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from softsim.colours import layer_colour
from softsim.errors import InputError
from softsim.measuring import text_of
from softsim.serialise import problem_of
from softsim.viz.drawing.colour_scale import colours_of, draw_scale, on_scale, scale_of
from softsim.viz.drawing.labels import capital, field_of, shown, words
from softsim.viz.drawing.layers import name_layers_inside
from softsim.viz.drawing.shots import (
    Sheet,
    adhesion_lines,
    is_going_ahead,
    region_outlines,
    sheets_of,
    shot_at,
)
from softsim.viz.drawing.style import (
    BOUNDARIES,
    RED,
    framed,
    inches_of,
    line_width,
    steel,
    text_size,
)
from softsim.viz.drawing.titles import head, mode_of, when

Array = NDArray[np.float64]

SCALE = {"gap": 0.015, "width": 0.022}
"""Place of the colour bar of a section, in widths of its frame."""

BONDS_WIDTH = 1.6
"""Of the line of an adhesion, in lines of data."""
TOLD = 0.005  # broken part of the bonds that is written
_HEADROOM = 0.22  # share of a view's height above the undisturbed skin


def section_map(
    dataset: xr.Dataset,
    field: str = "von_mises_change",
    *,
    time: float | None = None,
    across: float = 0.0,
    decades: float | None = None,
    limits: tuple[float, float] | None = None,
    view: str = "tool",
    scale: bool = True,
    axes: Axes | None = None,
    style: str = "screen",
) -> Axes:
    """Draw a field in the deformed section, with the layers and the tool.

    Parameters
    ----------
    dataset : Dataset
        With the field and the displacements over depth and along.
    field : str
        Any field over depth and along, e.g. ``"strain_max_shear"``.
    across : float
        Of fields under a whole edge: the section shown, nearest to this place [m].
    decades : float, optional
        Decades shown on a logarithmic scale, 0 for a linear one; by default three where the values
        in view need them.  A field with a sign is linear within that of zero.
    limits : (float, float), optional
        Least and largest value of the colours, in SI; by default those in view.
    view : {"tool", "layers"}
        A few contact widths around the tool, or down to the base.
    scale : bool
        Whether there is a colour bar.
    time, axes, style
        As in `depth_profile`.

    Returns
    -------
    Axes
        Along and depth in true proportion [mm].  Colours run within layers, never across.  The
        tool is drawn where the dataset says how deep it is; fields under a whole edge get it by
        ``fields.assign(indentation=result["indentation"])``.
    """
    if view not in ("tool", "layers"):
        raise InputError(f"view is {view!r}; must be 'tool' or 'layers'")
    field_of(dataset, field)
    shot = shot_at(dataset, time)
    beside = ""
    if "across" in shot[field].dims:
        shot = shot.sel(across=across, method="nearest")
        beside = f", {1e3 * float(shot['across']):.3g} mm across"
    with framed(axes, style, width=1.15, height=0.85) as axes:
        sheets, look = sheets_of(shot), shown(shot[field])
        _set_view(axes, shot, sheets, view)
        values = [values_of(shot, sheet, field) for sheet in sheets]
        seen = _in_view(axes, sheets, values)
        norm = scale_of(seen, decades=decades, limits=look.ends(limits))
        mesh = _draw_sheets(axes, sheets, values, norm)
        _draw_boundaries(axes, sheets, norm)
        _draw_regions(axes, shot, norm)
        _draw_adhesions(axes, shot, sheets)
        if "indentation" in shot:
            place = np.array([float(shot.get("tool_along", 0.0)), float(shot["indentation"])])
            outline = problem_of(shot).outline.points()
            axes.add_patch(steel(1e3 * (outline + place), zorder=2.5))
        _name_parts(axes, sheets, shot)
        axes.set(xlabel="along the stroke, deformed [mm]", ylabel="depth, deformed [mm]")
        head(axes, f"{capital(look.name)} in the section{beside}{when(shot)}", dataset)
        if scale:
            draw_scale(axes, mesh, look.label, **SCALE)
    return axes


# ------------------------------------------------------------------ colours and lines


def values_of(shot: xr.Dataset, sheet: Sheet, field: str) -> Array:
    """Return the values at the points of a layer, in the unit that is shown."""
    rows = shot[field].transpose("depth", "along").to_numpy()[sheet.rows]
    return np.asarray(shown(shot[field]).factor * rows, np.float64)


def _in_view(axes: Axes, sheets: Sequence[Sheet], values: Sequence[Array]) -> Array:
    """Return the finite values of the points inside the limits of axes; all where none is."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    found = []
    for sheet, own in zip(sheets, values, strict=True):
        inside = (sheet.along >= left) & (sheet.along <= right)
        inside &= (sheet.depth <= bottom) & (sheet.depth >= top)
        found.append(own[inside & np.isfinite(own)])
    seen = np.concatenate(found)
    if seen.size == 0:
        seen = np.concatenate([own[np.isfinite(own)] for own in values])
    return seen if seen.size else np.zeros(1)


def _draw_sheets(
    axes: Axes, sheets: Sequence[Sheet], values: Sequence[Array], norm: Normalize
) -> QuadMesh:
    """Draw the colours of every layer; values below a logarithmic scale take its lowest colour."""
    look: dict[str, Any] = {"cmap": colours_of(norm), "shading": "gouraud", "rasterized": True}
    for sheet, own in zip(sheets, values, strict=True):
        drawn = np.ma.masked_invalid(on_scale(own, norm))
        mesh = axes.pcolormesh(sheet.along, sheet.depth, drawn, norm=norm, **look)
    return mesh


def _draw_boundaries(axes: Axes, sheets: Sequence[Sheet], norm: Normalize) -> None:
    """Draw the skin and the bottoms of the layers."""
    thin, colour = 0.37 * line_width(), BOUNDARIES[colours_of(norm)]
    axes.plot(sheets[0].along[0], sheets[0].depth[0], color="black", linewidth=1.5 * thin)
    for sheet in sheets:
        axes.plot(sheet.along[-1], sheet.depth[-1], color=colour, linewidth=thin, alpha=0.85)


def _draw_regions(axes: Axes, shot: xr.Dataset, norm: Normalize) -> None:
    """Draw the outlines of regions of another material, with their names."""
    if "region" not in shot.dims:
        return
    for name, corners in zip(text_of(shot["region"]), region_outlines(shot), strict=True):
        axes.add_line(outline_of_region(norm, corners))
        low, high = corners.min(axis=0), corners.max(axis=0)
        _write_under(axes, words(name), (0.5 * (low[0] + high[0]), high[1]))


def _draw_adhesions(axes: Axes, shot: xr.Dataset, sheets: Sequence[Sheet]) -> None:
    """Draw adhesions where they lie, with their names; what is broken of them turns white."""
    names = text_of(shot["adhesion"]) if "adhesion" in shot.dims else ()
    for name, points in zip(names, adhesion_lines(shot, sheets), strict=True):
        axes.add_collection(bonds_of_adhesion(points), autolim=False)
        middle = points[points.shape[0] // 2]
        broken = float(shot["adhesion_damage_mean"].sel(adhesion=name))
        told = f"{words(name)}, {100.0 * broken:.0f} % broken" if broken >= TOLD else words(name)
        _write_under(axes, told, (float(middle[0]), float(middle[1])))


def _write_under(axes: Axes, text: str, place: tuple[float, float]) -> None:
    """Write a name under a place of the section [mm]."""
    size = text_size(0.78)
    written = axes.annotate(
        text,
        xy=place,
        xytext=(0.0, -0.2 * size - BONDS_WIDTH * line_width()),
        textcoords="offset points",
        ha="center",
        va="top",
        color="white",
        fontsize=size,
        annotation_clip=True,
    )
    written.set_in_layout(False)
    written.set_path_effects([withStroke(linewidth=0.2 * size, foreground="0.15")])


def bonds_of_adhesion(points: Array) -> LineCollection:
    """Return the line of an adhesion, whose colour tells what is broken of it.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
        Along and depth [mm], and the broken part of the bonds [-].
    """
    look: dict[str, Any] = {"linewidth": BONDS_WIDTH * line_width(), "capstyle": "butt"}
    segments, colours = bonds_looks(points)
    found = LineCollection(list(segments), colors=colours, zorder=2.4, **look)
    rim = (BONDS_WIDTH + 0.7) * line_width()
    found.set_path_effects([withStroke(linewidth=rim, foreground="0.1")])
    return found


def bonds_looks(points: Array) -> tuple[Array, Array]:
    """Return the segments of the line of an adhesion, and their colours from whole to white.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
        As in `bonds_of_adhesion`.

    Returns
    -------
    segments : ndarray, shape (n - 1, 2, 2)
        [mm].
    colours : ndarray, shape (n - 1, 3)
        [-].
    """
    place, broken = points[:, :2], np.clip(points[:, 2], 0.0, 1.0)
    share = (0.5 * (broken[1:] + broken[:-1]))[:, None]
    whole = np.array(to_rgb(RED))
    return np.stack([place[:-1], place[1:]], axis=1), (1.0 - share) * whole + share


def outline_of_region(norm: Normalize, corners: Array) -> Line2D:
    """Return the dashed outline of a region.

    Parameters
    ----------
    norm : Normalize
        Of the colours that it is drawn over.
    corners : ndarray, shape (n, 2)
        Along and depth [mm].
    """
    look: dict[str, Any] = {"linewidth": 0.75 * line_width(), "linestyle": (0, (3.0, 1.5))}
    return Line2D(*corners.T, color=BOUNDARIES[colours_of(norm)], zorder=2.3, **look)


# ------------------------------------------------------------------ view


def _set_view(axes: Axes, shot: xr.Dataset, sheets: Sequence[Sheet], view: str) -> None:
    """Show the tissue that matters, in true proportion: around the tool, or down to the base."""
    shape = np.divide(*inches_of(axes))
    bottom = sheets[-1].band.bottom
    ends = float(sheets[0].along.min()), float(sheets[0].along.max())
    width = 1e3 * float(shot.get("contact_extent", (ends[1] - ends[0]) / 7e3))
    deep = 1e3 * float(shot.get("indentation", 0.0))
    half = max(3.5 * width, 2.2 * abs(deep), 4.0)
    half = min(half, 0.75 * shape * bottom)
    height = 2.0 * half / shape
    above = _HEADROOM * height
    low = height - above
    if view == "layers":
        low, above = 1.02 * bottom, max(above, 0.25 * bottom)
        half = 0.5 * shape * (low + above)
    centre = 1e3 * float(shot.get("tool_along", 0.0))
    in_proportion(axes, (max(centre - half, ends[0]), min(centre + half, ends[1])), (low, -above))


def in_proportion(axes: Axes, along: tuple[float, float], depth: tuple[float, float]) -> None:
    """Set the limits of a section whose millimetres are as long along as down."""
    axes.set(xlim=along, ylim=depth, facecolor="#f4f4f4")
    axes.set_aspect("equal", adjustable="box")


def _name_parts(axes: Axes, sheets: Sequence[Sheet], shot: xr.Dataset) -> None:
    """Show the layers' colours and names, and which way the tool goes."""
    low, high = axes.get_xlim()
    strip, names_at = np.linspace(low, low + 0.018 * (high - low), 3), low + 0.08 * (high - low)
    depths = []
    for sheet in sheets:
        ends = [(sheet.along[k], sheet.depth[k]) for k in (0, -1)]
        top, bottom = (np.interp(strip, *end) for end in ends)
        colour = layer_colour(sheet.band.name)
        axes.fill_between(strip, top, bottom, color=colour, linewidth=0, zorder=2.2)
        first, last = (float(np.interp(names_at, *end)) for end in ends)
        depths.append((first, last))
    name_layers_inside(axes, [sheet.band for sheet in sheets], depths, low + 0.032 * (high - low))
    if mode_of(shot) != "press":
        draw_travel(axes, ahead=is_going_ahead(shot))


def draw_travel(axes: Axes, *, ahead: bool) -> Any:
    """Write which way the tool goes, with an arrow."""
    return axes.annotate(
        "travel",
        xy=(0.2 if ahead else 0.02, 0.94),
        xytext=(0.02 if ahead else 0.2, 0.94),
        xycoords="axes fraction",
        ha="left" if ahead else "right",
        va="center",
        fontsize=text_size(0.85),
        arrowprops={"arrowstyle": "->", "color": "0.2", "linewidth": 0.5 * line_width()},
    )
