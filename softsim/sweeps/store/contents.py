"""What a folder holds of a store: its description, its coordinates, the files of its cases.

Every variable is described twice and the description of the store has a copy in the attributes of
`status`; what differs is damage, kept in a list and told by `damage`.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import zarr

from softsim.errors import InputError, shown
from softsim.sweeps.store.chunks import CaseArray, DamagedError, Index, case_array, read_json
from softsim.sweeps.store.descriptions import is_described_as_written

KIND = "softsim sweep"
STORE_VERSION = 2
"""Form of the store; 1 had no checksums."""
PENDING, DONE, FAILED = 0, 1, 2
RECORD, BACKUP = "record", "backup"
NEEDED = ("softsim_version", "design_hash", "identity", "problem")
CHANGED = "has a description that is not what was written"


@dataclass(frozen=True, slots=True)
class Damage:
    """Something in a store that is not what was written.

    Parameters
    ----------
    index : tuple of int or None
        The case; None for the description of the store and its coordinates.
    name : str
        The variable or the file.
    what : str
        What is wrong with it.
    """

    index: Index | None
    name: str
    what: str


@dataclass(slots=True)
class Contents:
    """A store, read file by file.

    Parameters
    ----------
    path : Path
    attributes : dict
    dims : tuple of str
        Names of the swept dimensions.
    shape : tuple of int
    arrays : dict of str to CaseArray
    coordinates : dict of str to ndarray
    damage : list of Damage
        Of description and coordinates; that of cases is found by `case_damage`.
    """

    path: Path
    attributes: dict[str, Any] = field(default_factory=dict)
    dims: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    arrays: dict[str, CaseArray] = field(default_factory=dict)
    coordinates: dict[str, Any] = field(default_factory=dict)
    damage: list[Damage] = field(default_factory=list)

    def label(self, index: Index) -> str:
        """Return a case in words, e.g. ``"force 6 N, angle 0.785 rad"``."""
        words = []
        for dim, place in zip(self.dims, index, strict=True):
            values = self.coordinates.get(dim)
            if values is None:
                return f"case {index}"
            unit = attributes_of(self.path / dim).get("units", "1")
            value = values[place] if isinstance(values[place], str) else f"{values[place]:.3g}"
            words.append(f"{dim} {value}{'' if unit == '1' else f' {unit}'}")
        return ", ".join(words)

    def told(self, damage: Damage) -> str:
        """Return a damage in words."""
        where = "" if damage.index is None else f"{self.label(damage.index)}: "
        return f"{where}{damage.name} {damage.what}"

    def status(self, index: Index) -> int:
        """Return the status of a case.

        Raises
        ------
        DamagedError
            It is none.
        """
        content = self.arrays["status"].read(index)
        if content is None:
            return PENDING
        status = int(self.arrays["status"].value(content)[0])
        if status not in (PENDING, DONE, FAILED):
            raise DamagedError(f"is {status}, which is none")
        return status

    def erase(self, index: Index) -> None:
        """Make a case one that is still to do, its status first."""
        self.arrays["status"].erase(index)
        for array in self.arrays.values():
            array.erase(index)


def read_contents(path: Path) -> Contents:
    """Read a store's description and coordinates, whatever state they are in.

    Raises
    ------
    InputError
        There is no store, or one of a newer softsim.
    """
    if not path.is_dir():
        raise InputError(
            f"store {shown(str(path))} does not exist; check the path, or run the sweep first"
        )
    contents = Contents(path)
    try:
        root = read_json(path / "zarr.json")
    except DamagedError as error:
        root = {}
        contents.damage.append(Damage(None, "zarr.json", str(error)))
    contents.attributes = _table(root.get("attributes"))
    backup = backup_of(path, root)
    _refuse_others(contents, backup)
    _check_description(contents, root, backup)
    _check_coordinates(contents, backup)
    return contents


def is_store(path: Path) -> bool:
    """Whether a folder is the store of a sweep, whole or damaged."""
    if (path / "status" / "c").is_dir():
        return True
    return attributes_of(path).get("kind") == KIND


def backup_of(path: Path, root: Mapping[str, Any]) -> dict[str, Any]:
    """Return the copy of attributes and coordinates; empty where there is none."""
    listed = _table(listed_in(root).get("status"))
    attributes = attributes_of(path / "status") or listed.get("attributes", {})
    try:
        copy = json.loads(attributes[BACKUP])
        return {
            "attributes": dict(copy["attributes"]),
            "coordinates": dict(copy["coordinates"]),
            "descriptions": dict(copy.get("descriptions", {})),
        }
    except (KeyError, TypeError, ValueError):
        return {}


def _refuse_others(contents: Contents, backup: Mapping[str, Any]) -> None:
    """Refuse a folder that is no store, and a store of a newer softsim."""
    path = shown(str(contents.path))
    attributes = contents.attributes
    if not (backup or is_store(contents.path)):
        raise InputError(f"{path} is not the store of a sweep; give the folder of one")
    version = attributes.get("store_version", 1)
    if isinstance(version, int) and version > STORE_VERSION:
        raise InputError(
            f"store {path} has the form {version} of a newer softsim, this one knows up to "
            f"{STORE_VERSION}; update softsim to read it"
        )


def _check_description(
    contents: Contents, root: Mapping[str, Any], backup: Mapping[str, Any]
) -> None:
    """Read the description of every variable and compare that of the store with its copy."""
    wanted = backup.get("attributes", {})
    lost = [k for k in NEEDED if k not in contents.attributes]
    changed = [k for k, value in wanted.items() if contents.attributes.get(k) != value]
    if (lost or changed) and not contents.damage:
        what = f"lacks or has changed '{(lost or changed)[0]}'"
        contents.damage.append(Damage(None, "zarr.json", what))
    status = description_of(contents.path / "status", listed_in(root))
    contents.dims = tuple(str(name) for name in status.get("dimension_names") or ())
    contents.shape = tuple(int(n) for n in status.get("shape") or ())
    names = {entry.name for entry in os.scandir(contents.path) if entry.is_dir()}
    listed, sums = listed_in(root), backup.get("descriptions", {})
    for name in sorted(names | set(listed)):
        if name.startswith("."):
            continue
        try:
            array = case_array(contents.path / name, len(contents.shape))
        except DamagedError as error:
            contents.damage.append(Damage(None, name, str(error)))
            continue
        own = description_of(contents.path / name, {})
        if not is_described_as_written(own, listed.get(name), sums.get(name)):
            contents.damage.append(Damage(None, name, CHANGED))
        if array is not None:
            contents.arrays[name] = array
        else:
            contents.coordinates[name] = None


def _check_coordinates(contents: Contents, backup: Mapping[str, Any]) -> None:
    """Read every coordinate and compare it with its copy."""
    copies = backup.get("coordinates", {})
    for name in contents.coordinates:
        try:
            values = np.asarray(zarr.open_array(contents.path / name, mode="r")[...])
        except Exception as error:  # whatever zarr makes of a damaged file
            reason = " ".join(str(error).split())[:80]
            contents.damage.append(Damage(None, name, f"cannot be read ({reason})"))
            continue
        written = copies.get(name)
        differs = written is not None and values.tolist() != written
        if differs or (values.dtype.kind == "f" and not np.isfinite(values).all()):
            contents.damage.append(Damage(None, name, "is not what was written"))
        else:
            contents.coordinates[name] = values


def listed_in(root: Mapping[str, Any]) -> dict[str, Any]:
    """Return the descriptions of all variables that the root has copies of."""
    return _table(_table(root.get("consolidated_metadata")).get("metadata"))


def description_of(folder: Path, listed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description of a variable, or its copy in the root."""
    try:
        return read_json(folder / "zarr.json")
    except DamagedError:
        return _table(listed.get(folder.name))


def attributes_of(folder: Path) -> dict[str, Any]:
    """Return the attributes of a group or an array of Zarr; none where they cannot be read."""
    return _table(description_of(folder, {}).get("attributes"))


def _table(value: Any) -> dict[str, Any]:
    """Return a table of JSON, an empty one for anything else."""
    return dict(value) if isinstance(value, Mapping) else {}


def consolidate(path: Path) -> None:
    """Let readers find every variable of a store at one place."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        zarr.consolidate_metadata(path)
