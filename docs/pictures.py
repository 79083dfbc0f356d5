"""Make the pictures of the README again: docs/img/stroke.png and docs/img/stroke.gif."""

from __future__ import annotations

from pathlib import Path

import softsim as ss

FOLDER = Path(__file__).resolve().parent / "img"
CLIP = 3.0  # [s]


def main() -> None:
    """Solve the stroke of the README and draw it."""
    problem = ss.Problem(
        tissue=ss.load_tissue("calf"),
        instrument=ss.load_instrument("gt4_class_scanner"),
        stroke=ss.Stroke(force="6 N", angle="45 deg", speed="100 mm/s", friction="emollient"),
    )
    result = ss.simulate(problem)
    FOLDER.mkdir(exist_ok=True)
    result.softsim.plot().savefig(FOLDER / "stroke.png")
    result.softsim.animate(FOLDER / "stroke.gif", seconds=CLIP)


if __name__ == "__main__":
    main()
