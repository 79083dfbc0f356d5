"""Blocks of code of the pages, found for the tests that run them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from docs.generate import percent

FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: its language, its text and its first line in the page."""

    language: str
    text: str
    line: int


def blocks(path: Path) -> list[Block]:
    """Return the fenced blocks of a page, or of the texts of a notebook."""
    if path.suffix == ".md":
        return _in(path.read_text(encoding="utf-8"), 1)
    texts = [cell for cell in percent.cells(path) if cell.kind == "text"]
    return [block for cell in texts for block in _in(cell.text, cell.line)]


def _in(text: str, first: int) -> list[Block]:
    return [
        Block(
            language=found[2].strip(),
            text=found[3],
            line=first + text.count("\n", 0, found.start(3)),
        )
        for found in FENCE.finditer(text)
    ]


def commands(block: Block) -> list[list[str]]:
    """Return the commands of a console block, split into words; without comments."""
    lines = block.text.replace("\\\n", " ").splitlines()
    typed = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return [shlex.split(line, comments=True) for line in typed]


def script(block: Block) -> str:
    """Return a console block as a script of the shell."""
    return "\n".join(line.removeprefix("$ ") for line in block.text.splitlines())


def file_of(block: Block) -> str:
    """Return the name of the file that a block of TOML is, from its first line."""
    found = re.match(r"# (\S+\.toml)\b", block.text)
    if found is None:
        raise ValueError(f"block at line {block.line} does not begin with the name of its file")
    return found[1]
