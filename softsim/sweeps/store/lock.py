"""One writer per store: a lock of the system on its folder, gone with the process that held it.

A reader that meets a store in the middle of a change looks whether somebody holds the lock.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from softsim.errors import InputError, shown

GLANCES, PAUSE = 5, 0.01  # tries of a writer, and the time between them [s]: readers look shortly


def is_being_written(path: Path) -> bool:
    """Whether a process holds the right to write to a store; False where that cannot be known."""
    try:
        lock = StoreLock(path)
    except InputError:
        return True
    lock.release()
    return False


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
        for glance in range(GLANCES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if glance < GLANCES - 1:
                    time.sleep(PAUSE)
            except OSError:  # a disk that knows no locks
                os.close(descriptor)
                return
            else:
                self._descriptor = descriptor
                return
        os.close(descriptor)
        raise InputError(
            f"store {shown(str(path))} is being written by another process; wait until that "
            "has ended, or choose another place"
        )

    def release(self) -> None:
        """Give the store free."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = None

    def __del__(self) -> None:
        self.release()
