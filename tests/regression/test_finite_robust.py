"""Strokes that are hard to solve: how the search comes to an answer, and what it says of it."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.accuracy import COARSE, fine_pass
from softsim.engines.finite.budget import Budget
from softsim.engines.finite.failure import under_tool
from softsim.engines.finite.scene import Scene
from softsim.engines.finite.search.answer import solve_scene
from softsim.engines.finite.search.passes import CAREFUL, look, on_few_spans, settled
from softsim.engines.finite.search.patches import first_patches
from softsim.engines.finite.search.states import Solution, continued, measured
from softsim.engines.finite.solve import TOLD_LONGER, steady_outcome
from softsim.errors import ConvergenceError
from softsim.load import Load
from tests.small_case import small_problem
from tests.wide_scenes import wide_problem

pytestmark = pytest.mark.jit
STRIP = {39: ("normal_force", 1.502), 44: ("indentation", 11.576e-3)}
"""Per metre across, of the engine of four-node elements that was here before."""
OF_STRIP = 0.02  # it was too stiff by up to that


@pytest.mark.parametrize("number", STRIP)
def test_soft_skin_over_stiff_ground_is_solved(number):
    """A pressure by overlap of the stiffest layer let go at once of what touches soft skin."""
    name, value = STRIP[number]
    problem = wide_problem(number)
    result = ss.simulate(problem, mode="steady")
    length = float(problem.instrument.contact_length) if name == "normal_force" else 1.0
    assert float(result[name]) / length == pytest.approx(value, rel=OF_STRIP)
    assert "accuracy not reached" not in result.attrs["warnings"]


def test_work_is_counted_and_some_of_it_kept_for_later():
    budget = Budget(100.0)
    budget.keep(0.4)
    budget.spend(50.0)
    with pytest.raises(ConvergenceError, match="work"):
        budget.spend(20.0)
    budget.keep(0.0)
    budget.spend(20.0)
    with pytest.raises(ConvergenceError, match="work"):
        budget.spend(20.0)


def test_work_that_is_asked_for_grows_with_the_accuracy():
    usual, finer = (
        replace(small_problem(), resolution=ss.Resolution(accuracy=accuracy))
        for accuracy in ("0.5 %", "0.1 %")
    )
    assert Scene.of(finer, speed=None).budget.left > Scene.of(usual, speed=None).budget.left


def small_scene() -> Scene:
    problem = replace(small_problem(), resolution=ss.Resolution())
    return Scene.of(problem, speed=problem.direction * abs(float(problem.stroke.speed)))


@pytest.fixture(scope="module")
def fine() -> Solution:
    return solve_scene(small_scene())


def test_answer_on_few_spans_says_so_and_its_errors_hold(fine):
    scene = small_scene()
    found = on_few_spans(scene, look(scene), fine_pass(scene.accuracy))
    assert found.longer > TOLD_LONGER
    outcome = steady_outcome(found, scene, time.perf_counter())
    assert any("times longer than the accuracy asks for" in text for text in outcome.warnings)
    true = measured(fine).values
    for name, value in measured(found).values.items():
        over = true["normal_force"] if name == "tangential_force" else true[name]
        assert (abs(value - true[name]) <= outcome.errors[name] * abs(over)).all(), name


def test_work_that_ends_before_the_fine_pass_leaves_the_answer_on_few_spans(fine):
    scene = small_scene()
    before = scene.budget.left
    look(scene)
    poor = small_scene()
    poor.budget.left = (before - scene.budget.left) / 0.6 * 1.01
    found = solve_scene(poor)
    assert found.longer > 1.0
    assert found.touch.depth == pytest.approx(fine.touch.depth, rel=0.1)


def test_answers_of_the_usual_accuracy_warn_of_nothing():
    result = ss.simulate(small_problem())
    assert not any("accuracy" in text for text in json.loads(result.attrs["warnings"]))


# ------------------------------------------------------------------ tools that sink, and refusals


def sunk_to(scene: Scene, depth: float, before: Solution | None) -> Solution:
    part = replace(scene, load=Load("indentation", depth))
    patches = first_patches(part) if before is None else before.patches
    return settled(part, patches, before, COARSE, CAREFUL)


def test_steps_towards_a_depth_do_not_mix():
    """Stiff skin that relaxes under a sharp tip: mixed steps went back to where they began."""
    problem = wide_problem(56)
    scene = Scene.of(problem, speed=problem.stroke.usual_speed)
    found = sunk_to(scene, 2e-3, sunk_to(scene, 1e-3, None))
    assert found.converged
    assert found.iterations < 70


def test_state_that_is_continued_is_near_the_next_one():
    scene = small_scene()
    first = sunk_to(scene, 1.0e-3, None)
    second = sunk_to(scene, 1.1e-3, first)
    third = sunk_to(scene, 1.2e-3, second)
    guess = continued(first, second, 1.2e-3)
    assert guess.touch.depth == 1.2e-3
    left, begun = (
        float(np.abs(state.displacement - third.displacement).max()) for state in (guess, second)
    )
    assert left < 0.2 * begun


def test_thickness_that_is_left_under_a_tool_adds_up(fine):
    problem = replace(small_problem(), resolution=ss.Resolution())
    state = (fine.section, fine.contact, fine.touch, fine.displacement)
    left, drag = under_tool(problem, *state)
    height = np.array([float(layer.thickness) for layer in problem.tissue.layers])
    lost = float(height @ (1.0 - left))
    assert lost == pytest.approx(fine.touch.depth, rel=0.02)
    assert (drag > 0.0).all()
    assert drag.max() < 0.2


@pytest.mark.parametrize(
    ("friction", "reason"),
    [(0.1, r"gel is squeezed to [\d.]+ %"), (0.6, "friction of 0.6 shears gel with")],
)
def test_load_that_soft_tissue_cannot_carry_is_refused_with_what_gives_way(friction, reason):
    soft = ss.SplitNeoHookean(shear_modulus="300 Pa", bulk_modulus="20 kPa")
    stiff = ss.SplitNeoHookean(shear_modulus="1 MPa", bulk_modulus="1 GPa")
    tissue = ss.Tissue(
        layers=(
            ss.Layer(name="gel", thickness="2 mm", material=soft),
            ss.Layer(name="plate", thickness="4 mm", material=stiff),
        )
    )
    problem = small_problem(indentation=None, force="20 N", friction=friction)
    with pytest.raises(ConvergenceError) as caught:
        ss.simulate(replace(problem, tissue=tissue, resolution=ss.Resolution()))
    text = str(caught.value)
    assert re.search(reason, text)
    assert "plate is" not in text
    assert re.search(r"take [\d.]+ N or less, .*blunter edge", text)
