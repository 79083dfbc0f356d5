"""Boundaries that slip: pairs, forces, tangent and energies against slow twins."""

import numpy as np
import pytest

from softsim.engines.finite.tissue.basis import Line
from softsim.engines.finite.tissue.gliding import Springs
from softsim.engines.finite.tissue.section import Section
from softsim.kernels.splines import interface as kernels
from softsim.kernels.splines.geometry import PLANE, ROUND
from softsim.materials import SplitNeoHookean
from softsim.plausible import allow_unusual
from tests.spline_cases import pack
from tests.twins import interface as twin

RTOL_ROUNDING = 1e-11  # sums of some tens of terms in another order
RTOL_DIFFERENCE = 1e-8  # differences of fourth order of complex steps
RTOL_QUADRATURE = 1e-6  # midpoint rule of 4000 points
BREAKS = np.array([0.0, 0.7, 1.0, 1.8])
DEPTH = np.array([0.0, 0.5, 1.0, 1.3, 2.0])
STIFFNESS, VISCOSITY = np.array([2.0, 0.7]), np.array([0.3, 0.1])
NORMAL = np.array([30.0, 50.0])
WEIGHTS, TIMES = np.array([[0.3, 0.2], [0.5, 0.0]]), np.array([[0.02, 0.7], [0.1, 1.0]])


class Case:
    """Three layers on each other, moved at random, with tractions at random."""

    def __init__(self, form=PLANE, *, ground=False):
        with allow_unusual():
            materials = [SplitNeoHookean(shear_modulus=1.0, bulk_modulus=5.0)] * 3
            layers = pack(*materials)
        glides = np.array([0, 2 if ground else 1])
        continuity = np.array([-1, 0, 1]) if ground else np.array([-1, -1, 1])
        owner = np.array([0, 1, 2, 2])
        lines = Line.smooth(BREAKS), Line(DEPTH, continuity)
        shape = tuple(line.n_functions for line in lines)
        held = np.zeros((*shape, 2), bool)
        held[0, :, 0] = True
        held[:, -1, 1] = True
        springs = Springs(glides, STIFFNESS, VISCOSITY, NORMAL, WEIGHTS, TIMES)
        layer = np.tile(owner, (lines[0].n_spans, 1))
        self.section = Section(layers, lines, layer, held, form, springs)
        above = self.section.gliding.sides.above
        below = [None if b < 0 else int(b) for b in self.section.gliding.sides.below]
        self.sides = list(zip(above.tolist(), below, strict=True))
        self.twin = twin.Boundaries(BREAKS, self.sides, is_round=form == ROUND)
        rng = np.random.default_rng(3)
        self.displacement = np.where(held, 0.0, 0.1 * rng.normal(size=held.shape))
        shape = self.section.gliding.pairs.slip.shape
        self.stiffness, self.carried, self.extra = np.abs(rng.normal(size=(3, *shape)))
        self.extra[:] = self.extra[..., :1]  # one normal traction in a span
        gliding = self.section.gliding
        gliding.law.stiffness[:], gliding.law.carried[:] = self.stiffness, self.carried
        gliding.evaluate(self.displacement)
        self.law = self.stiffness, self.carried, NORMAL
        self.ways = [self.section.spread(rng.normal(size=self.section.n_unknowns))
                     for _ in range(3)]  # fmt: skip

    def dense(self, expected, *, whole):
        """Return the tangent of the boundaries as a dense matrix."""
        section, gliding = self.section, self.section.gliding
        section.band[:] = 0.0
        kernels.add_interface_tangent(
            gliding.sides, self.displacement, gliding.pairs, gliding.law, expected, whole,
            section.band,
        )  # fmt: skip
        n, width = section.band.shape
        matrix = np.zeros((n, n))
        for k in range(width):
            own = section.band[: n - k, k]
            matrix[np.arange(n - k) + k, np.arange(n - k)] = own
            matrix[np.arange(n - k), np.arange(n - k) + k] = own
        return matrix


CASES = [(PLANE, False), (PLANE, True), (ROUND, False)]


@pytest.mark.parametrize(("form", "ground"), CASES)
def test_sides_of_a_boundary_are_the_functions_that_end_there(form, ground):
    case = Case(form, ground=ground)
    depth = case.section.depth
    for above, below in case.sides:
        place = depth.knots[above + 1]
        before = depth.matrix(np.array([place]), before=np.array([True]))[0]
        assert before[above] == pytest.approx(1.0)
        if below is None:
            assert place == DEPTH[-1]
        else:
            assert depth.matrix(np.array([place]))[0, below] == pytest.approx(1.0)


@pytest.mark.parametrize(("form", "ground"), CASES)
def test_pairs_equal_twin(form, ground):
    case = Case(form, ground=ground)
    gliding = case.section.gliding
    out = kernels.Pairs(*(np.full_like(part, np.nan) for part in gliding.pairs))
    kernels.evaluate_pairs(gliding.sides, case.displacement, out)
    for found, wanted in zip(out, case.twin.pairs(case.displacement), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=RTOL_ROUNDING, atol=1e-13)


@pytest.mark.parametrize(("form", "ground"), CASES)
def test_change_of_opening_is_its_derivative(form, ground):
    case = Case(form, ground=ground)
    gliding = case.section.gliding
    out = np.empty_like(gliding.pairs.opening)
    kernels.change_of_opening(gliding.sides, case.displacement, case.ways[0], out)
    wanted = case.twin.changes(case.displacement, case.ways[0])[1]
    np.testing.assert_allclose(out, wanted, rtol=RTOL_ROUNDING, atol=1e-12)


@pytest.mark.parametrize(("form", "ground"), CASES)
def test_forces_are_the_derivative_of_the_potential(form, ground):
    case = Case(form, ground=ground)
    gliding, out = case.section.gliding, case.section.rest()
    kernels.add_interface_forces(gliding.sides, case.displacement, gliding.pairs, gliding.law, out)
    for way in case.ways:
        wanted = case.twin.push(case.displacement, way, *case.law, 0.0)
        assert (out * way).sum() == pytest.approx(wanted, rel=RTOL_ROUNDING)


@pytest.mark.parametrize(("form", "ground"), CASES)
def test_tangent_is_the_bend_of_the_potential(form, ground):
    case = Case(form, ground=ground)
    pull = NORMAL[:, None] * case.section.gliding.pairs.opening
    matrix, free = case.dense(pull + case.extra, whole=True), case.section.free
    for way, other in ((0, 0), (0, 1), (1, 2)):
        one, two = case.ways[way], case.ways[other]
        wanted = case.twin.bend(case.displacement, one, two, *case.law, case.extra)
        assert free(one) @ matrix @ free(two) == pytest.approx(wanted, rel=RTOL_DIFFERENCE)


def test_tangent_without_tractions_is_that_of_the_springs():
    case = Case()
    matrix, free = case.dense(case.extra, whole=False), case.section.free
    one, two = case.ways[:2]
    slip, opening = case.twin.changes(case.displacement, one)
    other_slip, other_opening = case.twin.changes(case.displacement, two)
    density = case.stiffness * slip * other_slip + NORMAL[:, None] * opening * other_opening
    wanted = (case.twin.weights[:, None] * density).sum()
    assert free(one) @ matrix @ free(two) == pytest.approx(wanted, rel=RTOL_ROUNDING)


def test_energies_of_springs_equal_quadrature():
    rng = np.random.default_rng(8)
    turn, dt = rng.normal(size=(2, 2, 1)), 0.05
    start = rng.normal(size=(*turn.shape, 2))
    ratio = np.broadcast_to((dt / TIMES)[:, None], start.shape)
    work, lost = np.empty_like(turn), np.empty_like(turn)
    kernels.spring_energies(ratio, WEIGHTS, STIFFNESS, start, turn, work, lost)
    for i, b, q in np.ndindex(turn.shape):
        found = [
            twin.branch_energies(dt, WEIGHTS[b, k], TIMES[b, k], STIFFNESS[b],
                                 start[i, b, q, k], turn[i, b, q])
            for k in range(2) if WEIGHTS[b, k] > 0.0
        ]  # fmt: skip
        wanted = np.sum(found, axis=0)
        np.testing.assert_allclose([work[i, b, q], lost[i, b, q]], wanted, rtol=RTOL_QUADRATURE)
