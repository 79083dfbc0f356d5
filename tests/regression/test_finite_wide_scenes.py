"""Wide random scenes in the finite engine: answered, or refused for a reason (issue 15)."""

from __future__ import annotations

import json

import numpy as np
import pytest

import softsim as ss
from softsim import alarms
from softsim.errors import ConvergenceError, InputError
from tests.wide_scenes import wide_mode, wide_problem

pytestmark = pytest.mark.jit
PULL_ALLOWED = 0.02  # of the largest pressure, at a node of the rim
QUICK = (3, 4)


@pytest.mark.parametrize(
    "number",
    [pytest.param(k, marks=[] if k in QUICK else pytest.mark.slow) for k in range(120)],
)
def test_wide_scene_is_answered_and_told_or_refused_for_a_reason(number):
    try:
        result = ss.simulate(wide_problem(number), mode=wide_mode(number))
    except (ConvergenceError, InputError) as error:
        refusal = error
    else:
        refusal = None
    if refusal is not None:
        partial = getattr(refusal, "partial", None)
        assert partial is None or "incomplete" in partial.attrs
        return
    # what depends on a contact is not a number where there is none
    loaded = result if "time" not in result.dims else result.isel(time=result.normal_force > 0.0)
    for name, variable in loaded.data_vars.items():
        if not name.startswith("section_ratio"):
            assert np.isfinite(variable.to_numpy()).all(), name
    pressure = result["contact_pressure"]
    assert float(pressure.min()) >= -PULL_ALLOWED * float(pressure.max())
    residual = float(ss.metrics.energy_residual(result).to_numpy().flat[-1])
    told = any("energy balance" in text for text in json.loads(result.attrs["warnings"]))
    assert told == (residual > alarms.RESIDUAL_TOLD)
