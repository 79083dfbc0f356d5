"""Laws of the spans: patch tests, frame indifference, uniform contact."""

import numpy as np
import pytest

import softsim.materials as sm
from softsim.engines.finite.contact import ContactProblem, Touch, Window
from softsim.engines.finite.newton import Newton
from softsim.engines.finite.skin import is_folded, skin_contact
from softsim.engines.finite.tissue.basis import Line
from softsim.engines.finite.tissue.histories import Rest
from softsim.engines.finite.tissue.section import held_functions
from softsim.friction import Friction
from softsim.kernels.splines.geometry import PLANE, ROUND
from softsim.load import Load
from tests.spline_cases import FLAT, boundary, make_section, places, solve_held
from tests.twins.samples import LAWS

PATCH = 1e-10  # relative; stated for the spans
ROUNDING = 1e-10  # of the elastic forces at 100 % strain, for states without stress
COLUMNS = np.array([0.0, 1.0, 1.2, 2.9, 3.3, 4.0, 7.0]) * 1e-3
ROWS = np.array([0.0, 0.2, 0.5, 1.6, 2.0, 5.0]) * 1e-3
SPACE = tuple(np.array(x) * 1e-3 for x in ([0.0, 1.0, 1.4, 3.0], [0.0, 0.3, 1.5], [0.0, 2.0, 2.5]))
SOFT = {
    **LAWS,
    "nearly_incompressible": sm.SplitNeoHookean(shear_modulus="10 kPa", bulk_modulus="100 MPa"),
}
ISOTROPIC = [name for name in SOFT if "fibres" not in name]
HOMOGENEOUS = {
    "stretch and shear": np.array([[1.35, 0.4], [-0.15, 0.8]]),
    "press": np.array([[1.5, 0.0], [0.0, 0.66]]),
    "turned": np.array([[0.2, -1.1], [0.9, 0.1]]),
}
IN_SPACE = {
    "stretch and shear": np.array([[1.2, 0.3, -0.1], [-0.15, 0.8, 0.2], [0.1, 0.2, 1.1]]),
    "press": np.diag([1.3, 0.7, 1.05]),
    "turned": np.array([[0.1, -1.1, 0.0], [0.2, 0.1, -0.9], [1.0, 0.2, 0.1]]),
}
# (radial, axial): the volume nearly kept, beyond which nearly incompressible bodies lose stability
ROUND_STATES = {
    "swollen": (1.1, 1.0005 / 1.21),
    "pressed": (1.3, 1.0 / 1.69),
    "drawn": (0.8, 1.5625),
}


def patch_holds(law, gradient, breaks, form=PLANE, *, axis=False):
    """Assert that a body stays affine when its boundary is, without forces inside."""
    shape = tuple(len(line) + 1 for line in breaks)
    held = np.repeat(boundary(shape)[..., None], len(breaks), axis=-1)
    if axis:  # its functions move freely along it
        held[0, 1:-1, 1] = False
    section = make_section(SOFT[law], *breaks, form=form, held=held)
    affine = places(section) @ (gradient - np.eye(len(breaks))).T
    assert section.evaluate(affine)
    force = section.forces(affine)
    assert np.abs(force[~held]).max() <= PATCH * np.abs(force).max()
    start = affine.copy()
    start[~held] += np.random.default_rng(1).uniform(-2e-8, 2e-8, int((~held).sum()))
    found = solve_held(section, start, np.zeros_like(affine), 1e-12)
    assert np.abs(found - affine).max() <= PATCH * np.abs(affine).max()
    stress = section.stresses.relaxing + section.stresses.fixed
    spread = np.ptp(stress.reshape(-1, stress.shape[-1]), axis=0).max()
    # the bulk modulus multiplies the rounding of the volume ratio
    assert spread <= PATCH * max(np.abs(stress).max(), SOFT[law].bulk_modulus_initial)


@pytest.mark.parametrize("gradient", HOMOGENEOUS)
@pytest.mark.parametrize("law", SOFT)
def test_patch_stays_affine_when_its_boundary_is(law, gradient):
    patch_holds(law, HOMOGENEOUS[gradient], (COLUMNS, ROWS))


@pytest.mark.parametrize("gradient", IN_SPACE)
@pytest.mark.parametrize("law", SOFT)
def test_patch_in_space_stays_affine_when_its_boundary_is(law, gradient):
    patch_holds(law, IN_SPACE[gradient], SPACE)


@pytest.mark.parametrize("state", ROUND_STATES)
@pytest.mark.parametrize("law", ISOTROPIC)
def test_round_patch_stays_affine_when_its_rim_is(law, state):
    patch_holds(law, np.diag(ROUND_STATES[state]), (COLUMNS, ROWS), ROUND, axis=True)


def bodies(law):
    """Return a section and a body in space."""
    return make_section(SOFT[law], COLUMNS, ROWS), make_section(SOFT[law], *SPACE)


def turn_about(axis, angle):
    """Return a rotation in space."""
    x, y, z = np.asarray(axis) / np.linalg.norm(axis)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross


def turns(angle):
    """Return a rotation in the plane and one in space."""
    return turn_about((0.0, 0.0, 1.0), angle)[:2, :2], turn_about((1.0, -2.0, 0.5), angle)


@pytest.mark.parametrize("angle", [0.3, -1.4, 3.0])
@pytest.mark.parametrize("law", SOFT)
def test_rigid_motion_gives_no_force(law, angle):
    for section, turn in zip(bodies(law), turns(angle), strict=True):
        n = len(section.lines)
        moved = places(section) @ (turn - np.eye(n)).T + [0.02, -0.01, 0.03][:n]
        assert section.evaluate(moved)
        modulus = SOFT[law].bulk_modulus_initial + SOFT[law].shear_modulus_initial
        size = 5e-3 if n == 2 else 5e-3 * 3e-3
        assert np.abs(section.forces(moved)).max() <= ROUNDING * modulus * size


@pytest.mark.parametrize("law", ["neo_hookean", "ogden_fibres", "veronda_westmann"])
def test_forces_turn_with_the_deformed_body(law):
    for section, turn in zip(bodies(law), turns(-0.9), strict=True):
        n, rng, place = len(section.lines), np.random.default_rng(3), places(section)
        gradient = (HOMOGENEOUS if n == 2 else IN_SPACE)["press"]
        current = place @ gradient.T + rng.uniform(-4e-5, 4e-5, place.shape)
        forces = []
        for state in (current, current @ turn.T):
            assert section.evaluate(state - place)
            forces.append(section.forces(state - place))
        wanted = forces[0] @ turn.T
        assert np.abs(forces[1] - wanted).max() <= PATCH * np.abs(wanted).max()


def test_round_body_moved_along_its_axis_gives_no_force():
    section = make_section(SOFT["neo_hookean"], COLUMNS, ROWS, form=ROUND)
    moved = section.rest()
    moved[..., 1] = 3e-3
    assert section.evaluate(moved)
    assert np.abs(section.forces(moved)).max() <= ROUNDING * 0.2e6 * 5e-3 * 7e-3


class Block:
    """A block on a glued base under a flat plate as wide as itself."""

    def __init__(self, material):
        shape = (COLUMNS.size + 1, ROWS.size + 1)
        held = held_functions(shape, free_sides=True)
        columns = COLUMNS - 3e-3
        self.section = make_section(material, columns, ROWS, held=held)
        window = Window.of(self.section.along, [(columns[0], columns[-1])])
        none = np.zeros(window.functions.size)
        contact = ContactProblem(window, FLAT, Friction.none(), 0, none, 0.0, 1e9)
        self.newton = Newton(self.section, contact, Rest(self.section, np.ones(1)), 1.0)
        self.displacement, self.touch = self.section.rest(), Touch.none(none.size)

    def press(self, load):
        """Solve under a load; return the contact."""
        solved = self.newton.solve(self.displacement, self.touch, load, 1e-12)
        assert solved.converged
        self.displacement, self.touch = solved.displacement, solved.touch
        return skin_contact(self.section.along, self.newton.contact, self.touch, self.displacement)


def test_flat_plate_presses_a_block_uniformly():
    """Contact patch test: with Poisson ratio 0 a block on a glued base is pressed uniformly."""
    young, squeeze = 20e3, 0.7
    block = Block(sm.NeoHookean(young_modulus=young, poisson_ratio=0.0))
    for depth in np.linspace(0.0, (1.0 - squeeze) * ROWS[-1], 4)[1:]:
        contact = block.press(Load("indentation", float(depth)))
    wanted = 0.5 * young * (1.0 / squeeze - squeeze)  # -(mu/J)(l^2 - 1), J = l, lambda = 0
    np.testing.assert_allclose(block.touch.pressure, wanted, rtol=PATCH)
    np.testing.assert_allclose(contact.pressure, wanted, rtol=PATCH)
    assert contact.force_depth == pytest.approx(wanted * np.ptp(COLUMNS), rel=PATCH)
    place = places(block.section)
    down = (1.0 - squeeze) * (ROWS[-1] - place[..., 1])
    exact = np.stack([np.zeros_like(down), down], axis=-1)
    np.testing.assert_allclose(block.displacement, exact, rtol=0.0, atol=PATCH * ROWS[-1])


def test_force_and_depth_control_meet_in_the_same_state():
    depth = 1e-3
    by_depth, by_force = Block(LAWS["ogden"]), Block(LAWS["ogden"])
    contact = by_depth.press(Load("indentation", depth))
    by_force.press(Load("force", contact.force_depth))
    assert by_force.touch.depth == pytest.approx(depth, rel=PATCH)
    np.testing.assert_allclose(
        by_force.displacement, by_depth.displacement, rtol=0.0, atol=PATCH * ROWS[-1]
    )


def test_skin_is_folded_where_neighbouring_pieces_differ_or_turn_too_much():
    line = Line.smooth(np.linspace(0.0, 1e-3, 21))
    smooth, jump, turn = np.zeros((3, line.n_functions, 1, 2))
    smooth[:, 0, 1] = 0.1 * line.greville * np.sin(line.greville / 0.3e-3)
    jump[11:, 0, 0] = -1.8 * 50e-6  # two pieces are pushed together
    turn[:, 0, 1] = -10.0 * np.abs(line.greville - 0.5e-3)
    assert [is_folded(line, moved) for moved in (smooth, jump, turn)] == [False, True, True]
