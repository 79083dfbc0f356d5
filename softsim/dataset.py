"""From a solved problem to a labelled `xarray.Dataset` in the schema of `softsim.variables`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

import softsim.accessor  # noqa: F401  gives datasets their pictures
from softsim._version import __version__
from softsim.invariants import invariants
from softsim.measuring import with_metrics
from softsim.outcome import Array, Outcome, Rows, Snapshot
from softsim.problem import Problem, describe
from softsim.region_peaks import region_coordinates, region_peaks
from softsim.serialise import problem_hash, problem_to_toml, source_attributes
from softsim.tool_scalars import adhesions, every_step, scalars
from softsim.variables import (
    PROFILED,
    REGISTRY,
    TIME,
    error_name,
    labelled,
    profile_name,
    warnings_text,
)


def build_dataset(problem: Problem, engine: str, solved: Outcome) -> xr.Dataset:
    """Return a solved problem as a Dataset in the schema of `softsim.variables`.

    Parameters
    ----------
    problem : Problem
    engine : str
        Name of the engine, for the attributes.
    solved : Outcome

    Returns
    -------
    xarray.Dataset

    Notes
    -----
    Fields of elements go to the node columns by linear interpolation between the neighbours in the
    same row (second order on graded columns, never across layers) and to the skin by the line
    through the first two rows of the first layer.
    """
    shots, steady = solved.snapshots, solved.mode == "steady"
    rest = np.concatenate([solved.rest_stress[:1], solved.rest_stress])
    fields = _stack([_fields(shot, solved, rest) for shot in shots])
    variables: dict[str, Array] = {
        **fields,
        **_stack([_surface(shot) for shot in shots]),
        **_stack([shot.boundaries.named() if shot.boundaries else {} for shot in shots]),
        **region_peaks(
            problem.tissue,
            solved.columns,
            solved.rows.depth,
            np.append(0, solved.rows.layer),
            fields,
        ),
        **_stack([adhesions(shot, problem) for shot in shots]),
        **_profiles(fields),
        **scalars(problem, shots, steady=steady),
    }
    lead = () if steady else ("time",)
    if steady:
        variables = {name: values[0] for name, values in variables.items()}
    data = labelled(variables, *lead) | labelled(_undisturbed(rest))
    dataset = with_metrics(xr.Dataset(data, coords=_coordinates(problem, solved, steady=steady)))
    dataset = dataset.assign(_errors(dataset, solved.errors) | every_step(problem, solved))
    dataset.attrs = _attributes(problem, engine, solved)
    return dataset


def _stack(tables: Iterable[dict[str, Array]]) -> dict[str, Array]:
    """Turn one table of arrays per time into one table of arrays with time in front."""
    rows = list(tables)
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def _errors(dataset: xr.Dataset, errors: Mapping[str, Array]) -> dict[str, Any]:
    """Return the discretisation errors of the scalars in their units."""
    found: dict[str, Any] = {}
    for name, error in errors.items():
        of = dataset["normal_force" if name == "tangential_force" else name]
        known = REGISTRY[error_name(name)]
        found[known.name] = (of.dims, np.abs(of.to_numpy()) * error, known.attributes)
    return found


# ------------------------------------------------------------------ coordinates


def _coordinates(problem: Problem, solved: Outcome, *, steady: bool) -> dict[str, Any]:
    bounds = problem.tissue.bounds
    values: dict[str, Any] = {
        "along": solved.columns,
        **_depths(problem, solved.rows),
        "layer": _layer_names(problem),
        "layer_top": bounds[:-1],
        "layer_bottom": bounds[1:],
    }
    if solved.snapshots[0].boundaries is not None:
        interfaces = problem.tissue.interfaces
        bottom_of = dict(zip(_layer_names(problem), bounds[1:], strict=True))
        values["interface"] = np.array(list(interfaces), dtype=object)
        values["interface_depth"] = np.array([bottom_of[x.under] for x in interfaces.values()])
    values |= region_coordinates(problem.tissue, solved.columns)
    if solved.snapshots[0].patches is not None:
        adhesions = problem.tissue.adhesions
        values["adhesion"] = np.array(list(adhesions), dtype=object)
        values["adhesion_start"] = np.array([float(x.start) for x in adhesions.values()])
        values["adhesion_end"] = np.array([x.end for x in adhesions.values()])
    if not steady:
        values["time"] = solved.times
        values["pass_number"] = np.array([shot.pass_number for shot in solved.snapshots])
        values["stroke_number"] = np.array([shot.stroke_number for shot in solved.snapshots])
    return labelled(values)


def _layer_names(problem: Problem) -> NDArray[np.object_]:
    """Return the names of the layers."""
    return np.array([layer.name for layer in problem.tissue.layers], dtype=object)


def _depths(problem: Problem, rows: Rows) -> dict[str, Any]:
    """Return the coordinates of the rows, the skin in front."""
    return {
        "depth": rows.depth,
        "depth_layer": _layer_names(problem)[np.append(0, rows.layer)],
        "row_height": np.append(0.0, rows.heights),
    }


# ------------------------------------------------------------------ fields


def _fields(shot: Snapshot, solved: Outcome, rest: Array) -> dict[str, Array]:
    """Return the fields of one snapshot on (depth, along); `rest` is the stress before it."""
    on_grid = _to_grid(solved)
    stress = [on_grid(shot.cauchy[..., k]) for k in range(4)]
    along, depth, across, shear = stress
    changes = [field - rest[:, k, None] for k, field in enumerate(stress)]
    rows = 0.5 * (shot.displacement[:, 1:] + shot.displacement[:, :-1])
    moved = np.concatenate([shot.displacement[:, :1], rows], axis=1).transpose(2, 1, 0)
    if solved.on_nodes:
        moved = shot.displacement.transpose(2, 1, 0)
    stored = on_grid(shot.stored_density)  # below zero where the tool lets a prestress go
    return {
        "displacement_along": moved[0],
        "displacement_depth": moved[1],
        "stress_along": along,
        "stress_depth": depth,
        "stress_across": across,
        "stress_shear": shear,
        **invariants(*stress),
        **{f"{name}_change": field for name, field in invariants(*changes).items()},
        "strain_max_shear": _from_zero(on_grid(shot.strain_max_shear)),
        "strain_energy_density": stored if solved.on_nodes else _from_zero(stored),
        "dissipated_energy_density": _from_zero(on_grid(shot.dissipated_density)),
    }


def _undisturbed(rest: Array) -> dict[str, Array]:
    """Return the stress before the tool comes, by name of the variable, over depth."""
    along, depth, across, shear = rest.T
    found = {"stress_along": along, "stress_depth": depth, "stress_across": across}
    found |= invariants(along, depth, across, shear)
    del found["max_shear"]
    return {f"{name}_undisturbed": value for name, value in found.items()}


def _to_grid(solved: Outcome) -> Callable[[Array], Array]:
    """Return the function from elements (column, row) to (depth, along) of the dataset."""
    width, height, layer = np.diff(solved.columns), solved.rows.heights, solved.rows.layer
    second_row = height.size > 1 and layer[1] == layer[0]
    slope = height[0] / (height[0] + height[1]) if second_row else 0.0

    def on_grid(elements: Array) -> Array:
        if solved.on_nodes:
            return elements.T
        rows = np.empty((height.size + 1, width.size + 1))
        at_nodes = rows[1:]
        left, right = elements[:-1].T, elements[1:].T
        at_nodes[:, 1:-1] = (width[1:] * left + width[:-1] * right) / (width[1:] + width[:-1])
        for end, element, inner in ((0, 0, 1), (-1, -1, -2)):
            at_nodes[:, end] = elements[element]
            if width.size > 1:
                reach = width[element] / (width[element] + width[inner])
                at_nodes[:, end] += reach * (elements[element] - elements[inner])
        rows[0] = rows[1] + slope * (rows[1] - rows[min(2, height.size)])
        return rows

    return on_grid


def _from_zero(values: Array) -> Array:
    """Undo what a straight line makes negative at the skin and the ends."""
    return np.maximum(values, 0.0)


def profiled(name: str, values: Array) -> Array:
    """Return a field with the sign in which its profile takes the largest value.

    Parameters
    ----------
    name : str
        Of the field.
    values : ndarray, any shape
        In the unit of the field.
    """
    if name == "stress_depth":
        return -values
    return np.abs(values) if name == "stress_shear" else values


def _profiles(fields: dict[str, Array]) -> dict[str, Array]:
    """Return the largest value along each row of every profiled field."""
    return {profile_name(name): profiled(name, fields[name]).max(axis=-1) for name in PROFILED}


# ------------------------------------------------------------------ skin and scalars


def _surface(shot: Snapshot) -> dict[str, Array]:
    return {
        "contact_pressure": np.asarray(shot.contact.pressure),
        "contact_shear": np.asarray(shot.contact.shear),
        "surface_displacement_along": shot.displacement[:, 0, 0],
        "surface_displacement_depth": shot.displacement[:, 0, 1],
    }


# ------------------------------------------------------------------ batches and whole edges


def batch_dataset(
    problem: Problem,
    rows: Rows,
    scalars_of_cases: Sequence[dict[str, float]],
    profiles: dict[str, Array],
    **coordinates: NDArray[Any],
) -> xr.Dataset:
    """Return many steady strokes as a Dataset.

    Parameters
    ----------
    problem : Problem
        One of them, for the layers.
    rows : Rows
        Rows of depth of all.
    scalars_of_cases : sequence of dict
        Scalars of every case.
    profiles : dict
        Largest values along rows by field, shape (n_cases, n_depth), in the unit of the field.
    **coordinates : ndarray, shape (n_cases,)
        What else is known of a case.
    """
    values = {
        name: np.array([case[name] for case in scalars_of_cases]) for name in scalars_of_cases[0]
    }
    values |= {profile_name(field): rows for field, rows in profiles.items()}
    coords: dict[str, Any] = {
        name: ("depth", value) for name, value in _depths(problem, rows).items()
    }
    for name, value in {"case": np.arange(len(scalars_of_cases)), **coordinates}.items():
        coords[name] = ("case", value)
    return xr.Dataset(
        labelled(values, "case"),
        coords=coords,
        attrs={"engine": "linear", "stroke_mode": "steady"},
    )


def edge_dataset(
    problem: Problem,
    mode: str,
    contacts: Sequence[Mapping[str, Array | float]],
    *,
    once: Mapping[str, Array | float],
    coordinates: Mapping[str, Array],
    rows: Rows | None = None,
    engine: str = "linear",
    **attributes: str | float,
) -> xr.Dataset:
    """Return the contact of a whole edge as a Dataset.

    Parameters
    ----------
    problem : Problem
    mode : {"steady", "press"}
    contacts : sequence of mapping
        Variables that change in time, one mapping per time; a single one for a steady contact.
        All in the shape and the unit that the registry gives them.
    once : mapping
        Variables without time, in shape and unit of the registry.
    coordinates : mapping
        In shape and unit of the registry.
    rows : Rows, optional
        Rows of depth, where there are profiles.
    engine : str
        Name of the engine.
    **attributes : str or float
        Besides those that say what was solved.
    """
    if mode == "steady":
        data = labelled({**once, **contacts[0]})
    else:
        in_time = {name: np.array([found[name] for found in contacts]) for name in contacts[0]}
        data = labelled(once) | labelled(in_time, TIME)
    depths = {} if rows is None else _depths(problem, rows)
    return xr.Dataset(
        data,
        coords=labelled({**coordinates, **depths}),
        attrs={**provenance(problem, engine, mode), **attributes},
    )


def fields_dataset(
    problem: Problem,
    fields: dict[str, Array],
    places: dict[str, Array],
    layer: NDArray[np.int64],
    attributes: dict[str, Any],
) -> xr.Dataset:
    """Return fields under a whole edge as a Dataset.

    Parameters
    ----------
    problem : Problem
    fields : dict
        All of shape (n_depth, n_along, n_across), in the unit of the registry; those that it does
        not know are left out.
    places : dict
        Places in depth, along and across, each of shape (n,) [m].
    layer : ndarray of int64, shape (n_depth,)
        Layer of each depth.
    attributes : dict
        Of the result they belong to.
    """
    dims = ("depth", "along", "across")
    data = {
        name: (dims, fields[name], variable.attributes)
        for name, variable in REGISTRY.items()
        if name in fields
    }
    coords: dict[str, Any] = {
        name: ((name,), value, REGISTRY[name].attributes) for name, value in places.items()
    }
    coords |= labelled({"depth_layer": _layer_names(problem)[layer]})
    return xr.Dataset(data, coords=coords, attrs=attributes)


# ------------------------------------------------------------------ attributes


def _attributes(problem: Problem, engine: str, solved: Outcome) -> dict[str, str | int | float]:
    """Return what a reader must know to trust, repeat and cite the result."""
    rows = np.bincount(solved.rows.layer, minlength=len(problem.tissue.layers))
    attributes: dict[str, str | int | float] = {
        **provenance(problem, engine, solved.mode),
        "n_columns": int(solved.columns.size - 1),
        "n_rows": int(solved.rows.layer.size),
        "rows_per_layer": json.dumps([int(n) for n in rows]),
        "n_unknowns": int(solved.n_unknowns),
        "n_times": int(solved.times.size),
        "element_along": float(solved.element_along),
        "iterations": int(solved.iterations),
        "residual": float(solved.residual),
        "wall_time": float(solved.elapsed),
        "warnings": warnings_text(solved.warnings),
        **solved.attributes,
    }
    if solved.incomplete:
        attributes["incomplete"] = solved.incomplete
    return {
        name: value
        for name, value in attributes.items()
        if not isinstance(value, float) or math.isfinite(value)
    }


def provenance(problem: Problem, engine: str, mode: str) -> dict[str, str | int]:
    """Return the attributes that say what was solved, by what and from which numbers.

    Parameters
    ----------
    problem : Problem
    engine, mode : str
    """
    text = problem_to_toml(problem)
    layers = problem.tissue.layers
    rules = {x.name: x.material.prony.relaxes if x.material.prony else "none" for x in layers}
    return {
        "title": describe(problem),
        "softsim_version": __version__,
        "engine": engine,
        "stroke_mode": mode,
        "load_kind": problem.stroke.load_kind,
        "problem": text,
        "problem_hash": problem_hash(text),
        "direction": problem.direction,
        "relaxes": json.dumps(rules),
        **source_attributes(problem.sources),
    }
