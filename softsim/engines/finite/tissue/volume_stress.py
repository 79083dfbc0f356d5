"""Volume stress within the spans of a section, of which the solution knows the mean only.

The stress of the shape varies in a span while the volume stress of its mean volume does not: beside
each other they jump from span to span in a layer that bends.  Stress that is in equilibrium has no
divergence, which tells the slope of the volume stress: with P the first Piola-Kirchhoff stress of
the points and p J F^-T that of a pressure p, whose cofactor has no divergence itself,

    Div (P + p J F^-T) = 0,    grad p = - J^-1 F^T Div P.

The level of each span follows from the normal traction, which is one on both sides of a boundary
of rows, between layers too.  Slopes of the points within a span are of first order, so that the
stress is of second order in its length, at its ends as well.
"""

from __future__ import annotations

import numpy as np

from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.tissue.section import Section
from softsim.kernels.splines.geometry import ROUND

LEAST_SPREAD = 1e-12  # of the largest variance: spans at rest
TINY = 1e-30  # [Pa^2]


def balanced(section: Section, displacement: Array, cauchy: Array) -> Array:
    """Return the Cauchy stress with a volume stress in equilibrium, linear over each span.

    Where tissue shears its span means are off by as much as the shape's stress varies in the span;
    the traction on the boundaries between the spans of a column, which is one, tells by how much.
    Where the whole volume stress is that of the points it stays as it is.

    Parameters
    ----------
    section : Section
        In two directions; holds the state.
    displacement : ndarray, shape (n_along, n_depth, 2)
        Of the functions [m].
    cauchy : ndarray, shape (n_spans, n_points, 4)
        At the points, along, depth, across, shear [Pa].
    """
    stiff = section.by_layer(section.layers.at_points)[: section.layer.size] < 1.0
    if not stiff.any():
        return cauchy
    even = cauchy.copy()
    even[..., :3] -= _uneven(section)[..., None]
    f = gradients(section, displacement)
    on_grid = section.on_grid(even).reshape(*f.shape[:2], 4).copy()
    slope = _slope(section, f, on_grid) * stiff[:, None]
    away = [own.place - own.place.mean(axis=1, keepdims=True) for own in section.directions]
    slope = slope.reshape(*section.layer.shape, 2)
    more = slope[:, :, None, None, 0] * away[0][:, None, :, None]
    more = (more + slope[:, :, None, None, 1] * away[1][None, :, None, :]).reshape(f.shape[:2])
    on_grid[..., :3] += more[..., None]
    more += (_levels(section, f, on_grid).ravel() * stiff)[:, None]
    even[..., :3] += (more if section.overlay is None else more[section.overlay.span])[..., None]
    return even


def _levels(section: Section, f: Array, cauchy: Array) -> Array:
    """Return what the volume stress of spans lacks for one traction down a column.

    Of all that make the normal traction on the boundaries of the rows one, the changes that are
    smallest where stress is known best: where that of the shape varies least over the span.

    Parameters
    ----------
    section : Section
    f : ndarray, shape (n_spans, n_points, 3, 3)
        Deformation gradient [-].
    cauchy : ndarray, shape (n_spans, n_points, 4)
        [Pa].

    Returns
    -------
    ndarray, shape (n_spans_along, n_spans_depth)
        [Pa].
    """
    n_along, n_depth = section.layer.shape
    normal = np.stack([-f[..., 1, 0], f[..., 0, 0]], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    traction = cauchy[..., 0] * normal[..., 0] ** 2 + cauchy[..., 1] * normal[..., 1] ** 2
    traction += 2.0 * cauchy[..., 3] * normal[..., 0] * normal[..., 1]
    rows = traction.reshape(n_along, n_depth, 2, 2).mean(axis=2)
    middle, half = rows.mean(axis=-1), 0.5 * np.sqrt(3.0) * (rows[..., 1] - rows[..., 0])
    jump = (middle - half)[:, 1:] - (middle + half)[:, :-1]
    lacking = -np.concatenate([np.zeros((n_along, 1)), np.cumsum(jump, axis=1)], axis=1)
    shape = cauchy[..., :3] - cauchy[..., :3].mean(axis=-1, keepdims=True)
    spread = shape.reshape(n_along, n_depth, -1, 3)
    spread = ((spread - spread.mean(axis=2, keepdims=True)) ** 2).sum(axis=(2, 3))
    known = np.diff(section.depth.breaks) / (spread + LEAST_SPREAD * spread.max() + TINY)
    return np.asarray(
        lacking - (known * lacking).sum(axis=1, keepdims=True) / known.sum(axis=1, keepdims=True)
    )


def gradients(section: Section, displacement: Array) -> Array:
    """Return the deformation gradient at the points of the grid, (n_spans, n_points, 3, 3) [-].

    `displacement` has the shape (n_along, n_depth, 2) of the functions [m].
    """
    count = section.layer.size
    own = displacement.reshape(-1, 2)[section.mesh.function[:count]]
    gradient = section.mesh.gradient[:count]
    found = np.zeros((*gradient.shape[:2], 3, 3))
    found[:] = np.eye(3)
    found[..., :2, :2] += np.einsum("sak,spga->spkg", own, gradient[:, :, :2], optimize=True)
    if section.form == ROUND:
        found[..., 2, 2] += np.einsum("sa,spa->sp", own[..., 0], gradient[:, :, 2])
    return found


def _uneven(section: Section) -> Array:
    """Return what the own volume stress of points differs by from its mean, (n_spans, n_points).

    [Pa]; zero where it relaxes, because what has become of it is not told apart, and where all of
    the volume stress is the points' own.
    """
    own, weight = section.stresses.own[..., 0], section.mesh.weight
    mean = (weight * own).sum(axis=1) / weight.sum(axis=1)
    kept = section.mesh.relaxes_all | (section.by_layer(section.layers.at_points) == 1.0)
    return np.asarray(np.where(kept[:, None], 0.0, own - mean[:, None]))


def _slope(section: Section, f: Array, cauchy: Array) -> Array:
    """Return the slope of the volume stress in every span that puts it in equilibrium.

    Parameters
    ----------
    section : Section
    f : ndarray, shape (n_spans, n_points, 3, 3)
        Deformation gradient [-].
    cauchy : ndarray, shape (n_spans, n_points, 4)
        [Pa].

    Returns
    -------
    ndarray, shape (n_spans, 2)
        By the undeformed place along and in depth [Pa/m].
    """
    across = f[..., 2, 2]
    cofactor = across[..., None, None] * np.stack(
        [
            np.stack([f[..., 1, 1], -f[..., 1, 0]], axis=-1),
            np.stack([-f[..., 0, 1], f[..., 0, 0]], axis=-1),
        ],
        axis=-2,
    )
    stress = np.stack([cauchy[..., [0, 3]], cauchy[..., [3, 1]]], axis=-2)
    n_along, n_depth = section.layer.shape
    piola = (stress @ cofactor).reshape(n_along, n_depth, 2, 2, 2, 2)  # points along, in depth
    width, height = (np.diff(own.place, axis=1)[:, 0] for own in section.directions)
    push = (piola[:, :, 1, :, :, 0] - piola[:, :, 0, :, :, 0]).mean(axis=2)
    push = push / width[:, None, None]
    down = (piola[:, :, :, 1, :, 1] - piola[:, :, :, 0, :, 1]).mean(axis=2)
    push = push + down / height[None, :, None]
    if section.form == ROUND:
        area = f[..., 0, 0] * f[..., 1, 1] - f[..., 0, 1] * f[..., 1, 0]
        hoop = (cauchy[..., 2] * area).reshape(n_along, n_depth, 2, 2)
        radius = section.directions[0].place[:, None, :, None]
        push[..., 0] += ((piola[..., 0, 0] - hoop) / radius).mean(axis=(2, 3))
        push[..., 1] += (piola[..., 1, 0] / radius).mean(axis=(2, 3))
    middle = f.mean(axis=1)
    ratio = np.linalg.det(middle)
    flat = push.reshape(-1, 2)
    return np.asarray(-np.einsum("ski,sk->si", middle[:, :2, :2], flat) / ratio[:, None])
