"""Orthotropic layers under tension against a slow twin: a transfer matrix in many digits."""

import numpy as np
import pytest

from softsim.engines.linear.medium.increments import incremental_moduli, linear_stack
from softsim.engines.linear.medium.spectra import field_spectra
from softsim.engines.linear.medium.stack import LayeredStack
from softsim.kernels.layers.compliance import OK, surface_compliance
from softsim.kernels.layers.moduli import IncrementalModuli, Layers
from softsim.library import load_tissue
from softsim.materials import FibreFamily, SplitNeoHookean
from tests.twins import layers as twin

RTOL_TWIN = 1e-8  # asked of the kernel; the observed error is near 1e-15
# L11, L12, L22, G, tension; the first and third isotropic at rest
LAYERS = (
    (10.0, 8.0, 10.0, 1.0, 0.0),
    (12.0 + 2j, 3.5 + 0.5j, 6.0 + 0.3j, 0.8 + 0.2j, 0.9),
    (10.0, 9.6, 10.0, 0.2, 0.0),
    (60.0, 20.0, 25.0, 0.3 + 0.1j, 2.0),
    (9.0, 8.0, 9.5, 0.4, -0.1),
)
PLAIN = (True, False, True, False, False)
THICKNESS = (0.1, 0.3, 0.5, 0.12, 0.7)
SLIP = (0j, 0j, 3.0 - 1.0j, 0j, 0j)
MEMBRANE = (0.0, 0.4, 0.0, 0.0, 0.0)


def law(moduli):
    l11, l12, l22, shear, tension = moduli
    return [
        shear / l22,
        l12 / l22,
        (l11 - l12**2 / l22) / (4 * shear),
        tension / (2 * shear),
    ]


@pytest.mark.parametrize("half_space", [False, True])
@pytest.mark.parametrize("k", [1e-6, 1e-3, 0.3, 1.0, 3.0, 20.0, 60.0])
def test_prestressed_compliance_equals_twin(k, half_space):
    if half_space and k < 0.1:
        pytest.skip("the twin needs a bottom within reach")
    thickness = np.array(THICKNESS)
    if half_space:
        thickness[-1] = np.inf
    out = np.empty((1, 3), dtype=complex)
    layers = Layers(
        thickness=thickness,
        shear=np.array([[moduli[3] for moduli in LAYERS]], dtype=complex),
        law=np.array([[law(moduli) for moduli in LAYERS]], dtype=complex),
        plain=np.array(PLAIN),
        slip=np.array([SLIP]),
        membrane=np.array(MEMBRANE),
    )
    status = surface_compliance(np.array([k]), layers, out)
    assert status == OK
    exact = twin.prestressed_compliance(k, tuple(thickness), LAYERS, SLIP, MEMBRANE, half_space)
    assert abs(out[0, 0] / exact[0] - 1.0) < RTOL_TWIN
    assert abs(out[0, 2] / exact[2] - 1.0) < RTOL_TWIN
    assert abs(out[0, 1] - exact[1]) < RTOL_TWIN * max(abs(exact[0]), abs(exact[1]))


@pytest.mark.parametrize("k", [1e-3, 1.0, 10.0, 100.0])
def test_isotropic_layers_are_a_special_case(k):
    shear = np.array([[1.0, 0.1, 3.0]], dtype=complex)
    ratio = np.array([[0.1, 0.01, 0.3]], dtype=complex)
    one, other = np.empty((2, 1, 3), dtype=complex)
    layers = Layers(
        thickness=np.array([0.1, 1.0, 2.0]),
        shear=shear,
        law=np.stack([ratio, 1 - 2 * ratio, 1 - ratio, 0 * ratio], axis=-1),
        plain=np.ones(3, dtype=bool),
        slip=np.zeros((1, 3), dtype=complex),
        membrane=np.zeros(3),
    )
    surface_compliance(np.array([k]), layers, one)
    surface_compliance(np.array([k]), layers._replace(plain=np.zeros(3, dtype=bool)), other)
    np.testing.assert_allclose(other, one, rtol=1e-13)


def general_stack():
    moduli = np.array([[*np.real(layer[:4]), 1.0, 1.0] for layer in LAYERS])
    return LayeredStack.of(
        thickness=THICKNESS,
        shear_modulus=moduli[:, 3],
        poisson_ratio=[0.4444444444444444, 0.3, 0.4898, 0.3, 0.3],
        incremental=IncrementalModuli(
            elastic=moduli,
            relaxing=0 * moduli,
            tension=np.array([[layer[4], 0.1] for layer in LAYERS]),
            plain=np.zeros(5, dtype=bool),
        ),
    )


@pytest.mark.parametrize("k", [0.2, 2.0, 9.0])
def test_prestressed_fields_are_in_equilibrium(k):
    """Nominal stress: dS_xx/dx + dS_zx/dz = 0 and dS_xz/dx + dS_zz/dz = 0, by differences."""
    stack, step = general_stack(), 1e-5
    depth = np.array([0.03, 0.2, 0.7, 0.95, 1.4])
    levels = np.sort(np.concatenate([depth - step, depth, depth + step]))
    wave = np.array([k])
    found = field_spectra(stack, wave, 0.0, np.array([[0.3, 1.0]]) + 0j, levels)[:, :, 0]
    before, here, after = found[:, 0::3], found[:, 1::3], found[:, 2::3]
    layer = np.searchsorted(np.cumsum(THICKNESS), depth)
    tension = stack.incremental.tension[layer, 0]
    slope, longer, deeper = here[9], here[6], here[7]
    nominal_along = here[2] + tension * deeper  # Cauchy back to nominal
    change = (after - before) / (2 * step)
    shear_change = change[5] - tension * change[9]
    assert np.abs(1j * k * nominal_along + shear_change).max() < 1e-6 * k * np.abs(here[2:6]).max()
    across = (here[5] - tension * slope) + tension * slope  # S_xz carries the string term
    assert np.abs(1j * k * across + change[3]).max() < 1e-6 * k * np.abs(here[2:6]).max()
    np.testing.assert_allclose(longer, 1j * k * here[0], rtol=1e-12)
    np.testing.assert_allclose(deeper, change[1], rtol=1e-6, atol=1e-7 * np.abs(deeper).max())
    np.testing.assert_allclose(
        here[8], change[0] + slope, rtol=1e-6, atol=1e-7 * np.abs(here[8]).max()
    )


def test_tension_of_the_stack_is_the_prestress_of_the_tissue():
    tissue = load_tissue("calf")
    stack = linear_stack(tissue)
    names = [layer.name for layer in tissue.layers]
    dermis = names.index("dermis")
    assert stack.incremental.tension[dermis] == pytest.approx(
        float(tissue.layers[dermis].prestress), rel=1e-9
    )
    assert not stack.incremental.plain[names.index("deep_fascia")]
    assert stack.incremental.plain[names.index("fat_deep")]


def test_tangent_of_a_material_at_rest_is_isotropic():
    law_at_rest = SplitNeoHookean(shear_modulus=2e3, bulk_modulus=1e5)
    elastic, relaxing, tension = incremental_moduli(law_at_rest, (1.0, 1.0, 1.0))
    total = elastic + relaxing
    np.testing.assert_allclose(total[:3], [1e5 + 8e3 / 3, 1e5 - 4e3 / 3, 1e5 + 8e3 / 3], rtol=1e-12)
    assert total[3] == pytest.approx(2e3)
    assert not tension.any()


def test_stretched_fibres_stiffen_along_only():
    fibres = SplitNeoHookean(
        shear_modulus=2e3, bulk_modulus=1e5, fibres=FibreFamily(k1=1e5, k2=1.0)
    )
    from softsim.problem import layer_prestretch
    from softsim.tissue import Layer

    layer = Layer(name="sheet", thickness=1e-3, material=fibres, prestretch=(1.01, 1.0))
    elastic, relaxing, tension = incremental_moduli(fibres, layer_prestretch(layer))
    total = elastic + relaxing
    assert total[0] > 1.5 * total[2]
    assert tension[0] > 0.0
