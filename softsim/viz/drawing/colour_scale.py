"""Scales of colours: linear, logarithmic or with a sign, from the values there are."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LogNorm, Normalize, SymLogNorm
from numpy.typing import NDArray

from softsim.viz.drawing.style import DIVERGING, SEQUENTIAL, figure_of

Array = NDArray[np.float64]

DECADES = 3.0
"""Decades of a field shown below its largest value where it needs a logarithmic scale."""
LOG_FROM = 100.0
"""Largest over small values (a tenth are smaller) from which a field needs one."""


def scale_of(
    values: Array,
    *,
    decades: float | None = None,
    limits: tuple[float, float] | None = None,
) -> Normalize:
    """Return the scale of the colours of a field.

    Parameters
    ----------
    values : ndarray, any shape
        Those to be seen, in the unit that is shown; NaN are left out.
    decades : float, optional
        Decades below the largest value on a logarithmic scale, 0 for a linear one; by default three
        where the values need them.
    limits : (float, float), optional
        Least and largest value, in the unit that is shown.
    """
    seen = values[np.isfinite(values)]
    if seen.size == 0:
        return Normalize(0.0, 1.0)
    low, high = limits or (float(seen.min()), float(seen.max()))
    size = max(abs(low), abs(high))
    if size == 0.0:
        return Normalize(0.0, 1.0)
    signed = low < -1e-9 * size
    if decades is None:
        small = float(np.quantile(seen, 0.1))
        decades = DECADES if not signed and size > LOG_FROM * small else 0.0
    if signed and decades > 0.0:
        return SymLogNorm(size * 10.0**-decades, vmin=-size, vmax=size, base=10)
    if signed:
        return Normalize(-size, size)
    if decades > 0.0:
        return LogNorm(low if limits is not None and low > 0.0 else high * 10.0**-decades, high)
    return Normalize(low if limits is not None else 0.0, high)


def colours_of(norm: Normalize) -> str:
    """Return the name of the colour map that fits a scale."""
    return DIVERGING if (norm.vmin or 0.0) < 0.0 else SEQUENTIAL


def draw_scale(axes: Axes, mesh: QuadMesh, label: str, *, gap: float, width: float) -> None:
    """Draw the colour bar beside axes; its place is in their widths."""
    place = axes.inset_axes((1.0 + gap, 0.0, width, 1.0))
    place.set_label("scale")
    extend = "min" if isinstance(mesh.norm, LogNorm) else "neither"
    figure_of(axes).colorbar(mesh, cax=place, label=label, extend=extend)


def on_scale(values: Array, norm: Normalize) -> Array:
    """Lift values that a logarithmic scale cannot show to its lower end.

    Parameters
    ----------
    values : ndarray, any shape
        In the unit that is shown.
    norm : Normalize
    """
    if isinstance(norm, LogNorm):
        return np.maximum(values, norm.vmin or 0.0)
    return values
