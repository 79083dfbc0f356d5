"""What a TOML file of tissues, instruments or protocols may hold.

The models check structure only (keys, kinds of values); physics is checked by the objects that are
made from them.  `validated` turns the first finding into one sentence with the path to the key.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from softsim.errors import InputError, as_heading, listed_names, shown
from softsim.sources import GIVEN, MEASURED, NO_WORK, Basis, checked_basis

LONGEST_KEY = 40
"""Most characters of a key in the path of a message."""

Confidence = Literal["high", "medium", "low"]
Amount = float | str
"""A quantity typed by hand: an SI number or text with a unit."""


class Table(BaseModel):
    """A table that refuses unknown keys and does not convert kinds of values."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Evidenced(Table):
    """A table that says where its numbers come from."""

    basis: Annotated[Basis, BeforeValidator(checked_basis)] = GIVEN
    cite: list[str] = []
    conf: Confidence | None = None
    note: str = ""

    @model_validator(mode="after")
    def _print_is_named(self) -> Self:
        if self.basis == MEASURED and all(key in NO_WORK for key in self.cite):
            raise ValueError(
                f"basis is '{MEASURED}' and cite names no work; name it, or say what else the "
                "number rests on"
            )
        return self


class Evidence(_Evidenced):
    """Where a statement comes from."""

    conf: Confidence


class Quantity(_Evidenced):
    """A number with unit, range and evidence."""

    value: float
    unit: str
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _range_holds_value(self) -> Quantity:
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        if not low <= self.value <= high:
            raise ValueError(f"value is {self.value:g}; must be in its range [{low:g}, {high:g}]")
        return self


Quantities = dict[str, Quantity]


class PronyTable(_Evidenced):
    """Relaxation of a library tissue."""

    g_inf: float
    g: list[float]
    tau_s: list[float]
    g_at_1s: float

    @model_validator(mode="after")
    def _sums_to_one(self) -> PronyTable:
        if len(self.g) != len(self.tau_s):
            raise ValueError(
                f"g has {len(self.g)} values and tau_s {len(self.tau_s)}; must be as many"
            )
        total = self.g_inf + sum(self.g)
        if abs(total - 1.0) > 2.0e-3:  # printed to three digits
            raise ValueError(f"g_inf + sum of g is {total:g}; must be 1")
        if not 0.0 < self.g_at_1s <= 1.0:
            raise ValueError(f"g_at_1s is {self.g_at_1s:g}; must be in (0, 1]")
        return self


class Elastic(BaseModel):
    """Elastic constants of a library tissue: `reference` and quantities by name."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    __pydantic_extra__: Quantities
    reference: Literal["instantaneous", "quasistatic"]


class FibrePart(BaseModel):
    """Optional fibre part or alternative law, for reading; no engine uses it yet."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    __pydantic_extra__: dict[str, Quantity | list[float]]
    note: str = ""
    formula: str = ""


class TissueTable(Table):
    """One tissue of the library."""

    label: str = ""
    model: str
    formula: str = ""
    base: str | None = None
    fitted_strain: Quantity | None = None
    elastic: Elastic | None = None
    prony: PronyTable | None = None
    prestress: Quantities = {}
    thermal: Quantities = {}
    poro: Quantities = {}
    failure: Quantities = {}
    multiplier: Quantities = {}
    fibre_goh: FibrePart | None = None
    alternative_sommer: FibrePart | None = None
    alternative_impact: FibrePart | None = None


class StackLayer(Table):
    """One layer of a body site; thickness in metres, its evidence where not that of the stack."""

    tissue: str
    t: float
    low: float | None = None
    high: float | None = None
    name: str | None = None
    basis: Annotated[Basis, BeforeValidator(checked_basis)] | None = None
    cite: list[str] | None = None
    conf: Confidence | None = None
    note: str = ""


class Stack(_Evidenced):
    """One body site; its evidence is that of the thicknesses."""

    base: Literal["rigid", "half_space"] = "rigid"
    layers: Annotated[list[StackLayer], Field(min_length=1)]


class TissueMeta(BaseModel):
    """Head of a tissue file."""

    model_config = ConfigDict(extra="allow", frozen=True)
    bulk_to_shear: Quantity | None = None


class TissueLibrary(Table):
    """A file in the library's own form: tissues and body sites."""

    allow_unusual: bool = False
    gliding: str | None = None
    meta: TissueMeta | None = None
    tissue: dict[str, TissueTable] = {}
    stack: dict[str, Stack] = {}


class InstrumentTable(Table):
    """One instrument of the library."""

    label: str = ""
    system: str = ""
    kind: str = "blade"
    material: str = ""
    material_source: Evidence | None = None
    profile: str = ""
    profile_source: Evidence | None = None
    surface: str = ""
    surface_source: Evidence | None = None
    nose_radius: Quantity | None = None
    leading_flank_angle: Quantity | None = None
    trailing_flank_angle: Quantity | None = None
    thickness: Quantity | None = None
    shoulder_radius: Quantity | None = None
    contact_length: Quantity | None = None
    edge_curvature_radius: Quantity | None = None
    end_radius: Quantity | None = None
    mass: Quantity | None = None
    friction_multiplier: Quantity | None = None
    body_thickness: Quantity | None = None
    overall_length: Quantity | None = None
    curved_length: Quantity | None = None
    blade_width: Quantity | None = None
    nose_arc: Quantity | None = None
    disc_radius: Quantity | None = None
    contact_area: Quantity | None = None
    young_modulus: Quantity | None = None
    compliant: bool = False
    other_edge: dict[str, Quantities] = {}
    built_on: list[str] = []
    nickname_source: list[str] = []
    shape_source: list[str] = []
    note: str = ""


class InstrumentLibrary(Table):
    """A file in the library's own form: instruments, their materials and systems."""

    allow_unusual: bool = False
    meta: dict[str, Any] = {}
    material: dict[str, Quantities] = {}
    system: dict[str, dict[str, Any]] = {}
    instrument: Annotated[dict[str, InstrumentTable], Field(min_length=1)]


class InstrumentByHand(Table):
    """An instrument typed by hand: the numbers of `Edge` and `Instrument` in one flat table."""

    name: str | None = None
    allow_unusual: bool = False
    label: str = ""
    nose_radius: Amount
    leading_flank_angle: Amount = 0.0
    trailing_flank_angle: Amount = 0.0
    thickness: Amount
    shoulder_radius: Amount | None = None
    contact_length: Amount
    mass: Amount | None = None
    edge_curvature_radius: Amount | None = None
    end_radius: Amount | None = None
    friction_multiplier: Amount = 1.0


class TissueState(BaseModel):
    """Stretch that stands in for posture, motion and load."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    __pydantic_extra__: Quantities
    stand_in_for: str = ""


class Phase(Table):
    """One phase of a protocol: a program of equal strokes."""

    name: str
    stroke_type: str
    instrument: str | None = None
    lubrication: str | None = None
    heading: str = ""
    direction: Literal["one_way", "back_and_forth"]
    axis: Literal["along", "across"]
    contact_mode: str = ""
    bevel_leads: bool | None = None
    optional: bool = False
    stop_rule: str = ""
    note: str = ""
    force: Quantity | None = None
    pressure: Quantity | None = None
    force_equivalent: Quantity | None = None
    peak_force: Quantity | None = None
    force_cv: Quantity | None = None
    angle: Quantity
    return_angle: Quantity | None = None
    speed: Quantity
    length: Quantity
    strokes: Quantity
    duration: Quantity
    rate: Quantity
    dwell: Quantity
    lines: Quantity | None = None
    tissue_state: TissueState | None = None

    @model_validator(mode="after")
    def _one_load(self) -> Phase:
        if (self.force is None) == (self.pressure is None):
            given = "neither" if self.force is None else "both"
            raise ValueError(f"{given} force and pressure given; must have exactly one of them")
        return self


class Session(Table):
    """How a protocol sits in a course of visits."""

    order: list[str] = []
    order_source: Evidence | None = None
    parameters_vary: Evidence | None = None
    instrument_time: Quantity | None = None
    total_time: Quantity | None = None
    warm_up: Quantity | None = None
    per_week: Quantity | None = None
    sessions: Quantity | None = None
    weeks: Quantity | None = None


class Protocol(Table):
    """One protocol: phases in order."""

    label: str
    system: str = ""
    summary: str = ""
    instrument: str
    instrument_alternatives: list[str] = []
    site: str
    site_source: Evidence | None = None
    lubrication: str
    lubrication_source: Evidence | None = None
    note: str = ""
    sources: list[str] = []
    session: Session | None = None
    phase: Annotated[list[Phase], Field(min_length=1)]
    expected: dict[str, Quantity | str | list[str]] = {}


class ProtocolLibrary(Table):
    """The protocol file."""

    meta: dict[str, Any] = {}
    lubrication: dict[str, dict[str, Any]] = {}
    stroke_type: dict[str, dict[str, Any]] = {}
    protocol: Annotated[dict[str, Protocol], Field(min_length=1)]


_Model = TypeVar("_Model", bound=BaseModel)


def validated(model: type[_Model], data: Mapping[str, Any], file: str | Path) -> _Model:
    """Return `data` as a checked model.

    Raises
    ------
    InputError
        One sentence: file, path to the key (list positions from 0), what is wrong, what to do.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InputError(f"{as_heading(file)}: {_sentence(error, model)}") from None


def _sentence(error: ValidationError, model: type[BaseModel]) -> str:
    """Spell the first finding of pydantic (unknown keys first: a typo explains the rest)."""
    found = error.errors(include_url=False)
    first = next((entry for entry in found if entry["type"] == "extra_forbidden"), found[0])
    place = [part for part in first["loc"] if not _is_branch(part)]
    path = key_path(place)
    kind = first["type"]
    if kind == "extra_forbidden":
        return f"{path}: unknown key{_nearest(place, model)}"
    if kind == "missing":
        return f"{path}: missing; this key is required"
    if kind == "value_error":
        return f"{path}: {first['ctx']['error']}"
    if "float" in first["loc"] or "Quantity" in first["loc"]:
        wanted = "be a number or text with a unit such as '1.5 mm'"
        if "Quantity" in first["loc"]:
            wanted = "be a table such as { value = 1.0, unit = 'm' }"
        return f"{path}: is {shown(first['input'])}; must {wanted}"
    wanted = _WANTED.get(kind) or first["msg"].removeprefix("Input ").removeprefix("should ")
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        inside = _model_at(place, model)
        keys = sorted(inside.model_fields) if inside is not None else ()
        wanted += f" with {listed_names([repr(key) for key in keys])}" if keys else ""
    return f"{path}: is {shown(first['input'])}; must {wanted}"


_WANTED = {
    "string_type": "be text in quotes",
    "list_type": "be a list: [ … ], or tables under [[ ]]",
    "bool_type": "be true or false, without quotes",
    "int_type": "be a whole number",
    "dict_type": "be a table: { … }, or lines under [ ]",
    "model_type": "be a table: { … }, or lines under [ ],",
    "model_attributes_type": "be a table: { … }, or lines under [ ],",
}
"""What a file should have, in its own words, by the kind of pydantic's finding."""


def key_path(place: Sequence[int | str]) -> str:
    """Return a path such as ``stack.calf.layers[2].t``."""
    text = ""
    for part in place:
        word = part if isinstance(part, int) else as_heading(part, LONGEST_KEY)
        text += f"[{word}]" if isinstance(part, int) else f".{word}" if text else str(word)
    return text or "top level"


def _is_branch(part: int | str) -> bool:
    """Whether `part` names a branch of a union in pydantic's path and is no key of the file."""
    return isinstance(part, str) and (
        part in {"float", "str", "Quantity"} or part.startswith(("list[", "dict["))
    )


def _nearest(place: Sequence[int | str], model: type[BaseModel]) -> str:
    """Return a hint with the keys that the table at the end of `place` may have."""
    kind = _model_at(place[:-1], model)
    known = sorted(kind.model_fields) if kind is not None else []
    near = difflib.get_close_matches(str(place[-1]), known, n=2, cutoff=0.6)
    if near:
        return f"; did you mean {' or '.join(repr(name) for name in near)}?"
    return f"; keys allowed here are {listed_names([repr(name) for name in known])}"


def _model_at(place: Sequence[int | str], model: type[BaseModel]) -> type[BaseModel] | None:
    """Return the model of the table at a place."""
    kind: type[BaseModel] | None = model
    for part in place:
        # A name in a dict or a position in a list changes nothing: the model is found already.
        if kind is not None and part in kind.model_fields:
            kind = _model_in(kind.model_fields[str(part)].annotation)
    return kind


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the first model inside an annotation such as ``dict[str, list[Model]]``."""
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation if issubclass(annotation, BaseModel) else None
    return next((model for part in get_args(annotation) if (model := _model_in(part))), None)
