"""Edge section, contact rules and the banded tangent against slow twins and differences."""

import itertools

import numpy as np
import pytest

import softsim as ss
import softsim.materials as sm
from softsim.engines.finite.strip.strip import Strip
from softsim.kernels.outline.distance import edge_gap
from softsim.kernels.strip import contact as kernels
from softsim.kernels.strip.arrays import ContactRows, StripGrid
from softsim.problem import pack_layers
from tests.twins import strip_contact as twin
from tests.twins.contact import edge_gap as sampled_gap

ATOL_SAMPLED = 1e-11  # [m] zoomed sampling of the outline; tools are millimetres
ATOL_NORMAL = 1e-6  # central differences of the distance
RTOL_CURVATURE = 1e-4  # second differences of the distance
RTOL_TANGENT = 1e-6  # the law for consistent tangents
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
        wanted, place = sampled_gap(x, z, chain)
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


def test_contact_frames_are_the_gap_relative_to_the_tool():
    chain = problem("blade").outline.chain
    skin, frames = points_near("blade") + np.array([3e-3, 1e-3]), np.full((25, 6), 7.0)
    kernels.contact_frames(skin, 3e-3, 1e-3, chain, frames)
    for point, frame in zip(skin, frames, strict=True):
        assert tuple(frame[:5]) == edge_gap(point[0] - 3e-3, point[1] - 1e-3, chain)
        assert frame[5] == 7.0


def random_frames(n_nodes, seed=4):
    rng = np.random.default_rng(seed)
    angle = rng.uniform(-0.5, 0.5, n_nodes)
    frames = np.empty((n_nodes, 6))
    frames[:, 0] = rng.normal(size=n_nodes)
    frames[:, 1], frames[:, 2] = np.sin(angle), np.cos(angle)
    frames[:, 3:] = rng.normal(size=(n_nodes, 3))
    force = rng.normal((0.0, 0.5), size=(n_nodes, 2))
    return force, frames, rng.integers(0, 4, n_nodes)


@pytest.mark.parametrize(("friction", "sliding"), [(0.0, 0), (0.3, 0), (0.3, 1), (0.3, -1)])
def test_contact_states_follow_the_rules(friction, sliding):
    force, frames, states = random_frames(400)
    before = states.copy()
    contact = ContactRows(frames, states, force, friction, 40.0)
    n_touching = kernels.contact_states(contact, sliding, 0.0)
    for f, frame, old, new in zip(force, frames, before, states, strict=True):
        normal_force = f @ frame[1:3]
        drag = f @ np.array([frame[2], -frame[1]])
        wanted = twin.next_state(
            old, frame[0], normal_force, drag, frame[3] - frame[5],
            friction=friction, sliding=sliding,
        )  # fmt: skip
        assert new == wanted
    assert n_touching == np.count_nonzero(states)


def test_contact_rows_equal_twin():
    force, frames, states = random_frames(100)
    residual = force.copy()
    kernels.contact_residual(ContactRows(frames, states, force, 0.3, 40.0), residual)
    for f, frame, state, row in zip(force, frames, states, residual, strict=True):
        wanted = f if state == twin.OPEN else twin.rows(f, frame, state, 0.3, 40.0)
        np.testing.assert_allclose(row, wanted, rtol=0.0, atol=RTOL_ROUNDING * 40.0)


class Pressed:
    """A strip under a rod with every kind of contact state, away from equilibrium."""

    def __init__(self, *, free_sides):
        given = problem()
        grid = StripGrid(
            column_edges=np.linspace(-3e-3, 3e-3, 11),
            row_edges=np.array([0.0, 0.7e-3, 2e-3, 5e-3]),
            row_layer=np.array([0, 0, 1]),
        )
        self.strip = Strip(pack_layers(given.tissue), grid, given.outline.chain, 0.3, free_sides)
        rng = np.random.default_rng(8)
        self.displacement = rng.uniform(-5e-5, 5e-5, self.strip.rest().shape)
        self.displacement[:, -1] = 0.0
        self.tool = np.array([0.2e-3, 0.35e-3])
        self.states = np.array([0, 0, 1, 2, 3, 1, 2, 2, 3, 0, 0])
        self._touch()
        self.strip.work.frames[:, 5] = 1e-4 * rng.normal(size=11)
        self.strip.evaluate(self.displacement)
        self.strip.assemble_forces(self.displacement)
        self.strip.assemble_tangents(self.displacement)

    def _touch(self):
        """Bring the touching nodes exactly onto the rod."""
        place = self.displacement[:, 0, 0] + self.strip.grid.column_edges - self.tool[0]
        sagitta = 5e-3 - np.sqrt(5e-3**2 - place**2)
        on = self.states != kernels.OPEN
        self.displacement[on, 0, 1] = (self.tool[1] - sagitta)[on]

    def contact(self):
        return self.strip.contact(self.strip.work.force)._replace(states=self.states)

    def residual(self, displacement, tool):
        """Return the residual of the free nodes and the depth force of the touching ones."""
        strip, work = self.strip, self.strip.work
        assert strip.evaluate(displacement)
        strip.assemble_forces(displacement)
        strip.assemble_tangents(displacement)
        kernels.contact_frames(strip.skin(displacement), *tool, strip.chain, work.frames)
        force = np.ascontiguousarray(work.force[:, 0])
        rows = force.copy()
        kernels.contact_residual(self.contact(), rows)
        residual = work.force[:, :-1].copy()
        residual[:, 0] = rows
        if not strip.free_sides:
            residual[[0, -1]] = strip.stiffness_scale * displacement[[0, -1], :-1]
        return residual.ravel(), force[self.states != kernels.OPEN, 1].sum()

    def differences(self):
        """Return d(residual, force)/d(displacement, tool) as one dense matrix."""
        n_free = self.displacement[:, :-1].size
        matrix = np.empty((n_free + 1, n_free + 2))
        for n in range(n_free + 2):
            ends = []
            for sign in (1.0, -1.0):
                moved, tool = self.displacement.copy(), self.tool.copy()
                if n < n_free:
                    free = moved[:, :-1].copy()
                    free.flat[n] += sign * STEP
                    moved[:, :-1] = free
                else:
                    tool[n - n_free] += sign * STEP
                residual, force = self.residual(moved, tool)
                ends.append(np.append(residual, force))
            matrix[:, n] = (ends[0] - ends[1]) / (2.0 * STEP)
        return matrix

    def filled(self):
        """Return the band as a dense matrix, the tool columns and the force row."""
        self.residual(self.displacement, self.tool)
        strip, work = self.strip, self.strip.work
        n_rows = strip.grid.row_edges.size - 1
        kernels.fill_band(self.contact(), strip.free_sides, work)
        size, half = work.band.shape[0], 2 * n_rows + 3
        dense = np.zeros((size, size))
        for i, j in itertools.product(range(size), range(size)):
            if abs(i - j) <= half:
                dense[i, j] = work.band[j, 2 * half + i - j]
        return dense, work.tool_columns.copy(), work.force_row.copy()


@pytest.mark.parametrize("free_sides", [False, True])
def test_band_and_border_equal_central_differences(free_sides):
    case = Pressed(free_sides=free_sides)
    wanted = case.differences()
    dense, tool_columns, force_row = case.filled()
    scale = np.abs(wanted).max()
    found = np.block([[dense, tool_columns.T], [force_row[None, :], np.zeros((1, 2))]])
    if not free_sides:  # the held nodes do not move: their columns carry no force
        ends = np.r_[0:6, -8:-2]
        found[-1, ends] = wanted[-1, ends] = 0.0
    assert np.abs(found - wanted).max() <= RTOL_TANGENT * scale


def test_contact_product_equals_the_dense_tangent():
    case = Pressed(free_sides=True)
    dense, tool_columns, force_row = case.filled()
    work = case.strip.work
    rng = np.random.default_rng(9)
    change, tool_change = np.zeros_like(case.displacement), rng.normal(size=2)
    change[:, :-1] = rng.normal(size=change[:, :-1].shape)
    elements = np.zeros_like(change)
    for j, i in np.ndindex(work.stiffness.shape[:2]):
        corners = ((j, i), (j + 1, i), (j + 1, i + 1), (j, i + 1))
        local = work.stiffness[j, i] @ np.concatenate([change[c] for c in corners])
        for c, part in zip(corners, local.reshape(4, 2), strict=True):
            elements[c] += part
    product = elements[:, 0].copy()
    total = kernels.contact_product(
        case.contact(), np.ascontiguousarray(change[:, 0]), product.copy(), tool_change, product
    )
    free = change[:, :-1].ravel()
    wanted = (dense @ free + tool_change @ tool_columns).reshape(change[:, :-1].shape)[:, 0]
    np.testing.assert_allclose(product, wanted, rtol=0.0, atol=RTOL_ROUNDING * np.abs(wanted).max())
    assert total == pytest.approx(force_row @ free, rel=RTOL_ROUNDING * 100)
