"""A section of tissue on splines: mesh, materials, stresses, forces and the factored tangent."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from softsim.engines.splines.basis import Array, Line
from softsim.kernels.laws.arrays import LayerArrays
from softsim.kernels.splines import spans as kernels


@dataclass(eq=False)
class Section:
    """Tissue on tensor-product splines.

    Parameters
    ----------
    layers : LayerArrays
    along, depth : Line
    layer : ndarray of int64, shape (n_spans_along, n_spans_depth)
        Material of every span.
    free_sides : bool
        A cut block; else both ends are held.
    form : int
        `PLANE` or `ROUND`.
    """

    layers: LayerArrays
    along: Line
    depth: Line
    layer: NDArray[np.int64]
    free_sides: bool = False
    form: int = kernels.PLANE
    mesh: kernels.Mesh = field(init=False)
    stresses: kernels.Stresses = field(init=False)
    history: kernels.History = field(init=False)
    n_unknowns: int = field(init=False)

    def __post_init__(self) -> None:
        """Number the unknowns column by column, depth fastest, and allocate."""
        shape = (self.along.n_functions, self.depth.n_functions, 2)
        free = np.ones(shape, bool)
        free[:, -1] = False
        if not self.free_sides:
            free[-1] = False
            free[0, :, 0] = False
            free[0, :, 1] = self.form == kernels.ROUND
        elif self.form == kernels.ROUND:
            free[0, :, 0] = False
        number = np.where(free, np.cumsum(free).reshape(shape) - 1, -1)
        self.n_unknowns = int(free.sum())
        self.mesh = kernels.Mesh(
            (self.along.direction(), self.depth.direction()), number, self.layer, self.form
        )
        n_points = self.mesh.directions[0].weight.shape[1] * self.mesh.directions[1].weight.shape[1]
        spans = (self.along.n_spans, self.depth.n_spans)
        points = (*spans, n_points)
        self.stresses = kernels.Stresses(
            np.zeros((*points, 4)),
            np.zeros((*points, 4)),
            np.zeros((*points, 4, 4)),
            np.zeros(points),
            np.zeros((*spans, 5)),
            np.zeros(points),
        )
        self.history = kernels.History(np.ones(points), np.zeros((*points, 4)))
        self.band = np.zeros((self.n_unknowns, self._half_width() + 1))

    def _half_width(self) -> int:
        """Return how far apart the unknowns of one span are at most."""
        size = (self.along.degree + 1, self.depth.degree + 1)
        number = self.mesh.number
        ends = []
        for values, reduced in (
            (np.where(number < 0, number.max(), number), np.min),
            (number, np.max),
        ):
            windows = np.lib.stride_tricks.sliding_window_view(values, size, axis=(0, 1))
            own = windows[self.along.first][:, self.depth.first]
            ends.append(reduced(own, axis=(2, 3, 4)))
        return int((ends[1] - ends[0]).max())

    def rest(self) -> Array:
        """Return zero displacement, shape (n_along, n_depth, 2)."""
        return np.zeros((self.along.n_functions, self.depth.n_functions, 2))

    def evaluate(self, displacement: Array) -> bool:
        """Fill the stresses; False where tissue is turned inside out."""
        status = kernels.evaluate_stresses(self.mesh, self.layers, displacement, self.stresses)
        return bool(status == kernels.OK)

    def forces(self, displacement: Array) -> Array:
        """Return the internal forces on the functions, shape (n_along, n_depth, 2) [N/m]."""
        out = np.empty_like(displacement)
        kernels.assemble_forces(self.mesh, displacement, self.stresses, self.history, out)
        return out

    def tangent(self, displacement: Array, expected: Array, geometric: int) -> Array:
        """Fill the band; return the derivative of the mean volume ratio of the spans."""
        return np.asarray(
            kernels.assemble_tangent(
                self.mesh,
                displacement,
                self.stresses,
                self.history,
                expected,
                geometric,
                self.band,
            )
        )

    def free(self, values: Array) -> Array:
        """Return the entries of the unknowns of an array over functions, shape (n_unknowns,)."""
        out = np.empty(self.n_unknowns)
        number = self.mesh.number
        out[number[number >= 0]] = values[number >= 0]
        return out

    def spread(self, unknowns: Array) -> Array:
        """Return unknowns as an array over functions, zero where they are held."""
        number = self.mesh.number
        return np.where(number >= 0, unknowns[number], 0.0)

    def expected_change(self, slopes: Array, change: Array) -> Array:
        """Return the change of U' of the spans [Pa] by a small change of displacement."""
        p, q = self.along.degree + 1, self.depth.degree + 1
        windows = np.lib.stride_tricks.sliding_window_view(change, (p, q), axis=(0, 1))
        own = windows[self.along.first][:, self.depth.first]  # (i, j, 2, p, q)
        own = own.transpose(0, 1, 3, 4, 2).reshape(slopes.shape)
        return np.asarray(self.stresses.mean[..., 3] * (slopes * own).sum(axis=-1))
