"""What gliding layers cannot do, said in a sentence: nothing holds them, or they slip too far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from softsim.engines.finite.tissue.basis import Array
from softsim.errors import InputError
from softsim.kernels.layer_arrays import InterfaceArrays
from softsim.outcome import Snapshot
from softsim.problem import Problem, pack_interfaces
from softsim.tissue import Tissue

FAR = 0.5  # of the width of the contact: slips over which pairs of points are told to be far apart


def check_held(tissue: Tissue, arrays: InterfaceArrays) -> None:
    """Refuse layers that nothing holds along.

    Raises
    ------
    InputError
        Where the sides are free and an interface relaxes to nothing.
    """
    loose = arrays.long_term <= 0.0
    if tissue.sides != "free" or not loose.any():
        return
    under = tissue.layers[int(np.argmax(loose))].name
    raise InputError(
        f"nothing holds the tissue above the interface under {under!r}: its stiffness is 0 after "
        "long and the sides of the tissue are free (give the interface a stiffness that does not "
        "relax, or hold the sides)"
    )


def check_endless(problem: Problem) -> None:
    """Refuse a steady stroke that drags endless tissue along on an interface without spring.

    Raises
    ------
    InputError
        Where the tissue has no ends either.
    """
    loose = pack_interfaces(problem.tissue).long_term <= 0.0
    if problem.tissue.width is not None or not loose.any() or problem.friction == 0.0:
        return
    under = problem.tissue.layers[int(np.argmax(loose))].name
    raise InputError(
        f"nothing holds the tissue above the interface under {under!r} in a steady stroke: its "
        "stiffness is 0 after long and the tissue has no ends (give the interface a stiffness that "
        "does not relax, the tissue a width, or take mode='transient')"
    )


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
