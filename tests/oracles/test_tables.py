"""Tables, sums of modes and peaks against numpy; what between the samples peaks must find."""

import numpy as np
import pytest

from softsim.engines.linear.patch.fourier import FourierTables
from softsim.engines.linear.section.fields import CubicSamples
from softsim.engines.linear.section.profiles import PROFILE_DECAY, PROFILE_SAMPLES
from softsim.engines.linear.section.traction import SUBDIVISIONS, refined
from softsim.kernels.tables.influence import (
    hat_influence,
    point_influence,
    shifted_hat_influence,
)
from softsim.kernels.tables.modes import add_mode_sums, cubic_values
from softsim.kernels.tables.peaks import gathered_spectrum, row_peaks, sample_tables
from softsim.kernels.tables.wave_vectors import tables_at_wave_vectors
from tests.twins import tables as twin

RTOL_SINGLE = 2e-6  # fields are single precision
RTOL_TOP = 5e-3  # promised for a profile
RTOL_TABLE = 4e-7  # six points, 24 nodes a decade
RTOL_GREEN = 1e-9  # six points, 50 nodes a decade
RTOL_HAT = 1e-6  # twelve points on half a hat; the three-point rule beyond 24 cells
RNG = np.random.default_rng(7)


def peaks(fields, near, edge, *, rounded=False, tension=None):
    n = fields.shape[0]
    out = np.empty((n, 11))
    work, smooth = np.empty((3, 11)), np.full(n, rounded)
    given = np.zeros((n, 2)) if tension is None else tension
    row_peaks(fields, np.asarray(near, dtype=float), float(edge), smooth, given, work, out)
    return out


def test_rows_against_numpy():
    rng = np.random.default_rng(5)
    fields = rng.normal(size=(3, 7, 64)).astype(np.float32)
    tension = rng.normal(size=(3, 2))
    tension[1] = 0.0  # a row without prestress
    found = peaks(fields, [0.0, 0.0, 8.0], 20.0, tension=tension)
    seen = np.abs(np.arange(64) - 32) <= 20
    for i in range(2):
        np.testing.assert_allclose(
            found[i], twin.row_peaks(fields[i][:, seen], tension[i]), rtol=RTOL_SINGLE
        )
    beyond = seen & (np.abs(np.arange(64) - 32) >= 8)
    np.testing.assert_allclose(
        found[2], twin.row_peaks(fields[2][:, beyond], tension[2]), rtol=RTOL_SINGLE
    )


def test_row_that_is_not_looked_at_gives_nothing():
    found = peaks(np.ones((1, 7, 16), dtype=np.float32), [6.0], 4.0)
    assert np.isneginf(found[0, 0])


@pytest.mark.parametrize("offset", [0.0, 0.2, 0.5])
def test_tops_between_samples_are_found(offset):
    """A line load at depth z; samples as far apart as they come alone miss 2 % of its top."""
    x = 2 * np.pi / (PROFILE_DECAY * PROFILE_SAMPLES) * (np.arange(64) - 32 + offset)
    fields = np.zeros((1, 7, 64), dtype=np.float32)
    fields[0, 1] = -1.0 / (1.0 + x * x) ** 2
    exact = 1.0
    assert peaks(fields, [0.0], 30.0, rounded=True)[0, 1] == pytest.approx(exact, rel=RTOL_TOP)


def test_traction_between_nodes_keeps_the_force_of_every_patch():
    nodes = np.zeros(60)
    nodes[5:8] = [1.0, 3.0, 0.5]
    nodes[20:50] = np.sqrt(np.maximum(1.0 - ((np.arange(30) - 14.6) / 15.2) ** 2, 0.0))
    fine = refined(nodes)
    split = 14 * SUBDIVISIONS
    assert fine[:split].sum() / SUBDIVISIONS == pytest.approx(nodes[:14].sum(), rel=1e-12)
    assert fine[split:].sum() / SUBDIVISIONS == pytest.approx(nodes[14:].sum(), rel=1e-12)


def test_samples_of_a_table_are_those_of_the_function():
    """A smooth function of the logarithm of the lag, other on both sides, clamped at the ends."""
    step = np.log(10.0) / 64
    table = 1e-4 * np.exp(step * np.arange(320))
    ahead = np.stack([1.0 / (1.0 + table**2), table / (1.0 + table**2)])
    out = np.empty((2, 90))
    sample_tables(np.log(table[0]), step, ahead, -2.0 * ahead, 0.03, out)
    lag = 0.03 * np.concatenate([np.arange(1, 46), np.arange(44, 0, -1)])
    side = np.concatenate([np.ones(45), -2.0 * np.ones(44)])
    np.testing.assert_allclose(out[0, 1:], side / (1.0 + lag**2), rtol=1e-8)
    np.testing.assert_allclose(out[1, 1:], side * lag / (1.0 + lag**2), rtol=1e-8)
    np.testing.assert_allclose(out[:, 0], -0.5 * ahead[:, 2], rtol=1e-12)


@pytest.mark.parametrize("ratio", [1, 2, 8, 64])
def test_gathered_spectrum_keep_force_and_moment_of_the_pressure(ratio):
    pressure = np.random.default_rng(3).uniform(0.0, 1.0, 21)
    spacing, start, step, out = 0.1, -0.7, 0.3, np.empty(6, dtype=complex)
    gathered_spectrum(pressure, ratio, spacing, start, step, np.empty(23), out)
    place = start + spacing * np.arange(21)
    k = step * np.arange(6)
    assert out[0] == pytest.approx(spacing * pressure.sum(), rel=1e-12)
    if ratio == 1:
        exact = spacing * np.exp(-1j * np.outer(k, place)) @ pressure
        np.testing.assert_allclose(out, exact, rtol=1e-12)
    gathered_spectrum(pressure, ratio, spacing, start, 1e-6, np.empty(23), out)
    moment = spacing * float(pressure @ place)
    assert -out[1].imag / 1e-6 == pytest.approx(moment, rel=1e-6)


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


def test_interpolation_on_wave_vectors_is_lagrange():
    along, across, step = np.array([0.3, 2.0]), np.array([0.1, 0.9, 4.0]), 0.25
    table = RNG.normal(size=(2, 40)) + 1j * RNG.normal(size=(2, 40))
    row, first = np.array([0, 20]), np.array([-3, 1])
    out = np.empty((2, 2, 3), dtype=complex)
    tables_at_wave_vectors(along, across, np.log(0.2), step, row, first, table, out)
    for i, j in np.ndindex(2, 3):
        place = np.log(np.hypot(along[i], across[j]) / 0.2) / step - first[i] + row[i]
        for values, found in zip(table, out[:, i, j], strict=True):
            assert found == pytest.approx(twin.lagrange(values, place), rel=1e-10)


def test_sums_over_modes_are_those_of_numpy():
    kernels = (RNG.normal(size=(5, 10, 7)) + 1j * RNG.normal(size=(5, 10, 7))).astype(np.complex64)
    loads = (RNG.normal(size=(5, 9)) + 1j * RNG.normal(size=(5, 9))).astype(np.complex64)
    out = np.ones((3, 7), dtype=np.complex64)
    add_mode_sums(kernels, loads, 6, out)
    exact = 1.0 + twin.mode_sums(kernels, loads, 6, 3)
    np.testing.assert_allclose(out, exact, rtol=1e-5, atol=1e-5)


def test_cubics_through_samples_are_cubics():
    samples = np.arange(12.0)
    places = np.array([0.0, 0.4, 5.0, 7.7, 11.0])
    found = CubicSamples(samples, places)(np.stack([samples**3 - samples, np.ones(12)]))
    np.testing.assert_allclose(found, [places**3 - places, np.ones(5)], rtol=1e-12, atol=1e-12)
    values, first, weights = RNG.normal(size=(2, 9)), np.array([0, 3, 5]), RNG.normal(size=(4, 3))
    out = np.empty((2, 3))
    cubic_values(values, first, weights, out)
    np.testing.assert_allclose(out, twin.weighted_samples(values, first, weights), rtol=1e-12)


GREEN = twin.tabulated_green()


def test_point_influence_is_the_analytic_terms_and_the_table():
    x = np.array([-0.3, -2e-3, -1e-5, 4e-6, 3e-4, 0.02, 0.5])
    out = np.empty(x.size)
    point_influence(GREEN, x, out)
    exact = twin.green(x)
    np.testing.assert_allclose(out, exact, rtol=0.0, atol=RTOL_GREEN * np.abs(exact).max())


@pytest.mark.parametrize("offset", [None, 0.0, 0.3, 0.85])
def test_hats_are_integrals_of_the_green_function(offset):
    n, spacing = 60, 1e-4
    nodes, weights = np.polynomial.legendre.leggauss(12)
    rule, out = (0.5 * (nodes + 1.0), 0.5 * weights), np.empty(2 * n - 1)
    if offset is None:
        hat_influence(GREEN, spacing, *rule, out)
    else:
        shifted_hat_influence(GREEN, spacing, offset, *rule, out)
    scale = np.abs(out).max()
    for lag in (-59, -30, -25, -24, -2, -1, 0, 1, 2, 23, 24, 26, 59):
        exact = twin.hat(spacing, lag - (offset or 0.0))
        assert out[n - 1 + lag] == pytest.approx(exact, abs=RTOL_HAT * scale), lag
