"""What regions of a section bear, against the tissue beside them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from softsim.tissue import Tissue

Array = NDArray[np.float64]


def region_coordinates(tissue: Tissue, along: Array) -> dict[str, Array | NDArray[np.object_]]:
    """Return names and outlines of regions, before loading.

    Parameters
    ----------
    tissue : Tissue
    along : ndarray, shape (n_along,)
        Columns of the result; regions that go on for ever end with them [m].
    """
    if not tissue.regions:
        return {}
    names, bounds = [layer.name for layer in tissue.layers], tissue.bounds
    corners = [x.drawn(names, bounds).corners() for x in tissue.regions.values()]
    places = np.clip(np.array(corners)[..., 0], along[0], along[-1])
    return {
        "region": np.array(list(tissue.regions), dtype=object),
        "region_outline_along": places,
        "region_outline_depth": np.array(corners)[..., 1],
    }


def region_peaks(
    tissue: Tissue, along: Array, depth: Array, layer: NDArray[np.int64], fields: dict[str, Array]
) -> dict[str, Array]:
    """Return the largest values in every region and beside it.

    Parameters
    ----------
    tissue : Tissue
    along, depth : ndarray, shapes (n_along,) and (n_depth,)
        Places before loading [m].
    layer : ndarray of int64, shape (n_depth,)
        Layer of every depth.
    fields : dict of ndarray, shape (n_times, n_depth, n_along)
        With `von_mises_change` [Pa] and `strain_max_shear` [-].

    Returns
    -------
    dict of ndarray, shape (n_times, n_regions)
        By names of the registry; NaN where the grid has no point.
    """
    if not tissue.regions:
        return {}
    names, bounds = [x.name for x in tissue.layers], tissue.bounds
    places = np.abs(along)[None, :] if along[0] >= 0.0 else along[None, :]
    outlines = [x.drawn(names, bounds) for x in tissue.regions.values()]
    inside = [
        np.asarray(x.distance(places, depth[:, None])[0] < 0.0) & x.is_in[layer, None]
        for x in outlines
    ]
    anywhere = np.any(inside, axis=0)
    beside = []
    for outline, own in zip(outlines, inside, strict=True):
        (low, high), rows = outline.reach[0], np.asarray(own.any(axis=1))
        near = (along > low - (high - low)) & (along < high + (high - low))
        beside.append(rows[:, None] & near & ~anywhere)
    stress, strain = fields["von_mises_change"], fields["strain_max_shear"]
    bears, around = _largest(stress, inside), _largest(stress, beside)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(around > 0.0, bears / around, np.nan)
    return {
        "region_peak_von_mises_change": bears,
        "region_peak_max_shear_strain": _largest(strain, inside),
        "beside_region_peak_von_mises_change": around,
        "region_stress_ratio": ratio,
    }


def _largest(field: Array, where: list[NDArray[np.bool_]]) -> Array:
    """Return the largest values of a field in parts of the grid, shape (n_times, n_parts).

    `field` has the shape (n_times, n_depth, n_along), in any unit.
    """
    none = np.full(field.shape[0], np.nan)
    return np.stack([field[:, own].max(axis=1) if own.any() else none for own in where], axis=1)
