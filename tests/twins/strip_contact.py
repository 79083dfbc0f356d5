"""Slow twin of the edge section and the contact rules."""

import numpy as np

OPEN, STICK, FORWARD, BACKWARD = range(4)
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


def next_state(state, gap, normal_force, drag, moved, *, friction, sliding, pull_allowed=0.0):
    """Return the contact state that follows, rule by rule."""
    if state == OPEN and gap >= 0.0:
        return OPEN
    if state != OPEN and normal_force <= -pull_allowed:
        return OPEN
    if sliding or friction == 0.0:
        return BACKWARD if sliding < 0 else FORWARD
    if state == STICK:
        if abs(drag) <= friction * normal_force:
            return STICK
        return FORWARD if drag > 0.0 else BACKWARD
    # friction opposes the motion: drag along the tangent belongs to skin that lags behind
    if state == OPEN:
        return FORWARD if moved < 0.0 else BACKWARD
    with_the_drag = moved > 0.0 if state == FORWARD else moved <= 0.0
    return STICK if with_the_drag else state


def rows(force, frame, state, friction, scale):
    """Return the friction and the constraint row of one touching node."""
    normal, arc_length, stuck_at = frame[1:3], frame[3], frame[5]
    tangent = np.array([normal[1], -normal[0]])
    if state == STICK:
        return scale * (arc_length - stuck_at), scale * frame[0]
    sign = {FORWARD: 1.0, BACKWARD: -1.0}[state]
    return force @ tangent - sign * friction * (force @ normal), scale * frame[0]
