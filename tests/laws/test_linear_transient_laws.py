"""Laws of presses and transients of the linear engine: limits, mirror, energy, fit of the creep."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate

from softsim.engines.linear.creep.basis import surface_creep
from softsim.engines.linear.creep.contact import CreepingContact
from softsim.engines.linear.creep.integrator import (
    PLACES,
    IntegrationWeights,
    SkinInfluence,
    sliding_step,
    standing_step,
    travel_weights,
)
from softsim.engines.linear.creep.levels import nested_levels
from softsim.engines.linear.medium.compliance import compliance_at, layered_compliance
from softsim.engines.linear.medium.stack import LayeredStack
from softsim.engines.linear.section.contact import point_values, solve_sliding_contact
from softsim.engines.linear.section.green import GAUSS_POINTS, green_function, hat_column
from softsim.engines.linear.section.skin import deformed_contact
from softsim.kernels.tables.influence import shifted_hat_influence
from softsim.load import Load

# A stroke that has gone on for long differs from the steady one by the fit of the creep alone,
# measured on the axis of frequencies: 1e-7 at eight times a decade, and a stiff skin on a soft
# base magnifies it a few times in the pressure.
RTOL_STEADY = 1e-6
RTOL_ROUNDING = 1e-10
RTOL_SHIFTED = 2e-6  # three-point rule from 24 cells on; rounding of the table very near the load
RADIUS, SPEED, FORCE, FRICTION = 8e-3, 0.1, 20.0, 0.3
SPACING, COUNT, STANDING = 2e-4, 512, 120


def stack(*, base=6e-3, viscous=True):
    return LayeredStack.of(
        thickness=[1.5e-3, base],
        shear_modulus=[5e4, 1e4],
        poisson_ratio=[0.45, 0.48],
        prony_weight=[[0.4 * viscous], [0.6 * viscous]],
        prony_time=[[0.005], [0.01]],
    )


def march(
    solid, *, travel=4, n_slide=100, n_back=0, load=("force", FORCE), datum=np.inf, mu=FRICTION
):
    """Press for 20 ms, slide, slide back; return the march and every state."""
    along = (np.arange(COUNT) - STANDING) * SPACING
    creep = surface_creep(solid, spacing=SPACING, extent=COUNT * SPACING)
    skin = SkinInfluence.of(creep, SPACING, COUNT, datum)
    walk = CreepingContact(skin, along, lambda k: (along - k * SPACING) ** 2 / (2 * RADIUS), datum)
    states = []
    for i in range(8):
        target = Load(load[0], load[1] * (i + 1) / 8)
        states.append(walk.advance(standing_step(skin, walk.spectra, 2.5e-3), target, 0.0))
    slide = sliding_step(skin, travel, travel * SPACING / SPEED)
    target = Load(*load)
    states += [walk.advance(slide, target, mu) for _ in range(n_slide)]
    states += [walk.advance(slide.mirrored, target, -mu) for _ in range(n_back)]
    return walk, states


def steady(solid, load=None, **datum):
    along = (np.arange(COUNT) - COUNT // 2) * SPACING
    return solve_sliding_contact(
        solid,
        along=along,
        heights=along**2 / (2 * RADIUS),
        load=load or Load("force", FORCE),
        speed=SPEED,
        friction=FRICTION,
        **datum,
    )


def assert_steady(state, wanted, rtol):
    place = state.travel * SPACING
    peak = wanted.contact_pressure.max()
    shift = COUNT // 2 - STANDING - state.travel
    moved = np.roll(state.contact_pressure, shift)
    assert np.abs(moved - wanted.contact_pressure).max() < 10 * rtol * peak  # the ends are steep
    assert state.contact_pressure.max() == pytest.approx(peak, rel=rtol)
    assert state.tangential_force == pytest.approx(wanted.tangential_force, rel=rtol)
    assert state.left_edge - place == pytest.approx(wanted.left_edge, rel=rtol)
    assert state.indentation == pytest.approx(wanted.indentation, rel=rtol)


@pytest.mark.jit
@pytest.mark.parametrize("travel", [1, 4, 11])
def test_long_transient_is_the_steady_stroke_whatever_the_step(travel):
    _, states = march(stack(), travel=travel, n_slide=360 // travel)
    assert_steady(states[-1], steady(stack()), RTOL_STEADY)


def turned(state):
    """Return a state seen from the other side: skin, tool and motion mirrored at the start."""
    mirror = (2 * STANDING - np.arange(COUNT)) % COUNT
    return replace(
        state,
        travel=-state.travel,
        traction=state.traction[:, mirror] * [[-1.0], [1.0]],
        displacement=state.displacement[:, mirror] * [[-1.0], [1.0]],
        tangential_force=-state.tangential_force,
        left_edge=-state.right_edge,
        right_edge=-state.left_edge,
    )


@pytest.mark.jit
@pytest.mark.parametrize("travel", [2, 11])
def test_long_way_back_is_the_steady_stroke_the_other_way(travel):
    number = 360 // travel
    _, states = march(stack(), travel=travel, n_slide=number, n_back=number)
    assert states[-1].travel == 0
    assert_steady(turned(states[-1]), steady(stack()), RTOL_STEADY)


@pytest.mark.jit
def test_elastic_way_back_without_friction_passes_through_the_same_states():
    _, states = march(stack(viscous=False), n_slide=20, n_back=20, mu=0.0)
    there = {state.travel: state for state in states[7:28]}
    for state in states[28:]:
        same = there[state.travel]
        peak = same.contact_pressure.max()
        assert np.abs(state.traction - same.traction).max() < RTOL_ROUNDING * peak
        depth = np.abs(same.displacement).max()
        assert np.abs(state.displacement - same.displacement).max() < RTOL_ROUNDING * depth
        assert state.tangential_force == pytest.approx(0.0, abs=RTOL_ROUNDING * state.force)


@pytest.mark.jit
def test_elastic_way_back_with_friction_is_the_mirror_image_at_once():
    _, states = march(stack(viscous=False), n_slide=20, n_back=5)
    for state in states[28:]:
        assert_steady(turned(state), steady(stack(viscous=False)), RTOL_ROUNDING)


@pytest.mark.jit
def test_skin_that_has_not_recovered_carries_less_after_the_turn():
    _, states = march(stack(), n_slide=20, n_back=20, load=("indentation", 4e-4))
    there = {state.travel: state for state in states[8:28]}
    for state in states[29:34]:  # 40 ms; the tissue remembers 10 ms
        assert state.force < there[state.travel].force


@pytest.mark.jit
def test_long_transient_on_a_half_space_has_the_steady_datum():
    solid = stack(base=np.inf)
    datum = 0.075
    _, states = march(solid, datum=datum, n_slide=90)
    wanted = steady(solid, datum_distance=datum)
    # the datum feels where the tool has been long after the contact has forgotten it
    assert states[-1].indentation == pytest.approx(wanted.indentation, rel=1e-4)
    assert states[-1].contact_pressure.max() == pytest.approx(
        wanted.contact_pressure.max(), rel=RTOL_STEADY
    )
    depth = states[-1].indentation
    _, given = march(solid, datum=datum, n_slide=90, load=("indentation", depth))
    assert given[-1].force == pytest.approx(FORCE, rel=1e-3)


@pytest.mark.jit
def test_elastic_transient_is_steady_at_once():
    _, states = march(stack(viscous=False), n_slide=5)
    for state in states[8:]:
        assert_steady(state, steady(stack(viscous=False)), RTOL_ROUNDING)


@pytest.mark.jit
def test_elastic_press_does_not_know_time():
    _, states = march(stack(viscous=False), n_slide=0)
    along = (np.arange(COUNT) - COUNT // 2) * SPACING
    rest = solve_sliding_contact(
        stack(viscous=False),
        along=along,
        heights=along**2 / (2 * RADIUS),
        load=Load("force", FORCE),
    )
    assert states[-1].indentation == pytest.approx(rest.indentation, rel=RTOL_ROUNDING)


@pytest.mark.jit
@pytest.mark.parametrize("load", [("force", FORCE), ("pressure", 5e3), ("indentation", 4e-4)])
def test_every_load_is_met_at_every_step(load):
    walk, states = march(stack(), n_slide=6, load=load)
    for i, state in enumerate(states):
        value = load[1] * min((i + 1) / 8, 1.0)
        width = deformed_contact(walk.along, state.traction, state.displacement).size.width
        found = {"force": state.force, "indentation": state.indentation}
        found["pressure"] = state.force / width
        assert found[load[0]] == pytest.approx(value, rel=1e-8)


def audit(walk):
    book = walk.energy
    return (book.tool_work - book.stored - book.viscous - book.friction) / book.tool_work


@pytest.mark.jit
def test_energy_balances_and_better_with_shorter_steps():
    coarse, fine = (abs(audit(march(stack(), travel=t, n_slide=240 // t)[0])) for t in (12, 3))
    assert coarse < 1e-2
    assert fine < 2e-3
    walk, _ = march(stack())
    assert walk.energy.viscous > 0.0
    assert walk.energy.stored > 0.0


@pytest.mark.jit
def test_energy_balances_through_a_turn_and_better_with_shorter_steps():
    walks = [march(stack(), travel=t, n_slide=240 // t, n_back=240 // t)[0] for t in (12, 3)]
    coarse, fine = (abs(audit(walk)) for walk in walks)
    assert coarse < 1e-2
    assert fine < 2e-3
    once = march(stack(), travel=3, n_slide=80)[0]
    assert walks[1].energy.friction == pytest.approx(2.0 * once.energy.friction, rel=0.05)


@pytest.mark.jit
def test_tool_that_leaves_gets_work_back_and_leaves_nothing():
    walk, states = march(stack(viscous=False), n_slide=0)
    for depth in np.linspace(states[-1].indentation, -1e-5, 9)[1:]:
        step = standing_step(walk.skin, walk.spectra, 1e-2)
        last = walk.advance(step, Load("indentation", float(depth)), 0.0)
    assert last.force == 0.0
    assert last.left_edge == last.right_edge
    assert walk.energy.stored == pytest.approx(0.0, abs=1e-12)
    # trapezoids in time of force against depth
    assert abs(walk.energy.tool_work) < 1e-2 * states[-1].force * states[-1].indentation


def test_creep_fit_is_as_good_as_it_says():
    solid = stack()
    creep = surface_creep(solid, spacing=SPACING, extent=0.1)
    assert creep.fit_error < 2e-7
    for omega in (3.0, 70.0, 210.0):
        grid = layered_compliance(solid, 0.0, spacing=SPACING, extent=0.1)
        exact = compliance_at(solid, grid.wavenumber, np.full(grid.wavenumber.size, omega))[:, 0]
        # the same through kernels: a harmonic load moves the skin by the sum of the modes
        factor = 1.0 / (1.0 + 1j * omega * creep.basis.time)
        lag = np.array([2e-3, 5e-3])
        modes = np.array([point_values(k, lag.copy(), np.empty(2)) for k in creep.modes["zz"]])
        found = point_values(creep.instant["zz"], lag.copy(), np.empty(2)) + factor @ modes
        real, imaginary = (_kernel_at(grid, part, lag) for part in (exact.real, exact.imag))
        np.testing.assert_allclose(
            found, real + 1j * imaginary, rtol=1e-4, atol=1e-5 * abs(found).max()
        )


def _kernel_at(grid, compliance, lag):
    scaled = np.zeros((3, grid.wavenumber.size), dtype=complex)
    scaled[0] = compliance * grid.wavenumber
    kernel = green_function(type(grid)(grid.wavenumber, scaled, grid.step, grid.length), "zz")
    return point_values(kernel, lag.copy(), np.empty(lag.size))


def test_shares_of_a_mode_against_its_differential_equation():
    time, step = np.array([1e-3, 0.2, 40.0]), 0.1
    shares = IntegrationWeights.of(time, step)
    for i, value in enumerate(time):

        def rate(t, y, value=value):
            return (2.0 + 3.0 * t / step - y) / value

        found = integrate.solve_ivp(rate, (0, step), [7.0], rtol=1e-11, atol=1e-12, method="Radau")
        exact = shares.decay[i] * 7.0 + shares.old[i] * 2.0 + shares.new[i] * 5.0
        assert found.y[0, -1] == pytest.approx(exact, rel=1e-8)


@pytest.mark.parametrize("rate", [1e-6, 0.3, 7.0, 400.0])
def test_weights_of_the_way_sum_to_the_shares_of_a_standing_tool(rate):
    places = 0.5 * (np.polynomial.legendre.leggauss(PLACES)[0] + 1.0)
    weights = travel_weights(rate, 5, places)
    shares = IntegrationWeights.of(np.array([1.0]), rate)
    np.testing.assert_allclose(weights[0].sum(), shares.old[0], rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(weights[1].sum(), shares.new[0], rtol=1e-9, atol=1e-15)


def shifted(kernel, offset, n=60):
    nodes, weights = np.polynomial.legendre.leggauss(GAUSS_POINTS)
    out = np.empty(2 * n - 1)
    shifted_hat_influence(kernel, SPACING, offset, 0.5 * (nodes + 1), 0.5 * weights, out)
    return out


@pytest.mark.parametrize("component", ["zz", "zx"])
def test_shifted_hat_against_adaptive_quadrature(component):
    creep = surface_creep(stack(), spacing=SPACING, extent=0.1)
    kernel = creep.instant[component]
    n, offset = 60, 0.3
    found = shifted(kernel, offset, n)

    def share(t, place):
        lag = np.array([SPACING * (place - t)])
        return (1 - abs(t)) * float(point_values(kernel, lag, np.empty(1))[0])

    for lag in (-40, -3, -1, 0, 1, 2, 30):
        place = lag - offset
        cuts = sorted({-1.0, 0.0, 1.0, min(max(place, -1.0), 1.0)})
        exact = sum(
            integrate.quad(share, a, b, args=(place,), limit=200, epsrel=1e-11)[0]
            for a, b in itertools.pairwise(cuts)
        )
        assert found[n - 1 + lag] == pytest.approx(
            SPACING * exact, abs=RTOL_SHIFTED * np.abs(found).max()
        )


def test_hat_on_a_node_is_the_hat_of_the_steady_engine():
    creep = surface_creep(stack(), spacing=SPACING, extent=0.1)
    kernel = creep.modes["zz"][10]
    wanted = hat_column(kernel, SPACING, 60)
    np.testing.assert_allclose(shifted(kernel, 0.0), wanted, rtol=0, atol=1e-9 * wanted.max())


def test_levels_keep_force_and_moment_and_hold_every_column():
    columns = np.concatenate(
        [np.arange(-4000, -100, 50), np.arange(0, 300), np.arange(310, 5000, 70)]
    )
    levels = nested_levels(1e-4, -20, 340, columns)
    assert sorted(np.concatenate([x.chosen for x in levels])) == list(range(columns.size))
    load = np.random.default_rng(7).random(340)
    place = (np.arange(340) - 20) * 1e-4
    for level in levels:
        nodes = (level.first + np.arange(level.count)) * level.spacing
        np.testing.assert_allclose(
            nodes[0] + level.columns * level.spacing, columns[level.chosen] * 1e-4, atol=1e-12
        )
        coarse = level.gather(load, -20)
        if level.ratio == 1:
            continue
        assert coarse.sum() * level.spacing == pytest.approx(load.sum() * 1e-4, rel=1e-12)
        assert coarse @ nodes * level.spacing == pytest.approx(load @ place * 1e-4, rel=1e-12)
