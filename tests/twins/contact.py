"""Slow twin of the edge section and of the contact of the skin with it."""

import numpy as np

from tests.twins.splines import functions_at

SAMPLES = 4001


def link_points(link, steps):
    """Return points of one segment or arc at the fractions `steps` of its length."""
    if link[0] == 0.0:
        return link[1:3] + np.outer(steps * link[5], link[3:5])
    turn = steps * link[6]
    normal = link[4:6]
    # the outward normal turns towards the tangent (n_z, -n_x)
    tangent = np.array([normal[1], -normal[0]])
    rim = np.outer(np.cos(turn), normal) + np.outer(np.sin(turn), tangent)
    return link[1:3] + link[3] * rim


def link_length(link):
    """Return the length of a segment or an arc."""
    return link[5] if link[0] == 0.0 else link[3] * link[6]


def nearest(point, chain):
    """Return (distance, arc length, closest point) by sampling the outline, then zooming in."""
    best = (np.inf, 0.0, np.zeros(2))
    start = 0.0
    for link in chain:
        low, high = 0.0, 1.0
        for _ in range(4):
            steps = np.linspace(low, high, SAMPLES)
            points = link_points(link, steps)
            distance = np.hypot(*(points - point).T)
            k = int(distance.argmin())
            low, high = steps[max(k - 1, 0)], steps[min(k + 1, SAMPLES - 1)]
        if distance[k] < best[0]:
            best = (distance[k], start + steps[k] * link_length(link), points[k])
        start += link_length(link)
    return best


def is_inside(point, chain):
    """Return whether a point is inside the convex outline: behind every sampled tangent line."""
    for link in chain:
        steps = np.linspace(0.0, 1.0, 201)
        points = link_points(link, steps)
        if link[0] == 0.0:
            normals = np.tile([-link[4], link[3]], (steps.size, 1))
        else:
            normals = (points - link[1:3]) / link[3]
        if (((point - points) * normals).sum(axis=1) > 0.0).any():
            return False
    return True


def edge_gap(x, z, chain):
    """Return (signed distance, arc length)."""
    point = np.array([x, z])
    distance, arc_length, _ = nearest(point, chain)
    return (-distance if is_inside(point, chain) else distance), arc_length


def frame(x, z, chain):
    """Return (signed distance, unit normal, arc length), normal from the nearest point."""
    point = np.array([x, z])
    distance, arc_length, closest = nearest(point, chain)
    sign = -1.0 if is_inside(point, chain) else 1.0
    return sign * distance, sign * (point - closest) / distance, arc_length


def weighed(line, functions, places, weights, moved, tool, chain, arc_before):
    """Return mean gap and slip under the functions, and the forces of unit pressures and drags.

    `line` are breaks and continuity of the skin, `functions` those of a window of it, `places` and
    `weights` its points.
    """
    value = functions_at(*line, places)[0][:, functions]
    length = value.T @ weights
    frames = [
        frame(x + u - tool[0], w - tool[1], chain)
        for x, (u, w) in zip(places, value @ moved, strict=True)
    ]
    gap = np.array([one[0] for one in frames])
    normal = np.array([one[1] for one in frames])
    arc = np.array([one[2] for one in frames])
    tangent = np.stack([normal[:, 1], -normal[:, 0]], axis=-1)
    shares = value * weights[:, None]
    return (
        shares.T @ gap / length,
        shares.T @ (arc - arc_before) / length,
        np.einsum("ph,pa,pk->hak", shares, value, normal),
        np.einsum("ph,pa,pk->hak", shares, value, tangent),
        length,
        arc,
    )
