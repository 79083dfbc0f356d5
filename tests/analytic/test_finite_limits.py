"""A long transient stroke ends in the steady one (L15 a), on the way there and on the way back."""

from dataclasses import replace

import numpy as np
import pytest

import softsim as ss
import softsim.materials as sm
from softsim.engines.finite.solve import solve

pytestmark = pytest.mark.jit

SAME_STATE = 0.01  # width, peak and forces; the place of a rim is found to a tenth of an element


@pytest.fixture(
    scope="module",
    params=[(0.0, 1, "0.14 mm", 20), (0.2, 1, "0.14 mm", 20), (0.2, 2, "0.28 mm", 10)],
    ids=["no friction", "friction", "there and back"],
)
def ends(request):
    """Return the contacts of a steady stroke and of the end of a transient one, same mesh."""
    material = sm.NeoHookean(
        young_modulus="20 kPa", poisson_ratio=0.45, prony=sm.Prony(g=(0.5,), tau=("20 ms",))
    )
    layer = ss.Layer(name="gel", thickness="6 mm", material=material)
    speed, width = 0.1, 5e-3
    friction, passes, size, rows = request.param
    problem = ss.Problem(
        tissue=ss.Tissue(layers=[layer]),
        instrument=ss.Instrument(
            edge=ss.Edge(nose_radius="5 mm", thickness="10 mm"), contact_length="50 mm"
        ),
        stroke=ss.Stroke(
            indentation="0.6 mm", speed=speed, friction=friction, press_time="0.05 s",
            length=speed * 0.02 + 3.0 * width, passes=passes,
        ),
        resolution=ss.Resolution(element_along=size, rows=(rows,)),
    )  # fmt: skip
    transient = solve(problem, "transient").snapshots[-1].contact
    heading = speed if passes == 1 else -speed
    steady = replace(problem, stroke=replace(problem.stroke, speed=heading))
    return solve(steady, "steady").snapshots[0].contact, transient


@pytest.mark.parametrize("name", ["width", "peak", "force_depth", "force_along"])
def test_long_transient_ends_in_the_steady_state(ends, name):
    steady, transient = (np.max(c.pressure) if name == "peak" else getattr(c, name) for c in ends)
    assert transient == pytest.approx(steady, rel=SAME_STATE)
