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
    relaxing : ndarray of float64, shape (n_spans, n_points, n_components)
        Stress that relaxes [Pa].
    reference : ndarray of float64, shape (n_layers, n_components)
        The same in undisturbed tissue [Pa].
    layer : ndarray of int64, shape (n_along, n_beside)
        Material of each span; those beside each other along are in one column.
    forward : bool
        True for a tool that moves towards +x.
    weights : ndarray of float64, shape (n_layers, n_branches)
        [-].
    decay, gain : ndarray of float64, shape (n, n_layers, n_branches)
        From `row_factors`, over all points along.
    carried : ndarray of float64, shape (n_spans, n_points, n_components)
        Overwritten [Pa].
    """
    n_along, n_beside = layer.shape
    side = decay.shape[0] // n_along
    n_rows, n_components = relaxing.shape[1] // side, relaxing.shape[2]
    n_branches = weights.shape[1]
    held, last = np.empty((n_branches, n_components)), np.empty(n_components)
    for j in range(n_beside):
        for r in range(n_rows):
            held[:] = 0.0
            for step in range(n_along * side):
                k = n_along * side - 1 - step if forward else step
                i, q = k // side, k % side
                own, s, p = layer[i, j], i * n_beside + j, q * n_rows + r
                if step == 0:
                    last[:] = reference[own]
                for m in range(n_components):
                    total, new = 0.0, relaxing[s, p, m]
                    for b in range(n_branches):
                        old = decay[k, own, b] * held[b, m]
                        share = weights[own, b] * gain[k, own, b]
                        total += old - share * last[m]
                        held[b, m] = old + share * (new - last[m])
                    carried[s, p, m] = total
                    last[m] = new


@kernel
def carry_in_time(overstress, relaxing, layer, weights, decay, gain, carried):
    """Stress that acts at the end of a step whatever the tissue does in it.

    Parameters
    ----------
    overstress : ndarray of float64, shape (n_spans, n_points, n_branches, n_components)
        Stress h of every branch at the start of the step [Pa].
    relaxing : ndarray of float64, shape (n_spans, n_points, n_components)
        Relaxing stress at the start of the step [Pa].
    layer : ndarray of int64, shape (n_spans,)
        Material of each span.
    weights, decay, gain : ndarray of float64, shape (n_layers, n_branches)
        g, exp(-t/tau) and (1 - exp(-t/tau)) tau/t over the step [-].
    carried : ndarray of float64, shape (n_spans, n_points, n_components)
        Overwritten [Pa].
    """
    n_spans, n_points, n_branches, n_components = overstress.shape
    for s in range(n_spans):
        own = layer[s]
        for p in range(n_points):
            for m in range(n_components):
                total = 0.0
                for b in range(n_branches):
                    total += decay[own, b] * overstress[s, p, b, m]
                    total -= weights[own, b] * gain[own, b] * relaxing[s, p, m]
                carried[s, p, m] = total


@kernel
def advance_in_time(new, layer, weights, decay, gain, overstress, relaxing):
    """End a step: `overstress` and `relaxing` become those at its end.

    Parameters
    ----------
    new : ndarray of float64, shape (n_spans, n_points, n_components)
        Relaxing stress at the end of the step [Pa].
    layer, weights, decay, gain, overstress, relaxing
        As in `carry_in_time`; the last two are changed.
    """
    n_spans, n_points, n_branches, n_components = overstress.shape
    for s in range(n_spans):
        own = layer[s]
        for p in range(n_points):
            for m in range(n_components):
                change = new[s, p, m] - relaxing[s, p, m]
                for b in range(n_branches):
                    overstress[s, p, b, m] *= decay[own, b]
                    overstress[s, p, b, m] += weights[own, b] * gain[own, b] * change
                relaxing[s, p, m] = new[s, p, m]
