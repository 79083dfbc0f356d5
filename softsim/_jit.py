"""The only place that imports numba: one decorator, one cache rule.

The on-disk cache of numba does not notice an edit in another file, which would silently return
old physics; the cache directory is therefore named by the hash of every kernel source.  Numba's own
setting of a cache folder is left alone, since it holds for the kernels of other packages too.
`fastmath` stays off except for contraction (fused multiply-add): the wider flags remove NaN guards.
"""

from __future__ import annotations

import hashlib
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numba
from numba.core import event
from numba.core.caching import CompileResultCacheImpl, FunctionCache, InTreeCacheLocator

from softsim import progress
from softsim._cache_folder import find_cache_folder


def _source_hash() -> str:
    """Return a digest of every kernel source, the numba version and the Python version."""
    digest = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    root = Path(__file__).parent
    for path in [Path(__file__), *sorted((root / "kernels").rglob("*.py"))]:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


CACHE = find_cache_folder(f"kernels-{_source_hash()}")


class _Locator(InTreeCacheLocator):
    """Tells numba to keep a kernel in our folder; nothing is written before it is compiled."""

    def get_cache_path(self) -> str:
        """Return the folder of the kernels of one file."""
        return str(Path(str(CACHE.path)) / self.get_suitable_cache_subpath(self._py_file))

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> _Locator:
        """Return the locator of a kernel."""
        return cls(py_func, py_file)


class _CacheParts(CompileResultCacheImpl):
    _locator_classes = [_Locator]  # noqa: RUF012


class _OptionalCache(FunctionCache):
    """The cache of one kernel, whose failures cost a compilation and never a solve.

    A disk that is full, a folder that was removed, a file that was cut: numba raises them all from
    the call of the kernel.
    """

    _impl_class = _CacheParts

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the compiled kernel, or None where it has to be compiled."""
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # what a damaged file can raise has no end
            with suppress(Exception):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the compiled kernel, if that can be done."""
        with suppress(Exception):
            super().save_overload(sig, data)


def _cached(kernel: Any, function: Any) -> Any:
    """Give a kernel its cache; with numba switched off it is the function itself."""
    if CACHE.path is not None and kernel is not function:
        with suppress(Exception):
            kernel._cache = _OptionalCache(function)
    return kernel


def kernel(function: Any) -> Any:
    """Compile a numeric kernel: numbers, arrays and named tuples of them in, arrays out."""
    compiled = numba.njit(nogil=True, error_model="numpy", fastmath={"contract"})(function)
    return _cached(compiled, function)


def inline(function: Any) -> Any:
    """Compile a small kernel that its callers should inline."""
    compiled = numba.njit(
        nogil=True,
        error_model="numpy",
        fastmath={"contract"},
        inline="never",
        forceinline=True,
    )(function)
    return _cached(compiled, function)


class _Compilation(event.Listener):
    """Tells, once, that kernels of ours are being compiled: it takes longer than many a solve."""

    def __init__(self) -> None:
        self.is_told = False

    def on_start(self, event: Any) -> None:
        """Tell of the first one."""
        function = getattr(event.data.get("dispatcher"), "py_func", None)
        module = str(getattr(function, "__module__", ""))
        if not self.is_told and module.startswith("softsim."):
            self.is_told = True
            progress.note(progress.COMPILING)

    def on_end(self, event: Any) -> None:
        """Say nothing."""


event.register("numba:compile", _Compilation())
