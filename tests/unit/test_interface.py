"""Gliding interfaces check themselves, find their place and become arrays."""

from __future__ import annotations

import dataclasses
import pickle

import numpy as np
import pytest

import softsim as ss
from softsim.cli.stroke import given_problem
from softsim.plausible import allow_unusual
from softsim.problem import pack_interfaces
from softsim.serialise import problem_from_toml, problem_to_toml
from softsim.sources import Source
from softsim.sweeps.design import design_from_table
from softsim.sweeps.parameters import parameters_of, with_values

SOFT = ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45)
SLACK = ss.Prony(g=(0.25, 0.15), tau=("0.1 s", "2 s"))
GLIDING = ss.Interface(stiffness="8 MPa/m", viscosity="5 kPa*s/m", prony=SLACK)


def layers(*names):
    return [ss.Layer(name=name, thickness="3 mm", material=SOFT) for name in names]


def tissue(interfaces, *names, **options):
    return ss.Tissue(
        layers=layers(*(names or ("skin", "loose", "fat", "muscle"))),
        interfaces=interfaces,
        **options,
    )


def problem(of):
    return ss.Problem(
        tissue=of,
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(force="1 N", angle="45 deg", speed="100 mm/s", friction=0.14),
    )


def test_text_becomes_si():
    assert (GLIDING.stiffness, GLIDING.viscosity) == (8.0e6, 5.0e3)


def test_the_long_term_spring_is_what_does_not_relax():
    assert GLIDING.long_term == pytest.approx(0.6 * 8.0e6)
    ratios = ss.Prony(g=1.0, tau="1 s", reference="equilibrium")
    made = ss.Interface(stiffness="1 MPa/m", prony=ratios)
    assert (made.long_term, made.instantaneous) == (1.0e6, 2.0e6)


def test_an_interface_takes_the_place_of_the_layer_of_its_name():
    made = tissue({"loose": GLIDING})
    assert [layer.name for layer in made.layers] == ["skin", "fat", "muscle"]
    assert made.interfaces["loose"] == dataclasses.replace(GLIDING, under="skin")
    assert [name for name, _ in made.parts] == ["skin", "loose", "fat", "muscle"]
    assert made.thickness == pytest.approx(9.0e-3)


def test_interfaces_are_stored_from_the_skin_down():
    lower = dataclasses.replace(GLIDING, under="muscle")
    upper = dataclasses.replace(GLIDING, under="skin")
    made = tissue({"on bone": lower, "on fat": upper}, "skin", "fat", "muscle")
    assert list(made.interfaces) == ["on fat", "on bone"]


def test_a_tissue_with_interfaces_can_be_made_again_hashed_and_sent():
    made = tissue({"loose": GLIDING})
    assert dataclasses.replace(made) == made
    again = pickle.loads(pickle.dumps(made))
    assert again == made
    assert hash(again) == hash(made)


def test_boundaries_become_arrays():
    found = pack_interfaces(tissue({"loose": GLIDING}))
    np.testing.assert_array_equal(found.stiffness, [8.0e6, np.inf, np.inf])
    np.testing.assert_array_equal(found.viscosity, [5.0e3, 0.0, 0.0])
    np.testing.assert_array_equal(found.weights, [[0.25, 0.15], [0.0, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(found.times[0], [0.1, 2.0])
    np.testing.assert_allclose(found.long_term, [4.8e6, np.inf, np.inf])


def test_bonded_tissue_has_boundaries_without_branches():
    found = pack_interfaces(tissue({}))
    assert np.isinf(found.stiffness).all()
    assert found.weights.shape == found.times.shape == (4, 0)


@pytest.mark.parametrize("name", ["loose", "a name with blanks.and dots", 'quoted "é"'])
def test_round_trip_of_the_text_is_exact(name):
    source = Source(name="interface.gliding", value=8e6, unit="Pa/m", feeds=("stiffness",))
    given = dataclasses.replace(GLIDING, under="skin", sources=(source,))
    made = problem(tissue({name: given}, "skin", "fat"))
    text = problem_to_toml(made)
    assert problem_from_toml(text) == made
    assert problem_to_toml(problem_from_toml(text)) == text


def test_numbers_of_an_interface_have_their_place_in_the_evidence():
    found = {feed for row in problem(tissue({"loose": GLIDING})).sources for feed in row.feeds}
    for name in ("stiffness", "viscosity", "prony"):
        assert f"tissue.loose.{name}" in found


def test_a_changed_stiffness_loses_its_source():
    source = Source(name="interface.gliding", value=8e6, unit="Pa/m", feeds=("stiffness",))
    given = dataclasses.replace(GLIDING, sources=(source,))
    assert given.sources[0].holds == (8.0e6,)
    assert dataclasses.replace(given, stiffness="1 MPa/m").sources == ()


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"stiffness": -1.0}, ["stiffness of the interface is -1", "at least 0"]),
        ({"stiffness": "8 MPa"}, ["'8 MPa'", "not Pa/m"]),
        ({"stiffness": "9 TPa/m"}, ["stiffness of the interface"]),
        ({"stiffness": 1e15}, ["1e+15", "1 Pa/m to 1000 GPa/m"]),
        ({"stiffness": 1e6, "viscosity": "3 s"}, ["viscosity of the interface is '3 s'"]),
        ({"stiffness": 1e6, "prony": 0.4}, ["prony of the interface is 0.4", "Prony(g=0.4"]),
        ({"stiffness": 0.0, "prony": SLACK}, ["no spring to relax", "leave prony out"]),
        ({"stiffness": 1e6, "under": 3}, ["under of the interface is 3"]),
    ],
)
def test_wrong_numbers_are_refused(options, parts):
    with pytest.raises(ss.InputError) as error:
        ss.Interface(**options)
    for part in parts:
        assert part in str(error.value)


def test_unusual_numbers_are_taken_when_asked_for():
    with allow_unusual():
        made = tissue({"loose": ss.Interface(stiffness=1e15)})
    assert problem(made).allow_unusual


@pytest.mark.parametrize(
    ("interfaces", "options", "parts"),
    [
        ({"lose": GLIDING}, {}, ["'lose'", "did you mean 'loose'"]),
        ({"a": dataclasses.replace(GLIDING, under="mucle")}, {}, ["'mucle'", "'muscle'"]),
        ({"skin": GLIDING}, {}, ["'skin'", "has none above it"]),
        ([GLIDING], {}, ["interfaces of the tissue", "mapping of names"]),
        ({"loose": 8e6}, {}, ["interface 'loose' is", "must be an Interface"]),
        ({3: GLIDING}, {}, ["name of an interface is 3"]),
        (
            {"loose": GLIDING, "more": dataclasses.replace(GLIDING, under="skin")},
            {},
            ["'loose' and 'more'", "under layer 'skin'"],
        ),
        (
            {"more": dataclasses.replace(GLIDING, under="muscle")},
            {"base": "half_space"},
            ["'muscle'", "has no bottom"],
        ),
        (
            {"loose": dataclasses.replace(GLIDING, under="fat")},
            {},
            ["'fat'", "under 'skin'", "leave under out"],
        ),
    ],
)
def test_a_wrong_place_is_refused(interfaces, options, parts):
    with pytest.raises(ss.InputError) as error:
        tissue(interfaces, **options)
    for part in parts:
        assert part in str(error.value)


def test_layers_that_nothing_holds_are_refused():
    body = tissue({"loose": ss.Interface(stiffness=0.0)}, width="100 mm", sides="free")
    with pytest.raises(ss.InputError, match="nothing holds the tissue above"):
        ss.simulate(problem(body), engine="finite")


def test_a_wrong_key_of_a_file_is_told_with_its_path():
    text = problem_to_toml(problem(tissue({"loose": GLIDING})))
    with pytest.raises(ss.InputError, match=r"tissue\.interface\.loose\.stifness"):
        problem_from_toml(text.replace("stiffness", "stifness"))


def test_sweeps_vary_an_interface():
    made = problem(tissue({"loose": GLIDING}))
    known = parameters_of(made)
    wanted = {known["tissue.loose.stiffness"]: "2 MPa/m", known["tissue.loose.viscosity"]: 7.0}
    other = with_values(made, wanted).tissue.interfaces["loose"]
    assert (other.stiffness, other.viscosity, other.prony) == (2.0e6, 7.0, SLACK)
    assert known["tissue.loose.stiffness"].read(made) == 8.0e6
    assert known["tissue.loose.stiffness"].unit == "Pa/m"


def test_the_interface_of_the_library_is_modulus_and_viscosity_over_thickness():
    usual, dense = ss.load_interface("gliding"), ss.load_interface("gliding_densified")
    assert (usual.stiffness, usual.viscosity) == (8.0e6, pytest.approx(1.0 / 2.0e-4))
    assert (dense.stiffness, dense.viscosity) == (1.25 * 8.0e6, pytest.approx(10.0 / 2.0e-4))
    assert usual.prony.tau == (3.83, 30.15)
    assert {feed for source in dense.sources for feed in source.feeds} == {
        "stiffness",
        "viscosity",
        "prony",
    }
    with pytest.raises(ss.InputError, match="did you mean 'gliding'"):
        ss.load_interface("glidin")


@pytest.mark.parametrize("site", ss.tissues())
def test_the_loose_layer_of_a_site_is_an_interface_unless_asked(site):
    layered, made = ss.load_tissue(site, gliding="layer"), ss.load_tissue(site)
    assert made == ss.load_tissue(site, gliding="interface")
    (loose,) = (layer for layer in layered.layers if layer.name == "loose_connective")
    found = made.interfaces["loose_connective"]
    assert found.stiffness * float(loose.thickness) == pytest.approx(8.0e6 * 2.0e-4)
    assert [name for name, _ in made.parts] == [layer.name for layer in layered.layers]
    assert all(source.basis != "given by the user" for source in made.evidence)
    text = problem_to_toml(problem(made))
    assert problem_from_toml(text) == problem(made)


STACK = """
[stack.mine]
basis = "estimate"
layers = [
  { tissue = "dermis", t = 1.5e-3 },
  { tissue = "loose_connective", t = 2e-4 },
  { tissue = "muscle", t = 1e-2 },
]
"""
TYPED = """
[[layer]]
tissue = "dermis"
thickness = "1.5 mm"
[[layer]]
tissue = "loose_connective"
thickness = "0.2 mm"
[[layer]]
tissue = "muscle"
thickness = "10 mm"
"""


@pytest.mark.parametrize("gliding", ["free", ""])
def test_gliding_is_a_layer_or_an_interface(gliding, tmp_path):
    with pytest.raises(ss.InputError, match="gliding"):
        ss.load_tissue("calf", gliding=gliding)
    path = tmp_path / "mine.toml"
    path.write_text(f'gliding = "{gliding}"\n{STACK}', encoding="utf-8")
    with pytest.raises(ss.InputError, match="gliding"):
        ss.load_tissue(path)


def loose_of(path, **asked):
    """Return whether a tissue has the interface of its loose layer."""
    return "loose_connective" in ss.load_tissue(path, **asked).interfaces


def test_the_file_says_what_loose_layers_are_unless_asked(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(STACK, encoding="utf-8")
    assert loose_of(path)
    assert not loose_of(path, gliding="layer")
    path.write_text(f'gliding = "layer"\n{STACK}', encoding="utf-8")
    assert not loose_of(path)
    assert loose_of(path, gliding="interface")
    path.write_text(TYPED, encoding="utf-8")  # layers one by one are what they are
    assert not loose_of(path)
    path.write_text(f'gliding = "interface"\n{TYPED}', encoding="utf-8")
    assert loose_of(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("t = 2e-4", "t = 1.1e-3"),  # thick
        ('  { tissue = "dermis", t = 1.5e-3 },\n', ""),  # the first
        ('"dermis"', '"loose_connective"'),  # the first is loose too
    ],
)
def test_a_loose_layer_that_is_no_film_under_another_stays(old, new, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(STACK.replace(old, new), encoding="utf-8")
    assert not ss.load_tissue(path).interfaces


def test_a_sweep_and_the_command_line_say_what_loose_layers_are():
    table = {"tissue": "calf", "instrument": "gt4_class_scanner", "sweep": {"force": ["1 N"]},
             "stroke": {"speed": "50 mm/s"}}  # fmt: skip
    for gliding, count in ((None, 1), ("layer", 0)):
        made = design_from_table(table | ({"gliding": gliding} if gliding else {}))
        assert len(made.problem.tissue.interfaces) == count
        told = {"gliding": gliding, "problem": None, "element_along": None, "force": "1 N"}
        found = given_problem("calf", "gt4_class_scanner", **told)
        assert found.tissue == made.problem.tissue


def test_a_file_of_a_tissue_has_interfaces(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        """
[[layer]]
tissue = "dermis"
thickness = "1.5 mm"
[[layer]]
tissue = "fat"
thickness = "6 mm"
[interface.loose]
under = "dermis"
stiffness = "8 MPa/m"
prony = { g = 0.4, tau = "1 s" }
""",
        encoding="utf-8",
    )
    found = ss.load_tissue(path).interfaces["loose"]
    assert (found.stiffness, found.long_term, found.under) == (8e6, pytest.approx(4.8e6), "dermis")
