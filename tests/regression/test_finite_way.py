"""A tool on its way: what a step is started from, and answers that are none."""

from __future__ import annotations

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.contact import Touch, Window
from softsim.engines.finite.path.carried import Trail
from softsim.engines.finite.tissue.basis import Line
from tests.small_case import JIT_IS_OFF

SIZE = 0.5e-3


def bump(along, places):
    """A field that moves with the tool, shape (n, 2, 2)."""
    values = np.exp(-(((places - along) / 3e-3) ** 2))
    return np.stack([np.stack([values, 2.0 * values], axis=-1)] * 2, axis=1)


def test_field_that_moves_with_the_tool_is_guessed_exactly():
    line = Line.smooth(np.linspace(0.0, 78 * SIZE, 79))
    window = Window.of(line, [(0.0, line.breaks[-1])])
    places = line.greville
    trail, half = Trail(SIZE, places), 0.5 * SIZE
    for k in range(4):
        along = 15e-3 + k * half
        touch = Touch.none(window.functions.size, along)
        touch.pressure[:] = bump(along, places)[window.functions, 0, 0]
        touch.depth = 1e-3 + 1e-5 * k
        trail.add(bump(along, places), touch, window, 0.1)
    along = 15e-3 + 4 * half
    first = trail.guesses(along, 0.1)[0]
    np.testing.assert_allclose(first.displacement, bump(along, places), atol=1e-9)
    assert first.depth == pytest.approx(1e-3 + 4e-5)
    ends = bump(15e-3 + 3 * half, places)[[0, -1]]
    np.testing.assert_array_equal(first.displacement[[0, -1]], ends)  # which may be held
    given = first.touch(touch, window)
    np.testing.assert_allclose(
        given.pressure, bump(along, places)[window.functions, 0, 0], atol=1e-9
    )


def test_step_of_another_length_is_started_from_a_straight_line():
    line = Line.smooth(np.linspace(0.0, 1e-2, 21))
    window = Window.of(line, [(0.0, 1e-2)])
    trail = Trail(SIZE, line.greville)
    for k in (0.0, 1.0, 2.0):
        touch = Touch.none(window.functions.size, k * SIZE)
        trail.add(np.full((22, 3, 2), k), touch, window, 0.2)
    found = trail.guesses(2.3 * SIZE, 0.06)
    assert len(found) == 2  # ahead, and as it is
    np.testing.assert_allclose(found[0].displacement, 2.3)
    np.testing.assert_allclose(found[1].displacement, 2.0)
    assert found[0].pressure is None


@pytest.mark.skipif(JIT_IS_OFF, reason="needs compiled kernels: minutes without")
def test_sharp_edge_under_which_spans_are_long_does_not_fall_through_the_skin():
    problem = ss.Problem(
        tissue=ss.load_tissue("forearm_volar", gliding="layer"),
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(
            force="4 N", angle="45 deg", length="8 mm", friction="dry", speed="100 mm/s"
        ),
        resolution=ss.Resolution(element_along="0.7 mm"),
    )
    result = ss.simulate(problem, mode="transient")
    last = result.isel(time=-1)
    assert last["contact_width"] > 0.0
    assert last["energy_residual"] < 0.1  # spans as long as the contact; a tool that falls has 0.9
    slide = result.indentation.where(result.pass_number > 0, drop=True)
    assert slide.max() < 1.3 * slide.min()
