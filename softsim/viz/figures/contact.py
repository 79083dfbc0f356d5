"""What the tool does to the skin: contact pressure and shear along it."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from numpy.typing import NDArray

from softsim.errors import InputError, brief
from softsim.viz.drawing.shots import shots_of
from softsim.viz.drawing.style import GREY, LINES, ORANGE, framed, line_width
from softsim.viz.drawing.titles import Results, head, when

Array = NDArray[np.float64]

_MARGIN = 0.6  # contact widths shown on either side of the contact


def contact_pressure(
    results: Results,
    *,
    time: float | None = None,
    limits: tuple[float, float] | None = None,
    axes: Axes | None = None,
    style: str = "screen",
) -> Axes:
    """Draw the contact pressure along the deformed skin, of one result or of several.

    Parameters
    ----------
    results : Dataset or mapping of str to Dataset
        A result, drawn with the shear of the skin, or results by label, pressures only.
    limits : (float, float), optional
        Ends of the axis along [m]; by default a little more than the contact.
    time, axes, style
        As in `depth_profile`.

    Returns
    -------
    Axes
        Place where the skin is now [mm], and traction [kPa].
    """
    shots = shots_of(results, time)
    if not all("contact_pressure" in shot for shot in shots.values()):
        raise InputError(
            "this dataset has no contact_pressure along the skin; give a result of "
            "softsim.simulate (edge_maps draws whole edges)"
        )
    with framed(axes, style, width=1.1, height=0.7) as axes:
        for k, (label, shot) in enumerate(shots.items()):
            _draw(axes, shot, LINES[k % len(LINES)], label)
        first = next(iter(shots.values()))
        if len(shots) == 1:
            look: Any = {
                "color": ORANGE,
                "linewidth": 0.75 * line_width(),
                "label": "shear, + along",
            }
            axes.plot(_skin_place(first), 1e-3 * first["contact_shear"].to_numpy(), **look)
        axes.axhline(0.0, color="0.3", linewidth=0.3 * line_width())
        low, high = limits or _ends(list(shots.values()))
        axes.set(xlim=(1e3 * low, 1e3 * high), ylabel="on the skin [kPa]")
        axes.set_xlabel("along the stroke, deformed [mm]")
        title = contact_words(first) if len(shots) == 1 else f"Contact pressure{when(first)}"
        head(axes, title, results)
        axes.legend(loc="best")
    return axes


def contact_words(shot: xr.Dataset) -> str:
    """Return width, mean and peak of a contact in words."""
    width = 1e3 * float(shot["contact_width"])
    if not width > 0.0:
        return f"No contact{when(shot)}"
    mean, peak = (1e-3 * float(shot[f"{name}_contact_pressure"]) for name in ("mean", "peak"))
    wide = f"{width:.2g} mm wide"
    parts = int(shot.get("contact_count", 1))
    if parts > 1:
        extent = 1e3 * float(shot["contact_extent"])
        wide = f"{parts} parts, {width:.2g} mm loaded of {extent:.2g} mm"
    return f"Contact: {wide}, mean {brief(mean, 3)} kPa, peak {brief(peak, 3)} kPa"


def _skin_place(shot: xr.Dataset) -> Array:
    """Return where the points of the skin are now, along [mm]."""
    return np.asarray(1e3 * (shot["along"] + shot["surface_displacement_along"]).to_numpy())


def _draw(axes: Axes, shot: xr.Dataset, colour: str, label: str) -> None:
    place, pressure = _skin_place(shot), 1e-3 * shot["contact_pressure"].to_numpy()
    axes.fill_between(place, pressure, color=colour, alpha=0.2, linewidth=0)
    axes.plot(place, pressure, color=colour, label=label or "pressure")
    tool = 1e3 * float(shot["tool_along"])
    axes.axvline(tool, color=GREY, linewidth=0.4 * line_width(), linestyle=":")


def _ends(shots: list[xr.Dataset]) -> tuple[float, float]:
    """Return the ends of what is shown: every contact and some skin beside it [m]."""
    ends = []
    for shot in shots:
        place, tool = 1e-3 * _skin_place(shot), float(shot["tool_along"])
        loaded = place[shot["contact_pressure"].to_numpy() > 0.0]
        first, last = (loaded.min(), loaded.max()) if loaded.size else (tool, tool)
        margin = max(_MARGIN * (last - first), 2e-3)
        ends += [min(first, tool) - margin, max(last, tool) + margin]
    return float(min(ends)), float(max(ends))
