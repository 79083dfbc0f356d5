"""The command `app`: the live page."""

from __future__ import annotations

import logging

import click

from softsim.cli.group import main
from softsim.errors import InputError

MOST = {"processes": 64, "visitors": 1000, "seconds": 3600.0, "memory": 1000.0}
"""Largest value of each limit."""


@main.command()
@click.option("--host", default="localhost", show_default=True, help="Where to listen.")
@click.option("--port", default=5006, show_default=True, help="0 for any that is free.")
@click.option(
    "--token", show_default="made by chance", help="That visitors from elsewhere have to give."
)
@click.option("--processes", default=2, show_default=True, help="Solves at the same time.")
@click.option("--visitors", default=20, show_default=True, help="Pages open at the same time.")
@click.option("--seconds", default=60.0, show_default=True, help="Longest solve.")
@click.option("--memory", default=4.0, show_default=True, help="Of a process that solves, in GB.")
@click.option("--static", show_default="none", help="Write a lesson, NAME.html, and serve nothing.")
@click.option("--lesson", show_default="NAME", help="Which one; an unknown name tells them all.")
def app(
    host: str,
    port: int,
    token: str | None,
    static: str | None,
    lesson: str | None,
    **given: float,
) -> None:
    """Serve a page on which every slider is answered by a solve; Ctrl-C stops it.

    It listens on this machine only. With another --host every visitor is asked for a token, which
    is shown at the start. Needs the extra: pip install 'softsim[app]'.

    With --static a lesson is written as one page that needs no server: where_does_the_force_go,
    sharp_or_blunt, fast_or_slow, glide_or_stick, scar_in_the_path or section_or_whole_edge.
    """
    if static is not None:
        _write_lesson(static, lesson)
        return
    if lesson is not None:
        raise InputError("--lesson is given without --static; give --static NAME.html")
    from softsim.app.pool import Limits
    from softsim.app.serving import refuse_without_panel, serve

    refuse_without_panel()
    for name, value in given.items():
        low = 1.0 if name != "memory" else 0.5
        if not low <= value <= MOST[name]:
            raise InputError(f"--{name} is {value:g}; must lie in {low:g} to {MOST[name]:g}")
    if not 0 <= port <= 65535:
        raise InputError(f"--port is {port}; must lie in 0 to 65535")
    if token is not None and len(token) < 8:
        raise InputError("--token is shorter than 8 characters; give a longer one, or leave it out")
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%Y-%m-%d %H:%M:%S")
    logging.getLogger("softsim.app").setLevel(logging.INFO)
    serve(host, port, token, Limits(**given), lambda text: click.echo(f"open {text}"))  # type: ignore[arg-type]


def _write_lesson(static: str, lesson: str | None) -> None:
    """Write a lesson and say what its page is worth."""
    from softsim.app.lessons.writing import write_lesson
    from softsim.cli.output import output_path

    output_path(static, (".html",))
    found = write_lesson(static, lesson)
    click.echo(
        f"{static}: {len(found.cases)} cases, largest error of interpolation "
        f"{100.0 * found.worst:.1f} % of the range of a curve, at {found.left_out} cases left out"
    )
