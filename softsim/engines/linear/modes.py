"""States of creep modes on the nodes of a skin, and what moves by them."""

from __future__ import annotations

import numpy as np

from softsim.engines.linear.stack import ComplexArray
from softsim.engines.linear.steps import Passage

# Rows of influence columns; rows of tractions (shear, pressure) and of displacements (along,
# depth).
ZZ, ZX, XX = 0, 1, 2
SHEAR, PRESSURE = 0, 1


class Modes:
    """Modes of creep y' = (p - y)/t on the nodes, as transforms (n_modes, n_k)."""

    def __init__(self, n_modes: int, n_k: int) -> None:
        self.of = np.zeros((2, n_modes, n_k), dtype=complex)

    def carry(self, passage: Passage, tractions: ComplexArray) -> None:
        """Take over what the old tractions leave.

        Parameters
        ----------
        passage : Passage
        tractions : ndarray of complex128, shape (2, n_k)
            Shear and pressure at the start of the step.
        """
        self.of *= passage.decay[:, None]
        for state, traction in zip(self.of, tractions, strict=True):
            if traction.any():
                state += passage.old * traction

    def load(self, passage: Passage, tractions: ComplexArray) -> None:
        """Take over what the new tractions leave.

        Parameters
        ----------
        passage : Passage
        tractions : ndarray of complex128, shape (2, n_k)
            Shear and pressure at the end of the step.
        """
        for state, traction in zip(self.of, tractions, strict=True):
            if traction.any():
                state += passage.new * traction


def displaced(columns: ComplexArray, tractions: ComplexArray) -> ComplexArray:
    """Return the transform of the displacement along and in depth by tractions.

    Parameters
    ----------
    columns : ndarray of complex128, shape (..., 3, n_k)
        zz, zx and xx.
    tractions : ndarray of complex128, shape (2, n_k)
        Shear and pressure.

    Returns
    -------
    ndarray of complex128, shape (2, ..., n_k)
    """
    shear, pressure = tractions
    zz, zx, xx = np.moveaxis(columns, -2, 0)
    if not shear.any():
        return np.stack([-zx * pressure, zz * pressure])
    return np.stack([xx * shear - zx * pressure, zz * pressure + zx * shear])
