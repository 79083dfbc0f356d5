"""Strokes check themselves and turn text into SI."""

from __future__ import annotations

import dataclasses
import math

import pytest

from softsim.errors import InputError
from softsim.stroke import Stroke


def test_text_becomes_si():
    stroke = Stroke(
        indentation="2 mm",
        angle="45 deg",
        speed="-20 mm/s",
        friction=0.2,
        press_time="0.1 s",
        dwell="900 ms",
        length="20 mm",
        lift_time="0.1 s",
    )
    assert stroke.load_kind == "indentation"
    assert stroke.load == 2.0e-3
    assert stroke.angle == pytest.approx(math.pi / 4)
    assert stroke.speed == pytest.approx(-0.02)
    assert (stroke.press_time, stroke.dwell, stroke.length, stroke.lift_time) == (
        0.1,
        pytest.approx(0.9),
        pytest.approx(0.02),
        0.1,
    )


def test_defaults_are_an_upright_press_without_friction():
    stroke = Stroke(force="6 N")
    assert (stroke.angle, stroke.speed, stroke.friction) == (pytest.approx(math.pi / 2), None, 0.0)
    assert (stroke.press_time, stroke.dwell, stroke.length, stroke.lift_time) == (
        None,
        0,
        None,
        None,
    )
    assert stroke.friction_state is None
    assert stroke.passes == 1


@pytest.mark.parametrize("given", [3, 3.0, "3"])
def test_passes_are_a_whole_number(given):
    passes = Stroke(force="6 N", length="20 mm", passes=given).passes
    assert passes == 3
    assert isinstance(passes, int)


@pytest.mark.parametrize("given", [0, -2, 1.5, 1001, True, "two", "2 mm", float("nan"), None])
def test_anything_else_is_no_number_of_passes(given):
    wanted = "must be a whole number from 1 to 1000 (2 is there and back)"
    with pytest.raises(InputError) as caught:
        Stroke(force="6 N", passes=given)
    assert str(caught.value) == f"passes is {given!r}; {wanted}"


@pytest.mark.parametrize(
    ("key", "value", "state"),
    [
        ("emollient", 0.14, "emollient"),
        ("dry", 0.46, "dry"),
        ("damp", 1.0, "damp"),
        ("friction.steel_skin.dry", 0.46, "dry"),
    ],
)
def test_state_of_the_skin_gives_friction_with_its_source(key, value, state):
    stroke = Stroke(force="6 N", friction=key)
    assert stroke.friction == value
    assert stroke.friction_state == state
    assert [source.value for source in stroke.sources] == [value]


def test_replaced_friction_drops_the_old_source():
    stroke = Stroke(force="6 N", friction="emollient")
    assert dataclasses.replace(stroke, angle=1.0).friction_state == "emollient"
    assert dataclasses.replace(stroke, friction=0.2).sources == ()
    assert dataclasses.replace(stroke, friction="dry").friction_state == "dry"


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({}, ("got none", "exactly one of force, pressure and indentation", "'6 N'")),
        (
            {"force": "6 N", "pressure": "9 kPa"},
            ("force = '6 N' and pressure = '9 kPa'", "exactly one"),
        ),
        ({"force": "6 kg"}, ("force", "6 kg", "not a force")),
        ({"force": "6"}, ("force", "without a unit", "6 N")),
        ({"force": 0}, ("force is 0", "(0, 10000] N", "'6 N'")),
        ({"pressure": "-1 kPa"}, ("pressure", "-1 kPa", "Pa", "'20 kPa'")),
        ({"indentation": 2.0}, ("indentation", "2 m", "'2 mm'")),
        ({"force": 6.0, "angle": 45.0}, ("angle is 45.0", "radians", "'45 deg'")),
        ({"force": 6.0, "angle": 45}, ("angle is 45", "'45 deg'")),
        ({"force": 6.0, "angle": "45"}, ("angle", "'45 deg'")),
        ({"force": 6.0, "angle": "180 deg"}, ("angle", "180 deg", "(0, 3.14159) rad")),
        ({"force": 6.0, "angle": 0.0}, ("angle is 0.0", "(0, 3.14159) rad", "'90 deg' upright")),
        ({"force": 6.0, "speed": 0.0}, ("speed is 0.0", "must not be 0 m/s", "mode='press'")),
        ({"force": 6.0, "speed": 100.0}, ("speed", "100", "[-10, 10] m/s", "'100 mm/s'")),
        ({"force": 6.0, "friction": -0.1}, ("friction", "-0.1", "[0, 2]", "0.14")),
        ({"force": 6.0, "friction": 2.1}, ("friction", "2.1", "[0, 2]", "emollient")),
        ({"force": 6.0, "friction": "emolient"}, ("friction 'emolient'", "'emollient'")),
        ({"force": 6.0, "friction": "real_contact_shear"}, ("friction", "dry")),
        ({"force": 6.0, "press_time": 0}, ("press_time", "0", "'0.1 s'")),
        ({"force": 6.0, "dwell": "-1 s"}, ("dwell", "-1 s", "leave it out")),
        ({"force": 6.0, "length": "0 mm"}, ("length", "0 mm", "'100 mm'")),
        ({"force": 6.0, "lift_time": "1 m"}, ("lift_time", "1 m", "not a time")),
    ],
)
def test_impossible_stroke_is_refused(options, parts):
    with pytest.raises(InputError) as caught:
        Stroke(**options)
    for part in parts:
        assert part in str(caught.value)
