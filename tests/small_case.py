"""A cheap real case that several test files share: two layers under a rod."""

from __future__ import annotations

import functools
import os

import pytest
import xarray as xr

import softsim as ss
from softsim._simulate import run

JIT_IS_OFF = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")


def small_problem(**stroke) -> ss.Problem:
    skin = ss.Layer(
        name="skin",
        thickness="1.5 mm",
        material=ss.NeoHookean(
            young_modulus="0.2 MPa", poisson_ratio=0.45, prony=ss.Prony(g=(0.5,), tau=("0.3 s",))
        ),
    )
    fat = ss.Layer(
        name="fat",
        thickness="8 mm",
        material=ss.Ogden(shear_modulus=("1.2 kPa",), exponent=(9.0,), bulk_modulus="120 kPa"),
    )
    given = {
        "indentation": "1 mm",
        "angle": "90 deg",
        "speed": "20 mm/s",
        "friction": 0.2,
        "press_time": "0.1 s",
        "dwell": "0.2 s",
        "length": "5 mm",
        "lift_time": "0.1 s",
    }
    return ss.Problem(
        tissue=ss.Tissue(layers=(skin, fat)),
        instrument=ss.Instrument(
            edge=ss.Edge(nose_radius="5 mm", thickness="10 mm"), contact_length="60 mm"
        ),
        stroke=ss.Stroke(**(given | stroke)),
        resolution=ss.Resolution(element_along="1 mm", rows=(2, 4), steps=20),
    )


@functools.cache
def _solved(mode: str) -> xr.Dataset:
    return ss.simulate(small_problem(), mode=mode)


def small_result(mode: str) -> xr.Dataset:
    if JIT_IS_OFF:
        pytest.skip("needs compiled kernels: a minute without")
    return _solved(mode).copy(deep=True)


def linear_result(problem: ss.Problem, mode: str = "steady") -> xr.Dataset:
    """Return the result of the linear engine for a section, without what its whole edge adds."""
    return run(problem, mode=mode, engine="linear")[0]
