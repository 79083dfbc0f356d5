"""A whole edge on the skin: length, curvature in the plane of the blade, or any height map."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import xarray as xr

from softsim.contacts import contact_runs, count_of_patches
from softsim.dataset import edge_dataset
from softsim.engines.linear.creep.path import STEPS
from softsim.engines.linear.creep.transient import FRICTION_IN_PRESS
from softsim.engines.linear.medium.rows import depth_rows
from softsim.engines.linear.medium.stack import FloatArray
from softsim.engines.linear.patch.cells import (
    FEW_CELLS,
    EdgeScene,
    EdgeShape,
    Patch,
    check_size,
    checked_cells,
    contact_on_cells,
    edge_scene,
    given_map,
    narrow_parts,
    resolved_contact,
)
from softsim.engines.linear.patch.contact import SurfaceContact
from softsim.engines.linear.patch.peaks import peak_change, peak_inside, peak_warnings
from softsim.engines.linear.patch.press import press_surface
from softsim.engines.linear.patch.report import profiles_of
from softsim.engines.linear.scene import check_bone
from softsim.engines.linear.section.active_set import contact_edge
from softsim.engines.linear.section.report import validity_of
from softsim.errors import InputError
from softsim.problem import Problem
from softsim.program import Program
from softsim.variables import TIME, warnings_text

# Cells on the contact of an edge.
CELLS = {"steady": (128, 64), "press": (64, 32)}


def solve_edge(
    problem: Problem,
    mode: str,
    heights: FloatArray | None,
    spacing: tuple[float, float] | None,
    cells: tuple[int, int] | None,
) -> xr.Dataset:
    """Solve the contact of a whole edge; parameters and errors are those of `softsim.simulate`."""
    start = time.perf_counter()
    scene, uneven = edge_scene(problem)
    if mode == "press":
        scene = _pressing(scene)
    shape: EdgeShape | None = None
    if heights is None:
        edge, wanted = EdgeShape(problem), checked_cells(cells or CELLS[mode])
        check_size(wanted, mode)
        patch, found = resolved_contact(scene, edge, wanted, over_bone=mode == "steady")
        tool, shape = edge.heights(patch), edge
    else:
        tool, patch = given_map(heights, spacing)
        check_size(patch.cells, mode)
        found = contact_on_cells(scene, tool, patch)
    change = peak_change(scene, tool, patch, found, shape)
    warnings = _warnings(uneven, found.contact_pressure)
    warnings += peak_warnings(change, patch, _span(found.contact_pressure, patch), shape)
    contacts, places = [found], {"along": patch.places(0), "across": patch.places(1)}
    if mode == "press":
        places[TIME], contacts = _pressed(problem, scene, tool, patch)
        found = contacts[-1]
        if problem.friction > 0.0:
            warnings.append(FRICTION_IN_PRESS)
    check_bone(scene.stack, max(contact.indentation for contact in contacts))
    profiles, strain = profiles_of(problem, scene, scene.tractions(patch, found.contact_pressure))
    once: dict[str, FloatArray | float] = {
        "tool_height": tool,
        "peak_contact_pressure_change": change,
    }
    return edge_dataset(
        problem,
        mode,
        [_views(scene, problem.direction, patch, contact) for contact in contacts],
        once=once | profiles if mode == "steady" else once,
        coordinates=places,
        rows=depth_rows(problem) if mode == "steady" else None,
        validity=validity_of(strain),
        largest_strain=strain,
        iterations=sum(contact.iterations for contact in contacts),
        residual=found.gap_residual / abs(found.indentation),
        element_along=patch.spacing[0],
        element_across=patch.spacing[1],
        wall_time=time.perf_counter() - start,
        warnings=warnings_text(warnings),
    )


def _pressing(scene: EdgeScene) -> EdgeScene:
    """Return a scene without sliding; refuses a mean pressure."""
    if scene.load.kind == "pressure":
        raise InputError(
            f"pressure is {scene.load.value:g} Pa; a press of a whole edge takes force or "
            "indentation (e.g. force='6 N')"
        )
    return replace(scene, direction=1, speed=0.0, friction=0.0)


def _pressed(
    problem: Problem, scene: EdgeScene, tool: FloatArray, patch: Patch
) -> tuple[FloatArray, list[SurfaceContact]]:
    """Return the times of a press and the contact at each."""
    program = Program.of(problem, "press", STEPS)
    times = program.times
    share = np.minimum(times / program.phases[0].duration, 1.0)
    contacts = press_surface(
        scene.stack,
        spacing=patch.spacing,
        heights=tool,
        time=times,
        load=scene.load,
        share=share,
    )
    return times, contacts


def _warnings(uneven: tuple[str, ...], pressure: FloatArray) -> list[str]:
    """Return warnings of layers that are not alike in all directions, and of too few cells."""
    warnings = []
    if uneven:
        warnings.append(
            f"layers {', '.join(uneven)} differ along and across; a whole edge takes the mean of "
            "their moduli"
        )
    warnings += [
        f"a part of the contact with {100.0 * share:.0f} % of the force is {few} cells wide (below "
        f"{FEW_CELLS}): force, peaks and validity depend on the cells; take more"
        for share, few in narrow_parts(pressure)
    ]
    return warnings


def _across(along: FloatArray, pressure: FloatArray) -> FloatArray:
    """Return first end, last end and loaded length in every column, (3, n_across) [m].

    Ends are nan without contact.
    """
    out = np.full((3, pressure.shape[1]), np.nan)
    out[2] = 0.0
    for j, column in enumerate(pressure.T):
        row = np.ascontiguousarray(column)
        ends = np.array(
            [
                (contact_edge(along, row, first, 1), contact_edge(along, row, last, -1))
                for first, last in contact_runs(row > 0.0)
            ]
        )
        if ends.size:
            out[:, j] = ends[0, 0], ends[-1, 1], (ends[:, 1] - ends[:, 0]).sum()
    return out


def _span(pressure: FloatArray, patch: Patch) -> float:
    """Return the length across from the first to the last cell under pressure [m]."""
    spanned = np.flatnonzero(pressure.any(axis=0))
    return float(spanned[-1] - spanned[0] + 1) * patch.spacing[1] if spanned.size else 0.0


def _views(
    scene: EdgeScene, ahead: int, patch: Patch, found: SurfaceContact
) -> dict[str, FloatArray | float]:
    """Return one contact in the names of the schema."""
    pressure, force = found.contact_pressure, found.force
    start, end, widths = _across(patch.places(0), pressure)
    extents = np.nan_to_num(end - start)
    touching = bool(pressure.any())
    low, high = (np.nanmin(start), np.nanmax(end)) if touching else (np.nan, np.nan)
    tangential = (scene.friction + found.ploughing) * force
    return {
        "contact_pressure_map": pressure,
        "line_load": pressure.sum(axis=0) * patch.spacing[0],
        "contact_shear_map": ahead * scene.friction * pressure,
        "skin_depth_map": found.displacement,
        "contact_width_across": widths,
        "contact_extent_across": extents,
        "contact_area": found.contact_area,
        "contact_span": _span(pressure, patch),
        "normal_force": force,
        "tangential_force": tangential,
        "friction_force": scene.friction * force,
        "indentation": found.indentation,
        "contact_width": float(widths.max()),
        "contact_extent": float(extents.max()),
        "contact_count": count_of_patches(pressure),
        "contact_start": float(low),
        "contact_end": float(high),
        "contact_shift": float(ahead * 0.5 * (low + high)),
        "peak_contact_pressure": float(pressure.max()),
        "peak_contact_pressure_inside": peak_inside(pressure),
        "mean_contact_pressure": force / found.contact_area if touching else np.nan,
        "apparent_friction": tangential / force if touching else np.nan,
    }
