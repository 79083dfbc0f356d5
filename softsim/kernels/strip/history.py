"""Relaxation history at the Gauss points: carried in time, or along the rows of a steady stroke.

Every branch obeys h' + h/tau = g S' with S the instantaneous relaxing stress; the update is exact
for S piecewise linear in time (`softsim.kernels.laws.prony`).  Arrays are those of
`softsim.kernels.strip.arrays`.
"""

from __future__ import annotations

import math

import numpy as np

from softsim._jit import kernel
from softsim.kernels.laws.prony import branch_factors


@kernel
def carry_in_time(overstress, stress_old, branches, carried):
    """Part of the new overstress that does not depend on the new stress.

    Parameters
    ----------
    overstress : ndarray of float64, shape (n_columns, n_rows, 4, n_branches, 4)
        Branch stresses h at the start of the step [Pa].
    stress_old : ndarray of float64, shape (n_columns, n_rows, 4, 4)
        Relaxing stress at the start of the step [Pa].
    branches : Branches
    carried : ndarray of float64, shape (n_columns, n_rows, 4, 4)
        Overwritten: sum over branches of decay h - g gain S_old [Pa].
    """
    row_layer, weights, _, decay, gain = branches
    n_columns, n_rows, n_points, n_branches, _ = overstress.shape
    for j in range(n_columns):
        for i in range(n_rows):
            layer = row_layer[i]
            for p in range(n_points):
                for m in range(4):
                    total = 0.0
                    for b in range(n_branches):
                        total += decay[layer, b] * overstress[j, i, p, b, m]
                        total -= weights[layer, b] * gain[layer, b] * stress_old[j, i, p, m]
                    carried[j, i, p, m] = total


@kernel
def advance_in_time(stress_new, branches, overstress, stress_old):
    """Accept a step: update `overstress` and `stress_old` in place (arguments as above)."""
    row_layer, weights, _, decay, gain = branches
    n_columns, n_rows, n_points, n_branches, _ = overstress.shape
    for j in range(n_columns):
        for i in range(n_rows):
            layer = row_layer[i]
            for p in range(n_points):
                for m in range(4):
                    change = stress_new[j, i, p, m] - stress_old[j, i, p, m]
                    for b in range(n_branches):
                        overstress[j, i, p, b, m] = (
                            decay[layer, b] * overstress[j, i, p, b, m]
                            + weights[layer, b] * gain[layer, b] * change
                        )
                    stress_old[j, i, p, m] = stress_new[j, i, p, m]


@kernel
def row_factors(column_edges, speed, branches):
    """Step factors between neighbouring Gauss columns of a steady stroke.

    Parameters
    ----------
    column_edges : ndarray of float64, shape (n_columns + 1,)
        Reference coordinates of the node columns, increasing along [m].
    speed : float
        Stroke speed [m/s]; its sign tells from which end the tissue enters.
    branches : Branches
        Decay and gain, shape (n_layers, n_columns, 2, n_branches), are overwritten: factors for the
        step that arrives at the first (entering side) and the second Gauss column of each element
        column.
    """
    n_columns = column_edges.size - 1
    inner = 1.0 / math.sqrt(3.0)
    for j in range(n_columns):
        width = column_edges[j + 1] - column_edges[j]
        ahead = j + 1 if speed > 0.0 else j - 1
        outside = 0.0
        if 0 <= ahead < n_columns:
            outside = 0.5 * (1.0 - inner) * (column_edges[ahead + 1] - column_edges[ahead])
        arriving = 0.5 * (1.0 - inner) * width + outside
        for k in range(2):
            time = (arriving if k == 0 else inner * width) / abs(speed)
            for layer in range(branches.weights.shape[0]):
                decay, gain = branches.decay[layer, j, k], branches.gain[layer, j, k]
                branch_factors(time, branches.times[layer], decay, gain)


@kernel
def carry_along_rows(stress, reference, forward, branches, carried):
    """Carry the history of a steady stroke along every row of Gauss points.

    Parameters
    ----------
    stress : ndarray of float64, shape (n_columns, n_rows, 4, 4)
        Instantaneous relaxing stress [Pa].
    reference : ndarray of float64, shape (n_layers, 4)
        The same in the undisturbed tissue that enters [Pa]; zeros for a linearised product.
    forward : bool
        True when the tool travels towards +along, so that tissue enters at the last column.
    branches : Branches
        With the factors of `row_factors`.
    carried : ndarray of float64, shape (n_columns, n_rows, 4, 4)
        Overwritten: overstress at each point without the part due to its own stress [Pa].
    """
    row_layer, weights, _, decay, gain = branches
    n_columns, n_rows = stress.shape[0], stress.shape[1]
    n_branches = weights.shape[1]
    branch = np.zeros((n_rows, 2, n_branches, 4))
    previous = np.empty((n_rows, 2, 4))
    for i in range(n_rows):
        for k in range(2):
            previous[i, k] = reference[row_layer[i]]
    for step in range(n_columns):
        j = n_columns - 1 - step if forward else step
        for half in range(2):
            right = (half == 0) == forward
            for i in range(n_rows):
                layer = row_layer[i]
                for k in range(2):
                    p = (1 if right else 0) if k == 0 else (2 if right else 3)
                    for m in range(4):
                        new, old = stress[j, i, p, m], previous[i, k, m]
                        total = 0.0
                        for b in range(n_branches):
                            kept = decay[layer, j, half, b] * branch[i, k, b, m]
                            push = weights[layer, b] * gain[layer, j, half, b]
                            total += kept - push * old
                            branch[i, k, b, m] = kept + push * (new - old)
                        carried[j, i, p, m] = total
                        previous[i, k, m] = new


@kernel
def stress_change(displacement_change, work, change):
    """Change of stress at every Gauss point for a change of nodal displacement.

    Parameters
    ----------
    displacement_change : ndarray of float64, shape (n_columns + 1, n_rows + 1, 2)
        Change of the nodal displacements [m].
    work : StripWork
    change : ndarray of float64, shape (n_columns, n_rows, 4, 4)
        Overwritten [Pa].
    """
    tangent, strain_operator = work.tangent_relaxing, work.strain_operator
    n_columns, n_rows = change.shape[0], change.shape[1]
    strain = np.empty(4)
    local = np.empty(8)
    for j in range(n_columns):
        for i in range(n_rows):
            for k in range(2):
                local[k] = displacement_change[j, i, k]
                local[2 + k] = displacement_change[j + 1, i, k]
                local[4 + k] = displacement_change[j + 1, i + 1, k]
                local[6 + k] = displacement_change[j, i + 1, k]
            for p in range(4):
                for m in range(4):
                    total = 0.0
                    for b in range(8):
                        total += strain_operator[j, i, p, m, b] * local[b]
                    strain[m] = total
                for m in range(4):
                    total = 0.0
                    for n in range(4):
                        total += tangent[j, i, p, m, n] * strain[n]
                    change[j, i, p, m] = total


@kernel
def force_change(displacement_change, work, carried_change, grid, force):
    """Change of the nodal internal forces: element tangents plus the change of carried stress.

    Parameters
    ----------
    displacement_change, work
        As above.
    carried_change : ndarray of float64, shape (n_columns, n_rows, 4, 4)
        Change of the carried stress [Pa].
    grid : StripGrid
    force : ndarray of float64, shape (n_columns + 1, n_rows + 1, 2)
        Overwritten [N/m].
    """
    column_edges, row_edges, _ = grid
    stiffness, strain_operator = work.stiffness, work.strain_operator
    n_columns, n_rows = stiffness.shape[0], stiffness.shape[1]
    local = np.empty(8)
    result = np.empty(8)
    force[:] = 0.0
    for j in range(n_columns):
        for i in range(n_rows):
            weight = 0.25 * (column_edges[j + 1] - column_edges[j])
            weight *= row_edges[i + 1] - row_edges[i]
            for k in range(2):
                local[k] = displacement_change[j, i, k]
                local[2 + k] = displacement_change[j + 1, i, k]
                local[4 + k] = displacement_change[j + 1, i + 1, k]
                local[6 + k] = displacement_change[j, i + 1, k]
            for a in range(8):
                total = 0.0
                for b in range(8):
                    total += stiffness[j, i, a, b] * local[b]
                result[a] = total
            for p in range(4):
                for m in range(4):
                    push = weight * carried_change[j, i, p, m]
                    for a in range(8):
                        result[a] += strain_operator[j, i, p, m, a] * push
            for k in range(2):
                force[j, i, k] += result[k]
                force[j + 1, i, k] += result[2 + k]
                force[j + 1, i + 1, k] += result[4 + k]
                force[j, i + 1, k] += result[6 + k]
