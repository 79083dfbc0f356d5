"""Every file of a store against its checksum, and what is damaged mended from its copies."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import zarr

from softsim.errors import InputError, shown
from softsim.output_files import unwritable
from softsim.sweeps.store.contents import (
    CHANGED,
    Contents,
    Damage,
    backup_of,
    consolidate,
    description_of,
    listed_in,
    read_contents,
)
from softsim.sweeps.store.damage import all_damage
from softsim.sweeps.store.descriptions import true_description
from softsim.sweeps.store.lock import StoreLock


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
        cure = "copy it to a place that can, and repair it there"
        raise unwritable(contents.path, error, cure, kind="store") from None
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
    root = description_of(path, {})
    backup = backup_of(path, root)
    sums = backup.get("descriptions", {})
    for found in contents.damage:
        copy = listed_in(root).get(found.name)
        own = description_of(path / found.name, {}) if found.what == CHANGED else {}
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


def _replace(path: Path, table: Mapping[str, Any]) -> None:
    """Write a table of JSON; the file is either whole or as it was."""
    path.parent.mkdir(exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    try:
        draft.write_text(json.dumps(table), encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
