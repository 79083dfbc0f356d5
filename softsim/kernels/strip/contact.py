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

from softsim._jit import kernel
from softsim.kernels.strip.outline import edge_gap

OPEN = 0
STICK = 1
SLIP_FORWARD = 2  # friction on the skin acts along the tangent
SLIP_BACKWARD = 3  # and against it
FRAME_SIZE = 6  # gap, normal x, normal z, arc length, curvature, arc length of sticking


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
        Section outline (softsim.kernels.strip.outline).
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
def contact_states(force, frames, friction, sliding, pull_allowed, states):
    """Decide which nodes touch, stick or slip, from the present iterate and the states before it.

    An open node touches when it is inside the tool, a touching one opens when the tool would have
    to pull (primal-dual active set).  A sticking node starts to slip when it drags more than the
    friction law allows; a slipping one sticks again when it has moved with the drag instead of
    against it, and never turns from one slip direction to the other at once.  A node that comes to
    touch slips at first.

    Parameters
    ----------
    force : ndarray of float64, shape (n_nodes, 2)
        Internal force of the tissue at the skin nodes [N/m], equal to the push of the tool.
    frames : ndarray of float64, shape (n_nodes, 6)
        As in `contact_frames`; column 5 is the arc length at which the node sticks [m].
    friction : float
        Coulomb coefficient [-].
    sliding : int
        +1 or -1: every touching node slips and friction acts along or against the tangent;
        0: decide between stick and slip node by node.
    pull_allowed : float
        Pull that a touching node may show before it opens [N/m]; above zero it settles nodes at
        the rim that would otherwise open and close in turn.
    states : ndarray of int64, shape (n_nodes,)
        Updated in place.

    Returns
    -------
    n_touching : int
    """
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
def contact_residual(force, frames, states, friction, stiffness_scale, residual):
    """Replace the rows of touching nodes in the force residual, in place.

    Parameters
    ----------
    force, frames, states, friction
        As in `contact_states`.
    stiffness_scale : float
        Positive, of the size of a nodal stiffness [Pa].
    residual : ndarray of float64, shape (n_nodes, 2)
        Internal force at the skin nodes on entry; overwritten at touching nodes with the friction
        law (column 0) and the constraint (column 1) [N/m].
    """
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


@kernel
def contact_row(state, frame, force, friction, stiffness_scale, row):
    """Coefficients of the linearised friction row of one touching node.

    The row reads  a . (change of force) + b . (change of position relative to the tool).

    Parameters
    ----------
    state : int
        Contact state, not `OPEN`.
    frame, force : ndarray of float64, shapes (6,), (2,)
        Contact frame and internal force of the node.
    friction, stiffness_scale : float
        As in `contact_residual`.
    row : ndarray of float64, shape (4,)
        Overwritten: a (along, depth) [-] and b (along, depth) [Pa].
    """
    nx, nz = frame[1], frame[2]
    tx, tz = nz, -nx
    if state == STICK:
        row[0], row[1] = 0.0, 0.0
        row[2], row[3] = stiffness_scale * tx, stiffness_scale * tz
        return
    sign = 1.0 if state == SLIP_FORWARD else -1.0
    row[0], row[1] = tx - sign * friction * nx, tz - sign * friction * nz
    turn = (nx + sign * friction * tx) * force[0] + (nz + sign * friction * tz) * force[1]
    row[2], row[3] = -frame[4] * turn * tx, -frame[4] * turn * tz


@kernel
def fill_band(
    stiffness,
    n_free_rows,
    free_sides,
    frames,
    states,
    force,
    friction,
    stiffness_scale,
    band,
    tool_columns,
    force_row,
):
    """Assemble the banded tangent with its contact rows and the border of the tool position.

    Parameters
    ----------
    stiffness : ndarray of float64, shape (n_columns, n_rows, 8, 8)
        Element tangents [Pa].
    n_free_rows : int
        Node rows that carry unknowns (the bottom row is fixed).
    free_sides : bool
        False holds both end columns.
    frames, states, force, friction, stiffness_scale
        As in `contact_residual`, one entry per node column.
    band : ndarray of float64, shape (n_unknowns, 3 half_width + 1)
        Overwritten: entry (i, j) of the tangent is band[j, 2 half_width + i - j]; seen
        transposed it is the array that LAPACK's gbtrf wants.
    tool_columns : ndarray of float64, shape (2, n_unknowns)
        Overwritten: derivative of the residual by the tool position, along and depth [Pa].
    force_row : ndarray of float64, shape (n_unknowns,)
        Overwritten: derivative of the total force in depth by the unknowns [Pa].
    """
    n_columns, n_rows = stiffness.shape[0], stiffness.shape[1]
    n_unknowns = band.shape[0]
    half = 2 * n_free_rows + 3
    centre = 2 * half
    band[:] = 0.0
    tool_columns[:] = 0.0
    force_row[:] = 0.0
    index = np.empty(8, np.int64)
    for j in range(n_columns):
        for i in range(n_rows):
            for k in range(2):
                index[k] = 2 * (j * n_free_rows + i) + k
                index[2 + k] = 2 * ((j + 1) * n_free_rows + i) + k
                index[4 + k] = 2 * ((j + 1) * n_free_rows + i + 1) + k
                index[6 + k] = 2 * (j * n_free_rows + i + 1) + k
            if i + 1 == n_free_rows:
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
    row = np.empty(4)
    for j in range(states.size):
        if states[j] == OPEN:
            continue
        first = 2 * j * n_free_rows
        contact_row(states[j], frames[j], force[j], friction, stiffness_scale, row)
        for c in range(max(0, first - half), min(n_unknowns, first + half + 2)):
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
            band[first + k, centre + 1 - k] = stiffness_scale * frames[j, 1 + k]
            tool_columns[k, first] = -row[2 + k]
            tool_columns[k, first + 1] = -stiffness_scale * frames[j, 1 + k]
    if not free_sides:
        for j in (0, n_columns):
            for k in range(2 * n_free_rows):
                fixed = 2 * j * n_free_rows + k
                for c in range(max(0, fixed - half), min(n_unknowns, fixed + half + 1)):
                    band[c, centre + fixed - c] = 0.0
                band[fixed, centre] = stiffness_scale
                tool_columns[0, fixed] = 0.0
                tool_columns[1, fixed] = 0.0
                force_row[fixed] = 0.0


@kernel
def contact_product(
    change, force_change, tool_change, frames, states, force, friction, stiffness_scale, product
):
    """Rows of touching nodes in the product of the exact tangent with a change of state.

    Parameters
    ----------
    change, force_change : ndarray of float64, shape (n_nodes, 2)
        Change of skin position [m] and of internal force there [N/m].
    tool_change : ndarray of float64, shape (2,)
        Change of the tool position, along and depth [m].
    frames, states, force, friction, stiffness_scale
        As in `contact_residual`.
    product : ndarray of float64, shape (n_nodes, 2)
        `force_change` on entry; overwritten at touching nodes.

    Returns
    -------
    normal_force_change : float
        Change of the total depth force on the touching nodes [N/m].
    """
    row = np.empty(4)
    total = 0.0
    for j in range(states.size):
        if states[j] == OPEN:
            continue
        total += force_change[j, 1]
        contact_row(states[j], frames[j], force[j], friction, stiffness_scale, row)
        du, dw = change[j, 0] - tool_change[0], change[j, 1] - tool_change[1]
        product[j, 0] = row[0] * force_change[j, 0] + row[1] * force_change[j, 1]
        product[j, 0] += row[2] * du + row[3] * dw
        product[j, 1] = stiffness_scale * (frames[j, 1] * du + frames[j, 2] * dw)
    return total
