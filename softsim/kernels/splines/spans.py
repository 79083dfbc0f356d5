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


class TangentScratch(NamedTuple):
    """Work space of the tangent of one span; slopes are entries of the displacement gradient.

    Attributes
    ----------
    stress : ndarray of float64, shape (6,)
        At a point [Pa].
    tangent : ndarray of float64, shape (n_components, n_components)
        Derivative of the stress by the Green strain at a point [Pa].
    operator, product : ndarray of float64, shape (n_components, n_slopes)
        Derivative of the strain by the slopes [-], and what the tangent makes of it [Pa].
    moduli : ndarray of float64, shape (n_slopes, n_slopes)
        Derivative of the first Piola-Kirchhoff stress by the slopes, weighted
        [J], in a section [J/m].
    opened : ndarray of float64, shape (n_slopes,)
        Derivative of ln J by the slopes [-].
    slope : ndarray of float64, shape (n_directions + 1, n_functions)
        Slopes of the functions at a point, and their hoop stretch [1/m].
    pushed : ndarray of float64, shape (n_slopes + 1, n_directions n_functions)
        Moduli times the slopes of the functions [N], in a section [N/m]; behind them `opened` times
        these [1/m].
    element : ndarray of float64, shape (n_directions n_functions, n_directions n_functions)
        Tangent of the span [N/m], in a section [Pa].
    swell : ndarray of float64, shape (n_directions n_functions,)
        Derivative of its mean volume ratio [1/m].
    unknown : ndarray of int64, shape (n_directions n_functions,)
    """

    stress: np.ndarray
    tangent: np.ndarray
    operator: np.ndarray
    product: np.ndarray
    moduli: np.ndarray
    opened: np.ndarray
    slope: np.ndarray
    pushed: np.ndarray
    element: np.ndarray
    swell: np.ndarray
    unknown: np.ndarray


@inline
def tangent_scratch(mesh):
    """Return work space for the tangents of the spans of a mesh."""
    n = len(mesh.directions)
    n_components, n_slopes = (4 if n == 2 else 6), n * n
    if n == 2 and mesh.form == ROUND:
        n_slopes += 1
    size = mesh.directions[0].value.shape[2] ** n
    return TangentScratch(
        np.empty(6),
        np.empty((n_components, n_components)),
        np.empty((n_components, n_slopes)),
        np.empty((n_components, n_slopes)),
        np.empty((n_slopes, n_slopes)),
        np.empty(n_slopes),
        np.empty((n + 1, size)),
        np.empty((n_slopes + 1, n * size)),
        np.empty((n * size, n * size)),
        np.empty(n * size),
        np.empty(n * size, np.int64),
    )


@kernel
def evaluate_stresses(mesh, layers, displacement, with_tangent, stresses):
    """Fill stresses, volumes and, if asked for, tangents of all spans.

    Parameters
    ----------
    mesh : softsim.kernels.splines.geometry.Mesh
    layers : softsim.kernels.layer_arrays.LayerArrays
    displacement : ndarray of float64, shape (n_functions, n_directions)
        Coefficients [m].
    with_tangent : bool
        Most states of a solution are never linearised.
    stresses : Stresses
        Overwritten; without tangent that of another state is left.

    Returns
    -------
    int
        `OK`, or `INVERTED` where a point or a span is turned inside out.
    """
    span, scratch = new_span(mesh), point_scratch()
    stretch, scaled, tangent = np.empty(6), np.empty(6), np.empty((0, 0))
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
            if with_tangent:
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
                for n in range(tangent.shape[0]):
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
def strain_operator(n, is_round, f, operator):
    """Fill the derivative of the Green strain by the displacement gradient at a point.

    `operator` has the shape (n_components, n_slopes), engineering shears [-].  Slopes of a
    component stand together, n each; behind them all, in the round form, the hoop stretch.
    """
    operator[:] = 0.0
    for m in range(operator.shape[0]):
        i, j = FIRST[m], SECOND[m]
        if i < n and j < n:
            for k in range(n):
                operator[m, n * k + j] += f[k, i]
                if i != j:
                    operator[m, n * k + i] += f[k, j]
    if is_round:
        operator[2, n * n] = f[2, 2]


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
    is_round = n == 2 and mesh.form == ROUND
    span, work = new_span(mesh), tangent_scratch(mesh)
    width = n * span.function.size
    slopes = np.zeros((mesh.layer.size, width))
    band[:] = 0.0
    for s in range(mesh.layer.size):
        enter(mesh, s, displacement, span)
        volume, bulk = stresses.mean[s, 0], 0.0
        work.element[:] = 0.0
        work.swell[:] = 0.0
        for p in range(span.weight.size):
            metric_into(span.deformation[p], span.metric)
            inverse_fill(span.metric, span.inverse)
            share = history.factor[s, p] if mesh.relaxes_all[s] else 1.0
            bulk += share * span.weight[p] * stresses.mean[s, 3]
            grown = share * stresses.ratio[s, p]
            volume_stress = grown * expected[s], grown * (expected[s] - stresses.mean[s, 2])
            if geometric == NOTHING:
                volume_stress = 0.0, 0.0
            point_tangent(
                stresses, history, (s, p), volume_stress, span.inverse, work.stress, work.tangent
            )
            if geometric == PULLING:
                leave_pull(work.stress)
            elif geometric == NOTHING:
                work.stress[:] = 0.0
            strain_operator(n, is_round, span.deformation[p], work.operator)
            fill_moduli(n, is_round, span.weight[p], span.inverse, work)
            scale = span.weight[p] * stresses.ratio[s, p] / volume
            add_element(n, is_round, span, p, scale, work)
        for a in range(width):
            part = bulk * work.swell[a]
            for b in range(a + 1):
                work.element[a, b] += part * work.swell[b]
        for a in range(span.function.size):
            for k in range(n):
                slopes[s, n * a + k] = work.swell[k * span.function.size + a]
        scatter(mesh, span, work, band)
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
def fill_moduli(n, is_round, weight, inverse, work):
    """Fill the derivative of the first Piola-Kirchhoff stress by the displacement gradient.

    B^T D B of the strain operator, and the geometric stiffness of the stress; `opened` becomes
    the derivative of ln J.
    """
    operator, tangent, product, moduli = work.operator, work.tangent, work.product, work.moduli
    n_components, size = operator.shape
    for m in range(n_components):
        for b in range(size):
            total = 0.0
            for k in range(n_components):
                total += tangent[m, k] * operator[k, b]
            product[m, b] = weight * total
    for a in range(size):
        for b in range(size):
            total = 0.0
            for m in range(n_components):
                total += operator[m, a] * product[m, b]
            moduli[a, b] = total
        opened = 0.0
        for m in range(n_components):
            opened += inverse[m] * operator[m, a]
        work.opened[a] = opened
    for g in range(n):
        for h in range(n):
            own = weight * work.stress[PLACE[g][h]]
            for k in range(n):
                moduli[n * k + g, n * k + h] += own
    if is_round:
        moduli[n * n, n * n] += weight * work.stress[2]


@inline
def add_element(n, is_round, span, p, scale, work):
    """Add a point to the lower triangle of a span, and `scale` J^-1 dJ to `swell`.

    Rows and columns of an element are counted with its functions fastest.
    """
    size, moduli, pushed, slope = span.function.size, work.moduli, work.pushed, work.slope
    for f in range(size):
        for g in range(n):
            slope[g, f] = span.gradient[p, f, g]
        if is_round:
            slope[n, f] = span.value[p, f] / span.radius[p]
    for row in range(moduli.shape[0] + 1):
        # the last row is that of the change of volume
        own = work.opened if row == moduli.shape[0] else moduli[row]
        for k in range(n):
            for f in range(size):
                total = 0.0
                for g in range(n):
                    total += own[n * k + g] * slope[g, f]
                pushed[row, k * size + f] = total
        if is_round:
            for f in range(size):
                pushed[row, f] += own[n * n] * slope[n, f]
    for c in range(n * size):
        work.swell[c] += scale * pushed[moduli.shape[0], c]
    for k in range(n):
        for f in range(size):
            row = k * size + f
            element = work.element[row]
            for c in range(row + 1):
                total = 0.0
                for g in range(n):
                    total += slope[g, f] * pushed[n * k + g, c]
                element[c] += total
            if is_round and k == 0:
                for c in range(row + 1):
                    element[c] += slope[n, f] * pushed[n * n, c]


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
def scatter(mesh, span, work, band):
    """Add the lower triangle of a span to the band; unknowns below 0 are held."""
    n, size = len(mesh.directions), span.function.size
    for k in range(n):
        for f in range(size):
            work.unknown[k * size + f] = mesh.number[span.function[f], k]
    for a in range(n * size):
        row = work.unknown[a]
        if row < 0:
            continue
        for b in range(a + 1):
            column = work.unknown[b]
            if column >= 0:
                high, low = max(row, column), min(row, column)
                band[low, high - low] += work.element[a, b]
