"""Stress, strain and energy recovered from a solved strip, and what the tissue dissipates.

Array names and shapes are those of softsim.kernels.strip.arrays.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.strip.element import (
    N_POINTS,
    deform,
    empty_element,
    point_metric,
)


@kernel
def green_strain(displacement, grid, strain):
    """Green strain (E11, E22, E33, 2 E12) of F~ at every Gauss point.

    Parameters
    ----------
    strain : ndarray of float64, shape (n_columns, n_rows, 4, 4)
        Overwritten [-].
    """
    element = empty_element()
    for j in range(strain.shape[0]):
        for i in range(strain.shape[1]):
            theta = deform(element, displacement, grid, j, i)
            for p in range(N_POINTS):
                f11, f12, f21, f22 = element.deformation[p]
                square = (theta / element.jacobian[p]) ** (2.0 / 3.0)
                # products and one rounded once: energies of tissue pressed together feel it
                strain[j, i, p, 0] = 0.5 * (square * (f11 * f11 + f21 * f21) - 1.0)
                strain[j, i, p, 1] = 0.5 * (square * (f12 * f12 + f22 * f22) - 1.0)
                strain[j, i, p, 2] = 0.5 * (square - 1.0)
                strain[j, i, p, 3] = square * (f11 * f12 + f21 * f22)


@kernel
def recover_fields(displacement, grid, work, cauchy, max_shear_strain):
    """Element means of the Cauchy stress and of the largest logarithmic shear strain.

    Parameters
    ----------
    cauchy : ndarray of float64, shape (n_columns, n_rows, 4)
        Overwritten: along, depth, across, shear; tension positive [Pa].
    max_shear_strain : ndarray of float64, shape (n_columns, n_rows)
        Overwritten: difference of the in-plane principal logarithmic strains [-].
    """
    element, metric, stress = empty_element(), np.empty(4), np.empty(4)
    deformation, jacobian = element.deformation, element.jacobian
    for j in range(cauchy.shape[0]):
        for i in range(cauchy.shape[1]):
            theta = deform(element, displacement, grid, j, i)
            cauchy[j, i] = 0.0
            max_shear_strain[j, i] = 0.0
            for p in range(N_POINTS):
                f11, f12 = deformation[p, 0], deformation[p, 1]
                f21, f22 = deformation[p, 2], deformation[p, 3]
                point_metric(element, theta, p, metric)
                for m in range(4):
                    stress[m] = work.stress_fixed[j, i, p, m] + work.carried[j, i, p, m]
                    stress[m] += work.factor[j, i, p] * work.stress_relaxing[j, i, p, m]
                scale = 0.25 * metric[2] / theta
                s11, s22, s12 = stress[0], stress[1], stress[3]
                cauchy[j, i, 0] += scale * (f11 * f11 * s11 + 2 * f11 * f12 * s12 + f12 * f12 * s22)
                cauchy[j, i, 1] += scale * (f21 * f21 * s11 + 2 * f21 * f22 * s12 + f22 * f22 * s22)
                cauchy[j, i, 2] += scale * stress[2]
                cauchy[j, i, 3] += scale * (
                    f11 * f21 * s11 + (f11 * f22 + f12 * f21) * s12 + f12 * f22 * s22
                )
                c11, c22 = f11 * f11 + f21 * f21, f12 * f12 + f22 * f22
                c12 = f11 * f12 + f21 * f22
                middle, radius = 0.5 * (c11 + c22), math.hypot(0.5 * (c11 - c22), c12)
                largest = middle + radius
                max_shear_strain[j, i] += 0.25 * math.log(largest / jacobian[p])


@inline
def compliance_product(tangent, strain, stress, work):
    """Quadratic form of a stress with the inverse of a relaxing tangent, at least zero.

    The tangent has next to no stiffness against a change of volume; a volumetric part is added,
    which an isochoric stress does not feel.  `work` is scratch of shape (4, 5).
    """
    c11, c22, c33 = 1 + 2 * strain[0], 1 + 2 * strain[1], 1 + 2 * strain[2]
    c12 = strain[3]
    determinant = c11 * c22 - c12 * c12
    work[0, 4], work[1, 4] = c22 / determinant, c11 / determinant
    work[2, 4], work[3, 4] = 1.0 / c33, -c12 / determinant
    size = tangent[0, 0] + tangent[1, 1] + tangent[2, 2]
    for m in range(4):
        for n in range(4):
            work[m, n] = tangent[m, n] + size * work[m, 4] * work[n, 4]
    for m in range(4):
        work[m, 4] = stress[m]
    for k in range(4):
        if work[k, k] == 0.0:
            return 0.0
        for m in range(k + 1, 4):
            ratio = work[m, k] / work[k, k]
            for n in range(k, 5):
                work[m, n] -= ratio * work[k, n]
    total = 0.0
    for k in range(3, -1, -1):
        value = work[k, 4]
        for n in range(k + 1, 4):
            value -= work[k, n] * work[n, 4]
        work[k, 4] = value / work[k, k]
        total += stress[k] * work[k, 4]
    return max(total, 0.0)


class Scratch(NamedTuple):
    """Work space of `branch_energies`.

    Parameters
    ----------
    rest, ramp, work : ndarray of float64, shapes (4,), (4,), (4, 5)
        Stresses [Pa], and equations for strains by them.
    """

    rest: np.ndarray
    ramp: np.ndarray
    work: np.ndarray


class PointState(NamedTuple):
    """Relaxing state at the Gauss points.

    Parameters
    ----------
    stress, strain : ndarray of float64, shape (n_columns, n_rows, 4, 4)
        Relaxing stress [Pa] and Green strain [-].
    """

    stress: np.ndarray
    strain: np.ndarray


@inline
def branch_energies(ratio, weight, start, stress_change, strain_change, tangent, strain, scratch):
    """Work done on one branch in one step and the part of it that is dissipated.

    The branch obeys h' = g D (E' - E_v'), E_v' = (g D)^-1 h / tau, with D the tangent: h : E' is
    its power and h : E_v' its dissipation.  Within the step S runs linearly, so that
    h = exp(-t/tau) (h_0 - p) + p with p = g tau S', and both integrals are closed.

    Parameters
    ----------
    ratio : float
        dt / tau [-].
    scratch : Scratch

    Returns
    -------
    work_done, dissipated : float
        [J/m^3].
    """
    rest, ramp, work = scratch
    if ratio < 1e-9 or weight == 0.0:
        return 0.0, 0.0
    fade = -math.expm1(-ratio)
    done = 0.0
    for m in range(4):
        ramp[m] = weight * stress_change[m] / ratio
        rest[m] = start[m] - ramp[m]
        done += (ramp[m] + rest[m] * fade / ratio) * strain_change[m]
    steady = compliance_product(tangent, strain, ramp, work)
    fading = compliance_product(tangent, strain, rest, work)
    for m in range(4):
        rest[m] += ramp[m]
    both = compliance_product(tangent, strain, rest, work) - steady - fading
    spent = steady * ratio + both * fade - 0.5 * fading * math.expm1(-2.0 * ratio)
    return done, max(spent, 0.0) / weight


@kernel
def energies_in_time(before, after, overstress, tangent, branches, dt, work_done, dissipated):
    """Add the work and dissipation of all branches over one time step.

    Parameters
    ----------
    before, after : PointState
        At its ends.
    overstress : ndarray of float64, shape (n_columns, n_rows, 4, n_branches, 4)
        At the start of the step [Pa].
    tangent : ndarray of float64, shape (n_columns, n_rows, 4, 4, 4)
        Relaxing tangent at the end [Pa].
    branches : Branches
    dt : float
        [s].
    work_done, dissipated : ndarray of float64, shape (n_columns, n_rows)
        Element means, added to in place [J/m^3].
    """
    row_layer, weights, times, _, _ = branches
    n_columns, n_rows, _, n_branches, _ = overstress.shape
    stress_change, strain_change = np.empty(4), np.empty(4)
    scratch = Scratch(np.empty(4), np.empty(4), np.empty((4, 5)))
    for j in range(n_columns):
        for i in range(n_rows):
            layer = row_layer[i]
            for p in range(4):
                for m in range(4):
                    stress_change[m] = after.stress[j, i, p, m] - before.stress[j, i, p, m]
                    strain_change[m] = after.strain[j, i, p, m] - before.strain[j, i, p, m]
                for b in range(n_branches):
                    done, spent = branch_energies(
                        dt / times[layer, b],
                        weights[layer, b],
                        overstress[j, i, p, b],
                        stress_change,
                        strain_change,
                        tangent[j, i, p],
                        after.strain[j, i, p],
                        scratch,
                    )
                    work_done[j, i] += 0.25 * done
                    dissipated[j, i] += 0.25 * spent


@kernel
def energies_along_rows(state, reference, tangent, forward, branches, work_done, dissipated):
    """Work and dissipation of all branches since the tissue entered a steady stroke.

    Parameters
    ----------
    state : PointState
    reference, forward, branches
        As in softsim.kernels.strip.history.carry_along_rows.
    tangent : ndarray of float64, shape (n_columns, n_rows, 4, 4, 4)
        Relaxing tangent [Pa].
    work_done, dissipated : ndarray of float64, shape (n_columns, n_rows)
        Overwritten with element means [J/m^3].
    """
    row_layer, weights, _, decay, gain = branches
    n_columns, n_rows = state.stress.shape[0], state.stress.shape[1]
    n_branches = weights.shape[1]
    stress_change, strain_change = np.empty(4), np.empty(4)
    scratch = Scratch(np.empty(4), np.empty(4), np.empty((4, 5)))
    branch = np.empty((n_branches, 4))
    last_stress, last_strain = np.empty(4), np.empty(4)
    work_done[:] = 0.0
    dissipated[:] = 0.0
    for i in range(n_rows):
        layer = row_layer[i]
        for k in range(2):
            branch[:] = 0.0
            last_stress[:] = reference[layer]
            last_strain[:] = 0.0
            done_total, spent_total = 0.0, 0.0
            for step in range(2 * n_columns):
                half = step % 2
                j = n_columns - 1 - step // 2 if forward else step // 2
                right = (half == 0) == forward
                p = (1 if right else 0) if k == 0 else (2 if right else 3)
                stress, strain = state.stress[j, i, p], state.strain[j, i, p]
                for m in range(4):
                    stress_change[m] = stress[m] - last_stress[m]
                    strain_change[m] = strain[m] - last_strain[m]
                    last_stress[m], last_strain[m] = stress[m], strain[m]
                for b in range(n_branches):
                    weight, left = weights[layer, b], decay[layer, j, half, b]
                    if weight == 0.0:
                        continue
                    done, spent = branch_energies(
                        -math.log(max(left, 1e-300)),
                        weight,
                        branch[b],
                        stress_change,
                        strain_change,
                        tangent[j, i, p],
                        strain,
                        scratch,
                    )
                    done_total += done
                    spent_total += spent
                    push = weight * gain[layer, j, half, b]
                    for m in range(4):
                        branch[b, m] = left * branch[b, m]
                        branch[b, m] += push * stress_change[m]
                work_done[j, i] += 0.25 * done_total
                dissipated[j, i] += 0.25 * spent_total
