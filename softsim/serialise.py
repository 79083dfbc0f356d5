"""A problem as TOML text and back, and in one line for people.

The text holds every number in SI and every source in full, so that it can be read without the
library it came from: `problem_from_toml(problem_to_toml(problem)) == problem`.  A text typed by
hand may leave out whatever has a default and write quantities with units.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from softsim.adhesion import Adhesion
from softsim.checks import checked_flag
from softsim.edge import Edge
from softsim.errors import ConvergenceError, InputError, as_heading, inside, shown, unknown_name
from softsim.history import History
from softsim.instrument import Instrument
from softsim.interface import Interface
from softsim.materials import LAWS, FibreFamily, Material, Prony, law_named, refuse_constants
from softsim.plausible import lifted
from softsim.problem import Problem, Resolution, describe
from softsim.provenance import evidence_summary
from softsim.region import Region
from softsim.sources import Source
from softsim.stroke import Stroke
from softsim.text_files import parse_toml, read_toml
from softsim.tips import TIPS
from softsim.tissue import Layer, Tissue

if TYPE_CHECKING:
    import xarray as xr

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_LAW_NAMES = {law: name for name, law in LAWS.items()}
_Kind = TypeVar("_Kind")


def problem_to_toml(problem: Problem) -> str:
    """Return a problem as TOML text, every number in SI.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    str
        Text that `problem_from_toml` turns into an equal problem.
    """
    lines: list[str] = []
    _write_table(lines, "", _problem_table(problem))
    return "\n".join(lines).lstrip("\n") + "\n"


def problem_from_toml(text: str) -> Problem:
    """Return the problem of a TOML text.

    Raises
    ------
    InputError
        Not TOML, a key that is unknown or missing (with its path), or an impossible value.
    """
    return _problem(parse_toml(text, "problem"))


def load_problem(path: str | Path) -> Problem:
    """Return the problem of a TOML file, see `problem_from_toml`."""
    return _problem(read_toml(path))


def problem_of(dataset: xr.Dataset) -> Problem:
    """Return the problem that is written in a result.

    Parameters
    ----------
    dataset : xarray.Dataset
        Result of `softsim.simulate`, also from a file.

    Raises
    ------
    InputError
        There is no problem in it: not a result, or one that a calculation stripped of its
        attributes.

    Examples
    --------
    >>> import softsim as ss
    >>> again = ss.simulate(ss.problem_of(result))  # doctest: +SKIP
    """
    if "problem" not in dataset.attrs:
        raise InputError(
            "this dataset holds no problem; give a result of softsim.simulate (arithmetic drops "
            "attributes)"
        )
    return problem_from_toml(str(dataset.attrs["problem"]))


def problem_hash(text: str) -> str:
    """Return the SHA-256 of a problem's text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def naming(problem: Problem, number: int | None = None) -> Iterator[None]:
    """Let the errors of a solve say which problem it was.

    Parameters
    ----------
    problem : Problem
    number : int, optional
        Place of the problem among many; with it errors of the input are named as well.

    Raises
    ------
    ConvergenceError, InputError
        Those raised inside, the problem put before the sentence.
    """
    try:
        yield
    except ConvergenceError as error:
        raise error.reworded(f"{_place_and_line(problem, number)}: {error}") from error
    except InputError as error:
        if number is None:
            raise
        raise InputError(f"{_place_and_line(problem, number)}: {error}") from error


def _place_and_line(problem: Problem, number: int | None) -> str:
    """Return a problem in one line, with its place among many."""
    line = describe(problem)
    return line if number is None else f"problem {number} ({line})"


# ------------------------------------------------------------------ to tables


def _problem_table(problem: Problem) -> dict[str, Any]:
    tissue = _fields(problem.tissue, "layers", "interfaces", "regions", "adhesions")
    tissue["layer"] = [_layer_table(layer) for layer in problem.tissue.layers]
    interfaces = problem.tissue.interfaces.items()
    tissue |= {"interface": {k: _interface_table(x) for k, x in interfaces}} if interfaces else {}
    regions = problem.tissue.regions.items()
    tissue |= {"region": {k: _region_table(x) for k, x in regions}} if regions else {}
    patches = problem.tissue.adhesions.items()
    tissue |= {"adhesion": {k: _adhesion_table(x) for k, x in patches}} if patches else {}
    instrument = _fields(problem.instrument, "edge", "sources")
    edge = problem.instrument.edge
    shape = next((name for name, kind in TIPS.items() if type(edge) is kind), None)
    instrument["edge"] = ({"shape": shape} if shape else {}) | _fields(edge)
    stroke = _fields(problem.stroke, "sources")
    stroke |= {name: _fields(x, "unit") for name, x in problem.stroke.histories.items()}
    unusual = {"allow_unusual": True} if problem.allow_unusual else {}
    return {
        **unusual,
        "tissue": tissue,
        "instrument": instrument | _source_tables(problem.instrument.sources),
        "stroke": stroke | _source_tables(problem.stroke.sources),
        "resolution": _fields(problem.resolution),
    }


def _layer_table(layer: Layer) -> dict[str, Any]:
    table = _fields(layer, "material", "sources")
    material = _material_table(layer.material)
    return {**table, "material": material, **_source_tables(layer.sources)}


def _material_table(material: Material) -> dict[str, Any]:
    table = {"law": _LAW_NAMES[type(material)], **_fields(material, "prony", "fibres")}
    if material.prony is not None:
        table["prony"] = _fields(material.prony)
    fibres = getattr(material, "fibres", ())
    if fibres:
        table["fibres"] = [_fields(family) for family in fibres]
    return table


def _region_table(region: Region) -> dict[str, Any]:
    table = _fields(region, "material", "prony", "sources")
    if region.material is not None:
        table["material"] = _material_table(region.material)
    if region.prony is not None:
        table["prony"] = _fields(region.prony)
    return {**table, **_source_tables(region.sources)}


def _interface_table(interface: Interface) -> dict[str, Any]:
    table = _fields(interface, "prony", "sources")
    if interface.prony is not None:
        table["prony"] = _fields(interface.prony)
    return {**table, **_source_tables(interface.sources)}


def _adhesion_table(adhesion: Adhesion) -> dict[str, Any]:
    return {**_fields(adhesion, "sources"), **_source_tables(adhesion.sources)}


def _source_tables(sources: tuple[Source, ...]) -> dict[str, Any]:
    return {"source": [source_table(source) for source in sources]} if sources else {}


def source_table(source: Source) -> dict[str, Any]:
    """Return a source as plain data, without what is empty."""
    table = _fields(source)
    return {key: value for key, value in table.items() if value not in ("", ())}


def source_attributes(sources: Iterable[Source]) -> dict[str, str]:
    """Return what a result says of its numbers: all of them, the estimates, and the count."""
    listing = tuple(sources)

    def text(rows: Iterable[Source]) -> str:
        return json.dumps([source_table(source) for source in rows], ensure_ascii=False)

    return {
        "estimates": text(source for source in listing if source.is_estimate),
        "sources": text(listing),
        "evidence": str(evidence_summary(listing)),
    }


def _fields(thing: Any, *but: str) -> dict[str, Any]:
    """Return the fields of a dataclass that are not None."""
    values = {f.name: getattr(thing, f.name) for f in dataclasses.fields(thing)}
    return {name: value for name, value in values.items() if value is not None and name not in but}


# ------------------------------------------------------------------ to text


def _write_table(lines: list[str], path: str, table: Mapping[str, Any]) -> None:
    """Append a table: its plain values first, then tables and lists of tables."""
    nested = {key: value for key, value in table.items() if _is_nested(value)}
    lines += [f"{key} = {_text(value)}" for key, value in table.items() if key not in nested]
    for key, value in nested.items():
        word = key if _BARE_KEY.fullmatch(key) else _text(key)
        inner = f"{path}.{word}" if path else word
        for entry in [value] if isinstance(value, dict) else value:
            lines += ["", f"[{inner}]" if isinstance(value, dict) else f"[[{inner}]]"]
            _write_table(lines, inner, entry)


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    )


def _text(value: Any) -> str:
    """Return a plain value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(_text(item) for item in value)}]"
    return repr(int(value)) if isinstance(value, int) else repr(float(value))


# ------------------------------------------------------------------ from tables


def _problem(data: Mapping[str, Any]) -> Problem:
    optional = ("resolution", "allow_unusual")
    parts = _take(data, "problem", ("tissue", "instrument", "stroke"), optional)
    resolution = parts.get("resolution", {})
    unusual = checked_flag(parts.get("allow_unusual", False), "problem.allow_unusual")
    with lifted(unusual):
        return Problem(
            tissue=_tissue(parts["tissue"]),
            instrument=_instrument(parts["instrument"]),
            stroke=_stroke(parts["stroke"]),
            resolution=_make(Resolution, resolution, "resolution"),
            allow_unusual=unusual,
        )


def _stroke(table: Mapping[str, Any]) -> Stroke:
    rest = _with_sources(table, "stroke")
    made = {k: _make(History, x, f"stroke.{k}") for k, x in rest.items() if isinstance(x, Mapping)}
    return _make(Stroke, rest | made, "stroke")


def _tissue(table: Mapping[str, Any]) -> Tissue:
    rest = dict(_table(table, "tissue"))
    rows = _rows(rest.pop("layer", []), "tissue.layer")
    rest["layers"] = [_layer(row, f"tissue.layer[{i}]") for i, row in enumerate(rows)]
    gliding = _table(rest.pop("interface", {}), "tissue.interface")
    rest["interfaces"] = {
        name: _interface(row, f"tissue.interface.{as_heading(name, 40)}")
        for name, row in gliding.items()
    }
    regions = _table(rest.pop("region", {}), "tissue.region")
    rest["regions"] = {
        name: _region(row, f"tissue.region.{as_heading(name, 40)}") for name, row in regions.items()
    }
    rest["adhesions"] = {
        name: _make(Adhesion, _with_sources(row, path), path)
        for name, row in _table(rest.pop("adhesion", {}), "tissue.adhesion").items()
        for path in [f"tissue.adhesion.{as_heading(name, 40)}"]
    }
    return _make(Tissue, rest, "tissue")


def _interface(table: Mapping[str, Any], path: str) -> Interface:
    rest = _with_sources(table, path)
    if "prony" in rest:
        rest["prony"] = _make(Prony, rest["prony"], f"{path}.prony")
    return _make(Interface, rest, path)


def _region(table: Mapping[str, Any], path: str) -> Region:
    rest = _with_sources(table, path)
    if "prony" in rest:
        rest["prony"] = _make(Prony, rest["prony"], f"{path}.prony")
    if "material" in rest:
        rest["material"] = _material(rest["material"], f"{path}.material")
    return _make(Region, rest, path)


def _layer(table: Mapping[str, Any], path: str) -> Layer:
    rest = _with_sources(table, path)
    if isinstance(rest.get("prestretch"), list):
        rest["prestretch"] = tuple(rest["prestretch"])
    if "material" in rest:
        rest["material"] = _material(rest["material"], f"{path}.material")
    return _make(Layer, rest, path)


def _material(table: Mapping[str, Any], path: str) -> Material:
    rest = dict(_table(table, path))
    if "law" not in rest:
        raise InputError(f"{path}.law: missing; must be one of {', '.join(sorted(LAWS))}")
    with inside(f"{path}.law"):
        law = law_named(rest.pop("law"))
    if "prony" in rest:
        rest["prony"] = _make(Prony, rest["prony"], f"{path}.prony")
    if "fibres" in rest:
        rows = _rows(rest["fibres"], f"{path}.fibres")
        rest["fibres"] = tuple(
            _make(FibreFamily, row, f"{path}.fibres[{i}]") for i, row in enumerate(rows)
        )
    refuse_constants(law, rest, path)
    return _make(law, rest, path)


def _instrument(table: Mapping[str, Any]) -> Instrument:
    rest = _with_sources(table, "instrument")
    if "edge" in rest:
        edge = dict(_table(rest["edge"], "instrument.edge"))
        shape = edge.pop("shape", None)
        if shape is not None and shape not in TIPS:
            with inside("instrument.edge.shape"):
                raise unknown_name("shape", shape, tuple(TIPS))
        if shape is None and "contact_length" not in rest:
            raise InputError("instrument.contact_length: missing; this key is required")
        rest["edge"] = _make(Edge if shape is None else TIPS[shape], edge, "instrument.edge")
    return _make(Instrument, rest, "instrument")


def _with_sources(table: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return a table with its sources made."""
    rest = dict(_table(table, path))
    rows = _rows(rest.pop("source", []), f"{path}.source")
    sources = tuple(_make(Source, row, f"{path}.source[{i}]") for i, row in enumerate(rows))
    return {**rest, "sources": sources}


def _table(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError(f"{path}: is {shown(value)}; must be a table")
    return value


def _rows(value: Any, path: str) -> list[Any]:
    """Return a list of tables."""
    if not isinstance(value, list):
        raise InputError(f"{path}: is {shown(value)}; must be a list of tables [[{path}]]")
    return value


def _make(kind: type[_Kind], table: Mapping[str, Any], path: str) -> _Kind:
    """Make a dataclass from a table; messages start with the path."""
    known = dataclasses.fields(kind)  # type: ignore[arg-type]
    required = tuple(
        field.name
        for field in known
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )
    optional = tuple(field.name for field in known if field.name not in required)
    values = _take(_table(table, path), path, required, optional)
    with inside(path):
        return kind(**values)


def _take(
    table: Mapping[str, Any], path: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> dict[str, Any]:
    """Return a copy of a table whose keys are checked."""
    for key in table:
        if key not in (*required, *optional):
            known = [name for name in (*required, *optional) if name != "sources"]
            raise InputError(f"{path}.{as_heading(key, 40)}: {unknown_name('key', key, known)}")
    missing = [key for key in required if key not in table]
    if missing:
        raise InputError(f"{path}.{missing[0]}: missing; this key is required")
    return dict(table)
