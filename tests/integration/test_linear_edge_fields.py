"""Profiles, strain and fields at depth of a whole edge, through the door of the linear engine."""

import json

import numpy as np
import pytest

import softsim as ss
from softsim.engines.linear.medium.increments import even_stack
from softsim.engines.linear.medium.spectra import layer_at
from softsim.engines.linear.patch.cells import SurfaceLoad
from softsim.engines.linear.patch.energy import fields_and_energies
from softsim.engines.linear.patch.fields import FieldRows
from softsim.errors import InputError
from softsim.variables import REGISTRY, names, profile_name

pytestmark = pytest.mark.jit
ATOL_SECTION = 0.03  # of the largest value: cells of a fortieth of the contact against fine nodes
RTOL_TABLE = 1e-5  # waves interpolated from tables that depend on the places wanted
RTOL_WORK = 0.02  # integrals over 30 depths
ROD = ss.Edge(nose_radius="5 mm", thickness="10 mm")


def gel(prestretch=1.0, g=0.5):
    prony = ss.Prony(g=(g,), tau=("20 ms",)) if g else None
    skin = ss.NeoHookean(young_modulus="60 kPa", poisson_ratio=0.4, prony=prony)
    soft = ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.4)
    stretch = (prestretch, prestretch)
    layers = (
        ss.Layer(name="skin", thickness="1 mm", material=skin, prestretch=stretch),
        ss.Layer(name="fat", thickness="2 mm", material=soft),
    )
    return ss.Tissue(layers=layers)


def problem(tissue=None, **stroke):
    given = {"angle": "90 deg", "speed": "100 mm/s", "friction": 0.2, "indentation": "0.1 mm"}
    return ss.Problem(
        tissue=tissue or gel(),
        instrument=ss.Instrument(edge=ROD, contact_length="30 mm"),
        stroke=ss.Stroke(**(given | stroke)),
    )


@pytest.fixture(scope="module")
def edge():
    return ss.simulate(problem(), edge="whole", cells=(48, 32))


def test_profiles_are_the_largest_of_all_places(edge):
    everywhere = ss.fields_under(edge, across=edge.across.to_numpy())
    for field in ("stress_depth", "von_mises", "max_shear", "strain_max_shear"):
        found = edge[profile_name(field)]
        assert found.attrs == REGISTRY[found.name].attributes
        sign = -1.0 if field == "stress_depth" else 1.0
        largest = (sign * everywhere[field]).max(("along", "across"))
        np.testing.assert_allclose(found, largest, rtol=RTOL_TABLE)
    assert everywhere.von_mises.shape == (edge.depth.size, edge.along.size, edge.across.size)
    assert set(edge.depth_layer.to_numpy()) == {"skin", "fat"}


def test_strain_is_told_and_warned_of(edge):
    assert 0.0 < edge.attrs["largest_strain"] < 0.2
    shallow = ss.simulate(problem(indentation="10 um"), edge="whole", cells=(24, 16))
    assert shallow.attrs["validity"] == "valid"
    assert not json.loads(shallow.attrs["warnings"])
    deep = ss.simulate(problem(indentation="1 mm"), edge="whole", cells=(24, 16))
    assert deep.attrs["validity"] == "outside"
    assert any("largest strain" in text for text in json.loads(deep.attrs["warnings"]))


@pytest.mark.parametrize("prestretch", [1.0, 1.2])
def test_fields_in_the_middle_are_those_of_the_section(prestretch):
    case = problem(gel(prestretch))
    whole, section = (
        ss.simulate(case, edge="whole", cells=(64, 24)),
        ss.simulate(case, engine="linear"),
    )
    depth = section.depth.to_numpy()[1:]
    along = np.linspace(-1e-3, 1e-3, 41)
    found = ss.fields_under(whole, along=along, depth=depth).isel(across=0)
    exact = section.interp(along=along).isel(depth=slice(1, None))
    for name in (*names("field"), "strain_energy_density", "dissipated_energy_density"):
        if name == "displacement_along":
            continue
        scale = float(np.abs(exact[name]).max())
        np.testing.assert_allclose(
            found[name].transpose(*exact[name].dims),
            exact[name],
            rtol=0,
            atol=ATOL_SECTION * scale,
            err_msg=name,
        )
    for name in names("edge"):
        assert np.abs(found[name]).max() < 1e-6 * max(np.abs(found["stress_depth"]).max(), 1e-3), (
            name
        )


def paraboloid(friction):
    """Return a smooth load on a square of 3 mm."""
    x = (np.arange(30) - 14.5) * 1e-4
    pressure = 1e3 * np.maximum(1.0 - (x[:, None] ** 2 + x**2) / 1.2e-3**2, 0.0)
    return SurfaceLoad.of(x, x, pressure, friction)


@pytest.mark.parametrize("prestretch", [1.0, 1.2])
def test_elastic_energy_is_half_the_work_of_the_load(prestretch):
    stack, _ = even_stack(gel(prestretch, g=0.0))
    load = paraboloid(0.3)
    rows = np.linspace(0.0, 3e-3, 41)
    depth = 0.5 * (rows[1:] + rows[:-1])
    far = np.linspace(-12e-3, 12e-3, 121)
    fields = fields_and_energies(FieldRows(stack=stack, load=load, depth=depth, across=far), far)
    stored = fields["strain_energy_density"]
    assert not fields["dissipated_energy_density"].any()
    # the work of the tension on the stretch of the skin: nothing over the whole plane, but the
    # window cuts its slow fall
    tension = stack.incremental.tension[layer_at(stack, depth), 0][:, None, None]
    stored = stored - tension * (fields["strain_along"] + fields["strain_across"])
    cell = (far[1] - far[0]) ** 2 * (rows[1] - rows[0])
    skin = FieldRows(stack=stack, load=load, depth=np.zeros(1), across=load.across)
    (moved,) = skin.fields(load.along)
    work = load.pressure * (
        moved["displacement_depth"][0] + load.friction * moved["displacement_along"][0]
    )
    area = load.spacing[0] * load.spacing[1]
    assert stored.sum() * cell == pytest.approx(0.5 * work.sum() * area, rel=RTOL_WORK)


def test_energy_lost_behind_the_load_is_its_work_on_the_way():
    stack, _ = even_stack(gel())
    load, speed = paraboloid(0.2), 0.1
    rows = np.linspace(0.0, 1e-3, 31)  # only the skin relaxes
    depth = 0.5 * (rows[1:] + rows[:-1])
    across = np.linspace(-8e-3, 8e-3, 81)
    behind = np.array([-30e-3])  # fifteen lengths of the memory
    below = FieldRows(stack=stack, load=load, speed=speed, depth=depth, across=across)
    lost = fields_and_energies(below, behind)["dissipated_energy_density"]
    per_length = lost.sum() * (across[1] - across[0]) * (rows[1] - rows[0])
    skin = FieldRows(stack=stack, load=load, speed=speed, depth=np.zeros(1), across=load.across)
    (moved,) = skin.fields(load.along)
    # the skin passes the load backwards: power of the tractions over the speed
    power = -load.pressure * (
        moved["gradient_depth_along"][0] + load.friction * moved["strain_along"][0]
    )
    force = power.sum() * load.spacing[0] * load.spacing[1]
    assert per_length == pytest.approx(force, rel=RTOL_WORK)


def test_stroke_backwards_is_the_mirror_image(edge):
    back = ss.simulate(problem(speed="-100 mm/s"), edge="whole", cells=(48, 32))
    along = np.array([-1e-3, 0.0, 5e-4])
    given = {"across": np.array([2e-3, 14e-3]), "depth": np.array([0.5e-3, 2e-3])}
    one = ss.fields_under(edge, along=along, **given)
    other = ss.fields_under(back, along=-along[::-1], **given)
    odd = {"displacement_along", "stress_shear", "stress_shear_surface"}
    for name, field in one.items():
        sign = -1.0 if name in odd else 1.0
        np.testing.assert_allclose(
            sign * other[name].to_numpy()[:, ::-1],
            field,
            rtol=0,
            atol=1e-3 * float(np.abs(field).max()),
            err_msg=name,
        )


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"along": np.array([1e-3, 0.0])}, "along"),
        ({"across": np.nan}, "across"),
        ({"depth": np.array([1e-3, 5e-3])}, "depths"),
    ],
)
def test_places_that_do_not_fit_are_refused(edge, given, word):
    with pytest.raises(InputError, match=word):
        ss.fields_under(edge, **given)
