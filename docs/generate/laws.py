"""Page of the material laws, made from the docstrings of their classes."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from softsim.materials import LAWS, FibreFamily, Prony

INTRODUCTION = """\
# Material laws

Made from the classes of `softsim.materials`. $\\bar I_1, \\bar I_2$ are the invariants of the
right Cauchy-Green tensor freed of the change of volume, $\\bar\\lambda_i$ the stretches that
belong to it, $J$ is the volume ratio. All laws but the first have the volumetric energy $U(J) =
K/4\\,(J^2 - 1 - 2 \\ln J)$ with the bulk modulus $K$. Constants are instantaneous unless a Prony
series says `reference="equilibrium"`. How to bring constants from other programs:
[](/howto/own_tissue.md)."""


def write(path: Path) -> None:
    """Write the page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kinds = [*((f"`{name}`", law) for name, law in LAWS.items())]
    kinds += [("Fibres", FibreFamily), ("Relaxation", Prony)]
    parts = [INTRODUCTION, *(_section(title, kind) for title, kind in kinds)]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _section(title: str, kind: type) -> str:
    """Return what a class says of itself: words, energy, constants, sources."""
    parts = _parts(inspect.getdoc(kind) or "")
    return "\n\n".join(
        [
            f"## {title}: {parts['']}",
            f"Class `{kind.__name__}`. {parts.get('Notes', '')}",
            "\n".join(["| constant | what it is |", "|---|---|", *_rows(parts["Parameters"])]),
            _sources(parts.get("References", "")),
        ]
    ).strip()


def _parts(doc: str) -> dict[str, str]:
    """Return the sections of a docstring by heading; the first line under ''."""
    found = re.split(r"\n(\w+)\n-+\n", doc)
    parts = {"": found[0].split("\n")[0].rstrip(".")}
    parts |= {head: _markdown(text) for head, text in zip(found[1::2], found[2::2], strict=True)}
    return parts


def _markdown(text: str) -> str:
    """Return reStructuredText of a docstring as markdown."""
    text = re.sub(r":math:`([^`]+)`", lambda found: f"${' '.join(found[1].split())}$", text)
    text = re.sub(r"``([^`]+)``", r"`\1`", text)
    return text.strip("\n")


def _rows(text: str) -> list[str]:
    """Return a row of a table for each parameter."""
    rows: list[str] = []
    for line in text.splitlines():
        if not line.startswith(" "):
            rows.append(f"| `{line.split(' : ')[0]}` |")
        else:
            rows[-1] += f" {line.strip()}"
    return [f"{row} |" for row in rows]


def _sources(text: str) -> str:
    """Return the works cited as one line."""
    works = re.split(r"\.\. \[\d+\] ", text)[1:]
    return " · ".join(" ".join(work.split()) for work in works)
