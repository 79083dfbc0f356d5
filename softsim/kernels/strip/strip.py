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
from softsim.kernels.strip.element import (
    N_POINTS,
    add_geometric,
    add_material,
    deform,
    empty_element,
    point_metric,
    point_pull,
    point_stress,
    strain_rows,
    stretch_factors,
    volume_slopes,
)
from softsim.kernels.strip.point.response import point_response

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
    energy = work.energy
    element = empty_element()
    cauchy_green, stretch = np.empty(4), np.empty(4)
    by_stress, by_tangent = np.empty(4), np.empty((4, 4))
    for j in range(energy.shape[0]):
        for i in range(energy.shape[1]):
            layer = grid.row_layer[i]
            theta = deform(element, displacement, grid, j, i)
            if theta <= 0.0:
                return INVERTED
            shrinkage = stretch_factors(layers.prestretch[layer], stretch, by_stress, by_tangent)
            first, last = layers.family_offsets[layer], layers.family_offsets[layer + 1]
            families, code = layers.families[first:last], layers.law_codes[layer]
            parameters, relaxes_all = layers.law_parameters[layer], layers.relaxes_all[layer]
            for p in range(N_POINTS):
                point_metric(element, theta, p, cauchy_green)
                for m in range(4):
                    cauchy_green[m] *= stretch[m]
                iso, vol = work.stress_relaxing[j, i, p], work.stress_fixed[j, i, p]
                diso, dvol = work.tangent_relaxing[j, i, p], work.tangent_fixed[j, i, p]
                energy_iso, energy_vol = point_response(
                    code, parameters, families, cauchy_green, iso, diso, vol, dvol
                )
                energy[j, i, p, 0] = shrinkage * energy_vol
                energy[j, i, p, 1] = shrinkage * energy_iso
                for m in range(4):
                    iso[m] *= by_stress[m]
                    vol[m] *= by_stress[m]
                    for n in range(4):
                        diso[m, n] *= by_tangent[m, n]
                        dvol[m, n] *= by_tangent[m, n]
                if relaxes_all:
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
    mean_stress, expected_mean = work.mean_stress, work.expected_mean
    element = empty_element()
    metric, stress = np.empty(4), np.empty(4)
    pull, total = np.empty(8), np.empty(8)
    work.force[:] = 0.0
    work.expected_force[:] = 0.0
    for j in range(mean_stress.shape[0]):
        width = column_edges[j + 1] - column_edges[j]
        for i in range(mean_stress.shape[1]):
            weight = 0.25 * width * (row_edges[i + 1] - row_edges[i])
            theta = deform(element, displacement, grid, j, i)
            volume_slopes(element, theta)
            total[:] = 0.0
            mean = 0.0
            for p in range(N_POINTS):
                point_metric(element, theta, p, metric)
                trace = point_stress(work, j, i, p, metric, stress)
                mean += trace / 12.0
                point_pull(element, p, metric[2], stress, pull)
                for b in range(8):
                    by_eta = (element.by_theta[b] - element.by_jacobian[p, b]) / 3.0
                    total[b] += weight * (pull[b] + trace * by_eta)
            mean_stress[j, i] = mean
            if follow:
                expected_mean[j, i] = mean
            missing = 4.0 * weight * (expected_mean[j, i] - mean)
            for b in range(8):
                column = j + 1 if 2 <= b < 6 else j
                row = i + 1 if b >= 4 else i
                work.force[column, row, b % 2] += total[b]
                work.expected_force[column, row, b % 2] += total[b] + missing * element.by_theta[b]


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
    element = empty_element()
    by_theta, by_eta, mixed = element.by_theta, np.empty(8), np.empty(8)
    metric, stress, tangent = np.empty(4), np.empty(4), np.empty((4, 4))
    product, pull = np.empty((4, 8)), np.empty(8)
    for j in range(work.stiffness.shape[0]):
        width = column_edges[j + 1] - column_edges[j]
        for i in range(work.stiffness.shape[1]):
            weight = 0.25 * width * (row_edges[i + 1] - row_edges[i])
            theta = deform(element, displacement, grid, j, i)
            volume_slopes(element, theta)
            stiffness, slope = work.stiffness[j, i], work.mean_slope[j, i]
            stiffness[:] = 0.0
            slope[:] = 0.0
            for p in range(N_POINTS):
                point_metric(element, theta, p, metric)
                trace = point_stress(work, j, i, p, metric, stress)
                point_pull(element, p, metric[2], stress, pull)
                share, operator = work.factor[j, i, p], work.strain_operator[j, i, p]
                fixed, relaxing = work.tangent_fixed[j, i, p], work.tangent_relaxing[j, i, p]
                for m in range(4):
                    for n in range(4):
                        tangent[m, n] = fixed[m, n] + share * relaxing[m, n]
                strain_rows(element, p, metric, by_eta, operator)
                for b in range(8):
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
                by_jacobian = element.by_jacobian[p]
                add_material(
                    stiffness, operator, product, weight, by_eta, mixed, third, by_jacobian
                )
                spread = weight * work.expected_mean[j, i] / theta - third / element.jacobian[p]
                add_geometric(element, p, weight * metric[2], spread, stress, stiffness)
            pressed = 4.0 * weight * work.expected_mean[j, i]
            for a in range(8):
                for b in range(8):
                    stiffness[a, b] -= pressed * by_theta[a] * by_theta[b]


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
