"""Four-node elements of the structured strip with a mean-dilatation deformation gradient.

Total Lagrangian, plane strain.  The deformation gradient at each Gauss point is scaled so that its
volume ratio is the mean over the element, F~ = (Theta/J)^(1/3) F (Simo, Taylor and Pister 1985;
de Souza Neto et al. 1996): free of volumetric locking, derived from one potential, hence the
consistent tangent used here.  Components are ordered [along, depth, across, along-depth].

Unknowns are numbered column by column, depth fastest, along before depth at each node; the bottom
row of nodes is fixed and carries no unknowns.

References
----------
.. [1] J. C. Simo, R. L. Taylor, K. S. Pister, CMAME 51 (1985) 177-208.
.. [2] E. A. de Souza Neto et al., Int. J. Solids Structures 33 (1996) 3277-3296.
"""

from __future__ import annotations

import numpy as np

from softsim._jit import kernel
from softsim.kernels.laws.response import point_response
from softsim.kernels.strip.element import (
    N_POINTS,
    element_kinematics,
    gather_displacement,
    point_metric,
    point_pull,
    point_stress,
    shape_gradients,
    volume_slopes,
)

OK = 0
INVERTED = 1


@kernel
def evaluate_stress(displacement, grid, layers, work):
    """Instantaneous stresses and tangents at every Gauss point of the strip.

    Parameters
    ----------
    displacement : ndarray of float64, shape (n_columns + 1, n_rows + 1, 2)
        Nodal displacement (along, depth) [m].
    grid : StripGrid
    layers : LayerArrays
    work : StripWork
        Its fixed and relaxing stresses and tangents, and its energy, are overwritten.

    Returns
    -------
    status : int
        `OK`, or `INVERTED` when an element is turned inside out (outputs are then undefined).
    """
    column_edges, row_edges, row_layer = grid
    stress_fixed, stress_relaxing = work.stress_fixed, work.stress_relaxing
    tangent_fixed, tangent_relaxing = work.tangent_fixed, work.tangent_relaxing
    law_codes, law_parameters = layers.law_codes, layers.law_parameters
    family_offsets, families = layers.family_offsets, layers.families
    prestretch, relaxes_all, energy = layers.prestretch, layers.relaxes_all, work.energy
    n_columns, n_rows = column_edges.size - 1, row_edges.size - 1
    gradient = np.empty((N_POINTS, 4, 2))
    local = np.empty((4, 2))
    deformation = np.empty((N_POINTS, 4))
    jacobian = np.empty(N_POINTS)
    cauchy_green, stretch = np.empty(4), np.empty(4)
    by_stress, by_tangent = np.empty(4), np.empty((4, 4))
    for j in range(n_columns):
        width = column_edges[j + 1] - column_edges[j]
        for i in range(n_rows):
            layer = row_layer[i]
            shape_gradients(width, row_edges[i + 1] - row_edges[i], gradient)
            gather_displacement(displacement, j, i, local)
            theta = element_kinematics(local, gradient, deformation, jacobian)
            if theta <= 0.0:
                return INVERTED
            la, ld, lc = prestretch[layer, 0], prestretch[layer, 1], prestretch[layer, 2]
            stretch[0], stretch[1], stretch[2], stretch[3] = la * la, ld * ld, lc * lc, la * ld
            shrinkage = 1.0 / (la * ld * lc)
            for m in range(4):
                by_stress[m] = shrinkage * stretch[m]
                for n in range(4):
                    by_tangent[m, n] = by_stress[m] * stretch[n]
            own = families[family_offsets[layer] : family_offsets[layer + 1]]
            for p in range(N_POINTS):
                f11, f12 = deformation[p, 0], deformation[p, 1]
                f21, f22 = deformation[p, 2], deformation[p, 3]
                scale = (theta / jacobian[p]) ** (2.0 / 3.0)
                cauchy_green[0] = scale * (f11 * f11 + f21 * f21) * stretch[0]
                cauchy_green[1] = scale * (f12 * f12 + f22 * f22) * stretch[1]
                cauchy_green[2] = scale * stretch[2]
                cauchy_green[3] = scale * (f11 * f12 + f21 * f22) * stretch[3]
                iso, vol = stress_relaxing[j, i, p], stress_fixed[j, i, p]
                diso, dvol = tangent_relaxing[j, i, p], tangent_fixed[j, i, p]
                energy_iso, energy_vol = point_response(
                    law_codes[layer], law_parameters[layer], own, cauchy_green, iso, diso, vol, dvol
                )
                energy[j, i, p, 0] = shrinkage * energy_vol
                energy[j, i, p, 1] = shrinkage * energy_iso
                for m in range(4):
                    iso[m] *= by_stress[m]
                    vol[m] *= by_stress[m]
                    for n in range(4):
                        diso[m, n] *= by_tangent[m, n]
                        dvol[m, n] *= by_tangent[m, n]
                if relaxes_all[layer]:
                    energy[j, i, p, 1] += energy[j, i, p, 0]
                    energy[j, i, p, 0] = 0.0
                    for m in range(4):
                        iso[m] += vol[m]
                        vol[m] = 0.0
                        for n in range(4):
                            diso[m, n] += dvol[m, n]
                            dvol[m, n] = 0.0
    return OK


@kernel
def assemble_forces(displacement, grid, work, follow):
    """Nodal internal forces for the stress S_f + factor S_r + carried.

    The bulk modulus is large, so that a trial displacement that is only a little off has a mean
    stress that is far off, and with it a useless geometric stiffness.  Newton's method therefore
    keeps an *expected* mean stress for every element as an unknown of its own (the pressure of a
    three-field formulation, condensed): tangent and `expected_force` are those of the expected mean
    stress, `force` is that of the displacement, and the two agree at the solution.

    Parameters
    ----------
    displacement, grid
        As in `evaluate_stress`.
    work : StripWork
        As `evaluate_stress` left it, with the history's factor and carried stress; forces and mean
        stress are overwritten, and the expected one when `follow`.
    follow : bool
        True to take the mean stress of the displacement as the expected one.
    """
    column_edges, row_edges, _ = grid
    stress_fixed, stress_relaxing = work.stress_fixed, work.stress_relaxing
    factor, carried = work.factor, work.carried
    force, expected_force = work.force, work.expected_force
    mean_stress, expected_mean = work.mean_stress, work.expected_mean
    n_columns, n_rows = column_edges.size - 1, row_edges.size - 1
    gradient, local = np.empty((N_POINTS, 4, 2)), np.empty((4, 2))
    deformation, jacobian = np.empty((N_POINTS, 4)), np.empty(N_POINTS)
    by_jacobian, by_theta = np.empty((N_POINTS, 8)), np.empty(8)
    metric, stress = np.empty(4), np.empty(4)
    pull, total = np.empty(8), np.empty(8)
    force[:] = 0.0
    expected_force[:] = 0.0
    for j in range(n_columns):
        width = column_edges[j + 1] - column_edges[j]
        for i in range(n_rows):
            height = row_edges[i + 1] - row_edges[i]
            weight = 0.25 * width * height
            shape_gradients(width, height, gradient)
            gather_displacement(displacement, j, i, local)
            theta = element_kinematics(local, gradient, deformation, jacobian)
            volume_slopes(gradient, deformation, jacobian, theta, by_jacobian, by_theta)
            total[:] = 0.0
            mean = 0.0
            for p in range(N_POINTS):
                point_metric(deformation, jacobian, theta, p, metric)
                trace = point_stress(
                    stress_fixed[j, i, p],
                    stress_relaxing[j, i, p],
                    factor[j, i, p],
                    carried[j, i, p],
                    metric,
                    stress,
                )
                mean += trace / 12.0
                point_pull(gradient, deformation, p, metric[2], stress, pull)
                for b in range(8):
                    by_eta = (by_theta[b] - by_jacobian[p, b]) / 3.0
                    total[b] += weight * (pull[b] + trace * by_eta)
            mean_stress[j, i] = mean
            if follow:
                expected_mean[j, i] = mean
            missing = 4.0 * weight * (expected_mean[j, i] - mean)
            for b in range(8):
                column = j + 1 if 2 <= b < 6 else j
                row = i + 1 if b >= 4 else i
                force[column, row, b % 2] += total[b]
                expected_force[column, row, b % 2] += total[b] + missing * by_theta[b]


@kernel
def assemble_tangents(displacement, grid, work):
    """Element tangents for the stress S_f + factor S_r + carried and the expected mean stress.

    Parameters
    ----------
    displacement, grid
        As in `evaluate_stress`.
    work : StripWork
        As `assemble_forces` left it; strain operators, stiffness and slopes are overwritten.
    """
    column_edges, row_edges, _ = grid
    stress_fixed, stress_relaxing = work.stress_fixed, work.stress_relaxing
    tangent_fixed, tangent_relaxing = work.tangent_fixed, work.tangent_relaxing
    factor, carried, expected_mean = work.factor, work.carried, work.expected_mean
    strain_operator, stiffness, mean_slope = work.strain_operator, work.stiffness, work.mean_slope
    n_columns, n_rows = column_edges.size - 1, row_edges.size - 1
    gradient, local = np.empty((N_POINTS, 4, 2)), np.empty((4, 2))
    deformation, jacobian = np.empty((N_POINTS, 4)), np.empty(N_POINTS)
    by_jacobian, by_theta, by_eta = np.empty((N_POINTS, 8)), np.empty(8), np.empty(8)
    metric, stress, tangent = np.empty(4), np.empty(4), np.empty((4, 4))
    product, pull, mixed = np.empty((4, 8)), np.empty(8), np.empty(8)
    for j in range(n_columns):
        width = column_edges[j + 1] - column_edges[j]
        for i in range(n_rows):
            height = row_edges[i + 1] - row_edges[i]
            weight = 0.25 * width * height
            shape_gradients(width, height, gradient)
            gather_displacement(displacement, j, i, local)
            theta = element_kinematics(local, gradient, deformation, jacobian)
            volume_slopes(gradient, deformation, jacobian, theta, by_jacobian, by_theta)
            element, slope = stiffness[j, i], mean_slope[j, i]
            element[:] = 0.0
            slope[:] = 0.0
            for p in range(N_POINTS):
                point_metric(deformation, jacobian, theta, p, metric)
                share = factor[j, i, p]
                trace = point_stress(
                    stress_fixed[j, i, p],
                    stress_relaxing[j, i, p],
                    share,
                    carried[j, i, p],
                    metric,
                    stress,
                )
                point_pull(gradient, deformation, p, metric[2], stress, pull)
                for m in range(4):
                    for n in range(4):
                        tangent[m, n] = (
                            tangent_fixed[j, i, p, m, n] + share * tangent_relaxing[j, i, p, m, n]
                        )
                operator = strain_operator[j, i, p]
                for a in range(4):
                    gx, gz = gradient[p, a, 0], gradient[p, a, 1]
                    for k in range(2):
                        b = 2 * a + k
                        fx = metric[2] * deformation[p, 2 * k]
                        fz = metric[2] * deformation[p, 2 * k + 1]
                        by_eta[b] = (by_theta[b] - by_jacobian[p, b]) / 3.0
                        operator[0, b] = fx * gx + metric[0] * by_eta[b]
                        operator[1, b] = fz * gz + metric[1] * by_eta[b]
                        operator[2, b] = metric[2] * by_eta[b]
                        operator[3, b] = fx * gz + fz * gx + 2.0 * metric[3] * by_eta[b]
                        # both mixed terms of the second variation in one rank-one pair
                        mixed[b] = 2.0 * pull[b] + trace * by_eta[b]
                for m in range(4):
                    twice = 2.0 if m == 3 else 1.0
                    for b in range(8):
                        along = (
                            tangent[m, 0] * operator[0, b]
                            + tangent[m, 1] * operator[1, b]
                            + tangent[m, 2] * operator[2, b]
                            + tangent[m, 3] * operator[3, b]
                        )
                        product[m, b] = weight * along
                        slope[b] += (
                            2.0 * stress[m] * operator[m, b] + twice * metric[m] * along
                        ) / 12.0
                third = weight * trace / 3.0
                for a in range(8):
                    o0, o1, o2, o3 = operator[0, a], operator[1, a], operator[2, a], operator[3, a]
                    ea, ma = weight * by_eta[a], weight * mixed[a]
                    ja = third * by_jacobian[p, a]
                    for b in range(8):
                        element[a, b] += (
                            o0 * product[0, b]
                            + o1 * product[1, b]
                            + o2 * product[2, b]
                            + o3 * product[3, b]
                            + ea * mixed[b]
                            + ma * by_eta[b]
                            + ja * by_jacobian[p, b]
                        )
                spread = weight * expected_mean[j, i] / theta - third / jacobian[p]
                for a in range(4):
                    ax, az = gradient[p, a, 0], gradient[p, a, 1]
                    sx = weight * metric[2] * (stress[0] * ax + stress[3] * az)
                    sz = weight * metric[2] * (stress[3] * ax + stress[1] * az)
                    for b in range(4):
                        bx, bz = gradient[p, b, 0], gradient[p, b, 1]
                        geometric = sx * bx + sz * bz
                        element[2 * a, 2 * b] += geometric
                        element[2 * a + 1, 2 * b + 1] += geometric
                        volume = spread * (ax * bz - az * bx)
                        element[2 * a, 2 * b + 1] += volume
                        element[2 * b + 1, 2 * a] += volume
            pressed = 4.0 * weight * expected_mean[j, i]
            for a in range(8):
                for b in range(8):
                    element[a, b] -= pressed * by_theta[a] * by_theta[b]


@kernel
def mean_stress_change(displacement_change, mean_slope, change):
    """Change of the mean Kirchhoff stress of the elements for a small change of displacement.

    Parameters
    ----------
    displacement_change : ndarray of float64, shape (n_columns + 1, n_rows, 2)
        Of the free nodes; the bottom row of nodes is fixed [m].
    mean_slope : ndarray of float64, shape (n_columns, n_rows, 8)
        As in `assemble_tangents` [Pa/m].
    change : ndarray of float64, shape (n_columns, n_rows)
        Overwritten [Pa].
    """
    n_columns, n_rows = change.shape
    for j in range(n_columns):
        for i in range(n_rows):
            slope = mean_slope[j, i]
            total = 0.0
            for k in range(2):
                total += slope[k] * displacement_change[j, i, k]
                total += slope[2 + k] * displacement_change[j + 1, i, k]
                if i + 1 < n_rows:
                    total += slope[4 + k] * displacement_change[j + 1, i + 1, k]
                    total += slope[6 + k] * displacement_change[j, i + 1, k]
            change[j, i] = total
