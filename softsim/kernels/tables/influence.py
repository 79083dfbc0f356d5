"""Influence of a hat of pressure on the surface of a layered half-plane, on uniform nodes."""

from __future__ import annotations

import numpy as np

from softsim._jit import inline, kernel

# Beyond this many cells the hat average is the three-point rule (error 0.025 j^-4 of K).
NEAR_CELLS = 24


@inline
def six_weights(t):
    """Return the Lagrange weights of six even nodes, -2 to 3, at a place between nodes 0 and 1.

    Parameters
    ----------
    t : float
        Place [nodes].

    Returns
    -------
    tuple of float
    """
    two, one, less, lesser, least = t + 2.0, t + 1.0, t - 1.0, t - 2.0, t - 3.0
    inner, outer = t * less * lesser, two * one * less * lesser * least
    return (
        -one * inner * least / 120.0,
        two * inner * least / 24.0,
        -outer / 12.0,
        two * one * t * lesser * least / 12.0,
        -two * one * t * less * least / 24.0,
        two * one * inner / 120.0,
    )


@inline
def log_interpolate(position, start, step, table):
    """Interpolate a table on a logarithmic grid by six-point Lagrange; clamped at both ends.

    Parameters
    ----------
    position : float
        Natural logarithm of the argument.
    start, step : float
        Logarithm of the first node and spacing of the nodes.
    table : ndarray of float64, shape (n,)
        Values at the nodes.

    Returns
    -------
    float
        Interpolated value.
    """
    place = (position - start) / step
    n = table.size
    if place <= 2.0:
        return table[2]
    if place >= n - 4.0:
        return table[n - 4]
    i = int(place)
    t = place - i
    a, b, c, d, e, f = six_weights(t)
    return (
        a * table[i - 2]
        + b * table[i - 1]
        + c * table[i]
        + d * table[i + 1]
        + e * table[i + 2]
        + f * table[i + 3]
    )


@inline
def smooth_part(x, green):
    """Return the part of a Green's function that is left without the surface logarithm.

    Parameters
    ----------
    x : float
        Distance ahead of the force [m], not 0.
    green : GreenFunction

    Returns
    -------
    float
        Displacement per unit force [m/Pa/m].
    """
    length = green.length
    square = length * length + x * x
    angle = np.arctan2(x, length)
    value = -green.gap_re * 0.5 * np.log(square) - green.gap_im * angle
    value += (green.slope_re * length - green.slope_im * x) / square
    table = green.ahead if x > 0.0 else green.behind
    return value + log_interpolate(np.log(abs(x)), green.start, green.step, table)


@inline
def log_hat(x):
    """Return the hat average of ln|x| at the distance of x cells, cell length one.

    Parameters
    ----------
    x : float
        Number of cells, >= 0, not necessarily whole.

    Returns
    -------
    float
        Exact second difference near, four-term series (error < 1e-15) beyond 40 cells.
    """
    if x > 40.0:
        inverse = 1.0 / (x * x)
        return np.log(x) - inverse * (1.0 / 12 + inverse * (1.0 / 60 + inverse / 168))
    total = -1.5
    for shift, weight in ((-1.0, 1.0), (0.0, -2.0), (1.0, 1.0)):
        place = abs(x + shift)
        if place > 0.0:
            total += weight * 0.5 * place * place * np.log(place)
    return total


@inline
def sign_hat(x):
    """Return the hat average of sign(x) at the distance of x cells, cell length one.

    Parameters
    ----------
    x : float
        Number of cells, any sign.

    Returns
    -------
    float
        Second difference of x|x|/2.
    """
    if abs(x) >= 1.0:
        return np.sign(x)
    return x * (2.0 - abs(x))


@kernel
def hat_influence(green, spacing, nodes, weights, out):
    """Displacement at the nodes caused by one hat of pressure of unit height.

    Parameters
    ----------
    green : GreenFunction
    spacing : float
        Distance of the nodes [m].
    nodes, weights : ndarray of float64, shape (n_gauss,)
        Gauss rule on [0, 1].
    out : ndarray of float64, shape (2 n - 1,)
        Overwritten: out[n - 1 + j] is the displacement j nodes ahead [m/Pa].

    Notes
    -----
    Near the load (24 cells) each half of the hat is integrated by Gauss points, crowded towards
    the load by a fourth power; beyond, by the three-point rule (1, 10, 1)/12.
    """
    n = (out.size + 1) // 2
    near = min(NEAR_CELLS, n - 1)
    for sign in (-1, 1):
        left, here = 0.0, 0.0
        for j in range(near, n + 1):
            x = sign * spacing * j
            right = smooth_part(x, green)
            if j >= near + 2:
                out[n - 1 + sign * (j - 1)] = spacing * (left + 10.0 * here + right) / 12.0
            left, here = here, right
        for j in range(min(near + 1, n)):
            total = 0.0
            for half in (-1, 1):
                for i in range(nodes.size):
                    t, w = nodes[i], weights[i]
                    if half < 0:  # piece between the centre of the hat and the load's side
                        t, w = 1.0 - t, w
                    # distance from the evaluation point, hat argument and weight
                    offset = half * t
                    place = j + offset
                    hat = 1.0 - abs(offset)
                    if (j == 0) or (j == 1 and half < 0):
                        u = nodes[i]
                        grade = u * u * u * u
                        w = weights[i] * 4.0 * u * u * u
                        place = half * grade if j == 0 else grade
                        hat = 1.0 - grade if j == 0 else grade
                    total += w * hat * smooth_part(sign * spacing * place, green)
            out[n - 1 + sign * j] = spacing * total
    log_spacing = np.log(spacing)
    for j in range(n):
        value = -green.log * spacing * (log_hat(float(j)) + log_spacing)
        jump = green.jump * spacing if j > 0 else 0.0
        out[n - 1 + j] += value + jump
        if j > 0:
            out[n - 1 - j] += value - jump


@kernel
def shifted_hat_influence(green, spacing, offset, nodes, weights, out):
    """Displacement at the nodes caused by a unit hat of pressure that stands between two nodes.

    For kernels whose residual is smooth at the load: creep at one retardation time.

    Parameters
    ----------
    green : GreenFunction
    spacing : float
        Distance of the nodes [m].
    offset : float
        Place of the hat ahead of a node in spacings, 0 to 1.
    nodes, weights : ndarray of float64, shape (n_gauss,)
        Gauss rule on [0, 1].
    out : ndarray of float64, shape (2 n - 1,)
        Overwritten: out[n - 1 + j] is the displacement j nodes ahead of that node [m/Pa].

    Notes
    -----
    Near the load Gauss points on both halves of the hat, cut at the load; beyond 24 cells the
    three-point rule (error 0.025 j^-4 of K).
    """
    n = (out.size + 1) // 2
    log_spacing = np.log(spacing)
    left, here = 0.0, 0.0
    for j in range(-n - 1, n):
        place = j - offset
        x = spacing * (place + 1.0)
        right = 0.0
        if x != 0.0:
            right = smooth_part(x, green)
        total = (left + 10.0 * here + right) / 12.0
        left, here = here, right
        if j <= -n:
            continue
        if abs(place) <= NEAR_CELLS:
            total = 0.0
            # pieces of the hat [-1, 1] between its kink and the point of evaluation
            cut = min(max(place, -1.0), 1.0)
            low, high = min(cut, 0.0), max(cut, 0.0)
            for first, last in ((-1.0, low), (low, high), (high, 1.0)):
                for i in range(nodes.size):
                    t = first + (last - first) * nodes[i]
                    x = spacing * (place - t)
                    if last > first and x != 0.0:
                        weight = (last - first) * weights[i] * (1.0 - abs(t))
                        total += weight * smooth_part(x, green)
        total -= green.log * (log_hat(abs(place)) + log_spacing)
        total += green.jump * sign_hat(place)
        out[n - 1 + j] = spacing * total


@kernel
def point_influence(green, x, out):
    """Displacement of a unit line force at arbitrary points of the surface.

    Parameters
    ----------
    green : GreenFunction
    x : ndarray of float64, shape (n,)
        Distance ahead of the force [m], not 0.
    out : ndarray of float64, shape (n,)
        Overwritten [m/Pa/m].
    """
    for i in range(x.size):
        value = smooth_part(x[i], green) - green.log * np.log(abs(x[i]))
        out[i] = value + green.jump * np.sign(x[i])
