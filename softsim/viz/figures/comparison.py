"""Tools side by side at equal terms: edges to scale, pressure on the skin, largest in layers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from softsim.errors import InputError, unknown_name
from softsim.instrument import Instrument
from softsim.serialise import problem_from_toml
from softsim.variables import warnings_of
from softsim.viz.drawing.labels import capital, literal, shown, words
from softsim.viz.drawing.style import GREY, LINES, Frame, drawing, line_width, new_figure, text_size
from softsim.viz.figures.instrument import edge_section

MOST_DRAWN = 7
"""Tools whose edges and pressures are drawn; there are no more colours that all can tell apart."""

MARKERS = "osD^vP*"

_MARGIN = 0.4  # contact widths shown on either side of the contacts
_LEAST_MARGIN = 0.5  # [mm]


def comparison(
    compared: xr.Dataset,
    variable: str = "peak_von_mises_change_in_layer",
    *,
    style: str = "screen",
) -> Figure:
    """Draw what `softsim.compare` returns.

    Parameters
    ----------
    compared : Dataset
        Tools along ``instrument``; those that failed are left out, and named.
    variable : str
        A number of each layer.
    style : {"screen", "paper", "slide"}

    Returns
    -------
    Figure
        Edges to scale at their angle; contact pressure along the skin [kPa]; the number of each
        layer, one marker per tool.

    Raises
    ------
    InputError
        Another dataset, a number that layers do not have, or more than seven tools.
    """
    if "instrument" not in compared.dims or "equal" not in compared.attrs:
        raise InputError(
            "this dataset is no comparison of tools; give what softsim.compare returns"
        )
    layered = [str(k) for k, v in compared.data_vars.items() if "layer" in v.dims]
    if variable not in layered:
        raise unknown_name("number of layers", variable, layered)
    solved = compared.isel(instrument=np.flatnonzero(compared["reason"].to_numpy() == ""))
    if solved.sizes["instrument"] > MOST_DRAWN:
        raise InputError(
            f"the comparison has {solved.sizes['instrument']} tools; must be at most {MOST_DRAWN} "
            "in a figure (take some with .isel(instrument=...))"
        )
    with drawing(style) as chosen:
        figure = new_figure(chosen, width=2.0, height=1.35)
        grid = figure.add_gridspec(2, 2, height_ratios=(0.8, 1.0))
        edges = figure.add_subplot(grid[0, :], axes_class=Frame, label="edges")
        _draw_edges(edges, solved, style)
        skin = figure.add_subplot(grid[1, 0], axes_class=Frame, label="pressure")
        _draw_pressure(skin, solved)
        layers = figure.add_subplot(grid[1, 1], axes_class=Frame, label="layers")
        _draw_layers(layers, solved[variable])
        figure.suptitle(_title(compared, solved), fontsize=text_size())
    return figure


def _title(compared: xr.Dataset, solved: xr.Dataset) -> str:
    """Return what is equal, which tools failed, and on what the numbers rest."""
    lines = [capital(literal(str(compared.attrs["title"])))]
    names = set(compared["instrument"].to_numpy()) - set(solved["instrument"].to_numpy())
    if names:
        lines.append(f"without an answer: {', '.join(sorted(map(words, map(str, names))))}")
    lines.append(literal(f"rests on {compared.attrs['evidence']}"))
    texts = (str(text) for text in solved["warnings"].to_numpy())
    told = sum(len(warnings_of({"warnings": text})) for text in texts)
    if told:
        lines.append(f"{told} warnings speak against these numbers: see warnings of the comparison")
    return "\n".join(lines)


def _colour(number: int) -> str:
    return LINES[number % len(LINES)]


def _draw_edges(axes: Axes, solved: xr.Dataset, style: str) -> None:
    """Draw the edges side by side, each named in its colour."""
    problems = [problem_from_toml(str(text)) for text in solved["problem"].to_numpy()]
    tools: list[Instrument] = [problem.instrument for problem in problems]
    angle = problems[0].stroke.first_angle
    edge_section(tools, angle, axes=axes, style=style)
    labels = [str(name) for name in solved["instrument"].to_numpy()]
    for number, (text, label) in enumerate(zip(axes.texts, labels, strict=True)):
        text.set_color(_colour(number))
        text.set_text("\n".join([words(label), *text.get_text().splitlines()[1:]]))
    axes.set_title(f"edges at {math.degrees(angle):.3g}°")


def _draw_pressure(axes: Axes, solved: xr.Dataset) -> None:
    """Draw the contact pressure of every tool along the skin."""
    along = 1e3 * solved["along"].to_numpy()
    loaded = (solved["contact_pressure"] > 0.0).any("instrument").to_numpy()
    for number in range(solved.sizes["instrument"]):
        one = solved.isel(instrument=number)
        label = f"{words(str(one['instrument'].item()))}, {float(one['normal_force']):.3g} N"
        look: dict[str, Any] = {"color": _colour(number), "label": label}
        axes.plot(along, 1e-3 * one["contact_pressure"].to_numpy(), **look)
    if loaded.any():
        low, high = along[loaded].min(), along[loaded].max()
        margin = max(_MARGIN * (high - low), _LEAST_MARGIN)
        axes.set_xlim(low - margin, high + margin)
    axes.axhline(0.0, color="0.3", linewidth=0.3 * line_width())
    axes.set(xlabel="along the stroke, before loading [mm]", ylabel="contact pressure [kPa]")
    axes.legend(loc="best", fontsize=text_size(0.75))


def _draw_layers(axes: Axes, values: xr.DataArray) -> None:
    """Draw a number of each layer, from the skin down."""
    look = shown(values)
    names = [str(name) for name in values["layer"].to_numpy()]
    rows = range(len(names))
    for number in range(values.sizes["instrument"]):
        own = look.factor * values.isel(instrument=number).transpose("layer").to_numpy()
        marker = MARKERS[number % len(MARKERS)]
        axes.plot(own, rows, marker, color=_colour(number), markersize=0.5 * text_size())
    for row in rows:
        axes.axhline(row, color=GREY, linewidth=0.2 * line_width(), zorder=0)
    axes.set_yticks(rows, [words(name) for name in names])
    axes.set(xlabel=look.label, xscale="log")
    axes.invert_yaxis()
