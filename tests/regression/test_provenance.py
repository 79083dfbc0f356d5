"""Provenance follows the value: a number that was changed cites nothing any more (issue 15, 4).

The fault: sources rode beside the values, so that a result went on citing a paper for a number that
the user had replaced, and listed the old value as an estimate.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from pathlib import Path

import pytest

import softsim as ss
from softsim.errors import InputError
from softsim.library import BASES, describe_tissue, evidence_summary
from softsim.materials import FibreFamily, Prony, SplitNeoHookean
from softsim.problem import Problem, describe
from softsim.provenance import given, value_at
from softsim.serialise import problem_from_toml, problem_to_toml, source_attributes
from softsim.sources import GIVEN, NO_WORK, Source, library_table
from softsim.sweeps.design import Design
from softsim.sweeps.parameters import parameters_of
from tests.small_case import small_problem

DOCUMENT = Path(__file__).parents[2] / "docs" / "conventions.md"
SITES = ss.tissues()


@pytest.fixture(scope="module")
def problem():
    return Problem(
        tissue=ss.load_tissue("calf"),
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(force="6 N", angle="45 deg", speed="100 mm/s", friction="emollient"),
    )


def with_layer(problem, name, change):
    layers = [change(x) if x.name == name else x for x in problem.tissue.layers]
    return replace(problem, tissue=replace(problem.tissue, layers=layers))


def with_edge(problem, **fields):
    tool = problem.instrument
    return replace(problem, instrument=replace(tool, edge=replace(tool.edge, **fields)))


def with_material(**fields):
    return lambda layer: replace(layer, material=replace(layer.material, **fields))


def with_fibre(**fields):
    def change(layer):
        first, *rest = layer.material.fibres
        return replace(
            layer, material=replace(layer.material, fibres=(replace(first, **fields), *rest))
        )

    return change


def by_parameter(problem):
    return {path: source for source in problem.sources for path in source.feeds}


CHANGES = {
    "edge.nose_radius": lambda p: with_edge(p, nose_radius="2 mm"),
    "edge.thickness": lambda p: with_edge(p, thickness="6 mm"),
    "instrument.contact_length": lambda p: replace(
        p, instrument=replace(p.instrument, contact_length="50 mm")
    ),
    "instrument.mass": lambda p: replace(p, instrument=replace(p.instrument, mass="150 g")),
    "friction": lambda p: replace(p, stroke=replace(p.stroke, friction=0.0)),
    "tissue.fat_deep.thickness": lambda p: with_layer(
        p, "fat_deep", lambda x: replace(x, thickness="5 mm")
    ),
    "tissue.fat_deep.material.shear_modulus": lambda p: with_layer(
        p, "fat_deep", with_material(shear_modulus="4 kPa")
    ),
    "tissue.fat_deep.material.exponent": lambda p: with_layer(
        p, "fat_deep", with_material(exponent=7.0)
    ),
    "tissue.dermis.material.c10": lambda p: with_layer(p, "dermis", with_material(c10="9 kPa")),
    "tissue.dermis.material.bulk_modulus": lambda p: with_layer(
        p, "dermis", with_material(bulk_modulus="9 MPa")
    ),
    "tissue.dermis.material.prony": lambda p: with_layer(
        p, "dermis", with_material(prony=Prony(g=(0.5,), tau=("1 s",)))
    ),
    "tissue.dermis.prestress": lambda p: with_layer(
        p, "dermis", lambda x: replace(x, prestress="9 kPa")
    ),
    "tissue.deep_fascia.prestretch": lambda p: with_layer(
        p, "deep_fascia", lambda x: replace(x, prestretch=1.02)
    ),
    "tissue.deep_fascia.material.fibres[0].k1": lambda p: with_layer(
        p, "deep_fascia", with_fibre(k1="3 MPa")
    ),
    "tissue.superficial_fascia.material.fibres[0].k2": lambda p: with_layer(
        p, "superficial_fascia", with_fibre(k2=50.0)
    ),
    "tissue.muscle.material.fibres[0].angle": lambda p: with_layer(
        p, "muscle", with_fibre(angle="90 deg")
    ),
}


@pytest.mark.parametrize("path", CHANGES)
def test_changed_number_is_given_by_the_user_and_no_other(problem, path):
    before, changed = by_parameter(problem), CHANGES[path](problem)
    after = by_parameter(changed)
    assert before[path].basis != GIVEN
    assert after[path].basis == GIVEN
    assert (after[path].name, after[path].cite) == (path, ())
    assert after.keys() == before.keys()
    assert {p for p in after if after[p].name != before[p].name} == {path}
    assert not any(path in source.feeds for source in changed.estimates)


@pytest.mark.parametrize("path", CHANGES)
def test_source_of_the_old_number_is_in_no_list_of_a_result(problem, path):
    old = [source for source in problem.sources if path in source.feeds]
    names = [source.name for source in problem.sources]
    gone = [s.name for s in old if s.feeds == (path,) and names.count(s.name) == 1]
    text = source_attributes(CHANGES[path](problem).sources)
    for name in gone:
        assert f'"{name}"' not in text["sources"] + text["estimates"]
    assert path in text["sources"]


def test_title_says_that_numbers_of_a_library_object_were_changed(problem):
    assert describe(problem).startswith("calf, gt4_class_scanner, 6 N, 45°")
    changed = CHANGES["edge.nose_radius"](CHANGES["tissue.fat_deep.thickness"](problem))
    assert describe(changed).startswith(
        "calf with 1 own number, gt4_class_scanner with 1 own number, 6 N, 45°"
    )
    assert "own number" not in describe(small_problem())


def test_new_number_is_listed_in_si_with_its_unit(problem):
    changed = CHANGES["tissue.fat_deep.material.shear_modulus"](problem)
    source = by_parameter(changed)["tissue.fat_deep.material.shear_modulus"]
    assert (source.value, source.unit, source.holds) == (4000.0, "Pa", (4000.0,))
    radius = by_parameter(CHANGES["edge.nose_radius"](problem))["edge.nose_radius"]
    assert (radius.value, radius.unit) == (0.002, "m")


def test_one_of_two_equal_layers_keeps_its_source(problem):
    changed = CHANGES["tissue.fat_deep.thickness"](problem)
    after = by_parameter(changed)
    assert after["tissue.fat_superficial.thickness"].name == "stack.calf.layers[2].t"
    assert after["tissue.fat_deep.thickness"].name == "tissue.fat_deep.thickness"


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p,
        lambda p: with_edge(p, nose_radius="1 mm"),
        lambda p: with_edge(p, nose_radius="0.1 cm", thickness="5000 um"),
        lambda p: replace(p, stroke=replace(p.stroke, friction=0.14, force="7 N")),
        lambda p: with_layer(p, "dermis", lambda x: replace(x, thickness="1300 um", name="cutis")),
        lambda p: with_layer(p, "dermis", with_material(c10="15.7 kPa")),
        lambda p: replace(p, tissue=replace(p.tissue, base="half_space")),
        lambda p: problem_from_toml(problem_to_toml(p)),
        lambda p: problem_from_toml(
            problem_to_toml(p).replace("nose_radius = 0.001", 'nose_radius = "1 mm"')
        ),
    ],
)
def test_equal_numbers_keep_their_sources(problem, change):
    after = change(problem)
    assert [source.name for source in after.sources if source.basis != GIVEN] == [
        source.name for source in problem.sources if source.basis != GIVEN
    ]


def test_another_material_takes_its_own_numbers_along(problem):
    other = SplitNeoHookean(shear_modulus="2 kPa", bulk_modulus="200 kPa")
    changed = with_layer(problem, "fat_deep", lambda x: replace(x, material=other))
    after = {p: s for p, s in by_parameter(changed).items() if p.startswith("tissue.fat_deep.")}
    assert {path.removeprefix("tissue.fat_deep.") for path in after if after[path].basis == GIVEN}
    assert set(after) == {
        "tissue.fat_deep.thickness",
        "tissue.fat_deep.material.shear_modulus",
        "tissue.fat_deep.material.bulk_modulus",
    }
    assert [path for path in after if after[path].basis != GIVEN] == ["tissue.fat_deep.thickness"]


def test_name_of_the_library_tissue_goes_with_its_last_number(problem):
    fat = problem.tissue.layers[4]
    other = SplitNeoHookean(shear_modulus="2 kPa", bulk_modulus="200 kPa")
    assert replace(fat, material=other).tissue is None
    assert with_material(shear_modulus="4 kPa")(fat).tissue == "fat"
    assert ss.Layer(name="a", thickness="5 mm", material=other, tissue="fat").tissue == "fat"


def test_sources_of_another_object_do_not_count(problem):
    """Sources handed over with numbers they never spoke for are dropped, not believed."""
    muscle, fat = problem.tissue.layers[-1], problem.tissue.layers[4]
    mixed = replace(fat, sources=muscle.sources)
    assert mixed.sources == ()
    tool = ss.Instrument(
        edge=ss.Edge(nose_radius="4 mm", thickness="8 mm"),
        contact_length="60 mm",
        sources=problem.instrument.sources,
    )
    assert [source.feeds for source in tool.sources] == [
        ("edge.trailing_flank_angle",),
        ("contact_length",),
    ]


def test_number_edited_by_hand_in_a_problem_file_loses_its_source(problem):
    text = problem_to_toml(problem)
    assert "nose_radius = 0.001\n" in text
    edited = problem_from_toml(text.replace("nose_radius = 0.001\n", "nose_radius = 0.0015\n"))
    assert by_parameter(edited)["edge.nose_radius"].basis == GIVEN
    edited = problem_from_toml(text.replace("friction = 0.14\n", "friction = 0.2\n"))
    assert by_parameter(edited)["friction"].basis == GIVEN
    assert edited.stroke.friction_state is None


@pytest.mark.parametrize("path", [None, *CHANGES])
def test_round_trip_is_equal_with_equal_hash(problem, path):
    there = problem if path is None else CHANGES[path](problem)
    back = problem_from_toml(problem_to_toml(there))
    assert back == there
    assert hash(back) == hash(there)
    assert back.sources == there.sources
    assert problem_to_toml(back) == problem_to_toml(there)


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("angle", ["0 deg", "30 deg", "90 deg"])
def test_every_number_of_a_site_has_a_source_that_holds(site, angle):
    tissue = ss.load_tissue(site, fibre_angle=angle)
    for layer in tissue.layers:
        for source in layer.sources:
            assert len(source.feeds) == len(source.holds) > 0
            for path, held in zip(source.feeds, source.holds, strict=True):
                assert value_at(layer, path) == held
    assert tissue.evidence == tissue.sources
    assert GIVEN not in {source.basis for source in tissue.sources}


@pytest.mark.parametrize("name", ["gt4_class_scanner", "strigil_bronze", "fat_tool_textured"])
def test_every_number_of_a_tool_has_a_source_that_holds(name):
    tool = ss.load_instrument(name)
    assert {source.basis for source in tool.evidence} <= set(BASES) - {GIVEN}
    assert given(tool, "instrument") == ()


def test_paths_are_those_a_sweep_understands(problem):
    """Every parameter a sweep of the calf may vary is fed by a path of the same spelling."""
    fed = set(by_parameter(problem))
    names = set(parameters_of(problem))
    missing = {name for name in names - fed if parameters_of(problem)[name].owner == "material"}
    assert missing == set()
    assert {"edge.nose_radius", "instrument.contact_length", "friction"} <= fed & names
    assert {f"tissue.{layer.name}.thickness" for layer in problem.tissue.layers} <= fed & names


def test_numbers_that_never_had_a_source_are_the_users():
    problem = small_problem()
    assert {source.basis for source in problem.sources} == {GIVEN}
    names = {source.name for source in problem.sources}
    assert {"edge.nose_radius", "edge.thickness", "instrument.contact_length", "angle"} <= names
    assert problem.stroke.load_kind in names
    assert f"tissue.{problem.tissue.layers[0].name}.thickness" in names
    assert problem.estimates == ()


# ------------------------------------------------------------------ sweeps


def test_swept_number_is_right_in_every_case(problem):
    design = Design(
        problem=problem,
        sweep={"edge.nose_radius": ["1 mm", "2 mm"], "tissue.fat_deep.thickness": ["5 mm"]},
    )
    same, other = (by_parameter(design.case((i, 0))) for i in (0, 1))
    assert same["edge.nose_radius"].name == "instrument.gt4_class_scanner.nose_radius"
    assert (other["edge.nose_radius"].basis, other["edge.nose_radius"].value) == (GIVEN, 0.002)
    assert same["tissue.fat_deep.thickness"].basis == GIVEN


def test_swept_number_is_no_estimate_of_the_sweep(problem):
    design = Design(problem=problem, sweep={"edge.nose_radius": ["1 mm", "2 mm"]})
    swept = {path: source for source in design.sources for path in source.feeds}
    radius = swept["edge.nose_radius"]
    assert (radius.basis, radius.low, radius.high) == (GIVEN, 0.001, 0.002)
    assert set(swept) == set(by_parameter(problem))
    assert "nose_radius" not in source_attributes(design.sources)["estimates"]


def test_swept_states_of_the_skin_keep_their_sources(problem):
    design = Design(problem=problem, sweep={"friction": ["dry", "emollient", 0.3]})
    feeding = [source.name for source in design.sources if "friction" in source.feeds]
    assert feeding == ["friction.steel_skin.dry", "friction.steel_skin.emollient", "friction"]


# ------------------------------------------------------------------ words and counts


def test_count_of_the_calf_tells_the_truth():
    evidence = ss.load_tissue("calf").evidence
    count = evidence_summary(evidence)
    assert (count.numbers, count.uncited, count.low_confidence) == (49, 21, 17)
    assert dict(count.by_basis)["measured in print"] == 2
    assert str(count) == (
        "49 numbers: 2 measured in print, 26 derived, 8 textbook knowledge, 12 estimates, 1 prior; "
        "21 without citation, 17 of low confidence"
    )
    assert len(describe_tissue("calf")) == 49


def test_count_goes_with_the_result(problem):
    attributes = source_attributes(problem.sources)
    assert attributes["evidence"] == str(evidence_summary(problem.sources))
    assert attributes["evidence"].startswith("61 numbers: ")
    rows = json.loads(attributes["sources"])
    assert len(rows) == 61
    assert len(json.loads(attributes["estimates"])) == evidence_summary(problem.sources).estimates


def test_vocabulary_is_closed_and_documented():
    for word in ("found", "published", "knowledge", "estimated", "measured", "", None, ["prior"]):
        with pytest.raises(InputError, match="basis is"):
            Source(name="x", value=1.0, unit="1", basis=word)
    with pytest.raises(InputError, match="this word is now 'estimate'"):
        Source(name="x", value=1.0, unit="1", basis="estimated")
    with pytest.raises(InputError, match="confidence 'sure' is unknown"):
        Source(name="x", value=1.0, unit="1", conf="sure")
    rows = [
        line.split("|")[1:3] for line in DOCUMENT.read_text("utf-8").splitlines() if "|" in line
    ]
    documented = {word.strip().strip("`"): text.strip() for word, text in rows}
    assert {word: documented.get(word) for word in BASES} == BASES


def test_keys_that_name_no_work_are_those_the_citations_call_so():
    works = library_table("citations")["cite"]
    kinds = {"estimate", "derivation", "knowledge"}
    assert set(NO_WORK) == {key for key, entry in works.items() if entry.get("kind") in kinds}


@pytest.mark.parametrize(
    ("sources", "says"),
    [
        ("abc", "sources is 'abc'"),
        (5, "sources is 5"),
        (("abc",), "sources holds 'abc'"),
        ([{"name": "x"}], "sources holds"),
        ((Source(name="x", value=1.0, unit="m", feeds="thicknes"),), "feeds 'thicknes'"),
        ((Source(name="x", value=1.0, unit="m", feeds="material.fibres[0].k1"),), "is no number"),
    ],
)
def test_what_is_no_source_is_refused(problem, sources, says):
    layer = problem.tissue.layers[1]
    with pytest.raises(InputError) as caught:
        replace(layer, sources=sources)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": 5}, "name of a source is 5; must be text"),
        ({"value": "1 mm"}, "value of a source is '1 mm'; must be a number"),
        ({"value": True}, "value of a source is True"),
        ({"low": "0"}, "low of a source is '0'"),
        ({"cite": 5}, "cite of a source is 5; must be a list of texts"),
        ({"cite": [5]}, "cite of a source is 5; must be text"),
        ({"feeds": None}, "feeds of a source is None"),
        ({"feeds": "thickness", "holds": "x"}, "holds of a source is 'x'"),
        ({"feeds": "thickness", "holds": [["x"]]}, "holds of a source is"),
        ({"feeds": "thickness", "holds": [1.0, 2.0]}, "feeds 1 parameters and holds 2 values"),
        ({"conf": ["high"]}, "confidence"),
    ],
)
def test_source_of_wrong_kinds_is_refused(fields, says):
    with pytest.raises(InputError) as caught:
        Source(**{"name": "x", "value": 1.0, "unit": "m", **fields})
    assert says in str(caught.value)


def test_source_of_ones_own_is_tied_when_it_is_attached():
    mine = Source(
        name="my ultrasound", value=9.0, unit="mm", basis="measured in print", cite=("me",),
        feeds="thickness",
    )  # fmt: skip
    law = SplitNeoHookean(
        shear_modulus="2 kPa", bulk_modulus="0.2 MPa", fibres=FibreFamily(k1="3 kPa", k2=1.0)
    )
    layer = ss.Layer(name="fat", thickness="9 mm", material=law, sources=[mine])
    assert layer.sources == (dataclasses.replace(mine, holds=(layer.thickness,)),)
    assert replace(layer, thickness="8 mm").sources == ()
    loose = dataclasses.replace(mine, feeds=())
    assert replace(layer, thickness="8 mm", sources=[loose]).sources == (loose,)
