"""What gliding layers cannot do, said in a sentence: bonds beyond the ends, or slips too far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from softsim.engines.finite.tissue.basis import Array
from softsim.errors import InputError
from softsim.outcome import Snapshot
from softsim.tissue import Tissue

FAR = 0.5  # of the width of the contact: slips over which pairs of points are told to be far apart


def check_patches(tissue: Tissue, breaks: Array) -> None:
    """Refuse adhesions beyond the ends of a section.

    `breaks`, shape (n_columns,), are the places of the columns [m].

    Raises
    ------
    InputError
        With where the section ends.
    """
    for name, patch in tissue.adhesions.items():
        if float(patch.start) < breaks[0] or patch.end > breaks[-1]:
            raise InputError(
                f"adhesion {name!r} lies from {patch.start:g} to {patch.end:g} m along, but the "
                f"tissue is solved from {breaks[0]:.3g} to {breaks[-1]:.3g} m from where the tool "
                "first stands; move or shorten it, or give the tissue a larger width"
            )


def far_slips(snapshots: Sequence[Snapshot]) -> tuple[str, ...]:
    """Return a warning where the sides of a boundary slip far for the width of the contact."""
    worst = 0.0
    for shot in snapshots:
        if shot.boundaries is not None and shot.contact.width > 0.0:
            slip = float(np.abs(shot.boundaries.slip).max())
            worst = max(worst, slip / shot.contact.width)
    if worst <= FAR:
        return ()
    return (
        f"an interface slips by {worst:.2g} widths of the contact: its two sides are paired by "
        "their places before loading, so that its shape under the tool is known only roughly",
    )
