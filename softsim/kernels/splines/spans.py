"""Stresses, forces and tangents of spans of tensor-product splines, in two directions or three.

Total Lagrangian.  Most of the volume energy of a span is that of the mean volume ratio over the
span, which is free of volumetric locking; a share s as soft as the shape stays at the points, so
that none of them shrinks to nothing.  W = sum over points of W_iso(C) + s U(J), and
(1 - s) V U(J mean): one potential.  Order of everything as in `softsim.kernels.splines.geometry`.

References
----------
.. [1] J. C. Nagtegaal, D. M. Parks, J. R. Rice, CMAME 4 (1974) 153-177 (mean dilatation).
"""

from __future__ import annotations

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
    leave_pull,
    leave_pull_in_space,
    mirror,
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
        Of a span: volume, mean J [-], and of its share of the volume energy U' and U'' [Pa],
        U [J/m^3].
    energy : ndarray of float64, shape (n_spans, n_points)
        Energy of the shape [J/m^3].
    own : ndarray of float64, shape (n_spans, n_points, 3)
        Of the share of the volume energy that is the points' own: U', U'' [Pa], U [J/m^3].
    """

    relaxing: np.ndarray
    fixed: np.ndarray
    tangent: np.ndarray
    ratio: np.ndarray
    mean: np.ndarray
    energy: np.ndarray
    own: np.ndarray


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
    turned : ndarray of float64, shape (n_slopes, n_slopes)
        The same, turned on one side, weighted [J], in a section [J/m].
    moduli : ndarray of float64, shape (n_slopes, n_slopes)
        Derivative of the first Piola-Kirchhoff stress by the slopes, weighted
        [J], in a section [J/m].
    opened : ndarray of float64, shape (n_slopes,)
        Derivative of ln J by the slopes [-].
    pushed : ndarray of float64, shape (n_points, n_slopes, n_directions n_functions)
        Moduli times the slopes of the functions [N], in a section [N/m].
    element : ndarray of float64, shape (n_directions n_functions, n_directions n_functions)
        Tangent of the span [N/m], in a section [Pa].
    swell : ndarray of float64, shape (n_directions n_functions,)
        Derivative of its mean volume ratio [1/m].
    unknown : ndarray of int64, shape (n_directions n_functions,)
    """

    stress: np.ndarray
    tangent: np.ndarray
    turned: np.ndarray
    moduli: np.ndarray
    opened: np.ndarray
    pushed: np.ndarray
    element: np.ndarray
    swell: np.ndarray
    unknown: np.ndarray


@inline
def tangent_scratch(mesh):
    """Return work space for the tangents of the spans of a mesh."""
    n_components, n_slopes = len(mesh.components), len(mesh.directions) ** 2
    if len(mesh.directions) == 2 and mesh.form == ROUND:
        n_slopes += 1
    width = len(mesh.directions) * len(mesh.functions)
    return TangentScratch(
        np.empty(6),
        np.empty((n_components, n_components)),
        np.empty((n_slopes, n_slopes)),
        np.empty((n_slopes, n_slopes)),
        np.empty(n_slopes),
        np.empty((len(mesh.points), n_slopes, width)),
        np.empty((width, width)),
        np.empty(width),
        np.empty(width, np.int64),
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
    span, scratch, size = new_span(mesh), point_scratch(mesh.components), len(mesh.components)
    stretch, scaled, shape = np.empty(6), np.empty(6), np.empty(size)
    wanted = size if with_tangent else 0
    tangent, f = np.empty((wanted, wanted)), span.deformation
    for s in range(mesh.layer.size):
        layer = mesh.layer[s]
        enter(mesh, s, displacement, span)
        volume, swept = 0.0, 0.0
        for p in range(len(mesh.points)):
            ratio = volume_ratio(f, p)
            if not (ratio > 0.0 and (mesh.form != ROUND or f[p, 2, 2] > 0.0)):
                return INVERTED
            stresses.ratio[s, p] = ratio
            volume += mesh.weight[s, p]
            swept += mesh.weight[s, p] * ratio
        shrunk = 1.0
        for m in range(6):
            stretch[m] = layers.prestretch[layer, FIRST[m]] * layers.prestretch[layer, SECOND[m]]
            if m < 3:
                shrunk /= layers.prestretch[layer, m]
        mean = swept / volume
        law, parameters = layers.law_codes[layer], layers.law_parameters[layer]
        at_points = layers.at_points[layer]
        at_mean = 1.0 - at_points
        stored, slope, bend = volume_response(law, parameters, mean / shrunk)
        stresses.mean[s, 0], stresses.mean[s, 1] = volume, mean
        stresses.mean[s, 2] = at_mean * slope
        stresses.mean[s, 3] = at_mean * bend / shrunk
        stresses.mean[s, 4] = at_mean * shrunk * stored
        families = layers.families[layers.family_offsets[layer] : layers.family_offsets[layer + 1]]
        for p in range(len(mesh.points)):
            metric_into(f, p, span.metric)
            for m in range(6):
                scaled[m] = stretch[m] * span.metric[m]
            energy = shape_response(law, parameters, families, scaled, shape, tangent, scratch)
            stresses.energy[s, p] = shrunk * energy
            inverse_fill(span.metric, span.inverse)
            stored, slope, bend = volume_response(law, parameters, stresses.ratio[s, p] / shrunk)
            stresses.own[s, p, 0] = at_points * slope
            stresses.own[s, p, 1] = at_points * bend / shrunk
            stresses.own[s, p, 2] = at_points * shrunk * stored
            pull = (stresses.mean[s, 2] + stresses.own[s, p, 0]) * stresses.ratio[s, p]
            for m in range(size):
                own, volume_stress = shrunk * stretch[m] * shape[m], pull * span.inverse[m]
                if layers.relaxes_all[layer]:
                    own, volume_stress = own + volume_stress, 0.0
                stresses.relaxing[s, p, m], stresses.fixed[s, p, m] = own, volume_stress
            if with_tangent:
                for m in range(size):
                    for k in range(size):
                        share = shrunk * stretch[m] * stretch[k]
                        stresses.tangent[s, p, m, k] = share * tangent[m, k]
    return OK


@inline
def acting(stresses, history, s, p, m):
    """Component of the stress at a point: fixed + factor relaxing + carried."""
    own = stresses.fixed[s, p, m] + history.carried[s, p, m]
    return own + history.factor[s, p] * stresses.relaxing[s, p, m]


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
    n, is_round = len(mesh.directions), len(mesh.directions) == 2 and mesh.form == ROUND
    span, stress, push = new_span(mesh), np.empty(6), np.empty((n, len(mesh.functions)))
    f = span.deformation
    force[:] = 0.0
    for s in range(mesh.layer.size):
        enter(mesh, s, displacement, span)
        push[:] = 0.0
        for p in range(len(mesh.points)):
            for m in range(len(mesh.components)):
                stress[m] = mesh.weight[s, p] * acting(stresses, history, s, p, m)
            for k in range(n):
                for g in range(n):
                    total = 0.0
                    for i in range(n):
                        total += f[p, k, i] * stress[PLACE[i][g]]
                    for a in range(len(mesh.functions)):
                        push[k, a] += total * mesh.gradient[s, p, g, a]
            if is_round:
                for a in range(len(mesh.functions)):
                    push[0, a] += f[p, 2, 2] * stress[2] * mesh.gradient[s, p, n, a]
        for a in range(len(mesh.functions)):
            for k in range(n):
                force[mesh.function[s, a], k] += push[k, a]


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
    slope : ndarray of float64, shape (n_spans, n_directions n_functions)
        Derivative of the mean volume ratio of each span by its coefficients [1/m].
    """
    span, work = new_span(mesh), tangent_scratch(mesh)
    slopes = np.zeros((mesh.layer.size, work.swell.size))
    band[:] = 0.0
    for s in range(mesh.layer.size):
        enter(mesh, s, displacement, span)
        volume, bulk = stresses.mean[s, 0], 0.0
        work.swell[:] = 0.0
        for p in range(len(mesh.points)):
            metric_into(span.deformation, p, span.metric)
            inverse_fill(span.metric, span.inverse)
            share = history.factor[s, p] if mesh.relaxes_all[s] else 1.0
            bulk += share * mesh.weight[s, p] * stresses.mean[s, 3]
            grown = share * stresses.ratio[s, p]
            pull = grown * (expected[s] + stresses.own[s, p, 0])
            missing = grown * (expected[s] - stresses.mean[s, 2])
            if geometric == NOTHING:
                pull, missing = 0.0, 0.0
            whole = pull, missing, grown * stresses.ratio[s, p] * stresses.own[s, p, 1]
            point_tangent(mesh, stresses, history, (s, p), whole, span.inverse, work)
            if geometric == PULLING:
                if len(mesh.directions) == 3:
                    leave_pull_in_space(work.stress)
                else:
                    leave_pull(work.stress)
            elif geometric == NOTHING:
                work.stress[:] = 0.0
            fill_moduli(mesh, (s, p), span, work)
            push_slopes(mesh, (s, p), stresses.ratio[s, p] / volume, work)
        fill_element(mesh, s, work)
        slopes[s] = work.swell
        scatter(mesh, s, bulk, work, band)
    return slopes


@kernel
def swell_change(mesh, slopes, change, out):
    """Change of the mean volume ratio of every span.

    Parameters
    ----------
    mesh : softsim.kernels.splines.geometry.Mesh
    slopes : ndarray of float64, shape (n_spans, n_directions n_functions)
        From `assemble_tangent` [1/m].
    change : ndarray of float64, shape (n_functions, n_directions)
        Of the displacement [m].
    out : ndarray of float64, shape (n_spans,)
        Overwritten [-].
    """
    for s in range(mesh.layer.size):
        total = 0.0
        for k in range(len(mesh.directions)):
            for a in range(len(mesh.functions)):
                own = slopes[s, k * len(mesh.functions) + a]
                total += own * change[mesh.function[s, a], k]
        out[s] = total


@inline
def point_tangent(mesh, stresses, history, at, volume, inverse, work):
    """Fill stress and tangent at a point.

    Parameters
    ----------
    mesh : softsim.kernels.splines.geometry.Mesh
    stresses : Stresses
    history : History
    at : tuple of 2 ints
        Numbers of span and point.
    volume : tuple of 3 floats
        Volume stress that acts, what of it is not in the stresses yet, and J^2 U'' of the point's
        own volume, over C^-1 [Pa].
    inverse : ndarray of float64, shape (6,)
        C^-1 [-].
    work : TangentScratch
    """
    (s, p), (pull, missing, own_bulk) = at, volume
    factor, stress, tangent = history.factor[s, p], work.stress, work.tangent
    for m in range(len(mesh.components)):
        stress[m] = acting(stresses, history, s, p, m) + missing * inverse[m]
        for n in range(m, len(mesh.components)):
            own = (pull + own_bulk) * inverse[m] * inverse[n]
            own -= 2.0 * pull * square_entry(inverse, m, n)
            tangent[m, n] = factor * stresses.tangent[s, p, m, n] + own
    mirror(mesh.components, tangent)


@inline
def fill_moduli(mesh, at, span, work):
    """Fill the derivative of the first Piola-Kirchhoff stress by the displacement gradient.

    F_ki D_igjl F_hj, and the geometric stiffness of the stress; `opened` becomes the derivative of
    ln J.  `at` are the numbers of span and point.
    """
    p, n, f = at[1], len(mesh.directions), span.deformation
    tangent, turned, moduli, weight = work.tangent, work.turned, work.moduli, mesh.weight[at]
    for k in range(n):
        for g in range(n):
            total = 0.0
            for i in range(n):
                total += f[p, k, i] * span.inverse[PLACE[i][g]]
            work.opened[n * k + g] = total
            for j in range(n):
                for r in range(n):
                    total = 0.0
                    for i in range(n):
                        total += f[p, k, i] * tangent[PLACE[i][g], PLACE[j][r]]
                    turned[n * k + g, n * j + r] = weight * total
    for a in range(n * n):
        for h in range(n):
            for r in range(n):
                total = 0.0
                for j in range(n):
                    total += turned[a, n * j + r] * f[p, h, j]
                moduli[a, n * h + r] = total
    for g in range(n):
        for r in range(n):
            own = weight * work.stress[PLACE[g][r]]
            for k in range(n):
                moduli[n * k + g, n * k + r] += own
    if n == 2 and mesh.form == ROUND:
        hoop = weight * f[p, 2, 2]
        work.opened[n * n] = f[p, 2, 2] * span.inverse[2]
        moduli[n * n, n * n] = hoop * f[p, 2, 2] * tangent[2, 2] + weight * work.stress[2]
        for k in range(n):
            for g in range(n):
                total = 0.0
                for i in range(n):
                    total += f[p, k, i] * tangent[PLACE[i][g], 2]
                moduli[n * k + g, n * n] = hoop * total
                moduli[n * n, n * k + g] = hoop * total


@inline
def push_slopes(mesh, at, scale, work):
    """Fill `pushed` at a point, and add `scale` times its weight J^-1 dJ to `swell`.

    Functions are counted fastest.  `at` are the numbers of span and point.
    """
    (s, p), n, size = at, len(mesh.directions), len(mesh.functions)
    is_round, moduli = n == 2 and mesh.form == ROUND, work.moduli
    for h in range(n):
        for a in range(size):
            total = 0.0
            for r in range(n):
                total += work.opened[n * h + r] * mesh.gradient[s, p, r, a]
            if is_round and h == 0:
                total += work.opened[n * n] * mesh.gradient[s, p, n, a]
            work.swell[h * size + a] += scale * mesh.weight[s, p] * total
    for row in range(moduli.shape[0]):
        for h in range(n):
            for a in range(size):
                total = 0.0
                for r in range(n):
                    total += moduli[row, n * h + r] * mesh.gradient[s, p, r, a]
                work.pushed[p, row, h * size + a] = total
        if is_round:
            for a in range(size):
                work.pushed[p, row, a] += moduli[row, n * n] * mesh.gradient[s, p, n, a]


@inline
def fill_element(mesh, s, work):
    """Fill the lower triangle of the tangent of a span, without its mean volume."""
    n, size, pushed, element = len(mesh.directions), len(mesh.functions), work.pushed, work.element
    for k in range(n):
        for a in range(size):
            row = k * size + a
            for c in range(row + 1):
                total = 0.0
                for p in range(len(mesh.points)):
                    for g in range(n):
                        total += mesh.gradient[s, p, g, a] * pushed[p, n * k + g, c]
                element[row, c] = total
    if n == 2 and mesh.form == ROUND:
        for a in range(size):
            for c in range(a + 1):
                total = element[a, c]
                for p in range(len(mesh.points)):
                    total += mesh.gradient[s, p, n, a] * pushed[p, n * n, c]
                element[a, c] = total


@inline
def scatter(mesh, s, bulk, work, band):
    """Add the lower triangle of a span to the band; unknowns below 0 are held.

    `bulk` is what the change of its mean volume costs [J], in a section [J/m].
    """
    size = len(mesh.functions)
    for k in range(len(mesh.directions)):
        for a in range(size):
            work.unknown[k * size + a] = mesh.number[mesh.function[s, a], k]
    for a in range(work.unknown.size):
        row, part = work.unknown[a], bulk * work.swell[a]
        if row < 0:
            continue
        for b in range(a + 1):
            column = work.unknown[b]
            if column >= 0:
                high, low = max(row, column), min(row, column)
                band[low, high - low] += work.element[a, b] + part * work.swell[b]
