"""What the skin shows of a contact: tractions per current length, sizes, forces, friction."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from softsim.contacts import Runs, contact_runs, measures
from softsim.engines.finite.contact import ContactProblem, Touch
from softsim.engines.finite.tissue.basis import Array, Line
from softsim.kernels.splines.geometry import ROUND
from softsim.kernels.splines.skin import outline_gaps
from softsim.outcome import Contact

LEAST = 1e-6  # of the largest pressure
TINY = 1e-15  # distance from an axis that counts as none [m]
END_LEFT = (-0.042, -0.42, 1.18, -0.6)
"""Polynomial in the overhang of a contact [spans]: its error, alike for all smooth contacts."""
END_SEEN = (-0.2, 0.8)
"""Overhangs that occur."""
FOLD_JUMP, FOLD_TURN = 2.5, math.radians(110.0)
"""Ratio of the stretches of neighbouring pieces of skin, and angle between them, of a fold."""


@dataclass(frozen=True, eq=False)
class SkinPoints:
    """Deformed skin at the points of a window: slopes along and in depth by undeformed place.

    `along` and `depth` have the shape (n_points,) [-].
    """

    along: Array
    depth: Array

    @classmethod
    def of(cls, contact: ContactProblem, moved: Array) -> SkinPoints:
        """Return the slopes for a displacement (n_functions, 2) [m].

        `moved` has the shape (n_functions, 2) [m].
        """
        slope = at_points(contact, moved, slope=True)
        return cls(1.0 + slope[:, 0], slope[:, 1])

    @property
    def stretch(self) -> Array:
        """Current length over undeformed length [-]."""
        return np.hypot(self.along, self.depth)


def at_points(contact: ContactProblem, coefficients: Array, *, slope: bool = False) -> Array:
    """Return a spline of the window at its points, or its slope by place.

    `coefficients` has the shape (n_functions, ...), in any unit; the result (n_points, ...).
    """
    skin = contact.window.skin
    functions = skin.slope if slope else skin.value
    own = coefficients[skin.first[:, None] + np.arange(functions.shape[1])]
    shape = functions.shape + (1,) * (coefficients.ndim - 1)
    return np.asarray((functions.reshape(shape) * own).sum(axis=1))


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
    values, slopes = line.matrix(line.breaks), line.matrix(line.breaks, slope=True)
    along, down = displacement[:, 0].T
    stretch = np.hypot(1.0 + slopes @ along, slopes @ down)
    pressure, drag = (
        (values[:, window.functions] @ part) / stretch for part in (touch.pressure, touch.drag)
    )
    if window.form == ROUND:
        radius = np.maximum(line.breaks, TINY)
        hoop = np.where(line.breaks > TINY, 1.0 + values @ along / radius, 1.0 + slopes @ along)
        pressure, drag = pressure / hoop, drag / hoop
    index = np.arange(line.breaks.size, dtype=np.float64)
    place = line.breaks + values @ along
    runs, ends = _ends(line.breaks, values @ displacement[:, 0], pressure, contact, touch)
    arc = np.append(0.0, np.cumsum(np.hypot(np.diff(place), np.diff(values @ down))))
    lengths = np.append(np.diff(arc), 0.0) + np.append(0.0, np.diff(arc))
    size = measures(runs, np.interp(ends, index, arc), pressure * lengths)
    outer = np.array([ends[0, 0], ends[-1, 1]]) if len(runs) else np.zeros(2)
    reference = np.interp(outer, index, line.breaks)
    force = contact.force(touch).sum(axis=0)
    friction = np.tensordot(touch.drag, found.tangent, 1).sum(axis=0)
    shown = Contact(
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
    if window.form != ROUND:
        return shown
    # what pushes outwards all round is no force; on both sides of the axis is the same contact
    wide = 2.0 * float(np.interp(ends[-1, 1], index, place)) if len(runs) else 0.0
    return replace(shown, force_along=0.0, friction_along=0.0, width=wide, extent=wide, centre=0.0)


def contact_places(line: Line, contact: ContactProblem, touch: Touch, displacement: Array) -> Array:
    """Return the undeformed ends of every contact of a solved state, shape (n_contacts, 2) [m].

    Parameters
    ----------
    line : Line
        Along.
    contact : ContactProblem
    touch : Touch
    displacement : ndarray, shape (n_along, n_depth, 2)
        [m].
    """
    values = line.matrix(line.breaks)
    pressure = values[:, contact.window.functions] @ touch.pressure
    _, ends = _ends(line.breaks, values @ displacement[:, 0], pressure, contact, touch)
    return np.interp(ends, np.arange(line.breaks.size, dtype=np.float64), line.breaks)


def overlap(line: Line, contact: ContactProblem, touch: Touch, displacement: Array) -> float:
    """Return how deep the skin lies in the tool at most, in the window and beside it [m].

    Parameters
    ----------
    line : Line
        Along.
    contact : ContactProblem
    touch : Touch
    displacement : ndarray, shape (n_along, n_depth, 2)
        [m].
    """
    place = line.matrix(line.breaks) @ displacement[:, 0]
    place[:, 0] += line.breaks
    return float(-_gaps(place, contact, touch).min(initial=0.0))


def is_folded(line: Line, displacement: Array) -> bool:
    """Whether the skin is folded: an equilibrium of the mesh, not of the skin.

    Skin that is resolved bends and stretches little by little from span to span.

    Parameters
    ----------
    line : Line
        Along.
    displacement : ndarray, shape (n_along, n_depth, 2)
        [m].
    """
    moved = line.matrix(line.breaks) @ displacement[:, 0]
    along, down = np.diff(line.breaks) + np.diff(moved[:, 0]), np.diff(moved[:, 1])
    stretch = np.hypot(along, down) / np.diff(line.breaks)
    turn = np.diff(np.unwrap(np.arctan2(down, along)))
    jumps = np.abs(np.diff(np.log(np.maximum(stretch, TINY))))
    return bool(jumps.max() > math.log(FOLD_JUMP) or np.abs(turn).max() > FOLD_TURN)


def _ends(
    breaks: Array, moved: Array, pressure: Array, contact: ContactProblem, touch: Touch
) -> tuple[Runs, Array]:
    """Return the contacts, and their ends as fractional numbers of breaks.

    `moved`, shape (n_breaks, 2) [m], and `pressure`, shape (n_breaks,) [Pa], are at the breaks.
    """
    touching = pressure > LEAST * pressure.max()
    runs = contact_runs(touching)
    place = moved.copy()
    place[:, 0] += breaks
    return runs, contact_ends(breaks, _gaps(place, contact, touch), touching, runs)


def _gaps(place: Array, contact: ContactProblem, touch: Touch) -> Array:
    """Return the distances of places (n, 2) from the tool, shape (n,) [m].

    `place` has the shape (n, 2) [m].
    """
    gap, tool = np.empty(place.shape[0]), np.array([touch.along, touch.depth])
    outline_gaps(place, tool, contact.chain, gap)
    return gap


def contact_ends(breaks: Array, gap: Array, touching: NDArray[np.bool_], runs: Runs) -> Array:
    """Return the ends of every contact as fractional numbers of breaks, shape (n_contacts, 2).

    Beside a smooth contact the gap grows with the power 3/2 of the distance (exactly so for
    Hertz, close to it), so that its power 2/3 over the first three open breaks tells the end.
    Where the end lies within its span shifts what is told by up to a tenth of a span: all contacts
    look alike there, and the shift is known from a cylinder on a block, solved on many depths.

    Parameters
    ----------
    breaks, gap : ndarray, shape (n_breaks,)
        [m].
    touching : ndarray of bool, shape (n_breaks,)
    runs : ndarray of int64, shape (n_contacts, 2)
    """
    ends = runs.astype(np.float64)
    for end, (first, last) in zip(ends, runs, strict=True):
        end[0] -= _overhang(breaks, gap, touching, int(first), -1)
        end[1] += _overhang(breaks, gap, touching, int(last), 1)
        if end[0] > end[1]:
            end[:] = end.mean()
    return ends


def _overhang(
    breaks: Array, gap: Array, touching: NDArray[np.bool_], end: int, outwards: int
) -> float:
    """Return by how many spans a contact reaches beyond its last break under pressure."""
    outside = end + outwards * np.arange(1, 4)
    if outside.min() < 0 or outside.max() >= gap.size or touching[outside].any():
        return 0.5
    near, far, further = np.maximum(gap[outside], 0.0) ** (2.0 / 3.0)
    if far <= near:
        return 0.5
    away = (breaks[outside] - breaks[end]) / (breaks[outside[0]] - breaks[end])
    slope = (far - near) / (away[1] - 1.0)
    back = near / slope  # of the straight line through the first two
    bend = ((further - far) / (away[2] - away[1]) - slope) / (away[2] - 1.0)
    slope -= bend * (away[1] - 1.0)
    if slope**2 > 4.0 * bend * near and slope > 0.0:
        back = 2.0 * near / (slope + math.sqrt(slope**2 - 4.0 * bend * near))
    over = float(np.clip(1.0 - back, -1.0, 1.0))
    return over - float(np.polynomial.polynomial.polyval(np.clip(over, *END_SEEN), END_LEFT))


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


def tool_work(contact: ContactProblem, touch: Touch, displacement: Array) -> float:
    """Return the work of a steady stroke on the skin that passes, per length of travel [J/m^2].

    Force along, and what pressures do where the gap changes: it is nothing in the mean under each
    function, not at each point.  A small thrust is known by that alone.

    Parameters
    ----------
    contact : ContactProblem
        As last weighed.
    touch : Touch
    displacement : ndarray, shape (n_along, n_depth, 2)
        [m].
    """
    skin = contact.window.skin
    place = at_points(contact, displacement[contact.window.functions, 0])
    place[:, 0] += skin.place
    gap = _gaps(place, contact, touch)
    turn = at_points(contact, touch.pressure, slope=True)
    through = float((skin.weight * turn * gap).sum())
    return contact.sliding * (float(contact.force(touch)[:, 0].sum()) + through)
