"""Fields at depth: Hertz with friction (L1), closed forms, split layers, equilibrium."""

import numpy as np
import pytest

from softsim.engines.linear.medium.stack import LayeredStack
from softsim.engines.linear.section.contact import solve_sliding_contact
from softsim.load import Load
from tests.twins.section_box import depth_profiles, subsurface_fields
from tests.twins.stacks import half_space

from .linear_reference import read_table

ALONG = np.linspace(-8.0, 8.0, 3201)
PRESSURE = np.sqrt(np.maximum(1.0 - ALONG**2, 0.0))
RTOL_EXTREME = 5e-3  # stated for the largest stresses
ATOL_PLACE = 0.03  # of the half-width


@pytest.mark.parametrize("row", read_table("L01"), ids=lambda r: r["mu"])
def test_largest_stresses_under_a_sliding_line_contact(row):
    mu, young, nu, radius = float(row["mu"]), 1.0, 0.45, 100.0
    plane = young / (1 - nu**2)
    found = solve_sliding_contact(  # nu = 0.5 in the contact: there friction does not couple
        half_space(0.75 * plane, 0.5),
        along=ALONG,
        heights=ALONG**2 / (2 * radius),
        load=Load("force", np.pi * plane / (4 * radius)),
        friction=mu,
        speed=1.0,
    )
    depth = np.concatenate([[0.0], np.arange(0.01, 1.2, 0.01)])
    fields = subsurface_fields(
        half_space(young, nu),
        along=ALONG,
        pressure=found.contact_pressure,
        shear=found.contact_shear,
        depth=depth,
    )
    for name, field in (("tau", fields.max_shear), ("mises", fields.von_mises)):
        value = field / (plane / (2 * radius))
        i, j = np.unravel_index(value.argmax(), value.shape)
        assert value.max() == pytest.approx(float(row[f"{name}_max_over_p0"]), rel=RTOL_EXTREME)
        assert depth[i] == pytest.approx(float(row[f"{name}_z_over_a"]), abs=ATOL_PLACE)
        place = float(row[f"{name}_x_over_a"])
        if np.isfinite(place):
            assert ALONG[j] == pytest.approx(place, abs=ATOL_PLACE)


def test_stress_on_the_axis_of_hertz():
    depth = np.linspace(0.0, 3.0, 61)
    fields = subsurface_fields(
        half_space(1.0, 0.3), along=ALONG, pressure=PRESSURE, shear=0 * PRESSURE, depth=depth
    )
    root = np.sqrt(1 + depth**2)
    middle = ALONG.size // 2
    np.testing.assert_allclose(fields.stress_depth[:, middle], -1 / root, atol=2e-4)
    exact = -((1 + 2 * depth**2) / root - 2 * depth)
    np.testing.assert_allclose(fields.stress_along[:, middle], exact, atol=2e-4)
    np.testing.assert_allclose(
        fields.stress_across, 0.3 * (fields.stress_along + fields.stress_depth), atol=1e-12
    )


def test_surface_value_is_the_applied_traction():  # hazard 1
    fields = subsurface_fields(
        LayeredStack.of(
            thickness=[0.5, np.inf], shear_modulus=[3.0, 1.0], poisson_ratio=[0.3, 0.5]
        ),
        along=ALONG,
        pressure=PRESSURE,
        shear=0.3 * PRESSURE,
        depth=np.array([0.0]),
    )
    inside = np.abs(ALONG) < 0.95
    # averages over a cell of 0.005, and the ripple of the square-root ends cut at that wave
    np.testing.assert_allclose(fields.stress_depth[0, inside], -PRESSURE[inside], atol=5e-4)
    np.testing.assert_allclose(fields.stress_shear[0, inside], -0.3 * PRESSURE[inside], atol=5e-4)


def test_a_split_layer_changes_nothing():
    depth = np.linspace(0.01, 3.0, 40)
    whole = subsurface_fields(
        half_space(1.0, 0.45), along=ALONG, pressure=PRESSURE, shear=0.3 * PRESSURE, depth=depth
    )
    split = subsurface_fields(
        LayeredStack.of(
            thickness=[0.3, 0.001, 0.4, np.inf],
            shear_modulus=[1 / 2.9] * 4,
            poisson_ratio=[0.45] * 4,
        ),
        along=ALONG,
        pressure=PRESSURE,
        shear=0.3 * PRESSURE,
        depth=depth,
    )
    for name in ("stress_along", "stress_depth", "stress_shear", "displacement_depth"):
        one, other = getattr(whole, name), getattr(split, name)
        assert np.abs(one - other).max() < 1e-8 * np.abs(one).max()


VISCOUS = LayeredStack.of(
    thickness=[0.5, 1.0, 3.0],
    shear_modulus=[3.0, 0.2, 1.0],
    poisson_ratio=[0.3, 0.5, 0.4],
    prony_weight=[[0.5], [0.3], [0.4]],
    prony_time=[[1.0], [0.3], [2.0]],
    slip_stiffness=[0.5, 0.0, np.inf],
    membrane=[0.3, 0.0, 0.0],
)


def test_stress_is_in_equilibrium_between_interfaces():
    depth = np.linspace(0.05, 3.95, 391)
    fields = subsurface_fields(
        VISCOUS, along=ALONG, pressure=PRESSURE, shear=0.3 * PRESSURE, depth=depth, speed=1.0
    )
    dz, dx = depth[1] - depth[0], ALONG[1] - ALONG[0]
    along = np.gradient(fields.stress_along, dx, axis=1)
    rows = (depth > 0.3) & (np.abs(depth - 0.5) > 0.03) & (np.abs(depth - 1.5) > 0.03)
    balance = along + np.gradient(fields.stress_shear, dz, axis=0)
    # central differences over 0.01 leave (0.01/0.3)^2 of the terms
    assert np.abs(balance[rows]).max() < 5e-3 * np.abs(along[rows]).max()
    slip = int(np.argmin(np.abs(depth - 1.5)))
    assert np.abs(fields.stress_shear[slip]).max() < 1e-12


def test_fields_mirror_with_the_direction():
    depth = np.array([0.2, 0.5, 1.0])
    lopsided = PRESSURE * (1.5 + ALONG)
    forward = subsurface_fields(
        VISCOUS, along=ALONG, pressure=lopsided, shear=0.2 * lopsided, depth=depth, speed=0.7
    )
    backward = subsurface_fields(
        VISCOUS,
        along=ALONG,
        pressure=lopsided[::-1],
        shear=-0.2 * lopsided[::-1],
        depth=depth,
        speed=-0.7,
    )
    np.testing.assert_allclose(
        backward.stress_along, forward.stress_along[:, ::-1], rtol=0, atol=1e-12
    )
    np.testing.assert_allclose(
        backward.stress_shear, -forward.stress_shear[:, ::-1], rtol=0, atol=1e-12
    )


def test_profiles_are_the_peaks_of_the_fields():
    depth = np.array([0.05, 0.2, 0.5, 1.0, 3.0])
    given = {"along": ALONG, "pressure": PRESSURE, "shear": 0.3 * PRESSURE, "depth": depth}
    fields = subsurface_fields(VISCOUS, **given, speed=1.0)
    profiles = depth_profiles(VISCOUS, **given, speed=1.0)
    # four samples of the shortest wave that survives miss a rounded peak by less than 0.5 %
    np.testing.assert_allclose(profiles.max_shear, fields.max_shear.max(axis=1), rtol=5e-3)
    np.testing.assert_allclose(profiles.von_mises, fields.von_mises.max(axis=1), rtol=5e-3)
    np.testing.assert_allclose(profiles.compression, -fields.stress_depth.min(axis=1), rtol=5e-3)
