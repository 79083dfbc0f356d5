"""The common grids of a sweep, and one case's result brought onto them.

Every case has a grid of its own; a cube needs one for all.  Profiles are interpolated inside each
layer only, since stress and strain jump where layers meet.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from softsim.metrics import at_full_load, summary
from softsim.problem import Problem
from softsim.tissue import Tissue
from softsim.variables import names

Array = NDArray[np.float64]

N_DEPTHS = 160
FEWEST_IN_LAYER = 4
FINE_DEPTH = 0.02  # of the stack: depths are equally spaced above, in ratio below
ALONG_STEP = 2.0e-4  # [m]
ALONG_REACH = 2.0e-2  # [m] each side of the tool
PARTS = ("layer", "interface", "region", "adhesion")
"""Dimensions whose labels are names of a tissue's parts."""
DEEPEST = 0.3  # of the stack: few strokes go deeper


@dataclass(frozen=True, slots=True)
class Grids:
    """Where the results of every case of a sweep are kept.

    Parameters
    ----------
    depth : ndarray of float64, shape (n_depth,)
        Depths before loading [m], none of them on a boundary of the first problem's layers.
    along : ndarray of float64, shape (n_along,)
        Places along the stroke before loading [m].
    labels : mapping of str to tuple of str
        Names along the dimensions that a tissue decides (layers, interfaces, ...), those of all
        tissues of the sweep.
    """

    depth: Array
    along: Array
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sampled:
    """One variable of one case on the common grids.

    Parameters
    ----------
    dims : tuple of str
        Dimensions besides those of the sweep.
    values : ndarray of float64, shape of the dimensions
        In the unit of the variable.
    attrs : dict
        Unit and names.
    coords : dict of ndarray, shapes (n_labels,)
        Labels of dimensions other than depth and along, in the unit of each.
    """

    dims: tuple[str, ...]
    values: Array
    attrs: dict[str, Any]
    coords: dict[str, NDArray[Any]]


Samples = dict[str, Sampled]


def make_grids(problems: list[Problem]) -> Grids:
    """Return grids for a sweep over these problems (its corners are enough)."""
    deepest = max(problems, key=lambda problem: problem.tissue.thickness)
    reach = max(ALONG_REACH, *(_reach(problem) for problem in problems))
    n_side = math.ceil(reach / ALONG_STEP - 1.0e-9)
    along = np.linspace(-n_side * ALONG_STEP, n_side * ALONG_STEP, 2 * n_side + 1)
    return Grids(depth_grid(deepest.tissue), along, _labels([p.tissue for p in problems]))


def _labels(tissues: list[Tissue]) -> dict[str, tuple[str, ...]]:
    """Return the names of the parts of all tissues, in the order in which they first come."""
    found: dict[str, dict[str, None]] = {dim: {} for dim in PARTS}
    for tissue in tissues:
        found["layer"] |= dict.fromkeys(layer.name for layer in tissue.layers)
        for dim in PARTS[1:]:
            found[dim] |= dict.fromkeys(getattr(tissue, f"{dim}s"))
    return {dim: tuple(names) for dim, names in found.items() if names}


def depth_grid(tissue: Tissue) -> Array:
    """Return about 160 depths, dense near the skin and at least four in every layer [m].

    Examples
    --------
    >>> from softsim.library import load_tissue
    >>> depth_grid(load_tissue("calf")).size
    161
    """
    fine = FINE_DEPTH * tissue.bounds[-1]
    marks = np.log1p(tissue.bounds / fine)
    counts = np.maximum(FEWEST_IN_LAYER, np.floor(N_DEPTHS * np.diff(marks) / marks[-1]))
    counts[np.argmax(counts)] += max(0.0, N_DEPTHS - counts.sum())
    parts = []
    for top, bottom, n in zip(marks[:-1], marks[1:], counts.astype(int), strict=True):
        middles = top + (bottom - top) * (np.arange(n) + 0.5) / n
        parts.append(fine * np.expm1(middles))
    return np.concatenate(parts)


def layer_names(tissue: Tissue, depth: Array) -> NDArray[np.str_]:
    """Return the name of the layer at each depth; empty below the last one.

    Parameters
    ----------
    tissue : Tissue
    depth : ndarray, shape (n_depth,)
        [m].
    """
    labels = np.array([*(layer.name for layer in tissue.layers), ""])
    place = np.searchsorted(tissue.bounds[1:], depth, side="left")
    return np.asarray(labels[np.minimum(place, len(labels) - 1)])


def sample(dataset: xr.Dataset, problem: Problem, grids: Grids) -> Samples:
    """Bring one result onto the common grids.

    Parameters
    ----------
    dataset : xarray.Dataset
        Result of `softsim.simulate`.
    problem : Problem
        The case.
    grids : Grids

    Returns
    -------
    dict of str to Sampled
        Every scalar of `softsim.metrics.summary`, every ``peak_*_at_depth``, `contact_pressure`.

    Notes
    -----
    Of a press or a transient these are the values that a summary has: at the last time of full
    load, the energies at the end.  Places along are then seen from the tool's lowest point.
    """
    found: Samples = {}
    for name, variable in summary(dataset).data_vars.items():
        wanted = {dim: list(labels) for dim, labels in grids.labels.items() if dim in variable.dims}
        variable = variable.reindex(wanted)
        coords = {str(d): variable[d].to_numpy() for d in variable.dims if d in variable.coords}
        found[str(name)] = _sampled(variable, variable.to_numpy(), coords)
    loaded = at_full_load(dataset)
    layers = layer_names(problem.tissue, grids.depth)
    for name in names("profile"):
        if name in loaded:
            found[name] = _sampled(loaded[name], profile_on(loaded[name], layers, grids.depth))
    if "contact_pressure" in loaded:
        pressure = loaded["contact_pressure"]
        places = pressure["along"].to_numpy() - float(loaded["tool_along"])
        outside = {"left": math.nan, "right": math.nan}
        on_grid = np.interp(grids.along, places, pressure.to_numpy(), **outside)
        found["contact_pressure"] = _sampled(pressure, on_grid)
    return found


def profile_on(profile: xr.DataArray, layers: NDArray[np.str_], depth: Array) -> Array:
    """Interpolate a profile inside each layer; its end values hold up to the layer's boundary.

    Parameters
    ----------
    profile : DataArray with dimension depth and coordinate depth_layer
    layers : ndarray of str, shape (n_depth,)
        Layer that each wanted depth lies in, in this case.
    depth : ndarray of float64, shape (n_depth,)
        Wanted depths [m].

    Returns
    -------
    ndarray of float64, shape (n_depth,)
        NaN below the last layer.
    """
    values = np.full(depth.size, math.nan)
    own_depth = profile["depth"].to_numpy()
    own_layer = profile["depth_layer"].to_numpy().astype(str)
    for name in dict.fromkeys(own_layer.tolist()):
        here, wanted = own_layer == name, layers == name
        order = np.argsort(own_depth[here])
        values[wanted] = np.interp(
            depth[wanted], own_depth[here][order], profile.to_numpy()[here][order]
        )
    return values


def _sampled(
    variable: xr.DataArray, values: Array, coords: Mapping[str, NDArray[Any]] | None = None
) -> Sampled:
    attrs = {
        str(key): value.item() if isinstance(value, np.generic) else value  # as JSON can hold it
        for key, value in variable.attrs.items()
    }
    dims = tuple(str(dim) for dim in variable.dims)
    return Sampled(dims, np.asarray(values, np.float64), attrs, dict(coords or {}))


def _reach(problem: Problem) -> float:
    """How far from its lowest point the tool can touch skin [m]: a guess on the safe side."""
    deepest = DEEPEST * problem.tissue.thickness
    if problem.stroke.indentation is not None:
        deepest = min(deepest, problem.stroke.load)
    low, high = problem.outline.span_below(deepest)
    return max(-low, high) + 0.5 * ALONG_REACH
