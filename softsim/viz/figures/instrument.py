"""Edges of instruments drawn to scale, leaned as they are held."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from softsim.colours import layer_colour
from softsim.edge import Edge
from softsim.errors import InputError
from softsim.instrument import Instrument
from softsim.outline import Outline
from softsim.tips import Tip
from softsim.units import Quantity, to_si
from softsim.viz.drawing.labels import words
from softsim.viz.drawing.style import framed, steel, style_of, text_size

Array = NDArray[np.float64]
Reach = tuple[float, float]

_ABOVE = 1.4  # thicknesses of the thickest body shown above the skin
_BELOW = 0.45  # of that, below the skin
_BETWEEN = 1.25  # thicknesses of a body between neighbours


def edge_section(
    instruments: Instrument | Sequence[Instrument],
    angle: Quantity = math.pi / 2.0,
    *,
    axes: Axes | None = None,
    style: str = "screen",
) -> Axes:
    """Draw cross-sections of edges on flat skin, side by side and to the same scale.

    Parameters
    ----------
    instruments : Instrument or sequence of Instrument
    angle : float or str
        From the skin ahead to the blade's mid-plane, in (0°, 180°) [rad]; upright by default.
    axes, style
        Where to draw, a new figure by default; "screen", "paper" or "slide".

    Returns
    -------
    Axes
        In true proportion [mm]; travel is to the right.
    """
    tools = [instruments] if isinstance(instruments, Instrument) else list(instruments)
    if not tools:
        raise InputError("edge_section has nothing to draw; give an instrument")
    lean = to_si(angle, "rad", "angle", low=0.0, open_low=True, high=math.pi)
    outlines = [leaned_outline(tool.edge, lean) for tool in tools]
    above = _ABOVE * 1e3 * max(float(tool.edge.thickness) for tool in tools)
    reaches = [_reach(outline, above) for outline in outlines]
    middles = _places(tools, reaches, above)
    low, high = _ends(reaches, middles, above)
    bottom, size = -_BELOW * above, style_of(style)
    width = min(1.0 + 0.25 * (len(tools) - 1), 2.0)
    inches = (above - bottom) / (high - low) * (width * size.width - 0.1 * size.font)
    inches += 6.5 * size.font / 72.0
    with framed(axes, style, width=width, height=inches / size.height) as axes:
        for tool, outline, place in zip(tools, outlines, middles, strict=True):
            axes.add_patch(steel(outline + np.array([place, 0.0]), edge=0.6, zorder=2))
            _name(axes, tool, place, above)
        axes.set(xlim=(low, high), ylim=(bottom, above))
        axes.axhspan(bottom, 0.0, color=layer_colour("skin"), alpha=0.55, linewidth=0)
        axes.set_aspect("equal", adjustable="box")
        axes.set(xlabel="along the stroke [mm]", ylabel="above the skin [mm]")
        axes.set_title(f"{'Edge' if len(tools) == 1 else 'Edges'} at {math.degrees(lean):.3g}°")
    return axes


def _places(tools: Sequence[Instrument], reaches: Sequence[Reach], above: float) -> list[float]:
    """Return where the lowest points of edges side by side are [mm]."""
    places, start = [], 0.0
    for tool, (low, high) in zip(tools, reaches, strict=True):
        start -= min(low, 0.0)
        places.append(start)
        start += max(high, 0.0)
        start += max(_BETWEEN * 1e3 * float(tool.edge.thickness), 0.9 * above)
    return places


def _reach(outline: Array, above: float) -> Reach:
    """Return how far an edge is seen along, before and ahead of its lowest point [mm]."""
    seen = outline[outline[:, 1] <= above, 0]
    return float(seen.min()), float(seen.max())


def leaned_outline(edge: Edge | Tip, angle: float) -> Array:
    """Return the outline of an edge leaned by an angle, its lowest point at the origin.

    Parameters
    ----------
    edge : Edge or Tip
    angle : float
        [rad].

    Returns
    -------
    ndarray, shape (n, 2)
        (along, above the lowest point) [mm].
    """
    along, depth = Outline.leaned(edge.section(), angle=angle, direction=1).points().T
    return 1e3 * np.stack([along, -depth], axis=1)


def _name(axes: Axes, tool: Instrument, place: float, above: float) -> None:
    """Write name and nose radius under an edge."""
    text = f"{words(tool.name or 'edge')}\nnose {1e3 * float(tool.edge.nose_radius):.3g} mm"
    axes.text(place, -0.08 * above, text, ha="center", va="top", fontsize=text_size(0.8))


def _ends(reaches: Sequence[Reach], middles: Sequence[float], above: float) -> Reach:
    """Return the ends of the axis along: every edge as far as it is seen [mm]."""
    pairs = list(zip(reaches, middles, strict=True))
    low = min(min(middle + first, middle - 0.4 * above) for (first, _), middle in pairs)
    high = max(max(middle + last, middle + 0.4 * above) for (_, last), middle in pairs)
    return low - 0.25 * above, high + 0.25 * above
