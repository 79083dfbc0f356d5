"""docs/architecture.md says of the tree, the ways and the places what is true of them."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "softsim"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
MOST_CALLS = 11
LEAST_QUESTIONS = 20


def section(title: str) -> str:
    return re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)[
        1
    ]


def source_of(place: str) -> str:
    """Return the source of `file::function`, of the whole class for a method."""
    file, _, name = place.partition("::")
    text = (PACKAGE / file).read_text(encoding="utf-8")
    found = ast.parse(text)
    parts = name.split(".")
    for part in parts:
        kinds = (ast.FunctionDef, ast.ClassDef)
        found = next(n for n in found.body if isinstance(n, kinds) and n.name == part)
        if part == parts[0]:
            outer = found
    return ast.get_source_segment(text, outer)


def test_the_tree_has_every_folder():
    folders, above = set(), {0: ""}
    for line in re.search(r"```\n(.*?)```", section("The tree"), re.DOTALL)[1].splitlines():
        name = line.split()[0].rstrip("/")
        depth = (len(line) - len(line.lstrip())) // 2
        above[depth] = f"{above[depth - 1]}{name}/" if depth else ""
        folders.add(above[depth])
    assert folders == {
        "" if path.parent == PACKAGE else f"{path.parent.relative_to(PACKAGE).as_posix()}/"
        for path in PACKAGE.rglob("__init__.py")
    }


def test_every_module_stands_in_one_row():
    rows = re.findall(r"^\| \d \| ([^|]+) \|", section("Rows"), re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert len(listed) == len(set(listed))
    assert set(listed) == {
        path.stem
        for path in PACKAGE.iterdir()
        if path.stem != "__init__" and (path.suffix == ".py" or (path / "__init__.py").exists())
    }


WAYS = {
    title: (int(number), re.findall(r"`([\w/]+\.py::[\w.]+)`", chain))
    for title, number, chain in re.findall(
        r"^- ([^(\n]+) \((\d+)\): (.*?)(?=\n- |\n\n)",
        section("From the front door to the arithmetic"),
        re.DOTALL | re.MULTILINE,
    )
}


@pytest.mark.parametrize("title", WAYS)
def test_way_from_the_front_door_is_as_told_and_short(title):
    number, chain = WAYS[title]
    assert number == len(chain) <= MOST_CALLS
    assert "kernels/" in chain[-1]
    assert not any("kernels/" in place for place in chain[:-1])
    for one, other in itertools.pairwise(chain):
        name = re.split(r"::|\.", other)[-1]
        assert re.search(rf"\b{name}\b", source_of(one)), f"{one} does not call {other}"
        source_of(other)


def test_ways_of_both_engines_and_of_whole_edges_are_told():
    assert len(WAYS) >= 4


QUESTIONS = re.findall(
    r"^\| ([^|]+) \| `([\w/]+\.py::[\w.]+)` \|$", section("Where is … computed?"), re.MULTILINE
)


def test_there_are_enough_questions():
    assert len(QUESTIONS) >= LEAST_QUESTIONS


@pytest.mark.parametrize(("quantity", "place"), QUESTIONS)
def test_quantity_is_computed_where_it_is_told_and_its_file_has_its_name(quantity, place):
    assert source_of(place)
    words = re.findall(r"[a-z]{4,}", quantity.lower())
    path = place.partition("::")[0]
    assert any(word.rstrip("s") in path for word in words), f"{quantity}: {path}"
