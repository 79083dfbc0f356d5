"""Whole problems through the door of the linear engine."""

import json

import numpy as np
import pytest

import softsim as ss
from softsim.engines.linear.section.steady import LEAST_NODES
from softsim.errors import InputError
from softsim.variables import REGISTRY, names
from tests.tractions import forces_on_nodes

pytestmark = pytest.mark.jit
ENERGY_RESIDUAL = 0.02  # the section is cut off, the work beyond it is not seen
ROD = ss.Instrument(edge=ss.Edge(nose_radius="5 mm", thickness="10 mm"), contact_length="60 mm")


def problem(tissue="forearm_volar", instrument=ROD, **stroke):
    given = {"angle": "80 deg", "speed": "100 mm/s", "friction": 0.14} | stroke
    if not {"force", "pressure", "indentation"} & set(given):
        given["force"] = "0.05 N"
    found = ss.load_tissue(tissue) if isinstance(tissue, str) else tissue
    return ss.Problem(tissue=found, instrument=instrument, stroke=ss.Stroke(**given))


def linear(*args, **stroke):
    return ss.simulate(problem(*args, **stroke), engine="linear")


def test_steady_stroke_has_every_output_of_a_steady_stroke():
    result = linear()
    for group in ("field", "surface", "scalar", "profile"):
        assert set(names(group)) <= set(result.data_vars)
    for name, variable in result.data_vars.items():
        assert variable.dims == REGISTRY[name].dims
        assert np.isfinite(variable).all(), name
    assert result.attrs["engine"] == "linear"
    assert result.attrs["validity"] == "valid"
    assert json.loads(result.attrs["relaxes"])["dermis"] == "shear"
    assert float(ss.metrics.energy_residual(result)) < ENERGY_RESIDUAL
    assert (result.contact_pressure > 0).sum() >= LEAST_NODES


@pytest.mark.parametrize("kind", ["force", "pressure", "indentation"])
def test_each_load_is_met(kind):
    value = {"force": 0.05, "pressure": 2e3, "indentation": 5e-5}[kind]
    result = linear(**{kind: value})
    name = {"force": "normal_force", "pressure": "mean_contact_pressure"}.get(kind, kind)
    assert float(result[name]) == pytest.approx(value, rel=1e-7)


def test_stroke_backwards_is_the_mirror_image():
    forward, backward = linear(), linear(speed="-100 mm/s")
    for name in names("scalar"):
        if name in ("contact_start", "contact_end"):
            continue
        assert float(backward[name]) == pytest.approx(float(forward[name]), rel=1e-10, abs=1e-16)
    for name, sign in (("stress_shear", -1), ("von_mises", 1), ("displacement_along", -1)):
        one, other = forward[name].to_numpy(), sign * backward[name].to_numpy()[:, ::-1]
        assert np.abs(one - other).max() <= 1e-10 * np.abs(one).max()


def test_skin_carries_the_contact_pressure():
    result = linear(force="1 N")
    skin = -result.stress_depth.isel(depth=0).to_numpy()
    # at small strain stress is force per undeformed area
    pressure = forces_on_nodes(result)[1] / np.gradient(result.along.to_numpy())
    inside = pressure > 0.6 * pressure.max()
    # smoothed over less than a node spacing
    assert np.abs(skin - pressure)[inside].max() < 0.02 * pressure.max()


def test_stress_balances_the_load_at_every_depth():
    """The skin spreads the load; the window sees nearly all of it."""
    result = linear(force="1 N", friction=0.0)
    through = -result.stress_depth.integrate("along") * float(result.contact_length)
    np.testing.assert_allclose(through.isel(depth=slice(1, 3)), 1.0, atol=1e-3)
    near = through.isel(depth=slice(1, 12)).to_numpy()
    assert (near > 0.9).all()
    assert (near < 1.0 + 1e-3).all()


def test_large_strain_is_told():
    result = linear(force="6 N")
    assert result.attrs["validity"] == "outside"
    assert result.attrs["largest_strain"] > 0.2
    assert any("small-strain" in text for text in json.loads(result.attrs["warnings"]))


def test_half_space_states_its_datum():
    gel = ss.Layer(
        name="gel",
        thickness="20 mm",
        material=ss.NeoHookean(
            young_modulus="20 kPa", poisson_ratio=0.45, prony=ss.Prony(g=(0.5,), tau=("0.1 s",))
        ),
    )
    tissue = ss.Tissue(layers=(gel,), base="half_space")
    result = linear(tissue, friction=0.0)
    assert "0.2 m" in result.attrs["datum"]
    again = linear(tissue, friction=0.0, force=None, indentation=float(result.indentation))
    assert float(again.normal_force) == pytest.approx(float(result.normal_force), rel=1e-6)


def test_what_the_engine_cannot_do_is_refused_with_the_cure():
    block = ss.Tissue(layers=ss.load_tissue("calf").layers, width="80 mm")
    with pytest.raises(InputError, match="width"):
        linear(block)


def cases():
    return [
        problem(force=force, angle=angle, speed=speed)
        for speed in (0.05, -0.2)
        for force in (0.1, 0.5)
        for angle in (1.2, 1.6)
    ]


def test_batch_equals_one_by_one_to_the_last_bit():
    many = ss.simulate_many(cases())
    for i, case in enumerate(cases()):
        one = ss.simulate_many([case])
        for name in one.data_vars:
            np.testing.assert_array_equal(one[name].to_numpy()[0], many[name].to_numpy()[i])


def test_batch_agrees_with_whole_results():
    case = problem(force="0.5 N")
    batch, whole = ss.simulate_many([case]).isel(case=0), ss.simulate(case, engine="linear")
    for name in batch.data_vars:
        if "depth" in batch[name].dims:
            # samples miss rounded peaks by less than 0.5 % of the largest
            gap = float(abs(batch[name] - whole[name]).max())
            assert gap < 0.02 * float(abs(whole[name]).max()), name
        else:
            assert float(batch[name]) == pytest.approx(float(whole[name]), rel=1e-12)


def test_batch_of_different_depths_is_refused():
    with pytest.raises(InputError, match="layer thicknesses"):
        ss.simulate_many([problem(), problem("calf")])
    with pytest.raises(InputError, match="empty"):
        ss.simulate_many([])
