"""A result as curves that can be interpolated: of fixed length whatever its mesh."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from softsim.measuring import text_of
from softsim.problem import Problem
from softsim.tissue import Tissue
from softsim.variables import profile_name
from softsim.viz.drawing.labels import shown
from softsim.viz.drawing.shots import region_outlines, sheets_of, shot_at

Array = NDArray[np.float64]
Sample = dict[str, Array]
"""Curves by name, each flat: profiles, ``"lines"`` of the section, its ``"tool"`` and regions."""

IN_LAYER = 9
"""Places in depth per layer of a profile."""
ALONG = 81
"""Places along of a layer's boundary."""


def levels(tissue: Tissue) -> Array:
    """Return the depths at which profiles are sampled, twice where layers meet [mm]."""
    bounds = 1e3 * np.asarray(tissue.bounds)
    parts = [np.linspace(a, b, IN_LAYER) for a, b in pairwise(bounds)]
    return np.concatenate(parts)


def profile(dataset: xr.Dataset, tissue: Tissue, field: str) -> Array:
    """Return a profile at `levels`, in the unit that is shown: linear within layers."""
    values = dataset[profile_name(field)]
    depth, names = 1e3 * dataset["depth"].to_numpy(), np.array(text_of(dataset["depth_layer"]))
    scaled = shown(values).factor * values.to_numpy()
    bounds = pairwise(1e3 * np.asarray(tissue.bounds))
    parts = []
    for layer, (top, bottom) in zip(tissue.layers, bounds, strict=True):
        own = names == layer.name
        parts.append(np.interp(np.linspace(top, bottom, IN_LAYER), depth[own], scaled[own]))
    return np.concatenate(parts)


def section(problem: Problem, dataset: xr.Dataset, half: float, fields: Sequence[str]) -> Sample:
    """Return the curves of a section at full load.

    Parameters
    ----------
    problem : Problem
    dataset : Dataset
        Its result.
    half : float
        Half of the width that is shown [mm].
    fields : sequence of str
        Whose profiles are wanted.
    """
    shot = shot_at(dataset)
    places = np.linspace(-half, half, ALONG)
    sheets = sheets_of(shot)
    lines = [np.interp(places, sheet.along[0], sheet.depth[0]) for sheet in sheets]
    lines.append(np.interp(places, sheets[-1].along[-1], sheets[-1].depth[-1]))
    nose = np.array([0.0, float(shot["indentation"])])
    regions = text_of(shot["region"]) if "region" in shot.dims else []
    outlines = region_outlines(shot)
    return {
        **{f"region {name}": x.ravel() for name, x in zip(regions, outlines, strict=True)},
        **{f"profile {field}": profile(shot, problem.tissue, field) for field in fields},
        "lines": np.concatenate(lines),
        "tool": (1e3 * (problem.outline.points() + nose)).ravel(),
    }


def scalar(dataset: xr.Dataset, name: str, layer: str = "") -> float:
    """Return a number at full load in the unit that is shown, of a layer where one is given."""
    shot = shot_at(dataset)
    value = shot[name].sel(layer=layer) if layer else shot[name]
    number = shown(shot[name]).factor * float(value)
    return number if math.isfinite(number) else 0.0
