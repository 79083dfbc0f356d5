"""Many steady strokes per call: scalars and depth profiles, responses shared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from softsim import progress as waiting
from softsim.dataset import batch_dataset
from softsim.engines.linear.medium.rows import depth_rows
from softsim.engines.linear.medium.stack import FloatArray
from softsim.engines.linear.scene import Scene
from softsim.engines.linear.section.profiles import contact_profiles
from softsim.engines.linear.section.report import STATE_PROFILES, validity_of
from softsim.engines.linear.section.steady import solve_contact
from softsim.engines.linear.solve import skin_contact
from softsim.errors import InputError
from softsim.kernels.tables.peaks import PRINCIPAL_STRAIN
from softsim.outcome import Rows, ToolState
from softsim.problem import Problem
from softsim.serialise import naming
from softsim.tool_scalars import scalars

# Need the fields of the whole section; `solve` has them.
NOT_IN_BATCH = ("stored_energy", "viscous_dissipation", "frictional_dissipation")


def solve_many(problems: Sequence[Problem]) -> xr.Dataset:
    """Solve many steady strokes, checked before; see `softsim.simulate_many`."""
    rows = depth_rows(problems[0])
    values, peaks = zip(*_solve_all(problems, rows), strict=True)
    strain = np.array([case[PRINCIPAL_STRAIN].max() for case in peaks])
    return batch_dataset(
        problems[0],
        rows,
        values,
        {
            field: np.stack([case[number] for case in peaks])
            for field, number in STATE_PROFILES.items()
        },
        largest_strain=strain,
        validity=np.array([validity_of(float(value)) for value in strain], dtype=object),
    )


def _solve_all(
    problems: Sequence[Problem], rows: Rows
) -> list[tuple[dict[str, float], FloatArray]]:
    """Solve every problem, those that share most one after the other."""
    order = sorted(range(len(problems)), key=lambda i: _sharing(problems[i]))
    found: list[tuple[dict[str, float], FloatArray] | None] = [None] * len(problems)
    known: set[object] = set()
    for done, i in enumerate(order):
        waiting.report(done, len(problems), "cases of a batch")
        problem = problems[i]
        layers = (problem.resolution.rows, *(layer.thickness for layer in problem.tissue.layers))
        if layers not in known:
            if not np.array_equal(depth_rows(problem).edges, rows.edges):
                raise InputError(
                    f"problem {i} reports at other depths than problem 0; a batch needs the same "
                    "layer thicknesses and resolution.rows (one batch per tissue)"
                )
            known.add(layers)
        with naming(problem, i):
            found[i] = _solve_case(problem, rows.depth)
    return [case for case in found if case is not None]


def _sharing(problem: Problem) -> tuple[object, ...]:
    """Key that puts problems with the same responses next to each other."""
    stroke = problem.stroke
    return (hash(problem.tissue), abs(stroke.usual_speed or 0.0), problem.friction, stroke.load)


def _solve_case(problem: Problem, depth: FloatArray) -> tuple[dict[str, float], FloatArray]:
    """Return the scalars and the peaks (11, n_depth) of one stroke."""
    scene = Scene.of(problem)
    contact = solve_contact(scene)
    state = ToolState(
        contact=skin_contact(scene, contact, np.arange(contact.along.size)),
        depth=contact.indentation,
        along=0.0,
        tool_work=contact.tangential_force,
        stored_energy=np.nan,
        viscous_work=np.nan,
        friction_work=np.nan,
    )
    state = state if scene.direction > 0 else state.mirrored()
    values = scalars(problem, (state,), steady=True)
    peaks = contact_profiles(contact, depth, scene.thickness)
    return {name: float(v[0]) for name, v in values.items() if name not in NOT_IN_BATCH}, peaks
