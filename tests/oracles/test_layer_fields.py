"""Fields inside layers at one wavenumber against a transfer matrix in many digits."""

import numpy as np
import pytest

from softsim.kernels.layers.fields import Places, layered_fields
from softsim.kernels.layers.moduli import Layers
from tests.twins import layers as twin

RTOL_TWIN = 1e-8  # asked of the kernel, of the largest value of a field
THICKNESS = (0.1, 0.3, 0.5, 0.7)
# L11, L12, L22, G, tension
ISOTROPIC = (
    (10.0, 8.0, 10.0, 1.0, 0.0),
    (4.0 + 1j, 3.0 + 0.8j, 4.0 + 1j, 0.5 + 0.1j, 0.0),
    (10.0, 9.6, 10.0, 0.2, 0.0),
    (9.0, 1.0, 9.0, 4.0, 0.0),
)
STRETCHED = (
    ISOTROPIC[0],
    (12.0 + 2j, 3.5 + 0.5j, 6.0 + 0.3j, 0.8 + 0.2j, 0.9),
    ISOTROPIC[2],
    (60.0, 20.0, 25.0, 0.3 + 0.1j, 2.0),
)


@pytest.mark.parametrize("k", [0.03, 0.5, 3.0, 15.0])
@pytest.mark.parametrize("moduli", [ISOTROPIC, STRETCHED], ids=["isotropic", "stretched"])
def test_fields_equal_twin(moduli, k):
    l11, l12, l22, shear, tension = np.array(moduli).T
    law = [shear / l22, l12 / l22, (l11 - l12**2 / l22) / (4 * shear), tension / (2 * shear)]
    layers = Layers(
        thickness=np.array(THICKNESS),
        shear=shear[None],
        law=np.ascontiguousarray(np.stack(law, axis=-1)[None]),
        plain=np.array([m is i for m, i in zip(moduli, ISOTROPIC, strict=True)]),
        slip=np.zeros((1, 4), dtype=complex),
        membrane=np.zeros(4),
    )
    depth = np.array([0.0, 0.04, 0.2, 0.6, 0.95, 1.3])
    places = Places(depth, np.searchsorted(np.cumsum(THICKNESS), depth))
    out = np.zeros((6, depth.size, 1), dtype=complex)
    layered_fields(np.array([k]), layers, np.array([[0.3, 1.0 - 0.2j]]), places, out)
    exact = twin.fields(k, THICKNESS, moduli, 0.3, 1.0 - 0.2j, depth)
    for found, wanted in zip(out[[0, 1, 2, 3, 5], :, 0], exact, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=0, atol=RTOL_TWIN * np.abs(wanted).max())
