"""Energies at the points of a section: strain, and what the branches take up and lose."""

from __future__ import annotations

import math

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.splines.branches import Scratch, branch_energies
from softsim.kernels.splines.spans import (
    deformation_at,
    gather,
    metric_at,
    span_shapes,
)
from softsim.kernels.tensors.algebra import square_add, tensor_inverse


@kernel
def recover_points(mesh, displacement, stresses, history, cauchy, strain):
    """Cauchy stress and Green strain at all points.

    Parameters
    ----------
    mesh, displacement, stresses, history
        As in `softsim.kernels.splines.spans.assemble_forces`.
    cauchy : ndarray of float64, shape (n_along, n_depth, n_points, 4)
        Overwritten [Pa].
    strain : ndarray of float64, shape (n_along, n_depth, n_points, 4)
        Overwritten: E11, E22, E33, 2 E12 [-].
    """
    along, depth = mesh.directions
    points, size = along.weight.shape[1], along.value.shape[2]
    n_points, n_functions = points * points, size * size
    value, gradient = np.empty((n_points, n_functions)), np.empty((n_points, n_functions, 2))
    weight, radius = np.empty(n_points), np.empty(n_points)
    local, f, c, s = np.empty((n_functions, 2)), np.empty(5), np.empty(4), np.empty(4)
    for i in range(along.first.size):
        for j in range(depth.first.size):
            span_shapes(mesh, i, j, value, gradient, weight, radius)
            gather(mesh, displacement, i, j, local)
            for p in range(n_points):
                ratio = deformation_at(mesh, local, value, gradient, radius, p, f)
                metric_at(f, c)
                for m in range(4):
                    s[m] = stresses.fixed[i, j, p, m] + history.carried[i, j, p, m]
                    s[m] += history.factor[i, j, p] * stresses.relaxing[i, j, p, m]
                    strain[i, j, p, m] = 0.5 * (c[m] - 1.0) if m < 3 else c[m]
                x0, x1 = f[0] * s[0] + f[1] * s[3], f[0] * s[3] + f[1] * s[1]
                z0, z1 = f[2] * s[0] + f[3] * s[3], f[2] * s[3] + f[3] * s[1]
                cauchy[i, j, p, 0] = (x0 * f[0] + x1 * f[1]) / ratio
                cauchy[i, j, p, 1] = (z0 * f[2] + z1 * f[3]) / ratio
                cauchy[i, j, p, 2] = f[4] * f[4] * s[2] / ratio
                cauchy[i, j, p, 3] = (x0 * f[2] + x1 * f[3]) / ratio


@inline
def relaxing_tangent(stresses, i, j, p, relaxes_all, c, tangent):
    """Fill the derivative of the relaxing stress at a point by the Green strain, shape (4, 4)."""
    for m in range(4):
        for n in range(4):
            tangent[m, n] = stresses.tangent[i, j, p, m, n]
    if relaxes_all:
        inverse = tensor_inverse(c)[1]
        ratio = stresses.ratio[i, j, p]
        pull = stresses.mean[i, j, 2] * ratio
        both = pull + stresses.mean[i, j, 3] * ratio * ratio
        for m in range(4):
            for n in range(m, 4):
                tangent[m, n] += both * inverse[m] * inverse[n]
        square_add(inverse, -2.0 * pull, tangent)
        for m in range(4):
            for n in range(m):
                tangent[m, n] = tangent[n, m]


@kernel
def energies_along(stresses, relaxes_all, strain, layer, flow, reference, work, lost):
    """Work on and loss in all branches since tissue entered a steady stroke.

    Parameters
    ----------
    stresses : softsim.kernels.splines.spans.Stresses
    relaxes_all : ndarray of bool, shape (n_layers,)
    strain : ndarray of float64, shape (n_along, n_depth, n_points, 4)
        From `recover_points` [-].
    layer : ndarray of int64, shape (n_along, n_depth)
        Material of each span.
    flow : tuple
        `forward`, and `weights`, `decay`, `gain` of
        `softsim.kernels.splines.relaxation.carry_along`.
    reference : ndarray of float64, shape (n_layers, 4)
        Relaxing stress of undisturbed tissue [Pa].
    work, lost : ndarray of float64, shape (n_along, n_depth, n_points)
        Overwritten [J/m^3].
    """
    forward, weights, decay, gain = flow
    n_along, n_depth, n_points, _ = stresses.relaxing.shape
    side = int(math.sqrt(n_points) + 0.5)
    n_branches = weights.shape[1]
    held, last, last_strain = np.empty((n_branches, 4)), np.empty(4), np.empty(4)
    turn, stretch, c = np.empty(4), np.empty(4), np.empty(4)
    scratch, tangent = Scratch(np.empty(4), np.empty(4), np.empty((4, 5))), np.empty((4, 4))
    for j in range(n_depth):
        for r in range(side):
            held[:] = 0.0
            last_strain[:] = 0.0
            done_sum, lost_sum = 0.0, 0.0
            for step in range(n_along * side):
                k = n_along * side - 1 - step if forward else step
                i, q = k // side, k % side
                own, p = layer[i, j], q * side + r
                if step == 0:
                    last[:] = reference[own]
                for m in range(4):
                    new = stresses.relaxing[i, j, p, m]
                    turn[m], stretch[m] = new - last[m], strain[i, j, p, m] - last_strain[m]
                    last[m], last_strain[m] = new, strain[i, j, p, m]
                    c[m] = 1.0 + 2.0 * strain[i, j, p, m] if m < 3 else strain[i, j, p, m]
                relaxing_tangent(stresses, i, j, p, relaxes_all[own], c, tangent)
                for b in range(n_branches):
                    if weights[own, b] == 0.0:
                        continue
                    done, spent = branch_energies(
                        -math.log(max(decay[k, own, b], 1e-300)),
                        weights[own, b],
                        held[b],
                        turn,
                        stretch,
                        tangent,
                        strain[i, j, p],
                        scratch,
                    )
                    done_sum += done
                    lost_sum += spent
                    for m in range(4):
                        held[b, m] *= decay[k, own, b]
                        held[b, m] += weights[own, b] * gain[k, own, b] * turn[m]
                work[i, j, p] = done_sum
                lost[i, j, p] = lost_sum


@kernel
def energies_in_time(stresses, relaxes_all, before, strain, layer, steps, weights, work, lost):
    """Add the work on and the loss in all branches over one time step.

    Parameters
    ----------
    stresses : softsim.kernels.splines.spans.Stresses
        At the end of the step.
    relaxes_all : ndarray of bool, shape (n_layers,)
    before : tuple
        Overstress (n_along, n_depth, n_points, n_branches, 4), relaxing stress and Green strain
        (n_along, n_depth, n_points, 4) at its start [Pa], [Pa], [-].
    strain : ndarray of float64, shape (n_along, n_depth, n_points, 4)
        At the end [-].
    layer : ndarray of int64, shape (n_along, n_depth)
        Material of each span.
    steps : ndarray of float64, shape (n_layers, n_branches)
        Duration over relaxation time [-].
    weights : ndarray of float64, shape (n_layers, n_branches)
        [-].
    work, lost : ndarray of float64, shape (n_along, n_depth, n_points)
        Added to [J/m^3].
    """
    overstress, relaxing, strain_before = before
    n_along, n_depth, n_points, n_branches, _ = overstress.shape
    turn, stretch, c = np.empty(4), np.empty(4), np.empty(4)
    scratch, tangent = Scratch(np.empty(4), np.empty(4), np.empty((4, 5))), np.empty((4, 4))
    for i in range(n_along):
        for j in range(n_depth):
            own = layer[i, j]
            for p in range(n_points):
                for m in range(4):
                    turn[m] = stresses.relaxing[i, j, p, m] - relaxing[i, j, p, m]
                    stretch[m] = strain[i, j, p, m] - strain_before[i, j, p, m]
                    c[m] = 1.0 + 2.0 * strain[i, j, p, m] if m < 3 else strain[i, j, p, m]
                relaxing_tangent(stresses, i, j, p, relaxes_all[own], c, tangent)
                for b in range(n_branches):
                    done, spent = branch_energies(
                        steps[own, b],
                        weights[own, b],
                        overstress[i, j, p, b],
                        turn,
                        stretch,
                        tangent,
                        strain[i, j, p],
                        scratch,
                    )
                    work[i, j, p] += done
                    lost[i, j, p] += spent
