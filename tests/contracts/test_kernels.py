"""Every kernel is compared with a slow twin, and takes few arguments."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KERNELS = ROOT / "softsim" / "kernels"
MAX_PARAMETERS = 8


def compiled(*decorators: str) -> dict[str, ast.FunctionDef]:
    """Return the functions under kernels/ with one of these decorators, by file::name."""
    return {
        f"{path.relative_to(KERNELS).as_posix()}::{node.name}": node
        for path in sorted(KERNELS.rglob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(d, ast.Name) and d.id in decorators for d in node.decorator_list)
    }


def called_in_oracles() -> set[str]:
    """Return the names of what the tests against twins call."""
    names = set()
    for path in (ROOT / "tests" / "oracles").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not any(
            isinstance(node, ast.ImportFrom) and str(node.module).startswith("softsim.kernels")
            for node in ast.walk(tree)
        ):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                function = node.func
                names.add(getattr(function, "id", None) or getattr(function, "attr", ""))
    return names


@pytest.mark.parametrize("place", compiled("kernel"))
def test_every_kernel_is_called_beside_its_twin(place):
    assert place.partition("::")[2] in called_in_oracles()


def test_kernels_take_few_arguments():
    many = {
        place: len(node.args.args)
        for place, node in compiled("kernel", "inline").items()
        if len(node.args.args) > MAX_PARAMETERS
    }
    assert many == {}
