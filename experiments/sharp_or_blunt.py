"""Does a sharper edge act deeper at equal force?  Round edges, homogeneous and layered tissue.

Draws round edges of 0.5 to 8 mm nose radius along a calf and along a block of one material of the
same thickness, at one force, with both engines; writes results/sharp_or_blunt.nc and .png and
prints a table. The finding stands in sharp_or_blunt.md.

    python experiments/sharp_or_blunt.py
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
import xarray as xr

mpl.use("Agg")

from matplotlib.figure import Figure

import softsim as ss

RESULTS = Path(__file__).resolve().parent.parent / "results"
RADII = (0.5e-3, 1e-3, 2e-3, 4e-3, 8e-3)  # of the nose [m]
FORCE, LENGTH = 2.0, 80e-3  # [N], [m]
YOUNG_MODULUS = 18e3  # of the block [Pa]
ENGINES = ("finite", "linear")
DEPTHS = (0.5e-3, 2e-3, 5e-3, 10e-3, 20e-3)  # at which tissue is looked at [m]
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#7b3294", "#e69f00")


def main() -> None:
    """Run, tell, draw."""
    RESULTS.mkdir(exist_ok=True)
    calf = ss.load_tissue("calf")
    bodies = {"calf": calf, "one material": block_like(calf)}
    found = xr.concat(
        [
            xr.concat(
                [xr.concat([drawn(b, r, e) for r in RADII], "radius") for e in ENGINES], "engine"
            )
            for b in bodies.values()
        ],
        "tissue",
    ).assign_coords(radius=list(RADII), engine=list(ENGINES), tissue=list(bodies))
    found.radius.attrs |= {"units": "m", "long_name": "nose radius"}
    found.to_netcdf(RESULTS / "sharp_or_blunt.nc")
    sharp_over_blunt = found.isel(radius=0, drop=True) / found.isel(radius=-1, drop=True)
    print("the sharpest edge over the bluntest:")
    print(sharp_over_blunt.von_mises.to_dataset("depth").to_dataframe().round(3))
    print(sharp_over_blunt[["peak_contact_pressure", "indentation"]].to_dataframe().round(3))
    draw(found).savefig(RESULTS / "sharp_or_blunt.png", dpi=150)


def block_like(tissue: ss.Tissue) -> ss.Tissue:
    """Return a block of the same thickness into which the edges sink about as deep."""
    law = ss.NeoHookean(young_modulus=YOUNG_MODULUS, poisson_ratio=0.495)
    block = ss.Layer(name="block", thickness=tissue.thickness, material=law)
    return ss.Tissue(layers=(block,), name="block of one material")


def drawn(tissue: ss.Tissue, radius: float, engine: str) -> xr.Dataset:
    """Return what a round edge does at the depths looked at, and on the skin."""
    edge = ss.Edge(nose_radius=radius, thickness=2.0 * radius)
    problem = ss.Problem(
        tissue=tissue,
        instrument=ss.Instrument(edge=edge, contact_length=LENGTH),
        stroke=ss.Stroke(force=FORCE, angle="90 deg", speed="100 mm/s", friction="emollient"),
    )
    result = ss.simulate(problem, engine=engine)
    profile = result.peak_von_mises_change_at_depth
    stress = np.interp(DEPTHS, profile.depth, profile)
    return xr.Dataset(
        {
            "von_mises": ("depth", stress, {"units": "Pa", "long_name": "von Mises change"}),
            "peak_contact_pressure": result.peak_contact_pressure.reset_coords(drop=True),
            "indentation": result.indentation.reset_coords(drop=True),
        },
        coords={"depth": ("depth", list(DEPTHS), {"units": "m"})},
    )


def draw(found: xr.Dataset) -> Figure:
    """Return the figure: stress at each depth over that of the bluntest edge."""
    figure = Figure(figsize=(7.0, 3.6), layout="constrained")
    over = found.von_mises / found.von_mises.isel(radius=-1, drop=True)
    for axes, tissue in zip(
        figure.subplots(1, 2, sharey=True), found.tissue.to_numpy(), strict=True
    ):
        for colour, depth in zip(COLOURS, DEPTHS, strict=True):
            for engine, dash in zip(ENGINES, ("-", "--"), strict=True):
                values = over.sel(tissue=tissue, engine=engine, depth=depth)
                label = f"{1e3 * depth:g} mm deep" if engine == ENGINES[0] else None
                axes.plot(1e3 * found.radius, values, dash, color=colour, label=label)
        axes.set(xscale="log", yscale="log", xlabel="nose radius [mm]", title=str(tissue))
        axes.set_xticks([1e3 * r for r in RADII], [f"{1e3 * r:g}" for r in RADII], minor=False)
        axes.set_yticks([1, 2, 5, 10], ["1", "2", "5", "10"], minor=False)
        axes.minorticks_off()
    figure.axes[0].set_ylabel(
        "von Mises change over that of the\nbluntest edge, at equal force [-]"
    )
    figure.axes[1].legend(fontsize=7, frameon=False, title="dashed: small strain", title_fontsize=7)
    return figure


if __name__ == "__main__":
    main()
