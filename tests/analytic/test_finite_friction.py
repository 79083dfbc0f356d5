"""Friction that falls once skin slips and with the pressure, against closed forms."""

import math

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.solve import solve
from tests.finite_cases import NEARLY_HALF, Cylinder, dragged_block, gel

pytestmark = pytest.mark.jit

GROSS_SLIP = 1e-3  # of friction times normal force
CLOSED_FORM = 0.01  # of the drag of a Hertz contact
BALANCE = 0.01  # of the work of the tool
RESTING, SLIDING = 0.45, 0.3


@pytest.fixture(scope="module")
def block():
    """Snapshots of a flat block that is pressed and then dragged into gross slip.

    On thin tissue that does not bulge drag and pressure are even under it, and all slips at once.
    """
    return dragged_block(
        ss.Layer(name="gel", thickness="0.5 mm", material=gel(1e4, 0.0)),
        ss.Resolution(element_along="0.1 mm", steps=100),
        friction=SLIDING,
        static_friction=RESTING,
        length="0.04 mm",
    )


def friction_ratio(contact):
    """Return friction over the force pressed; what the shoulders push ahead does not count."""
    return contact.friction_along / (contact.force_depth - contact.friction_depth)


def test_block_sticks_up_to_the_static_coefficient_and_slips_at_the_dynamic_one(block):
    ratios = np.array([friction_ratio(shot.contact) for shot in block])
    assert ratios[-1] == pytest.approx(SLIDING, rel=GROSS_SLIP)
    assert 1.1 * SLIDING < ratios.max() <= RESTING * (1.0 + GROSS_SLIP)
    for shot in block:
        touching = shot.contact.pressure > 0.0
        drag = np.abs(shot.contact.shear[touching]) / shot.contact.pressure[touching]
        assert drag.max() <= RESTING * (1.0 + GROSS_SLIP)


def test_energies_add_up_where_friction_falls(block):
    last = block[-1]
    spent = last.stored_energy + last.viscous_work + last.friction_work
    assert abs(last.tool_work - spent) < BALANCE * abs(last.tool_work)


def hertz(exponent, pressure):
    """Return a steady drag over the force pressed, and that of Hertz's pressure."""
    case = Cylinder(
        radius=0.02, half_width=0.4e-3, thickness=0.024, poisson_ratio=NEARLY_HALF,
        friction=0.1, speed=0.05, elements=40,
    )  # fmt: skip
    law = {"friction_exponent": exponent, "friction_pressure": pressure * case.peak_pressure}
    contact = solve(case.problem(**law), "steady").snapshots[0].contact
    # int (1 - s^2)^((1 - n) / 2) ds over int (1 - s^2)^(1 / 2) ds
    half = 0.5 * (1.0 - exponent)
    shape = math.sqrt(math.pi) * math.gamma(half + 1.0) / math.gamma(half + 1.5) / (0.5 * math.pi)
    found = contact.friction_along / (contact.force_depth - contact.friction_depth)
    return found, 0.1 * pressure**exponent * shape


@pytest.mark.parametrize(("exponent", "pressure"), [(1.0 / 3.0, 1.0), (0.3, 0.5), (0.6, 2.0)])
def test_drag_of_a_hertz_contact_follows_the_power_of_the_pressure(exponent, pressure):
    found, wanted = hertz(exponent, pressure)
    assert found == pytest.approx(wanted, rel=CLOSED_FORM)


def test_no_exponent_and_no_drop_are_one_number():
    assert hertz(0.0, 1.0)[0] == pytest.approx(0.1, rel=1e-6)


def test_energies_of_a_stroke_add_up_where_friction_falls_with_the_pressure():
    case = Cylinder(
        radius=0.02, half_width=0.8e-3, thickness=0.012, ratio=2.0, friction=0.2, elements=16
    )
    law = {"friction_exponent": 0.3, "friction_pressure": "5 kPa"}
    steady = solve(case.problem(**law), "steady").snapshots[0]
    moving = solve(
        case.problem(
            **law, static_friction=0.3, length="2 mm",
            resolution=ss.Resolution(element_along="0.1 mm", steps=60),
        ),
        "transient",
    ).snapshots[-1]  # fmt: skip
    for shot in (steady, moving):
        spent = shot.stored_energy + shot.viscous_work + shot.friction_work
        assert abs(shot.tool_work - spent) < BALANCE * abs(shot.tool_work)


@pytest.mark.slow
def test_skin_that_snaps_back_once_it_slips_is_followed():
    problem = ss.Problem(
        tissue=ss.load_tissue("forearm_volar"),
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(
            force="3 N", angle="60 deg", speed="20 mm/s", length="5 mm", friction=0.2,
            static_friction=0.8,
        ),
    )  # fmt: skip
    shots = solve(problem, "transient").snapshots
    drag = np.array([friction_ratio(shot.contact) for shot in shots if shot.along > 0.0])
    assert drag.max() > 2.0 * 0.2
    assert drag[-1] == pytest.approx(0.2, rel=GROSS_SLIP)
    last = shots[-1]
    spent = last.stored_energy + last.viscous_work + last.friction_work
    assert abs(last.tool_work - spent) < BALANCE * abs(last.tool_work)
