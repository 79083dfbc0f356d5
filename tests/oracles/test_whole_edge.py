"""Distance from a whole edge and its contact with the skin against a slow twin and differences."""

import math

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.tissue.basis import Line
from softsim.engines.finite.whole.body import edge_line, sag, swept_body, tool_heights
from softsim.engines.finite.whole.window import SurfaceContact, SurfaceWindow
from softsim.kernels.outline.swept import swept_gap
from softsim.kernels.splines.skin import Weighed
from softsim.kernels.splines.surface import surface_frames, weigh_surface
from tests.twins.swept import SweptBody

ATOL_SAMPLED = 1e-8  # [m] sampling of the surface, zoomed in
ATOL_UNIT = 1e-12
STEP = 1e-7  # [m]
RTOL_DIFFERENCES = 1e-5  # central differences of the frames and of the forces

EDGES = {
    "straight": {},
    "convex": {"edge_curvature_radius": "30 mm"},
    "concave": {"edge_curvature_radius": "-40 mm"},
}
BLADE = {"nose_radius": "1.5 mm", "thickness": "5 mm", "leading_flank_angle": "20 deg",
         "trailing_flank_angle": "35 deg"}  # fmt: skip


def problem(edge, angle="60 deg", speed="10 mm/s"):
    law = ss.materials.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45)
    tool = ss.Instrument(
        edge=ss.Edge(**BLADE), contact_length="24 mm", end_radius="4 mm", **EDGES[edge]
    )
    return ss.Problem(
        tissue=ss.Tissue(layers=[ss.Layer(name="gel", thickness="20 mm", material=law)]),
        instrument=tool,
        stroke=ss.Stroke(indentation="1 mm", angle=angle, speed=speed, friction=0.3),
    )


def points_near(seed=3, n=40):
    rng = np.random.default_rng(seed)
    return rng.uniform([-3e-3, -2e-3, -13e-3], [3e-3, 2e-3, 13e-3], (n, 3))


@pytest.mark.parametrize("speed", ["10 mm/s", "-10 mm/s"])
@pytest.mark.parametrize("edge", EDGES)
def test_distance_is_that_of_the_nearest_sample_of_the_surface(edge, speed):
    case = problem(edge, speed=speed)
    body, twin, frame = swept_body(case), SweptBody(case), np.empty((3, 3))
    for point in points_near(n=15):
        gap = swept_gap(*point, body, frame)[0]
        assert abs(gap) == pytest.approx(twin.distance(point), abs=ATOL_SAMPLED)
        np.testing.assert_allclose(frame @ frame.T, np.eye(3), atol=ATOL_UNIT)


@pytest.mark.parametrize("edge", EDGES)
def test_heights_of_the_tool_begin_at_its_lowest_point(edge):
    body = swept_body(problem(edge))
    heights = tool_heights(body, np.linspace(-2e-3, 2e-3, 41), np.linspace(0.0, 0.01, 41))
    assert heights.min() == pytest.approx(0.0, abs=2e-5)  # between the places of the grid


@pytest.mark.parametrize("edge", EDGES)
def test_frame_and_its_turn_are_the_slopes_of_the_distance(edge):
    body, frame, other = swept_body(problem(edge)), np.empty((3, 3)), np.empty((3, 3))
    compared = 0
    for point in points_near(seed=5):
        gap, _, section, line = swept_gap(*point, body, frame)
        ends = []
        for way in np.eye(3):
            for sign in (1.0, -1.0):
                found = swept_gap(*(point + sign * STEP * way), body, other)
                ends.append((found[0], other[0].copy(), found[2], found[3]))
        slope = [(ends[2 * k][0] - ends[2 * k + 1][0]) / (2 * STEP) for k in range(3)]
        smooth = all(abs(one[2] - section) + abs(one[3] - line) < 1.0 for one in ends)
        if gap < -0.5e-3 or not smooth:
            continue
        compared += 1
        np.testing.assert_allclose(slope, frame[0], atol=1e-6)
        turn = np.array([(ends[2 * k][1] - ends[2 * k + 1][1]) / (2 * STEP) for k in range(3)])
        wanted = section * np.outer(frame[1], frame[1]) + line * np.outer(frame[2], frame[2])
        np.testing.assert_allclose(turn, wanted, atol=1e-3 * max(1.0, np.abs(wanted).max()))
    assert compared > 10


def test_line_of_an_edge_turns_up_at_its_ends():
    tool = problem("convex").instrument
    line = edge_line(tool)
    across = np.linspace(0.0, 7.9e-3, 50)
    np.testing.assert_allclose(
        sag(line, across), 0.03 - np.sqrt(0.03**2 - across**2), rtol=1e-12, atol=1e-15
    )
    ends = sag(line, np.array([8e-3, 10e-3]))
    assert ends[1] - ends[0] > 0.03 - math.sqrt(0.03**2 - 10e-3**2) - ends[0]


# ---------------------------------------------------------------- contact of the skin


class Pressed:
    """A window of wavy skin under a leaned convex edge, with pressures and drags."""

    def __init__(self):
        lines = tuple(
            Line.smooth(np.array(x) * 1e-3)
            for x in ([-6.0, -3.0, -1.5, -0.7, 0.2, 1.0, 2.5, 6.0], [0.0, 1.5, 3.0, 5.0, 9.0])
        )
        window = SurfaceWindow.over(lines, ((-3e-3, 2.5e-3), (0.0, 5e-3)))
        n, rng = window.functions.size, np.random.default_rng(4)
        case = problem("convex")
        self.contact = SurfaceContact(
            window,
            case.outline.chain,
            case.friction_law,
            1,
            np.zeros(n),
            0.0,
            1e9,
            swept_body(case),
        )
        self.moved = 1e-4 * rng.normal(size=(n, 3))
        self.moved[:, 1] += 0.6e-3
        self.pressure, self.drag = 1e4 * rng.uniform(0.1, 1.0, (2, n))
        self.tool = np.array([0.1e-3, 1e-3])

    def weigh(self, moved):
        window, n = self.contact.window, len(self.moved)
        out = Weighed(
            np.ones(n), np.zeros(n), np.ones((n, n, 3)), np.ones((n, n, 3)), np.ones(n),
            np.ones((n, 3, n, 3)), np.zeros(window.n_points),
        )  # fmt: skip
        weigh_surface(
            window.surface, self.contact.body, moved, self.tool, self.pressure, self.drag, out
        )
        return out

    def force(self, moved):
        found = self.weigh(moved)
        pushed = np.tensordot(self.pressure, found.normal, 1)
        return pushed + np.tensordot(self.drag, found.tangent, 1)


def test_weighed_gaps_and_forces_equal_sums_over_points():
    case = Pressed()
    window, found = case.contact.window, case.weigh(case.moved)
    value = np.zeros((window.n_points, len(case.moved)))
    np.put_along_axis(value, window.surface.function, window.surface.value, axis=1)
    place = value @ case.moved
    place[:, 0] += window.surface.place[:, 0]
    place[:, 2] += window.surface.place[:, 1]
    gap, normal, drag = np.empty(len(place)), np.empty_like(place), np.empty_like(place)
    surface_frames(place, case.tool, case.contact.body, gap, normal, drag)
    shares = value * window.surface.weight[:, None]
    np.testing.assert_allclose(found.length, shares.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.gap, shares.T @ gap / found.length, rtol=1e-9, atol=1e-15)
    wanted = np.einsum("ph,pa,pk->hak", shares, value, normal)
    np.testing.assert_allclose(found.normal, wanted, rtol=1e-9, atol=1e-18)
    wanted = np.einsum("ph,pa,pk->hak", shares, value, drag)
    np.testing.assert_allclose(found.tangent, wanted, rtol=1e-9, atol=1e-18)
    # the drag is a unit tangent that lies above the stroke
    np.testing.assert_allclose((drag * normal).sum(axis=1), 0.0, atol=ATOL_UNIT)
    np.testing.assert_allclose((drag**2).sum(axis=1), 1.0, atol=ATOL_UNIT)
    aside = np.cross(drag, normal)[:, 0]
    np.testing.assert_allclose(aside, 0.0, atol=ATOL_UNIT)


def test_turn_is_the_slope_of_the_force():
    case = Pressed()
    turn, way = case.weigh(case.moved).turn, np.random.default_rng(6).normal(size=case.moved.shape)
    step = 1e-8
    ends = [case.force(case.moved + sign * step * way) for sign in (1.0, -1.0)]
    wanted = (ends[0] - ends[1]) / (2.0 * step)
    found = np.tensordot(turn, way, 2)
    np.testing.assert_allclose(found, wanted, atol=RTOL_DIFFERENCES * np.abs(wanted).max())


def test_even_tractions_keep_the_resultant_and_what_is_even():
    window = Pressed().contact.window
    rng = np.random.default_rng(7)
    tractions = rng.uniform(size=window.functions.size)
    even = window.even(tractions)
    assert even @ window.area == pytest.approx(tractions @ window.area, rel=1e-12)
    np.testing.assert_allclose(window.even(np.ones_like(tractions)), 1.0, rtol=1e-12)
    assert np.ptp(even) < 0.6 * np.ptp(tractions)
