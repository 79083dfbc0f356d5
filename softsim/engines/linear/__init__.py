"""Linear engine: exact layered small-strain theory in the wavenumber domain."""

from softsim.engines.linear.batch import solve_batch
from softsim.engines.linear.patch.report import surface_fields
from softsim.engines.linear.patch.solve import solve_surface
from softsim.engines.linear.section_ratio import section_ratio
from softsim.engines.linear.solve import solve

__all__ = ["section_ratio", "solve", "solve_batch", "solve_surface", "surface_fields"]
