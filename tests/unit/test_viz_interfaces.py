"""Figures of layers that glide: slip and traction along them, and adhesions that break."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.collections import LineCollection

from softsim import cli, viz
from softsim.errors import InputError
from softsim.metrics import at_full_load
from softsim.viz.drawing.shots import sheets_of
from softsim.viz.drawing.style import drawing, figure_of
from softsim.viz.figures.section import bonds_looks
from softsim.viz.film.animation import Film
from tests.small_case import small_result
from tests.viz_cases import overlapping_texts, stuck_result, words


def spans_in(axes, gid):
    return [patch for patch in axes.patches if patch.get_gid() == gid]


def test_slip_traction_and_damage_are_drawn_over_places_before_loading():
    result = stuck_result()
    slip, shear, damage = viz.interface_lines(result)
    last = at_full_load(result).sel(interface="plane")
    place, drawn = slip.get_lines()[0].get_data()
    np.testing.assert_allclose(place, 1e3 * last["along"])
    np.testing.assert_allclose(drawn, 1e3 * last["slip"])
    np.testing.assert_allclose(shear.get_lines()[0].get_ydata(), 1e-3 * last["interface_shear"])
    np.testing.assert_allclose(damage.get_lines()[0].get_ydata(), last["adhesion_damage"])
    ends = [(box.get_x(), box.get_x() + box.get_width()) for box in spans_in(slip, "adhesion")]
    np.testing.assert_allclose(ends, [(1.0, 5.0), (6.0, 10.0)])
    said = " ".join(words(figure_of(slip)))
    assert "Bridge: assumed strength 0.1 kPa (given, not measured)" in said
    assert "Band: assumed strength 60 kPa (prior: 5 to 720)" in said


def test_traction_is_a_ratio_to_an_assumed_strength_in_its_range():
    result = stuck_result()
    ratio, damage = viz.damage_over_strokes(result, "band")
    assert "ratio to an assumed strength" in " ".join(words(figure_of(ratio)))
    (prior,) = spans_in(ratio, "prior")
    assert prior.get_y() == pytest.approx(5.0 / 60.0)
    assert prior.get_y() + prior.get_height() == pytest.approx(720.0 / 60.0)
    mean = damage.get_lines()[0].get_ydata()
    np.testing.assert_allclose(mean, result["adhesion_damage_mean"].sel(adhesion="band"))
    numbers = [text.get_text().strip() for text in damage.texts]
    assert numbers == ["pass 1", "2"]


def test_strength_of_ones_own_has_no_range_in_the_figure():
    ratio, _ = viz.damage_over_strokes({"soft": stuck_result(), "same": stuck_result()}, "bridge")
    assert spans_in(ratio, "prior") == []
    assert len(ratio.get_lines()) >= 3  # both results, and the strength


@pytest.mark.parametrize("style", ["screen", "paper", "slide"])
def test_no_words_lie_on_each_other(style):
    result = stuck_result()
    for axes in (
        viz.interface_lines(result, style=style),
        viz.damage_over_strokes(result, style=style),
    ):
        assert overlapping_texts(figure_of(axes[0])) == []


def test_what_has_no_interface_or_no_adhesion_is_refused():
    plain = small_result("transient")
    with pytest.raises(InputError, match="no interface that glides"):
        viz.interface_lines(plain)
    with pytest.raises(InputError, match="no adhesion over time"):
        viz.damage_over_strokes(plain)
    with pytest.raises(InputError, match="plane"):
        viz.interface_lines(stuck_result(), "plain")


def test_sides_of_an_interface_that_slips_are_drawn_apart():
    result = stuck_result()
    last = result.isel(time=-1)
    above, below = sheets_of(last)
    slip = 1e3 * last["slip"].sel(interface="plane").to_numpy()
    middle = abs(1e3 * last["along"].to_numpy()) < 8.0
    # rows are coarse: the lines through them reach the boundary to a third of the largest slip
    apart = (below.along[0] - above.along[-1])[middle]
    assert np.abs(apart - slip[middle]).max() < 0.35 * np.abs(slip).max()
    assert np.corrcoef(apart, slip[middle])[0, 1] > 0.9


def test_section_and_film_draw_the_bonds_and_what_is_broken_of_them():
    result = stuck_result()
    axes = viz.section_map(result, "strain_max_shear")
    bonds = [found for found in axes.collections if isinstance(found, LineCollection)]
    assert len(bonds) == 2
    assert any(text.get_text().startswith("bridge") for text in axes.texts)
    with drawing("screen"):
        film = Film(result, "von_mises", "screen", 1.0)
        first, last = film.footage.shot(0.0).bonds, film.footage.shot(1.0).bonds
        assert film.pixels(0.7).std() > 10.0
    assert first[0, :, 2].max() == 0.0
    assert last[0, :, 2].max() > 0.0


def test_bonds_turn_white_as_they_break():
    points = np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [2.0, 1.0, 1.0], [3.0, 1.0, 1.0]])
    segments, colours = bonds_looks(points)
    assert segments.shape == (3, 2, 2)
    assert colours[0].min() < 0.2
    np.testing.assert_allclose(colours[2], 1.0)
    assert (colours[1] > colours[0]).any()


def test_figures_are_drawn_by_the_command(tmp_path):
    stuck_result().to_netcdf(tmp_path / "stuck.nc")
    for figure in ("interface", "damage"):
        path = tmp_path / f"{figure}.png"
        words_given = ["plot", str(tmp_path / "stuck.nc"), "-o", str(path), "--figure", figure]
        ran = CliRunner().invoke(cli.main, words_given)
        assert ran.exit_code == 0, ran.output
        assert path.stat().st_size > 5000
    ran = CliRunner().invoke(cli.main, [*words_given, "--time", "0.1 s"])
    assert ran.exit_code == 2
    assert "--time is given for --figure damage" in ran.output
