"""The layered compliance against a slow twin: a global system in 50 to 1000 digits."""

import numpy as np
import pytest

from softsim.kernels.layers.compliance import OK, surface_compliance
from softsim.kernels.layers.moduli import Layers
from tests.twins import layers as twin

RTOL_TWIN = 1e-8  # asked of the kernel; the observed error is near 1e-13


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
    exact = twin.plain_compliance(k, thickness, shear, ratio, slip, membrane)
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
