"""The cited library: values, sources, derived constants, names."""

from __future__ import annotations

import math

import pytest

from softsim.errors import InputError
from softsim.library import (
    citation,
    cited_works,
    describe_instrument,
    describe_protocol,
    describe_tissue,
    format_table,
    instruments,
    load_friction,
    load_instrument,
    load_protocol,
    load_tissue,
    protocols,
    tissues,
)
from softsim.library.recipes import fibre_exponent, fibre_tangent, matrix_tangent
from softsim.materials import ExtendedMooney, Ogden, SplitNeoHookean
from softsim.sources import BASES, GIVEN, MEASURED, NO_WORK, library_table

SITES = ("calf", "forearm_volar", "low_back", "plantar_heel", "shoulder", "thigh_anterior")
BULK_TO_SHEAR = 100.0
G_AT_1S_FASCIA = 0.876
FILES = (
    "citations",
    "doses",
    "friction",
    "instruments",
    "interfaces",
    "protocols",
    "stacks",
    "thresholds",
    "tissues",
)


@pytest.fixture(scope="module")
def calf():
    return {layer.name: layer for layer in load_tissue("calf", gliding="layer").layers}


def test_names_are_the_six_sites():
    assert tissues() == SITES
    assert len(instruments()) == 28
    assert len(protocols()) == 10


@pytest.mark.parametrize("site", SITES)
def test_every_site_loads_with_a_source_for_every_layer(site):
    tissue = load_tissue(site, gliding="layer")
    rows = library_table("stacks")["stack"][site]["layers"]
    assert tissue.name == site
    assert tissue.base == "rigid"
    assert [layer.tissue for layer in tissue.layers] == [row["tissue"] for row in rows[:-1]]
    assert [layer.thickness for layer in tissue.layers] == [row["t"] for row in rows[:-1]]
    for layer in tissue.layers:
        names = [source.name for source in layer.sources]
        assert names[0].startswith(f"stack.{site}.layers[")
        assert "meta.bulk_to_shear" in names
        assert f"tissue.{layer.tissue}.prony" in names
        assert layer.sources[0].value == layer.thickness
        assert layer.sources[0].low < layer.thickness < layer.sources[0].high
        shear = layer.material.shear_modulus_initial
        assert layer.material.bulk_modulus_initial == pytest.approx(BULK_TO_SHEAR * shear)


def test_the_two_fat_layers_get_names_of_their_own(calf):
    assert list(calf) == [
        "epidermis",
        "dermis",
        "fat_superficial",
        "superficial_fascia",
        "fat_deep",
        "deep_fascia",
        "loose_connective",
        "muscle",
    ]


def test_skin_has_the_printed_constants_and_its_tension(calf):
    assert isinstance(calf["epidermis"].material, SplitNeoHookean)
    assert calf["epidermis"].material.shear_modulus == 5.0e5
    dermis = calf["dermis"]
    assert isinstance(dermis.material, ExtendedMooney)
    assert (dermis.material.c10, dermis.material.c11) == (1.57e4, 1.37e5)
    assert dermis.prestress == 2.0e4
    assert dermis.material.prony.g == (0.05, 0.12, 0.25, 0.08, 0.14)
    assert dermis.material.prony.relaxes == "shear"


def test_instantaneous_constants_are_taken_as_they_stand(calf):
    fat = calf["fat_deep"].material
    assert isinstance(fat, Ogden)
    assert (fat.shear_modulus, fat.exponent) == ((1.2e3,), (9.0,))
    assert calf["loose_connective"].material.shear_modulus == 1.59e3


def test_quasistatic_constants_are_divided_by_what_is_left_at_1_s(calf):
    heel = {layer.name: layer for layer in load_tissue("plantar_heel").layers}["heel_pad"]
    assert heel.material.shear_modulus[0] == pytest.approx(1.084e3 / 0.393)
    assert heel.material.exponent == (9.78,)
    fascia = calf["deep_fascia"]
    assert fascia.material.shear_modulus == pytest.approx(5.0e4 / G_AT_1S_FASCIA)
    along, across = fascia.material.fibres
    assert (along.angle, across.angle) == (0.0, pytest.approx(math.pi / 2))
    assert along.k1 == pytest.approx(5.0e6 / G_AT_1S_FASCIA)
    assert across.k1 == pytest.approx(7.5e5 / G_AT_1S_FASCIA)
    assert (along.k2, across.k2) == (68.0, 59.0)
    assert fascia.prestretch == (1.01, 1.01)


def test_fascia_sheet_rises_from_toe_to_linear_modulus(calf):
    material = calf["superficial_fascia"].material
    assert [family.angle for family in material.fibres] == pytest.approx([0.0, math.pi / 2])
    family = material.fibres[0]

    def quasistatic_tangent(stretch):
        matrix = matrix_tangent(material.shear_modulus, stretch)
        return (matrix + fibre_tangent(family.k1, family.k2, stretch)) * G_AT_1S_FASCIA

    assert quasistatic_tangent(1.1) == pytest.approx(2.65e6, rel=1e-9)
    assert 5.0e4 <= quasistatic_tangent(1.0) <= 1.0e6  # the range of toe_modulus
    derived = {s.name: s for s in calf["superficial_fascia"].sources if s.conf == "low"}
    for name in ("k1", "k2"):
        source = derived[f"tissue.superficial_fascia.elastic.{name}"]
        assert source.basis == "derived"
        assert source.note


def test_aponeurosis_reaches_its_linear_modulus_at_5_percent():
    layers = {layer.name: layer for layer in load_tissue("plantar_heel").layers}
    material = layers["plantar_aponeurosis"].material
    (family,) = material.fibres
    tangent = matrix_tangent(material.shear_modulus, 1.05)
    tangent += fibre_tangent(family.k1, family.k2, 1.05)
    assert tangent * G_AT_1S_FASCIA == pytest.approx(3.5e8, rel=1e-9)


def test_muscle_fibres_lift_the_modulus_along_to_the_measured_one(calf):
    material = calf["muscle"].material
    (family,) = material.fibres
    assert 3.0 * material.shear_modulus[0] + 4.0 * family.k1 == pytest.approx(8.0e3)
    assert family.k2 == 1.0


def test_fibre_tangent_is_the_slope_of_the_nominal_stress():
    k1, k2, stretch, step = 3.0e4, 7.0, 1.08, 1e-5

    def energy(length):
        strain = length**2 - 1.0
        return k1 / (2.0 * k2) * math.expm1(k2 * strain**2)

    curvature = (energy(stretch + step) - 2 * energy(stretch) + energy(stretch - step)) / step**2
    assert fibre_tangent(k1, k2, stretch) == pytest.approx(curvature, rel=1e-5)
    assert fibre_tangent(k1, k2, 1.0) == 4.0 * k1


def test_fibre_exponent_is_zero_where_k1_alone_is_stiff_enough():
    assert fibre_exponent(1.0e6, 1.0e5, 1.1) == 0.0


def test_stroke_across_the_limb_turns_the_fibres():
    turned = {s.name: s for s in load_tissue("calf", fibre_angle="90 deg").layers}
    assert turned["muscle"].material.fibres[0].angle == pytest.approx(math.pi / 2)
    long, trans = turned["deep_fascia"].material.fibres
    assert (long.angle, trans.angle) == (pytest.approx(math.pi / 2), 0.0)
    assert long.k1 > trans.k1


def test_oblique_fibres_are_shared_by_mirror_images():
    oblique = {s.name: s for s in load_tissue("calf", fibre_angle="30 deg").layers}
    left, right = oblique["muscle"].material.fibres
    assert left.angle == pytest.approx(math.pi / 6)
    assert right.angle == -left.angle
    assert left.k1 == right.k1 == 175.0


def test_estimates_name_what_nobody_measured():
    names = [source.name for source in load_tissue("calf").estimates]
    assert set(names) == {
        "interface.gliding.viscosity",
        "meta.bulk_to_shear",
        "tissue.epidermis.prony",
        "tissue.superficial_fascia.elastic.toe_modulus",
        "tissue.deep_fascia.elastic.shear_modulus",
        "tissue.deep_fascia.elastic.prestretch",
        "tissue.muscle.elastic.k2",
    }
    assert names.count("meta.bulk_to_shear") == 7


def test_instrument_has_the_printed_numbers_and_sources():
    tool = load_instrument("gt4_class_scanner")
    assert (tool.edge.nose_radius, tool.edge.thickness) == (1.0e-3, 5.0e-3)
    assert tool.edge.leading_flank_angle == pytest.approx(math.pi / 4)
    assert tool.edge.trailing_flank_angle == 0.0
    assert (tool.contact_length, tool.mass, tool.edge_curvature_radius) == (0.06, 0.17, 0.1)
    estimates = {source.name.rsplit(".", 1)[1] for source in tool.estimates}
    assert estimates == {
        "nose_radius",
        "leading_flank_angle",
        "thickness",
        "contact_length",
        "edge_curvature_radius",
        "end_radius",
        "mass",
    }


def test_textured_tool_multiplies_dry_friction():
    assert load_instrument("fat_tool_textured").friction_multiplier == 2.0


def test_other_edge_of_a_tool_can_be_chosen():
    tool = load_instrument("gt5_class_boomerang", edge="tip")
    assert (tool.contact_length, tool.edge_curvature_radius) == (0.005, 0.004)
    assert load_instrument("astym_polymer", edge="straight").edge_curvature_radius == math.inf
    with pytest.raises(InputError, match="edge of instrument gt5_class_boomerang 'tipp'.*'tip'"):
        load_instrument("gt5_class_boomerang", edge="tipp")


def test_indenter_without_edge_is_refused():
    with pytest.raises(InputError, match="algometer_1cm2: nose_radius is missing.*choose a blade"):
        load_instrument("algometer_1cm2")


@pytest.mark.parametrize(
    ("load", "name", "hint"),
    [
        (load_tissue, "calff", "did you mean 'calf'"),
        (load_instrument, "gt4_scanner", "'gt4_class_scanner'"),
        (load_protocol, "guasha", "'gua_sha'"),
        (load_friction, "emolient", "'emollient'"),
    ],
)
def test_unknown_name_gets_the_nearest(load, name, hint):
    with pytest.raises(InputError) as caught:
        load(name)
    assert f"'{name}' is unknown" in str(caught.value)
    assert hint in str(caught.value)


@pytest.mark.parametrize("angle", ["-1 deg", "91 deg", 45.0])
def test_impossible_fibre_angle_is_refused(angle):
    with pytest.raises(
        InputError, match=r"fibre_angle .*\[0, 1.5708\] rad \(write e.g. '90 deg'\)"
    ):
        load_tissue("calf", fibre_angle=angle)


@pytest.mark.parametrize("name", protocols())
def test_protocol_names_things_of_the_library(name):
    protocol = load_protocol(name)
    assert protocol["site"] in tissues()
    assert protocol["instrument"] in instruments()
    assert set(protocol["instrument_alternatives"]) <= set(instruments())
    load_friction(protocol["lubrication"])
    for phase in protocol["phase"]:
        assert ("force" in phase) != ("pressure" in phase)
        assert phase["stroke_type"] in library_table("protocols")["stroke_type"]


def test_protocol_is_a_copy():
    load_protocol("gua_sha")["phase"].clear()
    assert load_protocol("gua_sha")["phase"]


def test_every_citation_key_resolves():
    known = {**library_table("citations")["citation"], **library_table("citations")["cite"]}
    cited: set[str] = set()

    def collect(node):
        if isinstance(node, dict):
            for key, value in node.items():
                if key in {"cite", "sources", "source"} and isinstance(value, list):
                    cited.update(value)
                else:
                    collect(value)
        elif isinstance(node, list):
            for value in node:
                collect(value)

    for file in set(FILES) - {"citations"}:
        collect(library_table(file))
    assert cited
    assert cited - set(known) == set()
    assert citation("hendriks2003").startswith("Hendriks FM")
    assert "doi:10.4085/1062-6050-282-21" in citation("stevenson2023")


def test_every_quantity_has_basis_confidence_and_ordered_range():
    bases = set(BASES) - {GIVEN}
    count = 0

    def check(node, path):
        nonlocal count
        if isinstance(node, dict) and "value" in node:
            count += 1
            low, high = node.get("low", node["value"]), node.get("high", node["value"])
            assert low <= node["value"] <= high, path
            assert node["basis"] in bases, path
            assert node["conf"] in {"high", "medium", "low"}, path
            assert isinstance(node["cite"], list), path
            if node["basis"] == MEASURED:
                assert set(node["cite"]) - set(NO_WORK), path
        elif isinstance(node, dict):
            for key, value in node.items():
                check(value, f"{path}.{key}")
        elif isinstance(node, list):
            for value in node:
                check(value, path)

    for file in FILES:
        check(library_table(file), file)
    assert count > 600


def test_tables_show_value_range_basis_and_source():
    rows = describe_tissue("calf")
    fat = next(row for row in rows if row["quantity"] == "tissue.fat.elastic.mu")
    assert (fat["layer"], fat["value"], fat["unit"]) == ("fat_superficial", "1200", "Pa")
    assert (fat["range"], fat["basis"], fat["confidence"]) == ("400 to 4000", "derived", "medium")
    assert "mrefat2023" in fat["cite"]
    text = format_table(describe_instrument("gt4_class_scanner"))
    assert text.splitlines()[0].split()[:3] == ["quantity", "value", "unit"]
    assert "softsim_estimate" in text
    assert format_table([]) == ""
    assert describe_protocol("gua_sha")[0]["force"] == "2 N"
    works = cited_works(load_tissue("calf").sources)
    assert works["geerligs2011a"].startswith("Geerligs M")
