"""Figures of results; nothing here opens a window or changes a setting of matplotlib.

Each function takes a Dataset (or several by label) and returns Axes, which show themselves in a
notebook; ``axes.figure.savefig("picture.png")`` keeps one.
"""

from __future__ import annotations

import softsim.accessor  # noqa: F401  gives datasets their pictures
from softsim.viz import _backend  # noqa: F401  comes before all other imports of matplotlib
from softsim.viz.animation import animate
from softsim.viz.contact import contact_pressure
from softsim.viz.edge import edge_maps
from softsim.viz.instrument import edge_section
from softsim.viz.overview import plot
from softsim.viz.profile import depth_profile
from softsim.viz.section import section_map
from softsim.viz.stroke_figure import plot_stroke
from softsim.viz.sweep import sweep_lines, sweep_map

__all__ = [
    "animate",
    "contact_pressure",
    "depth_profile",
    "edge_maps",
    "edge_section",
    "plot",
    "plot_stroke",
    "section_map",
    "sweep_lines",
    "sweep_map",
]
