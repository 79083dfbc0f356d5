"""What a result says in plain words: about depth, about itself, about what it rests on."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import xarray as xr

from softsim.errors import brief
from softsim.measuring import text_of
from softsim.metrics import at_full_load
from softsim.variables import STRAIN_PERCENTS, warnings_of

MECHANICS_ONLY = (
    "This is mechanics only: it says what is moved and loaded, not what helps, and it is not for "
    "decisions about patients."
)
MOST_ESTIMATES = 40
"""Estimates listed on a page; a problem of the library has about twenty."""


def about_depth(dataset: xr.Dataset) -> list[str]:
    """Return what mechanics can say about depth, one sentence each.

    Parameters
    ----------
    dataset : Dataset
        Result of a section at full load, of either engine.

    Returns
    -------
    list of str
    """
    loaded = at_full_load(dataset)
    names = [name.replace("_", " ") for name in text_of(loaded["layer"])]
    bottoms = 1e3 * loaded["layer_bottom"].to_numpy()

    def place(depth: float) -> str:
        layer = names[min(int(np.searchsorted(bottoms, depth - 1e-9)), len(names) - 1)]
        return f"{brief(depth)} mm, in the {layer}"

    told = [_reach_of_strain(loaded, place)]
    energy = float(loaded["depth_of_strain_energy"])
    if np.isfinite(energy):
        told.append(
            f"The deformation energy that the tool adds has its middle at {place(1e3 * energy)}."
        )
    strain = loaded["peak_strain_max_shear_in_layer"].to_numpy()
    stress = loaded["peak_von_mises_change_in_layer"].to_numpy()
    soft, stiff = int(np.nanargmax(strain)), int(np.nanargmax(stress))
    told.append(
        f"Most sheared is the {names[soft]} ({brief(100.0 * float(strain[soft]))} %), most "
        f"stressed the {names[stiff]} ({brief(1e-3 * float(stress[stiff]))} kPa): what is soft "
        "gives way, what is stiff bears."
    )
    told.append(
        "How deep a stroke goes has no answer until one says what is to go deep, and how much."
    )
    return [*told, MECHANICS_ONLY]


def _reach_of_strain(loaded: xr.Dataset, place: Callable[[float], str]) -> str:
    """Return in one sentence how deep shear strains of some sizes reach."""
    bottom = 1e3 * float(loaded["layer_bottom"][-1])
    reached = {p: 1e3 * float(loaded[f"depth_of_strain_{p}"]) for p in STRAIN_PERCENTS}
    through = [percent for percent, depth in reached.items() if depth > 0.999 * bottom]
    parts = [f"{max(through)} % goes all the way down, {brief(bottom)} mm"] if through else []
    parts += [
        f"{percent} % reaches {place(depth)}"
        for percent, depth in reached.items()
        if 0.0 < depth <= 0.999 * bottom
    ]
    if not parts:
        return "Nowhere is the tissue sheared by 1 % or more."
    return f"Shear strain: {'; '.join(parts)}."


def about_whole_edge(dataset: xr.Dataset) -> str:
    """Return what to expect of the whole edge, in one sentence; "" where nothing is known yet."""
    if "section_ratio_indentation" not in dataset:
        return ""
    values = {
        "indentation": float(dataset["section_ratio_indentation"]),
        "peak pressure": float(dataset["section_ratio_peak_pressure"]),
    }
    if not all(np.isfinite(x) for x in values.values()):
        return "The whole edge could not be judged against this section."
    parts = [f"{name} {brief(x)} times" for name, x in values.items()]
    return (
        "This is a section of a long edge. The whole edge, with its length, curve and ends, has by "
        f"small strain {' and '.join(parts)} that of the section."
    )


def standing(dataset: xr.Dataset, *, preview: bool) -> dict[str, str]:
    """Return how far a result may be trusted: a level and a sentence.

    Parameters
    ----------
    dataset : Dataset
    preview : bool
        Whether a better answer is on its way.
    """
    if dataset.attrs["engine"] == "linear":
        level = str(dataset.attrs.get("validity", "outside"))
        strain = 100.0 * float(dataset.attrs.get("largest_strain", np.nan))
        holds = {
            "valid": "small-strain theory holds here",
            "indicative": "at the border of small-strain theory",
        }.get(level, "no answer: far outside small-strain theory")
        first = "Preview" if preview else "Small strain"
        return {"level": level, "text": f"{first}: {holds} (largest strain {brief(strain)} %)."}
    if "incomplete" in dataset.attrs:
        return {"level": "outside", "text": "The load was not reached."}
    if warnings_of(dataset.attrs):
        return {"level": "indicative", "text": "Answer at large strain, with cautions below."}
    return {"level": "valid", "text": "Answer at large strain; nothing speaks against it."}


def cautions(dataset: xr.Dataset) -> list[str]:
    """Return what speaks against a result, the gravest first."""
    return [
        f"{text[:1].upper()}{text[1:]}.".replace("_", " ") for text in warnings_of(dataset.attrs)
    ]


def estimates(dataset: xr.Dataset) -> list[str]:
    """Return the numbers that nobody measured, each in a line; the first ones of many."""
    rows = json.loads(str(dataset.attrs.get("estimates", "[]")))
    told = []
    for row in rows[:MOST_ESTIMATES]:
        unit = row.get("unit", "")
        unit = "" if unit in ("1", "-") else f" {unit}"
        parts = [f"{row['name']}: {row['value']:g}{unit}", str(row.get("note", ""))]
        told.append(" — ".join(part for part in parts if part))
    return told
