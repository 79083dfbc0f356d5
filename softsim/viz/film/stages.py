"""What moves in an animation, drawn anew in every frame over a background that stands still."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from softsim.viz.drawing.colour_scale import colours_of, on_scale
from softsim.viz.drawing.layers import name_layers_inside
from softsim.viz.drawing.style import BLUE, BOUNDARIES, GREY, ORANGE, line_width, steel
from softsim.viz.figures.section import bonds_looks, bonds_of_adhesion, outline_of_region
from softsim.viz.film.footage import Footage, Shot

Array = NDArray[np.float64]


class Stage:
    """A figure whose background is drawn once, and the artists that move over it."""

    def __init__(self, figure: Figure, norm: Normalize) -> None:
        self.figure, self.norm = figure, norm
        self.canvas: Any = FigureCanvasAgg(figure)
        self.background: Any = None
        self.moving: list[tuple[Axes, Any]] = []

    def add(self, axes: Axes, artist: Any) -> Any:
        """Declare that an artist moves."""
        artist.set_animated(True)
        self.moving.append((axes, artist))
        return artist

    def line(self, axes: Axes, *mark: str, **look: Any) -> Any:
        """Return a line that moves, without points as yet."""
        return self.add(axes, axes.plot([], [], *mark, **look)[0])

    def pixels(self, mesh: tuple[Axes, QuadMesh]) -> NDArray[np.uint8]:
        """Draw what moves, the mesh first; return the picture, shape (height, width, 3)."""
        if self.background is None:
            self.canvas.draw()
            self.background = self.canvas.copy_from_bbox(self.figure.bbox)
        self.canvas.restore_region(self.background)
        for axes, artist in (mesh, *self.moving):
            axes.draw_artist(artist)
        return np.asarray(self.canvas.buffer_rgba())[..., :3].copy()


class SectionStage:
    """The section that moves: colours, layers, threads, regions, adhesions and the tool."""

    def __init__(
        self, stage: Stage, axes: Axes, boundaries: tuple[int, ...], outline: Array, first: Shot
    ) -> None:
        self.stage, self.axes, self.boundaries, self.outline = stage, axes, boundaries, outline
        thin, colour = 0.37 * line_width(), BOUNDARIES[colours_of(stage.norm)]
        threads = LineCollection([], colors=colour, linewidths=0.8 * thin, alpha=0.5)
        self.threads = stage.add(axes, axes.add_collection(threads, autolim=False))
        looks = [("black", 1.6 * thin)] + [(colour, thin)] * (len(boundaries) - 1)
        self.lines = [stage.line(axes, color=c, linewidth=w, alpha=0.9) for c, w in looks]
        self.regions = [
            stage.add(axes, axes.add_line(outline_of_region(stage.norm, corners)))
            for corners in first.outlines
        ]
        self.bonds = [
            stage.add(axes, axes.add_collection(bonds_of_adhesion(points), autolim=False))
            for points in first.bonds
        ]
        self.marked = stage.line(axes, color=ORANGE, linewidth=0.9 * line_width())
        self.tool = stage.add(axes, axes.add_patch(steel(outline, zorder=3)))
        self.names: list[tuple[int, Any]] = []

    def add_names(self, footage: Footage, shot: Shot) -> None:
        """Name the layers that are thick enough at the left end."""
        low, high = self.axes.get_xlim()
        depths = self._depths_at_left(shot)
        for k, (band, depth) in enumerate(zip(footage.bands, depths, strict=True)):
            before = len(self.axes.texts)
            name_layers_inside(self.axes, [band], [depth], low + 0.02 * (high - low))
            for text in list(self.axes.texts)[before:]:
                self.names.append((k, self.stage.add(self.axes, text)))

    def _depths_at_left(self, shot: Shot) -> list[tuple[float, float]]:
        """Return where the layers begin and end at the left end now [mm]."""
        low, high = self.axes.get_xlim()
        column = int(np.argmin(np.abs(shot.along[0] - low - 0.08 * (high - low))))
        rows = shot.depth[list(self.boundaries), column]
        return [(float(top), float(bottom)) for top, bottom in pairwise(rows)]

    def show(self, shot: Shot) -> tuple[Axes, QuadMesh]:
        """Move everything to a shot; return the mesh of its colours."""
        for line, row in zip(self.lines, self.boundaries, strict=True):
            line.set_data(shot.along[row], shot.depth[row])
        self.threads.set_segments(shot.threads)
        for line, corners in zip(self.regions, shot.outlines, strict=True):
            line.set_data(*corners.T)
        for line, points in zip(self.bonds, shot.bonds, strict=True):
            segments, colours = bonds_looks(points)
            line.set_segments(segments)
            line.set_color(colours)
        if shot.marked is not None:
            self.marked.set_data(*shot.marked.T)
        self.tool.set_xy(self.outline + np.array(shot.tool))
        depths, end = self._depths_at_left(shot), self.axes.get_ylim()[0]
        for k, text in self.names:
            text.set_y(0.5 * (depths[k][0] + min(depths[k][1], end)))
        norm, places = self.stage.norm, np.stack([shot.along, shot.depth], axis=-1)
        look: dict[str, Any] = {"norm": norm, "cmap": colours_of(norm), "antialiased": False}
        mesh = QuadMesh(places, array=on_scale(shot.cells, norm), shading="flat", **look)
        mesh.set_transform(self.axes.transData)
        mesh.set_clip_path(self.axes.patch)
        mesh.set_figure(self.stage.figure)
        return self.axes, mesh


class ProfileStage:
    """The profile that moves, layer by layer."""

    def __init__(self, stage: Stage, axes: Axes, colour: str, footage: Footage) -> None:
        layers = footage.profile_layers
        self.depth = footage.profile_depth
        self.pieces = [np.flatnonzero(layers == k) for k in range(int(layers.max()) + 1)]
        look = {"color": colour, "linewidth": line_width(), "zorder": 3}
        self.lines = [stage.line(axes, **look) for _ in self.pieces]

    def show(self, shot: Shot) -> None:
        """Move the profile to a shot."""
        for line, rows in zip(self.lines, self.pieces, strict=True):
            line.set_data(shot.profile[rows], self.depth[rows])


class ForceStage:
    """Forces against time, and how far the time has come."""

    def __init__(self, stage: Stage, axes: Axes, time: Array, forces: xr.Dataset) -> None:
        self.time = time
        self.values = []
        for name, colour in (("normal_force", BLUE), ("tangential_force", ORANGE)):
            values = np.broadcast_to(forces[name].to_numpy(), time.shape)
            label = name.removesuffix("_force")
            axes.plot(time, values, color=colour, linewidth=0.7 * line_width(), label=label)
            self.values.append(values)
        axes.set_xlim(float(time[0]), float(time[-1]))
        low, high = float(np.min(self.values)), float(np.max(self.values))
        margin = 0.08 * (max(high, 0.0) - min(low, 0.0) or 1.0)
        axes.set_ylim(min(low, 0.0) - margin * (low < 0.0), max(high, 0.0) + 4.0 * margin)
        cursor = axes.axvline(0.0, color=GREY, linewidth=0.4 * line_width())
        self.cursor = stage.add(axes, cursor)
        size = 2.6 * line_width()
        self.dots = [stage.line(axes, "o", color=c, markersize=size) for c in (BLUE, ORANGE)]

    def show(self, shot: Shot) -> None:
        """Move the cursor to a shot."""
        self.cursor.set_xdata([shot.time, shot.time])
        for dot, values in zip(self.dots, self.values, strict=True):
            dot.set_data([shot.time], [float(np.interp(shot.time, self.time, values))])
