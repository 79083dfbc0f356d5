"""A small drawing of an edge in characters."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from softsim.outline import Arc, Segment

WIDTH = 41
"""Characters across the body, at most."""
CELL = 2.0  # a character is about twice as high as it is wide
MOST_LINES = 18
SCALES = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
"""Lengths of the scale [mm]."""


def edge_drawing(section: Sequence[Segment | Arc], thickness: float) -> str:
    """Return the section of an edge standing on its nose, the leading side at the right.

    Parameters
    ----------
    section : sequence of Segment and Arc
        As `softsim.Edge.section` returns it [m].
    thickness : float
        Of the body [m].
    """
    points = [point for piece in section for point in piece.points()]
    lowest = min(s for s, _ in points)
    unit = thickness / (WIDTH - 1)
    leading, trailing = max(y for _, y in points), min(y for _, y in points)
    lines = []
    for k in range(MOST_LINES):
        height = lowest + (k + 0.5) * CELL * unit
        across = _across(points, height)
        if across is None:
            break
        first, last = (round((y - trailing) / unit) for y in across)
        lines.append(" " * first + "█" * (last - first + 1))
    skin = "▔" * (round((leading - trailing) / unit) + 1)
    scale = max((mm for mm in SCALES if 1e-3 * mm <= 0.5 * WIDTH * unit), default=SCALES[0])
    dashes = "─" * max(0, round(1e-3 * scale / unit) - 1)
    bar = f"├{dashes}┤ {scale:g} mm, leading side at the right"
    return "\n".join([*(f"  {line}" for line in reversed(lines)), f"  {skin}", f"  {bar}"])


def _across(points: Sequence[tuple[float, float]], height: float) -> tuple[float, float] | None:
    """Return where a convex outline is cut at a height: trailing and leading side."""
    cuts = []
    for (s0, y0), (s1, y1) in itertools.pairwise(points):
        if min(s0, s1) <= height <= max(s0, s1) and s0 != s1:
            cuts.append(y0 + (y1 - y0) * (height - s0) / (s1 - s0))
    return (min(cuts), max(cuts)) if cuts else None
