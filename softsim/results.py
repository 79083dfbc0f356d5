"""Results on disk, opened again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import xarray as xr

import softsim.accessor  # noqa: F401  gives datasets their pictures
from softsim.errors import InputError, shown
from softsim.slimming import compression, slimmed
from softsim.sweeps.store.contents import is_store
from softsim.sweeps.store.opening import open_sweep, quiet
from softsim.text_files import checked_path


def open_result(path: str | Path) -> xr.Dataset:
    """Open what `softsim stroke -o` or `softsim sweep` wrote.

    Parameters
    ----------
    path : str or Path
        NAME.nc, NAME.zarr, or the store of a sweep.

    Returns
    -------
    xarray.Dataset
        A result in memory, or a sweep that is read from disk when used; ``dataset.softsim.plot()``
        draws either.

    Raises
    ------
    InputError
        No result of softsim is there.

    Examples
    --------
    >>> import softsim as ss
    >>> ss.open_result("stroke.nc").softsim.plot()  # doctest: +SKIP
    """
    path = checked_path(path, "result", "stroke.nc")
    if not os.path.exists(path):  # noqa: PTH110  # Path.exists fails for names that are too long
        raise InputError(f"result {shown(path)} does not exist; check the path")
    if path.is_dir():
        if is_store(path):
            return open_sweep(path)
        with quiet():
            return _checked(_opened(path, "zarr"), path)
    return _checked(_opened(path, "h5netcdf"), path)


def netcdf_of(dataset: xr.Dataset) -> bytes:
    """Return a result as the content of a NetCDF file, slim, every array with its checksum.

    Parameters
    ----------
    dataset : xarray.Dataset
    """
    slim = slimmed(dataset)
    small = compression(slim)
    arrays = [x for x in slim.variables if slim[x].ndim and slim[x].dtype.kind in "fi"]
    encoding = {x: {"fletcher32": True} | small.get(x, {}) for x in arrays}
    return bytes(slim.to_netcdf(engine="h5netcdf", encoding=encoding))


def _opened(path: Path, engine: str) -> xr.Dataset:
    """Return a dataset in memory, its file closed."""
    options: dict[str, Any] = {"consolidated": False} if engine == "zarr" else {}
    try:
        with xr.open_dataset(path, engine=engine, **options) as dataset:
            loaded: xr.Dataset = dataset.load()
            return loaded
    except (OSError, ValueError, KeyError) as error:
        reason = " ".join(str(error).split())[:80]
        raise InputError(
            f"{shown(path)} cannot be read as a result ({reason}); give NAME.nc or NAME.zarr of "
            "'softsim stroke'"
        ) from None


def _checked(dataset: xr.Dataset, path: Path) -> xr.Dataset:
    """Refuse a dataset that softsim did not make."""
    if "softsim_version" not in dataset.attrs:
        raise InputError(
            f"{shown(path)} is not a result of softsim; give what 'softsim stroke' wrote"
        )
    return dataset
