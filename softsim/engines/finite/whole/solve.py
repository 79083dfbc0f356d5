"""The door of the whole edge under large strain: a problem in, a labelled Dataset out."""

from __future__ import annotations

import time
from collections.abc import Mapping

import xarray as xr

from softsim.dataset import edge_dataset
from softsim.engines.finite.failure import Why, not_loaded
from softsim.engines.finite.newton import ENOUGH
from softsim.engines.finite.search.states import Solution
from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.tissue.fields import solved_rows
from softsim.engines.finite.whole.body import tool_heights
from softsim.engines.finite.whole.report import Cells, energies, profiles, scalars, skin_maps
from softsim.engines.finite.whole.scene import WholeScene
from softsim.engines.finite.whole.search import solve_whole
from softsim.errors import ConvergenceError
from softsim.load import Load
from softsim.problem import Problem
from softsim.variables import error_name, profile_name, warnings_text

SHARES = {
    "indentation": 0.5,
    "normal_force": 0.5,
    "tangential_force": 0.5,
    "contact_width": 0.5,
    "peak_contact_pressure": 0.5,
}
"""Of the difference between few spans and those that resolve a contact: the error that is left."""
LEAST = {
    "indentation": 2e-3,
    "normal_force": 2e-3,
    "tangential_force": 2e-3,
    "contact_width": 1e-2,
    "peak_contact_pressure": 2e-2,
}
"""What both may have in common, over the value."""
SAME = 1e-6
"""A value in which both differ by less was prescribed."""


def solve_edge(problem: Problem) -> xr.Dataset:
    """Solve the steady contact of a whole edge.

    Raises
    ------
    InputError
        For what the third direction does not know.
    ConvergenceError
        When the load cannot be reached.
    """
    start = time.perf_counter()
    whole = WholeScene.of(problem)
    try:
        found = solve_whole(whole)
    except ConvergenceError as error:
        reached = error.load_reached * Load.on_section(problem).value
        raise not_loaded(problem, "steady", reached, Why(), error.residual) from error
    return _dataset(problem, whole, found, start)


def _dataset(problem: Problem, whole: WholeScene, found: Solution, start: float) -> xr.Dataset:
    """Return a solution as a Dataset; `start` is when the solve began."""
    cells, ahead = Cells.of(found), problem.direction
    coarse = None if found.coarse is None else _values(found.coarse, ahead)
    found.section.evaluate(found.displacement, tangent=True)  # energies of branches need it
    found.history.carry(found.section)
    maps, values = skin_maps(found, cells), _values(found, ahead)
    lines, rows = profiles(found)
    along, across = cells.middles
    once: dict[str, Array | float] = {
        "tool_height": tool_heights(whole.body, along - found.touch.along, across),
        **{profile_name(name): one for name, one in lines.items()},
    }
    if whole.scene.speed is not None:
        once |= energies(found, cells, float(problem.stroke.length or 1.0))
    if coarse is not None:
        once |= _errors(values, coarse)
    few = (
        [f"forces are balanced to {100.0 * found.residual:.1g} % of the load only"]
        if found.residual > ENOUGH
        else []
    )
    return edge_dataset(
        problem,
        "steady",
        [{**maps, **values}],
        once=once,
        coordinates={"along": along - found.touch.along, "across": across},
        rows=rows,
        engine="finite",
        n_unknowns=found.section.n_unknowns,
        iterations=found.iterations,
        residual=found.residual,
        element_along=found.patches[0].size,
        element_across=found.patches[1].size,
        wall_time=time.perf_counter() - start,
        warnings=warnings_text(few),
        **solved_rows(found.section),
    )


def _values(found: Solution, ahead: int) -> dict[str, float]:
    """Return the scalars of a solution."""
    contact = found.contact
    contact.weigh(contact.window.of_skin(found.displacement), found.touch)
    cells = Cells.of(found)
    return scalars(found, cells, skin_maps(found, cells), ahead)


def _errors(fine: Mapping[str, float], coarse: Mapping[str, float]) -> dict[str, float]:
    """Return the errors that are left in scalars, in their units."""
    out = {}
    for name, share in SHARES.items():
        over = abs(fine["normal_force" if name == "tangential_force" else name])
        gap = abs(coarse[name] - fine[name])
        out[error_name(name)] = 0.0 if gap < SAME * over else share * gap + LEAST[name] * over
    return out
