"""The command line: thin commands over the library.

Exit status: 0 on success, 2 on bad input (one line on standard error), 3 when a solve did not
converge.  Nothing is written on bad input, and whatever is written appears whole.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from softsim import __version__
from softsim.errors import ConvergenceError, InputError, SoftsimError

if TYPE_CHECKING:
    import xarray as xr

    from softsim.problem import Problem

BAD_INPUT, NOT_CONVERGED, INTERRUPTED = 2, 3, 130
RESULTS = (".nc", ".zarr")
PLOTS = (".png", ".pdf", ".svg")
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
PACKAGES = (
    *("numpy", "numba", "scipy", "xarray", "zarr", "h5netcdf", "pint", "pydantic"),
    *("click", "tqdm", "matplotlib"),
)


class _Commands(click.Group):
    """Commands that answer an error of the user's in one line, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and turn errors into exit statuses."""
        try:
            return super().invoke(ctx)
        except ConvergenceError as error:
            _complain(error)
            ctx.exit(NOT_CONVERGED)
        except SoftsimError as error:
            _complain(error)
            ctx.exit(BAD_INPUT)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="softsim")
def main() -> None:
    """Strokes of a rigid instrument edge over layered soft tissue."""


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
    result_path, plot_path = _output(output, RESULTS), _output(plot, PLOTS)
    try:
        dataset = simulate(problem, mode=mode, engine=engine)
    except ConvergenceError as error:
        raise with_what_was_saved(error, result_path) from error
    if result_path is not None:
        _write(dataset, result_path)
    if plot_path is not None:
        _plot(dataset, plot_path)
    click.echo(_report(dataset))


@main.command()
@click.argument("design")
@click.argument("store")
@click.option("--workers", type=int, default=1, show_default=True, help="Number of processes.")
@click.option("--retry-failed", is_flag=True, help="Try cases again that failed before.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def sweep(design: str, store: str, workers: int, retry_failed: bool, quiet: bool) -> None:
    """Run the sweep of the file DESIGN (TOML) into the Zarr store STORE.

    Cases that are in the store already are left alone, so that running the same command again
    continues a sweep that was interrupted.
    """
    from softsim.sweeps import sweep as run_sweep

    try:
        cube = run_sweep(design, store, workers, retry_failed=retry_failed, progress=not quiet)
    except KeyboardInterrupt:
        click.echo(f"stopped; run the same command again to continue '{store}'", err=True)
        click.get_current_context().exit(INTERRUPTED)
    status = cube["status"].to_numpy().ravel()
    reasons = [str(reason) for reason in cube["reason"].to_numpy().ravel() if reason]
    click.echo(f"{(status == 1).sum()} of {status.size} cases done, {len(reasons)} failed: {store}")
    if reasons:
        click.echo(f"first failure: {reasons[0]}", err=True)
    if len(reasons) == status.size:
        raise ConvergenceError(f"no case of '{design}' succeeded; the reasons are in '{store}'")


@main.command()
@click.argument("name", required=False)
@click.option("--notes", is_flag=True, help="With the notes on every number.")
def tissues(name: str | None, notes: bool) -> None:
    """List the tissues, or show every number of NAME (or of a TOML file) with its source."""
    from softsim import library

    if name is not None:
        _show(library.describe_tissue(name), library.load_tissue(name).sources, notes=notes)
        return
    rows = []
    for site in library.tissues():
        tissue = library.load_tissue(site)
        rows.append(
            {
                "tissue": site,
                "thickness": f"{1e3 * tissue.thickness:.3g} mm",
                "base": tissue.base,
                "layers": ", ".join(layer.name for layer in tissue.layers),
                "estimates": f"{len(tissue.estimates)} of {len(tissue.sources)} numbers",
            }
        )
    _list(rows, "softsim tissues NAME")


@main.command()
@click.argument("name", required=False)
@click.option("--notes", is_flag=True, help="With the notes on every number.")
def instruments(name: str | None, notes: bool) -> None:
    """List the instruments, or show every number of NAME (or of a TOML file) with its source."""
    from softsim import library

    if name is not None:
        _show(library.describe_instrument(name), library.load_instrument(name).sources, notes=notes)
        return
    rows = []
    for tool_name in library.instruments():
        try:
            tool = library.load_instrument(tool_name)
        except InputError:  # a cup or a roller: no edge to draw along the skin
            rows.append({"instrument": tool_name, "nose radius": "no edge"})
            continue
        edge = tool.edge
        rows.append(
            {
                "instrument": tool_name,
                "nose radius": f"{1e3 * float(edge.nose_radius):.3g} mm",
                "thickness": f"{1e3 * float(edge.thickness):.3g} mm",
                "contact length": f"{1e3 * float(tool.contact_length):.3g} mm",
                "label": tool.label,
            }
        )
    _list(rows, "softsim instruments NAME")


@main.command()
@click.argument("name", required=False)
def protocols(name: str | None) -> None:
    """List the protocols, or show the phases of NAME with the works they come from."""
    from softsim import library

    if name is not None:
        table = library.load_protocol(name)
        click.echo(library.format_table(library.describe_protocol(name)))
        _works({key: library.citation(key) for key in sorted(table.get("sources", []))})
        return
    rows = []
    for protocol in library.protocols():
        table = library.load_protocol(protocol)
        keys = ("label", "instrument", "site", "lubrication")
        rows.append({"protocol": protocol, **{key: str(table[key]) for key in keys}})
    _list(rows, "softsim protocols NAME")


@main.command()
def info() -> None:
    """Show versions, cache folder and threads, for a report of a bug."""
    from softsim._jit import CACHE_DIRECTORY

    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    rows = {
        "softsim": __version__,
        "python": f"{platform.python_version()} ({sys.executable})",
        "platform": platform.platform(),
        **{package: importlib.metadata.version(package) for package in PACKAGES},
        "kernel cache": str(CACHE_DIRECTORY or "none (no writable folder)"),
        "processors": str(os.cpu_count()),
        **{name: os.environ.get(name, "not set") for name in names},
    }
    width = max(map(len, rows))
    for name, value in rows.items():
        click.echo(f"{name.ljust(width)}  {value}")


# ------------------------------------------------------------------ input


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


# ------------------------------------------------------------------ output


def _output(given: str | None, endings: tuple[str, ...]) -> Path | None:
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


def _write(dataset: xr.Dataset, path: Path) -> None:
    """Write a result as NetCDF or Zarr."""
    import warnings

    with _draft(path) as draft, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*(onsolidated|Zarr format 3|V3 spec).*")
        if path.suffix == ".zarr":
            dataset.to_zarr(draft, mode="w", zarr_format=3)
        else:
            dataset.to_netcdf(draft, engine="h5netcdf")


def _plot(dataset: xr.Dataset, path: Path) -> None:
    """Write the figure of a result."""
    import matplotlib as mpl

    mpl.use("Agg")
    from softsim.viz.stroke_figure import plot_stroke

    figure = plot_stroke(dataset)
    with _draft(path) as draft:
        figure.savefig(draft)


def with_what_was_saved(error: ConvergenceError, path: Path | None) -> ConvergenceError:
    """Save what was solved before a failure, and say so in its message."""
    import xarray as xr

    saved = "nothing was saved"
    if path is not None and isinstance(error.partial, xr.Dataset):
        place = path.with_name(f"{path.stem}.partial{path.suffix}")
        _write(error.partial, place)
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
    warnings = json.loads(str(dataset.attrs.get("warnings", "[]")))
    return "\n".join([*lines, *(f"warning: {text}" for text in warnings)])


def _list(rows: list[dict[str, str]], more: str) -> None:
    """Print a list with a pointer to the details."""
    from softsim.library import format_table

    columns = {key: "" for row in rows for key in row}
    click.echo(format_table([{**columns, **row} for row in rows]))
    click.echo(f"\n{more} shows every number with range, basis and source.")


def _show(rows: list[dict[str, str]], sources: Any, *, notes: bool) -> None:
    """Print a table of numbers and the works they come from."""
    from softsim.library import cited_works, format_table

    dropped = () if notes else ("note",)
    click.echo(
        format_table([{k: v for k, v in row.items() if k not in dropped} for row in rows])
        or "no number with a source: everything in this file was typed by hand"
    )
    _works(cited_works(sources))


def _works(works: dict[str, str]) -> None:
    """Print works by key."""
    if works:
        click.echo("\nSources")
    for key, text in works.items():
        click.echo(f"  {key}: {text}")


def _complain(error: Exception) -> None:
    """Say what is wrong in one line."""
    click.echo(f"error: {' '.join(str(error).split())}", err=True)


if __name__ == "__main__":
    main()
