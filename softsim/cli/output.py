"""Outputs of the command line: places checked before the solve, files that appear whole.

Results and figures are made in memory and reach the disk as plain bytes: a library that meets a
full disk halfway can do no more harm, and a file is either whole or not there.
"""

from __future__ import annotations

import io
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from softsim.errors import InputError, shown
from softsim.output_files import draft_of, refuse_ending, refuse_missing_folder, unwritable
from softsim.slimming import slimmed

if TYPE_CHECKING:
    import xarray as xr

RESULTS = (".nc", ".zarr")
PLOTS = (".png", ".pdf", ".svg")
LEAST_ROOM = 1_000_000
"""Free bytes without which no solve is begun; small results have about as many."""


def output_path(given: str | None, endings: tuple[str, ...]) -> Path | None:
    """Return the path of an output after checking that it can be written.

    Parameters
    ----------
    given : str or None
    endings : tuple of str
        Allowed ones, which say the format.

    Raises
    ------
    InputError
        The place cannot take the output; nothing was written.
    """
    if given is None:
        return None
    path = Path(given)
    refuse_ending(path, endings, "output")
    try:
        _check_place(path)
    except InputError:
        raise
    except OSError as error:
        raise unwritable(path, error) from None
    except (ValueError, RuntimeError):  # a zero byte; a link that leads to itself
        raise InputError(f"output {shown(given)} is no path; choose another name") from None
    return path


def _check_place(path: Path) -> None:
    """Refuse a place that is something else, that is protected or that has no room."""
    refuse_missing_folder(path)
    name, folder = shown(str(path)), path.resolve().parent
    with suppress(FileNotFoundError):
        kind = path.stat().st_mode  # also finds names that are too long
        if stat.S_ISDIR(kind) and not (path.suffix == ".zarr" and _is_result(path)):
            raise InputError(
                f"{name} is a folder that is not a result of 'softsim stroke'; choose another "
                "place or remove it"
            )
        if not stat.S_ISDIR(kind) and path.suffix == ".zarr":
            raise InputError(f"{name} is a file; choose another place or remove it")
        if not stat.S_ISDIR(kind) and not stat.S_ISREG(kind):
            raise InputError(f"{name} is not an ordinary file; choose another place")
        if not os.access(path, os.W_OK):
            raise InputError(f"{name} is write-protected; choose another place")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise unwritable(folder, error, "choose another place", kind="folder") from None
    free = shutil.disk_usage(folder).free
    if free < LEAST_ROOM:
        raise InputError(
            f"folder {shown(str(folder))} has only {free // 1000} kB of free space; must have at "
            f"least {LEAST_ROOM // 1000} kB (make room or choose another place)"
        )


def refuse_overwriting(outputs: Iterable[Path | None], inputs: Iterable[str | None]) -> None:
    """Refuse an output that would replace a file the command reads."""
    for path in outputs:
        for name in inputs:
            if path is None or name is None:
                continue
            if path.exists() and os.path.exists(name) and path.samefile(name):  # noqa: PTH110
                raise InputError(
                    f"output {shown(str(path))} is the file that is read; choose another name"
                )


def write_result(dataset: xr.Dataset, path: Path) -> None:
    """Write a result as NetCDF or Zarr, slim, with the checksums that the format offers.

    Raises
    ------
    InputError
        It cannot be written; what was there before is still there.
    """
    if path.suffix == ".nc":
        from softsim.results import netcdf_of

        _write_bytes(netcdf_of(dataset), path)
        return
    dataset = slimmed(dataset)
    from zarr.codecs import BloscCodec, Crc32cCodec

    from softsim.sweeps.store.opening import quiet

    fields = BloscCodec(cname="zstd", clevel=5, shuffle="shuffle", typesize=4)
    encoding = {
        name: {"compressors": (*((fields,) if x.dtype == "f4" else ()), Crc32cCodec())}
        for name, x in dataset.variables.items()
    }
    with draft_of(path) as draft, quiet():
        dataset.to_zarr(draft, mode="w", zarr_format=3, encoding=encoding)


def write_plot(dataset: xr.Dataset, path: Path, *, figure: str = "whole", **options: Any) -> None:
    """Write a figure of a result, with the options of the function of `softsim.viz`.

    Parameters
    ----------
    dataset : Dataset
    path : Path
    figure : {"whole", "interface", "damage"}
        `plot`, `interface_lines` or `damage_over_strokes`.
    **options

    Raises
    ------
    InputError
        It cannot be written; what was there before is still there.
    """
    from softsim import viz
    from softsim.viz.drawing.style import figure_of

    drawn = io.BytesIO()
    if figure == "whole":
        picture = viz.plot(dataset, **options)
    else:
        draw = viz.interface_lines if figure == "interface" else viz.damage_over_strokes
        picture = figure_of(draw(dataset, **options)[0])
    picture.savefig(drawn, format=path.suffix[1:])
    _write_bytes(drawn.getbuffer(), path)


def _write_bytes(content: Any, path: Path) -> None:
    """Write a file as a whole."""
    with draft_of(path) as draft, draft.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _is_result(path: Path) -> bool:
    """Whether a folder is a result of one stroke (and not, say, the store of a sweep)."""
    from softsim.sweeps.store.contents import attributes_of

    attributes = attributes_of(path)
    return "softsim_version" in attributes and "kind" not in attributes
