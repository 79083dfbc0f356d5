"""Opening the store of a sweep to read it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xarray as xr

import softsim.accessor  # noqa: F401  gives datasets their pictures
from softsim.errors import InputError, shown
from softsim.sweeps.store.contents import BACKUP, RECORD, read_contents
from softsim.sweeps.store.creation import ABOUT_THE_CASE
from softsim.sweeps.store.damage import refuse_damage
from softsim.sweeps.store.lock import is_being_written
from softsim.variables import REGISTRY

LOOKS, PAUSE = 50, 0.02  # at a store that changes while it is read, and the time between them [s]


def open_sweep(store: str | Path, *, verify: bool = True) -> xr.Dataset:
    """Open the store of a sweep, finished or not.

    Parameters
    ----------
    store : str or Path
    verify : bool
        Whether every case is compared with its checksums first; it takes half a millisecond per
        case.

    Returns
    -------
    xarray.Dataset
        Read from disk when used; ``.load()`` reads it whole.  `status` is 0 for a case still to do,
        1 for one done, 2 for one that failed; the values of cases that are not done are NaN, and
        `reason` says why a case failed.

    Raises
    ------
    InputError
        There is no store of a sweep at that place, or it is damaged; see `check_sweep`.
    """
    path = Path(store)
    try:
        _refuse_lasting_damage(path, cases=verify)
        dataset = _opened(path)
    except InputError:
        raise
    except Exception as error:  # whatever zarr and xarray make of a damaged store
        reason = " ".join(str(error).split())[:80]
        raise InputError(
            f"store {shown(str(path))} cannot be read ({reason}); run 'softsim check STORE'"
        ) from None
    order = [*ABOUT_THE_CASE, *REGISTRY]
    ordered = dataset[sorted(dataset.data_vars, key=lambda name: order.index(str(name)))]
    return ordered.assign_coords(dataset.coords)  # those too that no variable has all dims of


def _refuse_lasting_damage(path: Path, *, cases: bool) -> None:
    """Refuse a damaged store, but not one that changed between two of its files.

    What a writer is just replacing looks like damage: while one is at work the store is read again,
    and once more after it has gone.
    """
    was_written = True
    for _ in range(LOOKS):
        try:
            refuse_damage(read_contents(path), cases=cases)
        except InputError:
            is_written = path.is_dir() and is_being_written(path)
            if not (is_written or was_written):
                raise
            was_written = is_written
            time.sleep(PAUSE)
        else:
            return
    refuse_damage(read_contents(path), cases=cases)


def _opened(path: Path) -> xr.Dataset:
    """Return the dataset of a store without what only softsim needs in it."""
    with quiet():
        dataset: xr.Dataset = xr.open_zarr(path, consolidated=False, chunks=None)
        dataset["status"].load()  # before any value: a case that is done now has all of them
        for name, variable in dataset.variables.items():
            if variable.dtype.kind == "T":  # plain text can be written to any format again
                text = variable.to_numpy().astype(object)
                dataset[name] = dataset[name].copy(data=text)
    dataset["status"].attrs.pop(BACKUP, None)
    return dataset.drop_vars(RECORD, errors="ignore")


@contextmanager
def quiet() -> Iterator[None]:
    """Silence notices about the format that no user can act on.

    Among them that of a file a writer is just replacing, or had not replaced when it was killed.
    """
    with warnings.catch_warnings():
        for text in ("onsolidated", "Zarr format 3", "V3 spec", r"\.partial is not recognized"):
            warnings.filterwarnings("ignore", message=f".*{text}.*")
        yield
