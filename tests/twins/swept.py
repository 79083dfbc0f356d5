"""Slow twin of the distance from a whole edge: samples of its surface, zoomed in."""

import math

import numpy as np

from softsim.outline import Outline
from tests.twins.contact import link_points

GRID, ZOOMS, BODY = 25, 6, 0.02  # points each way; how often; length of the body that counts [m]


def section_part(link, share):
    """Return points of a piece of an upright section near its tip, (n, 2) [m]."""
    if link[0] == 0.0 and link[5] > BODY:  # the body, from the side of the edge
        share = share * BODY / link[5]
        share = 1.0 - share if link[4] > 0.0 else share
    return link_points(link, share)


def line_parts(tool):
    """Return functions from shares to places and normals (across, out) of half of the line."""
    half, ends = 0.5 * tool.contact_length, tool.end_rounding
    straight, radius = half - ends, tool.edge_curvature_radius or math.inf
    last = math.asin(straight / radius)

    def middle(share):
        across = straight * share
        turn = np.arcsin(across / radius)
        bent = 0.0 * across if math.isinf(radius) else radius * (np.cos(turn) - 1.0)
        return np.stack([across, bent], axis=-1), np.stack([np.sin(turn), np.cos(turn)], axis=-1)

    def end(share):
        turn = last + share * (0.5 * math.pi - last)
        normal = np.stack([np.sin(turn), np.cos(turn)], axis=-1)
        place, own = middle(np.array(1.0))
        return place - ends * own + ends * normal, normal

    return middle, end


class SweptBody:
    """A whole edge, from the lowest point of its section in the middle or, lower, of its ends."""

    def __init__(self, problem):
        self.tool, angle = problem.instrument, problem.stroke.first_angle
        sections = self.tool.edge.section()
        upright = Outline.leaned(sections, angle=0.5 * math.pi, direction=problem.direction)
        self.chain = upright.chain
        self.axes = np.array(
            [[math.sin(angle), -math.cos(angle)], [math.cos(angle), math.sin(angle)]]
        )
        self.origin = np.zeros(3)
        middle = [
            self.part(
                link, lambda s: (np.zeros((*s.shape, 2)), np.array([0.0, 1.0]) + 0 * s[..., None])
            )
            for link in self.chain
        ]
        low = max((self.zoomed(part, lambda p: -p[..., 1]) for part in middle), key=lambda p: p[1])
        self.origin = np.array([low[0], low[1], 0.0])
        lowest = max(self.zoomed(part, lambda p: -p[..., 1])[1] for part in self.parts())
        self.origin[1] += max(lowest, 0.0)

    def part(self, link, line):
        """Return the function from two shares to points (along, depth, across) of one part."""

        def points(first, second):
            lateral, away = section_part(link, first).T
            place, normal = line(second)
            across = place[:, None, 0] + away * normal[:, None, 0]
            out = place[:, None, 1] + away * normal[:, None, 1]
            flat = np.stack([lateral + 0.0 * out, out], axis=-1) @ self.axes.T
            return np.stack([flat[..., 0], flat[..., 1], across], axis=-1) - self.origin

        return points

    def parts(self):
        """Return all parts of the half with across >= 0."""
        return [self.part(link, line) for link in self.chain for line in line_parts(self.tool)]

    def zoomed(self, part, measure):
        """Return the point of a part where a measure is least."""
        (a, b), (c, d) = (0.0, 1.0), (0.0, 1.0)
        for _ in range(ZOOMS):
            first, second = np.linspace(a, b, GRID), np.linspace(c, d, GRID)
            points = part(first, second)
            value = measure(points)
            j, i = np.unravel_index(value.argmin(), value.shape)
            best = points[j, i]
            a, b = first[max(i - 1, 0)], first[min(i + 1, GRID - 1)]
            c, d = second[max(j - 1, 0)], second[min(j + 1, GRID - 1)]
        return best

    def distance(self, point):
        """Return the distance of a point from the surface [m]."""
        own = point * np.array([1.0, 1.0, math.copysign(1.0, point[2])])
        nearest = [
            self.zoomed(part, lambda p: np.linalg.norm(p - own, axis=-1)) for part in self.parts()
        ]
        return min(float(np.linalg.norm(one - own)) for one in nearest)
