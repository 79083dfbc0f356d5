"""Stresses, forces and tangents of spans of tensor-product splines, in two directions or three.

Total Lagrangian.  The volume energy of a span is that of the mean volume ratio over the span,
W = sum over points of W_iso(C) + V U(J mean), which is free of volumetric locking and has one
potential.  Components are those of `softsim.kernels.tensors.symmetric`, the first four of them in
a section; directions along, depth, across.  Spans, functions and points of a span are counted with
the last direction fastest.

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
from softsim.kernels.tensors.symmetric import (
    FIRST,
    PLACE,
    SECOND,
    inverse_fill,
    square_entry,
)

OK = 0
INVERTED = 1
PLANE = 0
ROUND = 1  # axisymmetric: along is the radius, across the hoop
WHOLE, PULLING, NOTHING = 1, 0, -1  # how much of the geometric stress a tangent has


class Mesh(NamedTuple):
    """Spans and their unknowns.

    Attributes
    ----------
    directions : tuple of `softsim.engines.finite.tissue.basis.Direction`
        Along, depth and, in space, across.
    number : ndarray of int64, shape (n_functions, n_directions)
        Unknown of each function and component; -1 where it is held.
    layer : ndarray of int64, shape (n_spans,)
        Material of each span.
    form : int
        `PLANE` or `ROUND`; of no account in space.
    """

    directions: tuple
    number: np.ndarray
    layer: np.ndarray
    form: int


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


class Span(NamedTuple):
    """One span: its functions at its points, and work space.

    Attributes
    ----------
    value : ndarray of float64, shape (n_points, n_functions)
        [-].
    gradient : ndarray of float64, shape (n_points, n_functions, n_directions)
        [1/m].
    weight, radius : ndarray of float64, shape (n_points,)
        Area or volume, in the round form times the circumference; radius [m].
    function : ndarray of int64, shape (n_functions,)
        Numbers of its functions.
    local : ndarray of float64, shape (n_functions, n_directions)
        Their displacement coefficients [m].
    deformation : ndarray of float64, shape (n_points, 3, 3)
        Deformation gradient [-].
    metric, inverse : ndarray of float64, shape (6,)
        Right Cauchy-Green tensor at a point and its inverse [-].
    """

    value: np.ndarray
    gradient: np.ndarray
    weight: np.ndarray
    radius: np.ndarray
    function: np.ndarray
    local: np.ndarray
    deformation: np.ndarray
    metric: np.ndarray
    inverse: np.ndarray


@kernel
def new_span(mesh):
    """Return work space for the spans of a mesh."""
    n = len(mesh.directions)
    points, size = mesh.directions[0].weight.shape[1], mesh.directions[0].value.shape[2]
    n_points, n_functions = points**n, size**n
    return Span(
        np.empty((n_points, n_functions)),
        np.empty((n_points, n_functions, n)),
        np.empty(n_points),
        np.empty(n_points),
        np.empty(n_functions, np.int64),
        np.empty((n_functions, n)),
        np.zeros((n_points, 3, 3)),
        np.empty(6),
        np.empty(6),
    )


@inline
def enter(mesh, number, displacement, span):
    """Fill functions, gradients, coefficients and deformation of a span; whether it is upright.

    Parameters
    ----------
    mesh : Mesh
    number : int
        Of the span.
    displacement : ndarray of float64, shape (n_functions, n_directions)
        Coefficients [m].
    span : Span
        Overwritten.
    """
    n = len(mesh.directions)
    points, size = mesh.directions[0].weight.shape[1], mesh.directions[0].value.shape[2]
    n_points, n_functions = span.value.shape
    span.weight[:] = 1.0
    span.value[:] = 1.0
    span.gradient[:] = 1.0
    span.function[:] = 0
    rest, stride, turn_p, turn_f = number, 1, 1, 1
    for back in range(n):
        k = n - 1 - back
        own = mesh.directions[k]
        place = rest % own.first.size
        rest //= own.first.size
        for p in range(n_points):
            q = p // turn_p % points
            span.weight[p] *= own.weight[place, q]
            span.radius[p] = own.place[place, q]  # of the first direction in the end
            for f in range(n_functions):
                a = f // turn_f % size
                value, slope = own.value[place, q, a], own.slope[place, q, a]
                span.value[p, f] *= value
                for g in range(n):
                    span.gradient[p, f, g] *= slope if g == k else value
        for f in range(n_functions):
            span.function[f] += (own.first[place] + f // turn_f % size) * stride
        stride *= own.first[own.first.size - 1] + size
        turn_p *= points
        turn_f *= size
    for f in range(n_functions):
        for g in range(n):
            span.local[f, g] = displacement[span.function[f], g]
    if n == 2 and mesh.form == ROUND:
        for p in range(n_points):
            span.weight[p] *= 2.0 * math.pi * span.radius[p]
    for p in range(n_points):
        deform(mesh, span, p)


@inline
def deform(mesh, span, p):
    """Fill the deformation gradient at a point of a span."""
    n = len(mesh.directions)
    f = span.deformation[p]
    for i in range(3):
        f[i, i] = 1.0
        for j in range(n):
            if i < n:
                total = 0.0
                for a in range(span.local.shape[0]):
                    total += span.local[a, i] * span.gradient[p, a, j]
                f[i, j] = total + (1.0 if i == j else 0.0)
    if n == 2 and mesh.form == ROUND:
        total = 0.0
        for a in range(span.local.shape[0]):
            total += span.local[a, 0] * span.value[p, a]
        f[2, 2] += total / span.radius[p]


@inline
def volume_ratio(f):
    """Determinant of a deformation gradient."""
    return (
        f[0, 0] * (f[1, 1] * f[2, 2] - f[1, 2] * f[2, 1])
        - f[0, 1] * (f[1, 0] * f[2, 2] - f[1, 2] * f[2, 0])
        + f[0, 2] * (f[1, 0] * f[2, 1] - f[1, 1] * f[2, 0])
    )


@inline
def metric_into(f, c):
    """Overwrite c, shape (6,), with F^T F."""
    for m in range(6):
        i, j = FIRST[m], SECOND[m]
        c[m] = f[0, i] * f[0, j] + f[1, i] * f[1, j] + f[2, i] * f[2, j]


@kernel
def evaluate_stresses(mesh, layers, displacement, stresses):
    """Fill stresses, tangents and volumes of all spans.

    Parameters
    ----------
    mesh : Mesh
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
            if not (ratio > 0.0 and span.deformation[p, 2, 2] > 0.0):
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
    mesh : Mesh
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
    mesh : Mesh
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
        volume, bend = stresses.mean[s, 0], stresses.mean[s, 3]
        element[:] = 0.0
        share = 1.0
        for p in range(span.weight.size):
            metric_into(span.deformation[p], span.metric)
            inverse_fill(span.metric, span.inverse)
            share = point_tangent(
                stresses, history, expected[s], geometric, s, p, span.inverse, stress, tangent
            )
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
        bulk = share * volume * bend
        for a in range(width):
            for b in range(a + 1):
                element[a, b] += bulk * slopes[s, a] * slopes[s, b]
        scatter(mesh, span, element, band)
    return slopes


@inline
def point_tangent(stresses, history, expected, geometric, s, p, inverse, stress, tangent):
    """Fill stress and tangent at a point with the expected volume stress of its span.

    Returns
    -------
    float
        Share of the volume stress that acts at once [-].
    """
    factor, ratio, slope = history.factor[s, p], stresses.ratio[s, p], stresses.mean[s, 2]
    fixed = stresses.fixed[s, p]
    # the volume part relaxes where nothing is left fixed
    relaxes = fixed[0] == 0.0 and fixed[1] == 0.0 and fixed[2] == 0.0
    share = factor if relaxes else 1.0
    pull = 0.0 if geometric == NOTHING else share * expected * ratio
    missing = share * (expected - slope) * ratio
    for m in range(tangent.shape[0]):
        stress[m] = fixed[m] + factor * stresses.relaxing[s, p, m] + history.carried[s, p, m]
        stress[m] += missing * inverse[m]
        for n in range(tangent.shape[0]):
            tangent[m, n] = factor * stresses.tangent[s, p, m, n]
            tangent[m, n] += pull * inverse[m] * inverse[n]
            tangent[m, n] -= 2.0 * pull * square_entry(inverse, m, n)
    return share


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
