"""Table of the tuning constants of an engine, read from its files with the reasons beside them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ENGINES = Path(__file__).resolve().parents[2] / "softsim" / "engines"
WINGS = ("finite", "linear")
INTRODUCTION = """\
# Tuning constants

What decides how exact and how dear an engine is, apart from what `Resolution` sets: read from the
files, each with the remark beside it. Names are unique within an engine. Units are SI where a
remark gives none."""


class Constant(NamedTuple):
    """One constant: its file below the engine, name, value as written, and the remark beside it."""

    file: str
    name: str
    value: str
    remark: str


def constants(wing: str) -> Iterator[Constant]:
    """Yield the numbers in capitals at the top of the files of an engine."""
    root = ENGINES / wing
    for path in sorted(root.rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        remark = ""
        for node in ast.parse("\n".join(lines)).body:
            if not isinstance(node, ast.Assign):
                continue
            names = _names(node.targets[0])
            if not names or not _is_number(node.value):
                continue
            remark = _remark(lines, node) or remark  # one remark may stand over several lines
            file = path.relative_to(root).as_posix()
            yield Constant(file, ", ".join(names), ast.unparse(node.value), remark)


def _names(target: ast.expr) -> list[str]:
    """Return the names in capitals that an assignment gives."""
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    names = [part.id for part in parts if isinstance(part, ast.Name)]
    return [name for name in names if name.isupper() and not name.startswith("_")]


def _is_number(value: ast.expr) -> bool:
    """Whether a value is made of numbers alone."""
    allowed = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.BinOp, ast.UnaryOp, ast.operator)
    leaves = [part for part in ast.walk(value) if isinstance(part, ast.expr)]
    if not all(isinstance(part, allowed) for part in leaves):
        return False
    numbers = [part.value for part in leaves if isinstance(part, ast.Constant)]
    return any(isinstance(number, int | float) for number in numbers)


def _remark(lines: list[str], node: ast.Assign) -> str:
    """Return the comment over or behind an assignment."""
    above = []
    for line in reversed(lines[: node.lineno - 1]):
        if not line.startswith("#"):
            break
        above.append(line.lstrip("# "))
    behind = lines[(node.end_lineno or node.lineno) - 1].partition("  # ")[2]
    return " ".join([*reversed(above), behind]).strip().replace("|", " ")


def write(path: Path) -> None:
    """Write the page."""
    parts = [INTRODUCTION]
    for wing in WINGS:
        rows = [
            f"| `{found.name}` | `{found.value}` | {found.remark} | {found.file} |"
            for found in constants(wing)
        ]
        head = ["| constant | value | what for | file |", "|---|---|---|---|"]
        parts.append("\n".join([f"## Engine `{wing}`", "", *head, *rows]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
