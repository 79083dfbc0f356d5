"""The group of commands: what an error becomes, and with which exit status.

Exit status: 0 on success, 2 on bad input (one line on standard error), 3 when a solve did not
converge.  Nothing is written on bad input, and whatever is written appears whole.
"""

from __future__ import annotations

from typing import Any

import click

from softsim import __version__
from softsim.errors import ConvergenceError, SoftsimError

BAD_INPUT, NOT_CONVERGED, INTERRUPTED = 2, 3, 130


class _Commands(click.Group):
    """Commands that answer an error of the user's in one line, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and turn errors into exit statuses."""
        try:
            return super().invoke(ctx)
        except ConvergenceError as error:
            complain(error)
            ctx.exit(NOT_CONVERGED)
        except SoftsimError as error:
            complain(error)
            ctx.exit(BAD_INPUT)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="softsim")
def main() -> None:
    """Strokes of a rigid instrument edge over layered soft tissue."""


def complain(error: Exception) -> None:
    """Say what is wrong in one line."""
    click.echo(f"error: {' '.join(str(error).split())}", err=True)
