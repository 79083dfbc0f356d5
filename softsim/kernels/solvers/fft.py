"""Influence of uniform rectangles of traction on an elastic half-space (Love's integrals)."""

from __future__ import annotations

import numpy as np

from softsim._jit import inline, kernel


@inline
def inverse_distance_corner(x, y):
    """Return the corner function whose mixed difference integrates 1/r over a rectangle.

    Parameters
    ----------
    x, y : float
        Corner position [m].

    Returns
    -------
    float
        x asinh(y/|x|) + y asinh(x/|y|) [m].
    """
    total = 0.0
    if x != 0.0:
        total += x * np.arcsinh(y / abs(x))
    if y != 0.0:
        total += y * np.arcsinh(x / abs(y))
    return total


@inline
def dipole_corner(x, y):
    """Return the corner function whose mixed difference integrates x/r^2 over a rectangle.

    Parameters
    ----------
    x, y : float
        Corner position [m].

    Returns
    -------
    float
        (y/2) ln(x^2 + y^2) + x atan(y/x) [m], up to a term linear in y.
    """
    total = 0.0
    if x != 0.0:
        total += x * np.arctan(y / x)
    if y != 0.0:
        total += 0.5 * y * np.log(x * x + y * y)
    return total


@kernel
def rectangle_influence(spacing_along, spacing_across, out_pressure, out_shear):
    """Displacement at cell centres caused by one uniformly loaded cell of a half-space.

    Parameters
    ----------
    spacing_along, spacing_across : float
        Cell sides [m].
    out_pressure : ndarray of float64, shape (n_along, n_across)
        Overwritten: integral of 1/(2 pi r) [m]; times k Czz gives u_z per pressure.
    out_shear : ndarray of float64, shape (n_along, n_across)
        Overwritten: integral of x/(2 pi r^2) [m]; times k Czx gives u_z per shear ahead (+x).

    Notes
    -----
    Entry (i, j) is i cells ahead and j cells aside; the pressure part is even in both, the shear
    part odd along.  Relative rounding grows like 1e-16 (i^2 + j^2).

    References
    ----------
    .. [1] A. E. H. Love, Phil. Trans. R. Soc. A 228 (1929) 377-420.
    """
    for i in range(out_pressure.shape[0]):
        x0, x1 = (i - 0.5) * spacing_along, (i + 0.5) * spacing_along
        for j in range(out_pressure.shape[1]):
            y0, y1 = (j - 0.5) * spacing_across, (j + 0.5) * spacing_across
            out_pressure[i, j] = (
                inverse_distance_corner(x1, y1)
                - inverse_distance_corner(x0, y1)
                - inverse_distance_corner(x1, y0)
                + inverse_distance_corner(x0, y0)
            ) / (2.0 * np.pi)
            out_shear[i, j] = (
                dipole_corner(x1, y1)
                - dipole_corner(x0, y1)
                - dipole_corner(x1, y0)
                + dipole_corner(x0, y0)
            ) / (2.0 * np.pi)
            if i == 0:
                out_shear[i, j] = 0.0
