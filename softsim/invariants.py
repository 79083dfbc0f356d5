"""What is read off a stress, in one place: von Mises stress, largest shear stress, pressure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def von_mises(along: Array, depth: Array, across: Array, shears: Array) -> Array:
    """Return the von Mises stress.

    Parameters
    ----------
    along, depth, across : ndarray
        Normal stresses, any shape [Pa].
    shears : ndarray, same shape
        Sum of the squares of the shear stresses [Pa^2].
    """
    spread = 0.5 * ((along - depth) ** 2 + (depth - across) ** 2 + (across - along) ** 2)
    return np.asarray(np.sqrt(spread + 3.0 * shears))


def invariants(
    along: Array, depth: Array, across: Array, shear: Array, others: Array | float = 0.0
) -> dict[str, Array]:
    """Return von Mises stress, largest shear stress in the section and pressure, by name.

    Parameters
    ----------
    along, depth, across, shear : ndarray
        Normal stresses and the shear stress in the section, any shape [Pa].
    others : ndarray or float, same shape
        Sum of the squares of the other two shear stresses [Pa^2].
    """
    return {
        "von_mises": von_mises(along, depth, across, shear**2 + others),
        "max_shear": np.hypot(0.5 * (along - depth), shear),
        "pressure": -(along + depth + across) / 3.0,
    }
