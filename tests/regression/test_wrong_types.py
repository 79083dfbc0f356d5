"""What is no number, no name and no object of the right kind is refused in words (issue 15, 11c).

Also material cards of other programs: expressed, or refused with the nearest thing that works.
"""

from __future__ import annotations

import inspect
import itertools

import numpy as np
import pytest

import softsim as ss
from softsim.materials import LAWS
from softsim.sweeps.design import Design

LAW = ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45)
LAYER = ss.Layer(name="fat", thickness="10 mm", material=LAW)
TISSUE = ss.Tissue(layers=[LAYER])
EDGE = ss.Edge(nose_radius="1 mm", thickness="2 mm")
TOOL = ss.Instrument(edge=EDGE, contact_length="50 mm")
STROKE = ss.Stroke(force="6 N")
PROBLEM = ss.Problem(tissue=TISSUE, instrument=TOOL, stroke=STROKE)
DESIGN = Design(problem=PROBLEM, sweep={"force": [1.0]}, mode="press")

WRONG = {
    "truth value as force": lambda: ss.Stroke(force=True),
    "truth value as friction": lambda: ss.Stroke(force="6 N", friction=False),
    "truth value as passes": lambda: ss.Stroke(force="6 N", passes=True),
    "truth value as thickness": lambda: ss.Layer(name="a", thickness=True, material=LAW),
    "truth value as ratio": lambda: ss.NeoHookean(young_modulus=1e4, poisson_ratio=False),
    "truth value as rows": lambda: ss.Resolution(rows=True),
    "truth value as steps": lambda: ss.Resolution(steps=True),
    "truth value as tau": lambda: ss.Prony(g=0.5, tau=True),
    "truth value as prestretch": lambda: ss.Layer(
        name="a", thickness=1e-3, material=LAW, prestretch=True
    ),
    "dwell None": lambda: ss.Stroke(force="6 N", dwell=None),
    "friction None": lambda: ss.Stroke(force="6 N", friction=None),
    "angle None": lambda: ss.Stroke(force="6 N", angle=None),
    "passes None": lambda: ss.Stroke(force="6 N", passes=None),
    "force array": lambda: ss.Stroke(force=np.linspace(1, 6, 13)),
    "force pairs": lambda: ss.Stroke(force=[(0.0, 1.0), (1.0, 2.0)] * 50),
    "layer name": lambda: ss.Layer(name=5, thickness="1 mm", material=LAW),
    "layer name blank": lambda: ss.Layer(name=" ", thickness="1 mm", material=LAW),
    "layer name of two lines": lambda: ss.Layer(name="a\nb", thickness="1 mm", material=LAW),
    "layer name of a book": lambda: ss.Layer(name="a" * 10_000, thickness="1 mm", material=LAW),
    "tissue name": lambda: ss.Tissue(layers=[LAYER], name=5),
    "tool name": lambda: ss.Instrument(edge=EDGE, contact_length=0.05, name=["a"]),
    "tool label": lambda: ss.Instrument(edge=EDGE, contact_length=0.05, label=5),
    "material text": lambda: ss.Layer(name="a", thickness="1 mm", material="neo_hookean"),
    "material class": lambda: ss.Layer(name="a", thickness="1 mm", material=ss.NeoHookean),
    "material None": lambda: ss.Layer(name="a", thickness="1 mm", material=None),
    "layers text": lambda: ss.Tissue(layers="abc"),
    "layers None": lambda: ss.Tissue(layers=None),
    "layers number": lambda: ss.Tissue(layers=5),
    "layers dict": lambda: ss.Tissue(layers={"a": LAYER}),
    "layers set": lambda: ss.Tissue(layers={LAYER}),
    "layers empty": lambda: ss.Tissue(layers=[]),
    "layers endless": lambda: ss.Tissue(layers=itertools.repeat(LAYER)),
    "a thousand layers": lambda: ss.Tissue(layers=[LAYER] * 1000),
    "base": lambda: ss.Tissue(layers=[LAYER], base=["rigid"]),
    "base number": lambda: ss.Tissue(layers=[LAYER], base=1),
    "sides": lambda: ss.Tissue(layers=[LAYER], sides=None),
    "edge text": lambda: ss.Instrument(edge="gt4", contact_length="50 mm"),
    "edge None": lambda: ss.Instrument(edge=None, contact_length="50 mm"),
    "sources of a layer": lambda: ss.Layer(name="a", thickness="1 mm", material=LAW, sources="abc"),
    "sources of a stroke": lambda: ss.Stroke(force="6 N", sources="abc"),
    "sources of a tool": lambda: ss.Instrument(edge=EDGE, contact_length=0.05, sources=[5]),
    "prony text": lambda: ss.NeoHookean(young_modulus=1e4, poisson_ratio=0.4, prony="fast"),
    "prony g set": lambda: ss.Prony(g={0.1, 0.2}, tau=(1.0, 2.0)),
    "prony g dict": lambda: ss.Prony(g={"a": 0.1}, tau=1.0),
    "prony of a thousand": lambda: ss.Prony(g=[1e-4] * 1000, tau=range(1, 1001)),
    "prony endless": lambda: ss.Prony(g=0.5, tau=itertools.count(1)),
    "prony relaxes": lambda: ss.Prony(g=0.5, tau=1.0, relaxes=True),
    "prony reference": lambda: ss.Prony(g=0.5, tau=1.0, reference=["equilibrium"]),
    "fibres": lambda: ss.SplitNeoHookean(shear_modulus=1e3, bulk_modulus=1e5, fibres="abc"),
    "exponent text": lambda: ss.Ogden(shear_modulus=1e3, exponent="nine", bulk_modulus=1e5),
    "rows text": lambda: ss.Resolution(rows="abc"),
    "rows of fractions": lambda: ss.Resolution(rows=(2.5,)),
    "rows in thousands": lambda: ss.Resolution(rows=(900, 900)),
    "steps of a fraction": lambda: ss.Resolution(steps=1.5),
    "steps without end": lambda: ss.Resolution(steps=10**9),
    "steps of 10 000 digits": lambda: ss.Resolution(steps=10**10_000),
    "problem of None": lambda: ss.Problem(tissue=None, instrument=TOOL, stroke=STROKE),
    "problem of text": lambda: ss.Problem(tissue=TISSUE, instrument="gt4", stroke=STROKE),
    "problem of classes": lambda: ss.Problem(tissue=ss.Tissue, instrument=TOOL, stroke=STROKE),
    "problem flag": lambda: ss.Problem(
        tissue=TISSUE, instrument=TOOL, stroke=STROKE, allow_unusual="yes"
    ),
    "tissue of no name": lambda: ss.load_tissue(None),
    "tissue of a list": lambda: ss.load_tissue(["calf"]),
    "instrument of a number": lambda: ss.load_instrument(5),
    "protocol of a list": lambda: ss.load_protocol(["a"]),
    "name that is ignored": lambda: ss.load_tissue("calf", name="other"),
    "name of a tool that is ignored": lambda: ss.load_instrument("gt4_class_scanner", name="x"),
    "rod with a shoulder": lambda: ss.Edge(
        nose_radius="1 mm", thickness="2 mm", shoulder_radius="0.5 mm"
    ),
    "stroke of two loads": lambda: ss.Stroke(force="6 N", pressure="x" * 1000),
    "mode list": lambda: ss.simulate(
        ss.Problem(tissue=TISSUE, instrument=TOOL, stroke=STROKE), mode=["press"]
    ),
    "problem for simulate": lambda: ss.simulate("calf", mode="press"),
    "problems for a batch": lambda: ss.simulate_many(["calf"]),
    "problems of no batch": lambda: ss.simulate_many(5),
    "design of a number": lambda: ss.sweep(5, "x.zarr"),
    "store of a number": lambda: ss.sweep(DESIGN, 5),
    "workers": lambda: ss.sweep(DESIGN, "x.zarr", workers=True),
    "swept names as a list": lambda: Design(problem=PROBLEM, sweep=["force"]),
    "swept set": lambda: Design(problem=PROBLEM, sweep={"force": {1.0, 2.0}}, mode="press"),
    "friction of a number": lambda: ss.load_friction(5),
    "fibre angle": lambda: ss.load_tissue("calf", fibre_angle=True),
    "edge of a tool": lambda: ss.load_instrument("gt4_class_scanner", edge=5),
    "result of a number": lambda: ss.open_result(5),
    "metrics of a number": lambda: ss.metrics.summary(5),
    "heights in mm": lambda: ss.simulate(
        PROBLEM,
        edge="whole",
        heights=np.add.outer(np.arange(20.0), np.arange(20.0)),
        spacing=(1e-4, 1e-4),
    ),
    "spacing in mm": lambda: ss.simulate(
        PROBLEM,
        edge="whole",
        heights=1e-4 * np.add.outer(np.arange(20), np.arange(20)),
        spacing=(0.1, 0.1),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_kind_is_refused_in_one_short_sentence(name):
    with pytest.raises(ss.InputError) as caught:
        WRONG[name]()
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) <= 400
    assert len(message) > 20


CARDS = {
    "sum of g is 1": (lambda: ss.Prony(g=(0.6, 0.4), tau=(0.1, 1.0)), "below 1"),
    "k of its own": (lambda: ss.Prony(g=0.5, tau=1.0, k=(0.2,)), "relaxes="),
    "a viscosity": (lambda: ss.Prony(viscosity="500 Pa*s"), "tau = viscosity"),
    "D1": (lambda: ss.Yeoh(c10="9.4 kPa", D1="0.4 1/MPa"), "2 / D1"),
    "no bulk modulus": (lambda: ss.Yeoh(c10="9.4 kPa"), "100 to 1000 times the shear modulus"),
    "five terms": (
        lambda: ss.MooneyRivlin(c10="1 kPa", c01="1 kPa", c11="1 kPa", bulk_modulus="1 MPa"),
        "ExtendedMooney",
    ),
    "nu of a foam": (lambda: ss.Ogden(mu="10 kPa", alpha=8.0, nu=0.3), "shear_modulus"),
    "young": (lambda: ss.NeoHookean(E="10 kPa", nu=0.3), "young_modulus"),
    "a slip of a letter": (lambda: ss.NeoHookean(young_moduls=1e4, poisson_ratio=0.3), "did you"),
    "by place": (lambda: ss.NeoHookean("20 kPa", 0.45), "by name"),
    "Hyperfoam": (lambda: ss.Hyperfoam(mu="10 kPa", alpha=8.0, nu=0.3), "NeoHookean"),
    "Fung": (lambda: ss.Fung(c="10 kPa", b=2.0), "VerondaWestmann"),
    "Gent": (lambda: ss.Gent, "Yeoh"),
    "ArrudaBoyce": (lambda: ss.ArrudaBoyce, "Yeoh"),
    "HolzapfelGasserOgden": (lambda: ss.HolzapfelGasserOgden, "FibreFamily"),
    "HGO": (lambda: ss.HGO, "FibreFamily"),
    "SaintVenantKirchhoff": (lambda: ss.SaintVenantKirchhoff, "NeoHookean"),
    "LinearElastic": (lambda: ss.LinearElastic, "NeoHookean"),
    "KelvinVoigt": (lambda: ss.KelvinVoigt, "Prony"),
    "power law": (lambda: ss.Prony.power_law(exponent=0.2, g_inf=0.1), "per decade"),
}


@pytest.mark.parametrize("name", CARDS)
def test_a_card_of_another_program_is_answered_with_the_nearest_thing(name):
    make, word = CARDS[name]
    with pytest.raises(ss.InputError, match=word):
        make()


def test_an_unknown_attribute_is_still_one_for_python():
    assert not hasattr(ss, "Hyperfoam")
    assert not hasattr(ss, "nothing_of_the_kind")
    assert not hasattr(ss.Prony, "power_law")


def test_the_signature_of_a_law_is_that_of_its_constants():
    for law in LAWS.values():
        parameters = inspect.signature(law).parameters
        assert {"prony"} < set(parameters)
        assert "self" not in parameters


@pytest.mark.parametrize(
    ("moduli", "exponents", "converted"),
    [
        (("-4.629e-6 kPa", "-1.613 kPa"), (-16.829, -1.043), "'0.0389507 Pa', '841.179 Pa'"),
        (("-2 kPa",), (-4.0,), "'4000 Pa'"),
    ],
)
def test_ogden_constants_in_his_own_notation_are_refused_converted(moduli, exponents, converted):
    with pytest.raises(ss.InputError, match="notation") as caught:
        ss.Ogden(shear_modulus=moduli, exponent=exponents, bulk_modulus="2 MPa")
    assert converted in str(caught.value)


def test_a_negative_modulus_that_no_notation_explains_is_not_converted():
    with pytest.raises(ss.InputError, match="every one must be above 0"):
        ss.Ogden(shear_modulus=("-1 kPa", "2 kPa"), exponent=(2.0, 3.0), bulk_modulus="2 MPa")
