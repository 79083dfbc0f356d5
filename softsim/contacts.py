"""What counts as contact: one definition of loaded length, extent and number for both engines."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Array = NDArray[np.float64]
Runs = NDArray[np.int64]

LEAST_GAP = 2
"""Open nodes next to each other that part two contacts; a single one is noise of the grid."""

LEAST_SHARE = 1e-3
"""Share of the normal force that a contact must carry to be counted as one."""


class ContactMeasures(NamedTuple):
    """Sizes of the contact on a section.

    Parameters
    ----------
    width : float
        Length of skin under pressure; several contacts add up [m].
    extent : float
        Distance of the outer ends, the open skin between contacts included [m].
    number : int
        Number of separate contacts.
    """

    width: float
    extent: float
    number: int


def contact_runs(touching: NDArray[np.bool_]) -> Runs:
    """Return the first and last node of every contact.

    Parameters
    ----------
    touching : ndarray of bool, shape (n,)
        Nodes of the skin under pressure.

    Returns
    -------
    ndarray of int64, shape (n_contacts, 2)

    Examples
    --------
    >>> contact_runs(np.array([0, 1, 1, 0, 1, 0, 0, 1, 0], dtype=bool)).tolist()
    [[1, 4], [7, 7]]
    """
    nodes = np.flatnonzero(touching)
    after = np.flatnonzero(np.diff(nodes) > LEAST_GAP) + 1
    if nodes.size == 0:
        return np.zeros((0, 2), dtype=np.int64)
    return np.stack([nodes[np.append(0, after)], nodes[np.append(after, nodes.size) - 1]], axis=1)


def measures(runs: Runs, ends: Array, force: Array) -> ContactMeasures:
    """Return the sizes of the contact.

    Parameters
    ----------
    runs : ndarray of int64, shape (n_contacts, 2)
        From `contact_runs`.
    ends : ndarray, shape (n_contacts, 2)
        Both ends of every contact, as places along the deformed skin [m].
    force : ndarray, shape (n,)
        Normal force at the nodes, in any unit.
    """
    if not len(runs):
        return ContactMeasures(0.0, 0.0, 0)
    carried = np.array([force[first : last + 1].sum() for first, last in runs])
    counted = int((carried >= LEAST_SHARE * carried.sum()).sum())
    width = float((ends[:, 1] - ends[:, 0]).sum())
    return ContactMeasures(width, float(ends[-1, 1] - ends[0, 0]), max(counted, 1))


def count_of_patches(pressure: Array) -> int:
    """Return the number of separate contacts of a whole edge.

    Cells that share a side or a corner are one contact; a single open cell between two parts them
    as little as a single node does on a section.

    Parameters
    ----------
    pressure : ndarray, shape (n_along, n_across)
        Of the cells [Pa].
    """
    active = pressure > 0.0
    if not active.any():
        return 0
    joined = active.copy()
    joined[1:-1] |= active[:-2] & active[2:]
    joined[:, 1:-1] |= active[:, :-2] & active[:, 2:]
    labels, number = ndimage.label(joined, structure=np.ones((3, 3)))
    carried = ndimage.sum_labels(pressure, labels, np.arange(1, number + 1))
    return max(int((carried >= LEAST_SHARE * carried.sum()).sum()), 1)
