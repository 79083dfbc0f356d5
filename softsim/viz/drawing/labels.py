"""Words and units of figures: labels instead of ids, kPa instead of Pa."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import xarray as xr

from softsim.errors import InputError, brief
from softsim.variables import REGISTRY, profile_name

_UNITS = {
    "Pa": ("kPa", 1e-3),
    "m": ("mm", 1e3),
    "m^2": ("mm²", 1e6),
    "m/s": ("mm/s", 1e3),
    "J": ("mJ", 1e3),
    "J/m^3": ("kJ/m³", 1e-3),
    "N/m": ("N/mm", 1e-3),
    "rad": ("°", math.degrees(1.0)),
    "s": ("s", 1.0),
    "1": ("", 1.0),
}
_PROFILES = {  # what the largest value of a signed field is
    "stress_depth": "compression in depth",
    "stress_along": "tension along",
}
_PERCENT = ("strain", "share")  # of these words a number without unit is shown in per cent


@dataclass(frozen=True, slots=True)
class Shown:
    """How a quantity is shown: what it is called, in which unit, and the factor from SI."""

    name: str
    unit: str
    factor: float

    @property
    def label(self) -> str:
        """For an axis, e.g. "von Mises stress [kPa]"."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    def ends(self, limits: tuple[float, float] | None) -> tuple[float, float] | None:
        """Return limits in SI in the unit that is shown."""
        return None if limits is None else (self.factor * limits[0], self.factor * limits[1])

    def value(self, value: float, digits: int = 3) -> str:
        """Return a value in SI as text with unit, e.g. "6 N"."""
        gap = "" if self.unit in ("°", "%", "") else " "
        return f"{brief(self.factor * value, digits)}{gap}{self.unit}"


def shown(values: xr.DataArray) -> Shown:
    """Return how a variable is shown, from its attributes or from the registry.

    Examples
    --------
    >>> shown(xr.DataArray(6e3, name="von_mises")).label
    'von Mises stress [kPa]'
    """
    name = str(values.name)
    known = REGISTRY[name].attributes if name in REGISTRY else {}
    unit = str(values.attrs.get("units", known.get("units", "1")))
    title = str(values.attrs.get("long_name", known.get("long_name", words(name))))
    unit, factor = _UNITS.get(unit, (unit, 1.0))
    if not unit and any(word in name for word in _PERCENT):
        unit, factor = "%", 100.0
    return Shown(literal(title), literal(unit), factor)


def shown_profile(profile: xr.DataArray, field: str) -> Shown:
    """Return how the profile of a field is shown."""
    look = shown(profile)
    name = _PROFILES.get(field, look.name.removeprefix("peak ").removeprefix("largest "))
    return Shown(f"largest {name}", look.unit, look.factor)


def words(name: str) -> str:
    """Return an id as words, in which a figure finds no formula.

    Examples
    --------
    >>> words("deep_fascia")
    'deep fascia'
    """
    return literal(str(name).replace("_", " "))


def literal(text: str) -> str:
    """Return a text as figures write it: dollars stand for themselves and begin no formula."""
    return re.sub(r"(?<!\\)\$", r"\\$", text)


def capital(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]


def listed(names: Iterable[Hashable]) -> str:
    """Return names for a sentence."""
    return ", ".join(map(str, names)) or "none"


def profile_of(dataset: xr.Dataset, field: str) -> xr.DataArray:
    """Return the profile of a field, by the name of the field or of the profile itself.

    Raises
    ------
    InputError
        When the dataset has no such profile, with those it has.
    """
    found = [
        str(name)
        for name, values in dataset.data_vars.items()
        if "depth" in values.dims and "along" not in values.dims
    ]
    for name in (profile_name(field), field):
        if name in found:
            return dataset[name]
    raise InputError(f"'{field}' has no profile in this dataset; it has {listed(found)}")


def field_of(dataset: xr.Dataset, field: str) -> xr.DataArray:
    """Return a field over depth and along.

    Raises
    ------
    InputError
        When the dataset has no such field, with those it has.
    """
    found = [str(f) for f in dataset.data_vars if {"depth", "along"} <= set(dataset[f].dims)]
    if field in found:
        return dataset[field]
    raise InputError(f"'{field}' is no field of this dataset; it has {listed(found)}")


def undisturbed_of(dataset: xr.Dataset, field: str) -> xr.DataArray | None:
    """Return the profile of the undisturbed state of a field, where the dataset has one."""
    return dataset.get(f"{field}_undisturbed")
