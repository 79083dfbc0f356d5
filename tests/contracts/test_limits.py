"""Sizes of folders, files and functions; constants of the linear engine."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from docs.generate.constants import constants

PACKAGE = Path(__file__).resolve().parents[2] / "softsim"
MOST_FILES, MOST_LINES, MOST_FILE_LINES = 12, 60, 500


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield f"{path.relative_to(PACKAGE).as_posix()}::{node.name}", node


def test_no_folder_below_the_package_holds_more_files_than_the_limit():
    counts = Counter(path.parent for path in sources() if path.parent != PACKAGE)
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


def test_no_file_is_longer_than_the_limit():
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {str(path): n for path, n in lines.items() if n > MOST_FILE_LINES} == {}


def test_a_tuning_constant_of_the_linear_engine_has_one_place_and_a_reason():
    found = list(constants("linear"))
    names = Counter(name for constant in found for name in constant.name.split(", "))
    assert [name for name, count in names.items() if count > 1] == []
    assert [constant.name for constant in found if not constant.remark] == []
