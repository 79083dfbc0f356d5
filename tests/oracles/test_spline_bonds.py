"""Bonds that break: law, tangent and energies against a slow twin; damage never falls."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softsim.kernels.layer_arrays import AdhesionArrays
from softsim.kernels.splines import bonds as kernels
from tests.twins import bonds as twin

RTOL_ROUNDING = 1e-11
RTOL_QUADRATURE = 1e-6  # trapezoids of 20000 parts, with a corner in one of them
RTOL_DIFFERENCE = 1e-5  # central differences
STIFFNESS, EXPONENT = 3e8, 1.6
STRENGTH, ENERGY = np.array([[6e4, 4e4]]), np.array([[180.0, 90.0]])


def patches(lag=0.0):
    """Return a single patch."""
    one = np.ones(1)
    return AdhesionArrays(
        np.zeros(1, np.int64), 0.0 * one, one, one, STIFFNESS * one, STRENGTH, ENERGY,
        EXPONENT * one, lag * one,
    )  # fmt: skip


def step(before, slip, opening, dt=0.0, lag=0.0):
    """Return the bonds after a step, and the derivative of their shear traction."""
    n = slip.size
    after, slope = kernels.Bonds(*np.full((7, n), np.nan)), np.empty(n)
    after.slip[:] = slip
    kernels.strain_bonds(
        patches(lag), np.zeros(n, np.int64), opening, dt, before, after, slope
    )  # fmt: skip
    return after, slope


def whole(n=1):
    """Return bonds that nothing has strained."""
    return kernels.Bonds(*np.zeros((7, n)))


@pytest.mark.parametrize("share", [1.0, 0.7, 0.2])
@pytest.mark.parametrize("reach", [1e-4, 4e-4, 2e-3, 6.5e-3])
def test_law_and_energy_equal_twin(share, reach):
    most, final = twin.triangle(STIFFNESS, STRENGTH[0], ENERGY[0], EXPONENT, share)
    slip, opening = np.sqrt(share) * reach, np.sqrt(1.0 - share) * reach
    after, _ = step(whole(), np.array([slip]), np.array([opening]))
    wanted = twin.damage(STIFFNESS, most, final, reach)
    assert after.due[0] == after.damage[0] == pytest.approx(wanted, rel=RTOL_ROUNDING)
    assert after.shear[0] == pytest.approx(share, rel=RTOL_ROUNDING)
    carried = twin.traction(STIFFNESS, most, final, reach)
    assert after.ratio[0] == pytest.approx(carried / most, rel=RTOL_ROUNDING, abs=1e-12)
    spent = share * twin.spent(STIFFNESS, most, final, reach)
    assert after.spent[0] == pytest.approx(spent, rel=RTOL_QUADRATURE, abs=1e-9)


def test_pure_modes_spend_their_own_energy():
    for share, energy in ((1.0, ENERGY[0, 0]), (0.0, ENERGY[0, 1])):
        most, final = twin.triangle(STIFFNESS, STRENGTH[0], ENERGY[0], EXPONENT, share)
        assert 0.5 * most * final == pytest.approx(energy, rel=RTOL_ROUNDING)


@pytest.mark.parametrize("lag", [0.0, 2e-3])
def test_slope_is_the_derivative_of_the_traction(lag):
    slips, small = np.array([1e-4, 5e-4, -2e-3, 3e-3]), 1e-9
    none = np.zeros(4)

    def traction(slip):
        after, _ = step(whole(4), slip, none, 1e-3, lag)
        return (1.0 - after.damage) * STIFFNESS * slip

    _, slope = step(whole(4), slips, none, 1e-3, lag)
    wanted = (traction(slips + small) - traction(slips - small)) / (2.0 * small)
    np.testing.assert_allclose(slope, wanted, rtol=RTOL_DIFFERENCE)


def test_lag_follows_the_law_and_its_work_is_what_is_left_over():
    dt, lag, way = 1e-4, 1e-3, np.linspace(0.0, 8e-3, 4001)
    now, work, held = whole(), 0.0, 0.0
    for slip in way[1:]:
        after, _ = step(now, np.array([slip]), np.zeros(1), dt, lag)
        pull = (1.0 - after.damage[0]) * STIFFNESS * slip
        work += 0.5 * (held + pull) * (slip - now.slip[0])
        gone = now.damage[0] + dt / (lag + dt) * (after.due[0] - now.damage[0])
        assert after.damage[0] == pytest.approx(gone, rel=RTOL_ROUNDING, abs=1e-15)
        held, now = pull, after
    stored = 0.5 * (1.0 - now.damage[0]) * STIFFNESS * way[-1] ** 2
    lost = now.beyond[0] - 0.5 * (now.due[0] - now.damage[0]) * STIFFNESS * way[-1] ** 2
    assert work == pytest.approx(stored + now.spent[0] + lost, rel=1e-3)  # trapezoids of the way
    assert now.spent[0] == pytest.approx(ENERGY[0, 0], rel=RTOL_ROUNDING)
    assert lost > 0.0


@settings(deadline=None)
@given(
    way=st.lists(
        st.tuples(st.floats(-8e-3, 8e-3), st.floats(0.0, 2e-3), st.floats(0.0, 0.1)),
        min_size=1, max_size=12,
    ),
    lag=st.sampled_from([0.0, 1e-3]),
)  # fmt: skip
def test_damage_never_falls_and_energy_is_never_won(way, lag):
    now = whole()
    for slip, opening, dt in way:
        after, _ = step(now, np.array([slip]), np.array([opening]), dt, lag)
        assert now.due[0] <= after.due[0] <= 1.0
        assert now.damage[0] <= after.damage[0] <= after.due[0]
        assert after.spent[0] >= now.spent[0]
        now = after
