"""The energy balance of a linear steady stroke closes under contacts of any size (issue 15).

The loss was summed over rows of depth at least 0.15 mm high: under a contact narrower than that it
was up to twice the work, or half of it.  It comes from the tractions on the skin now.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import softsim as ss
from softsim.metrics import energy_residual
from tests.small_case import linear_result

# two ways to the loss: pressure on the slopes of the skin at 72 nodes, and waves of the pressure
CLOSES = 0.01


def stroke_on(radius: str, depth: str, speed: str, friction: float, **more: object) -> ss.Problem:
    skin = ss.SplitNeoHookean(
        shear_modulus="150 kPa", bulk_modulus="500 kPa", prony=ss.Prony(g=(0.34,), tau=("0.1 s",))
    )
    fat = ss.SplitNeoHookean(
        shear_modulus="3 kPa", bulk_modulus="60 kPa", prony=ss.Prony(g=(0.3,), tau=("5 ms",))
    )
    tissue = ss.Tissue(
        layers=[
            ss.Layer(name="skin", thickness="2.6 mm", material=skin),
            ss.Layer(name="fat", thickness="2.7 mm", material=fat),
        ]
    )
    diameter = f"{2.0 * float(radius.split()[0])} mm"
    tool = ss.Instrument(
        edge=ss.Edge(nose_radius=radius, thickness=diameter), contact_length="20 mm"
    )
    stroke = ss.Stroke(indentation=depth, speed=speed, friction=friction)
    return ss.Problem(tissue=tissue, instrument=tool, stroke=stroke, **more)


@pytest.mark.parametrize(
    ("radius", "depth"), [("0.06 mm", "0.1 um"), ("0.3 mm", "3 um"), ("5 mm", "50 um")]
)
@pytest.mark.parametrize("speed", ["1 mm/s", "20 mm/s", "-500 mm/s"])
@pytest.mark.parametrize("friction", [0.0, 0.6])
def test_work_of_a_steady_stroke_is_found_again(
    radius: str, depth: str, speed: str, friction: float
) -> None:
    result = linear_result(stroke_on(radius, depth, speed, friction))
    assert float(result.viscous_dissipation) > 0.0
    assert float(energy_residual(result)) < CLOSES


def test_energies_do_not_depend_on_the_rows_that_are_shown() -> None:
    case = stroke_on("0.3 mm", "3 um", "20 mm/s", 0.0)
    coarse = replace(case, resolution=ss.Resolution(rows=(1, 1)))
    one, other = (linear_result(c) for c in (case, coarse))
    for names in (["work_of_stroke"], ["viscous_dissipation", "stored_energy"]):
        first, second = (sum(float(result[name]) for name in names) for result in (one, other))
        assert first == pytest.approx(second, rel=1e-12)


def test_loss_is_the_integral_of_its_density_where_rows_and_window_hold_it() -> None:
    """A contact wider than the tissue is thick, and a memory shorter than the window."""
    case = stroke_on("20 mm", "0.5 mm", "5 mm/s", 0.0)
    case = replace(case, resolution=ss.Resolution(rows=(30, 30)))
    result = linear_result(case)
    behind = result.dissipated_energy_density.isel(along=0)
    summed = float((behind * result.row_height).sum("depth")) * 20e-3 * float(result.travel)
    assert summed == pytest.approx(float(result.viscous_dissipation), rel=0.02)


def test_an_elastic_stroke_loses_nothing() -> None:
    case = stroke_on("0.3 mm", "3 um", "20 mm/s", 0.0)
    layers = [
        replace(layer, material=replace(layer.material, prony=None)) for layer in case.tissue.layers
    ]
    result = linear_result(replace(case, tissue=ss.Tissue(layers=layers)))
    assert float(result.viscous_dissipation) == 0.0
    force = float(result.normal_force)
    assert abs(float(result.tangential_force)) < 1e-9 * force
    assert np.isfinite(float(result.work_of_stroke))
