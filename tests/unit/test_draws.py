"""Lists of cases and uncertain numbers: what is drawn, from which range, and what follows it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import softsim as ss
from softsim.errors import InputError
from softsim.sweeps.design import design_from_table
from softsim.sweeps.draws import uncertain_numbers

CALF = ss.Problem(
    tissue=ss.load_tissue("calf"),
    instrument=ss.load_instrument("gt4_class_scanner"),
    stroke=ss.Stroke(force="4 N", angle="60 deg", speed="50 mm/s", friction="emollient"),
)


def drawn(vary, **options):
    """Return the drawn values by parameter and the design."""
    draw = ss.Draw(vary=vary, **{"num": 256, **options})
    design = ss.Design(problem=CALF, draw=draw)
    return {p.name: np.array(points) for p, _, points in design.axes[0].columns()}, design


def test_cases_are_one_dimension_with_a_column_per_parameter():
    design = ss.Design(problem=CALF, cases={"force": ["2 N", 6.0], "friction": ["dry", 0.1]})
    assert (design.dims, design.shape) == (("case",), (2,))
    second, first = design.case((1,)), design.case((0,))
    assert (second.stroke.force, second.stroke.friction) == (6.0, 0.1)
    assert (first.stroke.force, first.stroke.friction_state) == (2.0, "dry")


def test_cases_and_a_grid_go_together():
    design = ss.Design(
        problem=CALF,
        sweep={"force": [2.0, 4.0, 6.0]},
        cases=pd.DataFrame({"angle": ["45 deg", "90 deg"], "speed": [0.1, 0.2]}),
    )
    assert (design.dims, design.shape) == (("force", "case"), (3, 2))
    assert design.case((2, 1)).stroke.angle == pytest.approx(math.pi / 2)
    assert len(set(design.order())) == 6


def test_cases_of_a_file_have_the_units_of_its_headings(tmp_path):
    (tmp_path / "cases.csv").write_text("force [N],angle [deg],friction\n2,45,dry\n6,90,0.2\n\n")
    table = {
        "tissue": "calf",
        "instrument": "gt4_class_scanner",
        "stroke": {"speed": "0.1 m/s"},
        "cases": "cases.csv",
    }
    design = design_from_table(table, str(tmp_path / "design.toml"))
    assert design.case((0,)).stroke.angle == pytest.approx(math.pi / 4)
    assert design.case((1,)).stroke.friction == 0.2
    again = design_from_table(
        {**table, "cases": {"force": [2.0, 6.0], "angle": ["45 deg", "90 deg"],
                            "friction": ["dry", 0.2]}}
    )  # fmt: skip
    assert again.digest == design.digest


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("force\n", "no case"),
        ("force,force\n1,2\n", "stands there twice"),
        ("force,angle\n1\n", "line 2 has 1 values; must have 2"),
        ("force,angle\n1,\n", "line 2 has no angle"),
        ("force,\n1,2\n", "heading '' is none"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(tmp_path, text, told):
    path = tmp_path / "cases.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=told):
        ss.Design(problem=CALF, cases=path)


@pytest.mark.parametrize("method", ["sobol", "latin_hypercube"])
def test_library_numbers_fill_their_range_log_uniformly(method):
    values, design = drawn("library", method=method)
    ranges = {number.scales[0].name: number for number in uncertain_numbers(["library"], CALF)}
    assert len(ranges) > 20
    for name, number in ranges.items():
        share = values[name] / values[name].max()
        assert share.min() > 0.0
        if len(number.scales) > 1 or number.law != "log-uniform":
            continue
        drawn_numbers = values[name] / getattr_of(name) * number.middle
        place = np.log(drawn_numbers / number.low) / math.log(number.high / number.low)
        assert stats.kstest(place, "uniform").statistic < 0.02
    assert drawn("library", method=method)[1].digest == design.digest


def getattr_of(name):
    from softsim.sweeps.parameters import parameters_of

    return parameters_of(CALF)[name].read(CALF)


def test_one_number_of_the_library_moves_all_that_was_made_of_it():
    values, _ = drawn("tissue.fat")
    moduli = [values[f"tissue.fat_{where}.material.shear_modulus"] for where in
              ("superficial", "deep")]  # fmt: skip
    np.testing.assert_array_equal(moduli[0], moduli[1])
    assert moduli[0].min() >= 400.0
    assert moduli[0].max() <= 4000.0
    bulk = values["tissue.fat_deep.material.bulk_modulus"]
    np.testing.assert_allclose(bulk / moduli[1], 100.0)


def test_ratio_of_bulk_to_shear_is_one_number_for_all_layers():
    values, _ = drawn("library")
    ratio = {
        name: values[f"tissue.{name}.material.bulk_modulus"]
        / values[f"tissue.{name}.material.shear_modulus"]
        for name in ("fat_deep", "muscle", "epidermis")
    }
    np.testing.assert_allclose(ratio["fat_deep"], ratio["muscle"])
    np.testing.assert_allclose(ratio["fat_deep"], ratio["epidermis"])
    assert ratio["muscle"].min() > 50.0
    assert ratio["muscle"].max() < 1000.0


def test_spread_by_hand_is_lognormal_around_the_value():
    values, design = drawn(["stroke.force cv 20 %", "angle from 40 deg to 60 deg"], num=1024)
    force, angle = values["force"], values["angle"]
    assert force.mean() == pytest.approx(4.0, rel=0.005)
    assert force.std() / force.mean() == pytest.approx(0.2, rel=0.02)
    assert stats.kstest(angle, stats.uniform(math.radians(40), math.radians(20)).cdf)[0] < 0.01
    assert {s.basis for s in design.sources if "force" in s.feeds} == {"given by the user"}


def test_a_number_drawn_from_its_range_keeps_its_source():
    _, design = drawn(["tissue.fat_deep.thickness"])
    (source,) = (s for s in design.sources if "tissue.fat_deep.thickness" in s.feeds)
    assert (source.low, source.high) == (0.0015, 0.0075)
    assert source.basis == "textbook knowledge"


def test_a_factor_of_a_number_made_of_several_is_not_guessed():
    names = {p.name for number in uncertain_numbers(["library"], CALF) for p in number.scales}
    assert "tissue.superficial_fascia.material.fibres[0].k1" not in names
    assert "tissue.deep_fascia.material.fibres[0].k1" in names


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"vary": "library", "num": 100}, "power of two for method 'sobol', e.g. 64 or 128"),
        ({"vary": [], "num": 8}, "draw.vary is "),
        ({"vary": "library", "num": 8, "method": "sobl"}, "draw.method"),
        ({"vary": "library", "num": 0}, "draw.num"),
    ],
)
def test_bad_draw_is_refused(options, told):
    with pytest.raises(InputError, match=told):
        ss.Draw(**options)


@pytest.mark.parametrize(
    ("vary", "told"),
    [
        (["tissue.fatt"], r"draw.vary\[0\].*'tissue.fat"),
        (["force"], "has no range in the library; write 'force cv 20 %'"),
        (["force cv 20 %", "force from 1 N to 2 N"], "has force twice"),
        (["angle from 60 deg to 40 deg"], "the first must be the smaller"),
        (["force cv -1"], "cv of force"),
    ],
)
def test_bad_names_are_refused_with_the_nearest(vary, told):
    with pytest.raises(InputError, match=told):
        ss.Design(problem=CALF, draw=ss.Draw(vary=vary, num=8))


def test_a_number_in_the_grid_and_in_the_cases_is_refused():
    with pytest.raises(InputError, match="force is varied twice"):
        ss.Design(problem=CALF, sweep={"force": [1.0]}, cases={"force": [2.0]})
    with pytest.raises(InputError, match="has one list of cases"):
        ss.Design(problem=CALF, cases={"force": [2.0]}, draw=ss.Draw(vary="library", num=8))


def test_store_of_a_draw_has_the_values_beside_the_number_of_the_case(tmp_path):
    draw = ss.Draw(vary=["tissue.fat_deep.thickness", "angle from 40 deg to 60 deg"], num=4)
    design = ss.Design(problem=CALF, sweep={"force": [1.0, 2.0]}, draw=draw, engine="linear")

    cube = ss.sweep(design, tmp_path / "s.zarr", progress=False, runner=constant)
    assert cube.normal_force.dims == ("force", "case")
    assert cube.angle.dims == ("case",)
    np.testing.assert_allclose(cube.angle_degrees, np.degrees(cube.angle))
    assert cube.tissue_fat_deep_thickness.attrs["units"] == "m"
    assert cube.depth_layer.dims == ("case", "depth")
    again = ss.sweep(design, tmp_path / "s.zarr", progress=False, runner=None)
    assert (again.status == 1).all()
    from softsim.sweeps import check_sweep

    assert check_sweep(tmp_path / "s.zarr").damage == ()


def constant(problem, *, mode, engine, warm=None):
    """Return one small result for every case."""
    from tests.small_case import small_result

    return small_result("steady"), None
