"""Peaks of whole edges belong to the edge, or the user is told that they belong to the cells."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

import softsim as ss
from softsim.engines.linear.patch.cells import EdgeShape, Patch
from softsim.engines.linear.patch.peaks import CHANGE_TOLD, peak_inside
from softsim.errors import InputError
from softsim.instrument import END_SHARE

pytestmark = pytest.mark.jit
ROD = ss.Edge(nose_radius="4 mm", thickness="8 mm")
GRIDS = ((24, 32), (48, 64), (96, 128))
# Of the peak, of the two finer of three grids and of all.
RTOL_FINE, RTOL_ALL = 0.03, 0.08


def problem(length="16 mm", force="0.15 N", angle="90 deg", **shape):
    soft = ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45)
    tissue = ss.Tissue(layers=(ss.Layer(name="gel", thickness="10 mm", material=soft),))
    tool = ss.Instrument(edge=ROD, contact_length=length, **shape)
    return ss.Problem(tissue=tissue, instrument=tool, stroke=ss.Stroke(force=force, angle=angle))


def told(result):
    return " ".join(json.loads(result.attrs["warnings"]))


def test_peaks_converge_where_ends_are_rounded_by_default():
    peaks = [
        float(ss.simulate(problem(), edge="whole", cells=n).peak_contact_pressure) for n in GRIDS
    ]
    assert peaks[1] == pytest.approx(peaks[2], rel=RTOL_FINE)
    assert peaks[0] == pytest.approx(peaks[2], rel=RTOL_ALL)


def test_default_rounding_is_not_warned_of():
    found = ss.simulate(problem(), edge="whole", cells=GRIDS[1])
    assert abs(float(found.peak_contact_pressure_change)) < CHANGE_TOLD
    assert "peak_contact_pressure" not in told(found)


def test_square_ends_grow_with_the_cells_and_are_told():
    """The pressure at a square end is singular: every grid has its own peak."""
    found = [ss.simulate(problem(end_radius=0), edge="whole", cells=n) for n in GRIDS]
    peaks = [float(one.peak_contact_pressure) for one in found]
    assert peaks[1] > 1.15 * peaks[0]
    assert peaks[2] > 1.15 * peaks[1]
    for one in found:
        assert "cut square" in told(one)
        assert "peak_contact_pressure_inside" in told(one)
        assert float(one.peak_contact_pressure_change) > CHANGE_TOLD
    inside = [float(one.peak_contact_pressure_inside) for one in found]
    assert inside[1] == pytest.approx(inside[2], rel=RTOL_FINE)


def test_square_ends_that_do_not_press_are_not_told():
    found = ss.simulate(
        problem(end_radius=0, edge_curvature_radius="20 mm"), edge="whole", cells=GRIDS[0]
    )
    assert "cut square" not in told(found)


def test_change_is_that_of_a_solve_on_half_the_cells():
    """On the cells of one patch, given as a height map."""
    case = problem(end_radius=0)
    fine = ss.simulate(case, edge="whole", cells=(64, 32))
    shape = EdgeShape(case)
    low = tuple(float(fine[name][0]) - 0.5 * side for name, side in sides(fine).items())
    high = tuple(float(fine[name][-1]) + 0.5 * side for name, side in sides(fine).items())
    coarse = Patch(low=low, high=high, cells=(32, 16))
    other = ss.simulate(case, edge="whole", heights=shape.heights(coarse), spacing=coarse.spacing)
    change = float(fine.peak_contact_pressure / other.peak_contact_pressure) - 1.0
    assert float(fine.peak_contact_pressure_change) == pytest.approx(change, rel=1e-3)


def sides(result):
    return {name: float(result.attrs[f"element_{name}"]) for name in ("along", "across")}


def test_height_maps_are_told_alike():
    """A square punch has a singular rim; a ball has none."""
    punch = np.full((32, 32), np.inf)
    punch[6:26, 6:26] = 0.0
    found = ss.simulate(problem(), edge="whole", heights=punch, spacing=("0.5 mm", "0.5 mm"))
    assert float(found.peak_contact_pressure_change) > CHANGE_TOLD
    assert "peak_contact_pressure changes" in told(found)
    x = (np.arange(32) - 15.5) * 2.5e-4
    ball = (x[:, None] ** 2 + x**2) / (2 * 5e-3)
    found = ss.simulate(
        problem(force="10 mN"), edge="whole", heights=ball, spacing=(2.5e-4, 2.5e-4)
    )
    assert abs(float(found.peak_contact_pressure_change)) < CHANGE_TOLD
    assert "peak_contact_pressure" not in told(found)


def test_too_few_cells_for_a_second_grid_are_told():
    found = ss.simulate(problem(), edge="whole", cells=(8, 8))
    assert np.isnan(float(found.peak_contact_pressure_change))
    assert "second grid" in told(found)


def test_inside_leaves_a_quarter_of_the_span_out_on_both_sides():
    pressure = np.zeros((3, 12))
    pressure[1, 2:10] = [9.0, 8.0, 1.0, 3.0, 2.0, 1.0, 8.0, 9.0]
    assert peak_inside(pressure) == 3.0
    assert peak_inside(np.zeros((3, 12))) == 0.0


@pytest.mark.parametrize("curvature", [math.inf, 0.1, -0.1, -0.03])
@pytest.mark.parametrize("end", [0.0, 1e-3, 4e-3, 8e-3, 50e-3])
def test_edge_line_is_tangent_arcs_with_its_lowest_point_at_zero(curvature, end):
    case = problem(edge_curvature_radius=curvature, end_radius=end)
    shape = EdgeShape(case)
    y = np.linspace(-8e-3, 8e-3, 4001)
    sag = shape.sag(y)
    flat = max(8e-3 - end, 0.0)
    inside = np.abs(y) <= flat
    bend = 0.0 if math.isinf(curvature) else 1.0 / curvature
    expected = (
        0.0 if bend == 0.0 else curvature - math.copysign(1.0, bend) * np.sqrt(curvature**2 - y**2)
    )
    np.testing.assert_allclose(sag[inside], np.broadcast_to(expected, y.shape)[inside], atol=1e-12)
    if end > 0.0:
        t = np.abs(y) - flat
        turned = np.where(t > 0.0, end - np.sqrt(np.maximum(end**2 - np.maximum(t, 0) ** 2, 0)), 0)
        np.testing.assert_allclose(sag - turned, np.broadcast_to(expected, y.shape), atol=1e-9)
    assert shape.lowest == pytest.approx(sag.min(), abs=2e-8)


def test_default_rounding_is_a_share_of_the_length():
    tool = problem().instrument
    assert tool.end_radius is None
    assert tool.end_rounding == pytest.approx(END_SHARE * 16e-3)
    assert replace(tool, contact_length="40 mm").end_rounding == pytest.approx(5e-3)
    assert replace(tool, end_radius="3 mm").end_rounding == pytest.approx(3e-3)


def test_every_blade_of_the_library_has_an_estimate_of_its_ends():
    for name in ss.instruments():
        try:
            tool = ss.load_instrument(name)
        except InputError:  # without an edge section
            continue
        assert tool.end_radius == pytest.approx(tool.contact_length / 8, rel=0.05), name
        [source] = [s for s in tool.sources if "end_radius" in s.feeds]
        assert source.basis == "estimate"
        assert source.low < source.value < source.high


@pytest.mark.parametrize("bad", [-1e-3, "-1 mm", "square", float("nan"), 20.0])
def test_impossible_ends_are_refused(bad):
    with pytest.raises(InputError, match="end_radius"):
        problem(end_radius=bad)
