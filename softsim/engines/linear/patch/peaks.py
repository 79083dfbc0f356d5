"""How far the peaks of a whole edge belong to its cells: a second grid, and peaks without ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from softsim.engines.linear.medium.stack import FloatArray
from softsim.engines.linear.patch.cells import (
    LEAST_CELLS,
    EdgeScene,
    EdgeShape,
    Patch,
    contact_on_cells,
)
from softsim.engines.linear.patch.contact import SurfaceContact
from softsim.errors import ConvergenceError
from softsim.load import Load

CHANGE_TOLD = 0.1  # of the peak, from half the cells to all, above which it is told
"""Change of the peak pressure between two grids above which a whole edge warns [-]."""

# Profiles deeper than so many cells across do not know them.
DEPTH_IN_CELLS = 4
# Ends: this share of the contact span, on either side.
ENDS = 0.25
# An edge whose contact comes this near to the end of its length rests on its ends.
REACHED = 0.99


def peak_change(
    scene: EdgeScene, tool: FloatArray, patch: Patch, found: SurfaceContact, shape: EdgeShape | None
) -> float:
    """Return the peak pressure over that on cells twice as long and wide, minus one.

    Parameters
    ----------
    scene : EdgeScene
    tool : ndarray, shape (n_along, n_across)
        Heights [m].
    patch : Patch
    found : SurfaceContact
        Contact on these cells.
    shape : EdgeShape or None
        Heights come from it where known; those of a map are averaged.

    Returns
    -------
    float
        [-]; nan where such cells are too few or the contact on them does not settle.
    """
    if min(patch.cells) < 2 * LEAST_CELLS or not found.force > 0.0:
        return float("nan")
    cells = (patch.cells[0] // 2, patch.cells[1] // 2)
    high = tuple(
        low + 2 * n * side for low, n, side in zip(patch.low, cells, patch.spacing, strict=True)
    )
    coarse = Patch(low=patch.low, high=(high[0], high[1]), cells=cells)
    if shape is None:
        blocks = tool[: 2 * cells[0], : 2 * cells[1]].reshape(cells[0], 2, cells[1], 2)
        heights = np.asarray(blocks.mean(axis=(1, 3)))
    else:
        heights = shape.heights(coarse)
    if not np.isfinite(heights).any():
        return float("nan")
    same = replace(scene, load=Load("force", found.force))
    try:
        other = contact_on_cells(same, heights, coarse)
    except ConvergenceError:
        return float("nan")
    return float(found.contact_pressure.max() / other.contact_pressure.max()) - 1.0


def peak_inside(pressure: FloatArray) -> float:
    """Return the largest pressure in the middle half of the span of a contact [Pa].

    Parameters
    ----------
    pressure : ndarray, shape (n_along, n_across)
        [Pa].
    """
    spanned = np.flatnonzero(pressure.any(axis=0))
    if not spanned.size:
        return 0.0
    first, count = int(spanned[0]), int(spanned[-1] - spanned[0]) + 1
    ends = int(ENDS * count)
    return float(pressure[:, first + ends : first + count - ends].max())


def peak_warnings(change: float, patch: Patch, span: float, shape: EdgeShape | None) -> list[str]:
    """Return what peaks owe to the cells.

    Parameters
    ----------
    change : float
        From `peak_change` [-].
    patch : Patch
    span : float
        Length of the contact across [m].
    shape : EdgeShape or None
        None for a height map.
    """
    deep = DEPTH_IN_CELLS * max(patch.spacing)
    rest = (
        f"peaks and the profiles above a depth of {1e3 * deep:.2g} mm belong to the cells; "
        "peak_contact_pressure_inside leaves the ends out"
    )
    warnings = []
    if shape is not None and shape.end_radius == 0.0 and span > REACHED * 2.0 * shape.half_length:
        warnings.append(
            "ends of the edge are cut square (end_radius 0) and press: the pressure there grows "
            f"without limit as the cells shrink; {rest}, and end_radius='1 mm' rounds them"
        )
    if np.isnan(change):
        warnings.append(
            "peak_contact_pressure could not be told on a second grid: how far it belongs to the "
            f"cells is not known (take at least {2 * LEAST_CELLS} cells each way)"
        )
    elif abs(change) > CHANGE_TOLD:
        warnings.append(
            f"peak_contact_pressure changes by {100.0 * change:+.0f} % from cells twice as long "
            f"and wide (told above {100.0 * CHANGE_TOLD:g} %): {rest}"
        )
    return warnings
