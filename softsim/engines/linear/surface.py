"""A whole edge on the skin: length, curvature in the plane of the blade, or any height map."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from softsim.dataset import provenance
from softsim.engines.linear.active_set import contact_edge
from softsim.engines.linear.contact_3d import SurfaceContact, solve_surface_contact
from softsim.engines.linear.edge_fields import depth_coordinates, profiles_of
from softsim.engines.linear.fields_3d import SurfaceLoad
from softsim.engines.linear.outline import edge_heights, reach_of
from softsim.engines.linear.stack import FloatArray, LayeredStack
from softsim.engines.linear.tangent import even_stack
from softsim.engines.linear.views import validity_of, warnings_of
from softsim.errors import ConvergenceError, InputError
from softsim.problem import Problem, pack_edge
from softsim.variables import REGISTRY

DEFAULT_CELLS = (128, 64)
LEAST_CELLS = 8
# First look at the edge, and the share of the grid that a contact should fill.
COARSE = 32
FULLEST, EMPTIEST = 0.9, 0.55
FILLED = 0.75
PASSES = 24
# A mean pressure is met to half a cell of area.
PRESSURE_SOLVES = 30


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


class _EdgeShape:
    """Heights of the instrument's edge, leaned by the angle, curved in the plane of the blade."""

    def __init__(self, problem: Problem) -> None:
        self.chain = pack_edge(problem)
        self.half_length = 0.5 * float(problem.instrument.contact_length)
        radius = problem.instrument.edge_curvature_radius
        self.curvature_radius = math.inf if radius is None else float(radius)
        if abs(self.curvature_radius) < self.half_length:
            raise InputError(
                f"edge_curvature_radius is {self.curvature_radius:g} m; must be at least half the "
                f"contact_length = {self.half_length:g} m either way (shorten contact_length, or "
                "give a height map)"
            )
        angle = float(problem.stroke.angle)
        self.way, self.rise = math.cos(angle), math.sin(angle)
        low, high = reach_of(self.chain, float(problem.instrument.edge.nose_radius))
        ends = self.sag(np.array([0.0, self.half_length])) * self.way
        self.low = (low + min(ends), -self.half_length)
        self.high = (high + max(ends), self.half_length)

    def sag(self, across: FloatArray) -> FloatArray:
        """Return how far the edge line lies towards the handle [m]."""
        radius = self.curvature_radius
        if math.isinf(radius):
            return np.zeros(across.shape)
        drop = across**2 / (abs(radius) + np.sqrt(radius**2 - across**2))
        return np.asarray(math.copysign(1.0, radius) * drop)

    def heights(self, patch: Patch) -> FloatArray:
        """Return the heights at the middles of the cells above the lowest point of the edge."""
        along, sag = patch.places(0), self.sag(patch.places(1))
        lowest = min(0.0, float(self.sag(np.array([self.half_length]))[0]) * self.rise)
        columns = [edge_heights(self.chain, along - s * self.way) + s * self.rise for s in sag]
        return np.stack(columns, axis=1) - lowest


@dataclass(frozen=True, kw_only=True)
class _Scene:
    """What a contact of a whole edge needs besides its cells."""

    stack: LayeredStack
    speed: float
    friction: float
    kind: str
    load: float


def solve_surface(
    problem: Problem,
    *,
    heights: FloatArray | None = None,
    spacing: tuple[float, float] | None = None,
    cells: tuple[int, int] = DEFAULT_CELLS,
) -> xr.Dataset:
    """Solve the contact of a whole edge at small strain, sliding steadily or at rest.

    Parameters
    ----------
    problem : Problem
        Without a speed the tool rests for long and there is no friction.
    heights : ndarray, shape (n_along, n_across), optional
        Height of a tool of your own at the middles of cells, along forwards [m]; inf where there
        is none.  By default the instrument's edge: its section over `contact_length`, leaned by
        the angle, curved by `edge_curvature_radius`, with ends cut square.
    spacing : tuple of float, optional
        Sides of the cells of `heights` along and across [m].
    cells : tuple of int
        Cells along and across on the contact of an instrument's edge.

    Returns
    -------
    xarray.Dataset
        Variables of the group "map", scalars and profiles of docs/variables.md, the latter the
        largest values of a whole depth; `contact_width` is the widest place,
        `mean_contact_pressure` over the contact area.  Dimensions along, across, depth; the first
        two are 0 at the lowest point of the section in the middle of the edge, or in the middle of
        a height map.  Attributes `validity` and `largest_strain`.  `surface_fields` gives the
        fields under it.

    Raises
    ------
    InputError
        For heights that do not fit, and for tissue with ends.
    ConvergenceError
        When the contact does not settle.

    Notes
    -----
    Layers count as alike in all directions of the skin; those that are not have the mean of their
    moduli along and across, and a warning.  Gross slip.  Peaks at square-cut ends grow as the
    cells shrink.
    """
    start = time.perf_counter()
    scene, uneven = _scene_of(problem)
    if heights is None:
        shape = _EdgeShape(problem)
        patch, found = _resolved(scene, shape, _checked_cells(cells))
        tool = shape.heights(patch)
    else:
        tool, patch = _given_map(heights, spacing)
        found = _contact(scene, tool, patch)
    dataset = _dataset(problem, scene, tool, patch, found)
    drag = problem.direction * scene.friction
    load = SurfaceLoad(patch.places(0), patch.places(1), found.contact_pressure, drag)
    profiles, strain = profiles_of(problem, scene.stack, load, scene.speed)
    dataset = dataset.assign(profiles).assign_coords(depth_coordinates(problem))
    return dataset.assign_attrs(
        **provenance(problem, "linear", "steady"),
        validity=validity_of(strain),
        largest_strain=strain,
        iterations=found.iterations,
        residual=found.gap_residual / abs(found.indentation),
        element_along=patch.spacing[0],
        element_across=patch.spacing[1],
        wall_time=time.perf_counter() - start,
        warnings=json.dumps([*_warnings(uneven), *warnings_of(strain)], ensure_ascii=False),
    )


def _scene_of(problem: Problem) -> tuple[_Scene, tuple[str, ...]]:
    """Pack a problem; also return the layers that are not alike in all directions."""
    tissue, stroke = problem.tissue, problem.stroke
    if tissue.width is not None or tissue.sides != "held":
        raise InputError(
            "tissue has a width or free sides; engine 'linear' knows only layers without ends "
            "(leave width and sides out, or take engine='finite')"
        )
    stack, uneven = even_stack(tissue)
    speed = float(stroke.speed or 0.0)
    friction = problem.friction if speed else 0.0
    scene = _Scene(
        stack=stack, speed=speed, friction=friction, kind=stroke.load_kind, load=stroke.load
    )
    return scene, uneven


def _checked_cells(cells: tuple[int, int]) -> tuple[int, int]:
    """Return numbers of cells that can hold a contact."""
    if len(cells) != 2 or min(cells) < LEAST_CELLS:
        raise InputError(
            f"cells is {cells!r}; must be two whole numbers of at least {LEAST_CELLS}, e.g. "
            f"{DEFAULT_CELLS}"
        )
    return int(cells[0]), int(cells[1])


def _given_map(
    heights: FloatArray, spacing: tuple[float, float] | None
) -> tuple[FloatArray, Patch]:
    """Check a height map and put its middle at the origin."""
    tool = np.asarray(heights, dtype=float)
    if tool.ndim != 2 or min(tool.shape) < LEAST_CELLS or np.isnan(tool).any():
        raise InputError(
            f"heights has shape {tool.shape}; must be a map (along, across) of numbers with at "
            f"least {LEAST_CELLS} cells each way (inf where there is no tool)"
        )
    if spacing is None or len(spacing) != 2 or not min(spacing) > 0.0:
        raise InputError(
            f"spacing of the height map is {spacing!r}; must be the sides of a cell along and "
            "across, above 0, e.g. (1e-4, 5e-4)"
        )
    if not np.isfinite(tool).any():
        raise InputError("heights is infinite everywhere; some cell must hold the tool")
    half = [0.5 * n * float(d) for n, d in zip(tool.shape, spacing, strict=True)]
    patch = Patch(
        low=(-half[0], -half[1]),
        high=(half[0], half[1]),
        cells=(int(tool.shape[0]), int(tool.shape[1])),
    )
    return tool - float(tool.min()), patch


def _contact(scene: _Scene, tool: FloatArray, patch: Patch) -> SurfaceContact:
    """Solve the contact on given cells at the load of the problem."""
    if scene.kind != "pressure":
        return _contact_at(scene, tool, patch, **{scene.kind: scene.load})
    area = patch.spacing[0] * patch.spacing[1]
    guess = math.log(scene.load * area * min(np.isfinite(tool).sum(), LEAST_CELLS**2))
    points: list[tuple[float, float]] = []
    for _ in range(PRESSURE_SOLVES):
        found = _contact_at(scene, tool, patch, force=math.exp(guess))
        gap = math.log(scene.load * found.contact_area / found.force)
        if abs(gap) <= 0.5 * area / found.contact_area:
            return found
        points = [*points[-1:], (guess, gap)]
        slope = -0.5
        if len(points) == 2 and points[0][1] != points[1][1]:
            slope = (points[1][1] - points[0][1]) / (points[1][0] - points[0][0])
        guess -= float(np.clip(gap / min(slope, -0.1), -2.0, 2.0))
    return found


def _contact_at(scene: _Scene, tool: FloatArray, patch: Patch, **load: float) -> SurfaceContact:
    return solve_surface_contact(
        scene.stack,
        spacing=patch.spacing,
        heights=tool,
        speed=scene.speed,
        friction=scene.friction,
        **load,
    )


def _resolved(
    scene: _Scene, shape: _EdgeShape, cells: tuple[int, int]
) -> tuple[Patch, SurfaceContact]:
    """Solve on cells that fit the contact, coarse ones first."""
    patch = Patch(low=shape.low, high=shape.high, cells=(COARSE, COARSE))
    for _ in range(PASSES):
        looking = patch.cells != cells
        found = _contact(scene, shape.heights(patch), patch)
        fitted, fits = _fitted(patch, found, shape)
        if fits and not looking:
            return patch, found
        patch = replace(
            patch if fits else fitted, cells=cells if fits or not looking else patch.cells
        )
    raise ConvergenceError(
        f"contact found no cells in {PASSES} passes; give a height map with cells of your own",
        residual=found.gap_residual,
    )


def _fitted(patch: Patch, found: SurfaceContact, shape: _EdgeShape) -> tuple[Patch, bool]:
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


def _warnings(uneven: tuple[str, ...]) -> list[str]:
    """Return the warning of layers that are not alike in all directions."""
    if not uneven:
        return []
    return [
        f"layers {', '.join(uneven)} differ along and across; a whole edge takes the mean of "
        "their moduli"
    ]


def _widths(along: FloatArray, pressure: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the contact in every column, nan without contact, (n_across,) each [m]."""
    ends = np.full((2, pressure.shape[1]), np.nan)
    for j, column in enumerate(pressure.T):
        loaded = np.flatnonzero(column)
        if loaded.size:
            row = np.ascontiguousarray(column)
            ends[0, j] = contact_edge(along, row, int(loaded[0]), 1)
            ends[1, j] = contact_edge(along, row, int(loaded[-1]), -1)
    return ends[0], ends[1]


def _dataset(
    problem: Problem, scene: _Scene, tool: FloatArray, patch: Patch, found: SurfaceContact
) -> xr.Dataset:
    """Put a contact into the schema."""
    along, across = patch.places(0), patch.places(1)
    ahead = problem.direction
    pressure = found.contact_pressure
    start, end = _widths(along, pressure)
    widths = np.nan_to_num(end - start)
    spanned = np.flatnonzero(pressure.any(axis=0))
    tangential = (scene.friction + found.ploughing) * found.force
    low, high = float(np.nanmin(start)), float(np.nanmax(end))
    values: dict[str, FloatArray | float] = {
        "tool_height": tool,
        "contact_pressure_map": pressure,
        "contact_shear_map": ahead * scene.friction * pressure,
        "skin_depth_map": found.displacement,
        "contact_width_across": widths,
        "contact_area": found.contact_area,
        "contact_span": float(spanned[-1] - spanned[0] + 1) * patch.spacing[1],
        "normal_force": found.force,
        "tangential_force": tangential,
        "friction_force": scene.friction * found.force,
        "indentation": found.indentation,
        "contact_width": float(widths.max()),
        "contact_start": low,
        "contact_end": high,
        "contact_shift": ahead * 0.5 * (low + high),
        "peak_contact_pressure": float(pressure.max()),
        "mean_contact_pressure": found.force / found.contact_area,
        "apparent_friction": tangential / found.force,
    }
    data = {
        name: (REGISTRY[name].dims, value, REGISTRY[name].attributes)
        for name, value in values.items()
    }
    coords = {
        name: (REGISTRY[name].dims, value, REGISTRY[name].attributes)
        for name, value in (("along", along), ("across", across))
    }
    return xr.Dataset(data, coords=coords)
