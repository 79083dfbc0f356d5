"""The only place that imports numba: one decorator, one cache rule.

The on-disk cache of numba does not notice an edit in another file, which would silently return
old physics; the cache directory is therefore named by the hash of every kernel source.
`fastmath` stays off except for contraction (fused multiply-add): the wider flags remove NaN guards.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numba


def _source_hash() -> str:
    """Return a digest of every kernel source, the numba version and the Python version."""
    digest = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    root = Path(__file__).parent
    for path in [Path(__file__), *sorted((root / "kernels").rglob("*.py"))]:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _cache_directory() -> Path | None:
    """Return a writable folder for compiled kernels, or None where there is none."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    for candidate in (Path(base) / "softsim", Path(tempfile.gettempdir()) / "softsim-cache"):
        folder = candidate / f"kernels-{_source_hash()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return None


CACHE_DIRECTORY = _cache_directory()
if CACHE_DIRECTORY is not None:
    numba.config.CACHE_DIR = str(CACHE_DIRECTORY)  # type: ignore[attr-defined]


def kernel(function: Any) -> Any:
    """Compile a numeric kernel: floats and float64 arrays in, arrays and a status out."""
    return numba.njit(
        cache=CACHE_DIRECTORY is not None,
        nogil=True,
        error_model="numpy",
        fastmath={"contract"},
    )(function)


def inline(function: Any) -> Any:
    """Compile a small kernel that its callers should inline."""
    return numba.njit(
        cache=CACHE_DIRECTORY is not None,
        nogil=True,
        error_model="numpy",
        fastmath={"contract"},
        inline="never",
        forceinline=True,
    )(function)
