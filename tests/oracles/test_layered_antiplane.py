"""The antiplane kernel against a slow twin: one dense system for the waves of all layers."""

import numpy as np
import pytest

from softsim.kernels.layers.antiplane import antiplane_fields
from softsim.kernels.layers.fields import Places
from softsim.kernels.layers.moduli import Layers
from tests.twins import layers as twin

RTOL_TWIN = 1e-10


def fields(k, thickness, shear, plane, slip, depth):
    """Call the kernel for one wavenumber and a unit drag."""
    bottoms = np.cumsum(thickness)
    layer = np.minimum(np.searchsorted(bottoms, depth, side="right"), len(thickness) - 1)
    out = np.zeros((2, len(depth), 1), dtype=complex)
    n = len(thickness)
    layers = Layers(
        thickness=np.asarray(thickness, dtype=float),
        shear=np.array([shear], dtype=complex),
        law=np.full((1, n, 1), np.nan + 0j),
        plain=np.ones(n, dtype=bool),
        slip=np.array([slip], dtype=complex),
        membrane=np.zeros(n),
    )
    antiplane_fields(
        np.array([float(k)]),
        layers,
        np.array([plane], dtype=complex),
        np.ones(1, dtype=complex),
        Places(np.asarray(depth, dtype=float), layer.astype(np.int64)),
        out,
    )
    return out[:, :, 0]


THICKNESS = [0.3, 0.05, 1.0, 2.0]
SHEAR = [1.0 + 0.2j, 30.0, 0.1 + 0.05j, 2.0]
PLANE = [1.5 + 0.3j, 90.0, 0.1 + 0.05j, 2.0]
DEPTH = [0.0, 0.1, 0.29, 0.3, 0.32, 0.5, 1.3, 2.0, 3.3]


@pytest.mark.parametrize("k", [0.01, 0.3, 1.0, 4.0])
@pytest.mark.parametrize(
    "slip", [[0.0] * 4, [0.5, 0.0, 2.0, 0.1], [0.0, 0.0, np.inf, 0.0], [np.inf, 0, 0, 0.0]]
)
def test_fields_are_those_of_the_dense_system(k, slip):
    found = fields(k, THICKNESS, SHEAR, PLANE, slip, DEPTH)
    exact = twin.antiplane_fields(k, THICKNESS, SHEAR, PLANE, slip, DEPTH)
    for one, other in zip(found, exact, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=RTOL_TWIN * np.abs(other).max())


@pytest.mark.parametrize("k", [1e-6, 1e-3])
def test_long_waves_shear_the_layers_uniformly(k):
    found = fields(k, THICKNESS, SHEAR, PLANE, [0.0] * 4, [0.0, 3.0])
    whole = sum(h / g for h, g in zip(THICKNESS, SHEAR, strict=True))
    assert found[0, 0] == pytest.approx(whole, rel=1e3 * k**2 + 1e-12)
    assert found[1, 1] == pytest.approx(-1.0, rel=1e3 * k**2 + 1e-12)


def test_half_space_fades_without_reflection():
    depth = np.array([0.0, 0.5, 2.0, 5.0])
    k, shear, plane = 2.0, 3.0 + 1.0j, 6.0 + 1.0j
    rate = k * np.sqrt(plane / shear)
    found = fields(k, [0.4, 0.7, np.inf], [shear] * 3, [plane] * 3, [0.0] * 3, depth)
    np.testing.assert_allclose(found[0], np.exp(-rate * depth) / (shear * rate), rtol=1e-13)
    np.testing.assert_allclose(found[1], -np.exp(-rate * depth), rtol=1e-13)


def test_short_waves_do_not_reach_below():
    found = fields(1e3, THICKNESS, SHEAR, PLANE, [0.0] * 4, [0.0, 0.02, 1.0])
    rate = 1e3 * np.sqrt(PLANE[0] / SHEAR[0])
    assert found[0, 1] == pytest.approx(np.exp(-rate * 0.02) / (SHEAR[0] * rate), rel=1e-12)
    assert found[0, 2] == 0.0
