"""Adhesions check themselves, find their interface and become arrays."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import softsim as ss
from softsim.problem import pack_adhesions
from softsim.serialise import problem_from_toml, problem_to_toml
from softsim.sweeps.parameters import parameters_of, with_values
from tests.unit.test_interface import GLIDING, layers, problem

PLACE = {"interface": "loose", "start": "5 mm", "length": "10 mm"}
BONDS = {"stiffness": "300 MPa/m", "strength": "60 kPa", "fracture_energy": "180 J/m^2"}
BRIDGE = ss.Adhesion(**PLACE, **BONDS, bonded_fraction=0.2)


def tissue(adhesions, interfaces=None):
    given = {"loose": GLIDING} if interfaces is None else interfaces
    parts = layers("skin", "loose", "fat", "muscle")
    return ss.Tissue(layers=parts, interfaces=given, adhesions=adhesions)


def test_text_becomes_si():
    assert (BRIDGE.start, BRIDGE.end, BRIDGE.strength) == (0.005, 0.015, 6e4)
    assert BRIDGE.final_opening == pytest.approx(6e-3)
    assert BRIDGE.modes[0][:2] == BRIDGE.modes[1][:2] == (6e4, 180.0)


def test_numbers_of_the_library_are_told_to_be_priors():
    made = ss.load_adhesion(**PLACE)
    assert (made.strength, made.fracture_energy, made.bonded_fraction) == (6e4, 180.0, 0.2)
    assert {s.feeds[0] for s in made.sources if s.is_estimate} == {
        "strength",
        "fracture_energy",
        "bonded_fraction",
    }
    assert all(source.low is not None for source in made.sources)
    found = {s.name for s in tissue({"bridge": made}).estimates}
    assert "interface.adhesion.strength" in found
    weak = ss.load_adhesion(**PLACE, strength="5 kPa")
    assert not any("strength" in source.feeds for source in weak.sources)


def test_round_trip_of_the_text_is_exact():
    made = problem(tissue({"a bridge": ss.load_adhesion(**PLACE, lag="2 ms")}))
    text = problem_to_toml(made)
    assert problem_from_toml(text) == made
    assert problem_to_toml(problem_from_toml(text)) == text
    assert hash(made.tissue) == hash(problem_from_toml(text).tissue)


def test_adhesions_become_arrays():
    found = pack_adhesions(
        tissue({"bridge": dataclasses.replace(BRIDGE, opening_strength=3e4, opening_energy=90.0)})
    )
    np.testing.assert_array_equal(found.layer, [0])
    np.testing.assert_allclose([found.start[0], found.end[0], found.share[0]], [0.005, 0.015, 0.2])
    np.testing.assert_array_equal(found.strength, [[6e4, 3e4]])
    np.testing.assert_array_equal(found.energy, [[180.0, 90.0]])
    assert pack_adhesions(tissue({})).strength.shape == (0, 2)


def test_sweeps_vary_an_adhesion():
    made = problem(tissue({"bridge": BRIDGE}))
    known = parameters_of(made)
    other = with_values(made, {known["tissue.bridge.strength"]: "30 kPa"})
    assert other.tissue.adhesions["bridge"].strength == 3e4
    assert known["tissue.bridge.strength"].read(other) == 3e4
    assert "tissue.bridge.opening_strength" not in known


def test_evidence_has_every_number():
    found = {feed for row in problem(tissue({"bridge": BRIDGE})).sources for feed in row.feeds}
    assert {f"tissue.bridge.{name}" for name in BONDS} <= found


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"strength": -1.0}, ["strength of the adhesion"]),
        ({"strength": "60 kJ"}, ["'60 kJ'", "Pa"]),
        ({"bonded_fraction": 1.5}, ["bonded_fraction of the adhesion", "1.5"]),
        ({"length": 0.0}, ["length of the adhesion"]),
        ({"stiffness": "5 MPa/m"}, ["stiffness of the adhesion", "strength^2"]),
        ({"opening_energy": "0.1 J/m^2"}, ["under a pull"]),
        ({"mode_exponent": 0.0}, ["mode_exponent"]),
        ({"lag": -1.0}, ["lag of the adhesion"]),
    ],
)
def test_wrong_numbers_are_refused(options, parts):
    with pytest.raises(ss.InputError) as error:
        dataclasses.replace(BRIDGE, **options)
    for part in parts:
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("adhesions", "interfaces", "parts"),
    [
        ([BRIDGE], None, ["adhesions of the tissue", "mapping"]),
        ({"bridge": 3}, None, ["adhesion 'bridge'", "load_adhesion"]),
        ({"skin": BRIDGE}, None, ["'skin'", "rename it"]),
        ({"bridge": BRIDGE}, {}, ["no interfaces"]),
        (
            {"bridge": dataclasses.replace(BRIDGE, interface="lose")},
            None,
            ["'lose'", "did you mean 'loose'"],
        ),
        (
            {"one": BRIDGE, "two": dataclasses.replace(BRIDGE, start="12 mm")},
            None,
            ["'one' and 'two'", "lie on each other"],
        ),
    ],
)
def test_a_wrong_place_is_refused(adhesions, interfaces, parts):
    with pytest.raises(ss.InputError) as error:
        tissue(adhesions, interfaces)
    for part in parts:
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("options", "cure"),
    [
        ({"mode": "steady"}, "mode='transient'"),
        ({"mode": "press", "engine": "linear"}, "engine='finite'"),
    ],
)
def test_what_has_no_answer_is_refused(options, cure):
    with pytest.raises(ss.InputError, match="lies at one place") as error:
        ss.simulate(problem(tissue({"bridge": BRIDGE})), **options)
    assert cure in str(error.value)


def test_a_file_of_a_tissue_has_adhesions(tmp_path):
    path = tmp_path / "mine.toml"
    head = """
[[layer]]
tissue = "dermis"
thickness = "1.5 mm"
[[layer]]
tissue = "fat"
thickness = "6 mm"
[interface.loose]
under = "dermis"
stiffness = "8 MPa/m"
[adhesion.bridge]
interface = "loose"
start = "5 mm"
"""
    path.write_text(head + "length = '10 mm'\n", encoding="utf-8")
    assert ss.load_tissue(path).adhesions["bridge"] == ss.load_adhesion(**PLACE)
    path.write_text(head + "lenght = '10 mm'\n", encoding="utf-8")
    with pytest.raises(ss.InputError, match=r"adhesion\.bridge\.lenght"):
        ss.load_tissue(path)
