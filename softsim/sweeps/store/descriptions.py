"""Descriptions of the variables of a store: their checksums, and which of two copies is true.

Every variable is described twice, in its own folder and at the root of the store.  A changed bit
that is still valid JSON shows because the two differ, or by the checksum kept when they were made.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

from softsim.variables import REGISTRY

Table = Mapping[str, Any]


def description_sum(table: Table) -> int:
    """Return the checksum of a description, whatever the order of its keys."""
    return zlib.crc32(json.dumps(table, sort_keys=True).encode())


def is_described_as_written(own: Table, copy: Table | None, wanted: int | None) -> bool:
    """Whether a description is what was written.

    Parameters
    ----------
    own, copy : mapping
        In the folder of the variable, and at the root; None where the root has none.
    wanted : int or None
        Checksum kept; None where none was.
    """
    if wanted is not None and description_sum(own) != wanted:
        return False
    return copy is None or own == copy


def true_description(name: str, own: Table, copy: Table | None, wanted: int | None) -> Table | None:
    """Return the one of two descriptions that is what was written, None where nobody can tell.

    The other parameters are those of `is_described_as_written`; `own` is empty where it cannot be
    read.  Without a checksum the registry of outputs knows the attributes.
    """
    for table in (own, copy):
        if table and wanted is not None and description_sum(table) == wanted:
            return table
    if wanted is not None:
        return None
    if copy is None or not own or own == copy:
        return copy
    known = REGISTRY[name].attributes if name in REGISTRY else None
    true = [table for table in (own, copy) if table.get("attributes") == known]
    return true[0] if len(true) == 1 else None
