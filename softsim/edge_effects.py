"""What a result of a plane section says about the whole edge: ratios and a warning."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from softsim.errors import SoftsimError, brief
from softsim.problem import Problem
from softsim.variables import TIME, labelled, warnings_of, warnings_text

Array = NDArray[np.float64]

RATIO_TOLD = (0.9, 1.1)
"""Range of the ratios within which a section stands for its whole edge."""

AT_FULL_LOAD = 0.999
"""Share of the largest force from which on a press counts as loaded."""


def with_section_ratio(problem: Problem, dataset: xr.Dataset) -> xr.Dataset:
    """Return a result of a section with the ratios to expect of the whole edge.

    Parameters
    ----------
    problem : Problem
    dataset : xarray.Dataset
        Result of a section, of either engine.

    Returns
    -------
    xarray.Dataset
        With the variables of the group "ratio" of docs/variables.md, and a warning where they are
        outside `RATIO_TOLD` or, as NaN, where the whole edge could not be solved.

    Notes
    -----
    Expected from small strain, at the largest normal force of the result; in the linear engine,
    whatever the result comes from.  A tenth to half a second when tissue, tool, angle, force and
    rate are new, then from a cache.
    """
    depth = np.asarray(dataset.variables["depth"].to_numpy(), dtype=float)
    force, rate = _loaded_state(problem, dataset)
    values: dict[str, Array | float] = {
        "section_ratio": np.full(depth.size, np.nan),
        "section_ratio_middle": np.full(depth.size, np.nan),
        "section_ratio_indentation": np.nan,
        "section_ratio_peak_pressure": np.nan,
    }
    told = None
    if force > 0.0:
        from softsim.engines.linear.section_ratio import section_ratio

        try:
            found = section_ratio(problem, force=force, rate=rate, depth=depth)
        except SoftsimError as error:
            told = f"section could not be judged against its whole edge at {force:.3g} N: {error}"
        else:
            values = {
                "section_ratio": found.largest,
                "section_ratio_middle": found.middle,
                "section_ratio_indentation": found.indentation,
                "section_ratio_peak_pressure": found.peak_pressure,
            }
            told = _sentence(dataset, values, found.averaged)
    warnings = [*warnings_of(dataset.attrs), *([told] if told else [])]
    return dataset.assign(labelled(values)).assign_attrs(warnings=warnings_text(warnings))


def _loaded_state(problem: Problem, dataset: xr.Dataset) -> tuple[float, float]:
    """Return the largest force [N] and the angular frequency of the load on the tissue [rad/s]."""
    variables = dataset.variables
    force = np.atleast_1d(variables["normal_force"].to_numpy())
    if not np.isfinite(force).any():
        return 0.0, 0.0
    largest = float(np.nanmax(force))
    loaded = int(np.flatnonzero(force >= AT_FULL_LOAD * largest)[-1])
    if TIME in dataset.dims and dataset.attrs["stroke_mode"] == "press":
        time = float(variables[TIME].to_numpy()[loaded])
        return largest, 1.0 / time if time > 0.0 else 0.0
    start, end = (
        float(np.atleast_1d(variables[f"contact_{name}"].to_numpy())[loaded])
        for name in ("start", "end")
    )
    speed = abs(problem.stroke.usual_speed or 0.0)
    return largest, speed / (end - start) if end > start else 0.0


def _sentence(
    dataset: xr.Dataset, values: dict[str, Array | float], averaged: tuple[str, ...]
) -> str | None:
    """Return the warning of ratios outside the range: how far, from where, and the worst layer."""
    low, high = RATIO_TOLD
    ratio = np.asarray(values["section_ratio"])
    scalars = {
        "indentation": float(values["section_ratio_indentation"]),
        "peak pressure": float(values["section_ratio_peak_pressure"]),
    }
    outside = (ratio < low) | (ratio > high)
    parts = [f"{name} {brief(v)}" for name, v in scalars.items() if not low <= v <= high]
    if outside.any():
        depth, layer = dataset["depth"].to_numpy(), dataset["depth_layer"].to_numpy()
        first = float(depth[outside][0])
        start = f"a depth of {brief(1e3 * first)} mm" if first > 0.0 else "the skin"
        worst = _worst_layer(ratio, outside, layer)
        parts.insert(0, f"von Mises change {_spread(ratio[outside])} from {start} on ({worst})")
    if not parts:
        return None
    mean = f" (moduli averaged in {', '.join(averaged)})" if averaged else ""
    return (
        f"no plane section, whole edge over section at small strain: {', '.join(parts)}; "
        f"see section_ratio{mean}"
    )


def _worst_layer(ratio: Array, outside: NDArray[np.bool_], layer: NDArray[np.object_]) -> str:
    """Return the layer with the ratio furthest from 1, and the range in it."""
    away = np.where(outside, np.abs(np.log(np.where(outside, ratio, 1.0))), 0.0)
    name = layer[int(np.argmax(away))]
    return f"{name} {_spread(ratio[(layer == name) & outside])}"


def _spread(values: Array) -> str:
    """Return the least and the largest of some values in words."""
    few, most = brief(float(values.min())), brief(float(values.max()))
    return few if few == most else f"{few} to {most}"
