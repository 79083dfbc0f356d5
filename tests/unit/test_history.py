"""Histories check themselves, become SI in a stroke, and lose no peak where they get coarser."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import softsim as ss
from softsim.errors import InputError
from softsim.history import History
from softsim.motion import reach_of, ways_of
from softsim.serialise import problem_from_toml, problem_to_toml
from softsim.stroke import Stroke
from tests.small_case import small_problem

TIME = np.array([0.0, 0.2, 0.6])


def test_texts_arrays_and_a_unit_become_the_same_numbers():
    spelled = Stroke(force=History(["0 s", "200 ms", "0.6 s"], ["4 N", "8.9 N", "500 cN"]))
    bare = Stroke(force=History(TIME, np.array([4.0, 8.9, 5.0])))
    with_unit = Stroke(force=History(TIME, [400.0, 890.0, 500.0], unit="cN"))
    assert spelled.force.values == pytest.approx(bare.force.values)
    assert with_unit.force.values == pytest.approx(bare.force.values)
    assert (bare.load_kind, bare.load) == ("force", 8.9)


@pytest.mark.parametrize(
    ("make", "parts"),
    [
        (lambda: History(value=[1.0, 2.0]), ("neither time and place", "exactly one")),
        (lambda: History([0, 1], [1, 2], place=[0, 1]), ("both time and place",)),
        (lambda: History([0, 1, 1], [1, 2, 3]), ("from 1 s to 1 s", "must increase")),
        (lambda: History([0, 1], [1, 2, 3]), ("2 points of time and 3 values",)),
        (lambda: History([0], [1]), ("at least 2",)),
        (lambda: History([0, float("nan")], [1, 2]), ("time[1] of the history is nan", "finite")),
        (lambda: History([0, 1], ["1 N", "2 N"], unit="N"), ("texts with units",)),
        (
            lambda: Stroke(force=History([0, 1, 2], [1, float("nan"), 1])),
            ("force at 1 s is nan", "finite"),
        ),
        (lambda: Stroke(force=History([0, 1], [1, -2])), ("force at 1 s is -2", "[0, 10000] N")),
        (
            lambda: Stroke(force=History([0, 1, 2], [1, 0, 1])),
            ("force is 0 at 1 s", "off the skin", "repeats"),
        ),
        (lambda: Stroke(force=History([0, 1], [1, 2e3])), ("largest force", "0.1 mN to 1 kN")),
        (lambda: Stroke(force=[1.0, 2.0]), ("without their times", "History(time, value)")),
        (lambda: Stroke(force=1, speed=np.ones(3)), ("shape (3,)", "load_log")),
        (lambda: Stroke(force=1, angle=History([0, 1], [45, 60])), ("'45 deg'",)),
        (lambda: Stroke(force=1, speed=History([0, 1], [0, 0])), ("0 all along",)),
        (
            lambda: Stroke(force=1, speed=History(place=[0, 1], value=[0.1, -0.1])),
            ("changes its sign",),
        ),
        (
            lambda: Stroke(force=History([0, 1], [1, 2]), speed=History([0, 2], [0.1, 0.1])),
            ("speed is known from 0 to 2 s", "together"),
        ),
        (
            lambda: Stroke(force=1, length="5 mm", speed=History([0, 2], [0.1, 0.1])),
            ("length is 0.005", "leave length out"),
        ),
        (
            lambda: Stroke(force=1, passes=2, speed=History([0, 2], [0.1, 0.1])),
            ("passes is 2", "leave passes out"),
        ),
        (
            lambda: Stroke(force=History([0, 1], [1, 2]), speed="10 mm/s", length="20 mm"),
            ("lasts 1 s", "takes 2 s"),
        ),
    ],
)
def test_impossible_history_is_refused_in_a_sentence(make, parts):
    with pytest.raises(InputError) as caught:
        make()
    for part in parts:
        assert part in str(caught.value)
    assert len(str(caught.value)) < 320


def test_way_follows_from_speed_and_duration():
    force = History(TIME, [4.0, 8.9, 5.0])
    assert Stroke(force=force, speed="-50 mm/s").way == pytest.approx(0.03)
    assert Stroke(force=force, speed="-50 mm/s").usual_speed == -0.05
    back = Stroke(force="6 N", speed=History(TIME, [-0.1, 0.1, 0.1]))
    assert back.way == pytest.approx(0.1 * 0.1 / 2 * 2 + 0.1 * 0.4)
    assert back.usual_speed < 0.0
    assert reach_of(back) == pytest.approx((-0.04, 0.005))
    assert Stroke(force="6 N").way is None
    over_place = Stroke(force=History(place=[0.0, 0.08], value=[1.0, 2.0]), speed=0.1)
    assert over_place.way == 0.08


def test_speed_over_place_takes_its_time():
    (way,) = ways_of(Stroke(force=1, speed=History(place=[0.0, 0.1], value=[0.1, 0.2])))
    assert way.duration == pytest.approx(0.1 / 0.1 * math.log(2.0), rel=1e-5)
    assert way.length == pytest.approx(0.1)


@given(
    values=st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=60),
    tolerance=st.floats(0.0, 100.0),
)
def test_simplified_history_keeps_extremes_and_its_promise(values, tolerance):
    history = History(list(range(len(values))), values)
    coarse, off = history.simplified(tolerance, len(values) + 4)
    assert coarse.largest == history.largest
    assert coarse.values.min() == history.values.min()
    assert off <= tolerance + 1e-9
    worst = np.abs(coarse.at(history.axis) - history.values).max()
    assert worst == pytest.approx(off, abs=1e-9)


def test_few_points_cost_tolerance():
    noisy = np.random.default_rng(1).standard_normal(5000)
    coarse, off = History(np.arange(5000.0), noisy).simplified(1e-3, 100)
    assert len(coarse.value) <= 100
    assert off > 0.1
    assert coarse.largest == noisy.max()


def test_problem_with_histories_comes_back_from_its_text():
    problem = small_problem(
        indentation=None,
        force=History(TIME, [4.0, 8.9, 5.0]),
        angle=History(TIME, ["80 deg", "70 deg", "90 deg"]),
        speed=History(TIME, [0.0, 0.02, -0.01]),
        length=None,
        repeats=2,
        rest="1 s",
    )
    again = problem_from_toml(problem_to_toml(problem))
    assert again == problem
    assert hash(again.stroke) == hash(problem.stroke)
    assert "up to 8.9 N, 70° to 90°, on average" in ss.problem.describe(problem)


def test_history_is_typed_by_hand_in_a_file():
    text = problem_to_toml(small_problem())
    typed = 'indentation = {time = ["0 s", "0.25 s"], value = [1.0, 0.5], unit = "mm"}'
    stroke = problem_from_toml(text.replace("indentation = 0.001", typed)).stroke
    assert stroke.indentation.values == pytest.approx([1e-3, 0.5e-3])


def test_evidence_counts_a_history_as_one_number_of_the_user():
    stroke = small_problem(indentation=None, force=History(TIME, [4.0, 8.9, 5.0]), length=None)
    (force,) = (s for s in stroke.sources if s.name == "force")
    assert (force.value, force.unit, force.basis) == (8.9, "N", "given by the user")


@pytest.mark.parametrize(
    ("stroke", "options", "parts"),
    [
        ({"angle": History([0, 0.25], [1.0, 1.2])}, {"mode": "steady"}, ("mode 'steady'", "one")),
        (
            {"angle": History([0, 0.25], [1.0, 1.2])},
            {"mode": "transient", "engine": "linear"},
            ("engine 'linear' knows one angle only",),
        ),
        (
            {"indentation": History(place=[0, 1e-3], value=[1e-3, 1e-3])},
            {"mode": "press"},
            ("over place", "mode 'press'"),
        ),
    ],
)
def test_history_is_refused_where_it_has_no_meaning(stroke, options, parts):
    problem = small_problem(**stroke)
    if options["mode"] != "press":
        problem = replace(problem, stroke=replace(problem.stroke, length=None))
    with pytest.raises(InputError) as caught:
        ss.simulate(problem, **options)
    for part in parts:
        assert part in str(caught.value)
