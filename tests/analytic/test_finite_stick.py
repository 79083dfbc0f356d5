"""Stick and slip under a transient tool against closed forms: L10."""

import math

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.solve import solve
from tests.finite_cases import NEARLY_HALF, Cylinder, dragged_block, gel

pytestmark = pytest.mark.jit

# Tolerances of the reference page for the finite engine.
STICK = 0.02  # of the half-width
GROSS_SLIP = 1e-3  # of friction times normal force
FRICTION = 0.3
STEPS = 50


@pytest.fixture(scope="module")
def block():
    """Contacts of a flat block that is pressed and then dragged into gross slip."""
    shots = dragged_block(
        ss.Layer(name="gel", thickness="6 mm", material=gel(1e4, 0.45)),
        ss.Resolution(element_along="0.2 mm", steps=STEPS),
        friction=FRICTION,
        length="0.2 mm",
    )
    return [shot.contact for shot in shots]


def friction_ratio(contact):
    """Return the friction force over its limit; what the shoulders push ahead does not count."""
    return contact.friction_along / (FRICTION * (contact.force_depth - contact.friction_depth))


def test_block_is_dragged_with_at_most_the_friction_limit_and_ends_there(block):
    ratios = np.array([friction_ratio(contact) for contact in block])
    assert ratios.min() < 0.5
    assert ratios.max() <= 1.0 + GROSS_SLIP
    assert ratios[-1] == pytest.approx(1.0, abs=GROSS_SLIP)


def test_some_skin_sticks_to_the_block_below_the_friction_limit(block):
    for contact in block:
        touching = contact.pressure > 0.0
        drag = np.abs(contact.shear[touching]) / (FRICTION * contact.pressure[touching])
        assert drag.max() <= 1.0 + GROSS_SLIP
        if friction_ratio(contact) < 1.0 - GROSS_SLIP:
            assert drag.min() < 1.0 - 1e-6


@pytest.fixture(scope="module")
def partial_slip():
    """A pressed cylinder dragged a little: columns T / mu P and c / a of every step."""
    # Poisson ratio 0.5, so that pressing drags nothing: Cattaneo and Mindlin start from there
    case = Cylinder(
        radius=0.02, half_width=0.4e-3, thickness=0.024, poisson_ratio=NEARLY_HALF,
        friction=FRICTION, elements=40,
    )  # fmt: skip
    travel = FRICTION * case.line_load / (0.6 * case.shear_modulus)
    problem = case.problem(
        press_time=0.01, speed=travel / 0.02, length=travel,
        resolution=ss.Resolution(element_along=2.0 * case.half_width / case.elements, steps=STEPS),
    )  # fmt: skip
    result = solve(problem, "transient")
    states = []
    for snapshot in result.snapshots:
        contact = snapshot.contact
        load = contact.force_along / (FRICTION * max(contact.force_depth, 1e-300))
        if snapshot.along > 0.0 and load < 0.98:
            stick = stick_width(contact, result.element_along) / contact.width
            states.append((load, stick))
    return np.array(states)


def stick_width(contact, element):
    """Return the length where the drag stays below the friction limit [m].

    The room left of Cattaneo and Mindlin is an ellipse: its square is a parabola through all nodes
    that stick, whose zeros are the ends.
    """
    room = FRICTION * contact.pressure - contact.shear
    sticking = np.flatnonzero((contact.pressure > 0.0) & (room > 1e-4 * room.max()))[1:-1]
    bend, slope, value = np.polyfit(element * sticking, room[sticking] ** 2, 2)
    return math.sqrt(slope**2 - 4.0 * bend * value) / abs(bend)


@pytest.mark.parametrize("load", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_stuck_part_of_a_dragged_cylinder_shrinks_as_mindlin(partial_slip, load):
    loads, sticks = partial_slip.T
    k = int(np.abs(loads - load).argmin())
    assert loads[k] == pytest.approx(load, abs=0.06)
    assert sticks[k] == pytest.approx(math.sqrt(1.0 - loads[k]), abs=STICK)
