"""Closed forms that the finite engine is compared with, and the search for a maximum."""

import numpy as np
from scipy.interpolate import RectBivariateSpline
from scipy.optimize import minimize

from tests.finite_cases import field_places


def coupling(poisson_ratio, friction):
    """Return theta of gross sliding on an elastic half-plane."""
    beta = (1.0 - 2.0 * poisson_ratio) / (2.0 * (1.0 - poisson_ratio))
    return np.arctan(friction * beta) / np.pi


def half_plane_stress(x, z, friction, theta, n=4000):
    """Return stresses (along, depth, shear) over p0 under a sliding parabola of half-width 1."""
    angle = (np.arange(n) + 0.5) * np.pi / n
    s = np.cos(angle)
    pressure = np.cos(np.pi * theta) * (1 + s) ** (0.5 - theta) * (1 - s) ** (0.5 + theta)
    weight = -2.0 / np.pi * pressure * np.sin(angle) * np.pi / n
    d = x - s
    quartic = (d * d + z * z) ** 2
    along = weight * d * d * (z + friction * d) / quartic
    depth = weight * z * z * (z + friction * d) / quartic
    shear = weight * d * z * (z + friction * d) / quartic
    return along.sum(), depth.sum(), shear.sum()


def half_plane_maxima(poisson_ratio, friction, start=(0.6, 0.5)):
    """Return (value, x, z) of the largest shear and von Mises stress, over p0 and half-width."""
    theta = coupling(poisson_ratio, friction)

    def shear(place):
        a, b, t = half_plane_stress(*place, friction, theta)
        return -np.hypot(0.5 * (a - b), t)

    def mises(place):
        a, b, t = half_plane_stress(*place, friction, theta)
        c = poisson_ratio * (a + b)
        return -np.sqrt(0.5 * ((a - b) ** 2 + (b - c) ** 2 + (c - a) ** 2) + 3.0 * t * t)

    found = []
    for function in (shear, mises):
        best = minimize(
            function, start, method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-10}
        )
        found.append((-best.fun, *best.x))
    return found


def field_maximum(result, field):
    """Return (value, along, depth) of the largest value of a field, between the rows too."""
    along, depth = field_places(result)
    j, i = np.unravel_index(field.argmax(), field.shape)
    columns = slice(max(j - 6, 0), j + 7)
    rows = slice(max(i - 6, 0), max(i - 6, 0) + 13)
    spline = RectBivariateSpline(along[columns], depth[rows], field[columns, rows])
    low, high = max(i - 2, 0), min(i + 2, depth.size - 1)
    best = minimize(
        lambda place: -spline(*place)[0, 0] / field.max(),
        [along[j], depth[i]],
        bounds=[(along[j - 2], along[j + 2]), (depth[low], depth[high])],
    )
    return -best.fun * field.max(), *best.x
