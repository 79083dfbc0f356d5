"""Effects are changes against the tissue before the tool came, and depths do not jump.

Guards against prestress reported as the effect of a stroke, and against depths that a plateau or a
grid decides (issue 15, points 6 and 7).
"""

import json

import numpy as np
import pytest
import xarray as xr

import softsim as ss
from softsim import metrics
from softsim.alarms import with_alarms
from softsim.variables import DEPTHS_OF_ACTION, IN_LAYERS, layer_name, names, profile_name

TOOL = ss.load_instrument("gt4_class_scanner")
CALF = ss.load_tissue("calf")
# Stress at the nodes is interpolated from elements of the same row, in which the prestress is even.
RTOL_ROUNDING = 1e-9
# Fascia at a touch: one engine has elements, the other waves.
RTOL_PEAK = 0.02


def problem(resolution=None, **stroke):
    given = {"speed": 0.1, "angle": "60 deg", "friction": 0.14, **stroke}
    more = {} if resolution is None else {"resolution": resolution}
    return ss.Problem(tissue=CALF, instrument=TOOL, stroke=ss.Stroke(**given), **more)


@pytest.fixture(scope="module", params=["finite", "linear"])
def touch(request):
    return ss.simulate(problem(force="0.05 N"), engine=request.param)


@pytest.fixture(scope="module", params=["finite", "linear"])
def firm(request):
    return ss.simulate(problem(force="6 N"), engine=request.param)


# ------------------------------------------------------------------ changes


def test_change_is_the_invariant_of_the_change_of_the_tensor(touch):
    x = touch.stress_along - touch.stress_along_undisturbed
    y = touch.stress_across - touch.stress_across_undisturbed
    z = touch.stress_depth - touch.stress_depth_undisturbed
    spread = 0.5 * ((x - y) ** 2 + (y - z) ** 2 + (z - x) ** 2)
    mises = np.sqrt(spread + 3.0 * touch.stress_shear**2).transpose("depth", "along")
    scale = float(mises.max())
    np.testing.assert_allclose(touch.von_mises_change, mises, atol=RTOL_ROUNDING * scale)
    pressure = (-(x + y + z) / 3.0).transpose("depth", "along")
    np.testing.assert_allclose(touch.pressure_change, pressure, atol=RTOL_ROUNDING * scale)
    shear = np.hypot(0.5 * (x - z), touch.stress_shear).transpose("depth", "along")
    np.testing.assert_allclose(touch.max_shear_change, shear, atol=RTOL_ROUNDING * scale)


def test_undisturbed_profile_is_the_stress_far_from_the_tool(touch):
    fascia = (touch.depth_layer == "deep_fascia").to_numpy()
    assert float(touch.von_mises_undisturbed[fascia].min()) == pytest.approx(1e5, rel=0.01)
    far = touch.von_mises.isel(along=0)
    np.testing.assert_allclose(far, touch.von_mises_undisturbed, atol=0.02 * 1e5)
    assert "time" not in touch.von_mises_undisturbed.dims


@pytest.mark.parametrize("engine", ["finite", "linear"])
def test_a_touch_changes_the_fascia_by_a_touch_not_by_its_prestress(engine):
    # the fascia bends: most at its bottom, which the linear engine shows on many rows
    rows = ss.Resolution(rows=(2, 4, 6, 4, 6, 20, 8)) if engine == "linear" else None
    touch = ss.simulate(problem(rows, force="0.05 N"), engine=engine)
    fascia = dict(zip(metrics.text_of(touch.layer), range(99), strict=False))["deep_fascia"]
    change = float(touch.peak_von_mises_change_in_layer[fascia])
    assert change == pytest.approx(2.29e3, rel=RTOL_PEAK)
    assert float(metrics.peak_in_layer(touch, "von_mises")[fascia]) > 9e4


def test_default_depth_of_action_of_a_touch_is_not_in_the_fascia_that_was_tense_before(touch):
    top = float(touch.layer_top[metrics.text_of(touch.layer).index("deep_fascia")])
    assert float(metrics.depth_of_action(touch)) < 0.5 * top
    assert 0.0 < float(touch.depth_of_strain_1) <= top
    assert float(touch.depth_of_strain_energy) < top


def test_effect_grows_with_the_stroke(touch, firm):
    for name in ("depth_of_strain_1", "depth_of_strain_2", "depth_of_strain_energy"):
        assert float(firm[name]) > float(touch[name]), name
    for field in IN_LAYERS:
        assert (firm[layer_name(field)].to_numpy() > touch[layer_name(field)].to_numpy()).all()


def test_effects_vanish_with_the_load_in_proportion():
    """At small strain a change is linear in the load; a prestress would not be."""
    small = ss.simulate(problem(force="0.05 N"), engine="linear")
    smaller = ss.simulate(problem(force="0.01 N"), engine="linear")
    ratio = float(small.normal_force / smaller.normal_force)
    # the gliding layer slides as far as the section reaches, and that with the contact's width
    layers = metrics.text_of(small.layer)
    kept = [i for i in range(2, len(layers)) if "loose" not in layers[i]]
    for field in ("strain_max_shear", "von_mises_change"):
        deep = (small[layer_name(field)] / smaller[layer_name(field)]).to_numpy()[kept]
        np.testing.assert_allclose(deep, ratio, rtol=0.05)


def test_batch_profiles_of_changes_are_those_of_the_whole_result():
    case = problem(force="1 N")
    batch = ss.simulate_many([case]).isel(case=0)
    whole = ss.simulate(case, engine="linear")
    for field in ("von_mises_change", "max_shear_change", "pressure_change"):
        found, expected = batch[profile_name(field)][1:], whole[profile_name(field)][1:]
        np.testing.assert_allclose(found, expected, rtol=0.05)


def test_fields_under_a_whole_edge_have_the_changes():
    edge = ss.simulate(problem(force="1 N"), edge="whole", cells=(32, 16))
    fields = ss.fields_under(edge, depth=[0.004, 0.008], along=[-0.3, 0.0], across=0.0)
    unloaded = fields.isel(along=0, across=0)
    fascia = fields.depth_layer.to_numpy() == "deep_fascia"
    tense = float(unloaded.von_mises.to_numpy()[fascia][0])
    assert tense > 5e4
    assert float(unloaded.von_mises_change.max()) < 0.01 * tense
    assert profile_name("von_mises_change") in edge


# ------------------------------------------------------------------ depths


def test_every_metric_of_the_registry_is_in_the_result(firm):
    assert set(names("metric")) <= set(firm.data_vars)
    assert set(names("undisturbed")) <= set(firm.data_vars)


def test_metrics_in_the_result_are_those_of_the_functions(firm):
    for percent in (1, 2, 5):
        found = metrics.depth_of_strain(firm, percent / 100.0)
        assert float(found) == float(firm[f"depth_of_strain_{percent}"])
    assert float(metrics.depth_of_strain_energy(firm)) == float(firm.depth_of_strain_energy)
    for field in DEPTHS_OF_ACTION:
        value = metrics.depth_of_action(firm, field, 0.1)
        assert float(value) == float(firm[f"depth_of_action_10_{field}"])


def test_depth_of_a_strain_is_read_off_the_profile():
    depth = np.array([0.0, 1.0, 2.0, 3.0]) * 1e-3
    profile = ("depth", [0.04, 0.03, 0.01, 0.0])
    made = xr.Dataset({"peak_strain_max_shear_at_depth": profile}, {"depth": depth})
    assert float(metrics.depth_of_strain(made, 0.02)) == pytest.approx(1.5e-3)
    assert float(metrics.depth_of_strain(made, 0.05)) == 0.0
    low, high = metrics.depth_of_action_range(made, "strain_max_shear", 0.5).to_numpy()
    assert low == pytest.approx(1.4e-3)
    assert high == pytest.approx(1.6e-3)


@pytest.mark.parametrize("force", ["0.5 N", "6 N"])
def test_absolute_depths_hardly_move_between_two_grids(force):
    coarse = ss.simulate(problem(force=force))
    element = 0.6 * float(coarse.attrs["element_along"])
    fine = ss.simulate(problem(ss.Resolution(element_along=element), force=force))
    thickness = float(coarse.layer_bottom[-1])
    for name in names("metric"):
        if name.startswith("depth_of_strain"):
            assert float(fine[name]) == pytest.approx(float(coarse[name]), abs=0.01 * thickness)
    for field in ("strain_max_shear", "von_mises_change", "pressure_change"):
        one, other = coarse[layer_name(field)], fine[layer_name(field)]
        np.testing.assert_allclose(one[2:], other[2:], rtol=0.05, err_msg=field)


def test_a_depth_of_action_on_a_plateau_is_told(firm):
    level = firm.copy()
    profile = np.where(firm.depth < 0.02, 0.1, 1e-3)
    profile[0] = 1.0
    level[profile_name("von_mises_change")] = ("depth", profile)
    case = problem(force="6 N")
    told = " ".join(json.loads(with_alarms(case, level).attrs["warnings"]))
    assert "depth_of_action_10_von_mises_change" in told
    assert "depth_of_strain" in told
