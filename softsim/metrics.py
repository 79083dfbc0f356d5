"""Labelled functions of a result: one definition of every metric.

Each takes a Dataset in the schema of `softsim.variables` and returns a DataArray that keeps every
dimension the metric does not use up: time of a transient, parameters of a sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from softsim.depths import crossings
from softsim.errors import InputError, shown, unknown_name
from softsim.measuring import (
    ENERGIES,
    SHARE_VARIED,
    centroid,
    layer_boundaries,
    layer_rows,
    over_columns,
    per_force,
    residual_of,
    shares_of,
    text_of,
)
from softsim.variables import (
    PROFILED,
    REGISTRY,
    layer_name,
    names,
    profile_name,
)

Array = NDArray[np.float64]

FULL_LOAD = 0.999
"""Share of the largest load from which a summary calls the tool fully loaded."""

_LOADS = {
    "force": "normal_force",
    "pressure": "mean_contact_pressure",
    "indentation": "indentation",
}


# ------------------------------------------------------------------ contact


def contact_width(dataset: xr.Dataset) -> xr.DataArray:
    """Length of skin under pressure, several contacts added up [m]."""
    return _variable(dataset, "contact_width")


def contact_extent(dataset: xr.Dataset) -> xr.DataArray:
    """Distance of the outer ends of the contact [m]."""
    return _variable(dataset, "contact_extent")


def contact_shift(dataset: xr.Dataset) -> xr.DataArray:
    """Middle of the outer ends of the contact ahead of the tool's lowest point [m]."""
    return _variable(dataset, "contact_shift")


def peak_contact_pressure(dataset: xr.Dataset) -> xr.DataArray:
    """Largest contact pressure [Pa]."""
    return _variable(dataset, "peak_contact_pressure")


def mean_contact_pressure(dataset: xr.Dataset) -> xr.DataArray:
    """Normal force per contact area [Pa]."""
    return _variable(dataset, "mean_contact_pressure")


def plane_strain_ratio(dataset: xr.Dataset) -> xr.DataArray:
    """Contact length over contact width [-]; below 5 the ends of the edge matter."""
    return _variable(dataset, "plane_strain_ratio")


# ------------------------------------------------------------------ friction and energy


def apparent_friction(dataset: xr.Dataset) -> xr.DataArray:
    """Tangential over normal force [-]."""
    return _variable(dataset, "apparent_friction")


def interfacial_friction(dataset: xr.Dataset) -> xr.DataArray:
    """Part of the apparent friction carried by tractions along the skin [-]."""
    like, tangential, normal = _aligned(dataset, ("friction_force", "normal_force"))
    return _named(like.copy(data=per_force(tangential, normal)), "interfacial_friction")


def hysteretic_friction(dataset: xr.Dataset) -> xr.DataArray:
    """Apparent minus interfacial friction: pressure on the slopes of the skin [-]."""
    return _named(apparent_friction(dataset) - interfacial_friction(dataset), "hysteretic_friction")


def work(dataset: xr.Dataset) -> xr.DataArray:
    """Work of the tool on the tissue, over `travel` in a steady stroke [J]."""
    return _variable(dataset, "work_of_stroke")


def energy_residual(dataset: xr.Dataset) -> xr.DataArray:
    """Work that the audit does not find again, over the largest work so far [-].

    A tool that slides without resistance does no work: the least work that counts is that of the
    friction coefficient `measuring.LEAST_FRICTION` over the travel.
    """
    like, normal, *energies = _aligned(dataset, ("normal_force", *ENERGIES))
    axis = like.get_axis_num("time") if "time" in like.dims else None
    return _named(like.copy(data=residual_of(normal, energies, axis)), "energy_residual")


def _aligned(dataset: xr.Dataset, wanted: Sequence[str]) -> tuple[Any, ...]:
    """Return a variable that has all dimensions of some, and the values of these on it."""
    found = [_variable(dataset, name) for name in wanted]
    if any(one.dims != found[0].dims for one in found):
        found = list(xr.broadcast(*found))
    return found[0], *(one.to_numpy() for one in found)


# ------------------------------------------------------------------ depth


def depth_of_action(
    dataset: xr.Dataset, field: str = "von_mises_change", share: float = 0.5
) -> xr.DataArray:
    """Depth below which the largest value along the row stays under a share of its maximum.

    Relative to the peak under the edge, so that it jumps where the profile is level near the
    share; `depth_of_action_range` says how far, and `depth_of_strain` does not depend on a peak.

    Parameters
    ----------
    dataset : Dataset
        With the profile ``peak_<field>_at_depth``.
    field : str
        A field with a profile; for ``"stress_depth"`` the profile is the largest compression.
    share : float
        In (0, 1) [-].

    Returns
    -------
    DataArray
        [m]; NaN where there is no load, the bottom of the tissue where the profile never falls
        below the share.

    Notes
    -----
    The profile is linear between rows and, where layers meet, continued from either side: stress
    and strain energy jump there, and a crossing that lies in the jump is the boundary itself.
    """
    if not 0.0 < share < 1.0:
        raise InputError(f"share is {shown(share)}; must be in (0, 1), e.g. 0.5")
    crossing = _depths(dataset, field, (share,), relative=True).isel(level=0, drop=True)
    known = f"depth_of_action_{round(100 * share)}_{field}"
    if known in REGISTRY and share in (0.5, 0.1):
        return _named(crossing, known)
    title = f"depth of action ({100 * share:g} % of {field})"
    return crossing.rename("depth_of_action").assign_attrs(units="m", long_name=title)


def depth_of_action_range(
    dataset: xr.Dataset, field: str = "von_mises_change", share: float = 0.5
) -> xr.DataArray:
    """Depths of action at shares a tenth smaller and larger: how well the depth is known [m].

    Parameters
    ----------
    dataset, field, share
        As in `depth_of_action`.

    Returns
    -------
    DataArray
        With a dimension `end`: the smaller and the larger depth [m].
    """
    shares = ((1.0 + SHARE_VARIED) * share, (1.0 - SHARE_VARIED) * share)
    if not 0.0 < shares[1] < shares[0] < 1.0:
        raise InputError(f"share is {shown(share)}; must be in (0, 0.9), e.g. 0.5")
    found = _depths(dataset, field, shares, relative=True)
    return found.rename(level="end").rename("depth_of_action_range").assign_attrs(units="m")


def depth_of_action_50(dataset: xr.Dataset, field: str = "von_mises_change") -> xr.DataArray:
    """Depth below which the largest value along the row stays under half its maximum [m]."""
    return depth_of_action(dataset, field, 0.5)


def depth_of_action_10(dataset: xr.Dataset, field: str = "von_mises_change") -> xr.DataArray:
    """Depth below which the largest value along the row stays under a tenth of its maximum [m]."""
    return depth_of_action(dataset, field, 0.1)


def depth_of_strain(dataset: xr.Dataset, strain: float = 0.01) -> xr.DataArray:
    """Largest depth with a given shear strain: absolute, not relative to a peak [m].

    Parameters
    ----------
    dataset : Dataset
        With the profile ``peak_strain_max_shear_at_depth``.
    strain : float
        Above 0 [-].

    Returns
    -------
    DataArray
        [m]; 0 where no row has the strain, the bottom of the tissue where it goes on.
    """
    if not 0.0 < strain < np.inf:
        raise InputError(f"strain is {shown(strain)}; must be above 0, e.g. 0.01 for 1 %")
    found = _depths(dataset, "strain_max_shear", (strain,), relative=False)
    depth = found.isel(level=0, drop=True).fillna(0.0)
    known = f"depth_of_strain_{100.0 * strain:g}"
    if known in REGISTRY:
        return _named(depth, known)
    title = f"depth of {100.0 * strain:g} % shear strain"
    return depth.rename("depth_of_strain").assign_attrs(units="m", long_name=title)


def depth_of_strain_energy(dataset: xr.Dataset) -> xr.DataArray:
    """Depth of the centroid of the strain energy above that of the undisturbed tissue [m].

    Nothing counts where the tool lets a prestress go.
    """
    rows = _row_energy(dataset, 0.0)
    found = centroid(rows.to_numpy(), rows["depth"].to_numpy())
    return _named(rows.isel(depth=0, drop=True).copy(data=found), "depth_of_strain_energy")


def _depths(
    dataset: xr.Dataset, field: str, levels: tuple[float, ...], *, relative: bool
) -> xr.DataArray:
    """Return the largest depths at which a profile reaches levels, or shares of its maximum."""
    if field not in PROFILED:
        raise unknown_name("field with a profile", str(field), PROFILED)
    profile = _variable(dataset, profile_name(field)).transpose(..., "depth")
    bounds = layer_boundaries(dataset)
    found = crossings(
        profile["depth"].to_numpy(), profile.to_numpy(), bounds, levels, relative=relative
    )
    kept = {name: c for name, c in profile.coords.items() if "depth" not in c.dims}
    return xr.DataArray(found, dims=(*profile.dims[:-1], "level"), coords=kept)


# ------------------------------------------------------------------ layers


def peak_in_layer(dataset: xr.Dataset, field: str = "strain_max_shear") -> xr.DataArray:
    """Largest value of a field in each layer, at the middles of its rows.

    Parameters
    ----------
    dataset : Dataset
        With the profile ``peak_<field>_at_depth``.
    field : str
        A field with a profile.
    """
    if field not in PROFILED:
        raise unknown_name("field with a profile", str(field), PROFILED)
    profile = _variable(dataset, profile_name(field))
    # the skin itself is no row: ends of the contact
    inside = profile.transpose(..., "depth").copy()
    inside.values[..., dataset["row_height"].to_numpy() == 0.0] = -np.inf
    found = _by_layer(dataset, inside, np.max)
    found.values[np.isneginf(found.values)] = np.nan
    if layer_name(field) in REGISTRY:
        return _named(found, layer_name(field))
    return found.rename("peak_in_layer")


def layer_energy_share(dataset: xr.Dataset) -> xr.DataArray:
    """Strain energy of each layer over that of all layers [-]."""
    energy = _by_layer(dataset, _row_energy(dataset, -np.inf), np.sum)
    return _named(energy.copy(data=shares_of(energy.to_numpy())), "layer_energy_share")


def selectivity(dataset: xr.Dataset, layer_a: str, layer_b: str) -> xr.DataArray:
    """Mean strain-energy density of one layer over that of another, under the tool [-].

    Parameters
    ----------
    dataset : Dataset
        With the field `strain_energy_density`.
    layer_a, layer_b : str
        Names of layers.

    Notes
    -----
    The window reaches from one contact extent behind the contact to one ahead of it, the skin under
    the tool being labelled by where it was before loading.
    """
    layers = text_of(dataset["layer"])
    for name in (layer_a, layer_b):
        if name not in layers:
            raise unknown_name("layer", str(name), layers)
    extent = contact_extent(dataset)
    low = _variable(dataset, "contact_start") - extent
    high = _variable(dataset, "contact_end") + extent
    left, right = _cell_ends(dataset)
    overlap = right.where(right < high, high) - left.where(left > low, low)
    density = _variable(dataset, "strain_energy_density")
    energy = _layer_integral(dataset, density, overlap.clip(min=0.0))
    mean = energy / (dataset["layer_bottom"] - dataset["layer_top"])
    below = mean.isel(layer=layers.index(layer_b), drop=True)
    ratio = mean.isel(layer=layers.index(layer_a), drop=True) / below.where(below > 0.0, 1.0)
    return _named(ratio.where(below > 0.0), "selectivity").assign_attrs(
        layer_a=layer_a, layer_b=layer_b
    )


def _layer_integral(dataset: xr.Dataset, field: xr.DataArray, length: xr.DataArray) -> xr.DataArray:
    """Integrate a field over (depth, along) of each layer; `length` weighs the node columns [m]."""
    rows = (field * length).sum("along") * dataset["row_height"]
    return _by_layer(dataset, rows, np.sum)


def _by_layer(
    dataset: xr.Dataset, rows: xr.DataArray, gathered: Callable[..., Array]
) -> xr.DataArray:
    """Gather the rows of each layer, the last dimension of the result."""
    rows = rows.transpose(..., "depth")
    values = rows.to_numpy()
    parts = [gathered(values[..., own], axis=-1) for own in layer_rows(dataset)]
    kept = {name: c for name, c in rows.coords.items() if "depth" not in c.dims}
    kept |= {name: c for name, c in dataset["layer"].coords.items() if name not in kept}
    return xr.DataArray(np.stack(parts, axis=-1), dims=(*rows.dims[:-1], "layer"), coords=kept)


def _row_energy(dataset: xr.Dataset, least: float) -> xr.DataArray:
    """Return the strain energy of each row per length across, no density below `least` [J/m]."""
    density = _variable(dataset, "strain_energy_density").transpose(..., "depth", "along")
    rows = over_columns(dataset, density.to_numpy(), least)
    kept = {name: c for name, c in density.coords.items() if "along" not in c.dims}
    return xr.DataArray(rows, dims=density.dims[:-1], coords=kept)


def _cell_ends(dataset: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Return the ends of the piece of skin that each node column stands for [m]."""
    along = dataset["along"].to_numpy()
    middles = 0.5 * (along[1:] + along[:-1])
    left, right = np.append(along[0], middles), np.append(middles, along[-1])
    coords = {"along": along}
    return (
        xr.DataArray(left, dims="along", coords=coords),
        xr.DataArray(right, dims="along", coords=coords),
    )


def at_full_load(dataset: xr.Dataset) -> xr.Dataset:
    """Return the result at the last time of full load: before the lift, after the slide.

    A result without time is returned as it is.

    Raises
    ------
    InputError
        For what is no Dataset.
    """
    if not isinstance(dataset, xr.Dataset):
        raise InputError(f"dataset is {shown(dataset)}; must be a result of softsim.simulate")
    if "time" not in dataset.dims:
        return dataset
    load = _variable(dataset, _LOADS[str(dataset.attrs.get("load_kind", "force"))]).fillna(0.0)
    loaded = load >= FULL_LOAD * load.max("time")
    number = xr.DataArray(np.arange(dataset.sizes["time"]), dims="time")
    return dataset.isel(time=number.where(loaded, -1).max("time").astype(int))


def summary(dataset: xr.Dataset) -> xr.Dataset:
    """Return every metric that needs no choice, as a Dataset without time, depth and along.

    Of a press or a transient these are the values at the last time of full load, and the energies
    at the end; `energy_residual` is the one at the end.
    """
    loaded = at_full_load(dataset)
    last = dataset.isel(time=-1) if "time" in dataset.dims else dataset
    wanted = [*names("scalar"), *names("round"), *names("metric")]
    at_the_end = (*ENERGIES, "energy_residual")
    found = {
        name: (last if name in at_the_end else loaded)[name]
        for name in wanted
        if name in dataset.data_vars
    }
    of_time = ["time", "pass_number", "stroke_number"]
    return xr.Dataset({k: v.drop_vars(of_time, errors="ignore") for k, v in found.items()})


def _variable(dataset: xr.Dataset, name: str) -> xr.DataArray:
    """Return a variable of the result, or say that it has none."""
    if name not in dataset.variables:
        raise InputError(
            f"{shown(name)} is not in this dataset; give a result of softsim.simulate (a sweep "
            "keeps scalars and profiles only)"
        )
    return dataset[name]


def _named(values: xr.DataArray, name: str) -> xr.DataArray:
    """Give a metric its registered name and attributes."""
    result = values.rename(name)
    result.attrs = dict(REGISTRY[name].attributes)
    return result
