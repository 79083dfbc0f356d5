"""Fields of a section at columns and depths, from its points; nothing is smeared over spans."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from softsim.engines.finite.tissue.basis import Array, Integers, Line
from softsim.engines.finite.tissue.section import Section
from softsim.engines.finite.tissue.volume_stress import balanced
from softsim.kernels.splines.energies import recover_points
from softsim.outcome import Boundaries, Rows

AT_BOUNDARY = 0.06  # of a span: height of the row beside a layer boundary


@dataclass(frozen=True, eq=False)
class PointFields:
    """Cauchy stress [Pa] and Green strain [-] at all points.

    Shape (n_spans, n_points, n_components): along, depth, across, shear; of the strain 2 E12.  In
    space the volume stress is the mean of the span.

    `cauchy` [Pa] and `strain` [-] have that shape.
    """

    cauchy: Array
    strain: Array

    @classmethod
    def of(cls, section: Section, displacement: Array) -> PointFields:
        """Return the fields of the state that a section holds.

        `displacement` has the shape (n_along, n_depth, 2) of the functions [m].
        """
        cauchy, strain = _recovered(section, displacement)
        if len(section.lines) == 2:
            cauchy = balanced(section, displacement, cauchy)
        return cls(cauchy, strain)

    @property
    def max_shear(self) -> Array:
        """Difference of the in-plane principal logarithmic strains [-]."""
        xx, zz, xz = (self.strain[..., k] for k in (0, 1, 3))
        middle = 1.0 + xx + zz
        reach = np.hypot(xx - zz, xz)
        return np.asarray(0.5 * np.log((middle + reach) / (middle - reach)))


def green_strain(section: Section, displacement: Array) -> Array:
    """Return the Green strain at all points, shape (n_spans, n_points, n_components) [-].

    `displacement` has the shape (n_along, n_depth, 2) of the functions [m].
    """
    return _recovered(section, displacement)[1]


def _recovered(section: Section, displacement: Array) -> tuple[Array, Array]:
    """Return Cauchy stress [Pa] and Green strain [-] as the laws give them at the points."""
    cauchy = np.empty_like(section.stresses.relaxing)
    strain = np.empty_like(cauchy)
    flat = displacement.reshape(-1, len(section.lines))
    recover_points(section.mesh, flat, section.stresses, section.history, cauchy, strain)
    return cauchy, strain


def report_rows(section: Section) -> Rows:
    """Return the rows that are reported: two per span, and a thin one at each layer boundary.

    Layers that bend are strained most there.
    """
    layer, breaks = section.layer_of_rows, section.depth.breaks
    changes = np.append(True, np.append(layer[1:] != layer[:-1], True))
    edges, owner = [], []
    for i, (low, height) in enumerate(zip(breaks, np.diff(breaks), strict=False)):
        shares = [0.0, AT_BOUNDARY, 0.5, 1.0 - AT_BOUNDARY]
        picked = [True, bool(changes[i]), True, bool(changes[i + 1])]
        own = [low + height * share for share, use in zip(shares, picked, strict=True) if use]
        edges += own
        owner += [int(layer[i])] * len(own)
    return Rows(np.append(edges, breaks[-1]), np.array(owner, dtype=np.int64))


def solved_rows(section: Section) -> dict[str, str]:
    """Return the attribute of a result that counts the rows of spans of every layer."""
    counts = np.bincount(section.layer_of_rows)
    return {"rows_per_layer": json.dumps([int(n) for n in counts])}


def rest_stress(section: Section, rows: Rows) -> Array:
    """Return the long-term Cauchy stress of the undisturbed tissue in rows, (n_rows, 4) [Pa]."""
    made_of = section.material[0]  # what a region is made of bears the same there
    own = [int(made_of[int(np.argmax(section.layer[0] == k))]) for k in rows.layer]
    share, rest = section.layers.long_term[own, None], section.undisturbed
    return np.asarray(rest.fixed[own, 0] + share * rest.relaxing[own, 0])


@dataclass(frozen=True, eq=False)
class View:
    """From points of a section to its columns (the breaks along) and the depths of a result.

    `depth` has the shape (n_depths,) [m].
    """

    section: Section
    depth: Array

    def displacement(self, coefficients: Array) -> Array:
        """Return the displacement, shape (n_columns, n_depths, 2) [m].

        `coefficients` has the shape (n_along, n_depth, 2) [m].
        """
        along = self.section.along.matrix(self.section.along.breaks)
        depth = self.section.depth.matrix(self.depth)
        return np.asarray(np.einsum("ia,jb,abk->ijk", along, depth, coefficients, optimize=True))

    def field(self, points: Array) -> Array:
        """Return a field of the points at the grid, shape (n_columns, n_depths, ...).

        Along between the points beside a column, in depth on the line through those of the span,
        which a layer boundary ends: stress there has two values.

        `points` has the shape (n_spans, n_points, ...), in any unit.
        """
        near = self._by_depth(points)
        line = self.section.depth
        span = line.span_of(self.depth)
        share = _weights(line, self.depth, span)
        return at_columns(self.section, np.einsum("zr,irz...->iz...", share, near))

    def density(self, points: Array) -> Array:
        """Return a density of the points at the grid, shape (n_columns, n_depths).

        As `field`; beyond the points of a span it gets no lower than they are, or than zero.

        `points` has the shape (n_spans, n_points), in any unit.
        """
        least = np.minimum(self._by_depth(points).min(axis=1), 0.0)
        return np.maximum(self.field(points), at_columns(self.section, least))

    def _by_depth(self, points: Array) -> Array:
        """Return the points of the spans of the depths, shape (n_places, side, n_depths, ...).

        `points` has the shape (n_spans, n_points, ...), in any unit; places are those along.
        """
        side = self.section.directions[0].weight.shape[1]
        points = self.section.on_grid(points)
        values = points.reshape(*points.shape[:2], side, side, *points.shape[3:])
        picked = np.moveaxis(values[:, self.section.depth.span_of(self.depth)], 1, 3)
        return np.asarray(picked.reshape(-1, *picked.shape[2:]))


def at_columns(section: Section, values: Array) -> Array:
    """Return values between the places of the points along, at the columns of a section.

    `values` has the shape (n_places, ...), in any unit.
    """
    place = section.directions[0].place.ravel()
    columns = section.along.breaks
    after = np.clip(np.searchsorted(place, columns), 1, place.size - 1)
    share = (columns - place[after - 1]) / (place[after] - place[after - 1])
    share = np.clip(share, 0.0, 1.0).reshape(-1, *np.ones(values.ndim - 1, dtype=int))
    return np.asarray((1.0 - share) * values[after - 1] + share * values[after])


def boundaries(section: Section, damage: Array | None = None) -> Boundaries | None:
    """Return what the gliding boundaries of the state that a section holds do at its columns.

    `damage` of bonds, where there are any, has the shape of the pairs [-].
    """
    gliding = section.gliding
    if not gliding.springs.layer.size:
        return None
    stretch = gliding.pairs.stretch
    parts = [
        gliding.pairs.slip,
        gliding.shear_traction / stretch,
        gliding.normal_traction / stretch,
    ]
    parts += [] if damage is None else [damage]
    rows = (part.transpose(0, 2, 1).reshape(-1, part.shape[1]) for part in parts)
    return Boundaries(*(at_columns(section, row).T for row in rows))


def largest_in_depth(section: Section, depth: Array, values: Array) -> Array:
    """Return the largest value of a body in space at every depth, in the planes of its points.

    Parameters
    ----------
    section : Section
    depth : ndarray, shape (n_depths,)
        [m].
    values : ndarray, shape (n_spans, n_points)
        In any unit.

    Returns
    -------
    ndarray, shape (n_depths,)
        In the same unit.
    """
    line = section.depth
    span = line.span_of(depth)
    grid = section.on_grid(values).reshape(*section.layer.shape, 2, 2, 2)[:, span]
    share = _weights(line, depth, span)
    return np.asarray(np.einsum("xzyirj,zr->zxyij", grid, share).max(axis=(1, 2, 3, 4)))


def _weights(line: Line, place: Array, span: Integers) -> Array:
    """Return the weights of the points of spans at places in them, shape (n, side)."""
    low, high = line.breaks[span], line.breaks[span + 1]
    return np.stack(_lagrange((2.0 * place - low - high) / (high - low)), axis=-1)


def _lagrange(place: Array) -> tuple[Array, Array]:
    """Return the linear functions of two Gauss points on [-1, 1]."""
    share = np.sqrt(3.0) * place
    return 0.5 * (1.0 - share), 0.5 * (1.0 + share)
