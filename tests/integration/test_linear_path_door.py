"""Press and transient through the door of the linear engine."""

import json

import numpy as np
import pytest

import softsim as ss
from softsim.variables import REGISTRY, names

pytestmark = pytest.mark.jit
ROD = ss.Instrument(edge=ss.Edge(nose_radius="5 mm", thickness="10 mm"), contact_length="60 mm")
ENERGY_RESIDUAL = 3e-3  # trapezoids over the steps of the press
RTOL_SECTION = 0.03  # middles of rows, and the section ends where the result ends
FIELD_GAP = 0.02  # of the largest value: grids of different fineness, creep of fields to 1e-3


def gel(*, viscous=True, base="rigid", thickness=(2e-3, 8e-3)):
    prony = ss.Prony(g=(0.5,), tau=("20 ms",)) if viscous else None
    skin = ss.NeoHookean(young_modulus="100 kPa", poisson_ratio=0.45, prony=prony)
    soft = ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45, prony=prony)
    layers = (
        ss.Layer(name="skin", thickness=thickness[0], material=skin),
        ss.Layer(name="fat", thickness=thickness[1], material=soft),
    )
    return ss.Tissue(layers=layers, base=base)


def simulate(mode, tissue=None, resolution=None, **stroke):
    given = {"angle": "80 deg", "speed": "100 mm/s", "friction": 0.2} | stroke
    if not {"force", "pressure", "indentation"} & set(given):
        given["force"] = "0.3 N"
    given = {name: value for name, value in given.items() if value is not None}
    problem = ss.Problem(
        tissue=tissue or gel(),
        instrument=ROD,
        stroke=ss.Stroke(**given),
        resolution=resolution or ss.Resolution(),
    )
    return ss.simulate(problem, mode=mode, engine="linear")


@pytest.fixture(scope="module")
def stroke():
    """Press, slide long enough to become steady, lift."""
    return simulate("transient", length="30 mm", lift_time="50 ms")


def test_transient_has_every_output(stroke):
    for group in ("field", "surface", "scalar", "profile"):
        assert set(names(group)) <= set(stroke.data_vars)
    for name, variable in stroke.data_vars.items():
        if name.endswith("_in_full"):  # at every step, where fields have fewer
            assert name.removesuffix("_in_full") in stroke.variables
            assert variable.dims[0] == "time_in_full"
            continue
        time = ("time",) if REGISTRY[name].in_time else ()
        assert variable.dims == (*time, *REGISTRY[name].dims)
    assert np.isfinite(stroke[[*names("field"), *names("surface")]]).to_array().all()
    assert stroke.attrs["stroke_mode"] == "transient"
    assert stroke.attrs["creep_fit_error"] < 1e-6
    assert any("friction acts only" in text for text in json.loads(stroke.attrs["warnings"]))
    assert (np.diff(stroke.time) > 0.0).all()


def test_long_slide_ends_in_the_steady_stroke(stroke):
    last = stroke.isel(time=int(np.argmin(np.abs(stroke.tool_along.to_numpy() - 0.03))))
    same = ss.simulate(
        ss.Problem(
            tissue=gel(),
            instrument=ROD,
            stroke=ss.Stroke(angle="80 deg", speed="100 mm/s", friction=0.2, force="0.3 N"),
            resolution=ss.Resolution(element_along=stroke.attrs["element_along"]),
        ),
        engine="linear",
    )
    for name in ("normal_force", "tangential_force", "indentation", "contact_width"):
        assert float(last[name]) == pytest.approx(float(same[name]), rel=1e-5), name
    assert float(last.contact_shift) == pytest.approx(float(same.contact_shift), abs=1e-8)
    for name in ("stress_along", "stress_depth", "stress_shear", "von_mises", "strain_max_shear"):
        field = last[name].assign_coords(along=last.along - last.tool_along)
        near = same.along[np.abs(same.along) < 4e-3]
        gap = abs(field.interp(along=near) - same[name].sel(along=near)).isel(depth=slice(2, None))
        assert float(gap.max()) < FIELD_GAP * float(abs(same[name]).max()), name
    for name in ("displacement_along", "displacement_depth"):
        field = last[name].assign_coords(along=last.along - last.tool_along)
        near = same.along[np.abs(same.along) < 4e-3]
        gap = abs(field.interp(along=near) - same[name].sel(along=near))
        assert float(gap.max()) < FIELD_GAP * float(same.indentation), name


def test_stroke_backwards_is_the_mirror_image():
    there, back = (
        simulate("transient", length="3 mm", speed=speed) for speed in ("100 mm/s", "-100 mm/s")
    )
    for name in names("scalar"):
        if name in ("contact_start", "contact_end", "tool_along"):
            continue
        np.testing.assert_allclose(back[name], there[name], rtol=1e-12, err_msg=name)
    np.testing.assert_array_equal(back.stress_shear, -there.stress_shear[..., ::-1])
    np.testing.assert_array_equal(back.contact_pressure, there.contact_pressure[..., ::-1])


@pytest.fixture(scope="module")
def there_and_back():
    """Two passes of a tool that is its own mirror image."""
    return simulate("transient", angle="90 deg", length="6 mm", passes=2, lift_time="50 ms")


def test_passes_are_counted_and_come_back(there_and_back):
    number = there_and_back.pass_number.to_numpy()
    assert sorted(set(number.tolist())) == [0, 1, 2]
    ends = [int(np.flatnonzero(number == n)[-1]) for n in (0, 1, 2)]
    np.testing.assert_allclose(there_and_back.tool_along[ends], [0.0, 6e-3, 0.0], atol=1e-12)
    np.testing.assert_allclose(there_and_back.travel[ends], [0.0, 6e-3, 12e-3], atol=1e-12)
    assert (np.diff(there_and_back.travel) >= 0.0).all()
    sliding = there_and_back.isel(time=(number > 0) & (there_and_back.indentation > 0.0).to_numpy())
    before_lift = sliding.time < float(there_and_back.time[-1]) - 0.05 + 1e-9
    sliding = sliding.isel(time=before_lift.to_numpy())
    np.testing.assert_allclose(sliding.friction_force, 0.2 * sliding.normal_force, rtol=1e-9)
    assert float(sliding.contact_shear.where(sliding.pass_number == 2).max()) <= 0.0
    assert float(sliding.contact_shear.where(sliding.pass_number == 1).min()) >= 0.0


def test_energy_balances_through_a_turn(there_and_back):
    residual = ss.metrics.energy_residual(there_and_back)
    assert float(residual.where(there_and_back.time > 0.1).max()) < ENERGY_RESIDUAL
    work = np.diff(there_and_back.work_of_stroke.where(there_and_back.pass_number > 0))
    lifting = there_and_back.indentation.diff("time").to_numpy() < -1e-5
    assert (work[np.isfinite(work) & ~lifting] > 0.0).all()


def test_way_back_of_elastic_skin_mirrors_the_way_there():
    given = {"angle": "90 deg", "length": "3 mm", "passes": 2, "press_time": "20 ms"}
    result = simulate("transient", gel(viscous=False), **given)
    there, back = (
        result.isel(time=int(np.flatnonzero(result.pass_number == number)[-1])) for number in (1, 2)
    )
    for name in ("normal_force", "tangential_force", "contact_shift", "indentation"):
        assert float(back[name]) == pytest.approx(float(there[name]), rel=1e-6, abs=1e-12), name
    near = result.attrs["element_along"] * np.arange(-40, 41)
    for name, sign in (("stress_depth", 1), ("stress_shear", -1), ("displacement_along", -1)):
        one, other = there[name].interp(along=3e-3 + near), back[name].interp(along=-near)
        gap = abs(one.to_numpy() - sign * other.to_numpy())[2:].max()
        whole = there.indentation if name == "displacement_along" else abs(there[name]).max()
        assert gap < FIELD_GAP * float(whole), name


def test_many_passes_are_thinned():
    result = simulate(
        "transient", gel(viscous=False), resolution=ss.Resolution(rows=(1, 1), steps=300),
        length="0.1 mm", passes=120, press_time="20 ms",
    )  # fmt: skip
    assert result.sizes["time"] < 110
    assert float(result.travel[-1]) == pytest.approx(120 * 1e-4)
    assert int(result.pass_number[-1]) == 120


def test_energy_balances_at_every_time(stroke):
    residual = ss.metrics.energy_residual(stroke)
    assert float(residual.where(stroke.time > 0.1).max()) < ENERGY_RESIDUAL


def test_energy_of_the_skin_is_that_of_the_section():
    """Two routes: creep modes of the skin, and strains of the branches at every depth.

    The contact is wide on a thin stack, so that the result sees nearly all of the section.
    """
    fine, thin = ss.Resolution(rows=(8, 12), steps=60), gel(thickness=(4e-4, 1e-3))
    given = {"length": "4 mm", "press_time": "40 ms", "force": "4 N"}
    seen = simulate("transient", thin, fine, **given)
    seen = seen.isel(time=slice(20, None))
    for density, scalar in (
        ("strain_energy_density", "stored_energy"),
        ("dissipated_energy_density", "viscous_dissipation"),
    ):
        total = (seen[density].integrate("along") * seen.row_height).sum("depth")
        total = total * float(seen.contact_length[0])
        np.testing.assert_allclose(total, seen[scalar], rtol=RTOL_SECTION, err_msg=density)


def test_lift_ends_without_contact(stroke):
    last = stroke.isel(time=-1)
    assert float(last.normal_force) == 0.0
    assert float(last.contact_width) == 0.0
    assert np.isnan(float(last.apparent_friction))
    assert float(last.indentation) < 0.0


@pytest.mark.parametrize("kind", ["force", "pressure", "indentation"])
def test_press_meets_each_load(kind):
    value = {"force": 0.3, "pressure": 2e3, "indentation": 1e-4}[kind]
    result = simulate("press", speed=None, press_time="20 ms", **{kind: value})
    name = {"force": "normal_force", "pressure": "mean_contact_pressure"}.get(kind, kind)
    assert float(result[name][-1]) == pytest.approx(value, rel=1e-7)
    middle = result.sel(time=10e-3, method="nearest")
    assert float(middle[name]) == pytest.approx(value / 2, rel=1e-7)
    assert result.attrs["stroke_mode"] == "press"


def test_long_dwell_is_the_contact_at_rest():
    held = simulate("press", speed=None, friction=0.0, press_time="10 ms", dwell="1 s")
    rest = simulate("steady", speed="1e-9 m/s", friction=0.0)
    for name in ("indentation", "contact_width", "peak_contact_pressure"):
        assert float(held[name][-1]) == pytest.approx(float(rest[name]), rel=3e-3), name
    last = held.isel(time=-1)
    for name in ("von_mises", "stress_depth", "strain_energy_density"):
        profile = f"peak_{name}_at_depth"
        gap = float(abs(last[profile] - rest[profile])[2:].max())
        assert gap < FIELD_GAP * float(rest[profile].max()), name
    # a rest holds all that is left and has stopped losing
    assert float(held.strain_energy_density.isel(time=-1).max()) > 0.0
    assert float(held.viscous_dissipation[-1]) > 0.0


def test_press_on_a_half_space_is_elastic_where_the_tissue_is():
    tissue = gel(viscous=False, base="half_space")
    press = simulate("press", tissue, speed=None, friction=0.0)
    rest = simulate("steady", tissue, friction=0.0)
    assert float(press.indentation[-1]) == pytest.approx(float(rest.indentation), rel=1e-4)
    assert float(press.viscous_dissipation[-1]) == 0.0
    residual = float(ss.metrics.energy_residual(press)[-1])
    assert residual < ENERGY_RESIDUAL


@pytest.mark.parametrize("name", ["stress_shear", "displacement_along", "stress_depth"])
def test_a_press_without_lean_is_its_own_mirror_image_at_every_depth(name):
    layers = [
        ss.Layer(
            name=layer,
            thickness=thickness,
            material=ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45),
        )
        for layer, thickness in (("skin", "2 mm"), ("fat", "6 mm"))
    ]
    tool = ss.Instrument(edge=ss.Edge(nose_radius="10 mm", thickness="20 mm"), contact_length=0.06)
    stroke = ss.Stroke(force="24 mN")
    with ss.allow_unusual():
        problem = ss.Problem(tissue=ss.Tissue(layers=layers), instrument=tool, stroke=stroke)
        field = ss.simulate(problem, mode="press", engine="linear")[name].isel(time=-1)
    sign = 1.0 if name == "stress_depth" else -1.0
    mirrored = field.assign_coords(along=-field.along).interp(along=field.along.values)
    inside = np.abs(field.along) < 2e-3
    wrong = np.abs(field - sign * mirrored).where(inside).max("along") / np.abs(field).max("along")
    assert float(wrong[1:].max()) < 3e-3
