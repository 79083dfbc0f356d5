"""How far the linear engine parts from the finite one as strain grows; prints a table.

Run ``python benchmarks/linear_against_finite.py [site ...]``; about a minute per site.
"""

from __future__ import annotations

import sys

import softsim as ss
from softsim.errors import ConvergenceError

INDENTATIONS = ("0.1 mm", "0.3 mm", "1 mm", "2 mm", "4 mm")
SCALARS = ("normal_force", "contact_width", "peak_contact_pressure")
ROD = ss.Instrument(edge=ss.Edge(nose_radius="5 mm", thickness="10 mm"), contact_length="60 mm")


def row(site: str, indentation: str) -> str:
    """Return one row: largest strain of the linear result, linear over finite minus one."""
    problem = ss.Problem(
        tissue=ss.load_tissue(site),
        instrument=ROD,
        stroke=ss.Stroke(indentation=indentation, angle="90 deg", speed="100 mm/s", friction=0.14),
    )
    linear = ss.simulate(problem, engine="linear")
    try:
        finite = ss.simulate(problem)
    except ConvergenceError:
        return f"| {site} | {indentation} | finite did not converge | | | |"
    gaps = (f"{100 * (float(linear[name]) / float(finite[name]) - 1):+.1f} %" for name in SCALARS)
    strain = f"{100 * linear.attrs['largest_strain']:.1f} %"
    return f"| {site} | {indentation} | {strain} | {' | '.join(gaps)} |"


if __name__ == "__main__":
    print("| site | indentation | largest strain | force | width | peak pressure |")
    print("|---|---|---|---|---|---|")
    for name in sys.argv[1:] or ss.tissues():
        for depth in INDENTATIONS:
            print(row(name, depth), flush=True)
