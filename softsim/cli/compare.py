"""The command `compare`: tools side by side at equal terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from softsim.cli.group import main
from softsim.cli.output import PLOTS, RESULTS, output_path, write_plot, write_result
from softsim.cli.stroke import (
    given_problem,
    option,
    rounded,
    solver_options,
    stroke_options,
)
from softsim.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

COLUMNS = (
    ("force N", "normal_force", 1.0),
    ("depth mm", "indentation", 1e3),
    ("width mm", "contact_width", 1e3),
    ("peak kPa", "peak_contact_pressure", 1e-3),
    ("strain energy to mm", "depth_of_strain_energy", 1e3),
)
"""What is told of each tool: heading, name and factor."""

EXAMPLE = """\b
softsim compare strigil_bronze gt4_class_scanner --tissue calf --angle "60 deg" \\
    --speed "100 mm/s" --equal peak_contact_pressure --at "60 kPa" --plot tools.png
"""
FIRST_TRY = "2 N"
"""Load with which the search begins where none is given."""


@main.command(epilog=EXAMPLE)
@click.argument("tools", nargs=-1, required=True)
@option("--tissue", "A site of 'softsim tissues', or a TOML file.", "none")
@option("--gliding", "What thin loose tissue is: interface, or layer.", "as the tissue's file")
@option("--equal", "A number of the result, e.g. peak_contact_pressure, line_load.", "force")
@option("--at", "Its value, e.g. '60 kPa'.", "the load")
@option("--layer", "Which layer, for a number that each has.", "none")
@stroke_options
@solver_options
@click.option("-o", "--output", show_default="none", help="Comparison: NAME.nc or NAME.zarr.")
@click.option("--plot", show_default="none", help="Figure: NAME.png, .pdf or .svg.")
def compare(
    tools: tuple[str, ...],
    equal: str | None,
    at: str | None,
    layer: str | None,
    mode: str,
    engine: str,
    output: str | None,
    plot: str | None,
    **given: Any,
) -> None:
    """Compare TOOLS, each at the load that makes one number equal; print a table."""
    from softsim.equal_loads import FORCE
    from softsim.equal_loads import compare as compare_tools

    result_path, plot_path = output_path(output, RESULTS), output_path(plot, PLOTS)
    if all(given[load] is None for load in ("force", "pressure", "indentation")):
        if equal in (None, FORCE) and at is None:
            raise InputError("the load is missing; give --force '6 N', or --equal and --at")
        given["force"] = FIRST_TRY
    problem = given_problem(instrument=tools[0], problem=None, element_along=None, **given)
    compared = compare_tools(
        tools,
        problem.tissue,
        problem.stroke,
        equal=equal or FORCE,
        at=at,
        layer=layer,
        mode=mode,
        engine=engine,
        resolution=problem.resolution,
    )
    if result_path is not None:
        write_result(compared, result_path)
    if plot_path is not None:
        write_plot(compared, plot_path)
    click.echo(_report(compared))


def _report(compared: xr.Dataset) -> str:
    """Return the table of a comparison with its warnings."""
    from softsim.library import format_table
    from softsim.variables import warnings_of

    rows, told = [], []
    for number, name in enumerate(compared["instrument"].to_numpy()):
        one = compared.isel(instrument=number)
        reason = str(one["reason"].item())
        shown = [(head, key, by) for head, key, by in COLUMNS if key in compared]
        values = {head: "-" if reason else rounded(by * float(one[key])) for head, key, by in shown}
        rows.append({"tool": str(name)} | values)
        failed = [f"failed: {name}: {reason}"] if reason else []
        own = warnings_of({"warnings": str(one["warnings"].item())})
        told += [*failed, *(f"warning: {name}: {text}" for text in own)]
    head = [str(compared.attrs["title"]), format_table(rows)]
    return "\n".join([*head, f"rests on {compared.attrs['evidence']}", *told])
