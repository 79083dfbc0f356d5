"""Where things are at one time: the state shown, the deformed layers, the tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from softsim.errors import InputError
from softsim.measuring import text_of
from softsim.metrics import at_full_load
from softsim.serialise import problem_of
from softsim.viz.drawing.layers import Band, bands_of
from softsim.viz.drawing.titles import Results, labelled

Array = NDArray[np.float64]

POINTS = 33
"""Of a line that shows an adhesion."""
SAME = 1e-6
"""Depths of an interface and of the bottom of a layer that are one [mm]."""


def shot_at(dataset: xr.Dataset, time: float | None = None) -> xr.Dataset:
    """Return a result at one time.

    Parameters
    ----------
    dataset : Dataset
    time : float, optional
        Of a press or a transient [s], the nearest there is; by default the last of full load.
    """
    if "time" not in dataset.dims:
        return dataset
    if time is None:
        return at_full_load(dataset)
    return dataset.sel(time=time, method="nearest")


def shots_of(results: Results, time: float | None) -> dict[str, xr.Dataset]:
    """Return results by label, each at one time.

    Raises
    ------
    InputError
        There is none.
    """
    shots = {label: shot_at(dataset, time) for label, dataset in labelled(results).items()}
    if not shots:
        raise InputError("there is nothing to draw; give a result, or several by label")
    return shots


def is_going_ahead(shot: xr.Dataset) -> bool:
    """Whether the tool travels towards +along: every second pass goes back."""
    number = int(shot.coords.get("pass_number", 1))
    back = number > 0 and number % 2 == 0
    return (int(shot.attrs.get("direction", 1)) > 0) != back


@dataclass(frozen=True, slots=True)
class Sheet:
    """One layer of a section: where its points are and which values they have.

    Parameters
    ----------
    band : Band
    rows : ndarray of int, shape (n,)
        Rows of the dataset that give the values: those of the layer, the first and last twice.
    along, depth : ndarray, shape (n, n_along)
        Present places of the layer's top, the middles of its rows, and its bottom [mm].
    """

    band: Band
    rows: NDArray[np.int64]
    along: Array
    depth: Array


def sheets_of(shot: xr.Dataset) -> list[Sheet]:
    """Return the deformed layers of a section at one time, from the skin down.

    Notes
    -----
    Displacements are known on the skin and in the middles of the rows.  Where layers meet, the
    straight lines through the two nearest rows of either layer are continued to the boundary and,
    where the layers do not glide, averaged; second order in the height of the rows.
    """
    bands = bands_of(shot)
    depth = 1e3 * shot["depth"].to_numpy()
    names = np.array(text_of(shot["depth_layer"]))
    moved = [
        1e3 * shot[name].transpose("depth", "along").to_numpy().astype(np.float64)
        for name in ("displacement_along", "displacement_depth")
    ]
    rows = [np.flatnonzero(names == band.name) for band in bands]
    skin = int(np.argmin(depth))
    if rows[0].size > 1 and depth[skin] == 0.0:
        rows[0] = rows[0][rows[0] != skin]
    bands = [band for band, own in zip(bands, rows, strict=True) if own.size]
    rows = [own for own in rows if own.size]
    glides = _gliding_depths(shot)
    edges = [_edges(depth, u, rows, bands, skin, glides) for u in moved]
    along = 1e3 * shot["along"].to_numpy()
    sheets = []
    for k, (band, own) in enumerate(zip(bands, rows, strict=True)):
        pairs = zip(moved, edges, strict=True)
        places = [np.vstack([edge[k][1], u[own], edge[k + 1][0]]) for u, edge in pairs]
        level = np.concatenate([[band.top], depth[own], [band.bottom]])
        number = np.concatenate([own[:1], own, own[-1:]])
        sheets.append(Sheet(band, number, along + places[0], level[:, None] + places[1]))
    return sheets


def region_outlines(shot: xr.Dataset) -> Array:
    """Return the deformed outlines of the regions, shape (n_regions, n_corners, 2) [mm].

    Along and depth; between columns and rows by straight lines.
    """
    if "region" not in shot.dims:
        return np.zeros((0, 0, 2))
    along, depth = (shot[f"region_outline_{way}"].to_numpy() for way in ("along", "depth"))
    columns, rows = shot["along"].to_numpy(), shot["depth"].to_numpy()
    found = []
    for name, place in (("displacement_along", along), ("displacement_depth", depth)):
        moved = shot[name].transpose("depth", "along").to_numpy().astype(np.float64)
        at = np.array([np.interp(along.ravel(), columns, row) for row in moved])
        own = [np.interp(z, rows, part) for z, part in zip(depth.ravel(), at.T, strict=True)]
        found.append(1e3 * (place + np.reshape(own, place.shape)))
    return np.stack(found, axis=-1)


def adhesion_lines(shot: xr.Dataset, sheets: Sequence[Sheet]) -> Array:
    """Return where adhesions lie now and what is broken of them, shape (n_adhesions, n_points, 3).

    Along and depth [mm] on the side above, and the broken part of the bonds [-].
    """
    if "adhesion" not in shot.dims:
        return np.zeros((0, 0, 3))
    found, along = [], 1e3 * shot["along"].to_numpy()
    adhesions = problem_of(shot).tissue.adhesions
    for name, start, end in zip(
        text_of(shot["adhesion"]), shot["adhesion_start"], shot["adhesion_end"], strict=True
    ):
        own = shot.sel(interface=adhesions[name].interface)
        level = 1e3 * float(own["interface_depth"])
        above = min(sheets, key=lambda sheet: abs(sheet.band.bottom - level))
        places = np.linspace(1e3 * float(start), 1e3 * float(end), POINTS)
        rows = above.along[-1], above.depth[-1], own["adhesion_damage"].to_numpy()
        found.append(np.stack([np.interp(places, along, row) for row in rows], axis=-1))
    return np.stack(found)


def _gliding_depths(shot: xr.Dataset) -> Array:
    """Return the depths of the interfaces that glide [mm]."""
    if "interface_depth" not in shot.coords:
        return np.zeros(0)
    return np.asarray(1e3 * shot["interface_depth"].to_numpy())


def _edges(
    depth: Array,
    moved: Array,
    rows: list[NDArray[np.int64]],
    bands: list[Band],
    skin: int,
    glides: Array,
) -> list[tuple[Array, Array]]:
    """Return the displacement of the skin and of the bottom of every layer [mm].

    Of each its side above and its side below, which are one where the layers do not glide.
    """
    first = moved[skin] if depth[skin] == 0.0 else _continued(depth, moved, rows[0], bands[0].top)
    found = [(first, first)]
    for k, band in enumerate(bands):
        above = below = _continued(depth, moved, rows[k][::-1], band.bottom)
        if k + 1 < len(bands):
            below = _continued(depth, moved, rows[k + 1], band.bottom)
        if not (abs(glides - band.bottom) < SAME).any():
            above = below = 0.5 * (above + below)
        found.append((above, below))
    return found


def _continued(depth: Array, moved: Array, rows: NDArray[np.int64], level: float) -> Array:
    """Continue the line through the two rows next to a level to that level."""
    near = rows[0]
    if rows.size == 1:
        return np.asarray(moved[near])
    second = rows[1]
    slope = (moved[near] - moved[second]) / (depth[near] - depth[second])
    return np.asarray(moved[near] + slope * (level - depth[near]))
