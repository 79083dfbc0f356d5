"""The command `stroke`: one problem, its numbers, its result and its figure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from softsim.cli.advice import IN_FILE, in_words_of
from softsim.cli.group import INTERRUPTED, main
from softsim.cli.output import (
    PLOTS,
    RESULTS,
    output_path,
    refuse_overwriting,
    write_plot,
    write_result,
)
from softsim.errors import ConvergenceError, InputError, unknown_name

if TYPE_CHECKING:
    import xarray as xr

    from softsim.problem import Problem

STROKE_OPTIONS = {
    "force": ("Normal force on the whole edge, e.g. '6 N'.", "none"),
    "pressure": ("Mean contact pressure, e.g. '20 kPa' (instead of a force).", "none"),
    "indentation": ("Depth of the tool, e.g. '2 mm' (instead of a force).", "none"),
    "angle": ("From the skin ahead to the blade, e.g. '45 deg' or '0.7 rad'.", "90 deg"),
    "speed": ("Along the skin, e.g. '100 mm/s'.", "none"),
    "friction": ("A coefficient such as 0.14, or dry, emollient, damp.", "0"),
    "static_friction": ("Coefficient of skin that sticks, e.g. 0.2.", "that of skin that slips"),
    "friction_exponent": ("Power with which friction falls with pressure, below 1.", "0"),
    "friction_pressure": ("Pressure at which friction is as given, e.g. '20 kPa'.", "none"),
    "length": ("Length of the slide, e.g. '60 mm'.", "none"),
    "passes": ("How often over the same skin without lifting; 2 is there and back.", "1"),
    "press_time": ("Time of the ramp to full load, e.g. '0.1 s'.", "automatic"),
    "dwell": ("Time at full load before sliding, e.g. '0.9 s'.", "0 s"),
    "lift_time": ("Time of the ramp back to no load, e.g. '0.1 s'.", "no lift"),
    "dwell_between": ("Time at rest under load between two passes, e.g. '0.1 s'.", "0 s"),
    "repeats": ("How often the whole is done, with a lift and a way back between.", "1"),
    "rest": ("Time off the skin after a lift, e.g. '1 s'.", "0 s"),
}
"""Text and default of each option; a test holds the defaults to those of `Stroke`."""
LOG_OPTIONS = {
    "log": ("Measured log with columns such as 'force [N]': NAME.csv.", "none"),
    "log_columns": ("Names of its columns, e.g. 'time=t, force=-Fz'.", "those of the options"),
    "log_separator": ("Between its columns: ',', ';' or 'tab'.", ","),
    "log_decimal": ("Its decimal sign: '.' or ','.", "."),
}
"""Likewise for a log, which takes the place of numbers of the stroke."""
REPORTED = (
    ("normal_force", "N", 1.0),
    ("tangential_force", "N", 1.0),
    ("indentation", "mm", 1e3),
    ("contact_width", "mm", 1e3),
    ("contact_radius", "mm", 1e3),
    ("contact_extent", "mm", 1e3),
    ("contact_count", "", 1.0),
    ("mean_contact_pressure", "kPa", 1e-3),
    ("peak_contact_pressure", "kPa", 1e-3),
    ("depth_of_strain_1", "mm", 1e3),
    ("depth_of_strain_2", "mm", 1e3),
    ("depth_of_strain_5", "mm", 1e3),
    ("depth_of_strain_energy", "mm", 1e3),
    ("apparent_friction", "", 1.0),
    ("hysteretic_friction", "", 1.0),
    ("travel", "mm", 1e3),
    ("work_of_stroke", "J", 1.0),
    ("energy_residual", "", 1.0),
)
IN_LAYERS = (
    ("peak_strain_max_shear_in_layer", "shear strain %", 1e2),
    ("peak_von_mises_change_in_layer", "von Mises change kPa", 1e-3),
    ("peak_pressure_change_in_layer", "pressure change kPa", 1e-3),
    ("layer_energy_share", "energy %", 1e2),
)
"""What is told of each layer: name, heading and factor."""
NOTHING = 5e-10
"""In newtons, millimetres, kilopascals and joules; below it lies the rounding of sums."""
STROKE_EXAMPLE = """\b
softsim stroke --tissue calf --instrument gt4_class_scanner --force "6 N" \\
    --angle "45 deg" --speed "100 mm/s" --friction emollient -o stroke.nc --plot stroke.png
"""


def option(name: str, text: str, default: str) -> Callable[..., Any]:
    """Return an option that shows a default which is no value of its own."""
    return click.option(name, help=text, show_default=default)


def stroke_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add one option per field of a stroke, and those of a log."""
    for name, (text, default) in reversed((STROKE_OPTIONS | LOG_OPTIONS).items()):
        command = option(f"--{name.replace('_', '-')}", text, default)(command)
    return command


def solver_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add how it is solved: accuracy, mode and engine."""
    accuracy = "Error of the depth asked of the finite engine, 0.1 to 5 %."
    for add in (
        click.option("--engine", default="finite", show_default=True, help="finite or linear."),
        click.option(
            "--mode", default="steady", show_default=True, help="steady, press or transient."
        ),
        option("--accuracy", accuracy, "0.5 %"),
    ):
        command = add(command)
    return command


@main.command(epilog=STROKE_EXAMPLE)
@option("--tissue", "A site of 'softsim tissues', or a TOML file.", "none")
@option("--gliding", "What thin loose tissue is: interface, or layer.", "as the tissue's file")
@option("--instrument", "A tool of 'softsim instruments', or a TOML file.", "none")
@option("--problem", "A whole problem, instead of all the rest: TOML or a result.", "none")
@stroke_options
@option("--element-along", "Length of the elements under the tool, e.g. '0.1 mm'.", "automatic")
@solver_options
@click.option(
    "--edge",
    default="section",
    show_default=True,
    help="section; or whole: with its length, curvature and ends.",
)
@click.option("-o", "--output", show_default="none", help="Result: NAME.nc or NAME.zarr.")
@click.option("--plot", show_default="none", help="Figure: NAME.png, .pdf or .svg.")
@click.option(
    "--allow-unusual",
    is_flag=True,
    show_default="off",
    help="Take numbers that no soft tissue or hand has, e.g. for rubber.",
)
@click.pass_context
def stroke(
    context: click.Context,
    /,
    mode: str,
    engine: str,
    edge: str,
    output: str | None,
    plot: str | None,
    **given: Any,
) -> None:
    """Simulate one stroke; print its numbers, keep its result and its figure."""
    from softsim._simulate import check, simulate

    if given["problem"] is not None:  # what a stroke lacks is written into the file
        context.meta[IN_FILE] = (*STROKE_OPTIONS, "gliding", "element_along", "accuracy")
    result_path, plot_path = output_path(output, RESULTS), output_path(plot, PLOTS)
    read = (given[name] for name in ("tissue", "instrument", "problem"))
    refuse_overwriting((result_path, plot_path), read)
    problem = given_problem(**given)
    if is_result(given["problem"]):  # what the result was made with, unless told otherwise
        own = _settings_of(str(given["problem"]))
        mode = own["stroke_mode"] if _is_default(context, "mode") else mode
        engine = own["engine"] if _is_default(context, "engine") else engine
        edge = own["edge"] if _is_default(context, "edge") else edge
    check(problem, mode=mode, engine=engine, edge=edge)
    try:
        dataset = simulate(problem, mode=mode, engine=engine, edge=edge)
    except ConvergenceError as error:
        raise with_what_was_saved(error, result_path) from error
    if result_path is not None:
        write_result(dataset, result_path)
    if plot_path is not None:
        write_plot(dataset, plot_path)
    click.echo(in_words_of(context, report(dataset)))
    if "incomplete" in dataset.attrs:
        context.exit(INTERRUPTED)


def given_problem(
    tissue: str | None,
    instrument: str | None,
    problem: str | None,
    element_along: str | None,
    accuracy: str | None = None,
    *,
    gliding: str | None = None,
    allow_unusual: bool = False,
    **fields: str | None,
) -> Problem:
    """Return the problem that the options describe."""
    from softsim.library import load_instrument, load_tissue
    from softsim.plausible import lifted
    from softsim.problem import USUAL_ACCURACY, Problem, Resolution
    from softsim.results import open_result
    from softsim.serialise import load_problem, problem_of
    from softsim.stroke import Stroke

    given: dict[str, Any] = {name: value for name, value in fields.items() if value is not None}
    sizes = {"element_along": element_along, "accuracy": accuracy}
    others = {"tissue": tissue, "instrument": instrument, "gliding": gliding, **sizes, **given}
    if problem is not None:
        also = next((name for name, value in others.items() if value is not None), None)
        if also is not None:
            raise InputError(
                f"--{also.replace('_', '-')} is given besides --problem; leave one of them out "
                "(the file describes the whole problem)"
            )
        with lifted(allow_unusual):
            return problem_of(open_result(problem)) if is_result(problem) else load_problem(problem)
    for name, value, known in (("tissue", tissue, "calf"), ("instrument", instrument, "NAME")):
        if value is None:
            raise InputError(f"{name} is missing; give --{name}, e.g. --{name} {known}")
    given = _with_log(**given)
    with lifted(allow_unusual):
        return Problem(
            tissue=load_tissue(str(tissue), gliding=gliding),
            instrument=load_instrument(str(instrument)),
            stroke=Stroke(**given),
            resolution=Resolution(
                element_along=element_along,
                accuracy=USUAL_ACCURACY if accuracy is None else accuracy,
            ),
        )


def _with_log(
    log: str | None = None,
    log_columns: str | None = None,
    log_separator: str | None = None,
    log_decimal: str | None = None,
    **given: Any,
) -> dict[str, Any]:
    """Return the numbers of a stroke with the histories of a log."""
    if log is None:
        if log_columns or log_separator or log_decimal:
            raise InputError("options of a log are given without one; give --log NAME.csv")
        return given
    from softsim.logs import load_log

    columns = {}
    for part in (log_columns or "").split(","):
        name, _, column = part.partition("=")
        if part.strip():
            columns[name.strip()] = column.strip()
    known = ("time", "force", "pressure", "indentation", "angle", "speed")
    for name in columns:
        if name not in known:
            raise unknown_name("name in --log-columns", name, known)
    separator = "\t" if log_separator == "tab" else log_separator or ","
    found = load_log(log, **columns, separator=separator, decimal=log_decimal or ".")  # type: ignore[arg-type]
    both = next((name for name in found if name in given), None)
    if both is not None:
        raise InputError(f"--{both} is given, and the log has it too; leave one of them out")
    return given | found


def is_result(path: str | None) -> bool:
    """Whether a path is named like the result of a stroke."""
    return path is not None and Path(path).suffix in RESULTS


def _settings_of(path: str) -> dict[str, str]:
    """Return mode, engine and edge that a result was made with."""
    from softsim.results import open_result

    result = open_result(path)
    edge = "whole" if "contact_pressure_map" in result.variables else "section"
    return {name: str(result.attrs[name]) for name in ("stroke_mode", "engine")} | {"edge": edge}


def _is_default(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is click.core.ParameterSource.DEFAULT


def with_what_was_saved(error: ConvergenceError, path: Path | None) -> ConvergenceError:
    """Save what was solved before a failure, and say so in its message."""
    import xarray as xr

    saved = "nothing was saved"
    if path is not None and isinstance(error.partial, xr.Dataset):
        place = path.with_name(f"{path.stem}.partial{path.suffix}")
        write_result(error.partial, place)
        saved = f"what was solved is in '{place}'"
    return error.reworded(f"{error}; {saved}")


def report(dataset: xr.Dataset) -> str:
    """Return the numbers of a stroke as text, with the warnings of its result."""
    from softsim.metrics import summary
    from softsim.variables import REGISTRY, warnings_of

    numbers = summary(dataset)
    lines = [str(dataset.attrs.get("title", ""))]
    shown = [entry for entry in REPORTED if entry[0] in numbers]
    width = max(len(REGISTRY[name].long_name) for name, _, _ in shown)
    for name, unit, factor in shown:
        value = f"{rounded(factor * float(numbers[name]))} {unit}".rstrip()
        lines.append(f"  {REGISTRY[name].long_name.ljust(width)}  {value}")
    lines += _layers_table(numbers)
    lines.append(f"rests on {dataset.attrs['evidence']}")
    return "\n".join([*lines, *(f"warning: {text}" for text in warnings_of(dataset.attrs))])


def _layers_table(numbers: xr.Dataset) -> list[str]:
    """Return the largest values in each layer as lines of a table."""
    from softsim.library import format_table
    from softsim.measuring import text_of

    kept = [entry for entry in IN_LAYERS if entry[0] in numbers]
    if not kept:
        return []
    rows = []
    for i, name in enumerate(text_of(numbers["layer"])):
        own = numbers.isel(layer=i)
        values = {heading: rounded(factor * float(own[of])) for of, heading, factor in kept}
        rows.append({"largest in": name} | values)
    return [f"  {line}".rstrip() for line in format_table(rows).splitlines()]


def rounded(number: float) -> str:
    """Return a number for people: four digits, and 0 for what only rounding has left of it.

    Examples
    --------
    >>> rounded(1.23456), rounded(-1e-13), rounded(-0.0)
    ('1.235', '0', '0')
    """
    return "0" if abs(number) < NOTHING else f"{number:.4g}"
