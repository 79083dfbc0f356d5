"""The main job: pressure x angle x speed of a steel edge on a calf.

Runs the sweep of pressure_angle_speed.toml into results/ (again: continues it), prints a table and
draws two figures.

    python experiments/pressure_angle_speed.py [--workers N]
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import matplotlib as mpl
import numpy as np
import xarray as xr

mpl.use("Agg")

from matplotlib.axes import Axes
from matplotlib.figure import Figure

import softsim as ss
from softsim.library import format_table
from softsim.viz import plot_stroke

HERE = Path(__file__).resolve().parent
DESIGN = HERE / "pressure_angle_speed.toml"
RESULTS = HERE.parent / "results"

COLUMNS = {
    "indentation": ("indentation mm", 1e3, "{:.2f}"),
    "contact_width": ("width mm", 1e3, "{:.2f}"),
    "mean_contact_pressure": ("mean kPa", 1e-3, "{:.1f}"),
    "peak_contact_pressure": ("peak kPa", 1e-3, "{:.0f}"),
    "depth_of_strain_5": ("5 % mm", 1e3, "{:.1f}"),
    "depth_of_strain_energy": ("energy mm", 1e3, "{:.1f}"),
    "apparent_friction": ("friction", 1.0, "{:.3f}"),
    "hysteretic_friction": ("hysteretic", 1.0, "{:.3f}"),
}
ROWS = (
    ("depth_of_strain_energy", 1e3, "depth of the strain energy [mm]"),
    ("peak_contact_pressure", 1e-3, "peak contact pressure [kPa]"),
    ("hysteretic_friction", 1.0, "hysteretic friction [-]"),
)
CENTRAL = (2, 1, 1)  # 6 N, 60 degrees, 100 mm/s
COLOURS = ("#a9c6e3", "#6699cc", "#2f6aa8", "#12355b")


def main() -> None:
    """Run, tell, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=2)
    workers = parser.parse_args().workers

    RESULTS.mkdir(exist_ok=True)
    design = ss.load_design(DESIGN)
    store = RESULTS / "pressure_angle_speed.zarr"
    cube = ss.sweep(design, store, workers).load()
    print(table(cube))
    print(f"\nrests on {cube.attrs['evidence']}")
    report_failures(cube)

    central = design.case(CENTRAL)
    figures = {
        "pressure_angle_speed.png": draw(cube),
        "pressure_angle_speed_central.png": plot_stroke(ss.simulate(central, mode=design.mode)),
    }
    for name, figure in figures.items():
        figure.savefig(RESULTS / name)
    print(f"\ndataset  {store}\nfigures  {', '.join(str(RESULTS / name) for name in figures)}")


def table(cube: xr.Dataset) -> str:
    """Return one line per case, in units of the clinic."""
    rows = []
    for case in np.ndindex(*cube["status"].shape):
        at = cube.isel(dict(zip(cube["status"].dims, case, strict=True)))
        row = {
            "force N": f"{float(at['force']):g}",
            "angle deg": f"{math.degrees(float(at['angle'])):.0f}",
            "speed mm/s": f"{1e3 * float(at['speed']):.0f}",
        }
        for name, (heading, factor, form) in COLUMNS.items():
            row[heading] = form.format(factor * float(at[name])) if name in at else ""
        rows.append(row)
    legend = (
        "\nwidth: loaded length; mean, peak: contact pressure; 5 %: largest depth with that shear "
        "strain; energy: depth of the centroid of the strain energy;\n"
        "friction: tangential over normal force, of which hysteretic: pressure on the slopes of "
        "the skin"
    )
    return format_table(rows) + legend


def report_failures(cube: xr.Dataset) -> None:
    """Print how many cases failed, and why."""
    reasons = [str(reason) for reason in cube["reason"].to_numpy().ravel() if reason]
    print(f"\n{cube['status'].size - len(reasons)} of {cube['status'].size} cases solved")
    for reason in reasons:
        print(f"  failed: {reason}")


def draw(cube: xr.Dataset) -> Figure:
    """Draw depth, pressure and friction against force: a column per angle, a line per speed."""
    figure = Figure(figsize=(12.0, 8.4), dpi=110, layout="constrained")
    axes = figure.subplots(len(ROWS), cube.sizes["angle"], sharex=True, sharey="row", squeeze=False)
    for line, (name, factor, label) in zip(axes, ROWS, strict=True):
        for place, ax in enumerate(line):
            draw_one(ax, factor * cube[name].isel(angle=place))
        line[0].set_ylabel(label)
        line[0].set_ylim(0.0, 1.08 * factor * float(cube[name].max()))
    for ax, angle in zip(axes[0], np.degrees(cube["angle"].to_numpy()), strict=True):
        lean = "upright" if abs(angle - 90.0) < 0.5 else "pulled" if angle < 90.0 else "pushed"
        ax.set_title(f"{angle:.0f}° ({lean})", fontsize=11)
    for ax in axes[-1]:
        ax.set_xlabel("force [N]")
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, title="speed", loc="outside right center", frameon=False)
    figure.suptitle(
        "GT-4 class scanner drawn along a calf with oil: depth, pressure and friction\n"
        "depth: centroid of the strain energy that the stroke puts into the tissue",
        fontsize=12,
    )
    return figure


def draw_one(ax: Axes, values: xr.DataArray) -> None:
    """Draw one small multiple: values against force, a line per speed."""
    for k in range(values.sizes["speed"]):
        own = values.isel(speed=k)
        colour = COLOURS[k * (len(COLOURS) - 1) // max(values.sizes["speed"] - 1, 1)]
        speed = f"{1e3 * float(own['speed']):.0f} mm/s"
        ax.plot(own["force"], own, "o-", color=colour, markersize=4, linewidth=1.6, label=speed)
    ax.set_xticks(values["force"].to_numpy())
    ax.grid(color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    main()
