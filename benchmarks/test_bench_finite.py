"""How fast the finite engine is: presses, strokes on a calf, press and drag against a peer.

Run with `make bench` on a quiet machine; one thread, kernels warm.  The peer is FElupe (GPL-3,
optional extra `bench`), run as installed; the job is that of its contact example: a rod of radius
5 mm pressed 2 mm into a block of 60 x 20 mm and dragged 10 mm in 80 increments; the peer has 9.7
thousand unknowns, the finite engine what its own accuracy asks for.  Ratios are printed at the end
and kept in the benchmark's extra_info.
"""

from __future__ import annotations

import resource
import time
from dataclasses import replace

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.solve import solve

SHEAR_MODULUS, BULK_MODULUS = 20689.66, 0.2e6  # E = 60 kPa, nu = 0.45
MEMORY_LIMIT = 600 * 2**20  # bytes
PEER_STEPS = ss.Resolution(steps=80)


def calf(**stroke: object) -> ss.Problem:
    """Return the case of the documentation: 6 N on 60 mm of a scanner-class edge."""
    given = {"force": "6 N", "angle": "60 deg", "speed": "100 mm/s", "friction": "emollient"}
    return ss.Problem(
        tissue=ss.load_tissue("calf", gliding="layer"),
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(**{**given, **stroke}),
    )


def three_layer_press(tip: ss.RoundTip | None = None) -> ss.Problem:
    """Return a nose or a tip of 5 mm, pressed 4 mm into skin, fat and muscle of one elastic law."""
    edge = tip or ss.Edge(nose_radius="5 mm", thickness="10 mm")
    stack = (
        ("skin", "1.5 mm", "200 kPa"),
        ("fat", "8 mm", "10 kPa"),
        ("muscle", "20 mm", "50 kPa"),
    )
    with ss.allow_unusual():
        layers = tuple(
            ss.Layer(
                name=name,
                thickness=thickness,
                material=ss.NeoHookean(young_modulus=modulus, poisson_ratio=0.45),
            )
            for name, thickness, modulus in stack
        )
        return ss.Problem(
            tissue=ss.Tissue(layers=layers, width="100 mm", sides="free"),
            instrument=ss.Instrument(edge=edge, contact_length=None if tip else "60 mm"),
            stroke=ss.Stroke(indentation="4 mm", angle="90 deg", speed="100 mm/s", friction=0.0),
        )


def press_and_drag(
    *, viscous: bool, friction: float = 0.3, resolution: ss.Resolution = PEER_STEPS
) -> ss.Problem:
    """Return the peer's job."""
    prony = ss.Prony(g=(0.5,), tau=("0.3 s",)) if viscous else None
    gel = ss.SplitNeoHookean(
        shear_modulus=(2.0 if viscous else 1.0) * SHEAR_MODULUS,
        bulk_modulus=BULK_MODULUS,
        prony=prony,
    )
    layer = ss.Layer(name="block", thickness="20 mm", material=gel)
    return ss.Problem(
        tissue=ss.Tissue(layers=(layer,), width="60 mm", sides="free"),
        instrument=ss.Instrument(
            edge=ss.Edge(nose_radius="5 mm", thickness="10 mm"), contact_length="60 mm"
        ),
        stroke=ss.Stroke(
            indentation="2 mm",
            angle="90 deg",
            speed=10e-3 / 0.7,
            length="10 mm",
            press_time="0.3 s",
            friction=friction,
        ),
        resolution=resolution,
    )


def peer_press_and_drag(*, viscous: bool, friction: float = 0.3) -> tuple[float, np.ndarray]:
    """Run the same job with FElupe; return its wall time [s] and the force on the tool [N/mm]."""
    fem = pytest.importorskip("felupe")
    spsolve = pytest.importorskip("pypardiso").spsolve
    steps, modulus = 80, SHEAR_MODULUS * 1e-6
    mesh = fem.Rectangle(a=(-30, -20), b=(30, 0), n=(121, 41))
    points = np.vstack([mesh.points, [-8, 5]])
    mesh = fem.Mesh(points, mesh.cells, mesh.cell_type)
    field = fem.FieldContainer([fem.FieldPlaneStrain(fem.RegionQuad(mesh), dim=2)])
    items = [fem.SolidBody(fem.NeoHooke(mu=modulus, bulk=BULK_MODULUS * 1e-6), field)]
    if viscous:
        models = fem.constitution.tensortrax.models.hyperelastic
        branch = fem.Hyperelastic(
            models.finite_strain_viscoelastic,
            mu=modulus,
            eta=0.3 * modulus,
            dtime=1 / steps,
            nstatevars=6,
        )
        items.append(fem.SolidBody(branch, field))
    centre = mesh.npoints - 1
    nodes = np.arange(mesh.npoints)
    items.append(
        fem.ContactRigidCylinder(
            field,
            points=nodes[:-1][np.isclose(points[:-1, 1], 0)],
            centerpoint=centre,
            radius=5,
            friction=friction,
            multiplier=0.5,
            elastic_slip=0.03,
        )
    )
    held = {
        "base": fem.Boundary(field[0], mask=np.isclose(points[:, 1], -20)),
        "along": fem.Boundary(field[0], mask=nodes == centre, skip=(0, 1)),
        "down": fem.Boundary(field[0], mask=nodes == centre, skip=(1, 0)),
    }
    at = np.linspace(0, 1, steps + 1)[1:]
    ramp = {
        held["along"]: 10 * np.maximum(at - 0.3, 0) / 0.7,
        held["down"]: -2 * np.minimum(at / 0.3, 1),
    }
    step = fem.Step(items=items, ramp=ramp, boundaries=held)
    job = fem.CharacteristicCurve(steps=[step], boundary=held["along"])
    start = time.perf_counter()
    job.evaluate(solver=spsolve, verbose=0)
    return time.perf_counter() - start, np.asarray(job.y)[-1]


@pytest.mark.parametrize("steps", [4, None], ids=["4 steps", "default steps"])
@pytest.mark.parametrize("tip", [None, ss.RoundTip(radius="5 mm")], ids=["edge", "ball"])
def test_three_layer_press(benchmark, tip, steps):
    problem = three_layer_press(tip)
    if steps:
        problem = replace(problem, resolution=ss.Resolution(steps=steps))
    solve(problem, "press")
    result = benchmark.pedantic(solve, args=(problem, "press"), rounds=3)
    benchmark.extra_info.update(
        unknowns=result.n_unknowns,
        iterations=result.iterations,
        normal_force=result.snapshots[-1].contact.force_depth / 1e3,
    )


def test_calf_steady_from_nothing(benchmark):
    problem = calf()
    solve(problem, "steady")
    result = benchmark.pedantic(solve, args=(problem, "steady"), rounds=3)
    benchmark.extra_info.update(unknowns=result.n_unknowns, iterations=result.iterations)


def test_calf_steady_warm(benchmark):
    state = solve(calf(), "steady").state
    neighbour = calf(force="6.5 N")
    solve(neighbour, "steady", warm=state)
    result = benchmark.pedantic(solve, args=(neighbour, "steady"), kwargs={"warm": state}, rounds=3)
    benchmark.extra_info.update(unknowns=result.n_unknowns, iterations=result.iterations)


@pytest.mark.parametrize("viscous", [False, True], ids=["elastic", "viscous"])
def test_press_and_drag(benchmark, viscous):
    problem = press_and_drag(viscous=viscous)
    solve(problem, "transient")
    result = benchmark.pedantic(solve, args=(problem, "transient"), rounds=3)
    contact = result.snapshots[-1].contact
    benchmark.extra_info.update(
        unknowns=result.n_unknowns,
        seconds_a_step=benchmark.stats.stats.median / PEER_STEPS.steps,
        normal_force=contact.force_depth / 1e3,
        force_ratio=contact.force_along / contact.force_depth,
    )


@pytest.mark.parametrize("viscous", [False, True], ids=["elastic", "viscous"])
def test_press_and_drag_against_peer(benchmark, viscous):
    pytest.importorskip("felupe", reason="the peer is the optional extra `bench`")
    problem = press_and_drag(viscous=viscous)
    solve(problem, "transient")
    benchmark.pedantic(solve, args=(problem, "transient"), rounds=3)
    peer_time, peer_force = peer_press_and_drag(viscous=viscous)
    benchmark.extra_info.update(
        peer_force=[float(f) for f in peer_force],
        peer_time=peer_time,
        times_faster=peer_time / benchmark.stats.stats.median,
    )


def test_cost_grows_no_faster_than_columns_times_rows_squared(benchmark):
    """Time of one Newton iteration over columns x rows^2, on two grids."""

    def per_iteration(size: float, rows: int) -> tuple[float, float]:
        sizes = ss.Resolution(element_along=size, rows=(rows,), steps=8, growth=1.0)
        result = solve(press_and_drag(viscous=False, resolution=sizes), "transient")
        columns = result.columns.size - 1
        return result.elapsed / result.iterations, columns * rows**2

    per_iteration(1e-3, 20)
    coarse, fine = per_iteration(1e-3, 20), per_iteration(0.5e-3, 40)
    benchmark.pedantic(per_iteration, args=(0.5e-3, 40), rounds=1)
    benchmark.extra_info.update(
        growth_of_time=fine[0] / coarse[0], growth_of_columns_rows_squared=fine[1] / coarse[1]
    )


def test_steady_against_the_transient_that_reaches_it(benchmark):
    """One relaxation time, so that a transient can reach the steady state at all."""
    gel = ss.SplitNeoHookean(
        shear_modulus="20 kPa",
        bulk_modulus="1 MPa",
        prony=ss.Prony(g=(0.5,), tau=("0.1 s",)),
    )
    problem = ss.Problem(
        tissue=ss.Tissue(layers=(ss.Layer(name="gel", thickness="20 mm", material=gel),)),
        instrument=ss.Instrument(
            edge=ss.Edge(nose_radius="4 mm", thickness="8 mm"), contact_length="60 mm"
        ),
        stroke=ss.Stroke(
            force="6 N", speed="100 mm/s", friction=0.1, length="60 mm", press_time="0.05 s"
        ),
        resolution=ss.Resolution(element_along="0.25 mm"),
    )
    solve(problem, "steady")
    steady = benchmark.pedantic(solve, args=(problem, "steady"), rounds=3)
    transient = solve(problem, "transient")
    last, state = transient.snapshots[-1].contact, steady.snapshots[0].contact
    benchmark.extra_info.update(
        times_cheaper=transient.elapsed / benchmark.stats.stats.median,
        width_ratio=last.width / state.width,
        friction_ratio=(last.force_along / last.force_depth)
        / (state.force_along / state.force_depth),
    )


def test_memory_of_a_default_case(benchmark):
    """Peak resident memory of this process after a default steady case."""
    benchmark.pedantic(solve, args=(calf(), "steady"), rounds=1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    benchmark.extra_info.update(peak_megabytes=peak / 2**20, limit_megabytes=MEMORY_LIMIT / 2**20)
