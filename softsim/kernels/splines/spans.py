"""Stresses, forces and tangents of spans of tensor-product splines, in any number of directions.

Total Lagrangian.  The volume energy of a span is that of the mean volume ratio over the span,
W = sum over points of W_iso(C) + V U(J mean), which is free of volumetric locking and has one
potential.  Components are ordered along-along, depth-depth, across-across, along-depth; directions
along, depth.

References
----------
.. [1] J. C. Nagtegaal, D. M. Parks, J. R. Rice, CMAME 4 (1974) 153-177 (mean dilatation).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.laws.split import shape_response, volume_response
from softsim.kernels.tensors.algebra import tensor_inverse

OK = 0
INVERTED = 1
PLANE = 0
ROUND = 1  # axisymmetric: along is the radius, across the hoop


class Mesh(NamedTuple):
    """Spans and their unknowns.

    Attributes
    ----------
    directions : tuple of `softsim.engines.splines.basis.Direction`
        Along, depth.
    number : ndarray of int64, shape (n_along, n_depth, 2)
        Unknown of each function and component; -1 where it is held.
    layer : ndarray of int64, shape (n_spans_along, n_spans_depth)
        Material of each span.
    form : int
        `PLANE` or `ROUND`.
    """

    directions: tuple
    number: np.ndarray
    layer: np.ndarray
    form: int


class Stresses(NamedTuple):
    """State of all points and spans; points of a span counted along first.

    Attributes
    ----------
    relaxing, fixed : ndarray of float64, shape (n_along, n_depth, n_points, 4)
        Second Piola-Kirchhoff stress that relaxes and that does not [Pa].
    tangent : ndarray of float64, shape (n_along, n_depth, n_points, 4, 4)
        Derivative of the shape stress by the Green strain [Pa].
    ratio : ndarray of float64, shape (n_along, n_depth, n_points)
        Volume ratio J of the points [-].
    mean : ndarray of float64, shape (n_along, n_depth, 5)
        Of a span: volume [m^3/m], mean J [-], U' and U'' [Pa], U [J/m^3].
    energy : ndarray of float64, shape (n_along, n_depth, n_points)
        Energy of the shape [J/m^3].
    """

    relaxing: np.ndarray
    fixed: np.ndarray
    tangent: np.ndarray
    ratio: np.ndarray
    mean: np.ndarray
    energy: np.ndarray


class History(NamedTuple):
    """What relaxation makes of the stresses.

    Attributes
    ----------
    factor : ndarray of float64, shape (n_along, n_depth, n_points)
        Share of the relaxing stress that acts at once [-].
    carried : ndarray of float64, shape (n_along, n_depth, n_points, 4)
        Stress carried over [Pa].
    """

    factor: np.ndarray
    carried: np.ndarray


@inline
def span_shapes(mesh, i, j, value, gradient, weight, radius):
    """Fill values and gradients of the functions of a span at its points.

    Parameters
    ----------
    mesh : Mesh
    i, j : int
        Span along and in depth.
    value : ndarray of float64, shape (n_points, n_functions)
    gradient : ndarray of float64, shape (n_points, n_functions, 2)
        [1/m].
    weight, radius : ndarray of float64, shape (n_points,)
        Area, in the round form times the circumference; radius [m].
    """
    along, depth = mesh.directions
    points, size = along.weight.shape[1], along.value.shape[2]
    for q in range(points):
        for r in range(points):
            p = q * points + r
            weight[p] = along.weight[i, q] * depth.weight[j, r]
            radius[p] = along.place[i, q]
            if mesh.form == ROUND:
                weight[p] *= 2.0 * math.pi * radius[p]
            for a in range(size):
                va, sa = along.value[i, q, a], along.slope[i, q, a]
                for b in range(size):
                    vb, sb = depth.value[j, r, b], depth.slope[j, r, b]
                    value[p, a * size + b] = va * vb
                    gradient[p, a * size + b, 0] = sa * vb
                    gradient[p, a * size + b, 1] = va * sb


@inline
def gather(mesh, displacement, i, j, local):
    """Copy the coefficients of a span, shape (n_functions, 2) [m]."""
    along, depth = mesh.directions
    size = along.value.shape[2]
    ia, jb = along.first[i], depth.first[j]
    for a in range(size):
        for b in range(size):
            local[a * size + b, 0] = displacement[ia + a, jb + b, 0]
            local[a * size + b, 1] = displacement[ia + a, jb + b, 1]


@inline
def deformation_at(mesh, local, value, gradient, radius, p, f):
    """Fill the deformation gradient at a point; return the volume ratio.

    Parameters
    ----------
    f : ndarray of float64, shape (5,)
        Overwritten: along-along, along-depth, depth-along, depth-depth, across-across [-].
    """
    f[0], f[1], f[2], f[3], f[4] = 1.0, 0.0, 0.0, 1.0, 1.0
    out = 0.0
    for a in range(local.shape[0]):
        gx, gz = gradient[p, a, 0], gradient[p, a, 1]
        f[0] += local[a, 0] * gx
        f[1] += local[a, 0] * gz
        f[2] += local[a, 1] * gx
        f[3] += local[a, 1] * gz
        out += local[a, 0] * value[p, a]
    if mesh.form == ROUND:
        f[4] += out / radius[p]
    return (f[0] * f[3] - f[1] * f[2]) * f[4]


@inline
def metric_at(f, c):
    """Fill the right Cauchy-Green tensor, shape (4,)."""
    c[0] = f[0] * f[0] + f[2] * f[2]
    c[1] = f[1] * f[1] + f[3] * f[3]
    c[2] = f[4] * f[4]
    c[3] = f[0] * f[1] + f[2] * f[3]


@kernel
def evaluate_stresses(mesh, layers, displacement, stresses):
    """Fill stresses, tangents and volumes of all spans.

    Parameters
    ----------
    mesh : Mesh
    layers : softsim.kernels.laws.arrays.LayerArrays
    displacement : ndarray of float64, shape (n_along, n_depth, 2)
        Coefficients [m].
    stresses : Stresses
        Overwritten.

    Returns
    -------
    int
        `OK`, or `INVERTED` where a point or a span is turned inside out.
    """
    along, depth = mesh.directions
    points, size = along.weight.shape[1], along.value.shape[2]
    n_points, n_functions = points * points, size * size
    value, gradient = np.empty((n_points, n_functions)), np.empty((n_points, n_functions, 2))
    weight, radius = np.empty(n_points), np.empty(n_points)
    local, f = np.empty((n_functions, 2)), np.empty((n_points, 5))
    c, stretch, scaled, by = np.empty(4), np.empty(4), np.empty(4), np.empty(4)
    for i in range(along.first.size):
        for j in range(depth.first.size):
            layer = mesh.layer[i, j]
            span_shapes(mesh, i, j, value, gradient, weight, radius)
            gather(mesh, displacement, i, j, local)
            volume, swept = 0.0, 0.0
            for p in range(n_points):
                ratio = deformation_at(mesh, local, value, gradient, radius, p, f[p])
                if not (ratio > 0.0 and f[p, 4] > 0.0):
                    return INVERTED
                stresses.ratio[i, j, p] = ratio
                volume += weight[p]
                swept += weight[p] * ratio
            la, ld, lc = layers.prestretch[layer]
            stretch[0], stretch[1], stretch[2], stretch[3] = la * la, ld * ld, lc * lc, la * ld
            shrunk = 1.0 / (la * ld * lc)
            mean = swept / volume
            stored, slope, bend = volume_response(
                layers.law_codes[layer], layers.law_parameters[layer], mean / shrunk
            )
            own = stresses.mean[i, j]
            own[0], own[1], own[2], own[3] = volume, mean, slope, bend / shrunk
            own[4] = shrunk * stored
            own_families = layers.families[
                layers.family_offsets[layer] : layers.family_offsets[layer + 1]
            ]
            for p in range(n_points):
                metric_at(f[p], c)
                for m in range(4):
                    scaled[m] = stretch[m] * c[m]
                    by[m] = shrunk * stretch[m]
                relaxing, fixed = stresses.relaxing[i, j, p], stresses.fixed[i, j, p]
                tangent = stresses.tangent[i, j, p]
                stresses.energy[i, j, p] = shrunk * shape_response(
                    layers.law_codes[layer],
                    layers.law_parameters[layer],
                    own_families,
                    scaled,
                    relaxing,
                    tangent,
                )
                inverse = tensor_inverse(c)[1]
                pull = slope * stresses.ratio[i, j, p]
                for m in range(4):
                    relaxing[m] *= by[m]
                    fixed[m] = pull * inverse[m]
                    for n in range(4):
                        tangent[m, n] *= by[m] * stretch[n]
                if layers.relaxes_all[layer]:
                    for m in range(4):
                        relaxing[m] += fixed[m]
                        fixed[m] = 0.0
    return OK


@inline
def force_of(mesh, f, value, gradient, radius, p, stress, weight, total):
    """Add the force of a stress at a point to the functions of its span, shape (n_f, 2) [N/m]."""
    s0, s1, s2, s3 = weight * stress[0], weight * stress[1], weight * stress[2], weight * stress[3]
    p0, p1 = f[0] * s0 + f[1] * s3, f[0] * s3 + f[1] * s1
    p2, p3 = f[2] * s0 + f[3] * s3, f[2] * s3 + f[3] * s1
    hoop = f[4] * s2 / radius[p] if mesh.form == ROUND else 0.0
    for a in range(total.shape[0]):
        gx, gz = gradient[p, a, 0], gradient[p, a, 1]
        total[a, 0] += p0 * gx + p1 * gz + hoop * value[p, a]
        total[a, 1] += p2 * gx + p3 * gz


@kernel
def assemble_forces(mesh, displacement, stresses, history, force):
    """Internal force on every function for the stress fixed + factor relaxing + carried.

    Parameters
    ----------
    mesh : Mesh
    displacement : ndarray of float64, shape (n_along, n_depth, 2)
        [m].
    stresses : Stresses
        Of this displacement.
    history : History
    force : ndarray of float64, shape (n_along, n_depth, 2)
        Overwritten [N/m].
    """
    along, depth = mesh.directions
    points, size = along.weight.shape[1], along.value.shape[2]
    n_points, n_functions = points * points, size * size
    value, gradient = np.empty((n_points, n_functions)), np.empty((n_points, n_functions, 2))
    weight, radius = np.empty(n_points), np.empty(n_points)
    local, f, stress = np.empty((n_functions, 2)), np.empty(5), np.empty(4)
    total = np.empty((n_functions, 2))
    force[:] = 0.0
    for i in range(along.first.size):
        for j in range(depth.first.size):
            span_shapes(mesh, i, j, value, gradient, weight, radius)
            gather(mesh, displacement, i, j, local)
            total[:] = 0.0
            for p in range(n_points):
                deformation_at(mesh, local, value, gradient, radius, p, f)
                for m in range(4):
                    stress[m] = (
                        stresses.fixed[i, j, p, m]
                        + history.factor[i, j, p] * stresses.relaxing[i, j, p, m]
                        + history.carried[i, j, p, m]
                    )
                force_of(mesh, f, value, gradient, radius, p, stress, weight[p], total)
            ia, jb = along.first[i], depth.first[j]
            for a in range(size):
                for b in range(size):
                    force[ia + a, jb + b, 0] += total[a * size + b, 0]
                    force[ia + a, jb + b, 1] += total[a * size + b, 1]


@inline
def positive_part(stress):
    """Leave of a stress the part that pulls, in the plane of along and depth and across it."""
    middle, half = 0.5 * (stress[0] + stress[1]), 0.5 * (stress[0] - stress[1])
    reach = math.sqrt(half * half + stress[3] * stress[3])
    high, low = max(middle + reach, 0.0), max(middle - reach, 0.0)
    mean, part = 0.5 * (high + low), 0.0
    if reach > 0.0:
        part = 0.5 * (high - low) / reach
    stress[0], stress[1] = mean + part * half, mean - part * half
    stress[3] *= part
    stress[2] = max(stress[2], 0.0)


@kernel
def assemble_tangent(mesh, displacement, stresses, history, expected, geometric, band):
    """Lower band of the symmetric tangent, with the volume stress expected of the spans.

    Parameters
    ----------
    mesh : Mesh
    displacement : ndarray of float64, shape (n_along, n_depth, 2)
        [m].
    stresses : Stresses
    history : History
    expected : ndarray of float64, shape (n_along, n_depth)
        U' expected after the last step [Pa].
    geometric : int
        1 whole geometric stress, 0 its pulling part, -1 none.
    band : ndarray of float64, shape (n_unknowns, half_width + 1)
        Overwritten: entry (i, j), i >= j, is band[j, i - j].

    Returns
    -------
    slope : ndarray of float64, shape (n_along, n_depth, n_functions * 2)
        Derivative of the mean volume ratio of each span by its coefficients [1/m].
    """
    along, depth = mesh.directions
    points, size = along.weight.shape[1], along.value.shape[2]
    n_points, n_functions = points * points, size * size
    width = 2 * n_functions
    value, gradient = np.empty((n_points, n_functions)), np.empty((n_points, n_functions, 2))
    weight, radius = np.empty(n_points), np.empty(n_points)
    local, f, stress, c = np.empty((n_functions, 2)), np.empty(5), np.empty(4), np.empty(4)
    operator, product = np.empty((4, width)), np.empty((4, width))
    element, tangent = np.empty((width, width)), np.empty((4, 4))
    index = np.empty(width, np.int64)
    slopes = np.zeros((along.first.size, depth.first.size, width))
    band[:] = 0.0
    for i in range(along.first.size):
        for j in range(depth.first.size):
            span_shapes(mesh, i, j, value, gradient, weight, radius)
            gather(mesh, displacement, i, j, local)
            volume, slope, bend = (
                stresses.mean[i, j, 0],
                stresses.mean[i, j, 2],
                stresses.mean[i, j, 3],
            )
            element[:] = 0.0
            own = slopes[i, j]
            share = 1.0
            for p in range(n_points):
                deformation_at(mesh, local, value, gradient, radius, p, f)
                metric_at(f, c)
                inverse = tensor_inverse(c)[1]
                factor = history.factor[i, j, p]
                # the volume part relaxes where nothing is left fixed
                fixed = stresses.fixed[i, j, p]
                relaxes = fixed[0] == 0.0 and fixed[1] == 0.0 and fixed[2] == 0.0
                share = factor if relaxes else 1.0
                pull = share * expected[i, j] * stresses.ratio[i, j, p]
                if geometric < 0:
                    pull = 0.0
                missing = share * (expected[i, j] - slope) * stresses.ratio[i, j, p]
                for m in range(4):
                    stress[m] = (
                        fixed[m]
                        + factor * stresses.relaxing[i, j, p, m]
                        + history.carried[i, j, p, m]
                        + missing * inverse[m]
                    )
                    for n in range(4):
                        tangent[m, n] = factor * stresses.tangent[i, j, p, m, n]
                        tangent[m, n] += pull * inverse[m] * inverse[n]
                add_square(inverse, -2.0 * pull, tangent)
                for a in range(n_functions):
                    gx, gz = gradient[p, a, 0], gradient[p, a, 1]
                    for k in range(2):
                        b = 2 * a + k
                        operator[0, b] = f[2 * k] * gx
                        operator[1, b] = f[2 * k + 1] * gz
                        operator[2, b] = 0.0
                        operator[3, b] = f[2 * k] * gz + f[2 * k + 1] * gx
                    if mesh.form == ROUND:
                        operator[2, 2 * a] = f[4] * value[p, a] / radius[p]
                scale = weight[p] * stresses.ratio[i, j, p] / volume
                for b in range(width):
                    o0, o1, o2, o3 = operator[0, b], operator[1, b], operator[2, b], operator[3, b]
                    own[b] += scale * (
                        inverse[0] * o0 + inverse[1] * o1 + inverse[2] * o2 + inverse[3] * o3
                    )
                    for m in range(4):
                        product[m, b] = weight[p] * (
                            tangent[m, 0] * o0
                            + tangent[m, 1] * o1
                            + tangent[m, 2] * o2
                            + tangent[m, 3] * o3
                        )
                for a in range(width):
                    o0, o1, o2, o3 = operator[0, a], operator[1, a], operator[2, a], operator[3, a]
                    for b in range(a + 1):
                        element[a, b] += (
                            o0 * product[0, b]
                            + o1 * product[1, b]
                            + o2 * product[2, b]
                            + o3 * product[3, b]
                        )
                if geometric >= 0:
                    if geometric == 0:
                        positive_part(stress)
                    add_geometric(mesh, value, gradient, radius, p, stress, weight[p], element)
            bulk = share * volume * bend
            for a in range(width):
                for b in range(a + 1):
                    element[a, b] += bulk * own[a] * own[b]
            ia, jb = along.first[i], depth.first[j]
            for a in range(size):
                for b in range(size):
                    for k in range(2):
                        index[2 * (a * size + b) + k] = mesh.number[ia + a, jb + b, k]
            scatter(element, index, band)
    return slopes


@inline
def add_square(b, factor, tangent):
    """Add factor (B ⊙ B), both triangles, shape (4, 4)."""
    tangent[0, 0] += factor * b[0] * b[0]
    tangent[1, 1] += factor * b[1] * b[1]
    tangent[2, 2] += factor * b[2] * b[2]
    tangent[3, 3] += 0.5 * factor * (b[0] * b[1] + b[3] * b[3])
    for m, n, entry in ((0, 1, b[3] * b[3]), (0, 3, b[0] * b[3]), (1, 3, b[1] * b[3])):
        tangent[m, n] += factor * entry
        tangent[n, m] += factor * entry


@inline
def add_geometric(mesh, value, gradient, radius, p, stress, weight, element):
    """Add the geometric stiffness of a stress at a point to the lower triangle of a span."""
    for a in range(value.shape[1]):
        gx, gz = gradient[p, a, 0], gradient[p, a, 1]
        sx = weight * (stress[0] * gx + stress[3] * gz)
        sz = weight * (stress[3] * gx + stress[1] * gz)
        hoop = 0.0
        if mesh.form == ROUND:
            hoop = weight * stress[2] * value[p, a] / (radius[p] * radius[p])
        for b in range(a + 1):
            both = sx * gradient[p, b, 0] + sz * gradient[p, b, 1]
            element[2 * a, 2 * b] += both + hoop * value[p, b]
            element[2 * a + 1, 2 * b + 1] += both


@inline
def scatter(element, index, band):
    """Add the lower triangle of a span to the band; unknowns below 0 are held."""
    for a in range(index.size):
        if index[a] < 0:
            continue
        for b in range(a + 1):
            if index[b] < 0:
                continue
            high, low = max(index[a], index[b]), min(index[a], index[b])
            band[low, high - low] += element[a, b]
