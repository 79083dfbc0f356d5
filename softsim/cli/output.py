"""Outputs of the command line: places checked before the solve, files that appear whole."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from softsim.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

RESULTS = (".nc", ".zarr")
PLOTS = (".png", ".pdf", ".svg")


def output_path(given: str | None, endings: tuple[str, ...]) -> Path | None:
    """Return the path of an output after checking that it can be written."""
    if given is None:
        return None
    path = Path(given)
    if path.suffix not in endings:
        raise InputError(f"output '{path}' must end in {', '.join(endings[:-1])} or {endings[-1]}")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise InputError(f"folder '{folder}' does not exist; create it or choose another place")
    if path.is_dir() and not (path.suffix == ".zarr" and _is_result(path)):
        raise InputError(
            f"'{path}' is a folder that is not a result of 'softsim stroke'; choose another place "
            "or remove it"
        )
    if path.suffix == ".zarr" and path.is_file():
        raise InputError(f"'{path}' is a file; choose another place or remove it")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            f"folder '{folder}' cannot be written ({error.strerror}); choose another place"
        ) from None
    return path


def _is_result(path: Path) -> bool:
    """Whether a folder is a result of one stroke (and not, say, the store of a sweep)."""
    try:
        attributes = json.loads((path / "zarr.json").read_text("utf-8")).get("attributes", {})
    except (OSError, ValueError):
        return False
    return "softsim_version" in attributes and "kind" not in attributes


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """Give another name to write to, which becomes `path` when all went well."""
    draft = path.with_name(f".{path.stem}.{os.getpid()}.tmp{path.suffix}")
    try:
        yield draft
        if path.is_dir():
            old = draft.with_suffix(".old")
            path.rename(old)
            draft.rename(path)
            shutil.rmtree(old, ignore_errors=True)
        else:
            draft.replace(path)
    except OSError as error:
        raise InputError(
            f"'{path}' cannot be written ({error.strerror or error}); choose another place"
        ) from None
    finally:
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        draft.unlink(missing_ok=True)


def write_result(dataset: xr.Dataset, path: Path) -> None:
    """Write a result as NetCDF or Zarr."""
    import warnings

    with _draft(path) as draft, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*(onsolidated|Zarr format 3|V3 spec).*")
        if path.suffix == ".zarr":
            dataset.to_zarr(draft, mode="w", zarr_format=3)
        else:
            dataset.to_netcdf(draft, engine="h5netcdf")


def write_plot(dataset: xr.Dataset, path: Path) -> None:
    """Write the figure of a result."""
    import matplotlib as mpl

    mpl.use("Agg")
    from softsim.viz.stroke_figure import plot_stroke

    figure = plot_stroke(dataset)
    with _draft(path) as draft:
        figure.savefig(draft)
