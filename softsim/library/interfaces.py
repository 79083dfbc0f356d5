"""Interfaces of the library: gliding tissue between layers, as it is and densified."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from softsim.adhesion import Adhesion
from softsim.errors import unknown_name
from softsim.interface import Interface
from softsim.materials import Prony
from softsim.sources import Source, library_table, quantity_to_si, source_from
from softsim.tissue import Tissue
from softsim.units import Quantity

GLIDING = ("gliding", "gliding_densified")
LOOSE = "loose_connective"
THIN = 1e-3
"""Thickness up to which loose connective tissue is a film on which layers glide [m].

The thickest of the library's sites, at the top of its range, has 0.8 mm.
"""


def load_interface(name: str) -> Interface:
    """Load an interface of the library: loose connective tissue on which layers glide.

    Parameters
    ----------
    name : {"gliding", "gliding_densified"}
        As in health, or with its hyaluronan densified.

    Returns
    -------
    Interface
        Without a place: put it under the name of the layer it replaces, or give it `under`.

    Raises
    ------
    InputError
        For an unknown name, with the nearest ones.

    Notes
    -----
    The spring is the shear modulus of loose connective tissue over its thickness, and relaxes as
    that tissue does; the dashpot is the viscosity of its fluid over that thickness.

    Examples
    --------
    >>> load_interface("gliding").stiffness
    8000000.0
    """
    if not isinstance(name, str) or name not in GLIDING:
        raise unknown_name("interface", name, GLIDING)
    tables = library_table("interfaces")["interface"]
    table = tables["gliding"]
    stiffness = _source(table, "gliding", "stiffness_per_area", "stiffness")
    thickness = _source(table, "gliding", "layer_thickness", "viscosity", note="divides viscosity")
    fluid = _source(table, "gliding", "viscosity", "viscosity", note="of the fluid")
    tissue = library_table("tissues")["tissue"]["loose_connective"]["prony"]
    sources = [stiffness, fluid, thickness, _relaxation(tissue)]
    spring = quantity_to_si(stiffness, "Pa/m")
    dashpot = quantity_to_si(fluid, "Pa*s") / quantity_to_si(thickness, "m")
    if name == "gliding_densified":
        more = tables[name]
        stiffer = _source(more, name, "stiffness_multiplier", "stiffness")
        thicker = _source(more, name, "viscosity_multiplier", "viscosity")
        spring *= quantity_to_si(stiffer, "1")
        dashpot *= quantity_to_si(thicker, "1")
        sources += [stiffer, thicker]
    return Interface(
        stiffness=spring,
        viscosity=dashpot,
        prony=Prony(g=tuple(tissue["g"]), tau=tuple(tissue["tau_s"])),
        sources=tuple(sources),
    )


_BONDS = {
    "stiffness_per_area": ("stiffness", "Pa/m"),
    "strength": ("strength", "Pa"),
    "fracture_energy": ("fracture_energy", "J/m^2"),
    "area_fraction": ("bonded_fraction", "1"),
}


def load_adhesion(
    *, interface: str, start: Quantity, length: Quantity, **numbers: Quantity
) -> Adhesion:
    """Load an adhesion with the assumed numbers of the library, at a place.

    Parameters
    ----------
    interface : str
        Name of the interface it lies on.
    start, length : float or str
        Where it begins along, and how far it reaches from there [m].
    **numbers
        Other fields of `Adhesion`, in the place of those of the library; in their units.

    Returns
    -------
    Adhesion
        Nobody measured strength and fracture energy of adhesions: its sources say that they are
        priors, and give their ranges.

    Examples
    --------
    >>> load_adhesion(interface="loose_connective", start=0.005, length=0.01).strength
    60000.0
    """
    table = library_table("interfaces")["interface"]["adhesion"]
    found: dict[str, Any] = {}
    sources = []
    for key, (name, unit) in _BONDS.items():
        if name not in numbers:
            source = _source(table, "adhesion", key, name)
            found[name] = quantity_to_si(source, unit)
            sources.append(source)
    return Adhesion(
        interface=interface, start=start, length=length, **{**found, **numbers},
        sources=tuple(sources),
    )  # fmt: skip


def with_gliding(tissue: Tissue) -> Tissue:
    """Return a tissue whose thin layers of loose connective tissue are interfaces that glide.

    A layer stays one where it is thicker than `THIN`, or has no layer of another kind above it.
    """
    layers, found = tissue.layers, {}
    for above, layer in itertools.pairwise(layers):
        thickness = float(layer.thickness)
        is_thin = layer.tissue == LOOSE and thickness <= THIN
        is_last = layer is layers[-1] and tissue.base == "half_space"
        if is_thin and not is_last and above.tissue != LOOSE:
            found[layer.name] = _of_thickness(thickness, layer.sources)
    return replace(tissue, interfaces={**tissue.interfaces, **found}) if found else tissue


def _of_thickness(thickness: float, sources: tuple[Source, ...]) -> Interface:
    """Return the interface that stands for a layer of some thickness [m]."""
    usual = load_interface("gliding")
    own = next((source for source in sources if source.feeds == ("thickness",)), None)
    table = library_table("interfaces")["interface"]["gliding"]["layer_thickness"]
    ratio = quantity_to_si(source_from(table, "layer_thickness"), "m") / thickness
    here = f"here over {1e3 * thickness:.3g} mm"
    kept = [
        replace(source, holds=(), note=f"{source.note}; {here}")
        if source.feeds == ("stiffness",)
        else replace(source, holds=())
        for source in usual.sources
        if not source.name.endswith("layer_thickness")
    ]
    if own is not None:  # its range is in that of the stiffness already
        kept.append(replace(own, feeds=("viscosity",), holds=(), note="divides viscosity"))
    return replace(
        usual,
        stiffness=ratio * float(usual.stiffness),
        viscosity=ratio * float(usual.viscosity),
        sources=tuple(kept),
    )


def _source(table: dict[str, Any], name: str, key: str, feeds: str, *, note: str = "") -> Source:
    """Return a number of an interface with what it feeds."""
    source = source_from(table[key], f"interface.{name}.{key}")
    notes = "; ".join(text for text in (source.note, note) if text)
    return replace(source, feeds=(feeds,), note=notes)


def _relaxation(table: dict[str, Any]) -> Source:
    """Return the source of the relaxation."""
    arms = ", ".join(f"{g:g} at {t:g} s" for g, t in zip(table["g"], table["tau_s"], strict=True))
    return Source(
        name="tissue.loose_connective.prony",
        value=table["g_inf"],
        unit="1",
        basis=table["basis"],
        cite=tuple(table["cite"]),
        conf=table["conf"],
        note=f"g_inf, with arms {arms}",
        feeds=("prony",),
    )
