"""Unilateral contact with Coulomb friction between the skin nodes and the rigid edge.

Both laws are met exactly, without penalty: the two equilibrium rows of a touching node are replaced
by the constraint and the friction law (the contact force is whatever the tissue exerts there).
`stiffness_scale` only brings the constraint rows to the size of forces and decides, far from the
solution, which nodes touch; the converged result does not depend on it.

References
----------
.. [1] P. Alart, A. Curnier, CMAME 92 (1991) 353-375 (semi-smooth form of contact and friction).
.. [2] S. Hueber, B. I. Wohlmuth, CMAME 194 (2005) 3147-3166 (primal-dual active set).
"""

from __future__ import annotations

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.outline.distance import edge_gap

OPEN = 0
STICK = 1
SLIP_FORWARD = 2  # friction on the skin acts along the tangent
SLIP_BACKWARD = 3  # and against it


@kernel
def contact_frames(skin, tool_along, tool_depth, chain, frames):
    """Gap, normal, arc length and curvature at every skin node.

    Parameters
    ----------
    skin : ndarray of float64, shape (n_nodes, 2)
        Current position (along, depth) of the skin nodes [m].
    tool_along, tool_depth : float
        Position of the tool's lowest point [m].
    chain : ndarray of float64, shape (n, 8)
        Section outline (softsim.kernels.outline.distance).
    frames : ndarray of float64, shape (n_nodes, 6)
        Columns 0 to 4 overwritten: gap [m], normal x, normal z, arc length [m], curvature [1/m].
    """
    for j in range(skin.shape[0]):
        gap, nx, nz, arc, curvature = edge_gap(
            skin[j, 0] - tool_along, skin[j, 1] - tool_depth, chain
        )
        frames[j, 0], frames[j, 1], frames[j, 2] = gap, nx, nz
        frames[j, 3], frames[j, 4] = arc, curvature


@kernel
def contact_states(contact, sliding, pull_allowed):
    """Decide which nodes touch, stick or slip, from the present iterate and the states before it.

    An open node touches when it is inside the tool, a touching one opens when the tool would have
    to pull (primal-dual active set).  A sticking node starts to slip when it drags more than the
    friction law allows; a slipping one sticks again when it has moved with the drag instead of
    against it, and never turns from one slip direction to the other at once.  A node that comes to
    touch slips at first.

    Parameters
    ----------
    contact : ContactRows
        Its states are updated in place.
    sliding : int
        +1 or -1: every touching node slips and friction acts along or against the tangent;
        0: decide between stick and slip node by node.
    pull_allowed : float
        Pull that a touching node may show before it opens [N/m]; above zero it settles nodes at
        the rim that would otherwise open and close in turn.

    Returns
    -------
    n_touching : int
    """
    frames, states, force, friction, _ = contact
    n_touching = 0
    for j in range(states.size):
        nx, nz = frames[j, 1], frames[j, 2]
        normal = force[j, 0] * nx + force[j, 1] * nz
        touched = states[j] != OPEN
        if (touched and normal <= -pull_allowed) or (not touched and frames[j, 0] >= 0.0):
            states[j] = OPEN
            continue
        n_touching += 1
        if sliding != 0 or friction == 0.0:
            states[j] = SLIP_BACKWARD if sliding < 0 else SLIP_FORWARD
            continue
        drag = force[j, 0] * nz - force[j, 1] * nx
        moved = frames[j, 3] - frames[j, 5]
        if states[j] == STICK:
            if drag > friction * normal:
                states[j] = SLIP_FORWARD
            elif drag < -friction * normal:
                states[j] = SLIP_BACKWARD
        elif states[j] == OPEN:
            states[j] = SLIP_FORWARD if moved < 0.0 else SLIP_BACKWARD
        elif (states[j] == SLIP_FORWARD) == (moved > 0.0):
            states[j] = STICK
    return n_touching


@kernel
def contact_residual(contact, residual):
    """Replace the rows of touching nodes in the force residual, in place.

    Parameters
    ----------
    contact : ContactRows
    residual : ndarray of float64, shape (n_nodes, 2)
        Internal force at the skin nodes on entry; overwritten at touching nodes with the friction
        law (column 0) and the constraint (column 1) [N/m].
    """
    frames, states, force, friction, stiffness_scale = contact
    for j in range(states.size):
        if states[j] == OPEN:
            continue
        nx, nz = frames[j, 1], frames[j, 2]
        residual[j, 1] = stiffness_scale * frames[j, 0]
        if states[j] == STICK:
            residual[j, 0] = stiffness_scale * (frames[j, 3] - frames[j, 5])
            continue
        sign = 1.0 if states[j] == SLIP_FORWARD else -1.0
        normal = force[j, 0] * nx + force[j, 1] * nz
        tangential = force[j, 0] * nz - force[j, 1] * nx
        residual[j, 0] = tangential - sign * friction * normal


@inline
def contact_row(contact, node, row):
    """Coefficients of the linearised friction row of one touching node.

    The row reads  a . (change of force) + b . (change of position relative to the tool).

    Parameters
    ----------
    contact : ContactRows
    node : int
        Not `OPEN`.
    row : ndarray of float64, shape (4,)
        Overwritten: a (along, depth) [-] and b (along, depth) [Pa].
    """
    frame, force = contact.frames[node], contact.force[node]
    nx, nz = frame[1], frame[2]
    tx, tz = nz, -nx
    if contact.states[node] == STICK:
        row[0], row[1] = 0.0, 0.0
        row[2], row[3] = contact.stiffness_scale * tx, contact.stiffness_scale * tz
        return
    sign = contact.friction if contact.states[node] == SLIP_FORWARD else -contact.friction
    row[0], row[1] = tx - sign * nx, tz - sign * nz
    turn = (nx + sign * tx) * force[0] + (nz + sign * tz) * force[1]
    row[2], row[3] = -frame[4] * turn * tx, -frame[4] * turn * tz


@inline
def add_elements(stiffness, band):
    """Add the element tangents to the zeroed band; arguments as in `fill_band`."""
    n_columns, n_rows = stiffness.shape[0], stiffness.shape[1]
    centre = 2 * (2 * n_rows + 3)
    index = np.empty(8, np.int64)
    for j in range(n_columns):
        for i in range(n_rows):
            for k in range(2):
                index[k] = 2 * (j * n_rows + i) + k
                index[2 + k] = 2 * ((j + 1) * n_rows + i) + k
                index[4 + k] = 2 * ((j + 1) * n_rows + i + 1) + k
                index[6 + k] = 2 * (j * n_rows + i + 1) + k
            if i + 1 == n_rows:
                for k in range(4):
                    index[4 + k] = -1
            element = stiffness[j, i]
            for b in range(8):
                if index[b] < 0:
                    continue
                column = band[index[b]]
                for a in range(8):
                    if index[a] >= 0:
                        column[centre + index[a] - index[b]] += element[a, b]


@inline
def hold_column(first, half, scale, work):
    """Hold the nodes of a column of the grid, whose unknowns start at `first`."""
    band = work.band
    for fixed in range(first, first + half - 3):
        for c in range(max(0, fixed - half), min(band.shape[0], fixed + half + 1)):
            band[c, 2 * half + fixed - c] = 0.0
        band[fixed, 2 * half] = scale
        work.tool_columns[0, fixed] = 0.0
        work.tool_columns[1, fixed] = 0.0
        work.force_row[fixed] = 0.0


@kernel
def fill_band(contact, free_sides, work):
    """Assemble the banded tangent with its contact rows and the border of the tool position.

    Parameters
    ----------
    contact : ContactRows
    free_sides : bool
        False holds both end columns.
    work : StripWork
        Its `band`, `tool_columns` and `force_row` are overwritten.
    """
    frames, scale = contact.frames, contact.stiffness_scale
    band, tool_columns, force_row = work.band, work.tool_columns, work.force_row
    n_columns, n_rows = work.stiffness.shape[0], work.stiffness.shape[1]
    half = 2 * n_rows + 3
    centre = 2 * half
    band[:] = 0.0
    tool_columns[:] = 0.0
    force_row[:] = 0.0
    add_elements(work.stiffness, band)
    row = np.empty(4)
    for j in range(n_columns + 1):
        if contact.states[j] == OPEN:
            continue
        first = 2 * j * n_rows
        contact_row(contact, j, row)
        for c in range(max(0, first - half), min(band.shape[0], first + half + 2)):
            along, depth = 0.0, 0.0
            if abs(first - c) <= half:
                along = band[c, centre + first - c]
            if abs(first + 1 - c) <= half:
                depth = band[c, centre + first + 1 - c]
            force_row[c] += depth
            if abs(first - c) <= half:
                band[c, centre + first - c] = row[0] * along + row[1] * depth
            if abs(first + 1 - c) <= half:
                band[c, centre + first + 1 - c] = 0.0
        for k in range(2):
            band[first + k, centre - k] += row[2 + k]
            band[first + k, centre + 1 - k] = scale * frames[j, 1 + k]
            tool_columns[k, first] = -row[2 + k]
            tool_columns[k, first + 1] = -scale * frames[j, 1 + k]
    if not free_sides:
        hold_column(0, half, scale, work)
        hold_column(2 * n_columns * n_rows, half, scale, work)


@kernel
def contact_product(contact, change, force_change, tool_change, product):
    """Rows of touching nodes in the product of the exact tangent with a change of state.

    Parameters
    ----------
    contact : ContactRows
    change, force_change : ndarray of float64, shape (n_nodes, 2)
        Change of skin position [m] and of internal force there [N/m].
    tool_change : ndarray of float64, shape (2,)
        Change of the tool position, along and depth [m].
    product : ndarray of float64, shape (n_nodes, 2)
        `force_change` on entry; overwritten at touching nodes.

    Returns
    -------
    normal_force_change : float
        Change of the total depth force on the touching nodes [N/m].
    """
    frames = contact.frames
    row = np.empty(4)
    total = 0.0
    for j in range(contact.states.size):
        if contact.states[j] == OPEN:
            continue
        total += force_change[j, 1]
        contact_row(contact, j, row)
        du, dw = change[j, 0] - tool_change[0], change[j, 1] - tool_change[1]
        product[j, 0] = row[0] * force_change[j, 0] + row[1] * force_change[j, 1]
        product[j, 0] += row[2] * du + row[3] * dw
        product[j, 1] = contact.stiffness_scale * (frames[j, 1] * du + frames[j, 2] * dw)
    return total
