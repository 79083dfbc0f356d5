"""The picture of a run: its parts, their words, and that no words overlap."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

import softsim as ss
from softsim.serialise import problem_from_toml, problem_to_toml
from softsim.viz import plot_stroke
from softsim.viz.layers import spread
from softsim.viz.stroke_figure import deformed_grid, tool_outline
from tests.small_case import small_result

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
    dressed.attrs["estimates"] = json.dumps(listed)
    dressed.attrs["problem"] = problem_to_toml(problem)
    return dressed


@pytest.mark.parametrize("mode", ["steady", "press", "transient"])
def test_picture_has_its_parts_with_units(mode):
    figure = plot_stroke(small_result(mode))
    axes = axes_of(figure)
    assert {"stress", "strain", "contact", "section"} <= set(axes)
    assert "[kPa]" in axes["stress"].get_xlabel()
    assert "[%]" in axes["strain"].get_xlabel()
    assert "[mm]" in axes["stress"].get_ylabel()
    assert "[kPa]" in axes["contact"].get_ylabel()
    assert "[mm]" in axes["section"].get_xlabel()
    said = " ".join(words(figure))
    for part in ("1 mm deep", "90°", "20 mm/s", "friction 0.2", "skin", "fat", "normal force"):
        assert part in said


@pytest.mark.parametrize("mode", ["steady", "press", "transient"])
def test_no_words_overlap(mode):
    assert overlapping_texts(plot_stroke(small_result(mode))) == []


def test_thin_layers_are_named_without_overlap_and_estimates_counted():
    result = like_a_calf()
    figure = plot_stroke(result)
    said = words(figure)
    for name in result["layer"].to_numpy():
        assert str(name).replace("_", " ") in said
    assert any(f"Rests on {result.attrs['evidence'][:20]}" in text for text in said)
    assert overlapping_texts(figure) == []


def test_chosen_time_is_shown():
    result = small_result("transient")
    said = words(plot_stroke(result, time=0.1))
    assert any("at 0.1 s" in text for text in said)
    plot_stroke(result, time=0.0)  # no contact yet


def test_nothing_is_left_in_pyplot():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    plot_stroke(small_result("press"))
    assert plt.get_fignums() == before


def test_section_is_drawn_where_the_elements_are():
    result = small_result("steady")
    along, depth = deformed_grid(result)
    skin = result["along"] + result["surface_displacement_along"]
    np.testing.assert_allclose(along[0], skin, atol=1e-12)
    np.testing.assert_allclose(depth[0], result["surface_displacement_depth"], atol=1e-12)
    np.testing.assert_allclose(depth[-1], 9.5e-3, atol=1e-9)  # held by the base
    np.testing.assert_allclose(along[-1], result["along"], atol=1e-9)


def test_outline_of_the_tool_rests_on_its_lowest_point():
    problem = problem_from_toml(small_result("steady").attrs["problem"])
    outline = tool_outline(problem)
    assert outline[:, 1].max() == pytest.approx(0.0, abs=1e-9)
    assert np.ptp(outline[:, 0]) == pytest.approx(10e-3, rel=1e-6)


def test_names_are_spread_in_order_within_bounds():
    wanted = [0.0, 0.01, 0.02, 0.5, 0.51, 1.0]
    places = spread(wanted, 0.1, 0.0, 1.0)
    assert (np.diff(places) >= 0.1 - 1e-9).all()
    assert min(places) >= 0.0
    assert max(places) <= 1.0
    assert spread([0.1, 0.5], 0.1, 0.0, 1.0) == [0.1, 0.5]
    assert spread([0.5] * 20, 0.1, 0.0, 1.0) == pytest.approx(np.linspace(0.0, 1.0, 20))


def test_arrow_turns_with_the_tool():
    result = small_result("transient")
    ways = []
    for number in (1, 2):
        shot = result.assign_coords(pass_number=result.pass_number * 0 + number)
        section = axes_of(plot_stroke(shot))["section"]
        arrow = next(text for text in section.texts if text.get_text() == "travel")
        ways.append(arrow.xy[0] > arrow.xyann[0])
    assert ways == [True, False]
