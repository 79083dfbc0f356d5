"""The commands `tissues`, `instruments` and `protocols`: what the library holds."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from softsim.cli.group import main
from softsim.errors import InputError

if TYPE_CHECKING:
    from softsim.library import Source
    from softsim.outline import Arc, Segment

WIDTH = 41
"""Characters across the body, at most."""
CELL = 2.0  # a character is about twice as high as it is wide
MOST_LINES = 18
SCALES = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
"""Lengths of the scale [mm]."""


@main.command()
@click.argument("name", required=False)
@click.option("--notes", is_flag=True, show_default="off", help="With the notes on every number.")
def tissues(name: str | None, notes: bool) -> None:
    """List the tissues, or show every number of NAME (or of a TOML file) with its source."""
    from softsim import library

    if name is not None:
        _show(library.describe_tissue(name), library.load_tissue(name).evidence, notes=notes)
        return
    rows = []
    for site in library.tissues():
        tissue = library.load_tissue(site)
        rows.append(
            {
                "tissue": site,
                "thickness": f"{1e3 * tissue.thickness:.3g} mm",
                "base": tissue.base,
                "layers": ", ".join(part for part, _ in tissue.parts),
                **_counts(tissue.evidence),
            }
        )
    _list(rows, "softsim tissues NAME")


@main.command()
@click.argument("name", required=False)
@click.option("--notes", is_flag=True, show_default="off", help="With the notes on every number.")
def instruments(name: str | None, notes: bool) -> None:
    """List the instruments, or show every number of NAME (or of a TOML file) with its source."""
    from softsim import library

    if name is not None:
        tool = library.load_instrument(name)
        click.echo(f"{edge_drawing(tool.edge.section(), float(tool.edge.thickness))}\n")
        _show(library.describe_instrument(name), tool.evidence, notes=notes)
        return
    rows = []
    for tool_name in library.instruments():
        try:
            tool = library.load_instrument(tool_name)
        except InputError:  # a cup or a roller: no edge to draw along the skin
            rows.append({"instrument": tool_name, "nose radius": "no edge"})
            continue
        edge = tool.edge
        rows.append(
            {
                "instrument": tool_name,
                "nose radius": f"{1e3 * float(edge.nose_radius):.3g} mm",
                "thickness": f"{1e3 * float(edge.thickness):.3g} mm",
                "contact length": f"{1e3 * float(tool.contact_length):.3g} mm",
                "label": tool.label,
                **_counts(tool.evidence),
            }
        )
    _list(rows, "softsim instruments NAME")


@main.command()
@click.argument("name", required=False)
def protocols(name: str | None) -> None:
    """List the protocols, or show the phases of NAME with the works they come from."""
    from softsim import library

    if name is not None:
        table = library.load_protocol(name)
        click.echo(library.format_table(library.describe_protocol(name)))
        _works({key: library.citation(key) for key in sorted(table.get("sources", []))})
        return
    rows = []
    for protocol in library.protocols():
        table = library.load_protocol(protocol)
        keys = ("label", "instrument", "site", "lubrication")
        rows.append({"protocol": protocol, **{key: str(table[key]) for key in keys}})
    _list(rows, "softsim protocols NAME")


def _list(rows: list[dict[str, str]], more: str) -> None:
    """Print a list with a pointer to the details."""
    from softsim.library import format_table

    columns = {key: "" for row in rows for key in row}
    click.echo(format_table([{**columns, **row} for row in rows]))
    click.echo(f"\n{more} shows every number with range, basis and source.")


def _counts(sources: Iterable[Source]) -> dict[str, str]:
    """Return what the numbers of a tissue or tool rest on, in columns."""
    from softsim.library import evidence_summary

    count = evidence_summary(sources)
    bases = {basis: str(n) for basis, n in count.by_basis if not basis.startswith("given")}
    return {
        "numbers": str(count.numbers),
        **bases,
        "without citation": str(count.uncited),
        "low confidence": str(count.low_confidence),
    }


def _show(rows: list[dict[str, str]], sources: Sequence[Source], *, notes: bool) -> None:
    """Print a table of numbers, what they rest on and the works they come from."""
    from softsim.library import cited_works, evidence_summary, format_table

    dropped = () if notes else ("note",)
    click.echo(format_table([{k: v for k, v in row.items() if k not in dropped} for row in rows]))
    click.echo(f"\n{evidence_summary(sources)}")
    _works(cited_works(sources))


def _works(works: dict[str, str]) -> None:
    """Print works by key."""
    if works:
        click.echo("\nSources")
    for key, text in works.items():
        click.echo(f"  {key}: {text}")


def edge_drawing(section: Sequence[Segment | Arc], thickness: float) -> str:
    """Return the section of an edge standing on its nose, the leading side at the right.

    Parameters
    ----------
    section : sequence of Segment and Arc
        As `softsim.Edge.section` returns it [m].
    thickness : float
        Of the body [m].
    """
    points = [point for piece in section for point in piece.points()]
    lowest = min(s for s, _ in points)
    unit = thickness / (WIDTH - 1)
    leading, trailing = max(y for _, y in points), min(y for _, y in points)
    lines = []
    for k in range(MOST_LINES):
        height = lowest + (k + 0.5) * CELL * unit
        across = _across(points, height)
        if across is None:
            break
        first, last = (round((y - trailing) / unit) for y in across)
        lines.append(" " * first + "█" * (last - first + 1))
    skin = "▔" * (round((leading - trailing) / unit) + 1)
    scale = max((mm for mm in SCALES if 1e-3 * mm <= 0.5 * WIDTH * unit), default=SCALES[0])
    dashes = "─" * max(0, round(1e-3 * scale / unit) - 1)
    bar = f"├{dashes}┤ {scale:g} mm, leading side at the right"
    return "\n".join([*(f"  {line}" for line in reversed(lines)), f"  {skin}", f"  {bar}"])


def _across(points: Sequence[tuple[float, float]], height: float) -> tuple[float, float] | None:
    """Return where a convex outline is cut at a height: trailing and leading side."""
    cuts = []
    for (s0, y0), (s1, y1) in itertools.pairwise(points):
        if min(s0, s1) <= height <= max(s0, s1) and s0 != s1:
            cuts.append(y0 + (y1 - y0) * (height - s0) / (s1 - s0))
    return (min(cuts), max(cuts)) if cuts else None
