"""Layers that glide: limits of the spring, small strain, energies, and round tips."""

from dataclasses import replace

import numpy as np
import pytest

import softsim as ss
import softsim.materials as sm
from softsim._simulate import run
from softsim.engines.finite.slipping import far_slips
from softsim.engines.finite.solve import solve

BONDED = 1e-3  # what a spring of 1e11 Pa/m may differ from none at all
TRACTIONS = ("slip", "interface_shear", "interface_normal")
SMALL_STRAIN = 0.02  # both engines, at a strain of 1 %
BALANCE = 0.01  # of the work of the tool
RELAXING = sm.Prony(g=(0.5, 0.2), tau=("0.02 s", "0.5 s"))
SPRINGS = {
    "elastic": ss.Interface(stiffness=3e6, under="skin"),
    "relaxing": ss.Interface(stiffness=3e6, prony=RELAXING, under="skin"),
    "dashpot": ss.Interface(stiffness=3e6, viscosity=3e4, under="skin"),
    "free": ss.Interface(stiffness=0.0, under="skin"),
}


def tissue(interface=None, prony=None):
    """Return skin on fat, bonded or not."""
    with ss.allow_unusual():
        skin = sm.SplitNeoHookean(shear_modulus="20 kPa", bulk_modulus="2 MPa", prony=prony)
        fat = sm.SplitNeoHookean(shear_modulus="5 kPa", bulk_modulus="0.5 MPa", prony=prony)
        layers = [
            ss.Layer(name="skin", thickness="2 mm", material=skin),
            ss.Layer(name="fat", thickness="6 mm", material=fat),
        ]
        return ss.Tissue(layers=layers, interfaces={"loose": interface} if interface else {})


def problem(body, radius=2e-3, resolution=None, **stroke):
    """Return a round edge on a tissue; `stroke` has settings per metre of edge."""
    with ss.allow_unusual():
        edge = ss.Edge(nose_radius=radius, thickness=2.0 * radius)
        tool = ss.Instrument(edge=edge, contact_length=1.0)
        return ss.Problem(
            tissue=body,
            instrument=tool,
            stroke=ss.Stroke(**stroke),
            resolution=resolution or ss.Resolution(),
        )


def residual(shot):
    """Return the energy that is not accounted for, over the work of the tool."""
    spent = shot.stored_energy + shot.viscous_work + shot.friction_work
    return abs(shot.tool_work - spent) / abs(shot.tool_work)


def test_stiff_spring_is_a_bond():
    stroke = {"force": 20.0, "friction": 0.3, "speed": "50 mm/s"}
    stroke["resolution"] = ss.Resolution(growth=1.1)  # without glide columns grow faster
    bonded = solve(problem(tissue(), **stroke), "steady").snapshots[0]
    stiff = ss.Interface(stiffness=1e11, under="skin")
    held = solve(problem(tissue(stiff), **stroke), "steady").snapshots[0]
    assert held.depth == pytest.approx(bonded.depth, rel=BONDED)
    assert held.along == pytest.approx(bonded.along, rel=BONDED)
    assert held.contact.width == pytest.approx(bonded.contact.width, rel=BONDED)


def test_soft_spring_is_free_slip():
    stroke = {"force": 20.0, "friction": 0.0, "speed": "50 mm/s"}
    free = solve(problem(tissue(SPRINGS["free"]), **stroke), "steady").snapshots[0]
    soft = ss.Interface(stiffness=1e2, under="skin")
    held = solve(problem(tissue(soft), **stroke), "steady").snapshots[0]
    bonded = solve(problem(tissue(), **stroke), "steady").snapshots[0]
    assert held.depth == pytest.approx(free.depth, rel=BONDED)
    assert free.depth > 1.02 * bonded.depth


@pytest.mark.parametrize("spring", ["elastic", "relaxing", "dashpot"])
@pytest.mark.parametrize("mode", ["steady", "press"])
def test_small_strain_agrees_with_the_linear_engine(spring, mode):
    friction = 0.3 if mode == "steady" else 0.0
    body = tissue(SPRINGS[spring])
    case = problem(body, 10e-3, force=2.0, friction=friction, speed="20 mm/s")
    large, small = (ss.simulate(case, mode=mode, engine=name) for name in ("finite", "linear"))
    for name in ("indentation", "contact_width", "peak_contact_pressure", "normal_force"):
        wanted = float(small[name].values.ravel()[-1])
        assert float(large[name].values.ravel()[-1]) == pytest.approx(wanted, rel=SMALL_STRAIN)


@pytest.mark.parametrize("spring", ["elastic", "relaxing", "dashpot"])
def test_energies_of_a_steady_stroke_add_up(spring):
    case = problem(tissue(SPRINGS[spring]), force=20.0, friction=0.3, speed="20 mm/s")
    assert residual(solve(case, "steady").snapshots[0]) < BALANCE


@pytest.mark.parametrize("spring", ["relaxing", "dashpot"])
def test_energies_of_a_transient_add_up(spring):
    case = problem(
        tissue(SPRINGS[spring]), force=10.0, friction=0.3, speed="20 mm/s", length="4 mm"
    )
    assert residual(solve(case, "transient").snapshots[-1]) < BALANCE


@pytest.mark.parametrize("spring", ["relaxing", "dashpot"])
@pytest.mark.parametrize("stiffness", [3e3, 1e5])
@pytest.mark.parametrize("friction", [0.0, 0.3])
def test_energies_of_a_steady_stroke_on_a_soft_spring_add_up(spring, stiffness, friction):
    # the tool spends next to nothing without friction, and drags the skin to the ends with it
    soft = replace(SPRINGS[spring], stiffness=stiffness)
    case = problem(tissue(soft), force=20.0, friction=friction, speed="20 mm/s")
    assert residual(solve(case, "steady").snapshots[0]) < BALANCE


def test_free_slip_keeps_the_sides_together():
    body = tissue(SPRINGS["free"])
    found = solve(problem(body, force=20.0, friction=0.0), "press")
    shot, top = found.snapshots[-1], float(body.layers[0].thickness)
    last = int((found.rows.depth < top).sum())
    above, below = shot.displacement[:, last - 1], shot.displacement[:, last]
    assert abs(below - above)[:, 0].max() > 0.2 * abs(shot.displacement[..., 0]).max()
    assert abs(below - above)[:, 1].max() < 0.05 * shot.depth


def test_round_tip_on_a_stiff_spring_is_on_bonded_layers():
    depths = []
    for spring in (None, 1e11, 3e5):
        interface = None if spring is None else ss.Interface(stiffness=spring, under="skin")
        with ss.allow_unusual():
            tip = ss.Instrument(edge=ss.RoundTip(radius="5 mm"))
            case = ss.Problem(tissue=tissue(interface), instrument=tip, stroke=ss.Stroke(force=0.1))
        depths.append(solve(case, "press").snapshots[-1].depth)
    assert depths[1] == pytest.approx(depths[0], rel=BONDED)
    assert depths[2] > 1.005 * depths[0]


def test_result_tells_slip_and_tractions_of_the_interface():
    case = problem(tissue(SPRINGS["elastic"]), force=20.0, friction=0.3, speed="20 mm/s")
    found = ss.simulate(case, engine="finite")
    assert found.interface.values.tolist() == ["loose"]
    assert found.slip.dims == found.interface_normal.dims == ("interface", "along")
    stretch = found.interface_shear / (3e6 * found.slip)  # over the current length
    near = abs(found.slip) > 0.1 * abs(found.slip).max()
    assert abs(stretch.where(near) - 1.0).max() < 0.2
    # what the tool pushes on the skin goes through the boundary
    assert -found.interface_normal.min() < found.peak_contact_pressure
    assert float(found.interface_normal.integrate("along").sum()) == pytest.approx(-20.0, rel=0.05)
    assert (
        "interface"
        not in ss.simulate(
            problem(tissue(), force=20.0, friction=0.3, speed="20 mm/s"), engine="finite"
        ).coords
    )


def test_endless_skin_that_nothing_holds_is_refused():
    case = problem(tissue(SPRINGS["free"]), force=20.0, friction=0.3, speed="50 mm/s")
    with pytest.raises(ss.InputError, match="tissue has no ends"):
        ss.simulate(case)


def test_a_slip_far_beyond_the_contact_is_told():
    case = problem(tissue(SPRINGS["elastic"]), force=20.0, friction=0.3, speed="20 mm/s")
    shot = solve(case, "steady").snapshots[0]
    assert far_slips([shot]) == ()
    far = replace(shot.boundaries, slip=100.0 * shot.boundaries.slip)
    assert "widths of the contact" in far_slips([replace(shot, boundaries=far)])[0]


@pytest.mark.parametrize("mode", ["steady", "press"])
def test_slip_and_tractions_agree_with_the_linear_engine(mode):
    friction = 0.3 if mode == "steady" else 0.0
    case = problem(
        tissue(SPRINGS["relaxing"]), 10e-3, force=0.4, friction=friction, speed="20 mm/s"
    )
    large, small = (ss.simulate(case, mode=mode, engine=name) for name in ("finite", "linear"))
    width = float(small["contact_width"].values.ravel()[-1])
    near = large["along"].values[np.abs(large["along"].values) < width]
    largest = {name: float(np.abs(small[name]).max()) for name in TRACTIONS}
    large, small = ss.on_common_grid([large, small], along=near)
    for name in TRACTIONS:
        found, wanted = (x[name].values.reshape(-1, near.size)[-1] for x in (large, small))
        np.testing.assert_allclose(found, wanted, rtol=0.0, atol=SMALL_STRAIN * largest[name])


SCANNER = {"force": "0.05 N", "angle": "60 deg", "speed": "50 mm/s", "friction": "emollient"}


def engines_apart(site, mode):
    """Return what the finite engine differs by from the linear one at a strain of 1 %."""
    tool = ss.load_instrument("gt4_class_scanner")
    case = ss.Problem(tissue=ss.load_tissue(site), instrument=tool, stroke=ss.Stroke(**SCANNER))
    large, small = (run(case, mode=mode, engine=name)[0] for name in ("finite", "linear"))
    assert small.attrs["largest_strain"] < 0.01
    names = ["indentation", "contact_width", "peak_contact_pressure", *TRACTIONS]
    names += ["tangential_force"] if mode == "steady" else []

    def largest(found, name):
        last = found[name] if mode == "steady" else found[name].isel(time=-1)
        return float(abs(last).max())

    return {name: largest(large, name) / largest(small, name) - 1.0 for name in names}


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["steady", "press"])
@pytest.mark.parametrize("site", ss.tissues())
def test_engines_agree_at_every_site(site, mode):
    found = engines_apart(site, mode)
    assert {name: gap for name, gap in found.items() if abs(gap) > SMALL_STRAIN} == {}


@pytest.mark.parametrize("site", ["forearm_volar", "thigh_anterior"])
def test_engines_agree_at_sites_in_a_steady_stroke(site):
    found = engines_apart(site, "steady")
    assert {name: gap for name, gap in found.items() if abs(gap) > SMALL_STRAIN} == {}
