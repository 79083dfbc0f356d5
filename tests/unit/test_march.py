"""Programs of a stroke and the march through them, with an engine that only counts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.path.transient import STEPS as FINITE
from softsim.engines.linear.creep.path import STEPS as LINEAR
from softsim.engines.march import march
from softsim.errors import ConvergenceError, Interrupted
from softsim.load import Load
from softsim.outcome import Outcome, Rows
from softsim.program import CLEARANCE, Program
from tests.small_case import small_problem

EXACT = 1e-12  # rounding of a few operations
EVERY = 10**6  # snapshots, more than any stroke has steps


def program(rule=LINEAR, mode="transient", *, steps=None, pass_steps=10, **stroke) -> Program:
    problem = small_problem(**stroke)
    problem = replace(problem, resolution=ss.Resolution(steps=steps))
    return Program.of(problem, mode, rule, pass_steps=pass_steps)


class Counter:
    """A walker whose time is the number of its steps, and so is its snapshot."""

    def __init__(self, fails_at: int | None = None, *, recovers: bool = True) -> None:
        self.time, self.fails_at, self.recovers = 0.0, fails_at, recovers

    def begin(self, phase):
        pass

    def advance(self, phase, number, *, shown):
        if self.time == self.fails_at:
            self.time += 0.5  # half a step was solved
            raise ConvergenceError("no further")
        self.time += 1.0

    def snapshot(self):
        return self.time

    def state(self):
        return self.time

    def recovered(self):
        return self.time if self.recovers else None


def outcome(times, snapshots):
    return Outcome(
        mode="transient", columns=np.zeros(1), rows=Rows(np.zeros(1), np.zeros(0, np.int64)),
        rest_stress=np.zeros((0, 4)), times=times, snapshots=snapshots, iterations=0, residual=0.0,
        n_unknowns=0, element_along=0.0, elapsed=0.0, on_nodes=True,
    )  # fmt: skip


def times_of(walked: Outcome) -> list[float]:
    assert walked.times.tolist() == list(walked.snapshots)
    return walked.times.tolist()


def test_every_step_is_shown_where_there_are_few():
    stroke = program()
    walked = march(stroke, Counter(), outcome, most=EVERY)
    assert times_of(walked) == list(range(stroke.steps + 1))
    assert walked.incomplete == ""


def test_thinned_steps_leave_the_tool_at_every_one():
    stroke = program()
    walked = march(stroke, Counter(), outcome, most=8)
    assert list(walked.every) == walked.every_time.tolist() == list(range(stroke.steps + 1))
    assert march(stroke, Counter(), outcome, most=EVERY).every == ()


def test_thinned_steps_still_show_the_end_of_every_phase():
    stroke = program()
    shown = times_of(march(stroke, Counter(), outcome, most=8))
    ends = np.cumsum([phase.steps for phase in stroke.phases])
    assert set(ends) <= set(shown)
    assert len(shown) <= 8 + 1 + len(stroke.phases)


def test_not_every_turn_of_many_passes_is_shown():
    stroke = program(passes=20, pass_steps=2)
    shown = times_of(march(stroke, Counter(), outcome, most=8))
    assert len(shown) <= 8 + 1 + 4
    assert shown[-1] == stroke.steps


@pytest.mark.parametrize(("recovers", "last"), [(True, 30.5), (False, 30.0)])
def test_a_step_that_fails_leaves_what_was_solved(recovers, last):
    walker = Counter(fails_at=30, recovers=recovers)
    with pytest.raises(ConvergenceError) as caught:
        march(program(), walker, outcome, most=EVERY)
    assert times_of(caught.value.partial)[-1] == last
    assert caught.value.partial.incomplete == "no further"


@pytest.mark.parametrize("rule", [FINITE, LINEAR], ids=["finite", "linear"])
@pytest.mark.parametrize("passes", [1, 2, 3])
def test_program_takes_the_times_and_goes_the_way_of_the_stroke(rule, passes):
    stroke = small_problem(passes=passes, lift_time="0.1 s").stroke
    found = program(rule, passes=passes, lift_time="0.1 s")
    names = [phase.name for phase in found.phases]
    assert names == ["press", "dwell", *["slide"] * passes, "lift"]
    pass_time = float(stroke.length) / abs(float(stroke.speed))
    times = [float(stroke.press_time), float(stroke.dwell), *[pass_time] * passes, 0.1]
    ends = np.cumsum([phase.steps for phase in found.phases])
    np.testing.assert_allclose(found.times[ends], np.cumsum(times), rtol=EXACT)
    assert found.passes == passes
    slides = [phase for phase in found.phases if phase.pass_number]
    assert slides[0].start == 0.0
    for before, after in pairwise(slides):
        assert before.start + before.travel == after.start
        assert before.travel == -after.travel


def test_steps_given_by_the_user_are_shared():
    for steps in (7, 40, 301):
        for rule in (FINITE, LINEAR):
            found = program(rule, steps=steps)
            assert found.steps == pytest.approx(steps, abs=3)
            assert all(phase.steps >= 1 for phase in found.phases)


def test_load_is_ramped_held_and_taken_back_beyond_the_skin():
    press, dwell, slide, lift = program(lift_time="0.1 s").phases
    full = Load("force", 4.0)
    assert press.load(full, 0.25, 0.0) == Load("force", 1.0)
    assert dwell.load(full, 0.25, 0.0) == slide.load(full, 0.25, 0.0) == full
    assert lift.load(full, 0.0, 2e-3) == Load("indentation", 2e-3)
    end = lift.load(full, 1.0, 2e-3)
    assert end.value == pytest.approx(-CLEARANCE * 2e-3)


def test_dwell_of_the_linear_engine_starts_with_short_steps():
    dwell = program(LINEAR).phases[1]
    assert (np.diff(dwell.durations) > 0.0).all()
    assert dwell.durations.sum() == pytest.approx(dwell.duration, rel=EXACT)


# ------------------------------------------------------------------ repeats, turns and histories


@pytest.mark.parametrize("rule", [FINITE, LINEAR], ids=["finite", "linear"])
def test_repeated_strokes_lift_go_back_and_press_again(rule):
    found = program(rule, repeats=3, passes=1, lift_time="0.1 s", rest="0.5 s")
    names = [phase.name for phase in found.phases]
    assert names == ["press", "dwell", "slide", "lift", "rest"] * 3
    assert [phase.stroke_number for phase in found.phases] == [1] * 5 + [2] * 5 + [3] * 5
    rests = [phase for phase in found.phases if phase.name == "rest"]
    assert [phase.travel for phase in rests] == [-5e-3, -5e-3, 0.0]
    assert all(phase.start == 0.0 for phase in found.phases if phase.name in ("press", "slide"))
    assert found.times[-1] == pytest.approx(3 * (0.1 + 0.2 + 0.25 + 0.1 + 0.5), rel=EXACT)


def test_strokes_lift_between_repeats_whatever_the_end():
    found = program(repeats=2, lift_time=None)
    names = [phase.name for phase in found.phases]
    assert names == ["press", "dwell", "slide", "lift", "rest", "press", "dwell", "slide"]


def test_tool_is_off_the_skin_all_the_way_back():
    rest = next(x for x in program(repeats=2, lift_time="0.1 s").phases if x.name == "rest")
    depths = [rest.load(Load("force", 4.0), share, -1e-4).value for share in (0.2, 0.9, 1.0)]
    assert depths == pytest.approx([-1e-3, -1e-3, -1e-4])
    assert {rest.load(Load("force", 4.0), 0.5, -1e-4).kind} == {"indentation"}


@pytest.mark.parametrize("rule", [FINITE, LINEAR], ids=["finite", "linear"])
def test_passes_dwell_where_they_turn(rule):
    found = program(rule, passes=3, dwell_between="0.3 s")
    names = [phase.name for phase in found.phases]
    assert names == ["press", "dwell", "slide", "turn", "slide", "turn", "slide", "lift"]
    assert [x.start for x in found.phases if x.name == "turn"] == [5e-3, 0.0]


def test_history_of_a_load_is_followed_with_its_peak_at_the_end_of_a_step():
    force = ss.History([0.0, 0.071, 0.25], [2.0, 5.0, 3.0])
    stroke = {"indentation": None, "force": force, "length": None}
    for rule in (FINITE, LINEAR):
        found = program(rule, pass_steps=20, **stroke)
        press, _, slide = found.phases[:3]
        full = Load("force", 5.0)
        assert press.load(full, 1.0, 0.0).value == pytest.approx(2.0)
        loads = [slide.load(full, k / slide.steps, 0.0).value for k in range(slide.steps + 1)]
        assert max(loads) == 5.0
        assert (loads[0], loads[-1]) == pytest.approx((2.0, 3.0))
        assert slide.travel == pytest.approx(0.02 * 0.25)
    finite = program(FINITE, pass_steps=20, **stroke).phases[2]
    assert np.abs(finite.ends - 0.071).min() == 0.0
    linear = program(LINEAR, pass_steps=20, **stroke).phases[2]
    np.testing.assert_allclose(linear.durations, linear.duration / 20, rtol=EXACT)


def test_history_over_place_is_met_again_on_the_way_back():
    angle = ss.History(place=[0.0, 2e-3, 5e-3], value=["90 deg", "60 deg", "80 deg"])
    there, back = (x for x in program(FINITE, angle=angle, passes=2).phases if x.pass_number)
    for phase in (there, back):
        for share in (0.0, 0.3, 0.77, 1.0):
            expected = np.interp(phase.place(share), angle.axis, np.radians([90.0, 60.0, 80.0]))
            assert phase.angle(share) == pytest.approx(float(expected), rel=2e-2)


def test_load_that_begins_at_nothing_needs_no_press():
    force = ss.History([0.0, 0.1, 0.2], [0.0, 5.0, 0.0])
    stroke = {"indentation": None, "force": force, "length": None, "lift_time": None}
    assert [phase.name for phase in program(**stroke).phases] == ["slide"]


@pytest.mark.parametrize("rule", [FINITE, LINEAR], ids=["finite", "linear"])
def test_speed_over_time_makes_the_passes(rule):
    time = np.linspace(0.0, 1.0, 201)
    noise = 1e-4 * np.random.default_rng(7).standard_normal(time.size)
    speed = ss.History(time, 0.02 * np.sin(2.0 * np.pi * 2.0 * time) + noise)
    found = program(rule, speed=speed, length=None, pass_steps=200)
    slides = [phase for phase in found.phases if phase.pass_number]
    assert [phase.pass_number for phase in slides] == [1, 2, 3, 4]
    way = 0.02 / (2.0 * np.pi)  # of a half period [m]
    for phase in slides:
        expected = way if phase.pass_number % 2 else -way
        assert phase.travel == pytest.approx(expected, rel=0.01)
    assert sum(phase.duration for phase in slides) == pytest.approx(1.0, rel=EXACT)


def test_what_is_made_coarser_is_told():
    time = np.linspace(0.0, 0.25, 2001)
    force = 5.0 + np.sin(40.0 * time) + 0.01 * np.random.default_rng(3).standard_normal(time.size)
    found = program(indentation=None, force=ss.History(time, force), length=None)
    (text,) = found.changes
    assert text.startswith("force: ")
    assert " of 2001 points" in text
    largest = max(float(phase.shares.max()) for phase in found.phases)
    assert largest == 1.0
    assert program().changes == ()


# ------------------------------------------------------------------ interrupts and long runs


class Stopped(Counter):
    """A walker that the user stops."""

    def advance(self, phase, number, *, shown):
        if self.time == self.fails_at:
            raise KeyboardInterrupt
        self.time += 1.0


def test_interrupt_returns_what_was_solved():
    with pytest.raises(Interrupted) as caught:
        march(program(), Stopped(17), outcome, most=EVERY)
    assert times_of(caught.value.partial)[-1] == 17.0
    assert caught.value.partial.incomplete.startswith("interrupted by the user after 17 s of ")


@pytest.mark.parametrize(("a_step", "is_told"), [(10.0, True), (0.1, False)])
def test_long_run_is_told_once_with_an_estimate(monkeypatch, caplog, a_step, is_told):
    walker = Counter()
    clock = "softsim.engines.march.time.perf_counter"
    monkeypatch.setattr(clock, lambda: a_step * walker.time)
    stroke = program()
    march(stroke, walker, outcome, most=EVERY)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == is_told
    if is_told:
        left = stroke.steps - 2
        assert told[0].startswith(f"about {left * a_step / 60.0:.2g} min left for {left} steps")
