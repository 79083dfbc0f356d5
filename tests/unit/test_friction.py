"""Friction of a stroke checks itself, is written and read, and is refused where it is unknown."""

import numpy as np
import pytest

import softsim as ss
from softsim.friction import LEAST, Friction
from softsim.serialise import problem_from_toml, problem_to_toml
from softsim.sweeps.parameters import parameters_of, with_values

LAW = {"static_friction": 0.2, "friction_exponent": 0.3, "friction_pressure": "20 kPa"}


def problem(**stroke):
    given = {"force": "2 N", "speed": "50 mm/s", "friction": "emollient", **LAW, **stroke}
    return ss.Problem(
        tissue=ss.load_tissue("calf"),
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(**given),
    )


def test_law_of_a_problem():
    law = problem().friction_law
    assert law == Friction(0.14, pytest.approx(0.2), 0.3, 2e4)
    np.testing.assert_allclose(law.factor(np.array([2e4, 4e4])), [1.0, 0.5**0.3])
    assert law.factor(np.zeros(1)) == pytest.approx(LEAST**-0.3)
    plain = problem(static_friction=None, friction_exponent=0.0, friction_pressure=None)
    assert plain.friction_law == Friction(0.14, 0.14)
    assert plain.friction_law.is_plain


def test_a_textured_tool_multiplies_both_coefficients_on_dry_skin():
    dry = problem(friction="dry", static_friction=0.9)
    rough = ss.Instrument(edge=dry.instrument.edge, contact_length=0.06, friction_multiplier=1.5)
    law = ss.Problem(tissue=dry.tissue, instrument=rough, stroke=dry.stroke).friction_law
    assert law.resting / law.sliding == pytest.approx(0.9 / float(dry.stroke.friction))
    assert law.sliding == pytest.approx(1.5 * float(dry.stroke.friction))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"static_friction": 0.1}, "static_friction"),
        ({"friction": 0.0}, "friction is 0"),
        ({"friction_exponent": 1.0}, "friction_exponent"),
        ({"friction_exponent": -0.1}, "friction_exponent"),
        ({"friction_pressure": None}, "friction_pressure is missing"),
        ({"friction_pressure": 0.0}, "friction_pressure"),
    ],
)
def test_what_does_not_go_together_is_refused(given, words):
    with pytest.raises(ss.InputError, match=words):
        problem(**given)


@pytest.mark.parametrize("options", [{"engine": "linear"}, {"edge": "whole"}])
@pytest.mark.parametrize("name", ["static_friction", "friction_exponent"])
def test_engines_of_one_coefficient_refuse_more(options, name):
    left_out = (
        {"friction_exponent": 0.0} if name == "static_friction" else {"static_friction": None}
    )
    with pytest.raises(ss.InputError, match=f"leave {name} out"):
        ss.simulate(problem(**left_out), **options)


def test_it_is_written_read_and_swept():
    given = problem()
    assert problem_from_toml(problem_to_toml(given)) == given
    names = ("static_friction", "friction_exponent", "friction_pressure")
    known = parameters_of(given)
    more = with_values(
        given, {known[name]: x for name, x in zip(names, (0.3, 0.1, 1e4), strict=True)}
    )
    assert more.friction_law == Friction(0.14, pytest.approx(0.3), 0.1, 1e4)
    assert "static 0.2, falling with pressure^0.3" in repr(given)
