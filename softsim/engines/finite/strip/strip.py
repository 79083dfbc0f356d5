"""The strip: material arrays, grid and work arrays, and one Newton solve on them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from softsim.kernels.strip import contact as contact_kernels
from softsim.kernels.strip import strip as strip_kernels
from softsim.problem import LayerArrays

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class StripGrid:
    """Reference coordinates of the node columns and rows [m], and the layer of each row."""

    column_edges: Array
    row_edges: Array
    row_layer: NDArray[np.int64]

    @property
    def n_unknowns(self) -> int:
        """Number of displacement unknowns, bottom row excluded."""
        return 2 * self.column_edges.size * (self.row_edges.size - 1)


@dataclass(slots=True)
class StripWork:
    """Arrays that every evaluation on one grid overwrites."""

    stress_fixed: Array
    tangent_fixed: Array
    stress_relaxing: Array
    tangent_relaxing: Array
    energy: Array
    factor: Array
    carried: Array
    strain_operator: Array
    stiffness: Array
    force: Array
    expected_force: Array
    mean_stress: Array
    mean_slope: Array
    expected_mean: Array
    band: Array
    tool_columns: Array
    force_row: Array
    frames: Array
    states: NDArray[np.int64]

    @classmethod
    def allocate(cls, grid: StripGrid) -> StripWork:
        """Allocate for a grid; about 1.2 kB per Gauss point."""
        columns, rows = grid.column_edges.size - 1, grid.row_edges.size - 1
        points = (columns, rows, 4)
        half = 2 * rows + 3
        return cls(
            stress_fixed=np.zeros((*points, 4)),
            tangent_fixed=np.zeros((*points, 4, 4)),
            stress_relaxing=np.zeros((*points, 4)),
            tangent_relaxing=np.zeros((*points, 4, 4)),
            energy=np.zeros((*points, 2)),
            factor=np.ones(points),
            carried=np.zeros((*points, 4)),
            strain_operator=np.zeros((*points, 4, 8)),
            stiffness=np.zeros((columns, rows, 8, 8)),
            force=np.zeros((columns + 1, rows + 1, 2)),
            expected_force=np.zeros((columns + 1, rows + 1, 2)),
            mean_stress=np.zeros((columns, rows)),
            mean_slope=np.zeros((columns, rows, 8)),
            expected_mean=np.zeros((columns, rows)),
            band=np.zeros((grid.n_unknowns, 3 * half + 1)),
            tool_columns=np.zeros((2, grid.n_unknowns)),
            force_row=np.zeros(grid.n_unknowns),
            frames=np.zeros((columns + 1, contact_kernels.FRAME_SIZE)),
            states=np.zeros(columns + 1, np.int64),
        )


@dataclass(slots=True)
class Strip:
    """A tissue section on a grid, ready to be evaluated.

    Parameters
    ----------
    layers, grid : LayerArrays, StripGrid
    chain : ndarray of float64, shape (n, 8)
        Section outline of the edge in world axes (softsim.kernels.strip.outline).
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
        work, layers, grid = self.work, self.layers, self.grid
        status = strip_kernels.evaluate_stress(
            displacement,
            grid.column_edges,
            grid.row_edges,
            grid.row_layer,
            layers.law_codes,
            layers.law_parameters,
            layers.family_offsets,
            layers.families,
            layers.prestretch,
            layers.relaxes_all,
            work.stress_fixed,
            work.tangent_fixed,
            work.stress_relaxing,
            work.tangent_relaxing,
            work.energy,
        )
        return bool(status == strip_kernels.OK)

    def assemble_forces(self, displacement: Array, expected_mean: Array | None = None) -> None:
        """Fill the nodal forces for the current stresses and carried history.

        `expected_mean`, shape (n_columns, n_rows), is the expected mean Kirchhoff stress of the
        elements [Pa]; by default that of the displacement.
        """
        work, grid = self.work, self.grid
        if expected_mean is not None:
            work.expected_mean[:] = expected_mean
        strip_kernels.assemble_forces(
            displacement,
            grid.column_edges,
            grid.row_edges,
            work.stress_fixed,
            work.stress_relaxing,
            work.factor,
            work.carried,
            expected_mean is None,
            work.expected_mean,
            work.force,
            work.expected_force,
            work.mean_stress,
        )

    def assemble_tangents(self, displacement: Array) -> None:
        """Fill the element tangents for the current stresses; forces must have been assembled."""
        work, grid = self.work, self.grid
        strip_kernels.assemble_tangents(
            displacement,
            grid.column_edges,
            grid.row_edges,
            work.stress_fixed,
            work.tangent_fixed,
            work.stress_relaxing,
            work.tangent_relaxing,
            work.factor,
            work.carried,
            work.expected_mean,
            work.strain_operator,
            work.stiffness,
            work.mean_slope,
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
        """Spread a value per layer over the rows, shape (n_rows,)."""
        return per_layer[self.grid.row_layer]
