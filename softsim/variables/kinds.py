"""What the registry says of a variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal[
    "coordinate",
    "field",
    "surface",
    "interface",
    "region",
    "adhesion",
    "scalar",
    "profile",
    "undisturbed",
    "metric",
    "error",
    "choice",
    "map",
    "edge",
    "ratio",
    "round",
]

GROUPS: dict[Group, str] = {
    "coordinate": "Coordinates",
    "field": "Fields",
    "surface": "Along the skin",
    "interface": "Along interfaces that glide, where the tissue has any",
    "region": "In regions of another material, where the tissue has any",
    "adhesion": "Adhesions, where the tissue has any; their strength is assumed, not measured",
    "scalar": "Scalars",
    "profile": "Profiles under the tool",
    "undisturbed": "Undisturbed tissue, before the tool comes",
    "metric": "Metrics",
    "error": "Discretisation errors, of engine `finite`",
    "choice": "Metrics of two layers, from `softsim.metrics`",
    "map": "Maps of a whole edge",
    "edge": "Fields under a whole edge",
    "ratio": "Whole edge over section",
    "round": "Under a round tip",
}

TIME = "time"
"""Dimension of every variable of a press or a transient; a steady stroke has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One output of softsim.

    Parameters
    ----------
    name : str
        Name in a result.
    dims : tuple of str
        Dimensions besides `time`, which a press and a transient add in front where `in_time`.
    unit : str
        Unit, readable by pint and UDUNITS; empty for names.
    long_name : str
        For axes and legends.
    definition : str
        What exactly it is, with sign.
    group : str
        Key of `GROUPS`.
    in_time : bool
        Whether it changes with time.
    """

    name: str
    dims: tuple[str, ...]
    unit: str
    long_name: str
    definition: str
    group: Group
    in_time: bool = True

    @property
    def attributes(self) -> dict[str, str]:
        """Attributes of the variable in a result."""
        attributes = {"long_name": self.long_name, "definition": self.definition}
        return attributes | ({"units": self.unit} if self.unit else {})


def fixed(name: str, dims: str, unit: str, long_name: str, definition: str) -> Variable:
    """Return a coordinate, which does not change with time."""
    return Variable(
        name=name,
        dims=tuple(dims.split()),
        unit=unit,
        long_name=long_name,
        definition=definition,
        group="coordinate",
        in_time=False,
    )


def of(group: Group, dims: str = "", *, in_time: bool = True) -> Maker:
    """Return what makes the variables of one group with the same dimensions, given as words."""
    return Maker(group, tuple(dims.split()), in_time)


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the variables of one group."""

    group: Group
    dims: tuple[str, ...]
    in_time: bool

    def __call__(self, name: str, unit: str, long_name: str, definition: str) -> Variable:
        """Return one variable of the group."""
        return Variable(
            name=name,
            dims=self.dims,
            unit=unit,
            long_name=long_name,
            definition=definition,
            group=self.group,
            in_time=self.in_time,
        )
