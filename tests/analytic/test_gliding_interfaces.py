"""Gliding interfaces through the public door of the linear engine: limits, springs, balance."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import softsim as ss
from softsim.engines.linear.medium.sides import kept_and_lost
from softsim.engines.linear.medium.stack import LayeredStack
from softsim.outcome import Boundaries

SLACK = ss.Prony(g=0.4, tau="0.3 s")
FAT = ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45, prony=ss.Prony(g=0.3, tau="0.2 s"))
SKIN = ss.NeoHookean(young_modulus="60 kPa", poisson_ratio=0.45)
LAYERS = (
    ss.Layer(name="skin", thickness="2 mm", material=SKIN, prestretch=1.05),
    ss.Layer(name="fat", thickness="4 mm", material=FAT),
    ss.Layer(name="muscle", thickness="8 mm", material=FAT),
)
MODES = ("steady", "press", "transient")
RELAXING = ss.Interface(stiffness="3 MPa/m", viscosity="100 kPa*s/m", prony=SLACK, under="fat")
ELASTIC = ss.Interface(stiffness="2 MPa/m", under="fat")
BASE = ss.Interface(stiffness="2 MPa/m", under="muscle")


def problem(interface, speed="20 mm/s", friction=0.2, **options):
    return ss.Problem(
        tissue=ss.Tissue(layers=LAYERS, interfaces={"g": interface} if interface else {}),
        instrument=ss.Instrument(
            edge=ss.Edge(nose_radius="3 mm", thickness="6 mm"), contact_length="60 mm"
        ),
        stroke=ss.Stroke(
            force="0.1 N", angle="90 deg", speed=speed, friction=friction, length="4 mm"
        ),
        **options,
    )


@functools.cache
def solved(interface, mode, **options):
    with ss.allow_unusual():
        return ss.simulate(problem(interface, **options), mode=mode, engine="linear")


def last(result):
    return result.isel(time=-1) if "time" in result.dims else result


@pytest.mark.parametrize("mode", MODES)
def test_a_stiff_interface_is_bonded(mode):
    with ss.allow_unusual():
        stiff = ss.Interface(stiffness=1e11, under="fat")
    one, other = last(solved(stiff, mode)), last(solved(None, mode))
    for name in ("indentation", "peak_contact_pressure", "peak_stress_along_at_depth"):
        largest = float(np.abs(other[name]).max())
        np.testing.assert_allclose(one[name], other[name], rtol=0.0, atol=1e-3 * largest)
    assert float(np.abs(one["slip"]).max()) < 1e-3 * float(one["indentation"])


def test_a_weak_interface_glides_freely():
    weak = solved(ss.Interface(stiffness=1.0, under="fat"), "steady", friction=0.0)
    free = solved(ss.Interface(stiffness=0.0, under="fat"), "steady", friction=0.0)
    # the slip of an endless layer that nothing holds does not decay: the ends of a window show
    for name, share in (
        ("indentation", 1e-3),
        ("peak_stress_along_at_depth", 1e-3),
        ("slip", 1e-2),
    ):
        largest = float(np.abs(free[name]).max())
        np.testing.assert_allclose(weak[name], free[name], rtol=0.0, atol=share * largest)
    sheared = float(np.abs(free["interface_shear"]).max())
    assert sheared < 1e-6 * float(free["peak_contact_pressure"])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("interface", [ELASTIC, BASE], ids=["between", "on the base"])
def test_the_traction_is_the_spring_times_the_slip(interface, mode):
    shown = last(solved(interface, mode))
    expected = 2.0e6 * shown["slip"]
    largest = float(np.abs(expected).max())
    assert largest > 1.0
    np.testing.assert_allclose(shown["interface_shear"], expected, rtol=0.0, atol=1e-4 * largest)


def test_a_steady_interface_follows_its_spring_and_dashpot():
    quick = ss.Interface(
        stiffness="3 MPa/m", viscosity="20 kPa*s/m", prony=ss.Prony(g=0.4, tau="50 ms"), under="fat"
    )
    shown = solved(quick, "steady", speed="20 mm/s")
    along, slip = shown["along"].to_numpy(), shown["slip"].to_numpy()[0]
    expected = np.zeros_like(slip)
    held = slip[-1]  # in the branch, carried from ahead of the tool backwards
    for i in range(along.size - 1, -1, -1):
        if i < along.size - 1:
            step, x = slip[i] - slip[i + 1], (along[i + 1] - along[i]) / (0.02 * 0.05)
            held = step / x + (held - step / x) * np.exp(-x)
        expected[i] = 3e6 * (0.6 * slip[i] + 0.4 * held)
    expected -= 0.02 * 2e4 * np.gradient(slip, along)
    near = np.abs(along) < 4e-3
    np.testing.assert_allclose(
        shown["interface_shear"].to_numpy()[0, near],
        expected[near],
        rtol=0.0,
        atol=1e-2 * np.abs(expected).max(),
    )


@pytest.mark.parametrize("mode", MODES)
def test_work_is_accounted_for(mode):
    assert float(last(solved(RELAXING, mode))["energy_residual"]) < 0.01


def test_the_interface_carries_the_load_of_the_tool():
    under_skin = ss.Interface(stiffness="3 MPa/m", prony=SLACK, under="skin")
    shown = solved(under_skin, "transient").isel(time=-1)
    carried = -np.trapezoid(shown["interface_normal"][0], shown["along"])
    assert 0.06 * carried == pytest.approx(float(shown["normal_force"]), rel=0.01)


def test_the_stroke_the_other_way_is_the_mirror_image():
    one, other = solved(RELAXING, "steady"), solved(RELAXING, "steady", speed="-20 mm/s")
    for name, sign in (("slip", -1.0), ("interface_shear", -1.0), ("interface_normal", 1.0)):
        largest = float(np.abs(one[name]).max())
        np.testing.assert_allclose(
            other[name].to_numpy(),
            sign * one[name].to_numpy()[:, ::-1],
            rtol=0.0,
            atol=1e-9 * largest,
        )


def test_variables_of_an_interface_have_names_and_depths():
    shown = solved(RELAXING, "transient")
    assert shown["slip"].dims == ("time", "interface", "along")
    assert shown["interface"].to_numpy().tolist() == ["g"]
    assert float(shown["interface_depth"][0]) == pytest.approx(6e-3)
    assert "slip" not in solved(None, "steady")


def test_what_a_slip_of_its_own_keeps_and_loses():
    stack = LayeredStack.of(
        thickness=[1e-3, np.inf], shear_modulus=1e4, poisson_ratio=0.4,
        slip_stiffness=[2e6, np.inf], slip_viscosity=[3e4, 0.0],
        slip_weight=[[0.25], [0.0]], slip_time=[[0.5], [1.0]],
    )  # fmt: skip
    places = np.linspace(0.0, 0.02, 4001)
    speed, time = 0.01, (0.02 - places) / 0.01
    slip = 1e-5 * np.sin(2.0 * time)[None]
    moment = np.linspace(0.0, 2.0, 200_001)
    rate = 2e-5 * np.cos(2.0 * moment)
    held = np.zeros_like(moment)
    step = moment[1]
    for i in range(1, moment.size):  # the trapezoidal rule of the definition
        change = 0.5 * step * (rate[i] + rate[i - 1])
        held[i] = (held[i - 1] * (1.0 - 0.5 * step / 0.5) + change) / (1.0 + 0.5 * step / 0.5)
    lost = np.trapezoid(3e4 * rate**2 + 0.25 * 2e6 * held**2 / 0.5, moment)
    kept = 0.5 * 0.25 * 2e6 * held[-1] ** 2
    sides = Boundaries(slip, np.zeros_like(slip), np.zeros_like(slip))
    assert kept_and_lost(stack, sides, places, speed) == pytest.approx((kept, lost), rel=1e-4)


@pytest.mark.parametrize(("mode", "edge"), [("steady", "section"), ("transient", "section"),
                                            ("steady", "whole")])  # fmt: skip
def test_a_drag_that_nothing_holds_is_refused(mode, edge):
    free = problem(ss.Interface(stiffness=0.0, under="skin"))
    with pytest.raises(ss.InputError, match="no ends in engine 'linear'"):
        ss.simulate(free, mode=mode, engine="linear", edge=edge)


def test_a_dashpot_alone_creeps_for_ever():
    alone = problem(ss.Interface(stiffness=0.0, viscosity=1e4, under="fat"), friction=0.0)
    with pytest.raises(ss.InputError, match="viscosity and no stiffness"):
        ss.simulate(alone, mode="press", engine="linear")


def test_a_whole_edge_sinks_deeper_on_a_weaker_interface():
    depths = []
    for interface in (None, ELASTIC, ss.Interface(stiffness="0.1 MPa/m", under="fat")):
        result = ss.simulate(problem(interface), edge="whole", cells=(32, 16))
        depths.append(float(result["indentation"]))
    assert depths[0] < depths[1] < depths[2]
