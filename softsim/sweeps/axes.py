"""Axes of a design: the parameters that change along one dimension, and their values.

Along the axis of one parameter that parameter alone changes, and the axis has its name.  Along an
axis of cases several change together, a row of values for every case: a table that somebody made,
or a draw of uncertain numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from softsim.checks import checked_items
from softsim.errors import InputError, inside, shown, unknown_name
from softsim.library.schema import validated
from softsim.problem import Problem
from softsim.sweeps.parameters import (
    CHOICES,
    Parameter,
    parameters_of,
    with_choices,
    with_values,
)
from softsim.sweeps.plans import Plan
from softsim.sweeps.tables import RangeTable
from softsim.units import Quantity, to_si

CASE = "case"
"""Dimension of an axis along which several parameters change together."""

Point = float | str
"""Value of a parameter in SI, or the name of a choice."""

RANGE_KEYS = ("start", "stop", "num", "spacing")
MOST_CASES = 100_000


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension of a design.

    Parameters
    ----------
    dim : str
        Name of the dimension: that of its only parameter, or ``"case"``.
    parameters : tuple of Parameter
        What changes along it.
    rows : tuple of tuple of (float or str), shape (n, n_parameters)
        Values as given, e.g. ``"45 deg"``, or SI numbers.
    points : tuple of tuple of (float or str), shape (n, n_parameters)
        The same in SI, choices by name: what the store has as coordinates.
    cited : tuple of str
        Parameters whose values lie in the range of the source they had: it speaks for all of them.
    plan : Plan, optional
        How the cases were drawn.
    """

    dim: str
    parameters: tuple[Parameter, ...]
    rows: tuple[tuple[Quantity, ...], ...]
    points: tuple[tuple[Point, ...], ...]
    cited: tuple[str, ...] = ()
    plan: Plan | None = None

    def __len__(self) -> int:
        """Return the number of places along the axis."""
        return len(self.rows)

    @property
    def is_of_cases(self) -> bool:
        """Whether it numbers cases in which several parameters may change together."""
        return self.dim == CASE

    @property
    def pace(self) -> int:
        """Rank in the order of cases: small for what should change seldom."""
        return min(parameter.pace for parameter in self.parameters)

    def at(self, place: int) -> dict[Parameter, Quantity]:
        """Return the values at a place along the axis."""
        return dict(zip(self.parameters, self.rows[place], strict=True))

    def columns(self) -> list[tuple[Parameter, tuple[Quantity, ...], tuple[Any, ...]]]:
        """Return each parameter with its values along the axis, as given and in SI."""
        given, points = zip(*self.rows, strict=True), zip(*self.points, strict=True)
        return list(zip(self.parameters, given, points, strict=True))

    def ends(self) -> list[int]:
        """Return the places where a parameter is least or largest, and the first of each choice."""
        found: list[int] = []
        for parameter, _, points in self.columns():
            if parameter.is_choice:
                found += [points.index(name) for name in dict.fromkeys(points)]
            else:
                found += [int(np.argmin(points)), int(np.argmax(points))]
        return list(dict.fromkeys(found))


def flat(sweep: Mapping[str, Any], head: str = "") -> dict[str, Any]:
    """Return dotted names to values; ``edge.nose_radius = [...]`` is a table in TOML."""
    found: dict[str, Any] = {}
    for key, given in sweep.items():
        name = f"{head}{key}"
        if isinstance(given, np.ndarray):
            given = given.tolist()
        if isinstance(given, Mapping) and not set(given) & set(RANGE_KEYS):
            found |= flat(given, f"{name}.")
        else:
            found[name] = given
    return found


def named_parameters(given: Iterable[str], problem: Problem, section: str) -> list[Parameter]:
    """Return the parameters that a section of a design names.

    Raises
    ------
    InputError
        For a name that is none, with the nearest ones.
    """
    known = parameters_of(problem) | CHOICES
    names = list(given)
    for name in names:
        if name not in known:
            with inside(f"{section}.{name}"):
                raise unknown_name("swept parameter", name, known)
    return [known[name] for name in names]


def grid_axis(
    parameter: Parameter, values: Mapping[Parameter, tuple[Quantity, ...]], problem: Problem
) -> Axis:
    """Return the axis of a parameter, each of its values tried on the problem.

    Numbers that must fit each other (nose and body of an edge) and are swept together cannot be
    tried one by one: there only the unit is checked, and what does not fit fails as a case.
    """
    path, own = f"sweep.{parameter.name}", values[parameter]
    alone = not any(parameter.must_fit(other) for other in values)
    points: dict[Point, int] = {}
    for i_value, value in enumerate(own):
        point = read_value(f"{path}[{i_value}]", value, parameter, problem if alone else None)
        if point in points:
            raise InputError(
                f"{path}[{i_value}]: is {shown(value)}, the same as {path}[{points[point]}]; "
                "give every value once"
            )
        points[point] = i_value
    rows, found = tuple((value,) for value in own), tuple((point,) for point in points)
    return Axis(parameter.dim, (parameter,), rows, found)


def case_axis(section: str, columns: Mapping[str, Any], problem: Problem) -> Axis:
    """Return the axis of cases of a table, each row of it tried on the problem.

    Parameters
    ----------
    section : str
        Name of the table in messages.
    columns : mapping of str to sequence
        Name of a parameter to its value in every case.
    problem : Problem

    Raises
    ------
    InputError
        A column is no parameter or of another length, or a value cannot be read.
    """
    columns = flat(columns)
    if not columns:
        raise InputError(f"{section}: empty; give a column per parameter, e.g. force = ['6 N']")
    parameters = named_parameters(columns, problem, section)
    given = {p: values_of(f"{section}.{p.name}", columns[p.name], p) for p in parameters}

    def alone(parameter: Parameter) -> bool:
        return not any(parameter.must_fit(other) for other in parameters)

    first = parameters[0]
    for parameter in parameters:
        if len(given[parameter]) != len(given[first]):
            raise InputError(
                f"{section}.{parameter.name}: has {len(given[parameter])} values and "
                f"{first.name} {len(given[first])}; a case needs a value in every column"
            )
    columns_in_si = [
        [
            read_value(f"{section}.{p.name}[{number}]", value, p, problem if alone(p) else None)
            for number, value in enumerate(given[p])
        ]
        for p in parameters
    ]
    rows = tuple(zip(*given.values(), strict=True))
    return Axis(CASE, tuple(parameters), rows, tuple(zip(*columns_in_si, strict=True)))


def read_value(path: str, value: Quantity, parameter: Parameter, problem: Problem | None) -> Point:
    """Return a value in SI, or the name of a choice, tried on a problem where there is one."""
    with inside(path):
        if parameter.is_choice:
            if problem is not None:
                with_choices(problem, {parameter: value})
            return str(value)
        if problem is None:
            return to_si(value, parameter.unit, parameter.field)
        return parameter.read(with_values(problem, {parameter: value}))


def values_of(path: str, given: Any, parameter: Parameter) -> tuple[Quantity, ...]:
    """Return the values of a list or of a range, in SI for the latter."""
    if isinstance(given, Mapping) and not parameter.is_choice:
        table = {
            key: _spelling(value, parameter, f"{path}.{key}") if key in ("start", "stop") else value
            for key, value in given.items()
        }
        return _range(path, validated(RangeTable, table, path), parameter)
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise InputError(
            f"{path}: is {shown(given)}; must be a list of values, or a table with start, "
            "stop and num"
        )
    items = checked_items(given, path, MOST_CASES)
    if not items:
        raise InputError(f"{path}: empty; give at least one value")
    pairs = enumerate(items)
    return tuple(_spelling(value, parameter, f"{path}[{i}]") for i, value in pairs)


def _spelling(value: Any, parameter: Parameter, path: str) -> Quantity:
    """Return text and plain numbers as they are, the quantities of other packages in SI."""
    if isinstance(value, str) or type(value) in (int, float):
        return value  # type: ignore[no-any-return]
    return to_si(value, parameter.unit, path)


def _range(path: str, table: RangeTable, parameter: Parameter) -> tuple[float, ...]:
    """Return the values of a range in SI."""
    start = to_si(table.start, parameter.unit, f"{path}.start")
    stop = to_si(table.stop, parameter.unit, f"{path}.stop")
    if not 1 <= table.num <= MOST_CASES:
        raise InputError(f"{path}.num: is {shown(table.num)}; must be in [1, {MOST_CASES}]")
    if table.spacing == "linear":
        return tuple(np.linspace(start, stop, table.num).tolist())
    if not start * stop > 0.0:
        raise InputError(
            f"{path}.start: is {shown(table.start)}; must have the sign of stop and not be 0 for "
            "spacing = 'log' (use spacing = 'linear')"
        )
    return tuple(np.geomspace(start, stop, table.num).tolist())
