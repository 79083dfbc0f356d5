"""Spans of splines against their slow twin: energy, forces, tangents, recovered fields."""

import itertools

import numpy as np
import pytest

from softsim.engines.finite.tissue.basis import Line
from softsim.engines.finite.tissue.energy import volume_energy
from softsim.engines.finite.tissue.section import Section
from softsim.kernels.splines import spans as kernels
from softsim.kernels.splines.energies import recover_points
from softsim.kernels.splines.geometry import PLANE, ROUND, enter, new_span
from tests.spline_cases import make_section, pack
from tests.twins import splines as twin
from tests.twins.samples import LAWS

RTOL = 1e-10  # forces and tangents; sums of hundreds of terms, large bulk moduli
RTOL_ROUNDING = 1e-12  # the same formula in another order
BREAKS = {
    "along": (np.array([0.0, 1.0, 1.3]) * 1e-3, [1]),
    "depth": (np.array([0.0, 0.4, 1.1, 1.5]) * 1e-3, [1, 0]),
    "across": (np.array([0.0, 0.7, 1.6]) * 1e-3, [1]),
    "torn": (np.array([0.0, 0.5, 1.5]) * 1e-3, [-1]),
}
FORMS = {
    "plane": (("along", "depth"), PLANE),
    "round": (("along", "depth"), ROUND),
    "slipping": (("along", "torn"), PLANE),
    "space": (("along", "torn", "across"), PLANE),
}
STRETCH = np.array([[1.06, 0.97, 1.03], [1.0, 1.0, 1.0]])
FACTOR = np.array([0.6, 0.8])
AT_POINTS = np.array([0.3, 0.15])


class Case:
    """A distorted section of two materials with history, and the arguments of its twin."""

    def __init__(self, form, law, other="neo_hookean", *, relaxes=(False, False), expected=None):
        names, form = FORMS[form]
        given = [BREAKS[name] for name in names]
        lines = tuple(Line(breaks, np.array(smooth)) for breaks, smooth in given)
        shape = tuple(line.n_spans for line in lines)
        layer = np.zeros(shape, np.int64)
        layer[:, -1] = 1
        layers = pack(LAWS[law], LAWS[other])
        layers = layers._replace(
            prestretch=STRETCH, relaxes_all=np.array(relaxes), at_points=AT_POINTS
        )
        functions = tuple(line.n_functions for line in lines)
        held = np.zeros((*functions, len(lines)), bool)
        held[:, -1] = True
        held[0, :, 0] = True
        self.section = Section(layers, lines, layer, held, form)
        own = layer.ravel()
        rng = np.random.default_rng(11)
        self.section.history.factor[:] = FACTOR[own][:, None]
        carried = self.section.history.carried
        carried[:] = 1e3 * rng.normal(size=carried.shape)
        place = np.stack(np.meshgrid(*[x.greville for x in lines], indexing="ij"), -1)
        self.displacement = place * [0.2, -0.1, 0.15][: len(lines)]
        self.displacement += rng.uniform(-8e-5, 8e-5, place.shape)
        if form == ROUND:  # the axis stays where it is
            self.displacement[0, :, 0] = 0.0
        self.solid = twin.Solid(given, form)
        self.twin = twin.Potential(
            self.solid, self.displacement, [LAWS[(law, other)[k]] for k in own],
            stretch=STRETCH[own], relaxes_all=np.array(relaxes)[own], factor=FACTOR[own],
            carried=carried, at_points=AT_POINTS[own], expected=expected,
        )  # fmt: skip
        assert self.section.evaluate(self.displacement, tangent=True)

    def ways(self, count, seed=5):
        """Return random changes of the displacement, held functions at rest."""
        rng = np.random.default_rng(seed)
        return [self.section.spread(1e-3 * rng.normal(size=self.section.n_unknowns))
                for _ in range(count)]  # fmt: skip

    def dense(self, expected, geometric=kernels.WHOLE):
        """Return the tangent as a dense matrix, and the slopes of the mean volume ratios."""
        section = self.section
        slopes = section.tangent(self.displacement, expected, geometric)
        n, width = section.band.shape
        matrix = np.zeros((n, n))
        for k in range(width):
            matrix[np.arange(n - k) + k, np.arange(n - k)] = section.band[: n - k, k]
            matrix[np.arange(n - k), np.arange(n - k) + k] = section.band[: n - k, k]
        return matrix, slopes

    def total_stress(self):
        stresses, history = self.section.stresses, self.section.history
        return stresses.fixed + history.factor[..., None] * stresses.relaxing + history.carried

    def deformation(self):
        return self.solid.gradients(self.displacement) + np.eye(3)


CASES = [
    *itertools.product(FORMS, ["split_neo_hookean", "ogden_three_terms"], [(False, False)]),
    *itertools.product(["plane", "round"], ["mooney_rivlin", "veronda_westmann"], [(True, True)]),
    *itertools.product(["plane", "round"], ["neo_hookean"], [(False, False), (True, False)]),
    ("plane", "fibres", (False, True)),
    ("space", "fibres", (True, False)),
    ("space", "yeoh", (True, True)),
]


@pytest.mark.parametrize("form", FORMS)
def test_slopes_weights_and_deformation_of_spans_equal_twin(form):
    case = Case(form, "yeoh")
    mesh, n = case.section.mesh, len(case.section.lines)
    span, flat = new_span(mesh), case.displacement.reshape(-1, n)
    deformation = case.deformation()
    for s in range(mesh.layer.size):
        enter(mesh, s, flat, span)
        for p, (weight, radius, _, value, gradient) in enumerate(case.solid.points[s]):
            assert mesh.weight[s, p] == pytest.approx(weight, rel=RTOL_ROUNDING)
            wanted = [*gradient.reshape(-1, n).T]
            if form == "round":
                wanted.append(value.ravel() / radius)
            whole = np.zeros((len(wanted), value.size))
            whole[:, mesh.function[s]] = mesh.gradient[s, p]
            size = RTOL_ROUNDING * np.abs(wanted).max()
            np.testing.assert_allclose(whole, wanted, rtol=0.0, atol=size)
        found = span.deformation
        np.testing.assert_allclose(found, deformation[s], rtol=0.0, atol=RTOL_ROUNDING)


@pytest.mark.parametrize(("form", "law", "relaxes"), CASES)
def test_forces_are_the_slope_of_the_twin_potential(form, law, relaxes):
    case = Case(form, law, relaxes=relaxes)
    force = case.section.forces(case.displacement)
    for way in case.ways(4):
        wanted = case.twin.slope(case.solid.gradients(way))
        assert abs((force * way).sum() - wanted) <= RTOL * (np.abs(force) * np.abs(way)).sum()


@pytest.mark.parametrize(("form", "law", "relaxes"), CASES)
def test_tangent_is_the_bend_of_the_twin_potential(form, law, relaxes):
    case = Case(form, law, relaxes=relaxes)
    matrix, _ = case.dense(case.section.stresses.mean[:, 2])
    one, other = case.ways(2)
    wanted = case.twin.bend_along(case.solid.gradients(one), case.solid.gradients(other))
    left, right = case.section.free(one), case.section.free(other)
    assert abs(left @ matrix @ right - wanted) <= RTOL * (
        np.abs(left) @ np.abs(matrix) @ np.abs(right)
    )


@pytest.mark.parametrize("form", FORMS)
def test_tangent_of_an_expected_volume_stress_is_that_of_the_parabola(form):
    first = Case(form, "mooney_rivlin")
    slope = first.section.stresses.mean[:, 2]
    rng = np.random.default_rng(3)
    expected = slope + 0.5 * np.abs(slope).max() * rng.uniform(-1.0, 1.0, slope.size)
    case = Case(form, "mooney_rivlin", expected=expected)
    matrix, _ = case.dense(expected)
    one, other = case.ways(2)
    wanted = case.twin.bend_along(case.solid.gradients(one), case.solid.gradients(other))
    left, right = case.section.free(one), case.section.free(other)
    assert abs(left @ matrix @ right - wanted) <= RTOL * (
        np.abs(left) @ np.abs(matrix) @ np.abs(right)
    )


def pulling(stress):
    """Return the part of stresses (..., 3, 3) that pulls: in the plane, and across by itself."""
    value, vector = np.linalg.eigh(stress[..., :2, :2])
    out = np.zeros_like(stress)
    out[..., :2, :2] = np.einsum("...ik,...k,...jk->...ij", vector, np.maximum(value, 0.0), vector)
    out[..., 2, 2] = np.maximum(stress[..., 2, 2], 0.0)
    return out


@pytest.mark.parametrize("geometric", [kernels.PULLING, kernels.NOTHING])
@pytest.mark.parametrize("form", ["plane", "round", "slipping"])
def test_reduced_tangents_equal_their_definition(form, geometric):
    """Material part, with the volume stress unless nothing of it is kept, and stress that pulls."""
    case = Case(form, "mooney_rivlin", relaxes=(False, True))
    stresses, own = case.section.stresses, case.section.mesh.layer
    slope = stresses.mean[:, 2]
    matrix, _ = case.dense(slope, geometric)
    ways, f = case.ways(2), case.deformation()
    moves = [case.solid.gradients(way) for way in ways]
    turned = [np.swapaxes(f, -1, -2) @ move for move in moves]
    strains = [0.5 * (one + np.swapaxes(one, -1, -2)) for one in turned]
    shears = [twin.components(one, 4) * [1.0, 1.0, 1.0, 2.0] for one in strains]
    weight, ratio = case.solid.weights(), np.linalg.det(f)
    density = FACTOR[own][:, None] * np.einsum(
        "spm,spmn,spn->sp", shears[0], stresses.tangent, shears[1]
    )
    inverse = np.linalg.inv(np.swapaxes(f, -1, -2) @ f)
    swollen = [np.einsum("spij,spij->sp", inverse, one) for one in strains]
    share = np.where([False, True], FACTOR, 1.0)[own]
    both = np.einsum("spij,spjk,spkl,spli->sp", inverse, strains[0], inverse, strains[1])
    density += share[:, None] * ratio**2 * stresses.own[..., 1] * swollen[0] * swollen[1]
    if geometric == kernels.PULLING:
        pull = share[:, None] * (slope[:, None] + stresses.own[..., 0]) * ratio
        density += pull * (swollen[0] * swollen[1] - 2.0 * both)
        stress = pulling(twin.tensor(case.total_stress()))
        density += np.einsum("spki,spij,spkj->sp", moves[0], stress, moves[1])
    mean = [(weight * ratio * one).sum(axis=1) / weight.sum(axis=1) for one in swollen]
    bulk = share * weight.sum(axis=1) * stresses.mean[:, 3]
    wanted = (weight * density).sum() + (bulk * mean[0] * mean[1]).sum()
    left, right = (case.section.free(way) for way in ways)
    assert abs(left @ matrix @ right - wanted) <= RTOL * (
        np.abs(left) @ np.abs(matrix) @ np.abs(right)
    )


@pytest.mark.parametrize("form", FORMS)
def test_change_of_the_expected_volume_stress_equals_twin(form):
    case = Case(form, "yeoh")
    stresses = case.section.stresses
    _, slopes = case.dense(stresses.mean[:, 2])
    (way,) = case.ways(1)
    f, move, weight = case.deformation(), case.solid.gradients(way), case.solid.weights()
    swollen = np.linalg.det(f) * np.trace(np.linalg.inv(f) @ move, axis1=-2, axis2=-1)
    wanted = stresses.mean[:, 3] * (weight * swollen).sum(axis=1) / weight.sum(axis=1)
    found, change = (
        case.section.expected_change(case.displacement, slopes, way),
        np.empty(slopes.shape[0]),
    )
    kernels.swell_change(case.section.mesh, slopes, way.reshape(-1, way.shape[-1]), change)
    np.testing.assert_array_equal(found, stresses.mean[:, 3] * change)
    np.testing.assert_allclose(found, wanted, rtol=0.0, atol=RTOL * np.abs(wanted).max())


@pytest.mark.parametrize("form", FORMS)
def test_mean_volume_and_energies_equal_twin(form):
    case = Case(form, "mooney_rivlin")
    stresses, own, weight = case.section.stresses, case.section.mesh.layer, case.solid.weights()
    ratio = np.linalg.det(case.deformation())
    np.testing.assert_allclose(stresses.ratio, ratio, rtol=RTOL_ROUNDING)
    np.testing.assert_allclose(stresses.mean[:, 0], weight.sum(axis=1), rtol=RTOL_ROUNDING)
    mean = (weight * ratio).sum(axis=1) / weight.sum(axis=1)
    np.testing.assert_allclose(stresses.mean[:, 1], mean, rtol=RTOL_ROUNDING)
    case.twin.carried = np.zeros_like(case.twin.carried)
    stored = (weight * stresses.energy).sum(axis=1) * FACTOR[own]
    stored += (weight * volume_energy(stresses)).sum(axis=1)
    # the twin's base is in double precision: rounding of the energies' leading terms
    assert stored.sum() == pytest.approx(float(case.twin.at()), rel=RTOL)


@pytest.mark.parametrize("form", FORMS)
def test_recovered_stress_and_strain_equal_their_definitions(form):
    case = Case(form, "ogden")
    stresses = case.section.stresses
    cauchy, strain = np.empty_like(stresses.fixed), np.empty_like(stresses.fixed)
    flat = case.displacement.reshape(-1, len(case.section.lines))
    recover_points(case.section.mesh, flat, stresses, case.section.history, cauchy, strain)
    wanted = twin.cauchy(case.deformation(), case.total_stress())
    assert np.abs(cauchy - wanted).max() <= RTOL_ROUNDING * np.abs(wanted).max()
    wanted = twin.green_strains(case.deformation(), strain.shape[-1])
    np.testing.assert_allclose(strain, wanted, rtol=0.0, atol=RTOL_ROUNDING)


def test_span_turned_inside_out_is_reported():
    breaks = np.array([0.0, 1.0, 2.0]) * 1e-3
    section = make_section(LAWS["neo_hookean"], breaks, breaks)
    displacement = section.rest()
    displacement[:, 0, 1] = 1.5e-3
    flat = displacement.reshape(-1, 2)
    status = kernels.evaluate_stresses(section.mesh, section.layers, flat, False, section.stresses)
    assert status == kernels.INVERTED


def test_assembled_arrays_are_those_of_the_kernels():
    case = Case("plane", "yeoh")
    section, flat = case.section, case.displacement.reshape(-1, 2)
    force, band = np.full_like(flat, 7.0), np.full_like(section.band, 7.0)
    mesh, stresses, history = section.mesh, section.stresses, section.history
    kernels.assemble_forces(mesh, flat, stresses, history, force)
    expected = stresses.mean[:, 2].copy()
    kernels.assemble_tangent(mesh, flat, stresses, history, expected, kernels.WHOLE, band)
    np.testing.assert_array_equal(
        force.reshape(case.displacement.shape), section.forces(case.displacement)
    )
    section.tangent(case.displacement, expected, kernels.WHOLE)
    np.testing.assert_array_equal(band, section.band)
