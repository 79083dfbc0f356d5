"""What of a sweep is drawn: a variable over some dimensions, cut at places of the others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from softsim.errors import InputError
from softsim.units import Quantity, to_si
from softsim.viz.drawing.labels import Shown, capital, listed, literal, shown, words

Array = NDArray[np.float64]
At = Mapping[str, Quantity]


def values_over(
    cube: xr.Dataset, variable: str, dims: tuple[str, ...], at: At | None
) -> tuple[xr.DataArray, list[str]]:
    """Return a variable over the dimensions wanted, and in words where the others are cut."""
    if variable not in cube.data_vars:
        raise InputError(f"'{variable}' is not in this sweep; it has {listed(cube.data_vars)}")
    values = cube[variable]
    for dim in dims:
        if dim not in values.dims:
            raise InputError(f"'{dim}' is no dimension of {variable}; it has {listed(values.dims)}")
    if len(set(dims)) < len(dims):
        raise InputError(f"'{dims[0]}' is given twice; give two different dimensions")
    wanted = dict(at or {})
    cut = []
    for dim in [str(d) for d in values.dims if d not in dims]:
        if dim not in wanted and values.sizes[dim] > 1:
            raise InputError(
                f"{variable} depends on '{dim}' too; say where to cut it, e.g. at={{{dim!r}: "
                f"{value_text(cube[dim][0])!r}}}"
            )
        values = _cut(values, cube[dim], wanted.get(dim))
        if dim in values.coords:
            cut.append(f"{words(long_name(cube[dim]))} {value_text(values[dim])}")
    return values, cut


def _cut(values: xr.DataArray, coordinate: xr.DataArray, where: Quantity | None) -> xr.DataArray:
    """Return values at one place of a dimension: the nearest number, or a name."""
    dim = str(coordinate.dims[0])
    if where is None:
        return values.isel({dim: 0})
    if coordinate.dtype.kind in "OUS":
        names = [str(name) for name in coordinate.to_numpy()]
        if str(where) not in names:
            raise InputError(f"{dim} has no '{where}'; it has {listed(names)}")
        return values.isel({dim: names.index(str(where))})
    unit = str(coordinate.attrs.get("units", "1"))
    return values.sel({dim: to_si(where, unit, dim)}, method="nearest")


def long_name(coordinate: xr.DataArray) -> str:
    """Return what a swept parameter is called."""
    return literal(str(coordinate.attrs.get("long_name", words(str(coordinate.name)))))


def value_text(value: xr.DataArray) -> str:
    """Return one value of a coordinate as text with its unit."""
    if value.dtype.kind in "OUS":
        return words(str(value.to_numpy()))
    return shown(value).value(float(value))


def title_with(look: Shown, cut: list[str]) -> str:
    """Return the title of a figure of a sweep, with where it is cut."""
    return capital(look.name) + (f" ({', '.join(cut)})" if cut else "")


def ticks_of(coordinate: xr.DataArray) -> tuple[list[str], str]:
    """Return the values of a swept parameter as text, and the label of their axis."""
    if coordinate.dtype.kind in "OUS":
        return [words(str(name)) for name in coordinate.to_numpy()], capital(long_name(coordinate))
    look = shown(coordinate)
    return [f"{look.factor * float(v):.4g}" for v in coordinate.to_numpy()], look.label


def places_of(coordinate: xr.DataArray) -> tuple[Array, list[str] | None, str]:
    """Return places on a horizontal axis, names where they are no numbers, and its label."""
    names, label = ticks_of(coordinate)
    if coordinate.dtype.kind in "OUS":
        return np.arange(float(len(names))), names, label
    return shown(coordinate).factor * coordinate.to_numpy(), None, label
