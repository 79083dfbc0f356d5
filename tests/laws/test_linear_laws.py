"""Laws of the linear engine: symmetry, limits, scaling, superposition, dissipation, datum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softsim.engines.linear.creep.basis import creep_basis
from softsim.engines.linear.medium.compliance import compliance_at, layered_compliance
from softsim.engines.linear.medium.kept import clear
from softsim.engines.linear.medium.stack import LayeredStack
from softsim.engines.linear.patch.green import cell_influence
from softsim.engines.linear.section.contact import solve_sliding_contact
from softsim.engines.linear.section.green import green_function, hat_column, surface_influence
from softsim.errors import InputError
from softsim.load import Load
from tests.twins.stacks import stiff_on_soft

ALONG = np.linspace(-0.02, 0.02, 401)
HEIGHTS = ALONG**2 / (2 * 0.008)
# Slow and fast limits against elastic.  The influence is good to 1e-9 of its largest value; a skin
# a hundred times stiffer than its bed magnifies that in the pressure by some hundreds.
RTOL_LIMIT = 1e-6
RTOL_MIRROR = 1e-10
RTOL_CREEP = 2e-6  # eight retardation times a decade
EXAMPLES = 15  # one example is a contact solve of a few milliseconds


def log_uniform(low, high):
    """Return a strategy of numbers spread evenly over decades."""
    return st.floats(np.log10(low), np.log10(high)).map(lambda v: 10.0**v)


@st.composite
def stacks(draw):
    """Return stacks of one to five layers, some incompressible, none thinner than five cells."""
    n = draw(st.integers(1, 5))
    thickness = [draw(log_uniform(5e-4, 1e-2)) for _ in range(n)]
    if draw(st.booleans()):
        thickness[-1] = np.inf
    weight = np.array([[draw(st.floats(0.0, 0.45)), draw(st.floats(0.0, 0.45))] for _ in range(n)])
    return LayeredStack.of(
        thickness=thickness,
        shear_modulus=[draw(log_uniform(3e3, 3e5)) for _ in range(n)],
        poisson_ratio=[draw(st.sampled_from([0.3, 0.45, 0.49, 0.5])) for _ in range(n)],
        prony_weight=weight,
        prony_time=[[draw(log_uniform(1e-2, 1.0)), draw(log_uniform(1e-2, 1.0))] for _ in range(n)],
        constant_poisson=[draw(st.booleans()) for _ in range(n)],
    )


def elastic(stack, *, long_term):
    """Return the elastic stack at one of the two limits."""
    kept = 1.0 - stack.prony_weight.sum(axis=1) if long_term else np.ones(stack.thickness.size)
    nu = stack.poisson_ratio
    ratio = stack.uniaxial_ratio
    relaxed = ratio * kept / (1 + 4 / 3 * ratio * (kept - 1))
    relaxed = np.where(stack.constant_poisson, ratio, relaxed)
    nu = (0.5 - relaxed) / (1.0 - relaxed)
    return LayeredStack.of(
        thickness=stack.thickness, shear_modulus=stack.shear_modulus * kept, poisson_ratio=nu
    )


def solve(stack, **changes):
    """Press the test parabola."""
    case = {"load": Load("force", 20.0), "speed": 0.1, "friction": 0.2}
    case |= {"along": ALONG, "heights": HEIGHTS}
    return solve_sliding_contact(stack, **(case | changes))


@settings(max_examples=EXAMPLES, deadline=None)
@given(stacks())
def test_mirrored_edge_at_rest_has_the_mirror_image_of_the_contact(stack):
    lopsided = HEIGHTS * (1 + 10 * ALONG)
    forward = solve(stack, heights=lopsided, speed=0.0, friction=0.0)
    backward = solve(stack, heights=lopsided[::-1], speed=0.0, friction=0.0)
    peak = forward.contact_pressure.max()
    difference = backward.contact_pressure - forward.contact_pressure[::-1]
    assert np.abs(difference).max() <= RTOL_MIRROR * peak
    assert backward.indentation == pytest.approx(forward.indentation, rel=RTOL_MIRROR)
    assert backward.contact_shift == pytest.approx(
        -forward.contact_shift, rel=RTOL_MIRROR, abs=1e-14
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(stacks(), st.booleans())
def test_slow_and_fast_limits_are_elastic(stack, long_term):
    speed = 1e-12 if long_term else 1e12
    limit = solve(stack, speed=speed)
    plain = solve(elastic(stack, long_term=long_term), speed=1.0)
    peak = plain.contact_pressure.max()
    assert limit.contact_pressure.max() == pytest.approx(peak, rel=RTOL_LIMIT)
    assert np.abs(limit.contact_pressure - plain.contact_pressure).max() < RTOL_LIMIT * peak
    assert limit.indentation == pytest.approx(plain.indentation, rel=RTOL_LIMIT)


@settings(max_examples=EXAMPLES, deadline=None)
@given(stacks())
def test_sliding_dissipates(stack):
    """Viscous work per length is never negative: without friction the tool is held back."""
    found = solve(stack, friction=0.0)
    assert found.ploughing >= -1e-9
    assert (found.contact_pressure >= 0.0).all()
    assert found.gap_residual < 1e-8 * abs(found.indentation)


@settings(max_examples=EXAMPLES, deadline=None)
@given(stacks(), log_uniform(0.01, 100.0))
def test_scaling_moduli_and_force_scales_the_pressure(stack, factor):
    stiff = LayeredStack.of(
        thickness=stack.thickness,
        shear_modulus=stack.shear_modulus * factor,
        poisson_ratio=stack.poisson_ratio,
        prony_weight=stack.prony_weight,
        prony_time=stack.prony_time,
        constant_poisson=stack.constant_poisson,
    )
    one, other = solve(stack), solve(stiff, load=Load("force", 20.0 * factor))
    np.testing.assert_allclose(
        other.contact_pressure,
        factor * one.contact_pressure,
        rtol=0,
        atol=1e-8 * factor * one.contact_pressure.max(),
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(stacks())
def test_force_and_indentation_control_agree(stack):
    given_force = solve(stack, datum_distance=0.06)
    depth = Load("indentation", given_force.indentation)
    given_depth = solve(stack, load=depth, datum_distance=0.06)
    assert given_depth.force == pytest.approx(given_force.force, rel=1e-7)


def test_response_is_hermitian_and_losses_are_positive():
    stack = stiff_on_soft()
    k = np.geomspace(1.0, 1e5, 50)
    ahead = compliance_at(stack, k, -0.1 * k)
    behind = compliance_at(stack, k, 0.1 * k)
    np.testing.assert_allclose(ahead, behind.conj(), rtol=1e-14)
    assert (behind[:, 0].imag < 0.0).all()  # strain lags the stress under e^{+i omega t}


def test_jump_of_the_coupling_survives_at_any_distance():  # hazard 3
    nu, shear = 0.3, 1e5
    stack = LayeredStack.of(thickness=[np.inf], shear_modulus=[shear], poisson_ratio=[nu])
    kernel = green_function(layered_compliance(stack, 0.0, spacing=1e-4, extent=1.0), "zx")
    column = hat_column(kernel, 1e-4, 10001)
    expected = 1e-4 * (1 - 2 * nu) / (4 * shear)
    np.testing.assert_allclose(column[10001:], expected, rtol=1e-10)
    np.testing.assert_allclose(column[:10000], -expected, rtol=1e-10)


def test_indentation_of_a_half_plane_depends_on_the_stated_datum():  # hazard 2
    stack = LayeredStack.of(thickness=[np.inf], shear_modulus=[1e4], poisson_ratio=[0.5])
    near, far = solve(stack, datum_distance=0.1), solve(stack, datum_distance=0.2)
    stiffness = 2 * 1e4 / (1 - 0.5)
    grown = 2 * near.force / (np.pi * stiffness) * np.log(2.0)
    assert far.indentation - near.indentation == pytest.approx(grown, rel=1e-3)
    assert far.half_width == near.half_width


@pytest.mark.parametrize("speed", [0.0, 0.02, 0.1, 10.0])
def test_influence_does_not_depend_on_the_patch_that_is_seen(speed):  # hazard 2 in 3-D
    """No box, no images: the wake of 10 m/s is 500 times longer than the patch."""
    stack = LayeredStack.of(
        thickness=[5e-3, np.inf],
        shear_modulus=[1e5, 3e4],
        poisson_ratio=[0.3, 0.45],
        prony_weight=[[0.4], [0.4]],
        prony_time=[[0.05], [0.2]],
    )
    small = cell_influence(stack, speed, (1e-3, 2e-3), (24, 12))
    large = cell_influence(stack, speed, (1e-3, 2e-3), (96, 60))
    for name in ("pressure", "shear"):
        part = getattr(large, name)[95 - 23 : 95 + 24, 59 - 11 : 59 + 12]
        assert np.abs(getattr(small, name) - part).max() < 1e-5 * np.abs(part).max()


def test_prony_sum_of_one_is_refused():  # hazard 9
    with pytest.raises(InputError, match="sum to"):
        LayeredStack.of(
            thickness=[1.0],
            shear_modulus=[1.0],
            poisson_ratio=[0.3],
            prony_weight=[[0.6, 0.4]],
            prony_time=[[1.0, 2.0]],
        )


def test_poisson_rules_differ_only_below_one_half():  # hazard 10
    def shift(nu, constant):
        stack = LayeredStack.of(
            thickness=[np.inf],
            shear_modulus=[1e4],
            poisson_ratio=[nu],
            prony_weight=[[0.6]],
            prony_time=[[0.05]],
            constant_poisson=[constant],
        )
        return solve(stack, friction=0.0).ploughing

    assert shift(0.5, True) == pytest.approx(shift(0.5, False), rel=1e-12)
    assert abs(shift(0.45, True) / shift(0.45, False) - 1.0) > 0.01


def test_cache_returns_the_same_numbers():
    stack = stiff_on_soft()
    clear()
    first = solve(stack)
    assert surface_influence.hits == 0
    again = solve(stack)
    assert surface_influence.hits == 1
    np.testing.assert_array_equal(first.contact_pressure, again.contact_pressure)
    solve(stack, speed=0.2)
    assert surface_influence.hits == 1


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 0.3), log_uniform(1e-3, 1e2)), min_size=1, max_size=3))
def test_creep_inverts_relaxation(branches):
    weight, time = np.array(branches).T
    stack = LayeredStack.of(
        thickness=[np.inf],
        shear_modulus=[1.0],
        poisson_ratio=[0.5],
        prony_weight=weight[None],
        prony_time=time[None],
    )
    basis = creep_basis(stack)
    modes = basis.fitted(lambda omega: 1.0 / stack.relaxation_factor(np.array([omega]))[0])
    omega = np.geomspace(1e-4, 1e4, 40)
    creep = modes[0] + basis.factors(omega) @ modes[1:]
    relaxation = stack.relaxation_factor(omega)
    np.testing.assert_allclose(relaxation * creep, 1.0, rtol=RTOL_CREEP)
