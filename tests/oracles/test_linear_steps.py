"""Small kernels of the linear engine against numpy: moduli, steps of the active set, tables."""

import numpy as np
import pytest

from softsim.engines.linear.patch.fourier import FourierTables
from softsim.engines.linear.section.fields import CubicSamples
from softsim.kernels.layers.moduli import general_laws, relaxation_factors
from softsim.kernels.solvers.plane_contact import (
    CHANGED,
    NOT_ONE_PATCH,
    SETTLED,
    even_patch,
    judge_nodes,
    near_product,
    patch_solutions,
)
from softsim.kernels.solvers.toeplitz import OK
from softsim.kernels.tables.modes import add_mode_sums

RTOL = 1e-12
RTOL_TABLE = 4e-7  # six points, 24 nodes a decade
RNG = np.random.default_rng(7)
WEIGHT = np.array([[0.3, 0.2], [0.5, 0.0], [0.0, 0.0]])
TIME = np.array([[0.1, 2.0], [0.03, 1.0], [1.0, 1.0]])


def test_relaxation_factors_are_the_sum_over_the_branches():
    omega = np.array([0.0, 0.3, -5.0, 1e4, np.inf, -np.inf])
    out = np.empty((omega.size, 3), dtype=complex)
    relaxation_factors(omega, WEIGHT, TIME, 1e150, out)
    finite = omega[:4, None, None]
    exact = 1.0 - (WEIGHT / (1.0 + 1j * finite * TIME)).sum(axis=-1)
    np.testing.assert_allclose(out[:4], exact, rtol=RTOL)
    np.testing.assert_allclose(out[4:], 1.0, rtol=RTOL)


def test_laws_are_the_ratios_of_the_moduli():
    factor = RNG.uniform(0.3, 1.0, (4, 3)) + 1j * RNG.uniform(0.0, 0.3, (4, 3))
    elastic, relaxing = RNG.uniform(1.0, 3.0, (2, 3, 6))
    tension, plain = np.array([0.4, 0.0, 0.0]), np.array([False, True, True])
    start, steady = np.array([0.1, 0.2, 0.2]), np.array([False, False, True])
    shear, law = np.full((4, 3), 7.0 + 1j), np.empty((4, 3, 4), dtype=complex)
    general_laws(factor, elastic, relaxing, tension, plain, start, steady, shear, law)
    l11, l12, l22, g, _, _ = np.moveaxis(elastic[0] + factor[:, :1] * relaxing[0], -1, 0)
    exact = [g / l22, l12 / l22, (l11 - l12**2 / l22) / (4 * g), tension[0] / (2 * g)]
    np.testing.assert_allclose(law[:, 0], np.stack(exact, axis=-1), rtol=RTOL)
    np.testing.assert_allclose(shear[:, 0], g, rtol=RTOL)
    np.testing.assert_array_equal(shear[:, 1:], 7.0 + 1j)
    # K/G0 = 1/start - 4/3 stays, G relaxes
    relaxed = factor[:, 1] / (1 / start[1] - 4 / 3 + 4 / 3 * factor[:, 1])
    for layer, ratio in ((1, relaxed), (2, start[2] * np.ones(4))):
        exact = [ratio, 1 - 2 * ratio, 1 - ratio, 0 * ratio]
        np.testing.assert_allclose(law[:, layer], np.stack(exact, axis=-1), rtol=RTOL)


def column_of(n):
    """Return a positive definite influence that is not symmetric."""
    lag = np.arange(-(n - 1), n)
    return 1.0 / (1.0 + 0.3 * np.abs(lag)) + 0.02 * np.sign(lag)


def matrix_of(column):
    n = (column.size + 1) // 2
    return column[n - 1 + np.arange(n)[:, None] - np.arange(n)]


def test_product_is_that_of_the_matrix():
    column, pressure = column_of(20), np.zeros(20)
    pressure[6:15] = RNG.uniform(0.0, 1.0, 9)
    out = np.empty(20)
    near_product(column, pressure, out)
    np.testing.assert_allclose(out, matrix_of(column) @ pressure, rtol=RTOL)
    near_product(column, np.zeros(20), out)
    assert not out.any()


def test_patch_is_solved_and_two_patches_are_told():
    column, heights = column_of(20), np.linspace(-1, 1, 20) ** 2
    work = np.empty((3, 2, 20))
    active = np.zeros(20, dtype=bool)
    active[5:13] = True
    status, first, count = patch_solutions(column, heights, active, *work)
    assert (status, first, count) == (OK, 5, 8)
    block = matrix_of(column)[5:13, 5:13]
    exact = np.linalg.solve(block, np.stack([np.ones(8), heights[5:13]], axis=1)).T
    np.testing.assert_allclose(work[2, :, :8], exact, rtol=1e-10)
    active[9] = False
    assert patch_solutions(column, heights, active, *work)[0] == NOT_ONE_PATCH


def test_nodes_are_judged_by_pressure_inside_and_overlap_outside():
    active = np.array([False, True, True, False, False])
    pressure = np.array([0.0, 1.0, -0.1, 0.0, 0.0])
    heights = np.array([0.5, 0.0, 0.0, 0.3, np.inf])
    moved = np.array([0.2, 1.0, 1.0, 0.6, 0.1])
    wanted = np.empty(5, dtype=bool)
    assert judge_nodes(active, pressure, heights, moved, 1.0, 1e-11, wanted) == CHANGED
    np.testing.assert_array_equal(wanted, [True, True, False, True, False])
    good = np.array([False, True, False, False, False])
    moved = np.array([0.6, 1.0, 1.0, 0.8, 0.1])
    assert judge_nodes(good, pressure, heights, moved, 1.0, 1e-11, wanted) == SETTLED


def test_even_patch_carries_the_load():
    """A constant pressure on as many nodes as the guess says has about the load."""
    n, value = 200, 3.0
    column = column_of(n)
    order = np.sort((np.arange(n) - 100.0) ** 2 / 2e3)
    count = even_patch(column, order, 0.0, 1.0, value)
    reach = np.concatenate([[0.0], np.cumsum(0.5 * (column[n - 1 :] + column[n - 1 :: -1]))])

    def force(m):
        sag = 2.0 * reach[(m + 1) // 2] - reach[m]
        return m * (order[m - 1] - order[0]) / sag

    assert force(count) > value > force(int(count / 1.2) - 1)


@pytest.mark.parametrize("shared", [True, False])
def test_tables_hold_a_smooth_answer_on_every_wave_vector(shared):
    along, across = np.geomspace(1e-3, 40.0, 30), np.linspace(1e-3, 30.0, 25)
    tables = FourierTables.of(along, across, 5.0, shared=shared)

    def answer(k, kx):
        return np.stack([1.0 / (1.0 + k) ** 2, (k + 1j * kx) / (1.0 + k * k)])

    nodes = answer(tables.wavenumber, tables.component)
    found = tables.at_wave_vectors(nodes.astype(complex))
    kx = np.zeros_like(along) if shared else along
    exact = answer(np.hypot(along[:, None], across), kx[:, None])
    np.testing.assert_allclose(found, exact, rtol=RTOL_TABLE)
    part = tables.at_wave_vectors(nodes.astype(complex), slice(7, 12))
    np.testing.assert_array_equal(part, found[:, 7:12])


def test_sums_over_modes_and_cubics_are_those_of_numpy():
    kernels = (RNG.normal(size=(5, 10, 7)) + 1j * RNG.normal(size=(5, 10, 7))).astype(np.complex64)
    loads = (RNG.normal(size=(5, 9)) + 1j * RNG.normal(size=(5, 9))).astype(np.complex64)
    out = np.ones((3, 7), dtype=np.complex64)
    add_mode_sums(kernels, loads, 6, out)
    exact = 1.0 + np.einsum("mfk,mk->fk", kernels[:, 6:9], loads[:, :7])
    np.testing.assert_allclose(out, exact, rtol=1e-5, atol=1e-5)
    samples = np.arange(12.0)
    places = np.array([0.0, 0.4, 5.0, 7.7, 11.0])
    found = CubicSamples(samples, places)(np.stack([samples**3 - samples, np.ones(12)]))
    np.testing.assert_allclose(found, [places**3 - places, np.ones(5)], rtol=1e-12, atol=1e-12)
