"""What a whole edge shows: maps of the skin, sizes, forces, profiles over depth, energies."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softsim.contacts import ContactMeasures, contact_runs, count_of_patches, measures
from softsim.engines.finite.search.states import Solution
from softsim.engines.finite.skin import contact_ends
from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.tissue.energy import steady_densities
from softsim.engines.finite.tissue.fields import PointFields, largest_in_depth, report_rows
from softsim.engines.finite.tissue.section import Section
from softsim.engines.finite.whole.search import contact_box
from softsim.engines.finite.whole.window import SurfaceContact
from softsim.invariants import invariants
from softsim.kernels.splines.surface import surface_frames
from softsim.outcome import Rows

CELLS = (64, 32)
"""Of the maps, along and on one side of the middle across."""
BESIDE = 4.0  # spans, that maps show beside a contact: as far as a pressure there reaches
POINTS = 2  # Gauss points of a cell and direction
LEAST = 1e-6  # of the largest pressure
OPEN = 1e-3  # of the depth of the tool: the gap of skin that still counts as touching
FINER = 4  # pieces of a span between which an end of the contact is told
INSIDE = 0.5  # of half the span: where pressure is not that of the ends


@dataclass(frozen=True, eq=False)
class SkinView:
    """The deformed skin and what acts on it, at a grid of undeformed places.

    Parameters
    ----------
    along, across : ndarray, shape (n_along,), (n_across,)
        Undeformed places [m].
    place : ndarray, shape (n_along, n_across, 3)
        Deformed: along, in depth, across [m].
    flow : ndarray, shape (n_along, n_across, 3)
        Derivative of the deformed place by that along [-].
    stretch : ndarray, shape (n_along, n_across)
        Current over undeformed area [-].
    pressure, drag, down, rubbing : ndarray, shape (n_along, n_across)
        Per undeformed area, see `SurfaceWindow.even` [Pa]: normal and tangential traction, all
        traction in depth, and what of the tangential one is along.
    touches : ndarray of bool, shape (n_along, n_across)
        Where skin is pressed and does not stand open.
    gap : ndarray, shape (n_along, n_across)
        [m].
    normal, tangent : ndarray, shape (n_along, n_across, 3)
        [-].
    """

    along: Array
    across: Array
    place: Array
    flow: Array
    stretch: Array
    pressure: Array
    drag: Array
    down: Array
    rubbing: Array
    touches: NDArray[np.bool_]
    gap: Array
    normal: Array
    tangent: Array

    @classmethod
    def of(cls, found: Solution, along: Array, across: Array) -> SkinView:
        """Return the skin of a solution at places along and across, (n,) each [m]."""
        contact, lines = found.contact, found.section.lines
        assert isinstance(contact, SurfaceContact)
        window, skin = contact.window, found.displacement[:, 0]
        x, y = lines[0].matrix(along), lines[2].matrix(across)
        place = np.einsum("ia,jb,abk->ijk", x, y, skin, optimize=True)
        place[..., 0] += along[:, None]
        place[..., 2] += across
        ahead = np.einsum("ia,jb,abk->ijk", lines[0].matrix(along, slope=True), y, skin)
        beside = np.einsum("ia,jb,abk->ijk", x, lines[2].matrix(across, slope=True), skin)
        ahead[..., 0] += 1.0
        beside[..., 2] += 1.0
        rubbed = np.tensordot(found.touch.drag, contact.weighed.tangent, 1)[:, 0]
        pressed, pressure, drag, down, rubbing = (
            x[:, window.along] @ window.on_grid(values) @ y[:, window.across].T
            for values in (
                found.touch.pressure,
                window.even(found.touch.pressure),
                window.even(found.touch.drag),
                contact.force(found.touch)[:, 1] / window.area,
                rubbed / window.area,
            )
        )
        count = along.size * across.size
        away, normal, tangent = np.empty(count), np.empty((count, 3)), np.empty((count, 3))
        tool = np.array([found.touch.along, found.touch.depth])
        surface_frames(place.reshape(-1, 3), tool, contact.body, away, normal, tangent)
        gap = away.reshape(pressure.shape)
        return cls(
            along,
            across,
            place,
            ahead,
            np.linalg.norm(np.cross(ahead, beside), axis=-1),
            pressure,
            drag,
            down,
            rubbing,
            (pressed > LEAST * found.touch.pressure.max()) & (gap < OPEN * found.touch.depth),
            gap,
            normal.reshape(place.shape),
            tangent.reshape(place.shape),
        )

    @property
    def turned(self) -> SkinView:
        """The same with both directions of the grid exchanged."""
        names = list(self.__dataclass_fields__)[2:]
        own = {name: getattr(self, name).swapaxes(0, 1) for name in names}
        return SkinView(self.across, self.along, **own)

    @property
    def lines(self) -> Iterator[tuple[Array, ContactMeasures]]:
        """Ends of the contacts along, and their sizes, at each place across.

        Ends are undeformed places, (n_contacts, 2) [m]; sizes are those of the deformed skin.
        """
        index = np.arange(self.along.size, dtype=np.float64)
        steps = np.linalg.norm(np.diff(self.place, axis=0), axis=-1)
        arcs = np.concatenate([np.zeros((1, self.across.size)), np.cumsum(steps, axis=0)])
        for j in range(self.across.size):
            touching, gap = self.touches[:, j], self.gap[:, j]
            runs = contact_runs(touching)
            ends = contact_ends(self.along, gap, touching, runs)
            places, own = (np.interp(ends, index, along) for along in (self.along, arcs[:, j]))
            yield places, measures(runs, own, self.pressure[:, j])


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of the maps of half a contact.

    Parameters
    ----------
    along, across : ndarray, shape (n_along + 1,), (n_across + 1,)
        Their ends, even [m].
    """

    along: Array
    across: Array

    @classmethod
    def of(cls, found: Solution) -> Cells:
        """Return cells over the contact and what is beside it."""
        (low, high), end = contact_box(found)
        ahead, beside = (BESIDE * patch.size for patch in found.patches)
        along = np.linspace(low - ahead, high + ahead, CELLS[0] + 1)
        return cls(along, np.linspace(0.0, end + beside, CELLS[1] + 1))

    @property
    def spacing(self) -> tuple[float, float]:
        """Sides of a cell [m]."""
        return float(np.diff(self.along[:2])[0]), float(np.diff(self.across[:2])[0])

    def points(self) -> tuple[Array, Array]:
        """Return the places of points along and across, of each cell one after another [m]."""
        node = np.polynomial.legendre.leggauss(POINTS)[0]
        share = 0.5 * (1.0 + node)
        x, y = (
            (ends[:-1, None] + np.diff(ends)[:, None] * share).ravel()
            for ends in (self.along, self.across)
        )
        return x, y

    def means(self, values: Array) -> Array:
        """Return the means over the cells of values at the points, as they are on both sides.

        `values` has the shape (n_points_along, n_points_across), in any unit.
        """
        shape = self.along.size - 1, POINTS, self.across.size - 1, POINTS
        own = values.reshape(shape).mean(axis=(1, 3))
        return np.concatenate([own[:, ::-1], own], axis=1)

    @property
    def middles(self) -> tuple[Array, Array]:
        """Middles of the cells along, and across on both sides [m]."""
        x, y = (0.5 * (ends[1:] + ends[:-1]) for ends in (self.along, self.across))
        return x, np.concatenate([-y[::-1], y])


def skin_maps(found: Solution, cells: Cells) -> dict[str, Array]:
    """Return the maps of a solution and what follows from them by place across.

    Parameters
    ----------
    found : Solution
    cells : Cells
    """
    view = SkinView.of(found, *cells.points())
    maps = {
        "contact_pressure_map": cells.means(view.down),
        "contact_shear_map": cells.means(view.rubbing) + 0.0,
        "skin_depth_map": cells.means(view.place[..., 1]),
    }
    carried = line_load(found, cells.points()[1]).reshape(-1, POINTS).mean(axis=1)
    breaks = _finer(found.section.along.breaks)
    view = SkinView.of(found, breaks, cells.middles[1][cells.across.size - 1 :])
    own = np.array([[size.width, size.extent] for _, size in view.lines]).T
    widths, extents = np.concatenate([own[:, ::-1], own], axis=1)
    return maps | {
        "line_load": np.concatenate([carried[::-1], carried]),
        "contact_width_across": widths,
        "contact_extent_across": extents,
    }


def line_load(found: Solution, across: Array) -> Array:
    """Return the force in depth per undeformed length across at places, shape (n,) [N/m].

    Forces on the functions over the lengths they act on, less what that smooths.  `across` has the
    shape (n,) [m].
    """
    contact, line = found.contact, found.section.lines[2]
    assert isinstance(contact, SurfaceContact)
    own, functions = line.direction(), contact.window.across
    number = own.first[:, None] + np.arange(line.degree + 1)
    length, mass = np.zeros(line.n_functions), np.zeros((line.n_functions,) * 2)
    weighed = own.weight[..., None] * own.value
    np.add.at(length, number, weighed.sum(axis=1))
    products = np.einsum("spa,spb->sab", weighed, own.value)
    np.add.at(mass, (number[:, :, None], number[:, None, :]), products)
    force = np.zeros(line.n_functions)
    force[functions] = contact.window.on_grid(contact.force(found.touch)[:, 1]).sum(axis=0)
    even = force / length
    even = 2.0 * even - mass @ even / length
    return np.asarray(line.matrix(np.abs(across)) @ even)


def _finer(breaks: Array) -> Array:
    """Return breaks with more of them in every span: spans over a whole contact are few."""
    index = np.arange(FINER * (breaks.size - 1) + 1) / FINER
    return np.interp(index, np.arange(breaks.size), breaks)


def outer_ends(found: Solution) -> tuple[Array, float]:
    """Return the outer ends of the contact along, (2,), and the place of that across [m].

    Each is told by the gap beside the contact, where it reaches furthest; along on the undeformed
    skin, across on the deformed.
    """
    (low, high), end = contact_box(found)
    along, across = (_finer(line.breaks) for line in found.section.lines[::2])
    view = SkinView.of(found, along, np.linspace(0.0, end, CELLS[1] + 1))
    ends = np.concatenate([places for places, _ in view.lines])
    view = SkinView.of(found, np.linspace(low, high, CELLS[1] + 1), across).turned
    beside = [
        float(np.interp(places.max(), across, view.place[:, j, 2]))
        for j, (places, _) in enumerate(view.lines)
        if places.size
    ]
    return np.array([ends.min(), ends.max()]), max(beside)


def scalars(found: Solution, cells: Cells, maps: dict[str, Array], ahead: int) -> dict[str, float]:
    """Return the scalars of a solution, of both sides of the edge.

    Parameters
    ----------
    found : Solution
    cells : Cells
    maps : dict of ndarray
        From `skin_maps`, shape (n_along, n_across) or (n_across,), each in its unit.
    ahead : int
        +1 or -1, of the stroke.
    """
    contact, touch = found.contact, found.touch
    force = 2.0 * contact.force(touch).sum(axis=0)
    friction = 2.0 * np.tensordot(touch.drag, contact.weighed.tangent, 1).sum(axis=0)
    view = SkinView.of(found, *cells.points())
    normal = view.pressure / view.stretch
    widths = maps["contact_width_across"]
    area = float(widths.sum()) * cells.spacing[1]
    (low, high), end = outer_ends(found)
    inside = view.across <= INSIDE * end
    return {
        "normal_force": float(force[1]),
        "tangential_force": ahead * float(force[0]) + 0.0,
        "friction_force": ahead * float(friction[0]) + 0.0,
        "indentation": touch.depth,
        "contact_width": float(widths.max()),
        "contact_extent": float(maps["contact_extent_across"].max()),
        "contact_count": float(count_of_patches(maps["contact_pressure_map"])),
        "contact_start": low - touch.along,
        "contact_end": high - touch.along,
        "contact_shift": ahead * (0.5 * (low + high) - touch.along),
        "contact_area": area,
        "contact_span": 2.0 * end,
        "peak_contact_pressure": float(normal.max()),
        "peak_contact_pressure_inside": float(normal[:, inside].max()),
        "mean_contact_pressure": float(force[1]) / area,
        "apparent_friction": ahead * float(force[0] / force[1]) + 0.0,
    }


# ------------------------------------------------------------------ in depth


def profiles(found: Solution) -> tuple[dict[str, Array], Rows]:
    """Return the largest values of every depth, shape (n_depth,), and the rows of depth.

    What a mean volume stress over spans would blur (pressure, normal stresses) is left out.
    """
    section = found.section
    rows = report_rows(section)
    points = PointFields.of(section, found.displacement)
    share, rest = section.layers.long_term, section.undisturbed
    at_rest = rest.fixed[:, 0] + share[:, None] * rest.relaxing[:, 0]
    change = points.cauchy - at_rest[section.mesh.layer][:, None]
    own = _invariants(points.cauchy) | {"stress_shear": np.abs(points.cauchy[..., 3])}
    own |= {f"{name}_change": value for name, value in _invariants(change).items()}
    own["strain_max_shear"] = points.max_shear
    return {
        name: largest_in_depth(section, rows.depth, values) for name, values in own.items()
    }, rows


def _invariants(stress: Array) -> dict[str, Array]:
    """Return von Mises stress and largest shear stress along and in depth, (n_spans, n_points)."""
    along, depth, across, shear, *others = np.moveaxis(stress, -1, 0)
    found = invariants(along, depth, across, shear, others[0] ** 2 + others[1] ** 2)
    return {name: found[name] for name in ("von_mises", "max_shear")}


def energies(found: Solution, cells: Cells, travel: float) -> dict[str, float]:
    """Return work and energies of a steady stroke over a way of travel [m], in [J].

    Solution of a stroke with a speed, whose section holds it with tangents.
    """
    section, contact = found.section, found.contact
    points = PointFields.of(section, found.displacement)
    densities = steady_densities(section, found.history, points)
    stored, lost = (
        _leaving(section, part, forward=contact.sliding > 0)
        for part in (densities.stored, densities.lost)
    )
    force = float(contact.force(found.touch)[:, 0].sum())
    # skin passes the tool with its flow, dragged along the tangent
    view = SkinView.of(found, *cells.points())
    passing = view.drag * (view.flow * view.tangent).sum(axis=-1)
    rubbed = float(passing.sum()) * math.prod(cells.spacing) / POINTS**2
    values = {
        "work_of_stroke": contact.sliding * force,
        "stored_energy": stored,
        "viscous_dissipation": lost,
        "frictional_dissipation": contact.sliding * rubbed,
    }
    return {"travel": travel} | {name: 2.0 * travel * one for name, one in values.items()}


def _leaving(section: Section, values: Array, *, forward: bool) -> float:
    """Return the integral of a density over the cross-section where tissue leaves [J/m]."""
    depth, across = section.directions[1:]
    own = section.on_grid(values).reshape(*section.layer.shape, 2, 2, 2)
    own = own[0, :, :, 0] if forward else own[-1, :, :, 1]
    return float(np.einsum("zyij,zi,yj->", own, depth.weight, across.weight))
