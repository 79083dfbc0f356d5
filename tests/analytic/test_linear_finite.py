"""Finite against linear engine where strains are near one per cent: two independent theories.

The finite engine needs rows and columns finer than its defaults to be within the tolerance itself:
with the default rows of the calf it is 1.9 % too stiff, with twice as many 0.9 %.
"""

import numpy as np
import pytest

import softsim as ss

pytestmark = pytest.mark.jit
AGREEMENT = 0.02
INDENTATION = 1e-4  # [m]; largest strains of 0.6 to 1.8 %
ROD = ss.Instrument(edge=ss.Edge(nose_radius="5 mm", thickness="10 mm"), contact_length="60 mm")
EPIDERMIS_ROW = 2.5e-5  # [m]; a quarter of the contact
NODES_ACROSS = 96
GROWTH = 1.08  # of the columns away from the contact: the skin bends there


def problem(site, resolution=None):
    return ss.Problem(
        tissue=ss.load_tissue(site),
        instrument=ROD,
        stroke=ss.Stroke(indentation=INDENTATION, angle="90 deg", speed="100 mm/s", friction=0.14),
        resolution=resolution or ss.Resolution(),
    )


def both(site):
    layers = problem(site).tissue.layers
    counts = {
        "epidermis": max(5, round(layers[0].thickness / EPIDERMIS_ROW)),
        "dermis": 16,
        "heel_pad": 48,
        "muscle": 12,
    }
    rows = [counts.get(layer.name, 8) for layer in layers]
    linear = ss.simulate(problem(site, ss.Resolution(rows=rows)), engine="linear")
    size = float(linear.contact_width) / NODES_ACROSS
    fine = ss.Resolution(element_along=size, rows=rows, growth=GROWTH)
    return linear, ss.simulate(problem(site, fine))


def compare(site):
    linear, finite = both(site)
    assert linear.attrs["largest_strain"] < 0.03
    found = {
        name: float(linear[name]) / float(finite[name]) - 1.0
        for name in ("normal_force", "tangential_force", "contact_width", "peak_contact_pressure")
    }
    # inside the dermis, from one contact width below the skin on; the engines' rows differ
    one, other = (data.isel(depth=data.depth_layer == "dermis") for data in (linear, finite))
    low = max(float(linear.contact_width), float(one.depth[0]))
    other = other.isel(depth=(other.depth > low) & (other.depth < float(one.depth[-1])))
    for name in ("peak_stress_depth_at_depth", "peak_max_shear_at_depth"):
        gap = np.interp(other.depth, one.depth, one[name]) - other[name]
        found[name] = float(abs(gap).max() / other[name].max())
    return found


@pytest.mark.slow
@pytest.mark.parametrize("site", ss.tissues())
def test_finite_and_linear_engine_agree_at_one_per_cent(site):
    found = compare(site)
    assert {name: gap for name, gap in found.items() if abs(gap) > AGREEMENT} == {}


def soft_stroke(resolution):
    """Two passes over a gel that remembers as long as half a pass takes; strains under 2 %."""
    prony = ss.Prony(g=(0.5,), tau=("20 ms",))
    layers = [
        ss.Layer(
            name=name,
            thickness=thickness,
            material=ss.NeoHookean(young_modulus=modulus, poisson_ratio=0.45, prony=prony),
        )
        for name, thickness, modulus in (("skin", "2 mm", "40 kPa"), ("fat", "6 mm", "20 kPa"))
    ]
    return ss.Problem(
        tissue=ss.Tissue(layers=layers),
        instrument=ss.Instrument(
            edge=ss.Edge(nose_radius="20 mm", thickness="40 mm"), contact_length="60 mm"
        ),
        stroke=ss.Stroke(
            indentation="0.1 mm", angle="90 deg", speed="100 mm/s", friction=0.2,
            press_time="20 ms", length="4 mm", passes=2,
        ),
        resolution=resolution,
    )  # fmt: skip


def test_engines_agree_there_and_back():
    linear = ss.simulate(soft_stroke(ss.Resolution(rows=(4, 6))), mode="transient", engine="linear")
    # an end of a contact is known to a fifth of a span
    fine = ss.Resolution(element_along="0.05 mm", rows=(8, 12), growth=1.1, steps=200)
    finite = ss.simulate(soft_stroke(fine), mode="transient")
    for number in (1, 2):
        one, other = (
            data.isel(time=(data.pass_number == number).to_numpy()) for data in (linear, finite)
        )
        # the skin sticks over the first part of a pass, in the finite engine alone
        places = 4e-3 * (number - 1 + np.array([0.05, 0.1, 0.3, 0.5, 0.7, 1.0]))
        for name in ("normal_force", "tangential_force", "contact_width", "peak_contact_pressure"):
            found = np.interp(places, one.travel, one[name])
            wanted = np.interp(places, other.travel, other[name])
            np.testing.assert_allclose(found, wanted, rtol=AGREEMENT, err_msg=name)
