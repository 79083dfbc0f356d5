"""The outline of an edge: its pieces in the frame of the blade, and leaned on the skin.

Upright it is a row of segments and arcs (`softsim.Edge.section`); leaned by the angle of a stroke
it is a chain of numbers, which kernels read too (`softsim.kernels.outline.distance`).  No other
module reads its columns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from softsim.kernels.outline.columns import (
    ALONG,
    ARC,
    COLUMNS,
    DEPTH,
    KIND,
    LENGTH,
    NORMAL_ALONG,
    NORMAL_DEPTH,
    RADIUS,
    SEGMENT,
    SPAN,
    START,
    TANGENT_ALONG,
    TANGENT_DEPTH,
)

Array = NDArray[np.float64]
Point = tuple[float, float]

SAME_DEPTH = 1.0e-9  # [m] points of the edge this close in depth count as equally low
_SAME_TURN = 1e-12  # turn within which a point counts as on an arc [rad]
_LEAST = 1e-12  # [m] a segment that covers less along stands upright; places closer are one
_SAMPLES = 65  # points on a piece


class Segment(NamedTuple):
    """A straight piece from `start` to `end`, points (s, y) in the frame of the blade [m]."""

    start: Point
    end: Point

    @property
    def ends(self) -> tuple[Point, Point]:
        """First and last point [m]."""
        return self.start, self.end

    @property
    def lowest(self) -> float:
        """Smallest s [m]."""
        return min(self.start[0], self.end[0])

    def points(self) -> list[Point]:
        """Return points that a drawing joins by straight lines [m]."""
        return [self.start, self.end]


class Arc(NamedTuple):
    """A round piece; its outward normal turns from `first` to `last`, atan2(n_y, n_s) [rad]."""

    centre: Point
    radius: float
    first: float
    last: float

    @property
    def ends(self) -> tuple[Point, Point]:
        """First and last point [m]."""
        return self._at(self.first), self._at(self.last)

    @property
    def lowest(self) -> float:
        """Smallest s [m]."""
        if self.first <= math.pi <= self.last:
            return self.centre[0] - self.radius
        return min(s for s, _ in self.ends)

    def points(self) -> list[Point]:
        """Return points that a drawing joins by straight lines [m]."""
        turn = self.last - self.first
        return [self._at(self.first + turn * k / (_SAMPLES - 1)) for k in range(_SAMPLES)]

    def _at(self, angle: float) -> Point:
        s, y = self.centre
        return s + self.radius * math.cos(angle), y + self.radius * math.sin(angle)


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A leaned edge in world axes (along, depth), its lowest point at the origin.

    Parameters
    ----------
    chain : ndarray of float64, shape (n_pieces, 8)
        From behind (-along) to ahead; columns as in `softsim.kernels.outline.distance`.
    origin : tuple of float
        Where the point of the blade is about which it was leaned, (along, depth) [m].
    """

    chain: Array
    origin: Point = (0.0, 0.0)

    @classmethod
    def leaned(cls, section: Sequence[Segment | Arc], *, angle: float, direction: int) -> Outline:
        """Lean the section of an edge.

        Parameters
        ----------
        section : sequence of Segment and Arc
            From `softsim.Edge.section`.
        angle : float
            From the skin ahead of the tool to the mid-plane of the blade [rad].
        direction : int
            +1 when the leading side faces +along, else -1.
        """
        axial = np.array([math.cos(angle), -math.sin(angle)])
        lateral = direction * np.array([math.sin(angle), math.cos(angle)])
        frame = np.stack([axial, lateral])
        chain = np.zeros((len(section), COLUMNS))
        arc_length = 0.0
        for piece, link in zip(section[::-1] if direction > 0 else section, chain, strict=True):
            link[START] = arc_length
            if isinstance(piece, Arc):
                start = piece.last if direction > 0 else piece.first
                span = abs(piece.last - piece.first)
                normal = np.array([math.cos(start), math.sin(start)]) @ frame
                link[:START] = ARC, *(np.array(piece.centre) @ frame), piece.radius, *normal, span
                arc_length += piece.radius * span
            else:
                ends = np.array(piece.start) @ frame, np.array(piece.end) @ frame
                begin, end = ends[::-1] if direction > 0 else ends
                length = float(np.hypot(*(end - begin)))
                link[: LENGTH + 1] = SEGMENT, *begin, *((end - begin) / length), length
                arc_length += length
        lowest = _lowest_point(chain)
        chain[:, ALONG] -= lowest[0]
        chain[:, DEPTH] -= lowest[1]
        return cls(chain, (-float(lowest[0]), -float(lowest[1])))

    def heights(self, along: Array) -> Array:
        """Return the height of the outline above its lowest point.

        Parameters
        ----------
        along : ndarray, shape (n,)
            Places [m].

        Returns
        -------
        ndarray, shape (n,)
            Heights [m]; inf where no part of the tool is above.
        """
        lowest = np.full(along.size, -np.inf)
        for link in self.chain:
            depth_below = _arc_depth if link[KIND] == ARC else _segment_depth
            lowest = np.maximum(lowest, depth_below(link, along))
        return np.where(np.isfinite(lowest), np.maximum(-lowest, 0.0), np.inf)

    def span_below(self, height: float, *, samples: int = _SAMPLES) -> tuple[float, float]:
        """Return the interval along where the outline is within a height of its lowest point [m].

        Parameters
        ----------
        height : float
            [m].
        samples : int
            Points looked at on each piece.
        """
        places = [0.0]
        for link in self.chain:
            along, depth = _points_on(link, np.linspace(0.0, _extent(link), samples))
            places.extend(along[depth >= -height])
        return min(places), max(places)

    def points(self) -> Array:
        """Return the outline as a polygon, from behind to ahead.

        Returns
        -------
        ndarray, shape (n, 2)
            (along, depth) [m]; the points furthest along and lowest are among them.
        """
        parts = []
        for link in self.chain:
            if link[KIND] == ARC:
                square = np.arctan2(link[NORMAL_DEPTH], link[NORMAL_ALONG])
                square = square - 0.5 * np.pi * np.arange(-4, 3)
                turns = np.linspace(0.0, link[SPAN], _SAMPLES)
                steps = np.union1d(turns, square[(square > 0.0) & (square < link[SPAN])])
            else:
                steps = np.array([0.0, link[LENGTH]])
            parts.append(np.stack(_points_on(link, steps), axis=1))
        return np.concatenate(parts)


def _extent(link: Array) -> float:
    """Length of a segment [m], or turn of an arc [rad]."""
    return float(link[SPAN] if link[KIND] == ARC else link[LENGTH])


def _points_on(link: Array, steps: Array) -> tuple[Array, Array]:
    """Places along and depths of a piece at steps from its start, as `_extent` measures them."""
    if link[KIND] == ARC:
        cosine, sine, radius = np.cos(steps), np.sin(steps), link[RADIUS]
        along = link[ALONG] + radius * (cosine * link[NORMAL_ALONG] + sine * link[NORMAL_DEPTH])
        depth = link[DEPTH] + radius * (cosine * link[NORMAL_DEPTH] - sine * link[NORMAL_ALONG])
        return along, depth
    return link[ALONG] + steps * link[TANGENT_ALONG], link[DEPTH] + steps * link[TANGENT_DEPTH]


def _arc_depth(link: Array, along: Array) -> Array:
    """Depth of the lower side of an arc; -inf outside its span."""
    sine = (along - link[ALONG]) / link[RADIUS]
    inside = np.abs(sine) <= 1.0
    cosine = np.sqrt(np.where(inside, 1.0 - sine**2, 0.0))
    start_along, start_depth = link[NORMAL_ALONG], link[NORMAL_DEPTH]
    turn = np.arctan2(
        start_depth * sine - start_along * cosine, start_along * sine + start_depth * cosine
    )
    inside &= (turn >= -_SAME_TURN) & (turn <= link[SPAN] + _SAME_TURN)
    return np.where(inside, link[DEPTH] + link[RADIUS] * cosine, -np.inf)


def _segment_depth(link: Array, along: Array) -> Array:
    """Depth of a straight piece; -inf beside it."""
    way, length = link[TANGENT_ALONG], link[LENGTH]
    if abs(way) * length < _LEAST:
        return np.full(along.size, -np.inf)
    step = (along - link[ALONG]) / way
    inside = (step >= 0.0) & (step <= length)
    return np.where(inside, link[DEPTH] + link[TANGENT_DEPTH] * step, -np.inf)


def _lowest_point(chain: Array) -> Array:
    """Deepest point of an outline; of several equally deep ones that of the nose (at origin)."""
    points, is_nose = [], []
    for link in chain:
        place = link[ALONG : DEPTH + 1]
        if link[KIND] == ARC:
            # from the start normal to straight down
            turn = math.atan2(-link[NORMAL_ALONG], link[NORMAL_DEPTH])
            if 0.0 <= turn % (2.0 * math.pi) <= link[SPAN] or abs(turn) < _SAME_TURN:
                points.append(place + np.array([0.0, link[RADIUS]]))
                is_nose.append(math.hypot(*place) < _LEAST)
        else:
            tangent = link[TANGENT_ALONG : TANGENT_DEPTH + 1]
            ends = (place, place + link[LENGTH] * tangent)
            points.extend(ends)
            is_nose.extend(abs(float(end[0])) < _LEAST for end in ends)  # on the axis of a punch
    depth = np.array([p[1] for p in points])
    low = depth >= depth.max() - SAME_DEPTH
    best = max(range(len(points)), key=lambda k: (low[k], is_nose[k], depth[k]))
    return np.asarray(points[best])
