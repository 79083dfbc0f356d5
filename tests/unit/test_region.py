"""Regions check themselves, find their place, change materials and travel through texts."""

from __future__ import annotations

import dataclasses
import math
import pickle

import numpy as np
import pytest

import softsim as ss
from softsim._simulate import check
from softsim.materials import response, scaled
from softsim.problem import pack_materials
from softsim.serialise import problem_from_toml, problem_to_toml
from softsim.sources import Source
from softsim.sweeps.parameters import parameters_of, with_values

SOFT = ss.SplitNeoHookean(shear_modulus="20 kPa", bulk_modulus="2 MPa")
FIRM = ss.SplitNeoHookean(shear_modulus="80 kPa", bulk_modulus="8 MPa")
SLACK = ss.Prony(g=(0.25, 0.15), tau=("0.1 s", "2 s"))
KNOT = ss.Region(layers="fat", start="-2 mm", length="6 mm", stiffness_factor=4.0)


def tissue(regions, *names, **options):
    layers = [ss.Layer(name=n, thickness="3 mm", material=SOFT) for n in names or ("skin", "fat")]
    return ss.Tissue(layers=layers, regions=regions, **options)


def problem(of, **stroke):
    given = {"force": "1 N", "angle": "45 deg", "speed": "100 mm/s", "friction": 0.14}
    tool = ss.load_instrument("gt4_class_scanner")
    return ss.Problem(tissue=of, instrument=tool, stroke=ss.Stroke(**given | stroke))


def test_text_becomes_si():
    assert (KNOT.start, KNOT.length, KNOT.end) == (-2e-3, 6e-3, pytest.approx(4e-3))
    assert KNOT.layers == ("fat",)


def test_a_tissue_with_regions_can_be_made_again_hashed_and_sent():
    made = tissue({"knot": KNOT})
    assert dataclasses.replace(made) == made
    again = pickle.loads(pickle.dumps(made))
    assert again == made
    assert hash(again) == hash(made)


def test_parts_of_a_tissue_are_layers_then_regions():
    assert [name for name, _ in tissue({"knot": KNOT}).parts] == ["skin", "fat", "knot"]


@pytest.mark.parametrize("name", ["knot", "a name with blanks.and dots"])
@pytest.mark.parametrize(
    "region",
    [
        KNOT,
        ss.Region(layers=("skin", "fat"), material=FIRM),
        ss.Region(
            top="1 mm", height="3 mm", start=0.0, length="8 mm", shape="ellipse", prony=SLACK
        ),
        ss.Region(layers="fat", start=0.0, length="8 mm", angle="-20 deg", transition="1 mm"),
    ],
)
def test_round_trip_of_the_text_is_exact(name, region):
    source = Source(name="a book", value=1.0, unit="1", feeds=("fibre_factor",))
    made = problem(tissue({name: dataclasses.replace(region, sources=(source,))}))
    text = problem_to_toml(made)
    assert problem_from_toml(text) == made
    assert problem_to_toml(problem_from_toml(text)) == text


def test_regions_of_a_file_are_typed_by_hand_or_scars_of_the_library(tmp_path):
    file = tmp_path / "arm.toml"
    file.write_text(
        '[[layer]]\nname = "skin"\nthickness = "3 mm"\n'
        'material = {law = "split_neo_hookean", shear_modulus = "20 kPa", bulk_modulus = "2 MPa"}\n'
        '[region.scar]\nscar = "mature"\nlayers = "skin"\nstart = "5 mm"\nlength = "8 mm"\n'
        '[region.lump]\ntop = "1 mm"\nheight = "1 mm"\nstart = 0.0\nlength = "2 mm"\n'
        'material = {law = "neo_hookean", young_modulus = "60 kPa", poisson_ratio = 0.45}\n'
    )
    found = ss.load_tissue(file).regions
    assert found["scar"] == ss.load_scar("mature", layers="skin", start="5 mm", length="8 mm")
    assert found["lump"].material.young_modulus == pytest.approx(60e3)


def test_numbers_of_a_region_have_their_place_in_the_evidence():
    made = problem(tissue({"knot": dataclasses.replace(KNOT, prony=SLACK)}))
    found = {feed for row in made.sources for feed in row.feeds}
    for name in ("start", "length", "stiffness_factor", "prony"):
        assert f"tissue.knot.{name}" in found


def test_numbers_of_a_region_can_be_swept():
    made = problem(tissue({"knot": KNOT}))
    known = parameters_of(made)
    names = ("tissue.knot.stiffness_factor", "tissue.knot.start")
    values = {known[name]: value for name, value in zip(names, (8.0, "3 mm"), strict=True)}
    found = with_values(made, values).tissue.regions["knot"]
    assert found == dataclasses.replace(KNOT, stiffness_factor=8.0, start="3 mm")
    assert known["tissue.knot.start"].read(made) == -2e-3
    assert "tissue.knot.top" not in known


def test_scars_of_the_library_bring_their_sources():
    scar = ss.load_scar("hypertrophic", start="10 mm", length="8 mm")
    assert scar.layers == ("dermis",)
    assert (scar.stiffness_factor, scar.toe_strain_factor) == (3.9, 0.43)
    of = {feed: source for source in scar.sources for feed in source.feeds}
    assert (of["stiffness_factor"].low, of["stiffness_factor"].high) == (2.0, 10.0)
    assert of["prony"].is_estimate
    own = ss.load_scar("mature", start=0.0, length="8 mm", stiffness_factor=2.0)
    assert "stiffness_factor" not in {feed for source in own.sources for feed in source.feeds}
    with pytest.raises(ss.InputError, match="hypertrophic"):
        ss.load_scar("hypertrofic", start=0.0, length="8 mm")


LAWS = {
    "mooney": ss.ExtendedMooney(c10="10 kPa", c11="60 kPa", bulk_modulus="2 MPa"),
    "yeoh": ss.Yeoh(c10="10 kPa", c20="5 kPa", c30="2 kPa", bulk_modulus="2 MPa"),
    "ogden": ss.Ogden(shear_modulus="20 kPa", exponent=9.0, bulk_modulus="2 MPa"),
    "veronda": ss.VerondaWestmann(c1="10 kPa", c2=2.0, bulk_modulus="2 MPa"),
    "fibres": ss.SplitNeoHookean(
        shear_modulus="20 kPa",
        bulk_modulus="2 MPa",
        fibres=ss.FibreFamily(k1="50 kPa", k2=8.0),
    ),
}


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_factors_keep_small_strain_and_move_what_stiffens(law):
    stiff = scaled(law, stiffness=3.0, toe_strain=0.5, fibres=3.0)
    assert stiff.shear_modulus_initial == pytest.approx(3.0 * law.shear_modulus_initial)
    assert stiff.bulk_modulus_initial == pytest.approx(3.0 * law.bulk_modulus_initial)

    def energy(of, stretch):
        return response(of, np.array([stretch**2, stretch**-2, 1.0, 0.0])).energy_iso

    # t^2 W(strain / t), to the lowest order in which it stiffens
    assert energy(stiff, 1.0005) == pytest.approx(3.0 * energy(law, 1.0005), rel=2e-3)
    own, moved = energy(law, 1.04), energy(stiff, 1.02)
    small, other = energy(law, 1.0004) * 1e4, energy(stiff, 1.0002) * 1e4
    assert moved / other == pytest.approx(own / small, rel=0.1)


def test_what_does_not_stiffen_has_no_strain_to_move():
    assert scaled(SOFT, toe_strain=0.5) == SOFT


def test_a_region_lives_under_the_tension_of_its_layer():
    sheet = LAWS["fibres"]
    layers = [ss.Layer(name="skin", thickness="3 mm", material=sheet, prestress="10 kPa")]
    scar = ss.Region(layers="skin", start=0.0, length="5 mm", stiffness_factor=3.0, prony=SLACK)
    arrays, number = pack_materials(ss.Tissue(layers=layers, regions={"scar": scar}))
    assert number.tolist() == [[1]]
    stresses = []
    for row, material, share in ((0, sheet, 1.0), (1, scar.material_in(sheet), 0.6)):
        stretch = arrays.prestretch[row]
        point = response(material, np.append(stretch**2, 0.0))
        whole = share * point.stress_iso[:3] + point.stress_vol[:3]
        stresses.append(whole * stretch**2 / stretch.prod())
    np.testing.assert_allclose(stresses[1], stresses[0], atol=1e-5)
    assert arrays.prestretch[1, 0] != arrays.prestretch[0, 0]


def test_regions_are_in_the_layers_they_meet():
    lump = ss.Region(top="2 mm", height="3 mm", start=0.0, length="5 mm", stiffness_factor=2.0)
    _, number = pack_materials(tissue({"lump": lump, "knot": KNOT}, "skin", "fat", "muscle"))
    assert number.tolist() == [[3, 4, -1], [-1, 5, -1]]


def test_outline_of_an_ellipse_and_of_a_band():
    bounds = np.array([0.0, 2e-3, 8e-3])
    ellipse = ss.Region(top="2 mm", height="4 mm", start=0.0, length="8 mm", shape="ellipse")
    found, *_ = ellipse.drawn(("skin", "fat"), bounds).distance(
        np.array([4e-3, 8e-3, 4e-3, 12e-3]), np.array([4e-3, 4e-3, 7e-3, 4e-3])
    )
    np.testing.assert_allclose(found[:3], [-2e-3, 0.0, 1e-3 * 1.5 * 0.5 / 0.75], atol=1e-12)
    assert found[3] > 0.0
    band = ss.Region(layers="fat", start="1 mm", length="2 mm", angle="30 deg")
    corners = band.drawn(("skin", "fat"), bounds).corners()
    lean = 3e-3 * math.tan(math.radians(30.0))
    wide = 1e-3 / math.cos(math.radians(30.0))
    assert corners[:, 1].min() == pytest.approx(2e-3)
    assert corners[:, 0].max() == pytest.approx(2e-3 + wide + lean)


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"start": 0.0}, ["start and no length", "both"]),
        ({"start": 0.0, "length": "0 mm"}, ["length of the region", "above 0"]),
        ({"start": 0.0, "length": 8.0}, ["length of the region is 8 m", "'8 mm'"]),
        ({"layers": ()}, ["neither layers nor top", "layers='dermis'"]),
        ({"shape": "round"}, ["shape 'round'", "ellipse"]),
        ({"shape": "ellipse"}, ["no start", "for ever"]),
        ({"start": 0.0, "length": "1 mm", "transition": "2 mm"}, ["transition", "at most"]),
        ({"stiffness_factor": 0.0}, ["stiffness_factor of the region", "above 0"]),
        ({"material": FIRM, "toe_strain_factor": 2.0}, ["material of its own", "leave one"]),
        ({"material": "firm"}, ["material of the region is 'firm'", "SplitNeoHookean"]),
        ({"prony": 0.5}, ["prony of the region is 0.5", "Prony(g=0.4"]),
        ({"angle": "85 deg", "start": 0.0, "length": "1 mm"}, ["angle of the region", "30 deg"]),
    ],
)
def test_impossible_regions_are_refused(options, parts):
    with pytest.raises(ss.InputError) as error:
        ss.Region(**{"layers": "skin", **options})
    for part in parts:
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("regions", "parts"),
    [
        ([KNOT], ["regions of the tissue", "mapping"]),
        ({"knot": FIRM}, ["region 'knot'", "must be a Region"]),
        ({"fat": KNOT}, ["region 'fat'", "name of a layer"]),
        ({"knot": dataclasses.replace(KNOT, layers="fats")}, ["layer of region 'knot'", "'fat'"]),
        ({"knot": ss.Region(top="5 mm", height="2 mm")}, ["ends 0.007 m deep", "0.006 m"]),
        ({"knot": ss.Region(layers="fat", top=0.0, height="2 mm")}, ["meets none", "'fat'"]),
    ],
)
def test_regions_outside_the_tissue_are_refused(regions, parts):
    with pytest.raises(ss.InputError) as error:
        tissue(regions)
    for part in parts:
        assert part in str(error.value)


def test_what_cannot_be_simulated_is_refused_in_a_sentence():
    made, endless = (
        problem(tissue({"knot": region}), length="10 mm")
        for region in (KNOT, ss.Region(layers="fat", stiffness_factor=4.0))
    )
    with pytest.raises(ss.InputError, match=r"'knot' is 0\.006 m long and mode is 'steady'.*press"):
        check(made, mode="steady")
    with pytest.raises(ss.InputError, match=r"region 'knot'.*take engine='finite'"):
        check(made, mode="press", engine="linear")
    with pytest.raises(ss.InputError, match=r"region 'knot'.*edge='section'"):
        check(made, mode="press", edge="whole")
    check(made, mode="transient")
    check(endless, mode="steady")
    tip = ss.Instrument(edge=ss.RoundTip(radius="5 mm"))
    under = dataclasses.replace(made, instrument=tip, stroke=ss.Stroke(force="1 N"))
    with pytest.raises(ss.InputError, match=r"start = -0\.003 m"):
        check(under, mode="press")


def test_a_tension_that_a_region_cannot_carry_is_refused():
    with ss.allow_unusual():
        slack = ss.SplitNeoHookean(shear_modulus="1 Pa", bulk_modulus="100 Pa")
        layers = [ss.Layer(name="skin", thickness="3 mm", material=SOFT, prestress="40 kPa")]
        region = ss.Region(layers="skin", start=0.0, length="5 mm", material=slack)
        made = ss.Tissue(layers=layers, regions={"hole": region})
    with pytest.raises(ss.InputError, match="cannot carry the tension"):
        pack_materials(made)
