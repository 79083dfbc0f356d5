"""What the skin shows of a contact: tractions per current length, sizes, forces, friction."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softsim.contacts import Runs, contact_runs, measures
from softsim.engines.splines.basis import Array, Line
from softsim.engines.splines.contact import ContactProblem, Touch
from softsim.outcome import Contact

RIM = 4  # hats through which the pressure is followed to the edge of the contact
FAR = 1.0  # gap where none was looked at [m]


@dataclass(frozen=True, eq=False)
class SkinPoints:
    """Deformed skin at the points of a window: slopes along and in depth by undeformed place."""

    along: Array
    depth: Array

    @classmethod
    def of(cls, contact: ContactProblem, moved: Array) -> SkinPoints:
        """Return the slopes for a displacement (n_functions, 2) [m]."""
        skin = contact.window.skin
        own = moved[skin.first[:, None] + np.arange(skin.slope.shape[1])]
        slope = (skin.slope[..., None] * own).sum(axis=1)
        return cls(1.0 + slope[:, 0], slope[:, 1])

    @property
    def stretch(self) -> Array:
        """Current length over undeformed length [-]."""
        return np.hypot(self.along, self.depth)


def hat_sums(contact: ContactProblem, values: Array) -> Array:
    """Return the integrals of values at the points under every hat, shape (n_hats,)."""
    skin, out = contact.window.skin, np.zeros(contact.window.n_hats)
    np.add.at(out, skin.hat, skin.weight * (1.0 - skin.share) * values)
    np.add.at(out, skin.hat + 1, skin.weight * skin.share * values)
    return out


def at_points(contact: ContactProblem, hats: Array) -> Array:
    """Return a function that is linear between hats at the points, shape (n_points,)."""
    skin = contact.window.skin
    return np.asarray(hats[skin.hat] * (1.0 - skin.share) + hats[skin.hat + 1] * skin.share)


def skin_contact(line: Line, contact: ContactProblem, touch: Touch, displacement: Array) -> Contact:
    """Return the contact of a solved state, as last weighed.

    Parameters
    ----------
    line : Line
        Along.
    contact : ContactProblem
    touch : Touch
    displacement : ndarray, shape (n_along, n_depth, 2)
        [m].
    """
    window, found = contact.window, contact.weighed
    points = SkinPoints.of(contact, displacement[window.functions, 0])
    longer = hat_sums(contact, points.stretch) / found.length
    n = line.breaks.size
    pressure, drag, gap = np.zeros(n), np.zeros(n), np.full(n, FAR)
    pressure[window.breaks] = touch.pressure / longer
    drag[window.breaks] = touch.drag / longer
    gap[window.breaks] = found.gap
    touching = pressure > 0.0
    runs = contact_runs(touching)
    ends = contact_ends(pressure, gap, touching, runs)
    index = np.arange(n, dtype=np.float64)
    matrix = line.matrix(line.breaks)
    place = line.breaks + matrix @ displacement[:, 0, 0]
    steps = np.hypot(np.diff(place), np.diff(matrix @ displacement[:, 0, 1]))
    arc = np.append(0.0, np.cumsum(steps))
    push = np.zeros(n)
    push[window.breaks] = touch.pressure * found.length
    size = measures(runs, np.interp(ends, index, arc), push)
    outer = np.array([ends[0, 0], ends[-1, 1]]) if len(runs) else np.zeros(2)
    reference = np.interp(outer, index, line.breaks)
    force = contact.force(touch).sum(axis=0)
    friction = np.tensordot(touch.drag, found.tangent, 1).sum(axis=0)
    return Contact(
        pressure=pressure,
        shear=drag,
        force_along=float(force[0]),
        force_depth=float(force[1]),
        friction_along=float(friction[0]),
        friction_depth=float(friction[1]),
        width=size.width,
        extent=size.extent,
        number=size.number,
        low=float(reference[0]),
        high=float(reference[1]),
        centre=float(0.5 * np.interp(outer, index, place).sum() - touch.along),
    )


def contact_ends(pressure: Array, gap: Array, touching: NDArray[np.bool_], runs: Runs) -> Array:
    """Return the ends of every contact as fractional numbers of breaks, shape (n_contacts, 2)."""
    ends = runs.astype(np.float64)
    for end, (first, last) in zip(ends, runs, strict=True):
        end[0] -= _overhang(pressure, gap, touching, int(first), 1)
        end[1] += _overhang(pressure, gap, touching, int(last), -1)
        if end[0] > end[1]:
            end[:] = end.mean()
    return ends


def _overhang(
    pressure: Array, gap: Array, touching: NDArray[np.bool_], end: int, inwards: int
) -> float:
    """Return by how many spans the contact reaches beyond its last hat under pressure.

    Inside a smooth contact the square of the pressure falls to zero like a parabola (exactly so
    for Hertz); outside the gap to the power 2/3 rises from zero along a line.
    """
    guesses = []
    inside = end + inwards * np.arange(1, 1 + RIM)
    inside = inside[(inside >= 0) & (inside < pressure.size)]
    if inside.size >= 3 and touching[inside].all():
        bend, slope, value = np.polyfit(np.arange(1, inside.size + 1), pressure[inside] ** 2, 2)
        root = slope**2 - 4.0 * bend * value
        if slope + 2.0 * bend > 0.0 and root >= 0.0:
            guesses.append(2.0 * value / (slope + math.sqrt(root)))
    outside = end - inwards * np.arange(1, 3)
    if outside.min() >= 0 and outside.max() < gap.size and not touching[outside].any():
        near, far = np.maximum(gap[outside], 0.0) ** (2.0 / 3.0)
        if far > near:
            guesses.append(1.0 - near / (far - near))
    return float(np.mean(np.clip(guesses, -1.0, 1.0))) if guesses else 0.5


def friction_loss(contact: ContactProblem, touch: Touch, displacement: Array) -> float:
    """Return the work of friction per length of travel of a steady stroke [J/m^2].

    Parameters
    ----------
    contact : ContactProblem
    touch : Touch
    displacement : ndarray, shape (n_along, n_depth, 2)
        [m].
    """
    points = SkinPoints.of(contact, displacement[contact.window.functions, 0])
    # skin passes the tool with its current length, along its own tangent
    drag = at_points(contact, touch.drag) * contact.window.skin.weight
    return float(contact.sliding * (drag * points.stretch).sum())
