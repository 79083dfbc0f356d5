"""Energies at the points of a section: strain, and what the branches take up and lose."""

from __future__ import annotations

import math

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.splines.branches import Scratch, branch_energies, factor_into
from softsim.kernels.splines.geometry import enter, metric_into, new_span
from softsim.kernels.splines.spans import acting
from softsim.kernels.tensors.symmetric import FIRST, IDENTITY, SECOND, inverse_fill, square_entry


@kernel
def recover_points(mesh, displacement, stresses, history, cauchy, strain):
    """Cauchy stress and Green strain at all points.

    Parameters
    ----------
    mesh, displacement, stresses, history
        As in `softsim.kernels.splines.spans.assemble_forces`.
    cauchy, strain : ndarray of float64, shape (n_spans, n_points, n_components)
        Overwritten [Pa]; [-], engineering shears.
    """
    span, stress = new_span(mesh), np.zeros((3, 3))
    f, size = span.deformation, len(mesh.components)
    for s in range(mesh.layer.size):
        enter(mesh, s, displacement, span)
        for p in range(len(mesh.points)):
            metric_into(f, p, span.metric)
            for m in range(size):
                own = acting(stresses, history, s, p, m)
                stress[FIRST[m], SECOND[m]] = own
                stress[SECOND[m], FIRST[m]] = own
                strain[s, p, m] = span.metric[m] - IDENTITY[m]
                if m < 3:
                    strain[s, p, m] *= 0.5
            for m in range(size):
                total = 0.0
                for i in range(3):
                    for j in range(3):
                        total += f[p, FIRST[m], i] * stress[i, j] * f[p, SECOND[m], j]
                cauchy[s, p, m] = total / stresses.ratio[s, p]


@inline
def relaxing_tangent(stresses, at, relaxes_all, strain, c, inverse, tangent):
    """Fill the derivative of the relaxing stress at a point by the Green strain.

    Where the volume stress does not relax, next to no stiffness is left against a change of
    volume; such a part is added, which an isochoric stress does not feel.  `at` are the numbers of
    span and point; `c` and `inverse`, shape (6,), are work space.
    """
    size, shape, s = tangent.shape[0], stresses.tangent[at], at[0]
    c[4], c[5] = 0.0, 0.0
    for m in range(size):
        c[m] = 1.0 + 2.0 * strain[m] if m < 3 else strain[m]
    inverse_fill(c, inverse)
    ratio = stresses.ratio[at]
    pull, both = 0.0, shape[0, 0] + shape[1, 1] + shape[2, 2]
    if relaxes_all:
        own = stresses.own[s, at[1]]
        pull = (stresses.mean[s, 2] + own[0]) * ratio
        both = pull + (stresses.mean[s, 3] + own[1]) * ratio * ratio
    for m in range(size):
        for n in range(size):
            tangent[m, n] = shape[m, n] + both * inverse[m] * inverse[n]
            tangent[m, n] -= 2.0 * pull * square_entry(inverse, m, n)


@kernel
def energies_along(stresses, relaxes_all, strain, layer, flow, reference, work, lost):
    """Work on and loss in all branches since tissue entered a steady stroke.

    Parameters
    ----------
    stresses : softsim.kernels.splines.spans.Stresses
    relaxes_all : ndarray of bool, shape (n_layers,)
    strain : ndarray of float64, shape (n_spans, n_points, n_components)
        From `recover_points` [-].
    layer : ndarray of int64, shape (n_along, n_beside)
        Material of each span.
    flow : tuple
        `forward`, and `weights`, `decay`, `gain` of
        `softsim.kernels.splines.relaxation.carry_along`.
    reference : ndarray of float64, shape (n_layers, n_components)
        Relaxing stress of undisturbed tissue [Pa].
    work, lost : ndarray of float64, shape (n_spans, n_points)
        Overwritten [J/m^3].
    """
    forward, weights, decay, gain = flow
    n_along, n_beside = layer.shape
    side = decay.shape[0] // n_along
    n_rows, size = stresses.relaxing.shape[1] // side, stresses.relaxing.shape[2]
    n_branches = weights.shape[1]
    held, last, last_strain = np.empty((n_branches, size)), np.empty(size), np.empty(size)
    turn, stretch, c, inverse = np.empty(size), np.empty(size), np.empty(6), np.empty(6)
    scratch, tangent = Scratch(np.empty(4), np.empty(4), np.empty(4)), np.empty((size, size))
    for j in range(n_beside):
        for r in range(n_rows):
            held[:] = 0.0
            last_strain[:] = 0.0
            done_sum, lost_sum = 0.0, 0.0
            for step in range(n_along * side):
                k = n_along * side - 1 - step if forward else step
                i, q = k // side, k % side
                own, s, p = layer[i, j], i * n_beside + j, q * n_rows + r
                if step == 0:
                    last[:] = reference[own]
                for m in range(size):
                    new = stresses.relaxing[s, p, m]
                    turn[m], stretch[m] = new - last[m], strain[s, p, m] - last_strain[m]
                    last[m], last_strain[m] = new, strain[s, p, m]
                relaxing_tangent(
                    stresses, (s, p), relaxes_all[own], strain[s, p], c, inverse, tangent
                )
                factor_into(tangent)
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
                        scratch,
                    )
                    done_sum += done
                    lost_sum += spent
                    for m in range(size):
                        held[b, m] *= decay[k, own, b]
                        held[b, m] += weights[own, b] * gain[k, own, b] * turn[m]
                work[s, p] = done_sum
                lost[s, p] = lost_sum


@kernel
def energies_in_time(stresses, relaxes_all, before, strain, layer, steps, weights, book):
    """Add the work on and the loss in all branches over one time step.

    Parameters
    ----------
    stresses : softsim.kernels.splines.spans.Stresses
        At the end of the step.
    relaxes_all : ndarray of bool, shape (n_layers,)
    before : tuple
        Overstress (n_spans, n_points, n_branches, n_components), relaxing stress and Green strain
        (n_spans, n_points, n_components) at its start [Pa], [Pa], [-].
    strain : ndarray of float64, shape (n_spans, n_points, n_components)
        At the end [-].
    layer : ndarray of int64, shape (n_spans,)
        Material of each span.
    steps : ndarray of float64, shape (n_layers, n_branches)
        Duration over relaxation time [-].
    weights : ndarray of float64, shape (n_layers, n_branches)
        [-].
    book : tuple
        Work and loss, shape (n_spans, n_points), added to [J/m^3].
    """
    overstress, relaxing, strain_before = before
    work, lost = book
    n_spans, n_points, n_branches, size = overstress.shape
    turn, stretch, c, inverse = np.empty(size), np.empty(size), np.empty(6), np.empty(6)
    scratch, tangent = Scratch(np.empty(4), np.empty(4), np.empty(4)), np.empty((size, size))
    for s in range(n_spans):
        own = layer[s]
        for p in range(n_points):
            for m in range(size):
                turn[m] = stresses.relaxing[s, p, m] - relaxing[s, p, m]
                stretch[m] = strain[s, p, m] - strain_before[s, p, m]
            relaxing_tangent(stresses, (s, p), relaxes_all[own], strain[s, p], c, inverse, tangent)
            factor_into(tangent)
            for b in range(n_branches):
                done, spent = branch_energies(
                    steps[own, b],
                    weights[own, b],
                    overstress[s, p, b],
                    turn,
                    stretch,
                    tangent,
                    scratch,
                )
                work[s, p] += done
                lost[s, p] += spent
