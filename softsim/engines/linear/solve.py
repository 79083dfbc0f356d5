"""The door of the linear engine: a problem and a mode in, an `Outcome` out."""

from __future__ import annotations

import time

import numpy as np

from softsim.engines.linear.creep.transient import solve_path
from softsim.engines.linear.medium.rows import depth_rows
from softsim.engines.linear.medium.sides import Depths, kept_and_lost
from softsim.engines.linear.medium.spectra import Field
from softsim.engines.linear.scene import Scene
from softsim.engines.linear.section.contact import SlidingContact
from softsim.engines.linear.section.energy import energy_left
from softsim.engines.linear.section.fields import SectionFields, section_fields
from softsim.engines.linear.section.report import (
    Columns,
    at_columns,
    attributes_of,
    field_views,
    largest_strain,
    rest_stress,
    spread_columns,
)
from softsim.engines.linear.section.skin import on_deformed_skin
from softsim.engines.linear.section.steady import NODES_REPORTED, reported_reach, solve_contact
from softsim.errors import brief
from softsim.outcome import Boundaries, Contact, Outcome, Rows, Snapshot
from softsim.problem import Problem

# Columns of a result: all nodes within this many contact widths of the contact.
WIDTHS_IN_FULL = 1.0


def solve(problem: Problem, mode: str = "steady") -> Outcome:
    """Solve a problem at small strain.

    Parameters
    ----------
    problem : Problem
    mode : {"steady", "press", "transient"}

    Returns
    -------
    Outcome
        With the attributes `validity` and `largest_strain`.

    Raises
    ------
    InputError
        For tissue with ends.
    ConvergenceError
        When the contact does not settle.

    Notes
    -----
    Everything is solved for a tool that moves towards +x; the outcome is mirrored for the other
    direction.
    """
    if mode != "steady":
        return solve_path(problem, mode)
    start = time.perf_counter()
    scene = Scene.of(problem)
    contact = solve_contact(scene)
    rows = depth_rows(problem)
    columns = _chosen_columns(contact, scene.thickness)
    depths = Depths.of(scene.stack, rows.depth)
    every = section_fields(contact, depths.every, columns)
    gliding = depths.across(scene.stack, every.values)
    fields = every.at(depths.rows)
    strain = largest_strain(every.values)
    return Outcome(
        mode="steady",
        columns=contact.along[0] + columns * contact.spacing,
        rows=rows,
        rest_stress=rest_stress(scene.stack, rows.layer),
        times=np.zeros(0),
        snapshots=(_steady_snapshot(scene, contact, fields, gliding, rows, columns),),
        iterations=contact.iterations,
        residual=contact.gap_residual / abs(contact.indentation),
        n_unknowns=int((contact.contact_pressure > 0.0).sum()),
        element_along=contact.spacing,
        elapsed=time.perf_counter() - start,
        on_nodes=True,
        attributes=attributes_of(scene, strain),
        warnings=_cut_off(contact, scene.thickness),
    ).towards(problem.direction)


def _cut_off(contact: SlidingContact, thickness: float) -> tuple[str, ...]:
    """Tell fields that end where deep layers may still have their largest values beyond."""
    width, reach = 2.0 * contact.half_width, NODES_REPORTED * contact.spacing
    if reported_reach(width, thickness) <= reach:
        return ()
    return (
        f"the contact is {1e3 * width:.2g} mm wide and the fields end {brief(1e3 * reach)} mm from "
        "it: layers deeper than that may have larger values beyond; take engine='finite' or "
        "softsim.simulate_many for their profiles",
    )


def _chosen_columns(contact: SlidingContact, thickness: float) -> Columns:
    """Return the nodes that become columns: all near the contact, fewer and fewer away from it.

    Their numbers increase; below 0 and from n on they are beyond the grid of the contact.
    """
    spacing = float(contact.along[1] - contact.along[0])  # as the ends were found
    width = 2.0 * contact.half_width
    near = (0.5 + WIDTHS_IN_FULL) * width
    first = int((contact.contact_shift - near - contact.along[0]) / spacing)
    last = int((contact.contact_shift + near - contact.along[0]) / spacing) + 1
    reach = (reported_reach(width, thickness, spacing) - near) / spacing
    return spread_columns(first, last, reach, 1)


def skin_contact(scene: Scene, contact: SlidingContact, columns: Columns) -> Contact:
    """Return the contact of a steady stroke on the deformed skin.

    Parameters
    ----------
    scene : Scene
    contact : SlidingContact
    columns : ndarray of int64
        Nodes kept.
    """
    skin, first = on_deformed_skin(contact)
    skin.checked()
    return Contact(
        pressure=at_columns(skin.pressure, columns - first),
        shear=at_columns(skin.shear, columns - first),
        force_along=contact.tangential_force,
        force_depth=contact.force,
        friction_along=scene.friction * contact.force,
        **skin.size._asdict(),
        low=contact.left_edge,
        high=contact.right_edge,
        centre=contact.contact_shift,
    )


def _steady_snapshot(
    scene: Scene,
    contact: SlidingContact,
    fields: SectionFields,
    gliding: Boundaries | None,
    rows: Rows,
    columns: Columns,
) -> Snapshot:
    """Put a snapshot together and close the energy balance."""
    places = np.asarray(columns * contact.spacing, np.float64)
    drag = at_columns(contact.contact_shear, columns)
    stretch = np.gradient(fields.values[Field.DISPLACEMENT_ALONG, 0], places)
    left = energy_left(contact)
    kept, lost = (
        float(rows.heights @ part[1:, 0]) for part in (fields.in_branches, fields.dissipated)
    )
    held, slid = kept_and_lost(scene.stack, gliding, places, scene.speed)
    kept, lost = kept + held, lost + slid
    share = kept / (kept + lost) if kept > 0.0 else 0.0
    return Snapshot(
        **field_views(scene.stack, fields, rows.depth),
        boundaries=gliding,
        contact=skin_contact(scene, contact, columns),
        depth=contact.indentation,
        along=0.0,
        tool_work=contact.tangential_force,
        stored_energy=share * left,
        viscous_work=(1.0 - share) * left,
        friction_work=float(np.trapezoid(drag * (1.0 + stretch), places)),
    )
