"""The group of commands: what an error becomes, and with which exit status.

Exit status: 0 on success, 2 on bad input or a place that cannot be read or written (one line on
standard error), 3 when a solve did not converge, 130 after an interrupt; 1 would be a fault of
softsim itself, also told in one line.  Nothing is written on bad input, and whatever is written
appears whole.
"""

from __future__ import annotations

import errno
import os
import sys
from collections import Counter
from contextlib import suppress
from typing import Any, NoReturn

import click

from softsim import __version__
from softsim.cli.advice import in_words_of
from softsim.errors import ConvergenceError, SoftsimError, shown

FAULT, BAD_INPUT, NOT_CONVERGED, INTERRUPTED = 1, 2, 3, 130
LONGEST_USAGE = 200
"""Characters of a message of click, which may repeat what was typed."""


class Command(click.Command):
    """A command that answers an error of the user's in one line, never with a traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words after the command; refuse an option that is given twice."""
        if not ctx.resilient_parsing:
            order = self.make_parser(ctx).parse_args(list(args))[2]
            options = Counter(param for param in order if isinstance(param, click.Option))
            for option, count in options.items():
                if count > 1 and not option.multiple:
                    name = max(option.opts, key=len)
                    raise click.UsageError(f"{name} is given {count} times; give it once", ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and turn errors into exit statuses."""
        try:
            return super().invoke(ctx)
        except SoftsimError as error:
            complain(in_words_of(ctx, str(error)))
            ctx.exit(NOT_CONVERGED if isinstance(error, ConvergenceError) else BAD_INPUT)


class _Commands(click.Group):
    """The group; the one place where what is left of errors becomes an exit status."""

    command_class = Command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader of its output that has gone away needs no words."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            ctx.exit(BAD_INPUT)

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the words of the command line; ends the process where it stands alone."""
        try:
            run: Any = super().main
            status = run(*args, standalone_mode=False, **extra)
            sys.stdout.flush()
        except (Exception, KeyboardInterrupt) as error:
            if not standalone_mode:
                raise
            status = _status_after(error)
        if standalone_mode:
            _end(status if isinstance(status, int) else 0)
        return status


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="softsim")
@click.pass_context
def main(context: click.Context) -> None:
    """Strokes of a rigid instrument edge over layered soft tissue."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def complain(text: str) -> None:
    """Say what is wrong in one line."""
    with suppress(OSError):  # standard error may be closed
        click.echo(f"error: {' '.join(text.split())}", err=True)


def _status_after(error: BaseException) -> int:
    """Say what went wrong besides the errors of softsim and return the exit status."""
    if isinstance(error, click.UsageError):
        _complain_of_usage(error)
        return BAD_INPUT
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        complain("interrupted")
        return INTERRUPTED
    if isinstance(error, OSError):
        if error.errno == errno.EPIPE:
            return BAD_INPUT
        where = f" {shown(error.filename)}" if error.filename else ""
        complain(f"cannot read or write{where} ({error.strerror or error})")
        return BAD_INPUT
    if isinstance(error, MemoryError):
        complain("there is not enough memory; take fewer elements, steps or workers")
        return BAD_INPUT
    told = shown(" ".join(f"{type(error).__name__}: {error}".split()))
    complain(f"this is a fault of softsim ({told[1:-1]}); please report it with 'softsim info'")
    return FAULT


def _complain_of_usage(error: click.UsageError) -> None:
    """Say what is wrong with the words themselves, and where help is."""
    told = " ".join(error.format_message().split())
    if len(told) > LONGEST_USAGE:
        told = f"{told[: LONGEST_USAGE - 1]}…"
    command = f" {error.ctx.info_name}" if error.ctx and error.ctx.parent else ""
    complain(f"{told[:1].lower()}{told[1:].rstrip('.')}; see 'softsim{command} --help'")


def _end(status: int) -> NoReturn:
    """End with a status; output that cannot be written any more is dropped."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)
