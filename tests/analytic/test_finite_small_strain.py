"""Finite engine at small strain on drawn stacks against the exact layered medium (issue 18)."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import softsim as ss
from softsim._simulate import run

pytestmark = [pytest.mark.jit, pytest.mark.slow]
FORCE, WIDTH, PEAK = 0.005, 0.02, 0.03
STRAIN = 3e-3  # largest wanted of the linear engine
NODES_ACROSS = 96
EXAMPLES = 100


def between(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw evenly on a logarithmic scale."""
    return st.floats(math.log(low), math.log(high)).map(math.exp)


LAYERS = st.lists(st.tuples(between(0.05e-3, 40e-3), between(1e3, 1e7)), min_size=1, max_size=6)


def pressed(layers, nose, ratio, indentation, resolution=None):
    tissue = ss.Tissue(
        layers=[
            ss.Layer(
                name=f"layer {k}",
                thickness=thickness,
                material=ss.SplitNeoHookean(shear_modulus=modulus, bulk_modulus=ratio * modulus),
            )
            for k, (thickness, modulus) in enumerate(layers)
        ]
    )
    edge = ss.Edge(nose_radius=nose, thickness=2.0 * nose)
    return ss.Problem(
        tissue=tissue,
        instrument=ss.Instrument(edge=edge, contact_length="60 mm"),
        stroke=ss.Stroke(indentation=indentation, angle="90 deg", speed="0.1 m/s", friction=0.0),
        resolution=resolution or ss.Resolution(),
    )


def exact(layers, nose, ratio):
    """Return the result of the linear engine at a depth where strains are small, and the depth."""
    depth, resolution = 1e-5 * nose, None
    for _ in range(4):
        found = run(pressed(layers, nose, ratio, depth, resolution), mode="steady", engine="linear")
        strain = found[0].attrs["largest_strain"]
        if abs(math.log(strain / STRAIN)) < 0.3:
            break
        depth = min(depth * (STRAIN / strain) ** 1.5, 0.02 * nose)
    resolution = ss.Resolution(element_along=float(found[0].contact_width) / NODES_ACROSS)
    problem = pressed(layers, nose, ratio, depth, resolution)
    return run(problem, mode="steady", engine="linear")[0], depth


@settings(max_examples=EXAMPLES, deadline=None)
@given(LAYERS, between(0.05e-3, 20e-3), between(2.0, 200.0))
def test_stack_answers_as_the_layered_medium(layers, nose, ratio):
    with ss.allow_unusual():
        wanted, depth = exact(layers, nose, ratio)
        found = run(pressed(layers, nose, ratio, depth), mode="steady", engine="finite")[0]
    for name, share in (
        ("normal_force", FORCE), ("contact_width", WIDTH), ("peak_contact_pressure", PEAK),
    ):  # fmt: skip
        assert float(found[name]) == pytest.approx(float(wanted[name]), rel=share), name
