"""Page of evidence: what the tests hold the engines to, and how closely, read from the tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2] / "tests"

FOLDERS = {
    "analytic": "Against closed forms and published tables",
    "oracles": "Kernels against slow twins that share no code with them",
    "laws": "Laws that hold whatever the numbers",
    "convergence": "Observed order against declared order",
}
"""Folders of tests whose names are laws, and their headings."""

TOLERANCES = {
    "rel": "relative",
    "abs": "absolute",
    "rtol": "relative",
    "atol": "absolute",
}
"""Keywords that carry a tolerance."""

INTRODUCTION = """\
# Evidence

Read from the tests of this version when the page was made: one line is one test, its name in
words is the law, beside it how closely the law is held. `make test` runs them all; those marked
*slow* run by `make test-slow`. Many lines stand for dozens of cases, drawn at random or taken
from a table ([](/references.md)). A tolerance of rounding size means that the law is exact; a
larger one is the truncation error that the method has, with its reason where the test names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """One test: what it holds, how closely, where."""

    words: str
    tolerances: tuple[str, ...]
    is_slow: bool
    place: str


def write(path: Path) -> None:
    """Write the page."""
    parts = [INTRODUCTION, _reference_tables()]
    for folder, title in FOLDERS.items():
        parts.append(f"## {title}")
        for file in sorted((TESTS / folder).glob("test_*.py")):
            parts += _section(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _reference_tables() -> str:
    """Return what the tables of reference are that tests name by letter and number."""
    rows = ["| table | what it is |", "|---|---|"]
    for file in sorted((TESTS / "reference").glob("*.csv")):
        first = file.read_text(encoding="utf-8").split("\n")[0].removeprefix("# ")
        code, _, words = first.partition(": ")
        words = re.sub(r" \(set-up[^)]*\)", "", words).replace("|", "\\|")
        rows.append(f"| {code} `{file.name}` | {words} |")
    return "## Tables of reference\n\n" + "\n".join(rows)


def _section(file: Path) -> list[str]:
    """Return the heading and the table of one file of tests."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    title = (ast.get_docstring(tree) or file.stem).split("\n")[0].rstrip(".")
    rows = ["| law | held to | test |", "|---|---|---|"]
    for law in laws(file):
        slow = " *(slow)*" if law.is_slow else ""
        rows.append(f"| {law.words}{slow} | {'; '.join(law.tolerances)} | `{law.place}` |")
    return [f"### {title.replace('|', '/')}", "\n".join(rows)]


def laws(file: Path) -> list[Law]:
    """Return the tests of a file."""
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    constants = _constants(tree, text.splitlines())
    whole_file_is_slow = re.search(r"^pytestmark = .*\bslow\b", text, re.MULTILINE) is not None
    return [
        Law(
            words=name.removeprefix("test_").replace("_", " "),
            tolerances=tuple(dict.fromkeys(_tolerances(node, functions, constants))),
            is_slow=whole_file_is_slow or any("slow" in ast.dump(d) for d in node.decorator_list),
            place=f"{file.parent.name}/{file.name}",
        )
        for name, node in functions.items()
        if name.startswith("test_")
    ]


def _constants(tree: ast.Module, lines: list[str]) -> dict[str, str]:
    """Return the named numbers of a module, each with the reason that stands beside it."""
    found = {}
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        try:
            value = ast.literal_eval(node.value)
        except ValueError:
            continue
        target = node.targets[0]
        values = value if isinstance(target, ast.Tuple) else [value]
        _, _, reason = lines[node.lineno - 1].partition("#")
        for name, number in zip(_targets(target), values, strict=True):
            if isinstance(number, (int, float)):
                found[name] = f"{number:g} ({reason.strip()})" if reason else f"{number:g}"
    return found


def _targets(target: ast.expr) -> list[str]:
    """Return the names that an assignment gives."""
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return [part.id if isinstance(part, ast.Name) else "" for part in parts]


def _tolerances(
    test: ast.FunctionDef, functions: dict[str, ast.FunctionDef], constants: dict[str, str]
) -> Iterator[str]:
    """Yield the tolerances of a test and of the functions of its file that it calls."""
    called = {
        node.func.id
        for node in ast.walk(test)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    for function in [test, *(functions[name] for name in sorted(called & set(functions)))]:
        nodes = [node for node in ast.walk(function) if hasattr(node, "lineno")]
        for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
            if isinstance(node, ast.keyword) and node.arg in TOLERANCES:
                yield f"{TOLERANCES[node.arg]} {_spelled(node.value, constants)}"
            elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Lt, ast.LtE)):
                bound = node.comparators[0]
                if _names(bound) & set(constants) or _is_small(bound):
                    yield f"below {_spelled(bound, constants)}"


def _is_small(node: ast.expr) -> bool:
    """Whether a bound is a plain number that can only be a tolerance."""
    return isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value <= 0.1


def _spelled(node: ast.expr, constants: dict[str, str]) -> str:
    """Return a tolerance as it is written, its names with their numbers."""
    if isinstance(node, ast.Name) and node.id in constants:
        return constants[node.id]
    if isinstance(node, ast.Constant):
        return f"{node.value:g}"
    text = ast.unparse(node).replace("|", "\\|")
    values = [f"{name} = {constants[name]}" for name in sorted(_names(node) & set(constants))]
    return f"`{text}`" + (f" with {', '.join(values)}" if values else "")


def _names(node: ast.expr) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
