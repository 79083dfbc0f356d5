"""House rules that a script can check."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "softsim"
MAX_FILE_LINES = 500
MAX_README_LINES = 120


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imported_modules(path: Path) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
    return modules


def modules_with_examples() -> list[str]:
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in python_files("softsim")
        if ">>> " in path.read_text(encoding="utf-8") and path.name != "__init__.py"
    ]


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_in_docstrings_run(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0


def test_no_source_file_is_longer_than_the_limit():
    sizes = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files("softsim", "tests")
    }
    assert {name: n for name, n in sizes.items() if n > MAX_FILE_LINES} == {}


def test_package_never_prints():
    printing = [
        str(path.relative_to(ROOT))
        for path in python_files("softsim")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert printing == []


def test_only_jit_module_imports_numba():
    importing = [
        path.relative_to(PACKAGE).as_posix()
        for path in python_files("softsim")
        if any(module.split(".")[0] == "numba" for module in imported_modules(path))
    ]
    assert importing == ["_jit.py"]


def test_package_never_imports_gpl_peers():
    peers = {"felupe", "tensortrax", "matadi"}
    found = [
        str(path.relative_to(ROOT))
        for path in python_files("softsim", "tests")
        if peers & {module.split(".")[0] for module in imported_modules(path)}
    ]
    assert found == []


def test_nothing_points_outside_the_repository():
    outside = "../" + "shared"
    folders = ("softsim", "tests", "experiments", "docs", "notebooks")
    suffixes = {".py", ".toml", ".md", ".csv", ".txt"}
    texts = [p for f in folders for p in (ROOT / f).rglob("*") if p.suffix in suffixes]
    texts += [ROOT / "README.md", ROOT / "Makefile", ROOT / "pyproject.toml"]
    assert [
        str(path) for path in texts if path.exists() and outside in path.read_text("utf-8")
    ] == []


def test_constraints_pin_exact_versions_only():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line.strip() and not line.startswith("#")]
    assert pins
    assert [line for line in pins if not re.fullmatch(r"[\w.-]+==[\w.!+]+", line)] == []


def test_every_core_dependency_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower().replace("_", "-")
    names = [re.split(r"[<>=\[]", text)[0].lower() for text in project["dependencies"]]
    assert [name for name in names if f"\n{name}==" not in pinned] == []


def test_readme_is_short_enough_to_read():
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("no README here")
    assert len(readme.read_text(encoding="utf-8").splitlines()) <= MAX_README_LINES
