"""Results for tests of figures, dressed up without a solve of their own, and what figures say."""

from __future__ import annotations

import functools
import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

import softsim as ss
from softsim.serialise import problem_from_toml, problem_to_toml
from softsim.variables import REGISTRY
from tests.small_case import JIT_IS_OFF, small_problem, small_result

TOUCHING = 0.5  # pixels: boxes that only touch do not overlap


def axes_of(figure):
    return {axes.get_label(): axes for axes in figure.axes}


def words(figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def overlapping_texts(figure) -> list[tuple[str, str]]:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    hidden = out_of_view(figure)
    boxes = [
        (text.get_text(), text.get_window_extent(canvas.get_renderer()))
        for text in figure.findobj(lambda artist: isinstance(artist, Text))
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden
    ]
    return [
        (one, two)
        for (one, a), (two, b) in itertools.combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > TOUCHING
        and min(a.y1, b.y1) - max(a.y0, b.y0) > TOUCHING
    ]


def out_of_view(figure) -> set[int]:
    """Tick labels that exist but are not drawn."""
    hidden = set()
    for axes in figure.findobj(Axes):
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not low <= tick.get_loc() <= high or not axes.axison:
                    hidden |= {id(tick.label1), id(tick.label2)}
    return hidden


def like_a_calf():
    """A small result dressed up with the names, depths and estimates of a calf."""
    result = small_result("steady")
    calf = ss.load_tissue("calf")
    thickness = np.array([float(layer.thickness) for layer in calf.layers])
    bottom = np.cumsum(thickness)
    scale = float(result["layer_bottom"][-1]) / bottom[-1]
    names = np.array([layer.name for layer in calf.layers], dtype=object)
    small = problem_from_toml(result.attrs["problem"])
    problem = replace(small, tissue=calf, resolution=ss.Resolution())
    depth = result["depth"].to_numpy() / scale
    edges = np.append(0.0, np.cumsum(result["row_height"].to_numpy()[1:])) / scale
    layer = names[np.minimum(np.searchsorted(bottom, depth), names.size - 1)]
    dressed = result.drop_dims("layer").assign_coords(
        depth=depth,
        depth_layer=("depth", layer),
        row_height=("depth", np.append(0.0, np.diff(edges))),
        layer=names,
        layer_top=("layer", bottom - thickness),
        layer_bottom=("layer", bottom),
    )
    listed = [{"name": source.name} for source in ss.load_instrument("strigil_bronze").sources]
    dressed.attrs["warnings"] = "[]"  # those of the small section say nothing of a calf
    dressed.attrs["estimates"] = json.dumps(listed)
    dressed.attrs["problem"] = problem_to_toml(problem)
    return dressed


@functools.cache
def _stuck():
    problem = small_problem(length="6 mm", passes=2, friction=0.4)
    glides = ss.Interface(stiffness="2 MPa/m", under="skin")
    bonds = {"stiffness": "20 MPa/m", "strength": "0.1 kPa", "fracture_energy": "2 mJ/m^2"}
    patch = ss.load_adhesion(interface="plane", start="1 mm", length="4 mm", **bonds)
    known = ss.load_adhesion(interface="plane", start="6 mm", length="4 mm")
    tissue = replace(
        problem.tissue,
        interfaces={"plane": glides},
        adhesions={"bridge": patch, "band": known},
        regions={"knot": ss.Region(layers="fat", start="2 mm", length="3 mm", stiffness_factor=2)},
    )
    return ss.simulate(replace(problem, tissue=tissue), mode="transient")


def stuck_result():
    """Two passes over layers that glide, stuck together in two places, one of which breaks."""
    if JIT_IS_OFF:
        pytest.skip("needs compiled kernels: a minute without")
    return _stuck().copy(deep=True)


def whole_edge(*, validity="valid", warnings=()):
    """A whole edge of two contact lines, as `ss.simulate(…, edge="whole")` would hand it over."""
    along, across = np.linspace(-3e-3, 3e-3, 25), np.linspace(-12e-3, 12e-3, 31)
    place, beside = np.meshgrid(along, across, indexing="ij")
    height = np.where(abs(beside) < 10e-3, place**2 / 4e-3 + beside**2 / 0.4, np.inf)
    pressure = np.where(height < 2e-4, 2e4 * (1.0 - height / 2e-4), 0.0)
    maps = {
        "tool_height": height,
        "contact_pressure_map": pressure,
        "contact_shear_map": 0.1 * pressure,
        "skin_depth_map": 1e-3 * np.exp(-(place**2 + beside**2) / 1e-4),
    }
    data = {name: (("along", "across"), values) for name, values in maps.items()}
    return xr.Dataset(
        data,
        coords={"along": along, "across": across},
        attrs={
            "title": "gel, rod, 0.2 N",
            "engine": "linear",
            "stroke_mode": "steady",
            "softsim_version": "0",
            "direction": 1,
            "validity": validity,
            "largest_strain": 0.5,
            "warnings": json.dumps(list(warnings)),
            "problem": problem_to_toml(small_problem()),
        },
    )


def sweep_cube(*, failed=((3, 2, 1),), not_run=((0, 0, 0),)):
    """A sweep over force, angle and speed with cases that failed or were not run."""
    force, angle, speed = [2.0, 4.0, 6.0, 9.0], np.radians([45.0, 60.0, 90.0]), [0.05, 0.2]
    shape = (4, 3, 2)
    f, a, v = np.meshgrid(force, angle, speed, indexing="ij")
    status = np.ones(shape, np.int64)
    for case in failed:
        status[case] = 2
    for case in not_run:
        status[case] = 0
    known = np.where(status == 1, 1.0, np.nan)
    dims = ("force", "angle", "speed")
    numbers = {
        "peak_contact_pressure": 1e4 * f * np.sin(a) * known,
        "hysteretic_friction": (0.02 - 0.005 * f + 0.1 * v) * known,
        "depth_of_action_10_stress_depth": 1e-3 * f * known,
    }
    data = {name: (dims, values, REGISTRY[name].attributes) for name, values in numbers.items()}
    share = np.stack([0.6 * known, 0.3 * known, 0.1 * known], axis=-1)
    data["layer_energy_share"] = (
        (*dims, "layer"),
        share,
        REGISTRY["layer_energy_share"].attributes,
    )
    data["status"] = (dims, status)
    coords = {
        "force": ("force", force, {"units": "N", "long_name": "force"}),
        "angle": ("angle", angle, {"units": "rad", "long_name": "angle"}),
        "speed": ("speed", speed, {"units": "m/s", "long_name": "speed"}),
        "layer": ("layer", np.array(["fat_superficial", "fat_deep", "muscle"], dtype=object)),
    }
    return xr.Dataset(data, coords=coords, attrs={"kind": "softsim sweep", "softsim_version": "0"})
