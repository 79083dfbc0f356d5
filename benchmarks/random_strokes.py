"""Random strokes over scars and adhesions: how many end with the defaults, and what the others say.

Draws a site, a scar or an adhesion, an edge, a load of 0.02 to 0.2 N/mm and one to three strokes
of 30 mm, from a seed; prints a line for each and what ended.

    python benchmarks/random_strokes.py [--first N] [--count N]
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace

import numpy as np

import softsim as ss
from softsim.errors import ConvergenceError

SEED, SCENES = 20, 50
SITES = ("calf", "forearm_volar", "low_back", "thigh_anterior", "plantar_heel", "shoulder")
EDGES = (
    "gt4_class_scanner",
    "generic_double_bevel_medium",
    "strigil_bronze",
    "guasha_horn_thin",
    "astym_polymer",
)
WAY = 30e-3  # of a stroke [m]


def main() -> None:
    """Run and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=SCENES)
    given = parser.parse_args()
    ended = 0
    for number in range(given.first, given.first + given.count):
        problem, words = scene(number)
        begun = time.process_time()
        try:
            result = ss.simulate(problem, mode="transient", progress=False)
            residual, ended = float(result["energy_residual"][-1]), ended + 1
            told = f"ends, energy residual {100.0 * residual:.2g} %{_damage(result)}"
        except ConvergenceError as error:
            told = f"stops: {error}"
        spent = time.process_time() - begun
        sys.stdout.write(f"{number:2d} {spent:5.1f} s  {words}: {told}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{ended} of {given.count} end\n")


def scene(number: int) -> tuple[ss.Problem, str]:
    """Return a scene and what it is in words."""
    rng = np.random.default_rng([SEED, number])
    site, edge = str(rng.choice(SITES)), str(rng.choice(EDGES))
    tissue, tool = ss.load_tissue(site), ss.load_instrument(edge)
    start, length = rng.uniform(3e-3, 12e-3), rng.uniform(4e-3, 12e-3)
    if rng.random() < 0.5 and tissue.interfaces:
        name = next(iter(tissue.interfaces))
        numbers = {
            "bonded_fraction": rng.uniform(0.1, 1.0),
            "strength": 10 ** rng.uniform(2.5, 4.8),
        }
        numbers["fracture_energy"] = numbers["strength"] * 10 ** rng.uniform(-3.7, -2.7)
        patch = ss.load_adhesion(interface=name, start=start, length=length, lag=1e-3, **numbers)
        tissue, what = replace(tissue, adhesions={"patch": patch}), "adhesion"
    else:
        scar = ss.load_scar(str(rng.choice(["hypertrophic", "mature"])), start=start, length=length)
        tissue, what = replace(tissue, regions={"scar": scar}), "scar"
    load = 1e3 * 10 ** rng.uniform(np.log10(0.02), np.log10(0.2))  # [N/m]
    passes = int(rng.integers(1, 4))
    angle = float(rng.uniform(45.0, 90.0))
    stroke = ss.Stroke(
        force=load * float(tool.contact_length or 0.04),
        angle=f"{angle:.3g} deg",
        friction="emollient",
        speed="100 mm/s",
        length=WAY,
        passes=passes,
    )
    words = f"{site}, {what}, {edge}, {1e-3 * load:.3f} N/mm, {angle:.0f} deg, {passes} strokes"
    return ss.Problem(tissue=tissue, instrument=tool, stroke=stroke), words


def _damage(result: object) -> str:
    """Return what is broken of an adhesion, in words."""
    if "adhesion_damage_mean" not in result:
        return ""
    return f", {100.0 * float(result['adhesion_damage_mean'].max()):.0f} % broken"


if __name__ == "__main__":
    main()
