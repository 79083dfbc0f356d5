"""Files of one's own load like the library's; a mistake is one sentence with its place."""

from __future__ import annotations

import math

import pytest

from softsim.errors import InputError, as_heading
from softsim.library import load_instrument, load_tissue
from softsim.materials import NeoHookean, Ogden, SplitNeoHookean

BY_HAND = """
name = "phantom"
base = "rigid"
width = "80 mm"
sides = "free"

[[layer]]
name = "skin"
thickness = "1.5 mm"
prestretch = [1.02, 1.0]
[layer.material]
law = "neo_hookean"
young_modulus = "0.2 MPa"
poisson_ratio = 0.45
prony = { g = [0.5], tau = ["0.3 s"] }

[[layer]]
name = "fat"
thickness = 0.008
[layer.material]
law = "ogden"
shear_modulus = ["1.2 kPa"]
exponent = [9.0]
bulk_modulus = "120 kPa"

[[layer]]
tissue = "dermis"
thickness = "1 mm"

[[layer]]
name = "sheet"
thickness = "0.5 mm"
prestress = "1 kPa"
[layer.material]
law = "split_neo_hookean"
shear_modulus = "50 kPa"
bulk_modulus = "5 MPa"
fibres = [{ k1 = "5 MPa", k2 = 60, angle = "90 deg" }]
"""

LIBRARY_FORM = """
[tissue.my_fat]
label = "lipoma"
model = "ogden"
[tissue.my_fat.elastic]
reference = "quasistatic"
mu = { value = 2.0, unit = "kPa", low = 1.0, high = 4.0, basis = "estimate", conf = "low" }
alpha = { value = 8.0, unit = "-", basis = "prior", cite = [], conf = "low" }
[tissue.my_fat.prony]
g_inf = 0.5
g = [0.5]
tau_s = [0.2]
g_at_1s = 0.5

[stack.leg]
note = "my own ultrasound"
conf = "high"
layers = [
  { tissue = "dermis", t = 1.2e-3 },
  { tissue = "my_fat", t = 6.0e-3, low = 4.0e-3, high = 8.0e-3 },
  { tissue = "my_fat", t = 1.0e-3 },
  { tissue = "my_fat", t = 2.0e-3 },
  { tissue = "bone", t = 5.0e-3 },
]
"""

FLAT_TOOL = """
name = "spoon"
nose_radius = "1.75 mm"
thickness = "3.5 mm"
contact_length = "20 mm"
mass = "45 g"
"""

TOOL_TABLES = """
[instrument.blade]
label = "my blade"
nose_radius = { value = 0.8, unit = "mm", basis = "estimate", cite = [], conf = "low" }
leading_flank_angle = { value = 30.0, unit = "deg" }
trailing_flank_angle = { value = 30.0, unit = "deg" }
thickness = { value = 4.0, unit = "mm" }
contact_length = { value = 0.05, unit = "m" }
[instrument.second]
nose_radius = { value = 1.0, unit = "mm" }
"""


@pytest.fixture
def write(tmp_path):
    def write_(text, name="mine.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_


def test_layers_by_hand_become_a_tissue(write):
    tissue = load_tissue(write(BY_HAND))
    assert (tissue.name, tissue.base, tissue.sides) == ("phantom", "rigid", "free")
    assert tissue.width == pytest.approx(0.08)
    skin, fat, dermis, sheet = tissue.layers
    assert isinstance(skin.material, NeoHookean)
    assert skin.material.young_modulus == 2.0e5
    assert skin.material.prony.tau == (0.3,)
    assert skin.prestretch == (1.02, 1.0)
    assert isinstance(fat.material, Ogden)
    assert fat.thickness == 0.008
    assert (dermis.name, dermis.tissue, dermis.prestress) == ("dermis", "dermis", 2.0e4)
    assert dermis.sources
    assert isinstance(sheet.material, SplitNeoHookean)
    assert sheet.material.fibres[0].angle == pytest.approx(math.pi / 2)
    assert sheet.prestress == 1.0e3


def test_library_form_may_mix_own_and_library_tissues(write):
    tissue = load_tissue(str(write(LIBRARY_FORM)))
    assert tissue.name == "leg"
    assert [layer.name for layer in tissue.layers] == ["dermis", "my_fat_1", "my_fat_2", "my_fat_3"]
    fat = tissue.layers[1]
    assert fat.material.shear_modulus[0] == pytest.approx(2.0e3 / 0.5)
    assert fat.material.bulk_modulus == pytest.approx(100.0 * 4.0e3)
    depth = fat.sources[0]
    assert (depth.basis, depth.note) == ("given by the user", "my own ultrasound")
    assert {source.name for source in tissue.estimates} == {
        "tissue.my_fat.elastic.mu",
        "tissue.my_fat.elastic.alpha",
        "meta.bulk_to_shear",
    }


def test_flat_tool_and_tool_tables_load(write):
    spoon = load_instrument(write(FLAT_TOOL))
    assert (spoon.name, spoon.edge.thickness) == ("spoon", pytest.approx(3.5e-3))
    blade = load_instrument(write(TOOL_TABLES), name="blade")
    assert blade.edge.nose_radius == pytest.approx(8.0e-4)
    assert [source.name for source in blade.estimates] == ["instrument.blade.nose_radius"]


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ('base = "rigid"', "base = rigid", ("mine.toml, line 3", "not valid TOML", "quotes")),
        ('width = "80 mm"', 'width = "80 mm', ("mine.toml, line 4", "not valid TOML")),
        ('base = "rigid"', 'base = "rigit"', ("mine.toml: base 'rigit'", "'rigid'")),
        ('base = "rigid"', 'bse = "rigid"', ("mine.toml: bse: unknown key", "'base'")),
        (
            "thickness = 0.008",
            "thicknes = 0.008",
            ("layer[1].thicknes: unknown key", "'thickness'"),
        ),
        ("thickness = 0.008", "", ("layer[1].thickness: missing", "required")),
        (
            "thickness = 0.008",
            "thickness = true",
            ("layer[1].thickness: is True", "number or text"),
        ),
        ("thickness = 0.008", "thickness = -1", ("layer[1]: thickness of layer 'fat'", "(0, 1] m")),
        ('"1.5 mm"', '"1.5"', ("layer[0]: thickness of layer 'skin'", "without a unit", "1.5 m")),
        ('law = "ogden"', 'law = "ogdn"', ("layer[1].material.law: law 'ogdn'", "'ogden'")),
        ('law = "ogden"', "", ("layer[1].material.law: missing",)),
        ("exponent = [9.0]", "", ("layer[1].material.exponent: missing", "Ogden needs it")),
        (
            "exponent = [9.0]",
            "expnent = [9.0]",
            ("layer[1].material.expnent: constant of Ogden 'expnent'", "'exponent'"),
        ),
        ("exponent = [9.0]", "exponent = [0]", ("layer[1].material: exponent is 0", "not be zero")),
        (
            "poisson_ratio = 0.45",
            "poisson_ratio = 0.5",
            ("layer[0].material: poisson_ratio", "0.5)"),
        ),
        ("g = [0.5]", "g = [1.0]", ("layer[0].material.prony: the sum of g is 1", "below 1")),
        ("g = [0.5], tau", "g = [0.5], tow", ("layer[0].material.prony.tow: unknown key", "'tau'")),
        ("k1 = ", "k3 = ", ("layer[3].material.fibres[0].k3: unknown key", "'k1'")),
        (
            'k1 = "5 MPa"',
            'k1 = "5 mm"',
            ("layer[3].material.fibres[0]: k1", "a length, not a pressure"),
        ),
        ('"split_neo_hookean"', '"neo_hookean"', ("layer[3].material.", "neo_hookean")),
        (
            'tissue = "dermis"',
            'tissue = "dermiss"',
            ("layer[2].tissue: tissue 'dermiss'", "'dermis'"),
        ),
        ('tissue = "dermis"', 'tissue = "bone"', ("layer[2].tissue: tissue 'bone' is rigid",)),
        ('tissue = "dermis"', 'tissue = "scar_mature"', ("layer[2].tissue", "use 'dermis'")),
        ('tissue = "dermis"', "", ("layer[2]: neither material and tissue", "exactly one")),
        ('name = "sheet"', 'name = "fat"', ("layer",)),
        ("prestretch = [1.02, 1.0]", "prestretch = [9, 1]", ("layer[0]: prestretch along", "9")),
    ],
)
def test_mistake_in_layers_is_one_sentence_with_its_place(write, old, new, parts):
    assert old in BY_HAND
    path = write(BY_HAND.replace(old, new))
    if new == 'name = "fat"':  # two alike are told apart, not refused
        assert load_tissue(path).layers[3].name == "fat_deep"
        return
    with pytest.raises(InputError) as caught:
        load_tissue(path)
    message = str(caught.value)
    assert message.startswith(as_heading(path))
    assert "\n" not in message
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("t = 6.0e-3", 't = "6 mm"', ("stack.leg.layers[1].t: is '6 mm'", "valid number")),
        ("t = 6.0e-3", "t = -6.0e-3", ("stack.leg.layers[1].t: thickness of layer", "-0.006")),
        ("t = 6.0e-3", "thick = 6.0e-3", ("stack.leg.layers[1].thick: unknown key",)),
        (
            '{ tissue = "dermis", t',
            '{ tissue = "drmis", t',
            ("stack.leg.layers[0].tissue: tissue 'drmis'", "'dermis'"),
        ),
        ('conf = "high"', 'conf = "sure"', ("stack.leg.conf: is 'sure'", "'high', 'medium'")),
        (
            'basis = "prior"',
            'basis = "estimated"',
            ("tissue.my_fat.elastic.alpha.basis: basis is 'estimated'", "now 'estimate'"),
        ),
        (
            'note = "my own ultrasound"',
            'basis = "my own ultrasound"',
            ("stack.leg.basis: basis is 'my own ultrasound'", "'derived'", "into note"),
        ),
        (
            'basis = "prior", cite = []',
            'basis = "measured in print", cite = ["softsim_estimate"]',
            ("tissue.my_fat.elastic.alpha: basis is 'measured in print'", "cite names no work"),
        ),
        ('model = "ogden"', 'model = "ogdn"', ("tissue.my_fat.model 'ogdn'", "'ogden'")),
        ("alpha = {", "alfa = {", ("tissue.my_fat.elastic.alpha: missing", "'ogden' needs it")),
        (
            'unit = "kPa"',
            'unit = "kg"',
            ("tissue.my_fat.elastic.mu", "kg", "a mass, not a pressure"),
        ),
        ("value = 2.0", "value = 9.0", ("tissue.my_fat.elastic.mu: value is 9", "[1, 4]")),
        (
            "g_inf = 0.5",
            "g_inf = 0.9",
            ("tissue.my_fat.prony: g_inf + sum of g is 1.4", "must be 1"),
        ),
        ("tau_s = [0.2]", "tau_s = [0.2, 1]", ("tissue.my_fat.prony: g has 1 values and tau_s 2",)),
        ("[tissue.my_fat.prony]", "[tissue.my_fat.pronny]", ("pronny: unknown key", "'prony'")),
        ("quasistatic", "quasi", ("tissue.my_fat.elastic.reference: is 'quasi'", "'quasistatic'")),
        ("[stack.leg]", "[stak.leg]", ("stak: unknown key", "'stack'")),
    ],
)
def test_mistake_in_library_form_is_one_sentence_with_its_place(write, old, new, parts):
    assert old in LIBRARY_FORM
    path = write(LIBRARY_FORM.replace(old, new))
    with pytest.raises(InputError) as caught:
        load_tissue(path)
    message = str(caught.value)
    assert message.startswith(as_heading(path))
    assert "\n" not in message
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            FLAT_TOOL.replace("nose_radius", "nose_radus"),
            ("nose_radus: unknown key", "'nose_radius'"),
        ),
        (FLAT_TOOL.replace('thickness = "3.5 mm"', ""), ("thickness: missing",)),
        (
            FLAT_TOOL.replace('"3.5 mm"', '"5 mm"'),
            ("thickness of the edge is 0.005 m", "at most 2"),
        ),
        (FLAT_TOOL.replace('"45 g"', '"45 N"'), ("mass", "45 N", "a force, not a mass")),
        (FLAT_TOOL + "leading_flank_angle = 45.0\n", ("leading_flank_angle is 45.0", "'45 deg'")),
        (TOOL_TABLES, ("has 2 instruments", "name=", "blade, second")),
        (TOOL_TABLES.replace('unit = "deg"', 'unit = "mm"'), ("has 2 instruments",)),
        ("[instrument]\n", ("instrument: is {}", "at least 1")),
    ],
)
def test_mistake_in_a_tool_is_one_sentence_with_its_place(write, text, parts):
    path = write(text)
    with pytest.raises(InputError) as caught:
        load_instrument(path)
    message = str(caught.value)
    assert message.startswith(as_heading(path))
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_tool_tables_say_what_is_missing_in_the_one_chosen(write):
    with pytest.raises(InputError, match=r"instrument\.second: leading_flank_angle is missing"):
        load_instrument(write(TOOL_TABLES), name="second")
    with pytest.raises(InputError, match="instrument 'blad' is unknown; did you mean 'blade'"):
        load_instrument(write(TOOL_TABLES), name="blad")


def test_several_stacks_need_a_choice(write):
    two = LIBRARY_FORM + '\n[stack.arm]\nlayers = [{ tissue = "dermis", t = 1.0e-3 }]\n'
    with pytest.raises(InputError, match="has 2 stacks; choose one with name=, of leg, arm"):
        load_tissue(write(two))
    assert load_tissue(write(two), name="arm").name == "arm"
    with pytest.raises(InputError, match="stack 'amr' is unknown; did you mean 'arm'"):
        load_tissue(write(two), name="amr")


def test_file_without_layers_is_refused(write):
    with pytest.raises(InputError, match=r"neither \[\[layer\]\] nor \[stack.NAME\]; add one"):
        load_tissue(write("allow_unusual = false"))
    with pytest.raises(InputError, match="layer: is .*at least 1"):
        load_tissue(write("layer = []"))


def test_missing_or_unreadable_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"nowhere.toml' does not exist; check the path"):
        load_tissue(tmp_path / "nowhere.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is UTF-16 text"):
        load_instrument(tmp_path / "binary.toml")
    with pytest.raises(InputError, match="is a folder; give the path of a TOML"):
        load_tissue(tmp_path)
