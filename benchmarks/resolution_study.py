"""How far the default resolution is from a twice finer one, on scenes of the library.

Prints the table of docs/finite_engine.md.  Run: python benchmarks/resolution_study.py
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

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
QUANTITIES = (
    "indentation",
    "apparent_friction",
    "contact_width",
    "peak_contact_pressure",
    "depth_of_action_50_stress_depth",
    "depth_of_action_50_von_mises_change",
    "depth_of_action_50_strain_energy_density",
)


def summary_of(problem: ss.Problem) -> tuple[xr.Dataset, xr.Dataset]:
    """Solve a steady stroke; return its result and its scalars."""
    result = ss.simulate(problem)
    return result, ss.metrics.summary(result)


def main() -> None:
    """Print one row per scene: relative difference of each quantity in per cent."""
    print_row(["scene", *QUANTITIES])
    print_row(["---"] * (len(QUANTITIES) + 1))
    for site, tool, force, angle in SCENES:
        problem = ss.Problem(
            tissue=ss.load_tissue(site),
            instrument=ss.load_instrument(tool),
            stroke=ss.Stroke(force=force, angle=angle, speed="100 mm/s", friction="emollient"),
        )
        result, default = summary_of(problem)
        counts = result.attrs["rows_per_layer"]
        counts = json.loads(counts) if isinstance(counts, str) else list(counts)
        finer = ss.Resolution(
            element_along=0.5 * float(result.attrs["element_along"]),
            rows=[2 * int(n) for n in counts],
            growth=1.1,
        )
        solved, fine = summary_of(replace(problem, resolution=finer))
        cells = [f"{100.0 * (float(default[q]) / float(fine[q]) - 1.0):+.1f}" for q in QUANTITIES]
        coarser = " (finer grid not reached)" if json.loads(solved.attrs["warnings"]) else ""
        print_row([f"{site}, {tool}, {force}, {angle}{coarser}", *cells])


def print_row(cells: list[str]) -> None:
    """Print one row of a table at once."""
    sys.stdout.write("| " + " | ".join(cells) + " |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
