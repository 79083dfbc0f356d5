"""Histories in time and along the rows, and the energy of the branches, against slow twins."""

import numpy as np
import pytest

from softsim.kernels.laws.prony import branch_factors
from softsim.kernels.strip import history as kernels
from softsim.kernels.strip import recovery
from softsim.kernels.strip.arrays import Branches
from softsim.materials import SplitNeoHookean, response
from softsim.plausible import allow_unusual
from tests.twins import prony as prony_twin
from tests.twins import strip_history as twin
from tests.twins.history import overstresses
from tests.twins.samples import cauchy_green, plane_gradient

RTOL_ROUNDING = 1e-12  # sums of some tens of terms in another order
RTOL_QUADRATURE = 1e-9  # Gauss rule of 480 points for exponentials, against closed integrals
WEIGHTS = np.array([[0.3, 0.2], [0.5, 0.0]])  # the second layer has one branch, padded
TIMES = np.array([[0.02, 0.7], [0.1, 1.0]])
ROW_LAYER = np.array([0, 1, 1])
EDGES = np.array([0.0, 1e-3, 1.4e-3, 2.0e-3, 3.5e-3])
LEFT, RIGHT = (0, 3), (1, 2)


def random_stresses(n_times):
    shape = (n_times, EDGES.size - 1, ROW_LAYER.size, 4, 4)
    return np.random.default_rng(5).normal(size=shape)


def branches_of(shape, row_layer=ROW_LAYER):
    """Return branches with factors of a shape, to be filled."""
    return Branches(row_layer, WEIGHTS, TIMES, np.empty(shape), np.empty(shape))


def test_history_in_time_equals_hereditary_integral():
    steps = np.array([0.01, 0.3, 0.05, 2.0])
    times, stresses = np.append(0.0, np.cumsum(steps)), random_stresses(5)
    shape = stresses.shape[1:4]
    overstress = np.zeros((*shape, 2, 4))
    old, carried = stresses[0].copy(), np.empty_like(stresses[0])
    branches = branches_of((2, 2))
    for n, dt in enumerate(steps, start=1):
        for k in range(2):
            branch_factors(dt, TIMES[k], branches.decay[k], branches.gain[k])
        kernels.carry_in_time(overstress, old, branches, carried)
        at_once = (WEIGHTS * branches.gain).sum(axis=1)[ROW_LAYER]
        predicted = carried + at_once[None, :, None, None] * stresses[n]
        kernels.advance_in_time(stresses[n], branches, overstress, old)
        np.testing.assert_allclose(overstress.sum(axis=3), predicted, rtol=0.0, atol=RTOL_ROUNDING)
        np.testing.assert_array_equal(old, stresses[n])
    for j, i, p in np.ndindex(*shape):
        layer = ROW_LAYER[i]
        wanted = overstresses(times, stresses[:, j, i, p], WEIGHTS[layer], TIMES[layer])[-1]
        np.testing.assert_allclose(
            overstress[j, i, p].sum(axis=0), wanted, rtol=0.0, atol=RTOL_ROUNDING
        )


def row_branches(speed, row_layer=ROW_LAYER):
    branches = branches_of((2, EDGES.size - 1, 2, 2), row_layer)
    kernels.row_factors(EDGES, speed, branches)
    return branches


@pytest.mark.parametrize("speed", [0.004, -0.004, 1.0, -1e-6])
def test_row_factors_equal_definitions_along_a_streamline(speed):
    _, _, _, decay, gain = row_branches(speed)
    order, times = twin.streamline(EDGES, speed)
    for place, dt in zip(order, np.diff(times, prepend=0.0), strict=True):
        column, side = divmod(int(place), 2)
        half = 1 - side if speed > 0.0 else side
        for layer, branch in np.ndindex(2, 2):
            wanted = prony_twin.branch_factors(dt, TIMES[layer, branch])
            # dt comes from differences of coordinates: one more digit is lost
            assert decay[layer, column, half, branch] == pytest.approx(wanted[0], rel=1e-9)
            assert gain[layer, column, half, branch] == pytest.approx(wanted[1], rel=1e-11)


@pytest.mark.parametrize("speed", [0.004, -0.004])
def test_history_along_rows_equals_hereditary_integral(speed):
    (stress,) = random_stresses(1)
    reference = np.random.default_rng(6).normal(size=(2, 4))
    branches, carried = row_branches(speed), np.empty_like(stress)
    kernels.carry_along_rows(stress, reference, speed > 0.0, branches, carried)
    order, times = twin.streamline(EDGES, speed)
    for i, layer in enumerate(ROW_LAYER):
        for k in range(2):
            points = [(int(n) // 2, (LEFT, RIGHT)[int(n) % 2][k]) for n in order]
            past = np.array([reference[layer], *(stress[j, i, p] for j, p in points)])
            wanted = overstresses(np.append(0.0, times), past, WEIGHTS[layer], TIMES[layer])
            for (j, p), value, place in zip(points, wanted, order, strict=True):
                half = 1 - int(place) % 2 if speed > 0.0 else int(place) % 2
                at_once = (WEIGHTS[layer] * branches.gain[layer, j, half]).sum()
                found = carried[j, i, p] + at_once * stress[j, i, p]
                np.testing.assert_allclose(found, value, rtol=0.0, atol=RTOL_ROUNDING)


with allow_unusual():
    LAW = SplitNeoHookean(shear_modulus=1.0, bulk_modulus=40.0)


def strain_path(n_steps):
    """Return Green strains, isochoric stresses and tangents of a smooth path."""
    strains, stresses, tangents = [], [], []
    for t in np.linspace(0.0, 1.0, n_steps + 1):
        c = cauchy_green(plane_gradient(1.0 + 0.3 * t, 1.0 - 0.25 * t, 1.0, 0.4 * t))
        point = response(LAW, c)
        strains.append([0.5 * (c[0] - 1), 0.5 * (c[1] - 1), 0.5 * (c[2] - 1), c[3]])
        stresses.append(point.stress_iso)
        tangents.append(point.tangent_iso)
    return np.array(strains), np.array(stresses), np.array(tangents)


def twin_energies(dts, strains, stresses, tangents, tau, weight):
    """Return the running work and dissipation of one branch along a path."""
    branch, total, running = np.zeros(4), np.zeros(2), []
    for n, dt in enumerate(dts):
        change = stresses[n + 1] - stresses[n]
        total = total + twin.branch_energies(
            dt, tau, weight, branch, change, strains[n + 1] - strains[n],
            tangents[n + 1], strains[n + 1],
        )  # fmt: skip
        decay, gain = prony_twin.branch_factors(dt, tau)
        branch = decay * branch + weight * gain * change
        running.append(total)
    return np.array(running)


def test_energies_in_time_equal_quadrature():
    dts = np.array([0.02, 0.5, 0.1])
    strains, stresses, tangents = strain_path(3)
    weights, times = WEIGHTS[:1], TIMES[:1]
    branches = Branches(np.array([0]), weights, times, np.empty((1, 2)), np.empty((1, 2)))
    overstress, old = np.zeros((1, 1, 4, 2, 4)), np.zeros((1, 1, 4, 4))
    done, spent = np.zeros((1, 1)), np.zeros((1, 1))

    def everywhere(values):
        return np.broadcast_to(values, (1, 1, 4, *values.shape)).copy()

    for n, dt in enumerate(dts):
        before = recovery.PointState(old, everywhere(strains[n]))
        after = recovery.PointState(everywhere(stresses[n + 1]), everywhere(strains[n + 1]))
        recovery.energies_in_time(
            before, after, overstress, everywhere(tangents[n + 1]), branches, dt, done, spent
        )
        branch_factors(dt, times[0], branches.decay[0], branches.gain[0])
        kernels.advance_in_time(after.stress, branches, overstress, old)
    wanted = sum(
        twin_energies(dts, strains, stresses, tangents, times[0, b], weights[0, b])[-1]
        for b in range(2)
    )
    np.testing.assert_allclose([done[0, 0], spent[0, 0]], wanted, rtol=RTOL_QUADRATURE)


@pytest.mark.parametrize("speed", [0.004, -0.004])
def test_energies_along_rows_equal_quadrature(speed):
    order, times = twin.streamline(EDGES, speed)
    path = strain_path(order.size)
    shape = (EDGES.size - 1, 1, 4)
    strain, stress, tangent = np.empty((*shape, 4)), np.empty((*shape, 4)), np.empty((*shape, 4, 4))
    for n, place in enumerate(order, start=1):
        for p in (LEFT, RIGHT)[int(place) % 2]:
            for target, values in zip((strain, stress, tangent), path, strict=True):
                target[int(place) // 2, 0, p] = values[n]
    state, branches = recovery.PointState(stress, strain), row_branches(speed, np.array([0]))
    done, spent = np.empty(shape[:2]), np.empty(shape[:2])
    recovery.energies_along_rows(
        state, np.zeros((2, 4)), tangent, speed > 0.0, branches, done, spent
    )
    dts = np.diff(times, prepend=0.0)
    running = sum(twin_energies(dts, *path, TIMES[0, b], WEIGHTS[0, b]) for b in range(2))
    for column in range(shape[0]):
        passed = [n for n, place in enumerate(order) if int(place) // 2 == column]
        wanted = np.mean(running[passed], axis=0)
        np.testing.assert_allclose(
            [done[column, 0], spent[column, 0]], wanted, rtol=RTOL_QUADRATURE
        )
