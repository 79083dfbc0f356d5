"""Stresses, forces and tangents of spans of tensor-product splines, in two directions or three.

Total Lagrangian.  The volume energy of a span is that of the mean volume ratio over the span,
W = sum over points of W_iso(C) + V U(J mean), which is free of volumetric locking and has one
potential.  Order of everything as in `softsim.kernels.splines.geometry`.

References
----------
.. [1] J. C. Nagtegaal, D. M. Parks, J. R. Rice, CMAME 4 (1974) 153-177 (mean dilatation).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.laws.response import point_scratch, shape_response, volume_response
from softsim.kernels.splines.geometry import ROUND, enter, metric_into, new_span, volume_ratio
from softsim.kernels.tensors.symmetric import (
    FIRST,
    PLACE,
    SECOND,
    inverse_fill,
    square_entry,
)

OK = 0
INVERTED = 1
WHOLE, PULLING, NOTHING = 1, 0, -1  # how much of the geometric stress a tangent has


class Stresses(NamedTuple):
    """State of all points and spans.

    Attributes
    ----------
    relaxing, fixed : ndarray of float64, shape (n_spans, n_points, n_components)
        Second Piola-Kirchhoff stress that relaxes and that does not [Pa].
    tangent : ndarray of float64, shape (n_spans, n_points, n_components, n_components)
        Derivative of the shape stress by the Green strain [Pa].
    ratio : ndarray of float64, shape (n_spans, n_points)
        Volume ratio J of the points [-].
    mean : ndarray of float64, shape (n_spans, 5)
        Of a span: volume, mean J [-], U' and U'' [Pa], U [J/m^3].
    energy : ndarray of float64, shape (n_spans, n_points)
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
    factor : ndarray of float64, shape (n_spans, n_points)
        Share of the relaxing stress that acts at once [-].
    carried : ndarray of float64, shape (n_spans, n_points, n_components)
        Stress carried over [Pa].
    """

    factor: np.ndarray
    carried: np.ndarray


@kernel
def evaluate_stresses(mesh, layers, displacement, stresses):
    """Fill stresses, tangents and volumes of all spans.

    Parameters
    ----------
    mesh : softsim.kernels.splines.geometry.Mesh
    layers : softsim.kernels.layer_arrays.LayerArrays
    displacement : ndarray of float64, shape (n_functions, n_directions)
        Coefficients [m].
    stresses : Stresses
        Overwritten.

    Returns
    -------
    int
        `OK`, or `INVERTED` where a point or a span is turned inside out.
    """
    span, scratch = new_span(mesh), point_scratch()
    stretch, scaled = np.empty(6), np.empty(6)
    n_points, n_components = stresses.relaxing.shape[1:]
    for s in range(mesh.layer.size):
        layer = mesh.layer[s]
        enter(mesh, s, displacement, span)
        volume, swept = 0.0, 0.0
        for p in range(n_points):
            ratio = volume_ratio(span.deformation[p])
            if not (ratio > 0.0 and (mesh.form != ROUND or span.deformation[p, 2, 2] > 0.0)):
                return INVERTED
            stresses.ratio[s, p] = ratio
            volume += span.weight[p]
            swept += span.weight[p] * ratio
        before = layers.prestretch[layer]
        for m in range(6):
            stretch[m] = before[FIRST[m]] * before[SECOND[m]]
        shrunk = 1.0 / (before[0] * before[1] * before[2])
        mean = swept / volume
        stored, slope, bend = volume_response(
            layers.law_codes[layer], layers.law_parameters[layer], mean / shrunk
        )
        own = stresses.mean[s]
        own[0], own[1], own[2], own[3] = volume, mean, slope, bend / shrunk
        own[4] = shrunk * stored
        families = layers.families[layers.family_offsets[layer] : layers.family_offsets[layer + 1]]
        for p in range(n_points):
            metric_into(span.deformation[p], span.metric)
            for m in range(6):
                scaled[m] = stretch[m] * span.metric[m]
            relaxing, fixed = stresses.relaxing[s, p], stresses.fixed[s, p]
            tangent = stresses.tangent[s, p]
            stresses.energy[s, p] = shrunk * shape_response(
                layers.law_codes[layer],
                layers.law_parameters[layer],
                families,
                scaled,
                relaxing,
                tangent,
                scratch,
            )
            inverse_fill(span.metric, span.inverse)
            pull = slope * stresses.ratio[s, p]
            for m in range(n_components):
                relaxing[m] *= shrunk * stretch[m]
                fixed[m] = pull * span.inverse[m]
                for n in range(n_components):
                    tangent[m, n] *= shrunk * stretch[m] * stretch[n]
            if layers.relaxes_all[layer]:
                for m in range(n_components):
                    relaxing[m] += fixed[m]
                    fixed[m] = 0.0
    return OK


@kernel
def assemble_forces(mesh, displacement, stresses, history, force):
    """Internal force on every function for the stress fixed + factor relaxing + carried.

    Parameters
    ----------
    mesh : softsim.kernels.splines.geometry.Mesh
    displacement : ndarray of float64, shape (n_functions, n_directions)
        [m].
    stresses : Stresses
        Of this displacement.
    history : History
    force : ndarray of float64, shape (n_functions, n_directions)
        Overwritten [N], in a section [N/m].
    """
    n = len(mesh.directions)
    span, stress, total = new_span(mesh), np.zeros((3, 3)), np.empty((3, 3))
    force[:] = 0.0
    for s in range(mesh.layer.size):
        enter(mesh, s, displacement, span)
        for p in range(span.weight.size):
            f, weight = span.deformation[p], span.weight[p]
            for m in range(stresses.fixed.shape[2]):
                own = stresses.fixed[s, p, m] + history.carried[s, p, m]
                own += history.factor[s, p] * stresses.relaxing[s, p, m]
                stress[FIRST[m], SECOND[m]] = weight * own
                stress[SECOND[m], FIRST[m]] = weight * own
            for i in range(3):
                for j in range(3):
                    total[i, j] = (
                        f[i, 0] * stress[0, j] + f[i, 1] * stress[1, j] + f[i, 2] * stress[2, j]
                    )
            for a in range(span.function.size):
                for k in range(n):
                    push = 0.0
                    for g in range(n):
                        push += total[k, g] * span.gradient[p, a, g]
                    if k == 0 and n == 2 and mesh.form == ROUND:
                        push += total[2, 2] * span.value[p, a] / span.radius[p]
                    force[span.function[a], k] += push


@inline
def strain_operator(mesh, span, p, operator):
    """Fill the derivative of the Green strain at a point by the coefficients of its span.

    `operator` has the shape (n_components, n_functions n_directions) [1/m]; engineering shears.
    """
    n = len(mesh.directions)
    f = span.deformation[p]
    for a in range(span.function.size):
        for k in range(n):
            column = n * a + k
            for m in range(operator.shape[0]):
                i, j = FIRST[m], SECOND[m]
                entry = 0.0
                if i == j:
                    if i < n:
                        entry = f[k, i] * span.gradient[p, a, i]
                else:
                    if j < n:
                        entry = f[k, i] * span.gradient[p, a, j]
                    if i < n:
                        entry += f[k, j] * span.gradient[p, a, i]
                operator[m, column] = entry
        if n == 2 and mesh.form == ROUND:
            operator[2, n * a] = f[2, 2] * span.value[p, a] / span.radius[p]


@kernel
def assemble_tangent(mesh, displacement, stresses, history, expected, geometric, band):
    """Lower band of the symmetric tangent, with the volume stress expected of the spans.

    Parameters
    ----------
    mesh : softsim.kernels.splines.geometry.Mesh
    displacement : ndarray of float64, shape (n_functions, n_directions)
        [m].
    stresses : Stresses
    history : History
    expected : ndarray of float64, shape (n_spans,)
        U' expected after the last step [Pa].
    geometric : int
        `WHOLE` geometric stress, its `PULLING` part, or `NOTHING`.
    band : ndarray of float64, shape (n_unknowns, half_width + 1)
        Overwritten: entry (i, j), i >= j, is band[j, i - j].

    Returns
    -------
    slope : ndarray of float64, shape (n_spans, n_functions n_directions)
        Derivative of the mean volume ratio of each span by its coefficients [1/m].
    """
    n = len(mesh.directions)
    span = new_span(mesh)
    n_components, width = stresses.relaxing.shape[2], n * span.function.size
    stress, tangent = np.zeros(6), np.empty((n_components, n_components))
    operator, product = np.empty((n_components, width)), np.empty((n_components, width))
    element, slopes = np.empty((width, width)), np.zeros((mesh.layer.size, width))
    band[:] = 0.0
    for s in range(mesh.layer.size):
        enter(mesh, s, displacement, span)
        volume, bulk = stresses.mean[s, 0], 0.0
        element[:] = 0.0
        for p in range(span.weight.size):
            metric_into(span.deformation[p], span.metric)
            inverse_fill(span.metric, span.inverse)
            share = history.factor[s, p] if mesh.relaxes_all[s] else 1.0
            bulk += share * span.weight[p] * stresses.mean[s, 3]
            grown = share * stresses.ratio[s, p]
            volume_stress = grown * expected[s], grown * (expected[s] - stresses.mean[s, 2])
            if geometric == NOTHING:
                volume_stress = 0.0, 0.0
            point_tangent(stresses, history, (s, p), volume_stress, span.inverse, stress, tangent)
            strain_operator(mesh, span, p, operator)
            scale = span.weight[p] * stresses.ratio[s, p] / volume
            for b in range(width):
                for m in range(n_components):
                    slopes[s, b] += scale * span.inverse[m] * operator[m, b]
            add_material(operator, tangent, span.weight[p], product, element)
            if geometric != NOTHING:
                if geometric == PULLING:
                    leave_pull(stress)
                add_geometric(mesh, span, p, stress, element)
        for a in range(width):
            for b in range(a + 1):
                element[a, b] += bulk * slopes[s, a] * slopes[s, b]
        scatter(mesh, span, element, band)
    return slopes


@inline
def point_tangent(stresses, history, at, volume, inverse, stress, tangent):
    """Fill stress and tangent at a point.

    Parameters
    ----------
    stresses : Stresses
    history : History
    at : tuple of 2 ints
        Numbers of span and point.
    volume : tuple of 2 floats
        Volume stress that acts, and what of it is not in the stresses yet, over C^-1 [Pa].
    inverse : ndarray of float64, shape (6,)
        C^-1 [-].
    stress : ndarray of float64, shape (6,)
        Overwritten [Pa].
    tangent : ndarray of float64, shape (n_components, n_components)
        Overwritten [Pa].
    """
    factor, (pull, missing) = history.factor[at], volume
    relaxing, fixed, carried = stresses.relaxing[at], stresses.fixed[at], history.carried[at]
    shape = stresses.tangent[at]
    for m in range(tangent.shape[0]):
        stress[m] = fixed[m] + factor * relaxing[m] + carried[m] + missing * inverse[m]
        for n in range(tangent.shape[0]):
            tangent[m, n] = factor * shape[m, n] + pull * inverse[m] * inverse[n]
            tangent[m, n] -= 2.0 * pull * square_entry(inverse, m, n)


@inline
def add_material(operator, tangent, weight, product, element):
    """Add B^T D B at a point to the lower triangle of a span; `product` is work space."""
    n_components, width = operator.shape
    for m in range(n_components):
        for b in range(width):
            product[m, b] = weight * tangent[m, 0] * operator[0, b]
        for n in range(1, n_components):
            part = weight * tangent[m, n]
            for b in range(width):
                product[m, b] += part * operator[n, b]
    for a in range(width):
        for m in range(n_components):
            own = operator[m, a]
            if own != 0.0:
                for b in range(a + 1):
                    element[a, b] += own * product[m, b]


@inline
def leave_pull(stress):
    """Leave of a stress, shape (6,), the part that pulls, in the plane of along and depth."""
    middle, half = 0.5 * (stress[0] + stress[1]), 0.5 * (stress[0] - stress[1])
    reach = math.sqrt(half * half + stress[3] * stress[3])
    high, low = max(middle + reach, 0.0), max(middle - reach, 0.0)
    mean, part = 0.5 * (high + low), 0.0
    if reach > 0.0:
        part = 0.5 * (high - low) / reach
    stress[0], stress[1] = mean + part * half, mean - part * half
    stress[3] *= part
    stress[2] = max(stress[2], 0.0)
    stress[4], stress[5] = 0.0, 0.0


@inline
def add_geometric(mesh, span, p, stress, element):
    """Add the geometric stiffness of a stress, shape (6,), to the lower triangle of a span."""
    n = len(mesh.directions)
    weight = span.weight[p]
    for a in range(span.function.size):
        for b in range(a + 1):
            both = 0.0
            for g in range(n):
                for h in range(n):
                    own = stress[PLACE[g][h]]
                    both += span.gradient[p, a, g] * own * span.gradient[p, b, h]
            both *= weight
            for k in range(n):
                element[n * a + k, n * b + k] += both
            if n == 2 and mesh.form == ROUND:
                hoop = weight * stress[2] * span.value[p, a] * span.value[p, b]
                element[n * a, n * b] += hoop / (span.radius[p] * span.radius[p])


@inline
def scatter(mesh, span, element, band):
    """Add the lower triangle of a span to the band; unknowns below 0 are held."""
    n = len(mesh.directions)
    for a in range(element.shape[0]):
        row = mesh.number[span.function[a // n], a % n]
        if row < 0:
            continue
        for b in range(a + 1):
            column = mesh.number[span.function[b // n], b % n]
            if column >= 0:
                high, low = max(row, column), min(row, column)
                band[low, high - low] += element[a, b]
