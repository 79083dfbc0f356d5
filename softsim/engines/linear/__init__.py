"""Linear engine: exact layered small-strain theory in the wavenumber domain."""

from softsim.engines.linear.solve import solve

__all__ = ["solve"]
