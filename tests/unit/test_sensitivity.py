"""Which numbers matter: plans of blocks, indices of Sobol', effects of Morris, one at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats
import xarray as xr

import softsim as ss
from softsim.errors import InputError
from softsim.sweeps.plans import plan_of

CALF = ss.Problem(
    tissue=ss.load_tissue("calf"),
    instrument=ss.load_instrument("gt4_class_scanner"),
    stroke=ss.Stroke(force="4 N", angle="60 deg", speed="50 mm/s", friction="emollient"),
)
THREE = ("x1", "x2", "x3")


def cube_of(method, num, output, seed=0):
    """Return a cube as a store gives it, its output a function of the drawn shares."""
    plan = plan_of(method, num, seed, THREE, np.full(3, 0.5))
    kept = plan.coordinates("case")
    coords = {name: (dims, values, {"method": method}) for name, (dims, values, _) in kept.items()}
    values = output(*plan.shares.T)
    return xr.Dataset({"y": (("case",), values, {"units": "m"})}, coords=coords)


def ishigami(x1, x2, x3):
    """Return the function of T. Ishigami and T. Homma (1990) with a = 7, b = 0.1."""
    angle = [math.pi * (2.0 * x - 1.0) for x in (x1, x2, x3)]
    return np.sin(angle[0]) * (1.0 + 0.1 * angle[2] ** 4) + 7.0 * np.sin(angle[1]) ** 2


def exact_ishigami():
    """Return first-order and total indices in closed form."""
    a, b, pi4 = 7.0, 0.1, math.pi**4
    first = 0.5 * (1.0 + b * pi4 / 5.0) ** 2
    second, third = a**2 / 8.0, b**2 * pi4**2 * (1.0 / 18.0 - 1.0 / 50.0)
    total = first + second + third
    firsts, totals = [first, second, 0.0], [first + third, second, third]
    return np.array(firsts) / total, np.array(totals) / total


def test_indices_of_ishigami_are_the_exact_ones():
    found = ss.sobol_indices(cube_of("saltelli", 4096, ishigami), "y", resamples=200)
    first, total = exact_ishigami()
    np.testing.assert_allclose(found.first_order, first, atol=0.02)
    np.testing.assert_allclose(found.total_order, total, atol=0.02)
    assert list(found.uncertain_number.values) == list(THREE)
    for name, exact in (("first_order", first), ("total_order", total)):
        assert (
            (found[f"{name}_low"] <= found[name]) & (found[name] <= found[f"{name}_high"])
        ).all()
        assert (
            (found[f"{name}_low"] - 0.02 < exact) & (exact < found[f"{name}_high"] + 0.02)
        ).all()


def test_indices_are_those_of_another_code():
    cube = cube_of("saltelli", 512, ishigami)
    values = cube.y.to_numpy().reshape(512, 5)
    peer = scipy.stats.sobol_indices(
        func={"f_A": values[:, :1].T, "f_B": values[:, -1:].T, "f_AB": values[:, 1:-1].T[:, None]},
        n=512,
    )
    found = ss.sobol_indices(cube, "y", resamples=10)
    np.testing.assert_allclose(found.first_order, peer.first_order, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.total_order, peer.total_order, rtol=1e-9)


def test_effects_of_a_straight_line_are_its_slopes_and_do_not_spread():
    found = ss.morris_effects(
        cube_of("morris", 8, lambda a, b, c: 3.0 * a - 2.0 * b + 0.0 * c), "y"
    )
    np.testing.assert_allclose(found.mean_effect, [3.0, -2.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(found.mean_absolute_effect, [3.0, 2.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(found.spread_of_effects, 0.0, atol=1e-12)
    assert found.mean_effect.attrs["units"] == "m"


def test_numbers_that_act_together_spread():
    found = ss.morris_effects(cube_of("morris", 64, lambda a, b, c: 4.0 * a * b + c), "y")
    np.testing.assert_allclose(found.mean_effect, [2.0, 2.0, 1.0], atol=0.4)
    spread = found.spread_of_effects.values
    assert spread[:2].min() > 0.3
    assert spread[2] < 1e-12


def test_walk_of_morris_moves_each_number_once():
    plan = plan_of("morris", 5, 3, THREE, np.full(3, 0.5))
    steps = np.diff(plan.shares.reshape(5, 4, 3), axis=1)
    np.testing.assert_allclose(np.abs(steps).sum(axis=1), 0.5)
    np.testing.assert_array_equal((steps != 0.0).sum(axis=2), 1)
    assert plan.shares.min() > 0.0
    assert plan.shares.max() < 1.0


def test_largest_swing_is_first():
    found = ss.tornado(cube_of("one_at_a_time", 1, lambda a, b, c: a - 5.0 * b + 2.0 * c), "y")
    assert list(found.uncertain_number.values) == ["x2", "x3", "x1"]
    np.testing.assert_allclose(found.at_high - found.at_low, [-4.5, 1.8, 0.9])
    assert float(found.as_it_is) == pytest.approx(-1.0)


def test_a_failed_case_takes_its_whole_block_with_it_and_is_told(caplog):
    cube = cube_of("saltelli", 256, ishigami)
    broken = cube.assign(status=("case", np.ones(cube.sizes["case"], int)))
    broken["status"][7] = 2  # a case of the second block of five
    broken["y"][7] = 1e9  # never read as a number
    found = ss.sobol_indices(broken, "y", resamples=10)
    assert (found.attrs["blocks"], found.attrs["blocks_left_out"]) == (255, 1)
    assert "1 of 256 blocks" in caplog.text
    rest = np.delete(cube.y.to_numpy().reshape(256, 5), 1, axis=0)
    both = np.concatenate([rest[:, 0], rest[:, -1]])
    jansen = 0.5 * np.mean((rest[:, :1] - rest[:, 1:-1]) ** 2, axis=0) / both.var()
    np.testing.assert_allclose(found.total_order, jansen, rtol=1e-9)


def test_an_output_over_layers_has_an_index_in_each():
    cube = cube_of("saltelli", 64, ishigami)
    layers = xr.DataArray([1.0, 2.0, math.nan], dims="layer", coords={"layer": ["a", "b", "c"]})
    found = ss.sobol_indices(cube.assign(z=cube.y * layers), "z", resamples=10)
    assert found.first_order.dims == ("uncertain_number", "layer")
    np.testing.assert_allclose(found.first_order[:, 0], found.first_order[:, 1])
    assert found.first_order[:, 2].isnull().all()


@pytest.mark.parametrize(
    ("read", "cube", "told"),
    [
        (ss.tornado, cube_of("morris", 4, ishigami), "drawn with method 'morris'"),
        (ss.morris_effects, xr.Dataset({"y": ("case", [1.0])}), "a sweep of drawn cases"),
        (
            ss.morris_effects,
            cube_of("morris", 4, ishigami).isel(case=slice(5)),
            "whole blocks of 4",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(read, cube, told):
    with pytest.raises(InputError, match=told):
        read(cube, "y")
    with pytest.raises(InputError, match="output"):
        ss.tornado(cube_of("one_at_a_time", 1, ishigami), "x")


def test_too_few_whole_blocks_are_refused():
    cube = cube_of("morris", 2, ishigami)
    cube["y"][0] = math.nan
    with pytest.raises(InputError, match="only 1 of 2 blocks of 'y' are whole"):
        ss.morris_effects(cube, "y")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"method": "saltelli", "num": 6}, "power of two for method 'saltelli', e.g. 4 or 8"),
        ({"method": "one_at_a_time", "num": 6}, "must be left out"),
        ({"method": "morris"}, "draw.num"),
    ],
)
def test_bad_plan_is_refused(options, told):
    with pytest.raises(InputError, match=told):
        ss.Draw(vary="library", **options)
    with pytest.raises(InputError, match="must be at most 100000"):
        ss.Design(problem=CALF, draw=ss.Draw(vary="library", num=8192, method="saltelli"))


def test_a_stored_sweep_has_its_plan_and_is_read_from_disk(tmp_path):
    draw = ss.Draw(vary=["tissue.fat", "force cv 20 %"], method="one_at_a_time")
    design = ss.Design(problem=CALF, draw=draw, engine="linear")
    cube = ss.sweep(design, tmp_path / "s.zarr", progress=False)
    found = ss.tornado(cube, "indentation")
    assert set(found.uncertain_number.values) == set(cube.uncertain_number.values)
    first = design.case((0,))
    assert first.stroke.force == pytest.approx(4.0)
    assert first.tissue == CALF.tissue
    assert "force" in found.uncertain_number.values[:3]
    assert (found.at_high.sel(uncertain_number="force") > found.as_it_is).all()
    from softsim.sweeps import check_sweep

    assert check_sweep(tmp_path / "s.zarr").damage == ()
