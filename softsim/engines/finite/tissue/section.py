"""Tissue on tensor-product splines: mesh, materials, stresses, forces and the tangent."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from softsim.engines.finite.tissue.basis import Array, Direction, Integers, Line
from softsim.engines.finite.tissue.gliding import Gliding, Springs
from softsim.engines.finite.tissue.regions import Overlay
from softsim.kernels.layer_arrays import LayerArrays
from softsim.kernels.splines import spans as kernels
from softsim.kernels.splines.geometry import PLANE, ROUND, Mesh
from softsim.kernels.tensors.symmetric import SECTION, SPACE

SPAN_BY_SPAN = ("gradient", "weight", "function", "layer", "relaxes_all")
"""Fields of a mesh that have a row for every span."""


@dataclass(eq=False)
class Section:
    """Tissue on tensor-product splines, in two directions or three.

    Displacements have the shape (n_along, n_depth, 2) of their functions, in space (n_along,
    n_depth, n_across, 3); arrays over spans and points are flat, the last direction fastest.
    Spans that a region cuts are there once more at the end, see `tissue.regions`.

    Parameters
    ----------
    layers : LayerArrays
        Materials of the layers, and of regions behind them.
    lines : tuple of Line
        Along, depth and, in space, across.
    layer : ndarray of int64, shape (n_spans_along, n_spans_depth[, n_spans_across])
        Layer of every span of the grid.
    held : ndarray of bool, shape (n_along, n_depth[, n_across], n_directions)
        Components of functions that do not move.
    form : int
        `PLANE` or `ROUND`.
    springs : Springs
        Boundaries that glide.
    overlay : Overlay, optional
        What the spans are made of where that is not their layer alone.
    """

    layers: LayerArrays
    lines: tuple[Line, ...]
    layer: Integers
    held: NDArray[np.bool_]
    form: int = PLANE
    springs: Springs = field(default_factory=Springs.none)
    overlay: Overlay | None = None
    directions: tuple[Direction, ...] = field(init=False)
    mesh: Mesh = field(init=False)
    stresses: kernels.Stresses = field(init=False)
    history: kernels.History = field(init=False)
    number: Integers = field(init=False)
    is_free: Integers = field(init=False)
    n_unknowns: int = field(init=False)
    tangent_at: Array | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Number the unknowns, those of the last direction fastest, and allocate."""
        free = ~self.held
        self.is_free = np.flatnonzero(free)
        self.number = np.where(free, np.cumsum(free).reshape(free.shape) - 1, -1)
        self.n_unknowns = int(free.sum())
        self.directions = tuple(line.direction() for line in self.lines)
        self.mesh = self._made_of(self._mesh())
        points, size = self.mesh.weight.shape, len(self.mesh.components)
        self.stresses = kernels.Stresses(
            np.zeros((*points, size)),
            np.zeros((*points, size)),
            np.zeros((*points, size, size)),
            np.zeros(points),
            np.zeros((points[0], 5)),
            np.zeros(points),
            np.zeros((*points, 3)),
        )
        self.history = kernels.History(np.ones(points), np.zeros((*points, size)))
        self.gliding = Gliding(self.springs, self.lines, self.number, self.layer, self.form)
        self.band = np.zeros((self.n_unknowns, self._half_width() + 1))

    @cached_property
    def undisturbed(self) -> kernels.Stresses:
        """State of every material at rest, which is that of every span of it."""
        numbers = np.arange(self.layers.law_codes.size)
        first = np.argmax(self.mesh.layer == numbers[:, None], axis=1)
        own = {name: getattr(self.mesh, name)[first] for name in SPAN_BY_SPAN}
        spans = self.mesh._replace(**own)
        stresses = kernels.Stresses(*(np.zeros_like(values[first]) for values in self.stresses))
        at_rest = self.rest().reshape(-1, len(self.lines))
        kernels.evaluate_stresses(spans, self.layers, at_rest, False, stresses)
        return stresses

    @property
    def material(self) -> Integers:
        """Material of every span of the grid, where that is one, shape of `layer`."""
        return np.asarray(self.mesh.layer[: self.layer.size]).reshape(self.layer.shape)

    @property
    def layer_of_rows(self) -> Integers:
        """Layer of every row of spans."""
        return np.asarray(self.layer.reshape(*self.layer.shape[:2], -1)[0, :, 0])

    @property
    def along(self) -> Line:
        """Functions along."""
        return self.lines[0]

    @property
    def depth(self) -> Line:
        """Functions in depth."""
        return self.lines[1]

    def _mesh(self) -> Mesh:
        """Return the spans and their functions at their points."""
        n, grid = len(self.lines), [line.n_spans for line in self.lines]
        points = [own.weight.shape[1] for own in self.directions]
        size = [line.degree + 1 for line in self.lines]
        is_round = n == 2 and self.form == ROUND
        slopes = np.ones((*grid, *points, n + is_round, *size))
        by_slope = np.moveaxis(slopes, 2 * n, 0)
        weight, function = np.ones((*grid, *points)), np.zeros((*grid, *size), dtype=np.int64)
        for k, (line, own) in enumerate(zip(self.lines, self.directions, strict=True)):
            shape, inner = np.ones(2 * n, dtype=int), np.ones(n, dtype=int)
            shape[k], shape[n + k], inner[k] = grid[k], points[k], size[k]
            for g in range(n + is_round):
                factor = own.slope if g == k else own.value
                by_slope[g] *= factor.reshape(*shape, *inner)
            weight *= own.weight.reshape(shape)
            numbers = line.first[:, None] + np.arange(size[k])
            function *= line.n_functions
            function += numbers.reshape(*shape[:n], *inner)
        if is_round:
            radius = self.directions[0].place.reshape(grid[0], 1, points[0], 1)
            by_slope[n] /= radius[..., None, None]
            weight *= 2.0 * math.pi * radius
        n_points, n_functions, layer = math.prod(points), math.prod(size), self.layer.ravel()
        return Mesh(
            slopes.reshape(layer.size, n_points, n + is_round, n_functions),
            weight.reshape(layer.size, n_points),
            function.reshape(layer.size, n_functions),
            self.number.reshape(-1, n),
            layer,
            self.layers.relaxes_all[layer],
            self.form,
            tuple(range(n)),
            tuple(range(n_points)),
            tuple(range(n_functions)),
            SECTION if n == 2 else SPACE,
        )

    def _made_of(self, mesh: Mesh) -> Mesh:
        """Return the mesh of the layers with spans of other materials."""
        if self.overlay is None:
            return mesh
        span, material = self.overlay.span, self.overlay.material
        own = {name: getattr(mesh, name)[span] for name in SPAN_BY_SPAN}
        own["weight"] = own["weight"] * self.overlay.share
        own |= {"layer": material, "relaxes_all": self.layers.relaxes_all[material]}
        return mesh._replace(**own)

    def _half_width(self) -> int:
        """Return how far apart the unknowns of one span are at most."""
        number = self.mesh.number
        high = number.max(axis=1)[self.mesh.function].max(axis=1)
        free = np.where(number >= 0, number, self.n_unknowns).min(axis=1)
        return int((high - free[self.mesh.function].min(axis=1)).max())

    def rest(self) -> Array:
        """Return zero displacement."""
        return np.zeros(self.held.shape)

    def on_grid(self, values: Array) -> Array:
        """Return an array over points with an axis for each direction.

        Where a span is made of several materials, their mean by shares.  `values` has the shape
        (n_spans, n_points, ...), in any unit.
        """
        found = values
        if self.overlay is not None:
            share = self.overlay.share.reshape(*values.shape[:2], *[1] * (values.ndim - 2))
            found = np.zeros((self.layer.size, *values.shape[1:]))
            np.add.at(found, self.overlay.span, share * values)
        return found.reshape(*self.layer.shape, *values.shape[1:])

    def spread_over(self, values: Array) -> Array:
        """Return values of the grid for the spans, shape (n_spans,).

        `values` has the shape (n_along, n_depth), in any unit.
        """
        flat = values.ravel()
        return flat if self.overlay is None else np.asarray(flat[self.overlay.span])

    def by_layer(self, values: Array | NDArray[np.bool_]) -> Array:
        """Return values of materials for the spans, shape (n_spans, ...).

        `values` has the shape (n_materials, ...), in any unit.
        """
        return np.asarray(values[self.mesh.layer])

    def evaluate(self, displacement: Array, *, tangent: bool = False) -> bool:
        """Fill the stresses and, if asked for, their tangents; False where tissue is inside out.

        `displacement` has the shape (n_along, n_depth, n_directions) of the functions [m].
        """
        flat = displacement.reshape(-1, len(self.lines))
        self.gliding.evaluate(displacement)
        self.tangent_at = displacement.copy() if tangent else None
        status = kernels.evaluate_stresses(self.mesh, self.layers, flat, tangent, self.stresses)
        return bool(status == kernels.OK)

    def forces(self, displacement: Array) -> Array:
        """Return the internal forces on the functions [N], in a section [N/m].

        `displacement` has the shape (n_along, n_depth, n_directions) of the functions [m].
        """
        flat = displacement.reshape(-1, len(self.lines))
        out = np.empty_like(flat)
        kernels.assemble_forces(self.mesh, flat, self.stresses, self.history, out)
        found = out.reshape(displacement.shape)
        self.gliding.add_forces(displacement, found)
        return found

    def tangent(self, displacement: Array, expected: Array, geometric: int) -> Array:
        """Fill the band; return the derivative of the mean volume ratio of the spans.

        `displacement` has the shape (n_along, n_depth, n_directions) of the functions [m].
        `expected`, shape (n_spans + n_pairs,), is what `expected_now` is after the next step [Pa].
        """
        flat = displacement.reshape(-1, len(self.lines))
        if self.tangent_at is None or not np.array_equal(displacement, self.tangent_at):
            self.evaluate(displacement, tangent=True)
        volume, normal = np.split(expected, [self.mesh.layer.size])
        slopes = kernels.assemble_tangent(
            self.mesh, flat, self.stresses, self.history, volume, geometric, self.band
        )
        whole = geometric == kernels.WHOLE
        self.gliding.add_tangent(displacement, normal, self.band, whole=whole)
        return np.asarray(slopes)

    def expected_now(self) -> Array:
        """Return U' of the spans and the normal traction of the pairs [Pa]."""
        return np.append(self.stresses.mean[:, 2], self.gliding.normal_traction)

    def free(self, values: Array) -> Array:
        """Return the entries of the unknowns of an array over functions, shape (n_unknowns,).

        `values` has the shape of the functions, in any unit.
        """
        return values.ravel()[self.is_free]

    def spread(self, unknowns: Array) -> Array:
        """Return unknowns as an array over functions, zero where they are held.

        `unknowns` has the shape (n_unknowns,), in any unit.
        """
        out = self.rest()
        out.reshape(-1)[self.is_free] = unknowns
        return out

    def expected_change(self, displacement: Array, slopes: Array, change: Array) -> Array:
        """Return the change of `expected_now` [Pa] by a small change of displacement.

        `displacement` and `change` have the shape of the functions [m].
        `slopes`, shape (n_spans, n_directions n_functions), are derivatives of the mean volume
        ratio, from `tangent` [1/m].
        """
        found = np.empty(self.mesh.layer.size)
        kernels.swell_change(self.mesh, slopes, change.reshape(-1, len(self.lines)), found)
        volume = self.stresses.mean[:, 3] * found
        return np.append(volume, self.gliding.normal_change(displacement, change))


def held_functions(
    shape: tuple[int, ...], *, free_sides: bool = False, form: int = PLANE, is_half: bool = False
) -> NDArray[np.bool_]:
    """Return which components of functions do not move.

    Parameters
    ----------
    shape : tuple of int
        Functions along, in depth and, in space, across.
    free_sides : bool
        A cut block; else all sides are held.
    form : int
        `PLANE` or `ROUND`, where the axis keeps its place along.
    is_half : bool
        Of a body that is the same on both sides of across = 0, the half from there on.
    """
    held = np.zeros((*shape, len(shape)), dtype=bool)
    held[:, -1] = True
    if not free_sides:
        held[-1] = True
        if form == PLANE:
            held[0] = True
        if len(shape) == 3:
            held[:, :, -1] = True
            held[:, :, 0] |= not is_half
    if is_half:
        held[:, :, 0, 2] = True
    if form == ROUND:
        held[0, :, 0] = True
    return held
