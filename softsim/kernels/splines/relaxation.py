"""Relaxation at the points of a section: in time, or along the rows that tissue flows through.

Every branch obeys h' + h/tau = g S' with S the relaxing stress as it is at once; the updates are
exact for S linear in time.
"""

from __future__ import annotations

import math

import numpy as np

from softsim._jit import kernel


@kernel
def row_factors(place, speed, weights, times, decay, gain):
    """Decay and gain of every branch over the way to each point from the one before it.

    Parameters
    ----------
    place : ndarray of float64, shape (n,)
        Places of the points along, increasing [m].
    speed : float
        Of the tool along, not zero [m/s]; tissue comes from ahead of it.
    weights, times : ndarray of float64, shape (n_layers, n_branches)
        [-], [s].
    decay, gain : ndarray of float64, shape (n, n_layers, n_branches)
        Overwritten: exp(-t/tau) and (1 - exp(-t/tau)) tau/t [-].
    """
    n = place.size
    for k in range(n):
        before = k + 1 if speed > 0.0 else k - 1
        way = abs(place[before] - place[k]) if 0 <= before < n else math.inf
        for layer in range(weights.shape[0]):
            for b in range(weights.shape[1]):
                ratio = way / (abs(speed) * times[layer, b])
                if ratio > 700.0:
                    decay[k, layer, b], gain[k, layer, b] = 0.0, 1.0 / ratio
                    continue
                decay[k, layer, b] = math.exp(-ratio)
                gain[k, layer, b] = -math.expm1(-ratio) / ratio if ratio > 0.0 else 1.0


@kernel
def carry_along(relaxing, reference, layer, forward, weights, decay, gain, carried):
    """Stress carried to every point from the points that passed its place before.

    Parameters
    ----------
    relaxing : ndarray of float64, shape (n_along, n_depth, n_points, 4)
        Stress that relaxes; points of a span counted along first [Pa].
    reference : ndarray of float64, shape (n_layers, 4)
        The same in undisturbed tissue [Pa].
    layer : ndarray of int64, shape (n_along, n_depth)
        Material of each span.
    forward : bool
        True for a tool that moves towards +x.
    weights : ndarray of float64, shape (n_layers, n_branches)
        [-].
    decay, gain : ndarray of float64, shape (n, n_layers, n_branches)
        From `row_factors`, over all points along.
    carried : ndarray of float64, shape (n_along, n_depth, n_points, 4)
        Overwritten [Pa].
    """
    n_along, n_depth, n_points, _ = relaxing.shape
    side = int(math.sqrt(n_points) + 0.5)
    n_branches = weights.shape[1]
    held, last = np.empty((n_branches, 4)), np.empty(4)
    for j in range(n_depth):
        for r in range(side):
            held[:] = 0.0
            for step in range(n_along * side):
                k = n_along * side - 1 - step if forward else step
                i, q = k // side, k % side
                own, p = layer[i, j], q * side + r
                if step == 0:
                    for m in range(4):
                        last[m] = reference[own, m]
                for m in range(4):
                    total, new = 0.0, relaxing[i, j, p, m]
                    for b in range(n_branches):
                        old = decay[k, own, b] * held[b, m]
                        share = weights[own, b] * gain[k, own, b]
                        total += old - share * last[m]
                        held[b, m] = old + share * (new - last[m])
                    carried[i, j, p, m] = total
                    last[m] = new


@kernel
def carry_in_time(overstress, relaxing, layer, weights, decay, gain, carried):
    """Stress that acts at the end of a step whatever the tissue does in it.

    Parameters
    ----------
    overstress : ndarray of float64, shape (n_along, n_depth, n_points, n_branches, 4)
        Stress h of every branch at the start of the step [Pa].
    relaxing : ndarray of float64, shape (n_along, n_depth, n_points, 4)
        Relaxing stress at the start of the step [Pa].
    layer : ndarray of int64, shape (n_along, n_depth)
        Material of each span.
    weights, decay, gain : ndarray of float64, shape (n_layers, n_branches)
        g, exp(-t/tau) and (1 - exp(-t/tau)) tau/t over the step [-].
    carried : ndarray of float64, shape (n_along, n_depth, n_points, 4)
        Overwritten [Pa].
    """
    n_along, n_depth, n_points, n_branches, _ = overstress.shape
    for i in range(n_along):
        for j in range(n_depth):
            own = layer[i, j]
            for p in range(n_points):
                for m in range(4):
                    total = 0.0
                    for b in range(n_branches):
                        total += decay[own, b] * overstress[i, j, p, b, m]
                        total -= weights[own, b] * gain[own, b] * relaxing[i, j, p, m]
                    carried[i, j, p, m] = total


@kernel
def advance_in_time(new, layer, weights, decay, gain, overstress, relaxing):
    """End a step: `overstress` and `relaxing` become those at its end.

    Parameters
    ----------
    new : ndarray of float64, shape (n_along, n_depth, n_points, 4)
        Relaxing stress at the end of the step [Pa].
    layer, weights, decay, gain, overstress, relaxing
        As in `carry_in_time`; the last two are changed.
    """
    n_along, n_depth, n_points, n_branches, _ = overstress.shape
    for i in range(n_along):
        for j in range(n_depth):
            own = layer[i, j]
            for p in range(n_points):
                for m in range(4):
                    change = new[i, j, p, m] - relaxing[i, j, p, m]
                    for b in range(n_branches):
                        overstress[i, j, p, b, m] *= decay[own, b]
                        overstress[i, j, p, b, m] += weights[own, b] * gain[own, b] * change
                    relaxing[i, j, p, m] = new[i, j, p, m]
