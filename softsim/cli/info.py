"""The command `info`: what a report of a bug needs, or what is in the store of a sweep."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys

import click

from softsim import __version__
from softsim.cli.group import main

PACKAGES = (
    *("numpy", "numba", "scipy", "xarray", "zarr", "h5netcdf", "pydantic"),
    *("click", "tqdm", "matplotlib"),
)

NO_CACHE = "none; kernels are compiled in every run; set SOFTSIM_CACHE_DIR to a folder of yours"


@main.command()
@click.argument("store", required=False)
def info(store: str | None) -> None:
    """Show versions, cache folder and threads, for a report of a bug.

    With STORE, of a sweep: what is studied, how far it is, what is missing or failed, and on how
    many measured or estimated numbers it stands.
    """
    if store is not None:
        from softsim.sweeps.store.report import report_of

        _tell(report_of(store))
        return
    from softsim._jit import CACHE
    from softsim.sweeps.runner import THREAD_VARIABLES

    rows = {
        "softsim": __version__,
        "python": f"{platform.python_version()} ({sys.executable})",
        "platform": platform.platform(),
        **{package: importlib.metadata.version(package) for package in PACKAGES},
        "kernel cache": str(CACHE.path or NO_CACHE),
        **{f"not used ({i})": reason for i, reason in enumerate(CACHE.rejected, 1)},
        "processors": str(os.cpu_count()),
        **{name: os.environ.get(name, "not set") for name in THREAD_VARIABLES},
    }
    _tell(list(rows.items()))


def _tell(rows: list[tuple[str, str]]) -> None:
    """Write a table of two columns."""
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        click.echo(f"{name.ljust(width)}  {value}")
