"""The command line: thin commands over the library."""

from __future__ import annotations

from softsim.cli import app, compare, info, library, plot, stroke, sweep
from softsim.cli.group import main

__all__ = ["app", "compare", "info", "library", "main", "plot", "stroke", "sweep"]
