"""Both sides of boundaries that glide: depths at which fields are asked for, and what they say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softsim.engines.linear.medium.spectra import Field, layer_at
from softsim.engines.linear.medium.stack import FloatArray, LayeredStack
from softsim.outcome import Boundaries

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Depths:
    """Depths of a result and, among them, the two sides of every boundary that glides.

    Parameters
    ----------
    every : ndarray, shape (n_depth + 2 n_interfaces,)
        Increasing [m]; the upper side is the last number above the boundary.
    rows : ndarray of int64, shape (n_depth,)
        Which of them are depths of the result.
    above, below : ndarray of int64, shape (n_interfaces,)
        Which of them are sides, from the skin down.
    on_base : ndarray of bool, shape (n_interfaces,)
        Where the lower side is the rigid base.
    """

    every: FloatArray
    rows: Places
    above: Places
    below: Places
    on_base: NDArray[np.bool_]

    @classmethod
    def of(cls, stack: LayeredStack, depth: FloatArray) -> Depths:
        """Add the sides of the boundaries of a stack to some depths.

        Parameters
        ----------
        stack : LayeredStack
        depth : ndarray, shape (n_depth,)
            Increasing, inside layers [m].
        """
        bottoms = np.cumsum(stack.thickness)
        gliding = np.flatnonzero(np.isfinite(stack.slip_stiffness) & np.isfinite(bottoms))
        lower = bottoms[gliding]
        together = np.concatenate([depth, np.nextafter(lower, 0.0), lower])
        order = np.argsort(together, kind="stable")
        place = np.argsort(order)
        rows, above, below = np.split(place, [depth.size, depth.size + lower.size])
        return cls(together[order], rows, above, below, gliding == stack.thickness.size - 1)

    def across(self, stack: LayeredStack, values: FloatArray) -> Boundaries | None:
        """Return slip and tractions of the boundaries.

        To first order a boundary is as long as it was.

        Parameters
        ----------
        stack : LayeredStack
        values : ndarray, shape (10, n_depth + 2 n_interfaces, n)
            Fields at every depth, as in `spectra.field_spectra`, stresses without the prestress.

        Returns
        -------
        Boundaries or None
            None where nothing glides.
        """
        if not self.above.size:
            return None
        above = values[:, self.above]
        tension = stack.incremental.tension[layer_at(stack, self.every[self.above]), 0]
        along = Field.DISPLACEMENT_ALONG
        lower = np.where(self.on_base[:, None], 0.0, values[along, self.below])
        shear = above[Field.STRESS_SHEAR] - tension[:, None] * above[Field.SLOPE]
        return Boundaries(lower - above[along], shear, above[Field.STRESS_DEPTH])


def kept_and_lost(
    stack: LayeredStack, boundaries: Boundaries | None, places: FloatArray, speed: float
) -> tuple[float, float]:
    """Return what the boundaries keep in branches and lose under a steady stroke [J/m^2].

    Parameters
    ----------
    stack : LayeredStack
    boundaries : Boundaries or None
        From `Depths.across`.
    places : ndarray, shape (n,)
        Increasing; the tool moves towards the last [m].
    speed : float
        [m/s].

    Notes
    -----
    A point of the boundary passes from the last place to the first.  Exact for a slip linear in
    time from place to place.
    """
    kept = lost = 0.0
    if boundaries is None or not 0.0 < speed < np.inf:
        return kept, lost
    duration = np.diff(places)[::-1] / speed
    gliding = np.flatnonzero(np.isfinite(stack.slip_stiffness))
    for i, one in zip(gliding, boundaries.slip, strict=False):
        path = one[::-1]
        lost += float(stack.slip_viscosity[i] * (np.diff(path) ** 2 / duration).sum())
        for weight, time in zip(stack.slip_weight[i], stack.slip_time[i], strict=True):
            spring = stack.slip_stiffness[i] * weight
            held = path[0]
            for step, x in zip(np.diff(path), duration / time, strict=True):
                pace = step / x  # time constant times rate
                away = held - pace
                still = -np.expm1(-x)
                lost += spring * (
                    x * pace**2 + 2.0 * still * pace * away + 0.5 * (1 - np.exp(-2 * x)) * away**2
                )
                held = pace + np.exp(-x) * away
            kept += 0.5 * spring * held**2
    return float(kept), float(lost)
