"""The store of a sweep: one Zarr cube that always opens, whatever happened while it was written.

Only the process that called `softsim.sweep` writes; worker processes hand their results to it.
Every case has chunks of its own in every variable and a chunk is replaced as a whole, so nothing
written before is touched again.  The status of a case is written after everything else of it: a
sweep that is killed leaves the cases in flight pending, and no half of them visible as done.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
import zarr
from numpy.typing import NDArray

import softsim.accessor  # noqa: F401  gives datasets their pictures
from softsim._version import __version__
from softsim.errors import InputError
from softsim.serialise import problem_to_toml, source_attributes
from softsim.sweeps.design import Design, Index
from softsim.sweeps.parameters import with_values
from softsim.sweeps.sampling import Grids, Samples, layer_names, make_grids
from softsim.variables import REGISTRY

KIND = "softsim sweep"
PENDING, DONE, FAILED = 0, 1, 2

_CASE_NUMBERS = {
    "wall_time": ("s", "wall time of the case"),
    "iterations": ("1", "Newton iterations of the case"),
}
_CASE_TEXTS = {
    "reason": "why the case failed; empty where it did not",
    "warnings": "what the result of the case warns of, as a JSON list",
}
_ABOUT_THE_CASE = ("status", *_CASE_TEXTS, *_CASE_NUMBERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What came of one case.

    Parameters
    ----------
    index : tuple of int
        Place in the grid of the design.
    samples : dict of str to Sampled or None
        Its variables; None where it failed.
    reason : str
        Why it failed.
    wall_time : float
        [s].
    iterations : float
        Newton iterations; NaN where unknown.
    warnings : str
        What the result warns of, a JSON list.
    """

    index: Index
    samples: Samples | None = None
    reason: str = ""
    wall_time: float = math.nan
    iterations: float = math.nan
    warnings: str = "[]"


@dataclass(slots=True)
class Store:
    """The cube of a design on disk, open for writing.

    Parameters
    ----------
    path : Path
    design : Design
    grids : Grids
    group : zarr.Group
    arrays : dict of str to zarr.Array
        The arrays of the group.
    """

    path: Path
    design: Design
    grids: Grids
    group: zarr.Group
    arrays: dict[str, Any]

    @classmethod
    def prepare(cls, path: str | Path, design: Design) -> Store:
        """Create the store of a design, or open it again if it is there.

        Raises
        ------
        InputError
            The folder is something else, was made from another design or by another version, or
            cannot be written.
        """
        path = Path(path)
        _check(path, design)
        if not path.exists():
            _create(path, design)
        group = zarr.open_group(path, mode="r+", use_consolidated=False)
        arrays = dict(group.arrays())
        grids = Grids(np.asarray(arrays["depth"][...]), np.asarray(arrays["along"][...]))
        store = cls(path, design, grids, group, arrays)
        store._consolidate()
        return store

    def missing(self, *, retry_failed: bool = False) -> list[Index]:
        """Return the cases still to do, neighbours next to each other."""
        status = np.asarray(self.arrays["status"][...])
        wanted = (PENDING, FAILED) if retry_failed else (PENDING,)
        return [index for index in self.design.order() if int(status[index]) in wanted]

    def write(self, result: CaseResult) -> None:
        """Write one case, its status last."""
        index = result.index
        self._set("wall_time", index, result.wall_time)
        self._set("iterations", index, result.iterations)
        self._set("reason", index, result.reason)
        if result.samples is None:
            self._set("status", index, FAILED)
            return
        self._set("warnings", index, result.warnings)
        self._declare(result.samples)
        for name, sampled in result.samples.items():
            if name not in self.design.dims:  # the swept value itself
                self._set(name, index, sampled.values)
        self._set("status", index, DONE)

    def _set(self, name: str, index: Index, value: Any) -> None:
        self.arrays[name][index] = value

    def _declare(self, samples: Samples) -> None:
        """Create the arrays of variables that no case had before."""
        new = [n for n in samples if n not in self.arrays and n not in self.design.dims]
        for name in new:
            sampled = samples[name]
            for dim, labels in sampled.coords.items():
                if dim not in self.arrays:
                    self.arrays[dim] = _add_coordinate(self.group, dim, (dim,), labels)
            self.arrays[name] = _add(
                self.group, self.design, name, sampled.dims, sampled.values.shape, sampled.attrs
            )
        if new:
            self._consolidate()

    def _consolidate(self) -> None:
        """Let readers find every variable at one place."""
        with _quiet():
            zarr.consolidate_metadata(self.path)


def open_sweep(store: str | Path) -> xr.Dataset:
    """Open the store of a sweep, finished or not.

    Parameters
    ----------
    store : str or Path

    Returns
    -------
    xarray.Dataset
        Read from disk when used; ``.load()`` reads it whole.  `status` is 0 for a case still to do,
        1 for one done, 2 for one that failed; the values of the last two kinds besides done are
        NaN, and `reason` says why a case failed.

    Raises
    ------
    InputError
        When there is no store of a sweep at that place.
    """
    path = Path(store)
    if not path.is_dir():
        raise InputError(f"store '{path}' does not exist; check the path, or run the sweep first")
    if _attributes(path).get("kind") != KIND:
        raise InputError(f"'{path}' is not the store of a sweep; give the folder of one")
    with _quiet():
        dataset: xr.Dataset = xr.open_zarr(path, consolidated=False, chunks=None)
        for name, variable in dataset.variables.items():
            if variable.dtype.kind == "T":  # plain text can be written to any format again
                text = variable.to_numpy().astype(object)
                dataset[name] = dataset[name].copy(data=text)
    order = [*_ABOUT_THE_CASE, *REGISTRY]
    return dataset[sorted(dataset.data_vars, key=lambda name: order.index(str(name)))]


def _check(path: Path, design: Design) -> None:
    """Refuse a place that cannot become, or is not, the store of this design."""
    if not path.exists():
        parent = path.resolve().parent
        if not parent.is_dir():
            raise InputError(f"folder '{parent}' does not exist; create it or choose another place")
        return
    attributes = _attributes(path) if path.is_dir() else {}
    if attributes.get("kind") != KIND:
        raise InputError(
            f"'{path}' exists and is not the store of a sweep; choose another place or remove it"
        )
    if attributes.get("softsim_version") != __version__:
        raise InputError(
            f"store '{path}' was made by softsim {attributes.get('softsim_version')}, this is "
            f"{__version__}; choose another place, or finish it with that version"
        )
    if attributes.get("design_hash") != design.digest:
        raise InputError(
            f"store '{path}' was made from another design: {_difference(attributes, design)}; "
            "choose another place, or run the design it was made from"
        )


def _difference(attributes: dict[str, Any], design: Design) -> str:
    """Say the first thing in which two designs differ."""
    old, new = json.loads(attributes.get("identity", "{}")), design.identity()
    for key in sorted({*old, *new}, key=lambda key: (not key.startswith("sweep"), key)):
        if old.get(key) != new.get(key):
            there, here = old.get(key, "nothing"), new.get(key, "nothing")
            return f"{key} is {there} there and {here} here"
    return "its description differs"


def _attributes(path: Path) -> dict[str, Any]:
    """Return the attributes of a Zarr group; empty where there is none."""
    try:
        text = (path / "zarr.json").read_text(encoding="utf-8")
        return dict(json.loads(text).get("attributes", {}))
    except (OSError, ValueError):
        return {}


def _create(path: Path, design: Design) -> None:
    """Create an empty store under another name and rename it, so that it appears whole."""
    problem = design.first_case
    corners = _corners(design)
    grids = make_grids(corners)
    attributes = {
        "kind": KIND,
        "softsim_version": __version__,
        "design": design.toml,
        "design_hash": design.digest,
        "identity": json.dumps(design.identity(), ensure_ascii=False),
        "problem": problem_to_toml(problem),
        "stroke_mode": design.mode,
        "engine": design.engine,
        **source_attributes(design.sources),
    }
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        group = zarr.create_group(draft, attributes=attributes)
        for axis in design.axes:
            attrs = {"units": axis.parameter.unit, "long_name": axis.parameter.long_name}
            attrs["parameter"] = axis.parameter.name
            _add_coordinate(group, axis.dim, (axis.dim,), np.array(axis.points), attrs)
        for name, points in (("depth", grids.depth), ("along", grids.along)):
            _add_coordinate(group, name, (name,), points, REGISTRY[name].attributes)
        _add_layers(group, design, grids)
        flags = {"flag_values": [PENDING, DONE, FAILED], "flag_meanings": "pending done failed"}
        _add(group, design, "status", (), (), {"long_name": "status", **flags}, dtype="i1", fill=0)
        for name, (unit, long_name) in _CASE_NUMBERS.items():
            _add(group, design, name, (), (), {"units": unit, "long_name": long_name})
        for name, long_name in _CASE_TEXTS.items():
            _add(group, design, name, (), (), {"long_name": long_name}, dtype="str", fill="")
        with _quiet():
            zarr.consolidate_metadata(draft)
        draft.rename(path)
    except OSError as error:
        raise InputError(
            f"store '{path}' cannot be written ({error.strerror or error}); choose another place"
        ) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _corners(design: Design) -> list[Any]:
    """Return the problems at the ends of every axis, the others at their first value."""
    start = (0,) * len(design.axes)
    ends = [start]
    for i_axis, axis in enumerate(design.axes):
        lowest, highest = int(np.argmin(axis.points)), int(np.argmax(axis.points))
        ends += [(*start[:i_axis], place, *start[i_axis + 1 :]) for place in (lowest, highest)]
    problems = []
    for index in ends:
        try:
            problems.append(design.case(index))
        except InputError:  # an impossible combination fails as a case, not here
            continue
    return problems or [design.first_case]


def _add_layers(group: zarr.Group, design: Design, grids: Grids) -> None:
    """Add the name of the layer at each depth: a coordinate over the axes that move layers."""
    moving = [
        i
        for i, axis in enumerate(design.axes)
        if axis.parameter.owner == "layer" and axis.parameter.field == "thickness"
    ]
    shape = tuple(design.shape[i] for i in moving)
    names = np.empty((*shape, grids.depth.size), dtype=object)
    for places in np.ndindex(*shape):
        index = [0] * len(design.axes)
        for i, place in zip(moving, places, strict=True):
            index[i] = place
        values = {a.parameter: a.values[i] for a, i in zip(design.axes, index, strict=True)}
        thickness = {p: v for p, v in values.items() if p.field == "thickness" and p.layer}
        names[places] = layer_names(with_values(design.problem, thickness).tissue, grids.depth)
    dims = (*(design.dims[i] for i in moving), "depth")
    _add_coordinate(group, "depth_layer", dims, names, REGISTRY["depth_layer"].attributes)
    group.attrs["coordinates"] = "depth_layer"


def _add(
    group: zarr.Group,
    design: Design,
    name: str,
    dims: tuple[str, ...],
    shape: tuple[int, ...],
    attrs: dict[str, Any],
    *,
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
        compressors=None,
        dimension_names=[*design.dims, *dims],
        attributes=attrs,
    )


def _add_coordinate(
    group: zarr.Group,
    name: str,
    dims: tuple[str, ...],
    values: NDArray[Any],
    attrs: dict[str, Any] | None = None,
) -> Any:
    """Add a coordinate, written at once."""
    is_text = values.dtype.kind in "OUT"
    known = dict(REGISTRY[name].attributes) if name in REGISTRY else {}
    attributes: Any = attrs or known
    array = group.create_array(
        name,
        shape=values.shape,
        chunks=values.shape,
        dtype="str" if is_text else "f8",
        fill_value="" if is_text else math.nan,
        compressors=None,
        dimension_names=list(dims),
        attributes=attributes,
    )
    array[...] = values.astype(object) if is_text else values.astype(np.float64)
    return array


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence notices about the format that no user can act on.

    Among them that of a file a writer is just replacing, or had not replaced when it was killed.
    """
    with warnings.catch_warnings():
        for text in ("onsolidated", "Zarr format 3", "V3 spec", r"\.partial is not recognized"):
            warnings.filterwarnings("ignore", message=f".*{text}.*")
        yield
