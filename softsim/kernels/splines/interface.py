"""Boundaries on which one layer slips on the other: slip, forces and tangent of a potential.

The two sides are paired by their undeformed place.  With the jump d of a pair, below minus above,
and the unit tangent t and normal n of the surface midway between the sides, the slip is s = d.t
and the opening w = d.n; the tangential traction acts on s, the normal one on w.  A chord of a
smooth curve is parallel to the mean of the tangents at its ends but for the square of the slip.
The opening that the normal traction acts on is the mean over a span: one condition for each, since
more would hold the slip of a bent boundary, which has one function for each and direction.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from softsim._jit import inline, kernel
from softsim.kernels.splines.branches import Scratch, branch_energies

HELD = -1


class Sides(NamedTuple):
    """Functions on both sides of the boundaries, and the points between them.

    Attributes
    ----------
    first : ndarray of int64, shape (n_spans,)
        First function along that is not zero on a span.
    weight : ndarray of float64, shape (n_spans, n_points)
        Undeformed length of the points [m], in the round form times the circumference [m^2].
    value, slope : ndarray of float64, shape (n_spans, n_points, degree + 1)
        Functions along [-], [1/m].
    above, below : ndarray of int64, shape (n_boundaries,)
        Function in depth that has the displacement of each side; `HELD` for rigid ground below.
    number : ndarray of int64, shape (n_along, n_depth, 2)
        Unknown of each function and component; -1 where it is held.
    """

    first: np.ndarray
    weight: np.ndarray
    value: np.ndarray
    slope: np.ndarray
    above: np.ndarray
    below: np.ndarray
    number: np.ndarray


class Pairs(NamedTuple):
    """What the pairs of points do.

    Attributes
    ----------
    slip, opening : ndarray of float64, shape (n_spans, n_boundaries, n_points)
        Of the side below from the side above [m]; the opening is the mean of the span.
    slope : ndarray of float64, shape (n_spans, n_boundaries, n_points)
        Derivative of the slip by the undeformed place [-].
    stretch : ndarray of float64, shape (n_spans, n_boundaries, n_points)
        Current length of the middle surface over the undeformed one [-].
    """

    slip: np.ndarray
    opening: np.ndarray
    slope: np.ndarray
    stretch: np.ndarray


class Law(NamedTuple):
    """Tractions of the pairs per undeformed length: stiffness times slip and what is carried.

    Attributes
    ----------
    stiffness, carried : ndarray of float64, shape (n_spans, n_boundaries, n_points)
        Tangential [Pa/m], [Pa].
    normal : ndarray of float64, shape (n_boundaries,)
        Against opening and overlap [Pa/m].
    """

    stiffness: np.ndarray
    carried: np.ndarray
    normal: np.ndarray


@inline
def pair(sides, displacement, at, out):
    """Fill jump, tangent and length of the middle surface, and the derivative of the jump.

    Parameters
    ----------
    sides : Sides
    displacement : ndarray of float64, shape (n_along, n_depth, 2)
        [m].
    at : tuple of 3 ints
        Numbers of span, boundary and point.
    out : ndarray of float64, shape (7,)
        Overwritten: jump along and in depth [m], tangent (2), length of its vector [-], and the
        derivative of the jump (2) [-].
    """
    i, b, q = at
    above, below = sides.above[b], sides.below[b]
    out[:] = 0.0
    mx, mz = 2.0, 0.0
    for a in range(sides.value.shape[2]):
        value, slope = sides.value[i, q, a], sides.slope[i, q, a]
        for k in range(2):
            high = displacement[sides.first[i] + a, above, k]
            low = 0.0 if below == HELD else displacement[sides.first[i] + a, below, k]
            out[k] += value * (low - high)
            out[5 + k] += slope * (low - high)
            if k == 0:
                mx += slope * (low + high)
            else:
                mz += slope * (low + high)
    out[4] = math.hypot(mx, mz)
    out[2], out[3] = mx / out[4], mz / out[4]


@kernel
def evaluate_pairs(sides, displacement, pairs):
    """Slip, opening and slope of the slip of all pairs.

    Parameters
    ----------
    sides : Sides
    displacement : ndarray of float64, shape (n_along, n_depth, 2)
        [m].
    pairs : Pairs
        Overwritten.
    """
    found = np.empty(7)
    pairs.opening[:] = 0.0
    for i, b, q in np.ndindex(pairs.slip.shape):
        pair(sides, displacement, (i, b, q), found)
        share = sides.weight[i, q] / sides.weight[i].sum()
        jx, jz, tx, tz, length, sx, sz = found
        pairs.stretch[i, b, q] = 0.5 * length
        pairs.slip[i, b, q] = jx * tx + jz * tz
        pairs.opening[i, b] += share * (jz * tx - jx * tz)
        pairs.slope[i, b, q] = sx * tx + sz * tz  # the turn of t adds the curvature times w = 0


@inline
def gradients_into(sides, at, found, slip, opening, turn, stretch):
    """Fill derivatives by the coefficients of both sides: of s, w, the angle and ln of the length.

    Parameters
    ----------
    sides : Sides
    at : tuple of 3 ints
        Numbers of span, boundary and point.
    found : ndarray of float64, shape (7,)
        From `pair`.
    slip, opening : ndarray of float64, shape (4 (degree + 1),)
        Overwritten [-]; side above, then below, of each its functions, of each its components.
    turn, stretch : ndarray of float64, shape (4 (degree + 1),)
        Overwritten [1/m].
    """
    i, _, q = at
    jx, jz, tx, tz, length, _, _ = found
    s, w = jx * tx + jz * tz, jz * tx - jx * tz
    size = sides.value.shape[2]
    for side in range(2):
        sign = 2.0 * side - 1.0
        for a in range(size):
            m = 2 * (side * size + a)
            value, slope = sign * sides.value[i, q, a], sides.slope[i, q, a] / length
            turn[m], turn[m + 1] = -slope * tz, slope * tx
            stretch[m], stretch[m + 1] = slope * tx, slope * tz
            slip[m], slip[m + 1] = value * tx, value * tz
            opening[m], opening[m + 1] = -value * tz, value * tx
    for m in range(turn.size):
        slip[m] += w * turn[m]
        opening[m] -= s * turn[m]


@inline
def function_at(sides, at, m):
    """Numbers of the function along, that in depth and the component of coefficient m."""
    size = sides.value.shape[2]
    side, rest = m // (2 * size), m % (2 * size)
    depth = sides.above[at[1]] if side == 0 else sides.below[at[1]]
    return sides.first[at[0]] + rest // 2, depth, rest % 2


@kernel
def change_of_opening(sides, displacement, change, out):
    """First-order change of the opening of all pairs.

    Parameters
    ----------
    sides : Sides
    displacement, change : ndarray of float64, shape (n_along, n_depth, 2)
        [m].
    out : ndarray of float64, shape (n_spans, n_boundaries, n_points)
        Overwritten: that of the mean of the span [m].
    """
    width = 4 * sides.value.shape[2]
    found, slip, opening = np.empty(7), np.empty(width), np.empty(width)
    turn, stretch = np.empty(width), np.empty(width)
    out[:] = 0.0
    for i, b, q in np.ndindex(out.shape):
        pair(sides, displacement, (i, b, q), found)
        gradients_into(sides, (i, b, q), found, slip, opening, turn, stretch)
        share = sides.weight[i, q] / sides.weight[i].sum()
        for m in range(width):
            a, j, k = function_at(sides, (i, b, q), m)
            if j != HELD:
                out[i, b] += share * opening[m] * change[a, j, k]


@kernel
def add_interface_forces(sides, displacement, pairs, law, out):
    """Add the forces of the boundaries on the functions.

    Parameters
    ----------
    sides : Sides
    displacement : ndarray of float64, shape (n_along, n_depth, 2)
        [m].
    pairs : Pairs
        Of that displacement.
    law : Law
    out : ndarray of float64, shape (n_along, n_depth, 2)
        Added to: [N/m], in the round form [N].
    """
    width = 4 * sides.value.shape[2]
    found, slip, opening = np.empty(7), np.empty(width), np.empty(width)
    turn, stretch = np.empty(width), np.empty(width)
    for i, b, q in np.ndindex(pairs.slip.shape):
        pair(sides, displacement, (i, b, q), found)
        gradients_into(sides, (i, b, q), found, slip, opening, turn, stretch)
        shear = law.stiffness[i, b, q] * pairs.slip[i, b, q] + law.carried[i, b, q]
        pull = law.normal[b] * pairs.opening[i, b, q]
        for m in range(width):
            a, j, k = function_at(sides, (i, b, q), m)
            if j != HELD:
                out[a, j, k] += sides.weight[i, q] * (shear * slip[m] + pull * opening[m])


@kernel
def add_interface_tangent(sides, displacement, pairs, law, expected, whole, band):
    """Add the symmetric tangent of the boundaries to a lower band.

    Parameters
    ----------
    sides : Sides
    displacement : ndarray of float64, shape (n_along, n_depth, 2)
        [m].
    pairs : Pairs
        Of that displacement.
    law : Law
    expected : ndarray of float64, shape (n_spans, n_boundaries, n_points)
        Normal traction expected after the last step, pull positive [Pa].
    whole : bool
        False leaves out what the tractions do to the tangent, which may be negative.
    band : ndarray of float64, shape (n_unknowns, half_width + 1)
        Added to: entry (i, j), i >= j, is band[j, i - j].
    """
    width = 4 * sides.value.shape[2]
    found, slip, opening = np.empty(7), np.empty(width), np.empty(width)
    turn, stretch = np.empty(width), np.empty(width)
    mean, square = np.empty(width), np.empty((width, width))
    for i, b in np.ndindex(pairs.slip.shape[:2]):
        mean[:] = 0.0
        square[:] = 0.0
        for q in range(sides.weight.shape[1]):
            at, weight = (i, b, q), sides.weight[i, q]
            pair(sides, displacement, at, found)
            gradients_into(sides, at, found, slip, opening, turn, stretch)
            # bonds that break yield: less than nothing holds only in the whole tangent
            hold = weight * (law.stiffness[at] if whole else max(law.stiffness[at], 0.0))
            for m in range(width):
                mean[m] += weight * opening[m]
                for n in range(m + 1):
                    square[m, n] += hold * slip[m] * slip[n]
            if not whole:
                continue
            s, w = pairs.slip[at], found[1] * found[2] - found[0] * found[3]
            shear, pull = hold * s + weight * law.carried[at], weight * expected[at]
            both = pull * s - shear * w
            for m in range(width):
                for n in range(m + 1):
                    across = opening[m] * turn[n] + turn[m] * opening[n] + s * turn[m] * turn[n]
                    along = slip[m] * turn[n] + turn[m] * slip[n] - w * turn[m] * turn[n]
                    bent = stretch[m] * turn[n] + turn[m] * stretch[n]
                    square[m, n] += shear * across - pull * along + both * bent
        stop = law.normal[b] / sides.weight[i].sum()
        for m in range(width):
            a, j, k = function_at(sides, (i, b, 0), m)
            row = HELD if j == HELD else sides.number[a, j, k]
            for n in range(m + 1):
                a, j, k = function_at(sides, (i, b, 0), n)
                column = HELD if j == HELD else sides.number[a, j, k]
                if row >= 0 and column >= 0:
                    low, high = min(row, column), max(row, column)
                    band[low, high - low] += square[m, n] + stop * mean[m] * mean[n]


@kernel
def spring_energies(ratio, weights, stiffness, start, turn, work, lost):
    """Work on the branches of relaxing springs and its loss over one step of each point.

    Parameters
    ----------
    ratio : ndarray of float64, shape (n_spans, n_boundaries, n_points, n_branches)
        Duration over relaxation time [-].
    weights : ndarray of float64, shape (n_boundaries, n_branches)
        [-].
    stiffness : ndarray of float64, shape (n_boundaries,)
        Of the whole spring at once [Pa/m].
    start : ndarray of float64, shape (n_spans, n_boundaries, n_points, n_branches)
        Traction of every branch at the start [Pa].
    turn : ndarray of float64, shape (n_spans, n_boundaries, n_points)
        Change of the slip [m].
    work, lost : ndarray of float64, shape (n_spans, n_boundaries, n_points)
        Overwritten [J/m^2].
    """
    # a branch of a spring is one of tissue with a single component
    scratch, factor = Scratch(np.empty(4), np.empty(4), np.empty(4)), np.zeros((4, 4))
    held, change, strain = np.zeros(4), np.zeros(4), np.zeros(4)
    for i, b, q in np.ndindex(turn.shape):
        work[i, b, q] = lost[i, b, q] = 0.0
        if stiffness[b] == 0.0:
            continue
        factor[0, 0] = 1.0 / stiffness[b]
        strain[0] = turn[i, b, q]
        change[0] = stiffness[b] * turn[i, b, q]
        for k in range(weights.shape[1]):
            held[0] = start[i, b, q, k]
            done, spent = branch_energies(
                ratio[i, b, q, k], weights[b, k], held, change, strain, factor, scratch
            )
            work[i, b, q] += done
            lost[i, b, q] += spent
