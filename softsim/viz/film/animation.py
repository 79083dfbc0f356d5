"""Animations: the tool over deforming layers, beside it stress against depth and forces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from softsim import progress as waiting
from softsim.errors import InputError
from softsim.serialise import problem_of
from softsim.viz.drawing.colour_scale import draw_scale, scale_of
from softsim.viz.drawing.labels import Shown, capital, profile_of, shown, shown_profile
from softsim.viz.drawing.style import (
    BLUE,
    ORANGE,
    Frame,
    Picture,
    drawing,
    inches_of,
    line_width,
    text_size,
)
from softsim.viz.drawing.titles import head_of_all, title_of
from softsim.viz.figures.profile import depth_profile
from softsim.viz.figures.section import SCALE, draw_travel, in_proportion
from softsim.viz.film.clips import clip_writer
from softsim.viz.film.footage import Footage, check_footage
from softsim.viz.film.stages import ForceStage, ProfileStage, SectionStage, Stage

Array = NDArray[np.float64]

SECONDS = 10.0
"""Length of a clip [s]."""

SAMPLES = 7
"""Frames from which the colours of a clip are chosen."""

_SIZES = {"paper": (7.2, 4.0, 150.0), "screen": (9.6, 5.4, 100.0), "slide": (13.3, 7.5, 96.0)}
_HEADROOM = 0.2  # share of a view's height above the undisturbed skin


def animate(
    dataset: xr.Dataset,
    path: str | Path,
    *,
    field: str = "von_mises_change",
    seconds: float = SECONDS,
    decades: float | None = None,
    limits: tuple[float, float] | None = None,
    style: str = "screen",
    progress: bool | None = None,
) -> Path:
    """Write an animation of a press, a stroke or a steady stroke.

    Parameters
    ----------
    dataset : Dataset
        Result of `softsim.simulate`.  A press and a transient show their time, slowed; a steady
        stroke shows the tissue that passes under the tool, again and again.
    path : str or Path
        NAME.gif, NAME.html (plays by itself in a browser, no server and no internet) or NAME.mp4
        (needs ffmpeg).
    field : str
        Shown in colours, on one scale throughout.
    seconds : float
        Length of the clip [s].
    decades, limits
        Scale of the colours, as in `section_map`; by default from all frames.
    style : {"screen", "paper", "slide"}
    progress : bool, optional
        Whether there is a bar; by default where somebody looks.

    Returns
    -------
    Path
        Of what was written; it appears when it is whole.
    """
    path = Path(path)
    check_footage(dataset, field)
    if not 0.0 < seconds <= 600.0:
        raise InputError(f"seconds is {seconds!r}; must be above 0 and at most 600")
    with clip_writer(path) as writer, waiting.shown(progress), drawing(style):
        count = max(2, round(seconds * writer.frames_per_second))
        film = Film(dataset, field, style, seconds, decades=decades, limits=limits)
        writer.prepare([film.pixels(share) for share in np.linspace(0.0, 1.0, SAMPLES)])
        last = count if film.footage.is_steady else count - 1  # a steady stroke closes a circle
        for number in range(count):
            writer.add(film.pixels(number / last))
            waiting.report(number + 1, count, "animation")
    return path


class Film:
    """The frames of one animation, made of the arguments of `animate`."""

    def __init__(
        self,
        dataset: xr.Dataset,
        field: str,
        style: str,
        seconds: float,
        *,
        decades: float | None = None,
        limits: tuple[float, float] | None = None,
    ) -> None:
        figure, frames = _frames(style)
        section = frames["section"]
        head_of_all(figure, title_of(dataset), dataset)
        look = shown(dataset[field])
        room = _keep_room(frames, look)
        figure.draw_without_rendering()
        self.footage = Footage(dataset, field, *_set_view(section, dataset))
        values, ends = self.footage.values_in_view(), look.ends(limits)
        norm = scale_of(values, decades=decades, limits=ends)
        room.remove()
        _draw_largest(frames["profile"], dataset, self.footage, style)
        self.stage = Stage(figure, norm)
        self._build(frames, dataset, look)
        section.set_title("")
        section.set_title(f"{capital(look.name)}, {self._pace(seconds)}", loc="left")
        figure.draw_without_rendering()
        figure.set_layout_engine("none")

    def pixels(self, share: float) -> NDArray[np.uint8]:
        """Draw what is seen after a share of the time, shape (height, width, 3)."""
        shot = self.footage.shot(share)
        mesh = self.section.show(shot)
        self.profile.show(shot)
        self.force.show(shot)
        self.clock.set_text(f"{shot.time:.3f} s")
        for ahead, arrow in self.arrows.items():
            arrow.set_visible(shot.ahead is ahead)
        return self.stage.pixels(mesh)

    def _build(self, frames: dict[str, Axes], dataset: xr.Dataset, look: Shown) -> None:
        """Make what moves."""
        section, footage, first = frames["section"], self.footage, self.footage.shot(0.0)
        outline = 1e3 * problem_of(dataset).outline.points()
        self.section = SectionStage(self.stage, section, footage.boundaries, outline, first)
        self.section.add_names(footage, first)
        _, mesh = self.section.show(first)
        draw_scale(section, mesh, look.label, **SCALE)
        self.arrows = {
            ahead: self.stage.add(section, draw_travel(section, ahead=ahead))
            for ahead in (True, False)
        }
        above: dict[str, Any] = {"transform": section.transAxes, "ha": "right", "va": "bottom"}
        self.clock = self.stage.add(section, section.text(1.0, 1.015, "", **above))
        colour = ORANGE if footage.is_steady else BLUE
        self.profile = ProfileStage(self.stage, frames["profile"], colour, footage)
        self.force = ForceStage(self.stage, frames["force"], footage.times, dataset)
        close = {"handlelength": 0.8, "columnspacing": 0.8, "borderaxespad": 0.1}
        frames["force"].legend(loc="upper right", ncols=2, fontsize=text_size(0.72), **close)

    def _pace(self, seconds: float) -> str:
        """Return how much slower than life the clip is."""
        pace = seconds / float(np.ptp(self.footage.times))
        return f"{pace:.2g} times slower" if pace >= 1.0 else f"{1.0 / pace:.2g} times faster"


def _keep_room(frames: dict[str, Axes], look: Shown) -> Axes:
    """Write what will stand beside the frames; return a scale that is in the way later."""
    frames["section"].set(xlabel="along the stroke [mm]", ylabel="depth [mm]", title="section")
    frames["profile"].set(xlabel="stress [kPa]", ylabel="depth [mm]", title="profile")
    frames["force"].set(xlabel="time [s]", ylabel="force [N]")
    scale = frames["section"].inset_axes((1.0 + SCALE["gap"], 0.0, SCALE["width"], 1.0))
    scale.yaxis.set_label_position("right")
    scale.yaxis.tick_right()
    scale.set_ylabel(look.label)
    return scale


def _draw_largest(axes: Axes, dataset: xr.Dataset, footage: Footage, style: str) -> None:
    """Draw the largest values of all times as thin lines, on the axis of the moving ones."""
    name = footage.profile_field
    values = profile_of(dataset, name)
    largest = dataset
    if "time" in values.dims:
        over_time = values.max("time", keep_attrs=True)
        largest = dataset.isel(time=-1).assign({str(values.name): over_time})
    depth_profile(largest, name, axes=axes, names=False, style=style)
    for line in axes.get_lines():
        line.set_linewidth(min(0.5 * line_width(), line.get_linewidth()))
        line.set_color("0.25" if line.get_color() != "white" else "white")
    for text in list(axes.texts):
        text.remove()
    legend = axes.get_legend()
    if legend is not None:
        legend.remove()
    look = shown_profile(values, name)
    axes.set_xlabel(f"{look.name.removeprefix('largest ')} [{look.unit}]", fontsize=text_size(0.86))
    axes.set_title("at the marked line" if footage.is_steady else "largest at each depth")
    axes.set_ylabel("depth [mm]")


def _frames(style: str) -> tuple[Figure, dict[str, Axes]]:
    """Return an empty figure and its axes."""
    width, height, dpi = _SIZES[style]
    figure = Picture(figsize=(width, height), dpi=dpi, layout="constrained")
    grid = figure.add_gridspec(2, 2, width_ratios=(2.3, 1.0), height_ratios=(2.0, 1.0))
    cells = {"section": grid[:, 0], "profile": grid[0, 1], "force": grid[1, 1]}
    return figure, {
        label: figure.add_subplot(cell, axes_class=Frame, label=label)
        for label, cell in cells.items()
    }


def _set_view(axes: Axes, dataset: xr.Dataset) -> tuple[tuple[float, float], float]:
    """Set a view that holds the tool all the time; return its ends along and its height [mm]."""
    shape = float(np.divide(*inches_of(axes)))
    tool, width, deep = (
        1e3 * np.atleast_1d(dataset[name].to_numpy())
        for name in ("tool_along", "contact_extent", "indentation")
    )
    bottom = 1e3 * float(dataset["layer_bottom"].max())
    half = max(2.4 * float(width.max()), 1.8 * float(deep.max()), 4.0)
    low, high = float(tool.min()) - half, float(tool.max()) + half
    height = min((high - low) / shape, bottom / (1.0 - _HEADROOM))
    missing = max(height * shape - (high - low), 0.0)
    low, high = low - 0.5 * missing, high + 0.5 * missing
    in_proportion(axes, (low, high), ((1.0 - _HEADROOM) * height, -_HEADROOM * height))
    return (low, high), height
