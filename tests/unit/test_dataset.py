"""From an engine's arrays to labelled data: interpolation, signs, identities, attributes."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import softsim as ss
from softsim.dataset import build_dataset
from softsim.engines.finite.solve import solve
from softsim.outcome import Contact, Outcome, Rows, Snapshot
from softsim.serialise import problem_from_toml, problem_hash
from tests.small_case import small_problem, small_result

EXACT = 1e-12  # rounding of a few operations


def synthetic(stress, column_edges, row_edges, row_layer):
    """An outcome on elements whose stress is `stress(along, depth)`."""
    x = 0.5 * (column_edges[1:] + column_edges[:-1])
    z = 0.5 * (row_edges[1:] + row_edges[:-1])
    values = stress(x[:, None], z[None, :])
    zeros = np.zeros_like(values)
    contact = Contact(
        pressure=np.zeros(column_edges.size), shear=np.zeros(column_edges.size), force_along=0.0,
        force_depth=0.0, friction_along=0.0, width=0.0, extent=0.0, number=0, low=0.0,
        high=0.0, centre=0.0,
    )  # fmt: skip
    shot = Snapshot(
        displacement=np.zeros((column_edges.size, row_edges.size, 2)),
        cauchy=np.stack([values, values, values, zeros], axis=-1), strain_max_shear=zeros,
        stored_density=zeros, dissipated_density=zeros, contact=contact, depth=0.0, along=0.0,
        tool_work=0.0, stored_energy=0.0, viscous_work=0.0, friction_work=0.0,
    )  # fmt: skip
    return Outcome(
        mode="steady", columns=column_edges, rows=Rows(row_edges, row_layer),
        rest_stress=np.zeros((len(row_layer), 4)),
        times=np.zeros(0), snapshots=(shot,), iterations=1, residual=float("nan"), n_unknowns=1,
        element_along=1e-3, elapsed=0.0, on_nodes=False, warnings=("careful",),
    )  # fmt: skip


def graded(n: int) -> np.ndarray:
    """Column edges on [-1, 1] whose lengths differ smoothly by a factor of four."""
    t = np.linspace(-1.0, 1.0, n + 1)
    return t + 0.25 * (t**3 - t)


ROWS = np.array([0.0, 0.5e-3, 1.5e-3, 3.5e-3, 9.5e-3])
ROW_LAYER = np.array([0, 0, 1, 1])


def test_linear_field_is_exact_at_nodes_and_at_the_skin():
    solved = synthetic(lambda x, z: 3.0 + 2.0 * x - 70.0 * z, graded(12), ROWS, ROW_LAYER)
    field = build_dataset(small_problem(), "finite", solved)["stress_along"]
    expected = 3.0 + 2.0 * field["along"] - 70.0 * field["depth"]
    np.testing.assert_allclose(field, expected.transpose("depth", "along"), atol=EXACT)
    assert float(field["depth"][0]) == 0.0


def test_interpolation_to_columns_is_of_second_order():
    errors = []
    sizes = np.array([80, 160, 320, 640])
    for n in sizes:
        solved = synthetic(lambda x, z: np.sin(3.0 * x) + 0.0 * z, graded(n), ROWS, ROW_LAYER)
        field = build_dataset(small_problem(), "finite", solved)["stress_along"]
        errors.append(float(abs(field - np.sin(3.0 * field["along"])).max()))
    order = -np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    assert order == pytest.approx(2.0, abs=0.15)


def test_a_layer_never_sees_the_stress_of_its_neighbour():
    solved = synthetic(
        lambda x, z: np.where(z < 1.5e-3, 5.0, -1.0) + 0.0 * x, graded(9), ROWS, ROW_LAYER
    )
    field = build_dataset(small_problem(), "finite", solved)["stress_along"]
    skin = field["depth_layer"] == "skin"
    np.testing.assert_allclose(field[skin.to_numpy()], 5.0, atol=EXACT)
    np.testing.assert_allclose(field[~skin.to_numpy()], -1.0, atol=EXACT)


def test_one_row_in_the_first_layer_is_continued_to_the_skin():
    rows, layer = np.array([0.0, 1.5e-3, 9.5e-3]), np.array([0, 1])
    solved = synthetic(lambda x, z: 1e3 * z + 0.0 * x, graded(4), rows, layer)
    field = build_dataset(small_problem(), "finite", solved)["stress_along"]
    np.testing.assert_allclose(field[0], field[1], atol=EXACT)


def test_coordinates_say_which_layer_and_how_thick():
    result = small_result("steady")
    assert result["layer"].to_numpy().tolist() == ["skin", "fat"]
    assert result["layer_top"].to_numpy().tolist() == [0.0, 1.5e-3]
    np.testing.assert_allclose(result["layer_bottom"], [1.5e-3, 9.5e-3], rtol=EXACT)
    for layer in result["layer"].to_numpy():
        thickness = result["layer_bottom"].sel(layer=layer) - result["layer_top"].sel(layer=layer)
        rows = result["row_height"][(result["depth_layer"] == layer).to_numpy()]
        assert float(rows.sum()) == pytest.approx(float(thickness), rel=EXACT)
    assert (np.diff(result["depth"]) > 0.0).all()
    assert (np.diff(result["along"]) > 0.0).all()


@pytest.mark.parametrize("mode", ["steady", "transient"])
def test_derived_fields_follow_from_the_stress(mode):
    result = small_result(mode)
    along, depth, across, shear = (
        result[f"stress_{name}"] for name in ("along", "depth", "across", "shear")
    )
    mean = (along + depth + across) / 3.0
    second = (along - mean) ** 2 + (depth - mean) ** 2 + (across - mean) ** 2 + 2.0 * shear**2
    np.testing.assert_allclose(result["pressure"], -mean, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(result["von_mises"] ** 2, 1.5 * second, rtol=1e-9, atol=1e-6)
    assert float((2.0 * result["max_shear"] - abs(along - depth)).min()) > -1e-6
    for name in ("strain_max_shear", "strain_energy_density", "dissipated_energy_density"):
        assert float(result[name].min()) >= 0.0


@pytest.mark.parametrize("mode", ["steady", "press", "transient"])
def test_profiles_are_the_largest_values_along_the_row(mode):
    result = small_result(mode)
    for name, values in {
        "von_mises": result["von_mises"],
        "stress_depth": -result["stress_depth"],
        "stress_shear": abs(result["stress_shear"]),
        "stress_along": result["stress_along"],
    }.items():
        np.testing.assert_array_equal(result[f"peak_{name}_at_depth"], values.max("along"))


def test_forces_are_whole_and_positive_when_the_tool_presses_and_is_held_back():
    result = small_result("steady")
    assert float(result["normal_force"]) > 0.0
    assert float(result["tangential_force"]) > float(result["friction_force"]) > 0.0
    assert float(result["indentation"]) == 1e-3
    ratio = result["friction_force"] / result["normal_force"]
    assert float(ratio) == pytest.approx(0.2, abs=0.01)
    mean = result["normal_force"] / (result["contact_width"] * 0.06)
    assert float(result["mean_contact_pressure"]) == pytest.approx(float(mean))
    assert float(result["contact_shear"].max()) > 0.0


@pytest.mark.jit
def test_mirrored_stroke_has_the_same_scalars():
    left = ss.simulate(small_problem(speed="-20 mm/s"))
    right = small_result("steady")
    for name in ("normal_force", "tangential_force", "contact_shift", "apparent_friction"):
        assert float(left[name]) == pytest.approx(float(right[name]), rel=1e-6)
    assert float(left["contact_start"]) == pytest.approx(-float(right["contact_end"]), rel=1e-6)
    assert left.attrs["direction"] == -1


def test_contact_ends_are_those_of_the_skin_under_pressure():
    for mode in ("steady", "press", "transient"):
        result = ss.metrics.at_full_load(small_result(mode))
        under = result["along"][(result["contact_pressure"] > 0.0).to_numpy()]
        # the spline of the last function that is pressed reaches half a span beyond its middle
        cell, half = 1.01e-3, 0.505e-3
        start, end = float(result["contact_start"]), float(result["contact_end"])
        assert float(under.min()) - cell <= start <= float(under.min()) + half
        assert float(under.max()) - half <= end <= float(under.max()) + cell


@pytest.mark.jit
def test_energies_of_a_steady_stroke_belong_to_its_length():
    problem = small_problem()
    longer = replace(problem, stroke=replace(problem.stroke, length="10 mm"))
    solved = solve(problem, "steady")
    short, long = (build_dataset(p, "finite", solved) for p in (problem, longer))
    for name in ss.metrics.ENERGIES:
        assert float(long[name]) == pytest.approx(2.0 * float(short[name]))
    # On long spans the gap is nothing in the mean only, and what pressures do where it is not is
    # work too; on those of the usual accuracy next to none is left.
    usual = replace(problem, resolution=ss.Resolution())
    found = build_dataset(usual, "finite", solve(usual, "steady"))
    pulled = float(found["tangential_force"]) * float(found["travel"])
    assert float(found["work_of_stroke"]) == pytest.approx(pulled, rel=1e-4)


def test_no_contact_gives_no_ratio():
    result = small_result("transient").isel(time=0)
    assert float(result["contact_width"]) == 0.0
    for name in ("contact_shift", "mean_contact_pressure", "apparent_friction"):
        assert np.isnan(float(result[name]))


def test_attributes_can_repeat_and_judge_the_run():
    attrs = small_result("press").attrs
    assert problem_from_toml(attrs["problem"]) == small_problem()
    assert attrs["problem_hash"] == problem_hash(attrs["problem"])
    assert attrs["softsim_version"] == ss.__version__
    assert (attrs["engine"], attrs["stroke_mode"]) == ("finite", "press")
    assert json.loads(attrs["relaxes"]) == {"skin": "shear", "fat": "none"}
    assert json.loads(attrs["rows_per_layer"]) == [2, 4]
    assert attrs["iterations"] > 0
    assert attrs["residual"] < 1e-3
    assert all(isinstance(value, (str, int, float)) for value in attrs.values())


def test_what_is_not_finite_stays_out_of_the_attributes():
    solved = synthetic(lambda x, z: 0.0 * x * z, graded(4), ROWS, ROW_LAYER)
    attrs = build_dataset(small_problem(), "finite", solved).attrs
    assert "residual" not in attrs
    assert json.loads(attrs["warnings"]) == ["careful"]


@pytest.mark.jit
def test_wide_contact_on_a_short_edge_warns():
    problem = small_problem()
    tool = replace(problem.instrument, contact_length="8 mm")
    attrs = ss.simulate(replace(problem, instrument=tool), mode="press").attrs
    assert any("no plane section" in text for text in json.loads(attrs["warnings"]))


def test_estimates_are_listed():
    problem = small_problem()
    tool = ss.load_instrument("gt4_class_scanner")
    solved = synthetic(lambda x, z: 0.0 * x * z, graded(4), ROWS, ROW_LAYER)
    attrs = build_dataset(replace(problem, instrument=tool), "finite", solved).attrs
    listed = json.loads(attrs["estimates"])
    assert [row["name"] for row in listed] == [source.name for source in tool.estimates]
    assert {"name", "value", "unit", "basis"} <= set(listed[0])
    given = [row for row in json.loads(attrs["sources"]) if row["basis"] == "given by the user"]
    assert len(json.loads(attrs["sources"])) == len(tool.sources) + len(given)
    assert attrs["evidence"].endswith("7 without citation, 7 of low confidence")
