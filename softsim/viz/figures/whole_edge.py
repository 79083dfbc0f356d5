"""Maps of a whole edge on the skin, seen from above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from softsim.errors import InputError
from softsim.viz.drawing.colour_scale import colours_of, draw_scale, scale_of
from softsim.viz.drawing.labels import capital, shown
from softsim.viz.drawing.layers import LINE_HEIGHT
from softsim.viz.drawing.shots import is_going_ahead, shot_at
from softsim.viz.drawing.style import Frame, Style, drawing, line_width, new_figure, text_size
from softsim.viz.drawing.titles import head_of_all, mode_of, title_of, when

FIELDS = ("contact_pressure_map", "skin_depth_map")
"""Maps drawn by default."""

_STACKED = 0.8  # length along over length across below which maps stand above each other
_COLUMNS_FROM = 55.0  # width of a figure, in sizes of its text, from which its legend is one line
_HEIGHTS = (0.1, 0.3, 1.0, 3.0)  # of the tool above its lowest point, drawn as lines [mm]


def edge_maps(
    dataset: xr.Dataset,
    fields: Sequence[str] = FIELDS,
    *,
    time: float | None = None,
    style: str = "screen",
) -> list[Axes]:
    """Draw maps of a whole edge side by side, with the edge in each.

    Parameters
    ----------
    dataset : Dataset
        Result of `softsim.simulate` with ``edge="whole"``.
    fields : sequence of str
        Variables over along and across.
    time : float, optional
        Of a press [s]; by default the last time of full load.
    style : {"screen", "paper", "slide"}

    Returns
    -------
    list of Axes
        One per field: across to the right, along upwards, in the same scale [mm].  Drawn are the
        line of the edge's lowest points with its ends, heights of the tool above the lowest, and
        the border of the contact.
    """
    missing = [name for name in (*fields, "tool_height") if name not in dataset]
    if missing:
        raise InputError(
            f"'{missing[0]}' is not in this dataset; give the result of a whole edge "
            "(softsim.simulate with edge='whole')"
        )
    shot = shot_at(dataset, time)
    frames: list[Axes] = []
    with drawing(style) as chosen:
        figure, rows, columns = _figure(shot, len(fields), chosen)
        for k, name in enumerate(fields):
            axes = figure.add_subplot(rows, columns, k + 1, axes_class=Frame, label=name)
            frames.append(axes)
            _draw_map(axes, shot, name)
            _draw_edge(axes, shot)
            if k >= len(fields) - columns:
                axes.set_xlabel("across the stroke [mm]")
            if k % columns == 0:
                axes.set_ylabel("along [mm]")
        _draw_travel(frames[0], shot)
        _write_marks(figure, chosen)
        head_of_all(figure, f"{title_of(dataset)}{when(shot)}", dataset)
    return frames


def _figure(shot: xr.Dataset, count: int, style: Style) -> tuple[Figure, int, int]:
    """Return an empty figure for maps of a shape, with its numbers of rows and columns."""
    along, across = (float(np.ptp(shot[name].to_numpy())) for name in ("along", "across"))
    shape = max(along / across, 0.2)
    columns = 1 if shape < _STACKED else count
    rows = -(-count // columns)
    width = 1.25 if columns == 1 else 0.85 * columns
    line = LINE_HEIGHT * style.font / 72.0
    map_width = (width * style.width - 6.0 * line * columns) / columns
    height = rows * (map_width * shape + 3.2 * line) + 8.0 * line
    return new_figure(style, width=width, height=height / style.height), rows, columns


def _draw_map(axes: Axes, shot: xr.Dataset, name: str) -> None:
    values = shot[name].transpose("along", "across")
    look = shown(values)
    drawn = np.ma.masked_invalid(look.factor * values.to_numpy())
    if name.startswith("contact_"):  # the skin beside the contact shows
        drawn = np.ma.masked_where(drawn == 0.0, drawn)
    norm = scale_of(drawn.compressed(), decades=0.0)
    options: Any = {"cmap": colours_of(norm), "shading": "nearest", "rasterized": True}
    across, along = (1e3 * shot[dim].to_numpy() for dim in ("across", "along"))
    mesh = axes.pcolormesh(across, along, drawn, norm=norm, **options)
    axes.set(aspect="equal", title=capital(look.name), facecolor="#f0e2d8")  # skin without a load
    draw_scale(axes, mesh, f"[{look.unit}]", gap=0.02, width=0.025)


def _draw_edge(axes: Axes, shot: xr.Dataset) -> None:
    """Draw the tool's heights, the line of its lowest points, its ends, and the contact."""
    across, along = (1e3 * shot[dim].to_numpy() for dim in ("across", "along"))
    height = 1e3 * shot["tool_height"].transpose("along", "across").to_numpy()
    thin = 0.35 * line_width()
    finite = np.isfinite(height)
    inside = finite.any(axis=0)
    if not inside.any():
        return
    known = np.ma.masked_invalid(height)
    levels = [level for level in _HEIGHTS if float(known.min()) < level < float(known.max())]
    if levels and min(height.shape) > 1:
        lines = axes.contour(across, along, known, levels, colors="0.35", linewidths=thin)
        axes.clabel(lines, fmt=lambda level: f"{level:g} mm", fontsize=text_size(0.6))
    low = np.where(finite, height, np.inf)
    line = across[inside], along[low.argmin(axis=0)[inside]]
    axes.plot(*line, color="black", linewidth=2.0 * thin, label="lowest points of the edge")
    for end in (0, -1):
        column = np.flatnonzero(inside)[end]
        ends = along[finite[:, column]]
        axes.plot([across[column]] * 2, ends[[0, -1]], color="black", linewidth=thin)
    pressure = shot["contact_pressure_map"].transpose("along", "across").to_numpy()
    if pressure.max() > 0.0 and min(pressure.shape) > 1:
        border = {"colors": "white", "linewidths": 1.3 * thin, "linestyles": "--"}
        axes.contour(across, along, pressure, [1e-6 * pressure.max()], **cast("Any", border))


def _draw_travel(axes: Axes, shot: xr.Dataset) -> None:
    if mode_of(shot) == "press":
        return
    up = is_going_ahead(shot)
    axes.annotate(
        "",
        xy=(0.035, 0.97 if up else 0.7),
        xytext=(0.035, 0.7 if up else 0.97),
        xycoords="axes fraction",
        arrowprops={"arrowstyle": "->", "color": "0.2", "linewidth": 0.6 * line_width()},
    )
    axes.text(0.055, 0.86, "travel", transform=axes.transAxes, va="center", fontsize=text_size(0.8))


def _write_marks(figure: Figure, style: Style) -> None:
    """Say what the lines are."""
    marks = [
        Line2D([], [], color="black", label="lowest points and ends of the edge"),
        Line2D([], [], color="0.35", linewidth=0.35 * style.line, label="height of the tool"),
        Line2D([], [], color="0.6", linestyle="--", label="border of the contact"),
    ]
    many = figure.get_size_inches()[0] * 72.0 / style.font > _COLUMNS_FROM
    figure.legend(handles=marks, loc="outside lower center", ncols=3 if many else 1)
