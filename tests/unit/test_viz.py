"""The picture of a run: its parts, their words, and that no words overlap."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from softsim.serialise import problem_from_toml
from softsim.viz import plot_stroke
from softsim.viz.drawing.layers import spread
from softsim.viz.drawing.shots import sheets_of
from tests.small_case import small_result
from tests.viz_cases import axes_of, like_a_calf, overlapping_texts, words


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


@pytest.mark.parametrize("style", ["paper", "screen", "slide"])
def test_no_words_overlap_under_many_warnings(style):
    result = like_a_calf()
    result.attrs["warnings"] = json.dumps([f"{word} speaks against it" for word in "abcd"])
    assert overlapping_texts(plot_stroke(result, style=style)) == []


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
    sheets = sheets_of(result)
    assert [sheet.band.name for sheet in sheets] == ["skin", "fat"]
    skin = 1e3 * (result["along"] + result["surface_displacement_along"])
    np.testing.assert_allclose(sheets[0].along[0], skin, atol=1e-9)
    down = 1e3 * result["surface_displacement_depth"]
    np.testing.assert_allclose(sheets[0].depth[0], down, atol=1e-9)
    for above, below in itertools.pairwise(sheets):  # layers meet without a gap
        np.testing.assert_array_equal(above.along[-1], below.along[0])
        np.testing.assert_array_equal(above.depth[-1], below.depth[0])
    depth = 1e3 * (result["depth"] + result["displacement_depth"])
    fat = (result["depth_layer"] == "fat").to_numpy()
    np.testing.assert_allclose(sheets[1].depth[1:-1], depth[fat], atol=1e-9)
    # the base is continued from the last rows: right to a few per cent of the indentation
    np.testing.assert_allclose(sheets[1].depth[-1], 9.5, atol=0.05)


def test_outline_of_the_tool_rests_on_its_lowest_point():
    problem = problem_from_toml(small_result("steady").attrs["problem"])
    outline = problem.outline.points()
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
