"""Whole edges under large strain: Hertz, the section, small strain, and an independent 3-D code."""

import math
from dataclasses import replace

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.whole.report import line_load
from softsim.engines.finite.whole.scene import WholeScene
from softsim.engines.finite.whole.search import solve_whole

from .linear_reference import read_table

pytestmark = pytest.mark.jit
RTOL_FORCE = 7e-3  # stated for depths from 1 mm on
ATOL_LINE_LOAD = 0.02  # of its middle value, stated up to 0.8 of the half length
RTOL_LENGTH = 0.02  # stated for the contact length
RTOL_HERTZ, RTOL_HERTZ_PEAK = 1e-2, 1.5e-2
RTOL_SECTION = 3e-3
RTOL_BALL = 1e-2
DEEP = 1.5e-3


def gel(modulus, thickness, name="gel"):
    law = ss.materials.NeoHookean(young_modulus=modulus, poisson_ratio=0.45)
    return ss.Layer(name=name, thickness=thickness, material=law)


def blade(length, radius=math.inf, nose="5 mm", ends="5 mm"):
    return ss.Instrument(
        edge=ss.Edge(nose_radius=nose, thickness=f"{2 * float(nose[:-3])} mm"),
        contact_length=length, edge_curvature_radius=radius, end_radius=ends,
    )  # fmt: skip


def pressed(tissue, tool, **stroke):
    return ss.Problem(tissue=tissue, instrument=tool, stroke=ss.Stroke(**stroke))


BALL = blade("9 mm", "5 mm", ends="1 mm")
LAYERED = [
    gel("200 kPa", "1.5 mm", "skin"), gel("10 kPa", "8 mm", "fat"), gel("50 kPa", "20 mm", "muscle")
]  # fmt: skip
BLOCK = ss.Tissue(layers=LAYERED, width="100 mm", sides="free")
ROWS = {float(r["depth_mm"]): r for r in read_table("N02_press") if r["case"] == "whole"}


@pytest.mark.parametrize(
    "depth", [2.0, 5.0, *(pytest.param(d, marks=pytest.mark.slow) for d in (1.0, 3.0, 3.5, 4.0))]
)
def test_convex_blade_in_three_layers_equals_an_independent_code(depth):
    """Force, contact length and line load of hexahedra, extrapolated; 120 mm of tissue across."""
    whole = WholeScene.of(
        pressed(BLOCK, blade("130 mm", "100 mm"), indentation=f"{depth} mm", angle="90 deg")
    )
    found = solve_whole(replace(whole, reach=60e-3))
    assert 2.0 * found.force_depth == pytest.approx(float(ROWS[depth]["force"]), rel=RTOL_FORCE)
    half = float(ROWS[depth]["half_length_mm"])
    table = [r for r in read_table("N02_line_load") if float(r["depth_mm"]) == depth]
    places, loads = (
        np.array(
            [
                (float(r["y_mm"]), float(r["line_load_N_per_mm"]))
                for r in table
                if float(r["y_deformed_mm"]) < 0.8 * half
            ]
        )
        .reshape(-1, 2)
        .T
    )
    wanted = line_load(found, 1e-3 * places) / 1e3
    np.testing.assert_allclose(wanted, loads, atol=ATOL_LINE_LOAD * loads.max(initial=0.0))


def test_door_gives_maps_sizes_and_errors_of_the_whole_edge():
    case = pressed(BLOCK, blade("130 mm", "100 mm"), indentation="3 mm", angle="90 deg")
    found = ss.simulate(case, edge="whole", engine="finite")
    force = float(found.normal_force)
    dx, dy = (float(np.diff(found[name])[0]) for name in ("along", "across"))
    assert float(found.contact_pressure_map.sum()) * dx * dy == pytest.approx(force, rel=1e-3)
    # maps end four spans beside the contact
    assert float(found.line_load.sum()) * dy == pytest.approx(force, rel=2e-3)
    row = ROWS[3.0]
    assert float(found.contact_span) == pytest.approx(2e-3 * float(row["half_length_mm"]), rel=0.02)
    assert float(found.contact_width) == pytest.approx(2e-3 * float(row["half_width_mm"]), rel=0.03)
    error = float(found.discretisation_error_normal_force)
    assert abs(force - float(row["force"])) < error + 0.0035 * force  # that of the table
    assert float(found.discretisation_error_indentation) == 0.0
    # the skin under the tip of the nose is as deep as that
    nearest = {"along": 0.0, "across": 0.0, "method": "nearest"}
    assert float(found.skin_depth_map.sel(**nearest)) == pytest.approx(3e-3, rel=5e-3)
    assert float(found.tool_height.sel(**nearest)) == pytest.approx(0.0, abs=2e-5)
    assert found.attrs["engine"] == "finite"
    assert {"peak_von_mises_change_at_depth", "contact_width_across"} <= set(found.data_vars)


def test_force_of_a_depth_gives_that_depth():
    force = f"{ROWS[3.0]['force']} N"
    case = pressed(BLOCK, blade("130 mm", "100 mm"), force=force, angle="90 deg")
    found = ss.simulate(case, edge="whole", engine="finite")
    assert float(found.indentation) == pytest.approx(3e-3, rel=RTOL_FORCE)
    assert float(found.normal_force) == pytest.approx(float(ROWS[3.0]["force"]), rel=1e-6)
    assert float(found.discretisation_error_normal_force) == 0.0


@pytest.mark.slow
def test_ball_on_a_thick_gel_is_hertz():
    tissue = ss.Tissue(layers=[gel("20 kPa", "40 mm")])
    depth, radius, modulus = 0.1e-3, 5e-3, 20e3 / (1.0 - 0.45**2)
    case = pressed(tissue, BALL, indentation="0.1 mm", angle="90 deg")
    found = ss.simulate(case, edge="whole", engine="finite")
    force = 4.0 / 3.0 * modulus * math.sqrt(radius) * depth**1.5
    # bone below stiffens by some 1.1 times the radius of the contact over the thickness
    stiffer = 1.0 + 1.1 * math.sqrt(radius * depth) / 40e-3
    assert float(found.normal_force) == pytest.approx(force * stiffer, rel=RTOL_HERTZ)
    peak = 2.0 / math.pi * modulus * math.sqrt(depth / radius)
    assert float(found.peak_contact_pressure) == pytest.approx(peak, rel=RTOL_HERTZ_PEAK)
    assert float(found.contact_span) == pytest.approx(2.0 * math.sqrt(radius * depth), rel=0.02)


def test_ball_on_layers_is_the_round_tip():
    """A ball as an edge whose line has the radius of its nose: another mesh, a dimension less."""
    tissue = ss.Tissue(layers=LAYERED[:2])
    whole = ss.simulate(
        pressed(tissue, BALL, indentation="2 mm", angle="90 deg"), edge="whole", engine="finite"
    )
    tip = ss.Instrument(edge=ss.RoundTip(radius="5 mm"))
    ball = ss.simulate(pressed(tissue, tip, indentation="2 mm"), mode="press").isel(time=-1)
    assert float(whole.normal_force) == pytest.approx(float(ball.normal_force), rel=RTOL_BALL)
    width = float(ball.contact_width)
    assert float(whole.contact_width) == pytest.approx(width, rel=RTOL_LENGTH)
    assert float(whole.contact_span) == pytest.approx(width, rel=0.03)


def test_middle_of_a_long_straight_edge_is_its_section():
    tissue = ss.Tissue(layers=[gel("100 kPa", "1.5 mm", "skin"), gel("20 kPa", "8 mm", "fat")])
    case = pressed(
        tissue, blade("300 mm", ends="20 mm"), indentation="2 mm", angle="90 deg", speed="1 mm/s"
    )
    found = solve_whole(WholeScene.of(case))
    section = ss.simulate(case)
    wanted = float(section.normal_force / section.contact_length)
    assert line_load(found, np.zeros(1))[0] == pytest.approx(wanted, rel=RTOL_SECTION)
