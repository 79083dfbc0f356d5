"""Contact sizes and pressures are what they are called: loaded length, and force from pressure.

Guards against sizes named after one thing and measured as another (issue 15, point 5).
"""

import numpy as np
import pytest

import softsim as ss
from softsim.contacts import contact_runs, measures
from tests.tractions import forces_on_nodes

TOOL = ss.load_instrument("gt4_class_scanner")
CALF = ss.load_tissue("calf")
# Nodal forces are on chords of the skin in the finite engine, gradients here are central.
RTOL_FINITE = 5e-3
RTOL_SAME_SUM = 1e-10
# Elements of 80, 40 and 20 um give 2.56, 2.55 and 2.52 mm.
RTOL_ENDS = 0.03


def problem(tissue=CALF, tool=TOOL, resolution=None, **stroke):
    given = {"speed": 0.1, "angle": "60 deg", **stroke}
    more = {} if resolution is None else {"resolution": resolution}
    return ss.Problem(tissue=tissue, instrument=tool, stroke=ss.Stroke(**given), **more)


def soft_pad(thickness="6 mm"):
    layer = ss.Layer(
        name="pad",
        thickness=thickness,
        material=ss.NeoHookean(young_modulus="60 kPa", poisson_ratio=0.45),
    )
    return ss.Tissue(layers=(layer,))


def rod(radius=3e-3):
    edge = ss.Edge(
        nose_radius=radius,
        leading_flank_angle=0.0,
        trailing_flank_angle=0.0,
        thickness=2.0 * radius,
    )
    return ss.Instrument(edge=edge, contact_length="50 mm")


def forces_from_tractions(result):
    """Integrate the reported tractions over the reported deformed skin."""
    along, down = forces_on_nodes(result)
    length = result.contact_length.to_numpy()
    return down.sum(axis=-1) * length, along.sum(axis=-1) * length


def sign_of(result):
    return int(result.attrs["direction"])


# ------------------------------------------------------------------ what parts two contacts


def test_contacts_are_parted_by_open_skin_not_by_one_node():
    pressed = np.array([0, 1, 1, 0, 1, 1, 0, 0, 1, 1, 0], dtype=bool)
    runs = contact_runs(pressed)
    assert runs.tolist() == [[1, 5], [8, 9]]
    size = measures(runs, runs.astype(float), pressed.astype(float))
    assert size == (5.0, 8.0, 2)


def test_a_breath_of_force_is_no_contact_of_its_own():
    force = np.array([0.0, 1.0, 1.0, 0.0, 0.0, 1e-4, 0.0])
    runs = contact_runs(force > 0.0)
    assert measures(runs, runs.astype(float), force).number == 1


# ------------------------------------------------------------------ loaded length


@pytest.fixture(scope="module")
def bevel():
    """Nose and shoulder touch: the reproduction of the issue."""
    return ss.simulate(problem(force="6 N", angle="45 deg", friction=0.14))


def test_width_is_the_loaded_length_when_nose_and_shoulder_touch(bevel):
    assert float(bevel.contact_count) == 2
    assert float(bevel.contact_extent) == pytest.approx(5.34e-3, rel=0.01)
    assert float(bevel.contact_width) == pytest.approx(2.53e-3, rel=RTOL_ENDS)


def test_mean_pressure_and_plane_strain_ratio_follow_the_loaded_length(bevel):
    loaded = float(bevel.contact_width * bevel.contact_length)
    assert float(bevel.mean_contact_pressure) == pytest.approx(float(bevel.normal_force) / loaded)
    ratio = float(bevel.contact_length / bevel.contact_width)
    assert float(bevel.plane_strain_ratio) == pytest.approx(ratio)


def test_start_end_and_shift_are_of_the_outer_ends(bevel):
    loaded = bevel.along.to_numpy()[(bevel.contact_pressure > 0.0).to_numpy()]
    element = float(bevel.attrs["element_along"])
    assert float(bevel.contact_start) == pytest.approx(loaded[0], abs=1.01 * element)
    assert float(bevel.contact_end) == pytest.approx(loaded[-1], abs=1.01 * element)
    assert float(bevel.contact_extent) > float(bevel.contact_end - bevel.contact_start) * 0.8


def test_one_contact_is_as_wide_as_it_reaches():
    result = ss.simulate(problem(soft_pad(), rod(), force="2 N"), engine="linear")
    assert float(result.contact_count) == 1
    assert float(result.contact_width) == pytest.approx(float(result.contact_extent))


def test_linear_engine_agrees_at_door_and_in_batch_on_every_scalar_and_profile():
    cases = [
        problem(force="6 N", angle="45 deg", friction=0.14),
        problem(force="1 N", angle="120 deg", friction=0.3, speed=-0.1),
        problem(force="0.3 N", angle="90 deg"),
    ]
    batch = ss.simulate_many(cases)
    for i, case in enumerate(cases):
        whole = ss.simulate(case, engine="linear")
        for name, values in batch.isel(case=i).data_vars.items():
            if values.ndim == 0:
                expected = float(whole[name])
                assert float(values) == pytest.approx(expected, rel=1e-9, abs=1e-15), name
        assert float(batch.peak_contact_pressure[i]) == pytest.approx(
            float(whole.contact_pressure.max()), rel=1e-9
        )


# ------------------------------------------------------------------ load given as mean pressure


@pytest.mark.parametrize(
    ("engine", "wanted", "angle"),
    [
        ("finite", 2e4, "90 deg"),
        ("finite", 4e4, "60 deg"),
        ("linear", 4e4, "45 deg"),
        ("linear", 4e4, "90 deg"),
    ],
)
def test_a_mean_pressure_asked_for_is_force_over_loaded_area(engine, wanted, angle):
    result = ss.simulate(problem(pressure=wanted, angle=angle, friction=0.14), engine=engine)
    area = float(result.contact_width * result.contact_length)
    assert float(result.normal_force) / area == pytest.approx(wanted, rel=2e-3)
    assert float(result.mean_contact_pressure) == pytest.approx(wanted, rel=2e-3)


def test_a_press_by_mean_pressure_meets_it_at_every_time():
    pressed = ss.simulate(
        problem(soft_pad(), rod(), pressure="4 kPa", press_time=0.1, dwell=0.2),
        mode="press",
        engine="linear",
    )
    wanted = 4e3 * np.minimum(pressed.time.to_numpy() / 0.1, 1.0)
    found = pressed.mean_contact_pressure.to_numpy()[1:]
    np.testing.assert_allclose(found, wanted[1:], rtol=1e-6)


# ------------------------------------------------------------------ force from pressure


@pytest.mark.parametrize("angle", ["30 deg", "45 deg", "75 deg", "120 deg"])
@pytest.mark.parametrize("friction", [0.0, 0.3, 0.8])
@pytest.mark.parametrize("force", ["0.2 N", "6 N"])
def test_linear_tractions_integrate_to_both_forces(angle, friction, force):
    for speed in (0.1, -0.1):
        result = ss.simulate(
            problem(force=force, angle=angle, friction=friction, speed=speed), engine="linear"
        )
        normal, along = forces_from_tractions(result)
        assert normal == pytest.approx(float(result.normal_force), rel=RTOL_SAME_SUM)
        expected = sign_of(result) * float(result.tangential_force)
        assert along == pytest.approx(expected, rel=RTOL_SAME_SUM, abs=1e-12)


@pytest.mark.parametrize(
    ("angle", "friction", "force"),
    [("45 deg", 0.14, "6 N"), ("120 deg", 0.3, "2 N"), ("75 deg", 0.0, "0.1 N")],
)
def test_finite_tractions_integrate_to_both_forces(angle, friction, force):
    result = ss.simulate(problem(force=force, angle=angle, friction=friction))
    normal, along = forces_from_tractions(result)
    scale = float(result.normal_force)
    assert normal == pytest.approx(scale, rel=RTOL_FINITE)
    expected = sign_of(result) * float(result.tangential_force)
    assert along == pytest.approx(expected, abs=RTOL_FINITE * scale)


@pytest.mark.parametrize("engine", ["finite", "linear"])
def test_tractions_integrate_to_the_forces_at_every_time_of_a_transient(engine):
    result = ss.simulate(
        problem(
            soft_pad(),
            rod(),
            force="2 N",
            angle="75 deg",
            friction=0.2,
            press_time=0.1,
            length="12 mm",
            passes=2,
        ),
        mode="transient",
        engine=engine,
    )
    normal, along = forces_from_tractions(result)
    scale = float(result.normal_force.max())
    np.testing.assert_allclose(normal, result.normal_force, atol=RTOL_FINITE * scale)
    back = (result.pass_number > 0) & (result.pass_number % 2 == 0)
    travel = np.where(back, -1.0, 1.0) * sign_of(result)
    np.testing.assert_allclose(along, travel * result.tangential_force, atol=RTOL_FINITE * scale)


@pytest.mark.parametrize("mode", ["steady", "press"])
def test_maps_of_a_whole_edge_sum_to_the_force_per_undeformed_area(mode):
    edge = ss.simulate(
        problem(force="2 N", friction=0.14, dwell=0.1), edge="whole", mode=mode, cells=(24, 12)
    )
    cell = edge.attrs["element_along"] * edge.attrs["element_across"]
    found = edge.contact_pressure_map.sum(("along", "across")) * cell
    np.testing.assert_allclose(found, edge.normal_force, rtol=1e-9)
    shear = edge.contact_shear_map.sum(("along", "across")) * cell
    np.testing.assert_allclose(shear, edge.friction_force, rtol=1e-9)
    area = edge.contact_area.where(edge.contact_area > 0.0)
    np.testing.assert_allclose(edge.mean_contact_pressure, edge.normal_force / area)


def test_whole_edge_on_nose_and_shoulder_adds_their_lengths():
    edge = ss.simulate(
        problem(force="6 N", angle="45 deg", friction=0.14), edge="whole", cells=(96, 12)
    )
    middle = edge.isel(across=edge.sizes["across"] // 2)
    assert float(middle.contact_width_across) < 0.7 * float(middle.contact_extent_across)
    assert float(edge.contact_width) == float(edge.contact_width_across.max())
    assert float(edge.contact_extent) == float(edge.contact_extent_across.max())


def test_two_feet_of_a_height_map_are_two_contacts():
    x = (np.arange(64) - 31.5)[:, None] * 2e-4
    y = (np.arange(32) - 15.5)[None, :] * 4e-4
    feet = np.minimum((x - 4e-3) ** 2, (x + 4e-3) ** 2) / 4e-3 + y**2 / 0.1
    found = ss.simulate(
        problem(soft_pad(), force="0.2 N"), edge="whole", heights=feet, spacing=(2e-4, 4e-4)
    )
    assert int(found.contact_count) == 2
    assert float(found.contact_width) < 0.6 * float(found.contact_extent)
    assert float(found.contact_extent) > 8e-3
