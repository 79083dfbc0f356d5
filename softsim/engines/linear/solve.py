"""The door of the linear engine: a problem and a mode in, a labelled Dataset out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from softsim.engines.linear.contact_2d import SlidingContact
from softsim.engines.linear.result import LinearContact, LinearResult, LinearSnapshot
from softsim.engines.linear.rows import depth_rows
from softsim.engines.linear.scene import Scene, seen_reach, solve_contact
from softsim.engines.linear.section import SectionFields, section_fields
from softsim.engines.linear.spectra import layer_at
from softsim.engines.linear.stack import FloatArray, LayeredStack
from softsim.errors import InputError
from softsim.problem import Problem

if TYPE_CHECKING:
    import xarray as xr

VALID_STRAIN, OUTSIDE_STRAIN = 0.05, 0.20
# Columns of a result: all nodes within this many contact widths of the contact, thinned beyond.
WIDTHS_IN_FULL = 1.0
COLUMN_GROWTH = 1.15

Columns = NDArray[np.int64]


def solve(problem: Problem, mode: str = "steady", *, warm: object = None) -> xr.Dataset:
    """Solve a problem at small strain.

    Parameters
    ----------
    problem : Problem
    mode : {"steady", "press"}
    warm : object, optional
        Ignored: responses are kept by stack and speed, nothing else is worth keeping.

    Returns
    -------
    xarray.Dataset
        With the attributes `validity` and `largest_strain`.

    Raises
    ------
    InputError
        For mode ``"transient"`` and for tissue with ends.
    ConvergenceError
        When the contact does not settle.
    """
    from softsim.dataset import build_dataset

    del warm
    solved = solve_arrays(problem, mode)
    return build_dataset(problem, "linear", solved).assign_attrs(solved.attributes)


def solve_arrays(problem: Problem, mode: str) -> LinearResult:
    """Solve a problem into arrays; parameters and errors are those of `solve`."""
    if mode == "steady":
        return _solve_steady(problem)
    raise InputError(
        f"mode is '{mode}'; engine 'linear' solves 'steady' (take engine='finite', or the steady "
        "stroke, which a long transient ends in)"
    )


def _solve_steady(problem: Problem) -> LinearResult:
    """Solve a steady stroke."""
    start = time.perf_counter()
    speed = problem.stroke.speed
    assert speed is not None
    scene = Scene.of(problem, speed=abs(float(speed)), friction=problem.friction)
    nodes, contact = solve_contact(scene)
    edges, owner = depth_rows(problem)
    depth = np.concatenate([[0.0], 0.5 * (edges[1:] + edges[:-1])])
    columns = chosen_columns(contact, scene.thickness)
    fields = section_fields(scene.stack, contact, depth, scene.speed, scene.friction, columns)
    snapshot = _steady_snapshot(scene, contact, fields, depth, np.diff(edges), columns)
    strain = largest_strain(fields.values)
    along = contact.along[0] + columns * nodes.spacing
    return LinearResult(
        mode="steady",
        column_edges=along if scene.direction > 0 else -along[::-1],
        row_edges=edges,
        row_layer=owner,
        times=np.zeros(0),
        snapshots=(snapshot,),
        iterations=contact.iterations,
        residual=contact.gap_residual / abs(contact.indentation),
        n_unknowns=int((contact.contact_pressure > 0.0).sum()),
        element_along=nodes.spacing,
        elapsed=time.perf_counter() - start,
        largest_strain=strain,
        attributes=attributes_of(scene, strain),
        warnings=warnings_of(strain),
    )


def attributes_of(scene: Scene, strain: float) -> dict[str, str | float]:
    """Return the attributes that the linear engine adds.

    Parameters
    ----------
    scene : Scene
    strain : float
        Largest principal strain [-].
    """
    datum = "undisturbed skin (rigid base)"
    if scene.stack.is_half_space:
        datum = f"mean of the skin {scene.datum_distance:g} m ahead of and behind the tool"
    return {"validity": validity_of(strain), "largest_strain": strain, "datum": datum}


def validity_of(strain: float) -> str:
    """Return "valid", "indicative" or "outside" for a largest strain.

    Examples
    --------
    >>> validity_of(0.01), validity_of(0.1), validity_of(0.5)
    ('valid', 'indicative', 'outside')
    """
    if strain <= VALID_STRAIN:
        return "valid"
    return "indicative" if strain <= OUTSIDE_STRAIN else "outside"


def warnings_of(strain: float) -> tuple[str, ...]:
    """Return the warning of strains beyond the theory.

    Parameters
    ----------
    strain : float
        [-].
    """
    if strain <= VALID_STRAIN:
        return ()
    return (
        f"largest strain is {100.0 * strain:.3g} % (above {100.0 * VALID_STRAIN:g} %): outside "
        "small-strain theory; take engine='finite' for numbers",
    )


def largest_strain(values: FloatArray) -> float:
    """Return the largest magnitude of a principal strain in the section [-].

    Parameters
    ----------
    values : ndarray, shape (10, n_depth, n)
        From `section_fields`.
    """
    along, down, slide = values[6:9]
    radius = 0.5 * np.hypot(along - down, slide)
    return float((0.5 * np.abs(along + down) + radius).max())


def chosen_columns(contact: SlidingContact, thickness: float) -> Columns:
    """Return the nodes that become columns: all near the contact, fewer and fewer away from it.

    Parameters
    ----------
    contact : SlidingContact
    thickness : float
        Of the stack [m].

    Returns
    -------
    ndarray of int64
        Numbers of nodes, increasing; below 0 and from n on beyond the grid of the contact.
    """
    spacing = float(contact.along[1] - contact.along[0])
    width = 2.0 * contact.half_width
    near = (0.5 + WIDTHS_IN_FULL) * width
    first = int((contact.contact_shift - near - contact.along[0]) / spacing)
    last = int((contact.contact_shift + near - contact.along[0]) / spacing) + 1
    reach = (seen_reach(width, thickness) - near) / spacing
    steps = COLUMN_GROWTH ** np.arange(1, 1 + np.log(1.0 + reach) / np.log(COLUMN_GROWTH) * 2)
    away = np.unique(np.round(np.cumsum(steps)).astype(np.int64))
    away = away[away <= reach]
    return np.concatenate([first - away[::-1], np.arange(first, last + 1), last + away])


def at_columns(field: FloatArray, columns: Columns) -> FloatArray:
    """Return a field of the contact's nodes at some columns, zero beyond the grid.

    Parameters
    ----------
    field : ndarray, shape (n,)
    columns : ndarray of int64
    """
    inside = (columns >= 0) & (columns < field.size)
    return np.where(inside, field[np.clip(columns, 0, field.size - 1)], 0.0)


def skin_of(scene: Scene, contact: SlidingContact, columns: Columns) -> LinearContact:
    """Return the contact in the axes of the problem.

    Parameters
    ----------
    scene : Scene
    contact : SlidingContact
        In the frame of the tool that moves towards +x.
    columns : ndarray of int64
        Nodes kept.
    """
    ahead = scene.direction
    ends = (contact.left_edge, contact.right_edge)
    order = columns[::ahead]
    return LinearContact(
        pressure=at_columns(contact.contact_pressure, order),
        shear=ahead * at_columns(contact.contact_shear, order),
        force_along=ahead * contact.tangential_force,
        force_depth=contact.force,
        friction_along=ahead * scene.friction * contact.force,
        width=ends[1] - ends[0],
        low=ends[0] if ahead > 0 else -ends[1],
        high=ends[1] if ahead > 0 else -ends[0],
        centre=ahead * contact.contact_shift,
    )


def oriented(field: FloatArray, ahead: int, sign: int = 1) -> FloatArray:
    """Return a field (depth, column) as (column, depth) in the axes of the problem.

    Parameters
    ----------
    field : ndarray, shape (n_depth, n_columns)
    ahead : int
        Direction of travel.
    sign : int
        -1 for components that change sign in a mirror.
    """
    if ahead > 0:
        return np.ascontiguousarray(field.T)
    return np.ascontiguousarray(sign * field[:, ::-1].T)


def cauchy_stress(
    stack: LayeredStack, values: FloatArray, depth: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the stresses with the prestress, along, depth, across, shear (n_depth, n) [Pa].

    Parameters
    ----------
    stack : LayeredStack
    values : ndarray, shape (10, n_depth, n)
    depth : ndarray, shape (n_depth,)
    """
    assert stack.incremental is not None
    tension = stack.incremental.tension[layer_at(stack, depth)]
    along, across = values[2] + tension[:, :1], values[4] + tension[:, 1:]
    return along, values[3], across, values[5]


def _steady_snapshot(
    scene: Scene,
    contact: SlidingContact,
    fields: SectionFields,
    depth: FloatArray,
    heights: FloatArray,
    columns: Columns,
) -> LinearSnapshot:
    """Put the fields into the axes of the problem and close the energy balance."""
    values, ahead = fields.values, scene.direction
    along, down, across, shear = cauchy_stress(scene.stack, values, depth)

    def seen(field: FloatArray, sign: int = 1) -> FloatArray:
        return oriented(field, ahead, sign)

    places = columns * float(contact.along[1] - contact.along[0])
    drag = at_columns(contact.contact_shear, columns)
    stretch = np.gradient(values[0, 0], places)
    return LinearSnapshot(
        displacement=np.stack([seen(values[0], -1), seen(values[1])], axis=-1),
        cauchy=np.stack([seen(along), seen(down), seen(across), seen(shear, -1)], axis=-1),
        strain_max_shear=seen(np.hypot(values[6] - values[7], values[8])),
        stored_density=seen(fields.stored),
        dissipated_density=seen(fields.dissipated),
        contact=skin_of(scene, contact, columns),
        depth=contact.indentation,
        along=0.0,
        tool_work=contact.tangential_force,
        stored_energy=float(heights @ fields.held[1:, 0]),
        viscous_work=float(heights @ fields.dissipated[1:, 0]),
        friction_work=float(np.trapezoid(drag * (1.0 + stretch), places)),
    )
