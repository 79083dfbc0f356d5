"""Fields under a patch: Hertz, point forces, plane strain, equilibrium, the skin of the contact."""

import numpy as np
import pytest

from softsim.engines.linear.medium.stack import LayeredStack
from softsim.engines.linear.patch.cells import SurfaceLoad
from softsim.engines.linear.patch.fields import EVEN, ODD, FieldRows, mirrored
from softsim.engines.linear.patch.green import cell_influence
from softsim.engines.linear.patch.solvers import CellOperator
from softsim.errors import InputError
from softsim.kernels.layers.moduli import IncrementalModuli
from tests.twins.section_box import subsurface_fields
from tests.twins.stacks import half_space

ATOL_HERTZ = 1e-3  # of p0; cells of a thirtieth of the contact, whose rim is rounded by 0.8 cells
RTOL_POINT = 1e-3  # a patch of one hundredth of the distance is a point to 1e-4
RTOL_FAR = 2e-3  # beyond one length of the patch its pressure is seen on sixteen cells
ATOL_PLANE = 2e-3  # of the largest stress of the section
ATOL_TABLE = 1e-6  # of the peak pressure, one; tables over ln k leave 4e-7
ATOL_BALANCE = 2e-3  # of the terms; central differences over a fortieth of the load leave 1e-3


def fields_under(stack, load, *, along, **rows):
    (fields,) = FieldRows(stack=stack, load=load, **rows).fields(along)
    return fields


def patch(n, side, friction=0.0):
    """Return Hertz's pressure with radius 1 and peak 1."""
    x = (np.arange(n) - 0.5 * (n - 1)) * side / n
    pressure = np.sqrt(np.maximum(1.0 - x[:, None] ** 2 - x**2, 0.0))
    pressure *= 2.0 / 3.0 * np.pi / (pressure.sum() * (side / n) ** 2)
    return SurfaceLoad.of(x, x, pressure, friction)


@pytest.mark.parametrize("nu", [0.3, 0.5])
def test_stress_on_the_axis_of_hertz_sphere(nu):
    depth = np.array([0.2, 0.3, 0.48, 0.7, 1.0, 2.0, 4.0])
    origin = np.zeros(1)
    found = fields_under(
        half_space(1.0, nu), patch(65, 2.2), depth=depth, along=origin, across=origin
    )
    across = -((1 + nu) * (1 - depth * np.arctan(1 / depth)) - 0.5 / (1 + depth**2))
    for name, exact in (
        ("stress_depth", -1 / (1 + depth**2)),
        ("stress_along", across),
        ("stress_across", across),
    ):
        np.testing.assert_allclose(found[name].ravel(), exact, atol=ATOL_HERTZ, err_msg=name)


def test_skin_under_hertz_sphere_is_a_paraboloid():
    young, nu = 2.0, 0.4
    place = np.array([0.0, 0.3, 0.6])
    found = fields_under(
        half_space(young, nu), patch(65, 2.2), depth=np.zeros(1), along=place, across=place[:2]
    )
    square = place[:, None] ** 2 + place[:2] ** 2
    exact = (1 - nu**2) / young * np.pi / 4 * (2.0 - square)
    np.testing.assert_allclose(found["displacement_depth"][0], exact, rtol=ATOL_HERTZ)


@pytest.mark.parametrize("friction", [0.0, 0.7])
def test_far_from_a_patch_it_is_a_point_force(friction):
    """Boussinesq and Cerruti: a half-space under a normal and a tangential force."""
    young, nu = 3.0, 0.3
    shear = young / (2 * (1 + nu))
    side = 0.02
    load = SurfaceLoad.of(
        np.array([-0.5, 0.5]) * side, np.array([-0.5, 0.5]) * side, np.ones((2, 2)), friction
    )
    force = 4 * side**2
    x, y, z = 1.1, -0.7, 0.9
    found = fields_under(
        half_space(young, nu),
        load,
        depth=np.array([z]),
        along=np.array([x]),
        across=np.array([y]),
    )
    r = np.sqrt(x * x + y * y + z * z)
    a, b = force / (4 * np.pi * shear), 1 - 2 * nu
    drag = friction * a
    exact = {
        "displacement_depth": a * (z * z / r**3 + 2 * (1 - nu) / r)
        + drag * (x * z / r**3 + b * x / (r * (r + z))),
        "displacement_along": a * (x * z / r**3 - b * x / (r * (r + z)))
        + drag * (1 / r + x * x / r**3 + b * (1 / (r + z) - x * x / (r * (r + z) ** 2))),
        "displacement_across": a * (y * z / r**3 - b * y / (r * (r + z)))
        + drag * (x * y / r**3 - b * x * y / (r * (r + z) ** 2)),
        "stress_depth": -3 * force / (2 * np.pi) * (z**3 + friction * x * z * z) / r**5,
        "stress_shear": -3 * force / (2 * np.pi) * (x * z * z + friction * x * x * z) / r**5,
        "stress_shear_across": -3 * force / (2 * np.pi) * (y * z * z + friction * x * y * z) / r**5,
    }
    for name, value in exact.items():
        assert float(found[name].item()) == pytest.approx(value, rel=RTOL_POINT), name


def test_places_beside_a_long_patch_see_all_of_it():
    """Boussinesq summed over the cells, from under the patch to five lengths beside it."""
    nu, depth = 0.3, 0.8
    x, y = (np.arange(64) - 31.5) / 32.0, (np.arange(24) - 11.5) / 24.0
    pressure = np.outer((1 - x**2) * (1.3 + x), 1 - 0.5 * y**2)
    along, across = np.array([-11.0, -3.1, -2.9, 0.2, 4.0]), np.array([-0.4, 1.0])
    found = fields_under(
        half_space(3.0, nu),
        SurfaceLoad.of(x, y, pressure, 0.0),
        depth=np.array([depth]),
        along=along,
        across=across,
    )
    ahead = along[:, None, None, None] - x[:, None]
    aside = across[:, None, None] - y
    r = np.sqrt(ahead**2 + aside**2 + depth**2)
    force = pressure / 32.0 / 24.0
    shear = 3.0 / (2 * (1 + nu))
    down = (force / (4 * np.pi * shear) * (depth**2 / r**3 + 2 * (1 - nu) / r)).sum((-2, -1))
    stress = (-3 * force / (2 * np.pi) * depth**3 / r**5).sum((-2, -1))
    np.testing.assert_allclose(found["displacement_depth"][0], down, rtol=RTOL_FAR)
    # towards the far side the stress of a half-space falls like r^-5, the smoothed rest like waves
    scale = np.abs(stress).max()
    np.testing.assert_allclose(found["stress_depth"][0], stress, rtol=5e-3, atol=1e-4 * scale)


VISCOUS = LayeredStack.of(
    thickness=[0.5, 1.0, 2.0],
    shear_modulus=[3.0, 0.2, 1.0],
    poisson_ratio=[0.3, 0.5, 0.4],
    prony_weight=[[0.5], [0.3], [0.4]],
    prony_time=[[1.0], [0.3], [2.0]],
)
# the top layer stiff in its plane and under tension, alike in all directions
STRETCHED = LayeredStack.of(
    thickness=[0.5, 1.0, 2.0],
    shear_modulus=[3.0, 0.2, 1.0],
    poisson_ratio=[0.3, 0.45, 0.4],
    prony_weight=[[0.5], [0.3], [0.4]],
    prony_time=[[1.0], [0.3], [2.0]],
    incremental=IncrementalModuli(
        elastic=np.array([[9.0, 2.0, 6.0, 0.0, 2.0, 2.0], [0.0] * 6, [0.0] * 6]),
        relaxing=np.array([[20.0, 3.0, 9.0, 3.0, 4.0, 3.0], [0.0] * 6, [0.0] * 6]),
        tension=np.array([[1.5, 1.5], [0.0, 0.0], [0.0, 0.0]]),
        plain=np.array([False, True, True]),
    ),
)


@pytest.mark.parametrize("stack", [VISCOUS, STRETCHED], ids=["viscous", "stretched"])
def test_middle_of_a_long_patch_is_plane_strain(stack):
    x = (np.arange(96) - 47.5) * 0.025
    y = (np.arange(120) - 59.5) * 1.0  # the ends are thirty thicknesses away
    line = np.maximum(1 - x**2, 0.0) ** 1.5
    depth = np.array([0.1, 0.3, 0.7, 1.6, 3.0])
    found = fields_under(
        stack,
        SurfaceLoad.of(x, y, np.repeat(line[:, None], y.size, axis=1), 0.3),
        depth=depth,
        along=x,
        across=np.zeros(1),
        speed=1.5,
    )
    fine = np.linspace(-24.0, 24.0, 4801)
    smooth = np.maximum(1 - fine**2, 0.0) ** 1.5
    plane = subsurface_fields(
        stack, along=fine, pressure=smooth, shear=0.3 * smooth, depth=depth, speed=1.5
    )
    for name in ("stress_along", "stress_depth", "stress_across", "stress_shear"):
        section = np.array([np.interp(x, fine, row) for row in getattr(plane, name)])
        scale = np.abs(plane.stress_depth).max()
        np.testing.assert_allclose(found[name][:, :, 0], section, rtol=0, atol=ATOL_PLANE * scale)
    for name in ODD:
        assert np.abs(found[name]).max() < 1e-9 * np.abs(found["stress_depth"]).max(), name


def around(stack, centre, step):
    """Return fields on 3 x 3 x 3 places around one, each (3, 3, 3) as (depth, along, across)."""
    x = (np.arange(24) - 11.5) * 0.1
    y = (np.arange(16) - 7.5) * 0.2
    pressure = np.maximum(1 - x[:, None] ** 2 - (y / 1.5) ** 2, 0.0) * (1.2 + np.sin(2 * y))
    depth, along, across = (c + step * np.array([-1.0, 0.0, 1.0]) for c in centre)
    return fields_under(
        stack,
        SurfaceLoad.of(x, y, pressure, 0.4),
        depth=depth,
        along=along,
        across=across,
        speed=0.8,
    )


def slope(field, axis, step):
    """Central difference in the middle of 3 x 3 x 3 values."""
    ends = np.take(field, [0, 2], axis=axis)
    return float(np.diff(ends, axis=axis).squeeze()[(1, 1)]) / (2 * step)


PLACES = [(0.3, 0.4, -0.5), (0.9, -0.6, 0.8), (2.5, 1.0, 0.3)]


@pytest.mark.parametrize("stack", [VISCOUS, STRETCHED], ids=["viscous", "stretched"])
@pytest.mark.parametrize("centre", PLACES)
def test_stress_is_in_equilibrium(stack, centre):
    f = around(stack, centre, 0.02)
    z, x, y = 0, 1, 2
    for terms in (
        (("stress_along", x), ("stress_shear_surface", y), ("stress_shear", z)),
        (("stress_shear_surface", x), ("stress_across", y), ("stress_shear_across", z)),
        (("stress_shear", x), ("stress_shear_across", y), ("stress_depth", z)),
    ):
        parts = [slope(f[name], axis, 0.02) for name, axis in terms]
        assert abs(sum(parts)) < ATOL_BALANCE * sum(abs(part) for part in parts)


@pytest.mark.parametrize("centre", PLACES)
def test_strains_are_the_gradients_of_the_displacement(centre):
    f = around(STRETCHED, centre, 0.02)
    z, x, y = 0, 1, 2
    u, v, w = (f[f"displacement_{axis}"] for axis in ("along", "across", "depth"))
    gradients = {
        "strain_along": slope(u, x, 0.02),
        "strain_across": slope(v, y, 0.02),
        "strain_depth": slope(w, z, 0.02),
        "strain_shear": slope(u, z, 0.02) + slope(w, x, 0.02),
        "strain_shear_across": slope(v, z, 0.02) + slope(w, y, 0.02),
        "gradient_along_across": slope(u, y, 0.02),
        "gradient_across_along": slope(v, x, 0.02),
        "gradient_depth_along": slope(w, x, 0.02),
        "gradient_depth_across": slope(w, y, 0.02),
    }
    scale = max(abs(value) for value in gradients.values())
    for name, value in gradients.items():
        assert float(f[name][1, 1, 1]) == pytest.approx(value, abs=ATOL_BALANCE * scale), name


def test_nothing_moves_at_the_bottom_and_tractions_pass_interfaces():
    x = (np.arange(16) - 7.5) * 0.2
    pressure = np.maximum(1 - x[:, None] ** 2 - x**2, 0.0)
    edge = 0.5
    f = fields_under(
        STRETCHED,
        SurfaceLoad.of(x, x, pressure, 0.4),
        depth=np.array([0.0, edge * (1 - 1e-9), edge, 3.5]),
        along=np.array([0.5]),
        across=np.array([0.3]),
        speed=0.8,
    )
    f = {name: field.ravel() for name, field in f.items()}
    for name in ("displacement_along", "displacement_across", "displacement_depth"):
        assert abs(f[name][3]) < 1e-9 * abs(f[name][0])
        assert f[name][1] == pytest.approx(f[name][2], rel=1e-6)
    # Cauchy stress of the layer under tension turns with the skin; its nominal traction passes
    tension = 1.5
    down, slide = (
        f["stress_depth"],
        f["stress_shear"]
        - tension
        * np.array([f["gradient_depth_along"][0], f["gradient_depth_along"][1], 0.0, 0.0]),
    )
    aside = f["stress_shear_across"][1] - tension * f["gradient_depth_across"][1]
    assert down[1] == pytest.approx(down[2], abs=ATOL_TABLE)
    assert slide[1] == pytest.approx(slide[2], abs=ATOL_TABLE)
    assert aside == pytest.approx(f["stress_shear_across"][2], abs=ATOL_TABLE)


def test_fields_mirror_with_the_load():
    x, y = np.linspace(-1.0, 1.4, 12), np.linspace(-1.0, 1.0, 8)
    pressure = np.outer(2 + x, 2 + np.sin(y))
    given = {"depth": np.array([0.2, 0.8]), "across": np.array([-0.4, 0.1])}
    place = np.array([-0.5, 0.3, 1.1])
    there = fields_under(VISCOUS, SurfaceLoad.of(x, y, pressure, 0.3), along=place, **given)
    load = SurfaceLoad.of(-x[::-1], y, pressure[::-1], -0.3)
    back = mirrored(fields_under(VISCOUS, load, along=-place[::-1], **given))
    for name in EVEN + ODD:
        size = np.abs(there[name]).max()
        np.testing.assert_allclose(back[name], there[name], rtol=0, atol=1e-12 * size, err_msg=name)


@pytest.mark.parametrize("speed", [0.0, 0.3, 5.0, 300.0])
def test_skin_is_that_of_the_cells_of_a_contact(speed):
    """The fields are means over a cell, flatter than the cells by (0.75 cells)^2/2 of a bend."""
    x, y = (np.arange(48) - 23.5) / 50.0, (np.arange(32) - 15.5) / 20.0
    pressure = np.maximum(1.0 - (x[:, None] / 0.4) ** 2 - (y / 0.6) ** 2, 0.0)
    influence = cell_influence(VISCOUS, speed, (1 / 50, 1 / 20), (48, 32))
    cells = CellOperator(influence.pressure + 0.3 * influence.shear, (48, 32))(pressure)
    skin = fields_under(
        VISCOUS,
        SurfaceLoad.of(x, y, pressure, 0.3),
        depth=np.zeros(1),
        along=x,
        across=y,
        speed=speed,
    )["displacement_depth"][0]
    np.testing.assert_allclose(skin, cells, rtol=0, atol=3e-3 * cells.max())


def test_depths_outside_and_sheets_are_refused():
    load = patch(8, 2.2)
    place = {"along": np.zeros(1), "across": np.zeros(1)}
    with pytest.raises(InputError, match="depths run from"):
        fields_under(VISCOUS, load, depth=np.array([0.1, 4.0]), **place)
    sheet = LayeredStack.of(
        thickness=[1.0], shear_modulus=[1.0], poisson_ratio=[0.4], membrane=[0.1]
    )
    with pytest.raises(InputError, match="sheets"):
        fields_under(sheet, load, depth=np.array([0.1]), **place)


def test_one_loaded_cell_is_a_load_too():
    x = (np.arange(12) - 5.5) * 0.1
    pressure = np.zeros((12, 12))
    pressure[4, 7] = 2.0
    found = fields_under(
        half_space(1.0, 0.3),
        SurfaceLoad.of(x, x, pressure, 0.0),
        depth=np.array([0.8]),
        along=x[4:5],
        across=x[7:8],
    )
    exact = -3 * 2.0 * 0.01 / (2 * np.pi * 0.8**2)
    assert float(found["stress_depth"].item()) == pytest.approx(exact, rel=0.06)  # cell blurred
