"""A field in the deformed section, with the tool in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from softsim.errors import InputError
from softsim.viz.drawing.colour_scale import colours_of, on_scale, scale_of
from softsim.viz.drawing.labels import Shown, capital, field_of, shown
from softsim.viz.drawing.layers import name_layers_inside
from softsim.viz.drawing.shots import (
    Sheet,
    is_going_ahead,
    problem_of,
    sheets_of,
    shot_at,
)
from softsim.viz.drawing.style import (
    BOUNDARIES,
    STEEL,
    STEEL_EDGE,
    drawing,
    figure_of,
    frame,
    line_width,
    text_size,
)
from softsim.viz.drawing.titles import head, mode_of, when

Array = NDArray[np.float64]

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
    time : float, optional
        Of a press or a transient [s]; by default the last time of full load.
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
    axes : Axes, optional
        Where to draw; a new figure by default.
    style : {"screen", "paper", "slide"}

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
    with drawing(style) as chosen:
        axes = frame(axes, chosen, width=1.15, height=0.85)
        sheets = sheets_of(shot)
        look = shown(shot[field])
        set_view(axes, shot, sheets, view)
        norm = norm_of(axes, shot, sheets, field, decades=decades, limits=limits)
        mesh = draw_sheets(axes, shot, sheets, field, norm)
        draw_boundaries(axes, sheets, norm)
        if "indentation" in shot:
            draw_tool(axes, shot)
        _name_parts(axes, sheets, shot)
        axes.set_xlabel("along the stroke, deformed [mm]")
        axes.set_ylabel("depth, deformed [mm]")
        head(axes, f"{capital(look.name)} in the section{beside}{when(shot)}", dataset)
        if scale:
            draw_scale(axes, mesh[-1], look, norm)
    return axes


# ------------------------------------------------------------------ colours


def values_of(shot: xr.Dataset, sheet: Sheet, field: str) -> Array:
    """Return the values at the points of a layer, in the unit that is shown."""
    rows = shot[field].transpose("depth", "along").to_numpy()[sheet.rows]
    return np.asarray(shown(shot[field]).factor * rows, np.float64)


def norm_of(
    axes: Axes,
    shot: xr.Dataset,
    sheets: Sequence[Sheet],
    field: str,
    *,
    decades: float | None = None,
    limits: tuple[float, float] | None = None,
) -> Normalize:
    """Return the scale of the colours of a field, from the values in view."""
    factor = shown(shot[field]).factor
    ends = None if limits is None else (factor * limits[0], factor * limits[1])
    seen = _in_view(axes, sheets, [values_of(shot, sheet, field) for sheet in sheets])
    return scale_of(seen, decades=decades, limits=ends)


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


def draw_sheets(
    axes: Axes, shot: xr.Dataset, sheets: Sequence[Sheet], field: str, norm: Normalize
) -> list[QuadMesh]:
    """Draw the colours of every layer; values below a logarithmic scale take its lowest colour."""
    meshes = []
    for sheet in sheets:
        values = on_scale(values_of(shot, sheet, field), norm)
        mesh = axes.pcolormesh(
            sheet.along,
            sheet.depth,
            np.ma.masked_invalid(values),
            norm=norm,
            cmap=colours_of(norm),
            shading="gouraud",
            rasterized=True,
        )
        meshes.append(mesh)
    return meshes


def draw_scale(axes: Axes, mesh: QuadMesh, look: Shown, norm: Normalize) -> None:
    """Draw the colour bar beside a section."""
    place = axes.inset_axes((1.015, 0.0, 0.022, 1.0))
    place.set_label("scale")
    extend = "min" if isinstance(norm, LogNorm) else "neither"
    figure_of(axes).colorbar(mesh, cax=place, label=look.label, extend=extend)


# ------------------------------------------------------------------ lines


def draw_boundaries(axes: Axes, sheets: Sequence[Sheet], norm: Normalize) -> None:
    """Draw the skin and the bottoms of the layers."""
    thin, colour = 0.37 * line_width(), BOUNDARIES[colours_of(norm)]
    axes.plot(sheets[0].along[0], sheets[0].depth[0], color="black", linewidth=1.5 * thin)
    for sheet in sheets:
        axes.plot(sheet.along[-1], sheet.depth[-1], color=colour, linewidth=thin, alpha=0.85)


def draw_tool(axes: Axes, shot: xr.Dataset) -> Polygon:
    """Draw the leaned tool where it stands."""
    outline = problem_of(shot).outline.points()
    place = np.array([_scalar(shot, "tool_along"), float(shot["indentation"])])
    tool = Polygon(
        1e3 * (outline + place),
        facecolor=STEEL,
        edgecolor=STEEL_EDGE,
        linewidth=0.5 * line_width(),
        zorder=2.5,
    )
    axes.add_patch(tool)
    return tool


# ------------------------------------------------------------------ view


def set_view(axes: Axes, shot: xr.Dataset, sheets: Sequence[Sheet], view: str) -> None:
    """Show the tissue that matters, in true proportion: around the tool, or down to the base."""
    box = axes.get_position()
    size = figure_of(axes).get_size_inches()
    shape = box.width * size[0] / (box.height * size[1])
    bottom = sheets[-1].band.bottom
    ends = float(sheets[0].along.min()), float(sheets[0].along.max())
    width = 1e3 * _scalar(shot, "contact_extent", (ends[1] - ends[0]) / 7e3)
    deep = 1e3 * _scalar(shot, "indentation")
    half = max(3.5 * width, 2.2 * abs(deep), 4.0)
    half = min(half, 0.75 * shape * bottom)
    height = 2.0 * half / shape
    above = _HEADROOM * height
    low = height - above
    if view == "layers":
        low, above = 1.02 * bottom, max(above, 0.25 * bottom)
        half = 0.5 * shape * (low + above)
    centre = 1e3 * _scalar(shot, "tool_along")
    axes.set_xlim(max(centre - half, ends[0]), min(centre + half, ends[1]))
    axes.set_ylim(low, -above)
    axes.set_aspect("equal", adjustable="box")
    axes.set_facecolor("#f4f4f4")


def _scalar(shot: xr.Dataset, name: str, otherwise: float = 0.0) -> float:
    """Return a scalar of a result, or another value where it has none."""
    return float(shot[name]) if name in shot else otherwise


def _name_parts(axes: Axes, sheets: Sequence[Sheet], shot: xr.Dataset) -> None:
    """Show the layers' colours and names, and which way the tool goes."""
    low, high = axes.get_xlim()
    strip = np.linspace(low, low + 0.018 * (high - low), 3)
    depths = []
    for sheet in sheets:
        top, bottom = (np.interp(strip, sheet.along[k], sheet.depth[k]) for k in (0, -1))
        axes.fill_between(strip, top, bottom, color=sheet.band.colour, linewidth=0, zorder=2.2)
        names_at = low + 0.08 * (high - low)
        depths.append(
            (
                float(np.interp(names_at, sheet.along[0], sheet.depth[0])),
                float(np.interp(names_at, sheet.along[-1], sheet.depth[-1])),
            )
        )
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
