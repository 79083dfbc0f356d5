"""The linear engine ends, and says why, where small strain has no answer (issue 15).

Kinds of fault: contacts that never settle, grids of any size, tools that sink through the bone, and
errors of many problems that do not say which it was.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import softsim as ss
from softsim.engines.linear.section.active_set import NodalLoad, active_set
from softsim.engines.linear.section.skin import deformed_contact
from softsim.errors import ConvergenceError, InputError

FAT = ss.SplitNeoHookean(shear_modulus="2 kPa", bulk_modulus="200 kPa")


def block(thickness: str = "10 mm", material: object = FAT, base: str = "rigid") -> ss.Tissue:
    return ss.Tissue(
        layers=[ss.Layer(name="fat", thickness=thickness, material=material)], base=base
    )


def rod(radius: float) -> ss.Instrument:
    return ss.Instrument(
        edge=ss.Edge(nose_radius=radius, thickness=2.0 * radius), contact_length="60 mm"
    )


def problem(stroke: ss.Stroke, radius: float = 5e-3, **tissue: object) -> ss.Problem:
    return ss.Problem(tissue=block(**tissue), instrument=rod(radius), stroke=stroke)


def test_a_thin_rod_pressed_in_over_its_length_is_refused_at_once() -> None:
    stroke = ss.Stroke(force="2.3 N", angle="151.6 deg", speed="5.7 mm/s")
    soft = ss.SplitNeoHookean(shear_modulus="300 Pa", bulk_modulus="100 kPa")
    with pytest.raises(ConvergenceError, match="sunk in the tissue"):
        ss.simulate(
            replace(
                problem(stroke, 54e-6, thickness="46 mm", material=soft),
                instrument=replace(rod(54e-6), contact_length="81.9 mm"),
            ),
            engine="linear",
        )


@pytest.mark.parametrize("mode", ["steady", "press", "transient"])
def test_a_tool_through_the_bone_is_no_result_in_any_mode(mode: str) -> None:
    stroke = ss.Stroke(force="60 N", speed="50 mm/s", length="5 mm")
    with pytest.raises(ConvergenceError, match="10 mm of tissue over its rigid base"):
        ss.simulate(problem(stroke), engine="linear", mode=mode)


@pytest.mark.parametrize("mode", ["steady", pytest.param("press", marks=pytest.mark.slow)])
def test_a_whole_edge_through_the_bone_is_no_result(mode: str) -> None:
    stroke = ss.Stroke(force="200 N", speed="50 mm/s")
    with pytest.raises(ConvergenceError, match="rigid base") as error:
        ss.simulate(problem(stroke), edge="whole", mode=mode, cells=(32, 16))
    assert "200 N" in str(error.value)


def test_a_batch_says_which_problem_failed_and_where_it_was() -> None:
    good = problem(ss.Stroke(force="1 N", speed="50 mm/s"))
    deep = problem(ss.Stroke(force="60 N", speed="50 mm/s"))
    with pytest.raises(ConvergenceError, match=r"^problem 1 \(tissue of fat.* 60 N"):
        ss.simulate_many([good, deep])
    unmoved = problem(ss.Stroke(force="1 N"))
    with pytest.raises(InputError, match=r"^problem 1 \(.*speed"):
        ss.simulate_many([good, unmoved])


@pytest.mark.parametrize("mode", ["steady", "press", "transient"])
def test_nodes_of_any_fineness_are_refused_before_they_are_made(mode: str) -> None:
    case = problem(ss.Stroke(force="1 N", speed="50 mm/s", length="5 mm"))
    with ss.allow_unusual():
        case = replace(case, resolution=ss.Resolution(element_along="1 nm"))
    with pytest.raises(InputError, match=r"element_along is 1e-09 m.*at most"):
        ss.simulate(case, engine="linear", mode=mode)


@pytest.mark.parametrize("friction", [0.7, 0.99])
def test_contacts_under_strong_friction_settle(friction: float) -> None:
    """A thin compressible layer: friction moves the skin as far as pressure does."""
    stroke = ss.Stroke(force="1 N", angle="160 deg", speed="-1.25 mm/s", friction=friction)
    edge = ss.Edge(
        nose_radius="5 mm",
        leading_flank_angle="51.6 deg",
        trailing_flank_angle="40 deg",
        thickness="25.6 mm",
    )
    law = ss.NeoHookean(young_modulus="30 kPa", poisson_ratio=0.3)
    case = ss.Problem(
        tissue=block("1 mm", law),
        instrument=ss.Instrument(edge=edge, contact_length="16 mm"),
        stroke=stroke,
    )
    result = ss.simulate(case, engine="linear")
    assert float(result.normal_force) == pytest.approx(1.0, rel=1e-9)
    assert float(result.contact_pressure.min()) >= 0.0


def test_a_contact_that_coarse_nodes_cannot_see_is_found() -> None:
    """Far smaller than the first grid: 4 um deep under a rod of 11.5 mm on 0.2 mm of tissue."""
    law = ss.SplitNeoHookean(shear_modulus="2.8 kPa", bulk_modulus="3.4 MPa")
    stroke = ss.Stroke(indentation="4 um", angle="136 deg", speed="-22.5 mm/s", friction=0.9)
    result = ss.simulate(
        problem(stroke, 11.5e-3, thickness="0.21 mm", material=law), engine="linear"
    )
    assert float(result.indentation) == pytest.approx(4e-6, rel=1e-9)


def test_exchanging_nodes_finds_the_contact_from_any_guess() -> None:
    """A first guess that reaches beyond the tool, or holds one node, gives the same contact."""
    lag = np.abs(np.arange(-63, 64))
    column = 1.0 / (1.0 + lag) + 0.4 * np.sign(np.arange(-63, 64)) / (1.0 + lag)
    place = np.arange(64.0) - 30.0
    heights = np.where(np.abs(place) < 20.0, 1e-3 * place**2, math.inf)
    load = NodalLoad(0.0, np.ones(64), 0.3)
    guesses = [np.ones(64, dtype=bool), np.arange(64) == 45, np.isin(np.arange(64), [0, 11, 30])]
    found = [active_set(column, heights, load, guess)[0] for guess in guesses]
    assert found[0].sum() == pytest.approx(0.3, rel=1e-12)
    for pressure in found[1:]:
        np.testing.assert_allclose(pressure, found[0], rtol=1e-10, atol=1e-14)


def test_rows_and_cells_of_any_number_are_refused_before_they_are_made() -> None:
    case = problem(ss.Stroke(force="1 N", speed="50 mm/s"))
    fine = replace(case, resolution=ss.Resolution(rows=(900,)))
    with pytest.raises(InputError, match="900 rows"):
        ss.simulate(fine, engine="linear")
    with pytest.raises(InputError, match="100000 x 100000 cells"):
        ss.simulate(case, edge="whole", cells=(100_000, 100_000))
    tall = np.zeros((300, 300))
    with pytest.raises(InputError, match="300 x 300 cells"):
        ss.simulate(case, edge="whole", mode="press", heights=tall, spacing=(1e-4, 1e-4))


def test_a_half_space_pressed_deeper_than_its_datum_is_no_result() -> None:
    case = problem(ss.Stroke(force="200 N", speed="50 mm/s"), thickness="1 mm", base="half_space")
    with pytest.raises(ConvergenceError, match="the skin that its depth is measured from"):
        ss.simulate(case, engine="linear")


def test_a_contact_far_narrower_than_the_tissue_is_seen_on_few_nodes() -> None:
    """0.3 um wide in 10 mm: the window of the fields is bounded, not the contact refused."""
    stiff = ss.SplitNeoHookean(shear_modulus="5 MPa", bulk_modulus="500 MPa")
    case = problem(ss.Stroke(force="1e-4 N", speed="50 mm/s"), 60e-6, material=stiff)
    result = ss.simulate(case, engine="linear")
    assert 1e-8 < float(result.contact_width) < 1e-6
    assert float(result.normal_force) == pytest.approx(1e-4, rel=1e-9)


def test_skin_that_would_be_folded_under_the_tool_is_no_result() -> None:
    """On skin squeezed to less than nothing the pressure of the tool is tension."""
    along = np.linspace(-1.0, 1.0, 21)
    traction = np.stack([np.zeros(21), np.where(np.abs(along) < 0.5, 1e3, 0.0)])
    for stretch, folded in ((0.2, False), (-0.2, True)):
        displacement = np.stack([(stretch - 1.0) * along, np.zeros(21)])
        skin = deformed_contact(along, traction, displacement)
        assert skin.shortest == pytest.approx(stretch)
        if folded:
            with pytest.raises(ConvergenceError, match="squeezed to -20 % of its length"):
                skin.checked()
        else:
            assert float(skin.checked().pressure.max()) == pytest.approx(1e3 / stretch)
