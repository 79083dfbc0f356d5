"""Every figure function: what it draws, in which units, within which limits, and what it admits."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LogNorm, Normalize, SymLogNorm
from matplotlib.patches import Polygon, Rectangle

import softsim as ss
from softsim import viz
from softsim.colours import layer_colour
from softsim.errors import InputError
from softsim.viz.drawing.style import STYLES, figure_of, png_of
from softsim.viz.figures.instrument import leaned_outline
from tests.small_case import small_result
from tests.viz_cases import like_a_calf, overlapping_texts, sweep_cube, whole_edge, words


def said_in(axes: Axes) -> str:
    return " ".join(words(figure_of(axes)))


def cautions_in(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts if text.get_gid() == "caution"]


def gaps_in(axes: Axes) -> dict[str, tuple[float, float]]:
    found = [patch for patch in axes.patches if isinstance(patch, Rectangle) and patch.get_gid()]
    return {patch.get_gid(): patch.get_xy() for patch in found}


def lines_named(axes: Axes, label: str) -> list:
    return [line for line in axes.get_lines() if line.get_label() == label]


# ------------------------------------------------------------------ profiles


def test_profile_is_the_variable_in_its_unit_over_every_layer():
    result = small_result("steady")
    axes = viz.depth_profile(result, "von_mises")
    drawn = np.concatenate(
        [line.get_xdata() for line in axes.get_lines() if len(line.get_xdata()) > 2]
    )
    expected = 1e-3 * result["peak_von_mises_at_depth"].to_numpy()
    assert set(np.round(expected, 9)) <= set(np.round(drawn, 9))
    assert axes.get_xlabel() == "largest von Mises stress [kPa]"
    assert axes.get_ylim() == (9.5, 0.0)  # mm, downwards, to the base
    low, high = axes.get_xlim()
    assert low <= expected.min()
    assert high >= expected.max()


def test_thin_layer_keeps_its_name_and_a_stripe_on_the_page():
    axes = viz.depth_profile(like_a_calf(), "stress_depth")
    top, bottom = (axes.transData.transform((1.0, z))[1] for z in (0.0, 0.08))
    assert top - bottom > 8.0  # pixels
    assert "epidermis" in said_in(axes)
    assert "deep fascia" in said_in(axes)
    assert overlapping_texts(figure_of(axes)) == []


def test_undisturbed_state_is_a_thin_dashed_line():
    result = small_result("steady")
    before = 0.5 * result["peak_stress_along_at_depth"]
    result["stress_along_undisturbed"] = before
    axes = viz.depth_profile(result, "stress_along")
    thin = [line for line in axes.get_lines() if line.get_gid() == "undisturbed"]
    thick = lines_named(axes, "tension along")
    assert thin[0].get_linewidth() < thick[0].get_linewidth()
    assert thin[0].get_linestyle() != "-"
    values = np.concatenate([line.get_xdata() for line in thin])
    assert set(np.round(1e-3 * before.to_numpy(), 9)) <= set(np.round(values, 9))


def test_several_results_share_a_frame_and_say_which_is_outside_validity():
    good, bad = small_result("steady"), small_result("steady")
    good.attrs["warnings"] = bad.attrs["warnings"] = "[]"
    bad.attrs |= {"validity": "outside", "largest_strain": 0.4}
    axes = viz.depth_profile({"rod": good, "blade": bad}, "von_mises")
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend[:2] == ["rod", "blade"]
    assert len({lines_named(axes, name)[0].get_color() for name in ("rod", "blade")}) == 2
    (told,) = cautions_in(axes)
    assert told.startswith("⚠ blade: outside small-strain theory")
    assert "40 %" in told


def test_spread_over_cases_is_a_band_round_the_median():
    result = small_result("steady")
    cases = xr.concat(
        [
            result.assign({k: s * result[k] for k in ["peak_von_mises_at_depth"]})
            for s in (0.5, 1.0, 2.0)
        ],
        dim="case",
        data_vars=["peak_von_mises_at_depth"],
    )
    axes = viz.depth_profile(cases, "von_mises")
    band = axes.collections[0].get_paths()[0].vertices[:, 0]
    line = max(line.get_xdata().max() for line in axes.get_lines()[:1])
    assert band.min() < line < band.max()
    ends = viz.depth_profile(result, band=(result, 2.0 * result))
    assert ends.collections


def test_stress_over_four_decades_stays_in_sight():
    result = like_a_calf()
    fall = np.logspace(0, -4, result.sizes["depth"])
    name = "peak_von_mises_change_at_depth"
    result[name] = result[name] * 0.0 + 1e5 * xr.DataArray(fall, dims="depth")
    axes = viz.depth_profile(result)
    assert axes.get_xscale() == "log"
    assert axes.get_xlim()[0] <= 0.01
    assert axes.get_xlim()[1] >= 100.0


def test_field_without_a_profile_is_answered_with_those_there_are():
    with pytest.raises(InputError, match="peak_von_mises_at_depth"):
        viz.depth_profile(small_result("steady"), "temperature")


# ------------------------------------------------------------------ section


@pytest.mark.parametrize("mode", ["steady", "press", "transient"])
def test_section_has_layers_tool_and_scale_in_true_proportion(mode):
    result = small_result(mode)
    axes = viz.section_map(result, "strain_max_shear")
    meshes = [item for item in axes.collections if isinstance(item, QuadMesh)]
    assert len(meshes) == 2  # one per layer: colours never run across a boundary
    assert axes.get_aspect() == 1.0
    assert any(isinstance(patch, Polygon) for patch in axes.patches)
    scale = next(child for child in axes.child_axes if child.get_label() == "scale")
    assert scale.get_ylabel() == "largest shear strain [%]"
    assert ("travel" in said_in(axes)) == (mode != "press")
    png_of(figure_of(axes))


def test_tool_stands_where_the_result_says():
    result = small_result("transient")
    axes = viz.section_map(result, time=0.35)
    shot = result.sel(time=0.35, method="nearest")
    tool = next(patch for patch in axes.patches if isinstance(patch, Polygon))
    lowest = tool.get_xy()[np.argmax(tool.get_xy()[:, 1])]
    assert lowest[1] == pytest.approx(1e3 * float(shot["indentation"]), abs=1e-6)
    assert lowest[0] == pytest.approx(1e3 * float(shot["tool_along"]), abs=0.3)
    assert f"{float(shot['time']):.3g} s" in axes.get_title()


def test_colours_follow_the_sign_and_the_decades_asked_for():
    result = small_result("steady")

    def norm(**options) -> Normalize:
        return viz.section_map(result, **options).collections[0].norm

    signed = norm(field="stress_shear")
    assert signed.vmin == pytest.approx(-signed.vmax)
    logarithmic = norm(field="von_mises", decades=4)
    assert isinstance(logarithmic, LogNorm)
    assert logarithmic.vmax / logarithmic.vmin == pytest.approx(1e4)
    assert isinstance(norm(field="stress_depth", decades=2), SymLogNorm)
    fixed = norm(field="von_mises", decades=0, limits=(0.0, 5e3))
    assert (fixed.vmin, fixed.vmax) == (0.0, 5.0)


def test_view_of_all_layers_reaches_the_base():
    axes = viz.section_map(small_result("press"), view="layers")
    assert axes.get_ylim()[0] >= 9.5
    with pytest.raises(InputError, match="'tool' or 'layers'"):
        viz.section_map(small_result("press"), view="everything")


def test_result_outside_validity_says_so_in_every_figure():
    result = small_result("steady")
    result.attrs |= {
        "validity": "outside",
        "largest_strain": 0.78,
        "warnings": json.dumps(["contact length is only 3 contact widths; mind the ends"]),
    }
    for axes in (viz.section_map(result), viz.contact_pressure(result), viz.depth_profile(result)):
        (told,) = cautions_in(axes)
        assert "outside small-strain theory (largest strain 78 %)" in told
        assert "only 3 contact widths" in told
    said = " ".join(words(viz.plot(result)))
    assert said.count("outside small-strain theory") == 1


# ------------------------------------------------------------------ skin


def test_contact_pressure_lies_where_the_skin_is_now():
    result = small_result("steady")
    axes = viz.contact_pressure(result)
    line = lines_named(axes, "pressure")[0]
    np.testing.assert_allclose(line.get_ydata(), 1e-3 * result["contact_pressure"])
    place = 1e3 * (result["along"] + result["surface_displacement_along"])
    np.testing.assert_allclose(line.get_xdata(), place)
    loaded = place.to_numpy()[result["contact_pressure"].to_numpy() > 0.0]
    low, high = axes.get_xlim()
    assert low < loaded.min()
    assert loaded.max() < high
    assert "[kPa]" in axes.get_ylabel()


def test_maps_of_a_whole_edge_share_their_scale_and_show_the_edge():
    frames = viz.edge_maps(whole_edge(validity="indicative"))
    assert [axes.get_label() for axes in frames] == ["contact_pressure_map", "skin_depth_map"]
    figure_of(frames[0]).draw_without_rendering()
    per_mm = [np.ptp(axes.transData.transform([(0, 0), (1, 0)])[:, 0]) for axes in frames]
    per_mm += [np.ptp(axes.transData.transform([(0, 0), (0, 1)])[:, 1]) for axes in frames]
    np.testing.assert_allclose(per_mm, per_mm[0], rtol=1e-6)
    line = lines_named(frames[0], "lowest points of the edge")[0]
    np.testing.assert_allclose(line.get_ydata(), 0.0, atol=1e-9)
    assert line.get_xdata().min() > -10.5
    assert "at the border of small-strain theory" in said_in(frames[0])


def test_maps_refuse_a_section():
    with pytest.raises(InputError, match="whole edge"):
        viz.edge_maps(small_result("steady"))


# ------------------------------------------------------------------ edges


def test_leaned_edge_rests_on_the_skin_and_keeps_its_size():
    edge = ss.load_instrument("gt4_class_scanner").edge
    for angle in (45.0, 90.0, 120.0):
        outline = leaned_outline(edge, math.radians(angle))
        assert outline[:, 1].min() == pytest.approx(0.0, abs=1e-12)
    upright = leaned_outline(edge, math.radians(90.0))
    assert np.ptp(upright[:, 0]) == pytest.approx(1e3 * edge.thickness, rel=1e-3)
    leaned = leaned_outline(edge, math.radians(45.0))
    top = leaned[np.argmax(leaned[:, 1])]
    assert top[0] > 0.0  # at 45 degrees the handle leans forward


def test_edges_stand_side_by_side_to_the_same_scale():
    tools = [ss.load_instrument(n) for n in ("gt4_class_scanner", "strigil_bronze")]
    axes = viz.edge_section(tools, "60 deg")
    outlines = [patch.get_xy() for patch in axes.patches if isinstance(patch, Polygon)]
    assert len([o for o in outlines if o.shape[0] > 10]) == 2
    assert axes.get_aspect() == 1.0
    assert "strigil bronze" in said_in(axes)
    assert "60°" in axes.get_title()
    assert overlapping_texts(figure_of(axes)) == []


# ------------------------------------------------------------------ sweeps


def test_map_of_a_sweep_tells_failed_cases_from_those_not_run():
    axes = viz.sweep_map(
        sweep_cube(), "peak_contact_pressure", x="force", y="angle", at={"speed": "200 mm/s"}
    )
    assert gaps_in(axes) == {"failed": (3, 2)}
    axes = viz.sweep_map(
        sweep_cube(), "peak_contact_pressure", x="angle", y="force", at={"speed": 0.05}
    )
    assert gaps_in(axes) == {"not run": (0, 0)}
    assert axes.get_xlabel() == "angle [°]"
    assert [t.get_text() for t in axes.get_xticklabels()] == ["45", "60", "90"]
    assert "(speed 50 mm/s)" in axes.get_title()
    assert "28.3" in said_in(axes)  # 4 N and 45 deg: 10 kPa/N, times the sine


def test_lines_of_a_sweep_mark_failed_cases_and_keep_every_value_in_sight():
    axes = viz.sweep_lines(
        sweep_cube(), "peak_contact_pressure", x="force", lines="angle", at={"speed": "200 mm/s"}
    )
    crosses = lines_named(axes, "_failed")
    assert [float(line.get_xdata()[0]) for line in crosses] == [9.0]
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["45°", "60°", "90°", "failed"]
    assert axes.get_ylim()[0] == 0.0
    assert axes.get_xlim()[0] < 2.0


def test_layers_of_a_sweep_have_their_colours_and_the_like_are_told_apart():
    axes = viz.sweep_lines(
        sweep_cube(),
        "layer_energy_share",
        x="force",
        lines="layer",
        at={"angle": "60 deg", "speed": "50 mm/s"},
    )
    fats = [lines_named(axes, name)[0] for name in ("fat superficial", "fat deep")]
    assert fats[0].get_color() == fats[1].get_color()
    assert fats[0].get_linestyle() != fats[1].get_linestyle()


def test_sweep_of_failed_cases_only_is_drawn():
    cube = sweep_cube(failed=list(np.ndindex(4, 3, 2)), not_run=())
    viz.sweep_map(cube, "peak_contact_pressure", x="force", y="angle", at={"speed": 0.05})
    axes = viz.sweep_lines(
        cube, "peak_contact_pressure", x="force", at={"speed": 0.05, "angle": "90 deg"}
    )
    assert len(lines_named(axes, "_failed")) == 4
    png_of(viz.plot(cube))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"x": "force", "y": "angle"}, "say where to cut it, e.g. at={'speed': '50 mm/s'}"),
        ({"x": "force", "y": "depth"}, "it has force, angle, speed"),
        ({"x": "force", "y": "force"}, "given twice"),
    ],
)
def test_sweep_map_says_what_is_missing(options, told):
    with pytest.raises(InputError) as caught:
        viz.sweep_map(sweep_cube(), "peak_contact_pressure", **options)
    assert told in str(caught.value)


# ------------------------------------------------------------------ looks and doors


@pytest.mark.parametrize("style", sorted(STYLES))
def test_styles_scale_letters_and_leave_no_setting_behind(style):
    before = dict(mpl.rcParams)
    axes = viz.depth_profile(like_a_calf(), style=style)
    assert axes.xaxis.label.get_fontsize() == STYLES[style].font
    assert overlapping_texts(figure_of(axes)) == []
    png_of(figure_of(viz.section_map(small_result("steady"), style=style)))
    assert overlapping_texts(viz.plot(like_a_calf(), style=style)) == []
    assert dict(mpl.rcParams) == before


def test_unknown_style_is_refused():
    with pytest.raises(InputError, match="poster"):
        viz.plot(small_result("steady"), style="poster")


def test_a_layer_has_one_colour_whatever_its_place():
    assert layer_colour("fat_deep") == layer_colour("fat superficial")
    assert layer_colour("gel") == layer_colour("gel")
    assert (
        len({layer_colour(x) for x in ("epidermis", "dermis", "fat", "deep_fascia", "muscle")}) == 5
    )


def test_accessor_and_axes_show_themselves_in_a_notebook():
    result = small_result("steady")
    assert result.softsim.plot()._repr_png_().startswith(b"\x89PNG")
    assert viz.contact_pressure(result)._repr_png_().startswith(b"\x89PNG")
    assert result.softsim.depth_profile("stress_depth").get_xlabel().endswith("[kPa]")
    assert whole_edge().softsim.edge_maps()[0].get_label() == "contact_pressure_map"
    assert sweep_cube().softsim.sweep_lines(
        "hysteretic_friction", x="force", at={"angle": "60 deg", "speed": 0.2}
    )


@pytest.mark.parametrize("backend", ["", "tkagg", "no such backend"])
def test_figures_need_no_display_and_no_backend(backend, tmp_path):
    small_result("steady").to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    code = (
        "import softsim as ss, sys\n"
        "ss.open_result('a.nc').softsim.plot().savefig('a.png')\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    clean = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "MPLBACKEND")}
    clean |= {"MPLBACKEND": backend} if backend else {}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=clean, check=True)
    assert (tmp_path / "a.png").stat().st_size > 10_000
