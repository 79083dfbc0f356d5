"""Odd inputs that no list held: each is refused in one sentence that is true (issue 15)."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import softsim as ss
from softsim.cli import main
from softsim.errors import InputError, unknown_name
from softsim.units import to_si

TISSUE = """name = "arm"
[[layer]]
name = "skin"
thickness = "1.5 mm"
[layer.material]
law = "neo_hookean"
young_modulus = "0.2 MPa"
poisson_ratio = 0.45
"""


def refusal_of(tmp_path: Path, old: str, new: str) -> str:
    assert old in TISSUE
    file = tmp_path / "own.toml"
    file.write_text(TISSUE.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        ss.load_tissue(file)
    return str(caught.value)


@pytest.mark.parametrize("command", ["plot", "check"])
@pytest.mark.parametrize("path", [".", "..", "/", "x" * 3000, "a/" * 3000, "\t"])
def test_a_path_that_is_no_result_is_refused_in_one_sentence(tmp_path, monkeypatch, command, path):
    monkeypatch.chdir(tmp_path)
    outcome = CliRunner().invoke(main, [command, path])
    assert outcome.exit_code == 2
    assert outcome.output.count("\n") == 1
    assert len(outcome.output) < 300
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ('name = "skin"', "name = 5", "must be text in quotes"),
        ("[[layer]]", "[layer]", r"must be a list: [ … ], or tables under [[ ]]"),
        ('name = "arm"', "allow_unusual = 1", "must be true or false"),
        (
            'law = "neo_hookean"',
            'law = "neo_hookean"\nprony = [1]',
            "must be a table: { … }, or lines under [ ], with 'g', 'reference', 'relaxes', 'tau'",
        ),
        ('name = "skin"', 'name = ""', "name of a layer is ''"),
    ],
)
def test_a_key_of_the_wrong_type_is_told_in_words_of_the_file(tmp_path, old, new, wanted):
    message = refusal_of(tmp_path, old, new)
    assert wanted in message
    assert "ByHand" not in message


def test_a_folder_for_a_file_is_refused_once(tmp_path):
    with pytest.raises(InputError) as caught:
        ss.load_problem(tmp_path)
    assert str(caught.value).count("give ") == 1


def test_a_zero_has_no_sign():
    for zero in (-0.0, "-0", "-0.0"):
        assert math.copysign(1.0, to_si(zero, "1", "friction")) == 1.0


@pytest.mark.parametrize("angle", [-45, 361.0, 180])
def test_an_impossible_angle_is_not_suggested_in_degrees(angle):
    with pytest.raises(InputError) as caught:
        ss.Stroke(force="6 N", angle=angle)
    for text in re.findall(r"'([^']*deg)'", str(caught.value)):
        ss.Stroke(force="6 N", angle=text)


def test_a_friction_in_per_cent_is_suggested():
    with pytest.raises(InputError, match="write '30 %' if per cent was meant"):
        ss.Stroke(force="6 N", friction=30)
    assert ss.Stroke(force="6 N", friction="30 %").friction == 0.3


def test_a_plain_number_is_told_without_a_unit():
    with pytest.raises(InputError, match=r"poisson_ratio is 45; must be in \[0, 0.5\) \("):
        ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=45)


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("instrument.edge.nose_radius", "edge.nose_radius"),
        ("nose_radius", "edge.nose_radius"),
        ("stroke.force", "force"),
    ],
)
def test_the_path_of_an_object_is_answered_with_the_name_of_its_parameter(written, right):
    known = ("force", "pressure", "edge.nose_radius", "edge.thickness", "tissue.fat.thickness")
    assert str(unknown_name("swept parameter", written, known)).endswith(f"mean '{right}'?")


@pytest.mark.parametrize(
    ("law", "constants"),
    [
        (ss.Yeoh, {"c10": "9.4 kPa", "c20": 0.082}),
        (ss.Yeoh, {"c10": "9.4 kPa", "c20": "82 kPa", "c30": 0.01}),
        (ss.MooneyRivlin, {"c10": "9.4 kPa", "c01": 0.0021}),
        (ss.ExtendedMooney, {"c10": "9.4 kPa", "c11": 0.082}),
    ],
)
def test_one_constant_typed_in_megapascals_beside_others_with_units_is_refused(law, constants):
    with pytest.raises(InputError, match="nothing beside a shear modulus") as caught:
        law(**constants, bulk_modulus="1 MPa")
    slip = next(name for name, value in constants.items() if isinstance(value, float))
    assert f"'{constants[slip]:g} MPa'" in str(caught.value)
    law(**constants | {slip: f"{constants[slip]:g} MPa"}, bulk_modulus="1 MPa")
    with ss.allow_unusual():
        assert not law(**constants, bulk_modulus="1 MPa").is_usual


def test_a_constant_that_is_zero_is_usual():
    assert ss.Yeoh(c10="9.4 kPa", c20=0, c30=0.0, bulk_modulus="1 MPa").is_usual
