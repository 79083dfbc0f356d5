"""A section says how far it stands for its whole edge: at every depth, and in a warning."""

import json
from dataclasses import replace

import numpy as np
import pytest

import softsim as ss
from softsim.edge_effects import RATIO_TOLD, _sentence, with_section_ratio
from softsim.engines.linear import section_ratio
from softsim.engines.linear.medium.increments import linear_stack
from softsim.engines.linear.section_ratio import _ratio, frozen
from softsim.variables import REGISTRY, names

pytestmark = pytest.mark.jit
STRAIGHT = float("inf")
TWO_LINES = 240  # characters of a warning that fits two lines of a terminal
TOOL = ss.load_instrument("gt4_class_scanner")
# Against whole and plane contacts on fine grids, deeper than DEEP and above it: as documented.
RTOL_DEEP, RTOL_SHALLOW, DEEP = 0.1, 0.35, 1.5e-3


def gel(thickness="10 mm", prestretch=1.0, **tissue):
    prony = ss.Prony(g=(0.4,), tau=("50 ms",))
    skin = ss.NeoHookean(young_modulus="80 kPa", poisson_ratio=0.45, prony=prony)
    soft = ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45)
    stretch = (prestretch, prestretch)
    layers = (
        ss.Layer(name="skin", thickness="1.5 mm", material=skin, prestretch=stretch),
        ss.Layer(name="fat", thickness=thickness, material=soft),
    )
    return ss.Tissue(layers=layers, **tissue)


def rod(length="30 mm", **shape):
    edge = ss.Edge(nose_radius="4 mm", thickness="8 mm")
    return ss.Instrument(edge=edge, contact_length=length, **shape)


def problem(tissue=None, instrument=None, **stroke):
    given = {"angle": "90 deg", "speed": "100 mm/s", "friction": 0.14} | stroke
    if not {"force", "pressure", "indentation"} & set(given):
        given["force"] = "0.3 N"
    return ss.Problem(
        tissue=tissue or gel(), instrument=instrument or rod(), stroke=ss.Stroke(**given)
    )


def linear(case, **options):
    return ss.simulate(case, engine="linear", **options)


def told(result):
    return [text for text in json.loads(result.attrs["warnings"]) if "section" in text]


@pytest.mark.parametrize(
    "shape",
    [
        {"length": "8 mm"},
        {"length": "60 mm"},
        {"edge_curvature_radius": "60 mm"},
        {"length": "40 mm", "edge_curvature_radius": "-100 mm"},
    ],
    ids=["short", "long", "convex", "concave"],
)
def test_ratio_is_that_of_the_whole_edge_and_its_section(shape):
    """The law: section times ratio is what the whole edge has (tissue without prestress)."""
    case = problem(instrument=rod(**shape))
    section, whole = linear(case), ss.simulate(case, edge="whole")
    expected = (whole.peak_von_mises_at_depth / section.peak_von_mises_at_depth).to_numpy()
    deep = section.depth.to_numpy() > DEEP
    found = section.section_ratio.to_numpy()
    np.testing.assert_allclose(found[deep], expected[deep], rtol=RTOL_DEEP)
    np.testing.assert_allclose(found[~deep], expected[~deep], rtol=RTOL_SHALLOW)
    assert float(section.section_ratio_indentation) == pytest.approx(
        float(whole.indentation / section.indentation), rel=0.05
    )
    peak = float(section.section_ratio_peak_pressure)
    wanted = float(whole.peak_contact_pressure / section.peak_contact_pressure)
    if "length" in shape:  # peaks at ends: 32 cells miss up to a third of them
        assert 0.6 * wanted < peak < 1.05 * wanted
        assert peak > RATIO_TOLD[1]
    else:
        assert peak == pytest.approx(wanted, rel=0.05)


def test_eight_millimetres_are_no_plane_section():
    """Muscle: 2266 Pa in the section, 701 Pa under the whole edge, and not a word."""
    short = replace(TOOL, contact_length="8 mm", edge_curvature_radius=STRAIGHT, end_radius=0)
    case = problem(ss.load_tissue("calf"), short, force="1 N", angle="45 deg")
    found = linear(case)
    muscle = found.section_ratio[found.depth_layer == "muscle"].to_numpy()
    assert (muscle < 0.55).all()
    assert muscle.min() < 701.0 / 2266.0
    [warning] = told(found)
    assert "muscle" in warning
    assert "from the skin on" in warning
    assert "indentation 0.38" in warning or "indentation 0.39" in warning
    assert len(warning) < TWO_LINES
    assert "section_ratio" in warning


def test_curved_scanner_indents_more_than_its_section():
    """R = 100 mm at 1 N: 3.0 mm as a whole edge and 1.7 mm as a section, without a word."""
    scanner = replace(TOOL, edge_curvature_radius="100 mm")
    case = problem(ss.load_tissue("calf"), scanner, force="1 N", angle="45 deg", friction=0.0)
    found, whole = linear(case), ss.simulate(case, edge="whole", cells=(64, 32))
    ratio = float(whole.indentation / found.indentation)
    assert ratio == pytest.approx(3.0 / 1.7, rel=0.05)
    assert float(found.section_ratio_indentation) == pytest.approx(ratio, rel=0.05)
    assert "indentation 1.8" in told(found)[0]


def test_long_concave_edge_carries_nothing_in_its_middle():
    hollow = replace(TOOL, edge_curvature_radius="-100 mm")
    found = linear(problem(ss.load_tissue("calf"), hollow, force="1 N"))
    shallow = found.depth < 4e-3
    assert float(found.section_ratio_middle[shallow].max()) < 0.2
    assert float(found.section_ratio[shallow].min()) > 1.5


def test_long_edge_on_a_thin_layer_is_its_section_and_not_told():
    """A thin compressible layer is a bed of springs: its ends do not peak."""
    mat = ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.2)
    bed = ss.Tissue(layers=(ss.Layer(name="mat", thickness="1 mm", material=mat),))
    found = linear(problem(bed, rod("200 mm", end_radius="5 mm"), force="0.5 N"))
    low, high = RATIO_TOLD
    for name in names("ratio"):
        assert ((low < found[name]) & (found[name] < high)).all(), name
    assert told(found) == []


def test_middle_of_a_long_edge_is_its_section():
    found = linear(problem(instrument=rod("200 mm", end_radius="2 mm"), force="1 N"))
    np.testing.assert_allclose(found.section_ratio_middle, 1.0, rtol=0.05)


@pytest.mark.parametrize("mode", ["steady", "press"])
def test_both_engines_state_the_ratio_at_their_depths(mode):
    case = problem(instrument=rod("8 mm"), force="20 mN", dwell="0.1 s", press_time="0.1 s")
    for engine in ("finite", "linear"):
        found = ss.simulate(case, engine=engine, mode=mode)
        for name in names("ratio"):
            assert found[name].dims == REGISTRY[name].dims
            assert found[name].attrs == REGISTRY[name].attributes
        assert float(found.section_ratio[-1]) < 0.85
        assert len(told(found)) == 1


def test_control_by_indentation_and_pressure_takes_the_force_found():
    by_force = linear(problem(instrument=rod("8 mm")))
    for kind, name in (("indentation", "indentation"), ("pressure", "mean_contact_pressure")):
        case = problem(instrument=rod("8 mm"), **{kind: float(by_force[name])})
        other = linear(case)
        np.testing.assert_allclose(
            other.section_ratio, by_force.section_ratio, rtol=1e-3, err_msg=kind
        )


def test_first_depth_outside_is_named():
    """A long edge on springs whose lowest rows alone are off, made by hand."""
    found = linear(problem(instrument=rod("200 mm", end_radius="2 mm"), force="1 N"))
    values = {name: np.ones(found[name].shape) for name in names("ratio")}
    values["section_ratio"][-2:] = 0.5, 0.4
    text = _sentence(found, values, ("fat",))
    assert text is not None
    start = f"from a depth of {1e3 * float(found.depth[-2]):.2g} mm on"
    assert f"von Mises change 0.4 to 0.5 {start} (fat 0.4 to 0.5)" in text
    assert "moduli averaged in fat" in text
    values["section_ratio"][:] = 1.0
    assert _sentence(found, values, ()) is None


def test_stroke_backwards_has_the_same_ratio():
    there, back = (
        linear(problem(instrument=rod("8 mm"), speed=speed, angle=angle)).section_ratio
        for speed, angle in (("100 mm/s", "60 deg"), ("-100 mm/s", "120 deg"))
    )
    np.testing.assert_allclose(there, back, rtol=1e-6)


def test_tissue_with_ends_cannot_be_judged_and_that_is_told():
    found = ss.simulate(problem(gel(width="60 mm"), force="0.1 N"))
    assert np.isnan(found.section_ratio).all()
    assert "could not be judged" in told(found)[0]
    assert "width" in told(found)[0]


def test_half_space_and_prestress_are_judged():
    for tissue in (gel(base="half_space"), gel(prestretch=1.2)):
        found = linear(problem(tissue, rod("8 mm")))
        assert np.isfinite(found.section_ratio).all()
        assert float(found.section_ratio[-1]) < 0.7


def test_equal_scenes_are_solved_once():
    case = problem(instrument=rod("9 mm"), force="0.21 N")
    first = linear(case)
    hits, misses = _ratio.hits, _ratio.misses
    again = with_section_ratio(case, first)
    linear(case)
    assert (_ratio.hits - hits, _ratio.misses - misses) == (2, 0)
    assert again.section_ratio.equals(first.section_ratio)


def test_frozen_stack_has_the_moduli_of_its_rate():
    """Long-term at rest, instantaneous at a high rate, and in between the storage modulus."""
    stack = linear_stack(gel())
    for rate, share in ((0.0, 0.6), (1e9, 1.0), (20.0, 1.0 - 0.4 / 2.0)):
        found = frozen(stack, rate)
        shear = found.shear_modulus / stack.shear_modulus
        np.testing.assert_allclose(shear, [share, 1.0], rtol=1e-9)
        bulk = [
            s.shear_modulus * (2 + 2 * s.poisson_ratio) / (3 - 6 * s.poisson_ratio)
            for s in (found, stack)
        ]
        np.testing.assert_allclose(bulk[0], bulk[1], rtol=1e-9)


def test_ratio_can_be_asked_for_without_a_result():
    case = problem(instrument=rod("8 mm"))
    found = section_ratio(case, force=0.3, rate=0.0, depth=np.array([0.0, 2e-3, 8e-3]))
    assert found.largest.shape == (3,)
    assert found.largest[2] < found.largest[1]
    assert found.averaged == ()
