"""The commands `plot` and `animate`: the pictures of a result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from softsim.cli.group import main
from softsim.cli.output import PLOTS, output_path, refuse_overwriting, write_plot
from softsim.errors import InputError

FIGURES: dict[str, tuple[str, ...]] = {
    "whole": (),
    "interface": ("field",),
    "damage": ("field", "time"),
}
"""Figures of a result, and the options that say nothing for them."""


@main.command()
@click.argument("result")
@click.option("-o", "--output", show_default="RESULT.png", help="NAME.png, .pdf or .svg.")
@click.option(
    "--field", show_default="von_mises_change", help="Shown in the section, e.g. strain_max_shear."
)
@click.option("--time", show_default="full load", help="Of a press or a stroke, e.g. '0.3 s'.")
@click.option(
    "--figure",
    type=click.Choice(list(FIGURES)),
    default="whole",
    show_default=True,
    help="What is drawn: the result, slip along an interface, or damage over strokes.",
)
@click.option("--style", default="screen", show_default=True, help="screen, paper or slide.")
def plot(
    result: str,
    output: str | None,
    field: str | None,
    time: str | None,
    figure: str,
    style: str,
) -> None:
    """Draw RESULT: NAME.nc or NAME.zarr of 'softsim stroke', or the store of a sweep."""
    from softsim.results import open_result
    from softsim.units import to_si

    beside = Path(result).with_suffix(".png") if Path(result).name else "result.png"
    path = output_path(output or str(beside), PLOTS)
    dataset = open_result(result)
    options: dict[str, Any] = {"style": style}
    if field is not None:
        options["field"] = field
    if time is not None:
        options["time"] = to_si(time, "s", "time", low=0.0)
    if "kind" in dataset.attrs and len(options) > 1:
        raise InputError(f"--{list(options)[1]} is given for a sweep; leave it out")
    for name in ("field", "time"):
        if name in options and name in FIGURES[figure]:
            raise InputError(f"--{name} is given for --figure {figure}; leave it out")
    if path is not None:
        write_plot(dataset, path, figure=figure, **options)


@main.command()
@click.argument("result")
@click.argument("output")
@click.option("--field", default="von_mises_change", show_default=True, help="Shown in colours.")
@click.option("--seconds", default=10.0, show_default=True, help="Length of the clip.")
@click.option("--style", default="screen", show_default=True, help="screen, paper or slide.")
@click.option("--quiet", is_flag=True, show_default="off", help="No progress bar.")
def animate(result: str, output: str, field: str, seconds: float, style: str, quiet: bool) -> None:
    """Animate RESULT, NAME.nc or NAME.zarr of 'softsim stroke', into OUTPUT.

    OUTPUT is NAME.gif, NAME.html (plays in a browser without the internet) or NAME.mp4 (needs
    ffmpeg).
    """
    from softsim import viz
    from softsim.results import open_result
    from softsim.viz.film.clips import ENDINGS

    path = output_path(output, ENDINGS)
    refuse_overwriting((path,), (result,))
    options: dict[str, Any] = {"field": field, "seconds": seconds, "style": style}
    viz.animate(open_result(result), Path(output), progress=False if quiet else None, **options)
