"""One four-node element of the strip: shape functions, kinematics and stress at its Gauss points.

For the theory see `softsim.kernels.strip.strip`, whose kernels these small functions are compiled
into.
"""

from __future__ import annotations

import math

from softsim._jit import inline

N_POINTS = 4
GAUSS = 0.5 / math.sqrt(3.0)


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
def volume_slopes(gradient, deformation, jacobian, theta, by_jacobian, by_theta):
    """Derivatives of ln J at the points (4, 8) and of ln Theta (8,) by the nodal displacements."""
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
def point_metric(deformation, jacobian, theta, p, metric):
    """Right Cauchy-Green components (11, 22, 33, 12) of F~ at one point."""
    f11, f12 = deformation[p, 0], deformation[p, 1]
    f21, f22 = deformation[p, 2], deformation[p, 3]
    square = (theta / jacobian[p]) ** (2.0 / 3.0)
    metric[0] = square * (f11 * f11 + f21 * f21)
    metric[1] = square * (f12 * f12 + f22 * f22)
    metric[2] = square
    metric[3] = square * (f11 * f12 + f21 * f22)


@inline
def point_stress(fixed, relaxing, share, carried, metric, stress):
    """Acting stress at one point; returns its trace with the metric, three mean Kirchhoff."""
    for m in range(4):
        stress[m] = fixed[m] + share * relaxing[m] + carried[m]
    trace = stress[0] * metric[0] + stress[1] * metric[1] + stress[2] * metric[2]
    return trace + 2.0 * stress[3] * metric[3]


@inline
def point_pull(gradient, deformation, p, square, stress, pull):
    """Stress times the derivative of the strain at constant volume scale, shape (8,)."""
    f11, f12 = square * deformation[p, 0], square * deformation[p, 1]
    f21, f22 = square * deformation[p, 2], square * deformation[p, 3]
    for a in range(4):
        gx, gz = gradient[p, a, 0], gradient[p, a, 1]
        sx, sz = stress[0] * gx + stress[3] * gz, stress[3] * gx + stress[1] * gz
        pull[2 * a] = f11 * sx + f12 * sz
        pull[2 * a + 1] = f21 * sx + f22 * sz
