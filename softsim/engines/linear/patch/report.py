"""What a whole edge does at depth: profiles, largest strain, and fields anywhere under it."""

from __future__ import annotations

import numpy as np
import xarray as xr

from softsim.dataset import fields_dataset, profiled
from softsim.engines.linear.medium.increments import even_stack
from softsim.engines.linear.medium.rows import depth_rows
from softsim.engines.linear.medium.spectra import layer_at
from softsim.engines.linear.medium.stack import FloatArray, LayeredStack
from softsim.engines.linear.patch.cells import EdgeScene, SurfaceLoad
from softsim.engines.linear.patch.energy import fields_and_energies, graded_distances
from softsim.engines.linear.patch.fields import FieldRows, Fields, mirrored
from softsim.engines.linear.section.report import STATE_PROFILES
from softsim.engines.linear.section.steady import reported_reach
from softsim.errors import InputError, shown
from softsim.invariants import invariants
from softsim.problem import Problem
from softsim.variables import profile_name

# Profiles are of the pressure on at most so many cells along and across.
PROFILE_CELLS = (128, 64)
# Beside the patch the steps of their places grow by this share.
PROFILE_GROWTH = 0.2
# and they reach so many cells.
CELLS_SEEN = 4096
# Fields of so many places are worked out at once: some 200 MB.
VALUES_AT_ONCE = 200_000


def profiles_of(
    problem: Problem, scene: EdgeScene, load: SurfaceLoad
) -> tuple[dict[str, FloatArray], float]:
    """Return the profiles under an edge and the largest magnitude of a principal strain.

    Parameters
    ----------
    problem : Problem
    scene : EdgeScene
    load : SurfaceLoad
        From `EdgeScene.tractions`.

    Returns
    -------
    profiles : dict
        Over depth, the skin first.
    strain : float
        [-].
    """
    depth = depth_rows(problem).depth
    steps = [-(-n // most) for n, most in zip(load.pressure.shape, PROFILE_CELLS, strict=True)]
    coarse = load.in_blocks(steps[0], steps[1])
    rows = FieldRows(
        stack=scene.stack, load=coarse, depth=depth, across=coarse.across, speed=scene.speed
    )
    (fields,) = rows.fields(_beside(coarse, problem.tissue.thickness), state_only=True)
    strain = float(_principal(fields).max())
    _add_views(scene.stack, depth, fields)
    profiles = {
        profile_name(name): profiled(name, fields[name]).max(axis=(1, 2)) for name in STATE_PROFILES
    }
    return profiles, strain


def _beside(load: SurfaceLoad, thickness: float) -> FloatArray:
    """Return places along: the cells of a load, and fewer and fewer away from it."""
    first, last = float(load.along[0]), float(load.along[-1])
    side = load.spacing[0]
    reach = min(reported_reach(last - first, thickness), CELLS_SEEN * side) - 0.5 * (last - first)
    away = graded_distances(reach, side, PROFILE_GROWTH)
    return np.concatenate([first - away[::-1], load.along, last + away])


def fields_at(
    problem: Problem,
    result: xr.Dataset,
    along: FloatArray | None,
    across: FloatArray | float | str,
    depth: FloatArray | float | str | None,
) -> xr.Dataset:
    """Return the fields at places along, across and in depth; see `softsim.fields_under`."""
    given = {
        "along": result["along"].to_numpy() if along is None else along,
        "across": across,
        "depth": result["depth"].to_numpy() if depth is None else depth,
    }
    x, y, z = (_increasing(name, value) for name, value in given.items())
    stack, _ = even_stack(problem.tissue)
    load, speed = _load_of_result(result, problem)
    forward = problem.direction > 0
    columns = max(1, VALUES_AT_ONCE // (z.size * (x.size + load.along.size)))
    parts = []
    for first in range(0, y.size, columns):
        part = y[first : first + columns]
        rows = FieldRows(stack=stack, load=load, depth=z, across=part, speed=speed)
        found = fields_and_energies(rows, x if forward else -x[::-1])
        if not forward:
            found = mirrored(found)
        _add_views(stack, z, found)
        parts.append(found)
    fields = {name: np.concatenate([part[name] for part in parts], axis=2) for name in parts[0]}
    places = {"depth": z, "along": x, "across": y}
    return fields_dataset(problem, fields, places, layer_at(stack, z), result.attrs)


def _load_of_result(result: xr.Dataset, problem: Problem) -> tuple[SurfaceLoad, float]:
    """Return the tractions of a result, seen so that the tool moves towards +x, and its speed."""
    pressure = result["contact_pressure_map"].to_numpy()
    speed = abs(problem.stroke.usual_speed or 0.0)
    along, across = result["along"].to_numpy(), result["across"].to_numpy()
    sides = float(result.attrs["element_along"]), float(result.attrs["element_across"])
    load = SurfaceLoad(along, across, pressure, problem.friction if speed else 0.0, sides)
    return load if problem.direction > 0 else load.mirrored, speed


def _increasing(name: str, value: FloatArray | float | str) -> FloatArray:
    """Return places as an array, or refuse them."""
    found = np.atleast_1d(np.asarray(value, dtype=float))
    if (
        found.ndim != 1
        or not found.size
        or not np.isfinite(found).all()
        or (np.diff(found) <= 0).any()
    ):
        raise InputError(
            f"{name} is {shown(value)}; must be finite places that increase, in metres, e.g. "
            "np.linspace(-0.01, 0.01, 101)"
        )
    return found


def _principal(fields: Fields) -> FloatArray:
    """Return the largest magnitude of a principal strain, from the closed form of the roots."""
    ex, ey, ez = (fields[f"strain_{name}"] for name in ("along", "across", "depth"))
    twist = 0.5 * (fields["gradient_along_across"] + fields["gradient_across_along"])
    xz, yz = 0.5 * fields["strain_shear"], 0.5 * fields["strain_shear_across"]
    mean = (ex + ey + ez) / 3.0
    x, y, z = ex - mean, ey - mean, ez - mean
    square = (x * x + y * y + z * z + 2.0 * (twist * twist + xz * xz + yz * yz)) / 6.0
    size = np.sqrt(square)
    half = 0.5 * (
        x * (y * z - yz * yz) - twist * (twist * z - yz * xz) + xz * (twist * yz - y * xz)
    )
    ratio = np.divide(half, size**3, out=np.zeros_like(half), where=size > 0.0)
    turn = np.arccos(np.clip(ratio, -1.0, 1.0)) / 3.0
    high = mean + 2.0 * size * np.cos(turn)
    low = mean + 2.0 * size * np.cos(turn + 2.0 * np.pi / 3.0)
    return np.asarray(np.maximum(np.abs(high), np.abs(low)))


def _add_views(stack: LayeredStack, depth: FloatArray, fields: Fields) -> None:
    """Add the prestress, and what follows from stress and strain."""
    tension = stack.incremental.tension[layer_at(stack, depth), :, None, None]
    others = fields["stress_shear_across"] ** 2 + fields["stress_shear_surface"] ** 2
    for after in ("_change", ""):
        along, across = fields["stress_along"], fields["stress_across"]
        found = invariants(along, fields["stress_depth"], across, fields["stress_shear"], others)
        fields.update({f"{name}{after}": value for name, value in found.items()})
        if after:
            fields["stress_along"] = along + tension[:, 0]
            fields["stress_across"] = across + tension[:, 1]
    fields["strain_max_shear"] = np.hypot(
        fields["strain_along"] - fields["strain_depth"], fields["strain_shear"]
    )
