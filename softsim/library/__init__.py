"""Cited tissues, instruments, friction and protocols, and files of your own in the same form."""

from __future__ import annotations

from softsim.library.interfaces import load_adhesion, load_interface
from softsim.library.loaders import (
    instrument_from_table,
    instruments,
    load_instrument,
    load_protocol,
    load_tissue,
    protocols,
    tissue_from_table,
    tissues,
)
from softsim.library.scars import load_scar
from softsim.library.tables import (
    cited_works,
    describe_instrument,
    describe_protocol,
    describe_tissue,
    format_table,
)
from softsim.provenance import EvidenceSummary, evidence_summary
from softsim.sources import BASES, FRICTION_KEYS, Source, citation, load_friction

__all__ = [
    "BASES",
    "FRICTION_KEYS",
    "EvidenceSummary",
    "Source",
    "citation",
    "cited_works",
    "describe_instrument",
    "describe_protocol",
    "describe_tissue",
    "evidence_summary",
    "format_table",
    "instrument_from_table",
    "instruments",
    "load_adhesion",
    "load_friction",
    "load_instrument",
    "load_interface",
    "load_protocol",
    "load_scar",
    "load_tissue",
    "protocols",
    "tissue_from_table",
    "tissues",
]
