"""Steady moving disc load on three layers (L9): power-law creep and both Prony rules."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from softsim.engines.linear.medium.stack import LayeredStack
from tests.twins.moving_load import half_space_disc, moving_disc_deflection

from .linear_reference import read_table

THICKNESS = np.array([0.15, 0.6, np.inf])
YOUNG = np.array([6000e6, 200e6, 40e6])
NU = np.array([0.3, 0.35, 0.4])
ATOL_PEAK = 2e-3  # of the largest deflection
FRACTION = 0.35


def power_law_creep():
    """Return the complex creep compliance of layer 1 as a function of omega tau > 0."""
    instant, final = 2.5e-11, 1e-8
    turn = np.exp(-0.5j * np.pi * FRACTION)
    logarithm = np.linspace(-8.0, 14.0, 500)
    nodes, weights = np.polynomial.legendre.leggauss(600)
    v = np.exp(60.0 * nodes)
    table = [
        np.sum(
            60.0
            * weights
            * v
            * np.exp(-np.minimum(10**x * v ** (1 / FRACTION), 700.0))
            / (1 + turn * v) ** 2
        )
        for x in logarithm
    ]
    return CubicSpline(logarithm, np.log(instant + (final - instant) * turn * np.array(table)))


def power_moduli(omega, spline=power_law_creep()):  # noqa: B008
    """Return the moduli of the three layers, the first with power-law creep."""
    scaled = np.clip(np.abs(omega) * 1000.0, 1e-8, 1e14)
    creep = np.exp(spline(np.log10(scaled)))
    young = np.empty((omega.size, 3), dtype=complex)
    young[:] = YOUNG
    young[:, 0] = 1.0 / np.where(omega < 0.0, creep.conj(), creep)
    ratio = ((0.5 - NU) / (1 - NU)).astype(complex)
    return young / (2 * (1 + NU)), np.ascontiguousarray(np.broadcast_to(ratio, young.shape))


def prony_moduli(constant_poisson):
    """Return the moduli of the Prony cases."""
    return LayeredStack.of(
        thickness=THICKNESS,
        shear_modulus=YOUNG / (2 * (1 + NU)),
        poisson_ratio=NU,
        prony_weight=[[0.45, 0.35], [0, 0], [0, 0]],
        prony_time=[0.01, 0.15],
        constant_poisson=[constant_poisson] * 3,
    ).complex_moduli


CASES = {
    "power": power_moduli,
    "prony_const_nu": prony_moduli(constant_poisson=True),
    "prony_bulk": prony_moduli(constant_poisson=False),
}


@pytest.mark.parametrize("case", CASES)
def test_deflection_beside_a_moving_disc(case):
    rows = [r for r in read_table("L09") if r["case"] == case]
    load = 1e-3 * np.array([float(r["X_mm"]) for r in rows])
    expected = 1e-3 * np.array([float(r["uz_mm"]) for r in rows])
    found = moving_disc_deflection(
        CASES[case], THICKNESS, radius=0.15, pressure=1.1e6, speed=60 / 3.6, ahead=-load, aside=0.3
    )
    np.testing.assert_allclose(found, expected, rtol=0, atol=ATOL_PEAK * expected.max())


def test_quasi_elastic_shortcut_would_be_noticed():  # hazard 5
    rows = [r for r in read_table("L09") if r["case"] == "prony_const_nu"]
    load = 1e-3 * np.array([float(r["X_mm"]) for r in rows])
    expected = 1e-3 * np.array([float(r["uz_mm"]) for r in rows])
    slow = moving_disc_deflection(
        CASES["prony_const_nu"],
        THICKNESS,
        radius=0.15,
        pressure=1.1e6,
        speed=0.0,
        ahead=-load,
        aside=0.3,
    )
    assert np.abs(slow - expected).max() > 5 * ATOL_PEAK * expected.max()


def test_disc_on_a_half_space():
    found = half_space_disc(np.array([0.0, 1.0, 50.0]), 1.0, 2.0)
    # centre q a E(0) 2/pi, rim 2 q a/pi, far force/(2 pi r)
    np.testing.assert_allclose(found, [2.0, 4.0 / np.pi, 2.0 / 100.0], rtol=1e-4)
