"""Round tips pressed by the finite engine, against closed forms and the exact layered medium."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import softsim as ss
from softsim.tips import Tip

YOUNG, POISSON = 1e5, 0.3
MODULUS = YOUNG / (1.0 - POISSON**2)
RADIUS = 5e-3
TABLE = Path(__file__).parents[1] / "reference" / "L02_sphere_step_and_ramp_hold.csv"


def neo(young: float, *, poisson: float = POISSON, prony: ss.Prony | None = None) -> ss.NeoHookean:
    """Return a law."""
    return ss.NeoHookean(young_modulus=young, poisson_ratio=poisson, prony=prony)


def pressed(
    tip: Tip,
    depth: float,
    *,
    thickness: float = 0.5,
    prony: ss.Prony | None = None,
    steps: int = 2,
    **stroke: float,
) -> xr.Dataset:
    """Press a tip into a block that is all but a half space."""
    with ss.allow_unusual():
        layer = ss.Layer(name="block", thickness=thickness, material=neo(YOUNG, prony=prony))
        problem = ss.Problem(
            tissue=ss.Tissue(layers=(layer,), width=2.0 * thickness, sides="free"),
            instrument=ss.Instrument(edge=tip),
            stroke=ss.Stroke(indentation=depth, **stroke),
            resolution=ss.Resolution(steps=steps),
        )
    return ss.simulate(problem, mode="press")


def stack() -> tuple[ss.Layer, ...]:
    """Return three layers, stiff over soft over stiff."""
    rows = (("skin", 1.5e-3, 0.2e6), ("fat", 8e-3, 0.01e6), ("muscle", 20e-3, 0.05e6))
    return tuple(
        ss.Layer(name=name, thickness=height, material=neo(young, poisson=0.45))
        for name, height, young in rows
    )


def test_ball_is_hertz() -> None:
    depth = 1e-5  # contact 4.5 % of the radius wide
    found = pressed(ss.RoundTip(radius=RADIUS), depth).isel(time=-1)
    force = 4.0 / 3.0 * MODULUS * math.sqrt(RADIUS) * depth**1.5
    assert float(found.normal_force) == pytest.approx(force, rel=5e-3)
    assert float(found.contact_radius) == pytest.approx(math.sqrt(RADIUS * depth), rel=5e-3)
    peak = 2.0 / math.pi * MODULUS * math.sqrt(depth / RADIUS)
    assert float(found.peak_contact_pressure) == pytest.approx(peak, rel=1e-2)


def test_pressure_adds_up_to_the_force() -> None:
    found = pressed(ss.RoundTip(radius=RADIUS), 1e-5).isel(time=-1)
    radius = (found.along + found.surface_displacement_along).values
    pushed = np.trapezoid(2.0 * math.pi * radius * found.contact_pressure.values, radius)
    assert pushed == pytest.approx(float(found.normal_force), rel=1e-2)
    mean = float(found.normal_force / (math.pi * found.contact_radius**2))
    assert float(found.mean_contact_pressure) == pytest.approx(mean, rel=1e-12)


def test_flat_punch_converges_to_sneddon() -> None:
    depth = 5e-6
    force = 2.0 * MODULUS * RADIUS * depth
    miss = [
        abs(
            float(
                pressed(ss.FlatPunch(radius=RADIUS, rim_radius=rim), depth).normal_force[-1] / force
            )
            - 1.0
        )
        for rim in (4e-4, 1e-4, 2.5e-5)
    ]
    assert miss[2] < 0.5 * miss[1] < 0.25 * miss[0]
    assert miss[2] < 5e-3


def test_cone_is_sneddon() -> None:
    angle, depth = math.radians(88.0), 5e-5
    tip = ss.Cone(half_angle=angle, tip_radius=2e-5, radius=5e-2)
    force = 2.0 / math.pi * MODULUS * math.tan(angle) * depth**2
    found = float(pressed(tip, depth).normal_force[-1])
    assert found == pytest.approx(force, rel=1e-2)


def test_ramp_and_hold_of_a_standard_linear_solid() -> None:
    prony = ss.Prony(g=(0.5,), tau=(1.0,), relaxes="all")
    tip, depth = ss.RoundTip(radius=RADIUS), 1e-5
    at_once = float(pressed(tip, depth).normal_force[-1])
    found = pressed(tip, depth, prony=prony, steps=64, press_time=1.0, dwell=3.0)
    with TABLE.open() as file:
        rows = list(csv.reader(line for line in file if line[0] != "#"))
    wanted = {(r[0], r[1], r[2], r[3]): float(r[5]) for r in rows[1:]}
    for time in ("1", "4"):
        exact = wanted["ramp_hold", "0.5", "1", time]
        now = float(found.normal_force.sel(time=float(time), method="nearest")) / at_once
        assert now == pytest.approx(exact, rel=5e-3)


def test_ball_on_three_layers_is_the_exact_layered_answer() -> None:
    depth = 1e-5
    with ss.allow_unusual():
        tissue = ss.Tissue(layers=stack())
        found = ss.simulate(
            ss.Problem(
                tissue=tissue,
                instrument=ss.Instrument(edge=ss.RoundTip(radius=RADIUS)),
                stroke=ss.Stroke(indentation=depth),
                resolution=ss.Resolution(steps=2),
            ),
            mode="press",
        ).isel(time=-1)
        half = 1.3 * float(found.contact_radius)
        cell = 2.0 * half / 64
        place = (np.arange(64) + 0.5) * cell - half
        away = np.hypot(place[:, None], place[None, :])
        rod = ss.Edge(nose_radius=RADIUS, thickness=2.0 * RADIUS)
        linear = ss.simulate(
            ss.Problem(
                tissue=tissue,
                instrument=ss.Instrument(edge=rod, contact_length=2.0 * half),
                stroke=ss.Stroke(indentation=depth),
            ),
            edge="whole",
            heights=RADIUS - np.sqrt(RADIUS**2 - away**2),
            spacing=(cell, cell),
        )
    assert float(found.normal_force) == pytest.approx(float(linear.normal_force), rel=5e-3)


def test_ball_deep_in_three_layers() -> None:
    """0.81 N, where a whole ball in three directions has 0.811."""
    problem = ss.Problem(
        tissue=ss.Tissue(layers=stack()),
        instrument=ss.Instrument(edge=ss.RoundTip(radius="5 mm")),
        stroke=ss.Stroke(indentation="4 mm"),
    )
    found = ss.simulate(problem, mode="press")
    assert float(found.normal_force[-1]) == pytest.approx(0.81, abs=0.01)
    assert float(found.energy_residual[-1]) < 0.01


def test_force_and_indentation_agree() -> None:
    def press(**load: float) -> xr.Dataset:
        problem = ss.Problem(
            tissue=ss.Tissue(layers=stack()),
            instrument=ss.Instrument(edge=ss.RoundTip(radius="5 mm")),
            stroke=ss.Stroke(**load),
            resolution=ss.Resolution(steps=3),
        )
        return ss.simulate(problem, mode="press")

    by_depth = press(indentation=3e-3)
    by_force = press(force=float(by_depth.normal_force[-1]))
    assert float(by_force.indentation[-1]) == pytest.approx(3e-3, rel=2e-3)
