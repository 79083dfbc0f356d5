"""Spans of tensor-product splines and what deforms them, in two directions or three.

Components are those of `softsim.kernels.tensors.symmetric`, the first four of them in a section;
directions along, depth, across.  Spans, functions and points of a span are counted with the last
direction fastest.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.tensors.symmetric import FIRST, SECOND

PLANE = 0
ROUND = 1  # axisymmetric: along is the radius, across the hoop


class Mesh(NamedTuple):
    """Spans, their functions at their points, and their unknowns.

    The tuples stand for the numbers they are as long as: loops are compiled for these.

    Attributes
    ----------
    gradient : ndarray of float64, shape (n_spans, n_points, n_slopes, n_functions)
        Slopes of the functions of a span in every direction; behind them, in the round form, the
        hoop stretch of a function, its value over the radius [1/m].
    weight : ndarray of float64, shape (n_spans, n_points)
        Area or volume of a point, in the round form times the circumference [m^2], [m^3].
    function : ndarray of int64, shape (n_spans, n_functions)
        Numbers of the functions of a span.
    number : ndarray of int64, shape (n_functions, n_directions)
        Unknown of each function of the mesh and component; -1 where it is held.
    layer : ndarray of int64, shape (n_spans,)
        Material of each span.
    relaxes_all : ndarray of bool, shape (n_spans,)
        True where the volume stress relaxes too.
    form : int
        `PLANE` or `ROUND`; of no account in space.
    directions, points, functions, components : tuple of int
        0, 1, ... up to the number of directions, of points and functions of a span, of components.
    """

    gradient: np.ndarray
    weight: np.ndarray
    function: np.ndarray
    number: np.ndarray
    layer: np.ndarray
    relaxes_all: np.ndarray
    form: int
    directions: tuple
    points: tuple
    functions: tuple
    components: tuple


class Span(NamedTuple):
    """What deforms one span.

    Attributes
    ----------
    local : ndarray of float64, shape (n_directions, n_functions)
        Displacement coefficients of its functions [m].
    deformation : ndarray of float64, shape (n_points, 3, 3)
        Deformation gradient [-].
    metric, inverse : ndarray of float64, shape (6,)
        Right Cauchy-Green tensor at a point and its inverse [-].
    """

    local: np.ndarray
    deformation: np.ndarray
    metric: np.ndarray
    inverse: np.ndarray


@kernel
def new_span(mesh):
    """Return work space for the spans of a mesh."""
    return Span(
        np.empty((len(mesh.directions), len(mesh.functions))),
        np.zeros((len(mesh.points), 3, 3)),
        np.empty(6),
        np.empty(6),
    )


@inline
def enter(mesh, s, displacement, span):
    """Fill coefficients and deformation of a span.

    Parameters
    ----------
    mesh : Mesh
    s : int
        Number of the span.
    displacement : ndarray of float64, shape (n_functions, n_directions)
        Coefficients [m].
    span : Span
        Overwritten.
    """
    n, local, f = len(mesh.directions), span.local, span.deformation
    for a in range(len(mesh.functions)):
        for i in range(n):
            local[i, a] = displacement[mesh.function[s, a], i]
    for p in range(len(mesh.points)):
        f[p, 2, 2] = 1.0
        for i in range(n):
            for j in range(n):
                total = 1.0 if i == j else 0.0
                for a in range(len(mesh.functions)):
                    total += local[i, a] * mesh.gradient[s, p, j, a]
                f[p, i, j] = total
        if n == 2 and mesh.form == ROUND:
            for a in range(len(mesh.functions)):
                f[p, 2, 2] += local[0, a] * mesh.gradient[s, p, n, a]


@inline
def volume_ratio(f, p):
    """Determinant of the deformation gradient at a point."""
    return (
        f[p, 0, 0] * (f[p, 1, 1] * f[p, 2, 2] - f[p, 1, 2] * f[p, 2, 1])
        - f[p, 0, 1] * (f[p, 1, 0] * f[p, 2, 2] - f[p, 1, 2] * f[p, 2, 0])
        + f[p, 0, 2] * (f[p, 1, 0] * f[p, 2, 1] - f[p, 1, 1] * f[p, 2, 0])
    )


@inline
def metric_into(f, p, c):
    """Overwrite c, shape (6,), with F^T F at a point."""
    for m in range(6):
        i, j = FIRST[m], SECOND[m]
        c[m] = f[p, 0, i] * f[p, 0, j] + f[p, 1, i] * f[p, 1, j] + f[p, 2, i] * f[p, 2, j]
