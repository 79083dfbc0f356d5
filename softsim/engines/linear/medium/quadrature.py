"""Gauss quadrature on [0, 1]."""

from __future__ import annotations

from scipy import special

from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.stack import FloatArray


@kept(entries=8)
def gauss_rule(n: int) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights of the Gauss rule on [0, 1], shape (n,) each.

    Parameters
    ----------
    n : int
    """
    nodes, weights = special.roots_legendre(n)
    return 0.5 * (nodes + 1.0), 0.5 * weights
