"""The command `stroke`: one problem, its numbers, its result and its figure."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from softsim.cli.group import main
from softsim.cli.output import PLOTS, RESULTS, output_path, write_plot, write_result
from softsim.errors import ConvergenceError, InputError

if TYPE_CHECKING:
    import xarray as xr

    from softsim.problem import Problem

STROKE_OPTIONS = {
    "force": "Normal force on the whole edge, e.g. '6 N'.",
    "pressure": "Mean contact pressure, e.g. '20 kPa' (instead of a force).",
    "indentation": "Depth of the tool, e.g. '2 mm' (instead of a force).",
    "angle": "From the skin ahead to the blade, e.g. '45 deg'; 90 deg is upright.",
    "speed": "Along the skin, e.g. '100 mm/s'.",
    "friction": "A coefficient such as 0.14, or dry, emollient, damp.",
    "length": "Length of the slide, e.g. '60 mm'.",
    "passes": "How often over the same skin without lifting; 2 is there and back.",
    "press_time": "Time of the ramp to full load, e.g. '0.1 s'.",
    "dwell": "Time at full load before sliding.",
    "lift_time": "Time of the ramp back to no load.",
}
REPORTED = (
    ("normal_force", "N", 1.0),
    ("tangential_force", "N", 1.0),
    ("indentation", "mm", 1e3),
    ("contact_width", "mm", 1e3),
    ("mean_contact_pressure", "kPa", 1e-3),
    ("peak_contact_pressure", "kPa", 1e-3),
    ("depth_of_action_50_stress_depth", "mm", 1e3),
    ("depth_of_action_10_stress_depth", "mm", 1e3),
    ("depth_of_action_50_strain_energy_density", "mm", 1e3),
    ("apparent_friction", "", 1.0),
    ("hysteretic_friction", "", 1.0),
    ("travel", "mm", 1e3),
    ("work_of_stroke", "J", 1.0),
    ("energy_residual", "", 1.0),
)
STROKE_EXAMPLE = """\b
softsim stroke --tissue calf --instrument gt4_class_scanner --force "6 N" \\
    --angle "45 deg" --speed "100 mm/s" --friction emollient -o stroke.nc --plot stroke.png
"""


def _stroke_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add one option per field of a stroke."""
    for name, text in reversed(STROKE_OPTIONS.items()):
        command = click.option(f"--{name.replace('_', '-')}", name, help=text)(command)
    return command


@main.command(epilog=STROKE_EXAMPLE)
@click.option("--tissue", help="A site of 'softsim tissues', or a TOML file.")
@click.option("--instrument", help="A tool of 'softsim instruments', or a TOML file.")
@click.option("--problem", "problem_file", help="A whole problem as TOML, instead of all the rest.")
@_stroke_options
@click.option("--element-along", help="Length of the elements under the tool, e.g. '0.1 mm'.")
@click.option("--mode", default="steady", show_default=True, help="steady, press or transient.")
@click.option("--engine", default="finite", show_default=True, help="finite or linear.")
@click.option("-o", "--output", help="Where the result goes: NAME.nc or NAME.zarr.")
@click.option("--plot", help="Where the figure goes: NAME.png, .pdf or .svg.")
def stroke(mode: str, engine: str, output: str | None, plot: str | None, **given: Any) -> None:
    """Simulate one stroke; print its numbers, keep its result and its figure."""
    from softsim.simulate import check, simulate

    problem = _problem(**given)
    check(problem, mode=mode, engine=engine)
    result_path, plot_path = output_path(output, RESULTS), output_path(plot, PLOTS)
    try:
        dataset = simulate(problem, mode=mode, engine=engine)
    except ConvergenceError as error:
        raise with_what_was_saved(error, result_path) from error
    if result_path is not None:
        write_result(dataset, result_path)
    if plot_path is not None:
        write_plot(dataset, plot_path)
    click.echo(_report(dataset))


def _problem(
    tissue: str | None,
    instrument: str | None,
    problem_file: str | None,
    element_along: str | None,
    **fields: str | None,
) -> Problem:
    """Return the problem that the options describe."""
    from softsim.library import load_instrument, load_tissue
    from softsim.problem import Problem, Resolution
    from softsim.serialise import load_problem
    from softsim.stroke import Stroke

    given = {name: value for name, value in fields.items() if value is not None}
    others = {"tissue": tissue, "instrument": instrument, "element-along": element_along, **given}
    if problem_file is not None:
        also = next((name for name, value in others.items() if value is not None), None)
        if also is not None:
            raise InputError(
                f"--{also.replace('_', '-')} is given besides --problem; leave one of them out "
                "(the file describes the whole problem)"
            )
        return load_problem(problem_file)
    for name, value, known in (("tissue", tissue, "calf"), ("instrument", instrument, "NAME")):
        if value is None:
            raise InputError(f"{name} is missing; give --{name}, e.g. --{name} {known}")
    return Problem(
        tissue=load_tissue(str(tissue)),
        instrument=load_instrument(str(instrument)),
        stroke=Stroke(**given),  # type: ignore[arg-type]
        resolution=Resolution(element_along=element_along),
    )


def with_what_was_saved(error: ConvergenceError, path: Path | None) -> ConvergenceError:
    """Save what was solved before a failure, and say so in its message."""
    import xarray as xr

    saved = "nothing was saved"
    if path is not None and isinstance(error.partial, xr.Dataset):
        place = path.with_name(f"{path.stem}.partial{path.suffix}")
        write_result(error.partial, place)
        saved = f"what was solved is in '{place}'"
    return ConvergenceError(
        f"{error}; {saved}",
        load_reached=error.load_reached,
        residual=error.residual,
        partial=error.partial,
    )


def _report(dataset: xr.Dataset) -> str:
    """Return the numbers of a stroke as text, with the warnings of its result."""
    from softsim.metrics import summary
    from softsim.variables import REGISTRY

    numbers = summary(dataset)
    lines = [str(dataset.attrs.get("title", ""))]
    shown = [entry for entry in REPORTED if entry[0] in numbers]
    width = max(len(REGISTRY[name].long_name) for name, _, _ in shown)
    for name, unit, factor in shown:
        value = f"{factor * float(numbers[name]):.4g} {unit}".rstrip()
        lines.append(f"  {REGISTRY[name].long_name.ljust(width)}  {value}")
    lines.append(f"rests on {dataset.attrs['evidence']}")
    warnings = json.loads(str(dataset.attrs.get("warnings", "[]")))
    return "\n".join([*lines, *(f"warning: {text}" for text in warnings)])
