"""Stiff skin on soft fat bends as the exact layered medium does at small strain (issue 15)."""

from __future__ import annotations

import pytest

import softsim as ss

pytestmark = pytest.mark.jit


@pytest.mark.parametrize(
    ("skin_thickness", "skin_modulus", "force"),
    [
        (1.0e-3, 2.0e5, 0.02),
        (0.3e-3, 2.0e6, 0.01),
        (2.0e-3, 1.0e6, 0.05),
        (1.0e-3, 2.0e4, 0.01),
        (1.0e-3, 4.0e3, 0.004),
    ],
)
def test_section_bends_as_the_exact_layered_medium_at_small_strain(
    skin_thickness, skin_modulus, force
):
    def layer(name, thickness, modulus):
        law = ss.SplitNeoHookean(shear_modulus=modulus, bulk_modulus=20.0 * modulus)
        return ss.Layer(name=name, thickness=thickness, material=law)

    problem = ss.Problem(
        tissue=ss.Tissue(
            layers=(layer("skin", skin_thickness, skin_modulus), layer("fat", 10.0e-3, 1.0e3))
        ),
        instrument=ss.Instrument(
            edge=ss.Edge(nose_radius="5 mm", thickness="10 mm"), contact_length="60 mm"
        ),
        stroke=ss.Stroke(force=force, speed="20 mm/s"),
    )
    finite = ss.simulate(problem)
    linear = ss.simulate(problem, engine="linear")
    assert float(linear.attrs["largest_strain"]) < 0.01
    off = float(finite["indentation"]) / float(linear["indentation"]) - 1.0
    assert abs(off) < 0.005
