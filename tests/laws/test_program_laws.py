"""Laws of strokes as hands make them, in both engines: histories, repeats, loops that close."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.solve import solve as solve_finite
from softsim.engines.linear.solve import solve as solve_linear
from tests.laws.test_finite_laws import AUDIT, MIRROR, SCALING, stroke_on, two_layers

pytestmark = pytest.mark.jit

RELAXED = 1e-3  # of the largest stress: what is left after 20 of the longest relaxation times
FULL = 0.999  # of the depth of the slide, before the tool lifts
RECOVERED = 1e-3  # of a force: a stroke on tissue that has rested as long
SAME = 1e-4  # of the largest value: two solutions of one problem, found from different guesses
LINEAR_SCALING = 1e-6  # of the largest value: the fit of the creep is found anew
SOLVE = {"finite": solve_finite, "linear": solve_linear}
ENGINES = pytest.mark.parametrize("engine", SOLVE)
FORCE = {"finite": 0.8, "linear": 0.2}  # [N]
RESOLUTION = ss.Resolution(element_along="0.1 mm", rows=(3, 5), growth=1.3)
TIME = np.array([0.0, 0.02, 0.05, 0.075])


def problem_of(engine, tissue=None, **stroke):
    given = {"press_time": "0.05 s", "length": "3 mm", "lift_time": "0.05 s"}
    if not {"force", "indentation"} & set(stroke):
        given["force"] = FORCE[engine]
    given |= stroke
    return stroke_on(tissue or two_layers(), resolution=RESOLUTION, **given)


def walked(engine, **stroke):
    return SOLVE[engine](problem_of(engine, **stroke), "transient").snapshots


def forces(shots):
    return np.array([[shot.contact.force_along, shot.contact.force_depth] for shot in shots])


@ENGINES
@pytest.mark.parametrize("passes", [1, 2])
def test_loop_that_ends_unloaded_and_relaxed_leaves_no_stress(engine, passes):
    solved = SOLVE[engine](problem_of(engine, passes=passes, rest="6 s"), "transient")
    rest = np.concatenate([solved.rest_stress[:1], solved.rest_stress])
    stress = [np.abs(shot.cauchy - rest).max() for shot in solved.snapshots]
    assert stress[-1] < RELAXED * max(stress)
    assert solved.snapshots[-1].contact.force_depth == 0.0
    moved = [np.abs(shot.displacement).max() for shot in solved.snapshots]
    assert moved[-1] < RELAXED * max(moved)


@ENGINES
def test_stroke_on_tissue_that_has_recovered_is_the_first_again(engine):
    shots = walked(engine, repeats=2, rest="6 s")
    one, two = ([s for s in shots if (s.stroke_number, s.pass_number) == (k, 1)] for k in (1, 2))
    slid = [
        forces([s for s in part if s.depth > FULL * max(x.depth for x in part)])[-1]
        for part in (one, two)
    ]
    np.testing.assert_allclose(slid[1], slid[0], rtol=0.0, atol=RECOVERED * np.abs(slid).max())
    assert [s.stroke_number for s in shots] == sorted(s.stroke_number for s in shots)


@ENGINES
def test_tool_touches_nothing_on_its_way_back(engine):
    shots = walked(engine, repeats=3, rest="0.2 s")
    place = np.array([shot.along for shot in shots])
    width = np.array([shot.contact.width for shot in shots])
    back = np.flatnonzero(np.diff(place) < 0.0) + 1
    assert back.size
    assert not width[back].any()
    assert place.max() == pytest.approx(3e-3)
    assert shots[-1].way == pytest.approx(9e-3)


@ENGINES
def test_history_that_stays_the_same_is_a_number(engine):
    given = FORCE[engine]
    number = forces(walked(engine))
    history = forces(walked(engine, force=ss.History(TIME, 4 * [given]), length=None))
    np.testing.assert_allclose(history, number, rtol=0.0, atol=SAME * np.abs(number).max())


@ENGINES
def test_force_is_that_of_its_history(engine):
    wanted = FORCE[engine] * np.array([0.6, 1.0, 0.5, 0.8])
    solved = SOLVE[engine](
        problem_of(engine, force=ss.History(TIME, wanted), length=None), "transient"
    )
    pairs = [
        (time, shot.contact.force_depth)
        for time, shot in zip(solved.times, solved.snapshots, strict=True)
        if shot.pass_number and shot.contact.width > 0.0 and time <= 0.05 + TIME[-1] + 1e-9
    ]
    time, force = np.array(pairs).T
    expected = np.interp(time - 0.05, TIME, wanted) / 0.05  # per length across
    step = float(np.diff(time).max())
    slope = np.abs(np.diff(wanted) / np.diff(TIME)).max() / 0.05
    assert np.abs(force - expected).max() <= 0.5 * slope * step + 1e-6 * expected.max()


HISTORIES = {
    "finite": {
        "force": ss.History(TIME, [0.5, 0.8, 0.4, 0.7]),
        "angle": ss.History(TIME, ["70 deg", "60 deg", "85 deg", "70 deg"]),
    },
    "linear": {"force": ss.History(TIME, [0.1, 0.2, 0.1, 0.15])},
}
SPEED = np.array([0.04, 0.05, -0.03, -0.02])


@ENGINES
def test_histories_the_other_way_mirror_the_result(engine):
    given = HISTORIES[engine] | {"length": None}
    turned = dict(given)
    if "angle" in given:
        angles = np.pi - np.radians([70.0, 60.0, 85.0, 70.0])
        turned["angle"] = ss.History(TIME, angles)
    else:
        turned["angle"] = "110 deg"
    ahead = walked(engine, **given, speed=ss.History(TIME, SPEED))
    back = walked(engine, **turned, speed=ss.History(TIME, -SPEED))
    assert [s.pass_number for s in ahead] == [s.pass_number for s in back]
    one, other = forces(ahead), forces(back) * [-1.0, 1.0]
    np.testing.assert_allclose(other, one, rtol=0.0, atol=MIRROR * np.abs(one).max())
    stress = ahead[-1].cauchy
    mirrored = back[-1].cauchy[::-1] * [1.0, 1.0, 1.0, -1.0]
    np.testing.assert_allclose(mirrored, stress, rtol=0.0, atol=MIRROR * np.abs(stress).max())


@ENGINES
def test_histories_scale_with_the_moduli(engine):
    given = HISTORIES[engine] | {"length": None, "speed": ss.History(TIME, SPEED)}
    twice = replace(given["force"], value=tuple(2.0 * x for x in given["force"].value))
    soft = walked(engine, **given)
    stiff = walked(engine, **(given | {"force": twice}), tissue=two_layers(2.0))
    one, other = forces(soft), forces(stiff) / 2.0
    tolerance = SCALING if engine == "finite" else LINEAR_SCALING
    np.testing.assert_allclose(other, one, rtol=0.0, atol=tolerance * np.abs(one).max())
    depths = [np.array([shot.depth for shot in shots]) for shots in (soft, stiff)]
    np.testing.assert_allclose(*depths, rtol=0.0, atol=tolerance * np.abs(depths).max())


def test_turns_of_a_speed_over_time_are_passes_there_and_back():
    """Two passes written as a history of the speed are the two passes."""
    for engine in SOLVE:
        passes = walked(engine, passes=2, length="2 mm")
        time = np.array([0.0, 0.05 - 1e-6, 0.05 + 1e-6, 0.1])
        speed = ss.History(time, [0.04, 0.04, -0.04, -0.04])
        history = walked(engine, speed=speed, length=None)
        ways = [[s.along for s in shots] for shots in (passes, history)]
        assert max(ways[0]) == pytest.approx(max(ways[1]), rel=0.02)
        slid = [
            forces([s for s in shots if s.pass_number == 2 and s.contact.width > 0.0])[-8]
            for shots in (passes, history)
        ]
        np.testing.assert_allclose(slid[1], slid[0], rtol=0.05)


def test_work_of_an_edge_that_turns_is_accounted_for():
    """Force and moment of the tool: on the spot, and on its way."""
    turn = ss.History([0.0, 0.1], ["90 deg", "60 deg"])
    still = ss.History([0.0, 0.1 - 1e-4, 0.1], [0.0, 0.0, 1e-3])
    for stroke in ({"speed": still}, {"speed": "30 mm/s"}):
        shots = walked("finite", indentation="0.5 mm", angle=turn, length=None, **stroke)
        work = np.array([shot.tool_work for shot in shots])
        spent = [shot.stored_energy + shot.viscous_work + shot.friction_work for shot in shots]
        assert np.abs(work - spent).max() < AUDIT * np.abs(work).max()


def test_peak_between_the_times_of_a_long_replay_is_in_the_result():
    """Fields are thinned to 200 times; scalars are there at every step, the way back as well."""
    low = FORCE["linear"]
    log = ss.History(time=[0.0, 13e-3, 15e-3, 17e-3, 30e-3], value=[low, low, 3 * low, low, low])
    problem = problem_of("linear", force=log, length="1.5 mm", passes=60, speed="-50 mm/s")
    result = ss.simulate(problem, mode="transient", engine="linear")
    full = result["normal_force_in_full"]
    assert full.sizes["time_in_full"] > result.sizes["time"]
    assert full.max() == pytest.approx(3.0 * low, rel=0.02)
    shared = full.sel(time_in_full=result["time"].to_numpy(), method="nearest")
    np.testing.assert_allclose(shared, result["normal_force"], rtol=1e-9, atol=1e-12)
    place = result["tool_along_in_full"].sel(time_in_full=result["time"].to_numpy())
    np.testing.assert_allclose(place, result["tool_along"], atol=1e-12)
