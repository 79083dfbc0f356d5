"""Pages of the library: tissues, instruments and protocols with every number and its source."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import softsim as ss
from softsim.library import citation, describe_instrument, describe_protocol, describe_tissue
from softsim.sources import library_table

NUMBERS = (
    "Made from the files of `softsim/library`. Every number has a value, a range, a basis "
    "([what the words mean](/conventions.md#sources)), a confidence, and the works it rests on."
)


COLUMNS = ("layer", "quantity", "value", "unit", "range", "basis", "confidence", "cite")
"""Columns of a table of numbers; notes stand in the files."""


def write(folder: Path) -> None:
    """Write the pages of tissues, instruments, protocols and of the works they cite."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {
        "tissues": _page("Tissues", "Body sites", "load_tissue", _tissues()),
        "instruments": _page("Instruments", "Tools", "load_instrument", _instruments()),
        "protocols": _page("Protocols", "Protocols", "load_protocol", _protocols()),
        "sources": _sources(),
    }
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text + "\n", encoding="utf-8")


def _page(title: str, things: str, loader: str, sections: Iterable[str]) -> str:
    head = f"# {title}\n\n{things} of the library, by `ss.{loader}(NAME)`. {NUMBERS}"
    return "\n\n".join([head, *sections])


def _tissues() -> Iterator[str]:
    for name in ss.tissues():
        yield f"## `{name}`\n\n{_card(ss.load_tissue(name))}\n\n{_table(describe_tissue(name))}"


def _instruments() -> Iterator[str]:
    for name in ss.instruments():
        try:
            tool = ss.load_instrument(name)
        except ss.InputError:  # no edge: an algometer
            continue
        yield f"## `{name}`\n\n{_card(tool)}\n\n{_table(describe_instrument(name))}"


def _protocols() -> Iterator[str]:
    for name in ss.protocols():
        protocol = ss.load_protocol(name)
        words = ". ".join(str(protocol[key]) for key in ("label", "summary") if key in protocol)
        yield f"## `{name}`\n\n{_escaped(words)}\n\n{_table(describe_protocol(name))}"


def _sources() -> str:
    """Return the page of the works cited, each under its key."""
    works = [f"(cite-{key})=\n`{key}`\n: {_escaped(citation(key))}" for key in citation_keys()]
    return "\n\n".join(["# Sources of the library", "Works cited by its numbers.", *works])


@functools.cache
def citation_keys() -> tuple[str, ...]:
    """Return the keys of the works that the library knows, sorted."""
    tables = library_table("citations")
    return tuple(sorted({*tables["citation"], *tables["cite"]}, key=str.lower))


def _card(thing: ss.Tissue | ss.Instrument) -> str:
    return f'```{{raw}} html\n<div class="shown">{thing._repr_html_()}</div>\n```'


def _table(rows: Sequence[dict[str, str]]) -> str:
    """Return rows as a table of markdown, works linked to their page."""
    wanted = [key for key in rows[0] if key in COLUMNS or "phase" in rows[0]]
    lines = [f"| {' | '.join(wanted)} |", "|" + "---|" * len(wanted)]
    lines += [f"| {' | '.join(_cell(key, row.get(key, '')) for key in wanted)} |" for row in rows]
    return "\n".join(lines)


def _cell(key: str, text: str) -> str:
    if key == "quantity":
        return f"`{text}`"
    if key == "cite":
        known = set(citation_keys())
        cites = [name for name in text.split(", ") if name]
        return ", ".join(f"[{c}](#cite-{c})" if c in known else c for c in cites)
    return _escaped(text)


def _escaped(text: str) -> str:
    """Return text in which nothing is read as markdown."""
    return re.sub(r"([\\`*_{}\[\]<>|$#])", r"\\\1", " ".join(text.split()))
