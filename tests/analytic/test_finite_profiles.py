"""Stress in depth of the finite engine at small strain against the exact layered medium.

A stiff fascia bends in soft tissue: its stress along is a hundred times that in depth, in which
span means of the volume stress show as a zigzag.
"""

from __future__ import annotations

import functools

import numpy as np
import pytest

import softsim as ss
from softsim._simulate import run

pytestmark = pytest.mark.jit
STACK = (("skin", "1.5 mm", 200e3), ("fat", "6 mm", 2e3), ("fascia", "1 mm", 500e3),
         ("muscle", "15 mm", 10e3))  # fmt: skip
STIFF = 1000.0  # bulk over shear modulus
EVERYWHERE = 0.05  # of the largest value in the layer
PEAK = 0.02
PLACES = np.linspace(-6e-3, 6e-3, 121)


@functools.cache
def solved(engine):
    layers = [
        ss.Layer(
            name=name,
            thickness=thickness,
            material=ss.SplitNeoHookean(shear_modulus=g, bulk_modulus=STIFF * g),
        )
        for name, thickness, g in STACK
    ]
    rows = (40, 60, 40, 60) if engine == "linear" else None
    problem = ss.Problem(
        tissue=ss.Tissue(layers=layers),
        instrument=ss.Instrument(
            edge=ss.Edge(nose_radius="4 mm", thickness="8 mm"), contact_length="60 mm"
        ),
        stroke=ss.Stroke(indentation="0.05 mm", angle="90 deg", speed="0.1 m/s", friction=0.0),
        resolution=ss.Resolution(rows=rows),
    )
    with ss.allow_unusual():
        return run(problem, mode="steady", engine=engine)[0]


def parts(name, layer):
    """Return depths of the finite engine, its stress there and the exact one, in one layer."""
    found, exact = (
        solved(engine)[name].where(solved(engine)["depth_layer"] == layer, drop=True)
        for engine in ("finite", "linear")
    )
    depth = found["depth"].to_numpy()
    values = exact.interp(along=PLACES).to_numpy()
    wanted = [np.interp(depth, exact["depth"].to_numpy(), column) for column in values.T]
    return found.interp(along=PLACES).to_numpy(), np.array(wanted).T, np.abs(values).max()


@pytest.mark.parametrize("layer", ["skin", "fat", "fascia", "muscle"])
def test_stress_in_depth_is_exact_in_every_layer_and_at_its_boundaries(layer):
    found, wanted, largest = parts("stress_depth", layer)
    assert np.abs(found - wanted).max() <= EVERYWHERE * largest
    assert np.abs(found[[0, -1]] - wanted[[0, -1]]).max() <= EVERYWHERE * largest
    assert np.abs(found).max() == pytest.approx(largest, rel=PEAK)


def test_fascia_that_bends_has_the_stress_along_of_a_plate():
    found, wanted, largest = parts("stress_along", "fascia")
    assert np.abs(found - wanted).max() <= PEAK * largest
