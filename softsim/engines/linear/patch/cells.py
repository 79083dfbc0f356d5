"""A whole edge as the linear engine sees it: its heights, its cells, and its contact on them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from softsim.checks import checked_items
from softsim.engines.linear.medium.increments import even_stack
from softsim.engines.linear.medium.stack import FloatArray, LayeredStack
from softsim.engines.linear.patch.contact import SurfaceContact, solve_surface_contact
from softsim.engines.linear.scene import check_bone, check_tissue
from softsim.errors import ConvergenceError, InputError, shown
from softsim.load import Load, force_at_pressure
from softsim.plausible import refuse_unusual, usual_si
from softsim.problem import Problem

LEAST_CELLS = 8  # along and across
# A press keeps some forty modes of creep of every cell, a steady contact none: a few GB each.
MOST_CELLS = {"steady": 2**20, "press": 2**16}
# Parts of the contact narrower than so many cells, with more of the force than this, are told.
FEW_CELLS, SMALL_SHARE = 6, 0.05
SPACING_CURE = "e.g. ('0.1 mm', '0.5 mm')"
# First look at the edge, and the share of the grid that a contact should fill.
COARSE = 32
FULLEST, EMPTIEST = 0.9, 0.55
FILLED = 0.75
CELL_PASSES = 24
# A first look tells the indentation to better than this factor.
CELLS_SURELY = 1.5
# A mean pressure is met to half a cell of area.
CELL_PRESSURE_SOLVES = 30


@dataclass(frozen=True, kw_only=True)
class Patch:
    """Rectangular cells on the skin.

    Parameters
    ----------
    low, high : tuple of float
        Ends along and across [m].
    cells : tuple of int
        Number along and across.
    """

    low: tuple[float, float]
    high: tuple[float, float]
    cells: tuple[int, int]

    @property
    def spacing(self) -> tuple[float, float]:
        """Sides of a cell [m]."""
        (x0, y0), (x1, y1), (n, m) = self.low, self.high, self.cells
        return (x1 - x0) / n, (y1 - y0) / m

    def places(self, axis: int) -> FloatArray:
        """Return the middles of the cells along (0) or across (1) [m]."""
        number = np.arange(self.cells[axis]) + 0.5
        return np.asarray(self.low[axis] + number * self.spacing[axis])


@dataclass(frozen=True, eq=False)
class SurfaceLoad:
    """Pressure on the cells of a patch, with its friction.

    Parameters
    ----------
    along, across : ndarray, shape (n_along,), (n_across,)
        Middles of the cells, even [m].
    pressure : ndarray, shape (n_along, n_across)
        [Pa].
    friction : float
        Shear on the tissue towards +x over the pressure [-].
    spacing : tuple of float
        Sides of a cell [m].
    """

    along: FloatArray
    across: FloatArray
    pressure: FloatArray
    friction: float
    spacing: tuple[float, float]

    @classmethod
    def of(
        cls, along: FloatArray, across: FloatArray, pressure: FloatArray, friction: float
    ) -> SurfaceLoad:
        """Return a load on at least two cells each way."""
        sides = float(along[1] - along[0]), float(across[1] - across[0])
        return cls(along, across, pressure, friction, sides)

    @property
    def mirrored(self) -> SurfaceLoad:
        """The pressure seen in a mirror across the stroke, its friction still towards +x."""
        return replace(self, along=-self.along[::-1], pressure=self.pressure[::-1])

    def in_blocks(self, along: int, across: int) -> SurfaceLoad:
        """Return the means over blocks of so many cells along and across."""
        if (along, across) == (1, 1):
            return self
        pressure, axes, sides = self.pressure, [], []
        for axis, (step, places) in enumerate(((along, self.along), (across, self.across))):
            pad = [(0, 0), (0, 0)]
            pad[axis] = (0, -places.size % step)
            full = np.moveaxis(np.pad(pressure, pad), axis, 0)
            blocks = full.reshape(-1, step, full.shape[1]).mean(axis=1)
            pressure = np.moveaxis(blocks, 0, axis)
            side = self.spacing[axis]
            axes.append(places[0] + side * (0.5 * (step - 1) + step * np.arange(len(blocks))))
            sides.append(step * side)
        return SurfaceLoad(axes[0], axes[1], pressure, self.friction, (sides[0], sides[1]))

    def loaded(self) -> SurfaceLoad:
        """Return the load on the smallest block of cells that holds it."""
        rows = np.flatnonzero(self.pressure.any(axis=1))
        columns = np.flatnonzero(self.pressure.any(axis=0))
        x, y = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        return replace(
            self, along=self.along[x], across=self.across[y], pressure=self.pressure[x, y]
        )


class EdgeShape:
    """Heights of the instrument's edge, leaned by the angle, curved in the plane of the blade.

    At both ends the edge line turns up with the instrument's `end_rounding`.
    """

    def __init__(self, problem: Problem) -> None:
        self.outline = problem.outline
        self.half_length = 0.5 * float(problem.instrument.contact_length)
        radius = problem.instrument.edge_curvature_radius
        self.curvature_radius = math.inf if radius is None else float(radius)
        if abs(self.curvature_radius) < self.half_length:
            raise InputError(
                f"edge_curvature_radius is {self.curvature_radius:g} m; must be at least half the "
                f"contact_length = {self.half_length:g} m either way (shorten contact_length, or "
                "give a height map)"
            )
        self.end_radius = problem.instrument.end_rounding
        self.straight = max(self.half_length - self.end_radius, 0.0)
        angle = problem.stroke.first_angle
        self.way, self.rise = math.cos(angle), math.sin(angle)
        low, high = self.outline.span_below(float(problem.instrument.edge.nose_radius))
        places = np.array([0.0, self.straight, self._lowest_place()])
        self.lowest = float(self.sag(places).min()) * self.rise
        ends = self.sag(places) * self.way
        self.low = (low + min(ends), -self.half_length)
        self.high = (high + max(ends), self.half_length)

    def sag(self, across: FloatArray) -> FloatArray:
        """Return how far the edge line lies towards the handle [m]; `across` has any shape [m]."""
        radius = self.curvature_radius
        found = math.copysign(1.0, radius) * _drop(across, abs(radius))
        if self.end_radius > 0.0:
            found += _drop(np.maximum(np.abs(across) - self.straight, 0.0), self.end_radius)
        return np.asarray(found)

    def _lowest_place(self) -> float:
        """Return where the end of a concave edge is lowest [m]: there both arcs slope alike."""
        if self.curvature_radius > 0.0:
            return 0.0
        share = 1.0 - self.end_radius / abs(self.curvature_radius)
        return min(self.straight / share, self.half_length) if share > 0.0 else self.half_length

    def heights(self, patch: Patch) -> FloatArray:
        """Return the heights at the middles of the cells above the lowest point of the edge."""
        along, sag = patch.places(0), self.sag(patch.places(1))
        columns = [self.outline.heights(along - s * self.way) + s * self.rise for s in sag]
        return np.stack(columns, axis=1) - self.lowest


def _drop(across: FloatArray, radius: float) -> FloatArray:
    """Return how far an arc falls behind its tangent [m]."""
    if math.isinf(radius):
        return np.zeros(across.shape)
    return np.asarray(across**2 / (radius + np.sqrt(np.maximum(radius**2 - across**2, 0.0))))


@dataclass(frozen=True, kw_only=True)
class EdgeScene:
    """What a contact of a whole edge needs besides its cells.

    Parameters
    ----------
    stack : LayeredStack
    direction : int
        +1 or -1: the way the tool moves along.
    speed : float
        >= 0 [m/s]; 0 is long-term rest.
    friction : float
        Coulomb coefficient [-].
    load : Load
    """

    stack: LayeredStack
    direction: int
    speed: float
    friction: float
    load: Load

    def tractions(self, patch: Patch, pressure: FloatArray) -> SurfaceLoad:
        """Return a pressure and its friction, seen so that the tool moves towards +x.

        Parameters
        ----------
        patch : Patch
        pressure : ndarray, shape of the cells
            [Pa].
        """
        places = patch.places(0), patch.places(1)
        load = SurfaceLoad(*places, pressure, self.friction, patch.spacing)
        return load if self.direction > 0 else load.mirrored


def edge_scene(problem: Problem) -> tuple[EdgeScene, tuple[str, ...]]:
    """Pack a problem; also return the layers that are not alike in all directions."""
    tissue, stroke = problem.tissue, problem.stroke
    check_tissue(problem)
    stack, uneven = even_stack(tissue)
    speed = abs(stroke.usual_speed or 0.0)
    friction = problem.friction if speed else 0.0
    scene = EdgeScene(
        stack=stack,
        direction=problem.direction,
        speed=speed,
        friction=friction,
        load=Load(stroke.load_kind, stroke.load),
    )
    return scene, uneven


def checked_cells(cells: tuple[int, int]) -> tuple[int, int]:
    """Return numbers of cells that can hold a contact."""
    found = np.asarray(cells) if np.ndim(cells) == 1 else np.zeros(0)
    whole = found.dtype.kind in "iu" and found.shape == (2,)
    if not whole or found.min() < LEAST_CELLS:
        raise InputError(
            f"cells is {shown(cells)}; must be two whole numbers of at least {LEAST_CELLS}, e.g. "
            "(128, 64)"
        )
    return int(found[0]), int(found[1])


def check_size(cells: tuple[int, int], mode: str) -> None:
    """Refuse more cells than can be held, before anything is made of them.

    Parameters
    ----------
    cells : tuple of int
        Along and across.
    mode : {"steady", "press"}
    """
    count, most = cells[0] * cells[1], MOST_CELLS[mode]
    if count > most:
        raise InputError(
            f"{cells[0]} x {cells[1]} cells are {count}; at most {most} in mode '{mode}' (take "
            "fewer, or a smaller part of the tool)"
        )


def given_map(heights: FloatArray, spacing: tuple[float, float] | None) -> tuple[FloatArray, Patch]:
    """Check a height map and put its middle at the origin.

    Parameters
    ----------
    heights : ndarray, shape (n_along, n_across)
        [m]; inf where there is no tool.
    spacing : tuple of float
        Sides of a cell [m].
    """
    try:
        tool = np.asarray(heights)
        tool = tool.astype(float) if tool.dtype.kind in "iuf" else np.zeros(0)
    except ValueError:  # rows of different length
        tool = np.zeros(0)
    if tool.ndim != 2 or min(tool.shape) < LEAST_CELLS:
        raise InputError(
            f"heights has shape {np.shape(heights)}; must be a map (along, across) of numbers with "
            f"at least {LEAST_CELLS} cells each way (inf where there is no tool)"
        )
    if np.isnan(tool).any() or np.isneginf(tool).any():
        raise InputError(
            "heights holds nan or -inf; every cell must have a height in metres, or inf where "
            "there is no tool"
        )
    sides = tuple(
        usual_si(side, "map.spacing", "spacing", low=0.0, open_low=True, cure=SPACING_CURE)
        for side in (() if spacing is None else checked_items(spacing, "spacing", 2))
    )
    if len(sides) != 2:
        raise InputError(
            f"spacing of the height map is {shown(spacing)}; must be the two sides of a cell along "
            f"and across, {SPACING_CURE}"
        )
    if not np.isfinite(tool).any():
        raise InputError("heights is infinite everywhere; some cell must hold the tool")
    relief = float(np.ptp(tool[np.isfinite(tool)]))
    refuse_unusual(relief, "map.height", "the relief of heights")
    half = [0.5 * n * side for n, side in zip(tool.shape, sides, strict=True)]
    patch = Patch(
        low=(-half[0], -half[1]),
        high=(half[0], half[1]),
        cells=(int(tool.shape[0]), int(tool.shape[1])),
    )
    return tool - float(tool.min()), patch


def contact_on_cells(scene: EdgeScene, tool: FloatArray, patch: Patch) -> SurfaceContact:
    """Solve the contact on given cells at the load of the problem.

    Parameters
    ----------
    scene : EdgeScene
    tool : ndarray, shape of the cells
        Heights [m]; inf where there is no tool.
    patch : Patch
    """
    if scene.load.kind != "pressure":
        return _contact_at(scene, tool, patch, scene.load)
    area = patch.spacing[0] * patch.spacing[1]
    pressure = scene.load.value

    def trial(force: float) -> tuple[SurfaceContact, float]:
        found = _contact_at(scene, tool, patch, Load("force", force))
        if not found.contact_area > 0.0 or not found.force > 0.0:
            raise ConvergenceError(f"no force gives {_lost_pressure(scene)}")
        excess = -math.log(pressure * found.contact_area / found.force)
        return found, 0.0 if abs(excess) <= 0.5 * area / found.contact_area else excess

    found, excess = force_at_pressure(
        trial,
        pressure * area * min(np.isfinite(tool).sum(), LEAST_CELLS**2),
        largest_step=2.0,
        solves=CELL_PRESSURE_SOLVES,
        secants=CELL_PRESSURE_SOLVES,
    )
    if excess != 0.0:
        raise ConvergenceError(f"no force gives {_lost_pressure(scene)}")
    return found


def narrow_parts(pressure: FloatArray) -> list[tuple[float, int]]:
    """Return the share of the force and the cells across of parts that are told by few cells.

    Parameters
    ----------
    pressure : ndarray, shape (n_along, n_across)
        [Pa].
    """
    labels, _ = ndimage.label(pressure > 0.0)
    parts = []
    for i, block in enumerate(ndimage.find_objects(labels), start=1):
        few = min(part.stop - part.start for part in block)
        share = float(pressure[labels == i].sum() / pressure.sum())
        if few < FEW_CELLS and share > SMALL_SHARE:
            parts.append((share, few))
    return parts


def _lost_pressure(scene: EdgeScene) -> str:
    """Say what to do about a mean pressure whose contact is too small to have an area."""
    return (
        f"a mean contact pressure of {scene.load.value:g} Pa on an area that the cells can tell; "
        "give a force instead, e.g. force='6 N'"
    )


def _contact_at(scene: EdgeScene, tool: FloatArray, patch: Patch, load: Load) -> SurfaceContact:
    """Solve towards +x, and turn the contact back."""
    found = solve_surface_contact(
        scene.stack,
        spacing=patch.spacing,
        heights=tool[:: scene.direction],
        load=load,
        speed=scene.speed,
        friction=scene.friction,
    )
    return found if scene.direction > 0 else found.mirrored()


def resolved_contact(
    scene: EdgeScene, shape: EdgeShape, cells: tuple[int, int], *, over_bone: bool = True
) -> tuple[Patch, SurfaceContact]:
    """Solve on cells that fit the contact, coarse ones first.

    With `over_bone` a tool that sinks through the tissue is refused.
    """
    patch = Patch(low=shape.low, high=shape.high, cells=(COARSE, COARSE))
    for _ in range(CELL_PASSES):
        looking = patch.cells != cells
        found = contact_on_cells(scene, shape.heights(patch), patch)
        if over_bone:
            check_bone(scene.stack, found.indentation, margin=CELLS_SURELY if looking else 1.0)
        fitted, fits = _fitted(patch, found, shape)
        if not looking and scene.load.kind == "pressure" and narrow_parts(found.contact_pressure):
            raise ConvergenceError(
                f"only a few cells wide is the contact of {_lost_pressure(scene)}"
            )
        if fits and not looking:
            return patch, found
        patch = replace(
            patch if fits else fitted, cells=cells if fits or not looking else patch.cells
        )
    raise ConvergenceError(
        f"contact found no cells in {CELL_PASSES} passes; give a height map with cells of your own",
        residual=found.gap_residual,
    )


def _fitted(patch: Patch, found: SurfaceContact, shape: EdgeShape) -> tuple[Patch, bool]:
    """Return a patch around the contact, and whether the present one is good enough."""
    low, high, fits = [], [], True
    for axis in (0, 1):
        loaded = np.flatnonzero((found.contact_pressure > 0.0).any(axis=1 - axis))
        step = patch.spacing[axis]
        ends = (
            patch.low[axis] + step * float(loaded[0]),
            patch.low[axis] + step * float(loaded[-1] + 1),
        )
        width = ends[1] - ends[0]
        filled = width / (patch.high[axis] - patch.low[axis])
        bounded = axis == 1 and math.isclose(patch.high[1] - patch.low[1], 2.0 * shape.half_length)
        margin = 0.5 * width * (1.0 / FILLED - 1.0) + step
        ends = (ends[0] - margin, ends[1] + margin)
        if axis == 1:
            ends = (max(ends[0], -shape.half_length), min(ends[1], shape.half_length))
        low.append(ends[0])
        high.append(ends[1])
        few = loaded[-1] - loaded[0] + 1 < EMPTIEST * patch.cells[axis]
        fits &= not few and (filled < FULLEST or bounded)
    return Patch(low=(low[0], low[1]), high=(high[0], high[1]), cells=patch.cells), fits
