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
