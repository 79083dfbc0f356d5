"""One picture of one run: depth profiles, contact pressure, and the deformed section."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import offset_copy

from softsim.viz.drawing.labels import capital, shown, words
from softsim.viz.drawing.shots import shot_at
from softsim.viz.drawing.style import (
    Frame,
    Picture,
    drawing,
    figure_of,
    inches_of,
    style_of,
    text_size,
)
from softsim.viz.drawing.titles import (
    MODES,
    caution_lines,
    fold,
    head_of_all,
    mode_of,
    title_of,
    when,
    write_outside,
)
from softsim.viz.figures.contact import contact_pressure, contact_words
from softsim.viz.figures.profile import depth_profile
from softsim.viz.figures.section import section_map

STRESSES = ("stress_depth", "von_mises_change")
"""Fields whose profiles stand beside the section."""
STRAIN = "strain_max_shear"

_SIZES = {"paper": (7.2, 4.6), "screen": (13.0, 7.4), "slide": (13.33, 7.5)}  # [inch]


def plot_stroke(
    dataset: xr.Dataset,
    *,
    time: float | None = None,
    field: str = "von_mises_change",
    style: str = "screen",
) -> Figure:
    """Draw one run: stress and strain against depth, contact pressure, and the deformed section.

    Parameters
    ----------
    dataset : Dataset
        Result of `softsim.simulate`.
    time : float, optional
        Which time of a press or a transient [s] (the nearest one there is); by default the last
        one of full load.
    field : str
        Shown in the section.
    style : {"screen", "paper", "slide"}
        A slide has stress and section only, in letters for the back row.

    Returns
    -------
    Figure
        Not shown and not saved; its axes are labelled "stress", "strain", "contact" and "section".
    """
    shot = shot_at(dataset, time)
    at = float(shot["time"]) if "time" in shot.coords else None
    whole = style != "slide"
    with drawing(style):
        figure, frames = _frames(style, whole=whole)
        width, height = figure.get_size_inches()
        told = len(caution_lines(dataset)) * text_size(1.15) / 72.0
        figure.set_size_inches(width, height + told)  # warnings take nothing from the frames
        options: dict[str, Any] = {"time": at, "style": style}
        _write_words(figure, dataset, shot, whole=whole)
        figure.draw_without_rendering()  # now the profiles know their height
        depth_profile(dataset, STRESSES, axes=frames["stress"], names=not whole, **options)
        _legend_below(frames["stress"], frames["stress"].get_legend_handles_labels()[0])
        if whole:
            depth_profile(dataset, STRAIN, axes=frames["strain"], log=False, **options)
        _say_once(figure)
        figure.draw_without_rendering()  # now the section knows its shape
        section = section_map(dataset, field, axes=frames["section"], **options)
        if whole:
            low, high = section.get_xlim()
            limits = 1e-3 * low, 1e-3 * high
            contact_pressure(dataset, axes=frames["contact"], limits=limits, **options)
            _tidy(frames, shot)
        section.set_title(f"{capital(shown(shot[field]).name)} in the section")
        _say_once(figure)
    return figure


def _frames(style: str, *, whole: bool) -> tuple[Figure, dict[str, Axes]]:
    """Return an empty figure and its axes."""
    figure = Picture(figsize=_SIZES[style], dpi=style_of(style).dpi, layout="constrained")
    if whole:
        grid = figure.add_gridspec(2, 3, width_ratios=(1.0, 0.8, 2.6), height_ratios=(1.0, 2.5))
        cells = {"stress": grid[:, 0], "strain": grid[:, 1]}
        cells |= {"section": grid[1, 2], "contact": grid[0, 2]}
    else:
        grid = figure.add_gridspec(1, 2, width_ratios=(1.0, 2.0))
        cells = {"stress": grid[0, 0], "section": grid[0, 1]}
    frames: dict[str, Axes] = {}
    for label, cell in cells.items():
        shared = frames.get("stress") if label == "strain" else None
        frames[label] = figure.add_subplot(cell, axes_class=Frame, label=label, sharey=shared)
    for label in ("stress", "section"):  # keep room for words
        frames[label].set(xlabel="along", ylabel="depth", title="section")
    _legend_below(frames["stress"], [Line2D([], [], label=name) for name in STRESSES])
    return figure, frames


def _say_once(figure: Figure) -> None:
    """Remove the warnings over single frames: they stand over the whole figure."""
    for text in [text for axes in figure.axes for text in axes.texts]:
        if text.get_gid() == "caution":
            text.remove()


def _legend_below(axes: Axes, handles: Sequence[Artist]) -> None:
    """Put the legend of a narrow frame under it."""
    axes.set_title("Largest stress")
    foot = offset_copy(axes.transAxes, figure_of(axes), y=-3.7 * text_size(), units="points")
    place: dict[str, Any] = {"bbox_to_anchor": (0.5, 0.0), "bbox_transform": foot}
    axes.legend(handles=handles, loc="upper center", **place)


def _tidy(frames: dict[str, Axes], shot: xr.Dataset) -> None:
    """Say once what neighbours share."""
    strain, contact = frames["strain"], frames["contact"]
    strain.tick_params(labelleft=False)
    strain.set(ylabel="", title="Largest shear strain", xlabel="shear strain [%]")
    contact.tick_params(labelbottom=False)
    told = re.sub(r" (?=kPa|mm)", "\N{NO-BREAK SPACE}", contact_words(shot))
    contact.set(xlabel="", title=fold(told, inches_of(contact)[0], text_size()))


def _write_words(figure: Figure, dataset: xr.Dataset, shot: xr.Dataset, *, whole: bool) -> None:
    """Write which run this is, its numbers, what speaks against it and what it rests on."""
    friction = float(shot["apparent_friction"])
    scalars = [
        f"{MODES.get(mode_of(dataset), 'run')}{when(shot)}, engine {dataset.attrs['engine']}",
        f"normal force {float(shot['normal_force']):.3g} N",
        f"indentation {1e3 * float(shot['indentation']):.3g} mm",
    ]
    if whole and np.isfinite(friction):
        scalars.append(f"apparent friction {friction:.3g}")
    head_of_all(figure, f"{title_of(dataset)}\n{'  ·  '.join(scalars)}", dataset)
    if not whole:
        return
    size = text_size(0.72)
    text = fold(_footer(dataset), 0.97 * figure.get_size_inches()[0], size)
    write_outside(figure, text, "lower left", size, "0.35")


def _footer(dataset: xr.Dataset) -> str:
    """Return the lines that say what the numbers rest on, estimates by name."""
    sources = json.loads(str(dataset.attrs.get("estimates", "[]")))
    names = dict.fromkeys(
        words(source["name"].removeprefix("tissue.").removeprefix("instrument.").replace(".", " "))
        for source in sources
    )
    text = f"softsim {dataset.attrs['softsim_version']}."
    if "evidence" in dataset.attrs:
        text += f"  Rests on {dataset.attrs['evidence']}."
    if names:
        text += f"  Estimates and priors: {', '.join(names)}"
    return text
