"""An empty store, and variables of one, made under another name and renamed: they appear whole."""

from __future__ import annotations

import glob
import json
import math
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.codecs import Crc32cCodec

from softsim._version import __version__
from softsim.output_files import unwritable
from softsim.serialise import problem_to_toml, source_attributes
from softsim.sweeps.axes import Axis
from softsim.sweeps.design import Design
from softsim.sweeps.parameters import with_values
from softsim.sweeps.sampling import Grids, layer_names, make_grids
from softsim.sweeps.store.chunks import read_json
from softsim.sweeps.store.contents import (
    BACKUP,
    DONE,
    FAILED,
    KIND,
    PENDING,
    RECORD,
    STORE_VERSION,
    consolidate,
)
from softsim.sweeps.store.descriptions import description_sum
from softsim.variables import REGISTRY

CASE_NUMBERS = {
    "wall_time": ("s", "wall time of the case"),
    "iterations": ("1", "Newton iterations of the case"),
    RECORD: ("1", "checksum over the status and all values of the case"),
}
CASE_TEXTS = {
    "reason": "why the case failed; empty where it did not",
    "warnings": "what the result of the case warns of, as a JSON list",
}
ABOUT_THE_CASE = ("status", *CASE_TEXTS, *CASE_NUMBERS)


def create_store(path: Path, design: Design) -> None:
    """Create an empty store under another name and rename it, so that it appears whole."""
    grids = make_grids(_corners(design))
    attributes = {
        "kind": KIND,
        "store_version": STORE_VERSION,
        "softsim_version": __version__,
        "design": design.toml,
        "design_hash": design.digest,
        "identity": json.dumps(design.identity(), ensure_ascii=False),
        "problem": problem_to_toml(design.first_case),
        "stroke_mode": design.mode,
        "engine": ", ".join(design.engines),
        **source_attributes(design.sources),
    }
    try:
        with draft_beside(path) as draft:
            _fill(draft, design, grids, attributes)
            draft.rename(path)
    except OSError as error:
        if (path / "zarr.json").exists():  # another process was quicker
            return
        raise unwritable(path, error, kind="store") from None


@contextmanager
def draft_beside(path: Path) -> Iterator[Path]:
    """Give the name of a folder beside a store, on the same disk; what is left of it goes."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def remove_drafts(path: Path) -> None:
    """Remove what killed processes left beside a store; for its only writer."""
    for draft in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        if re.fullmatch(rf"\.{re.escape(path.name)}\.\d+\.tmp", draft.name):  # no neighbour's
            shutil.rmtree(draft, ignore_errors=True)


def _fill(draft: Path, design: Design, grids: Grids, attributes: dict[str, Any]) -> None:
    """Write the description of a store, its coordinates and what is kept of every case."""
    group = zarr.create_group(draft, attributes=attributes)
    beside = [name for axis in design.axes for name in _add_axis(group, axis)]
    add_coordinate(group, "depth", grids.depth)
    add_coordinate(group, "along", grids.along)
    beside.append(_add_layers(group, design, grids))
    for dim, labels in grids.labels.items():
        add_coordinate(group, dim, np.array(labels, dtype=object))
    group.attrs["coordinates"] = " ".join(beside)
    flags = {"flag_values": [PENDING, DONE, FAILED], "flag_meanings": "pending done failed"}
    add_variable(group, design, "status", {"long_name": "status", **flags}, dtype="i1", fill=0)
    for name, (unit, long_name) in CASE_NUMBERS.items():
        add_variable(group, design, name, {"units": unit, "long_name": long_name})
    for name, long_name in CASE_TEXTS.items():
        add_variable(group, design, name, {"long_name": long_name}, dtype="str", fill="")
    _add_backup(draft, group, attributes)
    consolidate(draft)


def _add_axis(group: zarr.Group, axis: Axis) -> list[str]:
    """Add the values along an axis; return the names of coordinates beside that of its dimension.

    Angles have their degrees beside them.
    """
    beside = []
    if axis.is_of_cases:
        numbers = np.arange(len(axis), dtype=np.float64)
        add_coordinate(group, axis.dim, numbers, attrs={"long_name": "number of the case"})
    if axis.plan is not None:
        for name, (dims, values, words) in axis.plan.coordinates(axis.dim).items():
            attrs = {"units": "1", "long_name": words, "method": axis.plan.method}
            add_coordinate(group, name, values, dims=dims, attrs=attrs)
            if name not in dims:
                beside.append(name)
    for parameter, _, points in axis.columns():
        attrs = {"long_name": parameter.long_name, "parameter": parameter.name}
        if parameter.is_choice:
            names = np.array(points, dtype=object)
            add_coordinate(group, parameter.dim, names, dims=(axis.dim,), attrs=attrs)
            beside += [parameter.dim] if parameter.dim != axis.dim else []
            continue
        kept = {parameter.dim: (np.array(points), parameter.unit)}
        if parameter.unit == "rad":
            kept[f"{parameter.dim}_degrees"] = (np.degrees(points), "deg")
        for name, (values, unit) in kept.items():
            add_coordinate(group, name, values, dims=(axis.dim,), attrs={"units": unit, **attrs})
            if name != axis.dim:
                beside.append(name)
    return beside


def _corners(design: Design) -> list[Any]:
    """Return the problems at the ends of every axis, the others at their first place."""
    start = (0,) * len(design.axes)
    ends = [start]
    for i_axis, axis in enumerate(design.axes):
        ends += [(*start[:i_axis], place, *start[i_axis + 1 :]) for place in axis.ends()]
    return list(design.possible(ends)) or [design.first_case]


def _add_layers(group: zarr.Group, design: Design, grids: Grids) -> str:
    """Add the name of the layer at each depth: a coordinate over the axes that move layers."""
    moving = [
        i for i, axis in enumerate(design.axes) if any(p.moves_layers for p in axis.parameters)
    ]
    shape = tuple(design.shape[i] for i in moving)
    names = np.empty((*shape, grids.depth.size), dtype=object)
    for places in np.ndindex(*shape):
        index = [0] * len(design.axes)
        for i, place in zip(moving, places, strict=True):
            index[i] = place
        moved = {p: v for p, v in design.values(tuple(index)).items() if p.moves_layers}
        names[places] = layer_names(with_values(design.problem, moved).tissue, grids.depth)
    dims = (*(design.dims[i] for i in moving), "depth")
    add_coordinate(group, "depth_layer", names, dims=dims)
    return "depth_layer"


def add_variable(
    group: zarr.Group,
    design: Design,
    name: str,
    attrs: dict[str, Any],
    *,
    dims: tuple[str, ...] = (),
    shape: tuple[int, ...] = (),
    dtype: str = "f8",
    fill: Any = math.nan,
) -> Any:
    """Add a variable over the grid of the design, one chunk per case."""
    return group.create_array(
        name,
        shape=(*design.shape, *shape),
        chunks=(*(1 for _ in design.shape), *shape),
        dtype=dtype,
        fill_value=fill,
        compressors=(Crc32cCodec(),),
        dimension_names=[*design.dims, *dims],
        attributes=attrs,
    )


def add_coordinate(
    group: zarr.Group,
    name: str,
    values: NDArray[Any],
    *,
    dims: tuple[str, ...] | None = None,
    attrs: Any = None,
) -> None:
    """Add a coordinate, written at once.

    Parameters
    ----------
    group : zarr.Group
    name : str
    values : ndarray, shape of the dimensions
        Numbers in the unit of the coordinate, or text.
    dims : tuple of str, optional
        By default its own name.
    attrs : dict, optional
        By default those of `softsim.variables`.
    """
    is_text = values.dtype.kind in "OUT"
    if attrs is None and name in REGISTRY:
        attrs = REGISTRY[name].attributes
    array = group.create_array(
        name,
        shape=values.shape,
        chunks=values.shape,
        dtype="str" if is_text else "f8",
        fill_value="" if is_text else math.nan,
        compressors=(Crc32cCodec(),),
        dimension_names=list(dims or (name,)),
        attributes=attrs,
    )
    array[...] = values.astype(object if is_text else np.float64)


def _add_backup(folder: Path, group: zarr.Group, attributes: dict[str, Any]) -> None:
    """Keep a copy of the description and the coordinates, from which they can be restored."""
    arrays: Any = dict(group.arrays())
    beside = str(group.attrs["coordinates"]).split()
    coordinates = {
        name: np.asarray(array[...]).tolist()
        for name, array in arrays.items()
        if name in array.metadata.dimension_names or name in beside
    }
    descriptions = {
        name: description_sum(read_json(folder / name / "zarr.json"))
        for name in arrays
        if name != "status"
    }
    copy = {"attributes": attributes, "coordinates": coordinates, "descriptions": descriptions}
    arrays["status"].attrs[BACKUP] = json.dumps(copy, ensure_ascii=False)
