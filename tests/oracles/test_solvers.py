"""Linear systems of contact and steps of the active set against dense matrices."""

import numpy as np
import pytest

from softsim.kernels.solvers.fft import rectangle_influence
from softsim.kernels.solvers.plane_contact import (
    CHANGED,
    NOT_ONE_PATCH,
    SETTLED,
    even_patch,
    judge_nodes,
    near_product,
    patch_solutions,
)
from softsim.kernels.solvers.toeplitz import OK, toeplitz_solve
from tests.twins import solvers as twin
from tests.twins.solvers import even_force, matrix_of

RTOL = 1e-12
RNG = np.random.default_rng(7)


def column_of(n):
    """Return a positive definite influence that is not symmetric."""
    lag = np.arange(-(n - 1), n)
    return 1.0 / (1.0 + 0.3 * np.abs(lag)) + 0.02 * np.sign(lag)


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
    fewer = int(count / 1.2) - 1
    assert even_force(column, order, count) > value > even_force(column, order, fewer)


@pytest.mark.parametrize("n", [1, 2, 5, 64, 301])
def test_toeplitz_solution_equals_dense_solution(n):
    rng = np.random.default_rng(7)
    lag = np.arange(-(n - 1), n)
    column = (
        np.log(10.0 * n / (np.abs(lag) + 0.4)) + 0.1 * np.sign(lag) + 0.01 * rng.random(lag.size)
    )
    right, found = rng.standard_normal((2, n)), np.empty((2, n))
    assert toeplitz_solve(column, right, np.empty((2, n)), found) == OK
    exact = np.linalg.solve(matrix_of(column), right.T).T
    # rounding times the condition number of a logarithmic kernel, a few hundred to thousands
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-10 * np.abs(exact).max())


def test_rectangle_influence_equals_quadrature():
    pressure, shear = np.empty((4, 5)), np.empty((4, 5))
    rectangle_influence(0.5, 0.3, pressure, shear)
    for i, j in ((1, 0), (0, 1), (3, 4), (2, 2)):
        plain, dipole = twin.rectangle_influence(i, j, 0.5, 0.3)
        assert pressure[i, j] == pytest.approx(plain, rel=1e-8)
        assert shear[i, j] == pytest.approx(dipole, rel=1e-8, abs=1e-14)
