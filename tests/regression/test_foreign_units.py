"""Units that softsim does not read: the suggestion has the right size, and the reason is true.

Issue 15: a refusal must not lead to another wrong number, so ``"50 gon"`` may not be answered with
``"50 deg"``.
"""

from __future__ import annotations

import re

import pytest

import softsim as ss
from softsim.errors import InputError, unknown_name
from softsim.units import to_si

CONVERTED = [
    # text, SI unit, value meant
    ("5 mil", "m", 5 * 25.4e-6),
    ("2 yd", "m", 1.8288),
    ("50 gon", "rad", 0.7853981634),
    ("0.125 turn", "rad", 0.7853981634),
    ("0.25 pi rad", "rad", 0.7853981634),
    ("0.25π", "rad", 0.7853981634),
    ("2700 arcmin", "rad", 0.7853981634),
    ("6 daN", "N", 60.0),
    ("600 grams force", "N", 5.88399),
    ("6 pounds-force", "N", 26.689329691563),
    ("6 kilogram-force", "N", 58.8399),
    ("1 tonne", "N", 9806.65),
    ("120 mm Hg", "Pa", 15998.6864898),
    ("10 cm H2O", "Pa", 980.665),
    ("10 mmH2O", "Pa", 98.0665),
    ("0.1 ksi", "Pa", 689475.7293),
    ("1 day", "s", 86400.0),
    ("0.2 mph", "m/s", 0.089408),
    ("4 ips", "m/s", 0.1016),
    ("30 per cent", "1", 0.3),
    ("30 ‰", "1", 0.03),
    ("10 kilo pascal", "Pa", 1e4),
    ("6 kilo newton", "N", 6000.0),
    ("10 kPascal", "Pa", 1e4),
    ("5 ㎜", "m", 5e-3),
    ("10 ㎪", "Pa", 1e4),
    ("5 мм", "m", 5e-3),
    ("10 кПа", "Pa", 1e4),
    ("5 毫米", "m", 5e-3),
    ("5×10⁻³ m", "m", 5e-3),
    ("5·10^-3 m", "m", 5e-3),
    ("5x10-3 m", "m", 5e-3),
    ("6 kg m/s^2", "N", 6.0),
    ('"6 N"', "N", 6.0),
    ("(6 N)", "N", 6.0),
    ("F = 6 N", "N", 6.0),
    ("100 mm|s", "m/s", 0.1),
    ("10 kPa·", "Pa", 1e4),
]


def refusal(text: str, unit: str, **bounds: float) -> str:
    with pytest.raises(InputError) as caught:
        to_si(text, unit, "quantity", **bounds)
    return str(caught.value)


@pytest.mark.parametrize(("text", "unit", "meant"), CONVERTED)
def test_a_suggestion_has_the_size_of_what_was_written(text, unit, meant):
    message = refusal(text, unit)
    suggested = re.findall(r"'([^']*)'", message.rsplit("; ", 1)[1])
    assert "e.g." not in message
    assert len(suggested) == 1
    assert to_si(suggested[0], unit, "quantity") == pytest.approx(meant, rel=1e-6)


@pytest.mark.parametrize("text", ["−5 mm", "–5 mm", "－5 mm"])
def test_a_typographic_minus_is_not_called_a_number_beyond_what_can_be_held(text):
    message = refusal(text, "m", low=0.0)
    assert "other than plain characters" in message
    assert "hold" not in message


@pytest.mark.parametrize(
    ("text", "unit", "likely"),
    [("6 Kilonewton", "N", "6 kilonewton"), ("5 ″", "m", "5 in"), ("5 '", "m", "5 ft")],
)
def test_a_misspelt_unit_that_is_out_of_bounds_is_named(text, unit, likely):
    assert f"probably '{likely}', which is out of bounds" in refusal(text, unit, high=0.1)


@pytest.mark.parametrize("text", ["6 tonnes", "6 N m", "6 newton meter"])
def test_a_quantity_too_large_or_of_another_kind_is_not_suggested_as_another_number(text):
    message = refusal(text, "N", high=1000.0)
    assert "6 mN" not in message


def test_a_text_without_a_unit_may_be_in_si():
    assert "'0.002 mm' or '0.002 m'" in refusal("0.002", "m")
    assert "'0.1 mm/s' or '0.1 m/s'" in refusal("0.1", "m/s")


@pytest.mark.parametrize("word", ["none", "None", "frictionless", "no"])
def test_skin_without_friction_is_written_0(word):
    with pytest.raises(InputError, match="write 0 for skin without friction"):
        ss.Stroke(force="6 N", friction=word)
    assert ss.Stroke(force="6 N", friction="0").friction == 0.0


@pytest.mark.parametrize(
    ("given", "known"),
    [("DRY", "dry"), ("NeoHookean", "neo_hookean"), ("Neo Hookean", "neo_hookean")],
)
def test_a_name_in_other_capitals_is_the_nearest_name(given, known):
    message = str(unknown_name("word", given, ("dry", "neo_hookean", "yeoh")))
    assert f"did you mean '{known}'" in message


@pytest.mark.parametrize("key", [["a"], None, 5, {}])
def test_a_key_of_a_citation_is_text(key):
    from softsim.sources import citation

    with pytest.raises(InputError, match="key of a citation"):
        citation(key)
