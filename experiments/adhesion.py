"""Strokes across an adhesion: skin that glides against skin stuck over a patch of 10 mm.

Draws edges of three nose radii, at two angles, there and back over a forearm whose skin glides,
whose skin is stuck with the bonds that the library assumes, and with bonds a hundred times weaker;
writes results/adhesion.nc and results/adhesion.png and prints a table.  The finding stands in
adhesion.md.

    python experiments/adhesion.py
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import xarray as xr

mpl.use("Agg")

from matplotlib.axes import Axes
from matplotlib.figure import Figure

import softsim as ss

RESULTS = Path(__file__).resolve().parent.parent / "results"
START, LENGTH, WAY, PASSES = 7e-3, 10e-3, 24e-3, 3  # patch, and strokes across it [m]
RADII, ANGLES = (2e-3, 3e-3, 5e-3), (60.0, 90.0)  # of the nose [m], of the blade [degrees]
FORCE = 2.0  # on 40 mm of edge [N]
INTERFACE = "loose_connective"
WEAK = {"strength": 600.0, "fracture_energy": 0.06, "lag": 1e-3}  # [Pa], [J/m^2], [s]
BONDS = {"none": None, "assumed": {}, "weak": WEAK}
COLOURS = {"none": "#7f7f7f", "assumed": "#0072b2", "weak": "#d55e00"}


def main() -> None:
    """Run, tell, draw."""
    RESULTS.mkdir(exist_ok=True)
    rows = [
        xr.concat([xr.concat([stroked(r, a, b) for b in BONDS], "bonds") for a in ANGLES], "angle")
        for r in RADII
    ]
    found = xr.concat(rows, "radius").assign_coords(
        radius=("radius", list(RADII), {"units": "m"}),
        angle=("angle", list(ANGLES), {"units": "degree"}),
        bonds=list(BONDS),
    )
    found.to_netcdf(RESULTS / "adhesion.nc")
    told = ["peak_slip", "peak_traction", "traction_ratio", "damage_of_pass", "energy_residual"]
    print(found[told].isel(number=-1).to_dataframe().round(6).to_string())
    draw(found).savefig(RESULTS / "adhesion.png", dpi=150)


def stroked(radius: float, angle: float, bonds: str) -> xr.Dataset:
    """Return slip, traction and damage of strokes over a forearm with some bonds."""
    body = ss.load_tissue("forearm_volar", gliding="interface")
    given = BONDS[bonds]
    if given is not None:
        patch = ss.load_adhesion(interface=INTERFACE, start=START, length=LENGTH, **given)
        body = replace(body, adhesions={"patch": patch})
    flanks = {"leading_flank_angle": "30 deg", "trailing_flank_angle": "30 deg"}
    problem = ss.Problem(
        tissue=body,
        instrument=ss.Instrument(
            edge=ss.Edge(nose_radius=radius, thickness="12 mm", **flanks), contact_length="40 mm"
        ),
        stroke=ss.Stroke(
            force=FORCE, angle=f"{angle} deg", friction="emollient", speed="100 mm/s", length=WAY,
            passes=PASSES,
        ),
        resolution=ss.Resolution(element_along="0.7 mm"),
    )  # fmt: skip
    result = ss.simulate(problem, mode="transient")
    return _told(result)


def _told(result: xr.Dataset) -> xr.Dataset:
    """Return what is kept of a result: peaks, damage after every pass, and one state along."""
    places = np.linspace(START - 10e-3, START + LENGTH + 10e-3, 61)
    slides = result.where(result.pass_number > 0, drop=True).sel(interface=INTERFACE)
    inside = (slides.along > START) & (slides.along < START + LENGTH)
    first = slides.where(slides.pass_number == 1, drop=True)
    middle = int(np.argmin(np.abs(first.tool_along.to_numpy() - (START + 0.5 * LENGTH))))
    shot = first.isel(time=middle).interp(along=places)
    damage, ratio = np.zeros(PASSES), np.nan
    if "adhesion" in result.dims:
        own = result.sel(adhesion="patch")
        ratio = float(own.adhesion_traction_ratio.max())
        for k in range(PASSES):
            damage[k] = float(own.adhesion_damage_mean.where(own.pass_number == k + 1).max())
    kept = {
        "peak_slip": (abs(slides.slip).where(inside).max(), "m"),
        "peak_traction": (abs(slides.interface_shear).where(inside).max(), "Pa"),
        "peak_von_mises_change_in_layer": (slides.peak_von_mises_change_in_layer.max("time"), "Pa"),
        "slip": (shot.slip, "m"),
        "traction": (shot.interface_shear, "Pa"),
        "traction_ratio": (xr.DataArray(ratio), "1"),  # to an assumed strength
        "damage_of_pass": (xr.DataArray(damage, dims="number"), "1"),
        "energy_residual": (result.energy_residual.isel(time=-1), "1"),
        "indentation": (slides.indentation.max(), "m"),
    }
    return xr.Dataset(
        {name: x.drop_vars(set(x.coords) - set(x.dims)).assign_attrs(units=unit)
         for name, (x, unit) in kept.items()}
    )  # fmt: skip


def draw(found: xr.Dataset) -> Figure:
    """Return the figure: along the interface, against the edge, and over the passes."""
    figure = Figure(figsize=(7.6, 5.6), layout="constrained")
    (slip, traction), (ratio, damage) = figure.subplots(2, 2)
    central = found.sel(radius=RADII[1], angle=60.0)
    for name, axes, factor, text in (
        ("slip", slip, 1e3, "slip [mm]"),
        ("traction", traction, 1e-3, "shear traction [kPa]"),
    ):
        for bonds in BONDS:
            values = factor * central[name].sel(bonds=bonds)
            axes.plot(1e3 * found.along, values, color=COLOURS[bonds], label=f"bonds: {bonds}")
        axes.axvspan(1e3 * START, 1e3 * (START + LENGTH), color="#e69f00", alpha=0.18, linewidth=0)
        axes.axhline(0.0, color="0.7", linewidth=0.8, zorder=0)
        axes.set(xlabel="along, before loading [mm]", ylabel=text)
    slip.set_title("tool over the middle, nose 3 mm, 60°", fontsize=9)
    slip.legend(fontsize=7, frameon=False)
    _against_edge(ratio, found)
    for radius, dash in zip(RADII, (":", "-", "--"), strict=True):
        values = found.damage_of_pass.sel(bonds="weak", radius=radius, angle=60.0)
        label = f"nose {1e3 * radius:g} mm, 60°"
        axes_look = {"color": COLOURS["weak"], "linestyle": dash, "marker": "o", "markersize": 3}
        damage.plot(np.arange(1, PASSES + 1), values, label=label, **axes_look)
    damage.set(xlabel="pass", ylabel="broken part of weak bonds [-]", ylim=(-0.03, 1.03))
    damage.set_title("bonds 100 times weaker than assumed", fontsize=9)
    damage.set_xticks(range(1, PASSES + 1))
    damage.legend(fontsize=7, frameon=False)
    return figure


def _against_edge(axes: Axes, found: xr.Dataset) -> None:
    """Draw the largest traction of the bonds that the library assumes against the edge."""
    source = next(s for s in ss.load_adhesion(interface=INTERFACE, start=0, length=1e-2).sources
                  if "strength" in s.feeds)  # fmt: skip
    for angle, mark in zip(ANGLES, ("s", "o"), strict=True):
        values = found.traction_ratio.sel(bonds="assumed", angle=angle)
        axes.plot(1e3 * found.radius, values, marker=mark, markersize=4, label=f"{angle:g}°")
    low, high = source.low / source.value, source.high / source.value
    axes.axhspan(low, high, color="#d55e00", alpha=0.1, linewidth=0, label="strength may be here")
    axes.set(xscale="log", yscale="log", xlabel="nose radius [mm]", ylim=(1e-3, 2.0 * high))
    axes.set_ylabel("peak traction,\nratio to an assumed strength [-]")
    axes.set_xticks([1e3 * r for r in RADII], [f"{1e3 * r:g}" for r in RADII])
    axes.minorticks_off()
    value, *ends = (f"{1e-3 * x:g}" for x in (source.value, source.low, source.high))
    axes.set_title(
        f"assumed strength {value} kPa ({source.basis}: {' to '.join(ends)})", fontsize=9
    )
    axes.legend(fontsize=7, frameon=False)


if __name__ == "__main__":
    main()
