"""Softsim: strokes of a rigid instrument edge over layered soft tissue.

>>> import softsim as ss
>>> problem = ss.Problem(
...     tissue=ss.load_tissue("calf"),
...     instrument=ss.load_instrument("gt4_class_scanner"),
...     stroke=ss.Stroke(force="6 N", angle="45 deg", speed="100 mm/s", friction=0.14),
... )
>>> result = ss.simulate(problem)  # doctest: +SKIP

Everything but the front door and the errors is imported when it is first used, so that importing
softsim stays quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from softsim._simulate import fields_under, simulate, simulate_many
from softsim._version import __version__
from softsim.errors import ConvergenceError, InputError, SoftsimError

if TYPE_CHECKING:
    from softsim import metrics, viz
    from softsim.adhesion import Adhesion
    from softsim.comparing import on_common_grid
    from softsim.edge import Edge
    from softsim.equal_loads import compare, solve_load
    from softsim.history import History
    from softsim.instrument import Instrument
    from softsim.interface import Interface
    from softsim.library import (
        instruments,
        load_adhesion,
        load_friction,
        load_instrument,
        load_interface,
        load_protocol,
        load_scar,
        load_tissue,
        protocols,
        tissues,
    )
    from softsim.logs import load_log
    from softsim.materials import (
        ExtendedMooney,
        FibreFamily,
        MooneyRivlin,
        NeoHookean,
        Ogden,
        Prony,
        SplitNeoHookean,
        VerondaWestmann,
        Yeoh,
    )
    from softsim.plausible import allow_unusual
    from softsim.problem import Problem, Resolution
    from softsim.region import Region
    from softsim.results import open_result
    from softsim.serialise import load_problem, problem_of
    from softsim.stroke import Stroke
    from softsim.sweeps import (
        Design,
        Draw,
        load_design,
        morris_effects,
        open_sweep,
        sobol_indices,
        sweep,
        tornado,
    )
    from softsim.tips import Cone, FlatPunch, RoundTip
    from softsim.tissue import Layer, Tissue
    from softsim.treatments import protocol_problems

__all__ = [
    "Adhesion",
    "Cone",
    "ConvergenceError",
    "Design",
    "Draw",
    "Edge",
    "ExtendedMooney",
    "FibreFamily",
    "FlatPunch",
    "History",
    "InputError",
    "Instrument",
    "Interface",
    "Layer",
    "MooneyRivlin",
    "NeoHookean",
    "Ogden",
    "Problem",
    "Prony",
    "Region",
    "Resolution",
    "RoundTip",
    "SoftsimError",
    "SplitNeoHookean",
    "Stroke",
    "Tissue",
    "VerondaWestmann",
    "Yeoh",
    "__version__",
    "allow_unusual",
    "compare",
    "fields_under",
    "instruments",
    "load_adhesion",
    "load_design",
    "load_friction",
    "load_instrument",
    "load_interface",
    "load_log",
    "load_problem",
    "load_protocol",
    "load_scar",
    "load_tissue",
    "metrics",
    "morris_effects",
    "on_common_grid",
    "open_result",
    "open_sweep",
    "problem_of",
    "protocol_problems",
    "protocols",
    "simulate",
    "simulate_many",
    "sobol_indices",
    "solve_load",
    "sweep",
    "tissues",
    "tornado",
    "viz",
]

_HOMES = {
    "softsim.adhesion": ("Adhesion",),
    "softsim.comparing": ("on_common_grid",),
    "softsim.edge": ("Edge",),
    "softsim.equal_loads": ("compare", "solve_load"),
    "softsim.history": ("History",),
    "softsim.instrument": ("Instrument",),
    "softsim.interface": ("Interface",),
    "softsim.logs": ("load_log",),
    "softsim.region": ("Region",),
    "softsim.tips": ("Cone", "FlatPunch", "RoundTip"),
    "softsim.library": (
        "instruments",
        "load_adhesion",
        "load_friction",
        "load_instrument",
        "load_interface",
        "load_protocol",
        "load_scar",
        "load_tissue",
        "protocols",
        "tissues",
    ),
    "softsim.materials": (
        "ExtendedMooney",
        "FibreFamily",
        "MooneyRivlin",
        "NeoHookean",
        "Ogden",
        "Prony",
        "SplitNeoHookean",
        "VerondaWestmann",
        "Yeoh",
    ),
    "softsim.plausible": ("allow_unusual",),
    "softsim.problem": ("Problem", "Resolution"),
    "softsim.results": ("open_result",),
    "softsim.serialise": ("load_problem", "problem_of"),
    "softsim.stroke": ("Stroke",),
    "softsim.sweeps": (
        "Design",
        "Draw",
        "load_design",
        "morris_effects",
        "open_sweep",
        "sobol_indices",
        "sweep",
        "tornado",
    ),
    "softsim.tissue": ("Layer", "Tissue"),
    "softsim.treatments": ("protocol_problems",),
}
_LAZY = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name on first use."""
    if name in ("metrics", "viz"):
        return importlib.import_module(f"softsim.{name}")
    if name not in _LAZY:
        from softsim.materials._cards import is_foreign_law, unknown_law

        if is_foreign_law(name):
            raise unknown_law("law", name, ())
        raise AttributeError(f"module 'softsim' has no attribute '{name}'")
    value = getattr(importlib.import_module(_LAZY[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
