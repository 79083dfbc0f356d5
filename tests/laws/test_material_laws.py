"""Laws every material must obey: potentials, symmetry, objectivity, limits, scaling."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import softsim.materials as sm
from softsim.plausible import allow_unusual
from tests.twins.samples import LAWS, STATES, cauchy_green, plane_gradient, rotation

DIFFERENCE_STEP = 1e-6  # error of a central difference: step² + rounding/step
RTOL_DIFFERENCE = 1e-6  # thereof, with the higher derivatives of stiff exponentials
RTOL_STRESS_DIFFERENCE = 1e-8  # energies are smoother than stresses
RTOL_ROUNDING = 1e-12  # double precision after some tens of operations
RTOL_ROTATION = 1e-11  # stress from a rotated gradient: rounding of C times the stiffness

angles = st.floats(-np.pi, np.pi)
log_stretch = st.floats(np.log(0.5), np.log(2.0))
gradients = st.builds(
    lambda a, b, c, before, after: plane_gradient(np.exp(a), np.exp(b), np.exp(c), before, after),
    log_stretch,
    log_stretch,
    log_stretch,
    angles,
    angles,
)
names = st.sampled_from(sorted(LAWS))
examples = settings(max_examples=25, derandomize=True, deadline=None)


def total(material, c):
    """Return energy, stress and tangent of both parts together."""
    found = sm.response(material, c)
    return (
        found.energy_iso + found.energy_vol,
        found.stress_iso + found.stress_vol,
        found.tangent_iso + found.tangent_vol,
    )


def moved(c, component, amount):
    """Return C after one strain component (engineering shear last) grew."""
    out = c.copy()
    out[component] += amount if component == 3 else 2.0 * amount
    return out


def fibre_switch_is_near(material, c):
    """Return whether a fibre is so near its slack length that a difference would straddle it."""
    if isinstance(material, sm.NeoHookean):
        return False
    scale = np.cbrt((c[0] * c[1] - c[3] ** 2) * c[2])
    fourth = [row[3] ** 2 * c[0] + row[4] ** 2 * c[2] for row in material.pack()[1]]
    return any(abs(value / scale - 1.0) < 1e-4 for value in fourth)


@pytest.mark.parametrize("name", LAWS)
@examples
@given(gradient=gradients)
def test_tangent_is_difference_of_stress(name, gradient):
    material, c = LAWS[name], cauchy_green(gradient)
    assume(not fibre_switch_is_near(material, c))
    found = sm.response(material, c)
    for part in ("iso", "vol"):
        tangent = getattr(found, f"tangent_{part}")
        size = np.abs(tangent).max()
        for j in range(4):
            ahead, behind = (
                getattr(
                    sm.response(material, moved(c, j, sign * DIFFERENCE_STEP)), f"stress_{part}"
                )
                for sign in (1.0, -1.0)
            )
            difference = (ahead - behind) / (2.0 * DIFFERENCE_STEP)
            assert np.abs(difference - tangent[:, j]).max() <= RTOL_DIFFERENCE * size


@pytest.mark.parametrize("name", LAWS)
@examples
@given(gradient=gradients)
def test_stress_is_difference_of_energy(name, gradient):
    material, c = LAWS[name], cauchy_green(gradient)
    assume(not fibre_switch_is_near(material, c))
    _, stress, tangent = total(material, c)
    size = max(np.abs(stress).max(), np.abs(tangent).max())
    for j in range(4):
        ahead = total(material, moved(c, j, DIFFERENCE_STEP))[0]
        behind = total(material, moved(c, j, -DIFFERENCE_STEP))[0]
        difference = (ahead - behind) / (2.0 * DIFFERENCE_STEP)
        assert abs(difference - stress[j]) <= RTOL_STRESS_DIFFERENCE * size


@examples
@given(name=names, gradient=gradients)
def test_total_tangent_is_symmetric_for_a_potential(name, gradient):
    _, _, tangent = total(LAWS[name], cauchy_green(gradient))
    assert np.abs(tangent - tangent.T).max() <= RTOL_ROUNDING * np.abs(tangent).max()


@examples
@given(name=names, gradient=gradients, angle=angles)
def test_response_is_the_same_when_the_observer_turns(name, gradient, angle):
    material = LAWS[name]
    assume(not fibre_switch_is_near(material, cauchy_green(gradient)))
    energy, stress, tangent = total(material, cauchy_green(gradient))
    turned = total(material, cauchy_green(rotation(angle) @ gradient))
    size = np.abs(tangent).max()
    assert abs(turned[0] - energy) <= RTOL_ROTATION * size
    assert np.abs(turned[1] - stress).max() <= RTOL_ROTATION * size
    # a stiffening tangent is itself steep: one order more
    assert np.abs(turned[2] - tangent).max() <= 10.0 * RTOL_ROTATION * size


@examples
@given(gradient=gradients, name=names, angle=angles)
def test_cauchy_stress_turns_with_the_isotropic_material(name, gradient, angle):
    material = LAWS[name.replace("_fibres", "").replace("fibres", "yeoh")]
    turn = rotation(angle)
    before, after = (
        piola_to_matrix(total(material, cauchy_green(f))[1]) for f in (gradient, gradient @ turn)
    )
    size = np.abs(total(material, cauchy_green(gradient))[2]).max() * 100.0
    # F S Fᵀ must be equal when the material was turned first
    left, right = gradient @ before @ gradient.T, gradient @ turn @ after @ turn.T @ gradient.T
    assert np.abs(left - right).max() <= RTOL_ROUNDING * size


def piola_to_matrix(s):
    """Return the 3x3 stress of its four components."""
    return np.array([[s[0], s[3], 0.0], [s[3], s[1], 0.0], [0.0, 0.0, s[2]]])


@pytest.mark.parametrize("name", LAWS)
@given(ratio=st.floats(0.4, 2.5))
def test_pure_dilatation_has_the_energy_of_the_volume_alone(name, ratio):
    found = sm.response(LAWS[name], cauchy_green(np.diag([np.cbrt(ratio)] * 3)))
    size = np.abs(found.tangent_iso).max()
    assert abs(found.energy_iso) <= RTOL_ROUNDING * size
    assert np.abs(found.stress_iso).max() <= RTOL_ROUNDING * size


@examples
@given(name=names.filter(lambda name: name != "neo_hookean"), gradient=gradients)
def test_isochoric_stress_of_split_laws_does_no_work_on_dilatation(name, gradient):
    c = cauchy_green(gradient)
    found = sm.response(LAWS[name], c)
    s = found.stress_iso
    work = s[0] * c[0] + s[1] * c[1] + s[2] * c[2] + 2.0 * s[3] * c[3]
    assert abs(work) <= RTOL_ROUNDING * np.abs(found.tangent_iso).max() * c.max() ** 2


@pytest.mark.parametrize("name", LAWS)
def test_reference_is_free_of_stress_and_has_the_declared_moduli(name):
    material = LAWS[name]
    energy, stress, tangent = total(material, np.array([1.0, 1.0, 1.0, 0.0]))
    shear, bulk = material.shear_modulus_initial, material.bulk_modulus_initial
    lame = bulk - 2.0 / 3.0 * shear
    hooke = np.diag([2.0 * shear] * 3 + [shear])
    hooke[:3, :3] += lame
    assert abs(energy) <= RTOL_ROUNDING * bulk
    assert np.abs(stress).max() <= RTOL_ROUNDING * bulk
    np.testing.assert_allclose(tangent, hooke, rtol=0.0, atol=RTOL_ROUNDING * bulk)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", LAWS)
def test_energy_is_never_negative(name, state):
    energy, _, tangent = total(LAWS[name], cauchy_green(STATES[state]))
    assert energy >= -RTOL_ROUNDING * np.abs(tangent).max()


def test_fibres_carry_nothing_in_compression():
    plain = LAWS["split_neo_hookean"]
    family = sm.FibreFamily(k1="1 MPa", k2=10.0, dispersion=0.2)
    reinforced = replace(plain, fibres=(family,))
    squeezed = cauchy_green(plane_gradient(0.8, 1.2, 1.1))
    stretched = cauchy_green(plane_gradient(1.2, 0.8, 1.0))
    both = sm.response(plain, squeezed), sm.response(reinforced, squeezed)
    for one, other in zip(*both, strict=True):
        np.testing.assert_array_equal(one, other)
    gain = sm.response(reinforced, stretched).stress_iso - sm.response(plain, stretched).stress_iso
    assert gain[0] > 0.0


def test_fibre_angle_is_measured_from_along_to_across():
    plain = LAWS["split_neo_hookean"]
    crosswise = replace(plain, fibres=sm.FibreFamily(k1="1 MPa", k2=1.0, angle="90 deg"))
    along = cauchy_green(plane_gradient(1.2, 1.0, 1.0))
    across = cauchy_green(plane_gradient(1.0, 1.0, 1.2))
    slack = sm.response(crosswise, along).energy_iso - sm.response(plain, along).energy_iso
    taut = sm.response(crosswise, across).energy_iso - sm.response(plain, across).energy_iso
    assert slack == 0.0
    assert taut > 0.0


@examples
@given(gradient=gradients, factor=st.floats(1e-3, 1e3))
def test_stress_scales_with_the_moduli(gradient, factor):
    c = cauchy_green(gradient)
    one = sm.Ogden(shear_modulus=(1e3, 2e2), exponent=(3.0, -7.0), bulk_modulus=1e5)
    with allow_unusual():
        other = sm.Ogden(
            shear_modulus=(1e3 * factor, 2e2 * factor),
            exponent=(3.0, -7.0),
            bulk_modulus=1e5 * factor,
        )
    for a, b in zip(total(one, c), total(other, c), strict=True):
        np.testing.assert_allclose(
            b, factor * np.asarray(a), rtol=RTOL_ROUNDING, atol=1e-9 * factor
        )


@examples
@given(gradient=gradients)
def test_special_cases_of_the_families_of_laws_agree(gradient):
    c = cauchy_green(gradient)
    plain = total(sm.SplitNeoHookean(shear_modulus=2e3, bulk_modulus=1e5), c)
    same = [
        sm.Ogden(shear_modulus=2e3, exponent=2.0, bulk_modulus=1e5),
        sm.Ogden(shear_modulus=(5e2, 1.5e3), exponent=(2.0, 2.0), bulk_modulus=1e5),
        sm.MooneyRivlin(c10=1e3, c01=0.0, bulk_modulus=1e5),
        sm.ExtendedMooney(c10=1e3, c11=0.0, bulk_modulus=1e5),
        sm.Yeoh(c10=1e3, bulk_modulus=1e5),
    ]
    for material in same:
        for a, b in zip(plain, total(material, c), strict=True):
            size = max(1e5, np.abs(plain[2]).max())
            np.testing.assert_allclose(b, a, rtol=0.0, atol=10.0 * RTOL_ROUNDING * size)


def test_impossible_strain_gives_nan_not_an_error():
    found = sm.response(LAWS["yeoh"], (1.0, 1.0, 1.0, 2.0))
    assert all(np.isnan(np.asarray(part)).all() for part in found)
