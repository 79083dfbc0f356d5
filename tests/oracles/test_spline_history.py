"""Relaxation in time and along the rows, and the energy of the branches, against slow twins."""

from typing import NamedTuple

import numpy as np
import pytest

from softsim.kernels.laws.prony import branch_factors
from softsim.kernels.laws.response import volume_response
from softsim.kernels.splines import relaxation as kernels
from softsim.kernels.splines.energies import energies_along, energies_in_time
from softsim.kernels.splines.spans import Stresses
from softsim.materials import SplitNeoHookean, response
from softsim.plausible import allow_unusual
from tests.twins import history as twin
from tests.twins import prony as prony_twin
from tests.twins.samples import cauchy_green, plane_gradient

RTOL_ROUNDING = 1e-12  # sums of some tens of terms in another order
RTOL_QUADRATURE = 1e-9  # Gauss rule of 480 points for exponentials, against closed integrals
WEIGHTS = np.array([[0.3, 0.2], [0.5, 0.0]])  # the second layer has one branch, padded
TIMES = np.array([[0.02, 0.7], [0.1, 1.0]])
EDGES = np.array([0.0, 1e-3, 1.4e-3, 2.0e-3, 3.5e-3])
PLACES = twin.gauss_places(EDGES)
LAYER = np.array([[0, 1, 1], [0, 0, 1], [0, 1, 1], [1, 1, 0]])  # a scar crosses the rows
N_ALONG, N_BESIDE = LAYER.shape
SIDE, LONG_AGO = 2, 1e30


def random_stresses(n_times, size):
    shape = (n_times, LAYER.size, SIDE**2, size)
    return np.random.default_rng(5).normal(size=shape)


def factors_over(dt):
    """Return decay and gain of both layers over a step."""
    decay, gain = np.empty((2, 2)), np.empty((2, 2))
    for k in range(2):
        branch_factors(dt, TIMES[k], decay[k], gain[k])
    return decay, gain


@pytest.mark.parametrize("size", [4, 6])
def test_history_in_time_equals_hereditary_integral(size):
    steps = np.array([0.01, 0.3, 0.05, 2.0])
    times, stresses = np.append(0.0, np.cumsum(steps)), random_stresses(5, size)
    layer, shape = LAYER.ravel(), stresses.shape[1:3]
    overstress = np.zeros((*shape, 2, size))
    old, carried = stresses[0].copy(), np.empty_like(stresses[0])
    for n, dt in enumerate(steps, start=1):
        decay, gain = factors_over(dt)
        kernels.carry_in_time(overstress, old, layer, WEIGHTS, decay, gain, carried)
        at_once = (WEIGHTS * gain).sum(axis=1)[layer]
        predicted = carried + at_once[:, None, None] * stresses[n]
        kernels.advance_in_time(stresses[n], layer, WEIGHTS, decay, gain, overstress, old)
        np.testing.assert_allclose(overstress.sum(axis=2), predicted, rtol=0.0, atol=RTOL_ROUNDING)
        np.testing.assert_array_equal(old, stresses[n])
    for s, p in np.ndindex(*shape):
        k = layer[s]
        wanted = twin.overstresses(times, stresses[:, s, p], WEIGHTS[k], TIMES[k])[-1]
        found = overstress[s, p].sum(axis=0)
        np.testing.assert_allclose(found, wanted, rtol=0.0, atol=RTOL_ROUNDING)


def row_factors(speed):
    decay, gain = np.empty((2, PLACES.size, 2, 2))
    kernels.row_factors(PLACES, speed, WEIGHTS, TIMES, decay, gain)
    return decay, gain


@pytest.mark.parametrize("speed", [0.004, -0.004, 1.0, -1e-6])
def test_row_factors_equal_definitions_along_a_streamline(speed):
    decay, gain = row_factors(speed)
    order, times = twin.streamline(PLACES, speed)
    for place, dt in zip(order, np.diff(times, prepend=-LONG_AGO), strict=True):
        for layer, branch in np.ndindex(2, 2):
            wanted = prony_twin.branch_factors(dt, TIMES[layer, branch])
            # dt comes from differences of coordinates: one more digit is lost; below the
            # smallest double nothing is left
            assert decay[place, layer, branch] == pytest.approx(wanted[0], rel=1e-9, abs=1e-300)
            assert gain[place, layer, branch] == pytest.approx(wanted[1], rel=1e-11, abs=1e-28)


def rows_of_points():
    """Yield the numbers (span, point) of all points along, row by row."""
    for j in range(N_BESIDE):
        for r in range(SIDE):
            yield [(i * N_BESIDE + j, q * SIDE + r) for i in range(N_ALONG) for q in range(SIDE)]


@pytest.mark.parametrize("size", [4, 6])
@pytest.mark.parametrize("speed", [0.004, -0.004])
def test_history_along_rows_equals_hereditary_integral(speed, size):
    (stress,), layer = random_stresses(1, size), np.tile(LAYER[:1], (N_ALONG, 1))
    reference = np.random.default_rng(6).normal(size=(2, size))
    (decay, gain), carried = row_factors(speed), np.empty_like(stress)
    kernels.carry_along(stress, reference, layer, speed > 0.0, WEIGHTS, decay, gain, carried)
    order, times = twin.streamline(PLACES, speed)
    for points in rows_of_points():
        k = layer.ravel()[points[0][0]]
        past = np.array([reference[k], *(stress[points[n]] for n in order)])
        values = twin.overstresses(np.append(-LONG_AGO, times), past, WEIGHTS[k], TIMES[k])
        for n, wanted in zip(order, values, strict=True):
            at_once = (WEIGHTS[k] * gain[n, k]).sum()
            found = carried[points[n]] + at_once * stress[points[n]]
            np.testing.assert_allclose(found, wanted, rtol=0.0, atol=RTOL_ROUNDING)


def test_every_point_along_has_the_factors_of_its_own_material():
    """Where materials change along a row the stress of a branch goes on, step by step."""
    speed, (stress,) = 0.004, random_stresses(1, 4)
    (decay, gain), carried = row_factors(speed), np.empty_like(stress)
    reference = np.zeros((2, 4))
    kernels.carry_along(stress, reference, LAYER, True, WEIGHTS, decay, gain, carried)
    for points in rows_of_points():
        branches, last = np.zeros((2, 4)), np.zeros(4)
        for n in range(PLACES.size - 1, -1, -1):
            s, p = points[n]
            k = LAYER.ravel()[s]
            share = (WEIGHTS[k] * gain[n, k])[:, None]
            branches = decay[n, k][:, None] * branches
            wanted = branches.sum(axis=0) - share.sum() * last
            np.testing.assert_allclose(carried[s, p], wanted, rtol=0.0, atol=RTOL_ROUNDING)
            branches, last = branches + share * (stress[s, p] - last), stress[s, p]


# ---------------------------------------------------------------- energies


with allow_unusual():
    LAW = SplitNeoHookean(shear_modulus=1.0, bulk_modulus=40.0)


class Path(NamedTuple):
    """States of a point: strain, relaxing stress, tangents of it and of the shape, J, U', U''."""

    strain: np.ndarray
    stress: np.ndarray
    tangent: np.ndarray
    shape_tangent: np.ndarray
    ratio: np.ndarray
    slope: np.ndarray
    bend: np.ndarray


def strain_path(n_states, relaxes_all):
    """Return a smooth path from rest; the tangent has its inverse, as the twin of energies asks."""
    states = []
    for t in np.linspace(0.0, 1.0, n_states):
        f = plane_gradient(1.0 + 0.3 * t, 1.0 - 0.25 * t, 1.0, 0.4 * t)
        c = cauchy_green(f)
        point, ratio = response(LAW, c), np.linalg.det(f)
        strain = np.array([0.5 * (c[0] - 1), 0.5 * (c[1] - 1), 0.5 * (c[2] - 1), c[3]])
        stress, tangent = point.stress_iso, twin.made_stiff(point.tangent_iso, strain)
        if relaxes_all:
            stress, tangent = stress + point.stress_vol, point.tangent_iso + point.tangent_vol
        _, slope, bend = volume_response(LAW.code, LAW.pack()[0], ratio)
        states.append((strain, stress, tangent, point.tangent_iso, ratio, slope, bend))
    return Path(*(np.array(values) for values in zip(*states, strict=True)))


def stresses_of(shape):
    """Return arrays for the stresses of spans."""
    return Stresses(
        np.zeros((*shape, 4)),
        np.zeros((*shape, 4)),
        np.zeros((*shape, 4, 4)),
        np.zeros(shape),
        np.zeros((shape[0], 5)),
        np.zeros(shape),
        np.zeros((*shape, 3)),
    )


def enter_state(stresses, path, n, s, p):
    """Enter the nth state of a path at a point of a span."""
    stresses.relaxing[s, p], stresses.tangent[s, p] = path.stress[n], path.shape_tangent[n]
    stresses.ratio[s, p], stresses.mean[s, 2:4] = path.ratio[n], (path.slope[n], path.bend[n])


def twin_energies(dts, path, tau, weight):
    """Return the running work and dissipation of one branch along a path."""
    branch, total, running = np.zeros(4), np.zeros(2), []
    for n, dt in enumerate(dts):
        change = path.stress[n + 1] - path.stress[n]
        total = total + twin.branch_energies(
            dt, tau, weight, branch, change, path.strain[n + 1] - path.strain[n],
            path.tangent[n + 1],
        )  # fmt: skip
        decay, gain = prony_twin.branch_factors(dt, tau)
        branch = decay * branch + weight * gain * change
        running.append(total)
    return np.array(running)


@pytest.mark.parametrize("relaxes_all", [False, True])
def test_energies_in_time_equal_quadrature(relaxes_all):
    dts, path = np.array([0.02, 0.5, 0.1]), strain_path(4, relaxes_all)
    weights, times, layer = WEIGHTS[:1], TIMES[:1], np.zeros(1, np.int64)
    stresses, overstress = stresses_of((1, 1)), np.zeros((1, 1, 2, 4))
    old, (work, lost) = np.zeros((1, 1, 4)), np.zeros((2, 1, 1))
    for n, dt in enumerate(dts):
        enter_state(stresses, path, n + 1, 0, 0)
        before = overstress, old, path.strain[n][None, None]
        strain, flags = path.strain[n + 1][None, None], np.array([relaxes_all])
        energies_in_time(stresses, flags, before, strain, layer, dt / times, weights, (work, lost))
        decay, gain = np.empty((1, 2)), np.empty((1, 2))
        branch_factors(dt, times[0], decay[0], gain[0])
        kernels.advance_in_time(stresses.relaxing, layer, weights, decay, gain, overstress, old)
    wanted = sum(twin_energies(dts, path, times[0, b], weights[0, b])[-1] for b in range(2))
    np.testing.assert_allclose([work[0, 0], lost[0, 0]], wanted, rtol=RTOL_QUADRATURE)


@pytest.mark.parametrize("relaxes_all", [False, True])
@pytest.mark.parametrize("speed", [0.004, -0.004])
def test_energies_along_rows_equal_quadrature(speed, relaxes_all):
    """One point a span, as many as the places: each has the volume energy of its own state."""
    order, times = twin.streamline(PLACES, speed)
    path, n = strain_path(order.size, relaxes_all), PLACES.size
    stresses, strain = stresses_of((n, 1)), np.empty((n, 1, 4))
    for k, place in enumerate(order):
        enter_state(stresses, path, k, place, 0)
        strain[place, 0] = path.strain[k]
    decay, gain = row_factors(speed)
    flow, layer = (speed > 0.0, WEIGHTS, decay, gain), np.zeros((n, 1), np.int64)
    work, lost = np.empty((2, n, 1))
    flags = np.array([relaxes_all, False])
    energies_along(stresses, flags, strain, layer, flow, np.zeros((2, 4)), work, lost)
    wanted = sum(twin_energies(np.diff(times), path, TIMES[0, b], WEIGHTS[0, b]) for b in range(2))
    np.testing.assert_allclose(work[order[1:], 0], wanted[:, 0], rtol=RTOL_QUADRATURE)
    np.testing.assert_allclose(lost[order[1:], 0], wanted[:, 1], rtol=RTOL_QUADRATURE)
    assert work[order[0], 0] == lost[order[0], 0] == 0.0
