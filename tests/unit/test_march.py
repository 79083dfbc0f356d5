"""Programs of a stroke and the march through them, with an engine that only counts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.transient import STEPS as FINITE
from softsim.engines.linear.creep.path import STEPS as LINEAR
from softsim.engines.march import march
from softsim.errors import ConvergenceError
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
