"""The commands `sweep`, `check`, `export`: a design into a store, is it whole, one file of it."""

from __future__ import annotations

import click

from softsim.cli.advice import IN_FILE
from softsim.cli.group import INTERRUPTED, main
from softsim.cli.output import RESULTS, output_path, write_result
from softsim.cli.stroke import STROKE_OPTIONS
from softsim.errors import ConvergenceError, InputError, shown

MOST_LISTED = 20


@main.command()
@click.argument("design")
@click.argument("store")
@click.option("--workers", type=int, default=1, show_default=True, help="Number of processes.")
@click.option(
    "--retry-failed", is_flag=True, show_default="off", help="Try cases again that failed before."
)
@click.option("--quiet", is_flag=True, show_default="off", help="No progress bar.")
@click.pass_context
def sweep(
    context: click.Context,
    /,
    design: str,
    store: str,
    workers: int,
    retry_failed: bool,
    quiet: bool,
) -> None:
    """Run the sweep of the file DESIGN (TOML) into the Zarr store STORE.

    Cases that are in the store already are left alone, so that running the same command again
    continues a sweep that was interrupted.
    """
    from softsim.sweeps import sweep as run_sweep

    context.meta[IN_FILE] = (*STROKE_OPTIONS, "element_along", "accuracy", "mode", "engine")
    try:
        cube = run_sweep(design, store, workers, retry_failed=retry_failed, progress=not quiet)
    except KeyboardInterrupt:
        click.echo(f"stopped; run the same command again to continue '{store}'", err=True)
        context.exit(INTERRUPTED)
    status = cube["status"].to_numpy().ravel()
    reasons = [str(reason) for reason in cube["reason"].to_numpy().ravel() if reason]
    click.echo(f"{(status == 1).sum()} of {status.size} cases done, {len(reasons)} failed: {store}")
    if reasons:
        click.echo(f"first failure: {reasons[0]}", err=True)
    if len(reasons) == status.size:
        raise ConvergenceError(f"no case of '{design}' succeeded; the reasons are in '{store}'")


@main.command()
@click.argument("store")
@click.option("--repair", is_flag=True, show_default="off", help="Mend what is damaged.")
def check(store: str, repair: bool) -> None:
    """Say what is damaged in the STORE of a sweep.

    Exit status 0 when all is whole or was mended, 2 when something is damaged. With --repair the
    damaged cases, and only those, are marked as still to do; run the sweep again afterwards.
    """
    from softsim.sweeps import check_sweep

    found = check_sweep(store, repair=repair)
    counts = ", ".join(f"{count} {kind}" for kind, count in found.cases.items())
    click.echo(f"{sum(found.cases.values())} cases ({counts}): {store}")
    for words in found.damage[:MOST_LISTED]:
        click.echo(f"damaged: {words}")
    if len(found.damage) > MOST_LISTED:
        click.echo(f"and {len(found.damage) - MOST_LISTED} more")
    if found.repaired:
        click.echo("mended: run the sweep again for the damaged cases")
    elif found.damage:
        raise InputError(
            f"store {shown(store)} is damaged in {len(found.damage)} places; run the same command "
            "with --repair, which keeps all that is whole, and then the sweep again"
        )


@main.command()
@click.argument("store")
@click.argument("output")
def export(store: str, output: str) -> None:
    """Write the STORE of a sweep into one file OUTPUT: NAME.nc (NetCDF) or NAME.zarr.

    Cases that are still to do, or failed, are empty in it, with their status.
    """
    from softsim.sweeps import open_sweep

    path = output_path(output, RESULTS)
    cube = open_sweep(store).load()
    if path is not None:
        write_result(cube, path)
    click.echo(f"{cube['status'].size} cases: {output}")
