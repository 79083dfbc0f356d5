"""Sweeps: many problems into one labelled cube.

A `design` has `axes` of `parameters` (files: `tables`, `columns`), uncertain ones drawn by `draws`
at the points of `plans`; `sensitivity` says which of them matter.
It is run by `runner` and its `worker` processes; `sampling` brings every case onto common grids,
and the room `store` keeps it on disk.
"""

from __future__ import annotations

from softsim.sweeps.design import Design, load_design
from softsim.sweeps.draws import Draw
from softsim.sweeps.runner import sweep
from softsim.sweeps.sensitivity import morris_effects, sobol_indices, tornado
from softsim.sweeps.store.check import StoreCheck, check_sweep
from softsim.sweeps.store.opening import open_sweep

__all__ = [
    "Design",
    "Draw",
    "StoreCheck",
    "check_sweep",
    "load_design",
    "morris_effects",
    "open_sweep",
    "sobol_indices",
    "sweep",
    "tornado",
]
