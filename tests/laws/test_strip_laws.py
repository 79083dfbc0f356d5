"""Laws of the strip elements: patch tests, frame indifference, uniform contact."""

import numpy as np
import pytest

import softsim.materials as sm
from softsim.engines.finite.contact import skin_contact
from softsim.engines.finite.newton import Newton
from softsim.engines.finite.strip.histories import FrozenHistory
from softsim.engines.finite.strip.state import State
from softsim.load import Load
from tests.strip_cases import boundary_nodes, make_strip, node_places, solve_with_boundary
from tests.twins.samples import LAWS

PATCH = 1e-10  # relative; stated for the element
ROUNDING = 1e-10  # of the elastic forces at 100 % strain, for states without stress
COLUMNS = np.array([0.0, 1.0, 1.2, 2.9, 3.3, 4.0, 7.0]) * 1e-3
ROWS = np.array([0.0, 0.2, 0.5, 1.6, 2.0, 5.0]) * 1e-3
SOFT = {
    **LAWS,
    "nearly_incompressible": sm.SplitNeoHookean(shear_modulus="10 kPa", bulk_modulus="100 MPa"),
}
HOMOGENEOUS = {
    "stretch and shear": np.array([[1.35, 0.4], [-0.15, 0.8]]),
    "press": np.array([[1.5, 0.0], [0.0, 0.66]]),
    "turned": np.array([[0.2, -1.1], [0.9, 0.1]]),
}


@pytest.mark.parametrize("gradient", HOMOGENEOUS)
@pytest.mark.parametrize("law", SOFT)
def test_patch_stays_affine_when_its_boundary_is(law, gradient):
    strip = make_strip(SOFT[law], COLUMNS, ROWS)
    affine = node_places(strip) @ (HOMOGENEOUS[gradient] - np.eye(2)).T
    assert strip.evaluate(affine)
    strip.assemble_forces(affine)
    inside = ~boundary_nodes(strip)
    scale = np.abs(strip.work.force).max()
    assert np.abs(strip.work.force[inside]).max() <= PATCH * scale
    start = affine.copy()
    start[inside] += np.random.default_rng(1).uniform(-2e-8, 2e-8, (int(inside.sum()), 2))
    found = solve_with_boundary(strip, start, np.zeros_like(affine), 1e-12)
    assert np.abs(found - affine).max() <= PATCH * np.abs(affine).max()
    stress = strip.work.stress_relaxing + strip.work.stress_fixed
    spread = np.ptp(stress.reshape(-1, 4), axis=0).max()
    # the bulk modulus multiplies the rounding of the volume ratio
    bulk = SOFT[law].bulk_modulus_initial
    assert spread <= PATCH * max(np.abs(stress).max(), bulk)


@pytest.mark.parametrize("angle", [0.3, -1.4, 3.0])
@pytest.mark.parametrize("law", SOFT)
def test_rigid_motion_of_the_strip_gives_no_force(law, angle):
    strip = make_strip(SOFT[law], COLUMNS, ROWS)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = node_places(strip) @ (turn - np.eye(2)).T + [0.02, -0.01]
    assert strip.evaluate(moved)
    strip.assemble_forces(moved)
    scale = (SOFT[law].bulk_modulus_initial + SOFT[law].shear_modulus_initial) * ROWS[-1]
    assert np.abs(strip.work.force).max() <= ROUNDING * scale


@pytest.mark.parametrize("law", ["neo_hookean", "ogden_fibres", "veronda_westmann"])
def test_forces_turn_with_the_deformed_strip(law):
    strip = make_strip(SOFT[law], COLUMNS, ROWS)
    places, rng = node_places(strip), np.random.default_rng(3)
    current = places @ HOMOGENEOUS["press"].T + rng.uniform(-4e-5, 4e-5, places.shape)
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    forces = []
    for state in (current, current @ turn.T):
        assert strip.evaluate(state - places)
        strip.assemble_forces(state - places)
        forces.append(strip.work.force.copy())
    wanted = forces[0] @ turn.T
    assert np.abs(forces[1] - wanted).max() <= PATCH * np.abs(wanted).max()


def test_flat_plate_presses_a_block_uniformly():
    """Contact patch test: with Poisson ratio 0 a block on a glued base is pressed uniformly."""
    young, squeeze = 20e3, 0.7
    strip = make_strip(sm.NeoHookean(young_modulus=young, poisson_ratio=0.0), COLUMNS - 3e-3, ROWS)
    newton = Newton(strip, FrozenHistory(strip, np.ones(1)), tolerance=1e-13)
    state = State(strip.rest(), 0.0, 0.0)
    for depth in np.linspace(0.0, (1.0 - squeeze) * ROWS[-1], 4)[1:]:
        assert newton.solve(state, Load(kind="indentation", value=float(depth))).converged
    contact = skin_contact(strip, state)
    wanted = 0.5 * young * (1.0 / squeeze - squeeze)  # -(mu/J)(l^2 - 1), J = l, lambda = 0
    np.testing.assert_allclose(contact.pressure, wanted, rtol=PATCH)
    assert contact.force_depth == pytest.approx(wanted * np.ptp(COLUMNS), rel=PATCH)
    wanted_along = np.zeros_like(state.displacement[..., 0])
    np.testing.assert_allclose(state.displacement[..., 0], wanted_along, atol=PATCH * ROWS[-1])
    np.testing.assert_allclose(
        state.displacement[..., 1],
        np.broadcast_to((1.0 - squeeze) * (ROWS[-1] - ROWS), wanted_along.shape),
        atol=PATCH * ROWS[-1],
    )


def pressed_block(*loads):
    strip = make_strip(LAWS["ogden"], COLUMNS - 3e-3, ROWS)
    newton = Newton(strip, FrozenHistory(strip, np.ones(1)), tolerance=1e-12)
    state = State(strip.rest(), 0.0, 0.0)
    for load in loads:
        assert newton.solve(state, load).converged
    return state, skin_contact(strip, state)


def test_force_and_depth_control_meet_in_the_same_state():
    touch, depth = Load(kind="indentation", value=2e-4), Load(kind="indentation", value=1e-3)
    by_depth, contact = pressed_block(touch, depth)
    by_force, _ = pressed_block(touch, Load(kind="force", value=contact.force_depth))
    assert by_force.depth == pytest.approx(1e-3, rel=PATCH)
    np.testing.assert_allclose(by_force.displacement, by_depth.displacement, atol=PATCH * ROWS[-1])
