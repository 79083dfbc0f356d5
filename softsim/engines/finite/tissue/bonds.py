"""Adhesions of a section: bonds at points of its boundaries, which break as they are strained."""

from __future__ import annotations

import numpy as np

from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.tissue.gliding import Gliding
from softsim.kernels.splines import bonds as kernels
from softsim.outcome import Patches


class Adhering:
    """Bonds of a section, step by step in time.

    Arrays over bonded points have the shape (n,).

    Parameters
    ----------
    gliding : Gliding

    Attributes
    ----------
    at : tuple of ndarray of int64
        Spans, boundaries and points that have bonds.
    area : ndarray, shape (n,)
        Bonded length of the points [m].
    """

    def __init__(self, gliding: Gliding) -> None:
        self.patches = gliding.springs.adhesions
        shape = gliding.pairs.slip.shape
        low = gliding.breaks[:-1, None] + np.cumsum(gliding.along.weight, axis=1)
        high, low = low, low - gliding.along.weight  # the part of its span a point stands for
        parts = []
        for k, layer in enumerate(self.patches.layer):
            ends = np.minimum(high, self.patches.end[k]), np.maximum(low, self.patches.start[k])
            covered = np.maximum(ends[0] - ends[1], 0.0) / gliding.along.weight
            span, point = np.nonzero(covered > 0.0)
            boundary = np.full_like(span, np.flatnonzero(gliding.springs.layer == layer)[0])
            share = self.patches.share[k] * covered[span, point]
            parts.append((span, boundary, point, np.full_like(span, k), share))
        columns = [np.concatenate(part) for part in zip(*parts, strict=True)] or [
            np.zeros(0, np.int64)
        ] * 5
        self.at, self.patch, self.share = tuple(columns[:3]), columns[3], columns[4] * 1.0
        self.area = self.share * gliding.along.weight[self.at[0], self.at[2]]
        self.stiffness = self.patches.stiffness[self.patch]
        n = self.patch.size
        self.before = kernels.Bonds(*np.zeros((7, n)))
        self.after = kernels.Bonds(*np.zeros((7, n)))
        self.slope, self.dt = np.zeros(n), 0.0
        self.beside = np.zeros(n), np.zeros(n)
        self.damage = np.zeros(shape)

    def begin(self, gliding: Gliding, dt: float) -> None:
        """Add to the springs of a step of `dt` seconds bonds that are as they were."""
        law, at = gliding.law, self.at
        self.dt = dt
        self.beside = law.stiffness[at], law.carried[at]
        law.stiffness[at] += self.share * self.stiffness * (1.0 - self.before.damage)

    def carry(self, gliding: Gliding) -> None:
        """Let the bonds hold the slip that the pairs have now."""
        if not self.patch.size:
            return
        law, at = gliding.law, self.at
        after = self.after
        after.slip[:] = gliding.pairs.slip[at]
        opening = np.maximum(gliding.normal_traction[at], 0.0) / self.stiffness
        kernels.strain_bonds(
            self.patches, self.patch, opening, self.dt, self.before, after, self.slope
        )
        traction = (1.0 - after.damage) * self.stiffness * after.slip
        law.stiffness[at] = self.beside[0] + self.share * self.slope
        law.carried[at] = self.beside[1] + self.share * (traction - self.slope * after.slip)

    def accept(self) -> None:
        """End the step with what the bonds were last carried to."""
        for old, new in zip(self.before, self.after, strict=True):
            old[:] = new
        self.damage[self.at] = self.before.damage

    def _sums(self, values: Array) -> Array:
        """Return sums over the bonded length of every patch, shape (n_patches,).

        `values` has the shape (n,), in any unit.
        """
        found = np.bincount(self.patch, self.area * values, self.patches.start.size)
        return np.asarray(found)

    def _lost_to_lag(self) -> Array:
        """Work beyond the law that is not stored, per bonded area [J/m^2]."""
        now = self.before
        return np.asarray(now.beyond - 0.5 * (now.due - now.damage) * self.stiffness * now.slip**2)

    def energies(self) -> tuple[float, float]:
        """Return energies stored and lost so far [J/m]."""
        now = self.before
        stored = 0.5 * (1.0 - now.damage) * self.stiffness * now.slip**2
        lost = now.spent + self._lost_to_lag()
        return float((self.area * stored).sum()), float((self.area * lost).sum())

    def shown(self, gliding: Gliding) -> Patches | None:
        """Return what the patches do now, or None where there are none."""
        count = self.patches.start.size
        if not count:
            return None
        now, pull = self.before, gliding.normal_traction[self.at]
        shear = np.abs((1.0 - now.damage) * self.stiffness * now.slip)
        largest = [np.flatnonzero(self.patch == k) for k in range(count)]
        worst = [own[now.ratio[own].argmax()] for own in largest]
        return Patches(
            shear=np.array([shear[own].max() for own in largest]),
            normal=np.array([pull[own].max() for own in largest]),
            shear_share=now.shear[worst],
            ratio=now.ratio[worst],
            damage=np.array([now.damage[own].max() for own in largest]),
            mean_damage=self._sums(now.damage) / self._sums(np.ones(self.patch.size)),
            released=self._sums(now.spent),
            lagging=self._sums(self._lost_to_lag()),
        )
