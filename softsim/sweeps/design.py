"""A design: the problem a sweep starts from and the values each of its parameters takes."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from softsim._simulate import check
from softsim.checks import checked_flag, checked_items
from softsim.errors import InputError, inside, shown, unknown_name
from softsim.library.loaders import (
    instrument_from_table,
    is_path,
    load_instrument,
    load_tissue,
    tissue_from_table,
)
from softsim.library.schema import validated
from softsim.plausible import is_lifted, lifted
from softsim.problem import Problem, Resolution
from softsim.serialise import problem_to_toml
from softsim.sources import Source
from softsim.stroke import Stroke
from softsim.sweeps.parameters import (
    LOADS,
    Parameter,
    parameters_of,
    refuse_two_loads,
    swept_sources,
    with_values,
)
from softsim.sweeps.tables import DesignTable, RangeTable
from softsim.text_files import parse_toml, read_text
from softsim.units import Quantity, to_si

RANGE_KEYS = ("start", "stop", "num", "spacing")
MOST_CASES = 100_000

Index = tuple[int, ...]
_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Axis:
    """One swept parameter with its values.

    Parameters
    ----------
    parameter : Parameter
    values : tuple
        As given, e.g. ``"45 deg"``, or SI numbers.
    points : tuple of float
        The same in SI: the coordinate in the store.
    """

    parameter: Parameter
    values: tuple[Quantity, ...]
    points: tuple[float, ...]

    @property
    def dim(self) -> str:
        """Name of the dimension."""
        return self.parameter.dim


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A full grid of problems: every combination of the values of the swept parameters.

    Parameters
    ----------
    problem : Problem
        What is the same in every case; swept parameters are replaced in it.
    sweep : mapping of str to sequence or mapping
        Name of a parameter to its values (text with units, or SI numbers), or to
        ``{"start": ..., "stop": ..., "num": ..., "spacing": "linear" | "log"}``.
    mode, engine : str
        As in `softsim.simulate`.
    allow_unusual : bool
        Whether cases may be outside the bounds of `softsim.plausible`; so they may where the
        problem may, and where the design is made under `softsim.allow_unusual`.
    text : str
        The file the design was read from, as written; empty for a design made by hand.
    axes : tuple of Axis
        Made from `sweep`.

    Raises
    ------
    InputError
        With the path of the key, what is wrong and what to do.

    Notes
    -----
    Values are checked one parameter at a time.  A combination that is impossible although each of
    its values is possible fails as a case of its own, with the reason in the store.
    """

    problem: Problem
    sweep: Mapping[str, Any]
    mode: str = "steady"
    engine: str = "finite"
    allow_unusual: bool = False
    text: str = field(default="", repr=False)
    axes: tuple[Axis, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.problem, Problem):
            raise InputError(f"problem of the design is {shown(self.problem)}; must be a Problem")
        checked_flag(self.allow_unusual, "allow_unusual")
        unusual = self.allow_unusual or self.problem.allow_unusual or is_lifted()
        object.__setattr__(self, "allow_unusual", unusual)
        if not isinstance(self.sweep, Mapping):
            raise InputError(
                f"sweep is {shown(self.sweep)}; must map the names of parameters to their values, "
                "e.g. {'force': ['2 N', '6 N']}"
            )
        with lifted(unusual):
            self._check()

    def _check(self) -> None:
        """Make the axes and try the first case."""
        given = _flat(self.sweep)
        parameters = _parameters(given, self.problem)
        refuse_two_loads(self.problem, list(given))
        values = {p: _values(f"sweep.{p.name}", given[p.name], p) for p in parameters}
        n_cases = math.prod(len(row) for row in values.values())
        if n_cases > MOST_CASES:
            raise InputError(
                f"sweep: has {shown(n_cases)} cases; must be at most {MOST_CASES} (take fewer "
                "values)"
            )
        axes = tuple(_axis(parameter, values, self.problem) for parameter in parameters)
        object.__setattr__(self, "axes", axes)
        check(self.first_case, mode=self.mode, engine=self.engine)

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the dimensions, one per swept parameter."""
        return tuple(axis.dim for axis in self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values of each swept parameter."""
        return tuple(len(axis.points) for axis in self.axes)

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        return math.prod(self.shape)

    @property
    def first_case(self) -> Problem:
        """First case that is possible, or the problem without the sweep where none is."""
        indices = itertools.islice(np.ndindex(*self.shape), 1000)
        return next(self.possible(indices), self.problem)

    def possible(self, indices: Iterable[Index]) -> Iterator[Problem]:
        """Yield the problems of cases; an impossible combination fails as a case, not here."""
        for index in indices:
            with suppress(InputError):
                yield self.case(index)

    def case(self, index: Index) -> Problem:
        """Return the problem of a case.

        Raises
        ------
        InputError
            When its combination of values is impossible.
        """
        pairs = zip(self.axes, index, strict=True)
        with lifted(self.allow_unusual):
            return with_values(self.problem, {a.parameter: a.values[i] for a, i in pairs})

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the numbers of all cases come from; a swept one is the user's."""
        axes = ((axis.parameter, axis.values, axis.points) for axis in self.axes)
        return swept_sources(self.first_case, axes)

    def order(self) -> list[Index]:
        """Return every case so that neighbours in the list are neighbours in the grid.

        The parameter that changes a solution least runs fastest, and every sweep over it returns
        the way it came (a snake).
        """
        ranked = sorted(range(len(self.axes)), key=lambda k: self.axes[k].parameter.pace)
        shape = [self.shape[k] for k in ranked]
        back = np.argsort(ranked)
        return [tuple(int(turn[k]) for k in back) for turn in _snake(shape)]

    def identity(self) -> dict[str, str]:
        """Return everything that fixes the results, as text by path: what `digest` digests."""
        flat: dict[str, str] = {"mode": self.mode, "engine": self.engine}
        for owner in ("tissue", "instrument", "stroke", "resolution"):
            flat |= _described(getattr(self.problem, owner), owner)
        # A state of the skin (friction = "dry") means more than its coefficient.
        flat["stroke.friction_state"] = str(self.problem.stroke.friction_state)
        for axis in self.axes:
            if axis.parameter.owner == "stroke":
                flat.pop(f"stroke.{axis.parameter.field}", None)
            words = [v if isinstance(v, str) and v[:1].isalpha() else None for v in axis.values]
            points = [w or repr(p) for w, p in zip(words, axis.points, strict=True)]
            flat[f"sweep.{axis.parameter.name}"] = f"[{', '.join(points)}]"
        return flat

    @property
    def toml(self) -> str:
        """The design as text: the file as it was written, or the problem in full with its sweep."""
        if self.text:
            return self.text
        rows = [f'"{a.parameter.name}" = {json.dumps(list(a.values))}' for a in self.axes]
        head = f'mode = "{self.mode}"\nengine = "{self.engine}"\n'
        if self.allow_unusual and not self.problem.allow_unusual:
            head += "allow_unusual = true\n"
        return "\n".join([head, problem_to_toml(self.problem), "[sweep]", *rows, ""])

    @property
    def digest(self) -> str:
        """Fingerprint of `identity`."""
        text = json.dumps(self.identity(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def load_design(path: str | Path) -> Design:
    """Read a design from a TOML file.

    Paths of tissue and instrument files in it are taken from the folder of the file.

    Raises
    ------
    InputError
        File, path of the key, what is wrong, what to do.
    """
    text = read_text(path)
    return design_from_table(parse_toml(text, str(path)), str(path), text=text)


def design_from_table(data: Mapping[str, Any], file: str = "design", text: str = "") -> Design:
    """Make a design from the content of a TOML file; `file` names it in messages."""
    table = validated(DesignTable, data, file)
    folder = Path(file).parent
    with inside(file), lifted(table.allow_unusual):
        _refuse_given_twice(table)
        tissue = _loaded("tissue", table.tissue, folder, load_tissue, tissue_from_table)
        tool = _loaded(
            "instrument", table.instrument, folder, load_instrument, instrument_from_table
        )
        with inside("resolution"):
            resolution = Resolution(**table.resolution.model_dump())
        some = Problem(tissue=tissue, instrument=tool, stroke=Stroke(force=1.0))
        parameters = _parameters(_flat(table.sweep), some)
        stroke = _stroke(table, parameters)
        problem = Problem(tissue=tissue, instrument=tool, stroke=stroke, resolution=resolution)
        return Design(
            problem=problem,
            sweep=table.sweep,
            mode=table.mode,
            engine=table.engine,
            allow_unusual=table.allow_unusual,
            text=text,
        )


def _refuse_given_twice(table: DesignTable) -> None:
    """Refuse a stroke that fixes what the sweep varies, or that has another load besides."""
    fixed = table.stroke.model_dump(exclude_none=True)
    swept = list(_flat(table.sweep))
    for name in swept:
        if name in fixed:
            raise InputError(
                f"stroke.{name}: sweep.{name} is given too; leave {name} out of [stroke]"
            )
    loads = [name for name in LOADS if name in fixed]
    load = next((name for name in swept if name in LOADS), None)
    if load and loads:
        raise InputError(
            f"sweep.{load}: stroke.{loads[0]} is given too, and a stroke has exactly one load; "
            f"leave {loads[0]} out of [stroke], or sweep {loads[0]}"
        )


def _stroke(table: DesignTable, parameters: Sequence[Parameter]) -> Stroke:
    """Return the stroke of the file; a swept load enters with its first value."""
    fields = table.stroke.model_dump(exclude_none=True)
    load = next((parameter for parameter in parameters if parameter.name in LOADS), None)
    if load is None:
        with inside("stroke"):
            return Stroke(**fields)
    first = _values(f"sweep.{load.name}", _flat(table.sweep)[load.name], load)[0]
    try:
        return Stroke(**(fields | {load.name: first}))
    except InputError as error:
        where = f"sweep.{load.name}[0]" if str(error).startswith(load.name) else "stroke"
        raise InputError(f"{where}: {error}") from None


def _loaded(
    key: str,
    given: str | Mapping[str, Any],
    folder: Path,
    load: Callable[[str | Path], _Thing],
    make: Callable[[Mapping[str, Any], str], _Thing],
) -> _Thing:
    """Return a tissue or an instrument: by name, from a path beside the design, or of a table."""
    if not isinstance(given, str):
        return make(given, key)
    with inside(key):
        return load(folder / given if is_path(given) else given)


def _flat(sweep: Mapping[str, Any], head: str = "") -> dict[str, Any]:
    """Return dotted names to values; ``edge.nose_radius = [...]`` is a table in TOML."""
    flat: dict[str, Any] = {}
    for key, given in sweep.items():
        name = f"{head}{key}"
        if isinstance(given, np.ndarray):
            given = given.tolist()
        if isinstance(given, Mapping) and not set(given) & set(RANGE_KEYS):
            flat |= _flat(given, f"{name}.")
        else:
            flat[name] = given
    return flat


def _parameters(given: Mapping[str, Any], problem: Problem) -> list[Parameter]:
    """Return the parameters that a sweep names."""
    if not given:
        raise InputError("sweep: empty; name a parameter and its values, e.g. force = ['6 N']")
    known = parameters_of(problem)
    for name in given:
        if name not in known:
            with inside(f"sweep.{name}"):
                raise unknown_name("swept parameter", name, known)
    return [known[name] for name in given]


def _axis(
    parameter: Parameter, values: Mapping[Parameter, tuple[Quantity, ...]], problem: Problem
) -> Axis:
    """Return the axis of a parameter, each of its values tried on the problem.

    Numbers that must fit each other (nose and body of an edge) and are swept together cannot be
    tried one by one: there only the unit is checked, and what does not fit fails as a case.
    """
    path, own = f"sweep.{parameter.name}", values[parameter]
    alone = not any(parameter.must_fit(other) for other in values)
    points: dict[float, int] = {}
    for i_value, value in enumerate(own):
        with inside(f"{path}[{i_value}]"):
            if alone:
                point = parameter.read(with_values(problem, {parameter: value}))
            else:
                point = to_si(value, parameter.unit, parameter.field)
        if point in points:
            raise InputError(
                f"{path}[{i_value}]: is {shown(value)}, the same as {path}[{points[point]}]; "
                "give every value once"
            )
        points[point] = i_value
    return Axis(parameter, own, tuple(points))


def _values(path: str, given: Any, parameter: Parameter) -> tuple[Quantity, ...]:
    """Return the values of a list or of a range, in SI for the latter."""
    if isinstance(given, Mapping):
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


def _snake(shape: Sequence[int]) -> Iterator[Index]:
    """Yield every index of a grid, each one step from the one before; the last axis runs fastest.

    Examples
    --------
    >>> list(_snake((2, 3)))
    [(0, 0), (0, 1), (0, 2), (1, 2), (1, 1), (1, 0)]
    """
    for plain in itertools.product(*(range(n) for n in shape)):
        turned, rank = [], 0  # rank of the part before a place, in the order of this list
        for place, n in zip(plain, shape, strict=True):
            turned.append(place if rank % 2 == 0 else n - 1 - place)
            rank = rank * n + place
        yield tuple(turned)


def _described(value: Any, path: str) -> dict[str, str]:
    """Return the numbers inside an object by path; evidence and labels are left out."""
    if dataclasses.is_dataclass(value):
        flat = {f"{path}.kind": type(value).__name__} if path.endswith("material") else {}
        names = [entry.name for entry in dataclasses.fields(value)]
        parts = {f".{k}": getattr(value, k) for k in names if k not in ("sources", "label")}
    elif isinstance(value, tuple) and any(dataclasses.is_dataclass(item) for item in value):
        flat, parts = {}, {f"[{i_item}]": item for i_item, item in enumerate(value)}
    else:
        return {} if value is None else {path: repr(value)}
    for step, part in parts.items():
        flat |= _described(part, path + step)
    return flat
