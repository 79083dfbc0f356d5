"""Percent scripts: notebooks kept as Python, read, run and written for Jupyter.

A line ``# %%`` opens a cell of code, ``# %% [markdown]`` one of text whose lines are comments, and
``# %% tags=["parameters"]`` one whose values a caller may replace. Jupyter (through jupytext),
Visual Studio Code, Spyder and PyCharm open such files as they are.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARK = "# %%"
PARAMETERS = 'tags=["parameters"]'


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell: its kind (``"text"``, ``"code"``, ``"parameters"``), its text, its first line."""

    kind: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a cell printed, the value of its last expression, and figures drawn by pyplot."""

    cell: Cell
    printed: str = ""
    value: Any = None
    figures: tuple[Any, ...] = ()


def cells(path: Path) -> list[Cell]:
    """Return the cells of a percent script."""
    found: list[Cell] = []
    head, lines, start = "", [], 1
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), MARK], 1):
        if not line.startswith(MARK):
            lines.append(line)
            continue
        text = "\n".join(lines).strip("\n")
        if text.strip():
            found.append(_cell(head, text, start + _blank_lines(lines)))
        head, lines, start = line, [], number + 1
    return found


def _blank_lines(lines: list[str]) -> int:
    """Return how many lines are empty before the first that is not."""
    return next(k for k, line in enumerate(lines) if line.strip())


def _cell(head: str, text: str, line: int) -> Cell:
    if "[markdown]" in head:
        plain = "\n".join(row.removeprefix("#").removeprefix(" ") for row in text.splitlines())
        return Cell(kind="text", text=plain, line=line)
    kind = "parameters" if PARAMETERS in head else "code"
    return Cell(kind=kind, text=text, line=line)


def run(path: Path, folder: Path, parameters: Mapping[str, Any] | None = None) -> list[Ran]:
    """Run a percent script as a notebook does, in one namespace.

    Parameters
    ----------
    path : Path
    folder : Path
        Where the script runs and leaves its files.
    parameters : mapping of str to object, optional
        Values that take the place of those in the cell of parameters.

    Returns
    -------
    list of Ran
        Every cell, with what it printed and the value it ends with.
    """
    return Session(path, folder, parameters or {}).run(cells(path))


class Session:
    """One run of a script or a page: names that cells share, and a folder.

    Parameters
    ----------
    path : Path
        Named by errors.
    folder : Path
        Where cells run and leave their files.
    parameters : mapping of str to object
        Values that take the place of those in the cell of parameters.
    """

    def __init__(self, path: Path, folder: Path, parameters: Mapping[str, Any]) -> None:
        self._path, self._folder, self._parameters = path, folder, parameters
        self._names: dict[str, Any] = {"__name__": "__main__"}

    def run(self, wanted: Iterable[Cell]) -> list[Ran]:
        """Run cells in their order."""
        with _inside(self._folder):
            return [self._run(cell) for cell in wanted]

    def _run(self, cell: Cell) -> Ran:
        if cell.kind == "text":
            return Ran(cell=cell)
        body = ast.parse("\n" * (cell.line - 1) + cell.text, str(self._path)).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        printed, value = io.StringIO(), None
        with contextlib.redirect_stdout(printed):
            exec(compile(ast.Module(body, []), str(self._path), "exec"), self._names)
            if cell.kind == "parameters":
                self._replace_parameters()
            if isinstance(last, ast.Expr):
                expression = compile(ast.Expression(last.value), str(self._path), "eval")
                value = eval(expression, self._names)
        return Ran(cell=cell, printed=printed.getvalue(), value=value, figures=_taken_figures())

    def _replace_parameters(self) -> None:
        unknown = set(self._parameters) - set(self._names)
        if unknown:
            names = ", ".join(sorted(unknown))
            raise NameError(f"{self._path.name} has no parameter {names}")
        self._names.update(self._parameters)


def _taken_figures() -> tuple[Any, ...]:
    """Return the figures of pyplot and close them, as a notebook does after each cell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return ()
    figures = tuple(pyplot.figure(number) for number in pyplot.get_fignums())
    pyplot.close("all")
    return figures


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Work in a folder, and come back."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def for_jupyter(path: Path) -> str:
    """Return a percent script as an empty Jupyter notebook (text of NAME.ipynb)."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps(
        {
            "cells": [_for_jupyter(cell, number) for number, cell in enumerate(cells(path))],
            "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=1,
    )


def _for_jupyter(cell: Cell, number: int) -> dict[str, Any]:
    common = {"id": f"cell-{number}", "source": cell.text.splitlines(keepends=True)}
    if cell.kind == "text":
        return {"cell_type": "markdown", "metadata": {}, **common}
    metadata = {"tags": ["parameters"]} if cell.kind == "parameters" else {}
    code = {"cell_type": "code", "metadata": metadata, "execution_count": None, "outputs": []}
    return code | common
