"""The command line: thin commands over the library."""

from __future__ import annotations

from softsim.cli import info, library, plot, stroke, sweep
from softsim.cli.group import main

__all__ = ["info", "library", "main", "plot", "stroke", "sweep"]
