"""Sweeps: many problems into one labelled cube."""

from __future__ import annotations

from softsim.sweeps.damage import StoreCheck, check_sweep
from softsim.sweeps.design import Design, load_design
from softsim.sweeps.opening import open_sweep
from softsim.sweeps.runner import sweep

__all__ = ["Design", "StoreCheck", "check_sweep", "load_design", "open_sweep", "sweep"]
