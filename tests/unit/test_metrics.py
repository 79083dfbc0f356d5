"""Metrics against hand-made results whose answer is known, and against each other on a real one."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import softsim as ss
from softsim import measuring, metrics
from softsim.variables import REGISTRY
from tests.small_case import small_result

EXACT = 1e-12


def layered(profile: list[float], field: str = "von_mises") -> xr.Dataset:
    """Rows of 1 mm: three in layer a, three in layer b."""
    return xr.Dataset(
        {f"peak_{field}_at_depth": ("depth", profile)},
        coords={
            "depth": [0.0, 0.5e-3, 1.5e-3, 2.5e-3, 3.5e-3, 4.5e-3, 5.5e-3],
            "depth_layer": ("depth", ["a", "a", "a", "a", "b", "b", "b"]),
            "layer": ["a", "b"],
            "layer_top": ("layer", [0.0, 3e-3]),
            "layer_bottom": ("layer", [3e-3, 6e-3]),
        },
    )


@pytest.mark.parametrize(
    ("profile", "share", "depth"),
    [
        ([10, 9, 7, 5, 4, 3, 2], 0.6, 2.0e-3),  # inside a layer: halfway between 7 and 5
        ([10, 10, 10, 10, 1, 1, 1], 0.5, 3.0e-3),  # in the jump: the boundary itself
        ([1, 1, 1, 1, 10, 6, 2], 0.4, 5.0e-3),  # the last crossing counts
        ([10, 2, 2, 2, 2, 8, 0], 0.5, 4.875e-3),  # a deep layer that is loaded again
        ([10, 9, 9, 9, 9, 9, 9], 0.5, 6.0e-3),  # never: the bottom
        ([10, 9.5, 8.5, 7.5, 1, 1, 1], 0.71, 2.9e-3),  # between the last row and the boundary
    ],
)
def test_depth_of_action_of_a_known_profile(profile, share, depth):
    found = metrics.depth_of_action(layered([float(v) for v in profile]), "von_mises", share)
    assert float(found) == pytest.approx(depth, rel=1e-9)


def test_depth_of_action_without_load_is_unknown():
    assert np.isnan(float(metrics.depth_of_action(layered([0.0] * 7), "von_mises")))


def test_depth_of_action_of_a_smooth_profile_is_of_second_order():
    errors, sizes = [], np.array([20, 40, 80, 160])
    for n in sizes:
        edges = np.linspace(0.0, 1.0, n + 1)
        depth = np.append(0.0, 0.5 * (edges[1:] + edges[:-1]))
        profile = xr.DataArray(np.exp(-5.3 * depth**2), dims="depth", coords={"depth": depth})
        ds = xr.Dataset({"peak_von_mises_change_at_depth": profile})
        errors.append(abs(float(metrics.depth_of_action_10(ds)) - np.sqrt(np.log(10.0) / 5.3)))
    assert -np.polyfit(np.log(sizes), np.log(errors), 1)[0] >= 1.5
    assert errors[-1] < 1e-5


def test_depth_of_action_keeps_the_dimensions_of_a_sweep():
    one = layered([10.0, 9.0, 7.0, 5.0, 4.0, 3.0, 2.0])
    cube = xr.concat([one, 3.0 * one], dim=xr.DataArray([1.0, 3.0], dims="force", name="force"))
    found = metrics.depth_of_action(cube, "von_mises", 0.6)
    assert found.dims == ("force",)
    np.testing.assert_allclose(found, 2e-3, rtol=1e-9)


def test_depth_of_action_refuses_what_it_does_not_know():
    with pytest.raises(ss.InputError, match="'von_mises'"):
        metrics.depth_of_action(layered([1.0] * 7), "von_misses")
    with pytest.raises(ss.InputError, match="share is 50"):
        metrics.depth_of_action(layered([1.0] * 7), "von_mises", 50)
    with pytest.raises(ss.InputError, match="is not in this dataset"):
        metrics.depth_of_action(layered([1.0] * 7), "stress_depth")


def two_layers(density_a: float, density_b: float) -> xr.Dataset:
    """Uniform strain energy in each of two layers of 2 mm and 3 mm, contact 1 mm wide at 1 mm."""
    depth = [0.0, 0.5e-3, 1.5e-3, 3.5e-3]
    along = np.array([-9.0, -4.0, -2.0, 0.0, 1.0, 2.0, 3.0, 9.0]) * 1e-3
    density = np.repeat([[density_a], [density_a], [density_a], [density_b]], along.size, axis=1)
    return xr.Dataset(
        {
            "strain_energy_density": (("depth", "along"), density),
            "contact_width": 0.5e-3,
            "contact_extent": 1e-3,
            "contact_start": 0.5e-3,
            "contact_end": 1.5e-3,
        },
        coords={
            "depth": depth,
            "along": along,
            "depth_layer": ("depth", ["a", "a", "a", "b"]),
            "row_height": ("depth", [0.0, 1e-3, 1e-3, 3e-3]),
            "layer": ["a", "b"],
            "layer_top": ("layer", [0.0, 2e-3]),
            "layer_bottom": ("layer", [2e-3, 5e-3]),
        },
    )


def test_energy_share_weighs_density_with_thickness():
    share = metrics.layer_energy_share(two_layers(6.0, 1.0))
    np.testing.assert_allclose(share.sel(layer=["a", "b"]), [12.0 / 15.0, 3.0 / 15.0], rtol=EXACT)


def test_selectivity_is_the_ratio_of_mean_densities_in_the_window():
    result = two_layers(6.0, 1.5)
    assert float(metrics.selectivity(result, "a", "b")) == pytest.approx(4.0)
    outside = (result["along"] < -1e-3) | (result["along"] > 3.1e-3)
    spiked = result["strain_energy_density"].where(~outside, 1e9)
    assert float(metrics.selectivity(result.assign(strain_energy_density=spiked), "a", "b")) == (
        pytest.approx(4.0)
    )


def test_selectivity_of_an_unknown_layer_is_refused():
    with pytest.raises(ss.InputError, match="layer 'muscle'"):
        metrics.selectivity(two_layers(1.0, 1.0), "a", "muscle")


@pytest.mark.parametrize("mode", ["steady", "press", "transient"])
def test_friction_parts_add_up(mode):
    result = small_result(mode)
    parts = metrics.interfacial_friction(result) + metrics.hysteretic_friction(result)
    np.testing.assert_allclose(parts, metrics.apparent_friction(result), atol=EXACT)


@pytest.mark.parametrize("mode", ["steady", "press", "transient"])
def test_energy_shares_add_up_to_one_wherever_there_is_load(mode):
    share = metrics.layer_energy_share(small_result(mode)).sum("layer", skipna=False)
    total = share.to_numpy()[np.isfinite(share.to_numpy())]
    assert total.size > 0
    np.testing.assert_allclose(total, 1.0, rtol=EXACT)


def test_energy_residual_is_what_the_audit_does_not_find():
    result = xr.Dataset(
        {
            "work_of_stroke": ("time", [0.0, 4.0, 1.0]),
            "stored_energy": ("time", [0.0, 2.0, 0.0]),
            "viscous_dissipation": ("time", [0.0, 1.0, 1.0]),
            "frictional_dissipation": ("time", [0.0, 0.5, 0.5]),
            "normal_force": ("time", [0.0, 100.0, 0.0]),
            "travel": ("time", [0.0, 1.0, 1.0]),
        }
    )
    residual = metrics.energy_residual(result).to_numpy()
    assert np.isnan(residual[0])
    np.testing.assert_allclose(residual[1:], [0.5 / 4.0, 0.5 / 4.0], rtol=EXACT)


def test_energy_residual_of_a_stroke_without_resistance_counts_the_least_friction():
    names = ("work_of_stroke", "stored_energy", "viscous_dissipation", "frictional_dissipation")
    result = xr.Dataset({**dict.fromkeys(names, 1e-9), "normal_force": 5.0, "travel": 2.0})
    residual = float(metrics.energy_residual(result))
    assert residual == pytest.approx(2e-9 / (measuring.LEAST_FRICTION * 10.0), rel=EXACT)


def test_audit_of_a_real_transient_closes():
    residual = metrics.energy_residual(small_result("transient"))
    assert float(residual[-1]) < 0.03  # 1 mm elements and 20 steps


def test_full_load_is_before_the_lift_and_after_the_slide():
    loaded = metrics.at_full_load(small_result("transient"))
    assert float(loaded["travel"]) == pytest.approx(5e-3)
    assert float(loaded["indentation"]) == pytest.approx(1e-3)
    assert float(loaded["time"]) < float(small_result("transient")["time"][-1])


@pytest.mark.parametrize("mode", ["steady", "press", "transient"])
def test_summary_has_registered_scalars_only(mode):
    result = small_result(mode)
    found = metrics.summary(result)
    assert set(found.dims) == {"layer"}
    assert "time" not in found.coords
    for name, variable in found.data_vars.items():
        assert variable.attrs == REGISTRY[str(name)].attributes
        assert variable.dims == REGISTRY[str(name)].dims
        assert np.isfinite(variable).all(), name
    assert float(found["work_of_stroke"]) == float(
        result["work_of_stroke"] if mode == "steady" else result["work_of_stroke"][-1]
    )


def test_metrics_of_a_cube_equal_those_of_its_cases():
    one, other = small_result("steady"), small_result("steady")
    other["strain_energy_density"] = other["strain_energy_density"] ** 2
    other["contact_extent"] = 2.0 * other["contact_extent"]
    angles = xr.DataArray([1.0, 2.0], dims="angle", name="angle")
    cube = xr.concat([one, other], dim=angles, combine_attrs="override")
    for metric in (
        metrics.layer_energy_share,
        metrics.hysteretic_friction,
        metrics.energy_residual,
        metrics.depth_of_action_50,
        lambda ds: metrics.selectivity(ds, "skin", "fat"),
    ):
        both = metric(cube)
        for k, case in enumerate((one, other)):
            np.testing.assert_allclose(both.isel(angle=k), metric(case), rtol=EXACT)
