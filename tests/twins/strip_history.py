"""Slow twin of the relaxation histories: hereditary integrals point by point."""

import itertools

import numpy as np

from tests.twins.history import gauss_places

INNER = 1.0 / np.sqrt(3.0)


def streamline(edges, speed):
    """Return the order in which tissue passes the Gauss columns and the times of passage.

    Time zero is at the end where it enters.
    """
    places = gauss_places(edges)
    entry = edges[-1] if speed > 0.0 else edges[0]
    order = np.argsort(-places) if speed > 0.0 else np.argsort(places)
    return order, np.abs(places[order] - entry) / abs(speed)


def branch_energies(dt, tau, weight, start, stress_change, strain_change, tangent, strain):
    """Return work on a branch and its dissipation in one step, by quadrature.

    h' + h/tau = g S' with S and E linear in time; dissipation h : (g D)^-1 h / tau with D the
    tangent, made invertible by a volumetric part that isochoric stresses do not feel.
    """
    nodes, weights = np.polynomial.legendre.leggauss(60)
    green = np.array(
        [
            [1 + 2 * strain[0], strain[3], 0.0],
            [strain[3], 1 + 2 * strain[1], 0.0],
            [0.0, 0.0, 1 + 2 * strain[2]],
        ]
    )
    inverse = np.linalg.inv(green)
    volume = np.array([inverse[0, 0], inverse[1, 1], inverse[2, 2], inverse[0, 1]])
    stiff = weight * (tangent + np.trace(tangent[:3, :3]) * np.outer(volume, volume))
    rate, pull = strain_change / dt, weight * stress_change / dt
    done = spent = 0.0
    pieces = np.linspace(0.0, dt, 9)
    for low, high in itertools.pairwise(pieces):
        for node, share in zip(nodes, weights, strict=True):
            t, length = 0.5 * (low + high + node * (high - low)), 0.5 * share * (high - low)
            fade = np.exp(-t / tau)
            h = fade * start + tau * (1.0 - fade) * pull
            done += length * (h @ rate)
            spent += length * (h @ np.linalg.solve(stiff, h)) / tau
    return done, spent
