"""Peaks along rows of samples against numpy, and what between the samples they must find."""

import numpy as np
import pytest

from softsim.engines.linear.section.profiles import PROFILE_SAMPLES, WAVES_KEPT
from softsim.engines.linear.section.traction import REFINEMENT, refined
from softsim.kernels.tables.peaks import gathered_spectrum, row_peaks, sample_tables

RTOL_SINGLE = 2e-6  # fields are single precision
RTOL_TOP = 5e-3  # promised for a profile


def twin(fields, tension):
    """Largest values over all samples of one row."""
    along, down, across, shear, longer, deeper, slide = fields.astype(float)
    change = 0.5 * ((along - down) ** 2 + (down - across) ** 2 + (across - along) ** 2)
    changes = [
        np.sqrt(change + 3 * shear**2).max(),
        np.hypot(0.5 * (along - down), shear).max(),
        (-(along + down + across) / 3).max(),
    ]
    along, across = along + tension[0], across + tension[1]
    spread = 0.5 * ((along - down) ** 2 + (down - across) ** 2 + (across - along) ** 2)
    strain = np.hypot(longer - deeper, slide)
    return [
        along.max(),
        -down.min(),
        np.abs(shear).max(),
        np.sqrt(spread + 3 * shear**2).max(),
        np.hypot(0.5 * (along - down), shear).max(),
        (-(along + down + across) / 3).max(),
        strain.max(),
        (0.5 * (np.abs(longer + deeper) + strain)).max(),
        *changes,
    ]


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
        np.testing.assert_allclose(found[i], twin(fields[i][:, seen], tension[i]), rtol=RTOL_SINGLE)
    beyond = seen & (np.abs(np.arange(64) - 32) >= 8)
    np.testing.assert_allclose(found[2], twin(fields[2][:, beyond], tension[2]), rtol=RTOL_SINGLE)


def test_row_that_is_not_looked_at_gives_nothing():
    found = peaks(np.ones((1, 7, 16), dtype=np.float32), [6.0], 4.0)
    assert np.isneginf(found[0, 0])


@pytest.mark.parametrize("offset", [0.0, 0.2, 0.5])
def test_tops_between_samples_are_found(offset):
    """A line load at depth z; samples as far apart as they come alone miss 2 % of its top."""
    x = 2 * np.pi / (WAVES_KEPT * PROFILE_SAMPLES) * (np.arange(64) - 32 + offset)
    fields = np.zeros((1, 7, 64), dtype=np.float32)
    fields[0, 1] = -1.0 / (1.0 + x * x) ** 2
    exact = 1.0
    assert peaks(fields, [0.0], 30.0, rounded=True)[0, 1] == pytest.approx(exact, rel=RTOL_TOP)


def test_traction_between_nodes_keeps_the_force_of_every_patch():
    nodes = np.zeros(60)
    nodes[5:8] = [1.0, 3.0, 0.5]
    nodes[20:50] = np.sqrt(np.maximum(1.0 - ((np.arange(30) - 14.6) / 15.2) ** 2, 0.0))
    fine = refined(nodes)
    split = 14 * REFINEMENT
    assert fine[:split].sum() / REFINEMENT == pytest.approx(nodes[:14].sum(), rel=1e-12)
    assert fine[split:].sum() / REFINEMENT == pytest.approx(nodes[14:].sum(), rel=1e-12)


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
