"""B-splines along one direction: knots, functions, their values, and transfer between two."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

GAUSS_POINTS = 2  # per span and direction; three change nothing with quadratic splines


class Direction(NamedTuple):
    """Functions of one direction at the quadrature points of its spans.

    Attributes
    ----------
    first : ndarray of int64, shape (n_spans,)
        First function that is not zero on a span.
    place, weight : ndarray of float64, shape (n_spans, n_points)
        Points and weights of the quadrature [m].
    value, slope : ndarray of float64, shape (n_spans, n_points, degree + 1)
        Values [-] and derivatives [1/m] of the functions that are not zero there.
    """

    first: Integers
    place: Array
    weight: Array
    value: Array
    slope: Array


@dataclass(frozen=True, eq=False)
class Line:
    """B-splines on the spans between breaks.

    Parameters
    ----------
    breaks : ndarray of float64, shape (n_spans + 1,)
        Ends of the spans, increasing [m].
    continuity : ndarray of int64, shape (n_spans - 1,)
        Derivatives that are continuous at the inner breaks: `degree - 1` within a layer, 0 where
        two layers are bonded, -1 where they may slip.
    degree : int
    """

    breaks: Array
    continuity: Integers
    degree: int = 2

    @classmethod
    def smooth(cls, breaks: Array, degree: int = 2) -> Line:
        """Return splines that are as smooth as can be at all inner breaks."""
        return cls(breaks, np.full(breaks.size - 2, degree - 1), degree)

    @cached_property
    def knots(self) -> Array:
        """Knot vector, its ends repeated `degree + 1` times."""
        ends = np.array([self.degree + 1])
        counts = np.concatenate([ends, self.degree - self.continuity, ends])
        return np.repeat(self.breaks, counts)

    @property
    def n_spans(self) -> int:
        """Number of spans."""
        return self.breaks.size - 1

    @property
    def n_functions(self) -> int:
        """Number of functions."""
        return int(self.knots.size) - self.degree - 1

    @cached_property
    def first(self) -> Integers:
        """First function that is not zero on each span."""
        inner = np.cumsum(self.degree - self.continuity)
        return np.concatenate([[0], inner]).astype(np.int64)

    @cached_property
    def greville(self) -> Array:
        """Place of each function: the mean of its inner knots, shape (n_functions,) [m]."""
        windows = np.lib.stride_tricks.sliding_window_view(self.knots[1:-1], self.degree)
        return np.asarray(windows.mean(axis=1))

    def span_of(self, place: Array) -> Integers:
        """Return the span of each place; of a break the span behind it, of the last the last.

        `place` has the shape (n,) [m].
        """
        span = np.searchsorted(self.breaks, place, side="right") - 1
        return np.clip(span, 0, self.n_spans - 1)

    def at(self, place: Array, span: Integers | None = None) -> tuple[Integers, Array, Array]:
        """Return the functions at places.

        Parameters
        ----------
        place : ndarray, shape (n,)
            [m].
        span : ndarray of int64, shape (n,), optional
            Spans to which the places belong; a break belongs to two.

        Returns
        -------
        first : ndarray of int64, shape (n,)
        value, slope : ndarray, shape (n, degree + 1)
            [-] and [1/m].
        """
        span = self.span_of(place) if span is None else span
        first = self.first[span]
        knots, degree = self.knots, self.degree
        left = first + degree  # knots[left] <= place < knots[left + 1]
        value = np.ones((place.size, 1))
        lower = value
        for k in range(1, degree + 1):
            lower = value
            value = np.zeros((place.size, k + 1))
            for j in range(k):
                high, low = knots[left + j + 1], knots[left + j + 1 - k]
                share = lower[:, j] / (high - low)
                value[:, j] += share * (high - place)
                value[:, j + 1] += share * (place - low)
        slope = np.zeros_like(value)
        for j in range(degree):
            share = degree * lower[:, j] / (knots[left + j + 1] - knots[left + j + 1 - degree])
            slope[:, j] -= share
            slope[:, j + 1] += share
        return first, value, slope

    def direction(self, n_points: int = GAUSS_POINTS) -> Direction:
        """Return the functions at Gauss points of every span."""
        node, share = np.polynomial.legendre.leggauss(n_points)
        width = np.diff(self.breaks)[:, None]
        place = self.breaks[:-1, None] + 0.5 * width * (1.0 + node)
        span = np.repeat(np.arange(self.n_spans), n_points)
        _, value, slope = self.at(place.ravel(), span)
        shape = (self.n_spans, n_points, self.degree + 1)
        weight = np.ascontiguousarray(0.5 * width * share)
        return Direction(self.first, place, weight, value.reshape(shape), slope.reshape(shape))

    def matrix(
        self, place: Array, *, slope: bool = False, before: NDArray[np.bool_] | None = None
    ) -> Array:
        """Return the values (or slopes) of all functions at places, shape (n, n_functions).

        `place` has the shape (n,) [m]; where `before` is true, a break belongs to the span that
        ends there.
        """
        span = self.span_of(place)
        if before is not None:
            ended = np.clip(np.searchsorted(self.breaks, place) - 1, 0, self.n_spans - 1)
            span = np.where(before, ended, span)
        first, values, slopes = self.at(place, span)
        out = np.zeros((place.size, self.n_functions))
        rows = np.arange(place.size)[:, None]
        out[rows, first[:, None] + np.arange(self.degree + 1)] = slopes if slope else values
        return out

    def transfer(self, other: Line) -> Array:
        """Return the matrix from coefficients here to those that interpolate them on `other`."""
        place = np.clip(other.greville, self.breaks[0], self.breaks[-1])
        # at a boundary that slips two functions have one place, each on its side
        ends = other.knots[other.degree + 1 :] <= other.greville
        own = other.matrix(other.greville, before=ends)
        return np.asarray(np.linalg.solve(own, self.matrix(place, before=ends)))
