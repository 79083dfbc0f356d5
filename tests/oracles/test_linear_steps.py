"""Moduli of relaxing layers against their definitions."""

import numpy as np

from softsim.kernels.layers.moduli import IncrementalModuli, general_laws, relaxation_factors

RTOL = 1e-12
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
    tension = np.array([[0.4, 9.0], [0.0, 0.0], [0.0, 0.0]])
    moduli = IncrementalModuli(elastic, relaxing, tension, np.array([False, True, True]))
    start, steady = np.array([0.1, 0.2, 0.2]), np.array([False, False, True])
    shear, law = np.full((4, 3), 7.0 + 1j), np.empty((4, 3, 4), dtype=complex)
    general_laws(factor, moduli, start, steady, shear, law)
    l11, l12, l22, g, _, _ = np.moveaxis(elastic[0] + factor[:, :1] * relaxing[0], -1, 0)
    exact = [g / l22, l12 / l22, (l11 - l12**2 / l22) / (4 * g), 0.4 / (2 * g)]
    np.testing.assert_allclose(law[:, 0], np.stack(exact, axis=-1), rtol=RTOL)
    np.testing.assert_allclose(shear[:, 0], g, rtol=RTOL)
    np.testing.assert_array_equal(shear[:, 1:], 7.0 + 1j)
    # K/G0 = 1/start - 4/3 stays, G relaxes
    relaxed = factor[:, 1] / (1 / start[1] - 4 / 3 + 4 / 3 * factor[:, 1])
    for layer, ratio in ((1, relaxed), (2, start[2] * np.ones(4))):
        exact = [ratio, 1 - 2 * ratio, 1 - ratio, 0 * ratio]
        np.testing.assert_allclose(law[:, layer], np.stack(exact, axis=-1), rtol=RTOL)
