"""The strip: material arrays, grid and work arrays, and one Newton solve on them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from softsim.kernels.layer_arrays import LayerArrays
from softsim.kernels.strip import strip as strip_kernels
from softsim.kernels.strip.arrays import ContactRows, StripGrid, StripWork

Array = NDArray[np.float64]


@dataclass(slots=True)
class Strip:
    """A tissue section on a grid, ready to be evaluated.

    Parameters
    ----------
    layers, grid : LayerArrays, StripGrid
    chain : ndarray of float64, shape (n, 8)
        Outline of the edge in world axes, lengths in [m] (softsim.kernels.outline.distance).
    friction : float
        Coulomb coefficient [-].
    free_sides : bool
        True for a cut block, False holds both ends.

    Attributes
    ----------
    stiffness_scale : float
        Scale of the constraint rows [Pa].
    rounding : float
        Norm of the nodal forces that rounding alone can leave [N/m].
    rest_relaxing : ndarray of float64, shape (n_layers, 4)
        Relaxing stress of the undisturbed tissue [Pa].
    rest_density : ndarray of float64, shape (n_rows,)
        Its long-term energy [J/m^3].
    rest_stress : ndarray of float64, shape (n_rows, 4)
        Its long-term Cauchy stress along, in depth, across and shear, tension positive [Pa].

    Notes
    -----
    A `displacement` has the shape (n_columns + 1, n_rows + 1, 2), along and in depth [m].
    """

    layers: LayerArrays
    grid: StripGrid
    chain: Array
    friction: float
    free_sides: bool
    work: StripWork = field(init=False)
    stiffness_scale: float = field(init=False)
    rounding: float = field(init=False)
    rest_relaxing: Array = field(init=False)
    rest_density: Array = field(init=False)
    rest_stress: Array = field(init=False)

    def __post_init__(self) -> None:
        """Allocate the work arrays; keep the undisturbed state and size the constraint rows."""
        self.work = StripWork.allocate(self.grid)
        self.evaluate(self.rest())
        shear = self.work.tangent_relaxing[0, :, 0, 3, 3] + self.work.tangent_fixed[0, :, 0, 3, 3]
        self.stiffness_scale = 50.0 * float(shear.min())
        stiff = self.work.tangent_relaxing[0, :, 0, 1, 1] + self.work.tangent_fixed[0, :, 0, 1, 1]
        sizes = np.hypot(
            np.diff(self.grid.column_edges)[:, None], np.diff(self.grid.row_edges)[None, :]
        )
        self.rounding = 8.0 * float(np.finfo(float).eps * np.linalg.norm(sizes * stiff))
        first_rows = np.searchsorted(self.grid.row_layer, np.arange(self.layers.thickness.size))
        self.rest_relaxing = self.work.stress_relaxing[0, first_rows, 0].copy()
        self.rest_density = self.long_term_density()[0]
        relaxed = self.by_row(self.layers.long_term)[:, None] * self.work.stress_relaxing[0, :, 0]
        self.rest_stress = self.work.stress_fixed[0, :, 0] + relaxed

    def rest(self) -> Array:
        """Return zero displacement, shape (n_columns + 1, n_rows + 1, 2)."""
        return np.zeros((self.grid.column_edges.size, self.grid.row_edges.size, 2))

    def skin(self, displacement: Array) -> Array:
        """Current position of the skin nodes (along, depth), shape (n_columns + 1, 2) [m]."""
        skin = displacement[:, 0].copy()
        skin[:, 0] += self.grid.column_edges
        return skin

    def evaluate(self, displacement: Array) -> bool:
        """Fill stresses and tangents; False when an element is turned inside out."""
        status = strip_kernels.evaluate_stress(displacement, self.grid, self.layers, self.work)
        return bool(status == strip_kernels.OK)

    def assemble_forces(self, displacement: Array, expected_mean: Array | None = None) -> None:
        """Fill the nodal forces for the current stresses and carried history.

        `expected_mean`, shape (n_columns, n_rows), is the expected mean Kirchhoff stress of the
        elements [Pa]; by default that of the displacement.
        """
        if expected_mean is not None:
            self.work.expected_mean[:] = expected_mean
        follow = expected_mean is None
        strip_kernels.assemble_forces(displacement, self.grid, self.work, follow)

    def assemble_tangents(self, displacement: Array) -> None:
        """Fill the element tangents for the current stresses; forces must have been assembled."""
        strip_kernels.assemble_tangents(displacement, self.grid, self.work)

    def contact(self, force: Array) -> ContactRows:
        """What the contact rows are made of; `force` has the shape of a displacement [N/m]."""
        skin_force = np.ascontiguousarray(force[:, 0])
        work = self.work
        return ContactRows(
            work.frames, work.states, skin_force, self.friction, self.stiffness_scale
        )

    def mean_after(self, change: Array) -> Array:
        """Mean Kirchhoff stress of the elements [Pa] that a small change of displacement makes.

        `change` has shape (n_columns + 1, n_rows, 2), the fixed bottom row left out [m].
        """
        gained = np.empty_like(self.work.mean_stress)
        strip_kernels.mean_stress_change(change, self.work.mean_slope, gained)
        return self.work.mean_stress + gained

    def long_term_density(self) -> Array:
        """Energy stored for good, shape (n_columns, n_rows) [J/m^3], as last evaluated."""
        energy = self.work.energy.mean(axis=2)
        return np.asarray(energy[..., 0] + self.by_row(self.layers.long_term) * energy[..., 1])

    def by_row(self, per_layer: Array) -> Array:
        """Spread `per_layer`, shape (n_layers,) and any unit, over the rows, shape (n_rows,)."""
        return per_layer[self.grid.row_layer]
