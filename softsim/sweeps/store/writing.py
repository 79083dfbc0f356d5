"""The store of a sweep: one Zarr cube that always opens, whatever happened while it was written.

Only the process that called `softsim.sweep` writes; worker processes hand their results to it.
Every case has files of its own in every variable and a file is replaced as a whole, so nothing
written before is touched again.  The status of a case is written after everything else of it: a
sweep that is killed, or whose disk is full, leaves the cases in flight pending, and no half of them
visible as done.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zarr

from softsim._version import __version__
from softsim.errors import InputError, shown
from softsim.output_files import refuse_missing_folder, unwritable
from softsim.sweeps.design import Design, Index
from softsim.sweeps.sampling import PARTS, Grids, Samples
from softsim.sweeps.store.chunks import case_array, read_json
from softsim.sweeps.store.contents import (
    DONE,
    FAILED,
    PENDING,
    RECORD,
    Contents,
    consolidate,
    read_contents,
)
from softsim.sweeps.store.creation import (
    CASE_NUMBERS,
    add_coordinate,
    add_variable,
    create_store,
    draft_beside,
    remove_drafts,
)
from softsim.sweeps.store.damage import record_of, refuse_damage
from softsim.sweeps.store.lock import StoreLock
from softsim.text_files import checked_path


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
    """The cube of a design on disk, open for writing by this process alone.

    Parameters
    ----------
    path : Path
    design : Design
    grids : Grids
    contents : Contents
    lock : StoreLock
    """

    path: Path
    design: Design
    grids: Grids
    contents: Contents
    lock: StoreLock

    @classmethod
    def prepare(cls, path: str | Path, design: Design) -> Store:
        """Create the store of a design, or open it again if it is there.

        Raises
        ------
        InputError
            The folder is something else, was made from another design or by another version, is
            damaged or being written, or cannot be written.
        """
        path = checked_path(path, "store", "results.zarr")
        _check_place(path)
        if not path.exists():
            create_store(path, design)
        lock = StoreLock(path)
        try:
            contents = read_contents(path)
            refuse_damage(contents, cases=False)
            _check_design(contents, design)
            refuse_damage(contents)
        except BaseException:
            lock.release()
            raise
        known = contents.coordinates
        labels = {dim: tuple(map(str, known[dim])) for dim in PARTS if dim in known}
        grids = Grids(known["depth"], known["along"], labels)
        return cls(path, design, grids, contents, lock)

    def missing(self, *, retry_failed: bool = False) -> list[Index]:
        """Return the cases still to do, neighbours next to each other."""
        wanted = (PENDING, FAILED) if retry_failed else (PENDING,)
        return [index for index in self.design.order() if self.contents.status(index) in wanted]

    def begin(self) -> None:
        """Check that cases can be written, and complete what an earlier form or a kill left.

        Raises
        ------
        InputError
            The disk is read-only or full.
        """
        try:
            with tempfile.TemporaryFile(dir=self.path) as file:
                file.write(bytes(4096))
                file.flush()
            remove_drafts(self.path)
            if RECORD not in self.contents.arrays:
                unit, long_name = CASE_NUMBERS[RECORD]
                with self._drafted() as group:
                    attrs = {"units": unit, "long_name": long_name}
                    add_variable(group, self.design, RECORD, attrs)
            listed = read_json(self.path / "zarr.json").get("consolidated_metadata") or {}
            if not set(self.contents.arrays) <= set(listed.get("metadata", {})):
                consolidate(self.path)
        except OSError as error:
            raise self._unwritable(error) from None

    def write(self, result: CaseResult) -> None:
        """Write one case, its status last.

        Raises
        ------
        InputError
            The disk did not take it: the case is still to do.
        """
        try:
            self.contents.erase(result.index)
            self._write(result)
        except OSError as error:
            with suppress(OSError):
                self.contents.erase(result.index)
            raise self._unwritable(error) from None

    def close(self) -> None:
        """Let other processes write."""
        self.lock.release()

    def _write(self, result: CaseResult) -> None:
        values = {name: getattr(result, name) for name in ("wall_time", "iterations", "reason")}
        if result.samples is not None:
            self._declare(result.samples)
            values["warnings"] = result.warnings
            values |= {name: sampled.values for name, sampled in result.samples.items()}
        status = FAILED if result.samples is None else DONE
        arrays = self.contents.arrays  # without the swept values themselves
        payloads = {n: arrays[n].payload(v) for n, v in values.items() if n in arrays}
        payloads[RECORD] = arrays[RECORD].payload(record_of(status, payloads))
        payloads["status"] = arrays["status"].payload(status)
        for name, payload in payloads.items():
            arrays[name].write(result.index, payload)

    def _declare(self, samples: Samples) -> None:
        """Create the arrays of variables that no case had before."""
        known = {*self.contents.arrays, *self.design.dims}
        new = {name: sampled for name, sampled in samples.items() if name not in known}
        if not new:
            return
        with self._drafted() as group:
            for name, sampled in new.items():
                for dim, labels in sampled.coords.items():
                    if dim not in self.contents.coordinates:
                        add_coordinate(group, dim, labels)
                        self.contents.coordinates[dim] = labels
                shape = sampled.values.shape
                add_variable(
                    group, self.design, name, sampled.attrs, dims=sampled.dims, shape=shape
                )
        consolidate(self.path)

    @contextmanager
    def _drafted(self) -> Iterator[zarr.Group]:
        """Give a group whose variables move into the store, each as a whole: readers look on."""
        with draft_beside(self.path) as draft:
            yield zarr.create_group(draft)
            for folder in sorted(entry for entry in draft.iterdir() if entry.is_dir()):
                folder.rename(self.path / folder.name)
                array = case_array(self.path / folder.name, len(self.design.shape))
                if array is not None:
                    self.contents.arrays[folder.name] = array

    def _unwritable(self, error: OSError) -> InputError:
        cure = (
            "what is done is kept: make room and run the same sweep again, or copy the store to "
            "another place and continue there"
        )
        return unwritable(self.path, error, cure, kind="store")


def _check_place(path: Path) -> None:
    """Refuse a place that cannot become a store."""
    try:
        if path.is_dir():
            return
        if path.exists():
            raise InputError(
                f"{shown(str(path))} is a file and not the store of a sweep; choose another place"
            )
        refuse_missing_folder(path)
    except InputError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"{shown(str(path))} is no place for a store ({reason}); choose another one"
        ) from None


def _check_design(contents: Contents, design: Design) -> None:
    """Refuse the store of another design or version."""
    attributes, path = contents.attributes, shown(str(contents.path))
    if attributes.get("softsim_version") != __version__:
        raise InputError(
            f"store {path} was made by softsim {attributes.get('softsim_version')}, this is "
            f"{__version__}; choose another place, or finish it with that version"
        )
    if attributes.get("design_hash") != design.digest:
        raise InputError(
            f"store {path} was made from another design: {_difference(attributes, design)}; "
            "choose another place, or run the design it was made from"
        )


def _difference(attributes: dict[str, Any], design: Design) -> str:
    """Say the first thing in which two designs differ."""
    old, new = _identity(attributes), design.identity()
    for key in sorted({*old, *new}, key=lambda key: (not key.startswith("sweep"), key)):
        if old.get(key) != new.get(key):
            there, here = old.get(key, "nothing"), new.get(key, "nothing")
            return f"{key} is {there} there and {here} here"
    return "its description differs"


def _identity(attributes: dict[str, Any]) -> dict[str, str]:
    """Return what a store says of the design it was made from."""
    try:
        return dict(json.loads(attributes["identity"]))
    except (KeyError, TypeError, ValueError):
        return {}
