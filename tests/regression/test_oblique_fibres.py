"""Fibres of any angle under a whole edge: once refused, since a turned family left its bounds."""

import pytest

import softsim as ss

pytestmark = pytest.mark.jit
CELLS = (24, 16)


def whole_edge(angle):
    problem = ss.Problem(
        tissue=ss.load_tissue("calf", fibre_angle=angle),
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(force="2 N", angle="60 deg", speed="100 mm/s", friction=0.14),
    )
    return ss.simulate(problem, edge="whole", cells=CELLS)


@pytest.mark.parametrize("angle", [30.0, 80.0])
def test_fibres_along_and_across_change_places_under_a_whole_edge(angle):
    # a whole edge takes the mean of both directions of the skin
    found, turned = (whole_edge(f"{value} deg") for value in (angle, 90.0 - angle))
    for name in ("indentation", "peak_contact_pressure", "contact_area"):
        assert float(found[name]) == pytest.approx(float(turned[name]), rel=1e-9)
