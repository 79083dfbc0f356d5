"""Whether the cases of a store still hold what was written.

Three things stand against each other: the checksum behind every file, the record of a case (one
checksum over its status and all its values, so that a file that went missing or was exchanged
shows too), and a copy of the description of the store in the attributes of `status`.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Mapping

import numpy as np

from softsim.errors import InputError, shown
from softsim.sweeps.store.chunks import DamagedError, Index
from softsim.sweeps.store.contents import FAILED, PENDING, RECORD, Contents, Damage

ALWAYS_FINITE = "normal_force"


def record_of(status: int, payloads: Mapping[str, bytes]) -> float:
    """Return the checksum over the status and all values of a case."""
    total = zlib.crc32(struct.pack("<b", status))
    for name in sorted(payloads):
        if name not in ("status", RECORD):
            total = zlib.crc32(payloads[name], zlib.crc32(name.encode(), total))
    return float(total)


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
