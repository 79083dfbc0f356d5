"""Slow twin of the strip elements: potentials and stresses from their definitions.

Full 3x3 tensors point by point; shares nothing with softsim.
"""

import mpmath as mp
import numpy as np

from tests.twins import strip_laws as law_twin

INNER = 1.0 / np.sqrt(3.0)
CORNERS = ((-1, -1), (1, -1), (1, 1), (-1, 1))
"""Nodes and Gauss points alike: (left, top), (right, top), (right, bottom), (left, bottom)."""


def shape_slopes(point, width, height, one=1.0, inner=INNER):
    """Return the gradients of the four bilinear shape functions at a Gauss point."""
    xi, eta = CORNERS[point][0] * inner, CORNERS[point][1] * inner
    return [
        (one * a * (1 + b * eta) / 4 * 2 / width, one * b * (1 + a * xi) / 4 * 2 / height)
        for a, b in CORNERS
    ]


def plane_gradient(point, width, height, nodal, one=1.0, inner=INNER):
    """Return F as nested lists, 2x2."""
    f = [[one, 0 * one], [0 * one, one]]
    for (gx, gz), u in zip(shape_slopes(point, width, height, one, inner), nodal, strict=True):
        for i in range(2):
            f[i][0] = f[i][0] + u[i] * gx
            f[i][1] = f[i][1] + u[i] * gz
    return f


def volume_ratio(f):
    """Return det F of the plane part."""
    return f[0][0] * f[1][1] - f[0][1] * f[1][0]


def mean_dilatation_gradients(width, height, nodal):
    """Return F~ = (Theta/J)^(1/3) F at the four points as 3x3 arrays."""
    plane = [plane_gradient(p, width, height, nodal) for p in range(4)]
    theta = np.mean([volume_ratio(f) for f in plane])
    full = []
    for f in plane:
        whole = np.eye(3)
        whole[:2, :2] = f
        full.append((theta / volume_ratio(f)) ** (1.0 / 3.0) * whole)
    return full


def components(tensor):
    """Return (11, 22, 33, 12) of a symmetric tensor."""
    return np.array([tensor[0, 0], tensor[1, 1], tensor[2, 2], tensor[0, 1]])


def tensor(parts):
    """Return the symmetric tensor of (11, 22, 33, 12)."""
    a, b, c, d = parts
    return np.array([[a, d, 0.0], [d, b, 0.0], [0.0, 0.0, c]])


def green_strains(width, height, nodal):
    """Return (E11, E22, E33, 2 E12) of F~ at the four points."""
    strains = []
    for f in mean_dilatation_gradients(width, height, nodal):
        parts = components(0.5 * (f.T @ f - np.eye(3)))
        parts[3] *= 2.0
        strains.append(parts)
    return np.array(strains)


def cauchy_mean(width, height, nodal, stresses):
    """Return the mean over the points of F~ S F~^T / det F~."""
    gradients = mean_dilatation_gradients(width, height, nodal)
    pushed = [
        components(f @ tensor(s) @ f.T) / np.linalg.det(f)
        for f, s in zip(gradients, stresses, strict=True)
    ]
    return np.mean(pushed, axis=0)


def principal_log_difference(width, height, nodal):
    """Return the mean over the points of ln(l1/l2) of the in-plane principal stretches."""
    values = []
    for p in range(4):
        stretches = np.linalg.svd(np.array(plane_gradient(p, width, height, nodal)))[1]
        values.append(np.log(stretches[0] / stretches[1]))
    return np.mean(values)


def element_potential(law, width, height, nodal, *, stretch, fixed, relaxing, carried):
    """Return area/4 sum of [fixed W_vol + relaxing W_iso + carried : E~] in mpmath.

    `stretch` is the prestretch (along, depth, across); energies are per volume of the skin's
    reference state, the carried stress is conjugate to the strain measured from it.
    """
    one, inner = mp.mpf(1), 1 / mp.sqrt(3)
    plane = [plane_gradient(p, width, height, nodal, one, inner) for p in range(4)]
    theta = sum(volume_ratio(f) for f in plane) / 4
    (iso, _), (vol, _) = (
        law_twin.coupled_parts(law)
        if type(law).__name__ == "NeoHookean"
        else law_twin.split_parts(law)
    )
    first = mp.matrix([[stretch[0], 0, 0], [0, stretch[1], 0], [0, 0, stretch[2]]])
    total = mp.mpf(0)
    for p, f in enumerate(plane):
        scale = mp.cbrt(theta / volume_ratio(f))
        whole = scale * mp.matrix([[*f[0], 0], [*f[1], 0], [0, 0, 1]])
        green = whole.T * whole
        c = first * green * first
        # an exactly symmetric matrix, as the eigenvalue routine asks for
        c[1, 0] = c[0, 1]
        energy = (fixed * vol(c) + relaxing * iso(c)) / (stretch[0] * stretch[1] * stretch[2])
        strain = [(green[0, 0] - 1) / 2, (green[1, 1] - 1) / 2, (green[2, 2] - 1) / 2, green[0, 1]]
        total += energy + sum(mp.mpf(s) * e for s, e in zip(carried[p], strain, strict=True))
    return total * width * height / 4


def element_forces(law, width, height, nodal, **stress):
    """Return the nodal forces, shape (4, 2): central differences of the potential."""
    with mp.workdps(law_twin.DIGITS):
        width, height = mp.mpf(width), mp.mpf(height)
        stress["stretch"] = [mp.mpf(x) for x in stress["stretch"]]
        start = [[mp.mpf(x) for x in node] for node in nodal]
        step = width * law_twin.STEP
        forces = np.empty((4, 2))
        for a in range(4):
            for k in range(2):
                ends = []
                for sign in (1, -1):
                    moved = [list(node) for node in start]
                    moved[a][k] += sign * step
                    ends.append(element_potential(law, width, height, moved, **stress))
                forces[a, k] = float((ends[0] - ends[1]) / (2 * step))
        return forces


def element_vector(nodal, j, i):
    """Return the eight values at the nodes of an element; those below the grid are zero."""
    corners = ((j, i), (j + 1, i), (j + 1, i + 1), (j, i + 1))
    return np.concatenate([nodal[j, i] if i < nodal.shape[1] else np.zeros(2) for j, i in corners])


def stress_change(displacement_change, tangent, strain_operator):
    """Return D B du at every Gauss point."""
    change = np.empty(tangent.shape[:4])
    for j, i in np.ndindex(change.shape[:2]):
        change[j, i] = np.einsum(
            "pmn,pnb,b->pm",
            tangent[j, i],
            strain_operator[j, i],
            element_vector(displacement_change, j, i),
        )
    return change


def force_change(displacement_change, stiffness, carried_change, strain_operator, areas):
    """Return the nodal forces K du + B^T of the change of carried stress, summed over elements."""
    force = np.zeros(displacement_change.shape)
    for j, i in np.ndindex(stiffness.shape[:2]):
        local = stiffness[j, i] @ element_vector(displacement_change, j, i)
        local += (
            areas[j, i] / 4 * np.einsum("pmb,pm->b", strain_operator[j, i], carried_change[j, i])
        )
        for (column, row), part in zip(
            ((j, i), (j + 1, i), (j + 1, i + 1), (j, i + 1)), local.reshape(4, 2), strict=True
        ):
            force[column, row] += part
    return force


def mean_stress_change(displacement_change, mean_slope):
    """Return the slopes of the mean stress times the change of the free nodes."""
    change = np.empty(mean_slope.shape[:2])
    for j, i in np.ndindex(change.shape):
        change[j, i] = mean_slope[j, i] @ element_vector(displacement_change, j, i)
    return change
