"""What the frames of an animation show, from the states of a result."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from softsim.dataset import profiled
from softsim.errors import InputError
from softsim.serialise import problem_of
from softsim.variables import PROFILED
from softsim.viz.drawing.labels import field_of, profile_of, shown, shown_profile
from softsim.viz.drawing.shots import adhesion_lines, is_going_ahead, region_outlines, sheets_of
from softsim.viz.drawing.titles import mode_of
from softsim.viz.figures.profile import pieces_of
from softsim.viz.figures.section import values_of

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

MOST_COLUMNS = 220
"""Columns of points that a frame has at most."""
ROWS_IN_VIEW = 60
"""Height of a view over the largest distance of its rows of points."""
MOST_PARTS = 8
"""Parts that a row is divided into at most."""
THREADS_IN_VIEW = 12
"""Lines in view that stick to the tissue."""


@dataclass(frozen=True, slots=True)
class Shot:
    """What one frame shows; lengths in mm, values in the unit shown.

    Parameters
    ----------
    time : float
        Since the tool first moves, or since the marked thread came into view [s].
    along, depth : ndarray, shape (n_points, n_columns)
        Present places of the points of the layers, layer under layer [mm].
    cells : ndarray, shape (n_points - 1, n_columns - 1)
        Values between the points, in the unit shown.
    threads : list of ndarray, shape (n_points, 2)
        Lines that stick to the tissue [mm].
    marked : ndarray, shape (n_points, 2), or None
        The one whose values the profile shows [mm].
    tool : (float, float)
        Along and depth of its lowest point.
    outlines : ndarray, shape (n_regions, n_corners, 2)
        Of regions of another material [mm].
    bonds : ndarray, shape (n_adhesions, n_bonds, 3)
        Places of adhesions [mm], and the broken part of their bonds [-].
    profile : ndarray, shape (n_depth,)
        Values over the depths of `Footage.profile_depth`, in the unit shown.
    ahead : bool or None
        Which way the tool goes; None: it only presses.
    """

    time: float
    along: Array
    depth: Array
    cells: Array
    threads: list[Array]
    marked: Array | None
    tool: tuple[float, float]
    outlines: Array
    bonds: Array
    profile: Array
    ahead: bool | None


class State(NamedTuple):
    """One state of a result on the points of its layers.

    Parameters
    ----------
    along, depth : ndarray, shape (n_points, n_columns)
        Present places of the points [mm].
    values : ndarray, shape (n_points, n_columns)
        In the unit shown.
    rows : ndarray, shape (n_depth,) or, of a steady stroke, (n_depth, n_columns)
        Profile, in the unit shown.
    tool : ndarray, shape (2,)
        Along and depth of the tool's lowest point [mm].
    outlines : ndarray, shape (n_regions, n_corners, 2)
        Of regions of another material [mm].
    bonds : ndarray, shape (n_adhesions, n_bonds, 3)
        Places of adhesions [mm], and the broken part of their bonds [-].
    ahead : float
        1 or -1.
    """

    along: Array
    depth: Array
    values: Array
    rows: Array
    tool: Array
    outlines: Array
    bonds: Array
    ahead: float


class Footage:
    """States of a result in a view that stands still.

    Parameters
    ----------
    dataset : Dataset
        Result of `softsim.simulate`.
    field : str
        Shown in colours.
    ends : (float, float)
        Of the view, along [mm].
    height : float
        Of the view [mm].
    """

    def __init__(
        self, dataset: xr.Dataset, field: str, ends: tuple[float, float], height: float
    ) -> None:
        self.dataset, self.field, self.ends = dataset, field, ends
        self.is_steady = "time" not in dataset.dims
        self.columns = _columns(1e3 * dataset["along"].to_numpy(), ends)
        self.place = 1e3 * dataset["along"].to_numpy()[self.columns]
        self.way = ends[1] - ends[0]  # of the tissue through the view of a steady stroke [mm]
        self.speed = abs(1e3 * (problem_of(dataset).stroke.usual_speed or 0.1))  # [mm/s]
        self.spacing = self.way / THREADS_IN_VIEW
        self.profile_field = field if field in PROFILED else "von_mises_change"
        pieces = pieces_of(profile_of(self._dataset_at(0), self.profile_field))
        self.profile_depth = np.concatenate([depth for depth, _ in pieces])
        self.profile_rows = np.concatenate([rows for _, rows in pieces])
        self.profile_layers = np.repeat(np.arange(len(pieces)), [len(rows) for _, rows in pieces])
        sheets = sheets_of(self._dataset_at(0))
        self.bands = [sheet.band for sheet in sheets]
        finest = height / ROWS_IN_VIEW
        self.finer, self.boundaries = _refinement([sheet.depth[:, 0] for sheet in sheets], finest)
        self._state = lru_cache(maxsize=4)(self._make_state)

    @property
    def times(self) -> Array:
        """Times of the states [s]; of a steady stroke, of one thread's way through the view."""
        if not self.is_steady:
            return np.asarray(self.dataset["time"].to_numpy(), np.float64)
        return np.array([0.0, self.way / self.speed])

    def _dataset_at(self, number: int) -> xr.Dataset:
        return self.dataset if self.is_steady else self.dataset.isel(time=number)

    def _make_state(self, number: int) -> State:
        """Return one state on the points, finer than the rows of the result."""
        shot = self._dataset_at(number)
        sheets = sheets_of(shot)
        rows_of = ((s.along, s.depth, values_of(shot, s, self.field)) for s in sheets)
        along, depth, values = (
            self.finer(np.concatenate([part[:, self.columns] for part in parts]))
            for parts in zip(*rows_of, strict=True)
        )
        if self.is_steady:
            raw = shot[self.profile_field].transpose("depth", "along").to_numpy()
            factor = shown(shot[self.profile_field]).factor
            rows = factor * profiled(self.profile_field, raw)[:, self.columns]
        else:
            profile = profile_of(shot, self.profile_field)
            rows = shown_profile(profile, self.profile_field).factor * profile.to_numpy()
        tool = 1e3 * np.array([float(shot["tool_along"]), float(shot["indentation"])])
        ahead = 1.0 if is_going_ahead(shot) else -1.0
        bonds = adhesion_lines(shot, sheets)
        return State(along, depth, values, rows, tool, region_outlines(shot), bonds, ahead)

    def shot(self, share: float) -> Shot:
        """Return what is seen after a share of the whole time, in [0, 1]."""
        if self.is_steady:
            return self._passing(share)
        times = self.times
        time = times[0] + share * (times[-1] - times[0])
        after = int(np.clip(np.searchsorted(times, time), 1, times.size - 1))
        weight = (time - times[after - 1]) / (times[after] - times[after - 1])
        pairs = zip(self._state(after - 1), self._state(after), strict=True)
        state = State(*((1.0 - weight) * one + weight * two for one, two in pairs))
        number = np.arange(math.ceil(self.place[0] / self.spacing), self.place[-1] / self.spacing)
        ahead = None if mode_of(self.dataset) == "press" else self._state(after).ahead > 0.0
        return self._shot(state, float(time), self.spacing * number, state.rows, ahead=ahead)

    def _passing(self, share: float) -> Shot:
        """Return a steady stroke with threads that pass under the tool."""
        state = self._state(0)
        start = self.ends[1] if state.ahead > 0.0 else self.ends[0]
        marked = start - state.ahead * share * self.way
        offset = (marked - self.place[0]) % self.spacing
        places = np.arange(self.place[0] + offset, self.place[-1], self.spacing)
        profile = np.array([np.interp(marked, self.place, row) for row in state.rows])
        time, ahead = share * self.way / self.speed, state.ahead > 0.0
        shot = self._shot(state, time, places, profile, ahead=ahead)
        (thread,) = self._threads(state, np.array([marked]))
        return replace(shot, marked=thread)

    def _shot(
        self, state: State, time: float, places: Array, profile: Array, *, ahead: bool | None
    ) -> Shot:
        """Return what a state shows, with threads at places along before loading."""
        return Shot(
            time=time,
            along=state.along,
            depth=state.depth,
            cells=_cells(state.values),
            threads=self._threads(state, places),
            marked=None,
            tool=(float(state.tool[0]), float(state.tool[1])),
            outlines=state.outlines,
            bonds=state.bonds,
            profile=profile[self.profile_rows],
            ahead=ahead,
        )

    def _threads(self, state: State, places: Array) -> list[Array]:
        """Return the lines of points that were at given places along before loading."""
        at = [
            np.array([np.interp(places, self.place, row) for row in part])
            for part in (state.along, state.depth)
        ]
        return list(np.stack(at, axis=-1).transpose(1, 0, 2))

    def values_in_view(self) -> Array:
        """Return the values of every state, thinned, for a scale that stands still."""
        count = 1 if self.is_steady else self.dataset.sizes["time"]
        numbers = np.unique(np.linspace(0, count - 1, min(count, 40)).astype(int))
        states = (self._state(int(number)) for number in numbers)
        low, high = self.ends
        return np.concatenate([s.values[(s.along >= low) & (s.along <= high)] for s in states])


def check_footage(dataset: xr.Dataset, field: str) -> None:
    """Refuse what cannot be animated."""
    if "contact_pressure_map" in dataset or "kind" in dataset.attrs:
        raise InputError(
            "this dataset is a whole edge or a sweep; animations show a press or a stroke of "
            "softsim.simulate"
        )
    field_of(dataset, field)
    for name in ("displacement_along", "displacement_depth"):
        field_of(dataset, name)


def _columns(place: Array, ends: tuple[float, float]) -> Numbers:
    """Return the columns to be drawn: those in view and a few beside it."""
    margin = 0.5 * (ends[1] - ends[0])
    first, last = np.searchsorted(place, [ends[0] - margin, ends[1] + margin])
    first, last = max(int(first) - 1, 0), min(int(last) + 1, place.size)
    return np.arange(first, last, -(-(last - first) // MOST_COLUMNS), dtype=np.int64)


def _refinement(
    levels: list[Array], finest: float
) -> tuple[Callable[[Array], Array], tuple[int, ...]]:
    """Return what puts points between rows far apart, and which finer rows are boundaries.

    Parameters
    ----------
    levels : list of ndarray
        Depths of the points of every layer [mm].
    finest : float
        Largest distance of neighbours wanted [mm].
    """
    rows: list[tuple[int, int, float]] = []
    boundaries, start = [0], 0
    for level in levels:
        for k, (above, below) in enumerate(pairwise(level)):
            parts = min(max(1, math.ceil((below - above) / finest)), MOST_PARTS)
            rows += [(start + k, start + k + 1, j / parts) for j in range(parts)]
        start += level.size
        rows.append((start - 1, start - 1, 0.0))
        boundaries.append(len(rows) - 1)
    first, second, shares = map(np.array, zip(*rows, strict=True))
    share = shares[:, None]
    return lambda part: (1.0 - share) * part[first] + share * part[second], tuple(boundaries)


def _cells(values: Array) -> Array:
    """Return the means of the four corners of every cell."""
    across = values[:, 1:] + values[:, :-1]
    return np.asarray(0.25 * (across[1:] + across[:-1]))
