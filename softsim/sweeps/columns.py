"""A table of cases from wherever it is kept: a CSV file, a DataFrame, or columns by name."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from softsim.errors import InputError, inside, shown
from softsim.text_files import read_text

_HEADING = re.compile(r"^\s*([^\[\]()]+(?:\[\d+\][^\[\]()]*)?)\s*(?:[\[(]([^\[\]()]*)[\])])?\s*$")


def columns_of(cases: Any) -> dict[str, Any]:
    """Return the columns of a table of cases by name.

    Parameters
    ----------
    cases : str, Path, mapping of str to sequence, or pandas.DataFrame
        A file has one line of headings and one line per case, separated by commas.  A heading is
        the name of a parameter, with the unit of its numbers where they are not in SI:
        ``force [N],angle [deg]``.

    Raises
    ------
    InputError
        The file cannot be read, a heading is none, a line has too few or too many values, or a
        value is empty.
    """
    if isinstance(cases, (str, Path)):
        with inside(str(cases)):
            return _of_file(Path(cases))
    if hasattr(cases, "to_dict") and hasattr(cases, "columns"):
        return {str(name): list(cases[name]) for name in cases.columns}
    if isinstance(cases, Mapping):
        return dict(cases)
    raise InputError(
        f"cases is {shown(cases)}; must be columns by name, a DataFrame, or the path of a CSV file"
    )


def _of_file(path: Path) -> dict[str, list[Any]]:
    """Return the columns of a CSV file."""
    rows = [
        (number, [cell.strip() for cell in row])
        for number, row in enumerate(csv.reader(read_text(path).splitlines()), start=1)
        if any(cell.strip() for cell in row)
    ]
    if len(rows) < 2:
        raise InputError("no case; give a line of headings and then a line per case")
    headings = [_heading(cell) for cell in rows[0][1]]
    _refuse_twice(name for name, _ in headings)
    columns: dict[str, list[Any]] = {name: [] for name, _ in headings}
    for number, row in rows[1:]:
        if len(row) != len(headings):
            raise InputError(
                f"line {number} has {len(row)} values; must have {len(headings)}, one under each "
                "heading (decimal commas are not read; write points)"
            )
        for (name, unit), cell in zip(headings, row, strict=True):
            if not cell:
                raise InputError(f"line {number} has no {name}; give a value in every column")
            columns[name].append(_value(cell, unit))
    return columns


def _heading(cell: str) -> tuple[str, str]:
    """Return name and unit of a heading."""
    found = _HEADING.match(cell)
    if found is None:
        raise InputError(f"heading {shown(cell)} is none; write e.g. 'force [N]' or 'force'")
    return found[1].strip().removeprefix("stroke."), (found[2] or "").strip()


def _refuse_twice(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"column {shown(name)} stands there twice; leave one of them out")
        seen.add(name)


def _value(cell: str, unit: str) -> Any:
    """Return a cell: with its unit as text, a bare number, or a word."""
    if unit and not cell[:1].isalpha():
        return f"{cell} {unit}"
    try:
        return float(cell)
    except ValueError:
        return cell
