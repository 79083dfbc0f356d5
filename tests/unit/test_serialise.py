"""A problem survives the way to TOML text and back; bad texts are refused with the path."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import softsim as ss
from softsim.serialise import (
    describe,
    load_problem,
    problem_from_toml,
    problem_hash,
    problem_to_toml,
)
from tests.small_case import small_problem


def library_problem(site: str, tool: str = "gt4_class_scanner", **stroke) -> ss.Problem:
    given = {"force": "6 N", "angle": "60 deg", "speed": "100 mm/s", "friction": "emollient"}
    return ss.Problem(
        tissue=ss.load_tissue(site, fibre_angle="30 deg"),
        instrument=ss.load_instrument(tool),
        stroke=ss.Stroke(**(given | stroke)),
    )


@pytest.mark.parametrize("site", ss.tissues())
def test_library_problem_comes_back_equal_with_its_sources(site):
    problem = library_problem(site)
    text = problem_to_toml(problem)
    again = problem_from_toml(text)
    assert again == problem
    assert again.sources == problem.sources
    assert problem_to_toml(again) == text


def test_friction_taken_from_the_library_keeps_its_state():
    again = problem_from_toml(problem_to_toml(library_problem("calf", friction="dry")))
    assert again.stroke.friction_state == "dry"


@given(
    st.floats(1e-5, 0.9),
    st.floats(0.01, 3.0),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
    .filter(str.strip)
    .filter(str.isprintable),
    st.sampled_from(["shear", "all"]),
)
def test_problem_by_hand_comes_back_equal(thickness, angle, name, relaxes):
    with ss.allow_unusual():
        prony = ss.Prony(g=(0.2, 0.1), tau=(0.1, 1.0), relaxes=relaxes, reference="equilibrium")
        fibres = (ss.FibreFamily(k1=1e4, k2=2.0, angle=angle, dispersion=0.1),)
        law = ss.Yeoh(c10=1e3, c20=-20.0, c30=5.0, bulk_modulus=1e6, prony=prony, fibres=fibres)
        layer = ss.Layer(name=name, thickness=thickness, material=law, prestretch=(1.02, 1.0))
        problem = ss.Problem(
            tissue=ss.Tissue(layers=[layer], width=0.08, sides="free"),
            instrument=ss.Instrument(
                edge=ss.Edge(nose_radius=0.001, leading_flank_angle=0.5, thickness=0.004),
                contact_length=0.05,
                edge_curvature_radius=float("inf"),
            ),
            stroke=ss.Stroke(pressure=2e4, angle=angle, speed=-0.1),
            resolution=ss.Resolution(rows=(7,), steps=3, growth=1.2),
        )
    assert problem_from_toml(problem_to_toml(problem)) == problem


def test_passes_come_back_and_may_be_left_out():
    problem = small_problem(passes=4)
    text = problem_to_toml(problem)
    assert "passes = 4" in text
    assert problem_from_toml(text) == problem
    without = problem_to_toml(small_problem()).replace("passes = 1\n", "")
    assert problem_from_toml(without) == small_problem()


def test_hash_changes_with_the_problem_only():
    text = problem_to_toml(small_problem())
    assert problem_hash(text) == problem_hash(problem_to_toml(small_problem()))
    assert problem_hash(text) != problem_hash(problem_to_toml(small_problem(friction=0.21)))


def test_text_by_hand_takes_units_and_defaults(tmp_path):
    path = tmp_path / "stroke.toml"
    path.write_text(
        """
[[tissue.layer]]
name = "gel"
thickness = "20 mm"
material = { law = "neo_hookean", young_modulus = "20 kPa", poisson_ratio = 0.45 }
[instrument]
contact_length = "60 mm"
edge = { nose_radius = "5 mm", thickness = "10 mm" }
[stroke]
force = "6 N"
""",
        encoding="utf-8",
    )
    problem = load_problem(path)
    assert problem.tissue.layers[0].thickness == 0.02
    assert problem.stroke.force == 6.0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("indentation = 0.001", "indentaton = 0.001", ["stroke.indentaton", "indentation"]),
        ('law = "ogden"', 'law = "ogdn"', ["tissue.layer[1].material.law", "'ogden'"]),
        ("thickness = 0.008\n", "", ["tissue.layer[1].thickness", "missing"]),
        ("nose_radius = 0.005", "nose_radius = -1.0", ["instrument.edge", "nose_radius"]),
        ("steps = 20", "steps = [", ["not valid TOML"]),
    ],
)
def test_bad_text_is_refused_with_its_path(old, new, words):
    text = problem_to_toml(small_problem())
    assert old in text
    with pytest.raises(ss.InputError) as error:
        problem_from_toml(text.replace(old, new))
    for word in words:
        assert word in str(error.value)


def test_description_names_site_tool_load_angle_speed_and_friction():
    assert describe(library_problem("calf")) == (
        "calf, gt4_class_scanner, 6 N, 60°, 100 mm/s, friction 0.14 (emollient)"
    )
