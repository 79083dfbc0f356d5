"""The layered compliance against a slow twin: a global system in 50 to 1000 digits."""

import mpmath as mp
import numpy as np
import pytest

from softsim.kernels.layers.compliance import OK, surface_compliance
from softsim.kernels.layers.moduli import Layers

# The twin works with as many digits as the growing exponentials eat, plus fifty.
SPARE_DIGITS = 50
RTOL_TWIN = 1e-8  # asked of the kernel; the observed error is near 1e-13


def twin_compliance(k, thickness, shear, ratio, slip, membrane):
    """Return Czz, Czx, Cxx from Lame's equations and a plain transfer matrix from the bottom up.

    State (X, W, tau, N) with u_x = i X e^{ikx}, sigma_xz = i tau e^{ikx}, sigma_zz = N e^{ikx};
    lambda and mu are the Lame constants (lambda is huge but finite when the ratio is 0).
    """
    depth = sum(k * h for h in thickness if np.isfinite(h))
    mp.mp.dps = int(2 * depth * 0.87) + 2 * SPARE_DIGITS
    n = len(thickness)
    if np.isinf(thickness[-1]):
        # displacement and traction of the half-space under unit tractions, Kausel and Roesset
        g, m = mp.mpmathify(shear[-1]), mp.mpmathify(ratio[-1])
        diagonal = 1 / (2 * g * k * (1 - m))
        columns = mp.matrix([[diagonal, m * diagonal], [m * diagonal, diagonal], [-1, 0], [0, -1]])
        layers = range(n - 2, -1, -1)
    else:
        columns = mp.matrix([[0, 0], [0, 0], [-1, 0], [0, -1]])
        layers = range(n - 1, -1, -1)
    for i in layers:
        g, m = mp.mpmathify(shear[i]), mp.mpmathify(ratio[i])
        if np.isinf(slip[i].real):
            # no shear passes: keep the combination without shear, add a free slide
            a, b = columns[2, 0], columns[2, 1]
            kept = [b * columns[r, 0] - a * columns[r, 1] for r in range(4)]
            columns = mp.matrix([[1, 0], [0, kept[1]], [0, 0], [0, kept[3]]])
        else:
            for col in range(2):
                columns[0, col] -= mp.mpmathify(slip[i]) * columns[2, col]
        for col in range(2):  # the sheet takes the jump of shear
            columns[2, col] -= membrane[i] * mp.mpf(k) ** 2 * columns[0, col]
        # lambda / (lambda + 2 mu) = 1 - 2 m and mu / (lambda + 2 mu) = m
        uniaxial_inverse = m / g
        plane = 4 * g * (1 - m)
        r = 1 - 2 * m
        system = mp.matrix(
            [
                [0, -k, 1 / g, 0],
                [r * k, 0, 0, uniaxial_inverse],
                [plane * k**2, 0, 0, -r * k],
                [0, 0, k, 0],  # sigma_zz' = k tau
            ]
        )
        columns = mp.expm(-system * mp.mpf(thickness[i]), method="taylor") * columns
    u = mp.matrix([[columns[0, 0], columns[0, 1]], [columns[1, 0], columns[1, 1]]])
    t = -mp.matrix([[columns[2, 0], columns[2, 1]], [columns[3, 0], columns[3, 1]]])
    c = u * t**-1
    return complex(c[1, 1]), complex(c[1, 0]), complex(c[0, 0])


def kernel_compliance(k, thickness, shear, ratio, slip, membrane):
    """Call the kernel for one wavenumber."""
    out = np.empty((1, 3), dtype=complex)
    layers = Layers(
        thickness=np.asarray(thickness, dtype=float),
        shear=np.array([shear], dtype=complex),
        law=np.array([ratio], dtype=complex)[..., None],
        plain=np.ones(len(thickness), dtype=bool),
        slip=np.array([slip], dtype=complex),
        membrane=np.asarray(membrane, dtype=float),
    )
    status = surface_compliance(np.array([float(k)]), layers, out)
    assert status == OK
    return out[0]


STACKS = {
    "rigid_base": ([1.0], [1.0], [0.3], [0j], [0.0]),
    "incompressible": ([1.0], [2.0], [0.0], [0j], [0.0]),
    "frictionless_base": ([1.0], [1.0], [0.1], [complex(np.inf)], [0.0]),
    "half_space": (
        [0.2, 0.8, 0.15, np.inf],
        [1.0 + 0.1j, 0.2 + 0.05j, 3.0, 0.6 + 0.2j],
        [0.09, 0.05 + 0.01j, 0.0, 0.2],
        [0j] * 4,
        [0.0] * 4,
    ),
    "sliding_fascia": (
        [0.01, 0.3, 0.5, 0.4],
        [10.0, 0.1 + 0.02j, 5.0, 0.3 + 0.1j],
        [0.05, 0.01, 0.0, 0.02 + 0.005j],
        [0j, 3.0 - 1.0j, complex(np.inf), 0j],
        [0.0, 0.7, 0.2, 0.0],
    ),
}


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize("k", [1e-6, 1e-3, 0.3, 0.99, 1.01, 7.0, 60.0, 1e3])
def test_compliance_equals_twin(name, k):
    thickness, shear, ratio, slip, membrane = STACKS[name]
    czz, czx, cxx = kernel_compliance(k, thickness, shear, ratio, slip, membrane)
    exact = twin_compliance(k, thickness, shear, ratio, slip, membrane)
    assert abs(czz / exact[0] - 1.0) < RTOL_TWIN
    assert abs(cxx / exact[2] - 1.0) < RTOL_TWIN
    assert abs(czx - exact[1]) < RTOL_TWIN * max(abs(exact[0]), abs(exact[1]))


def test_bonded_equal_layers_equal_one_thick_layer():
    k = np.geomspace(1e-5, 1e3, 60)
    for value in k:
        split = kernel_compliance(
            value, [0.1, 0.7, 0.2], [1.0] * 3, [0.02] * 3, [0j] * 3, [0.0] * 3
        )
        whole = kernel_compliance(value, [1.0], [1.0], [0.02], [0j], [0.0])
        np.testing.assert_allclose(split, whole, rtol=1e-11, atol=1e-13 * abs(whole[0]))


def test_uniform_load_is_explicit_at_zero_wavenumber():
    czz, czx, cxx = kernel_compliance(
        0.0, [1.0, 2.0], [1.0, 4.0], [0.1, 0.0], [0j, 0.5], [0.0, 0.0]
    )
    assert czz == pytest.approx(0.1)
    assert czx == 0.0
    assert cxx == pytest.approx(1.0 + 0.5 + 0.5)
    near = kernel_compliance(1e-7, [1.0, 2.0], [1.0, 4.0], [0.1, 0.0], [0j, 0.5], [0.0, 0.0])
    assert near[0] == pytest.approx(0.1, rel=1e-9)
    assert near[2] == pytest.approx(2.0, rel=1e-9)
