"""How far the default resolution is from a finer one, on scenes of the library.

Prints the table of docs/finite_engine.md: of every quantity the error of the default, against a
solution asked for 0.1 % on spans half as long, and the error that the result itself states.
Run: python benchmarks/resolution_study.py
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import xarray as xr

import softsim as ss

SCENES = (
    ("calf", "gt4_class_scanner", "6 N", "60 deg"),
    ("calf", "gt4_class_scanner", "6 N", "90 deg"),
    ("forearm_volar", "generic_double_bevel_medium", "4 N", "45 deg"),
    ("thigh_anterior", "astym_polymer", "6 N", "120 deg"),
    ("plantar_heel", "guasha_horn_thin", "6 N", "60 deg"),
    ("low_back", "hg6_large_multicurve", "9 N", "90 deg"),
    ("shoulder", "strigil_bronze", "2 N", "75 deg"),
)
QUANTITIES = ("indentation", "tangential_force", "contact_width", "peak_contact_pressure")
IN_LAYER = "peak_von_mises_change_in_layer"


def cell(default: xr.Dataset, fine: xr.Dataset, name: str) -> str:
    """Return the largest error of a quantity and the one stated there, in per cent."""
    value, true = (np.atleast_1d(result[name].to_numpy()) for result in (default, fine))
    stated = np.atleast_1d(default[f"discretisation_error_{name}"].to_numpy())
    off = value / true - 1.0
    worst = int(np.argmax(np.abs(off)))
    return f"{100.0 * off[worst]:+.1f} ({100.0 * stated[worst] / abs(value[worst]):.1f})"


def main() -> None:
    """Print one row per scene."""
    print_row(["scene", *QUANTITIES, IN_LAYER])
    print_row(["---"] * (len(QUANTITIES) + 2))
    for site, tool, force, angle in SCENES:
        problem = ss.Problem(
            tissue=ss.load_tissue(site),
            instrument=ss.load_instrument(tool),
            stroke=ss.Stroke(force=force, angle=angle, speed="100 mm/s", friction="emollient"),
        )
        default = ss.simulate(problem)
        half = 0.5 * float(default.attrs["element_along"])
        finer = ss.Resolution(element_along=half, accuracy="0.1 %")
        fine = ss.simulate(replace(problem, resolution=finer))
        cells = [cell(default, fine, name) for name in (*QUANTITIES, IN_LAYER)]
        print_row([f"{site}, {tool}, {force}, {angle}", *cells])


def print_row(cells: list[str]) -> None:
    """Print one row of a table at once."""
    sys.stdout.write("| " + " | ".join(cells) + " |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
