"""Where compiled kernels are kept between runs: a folder that nobody else can write to, or none.

The cache holds pickles, and loading a pickle runs it; a folder that another user owns or can write
to is therefore never used.  The cache is an optional speed-up: every failure leads to the next
place, and without any place kernels are compiled anew in every run.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

VARIABLES = ("SOFTSIM_CACHE_DIR", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME")
"""Environment variables that name a cache folder, the first one that serves is taken."""

PROBE_BYTES = 65536  # a folder without room for this much is no place for a cache


class _UnusableError(Exception):
    """A place that cannot serve, with the reason."""


@dataclass(frozen=True, slots=True)
class CacheFolder:
    """The folder that was found.

    Parameters
    ----------
    path : Path or None
        None where no place serves.
    rejected : tuple of str
        Places looked at before it, each with the reason why it was not taken.
    """

    path: Path | None
    rejected: tuple[str, ...]


def find_cache_folder(name: str) -> CacheFolder:
    """Return a folder of this name for a cache, made where it did not exist.

    Parameters
    ----------
    name : str
        Last part of the folder's path, e.g. a hash of what the cache depends on.
    """
    rejected: list[str] = []
    for home, label in _homes(rejected):
        folder = home / name
        try:
            _prepare(home)
            _prepare(folder)
            _probe(folder)
        except _UnusableError as error:
            rejected.append(f"{label}: {error}")
        except (OSError, ValueError) as error:
            rejected.append(f"{label}: {getattr(error, 'strerror', None) or error}")
        else:
            return CacheFolder(folder, tuple(rejected))
    return CacheFolder(None, tuple(rejected))


def _homes(rejected: list[str]) -> Iterator[tuple[Path, str]]:
    """Yield the folders of softsim's own to try, each with the words that name it."""
    for variable in VARIABLES:
        given = os.environ.get(variable)
        if given and Path(given).is_absolute():
            yield Path(given) / "softsim", f"{variable}={given}"
        elif given:
            rejected.append(f"{variable}={given}: must be an absolute path")
    try:
        home = Path.home()
    except RuntimeError:
        rejected.append("home folder: not known")
    else:
        if home.is_absolute() and home != Path(home.anchor):
            yield home / ".cache" / "softsim", str(home / ".cache")
        else:
            rejected.append(f"home folder: '{home}' is none")
    try:
        shared = Path(tempfile.gettempdir())
    except OSError:
        rejected.append("temporary folder: there is none")
    else:
        yield shared / f"softsim-cache-{_user()}", str(shared)


def _user() -> int:
    """Return the number of this user; 0 on systems without such numbers."""
    return os.geteuid() if hasattr(os, "geteuid") else 0


def _prepare(folder: Path) -> None:
    """Make a folder that only this user can write to, or check that it is one.

    The check looks at the folder itself and never follows a link, which somebody else could have
    put there.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise _UnusableError("is not a folder of its own")
    if not hasattr(os, "geteuid"):
        return
    if found.st_uid not in (_user(), 0):
        raise _UnusableError("belongs to another user")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise _UnusableError("can be written by other users")


def _probe(folder: Path) -> None:
    """Refuse a folder that can neither take a file nor has any."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(PROBE_BYTES))
            file.flush()
    except OSError:
        if not any(folder.iterdir()):
            raise
