"""A design: the problem a sweep starts from and the values that its parameters take."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from softsim._simulate import check
from softsim.checks import checked_flag
from softsim.errors import InputError, inside, shown
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
from softsim.sweeps.axes import (
    MOST_CASES,
    Axis,
    case_axis,
    flat,
    grid_axis,
    named_parameters,
    values_of,
)
from softsim.sweeps.columns import columns_of
from softsim.sweeps.draws import Draw, drawn_axis
from softsim.sweeps.parameters import (
    CHOICES,
    ENGINE,
    LOADS,
    Parameter,
    refuse_two_loads,
    swept_sources,
    with_choices,
    with_values,
)
from softsim.sweeps.tables import DesignTable
from softsim.text_files import parse_toml, read_text
from softsim.units import Quantity

EMPTY = "sweep: empty; name a parameter and its values, e.g. force = ['6 N']"

KINDS = ("tissue", "instrument")
"""What a sweep can take whole, by name or from files."""

Index = tuple[int, ...]
_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Many problems that differ in some of their numbers: a full grid, a list of cases, or both.

    Parameters
    ----------
    problem : Problem
        What is the same in every case; swept parameters are replaced in it.
    sweep : mapping of str to sequence or mapping
        Name of a parameter to its values (text with units, or SI numbers), or to
        ``{"start": ..., "stop": ..., "num": ..., "spacing": "linear" | "log"}``.  All combinations
        are solved: every parameter is a dimension.
    cases : str, Path, mapping of str to sequence, or pandas.DataFrame, optional
        A table with a column per parameter and a row per case, or its CSV file: one dimension,
        ``case``.
    draw : Draw, optional
        Uncertain numbers drawn from their ranges: one dimension, ``case``.  Not besides `cases`.
    mode, engine : str
        As in `softsim.simulate`.
    allow_unusual : bool
        Whether cases may be outside the bounds of `softsim.plausible`; so they may where the
        problem may, and where the design is made under `softsim.allow_unusual`.
    text : str
        The file the design was read from, as written; empty for a design made by hand.
    axes : tuple of Axis
        Made from `sweep`, then `cases` or `draw`.

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
    sweep: Mapping[str, Any] = field(default_factory=dict)
    cases: Any = None
    draw: Draw | None = None
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
        if self.draw is not None and not isinstance(self.draw, Draw):
            raise InputError(f"draw is {shown(self.draw)}; must be a Draw, or left out")
        with lifted(unusual):
            self._check()

    def _check(self) -> None:
        """Make the axes and try the first case."""
        if not self.sweep and self.cases is None and self.draw is None:
            raise InputError(EMPTY)
        refuse_two_loads(self.problem, list(flat(self.sweep)))
        axes = [*self._grid(), *self._list_of_cases()]
        names = [parameter.name for axis in axes for parameter in axis.parameters]
        for name in names:
            if names.count(name) > 1:
                raise InputError(
                    f"{name} is varied twice, in the grid and in the cases; leave one of them out"
                )
        refuse_two_loads(self.problem, names)
        _refuse_too_many(axes)
        object.__setattr__(self, "axes", tuple(axes))
        for engine in self.engines:
            check(self.first_case, mode=self.mode, engine=engine)

    def _grid(self) -> list[Axis]:
        """Return an axis for each parameter of the sweep."""
        given = flat(self.sweep)
        parameters = named_parameters(given, self.problem, "sweep")
        values = {p: values_of(f"sweep.{p.name}", given[p.name], p) for p in parameters}
        _refuse_too_many(values.values())  # before every value of them is tried
        return [grid_axis(parameter, values, self.problem) for parameter in parameters]

    def _list_of_cases(self) -> list[Axis]:
        """Return the axis of the cases, where there are any."""
        if self.cases is not None and self.draw is not None:
            raise InputError("cases and draw are both given; a design has one list of cases")
        if self.draw is not None:
            return [drawn_axis(self.draw, self.problem)]
        if self.cases is None:
            return []
        return [case_axis("cases", columns_of(self.cases), self.problem)]

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the dimensions: one per swept parameter, one for a list of cases."""
        return tuple(axis.dim for axis in self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of places along each dimension."""
        return tuple(len(axis) for axis in self.axes)

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        return math.prod(self.shape)

    @property
    def first_case(self) -> Problem:
        """First case that is possible, or the problem without the sweep where none is."""
        indices = itertools.islice(np.ndindex(*self.shape), 1000)
        return next(self.possible(indices), self.problem)

    @property
    def engines(self) -> list[str]:
        """Engines that solve cases: one, where they are not swept."""
        return self._choices().get(CHOICES[ENGINE], [self.engine])

    def engine_of(self, index: Index) -> str:
        """Return the engine that solves a case."""
        return str(self.values(index).get(CHOICES[ENGINE], self.engine))

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
        with lifted(self.allow_unusual):
            return with_values(self.problem, self.values(index))

    def values(self, index: Index) -> dict[Parameter, Quantity]:
        """Return the value of every varied parameter in a case."""
        pairs = zip(self.axes, index, strict=True)
        return {parameter: v for axis, i in pairs for parameter, v in axis.at(i).items()}

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the numbers of all cases come from; a swept one is the user's.

        A number that is drawn from the range of its source keeps that.
        """
        columns = [(axis, column) for axis in self.axes for column in axis.columns()]
        numbers = [
            column
            for axis, column in columns
            if not column[0].is_choice and column[0].name not in axis.cited
        ]
        found: dict[Source, None] = {}
        for chosen in itertools.product(*self._choices().values()):
            problem = with_choices(self.problem, dict(zip(self._choices(), chosen, strict=True)))
            found |= dict.fromkeys(swept_sources(problem, numbers))
        return tuple(found)

    def _choices(self) -> dict[Parameter, list[str]]:
        """Return the names of every choice that is swept."""
        columns = (column for axis in self.axes for column in axis.columns())
        return {p: list(dict.fromkeys(names)) for p, _, names in columns if p.is_choice}

    def order(self) -> list[Index]:
        """Return every case so that neighbours in the list are neighbours in the grid.

        The parameter that changes a solution least runs fastest, and every sweep over it returns
        the way it came (a snake).
        """
        ranked = sorted(range(len(self.axes)), key=lambda k: self.axes[k].pace)
        shape = [self.shape[k] for k in ranked]
        back = np.argsort(ranked)
        return [tuple(int(turn[k]) for k in back) for turn in _snake(shape)]

    def identity(self) -> dict[str, str]:
        """Return everything that fixes the results, as text by path: what `digest` digests."""
        found: dict[str, str] = {"mode": self.mode, "engine": self.engine}
        for owner in ("tissue", "instrument", "stroke", "resolution"):
            found |= _described(getattr(self.problem, owner), owner)
        # A state of the skin (friction = "dry") means more than its coefficient.
        found["stroke.friction_state"] = str(self.problem.stroke.friction_state)
        for axis in self.axes:
            section = "cases" if axis.is_of_cases else "sweep"
            for parameter, values, points in axis.columns():
                if parameter.is_choice:  # the one of the problem does not matter
                    head = (f"{parameter.name}.", f"{parameter.name}[")
                    found = {k: v for k, v in found.items() if not f"{k}.".startswith(head)}
                if parameter.owner == "stroke":
                    found.pop(f"stroke.{parameter.field}", None)
                words = [v if isinstance(v, str) and v[:1].isalpha() else None for v in values]
                row = [w or repr(p) for w, p in zip(words, points, strict=True)]
                found[f"{section}.{parameter.name}"] = f"[{', '.join(row)}]"
        for parameter, names in self._choices().items():
            for name in names if parameter.name != ENGINE else ():
                chosen = getattr(with_choices(self.problem, {parameter: name}), parameter.field)
                found |= _described(chosen, f"{parameter.name} {name}")
        return found

    @property
    def toml(self) -> str:
        """The design as text: the file as it was written, or the problem in full with its sweep."""
        if self.text:
            return self.text
        tables: dict[str, list[str]] = {}
        for axis in self.axes:
            rows = tables.setdefault("[cases]" if axis.is_of_cases else "[sweep]", [])
            rows += [f'"{p.name}" = {json.dumps(list(values))}' for p, values, _ in axis.columns()]
        swept = [line for name, rows in tables.items() for line in (name, *rows)]
        head = f'mode = "{self.mode}"\nengine = "{self.engine}"\n'
        if self.allow_unusual and not self.problem.allow_unusual:
            head += "allow_unusual = true\n"
        return "\n".join([head, problem_to_toml(self.problem), *swept, ""])

    @property
    def digest(self) -> str:
        """Fingerprint of `identity`."""
        text = json.dumps(self.identity(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def _refuse_too_many(axes: Iterable[Sized]) -> None:
    """Refuse more combinations of the places along all axes than a sweep may have."""
    n_cases = math.prod(len(axis) for axis in axes)
    if n_cases > MOST_CASES:
        raise InputError(
            f"sweep: has {shown(n_cases)} cases; must be at most {MOST_CASES} (take fewer values)"
        )


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
        cases = _cases(table, folder)
        _refuse_given_twice(table, cases)
        load = partial(load_tissue, gliding=table.gliding)
        make = partial(tissue_from_table, gliding=table.gliding)
        sweep, cases = _found_from(folder, table.sweep), _found_from(folder, cases or {}) or None
        first = {name: _first(name, getattr(table, name), sweep, cases) for name in KINDS}
        if table.gliding is not None and "tissue" in {**sweep, **(cases or {})}:
            raise InputError(
                "gliding: given for tissues that are swept by name, which take the usual one; "
                "leave gliding out, or write a file for each tissue"
            )
        tissue = _loaded("tissue", first["tissue"], folder, load, make)
        tool = _loaded(
            "instrument", first["instrument"], folder, load_instrument, instrument_from_table
        )
        with inside("resolution"):
            resolution = Resolution(**table.resolution.model_dump())
        if not sweep and cases is None and table.draw is None:
            raise InputError(EMPTY)
        some = Problem(tissue=tissue, instrument=tool, stroke=Stroke(force=1.0))
        named_parameters(flat(sweep), some, "sweep")
        stroke = _stroke(table, cases, some)
        problem = Problem(tissue=tissue, instrument=tool, stroke=stroke, resolution=resolution)
        return Design(
            problem=problem,
            sweep=sweep,
            cases=cases,
            draw=None if table.draw is None else Draw(**table.draw.model_dump()),
            mode=table.mode,
            engine=table.engine,
            allow_unusual=table.allow_unusual,
            text="" if isinstance(table.cases, str) else text,  # its cases lie in another file
        )


def _cases(table: DesignTable, folder: Path) -> dict[str, Any] | None:
    """Return the columns of the cases, from the table or the file it names."""
    if table.cases is None:
        return None
    return columns_of(folder / table.cases if isinstance(table.cases, str) else table.cases)


def _found_from(folder: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return swept values with the files of swept tissues and instruments found from a folder."""
    found = dict(given)
    for name in KINDS:
        if isinstance(found.get(name), list):
            found[name] = [
                str(folder / one) if isinstance(one, str) and is_path(one) else one
                for one in found[name]
            ]
    return found


def _first(
    name: str,
    given: str | dict[str, Any] | None,
    sweep: dict[str, Any],
    cases: dict[str, Any] | None,
) -> str | dict[str, Any]:
    """Return a tissue or an instrument of a file, the first one of a sweep over several."""
    if given is not None:
        return given
    several = sweep.get(name, (cases or {}).get(name))
    if not isinstance(several, list) or not several:
        raise InputError(f"{name}: missing; give {name} = 'NAME', or sweep it with a list of names")
    return str(several[0])


def _refuse_given_twice(table: DesignTable, cases: Mapping[str, Any] | None) -> None:
    """Refuse a stroke that fixes what the cases vary, or that has another load besides."""
    fixed = table.stroke.model_dump(exclude_none=True)
    swept = dict.fromkeys(flat(table.sweep), "sweep")
    swept |= dict.fromkeys(flat(cases or {}), "cases")
    for name, section in swept.items():
        if name in fixed:
            raise InputError(
                f"stroke.{name}: {section}.{name} is given too; leave {name} out of [stroke]"
            )
    loads = [name for name in LOADS if name in fixed]
    load = next((name for name in swept if name in LOADS), None)
    if load and loads:
        raise InputError(
            f"{swept[load]}.{load}: stroke.{loads[0]} is given too, and a stroke has exactly one "
            f"load; leave {loads[0]} out of [stroke], or sweep {loads[0]}"
        )


def _stroke(table: DesignTable, cases: Mapping[str, Any] | None, some: Problem) -> Stroke:
    """Return the stroke of the file; a swept load enters with its first value."""
    fields = table.stroke.model_dump(exclude_none=True)
    for section, given in (("sweep", flat(table.sweep)), ("cases", flat(cases or {}))):
        for load in named_parameters((name for name in given if name in LOADS), some, section):
            place = f"{section}.{load.name}"
            try:
                first = values_of(place, given[load.name], load)[0]
                return Stroke(**(fields | {load.name: first}))
            except InputError as error:
                if str(error).startswith(place):
                    raise
                where = f"{place}[0]" if str(error).startswith(load.name) else "stroke"
                raise InputError(f"{where}: {error}") from None
    with inside("stroke"):
        return Stroke(**fields)


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
