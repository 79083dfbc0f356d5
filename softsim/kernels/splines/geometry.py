"""Spans of tensor-product splines and what deforms them, in two directions or three.

Components are those of `softsim.kernels.tensors.symmetric`, the first four of them in a section;
directions along, depth, across.  Spans, functions and points of a span are counted with the last
direction fastest.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.tensors.symmetric import FIRST, SECOND

PLANE = 0
ROUND = 1  # axisymmetric: along is the radius, across the hoop


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
    relaxes_all : ndarray of bool, shape (n_spans,)
        True where the volume stress relaxes too.
    form : int
        `PLANE` or `ROUND`; of no account in space.
    """

    directions: tuple
    number: np.ndarray
    layer: np.ndarray
    relaxes_all: np.ndarray
    form: int


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
    point_in, function_in : ndarray of int64, shapes (n_points, n_directions), (n_functions, ...)
        Place of each point and function in each direction.
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
    point_in: np.ndarray
    function_in: np.ndarray


@kernel
def new_span(mesh):
    """Return work space for the spans of a mesh."""
    n = len(mesh.directions)
    points, size = mesh.directions[0].weight.shape[1], mesh.directions[0].value.shape[2]
    n_points, n_functions = points**n, size**n
    point_in, function_in = np.empty((n_points, n), np.int64), np.empty((n_functions, n), np.int64)
    for k in range(n):
        for p in range(n_points):
            point_in[p, k] = p // points ** (n - 1 - k) % points
        for f in range(n_functions):
            function_in[f, k] = f // size ** (n - 1 - k) % size
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
        point_in,
        function_in,
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
    size, (n_points, n_functions) = mesh.directions[0].value.shape[2], span.value.shape
    span.weight[:] = 1.0
    span.value[:] = 1.0
    span.gradient[:] = 1.0
    span.function[:] = 0
    rest, stride = number, 1
    for back in range(n):
        k = n - 1 - back
        own = mesh.directions[k]
        place = rest % own.first.size
        rest //= own.first.size
        for p in range(n_points):
            q = span.point_in[p, k]
            span.weight[p] *= own.weight[place, q]
            span.radius[p] = own.place[place, q]  # of the first direction in the end
            for f in range(n_functions):
                a = span.function_in[f, k]
                value, slope = own.value[place, q, a], own.slope[place, q, a]
                span.value[p, f] *= value
                for g in range(n):
                    span.gradient[p, f, g] *= slope if g == k else value
        for f in range(n_functions):
            span.function[f] += (own.first[place] + span.function_in[f, k]) * stride
        stride *= own.first[own.first.size - 1] + size
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
