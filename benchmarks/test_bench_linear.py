"""Linear engine: wall times, warm, one thread (set OMP_NUM_THREADS=1 and the like)."""

import numpy as np
import pytest

import softsim as ss
from softsim.engines.linear.medium.increments import even_stack, linear_stack
from softsim.engines.linear.medium.kept import clear
from softsim.engines.linear.medium.stack import LayeredStack
from softsim.engines.linear.patch.contact import solve_surface_contact
from softsim.engines.linear.section.contact import solve_sliding_contact
from softsim.load import Load

TISSUE = ss.load_tissue("calf", gliding="layer")  # eight layers
TOOL = ss.load_instrument("gt4_class_scanner")


def stroke(force=2.0, angle=1.2, speed=0.1, **path):
    return ss.Problem(
        tissue=TISSUE,
        instrument=TOOL,
        stroke=ss.Stroke(force=force, angle=angle, speed=speed, friction=0.14, **path),
    )


def forget():
    """Forget everything solved, but keep the moduli of the tissue."""
    clear()
    linear_stack(TISSUE)
    even_stack(TISSUE)


def test_steady_scalars_and_profiles_cached(benchmark):
    ss.simulate_many([stroke()])
    benchmark(ss.simulate_many, [stroke()])


def test_steady_scalars_and_profiles_first(benchmark):
    ss.simulate_many([stroke()])
    benchmark.pedantic(ss.simulate_many, args=([stroke()],), setup=forget, rounds=10)


def test_contact_of_4096_points_cached(benchmark):
    stack = linear_stack(TISSUE)
    along = (np.arange(4096) - 2048) * 2.0**-15
    heights = along**2 / 0.01
    benchmark(
        solve_sliding_contact,
        stack,
        along=along,
        heights=heights,
        load=Load("force", 30.0),
        speed=0.1,
        friction=0.14,
    )


def test_whole_result_cached(benchmark):
    ss.simulate(stroke(), engine="linear")
    benchmark(ss.simulate, stroke(), engine="linear")


def test_sweep_of_two_hundred(benchmark):
    """One of eight speeds, a sixth of its cases; ten thousand take fifty times as long."""
    problems = [
        stroke(force, angle)
        for force in np.geomspace(0.5, 9.0, 10)
        for angle in np.linspace(0.6, 2.4, 20)
    ]
    benchmark.pedantic(ss.simulate_many, args=(problems,), setup=forget, rounds=2)


@pytest.mark.parametrize("viscous", [False, True])
def test_surface_256_by_128(benchmark, viscous):
    stack = LayeredStack.of(
        thickness=[1.5e-3, 8e-3, 20e-3],
        shear_modulus=[5e4, 2e3, 1e4],
        poisson_ratio=[0.48] * 3,
        prony_weight=[[0.4 * viscous]] * 3,
        prony_time=[[0.05]] * 3,
    )
    x = (np.arange(256) - 127.5)[:, None] * 1e-4
    y = (np.arange(128) - 63.5)[None, :] * 5e-4
    heights = x**2 / 0.01 + y**2 / 0.4
    benchmark.pedantic(
        solve_surface_contact,
        args=(stack,),
        kwargs={
            "spacing": (1e-4, 5e-4),
            "heights": heights,
            "speed": 0.1,
            "friction": 0.14,
            "load": Load("force", 0.5),
        },
        setup=forget,
        rounds=3,
    )


def test_hertz_sphere_512(benchmark):
    """The job of the peers: sphere of radius 20, E* 102, square of side 5, force 15."""
    solid = LayeredStack.of(thickness=[np.inf], shear_modulus=[51.0], poisson_ratio=[0.0])
    x = (np.arange(512) - 256) * 5.0 / 512
    benchmark.pedantic(
        solve_surface_contact,
        args=(solid,),
        kwargs={
            "spacing": (5.0 / 512, 5.0 / 512),
            "heights": (x[:, None] ** 2 + x**2) / 40.0,
            "load": Load("force", 15.0),
        },
        setup=forget,
        rounds=3,
    )


def test_whole_edge_first(benchmark):
    given = {"edge": "whole"}
    benchmark.pedantic(ss.simulate, args=(stroke(),), kwargs=given, setup=forget, rounds=3)


def test_whole_edge_256_by_128_first(benchmark):
    """Grid found, contact solved, profiles and largest strain included."""
    given = {"edge": "whole", "cells": (256, 128)}
    benchmark.pedantic(ss.simulate, args=(stroke(),), kwargs=given, setup=forget, rounds=3)


def test_section_and_energies_under_a_whole_edge(benchmark):
    result = ss.simulate(stroke(), edge="whole")
    benchmark(ss.fields_under, result)


@pytest.mark.parametrize("mode", ["press", "transient"])
def test_path_first(benchmark, mode):
    path = {"dwell": 0.1, "length": 0.02, "lift_time": 0.1}
    benchmark.pedantic(
        ss.simulate,
        args=(stroke(**path),),
        kwargs={"mode": mode, "engine": "linear"},
        setup=forget,
        rounds=1,
    )
