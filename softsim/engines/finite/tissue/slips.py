"""Relaxation of the springs between layers that glide, and the energies of springs and dashpots."""

from __future__ import annotations

import numpy as np

from softsim.engines.finite.tissue.bonds import Adhering
from softsim.engines.finite.tissue.gliding import Gliding
from softsim.kernels.splines import relaxation
from softsim.kernels.splines.interface import spring_energies

SOON = 700.0  # relaxation times, after which nothing of a branch is left


def rest_long(gliding: Gliding) -> None:
    """Let the springs hold a slip that came about long ago."""
    springs = gliding.springs
    gliding.law.stiffness[:] = (springs.long_term * springs.stiffness)[:, None]
    gliding.law.carried[:] = 0.0


class SlipInFlow:
    """Slip of layers that flow past a steady stroke.

    Parameters
    ----------
    gliding : Gliding
    speed : float
        Of the tool, not zero [m/s].
    """

    def __init__(self, gliding: Gliding, speed: float) -> None:
        self.speed, springs, place = speed, gliding.springs, gliding.along.place
        shape = (place.size, *springs.weights.shape)
        self.decay, self.gain = np.empty(shape), np.empty(shape)
        if springs.layer.size:
            relaxation.row_factors(
                place.ravel(), speed, springs.weights, springs.times, self.decay, self.gain
            )
        self.share = springs.long_term + (springs.weights * self.gain).sum(axis=2)
        own = self.share.reshape(*place.shape, -1).transpose(0, 2, 1)
        gliding.law.stiffness[:] = own * springs.stiffness[:, None]

    def carry(self, gliding: Gliding) -> None:
        """Carry the tractions along the boundaries; the dashpot drags against the flow."""
        springs, pairs, law = gliding.springs, gliding.pairs, gliding.law
        count = springs.layer.size
        if not count:
            return
        n_spans, _, n_points = pairs.slip.shape
        spring = springs.stiffness[:, None] * pairs.slip
        carried = np.empty((n_spans * count, n_points, 1))
        relaxation.carry_along(
            spring.reshape(carried.shape),
            np.zeros((count, 1)),
            np.tile(np.arange(count), (n_spans, 1)),
            self.speed > 0.0,
            springs.weights,
            self.decay,
            self.gain,
            carried,
        )
        law.carried[:] = carried.reshape(law.carried.shape)
        law.carried[:] -= springs.viscosity[:, None] * self.speed * pairs.slope

    def leaving(self, gliding: Gliding) -> tuple[float, float]:
        """Return energies stored and lost per area where tissue leaves [J/m^2]."""
        springs, pairs = gliding.springs, gliding.pairs
        count = springs.layer.size
        if not count:
            return 0.0, 0.0
        step = -1 if self.speed > 0.0 else 1
        # rows in the order in which tissue passes them, shape (n_places, n_boundaries, ...)
        rows = pairs.slip.transpose(0, 2, 1).reshape(-1, count)[::step]
        decay, gain = self.decay[::step], self.gain[::step]
        turn = np.diff(rows, axis=0, prepend=0.0)
        start, held = np.empty_like(decay), np.zeros(decay.shape[1:])
        for k in range(rows.shape[0]):
            start[k] = held
            change = (springs.stiffness * turn[k])[:, None]
            held = decay[k] * held + springs.weights * gain[k] * change
        ratio = np.minimum(-np.log(np.maximum(decay, 1e-300)), SOON)
        work, lost = np.empty((2, *rows.shape, 1))
        spring_energies(
            ratio[:, :, None], springs.weights, springs.stiffness, start[:, :, None],
            turn[:, :, None], work, lost,
        )  # fmt: skip
        branches = float((work - lost).sum())
        dashpots = springs.viscosity[:, None] * abs(self.speed) * pairs.slope**2
        spent = float(lost.sum()) + float((gliding.along.weight[:, None] * dashpots).sum())
        end = 0.5 * springs.long_term * springs.stiffness * rows[-1] ** 2
        return float(end.sum()) + branches, spent


class SlipInTime:
    """Slip of layers that stay where they are, step by step, and its energies.

    Parameters
    ----------
    gliding : Gliding
    """

    def __init__(self, gliding: Gliding) -> None:
        n_branches = gliding.springs.weights.shape[1]
        shape = gliding.pairs.slip.shape
        self.slip = np.zeros(shape)
        self.overstress = np.zeros((*shape, n_branches))
        self.work, self.lost = np.zeros(shape), np.zeros(shape)
        self.bonds = Adhering(gliding)
        self.dt, self.ratio = 0.0, np.zeros_like(gliding.springs.weights)
        self.decay, self.gain = np.ones_like(self.ratio), np.ones_like(self.ratio)

    def begin(self, gliding: Gliding, dt: float) -> None:
        """Prepare a step of `dt` seconds; in no time a dashpot does nothing."""
        springs, law = gliding.springs, gliding.law
        self.dt, self.ratio = dt, dt / springs.times
        self.decay = np.exp(-self.ratio)
        self.gain = np.where(
            self.ratio > 0.0, -np.expm1(-self.ratio) / np.maximum(self.ratio, 1e-300), 1.0
        )
        relaxing = springs.stiffness * (springs.weights * self.gain).sum(axis=1)
        drag = springs.viscosity / dt if dt > 0.0 else np.zeros_like(springs.viscosity)
        law.stiffness[:] = (springs.stiffness * springs.long_term + relaxing + drag)[:, None]
        law.carried[:] = (self.decay[:, None] * self.overstress).sum(axis=3)
        law.carried[:] -= (relaxing + drag)[:, None] * self.slip
        self.bonds.begin(gliding, dt)

    def accept(self, gliding: Gliding) -> None:
        """Book the energies of the step and end it with the slip that the pairs have now."""
        springs = gliding.springs
        if not springs.layer.size:
            return
        turn = gliding.pairs.slip - self.slip
        work, lost = np.empty_like(turn), np.empty_like(turn)
        ratio = np.broadcast_to(self.ratio[:, None], self.overstress.shape)
        spring_energies(
            ratio, springs.weights, springs.stiffness, self.overstress, turn, work, lost
        )
        self.work += work
        self.lost += lost
        if self.dt > 0.0:
            spent = springs.viscosity[:, None] * turn**2 / self.dt
            self.work += spent
            self.lost += spent
        change = (springs.weights * self.gain * springs.stiffness[:, None])[:, None]
        self.overstress = self.decay[:, None] * self.overstress + change * turn[..., None]
        self.slip = gliding.pairs.slip.copy()
        self.bonds.accept()

    def energies(self, gliding: Gliding) -> tuple[float, float]:
        """Return energies stored and lost so far [J/m], in the round form [J]."""
        springs, pairs = gliding.springs, gliding.pairs
        elastic = springs.stiffness * springs.long_term
        stored = 0.5 * elastic[:, None] * pairs.slip**2
        stored = stored + 0.5 * springs.normal[:, None] * pairs.opening**2
        held, broken = self.bonds.energies()
        stored = stored + self.work - self.lost
        return gliding.total(stored) + held, gliding.total(self.lost) + broken
