"""Paths to numbers, numbers of objects, counts in words."""

from __future__ import annotations

import dataclasses

import pytest

import softsim as ss
from softsim.library import Source, evidence_summary
from softsim.materials import FibreFamily, NeoHookean, Ogden, Prony, SplitNeoHookean
from softsim.provenance import given, listed, value_at

FIBRES = (FibreFamily(k1="3 kPa", k2=2.0), FibreFamily(k1="4 kPa", k2=1.0, angle="90 deg"))
LAYER = ss.Layer(
    name="fat",
    thickness=0.009,
    material=SplitNeoHookean(
        shear_modulus="2 kPa",
        bulk_modulus="0.2 MPa",
        prony=Prony(g=(0.25, 0.5), tau=(0.1, 2.0)),
        fibres=FIBRES,
    ),
    prestretch=(1.02, 1.0),
)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("thickness", 0.009),
        ("prestretch", (1.02, 1.0)),
        ("material.shear_modulus", 2000.0),
        ("material.prony", (0.25, 0.5, 0.1, 2.0)),
        ("material.fibres[1].k1", 4000.0),
        ("material.fibres[2].k1", None),
        ("material.fibres", None),
        ("material.c10", None),
        ("material", None),
        ("name", None),
        ("prestress", None),
        ("material..prony", None),
        ("", None),
    ],
)
def test_value_is_found_by_its_path(path, value):
    assert value_at(LAYER, path) == value


def test_spectrum_is_the_same_with_another_reference():
    one = Prony(g=(0.5,), tau=(1.0,))
    other = Prony(g=(1.0,), tau=(1.0,), reference="equilibrium")
    materials = [
        NeoHookean(young_modulus=1e4, poisson_ratio=0.4, prony=prony) for prony in (one, other)
    ]
    values = [
        value_at(ss.Layer(name="a", thickness=0.01, material=m), "material.prony")
        for m in materials
    ]
    assert values[0] == values[1] == (0.5, 1.0)


def test_every_number_of_a_layer_is_given_with_its_unit():
    rows = {source.name: (source.value, source.unit) for source in listed(LAYER, "tissue.fat")}
    assert rows == {
        "tissue.fat.thickness": (0.009, "m"),
        "tissue.fat.prestretch": (1.02, "1"),
        "tissue.fat.material.prony": (0.25, "1"),
        "tissue.fat.material.bulk_modulus": (2.0e5, "Pa"),
        "tissue.fat.material.shear_modulus": (2000.0, "Pa"),
        "tissue.fat.material.fibres[0].k1": (3000.0, "Pa"),
        "tissue.fat.material.fibres[0].k2": (2.0, "1"),
        "tissue.fat.material.fibres[0].angle": (0.0, "rad"),
        "tissue.fat.material.fibres[1].k1": (4000.0, "Pa"),
        "tissue.fat.material.fibres[1].k2": (1.0, "1"),
        "tissue.fat.material.fibres[1].angle": (pytest.approx(1.5707963267948966), "rad"),
    }


def test_terms_of_a_sum_are_numbers_of_their_own():
    law = Ogden(shear_modulus=(1e3, 2e3), exponent=(9.0, -2.0), bulk_modulus=1e5)
    layer = ss.Layer(name="a", thickness=0.01, material=law)
    names = [source.name for source in listed(layer, "tissue.a")]
    assert "tissue.a.material.shear_modulus[1]" in names
    assert "tissue.a.material.exponent[1]" in names
    mine = Source(name="mine", value=2.0, unit="kPa", feeds="material.shear_modulus[1]")
    tied = dataclasses.replace(layer, sources=(mine,))
    assert [source.name for source in listed(tied, "tissue.a")].count("mine") == 1
    other = dataclasses.replace(law, shear_modulus=(1e3, 2.5e3))
    assert dataclasses.replace(tied, material=other).sources == ()


def test_every_field_of_a_tool_and_a_stroke_has_a_unit():
    edge = ss.Edge(
        nose_radius=1e-3,
        leading_flank_angle=0.5,
        trailing_flank_angle=0.5,
        thickness=5e-3,
        shoulder_radius=1e-4,
    )
    tool = ss.Instrument(
        edge=edge,
        contact_length=0.06,
        mass=0.1,
        edge_curvature_radius=0.2,
        friction_multiplier=2.0,
    )
    load = {"force": 6.0}
    strokes = [
        ss.Stroke(
            **load, speed=0.1, press_time=1.0, dwell=1.0, length=0.1, passes=2, lift_time=1.0
        ),
        ss.Stroke(pressure="20 kPa"),
        ss.Stroke(indentation="3 mm"),
    ]
    rows = [*given(tool, "instrument"), *(s for stroke in strokes for s in given(stroke))]
    units = {source.name: source.unit for source in rows}
    assert len(given(tool, "instrument")) == 9
    assert units["instrument.mass"] == "kg"
    assert units["edge.leading_flank_angle"] == units["angle"] == "rad"
    assert (units["force"], units["pressure"], units["indentation"]) == ("N", "Pa", "m")
    assert (units["speed"], units["dwell"], units["passes"]) == ("m/s", "s", "1")


def test_counts_are_said_in_words():
    assert str(evidence_summary([])) == "0 numbers"
    mine = Source(name="a", value=1.0, unit="1")
    assert str(evidence_summary([mine])) == "1 number: 1 given by the user"
    guess = Source(name="b", value=1.0, unit="1", basis="prior", cite=("softsim_estimate",))
    read = Source(name="c", value=1.0, unit="1", basis="measured in print", cite=("x",), conf="low")
    assert str(evidence_summary([mine, guess, guess, read])) == (
        "4 numbers: 1 measured in print, 2 priors, 1 given by the user; "
        "2 without citation, 1 of low confidence"
    )
