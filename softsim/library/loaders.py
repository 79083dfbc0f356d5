"""Tissues, instruments and protocols by name or from a file, all by the same road."""

from __future__ import annotations

import copy
import dataclasses
import functools
import math
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from softsim.adhesion import Adhesion
from softsim.checks import checked_choice
from softsim.edge import Edge
from softsim.errors import InputError, as_heading, inside, listed_names, shown, unknown_name
from softsim.instrument import Instrument
from softsim.interface import Interface
from softsim.library.interfaces import load_adhesion, with_gliding
from softsim.library.scars import load_scar
from softsim.materials import FibreFamily, Material, Prony, law_named, refuse_constants
from softsim.plausible import lifted
from softsim.provenance import EDGE_UNITS, INSTRUMENT_UNITS
from softsim.region import Region
from softsim.sources import Source, library_table, quantity_to_si, source_from
from softsim.text_files import read_toml
from softsim.tissue import Layer, Tissue
from softsim.units import Quantity, to_si

if TYPE_CHECKING:
    from softsim.library import by_hand, schema

BUILT_IN = "softsim library"
_PAIR_ENDINGS = {2: ("superficial", "deep")}


def load_tissue(
    name_or_path: str | Path,
    *,
    name: str | None = None,
    fibre_angle: Quantity = 0.0,
    gliding: str | None = None,
) -> Tissue:
    """Load a tissue: a body site of the library, or a TOML file of your own.

    Parameters
    ----------
    name_or_path : str or Path
        A name from `tissues`, or a path (text with a slash or ending in ``.toml``).  A file holds
        either layers typed by hand (``[[layer]]``) or tables in the library's form
        (``[tissue.*]``, ``[stack.*]``), whose stacks may name library tissues.
    name : str, optional
        Which stack of a file that has several.
    fibre_angle : float or str
        From the stroke to the limb's long axis, in [0°, 90°] [rad]; turns the fibres of deep
        fascia, aponeurosis and muscle.  0° is a stroke along the limb.
    gliding : {"interface", "layer"}, optional
        What thin layers (up to 1 mm) of loose connective tissue are: the interface
        ``load_interface("gliding")``, its spring and dashpot those of the thickness of the layer,
        or a layer.  By default what a file says as ``gliding``, and where it says nothing
        interfaces in a stack, layers where ``[[layer]]`` tables give them one by one.

    Returns
    -------
    Tissue

    Raises
    ------
    InputError
        Unknown name (with the nearest ones), unreadable file, wrong key (with its path) or value.

    Examples
    --------
    >>> [layer.name for layer in load_tissue("calf").layers][:3]
    ['epidermis', 'dermis', 'fat_superficial']
    """
    angle = to_si(
        fibre_angle, "rad", "fibre_angle", low=0.0, high=0.5 * math.pi, cure="write e.g. '90 deg'"
    )
    if is_path(name_or_path):
        table, file = read_toml(name_or_path), str(name_or_path)
        return tissue_from_table(table, file, name, angle, gliding=gliding)
    library = _tissue_library()
    _refuse_unknown("tissue", name_or_path, library.stack)
    _refuse_name(name, "a site of the library has one stack")
    return _glided(_stacked(str(name_or_path), library, library, angle), gliding, "interface")


def _glided(tissue: Tissue, *said: str | None) -> Tissue:
    """Return a tissue whose thin layers of loose connective tissue are what is said first."""
    gliding = next(word for word in said if word is not None)
    checked_choice(gliding, "gliding", ("interface", "layer"))
    return with_gliding(tissue) if gliding == "interface" else tissue


def tissue_from_table(
    data: Mapping[str, Any],
    file: str = "tissue",
    name: str | None = None,
    fibre_angle: float = 0.0,
    *,
    gliding: str | None = None,
) -> Tissue:
    """Make a tissue from the content of a TOML file; `file` names it in messages."""
    from softsim.library import by_hand, schema

    if "layer" in data:
        typed = schema.validated(by_hand.TissueByHand, data, file)
        with inside(file), lifted(typed.allow_unusual):
            _refuse_name(name, "the file has [[layer]] tables, which are one tissue")
            if fibre_angle and all(row.tissue is None for row in typed.layer):
                raise InputError(
                    f"fibre_angle is {fibre_angle:g} rad, but every layer of the file has a "
                    "material of its own; turn its fibres there, with fibres = [{angle = ...}]"
                )
            return _glided(_by_hand(typed, file, fibre_angle), gliding, typed.gliding, "layer")
    own = schema.validated(schema.TissueLibrary, data, file)
    if not own.stack:
        raise InputError(
            f"{as_heading(file)}: has neither [[layer]] nor [stack.NAME]; add one of them "
            "to say what lies under the skin"
        )
    with inside(file), lifted(own.allow_unusual):
        chosen = _chosen("stack", name, own.stack)
        made = _stacked(chosen, own, _tissue_library(), fibre_angle)
        return _glided(made, gliding, own.gliding, "interface")


def load_instrument(
    name_or_path: str | Path, *, name: str | None = None, edge: str | None = None
) -> Instrument:
    """Load an instrument: a name of the library, or a TOML file of your own.

    Parameters
    ----------
    name_or_path : str or Path
        A name from `instruments`, or a path (text with a slash or ending in ``.toml``).  A file
        holds either the numbers of one tool (``nose_radius = "1 mm"``, ...) or
        ``[instrument.NAME]`` tables in the library's form.
    name : str, optional
        Which instrument of a file that has several.
    edge : str, optional
        Another edge of the same tool, where the table has ``other_edge``.

    Returns
    -------
    Instrument

    Raises
    ------
    InputError
        Unknown name (with the nearest ones), unreadable file, wrong key (with its path) or value.

    Examples
    --------
    >>> load_instrument("gt4_class_scanner").contact_length
    0.06
    """
    if not is_path(name_or_path):
        library = _instrument_library()
        _refuse_unknown("instrument", name_or_path, library.instrument)
        _refuse_name(name, "the library has one instrument of that name")
        return _tabled(str(name_or_path), library.instrument[str(name_or_path)], edge)
    return instrument_from_table(read_toml(name_or_path), str(name_or_path), name, edge)


def instrument_from_table(
    data: Mapping[str, Any],
    file: str = "instrument",
    name: str | None = None,
    edge: str | None = None,
) -> Instrument:
    """Make an instrument from the content of a TOML file; `file` names it in messages."""
    from softsim.library import schema

    if "instrument" not in data:
        flat = schema.validated(schema.InstrumentByHand, data, file)
        with inside(file), lifted(flat.allow_unusual):
            _refuse_name(name, "the file has the numbers of one instrument")
            if edge is not None:
                raise InputError(
                    f"edge is {shown(edge)}; the file has one edge only, leave edge out"
                )
            names = {field.name for field in dataclasses.fields(Edge)}
            numbers = flat.model_dump(exclude={"allow_unusual"})
            section = Edge(**{key: value for key, value in numbers.items() if key in names})
            rest = {key: value for key, value in numbers.items() if key not in names}
            return Instrument(edge=section, **rest)
    checked = schema.validated(schema.InstrumentLibrary, data, file)
    with inside(file), lifted(checked.allow_unusual):
        chosen = _chosen("instrument", name, checked.instrument)
        return _tabled(chosen, checked.instrument[chosen], edge)


def load_protocol(name: str) -> dict[str, Any]:
    """Return a protocol of the library as plain data, checked: phases of strokes with sources.

    Raises
    ------
    InputError
        For an unknown name, with the nearest ones.
    """
    known = _protocol_library().protocol
    _refuse_unknown("protocol", name, known)
    return copy.deepcopy(dict(library_table("protocols")["protocol"][name]))


def tissues() -> tuple[str, ...]:
    """Return the names of the library's body sites, sorted."""
    return tuple(sorted(library_table("stacks")["stack"]))


def instruments() -> tuple[str, ...]:
    """Return the names of the library's instruments, sorted."""
    return tuple(sorted(library_table("instruments")["instrument"]))


def protocols() -> tuple[str, ...]:
    """Return the names of the library's protocols, sorted."""
    return tuple(sorted(library_table("protocols")["protocol"]))


def is_path(name_or_path: str | Path) -> bool:
    """Whether the text means a file rather than a library name."""
    if isinstance(name_or_path, Path):
        return True
    text = str(name_or_path)
    return text.endswith(".toml") or "/" in text or "\\" in text


def _refuse_name(name: str | None, why: str) -> None:
    """Refuse a `name=` that would be ignored."""
    if name is not None:
        raise InputError(f"name is {shown(name)}, but {why}; leave name out")


def _refuse_unknown(kind: str, name: object, known: Collection[str]) -> None:
    """Refuse a name that the library has not."""
    if not isinstance(name, str) or name not in known:
        raise unknown_name(kind, name, known)


def _chosen(kind: str, name: str | None, known: Collection[str]) -> str:
    """Return which of the things in a file is meant: the one named, or the only one."""
    if name is None and len(known) > 1:
        few = listed_names([as_heading(one) for one in known])
        raise InputError(f"has {len(known)} {kind}s; choose one with name=, of {few}")
    chosen = name or next(iter(known))
    _refuse_unknown(kind, chosen, known)
    return chosen


@functools.cache
def _tissue_library() -> schema.TissueLibrary:
    from softsim.library import schema

    tables = library_table("tissues")
    data = {"meta": tables["meta"], "tissue": tables["tissue"], **library_table("stacks")}
    return schema.validated(schema.TissueLibrary, data, BUILT_IN)


@functools.cache
def _instrument_library() -> schema.InstrumentLibrary:
    from softsim.library import schema

    return schema.validated(schema.InstrumentLibrary, library_table("instruments"), BUILT_IN)


@functools.cache
def _protocol_library() -> schema.ProtocolLibrary:
    from softsim.library import schema

    return schema.validated(schema.ProtocolLibrary, library_table("protocols"), BUILT_IN)


def _bulk_to_shear(own: schema.TissueLibrary) -> schema.Quantity:
    """Return the bulk rule of a file, or the library's."""
    for library in (own, _tissue_library()):
        if library.meta is not None and library.meta.bulk_to_shear is not None:
            return library.meta.bulk_to_shear
    raise InputError("meta.bulk_to_shear: missing in the library")


def _stacked(
    site: str, own: schema.TissueLibrary, library: schema.TissueLibrary, fibre_angle: float
) -> Tissue:
    """Make the tissue of a stack; tissues of the file itself go before the library's."""
    from softsim.library.recipes import RIGID_MODEL, cook

    known = {**library.tissue, **own.tissue}
    stack = own.stack[site]
    rows = list(stack.layers)
    last = known.get(rows[-1].tissue)
    base = stack.base
    if last is not None and last.model == RIGID_MODEL:
        rows, base = rows[:-1], "rigid"
        if not rows:
            raise InputError(
                f"stack.{as_heading(site)}.layers: only {shown(stack.layers[-1].tissue)}; add "
                "a soft layer"
            )
    names = _layer_names([row.name or row.tissue for row in rows])
    layers = []
    for i_layer, (row, layer_name) in enumerate(zip(rows, names, strict=True)):
        where = f"stack.{site}.layers[{i_layer}]"
        with inside(f"{where}.tissue"):
            recipe = cook(row.tissue, known, _bulk_to_shear(own), fibre_angle)
        thickness = Source(
            name=f"{where}.t",
            value=row.t,
            unit="m",
            low=row.low,
            high=row.high,
            basis=row.basis or stack.basis,
            cite=tuple(stack.cite if row.cite is None else row.cite),
            conf=row.conf or stack.conf or "",
            note=row.note or stack.note,
            feeds=("thickness",),
        )
        with inside(f"{where}.t"):
            layers.append(
                Layer(
                    name=layer_name,
                    thickness=row.t,
                    material=recipe.material,
                    prestretch=recipe.prestretch,
                    prestress=recipe.prestress,
                    tissue=row.tissue,
                    sources=(thickness, *recipe.sources),
                )
            )
    return Tissue(layers=layers, base=base, name=site)


def _layer_names(names: list[str]) -> list[str]:
    """Return unique names: two alike become superficial and deep, more are numbered."""
    count = Counter(names)
    seen: Counter[str] = Counter()
    unique = []
    for name in names:
        if count[name] == 1:
            unique.append(name)
            continue
        endings = _PAIR_ENDINGS.get(count[name])
        ending = endings[seen[name]] if endings else str(seen[name] + 1)
        seen[name] += 1
        unique.append(f"{name}_{ending}")
    return unique


def _by_hand(table: by_hand.TissueByHand, file: str, fibre_angle: float) -> Tissue:
    """Make the tissue of a file with ``[[layer]]`` tables."""
    from softsim.library.recipes import cook

    given_names = [row.tissue or "layer" if row.name is None else row.name for row in table.layer]
    names = _layer_names(given_names)
    library = _tissue_library()
    layers = []
    for i_layer, (row, layer_name) in enumerate(zip(table.layer, names, strict=True)):
        given: dict[str, Any] = {"tissue": row.tissue}
        if row.material is not None:
            given["material"] = _material_by_hand(row.material, f"layer[{i_layer}].material")
        else:
            with inside(f"layer[{i_layer}].tissue"):
                recipe = cook(str(row.tissue), library.tissue, _bulk_to_shear(library), fibre_angle)
            given |= {"material": recipe.material, "sources": recipe.sources}
            if row.prestretch is None and row.prestress is None:
                given |= {"prestretch": recipe.prestretch, "prestress": recipe.prestress}
        if row.prestretch is not None:
            pair = row.prestretch
            given["prestretch"] = tuple(pair) if isinstance(pair, list) else pair
        if row.prestress is not None:
            given["prestress"] = row.prestress
        with inside(f"layer[{i_layer}]"):
            layers.append(Layer(name=layer_name, thickness=row.thickness, **given))
    options: dict[str, Any] = {"base": table.base, "sides": table.sides, "width": table.width}
    options["interfaces"] = {
        key: _interface_by_hand(row, f"interface.{as_heading(key)}")
        for key, row in table.interface.items()
    }
    options["regions"] = {
        key: _region_by_hand(row, f"region.{as_heading(key)}") for key, row in table.region.items()
    }
    options["adhesions"] = {
        key: _adhesion_by_hand(row, f"adhesion.{as_heading(key)}")
        for key, row in table.adhesion.items()
    }
    return Tissue(layers=layers, name=table.name or Path(file).stem, **options)


def _interface_by_hand(table: by_hand.InterfaceByHand, where: str) -> Interface:
    """Make an interface typed by hand."""
    with inside(where):
        prony = Prony(**table.prony.model_dump()) if table.prony is not None else None
        return Interface(
            stiffness=table.stiffness, viscosity=table.viscosity, prony=prony, under=table.under
        )


def _region_by_hand(table: by_hand.RegionByHand, where: str) -> Region:
    """Make a region typed by hand, or a scar of the library with some numbers of one's own."""
    given = {k: v for k, v in dict(table).items() if v is not None}
    scar = given.pop("scar", None)
    if table.material is not None:
        given["material"] = _material_by_hand(table.material, f"{where}.material")
    with inside(where):
        if table.prony is not None:
            given["prony"] = Prony(**table.prony.model_dump())
        return Region(**given) if scar is None else load_scar(scar, **given)


def _adhesion_by_hand(table: Mapping[str, Any], where: str) -> Adhesion:
    """Make an adhesion typed by hand; what it leaves out is the library's."""
    known = [field.name for field in dataclasses.fields(Adhesion) if field.name != "sources"]
    for key in table:
        if key not in known:
            raise InputError(f"{where}.{as_heading(key)}: {unknown_name('key', key, known)}")
    for key in ("interface", "start", "length"):
        if key not in table:
            raise InputError(f"{where}.{key}: missing; this key is required")
    with inside(where):
        return load_adhesion(**table)


def _material_by_hand(table: by_hand.MaterialByHand, where: str) -> Material:
    """Make the material of a layer typed by hand."""
    with inside(f"{where}.law"):
        law = law_named(table.law)
    fields = {field.name: field for field in dataclasses.fields(law)}
    constants: dict[str, Any] = dict(table.__pydantic_extra__ or {})
    if table.fibres:
        if "fibres" not in fields:
            raise InputError(
                f"{where}.fibres: law {table.law} takes no fibres; use a split law such as "
                "split_neo_hookean"
            )
        families = []
        for i_family, family in enumerate(table.fibres):
            with inside(f"{where}.fibres[{i_family}]"):
                families.append(FibreFamily(**family.model_dump()))
        constants["fibres"] = tuple(families)
    refuse_constants(law, constants, where)
    if table.prony is not None:
        with inside(f"{where}.prony"):
            constants["prony"] = Prony(**table.prony.model_dump())
    with inside(where):
        return law(**constants)


_OPTIONAL = ("shoulder_radius", *(key for key in INSTRUMENT_UNITS if key != "contact_length"))


def _tabled(name: str, table: schema.InstrumentTable, edge: str | None) -> Instrument:
    """Make an instrument from a table in the library's form."""
    if edge is not None and edge not in table.other_edge:
        raise unknown_name(f"edge of instrument {name}", edge, table.other_edge)
    other = table.other_edge[edge] if edge is not None else {}
    sources: list[Source] = []

    def numbers(wanted: Mapping[str, str]) -> dict[str, float]:
        found = {}
        for key, unit in wanted.items():
            quantity = other.get(key) or getattr(table, key)
            if quantity is None:
                if key in _OPTIONAL:
                    continue
                note = f" ({table.note})" if table.note else ""
                raise InputError(
                    f"{key} is missing, so there is no edge section{note}; choose a blade, or give "
                    "the numbers of one"
                )
            path = f"instrument.{name}." + (f"other_edge.{edge}." if key in other else "") + key
            source = source_from(vars(quantity), path)
            found[key] = quantity_to_si(source, unit)
            feeds = f"edge.{key}" if key in EDGE_UNITS else key
            sources.append(dataclasses.replace(source, feeds=(feeds,)))
        return found

    with inside(f"instrument.{name}"):
        section = Edge(**numbers(EDGE_UNITS))
        tool = numbers(INSTRUMENT_UNITS)
        return Instrument(
            edge=section, name=name, label=table.label, sources=tuple(sources), **tool
        )
