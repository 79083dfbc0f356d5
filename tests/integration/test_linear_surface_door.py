"""Whole edges through the door of the linear engine."""

import json

import numpy as np
import pytest

import softsim as ss
from softsim.errors import ConvergenceError, InputError
from softsim.variables import REGISTRY, names
from tests.tractions import forces_on_nodes

pytestmark = pytest.mark.jit
RTOL_HERTZ = 3e-3
RTOL_PLANE = 5e-3  # cells of a fortieth of the contact; images of the bands 1e-3
CELLS = (48, 32)
ROD = ss.Edge(nose_radius="5 mm", thickness="10 mm")


def tool(length="30 mm", **shape):
    return ss.Instrument(edge=ROD, contact_length=length, **shape)


def gel(prestretch=1.0):
    prony = ss.Prony(g=(0.5,), tau=("20 ms",))
    skin = ss.NeoHookean(young_modulus="60 kPa", poisson_ratio=0.4, prony=prony)
    soft = ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.4)
    stretch = (prestretch, prestretch)
    layers = (
        ss.Layer(name="skin", thickness="1 mm", material=skin, prestretch=stretch),
        ss.Layer(name="fat", thickness="2 mm", material=soft),
    )
    return ss.Tissue(layers=layers)


def problem(tissue=None, instrument=None, **stroke):
    given = {"angle": "90 deg", "speed": "100 mm/s", "friction": 0.2} | stroke
    if not {"force", "pressure", "indentation"} & set(given):
        given["indentation"] = "0.1 mm"
    given = {name: value for name, value in given.items() if value is not None}
    return ss.Problem(
        tissue=tissue or gel(), instrument=instrument or tool(), stroke=ss.Stroke(**given)
    )


@pytest.fixture(scope="module")
def edge():
    """A straight edge."""
    return ss.simulate(problem(), edge="whole", cells=CELLS)


def test_every_map_is_there(edge):
    maps = set(names("map")) - {"across"}
    assert maps <= set(edge.data_vars)
    for name, variable in edge.data_vars.items():
        assert variable.dims == REGISTRY[name].dims
        assert variable.attrs == REGISTRY[name].attributes
    assert edge.attrs["engine"] == "linear"
    assert edge.attrs["stroke_mode"] == "steady"
    assert json.loads(edge.attrs["relaxes"])["skin"] == "shear"
    cell = edge.attrs["element_along"] * edge.attrs["element_across"]
    total = float(edge.contact_pressure_map.sum()) * cell
    assert total == pytest.approx(float(edge.normal_force), rel=1e-12)
    assert float(edge.mean_contact_pressure * edge.contact_area) == pytest.approx(total)


@pytest.mark.parametrize("prestretch", [1.0, 1.2])
def test_middle_of_a_long_edge_is_the_section(prestretch):
    case = problem(gel(prestretch))
    whole, section = (
        ss.simulate(case, edge="whole", cells=(64, 32)),
        ss.simulate(case, engine="linear"),
    )
    middle = whole.isel(across=16)
    force = float(middle.contact_pressure_map.sum()) * whole.attrs["element_along"]
    line = float(section.normal_force / section.contact_length)
    assert force == pytest.approx(line, rel=RTOL_PLANE)
    peak = float(middle.contact_pressure_map.max())
    per_length = forces_on_nodes(section)[1] / np.gradient(section.along.to_numpy())
    assert peak == pytest.approx(per_length.max(), rel=RTOL_PLANE)
    undeformed = float(section.contact_end - section.contact_start)
    assert float(middle.contact_width_across) == pytest.approx(undeformed, rel=2 * RTOL_PLANE)


def test_ball_on_a_half_space_is_hertz():
    young, nu, radius, force = 3e4, 0.45, 0.02, 5e-3
    material = ss.NeoHookean(young_modulus=young, poisson_ratio=nu)
    with ss.allow_unusual():
        block = ss.Layer(name="gel", thickness="1 m", material=material)
    tissue = ss.Tissue(layers=(block,), base="half_space")
    plane = young / (1 - nu**2)
    half = (3 * force * radius / (4 * plane)) ** (1 / 3)
    x = (np.arange(64) - 31.5) * half / 24
    heights = (x[:, None] ** 2 + x**2) / (2 * radius)
    found = ss.simulate(
        problem(tissue, force=force, speed=None),
        edge="whole",
        heights=heights,
        spacing=(half / 24, half / 24),
    )
    assert float(found.peak_contact_pressure) == pytest.approx(
        1.5 * force / (np.pi * half**2), rel=RTOL_HERTZ
    )
    # the lowest cells lie half a cell diagonal beside the pole
    assert float(found.indentation) == pytest.approx(half**2 / radius, rel=RTOL_HERTZ)
    assert float(found.contact_width) == pytest.approx(2 * half, abs=half / 24)
    assert float(found.contact_span) == pytest.approx(2 * half, abs=half / 12)
    assert float(found.friction_force) == 0.0


def test_stroke_backwards_is_the_mirror_image(edge):
    back = ss.simulate(problem(speed="-100 mm/s"), edge="whole", cells=CELLS)
    np.testing.assert_allclose(
        back.contact_pressure_map.to_numpy(),
        edge.contact_pressure_map.to_numpy()[::-1],
        rtol=0,
        atol=1e-4 * float(edge.peak_contact_pressure),
    )
    for name in ("normal_force", "tangential_force", "contact_width", "contact_shift"):
        assert float(back[name]) == pytest.approx(float(edge[name]), rel=1e-4), name
    assert float(back.contact_shear_map.sum()) < 0.0


def test_convex_edge_touches_in_the_middle_and_concave_at_its_ends():
    edge, convex, concave = (
        ss.simulate(
            problem(instrument=tool(edge_curvature_radius=r, end_radius=0)),
            edge="whole",
            cells=CELLS,
        )
        for r in (np.inf, "150 mm", "-400 mm")
    )
    assert float(edge.contact_span) == pytest.approx(30e-3, rel=1e-9)
    # an edge of radius R dips below the skin over 2 sqrt(2 R d), the skin is pulled down beside it
    assert 0.5 * 2 * np.sqrt(2 * 0.15 * 1e-4) < float(convex.contact_span) < 0.03
    for whole in (convex, concave):
        forces = whole.contact_pressure_map.sum("along").to_numpy()
        np.testing.assert_allclose(forces, forces[::-1], rtol=0, atol=1e-5 * forces.max())
    forces = concave.contact_pressure_map.sum("along").to_numpy()
    assert forces[0] > forces[16]
    assert float(convex.normal_force) < float(edge.normal_force)


def test_leaned_curved_edge_bends_the_contact_forward():
    """The handle leans forward: the ends of a convex edge stand ahead of its middle."""
    lean = problem(instrument=tool(edge_curvature_radius="60 mm"), angle="45 deg", friction=0.0)
    found = ss.simulate(lean, edge="whole", cells=CELLS)
    heights = found.tool_height
    lowest = heights.along[heights.argmin("along")]
    assert float(lowest[0]) > float(lowest[16]) + 1e-4
    drop = 60e-3 - np.sqrt(60e-3**2 - float(found.across[0]) ** 2)
    assert float(heights.isel(across=0).min()) == pytest.approx(drop * np.sin(np.pi / 4), rel=0.05)


@pytest.mark.parametrize("kind", ["force", "pressure", "indentation"])
def test_each_load_is_met(kind):
    value = {"force": 0.1, "pressure": 1.5e3, "indentation": 1e-4}[kind]
    found = ss.simulate(problem(**{kind: value}), edge="whole", cells=(24, 16))
    name = {"force": "normal_force", "pressure": "mean_contact_pressure"}.get(kind, kind)
    cells = float((found.contact_pressure_map > 0).sum())
    assert float(found[name]) == pytest.approx(value, rel=max(1.0 / cells, 1e-6))


def test_map_of_ones_own_is_solved_on_its_cells(edge):
    spacing = (edge.attrs["element_along"], edge.attrs["element_across"])
    again = ss.simulate(
        problem(), edge="whole", heights=edge.tool_height.to_numpy(), spacing=spacing
    )
    lift = float(edge.tool_height.min())  # the lowest cell lies above the lowest point
    assert lift < 1e-6
    assert float(again.normal_force) == pytest.approx(float(edge.normal_force), rel=0.02)
    assert again.contact_pressure_map.shape == edge.contact_pressure_map.shape


def test_fibres_that_run_one_way_are_averaged_and_told():
    even = ss.FibreFamily(k1="10 kPa", k2=1.0, angle="0 deg")
    law = ss.SplitNeoHookean(shear_modulus="10 kPa", bulk_modulus="100 kPa", fibres=(even,))
    tissue = ss.Tissue(layers=(ss.Layer(name="fascia", thickness="3 mm", material=law),))
    found = ss.simulate(problem(tissue), edge="whole", cells=(24, 16))
    turned = ss.SplitNeoHookean(
        shear_modulus="10 kPa",
        bulk_modulus="100 kPa",
        fibres=(ss.FibreFamily(k1="10 kPa", k2=1.0, angle="90 deg"),),
    )
    other = ss.simulate(
        problem(ss.Tissue(layers=(ss.Layer(name="fascia", thickness="3 mm", material=turned),))),
        edge="whole",
        cells=(24, 16),
    )
    assert any("fascia differ" in text for text in json.loads(found.attrs["warnings"]))
    assert float(found.normal_force) == pytest.approx(float(other.normal_force), rel=1e-9)


def test_library_site_and_tool_are_solved():
    case = ss.Problem(
        tissue=ss.load_tissue("calf"),
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(force="2 N", angle="70 deg", speed="100 mm/s", friction="emollient"),
    )
    found = ss.simulate(case, edge="whole", cells=(32, 24))
    assert float(found.normal_force) == pytest.approx(2.0, rel=1e-6)
    assert any("deep_fascia" in text for text in json.loads(found.attrs["warnings"]))
    assert float(found.contact_span) < float(case.instrument.contact_length)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"cells": (4, 4)}, "cells"),
        ({"heights": np.zeros((4, 4)), "spacing": (1e-4, 1e-4)}, "heights"),
        ({"heights": np.zeros((9, 9))}, "spacing"),
        ({"heights": np.full((9, 9), np.inf), "spacing": (1e-4, 1e-4)}, "infinite"),
    ],
)
def test_bad_maps_are_refused_in_one_sentence(change, word):
    with pytest.raises(InputError, match=word):
        ss.simulate(problem(), edge="whole", **change)


def test_edges_curved_more_than_they_are_long_are_refused():
    with pytest.raises(InputError, match="edge_curvature_radius"):
        ss.simulate(problem(instrument=tool(edge_curvature_radius="10 mm")), edge="whole")


def pressed(**stroke):
    given = {"speed": None, "friction": 0.0, "press_time": "50 ms", "dwell": "0.2 s"}
    return problem(**(given | stroke))


def test_press_of_a_long_edge_is_the_press_of_the_section_in_its_middle():
    case = pressed()
    whole = ss.simulate(case, edge="whole", mode="press", cells=(64, 24))
    section = ss.simulate(case, mode="press", engine="linear")
    np.testing.assert_allclose(whole.time, section.time, rtol=1e-12)
    middle = whole.isel(across=12)
    force = middle.contact_pressure_map.sum("along") * whole.attrs["element_along"]
    line = section.normal_force / section.contact_length
    loaded = section.time.to_numpy() > 0.02  # before, the contact is a few cells wide
    np.testing.assert_allclose(force[loaded], line[loaded], rtol=3 * RTOL_PLANE)
    assert float(whole.normal_force[-1]) < float(whole.normal_force.max())  # it relaxes


def test_press_has_time_in_front_of_what_changes():
    found = ss.simulate(
        pressed(indentation=None, force="0.1 N"), edge="whole", mode="press", cells=(24, 16)
    )
    for name, variable in found.data_vars.items():
        in_time = ("time",) if REGISTRY[name].in_time else ()
        assert variable.dims == (*in_time, *REGISTRY[name].dims), name
    assert found.attrs["stroke_mode"] == "press"
    np.testing.assert_allclose(found.normal_force[-5:], 0.1, rtol=1e-6)
    assert (np.diff(found.indentation) > 0.0).all()
    assert float(found.contact_width[0]) == 0.0
    assert np.isnan(float(found.mean_contact_pressure[0]))


def test_presses_that_are_not_known_are_refused():
    with pytest.raises(InputError, match="takes force or indentation"):
        ss.simulate(pressed(indentation=None, pressure="1 kPa"), edge="whole", mode="press")
    with pytest.raises(InputError, match="'transient'"):
        ss.simulate(pressed(), edge="whole", mode="transient")
    held = ss.simulate(pressed(), edge="whole", mode="press", cells=(24, 16))
    with pytest.raises(InputError, match="mode 'press'"):
        ss.fields_under(held)


def test_ramp_with_a_sharp_rim_ploughs_by_its_slope():
    x = (np.arange(24) - 11.5) * 2e-4
    ramp = np.repeat(np.where(x < 0.0, np.inf, 0.2 * x)[:, None], 16, axis=1)
    found = ss.simulate(
        problem(indentation=None, force="0.02 N"), edge="whole", heights=ramp, spacing=(2e-4, 3e-4)
    )
    assert float(found.apparent_friction) == pytest.approx(0.2 + 0.2, rel=1e-9)


def test_contact_on_few_cells_is_told_and_one_column_is_solved():
    ridge = np.full((24, 16), np.inf)
    ridge[:, 8] = 0.0
    found = ss.simulate(
        problem(indentation=None, force="0.02 N"), edge="whole", heights=ridge, spacing=(2e-4, 3e-4)
    )
    assert any("1 cells wide" in text for text in json.loads(found.attrs["warnings"]))
    assert float(found.normal_force) == pytest.approx(0.02, rel=1e-6)


def test_pressure_on_an_area_that_no_cells_tell_is_refused():
    """The two ends of a concave edge touch first: one cell each meets any pressure."""
    concave = ss.Problem(
        tissue=ss.load_tissue("calf"),
        instrument=ss.load_instrument("gt1_class_long_concave"),
        stroke=ss.Stroke(pressure="20 kPa", angle="90 deg", speed="100 mm/s", friction=0.2),
    )
    with pytest.raises(ConvergenceError, match="give a force"):
        ss.simulate(concave, edge="whole", cells=(32, 16))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"cells": 64}, "cells"),
        ({"cells": (64.5, 32)}, "cells"),
        ({"heights": np.full((9, 9), -np.inf), "spacing": (1e-4, 1e-4)}, "-inf"),
        ({"heights": np.zeros((9, 9)), "spacing": 1e-4}, "spacing"),
        ({"heights": np.zeros((9, 9)), "spacing": (np.inf, 1e-4)}, "spacing"),
        ({"heights": "abc", "spacing": (1e-4, 1e-4)}, "heights"),
    ],
)
def test_maps_that_are_no_maps_are_refused(change, word):
    with pytest.raises(InputError, match=word):
        ss.simulate(problem(), edge="whole", **change)


def test_indentation_into_the_base_is_refused():
    with pytest.raises(InputError, match="rigid base"):
        ss.simulate(problem(indentation="5 mm"), edge="whole")
