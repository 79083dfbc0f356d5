"""Slow twin of the spans: potentials of tensor-product splines from their definitions.

Splines by scipy, full 3x3 tensors point by point, energies in many digits; shares nothing with
softsim.
"""

import itertools

import mpmath as mp
import numpy as np
from scipy.interpolate import BSpline

from tests.twins import laws as law_twin

DEGREE = 2
PLANE, ROUND = 0, 1


def knots_of(breaks, continuity):
    """Return the knots of quadratic splines with so many continuous derivatives at breaks."""
    counts = [DEGREE + 1, *(DEGREE - np.asarray(continuity)), DEGREE + 1]
    return np.repeat(breaks, counts)


def functions_at(breaks, continuity, places):
    """Return values and slopes of all functions at places that are no breaks."""
    knots = knots_of(breaks, continuity)
    count = knots.size - DEGREE - 1
    every = [BSpline(knots, np.eye(count)[k], DEGREE) for k in range(count)]
    value = np.stack([one(places) for one in every], axis=-1)
    slope = np.stack([one(places, nu=1) for one in every], axis=-1)
    return value, slope


class Solid:
    """Points of a solid on tensor-product splines.

    `lines` are pairs of breaks and continuity; points are lists over spans, the last direction
    fastest, of lists over the points of a span, the last direction fastest.
    """

    def __init__(self, lines, form=PLANE, n_points=2):
        self.dimension, self.form = len(lines), form
        node, share = np.polynomial.legendre.leggauss(n_points)
        tables = []
        for breaks, continuity in lines:
            half = 0.5 * np.diff(breaks)[:, None]
            places = breaks[:-1, None] + half * (1.0 + node)
            tables.append((places, half * share, *functions_at(breaks, continuity, places)))
        spans = itertools.product(*(range(table[0].shape[0]) for table in tables))
        self.points = [
            [
                self._point([[part[i, q] for part in t] for t, i, q in zip(tables, span, inner,
                                                                          strict=True)])
                for inner in itertools.product(range(n_points), repeat=self.dimension)
            ]
            for span in spans
        ]  # fmt: skip

    def _point(self, parts):
        """Return weight, radius, places, values and gradients of all functions at one point."""
        places, weights, values, slopes = zip(*parts, strict=True)
        weight = float(np.prod(weights))
        if self.form == ROUND:
            weight *= 2.0 * np.pi * places[0]
        letters = "abc"[: self.dimension]
        rule = ",".join(letters) + "->" + letters
        value = np.einsum(rule, *values)
        gradient = np.stack(
            [
                np.einsum(rule, *[s if k == g else v for k, (v, s) in enumerate(zip(
                    values, slopes, strict=True))])
                for g in range(self.dimension)
            ],
            axis=-1,
        )  # fmt: skip
        return weight, places[0], np.array(places), value, gradient

    def weights(self):
        """Return the weights of all points, shape (n_spans, n_points)."""
        return np.array([[point[0] for point in span] for span in self.points])

    def places(self):
        """Return the places of all points, shape (n_spans, n_points, n_directions)."""
        return np.array([[point[2] for point in span] for span in self.points])

    def displaced(self, coefficients):
        """Return the displacement at all points, shape (n_spans, n_points, n_directions)."""
        axes = tuple(range(self.dimension))
        return np.array(
            [
                [np.tensordot(value, coefficients, (axes, axes)) for _, _, _, value, _ in span]
                for span in self.points
            ]
        )

    def gradients(self, coefficients):
        """Return the displacement gradients at all points, shape (n_spans, n_points, 3, 3)."""
        n, axes = self.dimension, tuple(range(self.dimension))
        out = np.zeros((len(self.points), len(self.points[0]), 3, 3))
        for s, span in enumerate(self.points):
            for p, (_, radius, _, value, gradient) in enumerate(span):
                out[s, p, :n, :n] = np.tensordot(coefficients, gradient, (axes, axes))
                if self.form == ROUND:
                    out[s, p, 2, 2] = (value * coefficients[..., 0]).sum() / radius
        return out


def components(tensor, n):
    """Return the first n components of symmetric tensors."""
    return np.stack([tensor[..., i, j] for i, j in law_twin.PAIRS[:n]], axis=-1)


def tensor(parts):
    """Return the symmetric tensors of four or six components."""
    out = np.zeros((*parts.shape[:-1], 3, 3))
    for m in range(parts.shape[-1]):
        i, j = law_twin.PAIRS[m]
        out[..., i, j] = out[..., j, i] = parts[..., m]
    return out


def cauchy(gradients, stresses):
    """Return the components of F S F^T / J."""
    pushed = gradients @ tensor(stresses) @ np.swapaxes(gradients, -1, -2)
    return components(pushed / np.linalg.det(gradients)[..., None, None], stresses.shape[-1])


def green_strains(gradients, n):
    """Return the components of E, engineering shears."""
    strain = components(0.5 * (np.swapaxes(gradients, -1, -2) @ gradients - np.eye(3)), n)
    strain[..., 3:] *= 2.0
    return strain


class Potential:
    """Energy of a solid in many digits, a function of the displacement along one or two ways.

    Per span `laws`, `stretch` (from the stress-free state), `relaxes_all`, the `factor` of the
    relaxing stress and the share `at_points` of the volume energy; `carried` has the shape
    (n_spans, n_points, n_components).  With `expected` the rest of the volume energy is the
    parabola that has this slope and the bend of U at `base`.
    """

    def __init__(
        self, solid, base, laws, *, stretch, relaxes_all, factor, carried, at_points, expected=None
    ):
        self.solid, self.stretch, self.relaxes_all = solid, stretch, relaxes_all
        self.factor, self.carried, self.expected = factor, carried, expected
        self.at_points = at_points
        self.base = solid.gradients(base) + np.eye(3)
        self.weight = solid.weights()
        self.parts = [law_twin.parts(law) for law in laws]
        self.mean = None
        if expected is not None:
            ratios = np.linalg.det(self.base)
            self.mean = (ratios * self.weight).sum(axis=1) / self.weight.sum(axis=1)
            grown = self.mean * np.prod(stretch, axis=1)
            self.bend = [
                (1.0 - share) * law_twin.volume_response(law, j)[2] * np.prod(before)
                for law, j, before, share in zip(laws, grown, stretch, at_points, strict=True)
            ]

    def at(self, *ways):
        """Return the energy displaced from the base by pairs (amount, displacement gradients)."""
        return sum(self._span(s, ways) for s in range(len(self.parts)))

    def _span(self, s, ways):
        (shape, volume), total, swept = self.parts[s], mp.mpf(0), mp.mpf(0)
        share = self.factor[s] if self.relaxes_all[s] else 1
        own = mp.mpf(self.at_points[s])
        first = mp.diag([mp.mpf(x) for x in self.stretch[s]])
        shrunk = 1 / mp.det(first)
        for p, weight in enumerate(self.weight[s]):
            f = mp.matrix(self.base[s, p].tolist())
            for amount, slope in ways:
                f += amount * mp.matrix(slope[s, p].tolist())
            green = f.T * f
            c = first * green * first
            for i, j in ((1, 0), (2, 0), (2, 1)):
                c[i, j] = c[j, i]  # exactly symmetric, as the eigenvalue routine asks for
            total += mp.mpf(weight) * self.factor[s] * shrunk * shape(c)
            total += mp.mpf(weight) * share * own * shrunk * volume(c)
            swept += mp.mpf(weight) * mp.det(f)
            for m in range(self.carried.shape[-1]):
                i, j = law_twin.PAIRS[m]
                strain = (green[i, j] - (1 if i == j else 0)) / (2 if i == j else 1)
                total += mp.mpf(weight) * mp.mpf(self.carried[s, p, m]) * strain
        size = mp.fsum(mp.mpf(weight) for weight in self.weight[s])
        mean = swept / size
        if self.expected is None:
            grown = mean / shrunk
            stored = (1 - own) * shrunk * volume(mp.eye(3) * mp.cbrt(grown) ** 2)
        else:
            away = mean - mp.mpf(self.mean[s])
            stored = mp.mpf(self.expected[s]) * away + mp.mpf(self.bend[s]) * away**2 / 2
        return total + share * size * stored

    def slope(self, way, step=law_twin.STEP):
        """Return the derivative along a way."""
        with mp.workdps(law_twin.DIGITS):
            return float((self.at((step, way)) - self.at((-step, way))) / (2 * step))

    def bend_along(self, one, other, step=law_twin.STEP):
        """Return the second derivative along two ways."""
        with mp.workdps(law_twin.DIGITS):
            total = mp.mpf(0)
            for a, b in itertools.product((1, -1), repeat=2):
                total += a * b * self.at((a * step, one), (b * step, other))
            return float(total / (4 * step**2))
