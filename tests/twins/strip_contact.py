"""Slow twin of the edge section and the contact rules."""

import numpy as np

OPEN, STICK, FORWARD, BACKWARD = range(4)


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
