"""Fields of a section at columns and depths, from its points; nothing is smeared over spans."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softsim.engines.finite.tissue.basis import Array, Integers, Line
from softsim.engines.finite.tissue.section import Section
from softsim.kernels.splines.energies import recover_points
from softsim.outcome import Rows

AT_BOUNDARY = 0.06  # of a span: height of the row beside a layer boundary


@dataclass(frozen=True, eq=False)
class PointFields:
    """Cauchy stress [Pa] and Green strain [-] at all points.

    Shape (n_spans, n_points, n_components): along, depth, across, shear; of the strain 2 E12.

    `cauchy` [Pa] and `strain` [-] have that shape.
    """

    cauchy: Array
    strain: Array

    @classmethod
    def of(cls, section: Section, displacement: Array) -> PointFields:
        """Return the fields of the state that a section holds.

        `displacement` has the shape (n_along, n_depth, 2) of the functions [m].
        """
        cauchy = np.empty_like(section.stresses.relaxing)
        strain = np.empty_like(cauchy)
        flat = displacement.reshape(-1, len(section.lines))
        recover_points(section.mesh, flat, section.stresses, section.history, cauchy, strain)
        return cls(cauchy, strain)

    @property
    def max_shear(self) -> Array:
        """Difference of the in-plane principal logarithmic strains [-]."""
        xx, zz, xz = (self.strain[..., k] for k in (0, 1, 3))
        middle = 1.0 + xx + zz
        reach = np.hypot(xx - zz, xz)
        return np.asarray(0.5 * np.log((middle + reach) / (middle - reach)))


def report_rows(section: Section) -> Rows:
    """Return the rows that are reported: two per span, and a thin one at each layer boundary.

    Layers that bend are strained most there.
    """
    layer, breaks = section.layer[0], section.depth.breaks
    changes = np.append(True, np.append(layer[1:] != layer[:-1], True))
    edges, owner = [], []
    for i, (low, height) in enumerate(zip(breaks, np.diff(breaks), strict=False)):
        shares = [0.0, AT_BOUNDARY, 0.5, 1.0 - AT_BOUNDARY]
        picked = [True, bool(changes[i]), True, bool(changes[i + 1])]
        own = [low + height * share for share, use in zip(shares, picked, strict=True) if use]
        edges += own
        owner += [int(layer[i])] * len(own)
    return Rows(np.append(edges, breaks[-1]), np.array(owner, dtype=np.int64))


def rest_stress(section: Section, rows: Rows) -> Array:
    """Return the long-term Cauchy stress of the undisturbed tissue in rows, (n_rows, 4) [Pa]."""
    keep = section.history.factor.copy(), section.history.carried.copy()
    section.history.factor[:] = section.by_layer(section.layers.long_term)[:, None]
    section.history.carried[:] = 0.0
    section.evaluate(section.rest())
    points = PointFields.of(section, section.rest())
    first = [int(np.argmax(section.layer[0] == k)) for k in rows.layer]
    section.history.factor[:], section.history.carried[:] = keep
    return np.asarray(points.cauchy[first, 0])


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
        """Return a field of the points, shape (n_spans, n_points, ...), at the grid.

        Linear in both directions within a span; at a break the mean of both sides.

        `points` has the shape (n_spans, n_points, ...), in any unit.
        """
        side = self.section.mesh.directions[0].weight.shape[1]
        points = self.section.on_grid(points)
        shape = points.shape
        values = points.reshape(*shape[:2], side, side, *shape[3:])
        line = self.section.depth
        span = line.span_of(self.depth)
        weights = _weights(line, self.depth, span)
        picked = np.moveaxis(values[:, span], 3, 1)  # (i, r, z, q, ...)
        rows = np.einsum("zr,irz...->iz...", weights, picked)  # (i, z, q, ...)
        ahead = _weights_at(-1.0, side)
        behind = _weights_at(1.0, side)
        left = np.einsum("q,izq...->iz...", behind, rows)
        right = np.einsum("q,izq...->iz...", ahead, rows)
        out = np.empty((shape[0] + 1, *left.shape[1:]))
        out[0], out[-1] = right[0], left[-1]
        out[1:-1] = 0.5 * (left[:-1] + right[1:])
        return out


def _weights(line: Line, place: Array, span: Integers) -> Array:
    """Return the weights of the points of spans at places in them, shape (n, side)."""
    low, high = line.breaks[span], line.breaks[span + 1]
    return np.stack(_lagrange((2.0 * place - low - high) / (high - low)), axis=-1)


def _weights_at(place: float, side: int) -> Array:
    """Return the weights of the points of a span at -1 or 1."""
    assert side == 2
    return np.array(_lagrange(np.array(place)))


def _lagrange(place: Array) -> tuple[Array, Array]:
    """Return the linear functions of two Gauss points on [-1, 1]."""
    share = np.sqrt(3.0) * place
    return 0.5 * (1.0 - share), 0.5 * (1.0 + share)
