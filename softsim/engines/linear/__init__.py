"""Linear engine: exact layered small-strain theory in the wavenumber domain."""

import functools
import importlib
import warnings
from typing import Any

from softsim.engines.linear.section_ratio import section_ratio

__all__ = ["section_ratio"]

# Doors of this engine that are doors of softsim now; the old names answer for one release.
_MOVED: dict[str, tuple[str, dict[str, str]]] = {
    "solve_batch": ("simulate_many", {}),
    "solve_surface": ("simulate", {"edge": "whole"}),
    "surface_fields": ("fields_under", {}),
}


def __getattr__(name: str) -> Any:
    """Answer to an old name with the function that has its place, and a sentence."""
    if name not in _MOVED:
        raise AttributeError(f"module 'softsim.engines.linear' has no attribute {name!r}")
    function, options = _MOVED[name]
    given = "".join(f" with {option}={value!r}" for option, value in options.items())
    warnings.warn(
        f"softsim.engines.linear.{name} is now softsim.{function}{given}; the old name goes with "
        "the release after this one",
        FutureWarning,
        stacklevel=2,
    )
    found = getattr(importlib.import_module("softsim"), function)  # an engine imports nothing above
    return functools.partial(found, **options) if options else found
