"""Text with units to SI floats, and what is said when that fails."""

from __future__ import annotations

import math

import numpy as np
import pytest

from softsim.errors import InputError
from softsim.units import to_si


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("12 kPa", "Pa", 12e3),
        ("0.2 MPa", "Pa", 0.2e6),
        ("1.5 mm", "m", 1.5e-3),
        ("6 N", "N", 6.0),
        ("100 mm/s", "m/s", 0.1),
        ("45 deg", "rad", math.pi / 4),
        ("0.14", "1", 0.14),
        ("14 percent", "1", 0.14),
        ("170 g", "kg", 0.17),
        ("300 ms", "s", 0.3),
    ],
)
def test_text_becomes_si(text, unit, expected):
    assert to_si(text, unit, "quantity") == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("number", [3, 3.0, np.float64(3.0), np.int64(3)])
def test_bare_number_is_si(number):
    value = to_si(number, "m", "depth")
    assert value == 3.0
    assert type(value) is float


@pytest.mark.parametrize(
    ("value", "unit", "parts"),
    [
        ("6 kg", "N", ("force", "6 kg", "a mass, not a force", "6 kgf")),
        ("6", "N", ("force", "without a unit", "6 N")),
        ("45", "rad", ("force", "45 deg")),
        ("six newtons", "N", ("force", "six newtons", "6 N")),
        ("", "N", ("force", "empty", "6 N")),
        ("nan N", "N", ("force", "nan N", "not a finite number")),
        (float("nan"), "N", ("force", "nan", "finite")),
        (float("inf"), "N", ("force", "inf", "finite")),
        ([6], "N", ("force", "[6]", "one number in N")),
        (None, "N", ("force", "None", "one number in N")),
    ],
)
def test_unreadable_value_is_refused_with_cure(value, unit, parts):
    with pytest.raises(InputError) as caught:
        to_si(value, unit, "force")
    for part in parts:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("value", "bounds", "phrase"),
    [
        (0.0, {"low": 0.0, "open_low": True}, "above 0"),
        (-1.0, {"low": 0.0}, "at least 0"),
        (3.0, {"high": 2.0}, "at most 2"),
        (2.0, {"high": 2.0, "open_high": True}, "below 2"),
        (7.0, {"low": 0.0, "high": 2.0}, "in [0, 2]"),
        (7.0, {"low": 0.0, "high": 2.0, "open_low": True, "open_high": True}, "in (0, 2)"),
    ],
)
def test_out_of_bounds_names_value_bound_and_cure(value, bounds, phrase):
    with pytest.raises(InputError) as caught:
        to_si(value, "m", "depth", cure="try less", **bounds)
    message = str(caught.value)
    assert message.startswith(f"depth is {value}")
    assert f"must be {phrase} m (try less)" in message


def test_closed_bound_is_allowed():
    assert to_si(2.0, "m", "depth", low=2.0, high=2.0) == 2.0
