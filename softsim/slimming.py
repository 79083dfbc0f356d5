"""Results of strokes in time made small for a file: fewer times, four digits, compressed."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

LARGEST = 18e6
"""Most bytes of the fields in a file."""

BITS = 12
"""Of the mantissa of a field that are kept: 1.2e-4 of a value, less than any grid is worth."""

LEVEL = 4
"""Of the compression."""

LOOKED_AT = 3
"""Times by which it is judged how far the fields can be compressed."""

IN_FULL = "in_full"
"""Ending of the names of scalars at all times of the result, and of their time."""


def slimmed(dataset: xr.Dataset) -> xr.Dataset:
    """Return a result in time as it is written, smaller than 20 MB; others as they are.

    Parameters
    ----------
    dataset : xarray.Dataset

    Returns
    -------
    xarray.Dataset
        Fields in single precision.  Where there are too many times for the size, fewer, the last
        of every pass and of every stroke among them; the scalars at all of them are then there
        too, with names that end in "_in_full", over "time_in_full".
    """
    fields = [name for name, x in dataset.data_vars.items() if {"depth", "along"} <= set(x.dims)]
    if "time" not in dataset.dims or not fields:
        return dataset
    most = max(int(LARGEST / _bytes_of_a_time(dataset[fields])), 2)
    slim = dataset
    if dataset.sizes["time"] > most:
        slim = dataset.isel(time=_kept(dataset, most)).assign(_in_full(dataset))
    found = {name: (slim[name].dims, _rounded(slim[name].to_numpy()), slim[name].attrs)
             for name in fields}  # fmt: skip
    return slim.assign(found)


def compression(dataset: xr.Dataset) -> dict[Any, dict[str, Any]]:
    """Return how the fields of a slim result are compressed in NetCDF."""
    return {
        name: {"zlib": True, "complevel": LEVEL, "shuffle": True, "chunksizes": (1, *x.shape[1:])}
        for name, x in dataset.data_vars.items()
        if x.dtype == np.float32 and x.dims[:1] == ("time",)
    }


def _bytes_of_a_time(fields: xr.Dataset) -> float:
    """Return the bytes of all compressed fields of one time, the largest of a few."""
    count = fields.sizes["time"]
    found = []
    for place in np.unique(np.linspace(0, count - 1, LOOKED_AT + 1).astype(int)[1:]):
        shot = fields.isel(time=place)
        values = [_rounded(shot[name].to_numpy()).view(np.uint8).reshape(-1, 4) for name in shot]
        found.append(sum(len(zlib.compress(x.T.tobytes(), LEVEL)) for x in values))
    return float(max(found))


def _kept(dataset: xr.Dataset, most: int) -> np.ndarray[Any, Any]:
    """Return places of the times that are kept: first, last, before every change, even between."""
    count = dataset.sizes["time"]
    marks = [dataset[name].to_numpy() for name in ("pass_number", "stroke_number")]
    ends = np.unique(np.concatenate([[0, count - 1], *(np.flatnonzero(np.diff(x)) for x in marks)]))
    if ends.size > most // 2:
        ends = np.array([0, count - 1])
    even = np.rint(np.linspace(0, count - 1, most - ends.size + 2)).astype(int)
    return np.union1d(ends, even)


def _in_full(dataset: xr.Dataset) -> dict[str, Any]:
    """Return the scalars at all times under names of their own, where they are not there yet."""
    time = f"time_{IN_FULL}"
    if time in dataset.variables:  # at the steps between the times of the result as well
        return {}
    scalars = {
        f"{name}_{IN_FULL}": ((time,), x.to_numpy(), x.attrs)
        for name, x in {**dataset.data_vars, **dataset.coords}.items()
        if x.dims == ("time",) and name != "time"
    }
    return scalars | {time: ((time,), dataset["time"].to_numpy(), dataset["time"].attrs)}


def _rounded(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return values in single precision on `BITS` bits, the nearest ones."""
    dropped = 23 - BITS
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    half = np.uint32(1 << (dropped - 1))
    return np.asarray((((bits + half) >> dropped) << dropped).view(np.float32))
