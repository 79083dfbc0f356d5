"""The picture that fits a dataset: of one stroke, of a whole edge, of a sweep."""

from __future__ import annotations

from typing import Any

import xarray as xr
from matplotlib.figure import Figure

from softsim.errors import InputError
from softsim.variables import names
from softsim.viz.drawing.style import Frame, drawing, figure_of, new_figure
from softsim.viz.figures.comparison import comparison
from softsim.viz.figures.stroke import plot_stroke
from softsim.viz.figures.sweep import sweep_lines
from softsim.viz.figures.whole_edge import edge_maps

OVERVIEW = ("depth_of_strain_energy", "peak_contact_pressure", "hysteretic_friction", "indentation")
"""Variables of a sweep that its picture shows, as far as it has them: the first three."""


def plot(dataset: xr.Dataset, *, style: str = "screen", **options: Any) -> Figure:
    """Draw the picture that fits a dataset.

    Parameters
    ----------
    dataset : Dataset
        A result of `softsim.simulate` (drawn by `plot_stroke`), of a whole edge (`edge_maps`), of
        `softsim.compare` (`comparison`), or a sweep (lines of three numbers over its first two
        parameters).
    style : {"screen", "paper", "slide"}
    **options
        Of the function that draws it, e.g. ``time=0.3``.

    Returns
    -------
    Figure
        Not shown and not saved; it shows itself in a notebook.
    """
    if "contact_pressure_map" in dataset:
        return figure_of(edge_maps(dataset, style=style, **options)[0])
    if "equal" in dataset.attrs:
        return comparison(dataset, style=style, **options)
    if "kind" in dataset.attrs or not {"depth", "along"} <= set(dataset.dims):
        return _plot_sweep(dataset, style, **options)
    return plot_stroke(dataset, style=style, **options)


def _plot_sweep(cube: xr.Dataset, style: str, **options: Any) -> Figure:
    """Draw three numbers of a sweep against its first parameter, a line per value of the second."""
    known = [name for name in (*OVERVIEW, *names("scalar"), *names("metric")) if name in cube]
    shown = list(dict.fromkeys(known))[:3]
    if not shown or not cube[shown[0]].dims:
        raise InputError("this dataset is neither a result of softsim.simulate nor a sweep")
    dims = [str(dim) for dim in cube[shown[0]].dims]
    middles = {dim: cube[dim][cube[dim].size // 2].item() for dim in dims[2:]}
    at = middles | dict(options.pop("at", {}))
    with drawing(style) as chosen:
        figure = new_figure(chosen, width=2.1, height=0.8)
        for k, name in enumerate(shown):
            axes = figure.add_subplot(1, 3, k + 1, axes_class=Frame, label=name)
            lines = dims[1] if len(dims) > 1 else None
            sweep_lines(
                cube, name, x=dims[0], lines=lines, at=at, axes=axes, style=style, **options
            )
            legend = axes.get_legend()
            if k and legend is not None:
                legend.remove()
    return figure
