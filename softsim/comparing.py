"""Results of different grids brought onto one, so that they can be subtracted and joined.

Every solve has a grid of its own, and xarray keeps only labels that two results share: the
difference of two solves is then empty and their join mostly NaN.  Here each result is evaluated at
places that all of them cover; stress and strain jump where layers meet, so nothing is interpolated
across a boundary, and a depth always has the value of the layer that lies there in that result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from softsim.errors import InputError, shown
from softsim.measuring import text_of

Array = NDArray[np.float64]

SAME = 1.0e-9
"""Depths and places closer than this are one [m]."""


def on_common_grid(
    results: Iterable[xr.Dataset] | Mapping[str, xr.Dataset],
    *,
    depth: ArrayLike | None = None,
    along: ArrayLike | None = None,
    time: ArrayLike | None = None,
) -> Any:
    """Bring results of different solves onto the same depths, places and times.

    Parameters
    ----------
    results : iterable or mapping of str to xarray.Dataset
        Results of `softsim.simulate`, all with a time or all without.
    depth, along : array_like of float, shape (n,), optional
        Wanted depths and places before loading [m].  By default all depths of all results, and the
        places of the result that has most of them, as far as every result reaches.
    time : array_like of float, shape (n,), optional
        Wanted times [s]; by default those of the result that has most, up to the earliest end.

    Returns
    -------
    list or dict of xarray.Dataset
        In the form and order given, with equal coordinates along every dimension.  Differences and
        ``xarray.concat(list, "run")`` are then whole.  Variables that not every result has are
        left out of all; the attribute ``left_out`` names them, and the layers that are not
        everywhere.

    Raises
    ------
    InputError
        A dataset is no result, some have a time and others not, results share no layer or no
        range, or a wanted place lies outside what a result covers.

    Notes
    -----
    Linear interpolation inside each layer, along and in time; beyond the first and last row of a
    layer the value of that row holds up to the boundary.  Between two contacts of different width
    a difference of pressures has steps that belong to the ends of the contacts.

    Examples
    --------
    >>> import softsim as ss
    >>> soft, hard = ss.on_common_grid([first, second])  # doctest: +SKIP
    >>> (hard - soft).contact_pressure.max()  # doctest: +SKIP
    """
    given = _checked(results)
    labels = list(given)
    timed = ["time" in result.dims for result in given.values()]
    if any(timed) and not all(timed):
        raise InputError(
            f"result {labels[timed.index(False)]} has no time and result "
            f"{labels[timed.index(True)]} has; compare at one time (result.isel(time=-1)) or only "
            "results of one mode"
        )
    grids = {
        "depth": _grid("depth", [_depths(x) for x in given.values()], depth, labels, union=True),
        "along": _grid("along", [_places(x, "along") for x in given.values()], along, labels),
    }
    if all(timed):
        grids["time"] = _grid("time", [_places(x, "time") for x in given.values()], time, labels)
    layers = _shared_layers(given)
    variables, left_out = _shared_variables(given, layers)
    found = {
        label: _placed(result[variables], layers, grids).assign_attrs(left_out=left_out)
        for label, result in given.items()
    }
    return found if isinstance(results, Mapping) else list(found.values())


def _checked(results: Any) -> dict[str, xr.Dataset]:
    """Return the results by label, two at least."""
    if isinstance(results, xr.Dataset):
        raise InputError("results is one Dataset; must be several, e.g. on_common_grid([a, b])")
    pairs = (
        [(str(label), result) for label, result in results.items()]
        if isinstance(results, Mapping)
        else [(str(number), result) for number, result in enumerate(results)]
    )
    for label, result in pairs:
        if not isinstance(result, xr.Dataset) or "depth_layer" not in result.coords:
            raise InputError(
                f"result {label} is {shown(type(result).__name__)} without layers; must be what "
                "softsim.simulate returns for an edge"
            )
    if not pairs:
        raise InputError("results is empty; give at least one result, e.g. on_common_grid([a, b])")
    return dict(pairs)


def _places(result: xr.Dataset, dim: str) -> tuple[Array, float, float]:
    """Return the labels of a dimension and the range they cover."""
    labels = np.asarray(result[dim].to_numpy(), np.float64)
    return labels, float(labels.min()), float(labels.max())


def _depths(result: xr.Dataset) -> tuple[Array, float, float]:
    """Return the depths of a result, which covers its layers from the skin to the base."""
    labels = np.asarray(result["depth"].to_numpy(), np.float64)
    return labels, 0.0, float(result["layer_bottom"].max())


def _grid(
    dim: str,
    covered: Sequence[tuple[Array, float, float]],
    wanted: ArrayLike | None,
    labels: Sequence[str],
    *,
    union: bool = False,
) -> Array:
    """Return the common labels of a dimension, rising."""
    unit = "s" if dim == "time" else "m"
    low, high = max(row[1] for row in covered), min(row[2] for row in covered)
    if low > high:
        raise InputError(
            f"results cover no common {dim}: one ends at {high:g} {unit}, another begins at "
            f"{low:g} {unit}; give results of one place"
        )
    if wanted is None:
        own = [row[0] for row in covered]
        every = np.unique(np.concatenate(own)) if union else max(own, key=len)
        inside = every[(every >= low) & (every <= high)]
        return cast("Array", inside[np.append(True, np.diff(inside) > SAME)])
    grid = np.atleast_1d(np.asarray(wanted, np.float64))
    if grid.ndim != 1 or grid.size == 0 or not np.all(np.isfinite(grid)):
        raise InputError(f"{dim} is {shown(wanted)}; must be finite numbers in a row [{unit}]")
    if np.any(np.diff(grid) <= 0.0):
        raise InputError(f"{dim} is {shown(wanted)}; must rise from one to the next")
    for label, (_, first, last) in zip(labels, covered, strict=True):
        if grid[0] < first - SAME or grid[-1] > last + SAME:
            outside = grid[0] if grid[0] < first - SAME else grid[-1]
            raise InputError(
                f"{dim} {outside:g} {unit} lies outside result {label}, which covers {first:g} to "
                f"{last:g} {unit}; leave it out"
            )
    return grid


def _shared_layers(given: Mapping[str, xr.Dataset]) -> list[str]:
    """Return the layers that every result has, in the order of the first."""
    every = [text_of(result["layer"]) for result in given.values()]
    shared = [name for name in every[0] if all(name in names for names in every)]
    if not shared:
        raise InputError(
            f"results have no layer in common: {', '.join(every[0])} in one, "
            f"{', '.join(next(names for names in every if set(names) != set(every[0])))} in "
            "another; give results of tissues whose layers have the same names"
        )
    return shared


def _shared_variables(
    given: Mapping[str, xr.Dataset], layers: Sequence[str]
) -> tuple[list[str], str]:
    """Return the variables every result has with the same dimensions, and a word on the rest."""
    results = list(given.values())
    every = list(dict.fromkeys(str(name) for result in results for name in result.data_vars))
    shared = [
        name
        for name in every
        if all(name in x and set(x[name].dims) == set(results[0][name].dims) for x in results)
    ]
    names = dict.fromkeys(name for x in results for name in text_of(x["layer"]))
    lost = [f"layer {name}" for name in names if name not in layers]
    return shared, ", ".join([*lost, *(name for name in every if name not in shared)])


def _placed(result: xr.Dataset, layers: Sequence[str], grids: Mapping[str, Array]) -> xr.Dataset:
    """Return a result at the common labels."""
    found = result.drop_vars("row_height", errors="ignore")
    for dim, grid in grids.items():
        own = np.asarray(found[dim].to_numpy(), np.float64)
        parts = _parts_in_layers(found, grid) if dim == "depth" else _parts(own, grid)
        found = _between(found, dim, *parts).assign_coords({dim: (dim, grid, result[dim].attrs)})
    return found.sel(layer=list(layers))


def _parts(labels: Array, wanted: Array) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """Return the neighbours of wanted places among rising or falling labels, and the second's part.

    Where a wanted place is a label both neighbours are that one, so that a missing value beside it
    does no harm; places outside have the value of the last label.
    """
    order = np.argsort(labels)
    upper = np.clip(np.searchsorted(labels[order], wanted), 0, labels.size - 1)
    lower = np.maximum(upper - 1, 0)
    first, second = order[lower], order[upper]
    step = labels[second] - labels[first]
    part = np.clip((wanted - labels[first]) / np.where(step > 0.0, step, 1.0), 0.0, 1.0)
    part[step == 0.0] = 0.0
    return np.where(part == 1.0, second, first), np.where(part == 0.0, first, second), part


def _parts_in_layers(
    result: xr.Dataset, wanted: Array
) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """Return neighbours as `_parts` does, both of the layer that a wanted depth lies in."""
    own_depth = np.asarray(result["depth"].to_numpy(), np.float64)
    own_layer = np.array(text_of(result["depth_layer"]))
    names = np.array(text_of(result["layer"]))
    bottoms = np.asarray(result["layer_bottom"].to_numpy(), np.float64)
    place = np.minimum(np.searchsorted(bottoms, wanted - SAME, side="left"), names.size - 1)
    first, second = np.zeros(wanted.size, np.int64), np.zeros(wanted.size, np.int64)
    part = np.zeros(wanted.size)
    for number in np.unique(place):
        here = place == number
        rows = np.flatnonzero(own_layer == names[number])
        lower, upper, part[here] = _parts(own_depth[rows], wanted[here])
        first[here], second[here] = rows[lower], rows[upper]
    return first, second, part


def _between(
    result: xr.Dataset,
    dim: str,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    part: Array,
) -> xr.Dataset:
    """Return a dataset between neighbours: numbers by their parts, counts from the nearer."""
    nearer = result.isel({dim: np.where(part > 0.5, second, first)})
    changing = [
        name
        for name, variable in result.variables.items()
        if dim in variable.dims and variable.dtype.kind == "f" and name != dim
    ]
    weight = xr.Variable(dim, part)
    values = {}
    for name in changing:
        before = result.variables[name].isel({dim: first})
        after = result.variables[name].isel({dim: second})
        mixed = (before + weight * (after - before)).transpose(*before.dims)
        values[name] = (mixed.dims, mixed.data, before.attrs)
    coordinates = {name: value for name, value in values.items() if name in result.coords}
    return nearer.assign(
        {name: value for name, value in values.items() if name not in coordinates}
    ).assign_coords(coordinates)
