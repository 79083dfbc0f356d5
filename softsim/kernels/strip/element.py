"""One four-node element of the strip: shape functions, kinematics and stress at its Gauss points.

For the theory see `softsim.kernels.strip.strip`, whose kernels these small functions are compiled
into.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from softsim._jit import inline

N_POINTS = 4
GAUSS = 0.5 / math.sqrt(3.0)


class Element(NamedTuple):
    """Work space of one element.

    Parameters
    ----------
    local : ndarray of float64, shape (4, 2)
        Nodal displacements [m].
    gradient : ndarray of float64, shape (4 points, 4 nodes, 2)
        Of the shape functions [1/m].
    deformation, jacobian : ndarray of float64, shapes (4, 4), (4,)
        Deformation gradient (F11, F12, F21, F22) and volume ratio at the points [-].
    by_jacobian, by_theta : ndarray of float64, shapes (4, 8), (8,)
        Derivatives of ln J at the points and of ln Theta by the nodal displacements [1/m].
    """

    local: np.ndarray
    gradient: np.ndarray
    deformation: np.ndarray
    jacobian: np.ndarray
    by_jacobian: np.ndarray
    by_theta: np.ndarray


@inline
def empty_element():
    """Return work space for an element."""
    return Element(
        np.empty((4, 2)),
        np.empty((N_POINTS, 4, 2)),
        np.empty((N_POINTS, 4)),
        np.empty(N_POINTS),
        np.empty((N_POINTS, 8)),
        np.empty(8),
    )


@inline
def deform(element, displacement, grid, column, row):
    """Fill all but the derivatives; return the mean volume ratio Theta, <= 0 when inverted."""
    width = grid.column_edges[column + 1] - grid.column_edges[column]
    height = grid.row_edges[row + 1] - grid.row_edges[row]
    shape_gradients(width, height, element.gradient)
    gather_displacement(displacement, column, row, element.local)
    return element_kinematics(
        element.local, element.gradient, element.deformation, element.jacobian
    )


@inline
def shape_gradients(width, height, gradient):
    """Reference gradients of the four shape functions at the four Gauss points.

    Nodes run (left, top), (right, top), (right, bottom), (left, bottom); points likewise.
    `gradient` has shape (4 points, 4 nodes, 2) and is overwritten [1/m].
    """
    for p in range(N_POINTS):
        xi = GAUSS if (p == 1 or p == 2) else -GAUSS
        eta = GAUSS if p >= 2 else -GAUSS
        gradient[p, 0, 0], gradient[p, 0, 1] = -(0.5 - eta) / width, -(0.5 - xi) / height
        gradient[p, 1, 0], gradient[p, 1, 1] = (0.5 - eta) / width, -(0.5 + xi) / height
        gradient[p, 2, 0], gradient[p, 2, 1] = (0.5 + eta) / width, (0.5 + xi) / height
        gradient[p, 3, 0], gradient[p, 3, 1] = -(0.5 + eta) / width, (0.5 - xi) / height


@inline
def gather_displacement(displacement, column, row, local):
    """Copy the eight nodal displacements of one element into `local`, shape (4, 2)."""
    for k in range(2):
        local[0, k] = displacement[column, row, k]
        local[1, k] = displacement[column + 1, row, k]
        local[2, k] = displacement[column + 1, row + 1, k]
        local[3, k] = displacement[column, row + 1, k]


@inline
def element_kinematics(local, gradient, deformation, jacobian):
    """Deformation gradient (F11, F12, F21, F22) and volume ratio at each point; their mean.

    Returns the mean volume ratio, or a value <= 0 when any point is inverted.
    """
    mean = 0.0
    smallest = 1.0
    for p in range(N_POINTS):
        f11, f12, f21, f22 = 1.0, 0.0, 0.0, 1.0
        for a in range(4):
            f11 += local[a, 0] * gradient[p, a, 0]
            f12 += local[a, 0] * gradient[p, a, 1]
            f21 += local[a, 1] * gradient[p, a, 0]
            f22 += local[a, 1] * gradient[p, a, 1]
        deformation[p, 0], deformation[p, 1] = f11, f12
        deformation[p, 2], deformation[p, 3] = f21, f22
        jacobian[p] = f11 * f22 - f12 * f21
        mean += 0.25 * jacobian[p]
        smallest = min(smallest, jacobian[p])
    return mean if smallest > 0.0 else -1.0


@inline
def volume_slopes(element, theta):
    """Fill the derivatives of ln J at the points and of ln Theta by the nodal displacements."""
    _, gradient, deformation, jacobian, by_jacobian, by_theta = element
    for b in range(8):
        by_theta[b] = 0.0
    for p in range(N_POINTS):
        f11, f12 = deformation[p, 0], deformation[p, 1]
        f21, f22 = deformation[p, 2], deformation[p, 3]
        for a in range(4):
            gx, gz = gradient[p, a, 0], gradient[p, a, 1]
            du = f22 * gx - f21 * gz
            dw = f11 * gz - f12 * gx
            by_jacobian[p, 2 * a] = du / jacobian[p]
            by_jacobian[p, 2 * a + 1] = dw / jacobian[p]
            by_theta[2 * a] += 0.25 * du / theta
            by_theta[2 * a + 1] += 0.25 * dw / theta


@inline
def point_metric(element, theta, p, metric):
    """Right Cauchy-Green components (11, 22, 33, 12) of F~ at one point."""
    f11, f12 = element.deformation[p, 0], element.deformation[p, 1]
    f21, f22 = element.deformation[p, 2], element.deformation[p, 3]
    square = (theta / element.jacobian[p]) ** (2.0 / 3.0)
    metric[0] = square * (f11 * f11 + f21 * f21)
    metric[1] = square * (f12 * f12 + f22 * f22)
    metric[2] = square
    metric[3] = square * (f11 * f12 + f21 * f22)


@inline
def point_stress(work, column, row, p, metric, stress):
    """Acting stress at one point; returns its trace with the metric, three mean Kirchhoff."""
    fixed, relaxing = work.stress_fixed[column, row, p], work.stress_relaxing[column, row, p]
    share, carried = work.factor[column, row, p], work.carried[column, row, p]
    for m in range(4):
        stress[m] = fixed[m] + share * relaxing[m] + carried[m]
    trace = stress[0] * metric[0] + stress[1] * metric[1] + stress[2] * metric[2]
    return trace + 2.0 * stress[3] * metric[3]


@inline
def point_pull(element, p, square, stress, pull):
    """Stress times the derivative of the strain at constant volume scale, shape (8,)."""
    gradient, deformation = element.gradient, element.deformation
    f11, f12 = square * deformation[p, 0], square * deformation[p, 1]
    f21, f22 = square * deformation[p, 2], square * deformation[p, 3]
    for a in range(4):
        gx, gz = gradient[p, a, 0], gradient[p, a, 1]
        sx, sz = stress[0] * gx + stress[3] * gz, stress[3] * gx + stress[1] * gz
        pull[2 * a] = f11 * sx + f12 * sz
        pull[2 * a + 1] = f21 * sx + f22 * sz


@inline
def strain_rows(element, p, metric, by_eta, operator):
    """Derivatives by the nodal displacements of the strain, (4, 8), and of the volume scale."""
    for a in range(4):
        gx, gz = element.gradient[p, a, 0], element.gradient[p, a, 1]
        for k in range(2):
            b = 2 * a + k
            fx = metric[2] * element.deformation[p, 2 * k]
            fz = metric[2] * element.deformation[p, 2 * k + 1]
            by_eta[b] = (element.by_theta[b] - element.by_jacobian[p, b]) / 3.0
            operator[0, b] = fx * gx + metric[0] * by_eta[b]
            operator[1, b] = fz * gz + metric[1] * by_eta[b]
            operator[2, b] = metric[2] * by_eta[b]
            operator[3, b] = fx * gz + fz * gx + 2.0 * metric[3] * by_eta[b]


@inline
def stretch_factors(prestretch, stretch, by_stress, by_tangent):
    """What a prestretch (3,) multiplies C, stress and tangent by; returns the volume it saves."""
    la, ld, lc = prestretch[0], prestretch[1], prestretch[2]
    stretch[0], stretch[1], stretch[2], stretch[3] = la * la, ld * ld, lc * lc, la * ld
    shrinkage = 1.0 / (la * ld * lc)
    for m in range(4):
        by_stress[m] = shrinkage * stretch[m]
        for n in range(4):
            by_tangent[m, n] = by_stress[m] * stretch[n]
    return shrinkage


@inline
def add_material(stiffness, operator, product, weight, by_eta, mixed, third, by_jacobian):
    """Add B^T D B, with D B in `product`, the rank-one pair of the volume scale and that of J."""
    for a in range(8):
        o0, o1, o2, o3 = operator[0, a], operator[1, a], operator[2, a], operator[3, a]
        ea, ma, ja = weight * by_eta[a], weight * mixed[a], third * by_jacobian[a]
        for b in range(8):
            stiffness[a, b] += (
                o0 * product[0, b]
                + o1 * product[1, b]
                + o2 * product[2, b]
                + o3 * product[3, b]
                + ea * mixed[b]
                + ma * by_eta[b]
                + ja * by_jacobian[b]
            )


@inline
def add_geometric(element, p, square, spread, stress, stiffness):
    """Add the part of the stress, and of the area in pairs of nodes by `spread`, to a tangent.

    `square` is the metric across times the weight of the point.
    """
    gradient = element.gradient
    for a in range(4):
        ax, az = gradient[p, a, 0], gradient[p, a, 1]
        sx = square * (stress[0] * ax + stress[3] * az)
        sz = square * (stress[3] * ax + stress[1] * az)
        for b in range(4):
            bx, bz = gradient[p, b, 0], gradient[p, b, 1]
            geometric = sx * bx + sz * bz
            stiffness[2 * a, 2 * b] += geometric
            stiffness[2 * a + 1, 2 * b + 1] += geometric
            volume = spread * (ax * bz - az * bx)
            stiffness[2 * a, 2 * b + 1] += volume
            stiffness[2 * b + 1, 2 * a] += volume
