"""One writer per store: a lock of the system on its folder, gone with the process that held it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from softsim.errors import InputError, shown


class StoreLock:
    """The right to write to a store, held until `release`.

    The folder itself is locked, so that nothing is left behind and a read-only store can be locked
    too.  A system without such locks (Windows, some network disks) goes without.

    Parameters
    ----------
    path : Path
        Folder of the store.

    Raises
    ------
    InputError
        Another process holds it.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor: int | None = None
        try:
            import fcntl
        except ImportError:
            return
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise InputError(
                f"store {shown(str(path))} cannot be read ({error.strerror or error}); choose "
                "another place"
            ) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise InputError(
                f"store {shown(str(path))} is being written by another process; wait until that "
                "has ended, or choose another place"
            ) from None
        except OSError:  # a disk that knows no locks
            os.close(descriptor)
            return
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the store free."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = None

    def __del__(self) -> None:
        self.release()
