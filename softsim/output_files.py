"""Files that softsim writes: places that can take them, and drafts that become whole at the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from softsim.errors import InputError, shown


def refuse_ending(path: Path, endings: tuple[str, ...], kind: str) -> None:
    """Refuse a name whose ending says no known format; `kind` says what it is the name of."""
    if path.suffix not in endings:
        known = f"{', '.join(endings[:-1])} or {endings[-1]}"
        raise InputError(f"{kind} {shown(str(path))} must end in {known}")


def refuse_missing_folder(path: Path) -> None:
    """Refuse a place in a folder that does not exist."""
    folder = path.resolve().parent
    if not folder.is_dir():
        raise InputError(
            f"folder {shown(str(folder))} does not exist; create it or choose another place"
        )


def unwritable(
    path: Path, error: OSError, cure: str = "make room or choose another place", *, kind: str = ""
) -> InputError:
    """Return the error for a place that the system did not take; `kind` says what lies there."""
    name = f"{kind} {shown(str(path))}".lstrip()
    return InputError(f"{name} cannot be written ({error.strerror or error}); {cure}")


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """Give another name to write a file or a folder to, which becomes `path` when all went well.

    Raises
    ------
    InputError
        The system did not take it; what was there before is still there.
    """
    target = path.resolve()  # a link stays one
    draft = target.with_name(f".softsim.{os.getpid()}.tmp{path.suffix}")
    try:
        yield draft
        if target.is_dir():
            old = draft.with_suffix(".old")
            target.rename(old)
            draft.rename(target)
            shutil.rmtree(old, ignore_errors=True)
        else:
            draft.replace(target)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        with suppress(OSError):
            if draft.is_dir():
                shutil.rmtree(draft, ignore_errors=True)
            draft.unlink(missing_ok=True)
