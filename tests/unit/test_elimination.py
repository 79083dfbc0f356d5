"""Factors of a band and what they make of a few forces, against dense algebra."""

import numpy as np
import pytest

from softsim.engines.finite.elimination import Cholesky, Gauss, Reduced

RTOL = 1e-12  # well conditioned systems of some hundred unknowns
N = 170


def banded(half, seed=1):
    """Return a positive definite band and the same as a dense matrix."""
    rng = np.random.default_rng(seed)
    band = np.zeros((N, half + 1))
    dense = np.zeros((N, N))
    for k in range(half + 1):
        values = rng.normal(size=N - k) + (3.0 * (half + 1.0) if k == 0 else 0.0)
        band[: N - k, k] = values
        dense[np.arange(N - k) + k, np.arange(N - k)] = values
        dense[np.arange(N - k), np.arange(N - k) + k] = values
    return band, dense


SOME = np.array([20, 21, 40, 41, 63, 90])


@pytest.mark.parametrize("half", [1, 7, 63, 64, 90])
@pytest.mark.parametrize("end", [91, 105, 150, 169, N])
@pytest.mark.parametrize("held", [(), (0, 3)])
def test_reduced_band_solves_for_forces_on_a_few_unknowns(half, end, held):
    band, dense = banded(half)
    unknowns = SOME.copy()
    unknowns[list(held)] = -1
    free = unknowns >= 0
    inverse = np.linalg.inv(dense)
    wanted = np.zeros((SOME.size, SOME.size))
    wanted[np.ix_(free, free)] = inverse[np.ix_(unknowns[free], unknowns[free])]
    rng = np.random.default_rng(2)
    right, push = rng.normal(size=N), rng.normal(size=SOME.size)
    loaded = right.copy()
    loaded[unknowns[free]] += push[free]
    for factor in (Gauss.of(band), Cholesky.of(band.copy(), end)):
        reduced = Reduced.of(factor, N, unknowns)
        size = np.abs(wanted).max()
        np.testing.assert_allclose(reduced.compliance, wanted, rtol=0.0, atol=RTOL * size)
        started, moves = reduced.half(right, unknowns)
        solved = inverse @ right
        np.testing.assert_allclose(
            moves, np.where(free, solved[unknowns], 0.0), rtol=0.0, atol=RTOL * abs(solved).max()
        )
        found, solved = reduced.whole(started, push), inverse @ loaded
        np.testing.assert_allclose(found, solved, rtol=0.0, atol=RTOL * abs(solved).max())


@pytest.mark.parametrize("where", [10, 160])
def test_band_that_is_not_positive_definite_has_no_factor(where):
    band, _ = banded(7)
    band[where, 0] = -1.0
    assert Cholesky.of(band, 120) is None
