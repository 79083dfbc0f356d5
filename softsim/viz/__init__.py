"""Figures of results; nothing here opens a window or changes a setting of matplotlib.

Each function takes a Dataset (or several by label) and returns Axes, which show themselves in a
notebook; ``axes.figure.savefig("picture.png")`` keeps one.

Rooms, each entering only those after it: `film` (animations), `figures` (still pictures), `drawing`
(what every picture needs).
"""

from __future__ import annotations

import softsim.accessor  # noqa: F401  gives datasets their pictures
from softsim.viz import _backend  # noqa: F401  comes before all other imports of matplotlib
from softsim.viz.figures.comparison import comparison
from softsim.viz.figures.contact import contact_pressure
from softsim.viz.figures.instrument import edge_section
from softsim.viz.figures.interface import damage_over_strokes, interface_lines
from softsim.viz.figures.overview import plot
from softsim.viz.figures.profile import depth_profile
from softsim.viz.figures.section import section_map
from softsim.viz.figures.stroke import plot_stroke
from softsim.viz.figures.sweep import sweep_lines, sweep_map
from softsim.viz.figures.whole_edge import edge_maps
from softsim.viz.film.animation import animate

__all__ = [
    "animate",
    "comparison",
    "contact_pressure",
    "damage_over_strokes",
    "depth_profile",
    "edge_maps",
    "edge_section",
    "interface_lines",
    "plot",
    "plot_stroke",
    "section_map",
    "sweep_lines",
    "sweep_map",
]
