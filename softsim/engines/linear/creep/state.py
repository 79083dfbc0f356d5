"""State of a creeping skin: internal variables on the nodes, what moves by them, and the tool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softsim.engines.linear.creep.integrator import Propagator
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray

# Rows of influence columns; rows of tractions (shear, pressure) and of displacements (along,
# depth).
ZZ, ZX, XX = 0, 1, 2
SHEAR, PRESSURE = 0, 1


class InternalVariables:
    """Internal variables of creep, y' = (p - y)/t, on the nodes as transforms (2, n_modes, n_k)."""

    def __init__(self, n_modes: int, n_k: int) -> None:
        self.values = np.zeros((2, n_modes, n_k), dtype=complex)

    def add_old(self, propagator: Propagator, tractions: ComplexArray) -> None:
        """Decay over a step and add what the old tractions leave.

        Parameters
        ----------
        propagator : Propagator
        tractions : ndarray of complex128, shape (2, n_k)
            Shear and pressure at the start of the step [Pa].
        """
        self.values *= propagator.decay[:, None]
        for state, traction in zip(self.values, tractions, strict=True):
            if traction.any():
                state += propagator.old * traction

    def add_new(self, propagator: Propagator, tractions: ComplexArray) -> None:
        """Add what the new tractions leave.

        Parameters
        ----------
        propagator : Propagator
        tractions : ndarray of complex128, shape (2, n_k)
            Shear and pressure at the end of the step [Pa].
        """
        for state, traction in zip(self.values, tractions, strict=True):
            if traction.any():
                state += propagator.new * traction


@dataclass(frozen=True, eq=False, kw_only=True)
class SkinState:
    """A tool on the skin at one time, per length across.

    Parameters
    ----------
    time : float
        [s].
    travel : int
        Nodes the tool has moved on.
    traction : ndarray, shape (2, n)
        Shear of the tool on the skin towards +x, and pressure [Pa].
    displacement : ndarray, shape (2, n)
        Of the skin, along and depth, the latter below the datum [m].
    datum : float
        Displacement of the datum in depth, 0 over a rigid base [m].
    indentation : float
        Of the tool's lowest point below the datum [m].
    force, tangential_force : float
        On the skin, + into the tissue and towards +x [N/m].
    left_edge, right_edge : float
        Ends of the contact from where the tool first stood, equal without contact [m].
    iterations : int
        Active-set iterations of the step.
    gap_residual : float
        Largest gap inside or overlap outside the contact [m].
    """

    time: float
    travel: int
    traction: FloatArray
    displacement: FloatArray
    datum: float
    indentation: float
    force: float
    tangential_force: float
    left_edge: float
    right_edge: float
    iterations: int
    gap_residual: float

    @property
    def contact_pressure(self) -> FloatArray:
        """Pressure at the nodes [Pa], shape (n,)."""
        return np.asarray(self.traction[PRESSURE])


def displaced(columns: ComplexArray, tractions: ComplexArray) -> ComplexArray:
    """Return the transform of the displacement along and in depth by tractions.

    Parameters
    ----------
    columns : ndarray of complex128, shape (..., 3, n_k)
        zz, zx and xx [m/Pa].
    tractions : ndarray of complex128, shape (2, n_k)
        Shear and pressure [Pa].

    Returns
    -------
    ndarray of complex128, shape (2, ..., n_k)
    """
    shear, pressure = tractions
    zz, zx, xx = np.moveaxis(columns, -2, 0)
    if not shear.any():
        return np.stack([-zx * pressure, zz * pressure])
    return np.stack([xx * shear - zx * pressure, zz * pressure + zx * shear])
