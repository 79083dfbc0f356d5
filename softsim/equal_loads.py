"""Tools at equal terms: the load at which a number of a result has a wanted value.

A comparison of tools depends on what is held equal: at one force a sharp edge has the higher peak
pressure, at one peak pressure the lower force.  `solve_load` finds the load for one tool, `compare`
does so for several and puts the results side by side.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from softsim import progress as waiting
from softsim._simulate import run, simulate
from softsim._version import __version__
from softsim.checks import checked_items
from softsim.errors import ConvergenceError, InputError, SoftsimError, shown, unknown_name
from softsim.instrument import Instrument
from softsim.library import load_instrument
from softsim.metrics import summary
from softsim.outcome import WarmStart
from softsim.problem import Problem, Resolution
from softsim.serialise import problem_to_toml, source_attributes
from softsim.stroke import Stroke
from softsim.sweeps.sampling import Grids, layer_names, make_grids, sample
from softsim.tissue import Tissue
from softsim.units import Quantity, to_si
from softsim.variables import REGISTRY, warnings_of, warnings_text

INSTRUMENT = "instrument"
"""Dimension of a comparison."""

FORCE, LINE_LOAD, WORK_PER_TRAVEL = "force", "line_load", "work_per_travel"

GIVEN = {
    FORCE: (FORCE, "N"),
    "normal_force": (FORCE, "N"),
    "pressure": ("pressure", "Pa"),
    "mean_contact_pressure": ("pressure", "Pa"),
    "indentation": ("indentation", "m"),
    LINE_LOAD: (FORCE, "N/m"),
}
"""Numbers that are a load themselves and need no search: the load and the unit."""

ACCURACY = 1e-3
"""How near the wanted value is met [-]."""

STEP, MOST_STEPS = 2.5, 12
"""Ratio of forces from one try to the next while the value is not yet between two tries."""

MOST_TOOLS = 1000

ALONG_STEP = 2e-5
"""Between places along the skin at which contact pressures are kept [m]."""

START = 2.0
"""Force of the first try where the stroke has another load [N]."""


@dataclass(slots=True)
class _Search:
    """Results of one problem at several forces.

    Parameters
    ----------
    problem : Problem
    name : str
        The number that is to have a value.
    layer : str or None
    mode, engine, edge
        As in `softsim.simulate`.
    """

    problem: Problem
    name: str
    layer: str | None
    mode: str
    engine: str | None
    edge: str
    found: dict[float, tuple[xr.Dataset, float]] = field(default_factory=dict)
    warm: WarmStart | None = None

    def value(self, force: float) -> float:
        """Return the number at a force [N]."""
        if force not in self.found:
            problem = _loaded(self.problem, force=force)
            if self.edge == "whole":
                result = simulate(problem, mode=self.mode, engine=self.engine, edge="whole")
            else:
                result, self.warm = run(problem, mode=self.mode, engine=self.engine, warm=self.warm)
            self.found[force] = result, _number(result, self.name, self.layer)
        return self.found[force][1]

    def bracket(self, first: float, wanted: float) -> tuple[float, float]:
        """Return two forces between which the number has the wanted value [N]."""
        low = high = first
        try:
            for _ in range(MOST_STEPS):
                if self.value(low) < wanted:
                    break
                high, low = low, low / STEP
            for _ in range(MOST_STEPS):
                if self.value(high) >= wanted:
                    break
                low, high = high, high * STEP
        except SoftsimError as error:
            raise self._unreached(wanted, f" ({error})") from None
        if not self.value(low) < wanted <= self.value(high):
            raise self._unreached(wanted, "")
        return low, high

    def _unreached(self, wanted: float, reason: str) -> ConvergenceError:
        unit = _unit(self.name)
        tried = ", ".join(
            f"{v:.3g} {unit} at {f:.3g} N" for f, (_, v) in sorted(self.found.items())
        )
        return ConvergenceError(
            f"{self.name} of {wanted:.4g} {unit} is not reached: {tried or 'no try was solved'}"
            f"{reason}; ask for another value"
        )


def solve_load(
    problem: Problem,
    *,
    mode: str = "steady",
    engine: str | None = None,
    edge: str = "section",
    layer: str | None = None,
    progress: bool | None = None,
    **wanted: Quantity,
) -> xr.Dataset:
    """Return the result at the load at which one of its numbers has a wanted value.

    Parameters
    ----------
    problem : Problem
        Its own load is where the search begins.
    mode, engine, edge, progress
        As in `softsim.simulate`.
    layer : str, optional
        Which layer, for a number that each has, e.g. ``peak_von_mises_change_in_layer``.
    **wanted : float or str
        One number and its value, e.g. ``peak_contact_pressure="60 kPa"``: any scalar of the result,
        or `force`, `pressure`, `indentation`, `line_load` (force per length of the edge),
        `work_per_travel` (of a steady stroke: the tangential force).

    Returns
    -------
    xarray.Dataset
        That of `softsim.simulate` at the load found; `normal_force` says it.  The number is within
        0.1 % of its value.

    Raises
    ------
    InputError
        Not one number, one that the result has not, or a value that is none.
    ConvergenceError
        The value is not reached; it tells what was at the loads tried.

    Notes
    -----
    Found between two forces by Brent's method.  The number must grow with the force.

    Examples
    --------
    >>> import softsim as ss
    >>> ss.solve_load(problem, peak_contact_pressure="60 kPa").normal_force  # doctest: +SKIP
    """
    if len(wanted) != 1:
        named = ", ".join(wanted) or "none"
        raise InputError(
            f"solve_load got {named}; must have exactly one number, e.g. "
            "peak_contact_pressure='60 kPa'"
        )
    ((name, value),) = wanted.items()
    if not isinstance(problem, Problem):
        raise InputError(f"problem is {shown(problem)}; must be a Problem")
    with waiting.shown(progress):
        return _solved(problem, name, value, layer, mode=mode, engine=engine, edge=edge)


def compare(
    instruments: Iterable[str | Instrument] | Mapping[str, Instrument],
    tissue: Tissue,
    stroke: Stroke,
    *,
    equal: str = FORCE,
    at: Quantity | None = None,
    layer: str | None = None,
    mode: str = "steady",
    engine: str | None = None,
    edge: str = "section",
    resolution: Resolution | None = None,
    progress: bool | None = None,
) -> xr.Dataset:
    """Return tools side by side, each at the load that makes one number equal.

    Parameters
    ----------
    instruments : iterable or mapping of Instrument
        Tools, names of the library or paths of files; or tools by label.
    tissue : Tissue
    stroke : Stroke
        The same for all but for the load; its own load is where the search begins.
    equal : str
        What is equal, as `wanted` of `solve_load`.
    at : float or str, optional
        Its value, e.g. ``"60 kPa"``; by default the load of the stroke where `equal` is that.
    layer, mode, engine, edge, progress
        As in `solve_load`.
    resolution : Resolution, optional

    Returns
    -------
    xarray.Dataset
        Scalars, profiles and the contact pressure as in a sweep, over ``instrument``.  `problem`
        has each tool's problem at the load found; `reason` says why one failed, its values are NaN.

    Raises
    ------
    InputError
        No tool, the same twice, or as in `solve_load`.
    ConvergenceError
        Every tool failed.

    Examples
    --------
    >>> import softsim as ss
    >>> both = ss.compare(
    ...     ["strigil_bronze", "gt4_class_scanner"], ss.load_tissue("calf"),
    ...     ss.Stroke(force="2 N", angle="60 deg", speed="100 mm/s"),
    ...     equal="peak_contact_pressure", at="60 kPa",
    ... )  # doctest: +SKIP
    >>> both.normal_force.to_pandas()  # doctest: +SKIP
    """
    tools = _tools(instruments)
    value = _common_value(stroke, equal, at)
    problems = {
        label: Problem(
            tissue=tissue, instrument=tool, stroke=stroke, resolution=resolution or Resolution()
        )
        for label, tool in tools.items()
    }
    grids = _grids(list(problems.values()))
    rows, failures = {}, {}
    with waiting.shown(progress):
        for number, (label, problem) in enumerate(problems.items()):
            waiting.report(number, len(problems), f"{label}")
            try:
                result = _solved(problem, equal, value, layer, mode=mode, engine=engine, edge=edge)
                rows[label] = _row(result, problem, grids)
            except ConvergenceError as error:
                failures[label] = " ".join(str(error).split())
    if not rows:
        raise ConvergenceError(f"no tool was solved; the first: {next(iter(failures.values()))}")
    told = f"{value:.4g} {_unit(equal)}" if isinstance(value, float) else str(value)
    return _side_by_side(rows, failures, problems, grids, f"{equal.replace('_', ' ')}, {told}")


def _grids(problems: list[Problem]) -> Grids:
    """Return the grids of a sweep, finer along: there are few cases."""
    grids = make_grids(problems)
    n_along = 1 + round((grids.along[-1] - grids.along[0]) / ALONG_STEP)
    return replace(grids, along=np.linspace(grids.along[0], grids.along[-1], n_along))


def _tools(given: Any) -> dict[str, Instrument]:
    """Return tools by label."""
    if isinstance(given, Mapping):
        pairs = [(str(label), tool) for label, tool in given.items()]
    else:
        items = checked_items(given, "instruments", MOST_TOOLS)
        pairs = [(one if isinstance(one, str) else getattr(one, "name", ""), one) for one in items]
    tools: dict[str, Instrument] = {}
    for number, (label, one) in enumerate(pairs):
        tool = one if isinstance(one, Instrument) else load_instrument(one)
        name = label or f"tool {number + 1}"
        if name in tools:
            raise InputError(
                f"instruments has {shown(name)} twice; leave one of them out, or give tools by "
                "label, {'mine': tool}"
            )
        tools[name] = tool
    if not tools:
        raise InputError("instruments is empty; give at least one tool")
    return tools


def _common_value(stroke: Stroke, equal: str, at: Quantity | None) -> Quantity:
    """Return the value that all tools are to have."""
    if at is not None:
        return at
    kind = GIVEN.get(equal, (None, ""))[0]
    if kind == stroke.load_kind and equal != LINE_LOAD:
        return stroke.load
    raise InputError(
        f"at is missing; say at which {equal} the tools are compared, e.g. at='60 kPa'"
    )


def _solved(
    problem: Problem,
    name: str,
    value: Quantity,
    layer: str | None,
    **how: Any,
) -> xr.Dataset:
    """Return the result at which a number has a value."""
    if name in GIVEN:
        kind, unit = GIVEN[name]
        load = to_si(value, unit, name, low=0.0, open_low=True)
        if name == LINE_LOAD:
            load *= float(problem.instrument.contact_length)
        return simulate(_loaded(problem, **{kind: load}), **how)
    wanted = to_si(value, _unit(name), name, low=0.0, open_low=True)
    _check_layer(problem, name, layer)
    search = _Search(problem, name, layer, **how)
    kind = problem.stroke.load_kind
    low, high = search.bracket(problem.stroke.load if kind == FORCE else START, wanted)

    def error(log_force: float) -> float:
        """Return the logarithm of the ratio, in which contacts are nearly straight; 0 if small."""
        ratio = search.value(math.exp(log_force)) / wanted
        return 0.0 if math.isclose(ratio, 1.0, rel_tol=ACCURACY) else math.log(ratio)

    brentq(error, math.log(low), math.log(high))
    force = min(search.found, key=lambda f: abs(math.log(search.found[f][1] / wanted)))
    at_load = _loaded(problem, force=force)
    if how["edge"] == "whole" or problem.instrument.is_round:
        return search.found[force][0]
    from softsim.edge_effects import with_section_ratio

    return with_section_ratio(at_load, search.found[force][0])


def _loaded(problem: Problem, **load: float) -> Problem:
    """Return a problem with another load."""
    none: dict[str, Any] = dict.fromkeys((FORCE, "pressure", "indentation"))
    return replace(problem, stroke=replace(problem.stroke, **{**none, **load}))


def _unit(name: str) -> str:
    """Return the unit of a number of a result."""
    if name in GIVEN:
        return GIVEN[name][1]
    if name == WORK_PER_TRAVEL:
        return "N"
    known = [*GIVEN, WORK_PER_TRAVEL, *(k for k, v in REGISTRY.items() if set(v.dims) <= {"layer"})]
    if name not in known:
        raise unknown_name("number of a result", name, known)
    return REGISTRY[name].unit


def _check_layer(problem: Problem, name: str, layer: str | None) -> None:
    """Refuse a layer that the tissue has not, or that the number does not need."""
    if "layer" in REGISTRY.get(name, REGISTRY["tangential_force"]).dims:
        names = [one.name for one in problem.tissue.layers]
        if layer not in names:
            raise unknown_name("layer", layer, names)
    elif layer is not None:
        raise InputError(f"layer is {shown(layer)}, but {name} is one number; leave layer out")


def _number(result: xr.Dataset, name: str, layer: str | None) -> float:
    """Return a number of a result."""
    numbers = summary(result)
    own = "tangential_force" if name == WORK_PER_TRAVEL else name
    if own not in numbers:
        raise unknown_name("number of this result", name, [str(k) for k in numbers.data_vars])
    value = numbers[own]
    if "layer" in value.dims:
        value = value.isel(layer=[str(one) for one in value["layer"].to_numpy()].index(str(layer)))
    return abs(float(value)) if name == WORK_PER_TRAVEL else float(value)


def _row(result: xr.Dataset, problem: Problem, grids: Grids) -> xr.Dataset:
    """Return what a comparison keeps of a result."""
    kept = {
        name: xr.DataArray(one.values, dims=one.dims, attrs=one.attrs, coords=one.coords)
        for name, one in sample(result, problem, grids).items()
    }
    row = xr.Dataset(kept).assign_coords(depth=grids.depth, along=grids.along)
    row["warnings"] = warnings_text(warnings_of(result.attrs))
    row["problem"] = str(result.attrs["problem"])
    return row.assign_attrs({k: result.attrs[k] for k in ("engine", "stroke_mode")})


def _side_by_side(
    rows: Mapping[str, xr.Dataset],
    failures: Mapping[str, str],
    problems: Mapping[str, Problem],
    grids: Grids,
    title: str,
) -> xr.Dataset:
    """Return the rows of all tools in the order given, NaN where one failed."""
    one = next(iter(problems.values()))
    labels = xr.Variable(INSTRUMENT, np.array(list(rows), dtype=object))
    joined = xr.concat(
        list(rows.values()), INSTRUMENT, join="outer", combine_attrs="drop_conflicts"
    ).assign_coords({INSTRUMENT: labels})
    for name, attrs in ((n, v.attrs) for row in rows.values() for n, v in row.data_vars.items()):
        joined[name].attrs = attrs
    joined = joined.reindex({INSTRUMENT: list(problems)})
    texts = {k: problem_to_toml(problem) for k, problem in problems.items()}
    solved = dict(
        zip(rows, joined["problem"].sel({INSTRUMENT: list(rows)}).to_numpy(), strict=True)
    )
    joined["problem"] = (INSTRUMENT, np.array(list((texts | solved).values()), dtype=object))
    told = [failures.get(label, "") for label in problems]
    joined["reason"] = (INSTRUMENT, np.array(told, dtype=object))
    joined["warnings"] = joined["warnings"].fillna("[]")
    joined.coords["depth_layer"] = ("depth", layer_names(one.tissue, grids.depth))
    for name in ("depth", "along"):
        joined[name].attrs = REGISTRY[name].attributes
    sources = dict.fromkeys(source for problem in problems.values() for source in problem.sources)
    return joined.assign_attrs(
        softsim_version=__version__,
        title=f"tools on {one.tissue.name or 'the tissue'} at equal {title}",
        equal=title,
        **source_attributes(sources),
    )
