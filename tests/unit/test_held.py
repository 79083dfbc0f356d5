"""Layers that nothing holds are refused where a stroke drags them, and only there."""

import pytest

import softsim as ss
from softsim.held import check_held

SOFT = ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45)


def problem(friction=0.3, stiffness=0.0, **tissue):
    layers = [ss.Layer(name=name, thickness="3 mm", material=SOFT) for name in ("skin", "fat")]
    loose = ss.Interface(stiffness=stiffness, under="skin")
    return ss.Problem(
        tissue=ss.Tissue(layers=layers, interfaces={"film": loose}, **tissue),
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(force="1 N", speed="50 mm/s", friction=friction),
    )


@pytest.mark.parametrize(
    ("mode", "linear", "tissue", "words"),
    [
        ("steady", False, {}, "has no ends"),
        ("steady", True, {}, "no ends in engine 'linear'"),
        ("transient", True, {}, "no ends in engine 'linear'"),
        ("press", False, {"width": "80 mm", "sides": "free"}, "sides of the tissue are free"),
    ],
)
def test_what_nothing_holds_is_refused(mode, linear, tissue, words):
    with pytest.raises(ss.InputError, match=words) as error:
        check_held(problem(**tissue), mode, linear=linear)
    assert "nothing holds the tissue above interface 'film'" in str(error.value)


@pytest.mark.parametrize(
    ("mode", "linear", "given"),
    [
        ("transient", False, {}),  # skin goes on for long
        ("steady", False, {"width": "80 mm"}),
        ("steady", False, {"friction": 0.0}),
        ("press", True, {}),
        ("steady", True, {"stiffness": "1 MPa/m"}),
        ("steady", False, {"stiffness": "1 MPa/m", "width": "80 mm", "sides": "free"}),
    ],
)
def test_what_is_held_passes(mode, linear, given):
    check_held(problem(**given), mode, linear=linear)
