"""Results opened by other programs: no name in them may be one that a format keeps for itself.

Fault of this kind: an attribute called `mode` made a result unwritable as netCDF-3.
"""

from __future__ import annotations

import json
import pickle

import pytest
import xarray as xr
from scipy.io import netcdf_file

from tests.small_case import small_result


@pytest.mark.parametrize("mode", ["steady", "press", "transient"])
@pytest.mark.parametrize("engine", ["scipy", "h5netcdf"])
def test_result_is_the_same_after_netcdf_3_and_4(tmp_path, mode, engine):
    result = small_result(mode)
    result.to_netcdf(tmp_path / "result.nc", engine=engine)
    with xr.open_dataset(tmp_path / "result.nc", engine=engine) as back:
        assert back.load().identical(result)


@pytest.mark.parametrize("mode", ["steady", "press", "transient"])
def test_no_attribute_has_a_name_that_netcdf_3_keeps_for_itself(tmp_path, mode):
    result = small_result(mode)
    with netcdf_file(tmp_path / "empty.nc", "w") as empty:
        variable = empty.createVariable("x", "d", ())
        assert not set(result.attrs) & set(dir(empty))
        for name, array in result.variables.items():
            assert not set(array.attrs) & set(dir(variable)), name


def test_result_is_the_same_as_json_and_pickle():
    result = small_result("steady")
    assert pickle.loads(pickle.dumps(result)).identical(result)
    assert xr.Dataset.from_dict(json.loads(json.dumps(result.to_dict()))).equals(result)
