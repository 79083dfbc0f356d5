"""Sizes of folders and functions."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "softsim"
MOST_FILES, MOST_LINES = 12, 60


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield f"{path.relative_to(PACKAGE).as_posix()}::{node.name}", node


def test_no_folder_below_the_package_holds_more_files_than_the_limit():
    counts = Counter(path.parent for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE)
    assert {str(f): n for f, n in counts.items() if n > MOST_FILES} == {}


def test_no_function_is_longer_than_the_limit():
    """Its docstring left out."""
    long = []
    for name, node in functions():
        lines = node.end_lineno - node.lineno + 1
        if ast.get_docstring(node):
            lines -= node.body[0].end_lineno - node.body[0].lineno + 1
        if lines > MOST_LINES:
            long.append((name, lines))
    assert long == []
