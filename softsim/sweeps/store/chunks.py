"""The files of a store, one per case and variable, written and read with their checksums.

Zarr lays a chunk of one case out as its plain little-endian numbers (or its one text) with four
bytes of checksum behind.  Reading and writing that here, and not through zarr, makes a case cost
milliseconds instead of tens of them and leaves every error of the disk in our hands.
"""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import google_crc32c
import numpy as np

from softsim.sweeps.plans import BLOCK, SHARE, STEP

Index = tuple[int, ...]

_TYPES = {"float64": "<f8", "int8": "|i1", "string": "text"}
_CODECS = (["bytes"], ["bytes", "crc32c"], ["vlen-utf8"], ["vlen-utf8", "crc32c"])
_PIECE = 65536  # [bytes]
CHECKSUM_BYTES = 4
OTHERS = ("depth_layer", SHARE, BLOCK, STEP)
"""Coordinates that are named otherwise than their dimensions."""


class DamagedError(Exception):
    """A file of a store is not what was written; the message says in what way."""


@dataclass(frozen=True, slots=True)
class CaseArray:
    """A variable of a store that has one file per case.

    Parameters
    ----------
    name : str
    folder : Path
    inner : tuple of int
        Shape of the value of one case.
    kind : str
        Type of numpy, or ``"text"``.
    has_checksum : bool
        Whether each file ends with a checksum; stores of early versions had none.
    """

    name: str
    folder: Path
    inner: tuple[int, ...]
    kind: str
    has_checksum: bool

    def path(self, index: Index) -> str:
        """Return the file of a case."""
        return f"{self.folder}/c/{'/'.join(map(str, index))}{'/0' * len(self.inner)}"

    def payload(self, value: Any) -> bytes:
        """Return the bytes of a value without their checksum."""
        if self.kind == "text":
            text = str(value).encode("utf-8", "replace")
            return struct.pack("<II", 1, len(text)) + text
        values = np.ascontiguousarray(value, dtype=self.kind)
        if np.shape(value) != self.inner:
            raise ValueError(f"'{self.name}' has shape {np.shape(value)}; must be {self.inner}")
        return values.tobytes()

    def value(self, payload: bytes) -> Any:
        """Return the value that bytes hold: a text or a flat array."""
        if self.kind != "text":
            return np.frombuffer(payload, dtype=self.kind)
        try:
            return payload[8:].decode("utf-8")
        except UnicodeDecodeError:
            raise DamagedError("is no text") from None

    def write(self, index: Index, payload: bytes) -> None:
        """Write the file of a case; it is either whole or as it was."""
        path = self.path(index)
        draft = f"{path}.{os.getpid()}.tmp"
        if self.has_checksum:
            payload += struct.pack("<I", google_crc32c.value(payload))
        try:
            try:
                file = open(draft, "wb")  # noqa: PTH123, SIM115  # quick: once per file
            except FileNotFoundError:
                os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
                file = open(draft, "wb")  # noqa: PTH123, SIM115
            with file:
                file.write(payload)
            os.replace(draft, path)  # noqa: PTH105
        except OSError:
            with suppress(OSError):
                os.unlink(draft)  # noqa: PTH108
            raise

    def read(self, index: Index) -> bytes | None:
        """Return the bytes of a case without their checksum; None where it has none.

        Raises
        ------
        DamagedError
            They are not what was written.
        """
        try:
            content = _content(self.path(index))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise DamagedError(f"cannot be read ({error.strerror or error})") from None
        if self.has_checksum:
            content, mark = content[:-CHECKSUM_BYTES], content[-CHECKSUM_BYTES:]
            if len(mark) < CHECKSUM_BYTES:
                raise DamagedError("was cut")
        self._check_size(content)
        if self.has_checksum and struct.unpack("<I", mark)[0] != google_crc32c.value(content):
            raise DamagedError("does not fit its checksum")
        return content

    def _check_size(self, content: bytes) -> None:
        if self.kind == "text":
            whole = len(content) >= 8 and struct.unpack("<II", content[:8]) == (1, len(content) - 8)
        else:
            whole = len(content) == math.prod(self.inner) * np.dtype(self.kind).itemsize
        if not whole:
            raise DamagedError("was cut or has grown")

    def erase(self, index: Index) -> None:
        """Remove the file of a case, if there is one."""
        with suppress(FileNotFoundError, NotADirectoryError):
            os.unlink(self.path(index))  # noqa: PTH108


def _content(path: str) -> bytes:
    """Return the bytes of a file, twice as fast as `open`: a store has dozens of files per case."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        parts = [os.read(handle, _PIECE)]
        while len(parts[-1]) == _PIECE:
            parts.append(os.read(handle, _PIECE))
    finally:
        os.close(handle)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def case_array(folder: Path, n_axes: int) -> CaseArray | None:
    """Return the variable of a folder, or None where it is a coordinate.

    Parameters
    ----------
    folder : Path
    n_axes : int
        Number of swept parameters.

    Raises
    ------
    DamagedError
        Its description cannot be read or is none of a store.
    """
    table = read_json(folder / "zarr.json")
    try:
        shape = tuple(int(n) for n in table["shape"])
        chunks = tuple(int(n) for n in table["chunk_grid"]["configuration"]["chunk_shape"])
        codecs = [str(codec["name"]) for codec in table["codecs"]]
        kind, dims = _TYPES[table["data_type"]], table["dimension_names"]
        is_swept = "parameter" in (table.get("attributes") or {})
    except (KeyError, TypeError, ValueError):
        raise DamagedError("has a broken description") from None
    if folder.name in (*dims, *OTHERS) or is_swept:
        return None
    if codecs not in _CODECS or chunks != (1,) * n_axes + shape[n_axes:] or len(dims) < n_axes:
        raise DamagedError("has a broken description")
    return CaseArray(folder.name, folder, shape[n_axes:], kind, "crc32c" in codecs)


def read_json(path: Path) -> dict[str, Any]:
    """Return a table of JSON.

    Raises
    ------
    DamagedError
        The file is missing, cannot be read or is no table.
    """
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DamagedError("has no description") from None
    except OSError as error:
        raise DamagedError(f"cannot be read ({error.strerror or error})") from None
    except (ValueError, RecursionError):
        raise DamagedError("has a description that was cut or changed") from None
    if not isinstance(table, Mapping):
        raise DamagedError("has a broken description")
    return dict(table)
