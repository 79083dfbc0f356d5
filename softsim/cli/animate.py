"""The command `animate`: the tool over deforming layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from softsim.cli.group import main
from softsim.cli.output import output_path, refuse_overwriting


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
