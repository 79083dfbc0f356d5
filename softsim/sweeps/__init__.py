"""Sweeps: many problems into one labelled cube."""

from __future__ import annotations

from softsim.sweeps.design import Design, load_design
from softsim.sweeps.runner import sweep
from softsim.sweeps.store import open_sweep

__all__ = ["Design", "load_design", "open_sweep", "sweep"]
