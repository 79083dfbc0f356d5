"""One picture of one run: depth profiles, contact pressure, and the deformed section."""

from __future__ import annotations

import itertools
import json
import textwrap

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

from softsim.metrics import at_full_load, text_of
from softsim.problem import Problem, pack_edge
from softsim.serialise import problem_from_toml
from softsim.viz.layers import Band, draw_bands, make_bands, name_layers, name_layers_inside

Array = NDArray[np.float64]

DECADES = 3.0  # of stress shown below the largest value
WARNINGS_SHOWN = 4
_LINE_HEIGHT = 0.021  # of the figure, of a line of warnings
_ALARM = "#c0392b"
_DEPTH_TICKS = (0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 50.0, 75.0, 100.0, 150.0, 200.0)
_COMPRESSION, _VON_MISES, _STRAIN = "#1f4e79", "#b03a2e", "#4a235a"


def plot_stroke(dataset: xr.Dataset, *, time: float | None = None) -> Figure:
    """Draw one run: stress and strain against depth, contact pressure, and the deformed section.

    Parameters
    ----------
    dataset : Dataset
        Result of `softsim.simulate`.
    time : float, optional
        Which time of a press or a transient [s] (the nearest one there is); by default the last
        one of full load.

    Returns
    -------
    Figure
        Not shown and not saved; its axes are labelled "stress", "strain", "contact" and "section".
    """
    shot = _shot(dataset, time)
    problem = problem_from_toml(str(dataset.attrs["problem"]))
    bands = make_bands(
        text_of(shot["layer"]), shot["layer_top"].to_numpy(), shot["layer_bottom"].to_numpy()
    )
    figure = Figure(figsize=(13.0, 7.4), dpi=110)
    top = 0.85 - _write_warnings(figure, dataset)
    left = figure.add_gridspec(
        1, 2, width_ratios=(1.25, 1.0), left=0.05, right=0.45, bottom=0.17, top=top, wspace=0.66
    )
    right = figure.add_gridspec(
        2, 1, height_ratios=(1.0, 2.5), left=0.52, right=0.925, bottom=0.145, top=top, hspace=0.17
    )
    stress = figure.add_subplot(left[0], label="stress")
    strain = figure.add_subplot(left[1], sharey=stress, label="strain")
    section = figure.add_subplot(right[1], label="section")
    contact = figure.add_subplot(right[0], label="contact")
    _draw_stress(stress, shot, bands)
    _draw_strain(strain, shot, bands)
    _draw_section(section, shot, problem, bands)
    _draw_contact(contact, shot, section.get_xlim())
    name_layers(stress, strain, bands)
    _write_titles(figure, dataset, shot)
    return figure


def _shot(dataset: xr.Dataset, time: float | None) -> xr.Dataset:
    """Return the result at one time."""
    if "time" not in dataset.dims or time is None:
        return at_full_load(dataset)
    return dataset.sel(time=time, method="nearest")


# ------------------------------------------------------------------ depth profiles


def _draw_stress(axes: Axes, shot: xr.Dataset, bands: list[Band]) -> None:
    largest = 0.0
    for name, colour, label in (
        ("peak_stress_depth_at_depth", _COMPRESSION, "compression in depth"),
        ("peak_von_mises_at_depth", _VON_MISES, "von Mises"),
    ):
        values = 1e-3 * shot[name].to_numpy()
        largest = max(largest, float(values.max()))
        _draw_profile(axes, shot, values, colour, label)
    if largest > 0.0:
        axes.set_xscale("log")
        axes.set_xlim(largest * 10.0**-DECADES, 1.6 * largest)
    axes.set_xlabel("stress [kPa]")
    axes.set_ylabel("depth before loading [mm]", labelpad=1)
    axes.set_title("Largest stress at each depth", fontsize=10)
    _depth_axis(axes, bands)
    axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.085), ncols=2, fontsize=8, frameon=False
    )


def _draw_strain(axes: Axes, shot: xr.Dataset, bands: list[Band]) -> None:
    values = 100.0 * shot["peak_strain_max_shear_at_depth"].to_numpy()
    _draw_profile(axes, shot, values, _STRAIN, "")
    axes.set_xlim(0.0, max(1.08 * float(values.max()), 1e-6))
    axes.set_xlabel("shear strain [%]")
    axes.set_title("Largest shear strain", fontsize=10)
    axes.tick_params(labelleft=False)
    draw_bands(axes, bands)


def _draw_profile(axes: Axes, shot: xr.Dataset, values: Array, colour: str, label: str) -> None:
    """Draw a profile layer by layer: stress and strain jump where layers meet."""
    depth = 1e3 * shot["depth"].to_numpy()
    half = 0.5e3 * shot["row_height"].to_numpy()
    layers = np.array(text_of(shot["depth_layer"]))
    for name in dict.fromkeys(layers.tolist()):
        here = layers == name
        z, v = depth[here], values[here]
        z = np.concatenate([[z[0] - half[here][0]], z, [z[-1] + half[here][-1]]])
        v = np.concatenate([[v[0]], v, [v[-1]]])
        axes.plot(v, z, color=colour, linewidth=1.9, label=label, solid_capstyle="butt", zorder=3)
        label = "_" + label if label else ""  # one entry in the legend


def _depth_axis(axes: Axes, bands: list[Band]) -> None:
    """Root scale downwards, so that the skin's layers and the muscle both show."""
    bottom = bands[-1].bottom
    axes.set_yscale("function", functions=(_root, _square))
    axes.set_ylim(bottom, 0.0)
    axes.yaxis.set_major_locator(FixedLocator([t for t in _DEPTH_TICKS if t <= bottom]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    draw_bands(axes, bands)


def _root(values: Array) -> Array:
    return np.asarray(np.sign(values) * np.sqrt(np.abs(values)))


def _square(values: Array) -> Array:
    return np.asarray(np.sign(values) * np.square(values))


# ------------------------------------------------------------------ skin


def _draw_contact(axes: Axes, shot: xr.Dataset, limits: tuple[float, float]) -> None:
    """Draw the contact pressure where the skin is now."""
    place = 1e3 * (shot["along"] + shot["surface_displacement_along"]).to_numpy()
    pressure = 1e-3 * shot["contact_pressure"].to_numpy()
    shear = 1e-3 * shot["contact_shear"].to_numpy()
    axes.fill_between(place, pressure, color=_COMPRESSION, alpha=0.25, linewidth=0)
    axes.plot(place, pressure, color=_COMPRESSION, linewidth=1.8, label="pressure")
    axes.plot(place, shear, color="#ca6f1e", linewidth=1.4, label="shear, + along")
    axes.axvline(1e3 * float(shot["tool_along"]), color="0.4", linewidth=0.8, linestyle=":")
    axes.axhline(0.0, color="0.3", linewidth=0.6)
    axes.set_xlim(*limits)
    axes.tick_params(labelbottom=False)
    axes.set_ylabel("on the skin [kPa]")
    width, mean = 1e3 * float(shot["contact_width"]), 1e-3 * float(shot["mean_contact_pressure"])
    text = "no contact"
    if width > 0.0:
        reach, number = 1e3 * float(shot["contact_extent"]), int(shot["contact_count"])
        wide = f"{width:.2g} mm wide"
        if number > 1:
            wide = f"{number} parts, {width:.2g} mm loaded of {reach:.2g} mm"
        text = f"{wide}, mean {mean:.3g} kPa, peak {pressure.max():.3g} kPa"
    axes.set_title(f"Contact: {text}", fontsize=10)
    axes.legend(loc="upper right", fontsize=8, framealpha=0.9)


# ------------------------------------------------------------------ section


def deformed_grid(shot: xr.Dataset) -> tuple[Array, Array]:
    """Return where the corners of the elements are now (along, depth), shape (n_rows + 1, n) [m].

    A row's displacement is the mean of those of its two edges, the skin's is known, and so the
    displacement of every edge follows.
    """
    height = shot["row_height"].to_numpy()[1:]
    depth = np.append(0.0, np.cumsum(height))
    along = shot["along"].to_numpy()
    corners = []
    for name, start in (("along", along[None, :]), ("depth", depth[:, None])):
        rows = shot[f"displacement_{name}"].transpose("depth", "along").to_numpy()
        edge = [rows[0]]
        for row in rows[1:]:
            edge.append(2.0 * row - edge[-1])
        corners.append(np.array(edge) + start)
    return corners[0], corners[1]


def _draw_section(axes: Axes, shot: xr.Dataset, problem: Problem, bands: list[Band]) -> None:
    along, depth = (1e3 * corner for corner in deformed_grid(shot))
    nodes = 1e-3 * shot["von_mises"].transpose("depth", "along").to_numpy()[1:]
    cells = 0.5 * (nodes[:, 1:] + nodes[:, :-1])
    largest = max(float(cells.max()), 1e-9)
    norm = LogNorm(vmin=largest * 10.0**-DECADES, vmax=largest)
    mesh = axes.pcolormesh(
        along,
        depth,
        np.maximum(cells, norm.vmin or 0.0),
        norm=norm,
        cmap="viridis",
        rasterized=True,
    )
    edges = np.append(0.0, np.cumsum(shot["row_height"].to_numpy()[1:])) * 1e3
    for band in bands:
        row = int(np.argmin(np.abs(edges - band.bottom)))
        axes.plot(along[row], depth[row], color="white", linewidth=0.7, alpha=0.85)
    axes.plot(along[0], depth[0], color="black", linewidth=1.0)
    tool = tool_outline(problem) + np.array([shot["tool_along"], shot["indentation"]])
    axes.fill(*(1e3 * tool.T), facecolor="#b8bec4", edgecolor="0.25", linewidth=1.0, zorder=2)
    _window(axes, shot, bands)
    _name_parts(axes, along, depth, bands, shot)
    axes.set_facecolor("#f4f4f4")
    axes.set_xlabel("along the stroke, deformed [mm]")
    axes.set_ylabel("depth, deformed [mm]")
    axes.set_title("Von Mises stress in the section", fontsize=10)
    place = axes.inset_axes((1.015, 0.0, 0.022, 1.0))
    place.set_label("scale")
    axes.figure.colorbar(mesh, cax=place, label="von Mises stress [kPa]")


def _window(axes: Axes, shot: xr.Dataset, bands: list[Band]) -> None:
    """Show the tissue that matters: a few contact extents, in true proportion."""
    box = axes.get_position()
    figure = axes.figure.get_figure(root=True)
    size = figure.get_size_inches() if figure is not None else np.array([1.0, 1.0])
    shape = box.width * size[0] / (box.height * size[1])
    width, deep = 1e3 * float(shot["contact_extent"]), 1e3 * float(shot["indentation"])
    half = max(3.5 * width, 2.2 * abs(deep), 4.0)
    half = min(half, 0.75 * shape * bands[-1].bottom)
    centre = 1e3 * float(shot["tool_along"])
    height = 2.0 * half / shape
    above = 0.22 * height
    axes.set_xlim(centre - half, centre + half)
    axes.set_ylim(height - above, -above)


def _name_parts(
    axes: Axes, along: Array, depth: Array, bands: list[Band], shot: xr.Dataset
) -> None:
    """Name the layers that are thick enough, and say which way the tool goes."""
    low, high = axes.get_xlim()
    place = low + 0.015 * (high - low)
    edges = np.append(0.0, np.cumsum(1e3 * shot["row_height"].to_numpy()[1:]))
    rows = [0] + [int(np.argmin(np.abs(edges - band.bottom))) for band in bands]
    now = [float(np.interp(low + 0.06 * (high - low), along[row], depth[row])) for row in rows]
    name_layers_inside(axes, bands, list(itertools.pairwise(now)), place)
    if str(shot.attrs["stroke_mode"]) == "press":
        return
    number = int(shot.coords.get("pass_number", 1))
    back = number > 0 and number % 2 == 0
    ahead = (int(shot.attrs["direction"]) > 0) != back
    axes.annotate(
        "travel",
        xy=(0.13 if ahead else 0.02, 0.94),
        xytext=(0.02 if ahead else 0.13, 0.94),
        xycoords="axes fraction",
        ha="left" if ahead else "right",
        va="center",
        fontsize=8.5,
        arrowprops={"arrowstyle": "->", "color": "0.2"},
    )


def tool_outline(problem: Problem) -> Array:
    """Return the leaned edge as a polygon about its lowest point (along, depth) [m]."""
    points = []
    for link in pack_edge(problem):
        if link[0] == 1.0:
            turns = np.linspace(0.0, link[6], 65)
            normal = np.stack(
                [
                    np.cos(turns) * link[4] + np.sin(turns) * link[5],
                    np.cos(turns) * link[5] - np.sin(turns) * link[4],
                ],
                axis=1,
            )
            points.append(link[1:3] + link[3] * normal)
        else:
            points.append(link[1:3] + np.outer([0.0, link[5]], link[3:5]))
    return np.concatenate(points)


# ------------------------------------------------------------------ words


def _write_titles(figure: Figure, dataset: xr.Dataset, shot: xr.Dataset) -> None:
    names = {"steady": "steady stroke", "press": "press", "transient": "stroke"}
    mode = names.get(str(dataset.attrs["stroke_mode"]), "run")
    when = f" at {float(shot['time']):.3g} s" if "time" in shot.coords else ""
    figure.text(0.5, 0.965, str(dataset.attrs["title"]), ha="center", va="center", fontsize=13)
    friction = float(shot["apparent_friction"])
    scalars = [
        f"{mode}{when}, engine {dataset.attrs['engine']}",
        f"normal force {float(shot['normal_force']):.3g} N",
        f"indentation {1e3 * float(shot['indentation']):.3g} mm",
    ]
    if np.isfinite(friction):
        scalars.append(f"apparent friction {friction:.3g}")
    figure.text(0.5, 0.922, "  ·  ".join(scalars), ha="center", va="center", fontsize=9.5)
    figure.text(0.012, 0.018, _footer(dataset), ha="left", va="bottom", fontsize=7.5, color="0.35")


def _write_warnings(figure: Figure, dataset: xr.Dataset) -> float:
    """Write what the result has to tell against itself; return the height it takes."""
    told = json.loads(str(dataset.attrs.get("warnings", "[]")))
    lines = [f"Warning: {text}" for text in told[:WARNINGS_SHOWN]]
    if len(told) > WARNINGS_SHOWN:
        lines[-1] = f"and {len(told) - WARNINGS_SHOWN + 1} more warnings in the result's attributes"
    text = "\n".join(textwrap.shorten(line, 190, placeholder=" …") for line in lines)
    figure.text(0.5, 0.9, text, ha="center", va="top", fontsize=9, color=_ALARM, label="warnings")
    return _LINE_HEIGHT * len(lines)


def _footer(dataset: xr.Dataset) -> str:
    """Return the lines that say what the numbers rest on, estimates by name."""
    sources = json.loads(str(dataset.attrs["estimates"]))
    names = dict.fromkeys(
        source["name"].removeprefix("tissue.").removeprefix("instrument.") for source in sources
    )
    text = f"softsim {dataset.attrs['softsim_version']}.  Rests on {dataset.attrs['evidence']}."
    if names:
        text += f"  Estimates and priors: {', '.join(names)}"
    return textwrap.fill(text, 215, max_lines=2, placeholder=" …")
