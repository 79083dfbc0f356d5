"""Text is read, not evaluated: one number, one unit, and nothing else (issue 15, 1).

The kind of fault: a parser of expressions joins, multiplies and drops what it finds, so that
"2,5 N" was 25 N and "0,14" was 0.
"""

from __future__ import annotations

import decimal
import math
import re
import time
from fractions import Fraction

import numpy as np
import pint
import pytest
import xarray as xr

from softsim.errors import InputError
from softsim.units import to_si

HANG = 5.0  # [s] far above what a refusal takes, far below what evaluating 9**9**9 takes

MEANT = [
    # text, SI unit, what the refusal suggests
    ("2,5 N", "N", "2.5 N"),
    ("0,14", "1", "0.14"),
    (",14", "1", "0.14"),
    ("1,5 mm", "m", "1.5 mm"),
    ("0,9 s", "s", "0.9 s"),
    ("35,5 deg", "rad", "35.5 deg"),
    ("-2,5e3 Pa", "Pa", "-2.5e3 Pa"),
    ("1.500,0 mm", "m", "1500.0 mm"),
    ("1,500.0 mm", "m", "1500.0 mm"),
    ("1 500 mm", "m", "1500 mm"),
    ("1'500 mm", "m", "1500 mm"),
    ("1’500 mm", "m", "1500 mm"),
    ("1\u202f500 mm", "m", "1500 mm"),
    ("1.500.000 Pa", "Pa", "1500000 Pa"),
    ("1_000 N", "N", "1000 N"),
    ("6 ± 0.5 N", "N", "6 N"),
    ("6 N ± 0.5 N", "N", "6 N"),
    ("6 +/- 0.5 N", "N", "6 N"),
    ("6.0(5) N", "N", "6.0 N"),
    ("~6 N", "N", "6 N"),
    ("≈6 N", "N", "6 N"),
    ("<6 N", "N", "6 N"),
    ("≤ 6 N", "N", "6 N"),
    ("ca. 6 N", "N", "6 N"),
    ("about 6 N", "N", "6 N"),
    ("~2,5 N", "N", "2.5 N"),
    ("−6 N", "N", "-6 N"),
    ("–6 N", "N", "-6 N"),
    ("６ N", "N", "6 N"),
    ("٣ N", "N", "3 N"),
    ("6\u00a0N", "N", "6 N"),
    ("6\u2009N", "N", "6 N"),
    ("6\u200bN", "N", "6 N"),
    ("2·5 N", "N", "2.5 N"),
    ("- 5 N", "N", "-5 N"),
    ("5 e3 N", "N", "5e3 N"),
    ("2×10^3 Pa", "Pa", "2e3 Pa"),
    ("10^3 Pa", "Pa", "1e3 Pa"),
    ('1/8"', "m", "0.125 in"),
    ("½ in", "m", "0.5 in"),
    ("1 1/2 in", "m", "1.5 in"),
    ("0x10 N", "N", "16 N"),
    ("N 6", "N", "6 N"),
    ("kPa 20", "Pa", "20 kPa"),
    ("6", "N", "6 N"),
    ("45", "rad", "45 deg"),
    ("0.14 N", "1", "0.14"),
    ("6 N please", "N", "6 N"),
    ("6 N.", "N", "6 N"),
    ("6 N;", "N", "6 N"),
    ("6 [N]", "N", "6 N"),
]
RANGES = ["10-20 N", "10 - 20 N", "10–20 N", "10 to 20 N", "10…20 N", "10..20 N", "10 N - 20 N"]
REFUSED = [
    *("9**9**9 N", "9^9^9 N", "2*3 N", "6 N + 2 N", "(6) N", "sqrt(4) N", "6 N * 2"),
    *("6 N 3", "6 N 4 N", "2 3 N", "1.2.3 N", "6 N, 7 N", "6 N/7", "--5 N", "++5 N", "5- N"),
    *("", "   ", "N", ".", "-", "e3 N", "six newtons", "True", "None", "[6] N", "{'a': 1}"),
    *("inf", "-inf N", "nan", "nan N", "Infinity N", "∞ N"),
    *("1e99999 N", "1e400 N", "1e-400 N", "9" * 400 + " N", "1" * 10_000 + " N"),
    *("__import__('os').getcwd()", "6 N\n7 N", "6 N # six", "6 N; drop", "0b11 N", "0o7 N"),
    *("€6 N", "6 N²", "6 N^2", "6 N/N", "6 N*m", "6 Nm", "6 foo", "x" * 10_000, "6 " + "N*" * 5000),
]  # fmt: skip


def refusal(text, unit, **bounds):
    with pytest.raises(InputError) as caught:
        to_si(text, unit, "quantity", **bounds)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 300
    assert message.startswith("quantity is ")
    return message


def hints(message):
    return re.findall(r"'([^']*)'", message.rsplit(";", 1)[-1])


@pytest.mark.parametrize(("text", "unit", "meant"), MEANT)
def test_a_slip_of_the_pen_is_refused_with_the_spelling_meant(text, unit, meant):
    found = hints(refusal(text, unit))
    assert meant in found
    for hint in found:
        to_si(hint, unit, "quantity")


def test_one_comma_and_three_digits_may_be_either_and_both_are_said():
    assert hints(refusal("1,500 mm", "m")) == ["1.500 mm", "1500 mm"]


def test_a_suggestion_lies_within_the_bounds_of_the_door():
    assert hints(refusal("1,500 mm", "m", high=1.0)) == ["1.500 mm"]
    assert hints(refusal("1,500 mm", "m", usual=lambda depth: depth < 0.1)) == ["1.500 mm"]


@pytest.mark.parametrize("text", RANGES)
def test_a_range_is_refused_with_its_ends(text):
    message = refusal(text, "N")
    assert "range" in message
    assert hints(message) == ["10 N", "20 N"]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:20]))
def test_what_is_not_one_number_with_one_unit_is_refused_and_never_takes_long(text):
    start = time.perf_counter()
    for hint in hints(refusal(text, "N")):
        to_si(hint, "N", "quantity")
    assert time.perf_counter() - start < HANG


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("2.5 N", "N", 2.5),
        (" 2.5  N\n", "N", 2.5),
        ("2.5N", "N", 2.5),
        ("+.5 N", "N", 0.5),
        ("5. N", "N", 5.0),
        ("1e-3m", "m", 1e-3),
        ("1E3 mm", "m", 1.0),
        ("1.3 mm", "m", 1.3e-3),
        ("100 mm/s", "m/s", 0.1),
        ("100 mm·s^-1", "m/s", 0.1),
        ("100 mm*s⁻¹", "m/s", 0.1),
        ("4 N/mm²", "Pa", 4e6),
        ("4 N / mm**2", "Pa", 4e6),
        ("90 deg", "rad", math.pi / 2),
        ("180°", "rad", math.pi),
        ("50 %", "1", 0.5),
        ("-0.5", "1", -0.5),
        ("1 kgf/cm^2", "Pa", 98066.5),
        ("120 mmHg", "Pa", 120 * 133.322387415),
        ("5 cmH2O", "Pa", 490.3325),
        ("1 in", "m", 0.0254),
        ("2 min", "s", 120.0),
        ("170 g", "kg", 0.17),
        ("3 µm", "m", 3e-6),
        ("3 μm", "m", 3e-6),
        ("6 newtons", "N", 6.0),
        ("1.5 millimetres", "m", 1.5e-3),
    ],
)
def test_one_number_with_one_unit_is_the_nearest_double(text, unit, value):
    assert to_si(text, unit, "quantity") == value


@pytest.mark.parametrize(
    "number",
    [
        *(0.5, np.float32(0.5), np.float64(0.5), np.array(0.5), Fraction(1, 2)),
        *(decimal.Decimal("0.5"), xr.DataArray(0.5), xr.DataArray(50.0, attrs={"units": "cm"})),
        *(pint.Quantity(50, "cm"), pint.Quantity(np.float32(0.5), "m"), np.str_("50 cm")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_one_number_of_any_package_is_taken_by_its_unit(number):
    value = to_si(number, "m", "depth")
    assert value == pytest.approx(0.5, rel=1e-7)  # single precision
    assert type(value) is float


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        *((True, "N"), (False, "1"), (np.True_, "N"), (None, "N"), (b"6 N", "N"), (6j, "N")),
        *(([6], "N"), ((6,), "N"), ({6}, "N"), ({"a": 6}, "N"), (range(3), "N"), (object(), "N")),
        *((np.array([6.0]), "N"), (np.zeros((3, 4)), "N"), (np.complex128(6), "N"), (len, "N")),
        *((np.datetime64("2020-01-01"), "s"), (np.timedelta64(3, "s"), "s"), (np.ma.masked, "N")),
        *((10**10_000, "N"), (float("nan"), "N"), (float("inf"), "N")),
        (decimal.Decimal("NaN"), "N"),
        *((pint.Quantity(6, "kg"), "N"), (pint.Quantity([1, 2], "N"), "N"), (pint.Quantity, "N")),
        *((pint.Quantity(45), "rad"), (pint.Quantity(45, "deg"), "1"), (pint.Unit("N"), "N")),
        (xr.DataArray([6.0], attrs={"units": "N"}), "N"),
        (xr.DataArray(6.0, attrs={"units": "furlong"}), "N"),
        (xr.Dataset({"force": 6.0}), "N"),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_not_one_finite_number_is_refused(value, unit):
    refusal(value, unit)


def test_quantity_of_an_angle_is_turned_into_radians():
    assert to_si(pint.Quantity(45, "deg"), "rad", "angle") == pytest.approx(math.pi / 4, rel=1e-15)
    assert to_si(pint.Quantity(14, "percent"), "1", "friction") == pytest.approx(0.14, rel=1e-15)
