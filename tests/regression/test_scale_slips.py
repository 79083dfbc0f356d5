"""Numbers that no soft tissue, hand or tool has are refused with the spelling meant (issue 15, 3).

The kind of fault: a table in the mm-N-MPa system typed bare is read as SI, and the answer is that
of a tissue a million times softer, or a thousand times thicker.
"""

from __future__ import annotations

import math
import pickle
import re
import threading
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import softsim as ss
from softsim.cli import main
from softsim.cli.stroke import given_problem
from softsim.plausible import RANGES, is_lifted, table
from softsim.serialise import problem_from_toml, problem_to_toml
from softsim.sweeps.design import Design, design_from_table

CONVENTIONS = Path(__file__).parents[2] / "docs" / "conventions.md"


def law(**changes):
    return ss.NeoHookean(**({"young_modulus": "20 kPa", "poisson_ratio": 0.45} | changes))


def layer(**changes):
    return ss.Layer(**({"name": "fat", "thickness": "10 mm", "material": law()} | changes))


def edge(**changes):
    return ss.Edge(**({"nose_radius": "1 mm", "thickness": "2 mm"} | changes))


def tool(**changes):
    return ss.Instrument(**({"edge": edge(), "contact_length": "50 mm"} | changes))


def stroke(**changes):
    given = {"force": "6 N"} | changes
    if {"pressure", "indentation"} & changes.keys():
        del given["force"]
    return ss.Stroke(**given)


def problem(**changes):
    parts = {"tissue": ss.Tissue(layers=[layer()]), "instrument": tool(), "stroke": stroke()}
    return ss.Problem(**(parts | changes))


SLIPS = {
    # name: what is made, what the refusal suggests
    "c10 in MPa": (lambda: ss.Yeoh(c10=0.0094, c20=0.082, bulk_modulus=0.5), "c10='0.0094 MPa'"),
    "E in MPa": (lambda: law(young_modulus=0.2), "'0.2 MPa'"),
    "E in kPa": (lambda: law(young_modulus=20), "'20 kPa'"),
    "mu in kPa": (lambda: ss.SplitNeoHookean(shear_modulus=5, bulk_modulus=5e3), "'5 kPa'"),
    "mu in MPa": (lambda: ss.Ogden(shear_modulus=0.01, exponent=9, bulk_modulus=1), "'0.01 MPa'"),
    "c1 in MPa": (lambda: ss.VerondaWestmann(c1=1e-3, c2=3, bulk_modulus=1), "c1='0.001 MPa'"),
    "c10 + c01 in MPa": (
        lambda: ss.MooneyRivlin(c10=0.01, c01=0.02, bulk_modulus=1),
        "c10='0.01 MPa', c01='0.02 MPa'",
    ),
    "K below mu": (lambda: ss.SplitNeoHookean(shear_modulus=840, bulk_modulus=360), "'84 kPa'"),
    "K in MPa": (lambda: ss.SplitNeoHookean(shear_modulus=840, bulk_modulus=36), "'36 MPa'"),
    "thickness in mm": (lambda: layer(thickness=0.9), "'0.9 mm'"),
    "thickness with m for mm": (lambda: layer(thickness="0.9 m"), "'0.9 mm'"),
    "prestress in MPa": (lambda: layer(prestress=0.02), "'0.02 MPa'"),
    "width in mm": (lambda: ss.Tissue(layers=[layer()], width=8), "'8 mm'"),
    "indentation in mm": (lambda: stroke(indentation=0.5), "'0.5 mm'"),
    "pressure in kPa": (lambda: stroke(pressure=20), "'20 kPa'"),
    "force in mN": (lambda: stroke(force=6000), "'6000 mN'"),
    "speed in cm/s": (lambda: stroke(speed=5), "'5 cm/s'"),
    "speed in mm/s, backwards": (lambda: stroke(speed=-9.0), "'-9 mm/s'"),
    "angle in degrees": (lambda: stroke(angle=3), "'3 deg'"),
    "length in mm": (lambda: stroke(speed="0.1 m/s", length=8), "'8 mm'"),
    "press time in ms": (lambda: stroke(press_time=5000), "'5000 ms'"),
    "nose in mm": (lambda: edge(nose_radius=1.5, thickness=3.0), "'1.5 mm'"),
    "body in mm": (
        lambda: edge(thickness=0.8, leading_flank_angle=0.8, trailing_flank_angle=0.8),
        "'0.8 mm'",
    ),
    "contact length in cm": (lambda: tool(contact_length=5), "'5 cm'"),
    "end in mm": (lambda: tool(end_radius=8), "'8 mm'"),
    "mass in g": (lambda: tool(mass=17), "'17 g'"),
    "curvature in mm": (lambda: tool(edge_curvature_radius=-100), "'-100 mm'"),
    "element in nm": (lambda: ss.Resolution(element_along="1 nm"), "'1 mm'"),
    "element in mm": (lambda: ss.Resolution(element_along=0.2), "'0.2 mm'"),
    "tau of an age": (lambda: ss.Prony(g=0.5, tau="1e8 s"), "lifts"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_of_scale_is_refused_with_the_spelling_meant_and_can_be_lifted(name):
    make, meant = SLIPS[name]
    with pytest.raises(ss.InputError) as caught:
        make()
    message = str(caught.value)
    assert meant in message
    assert "ss.allow_unusual()" in message
    assert len(message) < 400
    with ss.allow_unusual():
        make()


IMPOSSIBLE = {
    "thickness": lambda: layer(thickness="-1 mm"),
    "thickness 0": lambda: layer(thickness=0),
    "bulk": lambda: ss.SplitNeoHookean(shear_modulus=840, bulk_modulus=0),
    "ratio": lambda: law(poisson_ratio=0.5),
    "angle": lambda: stroke(angle=math.pi),
    "friction": lambda: stroke(friction=14),
    "force": lambda: stroke(force=0),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_is_impossible_stays_refused(name):
    with ss.allow_unusual(), pytest.raises(ss.InputError):
        IMPOSSIBLE[name]()


def test_bounds_are_lifted_inside_the_block_only():
    with ss.allow_unusual():
        with ss.allow_unusual():
            assert is_lifted()
        assert is_lifted()
    assert not is_lifted()


def test_bounds_are_lifted_when_the_block_ends_in_an_error():
    with pytest.raises(KeyError), ss.allow_unusual():
        raise KeyError
    assert not is_lifted()


def test_bounds_of_another_thread_stay_as_they_are():
    seen = []
    with ss.allow_unusual():
        other = threading.Thread(target=lambda: seen.append(is_lifted()))
        other.start()
        other.join()
    assert seen == [False]


def test_alone_it_holds_from_there_on():
    def script():
        ss.allow_unusual()
        layer(thickness=0.9)
        seen.append(is_lifted())

    seen = []
    runner = threading.Thread(target=script)
    runner.start()
    runner.join()
    assert seen == [True]


# ------------------------------------------------------------------ problems that carry it


def rubber():
    with ss.allow_unusual():
        return problem(tissue=ss.Tissue(layers=[layer(thickness="0.5 m")]))


def test_an_unusual_problem_is_read_back_from_its_text():
    made = rubber()
    assert made.allow_unusual
    text = problem_to_toml(made)
    assert text.startswith("allow_unusual = true\n")
    assert problem_from_toml(text) == made
    with pytest.raises(ss.InputError, match="thickness"):
        problem_from_toml(text.replace("allow_unusual = true\n", ""))


def test_an_unusual_part_makes_an_unusual_problem():
    made = rubber()
    again = problem(tissue=made.tissue)
    assert again == made


def test_a_usual_problem_made_while_bounds_are_lifted_is_the_same_as_ever():
    with ss.allow_unusual():
        made = problem()
    assert made == problem()
    assert "allow_unusual" not in problem_to_toml(made)


def test_an_unusual_problem_can_be_swept_in_another_process():
    design = Design(
        problem=rubber(), mode="press", sweep={"tissue.fat.thickness": ["0.6 m", "0.7 m"]}
    )
    there = pickle.loads(pickle.dumps(design))
    assert there.case((1,)).tissue.thickness == 0.7


DESIGN = {
    "tissue": {"layer": [{"name": "fat", "thickness": "10 mm", "tissue": "fat"}]},
    "instrument": "gt4_class_scanner",
    "stroke": {"speed": "0.1 m/s"},
    "sweep": {"force": ["6 N", "6 kN"]},
}


def test_a_design_file_lifts_the_bounds_by_a_key():
    with pytest.raises(ss.InputError, match=r"sweep.force\[1\]: force is '6 kN'"):
        design_from_table(DESIGN)
    design = design_from_table(DESIGN | {"allow_unusual": True})
    assert design.case((1,)).stroke.force == 6000.0


@pytest.mark.parametrize(
    ("load", "text"),
    [
        (ss.load_tissue, '{key}\n[[layer]]\nthickness = "0.5 m"\ntissue = "fat"\n'),
        (ss.load_instrument, '{key}\nnose_radius = 0.5\nthickness = 1\ncontact_length = "5 cm"\n'),
    ],
)
def test_a_file_lifts_the_bounds_by_a_key(load, text, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(text.format(key=""))
    with pytest.raises(ss.InputError, match="allow_unusual = true"):
        load(path)
    path.write_text(text.format(key="allow_unusual = true"))
    load(path)
    path.write_text(text.format(key="allow_unusual = 1"))
    with pytest.raises(ss.InputError, match="allow_unusual"):
        load(path)


def test_the_command_line_lifts_the_bounds_by_an_option_and_says_so():
    words = ["stroke", "--tissue", "calf", "--instrument", "gt4_class_scanner", "--mode", "press"]
    result = CliRunner().invoke(main, [*words, "--force", "5 kN"])
    assert result.exit_code == 2
    assert "--allow-unusual" in result.stderr
    assert "ss." not in result.stderr
    made = given_problem("calf", "gt4_class_scanner", None, None, allow_unusual=True, force="5 kN")
    assert made.allow_unusual


# ------------------------------------------------------------------ layer, tool and load together


BLOCK = ss.Tissue(layers=[layer()], width="7 mm", sides="free")
MISFITS = {
    "deeper than the tissue": ({"stroke": stroke(indentation="12 mm")}, "10 mm|0.01 m thick"),
    "tool wider than the block": (
        {"tissue": BLOCK, "instrument": tool(edge=edge(nose_radius="80 mm"))}, "nose_radius",
    ),
    "slide off the block": (
        {"tissue": BLOCK, "stroke": stroke(speed="0.1 m/s", length="60 mm")}, "length",
    ),
    "elements as large as the tissue": (
        {"resolution": ss.Resolution(element_along="15 mm")}, "element_along",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISFITS)
def test_layer_tool_and_load_out_of_scale_are_refused(name):
    parts, word = MISFITS[name]
    with pytest.raises(ss.InputError, match=word):
        problem(**parts)
    with ss.allow_unusual():
        made = problem(**parts)
    assert made.allow_unusual


def test_a_tool_heavier_than_its_load_is_told():
    light = problem(instrument=tool(mass="170 g"), stroke=stroke(force="1 N"))
    result = ss.simulate(light, mode="press", engine="linear")
    assert "the tool weighs 1.67 N and presses with 1 N" in result.attrs["warnings"]
    heavy = problem(instrument=tool(mass="100 g"), stroke=stroke(force="1 N"))
    assert "weighs" not in ss.simulate(heavy, mode="press", engine="linear").attrs["warnings"]


# ------------------------------------------------------------------ the bounds are wide


def test_wide_scenes_lie_inside():
    """The scenes of issue 15, 12: one to six layers, 200 Pa to 20 MPa, noses 0.05 to 20 mm."""
    draw = np.random.default_rng(15)
    for _ in range(200):
        layers = []
        for k in range(draw.integers(1, 7)):
            shear = 10 ** draw.uniform(math.log10(200), math.log10(20e6))
            material = ss.SplitNeoHookean(
                shear_modulus=shear,
                bulk_modulus=shear * 10 ** draw.uniform(math.log10(2), 4),
                prony=ss.Prony(g=draw.uniform(0.05, 0.9), tau=10 ** draw.uniform(-3, 3)),
            )
            thickness = 1e-3 * 10 ** draw.uniform(math.log10(0.05), math.log10(46))
            layers.append(layer(name=f"layer {k}", thickness=thickness, material=material))
        nose = 1e-3 * 10 ** draw.uniform(math.log10(0.05), math.log10(20))
        made = problem(
            tissue=ss.Tissue(layers=layers),
            instrument=tool(
                edge=edge(nose_radius=nose, thickness=2 * nose),
                contact_length=1e-3 * draw.uniform(5, 90),
            ),
            stroke=stroke(
                force=10 ** draw.uniform(-2, 2),
                angle=math.radians(draw.uniform(10, 170)),
                speed=10 ** draw.uniform(-4, 0) * draw.choice([-1, 1]),
                friction=draw.uniform(0, 1),
            ),
        )
        assert not made.allow_unusual


SCENES = {
    "rod of 54 um": lambda: (
        edge(nose_radius="54 um", thickness="108 um"),
        tool(contact_length="81.9 mm"),
        stroke(force="2.3 N", angle="151.6 deg", speed="5.7 mm/s"),
    ),
    "rubber roller": lambda: (
        law(young_modulus="0.275 MPa", poisson_ratio=0.475),
        edge(nose_radius="35 mm", thickness="70 mm"),
        tool(contact_length="28 mm"),
        stroke(force="380 N"),
    ),
    "heel fat of the first order": lambda: ss.Ogden(
        shear_modulus="0.0235 kPa", exponent=12.07, bulk_modulus="2 MPa"
    ),
    "curved scanner": lambda: tool(edge_curvature_radius="100 mm"),
    "epidermis": lambda: layer(thickness="0.08 mm"),
}


@pytest.mark.parametrize("name", SCENES)
def test_scene_of_a_user_lies_inside(name):
    SCENES[name]()


@pytest.mark.parametrize("site", ss.tissues())
def test_every_site_and_tool_of_the_library_lies_inside(site):
    tissue = ss.load_tissue(site)
    for name in ss.instruments():
        try:
            instrument = ss.load_instrument(name)
        except ss.InputError:  # a cup or a roller: no edge, as tests/unit/test_library.py has it
            continue
        assert not problem(tissue=tissue, instrument=instrument).allow_unusual


def test_the_table_of_the_documents_is_that_of_the_code():
    assert table() in CONVENTIONS.read_text(encoding="utf-8")


def test_every_bound_is_that_of_an_owner_and_a_field():
    for key, allowed in RANGES.items():
        assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", key)
        assert 0.0 < allowed.low < allowed.high
