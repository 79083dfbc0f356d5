"""Material kernels against their slow twins (definitions in mpmath)."""

import numpy as np
import pytest

import softsim.materials as sm
from softsim.kernels.laws.prony import branch_factors
from softsim.kernels.laws.response import (
    dilatation_response,
    point_scratch,
    shape_response,
    volume_response,
)
from softsim.kernels.tensors.symmetric import SECTION, SPACE
from softsim.plausible import allow_unusual
from tests.one_point import maxwell_step
from tests.twins import laws as twin
from tests.twins import prony as prony_twin
from tests.twins.samples import AT_THE_SWITCH, LAWS, STATES, cauchy_green, plane_gradient

RTOL_ROUNDING = 1e-12  # double precision, some tens of operations, C well conditioned
RTOL_TANGENT = 1e-11  # the same with two inverses more
RTOL_TANGENT_GAP = 1e-10  # nearly equal stretches: no digits may be lost (1e-6 is required)
RTOL_COMPILED = 1e-14  # the same formula, compiled for another number of components
RTOL_FACTORS = 4e-16  # two ulp: exp and expm1 are accurate to one


def scaled_error(found, wanted, floor):
    """Return the largest difference over the largest wanted entry (or the floor)."""
    return np.max(np.abs(found - wanted)) / max(np.max(np.abs(wanted)), floor)


CASES = [
    (law, state)
    for law in LAWS
    for state in STATES
    if not ("fibres" in law and state in AT_THE_SWITCH)
]


@pytest.mark.parametrize(("law", "state"), CASES)
def test_response_equals_twin(law, state):
    material, c = LAWS[law], cauchy_green(STATES[state])
    found = sm.response(material, c)
    shear = material.shear_modulus_initial
    bulk = material.bulk_modulus_initial
    (energy, stress, tangent), (energy_vol, stress_vol, tangent_vol) = twin.point_response(
        material, c
    )
    assert abs(found.energy_iso - energy) <= RTOL_ROUNDING * max(abs(energy), shear)
    assert abs(found.energy_vol - energy_vol) <= RTOL_ROUNDING * max(abs(energy_vol), bulk)
    assert scaled_error(found.stress_iso, stress, shear) <= RTOL_ROUNDING
    assert scaled_error(found.stress_vol, stress_vol, bulk) <= RTOL_ROUNDING
    assert scaled_error(found.tangent_iso, tangent, shear) <= RTOL_TANGENT
    assert scaled_error(found.tangent_vol, tangent_vol, bulk) <= RTOL_TANGENT


TURN_IN_SPACE = np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0.0], [0.48, 0.64, 0.6]])


def in_space(gradient):
    """Return the six components of C of a gradient turned out of the plane."""
    c = TURN_IN_SPACE.T @ gradient.T @ gradient @ TURN_IN_SPACE
    return np.array([c[i, j] for i, j in twin.PAIRS])


def part_responses(material, c, n):
    """Return (energy, stress, tangent) of shape and volume with n components, by the kernels."""
    parameters, families = material.pack()
    stress, tangent = np.empty((2, n)), np.empty((2, n, n))
    code, scratch = material.code, point_scratch(SECTION if n == 4 else SPACE)
    shape = shape_response(code, parameters, families, c, stress[0], tangent[0], scratch)
    volume = dilatation_response(code, parameters, c, stress[1], tangent[1], scratch)
    return [(shape, stress[0], tangent[0]), (volume, stress[1], tangent[1])]


@pytest.mark.parametrize("state", ["small", "along_tension", "press", "general", "strong"])
@pytest.mark.parametrize("law", LAWS)
def test_response_in_space_equals_twin(law, state):
    material, c = LAWS[law], in_space(STATES[state])
    sizes = material.shear_modulus_initial, material.bulk_modulus_initial
    found, wanted = part_responses(material, c, 6), twin.point_response(material, c)
    for one, other, size in zip(found, wanted, sizes, strict=True):
        assert abs(one[0] - other[0]) <= RTOL_ROUNDING * max(abs(other[0]), size)
        assert scaled_error(one[1], other[1], size) <= RTOL_ROUNDING
        assert scaled_error(one[2], other[2], size) <= RTOL_TANGENT


@pytest.mark.parametrize("law", LAWS)
def test_section_is_the_first_four_components_of_space(law):
    c = np.append(cauchy_green(STATES["general"]), (0.0, 0.0))
    plane, space = (part_responses(LAWS[law], c, n) for n in (4, 6))
    for one, other in zip(plane, space, strict=True):
        for found, wanted in zip(one, (other[0], other[1][:4], other[2][:4, :4]), strict=True):
            assert scaled_error(np.asarray(found), np.asarray(wanted), 0.0) <= RTOL_COMPILED


@pytest.mark.parametrize("ratio", [0.2, 0.9, 1.0, 1.0001, 3.0])
@pytest.mark.parametrize("law", LAWS)
def test_volume_response_equals_twin(law, ratio):
    material = LAWS[law]
    found = volume_response(material.code, material.pack()[0], ratio)
    wanted = twin.volume_response(material, ratio)
    for one, other in zip(found, wanted, strict=True):
        assert abs(one - other) <= RTOL_ROUNDING * max(abs(other), material.bulk_modulus_initial)


@pytest.mark.parametrize("turn", [0.0, 0.6])
@pytest.mark.parametrize("gap", [0.0, 1e-14, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2])
def test_ogden_tangent_equals_twin_for_nearly_equal_stretches(gap, turn):
    material = LAWS["ogden_three_terms"]
    c = cauchy_green(plane_gradient(1.3, 1.3 * (1.0 + gap), 0.7, turn))
    found = sm.response(material, c)
    (_, stress, tangent), _ = twin.point_response(material, c)
    assert scaled_error(found.stress_iso, stress, 1.0) <= RTOL_ROUNDING
    assert scaled_error(found.tangent_iso, tangent, 1.0) <= RTOL_TANGENT_GAP


with allow_unusual():
    BEYOND = {
        "fibres": sm.SplitNeoHookean(
            shear_modulus=1.0,
            bulk_modulus=1.0,
            fibres=sm.FibreFamily(k1=1.0, k2=60.0, dispersion=0.05),
        ),
        "veronda_westmann": sm.VerondaWestmann(c1=1.0, c2=60.0, bulk_modulus=1.0),
    }
RTOL_EXPONENTIAL = 1e-11  # the exponent, up to 200, multiplies relative rounding


@pytest.mark.parametrize("stretch", [1.8, 2.2, 2.6, 5.0, 30.0])
@pytest.mark.parametrize("law", BEYOND)
def test_exponential_energy_continues_as_parabola_far_outside(law, stretch):
    c = cauchy_green(plane_gradient(stretch, 1.0 / stretch, 1.0))
    found = sm.response(BEYOND[law], c)
    (energy, stress, tangent), _ = twin.point_response(BEYOND[law], c)
    assert np.isfinite(found.tangent_iso).all()
    assert found.energy_iso == pytest.approx(energy, rel=RTOL_EXPONENTIAL)
    assert scaled_error(found.stress_iso, stress, 0.0) <= RTOL_EXPONENTIAL
    assert scaled_error(found.tangent_iso, tangent, 0.0) <= RTOL_EXPONENTIAL


@pytest.mark.parametrize("ratio", [0.0, 1e-300, 1e-14, 1e-9, 1e-4, 0.1, 1.0, 30.0, 1e4, 1e8])
def test_branch_factors_equal_twin(ratio):
    tau = np.array([0.1, 3.0])
    decay, gain = np.empty(2), np.empty(2)
    for k in range(2):
        dt = ratio * tau[k]
        branch_factors(dt, tau, decay, gain)
        wanted = prony_twin.branch_factors(dt, tau[k])
        # exp amplifies the rounding of dt/tau by dt/tau; where that matters the value is tiny
        assert decay[k] == pytest.approx(wanted[0], rel=RTOL_FACTORS * (1.0 + ratio), abs=1e-300)
        assert gain[k] == pytest.approx(wanted[1], rel=RTOL_FACTORS)


def test_maxwell_step_equals_twin_on_a_random_history():
    rng = np.random.default_rng(7)
    tau, g = np.array([0.02, 0.5, 40.0]), np.array([0.2, 0.3, 0.1])
    steps = np.concatenate([[0.0], 10.0 ** rng.uniform(-4.0, 1.0, 30), [0.0, 0.7]])
    times = np.concatenate([[0.0], np.cumsum(steps)])
    stresses = np.vstack([np.zeros(4), rng.normal(size=(len(steps), 4))])
    overstress, decay, gain = np.zeros((3, 4)), np.empty(3), np.empty(3)
    for k in range(1, len(times)):
        branch_factors(times[k] - times[k - 1], tau, decay, gain)
        maxwell_step(g, decay, gain, stresses[k], stresses[k - 1], overstress)
    for branch in range(3):
        wanted = prony_twin.overstress(times, stresses, g[branch], tau[branch])
        np.testing.assert_allclose(overstress[branch], wanted, rtol=0.0, atol=RTOL_ROUNDING)
