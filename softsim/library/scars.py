"""Scars of the library: regions stiffer than the skin they are in, which stiffen sooner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from softsim.errors import unknown_name
from softsim.materials import Prony
from softsim.region import Region
from softsim.sources import Source, library_table, quantity_to_si, source_from

SCARS = ("hypertrophic", "mature")
FEEDS = {
    "matrix": "stiffness_factor",
    "toe_strain": "toe_strain_factor",
    "fibre_linear": "fibre_factor",
}
"""What of the library goes into a region."""


def load_scar(name: str, **place: Any) -> Region:
    """Load a scar of the library: factors on the layer that it is in.

    Parameters
    ----------
    name : {"hypertrophic", "mature"}
        Active and raised, or old and flat.
    **place
        Where it is and what else is known of it: fields of `Region`, such as start and length; in
        the layer "dermis" unless told.

    Returns
    -------
    Region

    Raises
    ------
    InputError
        For an unknown name, with the nearest ones.

    Notes
    -----
    Strength and growth in thickness of a scar are in the library too; nothing here breaks, and
    skin is flat, so that they are not used.

    Examples
    --------
    >>> load_scar("hypertrophic", start="10 mm", length="8 mm").stiffness_factor
    3.9
    """
    if not isinstance(name, str) or name not in SCARS:
        raise unknown_name("scar", name, SCARS)
    key = f"scar_{name}"
    table = library_table("tissues")["tissue"][key]
    numbers: dict[str, Any] = {}
    sources: list[Source] = []
    for own, feeds in FEEDS.items():
        source = source_from(table["multiplier"][own], f"tissue.{key}.multiplier.{own}")
        numbers[feeds] = quantity_to_si(source, "1")
        sources.append(replace(source, feeds=(feeds,)))
    if "prony" in table:
        numbers["prony"] = Prony(g=tuple(table["prony"]["g"]), tau=tuple(table["prony"]["tau_s"]))
        sources.append(_relaxation(table["prony"], key))
    region = Region(**{"layers": table["base"], **numbers, **place})
    kept = [source for source in sources if source.feeds[0] not in place]
    return replace(region, sources=(*region.sources, *kept))


def _relaxation(table: dict[str, Any], key: str) -> Source:
    """Return the source of the relaxation."""
    arms = ", ".join(f"{g:g} at {t:g} s" for g, t in zip(table["g"], table["tau_s"], strict=True))
    return Source(
        name=f"tissue.{key}.prony",
        value=table["g_inf"],
        unit="1",
        basis=table["basis"],
        cite=tuple(table.get("cite", ())),
        conf=table["conf"],
        note=f"g_inf, with arms {arms}; {table['note']}",
        feeds=("prony",),
    )
