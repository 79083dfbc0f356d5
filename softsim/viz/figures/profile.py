"""Stress and strain against depth, with the layers behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

from softsim.dataset import profiled
from softsim.errors import InputError
from softsim.measuring import text_of
from softsim.viz.drawing.labels import Shown, capital, profile_of, shown_profile, undisturbed_of
from softsim.viz.drawing.layers import Band, bands_of, draw_bands, name_layers
from softsim.viz.drawing.shots import shot_at, shots_of
from softsim.viz.drawing.style import LINES, framed, inches_of, line_width, text_size
from softsim.viz.drawing.titles import Results, head

Array = NDArray[np.float64]

LOG_FROM = 20.0
"""Largest over typical value from which a profile is drawn on a logarithmic axis."""
DECADES = 4.0
"""Most decades shown below the largest value."""
LEAST_UNDISTURBED = 1e-4
"""Largest undisturbed over largest loaded value from which the undisturbed state is drawn."""
QUANTILES = (0.05, 0.95)
"""Ends of the band over the cases of a dataset."""

_DEPTH_TICKS = (0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 50.0, 75.0, 100.0, 150.0, 200.0)


def depth_profile(
    results: Results,
    field: str | Sequence[str] = "von_mises_change",
    *,
    time: float | None = None,
    band: tuple[xr.Dataset, xr.Dataset] | None = None,
    log: bool | None = None,
    names: bool = True,
    axes: Axes | None = None,
    style: str = "screen",
) -> Axes:
    """Draw the largest value of a field at each depth, of one result or of several.

    Parameters
    ----------
    results : Dataset or mapping of str to Dataset
        A result, or results by label in one frame.  A dimension besides depth (cases, quantiles, a
        swept parameter) becomes a line at its median and a band from its 5 % to its 95 % quantile.
    field : str or sequence of str
        Fields that have a profile, e.g. ``"stress_depth"``, or names of profiles; several share
        the axis and so their unit.
    time : float, optional
        Of a press or a transient [s]; by default the last time of full load.
    band : (Dataset, Dataset), optional
        Results of the low and of the high end of an uncertainty.
    log : bool, optional
        Whether the axis of values is logarithmic; by default where the values need it.
    names : bool
        Whether the layers are named beside the frame.
    axes, style
        Where to draw, a new figure by default; "screen", "paper" or "slide".

    Returns
    -------
    Axes
        The depth axis is drawn as its square root, so that a thin skin and a deep muscle both
        show.  The thin dashed line is the undisturbed tissue, where the result has it.
    """
    fields = [field] if isinstance(field, str) else list(field)
    shots = shots_of(results, time)
    if not fields:
        raise InputError("depth_profile has nothing to draw; give a field")
    first = next(iter(shots.values()))
    bands, look = bands_of(first), shown_profile(profile_of(first, fields[0]), fields[0])
    with framed(axes, style) as axes:
        seen: list[Array] = []
        if band is not None:
            ends = [profile_of(shot_at(end, time), fields[0]) for end in band]
            seen += _draw_band(axes, ends, look)
        seen += _draw_lines(axes, shots, fields, look)
        _value_axis(axes, np.concatenate(seen), log=log)
        _depth_axis(axes, bands)
        axes.set_xlabel((look if len(fields) == 1 else _common(look)).label)
        head(axes, capital(look.name) if len(fields) == 1 else "Largest values", results)
        if len(shots) * len(fields) > 1 or _has_undisturbed(axes):
            axes.legend(loc="best", frameon=True, framealpha=0.8, edgecolor="none")
        if names:
            name_layers(axes, bands)
    return axes


def _label(label: str, name: str, n_results: int, n_fields: int) -> str:
    """Return the entry of a line in the legend."""
    parts = [label] if n_results > 1 and label else []
    if n_fields > 1 or not parts:
        parts.append(name.removeprefix("largest "))
    return ", ".join(parts)


def _common(look: Shown) -> Shown:
    """Return what fields of one unit are together."""
    names = {"kPa": "stress", "%": "strain", "kJ/m³": "energy density"}
    return replace(look, name=names.get(look.unit, "value"))


def _has_undisturbed(axes: Axes) -> bool:
    return any(line.get_gid() == "undisturbed" for line in axes.get_lines())


# ------------------------------------------------------------------ lines


def _draw_lines(
    axes: Axes, shots: Mapping[str, xr.Dataset], fields: Sequence[str], look: Shown
) -> list[Array]:
    """Draw every field of every result, then the undisturbed states; return the values drawn."""
    lines = [(label, shot, name) for label, shot in shots.items() for name in fields]
    seen = []
    for k, (label, shot, name) in enumerate(lines):
        told = shown_profile(profile_of(shot, name), name).name
        told = _label(label, told, len(shots), len(fields))
        seen += _draw(axes, shot, name, look, LINES[k % len(LINES)], told)
    for k, (_, shot, name) in enumerate(lines):
        _draw_undisturbed(axes, shot, name, look, LINES[k % len(LINES)])
    return seen


def _draw(
    axes: Axes, shot: xr.Dataset, field: str, look: Shown, colour: str, label: str
) -> list[Array]:
    """Draw one profile with its band; return the values drawn."""
    profile = profile_of(shot, field)
    others = [dim for dim in profile.dims if dim != "depth"]
    values, drawn = profile, []
    if others:
        values = profile.median(others, skipna=True)
        ends = [profile.quantile(q, others, skipna=True) for q in QUANTILES]
        drawn += _draw_band(axes, ends, look, colour=colour)
    drawn.append(_draw_line(axes, values, look, color=colour, label=label, zorder=3))
    return drawn


def _draw_undisturbed(axes: Axes, shot: xr.Dataset, field: str, look: Shown, colour: str) -> None:
    """Draw the profile before the tool came, where it is not nothing beside the loaded one."""
    before = undisturbed_of(shot, field)
    if before is None or before.dims != ("depth",):
        return
    before = before.copy(data=profiled(field, before.to_numpy()))
    largest = float(abs(profile_of(shot, field)).max())
    if not float(before.max()) > LEAST_UNDISTURBED * largest:
        return
    thin = {"linewidth": 0.5 * line_width(), "linestyle": (0, (4, 2)), "gid": "undisturbed"}
    name = "undisturbed" if not _has_undisturbed(axes) else "_undisturbed"
    _draw_line(axes, before, look, color=colour, label=name, zorder=2.5, **thin)


def _draw_line(axes: Axes, values: xr.DataArray, look: Shown, *, label: str, **looks: Any) -> Array:
    """Draw a profile layer by layer: stress and strain jump where layers meet."""
    end: tuple[float, float] | None = None
    for depth, rows in pieces_of(values):
        drawn = look.factor * values.to_numpy()[rows]
        axes.plot(drawn, depth, label=label, solid_capstyle="round", **looks)
        label = "_" + label.removeprefix("_")  # one entry in the legend
        if end is not None:  # leads the eye over the jump to a layer that is thin
            thin = {"linewidth": 0.4 * line_width(), "alpha": 0.6, "zorder": 2.9}
            jump: Any = thin | {"color": looks["color"], "label": "_jump"}
            axes.plot((end[0], drawn[0]), (end[1], depth[0]), **jump)
        end = float(drawn[-1]), float(depth[-1])
    return np.asarray(look.factor * values.to_numpy(), np.float64)


def _draw_band(
    axes: Axes, ends: Sequence[xr.DataArray], look: Shown, *, colour: str = LINES[0]
) -> list[Array]:
    """Shade what lies between two profiles; return their values."""
    low, high = (np.asarray(look.factor * end.to_numpy(), np.float64) for end in ends)
    shade: Any = {"color": colour, "alpha": 0.25, "linewidth": 0, "zorder": 2}
    for depth, rows in pieces_of(ends[0]):
        axes.fill_betweenx(depth, low[rows], high[rows], **shade)
    return [low, high]


def pieces_of(values: xr.DataArray) -> list[tuple[Array, NDArray[np.int64]]]:
    """Return the depths [mm] and rows of each layer, its first and last row drawn to its ends."""
    depth = 1e3 * values["depth"].to_numpy()
    rows = np.arange(depth.size)
    if "depth_layer" not in values.coords or values["depth_layer"].ndim != 1:
        return [(depth, rows)]
    half = np.zeros(depth.size)
    if "row_height" in values.coords:
        half = 0.5e3 * values["row_height"].to_numpy()
    layers = np.array(text_of(values["depth_layer"]))
    pieces = []
    for name in dict.fromkeys(layers.tolist()):
        own = rows[layers == name]
        z = depth[own]
        z = np.concatenate([[z[0] - half[own[0]]], z, [z[-1] + half[own[-1]]]])
        pieces.append((z, np.concatenate([own[:1], own, own[-1:]])))
    return pieces


# ------------------------------------------------------------------ axes


def _value_axis(axes: Axes, values: Array, *, log: bool | None) -> None:
    """Set scale and limits of the axis of values."""
    known = values[np.isfinite(values)]
    if known.size == 0:
        return
    largest, least = float(known.max()), float(known.min())
    if log is None:
        middle = float(np.median(known))
        log = (least >= 0.0 and largest > LOG_FROM * max(middle, 0.0)) or (
            least > 0.0 and largest > LOG_FROM * least
        )
    if log and largest > 0.0:
        positive = known[known > 0.0]
        floor = max(float(positive.min()), largest * 10.0**-DECADES)
        axes.set_xscale("log")
        axes.set_xlim(0.7 * floor, 1.6 * largest)
    else:
        span = max(largest, 0.0) - min(least, 0.0) or 1.0
        low = min(least, 0.0) - 0.04 * span * (least < 0.0)
        axes.set_xlim(low, max(largest, 0.0) + 0.08 * span)


def _depth_axis(axes: Axes, bands: Sequence[Band]) -> None:
    """Draw depth downwards as its square root, with the layers behind."""
    bottom = bands[-1].bottom if bands else max(axes.get_ylim())
    axes.set_yscale("function", functions=(_root, _square))
    axes.set_ylim(bottom, 0.0)
    axes.yaxis.set_major_locator(FixedLocator(_ticks(axes, bottom)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_ylabel("depth before loading [mm]")
    draw_bands(axes, bands)


def _ticks(axes: Axes, bottom: float) -> list[float]:
    """Return depths to be marked, far enough apart on the axis of roots."""
    gap = text_size(0.92) / 72.0 / inches_of(axes)[1] * np.sqrt(bottom)
    chosen = [0.0]
    for tick in _DEPTH_TICKS[1:]:
        if tick <= bottom and np.sqrt(tick) - np.sqrt(chosen[-1]) > gap:
            chosen.append(tick)
    return chosen


def _root(values: Array) -> Array:
    return np.asarray(np.sign(values) * np.sqrt(np.abs(values)))


def _square(values: Array) -> Array:
    return np.asarray(np.sign(values) * np.square(values))
