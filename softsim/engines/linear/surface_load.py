"""Pressure on the cells of a patch of skin."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from softsim.engines.linear.stack import FloatArray


@dataclass(frozen=True, eq=False)
class SurfaceLoad:
    """Pressure on the cells of a patch, with its friction.

    Parameters
    ----------
    along, across : ndarray, shape (n_along,), (n_across,)
        Middles of the cells, even [m].
    pressure : ndarray, shape (n_along, n_across)
        [Pa].
    friction : float
        Shear on the tissue towards +x over the pressure [-].
    spacing : tuple of float
        Sides of a cell [m].
    """

    along: FloatArray
    across: FloatArray
    pressure: FloatArray
    friction: float
    spacing: tuple[float, float]

    @classmethod
    def of(
        cls, along: FloatArray, across: FloatArray, pressure: FloatArray, friction: float
    ) -> SurfaceLoad:
        """Return a load on at least two cells each way."""
        sides = float(along[1] - along[0]), float(across[1] - across[0])
        return cls(along, across, pressure, friction, sides)

    def mirrored(self) -> SurfaceLoad:
        """Return the load seen in a mirror across the stroke."""
        return replace(
            self, along=-self.along[::-1], pressure=self.pressure[::-1], friction=-self.friction
        )

    def in_blocks(self, along: int, across: int) -> SurfaceLoad:
        """Return the means over blocks of so many cells along and across."""
        if (along, across) == (1, 1):
            return self
        pressure, axes, sides = self.pressure, [], []
        for axis, (step, places) in enumerate(((along, self.along), (across, self.across))):
            pad = [(0, 0), (0, 0)]
            pad[axis] = (0, -places.size % step)
            full = np.moveaxis(np.pad(pressure, pad), axis, 0)
            blocks = full.reshape(-1, step, full.shape[1]).mean(axis=1)
            pressure = np.moveaxis(blocks, 0, axis)
            side = self.spacing[axis]
            axes.append(places[0] + side * (0.5 * (step - 1) + step * np.arange(len(blocks))))
            sides.append(step * side)
        return SurfaceLoad(axes[0], axes[1], pressure, self.friction, (sides[0], sides[1]))

    def loaded(self) -> SurfaceLoad:
        """Return the load on the smallest block of cells that holds it."""
        rows = np.flatnonzero(self.pressure.any(axis=1))
        columns = np.flatnonzero(self.pressure.any(axis=0))
        x, y = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        return replace(
            self, along=self.along[x], across=self.across[y], pressure=self.pressure[x, y]
        )
