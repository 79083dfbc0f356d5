"""Edge section and contact of the skin with it against slow twins and differences."""

import numpy as np
import pytest

import softsim as ss
import softsim.materials as sm
from softsim.engines.finite.contact import ContactProblem, Touch, Window
from softsim.engines.finite.tissue.basis import Line
from softsim.friction import Friction
from softsim.kernels.outline.distance import edge_gap
from softsim.kernels.splines.skin import outline_gaps, weigh_contact
from softsim.load import Load
from tests.twins import contact as twin

ATOL_SAMPLED = 1e-11  # [m] zoomed sampling of the outline; tools are millimetres
ATOL_NORMAL = 1e-6  # central differences of the distance
RTOL_CURVATURE = 1e-4  # second differences of the distance
RTOL_TANGENT = 1e-8  # central differences of sixth order; curvature is continuous but for joints
RTOL_ROUNDING = 1e-12
STEP = 1e-9  # [m]

EDGES = {
    "rod": {"nose_radius": "5 mm", "thickness": "10 mm"},
    "blade": {"nose_radius": "1 mm", "thickness": "4 mm", "leading_flank_angle": "20 deg",
              "trailing_flank_angle": "35 deg"},
    "crowned": {"nose_radius": "40 mm", "thickness": "4 mm"},
}  # fmt: skip


def problem(edge="rod", angle="90 deg", speed="10 mm/s"):
    law = sm.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45)
    layers = [
        ss.Layer(name="upper", thickness="2 mm", material=law),
        ss.Layer(name="lower", thickness="3 mm", material=law),
    ]
    return ss.Problem(
        tissue=ss.Tissue(layers=layers),
        instrument=ss.Instrument(edge=ss.Edge(**EDGES[edge]), contact_length="50 mm"),
        stroke=ss.Stroke(indentation="1 mm", angle=angle, speed=speed, friction=0.3),
    )


CASES = [("rod", "90 deg", "10 mm/s"), ("blade", "90 deg", "-10 mm/s"),
         ("blade", "40 deg", "10 mm/s"), ("crowned", "85 deg", "10 mm/s")]  # fmt: skip


def points_near(edge, seed=2):
    """Return points around the lower part of the tool, most outside."""
    rng = np.random.default_rng(seed)
    radius = 1e-3 if edge != "rod" else 5e-3
    return np.column_stack(
        [rng.uniform(-2.0 * radius, 2.0 * radius, 25), rng.uniform(-0.4 * radius, radius, 25)]
    )


@pytest.mark.parametrize(("edge", "angle", "speed"), CASES)
def test_edge_gap_equals_sampled_outline(edge, angle, speed):
    chain = problem(edge, angle, speed).outline.chain
    for x, z in points_near(edge):
        gap, nx, nz, arc_length, curvature = edge_gap(x, z, chain)
        wanted, place = twin.edge_gap(x, z, chain)
        assert gap == pytest.approx(wanted, abs=ATOL_SAMPLED)
        assert arc_length == pytest.approx(place, abs=1e-7)  # the distance is flat there
        slope = [
            (edge_gap(x + dx, z + dz, chain)[0] - edge_gap(x - dx, z - dz, chain)[0]) / (2 * STEP)
            for dx, dz in ((STEP, 0.0), (0.0, STEP))
        ]
        assert (nx, nz) == pytest.approx(tuple(slope), abs=ATOL_NORMAL)
        step, tangent = 1e-7, np.array([nz, -nx])
        ends = [edge_gap(*(np.array([x, z]) + s * step * tangent), chain) for s in (1, -1)]
        turn = (np.array(ends[0][1:3]) - np.array(ends[1][1:3])) @ tangent / (2 * step)
        if gap > -0.5e-3 and abs(ends[0][4] - ends[1][4]) <= 1e-3 * abs(curvature):
            assert curvature == pytest.approx(turn, rel=RTOL_CURVATURE, abs=1e-3)


def test_outline_gaps_are_the_gaps_relative_to_the_tool():
    chain, tool = problem("blade").outline.chain, np.array([3e-3, 1e-3])
    skin, gap = points_near("blade") + tool, np.full(25, 7.0)
    outline_gaps(skin, tool, chain, gap)
    np.testing.assert_array_equal(gap, [edge_gap(*point, chain)[0] for point in skin - tool])


# ---------------------------------------------------------------- contact of the skin


BREAKS = np.array([-4.0, -2.2, -1.4, -0.8, -0.3, 0.2, 0.6, 1.5, 2.0, 4.0]) * 1e-3
LINE = Line.smooth(BREAKS)
TOOL = np.array([0.2e-3, 0.6e-3])


class Pressed:
    """A window of wavy skin near a tool, with pressures and drags."""

    def __init__(self, edge, angle, speed):
        self.chain = problem(edge, angle, speed).outline.chain
        window = Window.of(LINE, [(BREAKS[1], BREAKS[-2])])
        n, rng = window.functions.size, np.random.default_rng(8)
        anchor = np.zeros(n)
        anchor[3:6] = 0.2, 0.5, 0.3
        self.problem = ContactProblem(
            window, self.chain, Friction(0.3, 0.3), 0, anchor, 0.1e-3, 1e9
        )
        self.moved = 1e-4 * rng.normal(size=(n, 2))
        self.moved[:, 1] += 0.5e-3
        self.pressure, self.drag = 1e4 * rng.uniform(0.1, 1.0, (2, n))
        self.problem.arc_before[:] = 1e-4 * rng.normal(size=window.skin.place.size)

    def weigh(self, moved, tool=TOOL):
        """Return what the kernel weighs, copied."""
        out = self.problem.weighed
        weigh_contact(
            self.problem.window.skin, self.chain, moved, tool, self.pressure, self.drag,
            self.problem.arc_before, out,
        )  # fmt: skip
        return type(out)(*(part.copy() for part in out))

    def force(self, moved):
        """Return the forces of the pressures and drags on the functions."""
        found = self.weigh(moved)
        pushed = np.tensordot(self.pressure, found.normal, 1)
        return pushed + np.tensordot(self.drag, found.tangent, 1)


@pytest.mark.parametrize(("edge", "angle", "speed"), CASES)
def test_weighed_contact_equals_twin(edge, angle, speed):
    case = Pressed(edge, angle, speed)
    window, found = case.problem.window, case.weigh(case.moved)
    gap, slip, normal, tangent, length, arc = twin.weighed(
        (BREAKS, LINE.continuity), window.functions, window.skin.place, window.skin.weight,
        case.moved, TOOL, case.chain, case.problem.arc_before,
    )  # fmt: skip
    np.testing.assert_allclose(found.gap, gap, rtol=0.0, atol=ATOL_SAMPLED)
    np.testing.assert_allclose(found.slip, slip, rtol=0.0, atol=1e-7)
    np.testing.assert_allclose(found.arc, arc, rtol=0.0, atol=1e-7)  # the distance is flat there
    np.testing.assert_allclose(found.length, length, rtol=RTOL_ROUNDING)
    size = ATOL_NORMAL * length.max()
    np.testing.assert_allclose(found.normal, normal, rtol=0.0, atol=size)
    np.testing.assert_allclose(found.tangent, tangent, rtol=0.0, atol=size)


def difference(function, place, step):
    """Return the derivatives by all entries of an array, by a central formula of sixth order."""
    columns = []
    for n in range(place.size):
        total = 0.0
        for reach, weight in ((1, 0.75), (2, -0.15), (3, 1.0 / 60.0)):
            for sign in (1.0, -1.0):
                moved = place.copy()
                moved.flat[n] += sign * reach * step
                total = total + sign * weight * function(moved)
        columns.append(total / step)
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize(("edge", "angle", "speed"), CASES)
def test_gradients_of_gap_and_force_equal_differences(edge, angle, speed):
    case = Pressed(edge, angle, speed)
    found = case.weigh(case.moved)
    wanted = difference(lambda u: case.weigh(u).gap, case.moved, 1e-6)
    gradient = found.normal.reshape(wanted.shape) / found.length[:, None]
    np.testing.assert_allclose(gradient, wanted, rtol=0.0, atol=RTOL_TANGENT * np.abs(wanted).max())
    wanted = difference(case.force, case.moved, 1e-6).reshape(found.turn.shape)
    size = np.abs(wanted).max()
    np.testing.assert_allclose(found.turn, wanted, rtol=0.0, atol=RTOL_TANGENT * size)


def test_gradient_of_slip_on_a_plate_is_the_tangent():
    """Along an arc the foot moves by radius over reach, which is 1 where the skin touches."""
    case = Pressed("blade", "90 deg", "10 mm/s")
    case.chain = np.array([[0.0, -0.05, 0.0, 1.0, 0.0, 0.1, 0.0, 0.0]])
    found = case.weigh(case.moved)
    wanted = difference(lambda u: case.weigh(u).slip, case.moved, 1e-6)
    gradient = found.tangent.reshape(wanted.shape) / found.length[:, None]
    np.testing.assert_allclose(gradient, wanted, rtol=0.0, atol=RTOL_TANGENT * np.abs(wanted).max())


LOADS = [Load("force", 60.0), Load("indentation", 0.4e-3)]


@pytest.mark.parametrize(
    ("sliding", "drawn"), [(0, 0.03e-3), (0, -0.1e-3), (0, 0.4e-3), (1, 0.0), (-1, 0.0)]
)
@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.kind)
def test_solved_contact_obeys_its_inequalities(load, sliding, drawn):
    """On an elastic skin: no pull, no overlap, Coulomb's cone, slip against the drag, the load."""
    case = Pressed("blade", "60 deg", "10 mm/s")
    contact, n = case.problem, case.moved.shape[0]
    contact.sliding, contact.anchor = sliding, np.zeros(n)
    place = contact.window.place
    spread = 3e-6 * np.exp(-np.abs(place[:, None] - place) / 1e-3)
    compliance = np.kron(spread, np.array([[1.0, 0.1], [0.1, 0.8]]))
    free = np.zeros((n, 2))
    touch = contact.solve(free, free, compliance, Touch.none(n), load, 1.0)
    assert touch.settled
    moved = free + (compliance @ contact.force(touch).ravel()).reshape(n, 2)
    contact.arc_before[:] = contact.weighed.arc
    touch.along = 0.0
    if sliding == 0:  # then it is drawn along: back a little, on, and back further
        contact.offset += drawn
        touch = contact.solve(moved, free, compliance, touch, load, 1.0)
        assert touch.settled
        moved = free + (compliance @ contact.force(touch).ravel()).reshape(n, 2)
    contact.weigh(moved, touch)
    gap, slip = contact.weighed.gap, contact.weighed.slip
    pressed = touch.pressure > 0.0
    assert (touch.pressure >= 0.0).all()
    assert pressed.any()
    assert not pressed.all()
    assert np.abs(gap[pressed]).max() <= 1e-9
    assert (gap[~pressed] >= 0.0).all()
    cone = 0.3 * touch.pressure
    assert (np.abs(touch.drag) <= cone * (1.0 + 1e-9)).all()
    sticks = pressed & (np.abs(touch.drag) < cone * (1.0 - 1e-9))
    if sliding:
        np.testing.assert_allclose(touch.drag, sliding * cone, rtol=RTOL_ROUNDING)
    else:
        assert sticks.any() == (drawn == 0.03e-3)
        assert np.abs(slip[sticks]).max(initial=0.0) <= 1e-9
        slips = pressed & ~sticks
        assert (slip[slips] * touch.drag[slips] <= 0.0).all()
    if load.kind == "force":
        assert contact.force(touch)[:, 1].sum() == pytest.approx(load.value, rel=1e-8)
    else:
        assert touch.depth == pytest.approx(load.value, rel=1e-9)
