"""Layers that glide: slip and traction along an interface, and damage of adhesions over strokes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory
from numpy.typing import NDArray

from softsim.adhesion import Adhesion
from softsim.errors import InputError, brief, unknown_name
from softsim.measuring import text_of
from softsim.serialise import problem_of
from softsim.slimming import IN_FULL
from softsim.sources import Source
from softsim.viz.drawing.labels import Shown, capital, shown, words
from softsim.viz.drawing.shots import shots_of
from softsim.viz.drawing.style import (
    GREY,
    LINES,
    ORANGE,
    RED,
    Frame,
    Picture,
    drawing,
    line_width,
    new_figure,
    text_size,
)
from softsim.viz.drawing.titles import (
    Results,
    fold,
    head_of_all,
    labelled,
    title_of,
    when,
    write_outside,
)

Array = NDArray[np.float64]

NAMES = {
    "slip": "slip of the tissue below against that above",
    "interface_shear": "shear traction",
    "adhesion_damage": "broken part of the bonds (of assumed strength)",
}
"""What is drawn along an interface, as far as there is any."""
BESIDE = 1.5  # widths of the contact shown on either side of what matters
LEAST_RATIO = 1e-3  # of traction over strength that is drawn
MOST_NAMED = 12  # passes that are numbered one by one
ASSUMED = "ratio to an assumed strength"


def interface_lines(
    results: Results,
    interface: str | None = None,
    *,
    time: float | None = None,
    limits: tuple[float, float] | None = None,
    style: str = "screen",
) -> list[Axes]:
    """Draw slip and traction along an interface that glides, of one result or of several.

    Parameters
    ----------
    results : Dataset or mapping of str to Dataset
        A result of tissue with interfaces, or results by label.
    interface : str, optional
        Which interface; by default the first from the skin.
    time : float, optional
        Of a press or a transient [s]; by default the last time of full load.
    limits : (float, float), optional
        Ends of the axis along [m]; by default the contact and the adhesions with some tissue
        beside them.
    style : {"screen", "paper", "slide"}

    Returns
    -------
    list of Axes
        Slip [mm], traction [kPa] and, where adhesions lie on the interface, the part of their bonds
        that is broken, over places before loading [mm].  Adhesions are shaded; the dotted line is
        the lowest point of the tool.
    """
    shots = shots_of(results, time)
    if not all("slip" in shot for shot in shots.values()):
        raise InputError(
            "this dataset has no interface that glides; give a result of tissue with interfaces, "
            "e.g. load_tissue('calf', gliding='interface')"
        )
    first = next(iter(shots.values()))
    name = _chosen(first, "interface", interface)
    fields = [field for field in NAMES if any(field in shot for shot in shots.values())]
    looks = [shown(next(s[field] for s in shots.values() if field in s)) for field in fields]
    patches = _patches_on(shots, name)
    low, high = limits or _ends(list(shots.values()), patches)
    with drawing(style):
        figure, frames = _frames(style, fields)
        for axes, field, look in zip(frames, fields, looks, strict=True):
            _shade(axes, patches)
            _draw_along(axes, shots, field, look, name)
        frames[-1].set_xlabel("along the stroke, before loading [mm]")
        frames[-1].set_xlim(1e3 * low, 1e3 * high)
        for axes in frames[:-1]:
            axes.tick_params(labelbottom=False)
        _name_patches(frames[0], patches)
        if len(shots) > 1:
            frames[0].legend(loc="best")
        what = capital(words(name))
        head_of_all(figure, f"{title_of(first)}\n{what}{when(first)}", results)
        _write_assumed(figure, [problem_of(shot).tissue.adhesions for shot in shots.values()])
    return frames


def damage_over_strokes(
    results: Results, adhesion: str | None = None, *, style: str = "screen"
) -> list[Axes]:
    """Draw how an adhesion is loaded and breaks over the strokes, of one result or of several.

    Parameters
    ----------
    results : Dataset or mapping of str to Dataset
        Transients of tissue with adhesions, or such by label.
    adhesion : str, optional
        Which one; by default the first.
    style : {"screen", "paper", "slide"}

    Returns
    -------
    list of Axes
        The largest traction over the strength, which is assumed, and the part of the bonds that is
        broken: the mean of the patch and, thin, its largest.  Passes are numbered.  The shade is
        the range that the strength may have for all that is known: a traction in it would break
        the bonds of some adhesions and not those of others.
    """
    found = labelled(results)
    if not found:
        raise InputError("there is nothing to draw; give a result, or several by label")
    if not all("adhesion_damage_mean" in d and "time" in d.dims for d in found.values()):
        raise InputError(
            "this dataset has no adhesion over time; give a press or a transient of tissue with "
            "adhesions, e.g. Tissue(..., adhesions={'bridge': load_adhesion(...)})"
        )
    first = next(iter(found.values()))
    name = _chosen(first, "adhesion", adhesion)
    own = [problem_of(dataset).tissue.adhesions for dataset in found.values()]
    with drawing(style):
        figure, (ratio, damage) = _frames(style, ("ratio", "damage"))
        for k, (label, dataset) in enumerate(found.items()):
            _draw_history(ratio, damage, dataset.sel(adhesion=name), LINES[k % len(LINES)], label)
        _name_frame(ratio, f"peak traction, {ASSUMED}", "ratio")
        ratio.set(yscale="log")
        ratio.set_ylim(_ratio_ends(ratio))
        _draw_prior(ratio, own[0][name])
        _name_frame(damage, "broken part of the bonds: mean, dashed largest", "part")
        damage.set(ylim=(-0.03, 1.2), xlabel="time [s]")
        ratio.tick_params(labelbottom=False)
        _number_passes((ratio, damage), first)
        if len(found) > 1:
            damage.legend(loc="best")
        head_of_all(figure, f"{title_of(first)}\nAdhesion: {words(name)}", results)
        _write_assumed(figure, own)
    return [ratio, damage]


def assumption(name: str, adhesion: Adhesion) -> str:
    """Return what the strength and energy of an adhesion are and what they rest on, in a line."""
    return f"{capital(words(name))}: " + ", ".join(
        f"{what} {_told(value, factor, unit, _source(adhesion, field))}"
        for what, field, value, factor, unit in (
            ("assumed strength", "strength", adhesion.strength, 1e-3, "kPa"),
            ("fracture energy", "fracture_energy", adhesion.fracture_energy, 1.0, "J/m²"),
        )
    )


def _told(value: Any, factor: float, unit: str, source: Source | None) -> str:
    """Return a number with the range of its source."""
    text = f"{brief(factor * float(value), 3)} {unit}"
    if source is None or source.low is None or source.high is None:
        return f"{text} (given, not measured)"
    low, high = (brief(factor * x, 3) for x in (source.low, source.high))
    return f"{text} ({source.basis}: {low} to {high})"


def _source(adhesion: Adhesion, field: str) -> Source | None:
    """Return the source of a number of an adhesion, where it has one."""
    return next((source for source in adhesion.sources if field in source.feeds), None)


def _chosen(shot: xr.Dataset, kind: str, wanted: str | None) -> str:
    """Return the name of an interface or adhesion, the first by default."""
    names = text_of(shot[kind])
    if wanted is None:
        return str(names[0])
    if wanted not in names:
        raise unknown_name(kind, wanted, names)
    return wanted


def _frames(style: str, labels: Sequence[str]) -> tuple[Picture, list[Axes]]:
    """Return a figure of frames above each other that share their axis."""
    with drawing(style) as chosen:
        figure = new_figure(chosen, width=1.1, height=0.35 + 0.38 * len(labels))
    frames: list[Axes] = []
    for k, label in enumerate(labels):
        shared = frames[0] if frames else None
        cell = (len(labels), 1, k + 1)
        frames.append(figure.add_subplot(*cell, axes_class=Frame, label=label, sharex=shared))
    return figure, frames


def _name_frame(axes: Axes, name: str, unit: str) -> None:
    """Write what a low frame shows over it, for which there is no room beside it."""
    axes.set_title(name, loc="left", fontsize=text_size(0.86), pad=0.3 * text_size())
    axes.set_ylabel(unit)


# ------------------------------------------------------------------ along


def _patches_on(shots: Mapping[str, xr.Dataset], interface: str) -> dict[str, tuple[float, float]]:
    """Return the ends of the adhesions on an interface by name [mm]."""
    found = {}
    for shot in shots.values():
        adhesions = problem_of(shot).tissue.adhesions if "adhesion" in shot.dims else {}
        for name, patch in adhesions.items():
            if patch.interface == interface:
                own = shot.sel(adhesion=name)
                found[name] = (1e3 * float(own.adhesion_start), 1e3 * float(own.adhesion_end))
    return found


def _ends(
    shots: Sequence[xr.Dataset], patches: Mapping[str, tuple[float, float]]
) -> tuple[float, float]:
    """Return the ends of what is shown: contacts and adhesions with some tissue beside them [m]."""
    places = [1e-3 * end for ends in patches.values() for end in ends]
    wide = max(float(shot["contact_extent"]) for shot in shots)
    places += [float(shot["tool_along"]) for shot in shots]
    margin = BESIDE * max(wide, 4e-3)
    return min(places) - margin, max(places) + margin


def _shade(axes: Axes, patches: Mapping[str, tuple[float, float]]) -> None:
    """Shade the adhesions."""
    for low, high in patches.values():
        axes.axvspan(low, high, color=ORANGE, alpha=0.18, linewidth=0, gid="adhesion")


def _name_patches(axes: Axes, patches: Mapping[str, tuple[float, float]]) -> None:
    """Write the names of the adhesions into the first frame."""
    place = blended_transform_factory(axes.transData, axes.transAxes)
    for name, (low, high) in patches.items():
        look: dict[str, Any] = {"ha": "center", "va": "top", "fontsize": text_size(0.78)}
        axes.text(0.5 * (low + high), 0.97, words(name), transform=place, **look).set_clip_on(True)


def _draw_along(
    axes: Axes, shots: Mapping[str, xr.Dataset], field: str, look: Shown, interface: str
) -> None:
    """Draw a quantity along an interface for every result."""
    for k, (label, shot) in enumerate(shots.items()):
        if field not in shot:
            continue
        own = shot[field].sel(interface=interface)
        place, colour = 1e3 * own["along"].to_numpy(), LINES[k % len(LINES)]
        axes.plot(place, look.factor * own.to_numpy(), color=colour, label=label)
        tool = 1e3 * float(shot["tool_along"])
        axes.axvline(tool, color=colour if label else GREY, linewidth=0.5 * line_width(), ls=":")
    axes.axhline(0.0, color="0.3", linewidth=0.3 * line_width())
    _name_frame(axes, NAMES[field], look.unit or "part")
    if field == "adhesion_damage":
        axes.set_ylim(-0.03, 1.08)


# ------------------------------------------------------------------ over strokes


def _draw_history(ratio: Axes, damage: Axes, dataset: xr.Dataset, colour: str, label: str) -> None:
    """Draw traction and damage of one result over time."""
    every = f"_{IN_FULL}" if f"adhesion_damage_mean_{IN_FULL}" in dataset else ""
    time = dataset[f"time{every}"].to_numpy()
    loaded = np.maximum(dataset[f"adhesion_traction_ratio{every}"].to_numpy(), LEAST_RATIO)
    ratio.plot(time, loaded, color=colour)
    damage.plot(time, dataset[f"adhesion_damage_mean{every}"], color=colour, label=label or "mean")
    most, thin = dataset[f"adhesion_damage_max{every}"], 0.5 * line_width()
    damage.plot(time, most, color=colour, linewidth=thin, linestyle="--", label="_largest")


def _ratio_ends(axes: Axes) -> tuple[float, float]:
    """Return limits of the frame of ratios: what is drawn, and one."""
    values = np.concatenate([np.asarray(line.get_ydata(), float) for line in axes.get_lines()])
    largest = float(values.max())
    least = max(LEAST_RATIO, min(float(values.min()), 0.03 * largest))
    return 0.7 * least, 3.0 * max(largest, 1.0)


def _draw_prior(axes: Axes, adhesion: Adhesion) -> None:
    """Draw the strength that is assumed, and the range that it may have."""
    axes.axhline(1.0, color=RED, linewidth=0.5 * line_width())
    source, strength = _source(adhesion, "strength"), float(adhesion.strength)
    if source is None or source.low is None or source.high is None:
        return
    low, high = source.low / strength, source.high / strength
    axes.axhspan(low, high, color=RED, alpha=0.1, linewidth=0, gid="prior")
    place = blended_transform_factory(axes.transAxes, axes.transData)
    text = f"strength may lie here ({source.basis})"
    top = min(high, axes.get_ylim()[1])
    look: dict[str, Any] = {"ha": "right", "va": "top", "fontsize": text_size(0.78), "color": RED}
    axes.text(0.99, 0.93 * top, text, transform=place, **look)


def _number_passes(frames: Sequence[Axes], dataset: xr.Dataset) -> None:
    """Mark where passes begin and number them in the last frame."""
    time = dataset["time"].to_numpy()
    stroke = dataset["stroke_number"].to_numpy()
    passes = np.where(dataset["pass_number"] > 0, dataset["pass_number"], 0)
    marks = np.column_stack([stroke, passes])
    turns = np.flatnonzero((np.diff(marks, axis=0) != 0).any(axis=1) & (passes[1:] > 0))
    if turns.size == 0:
        return
    starts = time[turns]
    for axes in frames:
        for start in starts:
            axes.axvline(start, color=GREY, linewidth=0.3 * line_width(), linestyle=":", zorder=0)
    step = -(-starts.size // MOST_NAMED)
    place = blended_transform_factory(frames[-1].transData, frames[-1].transAxes)
    look: dict[str, Any] = {"va": "top", "fontsize": text_size(0.78), "transform": place}
    for k in range(0, starts.size, step):
        text = f" pass {k + 1}" if k == 0 else f" {k + 1}"
        frames[-1].text(starts[k], 0.97, text, **look).set_clip_on(True)
    frames[-1].set_xlim(float(time[0]), float(time[-1]))


def _write_assumed(figure: Figure, own: Sequence[Mapping[str, Adhesion]]) -> None:
    """Write under a figure what strengths and energies of its adhesions are."""
    lines = dict.fromkeys(assumption(name, x) for each in own for name, x in each.items())
    if not lines:
        return
    size = text_size(0.72)
    text = fold("\n".join(lines), 0.97 * figure.get_size_inches()[0], size)
    write_outside(figure, text, "lower left", size, "0.35")
