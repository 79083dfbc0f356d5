"""A scar under a steel edge: stress around it against its stiffness and its depth.

Presses the edge on a forearm with and without a scar in the dermis, the superficial and the deep
fat, over the middle and over the end of the scar; writes results/scar.nc and results/scar.png and
prints a table. The finding stands in scar.md.

    python experiments/scar.py
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import xarray as xr

mpl.use("Agg")

from matplotlib.figure import Figure

import softsim as ss

RESULTS = Path(__file__).resolve().parent.parent / "results"
LENGTH, NEAR = 6e-3, 1e-3  # of the scar, and how far around it stresses are looked at [m]
LAYERS = ("dermis", "fat_superficial", "fat_deep")
RATIOS = (1.0, 2.0, 3.9, 8.0)
PLACES = {"middle": -0.5 * LENGTH, "end": 0.0}  # start of the scar, seen from the tool [m]
MARKS = {"dermis": "o", "fat_superficial": "s", "fat_deep": "^"}


def main() -> None:
    """Run, tell, draw."""
    RESULTS.mkdir(exist_ok=True)
    found = xr.concat(
        [
            xr.concat(
                [
                    xr.concat([pressed(layer, r, start) for r in RATIOS], "ratio")
                    for layer in LAYERS
                ],
                "layer",
            )
            for start in PLACES.values()
        ],
        "place",
    ).assign_coords(ratio=list(RATIOS), layer=list(LAYERS), place=list(PLACES))
    found["concentration"] = found.around / found.around.sel(ratio=1.0)
    found["inside_ratio"] = found.inside / found.inside.sel(ratio=1.0)
    for name in ("concentration", "inside_ratio"):
        found[name].attrs["units"] = "1"
    found.to_netcdf(RESULTS / "scar.nc")
    print(found[["concentration", "inside_ratio", "indentation"]].to_dataframe().round(6))
    draw(found).savefig(RESULTS / "scar.png", dpi=150)


def pressed(layer: str, ratio: float, start: float) -> xr.Dataset:
    """Return the largest stresses in and around a scar under a press of 2 N."""
    body = ss.load_tissue("forearm_volar")
    scar = ss.Region(layers=layer, start=start, length=LENGTH, stiffness_factor=ratio)
    scarred = replace(body, regions={"scar": scar})
    problem = ss.Problem(
        tissue=scarred,
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(force="2 N", angle="90 deg", friction="emollient"),
    )
    last = ss.simulate(problem, mode="press").isel(time=-1)
    ends = np.array([start, start + LENGTH])
    beside = np.maximum(ends[0] - last.along, last.along - ends[1])
    inside = (beside < 0.0) & (last.depth_layer == layer)
    k = int(np.flatnonzero(last.layer.to_numpy() == layer)[0])
    above = np.maximum(last.layer_top[k] - last.depth, last.depth - last.layer_bottom[k])
    around = ~inside & (np.maximum(beside, above) < NEAR)
    around &= last.depth_layer.isin(LAYERS)  # not thin stiff fasciae
    stress = last.von_mises_change
    return xr.Dataset(
        {
            "inside": stress.where(inside).max().assign_attrs(units="Pa"),
            "around": stress.where(around).max().assign_attrs(units="Pa"),
            "indentation": last.indentation,
        }
    ).drop_vars([name for name in last.coords if not last[name].dims])


def draw(found: xr.Dataset) -> Figure:
    """Return the figure: stress around and inside the scar against its stiffness."""
    figure = Figure(figsize=(7.0, 3.4), layout="constrained")
    titles = {"concentration": "around the scar", "inside_ratio": "in the scar"}
    for axes, (name, title) in zip(figure.subplots(1, 2, sharey=True), titles.items(), strict=True):
        for layer in found.layer.to_numpy():
            for place, dash in (("middle", "-"), ("end", "--")):
                values = found[name].sel(layer=layer, place=place)
                label = f"{layer.replace('_', ' ')}, tool on the {place}"
                axes.plot(found.ratio, values, dash, marker=MARKS[layer], markersize=4, label=label)
        axes.set(xscale="log", xlabel="modulus of the scar over its layer [-]", title=title)
        axes.set_xticks(RATIOS, [f"{ratio:g}" for ratio in RATIOS], minor=False)
        axes.minorticks_off()
        axes.axhline(1.0, color="0.7", linewidth=0.8, zorder=0)
    figure.axes[0].set_ylabel("von Mises change over that\nwithout a scar [-]")
    figure.axes[0].legend(fontsize=6, frameon=False)
    return figure


if __name__ == "__main__":
    main()
