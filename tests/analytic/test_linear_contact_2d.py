"""Two-dimensional contact against closed forms: L1, L4, L6, L10 and the computed case N1."""

from itertools import groupby

import numpy as np
import pytest

from softsim.engines.linear.medium.stack import LayeredStack
from softsim.engines.linear.section.contact import solve_sliding_contact
from softsim.load import Load
from tests.twins.stacks import half_space

from .linear_reference import read_table

RADIUS = 100.0  # of the parabola, in Hertz half-widths
RTOL_CONTACT = 3e-3  # stated for width, centre and peak pressure
ALONG = np.linspace(-2.0, 2.0, 2001)


def parabola(along, radius=RADIUS):
    """Return the height of a parabola."""
    return along**2 / (2.0 * radius)


@pytest.mark.parametrize("mu", [0.0, 0.1, 0.3, 0.5])
def test_hertz_line_contact(mu):
    young, nu = 2.0, 0.5
    plane = young / (1 - nu**2)
    found = solve_sliding_contact(
        half_space(young, nu),
        along=ALONG,
        heights=parabola(ALONG),
        friction=mu,
        load=Load("force", np.pi * plane / (4 * RADIUS)),
        speed=1.0,
    )
    assert found.half_width == pytest.approx(1.0, rel=RTOL_CONTACT / 10)
    assert found.contact_pressure.max() == pytest.approx(
        plane / (2 * RADIUS), rel=RTOL_CONTACT / 10
    )
    assert found.tangential_force == pytest.approx(mu * found.force, abs=1e-9 * found.force)


@pytest.mark.parametrize("row", read_table("L04"), ids=lambda r: f"{r['alpha']}-{r['beta']}")
def test_sliding_cylinder_on_zener_half_plane(row):
    value = {name: float(text) for name, text in row.items()}
    nu = 0.3
    plane = 1.0 / value["alpha"] / (1 - nu**2)
    stack = half_space(
        1.0,
        nu,
        prony_weight=[[1 - 1 / value["alpha"]]],
        prony_time=[[1.0]],
        constant_poisson=[True],
    )
    found = solve_sliding_contact(
        stack,
        along=ALONG,
        heights=parabola(ALONG),
        load=Load("force", np.pi * plane / (4 * RADIUS)),
        speed=value["VTs_over_aH"],
    )
    peak = found.contact_pressure.max() / (plane / (2 * RADIUS))
    assert found.half_width == pytest.approx(value["l_over_aH"], rel=3e-3)
    assert found.contact_shift / found.half_width == pytest.approx(value["c_over_l"], abs=5e-3)
    assert peak == pytest.approx(value["pmax_over_p0H"], rel=3e-3)
    assert found.ploughing * RADIUS == pytest.approx(value["muR_over_aH"], rel=5e-3)
    place = found.along[found.contact_pressure.argmax()]
    in_contact = (place - found.contact_shift) / found.half_width
    assert in_contact == pytest.approx(value["xpk_minus_c_over_l"], abs=0.03)


CYLINDERS = [
    (key, {r["quantity"]: float(r["value"]) for r in rows})
    for key, rows in groupby(
        (r for r in read_table("L06") if r["case"] == "cylinder"),
        key=lambda r: (float(r["nu"]), float(r["x"])),
    )
]


@pytest.mark.parametrize(
    ("key", "value"), CYLINDERS, ids=lambda v: str(v) if isinstance(v, tuple) else ""
)
def test_cylinder_on_bonded_layer(key, value):
    nu, ratio = key
    plane = 1.0 / (1 - nu**2)
    stack = LayeredStack.of(
        thickness=[1.0 / ratio], shear_modulus=[1 / (2 * (1 + nu))], poisson_ratio=[nu]
    )
    found = solve_sliding_contact(
        stack,
        along=ALONG,
        heights=parabola(ALONG),
        load=Load("force", value["PR_over_Estar_a2"] * plane / RADIUS),
    )
    centre = found.contact_pressure[ALONG.size // 2] * RADIUS / plane
    assert found.half_width == pytest.approx(1.0, rel=RTOL_CONTACT)
    assert centre == pytest.approx(value["p_centre_R_over_Estar_a"], rel=RTOL_CONTACT)
    assert found.indentation * RADIUS == pytest.approx(value["deltaR_over_a2"], rel=RTOL_CONTACT)
    again = solve_sliding_contact(
        stack, along=ALONG, heights=parabola(ALONG), load=Load("indentation", found.indentation)
    )
    assert again.force == pytest.approx(found.force, rel=1e-9)


@pytest.mark.parametrize(
    ("nu", "mu"), [(0.0, 0.5), (0.3, 0.1), (0.3, 0.3), (0.45, 0.3), (0.5, 0.5)]
)
def test_gross_sliding_on_elastic_half_plane(nu, mu):
    rows = [
        r
        for r in read_table("L10")
        if r["case"] == "sliding_half_plane" and float(r["x"]) == nu and float(r["mu"]) == mu
    ]
    value = {r["quantity"]: float(r["value"]) for r in rows}
    plane = 1.0 / (1 - nu**2)
    found = solve_sliding_contact(
        half_space(1.0, nu),
        along=ALONG,
        heights=parabola(ALONG),
        speed=1.0,
        friction=mu,
        load=Load("force", np.pi * plane / (4 * RADIUS)),
    )
    width = found.half_width
    assert width == pytest.approx(value["l_over_lH"], rel=1e-3)
    assert found.contact_shift / width == pytest.approx(value["c_over_l"], abs=3e-3)
    assert found.ploughing * RADIUS / width == pytest.approx(
        value["ploughing_R_over_l"], rel=0.02, abs=1e-9
    )
    peak = found.contact_pressure.max() / (plane / (2 * RADIUS))
    assert peak == pytest.approx(value["pmax_over_p0H"], rel=RTOL_CONTACT)


@pytest.mark.parametrize("row", read_table("N01"), ids=lambda r: r["nu_rule"])
def test_frictional_sliding_on_layered_viscoelastic_half_plane(row):
    stack = LayeredStack.of(
        thickness=[1.5e-3, np.inf],
        shear_modulus=[0.2e6 / 2.9, 0.05e6 / 2.96],
        poisson_ratio=[0.45, 0.48],
        prony_weight=[[0.4], [0.6]],
        prony_time=[[0.03], [0.15]],
        constant_poisson=[row["nu_rule"] == "nu"] * 2,
    )
    along = np.linspace(-10e-3, 10e-3, 1001)
    found = solve_sliding_contact(
        stack,
        along=along,
        heights=parabola(along, 8e-3),
        load=Load("force", 60.0),
        speed=0.12,
        friction=0.2,
        datum_distance=60e-3,
    )
    assert found.half_width * 1e3 == pytest.approx(float(row["half_width"]), abs=0.02)
    assert found.contact_shift * 1e3 == pytest.approx(float(row["offset"]), abs=0.03)
    assert found.contact_pressure.max() == pytest.approx(1e6 * float(row["p_max"]), rel=5e-3)
    assert found.indentation_ahead * 1e3 == pytest.approx(float(row["indentation_p60"]), rel=5e-3)
    assert found.indentation_behind * 1e3 == pytest.approx(float(row["indentation_m60"]), rel=5e-3)
    apparent = found.tangential_force / found.force
    assert apparent == pytest.approx(float(row["apparent_friction"]), abs=2e-3)
