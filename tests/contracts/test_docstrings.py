"""Every public function and class says of its array arguments what shape and what unit they have.

An argument counts as an array by its annotation.  It is told under Parameters or Attributes, or by
a sentence that has its name in backquotes (that of a class serves its methods), with the word
"shape" and a unit in brackets, [-] for a pure number, or the word "unit" where it may be any; whole
numbers and truth values need none.  A docstring may refer to another one: "as in `other`".
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "softsim"
ARRAYS = re.compile(r"\b(FloatArray|ComplexArray|Array|NDArray|ndarray)\b")
WHOLE = re.compile(r"NDArray\[np\.(?!float|complex)|\bColumns\b|\bof (bool|int64|str)\b")
ELSEWHERE = re.compile(r"\b([Aa]s in|those of|see) `[\w.]+`")
UNIT = re.compile(r"(?<!\w)\[[^\]\s]+( [^\]\s]+)*\]|\bunit\b")
ENTRY = re.compile(r"^(?P<names>[*\w]+(?:, [*\w]+)*)(?: : .*)?$")


def told_of(docstring: str) -> dict[str, str]:
    """Return what a docstring says of every name: its entry, else the sentences that quote it."""
    found: dict[str, str] = {}
    for sentence in re.split(r"\.(?:\s|$)|\n\n", docstring):
        for name in re.findall(r"`(\w+)`", sentence):
            found[name] = f"{found.get(name, '')} {sentence}"
    sections = r"(?:Parameters|Attributes)\n-+\n(.*?)(?=\n\n\S[^\n]*\n-+\n|\Z)"
    for section in re.findall(sections, docstring, re.DOTALL):
        names: list[str] = []
        for line in section.splitlines():
            entry = ENTRY.match(line)
            if entry:
                names = entry["names"].split(", ")
            for name in names:
                found[name] = f"{'' if entry else found[name]} {line.strip()}"
    return found


def arguments(node: ast.FunctionDef | ast.ClassDef) -> dict[str, str]:
    """Return the annotations of the arguments of a function, or of the fields of a class."""
    if isinstance(node, ast.ClassDef):
        fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
        return {
            item.target.id: ast.unparse(item.annotation)
            for item in fields
            if isinstance(item.target, ast.Name)
            and not item.target.id.startswith("_")
            and not ast.unparse(item.annotation).startswith("ClassVar")
        }
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return {a.arg: ast.unparse(a.annotation) for a in every if a.annotation is not None}


def public(
    body: list[ast.stmt], owner: str = "", of_class: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef, str]]:
    """Yield public functions and classes, with their names and the docstring of their class."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield owner + node.name, node, of_class
            if isinstance(node, ast.ClassDef):
                inner = ast.get_docstring(node) or ""
                yield from public(node.body, f"{owner}{node.name}.", inner)


def silent(node: ast.FunctionDef | ast.ClassDef, of_class: str) -> list[str]:
    """Return the array arguments whose shape or unit is not told."""
    docstring = ast.get_docstring(node) or ""
    told = {**told_of(of_class), **told_of(docstring)}
    missing = []
    for name, annotation in arguments(node).items():
        text = told.get(name, docstring)
        is_told = "shape" in text and (WHOLE.search(f"{annotation} {text}") or UNIT.search(text))
        is_array = ARRAYS.search(annotation) and "Callable" not in annotation
        if is_array and not (name in told and is_told) and not ELSEWHERE.search(text):
            missing.append(name)
    return missing


FOLDERS = sorted({path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")})


@pytest.mark.parametrize("folder", FOLDERS)
def test_array_arguments_have_a_shape_and_a_unit(folder):
    found = {}
    for path in sorted((PACKAGE / folder).glob("*.py")):
        for name, node, of_class in public(ast.parse(path.read_text(encoding="utf-8")).body):
            if missing := silent(node, of_class):
                found[f"{path.name}::{name}"] = missing
    assert found == {}
