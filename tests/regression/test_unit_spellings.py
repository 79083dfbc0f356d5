"""Units as people write them are read as meant, or the right spelling is told (issue 15, 2)."""

from __future__ import annotations

import re

import pint
import pytest

from softsim.errors import InputError
from softsim.unit_table import SI_DIMENSIONS, UNITS, Unit, read_unit
from softsim.units import to_si

MISSPELT = [
    ("20 KPa", "Pa", "20 kPa"),
    ("20 kpa", "Pa", "20 kPa"),
    ("20 KPA", "Pa", "20 kPa"),
    ("0.2 mpa", "Pa", "0.2 MPa"),
    ("0.2 mPa", "Pa", "0.2 MPa"),
    ("0.2 MPA", "Pa", "0.2 MPa"),
    ("12 N/cm2", "Pa", "12 N/cm^2"),
    ("12 N/cm-2", "Pa", None),
    ("4 n/mm2", "Pa", "4 N/mm^2"),
    ("4 kg/cm^2", "Pa", "4 kgf/cm^2"),
    ("4 kg/cm2", "Pa", "4 kgf/cm^2"),
    ("4 kp/cm2", "Pa", "4 kgf/cm^2"),
    ("120 mmhg", "Pa", "120 mmHg"),
    ("5 PSI", "Pa", "5 psi"),
    ("500 g", "N", "500 gf"),
    ("2 kg", "N", "2 kgf"),
    ("2 Kg", "N", "2 kgf"),
    ("5 lb", "N", "5 lbf"),
    ("6 Newton", "N", "6 N"),
    ("6 NEWTONS", "N", "6 N"),
    ("6 n", "N", "6 N"),
    ("2 lbs", "N", "2 lbf"),
    ("45º", "rad", "45 deg"),
    ("45˚", "rad", "45 deg"),
    ("45 Grad", "rad", "45 deg"),
    ("45 grad", "rad", "45 deg"),
    ("45 Deg", "rad", "45 deg"),
    ("45 DEGREES", "rad", "45 degrees"),
    ("5 MM", "m", "5 mm"),
    ("5 Mm", "m", "5 mm"),
    ("5 mM", "m", "5 mm"),
    ("5 Cm", "m", "5 cm"),
    ("5 micron", "m", "5 um"),
    ("5 UM", "m", "5 um"),
    ('2"', "m", "2 in"),
    ("2 Inch", "m", "2 inch"),
    ("100 mms-1", "m/s", "100 mm/s"),
    ("100 mm s-1", "m/s", "100 mm/s"),
    ("100 mm s^-1", "m/s", "100 mm/s"),
    ("100 mm per s", "m/s", "100 mm/s"),
    ("100 mm/sec", "m/s", "100 mm/s"),
    ("100 MM/S", "m/s", "100 mm/s"),
    ("1 km/H", "m/s", "1 km/h"),
    ("3 sec", "s", "3 s"),
    ("3 Ms", "s", "3 ms"),
    ("3 S", "s", "3 s"),
    ("2 hrs", "s", "2 h"),
    ("170 gr", "kg", "170 g"),
    ("1 KG", "kg", "1 kg"),
    ("14 pct", "1", "14 %"),
    ("0.5 Hz", "m/s", "0.5 mm/s"),
    ("5 mm^2", "m", "5 mm"),
    ("20 kPa", "m", "20 mm"),
]


@pytest.mark.parametrize(("text", "unit", "meant"), MISSPELT)
def test_a_misspelt_unit_is_refused_with_the_unit_meant(text, unit, meant):
    with pytest.raises(InputError) as caught:
        to_si(text, unit, "quantity")
    found = re.findall(r"'([^']*)'", str(caught.value).rsplit(";", 1)[-1])
    assert meant is None or found[0] == meant
    for hint in found:
        to_si(hint, unit, "quantity")


def pint_names():
    """Words of ours under the name pint knows them by."""
    other = {"%": "percent", "°": "degree", "Torr": "torr", "h": "hour", "in": "inch"}
    own = ("cmH2O", "mmHg", "gf", "kgf", "ozf")  # pint: spelled differently, or with other words
    return [(word, other.get(word, word)) for word in UNITS if word not in own]


@pytest.mark.parametrize(("word", "name"), pint_names())
def test_every_unit_is_as_large_as_an_independent_table_says(word, name):
    registry = pint.get_application_registry()
    unit = UNITS[word]
    length, mass, time, _ = unit.dimension
    si = registry.Quantity(1.0, name).to_base_units()
    si = si.to(registry.m**length * registry.kg**mass * registry.s**time)
    assert float(unit.size) == pytest.approx(float(si.magnitude), rel=1e-8)  # mmHg, psi: 9 digits


def test_weights_are_forces_of_standard_gravity():
    assert float(UNITS["gf"].size) == 9.80665e-3
    assert float(UNITS["kgf"].size) == 9.80665
    assert to_si("196.4 gf", "N", "force") == pytest.approx(1.92602606, rel=1e-12)


def test_no_prefix_that_is_only_a_slip_of_the_shift_key_is_known():
    assert not {"mPa", "µPa", "Mm", "Gm", "Ms", "Mg", "Mrad", "Mbar"} & set(UNITS)


@pytest.mark.parametrize("unit", SI_DIMENSIONS)
def test_every_si_unit_of_a_door_is_itself_readable(unit):
    if unit != "1":
        assert read_unit(unit) == Unit(1, SI_DIMENSIONS[unit])


@pytest.mark.parametrize(
    "text",
    ["", " ", "N/", "/N", "N//m", "N m", "2 N", "N^", "N^0.5", "N^10", "N" * 50, "(N)", "N**m"],
)
def test_what_is_not_one_unit_expression_is_none(text):
    assert read_unit(text) is None
