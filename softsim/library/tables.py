"""Tables of tissues, instruments and protocols with their sources, for people to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from softsim.library.loaders import load_instrument, load_protocol, load_tissue
from softsim.provenance import given, listed
from softsim.sources import Source, citation

COLUMNS = ("quantity", "value", "unit", "range", "basis", "confidence", "cite", "note")

Row = dict[str, str]


def describe_tissue(name_or_path: str | Path) -> list[Row]:
    """Return one row per number of a tissue: the columns of `COLUMNS` after ``"layer"``."""
    tissue = load_tissue(name_or_path)
    parts = [(name, listed(part, f"tissue.{name}")) for name, part in tissue.parts]
    parts.append(("", given(tissue, "tissue")))
    return [{"layer": name, **_row(source)} for name, sources in parts for source in sources]


def describe_instrument(name_or_path: str | Path) -> list[Row]:
    """Return one row per number of an instrument: the columns of `COLUMNS`."""
    return [_row(source) for source in load_instrument(name_or_path).evidence]


def describe_protocol(name: str) -> list[Row]:
    """Return one row per phase of a protocol."""
    rows = []
    for phase in load_protocol(name)["phase"]:
        row = {"phase": str(phase["name"]), "stroke_type": str(phase["stroke_type"])}
        for key in ("force", "pressure", "angle", "speed", "length", "strokes"):
            quantity = phase.get(key)
            row[key] = f"{quantity['value']:g} {quantity['unit']}" if quantity else ""
        rows.append(row)
    return rows


def cited_works(sources: Iterable[Source]) -> dict[str, str]:
    """Return the works that the sources cite: key to bibliographic text, sorted by key."""
    keys = sorted({key for source in sources for key in source.cite})
    return {key: citation(key) for key in keys}


def format_table(rows: Sequence[Row]) -> str:
    """Return rows as aligned text with a heading line; empty for no rows."""
    if not rows:
        return ""
    columns = list(rows[0])
    widths = {
        column: max(len(column), *(len(row.get(column, "")) for row in rows)) for column in columns
    }
    lines = ["  ".join(column.ljust(widths[column]) for column in columns)]
    lines += [
        "  ".join(row.get(column, "").ljust(widths[column]) for column in columns) for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def _row(source: Source) -> Row:
    """Spell a source as text cells."""
    unit = "1" if source.unit == "-" else source.unit
    cells = (
        source.name,
        f"{source.value:g}",
        unit,
        source.spread,
        source.basis,
        source.conf,
        ", ".join(source.cite),
        source.note,
    )
    return dict(zip(COLUMNS, cells, strict=True))
