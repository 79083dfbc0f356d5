"""Where the work of a tool on a creeping skin goes, from the tractions on the skin alone.

Springs and dashpots, however they are put together, hold and lose what their retardation modes
do: one with the compliance c and the time t holds c y^2/2 and loses c (p - y)^2/t.
"""

from __future__ import annotations

import numpy as np

from softsim.engines.linear.creep.state import SkinState
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray


class EnergyBalance:
    """Energies since the start, per length across [J/m].

    Parameters
    ----------
    size : int
        Length of the transforms.
    spacing : float
        Of the nodes [m].

    Notes
    -----
    Stored energy is exact at every time for the fitted creep; work and losses are trapezoidal in
    time, second order in the step.

    References
    ----------
    .. [1] S. Breuer, E. T. Onat, Z. angew. Math. Phys. 15 (1964) 12-21.
    """

    def __init__(self, size: int, spacing: float) -> None:
        self.tool_work = self.stored = self.viscous = self.friction = 0.0
        self.power = 0.0
        share = np.full(size // 2 + 1, 2.0)
        share[0] = share[-1] = 1.0
        self.share = share * (spacing / size)

    def _product(self, one: ComplexArray, other: ComplexArray) -> FloatArray:
        """Return the integral along the skin of products of transforms, over the last axis."""
        return np.asarray((one.real * other.real + one.imag * other.imag) @ self.share)

    def store(
        self,
        tractions: ComplexArray,
        instant: ComplexArray,
        internal: ComplexArray,
        delayed: ComplexArray,
    ) -> None:
        """Set what is stored.

        Parameters
        ----------
        tractions, instant : ndarray of complex128, shape (2, n_k)
            Shear and pressure [Pa], and the sudden displacement by them [m], transforms.
        internal, delayed : ndarray of complex128, shape (2, n_modes, n_k)
            Internal variables [Pa], and the displacement by them [m].
        """
        total = self._product(tractions, instant).sum() + self._product(internal, delayed).sum()
        self.stored = 0.5 * float(total)

    def dissipate(
        self, duration: float, time: FloatArray, driving: ComplexArray, moving: ComplexArray
    ) -> None:
        """Add what the tissue lost over a step.

        Parameters
        ----------
        duration : float
            [s].
        time : ndarray, shape (n_modes,)
            Retardation times [s].
        driving, moving : ndarray of complex128, shape (2, n_modes, n_k)
            Traction on the dashpot of every mode [Pa], and the displacement by it through the mode
            [m].
        """
        power = float((self._product(driving, moving).sum(axis=0) / time).sum())
        self.viscous += 0.5 * duration * (self.power + power)
        self.power = power

    def work(self, before: SkinState, after: SkinState, spacing: float) -> None:
        """Add the work of the tool and of friction over a step.

        Parameters
        ----------
        before, after : SkinState
        spacing : float
            Of the nodes [m].
        """
        ahead = spacing * (after.travel - before.travel)
        deeper = after.indentation - before.indentation
        self.tool_work += 0.5 * (before.force + after.force) * deeper
        self.tool_work += 0.5 * (before.tangential_force + after.tangential_force) * ahead
        # on nodes that move with the tool, where everything changes least
        nodes = after.travel - before.travel
        drag = 0.5 * (np.roll(before.traction[0], nodes) + after.traction[0])
        old, new = np.roll(before.displacement[0], nodes), after.displacement[0]
        slip = ahead * (1.0 + np.gradient(0.5 * (old + new), spacing)) - (new - old)
        self.friction += spacing * float(drag @ slip)
