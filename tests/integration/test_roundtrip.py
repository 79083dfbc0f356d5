"""A result survives the way to NetCDF and Zarr and back, and still answers questions."""

from __future__ import annotations

import pytest
import xarray as xr

from softsim import metrics
from softsim.serialise import problem_from_toml
from tests.small_case import small_problem, small_result


def through_netcdf(result, folder):
    result.to_netcdf(folder / "stroke.nc", engine="h5netcdf")
    return xr.load_dataset(folder / "stroke.nc", engine="h5netcdf")


def through_zarr(result, folder):
    result.to_zarr(folder / "stroke.zarr", consolidated=False)
    with xr.open_zarr(folder / "stroke.zarr", consolidated=False) as stored:
        return stored.load()


@pytest.mark.parametrize("way", [through_netcdf, through_zarr])
@pytest.mark.parametrize("mode", ["steady", "press", "transient"])
def test_result_comes_back_identical(mode, way, tmp_path):
    result = small_result(mode)
    again = way(result, tmp_path)
    xr.testing.assert_identical(again, result)
    assert problem_from_toml(again.attrs["problem"]) == small_problem()
    xr.testing.assert_allclose(metrics.summary(again), metrics.summary(result))
