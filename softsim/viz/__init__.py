"""Figures of results; nothing here shows a window."""

from __future__ import annotations

from softsim.viz.stroke_figure import plot_stroke

__all__ = ["plot_stroke"]
