"""Slow twin of boundaries that slip: the potential from its definition, apart from softsim.

A boundary is that of two layers of quadratic splines; derivatives of the potential are complex
steps, exact to rounding.
"""

import numpy as np

from tests.twins.prony import branch_factors
from tests.twins.splines import functions_at

STEP = 1e-30
SMALL = 1e-5  # of second differences, in displacements of the order of 1


class Boundaries:
    """Pairs of points along boundaries, shape (n_spans, n_boundaries, n_points).

    `breaks` are those along; `sides` the functions in depth (above, below) of every boundary, None
    below for rigid ground.
    """

    def __init__(self, breaks, sides, *, is_round=False):
        node, share = np.polynomial.legendre.leggauss(2)
        half = 0.5 * np.diff(breaks)[:, None]
        self.places = breaks[:-1, None] + half * (1.0 + node)
        self.weights = half * share * (2.0 * np.pi * self.places if is_round else 1.0)
        smooth = np.ones(breaks.size - 2, int)
        self.value, self.slope = functions_at(breaks, smooth, self.places)
        self.sides = sides

    def pairs(self, u):
        """Return slip, mean opening of the span, slope of the slip (straight) and stretch."""
        found = []
        for above, below in self.sides:
            high = u[:, above]
            low = np.zeros_like(high) if below is None else u[:, below]
            jump, change = self.value @ (low - high), self.slope @ (low - high)
            middle = 0.5 * (self.slope @ (low + high)) + np.array([1.0, 0.0])
            length = np.sqrt((middle**2).sum(axis=-1))
            tangent = middle / length[..., None]
            normal = np.stack([-tangent[..., 1], tangent[..., 0]], axis=-1)
            parts = [(jump * tangent), (jump * normal), (change * tangent)]
            found.append([*[part.sum(axis=-1) for part in parts], length])
        found = [np.stack([one[k] for one in found], axis=1) for k in range(4)]
        weight = self.weights[:, None]
        mean = (weight * found[1]).sum(axis=-1) / weight.sum(axis=-1)
        found[1] = np.repeat(mean[..., None], weight.shape[-1], axis=-1)
        return found

    def potential(self, u, stiffness, carried, normal, extra):
        """Return the energy of springs, carried tractions and `extra` normal ones."""
        slip, opening, _, _ = self.pairs(u)
        density = 0.5 * stiffness * slip**2 + carried * slip
        density = density + 0.5 * normal[:, None] * opening**2 + extra * opening
        return (self.weights[:, None] * density).sum()

    def push(self, u, way, *law):
        """Return the derivative of the potential along a way."""
        return self.potential(u + 1j * STEP * way, *law).imag / STEP

    def bend(self, u, way, other, *law):
        """Return the second derivative along two ways, by a second difference of fourth order."""
        at = [self.push(u + k * SMALL * other, way, *law) for k in (-2, -1, 1, 2)]
        return (at[0] - 8.0 * at[1] + 8.0 * at[2] - at[3]) / (12.0 * SMALL)

    def changes(self, u, way):
        """Return the derivatives of slip and opening along a way."""
        slip, opening, _, _ = self.pairs(u + 1j * STEP * way)
        return slip.imag / STEP, opening.imag / STEP


def branch_energies(dt, g, tau, stiffness, start, turn, n=4000):
    """Return work on and loss of one branch of a spring over a step, by the midpoint rule.

    The branch is a spring `g stiffness` in series with a dashpot: h' = g k s' - h / tau.
    """
    rate = turn / dt
    times = (np.arange(n) + 0.5) * dt / n
    held = []
    for time in times:
        decay, gain = branch_factors(time, tau)
        held.append(decay * start + g * stiffness * gain * rate * time)
    held = np.array(held)
    return (held * rate).sum() * dt / n, (held**2).sum() * dt / n / (g * stiffness * tau)
