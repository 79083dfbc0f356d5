"""Measured logs: a text file with columns becomes histories, or is refused in one sentence."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from softsim.errors import InputError, inside, listed_names, shown, unknown_name
from softsim.history import Array, History
from softsim.text_files import read_text
from softsim.units import Quantity, to_si

_UNITS = {"force": "N", "pressure": "Pa", "indentation": "m", "angle": "rad", "speed": "m/s"}
_LOADS = ("force", "pressure", "indentation")
_SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# "force [N]", "F (N)", "Position (z), mm", "F / N", "Fz in N"
_HEADINGS = (
    re.compile(r"^(?P<name>.*\S)\s*\[(?P<unit>[^\[\]]*)\]$"),
    re.compile(r"^(?P<name>.*\S)\s*,\s*(?P<unit>[^,]*)$"),
    re.compile(r"^(?P<name>.*\S)\s*\((?P<unit>[^()]*)\)$"),
    re.compile(r"^(?P<name>.*\S)\s+/\s+(?P<unit>\S*)$"),
    re.compile(r"^(?P<name>.*\S)\s+in\s+(?P<unit>\S*)$"),
)
_NO_DATA = ("<", "#")  # first signs of lines that instruments put around their tables


def load_log(
    path: str | Path,
    *,
    time: str | None = None,
    force: str | None = None,
    pressure: str | None = None,
    indentation: str | None = None,
    angle: str | None = None,
    speed: str | None = None,
    separator: str = ",",
    decimal: str = ".",
    units: Mapping[str, str] | None = None,
    start: Quantity | None = None,
    end: Quantity | None = None,
) -> dict[str, History]:
    """Read a measured log as histories for a `Stroke`.

    Parameters
    ----------
    path : str or Path
        Text file of a line of headings, each a name with its unit, and a line for every time.
    time, force, pressure, indentation, angle, speed : str, optional
        Names of the columns, without units; a minus before a name turns the signs.  Without any
        but the time, those called like the parameters are taken, such as ``"force [N]"``.
    separator : str
        Between columns: a comma, a semicolon or a tab.
    decimal : str
        Point or comma.
    units : mapping of str to str, optional
        Units of columns whose headings have none, by parameter, e.g. ``{"force": "N"}``.
    start, end : float or str, optional
        Times of the log between which it is used [s].

    Returns
    -------
    dict of str to History
        By parameter of a `Stroke`; times count from the first one used.

    Raises
    ------
    InputError
        File and line, what is wrong, and what to do: a column or a unit that is missing, times that
        do not increase, what is no number, a load that is lost on the way.

    Examples
    --------
    >>> import softsim as ss
    >>> log = ss.load_log("log.csv", time="t", force="Fz", separator=";")  # doctest: +SKIP
    >>> stroke = ss.Stroke(**log, speed="100 mm/s", friction=0.14)  # doctest: +SKIP
    """
    given = {
        "force": force, "pressure": pressure, "indentation": indentation, "angle": angle,
        "speed": speed,
    }  # fmt: skip
    wanted = {name: column for name, column in given.items() if column is not None}
    with inside(str(path)):
        table = _Table.read(Path(path), separator, decimal, dict(units or {}))
        if not wanted:
            wanted = {name: name for name in given if name in table.names}
        if not wanted:
            raise InputError(
                f"no column is named and none is called {listed_names(list(given))}; name one, "
                f"e.g. force={shown(table.names[-1])} (there are {listed_names(table.names)})"
            )
        times = table.column("time", time or "time", "s")
        _check_times(times, table.lines)
        values = {name: table.column(name, wanted[name], _UNITS[name]) for name in wanted}
        used = _between(times, start, end)
        for name in _LOADS:
            if name in values:
                _check_contact(name, times[used], values[name][used])
        since = tuple((times[used] - times[used][0]).tolist())
        return {name: History(since, tuple(x[used].tolist())) for name, x in values.items()}


@dataclass(frozen=True)
class _Table:
    """Cells of a log under their headings."""

    names: list[str]
    units: list[str]
    rows: list[list[str]]
    lines: list[int]
    decimal: str
    given_units: dict[str, str]

    @classmethod
    def read(cls, path: Path, separator: str, decimal: str, units: dict[str, str]) -> _Table:
        """Read a file."""
        for name, value, known in (
            ("separator", separator, _SEPARATORS),
            ("decimal", decimal, ".,"),
        ):
            if value not in tuple(known):
                raise InputError(f"{name} is {shown(value)}; must be one of {shown(tuple(known))}")
        if separator == decimal:
            raise InputError(
                "separator and decimal are both a comma; give separator=';' or separator='\\t'"
            )
        text = read_text(path).splitlines()
        rows = [
            (number, [cell.strip() for cell in row])
            for number, row in enumerate(csv.reader(text, delimiter=separator), start=1)
            if any(cell.strip() for cell in row) and not row[0].lstrip().startswith(_NO_DATA)
        ]
        if not rows:
            raise InputError("is empty; give a line of headings and a line for every time")
        (_, headings), *data = rows
        if len(headings) == 1:
            other = next((s for s in _SEPARATORS if s != separator and s in headings[0]), None)
            cure = f"; give separator={shown(other)}" if other else ""
            raise InputError(
                f"has one column only where {_SEPARATORS[separator]} parts columns{cure}"
            )
        for number, row in data:
            if len(row) != len(headings):
                raise InputError(
                    f"line {number} has {len(row)} values under {len(headings)} headings; must "
                    "have one under each (for decimal commas give decimal=',' and another "
                    "separator)"
                )
        if len(data) < 2:
            raise InputError(f"has {len(data)} lines of numbers; must have at least 2")
        parsed = [_heading(cell, separator) for cell in headings]
        names = [name for name, _ in parsed]
        return cls(
            names, [unit for _, unit in parsed], [row for _, row in data],
            [number for number, _ in data], decimal, units,
        )  # fmt: skip

    def column(self, parameter: str, name: str, unit: str) -> Array:
        """Return a column in SI, shape (n_lines,)."""
        sign = -1.0 if name.startswith("-") else 1.0
        name = name.removeprefix("-").strip()
        if name not in self.names:
            raise unknown_name("column", name, self.names)
        place = self.names.index(name)
        word = self.given_units.get(parameter, self.units[place])
        if not word:
            raise InputError(
                f"column {shown(name)} has no unit; write '{name} [{unit}]' in the first line, or "
                f"give units={{'{parameter}': '{unit}'}}"
            )
        size = to_si(f"1 {word}", unit, f"unit of column {shown(name)}")
        cells = [row[place] for row in self.rows]
        pairs = zip(cells, self.lines, strict=True)
        return sign * size * np.array([self._number(cell, line, name) for cell, line in pairs])

    def _number(self, cell: str, line: int, name: str) -> float:
        """Return the number in a cell."""
        text = cell.replace(",", ".") if self.decimal == "," else cell
        if _NUMBER.fullmatch(text) and not (self.decimal == "," and "." in cell):
            return float(text)
        what = shown(cell) if cell else "empty"
        if "," in cell and self.decimal == ".":
            cure = "give decimal=','"
        elif "." in cell and self.decimal == ",":
            cure = "give decimal='.'"
        else:
            cure = "leave the line out, or fill it in"
        raise InputError(f"line {line}: {name} is {what}, no number; {cure}")


def _heading(cell: str, separator: str) -> tuple[str, str]:
    """Return name and unit of a heading."""
    for pattern in _HEADINGS:
        found = pattern.match(cell)
        if found is not None and not (separator == "," and "," in cell):
            return found["name"].strip(), found["unit"].strip()
    return cell, ""


def _check_times(times: Array, lines: Sequence[int]) -> None:
    """Refuse times that stand still or go back."""
    falls = np.flatnonzero(np.diff(times) <= 0.0)
    if falls.size:
        k = int(falls[0])
        raise InputError(
            f"line {lines[k + 1]}: time goes from {times[k]:g} s to {times[k + 1]:g} s; must "
            "increase from line to line (is it another column, or are there two recordings?)"
        )


def _between(times: Array, start: Quantity | None, end: Quantity | None) -> Array:
    """Return which lines are used, shape (n_lines,) of bool."""
    low = -math.inf if start is None else to_si(start, "s", "start")
    high = math.inf if end is None else to_si(end, "s", "end")
    used = (times >= low) & (times <= high)
    if used.sum() < 2:
        raise InputError(
            f"{int(used.sum())} lines lie between start and end; must be at least 2 (the log goes "
            f"from {times[0]:g} to {times[-1]:g} s)"
        )
    return np.asarray(used)


def _check_contact(name: str, times: Array, values: Array) -> None:
    """Refuse a load that is lost between the ends, or below 0 at them."""
    touching = np.flatnonzero(values > 0.0)
    if not touching.size:
        raise InputError(
            f"{name} is nowhere above 0; if pressing counts below 0, put a minus before the name "
            f"of the column"
        )
    lost = np.flatnonzero(values <= 0.0)
    inner = lost[(lost > 0) & (lost < values.size - 1)]
    if not inner.size and values[[0, -1]].min() >= 0.0:
        return
    at = int(inner[0]) if inner.size else int(lost[0])
    runs = np.split(touching, np.flatnonzero(np.diff(touching) > 1) + 1)
    longest = max(runs, key=len)
    raise InputError(
        f"{name} is {values[at]:.3g} at {times[at]:g} s, where the tool is off the skin; take one "
        f"time on the skin, e.g. the longest: start={times[longest[0]]:g}, "
        f"end={times[longest[-1]]:g} (lifts between strokes are repeats, lift_time and rest of a "
        "Stroke)"
    )
