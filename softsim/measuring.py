"""What metrics are made of: arrays in, arrays out, and all of a result at once.

`softsim.metrics` has one labelled function per metric, for results and sweeps; a result that is
being made has plain arrays of known order, and `with_metrics` measures these without labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from softsim.depths import Bounds, crossings
from softsim.variables import (
    DEPTHS_OF_ACTION,
    IN_LAYERS,
    STRAIN_PERCENTS,
    labelled,
    layer_name,
    profile_name,
)

Array = NDArray[np.float64]

ENERGIES = (
    "travel",
    "work_of_stroke",
    "stored_energy",
    "viscous_dissipation",
    "frictional_dissipation",
)
"""Scalars that accumulate over time; a summary has them at the end."""

LEAST_FRICTION = 1.0e-3
"""Apparent friction below which a stroke is taken to meet no resistance [-]."""

SHARE_VARIED = 0.1
"""Part by which the share of a depth of action is varied to see how well it is known."""

# ------------------------------------------------------------------ forces and energies


def per_force(force: Array, normal: Array) -> Array:
    """Return a force over the normal force; NaN where there is none.

    Parameters
    ----------
    force, normal : ndarray, shapes that go together
        In the same unit.
    """
    loaded = normal > 0.0
    return np.where(loaded, force / np.where(loaded, normal, 1.0), np.nan)


def residual_of(normal: Array, energies: Sequence[Array], time_axis: int | None) -> Array:
    """Return the residual of the energies, in the order of `ENERGIES`; see `energy_residual`."""
    travel, done, *parts = energies
    least = LEAST_FRICTION * np.abs(normal) * travel
    largest = np.abs(done)
    largest = np.where(largest >= least, largest, least)
    if time_axis is not None:
        largest = np.maximum.accumulate(largest, axis=time_axis)
    known = largest > 0.0
    missed = np.abs(done - sum(parts))
    return np.where(known, missed / np.where(known, largest, 1.0), np.nan)


# ------------------------------------------------------------------ rows and layers


def layer_boundaries(dataset: xr.Dataset) -> Bounds:
    """Return (first row below, depth) of every layer boundary inside a profile, and its bottom.

    Without names of layers there is none, and the bottom is the last depth.
    """
    variables = dataset.variables
    depth = variables["depth"].to_numpy()
    if "depth_layer" not in variables or "layer_bottom" not in variables:
        return [(depth.size, float(depth[-1]))]
    layers = np.array(text_of(variables["depth_layer"]))
    bottoms = variables["layer_bottom"].to_numpy()
    bottom_of = dict(zip(text_of(variables["layer"]), bottoms, strict=True))
    rows = (*(np.flatnonzero(layers[1:] != layers[:-1]) + 1), depth.size)
    return [(int(row), float(bottom_of[layers[row - 1]])) for row in rows]


def layer_rows(dataset: xr.Dataset) -> list[NDArray[np.int64]]:
    """Return the rows of each layer, the skin among those of the first."""
    inside = np.array(text_of(dataset.variables["depth_layer"]))
    return [np.flatnonzero(inside == name) for name in text_of(dataset.variables["layer"])]


def over_columns(dataset: xr.Dataset, density: Array, least: float) -> Array:
    """Integrate a density over the rows, nothing below `least`.

    Parameters
    ----------
    dataset : xarray.Dataset
    density : ndarray, shape (..., n_depth, n_along)
        In any unit.
    least : float
        In the unit of the density.
    """
    along = dataset.variables["along"].to_numpy()
    middles = 0.5 * (along[1:] + along[:-1])
    ends = np.concatenate([along[:1], middles, along[-1:]])
    is_round = "contact_radius" in dataset.variables  # then rings about the axis
    length = np.pi * np.diff(ends**2) if is_round else np.diff(ends)
    heights = dataset.variables["row_height"].to_numpy()
    return np.asarray((np.maximum(density, least) @ length) * heights)


def centroid(energy: Array, depth: Array) -> Array:
    """Return the depth of the centroid of rows; NaN where they hold nothing.

    Parameters
    ----------
    energy : ndarray, shape (..., n_depth)
        In any unit.
    depth : ndarray, shape (n_depth,)
        [m].
    """
    total = np.nansum(energy, axis=-1)
    return per_force(energy @ depth, total)


def shares_of(energy: Array) -> Array:
    """Return the shares of layers in their sum; NaN where there is nothing.

    Parameters
    ----------
    energy : ndarray, shape (..., n_layers)
        In any unit.
    """
    return per_force(energy, np.nansum(energy, axis=-1, keepdims=True))


def text_of(names: xr.DataArray | xr.Variable) -> list[str]:
    """Return names as plain text, whichever kind of text a file format made of them."""
    return [str(name) for name in names.to_numpy()]


# ------------------------------------------------------------------ everything at once


def with_metrics(dataset: xr.Dataset) -> xr.Dataset:
    """Return a result with every metric that needs no choice, at every time it has."""
    variables = dataset.variables
    lead = variables[profile_name(IN_LAYERS[0])].dims[:-1]
    found = {**_depth_metrics(dataset), **_layer_metrics(dataset)}
    values = {name: variables[name].to_numpy() for name in _FOR_FRICTION}
    normal = values["normal_force"]
    interfacial = per_force(values["friction_force"], normal)
    found["interfacial_friction"] = interfacial
    found["hysteretic_friction"] = values["apparent_friction"] - interfacial
    axis = lead.index("time") if "time" in lead else None
    found["energy_residual"] = residual_of(normal, [values[name] for name in ENERGIES], axis)
    return dataset.assign(labelled(found, *lead))


_FOR_FRICTION = ("normal_force", "friction_force", "apparent_friction", *ENERGIES)


def _depth_metrics(dataset: xr.Dataset) -> dict[str, Array]:
    """Return the depths that are read off profiles."""
    found: dict[str, Array] = {}
    strains = [0.01 * percent for percent in STRAIN_PERCENTS]
    deepest = _crossings(dataset, "strain_max_shear", strains, relative=False)
    for k, percent in enumerate(STRAIN_PERCENTS):
        found[f"depth_of_strain_{percent}"] = np.nan_to_num(deepest[..., k])
    for field in DEPTHS_OF_ACTION:
        deepest = _crossings(dataset, field, (0.5, 0.1), relative=True)
        found[f"depth_of_action_50_{field}"] = deepest[..., 0]
        found[f"depth_of_action_10_{field}"] = deepest[..., 1]
    return found


def _crossings(
    dataset: xr.Dataset, field: str, levels: Sequence[float], *, relative: bool
) -> Array:
    """Return depths of a profile as the result has it; see `softsim.depths.crossings`."""
    profile = dataset.variables[profile_name(field)].to_numpy()
    depth = dataset.variables["depth"].to_numpy()
    return crossings(depth, profile, layer_boundaries(dataset), levels, relative=relative)


def spread_of_action(
    dataset: xr.Dataset, percents: Sequence[int]
) -> Iterator[tuple[str, float, float]]:
    """Yield name and range of every depth of action of a result without time.

    Parameters
    ----------
    dataset : Dataset
    percents : sequence of int
        Shares of the maximum [%].

    Yields
    ------
    name : str
        Such as ``"50_von_mises_change"``.
    low, high : float
        See `depth_of_action_range` [m].
    """
    ends = (1.0 + SHARE_VARIED, 1.0 - SHARE_VARIED)
    shares = [0.01 * percent * end for percent in percents for end in ends]
    for field in DEPTHS_OF_ACTION:
        if profile_name(field) in dataset.variables:
            found = _crossings(dataset, field, shares, relative=True).reshape(-1, 2)
            for percent, (low, high) in zip(percents, found, strict=True):
                yield f"{percent}_{field}", float(low), float(high)


def _layer_metrics(dataset: xr.Dataset) -> dict[str, Array]:
    """Return the largest values in the layers, and what the strain energy is where."""
    variables = dataset.variables
    rows, heights = layer_rows(dataset), variables["row_height"].to_numpy()
    under = [own[heights[own] > 0.0] for own in rows]
    found: dict[str, Array] = {}
    for field in IN_LAYERS:
        profile = variables[profile_name(field)].to_numpy()
        found[layer_name(field)] = np.stack([profile[..., own].max(-1) for own in under], -1)
    density = variables["strain_energy_density"].to_numpy()
    above = over_columns(dataset, density, 0.0)
    found["depth_of_strain_energy"] = centroid(above, variables["depth"].to_numpy())
    energy = over_columns(dataset, density, -np.inf)
    found["layer_energy_share"] = shares_of(
        np.stack([energy[..., own].sum(-1) for own in rows], -1)
    )
    return found
