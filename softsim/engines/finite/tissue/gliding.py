"""Boundaries of a section that glide: what springs and dashpots hold them by."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from softsim.engines.finite.tissue.basis import Array, Direction, Integers, Line
from softsim.kernels.layer_arrays import AdhesionArrays, InterfaceArrays
from softsim.kernels.splines import interface as kernels
from softsim.kernels.splines.geometry import ROUND

STIFF = 1e4
"""Spring against opening, over the shear modulus of the stiffer side and the thinner thickness.

What opens under a pressure is below 1e-3 of what the tissue yields to it, down to contacts of a
tenth of that thickness.
"""


@dataclass(frozen=True, eq=False)
class Springs:
    """The boundaries that glide, from the skin down.

    Parameters
    ----------
    layer : ndarray of int64, shape (n_boundaries,)
        Layer above each.
    stiffness, viscosity, normal : ndarray, shape (n_boundaries,)
        Instantaneous spring [Pa/m], dashpot [Pa s/m], and spring against opening [Pa/m].
    weights, times : ndarray, shape (n_boundaries, n_branches)
        Of the relaxing spring [-], [s].
    adhesions : AdhesionArrays
        Patches that bonds hold besides.
    """

    layer: Integers
    stiffness: Array
    viscosity: Array
    normal: Array
    weights: Array
    times: Array
    adhesions: AdhesionArrays = field(default_factory=AdhesionArrays.none)

    @classmethod
    def of(
        cls,
        arrays: InterfaceArrays,
        adhesions: AdhesionArrays,
        moduli: Array,
        thickness: Array,
    ) -> Springs:
        """Pick the boundaries that are not bonded.

        Parameters
        ----------
        arrays : InterfaceArrays
        adhesions : AdhesionArrays
        moduli, thickness : ndarray, shape (n_layers,)
            Initial shear moduli [Pa] and thicknesses [m].
        """
        layer = np.flatnonzero(np.isfinite(arrays.stiffness))
        below = np.minimum(layer + 1, thickness.size - 1)
        stiffer = np.maximum(moduli[layer], moduli[below])
        normal = STIFF * stiffer / np.minimum(thickness[layer], thickness[below])
        return cls(
            layer,
            arrays.stiffness[layer],
            arrays.viscosity[layer],
            normal,
            arrays.weights[layer],
            arrays.times[layer],
            adhesions,
        )

    @classmethod
    def none(cls) -> Springs:
        """Return no boundaries that glide."""
        empty = np.zeros(0)
        return cls(np.zeros(0, np.int64), empty, empty, empty, np.zeros((0, 0)), np.ones((0, 0)))

    @property
    def long_term(self) -> Array:
        """Share of the spring that never relaxes, shape (n_boundaries,) [-]."""
        return np.asarray(1.0 - self.weights.sum(axis=1))


class Gliding:
    """The boundaries that glide in a section.

    Arrays over pairs of points have the shape (n_spans_along, n_boundaries, n_points).

    Attributes
    ----------
    pairs : softsim.kernels.splines.interface.Pairs
        At the displacement last evaluated.
    law : softsim.kernels.splines.interface.Law
    """

    def __init__(
        self,
        springs: Springs,
        lines: tuple[Line, ...],
        number: Integers,
        layer: Integers,
        form: int,
    ) -> None:
        """Find the functions on both sides.

        Parameters
        ----------
        springs : Springs
        lines : tuple of Line
            Of the section; the line in depth breaks at the boundaries.
        number : ndarray of int64
            Unknowns of the functions of the section.
        layer : ndarray of int64
            Material of its spans.
        form : int
        """
        self.springs = springs
        self.along: Direction = lines[0].direction()
        self.breaks = lines[0].breaks
        depth, count = lines[1], springs.layer.size
        last = [int(np.flatnonzero(layer[0] == k)[-1]) for k in springs.layer]
        above = depth.first[last] + depth.degree
        below = np.where(above + 1 < depth.n_functions, above + 1, kernels.HELD)
        around = 2.0 * np.pi * self.along.place if form == ROUND else 1.0
        flat = number if count else np.zeros((1, 1, 2), np.int64)
        self.sides = kernels.Sides(
            self.along.first,
            self.along.weight * around,
            self.along.value,
            self.along.slope,
            above.astype(np.int64),
            below.astype(np.int64),
            flat,
        )
        n_spans, n_points = self.along.weight.shape
        shape = (n_spans, count, n_points)
        self.pairs = kernels.Pairs(*(np.zeros(shape) for _ in range(4)))
        self.law = kernels.Law(np.zeros(shape), np.zeros(shape), springs.normal)

    def evaluate(self, displacement: Array) -> None:
        """Fill the pairs; `displacement` has the shape (n_along, n_depth, 2) [m]."""
        if self.springs.layer.size:
            kernels.evaluate_pairs(self.sides, displacement, self.pairs)

    def add_forces(self, displacement: Array, out: Array) -> None:
        """Add the forces [N/m] to those on the functions, shape (n_along, n_depth, 2).

        `displacement` and `out` have that shape, [m] and [N/m].
        """
        if self.springs.layer.size:
            kernels.add_interface_forces(self.sides, displacement, self.pairs, self.law, out)

    def add_tangent(
        self, displacement: Array, expected: Array, band: Array, *, whole: bool
    ) -> None:
        """Add the tangent to a band.

        Parameters
        ----------
        displacement : ndarray, shape (n_along, n_depth, 2)
            [m].
        expected : ndarray, shape (n_pairs,)
            Normal traction expected of the pairs [Pa].
        band : ndarray, shape (n_unknowns, half_width + 1)
            In the unit of the tangent [Pa].
        whole : bool
            With what the tractions do to it.
        """
        if self.springs.layer.size:
            own = expected.reshape(self.pairs.slip.shape)
            kernels.add_interface_tangent(
                self.sides, displacement, self.pairs, self.law, own, whole, band
            )

    @property
    def normal_traction(self) -> Array:
        """Pull across the boundaries, shape of the pairs [Pa]."""
        return np.asarray(self.springs.normal[:, None] * self.pairs.opening)

    def normal_change(self, displacement: Array, change: Array) -> Array:
        """Return the change of the normal traction of the pairs to first order, (n_pairs,) [Pa].

        `displacement` and `change` have the shape (n_along, n_depth, 2) [m].
        """
        if not self.springs.layer.size:
            return np.zeros(0)
        out = np.empty_like(self.pairs.opening)
        kernels.change_of_opening(self.sides, displacement, change, out)
        return np.asarray((self.springs.normal[:, None] * out).ravel())

    @property
    def shear_traction(self) -> Array:
        """Drag of the side below on the side above, shape of the pairs [Pa]."""
        return np.asarray(self.law.stiffness * self.pairs.slip + self.law.carried)

    def total(self, values: Array) -> float:
        """Return the integral along of values of the pairs [Pa m], in the round form [Pa m^2].

        `values` has the shape of the pairs, in any unit.
        """
        return float((self.sides.weight[:, None] * values).sum())
