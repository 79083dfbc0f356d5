"""Alarms: a number that is less than its name promises comes with a sentence (issue 15)."""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pytest
import xarray as xr
from matplotlib.text import Text

import softsim as ss
from softsim import alarms
from tests.small_case import small_problem, small_result
from tests.viz_cases import words

pytestmark = pytest.mark.jit


def told(dataset: xr.Dataset) -> list[str]:
    return json.loads(dataset.attrs["warnings"])


def told_of(problem: ss.Problem, dataset: xr.Dataset) -> list[str]:
    return told(alarms.with_alarms(problem, dataset))


def with_edge(problem: ss.Problem, **stroke) -> ss.Problem:
    return dataclasses.replace(problem, stroke=dataclasses.replace(problem.stroke, **stroke))


# ------------------------------------------------------------------ small strain


def test_linear_result_at_large_strain_does_not_look_like_an_answer():
    from softsim.viz.figures.stroke import plot_stroke

    problem = ss.Problem(
        tissue=ss.load_tissue("calf"),
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(force="6 N", angle="45 deg", speed="100 mm/s", friction="emollient"),
    )
    result = ss.simulate(problem, engine="linear")
    assert result.attrs["validity"] == "outside"
    assert result.attrs["title"].startswith("NOT AN ANSWER (small-strain theory at ")
    assert "outside small-strain theory" in told(result)[0]
    texts = words(plot_stroke(result))
    assert any("NOT AN ANSWER" in text for text in texts)
    assert any("outside small-strain theory" in text for text in texts)
    again = alarms.with_alarms(problem, result)
    assert again.attrs == result.attrs


def test_linear_result_at_small_strain_is_told_nothing_of_it():
    result = ss.simulate(small_problem(indentation="2 um"), engine="linear")
    assert result.attrs["validity"] == "valid"
    assert not any("small-strain" in text for text in told(result))
    assert not result.attrs["title"].startswith("NOT")


# ------------------------------------------------------------------ energy


def test_energy_residual_of_an_elastic_frictionless_stroke_is_not_rounding_over_rounding():
    gel = ss.Layer(
        name="gel",
        thickness="10 mm",
        material=ss.SplitNeoHookean(shear_modulus="10 kPa", bulk_modulus="100 kPa"),
    )
    problem = ss.Problem(
        tissue=ss.Tissue(layers=gel),
        instrument=ss.Instrument(
            edge=ss.Edge(nose_radius="5 mm", thickness="10 mm"), contact_length="60 mm"
        ),
        stroke=ss.Stroke(force="5 N", speed="20 mm/s"),
    )
    result = ss.simulate(problem)
    assert abs(float(result["apparent_friction"])) < 1e-3
    assert float(ss.metrics.energy_residual(result)) < alarms.RESIDUAL_TOLD
    assert not any("energy balance" in text for text in told(result))


def test_energy_balance_that_does_not_close_is_told():
    result = small_result("steady")
    lost = result["viscous_dissipation"] + 0.03 * abs(result["work_of_stroke"])
    worse = result.assign(viscous_dissipation=lost.assign_attrs(result.viscous_dissipation.attrs))
    assert not any("energy balance" in text for text in told(result))
    assert any("energy balance misses" in text for text in told_of(small_problem(), worse))


# ------------------------------------------------------------------ edge and bone


@pytest.mark.parametrize("angle", [30.0, 90.0, 150.0])
def test_widest_point_of_a_rod_is_its_middle_however_it_leans(angle):
    problem = with_edge(small_problem(), angle=math.radians(angle))
    heights = alarms.widest_heights(problem)
    # on the side that the body leans to the outline goes on outwards
    if angle < 90.0:
        assert heights[0] == pytest.approx(5e-3, rel=1e-9)
        assert heights[1] > 5e-3
    elif angle > 90.0:
        assert heights[0] > 5e-3
        assert heights[1] == pytest.approx(5e-3, rel=1e-9)
    else:
        assert heights == pytest.approx((5e-3, 5e-3), rel=1e-9)


def test_contact_beyond_the_widest_point_is_told():
    result = small_result("steady")
    assert not any("touches the edge" in text for text in told(result))
    deeper = result.assign(indentation=result["indentation"] + 6e-3)
    assert any("touches the edge" in text for text in told_of(small_problem(), deeper))


def test_indentation_near_the_bone_is_told():
    result = small_result("steady")
    assert not any("bone" in text for text in told(result))
    thickness = small_problem().tissue.thickness
    deeper = result.assign(indentation=xr.full_like(result["indentation"], 0.6 * thickness))
    assert any("60 % of the way to the bone" in text for text in told_of(small_problem(), deeper))


def test_layer_strained_beyond_its_tests_is_told_and_one_made_by_hand_is_not():
    problem = ss.Problem(
        tissue=ss.load_tissue("calf"),
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(force="20 N", angle="45 deg", speed="100 mm/s", friction=0.14),
    )
    result = ss.simulate(problem)
    (text,) = [text for text in told(result) if "fitted to" in text]
    strain = result["peak_strain_max_shear_at_depth"]
    named = {part.split()[0] for part in text.split(": ", 1)[1].split(", ")}
    for layer in problem.tissue.layers:
        largest = float(strain[result["depth_layer"] == layer.name].max())
        limit = alarms.fitted_strain(layer.tissue)
        assert limit is not None
        assert (layer.name in named) == (largest > limit)
    assert not any("fitted to" in text for text in told(small_result("steady")))


# ------------------------------------------------------------------ friction, and where it is told


def test_frictionless_skin_is_told_where_something_slides():
    quick = {"indentation": "0.2 mm", "friction": 0.0}
    assert any("frictionless" in text for text in told(ss.simulate(small_problem(**quick))))
    press = ss.simulate(small_problem(**quick, dwell=0.0), mode="press")
    assert not any("frictionless" in text for text in told(press))
    assert not any("frictionless" in text for text in told(small_result("steady")))


def test_warnings_of_a_figure_are_few_and_legible():
    from softsim.viz.drawing.titles import WARNINGS_SHOWN
    from softsim.viz.figures.stroke import plot_stroke

    result = small_result("steady")
    many = [f"number {k}: " + "and so on " * 40 for k in range(WARNINGS_SHOWN + 3)]
    figure = plot_stroke(result.assign_attrs(warnings=json.dumps(many)))
    (text,) = [text for text in figure.findobj(Text) if "number 0" in text.get_text()]
    lines = text.get_text().splitlines()
    assert len(lines) == WARNINGS_SHOWN
    assert "4 more warnings" in lines[-1]
    figure.canvas.draw()
    box = text.get_window_extent()
    assert box.x0 > 0.0
    assert box.x1 < figure.bbox.x1
    tops = [axes.get_tightbbox().y1 for axes in figure.axes]
    assert box.y0 > np.max(tops)
