"""Finite engine at small load against closed forms of contact: L1, L4, L6 and sliding of L10."""

import math

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.solve import solve
from tests.analytic.finite_reference import field_maximum, half_plane_maxima
from tests.analytic.linear_reference import read_table
from tests.finite_cases import NEARLY_HALF, Cylinder, max_shear, von_mises

pytestmark = pytest.mark.jit

# Tolerances of the reference page for the finite engine.
HERTZ = 0.015  # half-width and peak
STRESS = 0.03  # stress maxima
PLACE = 0.03  # of the half-width
WIDTH, SHIFT, PEAK, FRICTION = 0.02, 0.03, 0.03, 0.04  # Zener half-plane
LAYER = 0.02  # bonded layer
SLIDING = 0.02  # of the half-width


def rows_of(prefix, **wanted):
    rows = [row for row in read_table(prefix) if all(row[k] == v for k, v in wanted.items())]
    return [{k: (v if k in ("case", "quantity") else _number(v)) for k, v in row.items()}
            for row in rows]  # fmt: skip


def _number(text):
    try:
        return float(text)
    except ValueError:
        return text


def some(cases, always):
    """Return the cases as parameters, those not in `always` marked slow."""
    return [case if always(case) else pytest.param(case, marks=pytest.mark.slow) for case in cases]


# ---------------------------------------------------------------- L1

DEEP = Cylinder(radius=0.02, half_width=0.4e-3, thickness=0.16, rows=60, elements=30)


@pytest.mark.parametrize("friction", some([0.0, 0.1, 0.3, 0.5], lambda mu: mu in (0.0, 0.3)))
def test_line_contact_has_the_width_and_peak_of_hertz(friction):
    case = Cylinder(radius=0.02, half_width=0.4e-3, thickness=0.024, friction=friction, elements=48)
    _, contact = case.contact()
    assert 0.5 * contact.width == pytest.approx(case.half_width, rel=HERTZ)
    assert contact.pressure.max() == pytest.approx(case.peak_pressure, rel=HERTZ)


def largest_stresses(case):
    """Return rows (value / p0, x / a, z / a) of shear and von Mises stress."""
    result, contact = case.contact()
    cauchy = result.snapshots[0].cauchy
    scale = np.array([case.peak_pressure, case.half_width, case.half_width])
    found = np.array([field_maximum(result, f(cauchy)) for f in (max_shear, von_mises)])
    return (found - [0.0, contact.centre, 0.0]) / scale


def assert_maxima(found, friction):
    (row,) = [row for row in rows_of("L01") if row["mu"] == friction]
    for (value, x, z), name, exact in zip(
        found, ("tau", "mises"), half_plane_maxima(0.45, friction), strict=True
    ):
        assert value == pytest.approx(row[f"{name}_max_over_p0"], rel=STRESS)
        # The table has Hertz's pressure.  At nu = 0.45 friction skews the real one a little, and
        # the maximum is so flat that this alone moves it: the place is that of gross sliding.
        assert (x, z) == pytest.approx(exact[1:], abs=PLACE)


@pytest.mark.parametrize("friction", some([0.0, 0.1], lambda mu: mu == 0.0))
def test_largest_stresses_under_a_line_contact(friction):
    case = Cylinder(**{**_fields(DEEP), "friction": friction})
    assert_maxima(largest_stresses(case), friction)


@pytest.mark.slow
def test_largest_stresses_under_a_line_contact_with_much_friction():
    # a flat round: places are those of the undeformed tissue, which 1 % of strain moves by 0.03 a
    changes = {"radius": 0.16, "friction": 0.3, "elements": 96, "rows": 120}
    case = Cylinder(**{**_fields(DEEP), **changes})
    assert_maxima(largest_stresses(case), 0.3)


@pytest.mark.slow
def test_friction_above_the_limit_puts_the_largest_shear_on_the_surface():
    # flat: at 1 % of strain the skin at the end of the contact is pulled 2 % harder than at none
    changes = {"radius": 0.16, "friction": 0.5, "elements": 48}
    case = Cylinder(**{**_fields(DEEP), **changes})
    (shear, mises) = largest_stresses(case)
    (row,) = [row for row in rows_of("L01") if row["mu"] == 0.5]
    assert shear[0] == pytest.approx(row["tau_max_over_p0"], rel=STRESS)
    assert mises[0] == pytest.approx(row["mises_max_over_p0"], rel=STRESS)
    assert shear[2] <= PLACE
    assert mises[2] <= PLACE


def _fields(case):
    return {name: getattr(case, name) for name in case.__dataclass_fields__}


# ---------------------------------------------------------------- L4

ZENER_ELEMENTS = {100.0: 80}
"""Elements in the contact by beta: ploughing is a hundredth of its largest value in slow sliding,
and the error of the edges of the contact, the same for all rows, must be small against it."""


@pytest.mark.parametrize(
    "row",
    some(rows_of("L04"), lambda row: row["beta"] in (5.0, 2.0)),
    ids=lambda row: f"alpha {row['alpha']:g} beta {row['beta']:g}",
)
def test_cylinder_slides_on_a_zener_half_plane(row):
    hertz, time = 0.4e-3, 0.1
    elements = ZENER_ELEMENTS.get(row["beta"], 40) / row["l_over_aH"]
    case = Cylinder(
        radius=0.01, half_width=hertz, thickness=0.04, poisson_ratio=NEARLY_HALF,
        shear_modulus=3.3e3, ratio=row["alpha"], relaxation_time=time,
        speed=row["VTs_over_aH"] * hertz / time, elements=round(elements),
    )  # fmt: skip
    _, contact = case.contact()
    half_width = row["l_over_aH"] * hertz
    assert 0.5 * contact.width == pytest.approx(half_width, rel=WIDTH)
    assert contact.centre == pytest.approx(row["c_over_l"] * half_width, abs=SHIFT * half_width)
    peak = row["pmax_over_p0H"] * case.peak_pressure
    assert contact.pressure.max() == pytest.approx(peak, rel=PEAK)
    friction = contact.force_along / contact.force_depth
    wanted = row["muR_over_aH"] * hertz / case.radius
    assert friction == pytest.approx(wanted, rel=FRICTION)


# ---------------------------------------------------------------- L6


def layer_cases():
    cases = {}
    for row in rows_of("L06", case="cylinder"):
        cases.setdefault((row["nu"], row["x"]), {})[row["quantity"]] = row["value"]
    return cases


BONDED = layer_cases()


def pressed_layer(poisson_ratio, slenderness, elements=96):
    """Return (load, centre pressure, depth) of a bonded layer, each over the table's value."""
    table, thickness = BONDED[poisson_ratio, slenderness], 1e-3
    half_width = slenderness * thickness
    # indentation 0.5 % of the radius and of the thickness
    radius = max(
        table["deltaR_over_a2"] * half_width**2 / (0.005 * thickness),
        math.sqrt(table["deltaR_over_a2"] * half_width**2 / 0.005),
    )
    case = Cylinder(
        radius=radius, half_width=half_width, thickness=thickness, elements=elements, rows=30,
        poisson_ratio=NEARLY_HALF if poisson_ratio == 0.5 else poisson_ratio,
        load_factor=4.0 / math.pi * table["PR_over_Estar_a2"],
    )  # fmt: skip
    result, contact = case.contact()
    a, modulus = 0.5 * contact.width, case.plane_modulus
    return (
        contact.force_depth * radius / (modulus * a**2) / table["PR_over_Estar_a2"],
        contact.pressure.max() * radius / (modulus * a) / table["p_centre_R_over_Estar_a"],
        result.snapshots[0].depth * radius / a**2 / table["deltaR_over_a2"],
    )


@pytest.mark.parametrize(
    "case", some(BONDED, lambda case: case in ((0.3, 0.25), (0.49, 2.0), (0.5, 4.0))), ids=str
)
def test_cylinder_presses_a_bonded_layer(case):
    assert pressed_layer(*case) == pytest.approx((1.0, 1.0, 1.0), abs=LAYER)


def pressed_at_depth(poisson_ratio, slenderness):
    """Return (load, centre pressure) over the table's at its depth, default resolution."""
    table, thickness, young = BONDED[poisson_ratio, slenderness], 1e-3, 60e3
    half_width = slenderness * thickness
    radius = 100.0 * max(half_width, thickness)
    nu = min(poisson_ratio, NEARLY_HALF)
    gel = ss.SplitNeoHookean(
        shear_modulus=young / (2.0 * (1.0 + nu)), bulk_modulus=young / (3.0 * (1.0 - 2.0 * nu))
    )
    with ss.allow_unusual():  # thought experiments: out of scale with any tool
        problem = ss.Problem(
            tissue=ss.Tissue(layers=[ss.Layer(name="gel", thickness=thickness, material=gel)]),
            instrument=ss.Instrument(
                edge=ss.Edge(nose_radius=radius, thickness=2.0 * radius), contact_length=1.0
            ),
            stroke=ss.Stroke(
                indentation=table["deltaR_over_a2"] * half_width**2 / radius, speed=0.1
            ),
        )
    contact = solve(problem, "steady").snapshots[0].contact
    modulus = young / (1.0 - poisson_ratio**2)
    load = contact.force_depth * radius / (modulus * half_width**2)
    peak = contact.pressure.max() * radius / (modulus * half_width)
    return load / table["PR_over_Estar_a2"], peak / table["p_centre_R_over_Estar_a"]


@pytest.mark.parametrize("case", sorted(BONDED), ids=str)
def test_pressed_layer_carries_its_load_up_to_incompressibility(case):
    """From Poisson's ratio 0.45 to 0.5 the load rises by a quarter; locking would raise it more."""
    assert pressed_at_depth(*case) == pytest.approx((1.0, 1.0), abs=LAYER)


# ---------------------------------------------------------------- L10


@pytest.mark.parametrize(
    "row",
    some(
        rows_of("L10", case="sliding_half_plane", quantity="l_over_lH"),
        lambda row: (row["x"], row["mu"]) == (0.3, 0.3),
    ),
    ids=lambda row: f"nu {row['x']:g} mu {row['mu']:g}",
)
def test_gross_sliding_widens_and_shifts_the_contact(row):
    table = {
        r["quantity"]: r["value"]
        for r in rows_of("L10", case="sliding_half_plane")
        if (r["x"], r["mu"]) == (row["x"], row["mu"])
    }
    case = Cylinder(
        radius=0.02, half_width=0.4e-3, thickness=0.08, friction=row["mu"], elements=60,
        poisson_ratio=NEARLY_HALF if row["x"] == 0.5 else row["x"],
    )  # fmt: skip
    _, contact = case.contact()
    half_width = table["l_over_lH"] * case.half_width
    assert 0.5 * contact.width == pytest.approx(half_width, rel=SLIDING)
    assert contact.centre == pytest.approx(table["c_over_l"] * half_width, abs=SLIDING * half_width)
    peak = table["pmax_over_p0H"] * case.peak_pressure
    assert contact.pressure.max() == pytest.approx(peak, rel=SLIDING)
