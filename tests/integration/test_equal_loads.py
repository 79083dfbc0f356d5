"""Tools at equal terms: the load that gives a number, and tools side by side at it."""

from __future__ import annotations

import math

import numpy as np
import pytest

import softsim as ss
from softsim.errors import ConvergenceError, InputError
from softsim.serialise import problem_from_toml

TOOLS = ("strigil_bronze", "gt4_class_scanner")
CALF = ss.load_tissue("calf")
STROKE = ss.Stroke(force="0.3 N", angle="60 deg", speed="100 mm/s", friction="emollient")
SCANNER = ss.Problem(tissue=CALF, instrument=ss.load_instrument(TOOLS[1]), stroke=STROKE)


@pytest.mark.parametrize(
    ("name", "layer"),
    [("peak_contact_pressure", None), ("work_per_travel", None),
     ("peak_von_mises_change_in_layer", "muscle")],
)  # fmt: skip
def test_load_found_gives_the_number(name, layer):
    there = ss.simulate(SCANNER, engine="linear")
    known = there["tangential_force" if name == "work_per_travel" else name]
    value = abs(float(known.sel(layer=layer) if layer else known))
    far = ss.Problem(
        tissue=CALF, instrument=SCANNER.instrument,
        stroke=ss.Stroke(force="2 N", angle="60 deg", speed="100 mm/s", friction="emollient"),
    )  # fmt: skip
    found = ss.solve_load(far, engine="linear", layer=layer, **{name: value})
    assert float(found.normal_force) == pytest.approx(0.3, rel=5e-3)
    assert found.attrs["problem"] != there.attrs["problem"] or name == "force"
    assert "section_ratio_indentation" in found


def test_finite_engine_meets_a_peak_pressure():
    found = ss.solve_load(SCANNER, peak_contact_pressure="60 kPa")
    assert float(found.peak_contact_pressure) == pytest.approx(60e3, rel=2e-3)
    assert ss.problem_of(found).stroke.load_kind == "force"


def test_loads_that_need_no_search_are_given_to_the_stroke():
    line = ss.solve_load(SCANNER, line_load="10 N/m", engine="linear")
    length = SCANNER.instrument.contact_length
    assert float(line.normal_force) == pytest.approx(10.0 * length, rel=1e-6)
    deep = ss.solve_load(SCANNER, indentation="0.4 mm", engine="linear")
    assert float(deep.indentation) == pytest.approx(4e-4)


def test_tools_side_by_side_have_the_number_in_common():
    both = ss.compare(TOOLS, CALF, STROKE, equal="peak_contact_pressure", at="60 kPa",
                      engine="linear")  # fmt: skip
    assert list(both.instrument.values) == list(TOOLS)
    np.testing.assert_allclose(both.peak_contact_pressure, 6e4, rtol=2e-3)
    assert not np.isclose(*both.normal_force.values, rtol=0.05)
    assert both.contact_pressure.dims == ("instrument", "along")
    assert both.peak_von_mises_change_in_layer.attrs["units"] == "Pa"
    assert (both.reason == "").all()
    for number in range(2):
        problem = problem_from_toml(str(both.problem[number].item()))
        again = ss.simulate(problem, engine="linear")
        assert float(again.normal_force) == pytest.approx(float(both.normal_force[number]))


def test_a_tool_that_does_not_reach_the_value_is_told_and_the_others_stay():
    # A rod of 9 mm cannot press a peak that a sharp edge has at a light load.
    blunt = ss.Instrument(
        edge=ss.Edge(nose_radius="9 mm", thickness="18 mm"), contact_length="50 mm"
    )
    tools = {"scanner": SCANNER.instrument, "rod": blunt}
    compared = ss.compare(tools, CALF, STROKE, equal="peak_contact_pressure", at="300 kPa",
                          engine="linear")  # fmt: skip
    reasons = dict(zip(compared.instrument.values, compared.reason.values, strict=True))
    assert reasons["scanner"] == ""
    assert "peak_contact_pressure of 3e+05 Pa is not reached" in reasons["rod"]
    assert math.isnan(float(compared.normal_force.sel(instrument="rod")))
    assert float(compared.peak_contact_pressure[0]) == pytest.approx(3e5, rel=2e-3)


def test_what_is_never_reached_is_told_with_the_tries():
    with pytest.raises(ConvergenceError, match="of 1e\\+09 Pa is not reached: .* at .* N"):
        ss.solve_load(SCANNER, engine="linear", peak_contact_pressure=1e9)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({}, "must have exactly one number"),
        ({"force": 1.0, "indentation": 1.0}, "must have exactly one number"),
        ({"peak_contact_presure": 1.0}, "peak_contact_pressure"),
        ({"peak_contact_pressure": "6 N"}, "peak_contact_pressure"),
        ({"peak_contact_pressure": -1.0}, "peak_contact_pressure"),
        ({"peak_von_mises_change_in_layer": 1e3}, "layer"),
    ],
)
def test_bad_wishes_are_refused(wanted, told):
    with pytest.raises(InputError, match=told):
        ss.solve_load(SCANNER, engine="linear", **wanted)


@pytest.mark.parametrize(
    ("tools", "options", "told"),
    [
        ((), {}, "instruments is empty"),
        ((TOOLS[0], TOOLS[0]), {}, "twice"),
        (TOOLS, {"equal": "peak_contact_pressure"}, "at is missing"),
        (("strigil",), {}, "strigil_bronze"),
    ],
)
def test_bad_comparisons_are_refused(tools, options, told):
    with pytest.raises(InputError, match=told):
        ss.compare(tools, CALF, STROKE, engine="linear", **options)


def test_comparison_is_a_figure_with_every_tool():
    both = ss.compare(TOOLS, CALF, STROKE, engine="linear")
    figure = ss.viz.plot(both)
    labels = {axes.get_label() for axes in figure.axes}
    assert labels == {"edges", "pressure", "layers"}
    assert "warnings speak against" in figure.get_suptitle()
    assert "rests on" in figure.get_suptitle()
    with pytest.raises(InputError, match="is no comparison"):
        ss.viz.comparison(ss.simulate(SCANNER, engine="linear"))


def test_command_prints_a_table_and_keeps_what_is_asked(tmp_path):
    from click.testing import CliRunner

    from softsim import cli

    words = ["compare", *TOOLS, "--tissue", "calf", "--equal", "peak_contact_pressure", "--at",
             "60 kPa", "--angle", "60 deg", "--speed", "100 mm/s", "--engine", "linear",
             "-o", str(tmp_path / "c.nc"), "--plot", str(tmp_path / "c.png")]  # fmt: skip
    done = CliRunner().invoke(cli.main, words)
    assert done.exit_code == 0, done.output
    for name in (*TOOLS, "peak kPa", "60", "rests on"):
        assert name in done.output
    assert ss.open_result(tmp_path / "c.nc").instrument.size == 2
    assert (tmp_path / "c.png").stat().st_size > 10_000
