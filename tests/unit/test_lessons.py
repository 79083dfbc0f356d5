"""Lessons: interpolation between cases, errors at cases left out, and what a page holds."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

import softsim as ss
from softsim.app.lessons import writing
from softsim.app.lessons.interpolation import between, error, weights
from softsim.app.lessons.lesson import Axis, Case, Lesson, Number
from softsim.app.lessons.sampling import ALONG, IN_LAYER, levels, profile, section
from softsim.app.lessons.six import LESSONS
from softsim.app.lessons.solving import ALLOWED, MOST_CASES, solved
from tests.small_case import small_problem, small_result


def lesson_of(curve, low=1.0, high=3.0, count=5):
    """Return a lesson whose only curve and number are given functions of its slider."""

    def solve(problem):
        force = problem.stroke.force
        return Case(sample={"profile": curve(force)}, numbers=(float(curve(force)[0]),))

    def problem(force):
        return replace(small_problem(), stroke=ss.Stroke(force=force, speed="20 mm/s"))

    return Lesson(
        name="test",
        question="What is <this>?",
        look="Here.",
        axis=Axis("force", "Force", "N", low, high, count),
        problem=problem,
        solve=solve,
        numbers=(Number("first", "kPa"),),
        profiles=(("profile", "stress [kPa]"),),
        finding=lambda numbers: f"It ends at {numbers[-1, 0]:.3g} kPa.",
    )


def test_cubics_are_interpolated_exactly_to_the_ends():
    places = np.arange(7.0)
    cases = np.stack([places**3 - 2.0 * places, 1.0 + places**2], axis=1)
    for place in np.linspace(0.0, 6.0, 31):
        wanted = [place**3 - 2.0 * place, 1.0 + place**2]
        assert between(cases, place) == pytest.approx(wanted, abs=1e-11)


@pytest.mark.parametrize("count", [2, 3, 4, 9])
def test_weights_add_to_one_and_a_case_is_itself(count):
    for place in np.linspace(0.0, count - 1.0, 17):
        first, own = weights(place, count)
        assert own.sum() == pytest.approx(1.0, abs=1e-12)
        assert 0 <= first <= count - own.size
    for k in range(count):
        first, own = weights(float(k), count)
        assert own[k - first] == 1.0


def test_error_is_over_the_range_of_the_curve():
    assert error(np.array([1.0, 3.0]), np.array([1.1, 3.0])) == pytest.approx(0.05)
    assert error(np.ones(3), np.ones(3)) == 0.0


def test_values_of_an_axis_run_from_end_to_end():
    axis = Axis("speed", "Speed", "mm/s", 1.0, 100.0, 5, is_log=True)
    assert [axis.value(k) for k in range(5)] == pytest.approx([1.0, 10**0.5, 10.0, 10**1.5, 100.0])


def test_smooth_curve_needs_no_more_cases():
    found = solved(lesson_of(lambda x: np.array([x, x**2, x**3])))
    assert (len(found.cases), found.left_out) == (5, 4)
    assert found.worst < 1e-12


def test_sharp_curve_gets_more_cases_until_it_is_right():
    found = solved(lesson_of(lambda x: np.array([np.tanh(4.0 * (x - 2.1)), 0.0])))
    assert 5 < len(found.cases) <= MOST_CASES
    assert found.left_out == len(found.cases) - 1
    assert found.worst <= ALLOWED
    off = [
        abs(between(found.table("numbers"), place)[0] - np.tanh(4.0 * (x - 2.1)))
        for place in np.linspace(0.0, len(found.cases) - 1.0, 301)
        for x in [found.lesson.axis.value(place)]
    ]
    assert max(off) <= 1.5 * ALLOWED * np.ptp(found.table("numbers"))


def test_jump_ends_at_the_most_cases_and_its_error_is_told():
    found = solved(lesson_of(lambda x: np.array([float(x > 2.03), 0.0])))
    assert len(found.cases) == MOST_CASES
    assert found.worst > 0.3


def test_page_holds_what_was_solved_and_nothing_from_elsewhere():
    found = solved(lesson_of(lambda x: np.linspace(x, 0.0, 2 * IN_LAYER)))
    page = writing.page_of(found)
    data = json.loads(re.search(r'type="application/json">(.*?)</script>', page, re.DOTALL)[1])
    assert data["cases"]["numbers"] == [[1.0], [1.5], [2.0], [2.5], [3.0]]
    assert data["section"] is None
    assert len(data["depth"]) == len(data["cases"]["profile"][0])
    assert "What is &lt;this&gt;?" in page
    assert "It ends at 3 kPa." in page
    assert "5 cases were solved" in page
    assert "against 4 more cases" in page
    outside = re.findall(r"(?:src|href)=|https?://(?!www\.w3\.org/2000/svg)", page)
    assert [word for word in outside if word.startswith("http")] == []
    assert page.count("href=") == 1  # of the empty icon


def test_curves_of_a_section_are_those_of_its_result():
    problem, result = small_problem(), small_result("steady")
    sample = section(problem, result, 5.0, ("von_mises_change",))
    lines = sample["lines"].reshape(3, ALONG)
    assert (np.diff(lines, axis=0) > 0.0).all()
    # the bottom is continued from the two rows above it: second order in their height
    assert lines[-1] == pytest.approx(9.5, abs=2e-3)
    nose = sample["tool"].reshape(-1, 2)
    assert nose[:, 1].max() == pytest.approx(1e3 * float(result.indentation), abs=1e-9)
    curve = profile(result, problem.tissue, "von_mises_change")
    assert curve.size == levels(problem.tissue).size == 2 * IN_LAYER
    most = 1e-3 * float(result.peak_von_mises_change_at_depth.max())
    assert 0.8 * most < curve.max() <= most


@pytest.mark.parametrize("name", LESSONS)
def test_lesson_asks_one_question_and_makes_its_problems(name):
    lesson = LESSONS[name]
    assert lesson.name == name
    assert lesson.question.endswith("?")
    for place in (0.0, 0.5, lesson.axis.count - 1.0):
        assert isinstance(lesson.at(place), ss.Problem)
    assert lesson.axis.count <= MOST_CASES


def test_lesson_that_is_unknown_is_refused_before_anything_is_solved(tmp_path):
    with pytest.raises(ss.InputError, match="lesson 'sharp' is unknown"):
        writing.write_lesson(tmp_path / "sharp.html")
    with pytest.raises(ss.InputError, match="html"):
        writing.write_lesson(tmp_path / "sharp_or_blunt.htm")
    assert list(tmp_path.iterdir()) == []
