"""The state of a steady stroke is that of its load, not of the way to it (issue 15).

A depth that is prescribed and the force that was found there are one state, and so is a stroke
solved from its neighbour.  Both ended on grids of their own, up to 13 % apart in element length;
now a contact has one mesh, whichever way led to it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

import softsim as ss
from softsim.engines.finite.solve import solve
from softsim.outcome import Outcome
from tests.small_case import small_problem
from tests.wide_scenes import wide_problem

pytestmark = pytest.mark.jit
# relative differences; forces along are measured against the normal force
FORCE, ALONG, WIDTH, PEAK = 5e-4, 2e-4, 3e-4, 1e-4


def rod(**stroke: object) -> ss.Problem:
    """Two viscous layers under a rod, elements as the contact asks for."""
    return replace(small_problem(**stroke), resolution=ss.Resolution())


def library(tissue: str, instrument: str, **stroke: object) -> ss.Problem:
    return ss.Problem(
        tissue=ss.load_tissue(tissue),
        instrument=ss.load_instrument(instrument),
        stroke=ss.Stroke(**stroke),
    )


SCENES = {
    "upright": lambda: rod(angle="90 deg"),
    "tilted, friction": lambda: rod(angle="50 deg", friction=0.4),
    "calf, ploughing": lambda: library(
        "calf", "gt4_class_scanner", force="6 N", angle="120 deg", speed="100 mm/s", friction=0.5
    ),
    "forearm, slow": lambda: library(
        "forearm_volar", "gt4_class_scanner", force="5 N", angle="60 deg", speed="20 mm/s",
        friction=0.4,
    ),
    "thigh": lambda: library(
        "thigh_anterior", "astym_polymer", force="6 N", angle="120 deg", speed="0.1 m/s",
        friction=0.14,
    ),
    "wide 5": lambda: wide_problem(5),
    "wide 15": lambda: wide_problem(15),
    "wide 18": lambda: wide_problem(18),
}  # fmt: skip
QUICK = ("tilted, friction", "calf, ploughing", "wide 5")


def scenes() -> list[object]:
    return [pytest.param(k, marks=[] if k in QUICK else pytest.mark.slow) for k in SCENES]


def loaded(problem: ss.Problem, **load: float) -> ss.Problem:
    same = {name: getattr(problem.stroke, name) for name in ("angle", "speed", "friction")}
    return replace(problem, stroke=ss.Stroke(**same, **load))


def assert_same_state(first: Outcome, second: Outcome) -> None:
    one, other = (result.snapshots[-1].contact for result in (first, second))
    force = one.force_depth
    assert other.force_depth == pytest.approx(force, rel=FORCE)
    assert other.force_along == pytest.approx(one.force_along, abs=ALONG * force)
    assert other.width == pytest.approx(one.width, rel=WIDTH)
    assert other.pressure.max() == pytest.approx(one.pressure.max(), rel=PEAK)
    assert second.element_along == pytest.approx(first.element_along)


@pytest.mark.parametrize("name", scenes())
def test_indentation_that_a_load_found_returns_its_state(name):
    problem = SCENES[name]()
    first = solve(problem, "steady")
    depth, force = first.snapshots[-1].depth, first.snapshots[-1].contact.force_depth
    if problem.stroke.indentation is None:
        other = loaded(problem, indentation=depth)
    else:
        other = loaded(problem, force=force * float(problem.instrument.contact_length))
    assert_same_state(first, solve(other, "steady"))


@pytest.mark.parametrize("share", [0.7, 0.97, pytest.param(1.2, marks=pytest.mark.slow)])
def test_stroke_from_its_neighbour_is_the_stroke_from_nothing(share):
    problem = rod(angle="70 deg", friction=0.2)
    neighbour = solve(loaded(problem, indentation=1e-3 * share), "steady")
    assert_same_state(solve(problem, "steady"), solve(problem, "steady", warm=neighbour.state))
