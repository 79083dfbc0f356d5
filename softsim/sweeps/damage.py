"""Whether a store still holds what was written: every file against its checksum, and repair.

Three things stand against each other: the checksum behind every file, the record of a case (one
checksum over its status and all its values, so that a file that went missing or was exchanged
shows too), and a copy of the description of the store in the attributes of `status`.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import struct
import warnings
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import zarr

from softsim.errors import InputError, shown
from softsim.sweeps.chunks import CaseArray, DamagedError, Index, case_array, read_json
from softsim.sweeps.descriptions import is_described_as_written, true_description
from softsim.sweeps.lock import StoreLock

KIND = "softsim sweep"
STORE_VERSION = 2
"""Form of the store; 1 had no checksums."""
PENDING, DONE, FAILED = 0, 1, 2
RECORD, BACKUP = "record", "backup"
NEEDED = ("softsim_version", "design_hash", "identity", "problem")
ALWAYS_FINITE = "normal_force"
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
            unit = _attributes_of(self.path / dim).get("units", "1")
            words.append(f"{dim} {values[place]:.3g}{'' if unit == '1' else f' {unit}'}")
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


def record_of(status: int, payloads: Mapping[str, bytes]) -> float:
    """Return the checksum over the status and all values of a case."""
    total = zlib.crc32(struct.pack("<b", status))
    for name in sorted(payloads):
        if name not in ("status", RECORD):
            total = zlib.crc32(payloads[name], zlib.crc32(name.encode(), total))
    return float(total)


# ------------------------------------------------------------------ reading


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
    attributes = root.get("attributes")
    contents.attributes = dict(attributes) if isinstance(attributes, Mapping) else {}
    backup = _backup(path, root)
    _refuse_others(contents, backup)
    _check_description(contents, root, backup)
    _check_coordinates(contents, backup)
    return contents


def is_store(path: Path) -> bool:
    """Whether a folder is the store of a sweep, whole or damaged."""
    if (path / "status" / "c").is_dir():
        return True
    return _attributes_of(path).get("kind") == KIND


def _backup(path: Path, root: Mapping[str, Any]) -> dict[str, Any]:
    """Return the copy of attributes and coordinates; empty where there is none."""
    own = _attributes_of(path / "status")
    listed = _listed(root).get("status", {})
    attributes = own or (listed.get("attributes", {}) if isinstance(listed, Mapping) else {})
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
    status = _description(contents.path / "status", _listed(root))
    contents.dims = tuple(str(name) for name in status.get("dimension_names") or ())
    contents.shape = tuple(int(n) for n in status.get("shape") or ())
    names = {entry.name for entry in os.scandir(contents.path) if entry.is_dir()}
    listed, sums = _listed(root), backup.get("descriptions", {})
    for name in sorted(names | set(listed)):
        if name.startswith("."):
            continue
        try:
            array = case_array(contents.path / name, len(contents.shape))
        except DamagedError as error:
            contents.damage.append(Damage(None, name, str(error)))
            continue
        own = _description(contents.path / name, {})
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


def _listed(root: Mapping[str, Any]) -> dict[str, Any]:
    """Return the descriptions of all variables that the root has copies of."""
    listed = root.get("consolidated_metadata")
    table = listed.get("metadata") if isinstance(listed, Mapping) else None
    return dict(table) if isinstance(table, Mapping) else {}


def _description(folder: Path, listed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description of a variable, or its copy in the root."""
    try:
        return read_json(folder / "zarr.json")
    except DamagedError:
        copy = listed.get(folder.name)
        return dict(copy) if isinstance(copy, Mapping) else {}


def _attributes_of(folder: Path) -> dict[str, Any]:
    attributes = _description(folder, {}).get("attributes")
    return dict(attributes) if isinstance(attributes, Mapping) else {}


# ------------------------------------------------------------------ cases


def case_damage(contents: Contents, index: Index) -> Damage | None:
    """Return what is wrong with a case, the first thing of it; None where it is whole."""
    payloads: dict[str, bytes] = {}
    name = "status"
    try:
        status = contents.status(index)
        if status == PENDING:
            return None
        for name, array in contents.arrays.items():
            content = array.read(index)
            if content is not None:
                payloads[name] = content
    except DamagedError as error:
        return Damage(index, name, str(error))
    if RECORD in payloads:
        written = float(contents.arrays[RECORD].value(payloads[RECORD])[0])
        if written == record_of(status, payloads):
            return None
        return Damage(index, "values", "are not those that were written, or some are missing")
    if contents.attributes.get("store_version", 1) != 1:
        return Damage(index, RECORD, "is missing")
    return _early_damage(contents, index, status, payloads)


def _early_damage(
    contents: Contents, index: Index, status: int, payloads: Mapping[str, bytes]
) -> Damage | None:
    """Return what can be seen of a case that was written without a record."""
    if status == FAILED:
        return None if "reason" in payloads else Damage(index, "reason", "is missing")
    if ALWAYS_FINITE not in contents.arrays:
        return None
    content = payloads.get(ALWAYS_FINITE)
    if content is None:
        return Damage(index, ALWAYS_FINITE, "is missing although the case is done")
    if not math.isfinite(contents.arrays[ALWAYS_FINITE].value(content)[0]):
        return Damage(index, ALWAYS_FINITE, "is no number although the case is done")
    return None


def all_damage(contents: Contents) -> list[Damage]:
    """Return the damage of a store: of its description, its coordinates and every case."""
    if "status" not in contents.arrays:
        return contents.damage or [Damage(None, "status", "is missing")]
    found = (case_damage(contents, index) for index in np.ndindex(*contents.shape))
    return [*contents.damage, *(damage for damage in found if damage is not None)]


def refuse_damage(contents: Contents, *, cases: bool = True) -> None:
    """Refuse a store that does not hold what was written.

    Raises
    ------
    InputError
        With the first damage and the command that mends it.
    """
    damage = all_damage(contents) if cases else contents.damage
    if not damage:
        return
    more = f", and {len(damage) - 1} more" if len(damage) > 1 else ""
    raise InputError(
        f"store {shown(str(contents.path))} is damaged ({contents.told(damage[0])}{more}); run "
        "'softsim check STORE --repair', which keeps all that is whole, and then the sweep again"
    )


# ------------------------------------------------------------------ check and repair


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCheck:
    """What `check_sweep` found.

    Parameters
    ----------
    cases : dict of str to int
        Number of cases ``"done"``, ``"failed"``, ``"to do"`` and ``"damaged"``.
    damage : tuple of str
        Every damage in words.
    repaired : bool
        Whether all of it was mended.
    """

    cases: dict[str, int]
    damage: tuple[str, ...]
    repaired: bool


def check_sweep(store: str | Path, *, repair: bool = False) -> StoreCheck:
    """Compare a store with what was written to it.

    Parameters
    ----------
    store : str or Path
    repair : bool
        Mark damaged cases, and only those, as still to do, and restore a damaged description or
        coordinate from its copy.  Run the sweep again afterwards.

    Returns
    -------
    StoreCheck

    Raises
    ------
    InputError
        There is no store, it is being written, or it cannot be mended.
    """
    contents = read_contents(Path(store))
    lock = StoreLock(contents.path)
    try:
        damage = all_damage(contents)
        cases = _counts(contents, damage)
        words = tuple(contents.told(found) for found in damage)
        if repair and damage:
            _repair(contents)
    except OSError as error:
        raise InputError(
            f"store {shown(str(contents.path))} cannot be written ({error.strerror or error}); "
            "copy it to a place that can, and repair it there"
        ) from None
    finally:
        lock.release()
    return StoreCheck(cases=cases, damage=words, repaired=repair and bool(damage))


def _counts(contents: Contents, damage: list[Damage]) -> dict[str, int]:
    """Return the number of cases of each kind."""
    hurt = {found.index for found in damage if found.index is not None}
    counts = {"done": 0, "failed": 0, "to do": 0, "damaged": len(hurt)}
    if "status" in contents.arrays:
        for index in np.ndindex(*contents.shape):
            if index not in hurt:
                counts[("to do", "done", "failed")[contents.status(index)]] += 1
    return counts


def _repair(contents: Contents) -> None:
    """Mend what can be mended and look again."""
    _restore(contents)
    again = read_contents(contents.path)
    for found in all_damage(again) if not again.damage else ():
        if found.index is not None:
            again.erase(found.index)
    left = all_damage(again)
    if left:
        raise InputError(
            f"store {shown(str(contents.path))} cannot be mended ({again.told(left[0])}, and no "
            "copy of it is left); run the design into a new store, and keep this one to read the "
            "cases that are whole"
        )


def _restore(contents: Contents) -> None:
    """Write damaged descriptions and coordinates again from their copies."""
    path = contents.path
    try:
        root = read_json(path / "zarr.json")
    except DamagedError:
        root = {}
    backup = _backup(path, root)
    sums = backup.get("descriptions", {})
    for found in contents.damage:
        copy = _listed(root).get(found.name)
        own = _description(path / found.name, {}) if found.what == CHANGED else {}
        true = true_description(found.name, own, copy, sums.get(found.name))
        if true is not None and true != own:
            _replace(path / found.name / "zarr.json", true)
    if backup:
        kept = contents.attributes | backup["attributes"]
        group = {"zarr_format": 3, "node_type": "group", "attributes": kept}
        _replace(path / "zarr.json", {**root, **group})
    for name, values in backup.get("coordinates", {}).items():
        if any(found.name == name for found in contents.damage):
            shutil.rmtree(path / name / "c", ignore_errors=True)
            array: Any = zarr.open_array(path / name, mode="r+")
            text = array.metadata.data_type.to_native_dtype().kind in "TOU"
            array[...] = np.array(values, dtype=object if text else np.float64)
    with suppress(ValueError, KeyError, TypeError):  # what is left shows when looked at again
        consolidate(path)


def consolidate(path: Path) -> None:
    """Let readers find every variable of a store at one place."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        zarr.consolidate_metadata(path)


def _replace(path: Path, table: Mapping[str, Any]) -> None:
    """Write a table of JSON; the file is either whole or as it was."""
    path.parent.mkdir(exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    try:
        draft.write_text(json.dumps(table), encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
