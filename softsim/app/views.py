"""A result as plain data that a page can draw: curves, a raster of the section, numbers, words."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.colors import LogNorm
from numpy.typing import NDArray

from softsim.app import words
from softsim.colours import layer_colour
from softsim.problem import Problem
from softsim.variables import error_name, profile_name
from softsim.viz.drawing.colour_scale import scale_of
from softsim.viz.drawing.labels import shown
from softsim.viz.drawing.shots import Sheet, sheets_of
from softsim.viz.figures.section import values_of

Array = NDArray[np.float64]

FIELDS = ("von_mises_change", "strain_max_shear")
"""What the section and the profile show."""
NUMBERS = (
    "normal_force",
    "tangential_force",
    "indentation",
    "contact_width",
    "mean_contact_pressure",
    "peak_contact_pressure",
    "apparent_friction",
    "hysteretic_friction",
    "depth_of_strain_5",
    "depth_of_strain_energy",
)
COLUMNS, ROWS = 144, 96
"""Pixels of the raster of a section."""
EMPTY = 255
"""Level of a pixel outside the tissue; 0 to 254 run over the scale."""
_DIGITS = 4


def view(problem: Problem, dataset: xr.Dataset, *, preview: bool) -> dict[str, Any]:
    """Return a steady section as data of JSON.

    Parameters
    ----------
    problem : Problem
    dataset : Dataset
        Its result, of either engine, with or without the ratios of its whole edge.
    preview : bool
        Whether a better answer is on its way.
    """
    sheets = sheets_of(dataset)
    window = _window(dataset, sheets)
    return {
        "engine": str(dataset.attrs["engine"]),
        "preview": preview,
        "title": str(dataset.attrs["title"]).replace("_", " "),
        "standing": words.standing(dataset, preview=preview),
        "layers": _layers(sheets),
        "profile": _profile(dataset),
        "pressure": _pressure(dataset, window),
        "section": _section(problem, dataset, sheets, window),
        "numbers": numbers(dataset),
        "depth": words.about_depth(dataset),
        "edge": words.about_whole_edge(dataset),
        "cautions": words.cautions(dataset),
        "evidence": str(dataset.attrs.get("evidence", "")),
        "estimates": words.estimates(dataset),
    }


def numbers(dataset: xr.Dataset) -> list[dict[str, str]]:
    """Return the contact numbers of a result: name, value with unit, and error of the mesh."""
    rows = []
    for name in NUMBERS:
        if name not in dataset or not math.isfinite(float(dataset[name])):
            continue
        look, value = shown(dataset[name]), float(dataset[name])
        of_mesh = error_name(name)  # membership first: a failed look-up is slow
        error = float(dataset[of_mesh]) if of_mesh in dataset else 0.0
        share = f"± {error / abs(value):.1%}" if error > 0.0 and value != 0.0 else ""
        rows.append({"name": look.name, "value": look.value(value), "error": share})
    return rows


def raster(sheets: Sequence[Sheet], values: Sequence[Array], along: Array, depth: Array) -> Array:
    """Return the values of layered tissue on a regular grid of present places.

    Parameters
    ----------
    sheets : sequence of Sheet
        Deformed layers [mm].
    values : sequence of ndarray, each of shape (n_rows, n_along)
        At the points of every sheet; any unit.
    along : ndarray, shape (n_columns,)
        Increasing [mm].
    depth : ndarray, shape (n_depths,)
        Increasing [mm].

    Returns
    -------
    ndarray, shape (n_depths, n_columns)
        In the unit of `values`; NaN outside the tissue.

    Notes
    -----
    Linear along every row of points, then linear in depth between the rows, within each layer.
    """
    drawn = np.full((depth.size, along.size), np.nan)
    for sheet, own in zip(sheets, values, strict=True):
        pairs = list(zip(sheet.along, sheet.depth, own, strict=True))
        places = np.array([np.interp(along, x, z) for x, z, _ in pairs])
        levels = np.array([np.interp(along, x, v) for x, _, v in pairs])
        places = np.maximum.accumulate(places, axis=0)
        for k in range(along.size):
            inside = (depth >= places[0, k]) & (depth <= places[-1, k])
            drawn[inside, k] = np.interp(depth[inside], places[:, k], levels[:, k])
    return drawn


def _window(dataset: xr.Dataset, sheets: Sequence[Sheet]) -> tuple[float, float, float, float]:
    """Return the part of a section that is shown: left, right, top, bottom [mm]."""
    extent = 1e3 * float(dataset["contact_extent"])
    deep = abs(1e3 * float(dataset["indentation"]))
    ends = float(sheets[0].along.min()), float(sheets[0].along.max())
    half = min(max(3.5 * extent, 2.2 * deep, 6.0), -ends[0], ends[1])
    height = 2.0 * half * ROWS / COLUMNS
    return -half, half, -0.22 * height, 0.78 * height


def _layers(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    return [
        {
            "name": sheet.band.name.replace("_", " "),
            "top": _number(sheet.band.top),
            "bottom": _number(sheet.band.bottom),
            "colour": layer_colour(sheet.band.name),
        }
        for sheet in sheets
    ]


def _profile(dataset: xr.Dataset) -> dict[str, Any]:
    """Return the largest value of each field at every depth."""
    found: dict[str, Any] = {"depth": _list(1e3 * dataset["depth"].to_numpy())}
    for field in FIELDS:
        profile = dataset[profile_name(field)]
        look = shown(profile)
        found[field] = {"label": look.label, "values": _list(look.factor * profile.to_numpy())}
    return found


def _pressure(dataset: xr.Dataset, window: tuple[float, ...]) -> dict[str, Any]:
    """Return the contact pressure along the skin, as far as it is shown."""
    along = 1e3 * dataset["along"].to_numpy()
    kept = (along >= window[0]) & (along <= window[1])
    pressure = 1e-3 * dataset["contact_pressure"].to_numpy()
    return {"along": _list(along[kept]), "values": _list(pressure[kept])}


def _section(
    problem: Problem, dataset: xr.Dataset, sheets: Sequence[Sheet], window: tuple[float, ...]
) -> dict[str, Any]:
    """Return the section around the tool: fields as levels, boundaries, the tool."""
    left, right, top, bottom = window
    along = left + (right - left) * (np.arange(COLUMNS) + 0.5) / COLUMNS
    depth = top + (bottom - top) * (np.arange(ROWS) + 0.5) / ROWS
    places = np.linspace(left, right, COLUMNS // 2 + 1)
    lines = [np.interp(places, sheet.along[0], sheet.depth[0]) for sheet in sheets]
    lines.append(np.interp(places, sheets[-1].along[-1], sheets[-1].depth[-1]))
    tool = 1e3 * (problem.outline.points() + np.array([0.0, float(dataset["indentation"])]))
    fields = {}
    for field in FIELDS:
        drawn = raster(sheets, [values_of(dataset, sheet, field) for sheet in sheets], along, depth)
        fields[field] = {"label": shown(dataset[field]).label, **_levels(drawn)}
    return {
        "window": [_number(x) for x in window],
        "columns": COLUMNS,
        "rows": ROWS,
        "fields": fields,
        "along": _list(places),
        "boundaries": [_list(line) for line in lines],
        "tool": [_list(point) for point in tool],
        "ahead": problem.direction > 0,
    }


def _levels(drawn: Array) -> dict[str, Any]:
    """Return a raster as one byte a pixel, with its scale."""
    norm = scale_of(drawn)
    low, high = float(norm.vmin or 0.0), float(norm.vmax or 1.0)
    is_log = isinstance(norm, LogNorm)
    filled = np.where(np.isfinite(drawn), drawn, low)
    if is_log:
        share = np.log(np.maximum(filled, low) / low) / math.log(high / low)
    else:
        share = (filled - low) / (high - low)
    level = np.where(np.isfinite(drawn), np.clip(np.rint((EMPTY - 1) * share), 0, EMPTY - 1), EMPTY)
    packed = base64.b64encode(level.astype(np.uint8).tobytes()).decode()
    return {"levels": packed, "low": _number(low), "high": _number(high), "logarithmic": is_log}


def _list(values: Array) -> list[float | None]:
    return [_number(float(x)) for x in values]


def _number(value: float) -> float | None:
    """Return a number with few digits; None for what is none."""
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
