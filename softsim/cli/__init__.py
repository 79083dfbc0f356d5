"""The command line: thin commands over the library."""

from __future__ import annotations

from softsim.cli import animate, info, library, plot, stroke, sweep
from softsim.cli.group import main

__all__ = ["animate", "info", "library", "main", "plot", "stroke", "sweep"]
