"""Advice in the words of the door: messages are written for Python, a command says it its own way.

``speed='100 mm/s'`` of a message becomes ``--speed "100 mm/s"`` where the command has that option,
and ``speed = "100 mm/s"`` where the value stands in a TOML file that the command reads.
"""

from __future__ import annotations

import re

import click

from softsim.errors import LIFT

_SETTING = re.compile(
    r"\b(resolution\.)?([a-z][a-z_]*)=('[^'\n]*'|\"[^\"\n]*\"|[0-9][0-9.e+-]*[0-9]|[0-9])"
)
IN_FILE = "file keys"
"""Key of a context's `meta`: names that advice spells as lines of a file, not as options."""


def in_words_of(context: click.Context, text: str) -> str:
    """Return a message with its advice spelled as the command takes it.

    Parameters
    ----------
    context : click.Context
        Of the command.
    text : str
    """
    options = {p.name: max(p.opts, key=len) for p in context.command.params if p.name}
    in_file = context.meta.get(IN_FILE, ())

    def spelled(match: re.Match[str]) -> str:
        table, name, given = match[1] or "", match[2], match[3]
        value = given.strip("'\"")
        if name in in_file:
            return f'{table}{name} = "{value}"' if given != value else f"{table}{name} = {value}"
        if name in options and options[name].startswith("--"):
            return f'{options[name]} "{value}"' if " " in value else f"{options[name]} {value}"
        return match[0]

    key = "allow_unusual = true at the top of the file"
    option = "--allow-unusual" if "allow_unusual" in options else ""
    words = " or ".join(word for word in (option, key) if word)
    return _SETTING.sub(spelled, text).replace(LIFT, f"{words} lifts this bound")
