"""What a sweep can vary: names of parameters, their units, and how a value enters a problem.

A parameter is a field of the stroke (``force``), of the edge (``edge.nose_radius``), of the
instrument (``instrument.contact_length``), of a layer (``tissue.fat_deep.thickness``), a constant
of a layer's material (``tissue.fat_deep.material.bulk_modulus``), a field of an interface
(``tissue.loose_connective.stiffness``), of a region (``tissue.scar.stiffness_factor``) or of an
adhesion (``tissue.bridge.strength``).  A choice is no number but a name: a whole tissue, a whole
instrument, or the engine.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from softsim._simulate import ENGINES
from softsim.checks import checked_choice
from softsim.errors import InputError, shown, unknown_name
from softsim.library.loaders import load_instrument, load_tissue
from softsim.problem import Problem
from softsim.provenance import (
    ADHESION_UNITS,
    EDGE_UNITS,
    INSTRUMENT_UNITS,
    INTERFACE_UNITS,
    LAYER_UNITS,
    REGION_UNITS,
    STROKE_UNITS,
    constant_unit,
)
from softsim.sources import Source, load_friction
from softsim.tips import Tip
from softsim.tissue import Layer, Tissue
from softsim.units import Quantity

LOADS = ("force", "pressure", "indentation")
CHOICE = "choice"
ENGINE = "engine"

_SWEPT_OF_INSTRUMENT = ("contact_length", "friction_multiplier")

# From the one that changes a solution most (slowest in the order of cases) to the least.
_PACE = (ENGINE, "tissue", "instrument", "edge", "angle", *LOADS, "friction", "speed")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a sweep, found in a problem.

    Parameters
    ----------
    name : str
        As written, e.g. ``"tissue.fat_deep.thickness"``.
    owner : str
        ``"stroke"``, ``"edge"``, ``"instrument"``, ``"layer"``, ``"material"``, a family of its
        fibres, ``"fibres[0]"``, ``"interface"``, ``"region"``, ``"adhesion"`` or ``"choice"``.
    field : str
        Field of the owner.
    unit : str
        SI unit.
    layer : str or None
        Name of the layer, interface, region or adhesion, for the owners from ``"layer"`` on.
    """

    name: str
    owner: str
    field: str
    unit: str
    layer: str | None = None

    @property
    def dim(self) -> str:
        """Name of its dimension in the store: the name with underscores for all but letters."""
        return re.sub(r"\W+", "_", self.name)

    @property
    def long_name(self) -> str:
        """Name for axes and legends."""
        return self.name.replace("_", " ").replace(".", ", ")

    @property
    def pace(self) -> int:
        """Rank in the order of cases: small for what should change seldom."""
        head = self.name.split(".", maxsplit=1)[0]
        return _PACE.index(head) if head in _PACE else len(_PACE)

    @property
    def is_choice(self) -> bool:
        """Whether its values are names."""
        return self.owner == CHOICE

    @property
    def moves_layers(self) -> bool:
        """Whether another value of it puts layers at other depths."""
        return self.name == "tissue" or (self.owner, self.field) == ("layer", "thickness")

    def must_fit(self, other: Parameter) -> bool:
        """Whether another parameter is of the same object, and its bounds may depend on this."""
        same = (self.owner, self.layer) == (other.owner, other.layer)
        return same and self.owner not in ("stroke", CHOICE) and self.field != other.field

    def read(self, problem: Problem) -> float:
        """Return its value in a problem, in SI."""
        value = getattr(_owner(problem, self), self.field)
        return float(value[0] if isinstance(value, tuple) else value)


CHOICES = {name: Parameter(name, CHOICE, name, "1") for name in ("tissue", "instrument", ENGINE)}
"""What a sweep can vary by name: sites and tools of the library or from files, and engines."""


def parameters_of(problem: Problem) -> dict[str, Parameter]:
    """Return everything a sweep of this problem may vary, by name."""
    found = [Parameter(name, "stroke", name, unit) for name, unit in STROKE_UNITS.items()]
    found += [Parameter(f"edge.{name}", "edge", name, unit) for name, unit in EDGE_UNITS.items()]
    for name in _SWEPT_OF_INSTRUMENT:
        unit = INSTRUMENT_UNITS[name]
        found.append(Parameter(f"instrument.{name}", "instrument", name, unit))
    for layer in problem.tissue.layers:
        head = f"tissue.{layer.name}"
        for name, unit in LAYER_UNITS.items():
            found.append(Parameter(f"{head}.{name}", "layer", name, unit, layer.name))
        for name in _constants(layer):
            path, unit = f"{head}.material.{name}", constant_unit(name)
            found.append(Parameter(path, "material", name, unit, layer.name))
        for number, family in enumerate(getattr(layer.material, "fibres", ())):
            place = f"fibres[{number}]"
            for field in dataclasses.fields(family):
                path, unit = f"{head}.material.{place}.{field.name}", constant_unit(field.name)
                if isinstance(getattr(family, field.name), float):
                    found.append(Parameter(path, place, field.name, unit, layer.name))
    for interface in problem.tissue.interfaces:
        for name, unit in INTERFACE_UNITS.items():
            path = f"tissue.{interface}.{name}"
            found.append(Parameter(path, "interface", name, unit, interface))
    for key, region in problem.tissue.regions.items():
        for name, unit in REGION_UNITS.items():
            if getattr(region, name) is not None:
                found.append(Parameter(f"tissue.{key}.{name}", "region", name, unit, key))
    for adhesion, patch in problem.tissue.adhesions.items():
        for name, unit in ADHESION_UNITS.items():
            if getattr(patch, name) is not None:
                path = f"tissue.{adhesion}.{name}"
                found.append(Parameter(path, "adhesion", name, unit, adhesion))
    return {parameter.name: parameter for parameter in found}


def with_values(problem: Problem, values: Mapping[Parameter, Quantity]) -> Problem:
    """Return the problem with other values of some parameters.

    Values of one owner enter together, so that no impossible object lies on the way.

    Raises
    ------
    InputError
        For a value, or a combination of values, that is impossible.
    """
    problem = with_choices(problem, values)
    by_owner: dict[tuple[str, str | None], dict[str, Quantity]] = {}
    for parameter, value in values.items():
        if parameter.is_choice:
            continue
        by_owner.setdefault((parameter.owner, parameter.layer), {})[parameter.field] = value
    stroke, tool, tissue = problem.stroke, problem.instrument, problem.tissue
    for (owner, layer_name), fields in by_owner.items():
        if owner == "stroke":
            stroke = replace(stroke, **fields)  # type: ignore[arg-type]
        elif owner == "edge":
            if isinstance(tool.edge, Tip):
                raise InputError("sizes of a round tip cannot be swept; give one design for each")
            tool = replace(tool, edge=replace(tool.edge, **fields))
        elif owner == "instrument":
            tool = replace(tool, **fields)  # type: ignore[arg-type]
        elif owner in ("interface", "region", "adhesion"):
            kind = f"{owner}s"
            parts = getattr(tissue, kind)
            if layer_name not in parts:
                raise unknown_name(f"{owner} of tissue '{tissue.name}'", layer_name, parts)
            one = replace(parts[layer_name], **fields)
            tissue = replace(tissue, **{kind: {**parts, layer_name: one}})  # type: ignore[arg-type]
        else:
            tissue = _with_layer(tissue, str(layer_name), owner, fields)
    return replace(problem, stroke=stroke, instrument=tool, tissue=tissue)


def with_choices(problem: Problem, values: Mapping[Parameter, Quantity]) -> Problem:
    """Return the problem with the tissue and the instrument that are named, if any."""
    for parameter, name in values.items():
        if parameter == CHOICES["tissue"]:
            problem = replace(problem, tissue=load_tissue(_chosen(name, parameter)))
        elif parameter == CHOICES["instrument"]:
            problem = replace(problem, instrument=load_instrument(_chosen(name, parameter)))
        elif parameter == CHOICES[ENGINE]:
            checked_choice(name, ENGINE, ENGINES)
    return problem


def _chosen(name: Any, parameter: Parameter) -> str:
    """Return the name of a choice."""
    if not isinstance(name, str):
        raise InputError(
            f"{parameter.name} is {shown(name)}; must be a name of the library, or the path of a "
            "file"
        )
    return name


def _with_layer(tissue: Tissue, name: str, owner: str, fields: Mapping[str, Any]) -> Tissue:
    """Return the tissue with fields of one layer, or of its material, replaced."""
    layers = list(tissue.layers)
    names = [layer.name for layer in layers]
    if name not in names:  # of another tissue of the sweep
        raise unknown_name(f"layer of tissue '{tissue.name}'", name, names)
    place = names.index(name)
    layer = layers[place]
    if owner == "material" or owner.startswith("fibres"):
        law: Any = layer.material
        if owner != "material":
            families, number = list(law.fibres), _family(owner)
            families[number] = replace(families[number], **fields)
            fields = {"fibres": tuple(families)}
        layers[place] = replace(layer, material=replace(law, **fields))
    else:
        given: dict[str, Any] = dict(fields)
        if "prestress" in given:
            given.setdefault("prestretch", 1.0)  # prestress replaces a prestretch and the reverse
        elif "prestretch" in given:
            given["prestress"] = None
        layers[place] = replace(layer, **given)
    return replace(tissue, layers=tuple(layers))


def swept_sources(
    problem: Problem, axes: Iterable[tuple[Parameter, Sequence[Quantity], Sequence[float]]]
) -> tuple[Source, ...]:
    """Return where the numbers of a whole sweep come from.

    Parameters
    ----------
    problem : Problem
        Any case of it.
    axes : iterable of (Parameter, sequence, sequence of float)
        What is swept, its values as given, and the same in SI.

    Returns
    -------
    tuple of Source
        Those of the problem without the swept numbers, then one "given by the user" with its range
        for each of these; states of the skin that are swept keep their own.
    """
    rows = list(axes)
    swept = {parameter.name for parameter, _, _ in rows}
    kept: list[Source] = []
    for source in problem.sources:
        pairs = zip(source.feeds, source.holds, strict=True)
        left = [pair for pair in pairs if pair[0] not in swept]
        if left or not source.feeds:
            feeds, holds = tuple(path for path, _ in left), tuple(held for _, held in left)
            kept.append(replace(source, feeds=feeds, holds=holds))
    for parameter, values, points in rows:
        words = [value for value in values if isinstance(value, str) and value[:1].isalpha()]
        kept += [load_friction(word) for word in words]
        if len(words) < len(values):
            kept.append(
                Source(
                    name=parameter.name,
                    value=points[0],
                    unit=parameter.unit,
                    low=min(points),
                    high=max(points),
                    note=f"swept, {len(values)} values",
                    feeds=(parameter.name,),
                )
            )
    return tuple(kept)


def _owner(problem: Problem, parameter: Parameter) -> Any:
    """Return the object that has the field."""
    tool = problem.instrument
    owners: dict[str, Any] = {"stroke": problem.stroke, "edge": tool.edge, "instrument": tool}
    if parameter.owner in owners:
        return owners[parameter.owner]
    if parameter.owner in ("interface", "region", "adhesion"):
        return getattr(problem.tissue, f"{parameter.owner}s")[parameter.layer]
    layer = next(layer for layer in problem.tissue.layers if layer.name == parameter.layer)
    if parameter.owner == "layer":
        return layer
    material: Any = layer.material
    if parameter.owner == "material":
        return material
    return material.fibres[_family(parameter.owner)]


def _family(owner: str) -> int:
    """Return the number of a family of fibres from the name of the owner, ``"fibres[0]"``."""
    return int(owner.partition("[")[2].rstrip("]"))


def _constants(layer: Layer) -> list[str]:
    """Return the names of the material's constants that are one number (or one term of a sum)."""
    material = layer.material
    values = {field.name: getattr(material, field.name) for field in dataclasses.fields(material)}
    one = {k: v[0] if isinstance(v, tuple) and len(v) == 1 else v for k, v in values.items()}
    return [name for name, value in one.items() if isinstance(value, float)]


def refuse_two_loads(problem: Problem, names: list[str]) -> None:
    """Refuse a sweep that gives a load besides the one the stroke already has.

    Raises
    ------
    InputError
        With the path of the key and the cure.
    """
    swept = [name for name in names if name in LOADS]
    if len(swept) > 1:
        raise InputError(
            f"sweep.{swept[1]}: sweep.{swept[0]} is swept too; a stroke has exactly one load, so "
            "leave one of them out"
        )
    kind = problem.stroke.load_kind
    if swept and swept[0] != kind:
        raise InputError(
            f"sweep.{swept[0]}: the stroke already has {kind} = {problem.stroke.load:g} "
            f"{STROKE_UNITS[kind]}; a stroke has exactly one load, so take {kind} out of the "
            f"stroke or sweep {kind}"
        )
