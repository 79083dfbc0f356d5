"""Strip elements against their slow twin: energy, forces, tangents, recovered fields."""

import itertools

import numpy as np
import pytest

import softsim.materials as sm
from softsim.kernels.layer_arrays import LayerArrays
from softsim.kernels.strip import history, recovery
from softsim.kernels.strip import strip as kernels
from softsim.kernels.strip.arrays import StripGrid, StripWork
from tests.twins import strip as twin
from tests.twins.samples import LAWS

RTOL_FORCE = 1e-11  # rounding of the largest force: tens of operations, large bulk moduli
RTOL_TANGENT = 1e-6  # the law for consistent tangents (central differences err by about 1e-9)
RTOL_ROUNDING = 1e-12  # the same formula in another order
COLUMNS = np.array([0.0, 1.0e-3, 1.3e-3])
ROWS = np.array([0.0, 0.4e-3, 1.5e-3])
PRESTRETCH = (1.06, 0.97, 1.03)
PLAIN = (1.0, 1.0, 1.0)


def distorted(seed=3, size=0.12e-3):
    """Displacements of all nodes, some tens of percent of an element."""
    rng = np.random.default_rng(seed)
    shape = (COLUMNS.size, ROWS.size, 2)
    swell = np.stack(np.meshgrid(0.2 * COLUMNS, -0.1 * ROWS, indexing="ij"), axis=-1)
    return swell + rng.uniform(-size, size, shape)


GRID = StripGrid(COLUMNS, ROWS, np.zeros(ROWS.size - 1, np.int64))


class Elements:
    """The arrays of the kernels for one material on the small grid."""

    def __init__(self, law, *, stretch=PLAIN, relaxes_all=False, factor=1.0, carried=0.0):
        self.law, self.stretch, self.relaxes_all = law, stretch, relaxes_all
        parameters, families = law.pack()
        self.layers = LayerArrays(
            thickness=np.array([ROWS[-1]]),
            law_codes=np.array([law.code]),
            law_parameters=parameters[None, :],
            family_offsets=np.array([0, families.shape[0]]),
            families=families,
            prestretch=np.array([stretch]),
            relaxes_all=np.array([relaxes_all]),
            weights=np.zeros((1, 0)),
            times=np.zeros((1, 0)),
        )
        self.work = StripWork.allocate(GRID)
        self.work.factor[:] = factor
        self.work.carried[:] = carried * np.random.default_rng(11).normal(
            size=self.work.carried.shape
        )

    def evaluate(self, displacement):
        return kernels.evaluate_stress(displacement, GRID, self.layers, self.work)

    def forces(self, displacement, expected_mean=None):
        """Return the nodal forces, for an expected mean stress where one is given."""
        assert self.evaluate(displacement) == kernels.OK
        follow = expected_mean is None
        if not follow:
            self.work.expected_mean[:] = expected_mean
        kernels.assemble_forces(displacement, GRID, self.work, follow)
        return (self.work.force if follow else self.work.expected_force).copy()

    def differentiate(self, displacement, expected_mean=None):
        """Fill the element tangents, strain operators and slopes of the mean stress."""
        self.forces(displacement, expected_mean)
        kernels.assemble_tangents(displacement, GRID, self.work)

    def total_stress(self):
        work = self.work
        return work.stress_fixed + work.factor[..., None] * work.stress_relaxing + work.carried


def element_nodes(displacement, j, i):
    """Return the displacements of an element's nodes in the kernels' order."""
    corners = ((j, i), (j + 1, i), (j + 1, i + 1), (j, i + 1))
    return np.array([displacement[corner] for corner in corners])


def every_element():
    return itertools.product(range(COLUMNS.size - 1), range(ROWS.size - 1))


def size_of(j, i):
    return COLUMNS[j + 1] - COLUMNS[j], ROWS[i + 1] - ROWS[i]


def twin_forces(case, displacement):
    """Return the nodal forces of the whole grid from the potential of every element."""
    factor = float(case.work.factor.flat[0])
    total = np.zeros(displacement.shape)
    for j, i in every_element():
        local = twin.element_forces(
            case.law,
            *size_of(j, i),
            element_nodes(displacement, j, i),
            stretch=case.stretch,
            fixed=factor if case.relaxes_all else 1.0,
            relaxing=factor,
            carried=case.work.carried[j, i],
        )
        for a, (column, row) in enumerate(((j, i), (j + 1, i), (j + 1, i + 1), (j, i + 1))):
            total[column, row] += local[a]
    return total


CASES = {
    "coupled": ("neo_hookean", {}),
    "coupled, all relaxes": ("neo_hookean", {"relaxes_all": True, "factor": 0.4}),
    "history": ("split_neo_hookean", {"factor": 0.6, "carried": 3e3}),
    "prestretch and history": (
        "mooney_rivlin", {"stretch": PRESTRETCH, "factor": 0.7, "carried": 1e3},
    ),
    "two fibre families": ("fibres", {"stretch": PRESTRETCH, "factor": 0.5}),
    "stretches": ("ogden_three_terms", {"factor": 0.5}),
    "exponential": ("veronda_westmann", {"stretch": PRESTRETCH}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_forces_are_the_gradient_of_the_twin_potential(name):
    law, settings = CASES[name]
    case, displacement = Elements(LAWS[law], **settings), distorted()
    found, wanted = case.forces(displacement), twin_forces(case, displacement)
    assert np.abs(found - wanted).max() <= RTOL_FORCE * np.abs(wanted).max()


@pytest.mark.parametrize("name", CASES)
def test_energy_equals_the_twin_potential(name):
    law, settings = CASES[name]
    case, displacement = Elements(LAWS[law], **(settings | {"carried": 0.0})), distorted()
    assert case.evaluate(displacement) == kernels.OK
    j, i = 1, 1
    width, height = size_of(j, i)
    nodal = element_nodes(displacement, j, i)
    parts = [
        float(
            twin.element_potential(
                case.law, width, height, nodal.tolist(), stretch=case.stretch,
                fixed=fixed, relaxing=relaxing, carried=np.zeros((4, 4)),
            )
        )
        for fixed, relaxing in ((1, 0), (0, 1))
    ]  # fmt: skip
    wanted = [0.0, sum(parts)] if case.relaxes_all else parts
    found = width * height * case.work.energy[j, i].mean(axis=0)
    # the twin runs in double precision here: rounding of the energies' leading terms
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10 * sum(parts))


def assembled(case, elements):
    """Return element matrices, or the slopes of one value per element, on all unknowns."""
    index = np.arange(2 * COLUMNS.size * ROWS.size).reshape(COLUMNS.size, ROWS.size, 2)
    whole = elements.shape == case.work.stiffness.shape
    dense = np.zeros((index.size if whole else case.work.mean_stress.size, index.size))
    for n, (j, i) in enumerate(every_element()):
        unknowns = element_nodes(index, j, i).ravel()
        dense[np.ix_(unknowns if whole else [n], unknowns)] += elements[j, i]
    return dense


def differences(function, place, step):
    """Return the derivative of an array-valued function by central differences."""
    columns = []
    for n in range(place.size):
        ends = []
        for sign in (1.0, -1.0):
            moved = place.copy()
            moved.flat[n] += sign * step
            ends.append(function(moved).ravel())
        columns.append((ends[0] - ends[1]) / (2.0 * step))
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("law", LAWS)
def test_tangent_equals_central_differences_of_the_forces(law):
    case, place = Elements(LAWS[law], stretch=PRESTRETCH, factor=0.6, carried=1e3), distorted()
    case.differentiate(place)
    tangent = assembled(case, case.work.stiffness)
    found = differences(case.forces, place, 1e-9)
    assert np.abs(tangent - found).max() <= RTOL_TANGENT * np.abs(found).max()


@pytest.mark.parametrize("law", ["neo_hookean", "ogden_three_terms"])
def test_tangent_of_an_expected_mean_stress_is_the_condensed_one(law):
    """K' = df/du + df/dP (dP(u)/du): the mean stress P goes along with the displacement."""
    case, place = Elements(LAWS[law], stretch=PRESTRETCH, factor=0.6, carried=1e3), distorted()
    case.forces(place)
    mean = case.work.mean_stress.copy()
    expected = mean + 0.3 * np.abs(mean).max() * np.array([[1.0, -0.5], [0.2, 0.8]])
    case.differentiate(place, expected)
    tangent, slope = assembled(case, case.work.stiffness), assembled(case, case.work.mean_slope)
    by_place = differences(lambda u: case.forces(u, expected), place, 1e-9)
    by_mean = differences(lambda p: case.forces(place, p), expected, 1e-3 * np.abs(mean).max())

    def mean_of(u):
        case.forces(u)
        return case.work.mean_stress.copy()

    slope_found = differences(mean_of, place, 1e-9)
    assert np.abs(slope - slope_found).max() <= RTOL_TANGENT * np.abs(slope).max()
    wanted = by_place + by_mean @ slope
    assert np.abs(tangent - wanted).max() <= RTOL_TANGENT * np.abs(wanted).max()


@pytest.mark.parametrize("law", ["neo_hookean", "ogden_three_terms"])
def test_force_of_the_mean_stress_found_is_the_force(law):
    case, place = Elements(LAWS[law], stretch=PRESTRETCH), distorted()
    force = case.forces(place)
    again = case.forces(place, case.work.mean_stress.copy())
    np.testing.assert_allclose(again, force, rtol=0.0, atol=RTOL_ROUNDING * np.abs(force).max())


def test_strain_operator_equals_differences_of_the_twin_strain():
    case, displacement = Elements(LAWS["split_neo_hookean"]), distorted()
    case.differentiate(displacement)
    operator, step = case.work.strain_operator.copy(), 1e-9
    for j, i in every_element():
        nodal = element_nodes(displacement, j, i)
        for b in range(8):
            shift = np.zeros(8)
            shift[b] = step
            ahead, behind = (
                twin.green_strains(*size_of(j, i), nodal + sign * shift.reshape(4, 2))
                for sign in (1.0, -1.0)
            )
            slope = (ahead - behind) / (2.0 * step)
            scale = np.abs(operator[j, i]).max()
            assert np.abs(operator[j, i, :, :, b] - slope).max() <= RTOL_TANGENT * scale


def test_element_turned_inside_out_is_reported():
    displacement = distorted(size=0.0)
    displacement[1, 0, 1] += 0.6e-3  # a skin node pushed through the one below
    assert Elements(LAWS["neo_hookean"]).evaluate(displacement) == kernels.INVERTED


def test_recovered_stress_and_strain_equal_their_definitions():
    law = sm.SplitNeoHookean(shear_modulus="10 kPa", bulk_modulus="2 MPa")
    case, displacement = Elements(law, factor=0.6, carried=3e3), distorted()
    case.forces(displacement)
    shape = case.work.stress_fixed.shape[:2]
    cauchy, shear, strain = (
        np.empty((*shape, 4)),
        np.empty(shape),
        np.empty_like(case.work.stress_fixed),
    )
    recovery.green_strain(displacement, GRID, strain)
    recovery.recover_fields(displacement, GRID, case.work, cauchy, shear)
    total = case.total_stress()
    for j, i in every_element():
        nodal = element_nodes(displacement, j, i)
        wanted = twin.cauchy_mean(*size_of(j, i), nodal, total[j, i])
        assert np.abs(cauchy[j, i] - wanted).max() <= RTOL_ROUNDING * np.abs(total).max()
        wanted = twin.principal_log_difference(*size_of(j, i), nodal)
        assert shear[j, i] == pytest.approx(wanted, rel=RTOL_ROUNDING)
        wanted = twin.green_strains(*size_of(j, i), nodal)
        np.testing.assert_allclose(strain[j, i], wanted, rtol=0.0, atol=RTOL_ROUNDING)


def test_changes_of_stress_and_force_equal_their_definitions():
    case, displacement = Elements(LAWS["mooney_rivlin"], factor=0.6, carried=3e3), distorted()
    case.differentiate(displacement)
    work, rng = case.work, np.random.default_rng(4)
    change = rng.normal(size=displacement.shape)
    stress, carried = np.empty_like(work.carried), rng.normal(size=work.carried.shape)
    history.stress_change(change, work, stress)
    wanted = twin.stress_change(change, work.tangent_relaxing, work.strain_operator)
    np.testing.assert_allclose(stress, wanted, rtol=0.0, atol=RTOL_ROUNDING * np.abs(wanted).max())
    force, mean = np.empty_like(displacement), np.empty_like(work.mean_stress)
    history.force_change(change, work, carried, GRID, force)
    areas = np.outer(np.diff(COLUMNS), np.diff(ROWS))
    wanted = twin.force_change(change, work.stiffness, carried, work.strain_operator, areas)
    np.testing.assert_allclose(force, wanted, rtol=0.0, atol=RTOL_ROUNDING * np.abs(wanted).max())
    free = np.ascontiguousarray(change[:, :-1])
    kernels.mean_stress_change(free, work.mean_slope, mean)
    wanted = twin.mean_stress_change(free, work.mean_slope)
    np.testing.assert_allclose(mean, wanted, rtol=0.0, atol=RTOL_ROUNDING * np.abs(wanted).max())
