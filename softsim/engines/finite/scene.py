"""A steady stroke as arrays, the strips it is solved on, and what a solve of it ends in."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from softsim import progress
from softsim.engines.finite.newton import Newton
from softsim.engines.finite.strip.grid import (
    check_size,
    column_count,
    make_columns,
    make_rows,
    row_count,
)
from softsim.engines.finite.strip.histories import FrozenHistory, History, RowHistory
from softsim.engines.finite.strip.state import State
from softsim.engines.finite.strip.strip import Array, Strip
from softsim.kernels.layer_arrays import LayerArrays
from softsim.kernels.strip.contact import SLIP_BACKWARD, SLIP_FORWARD
from softsim.load import Load
from softsim.outcome import Contact, WarmStart
from softsim.outline import Outline
from softsim.problem import Problem, pack_layers

ROW_SLOPE = 0.2  # growth of row height with depth
TOP_FRACTION = 0.5  # height of the first row in element lengths
COARSE_SLOPE = 0.6
COLUMN_GROWTH = 1.2
COARSE_GROWTH = 1.5
MOST_EFFORT = 6.0e7  # about a minute
REACH = 30.0  # of the held ends, in stack thicknesses


@dataclass(slots=True)
class Solution(WarmStart):
    """A converged steady state: where it lives and what the skin shows."""

    strip: Strip
    history: History
    state: State
    contact: Contact
    iterations: int
    residual: float
    is_coarse: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Effort:
    """Work spent on a problem so far, in unknowns times rows times Newton iterations."""

    spent: float = 0.0

    @property
    def is_exhausted(self) -> bool:
        """Whether no further way should be tried."""
        return self.spent > MOST_EFFORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A problem as arrays, with the load per length across.

    `shear_moduli`, shape (n_layers,), are the initial ones [Pa].
    """

    layers: LayerArrays
    outline: Outline
    friction: float
    free_sides: bool
    mode: str
    contact_length: float
    direction: int
    speed: float | None
    load: Load
    nose_radius: float
    shear_moduli: Array
    half_width: float | None
    element_along: float | None
    rows: tuple[int, ...] | None
    growth: float | None
    effort: Effort

    @classmethod
    def of(cls, problem: Problem, speed: float | None, mode: str = "steady stroke") -> Scene:
        """Pack a problem; `speed` None means fully relaxed tissue, `mode` names it in messages."""
        resolution, tissue = problem.resolution, problem.tissue
        return cls(
            layers=pack_layers(tissue),
            outline=problem.outline,
            friction=problem.friction,
            free_sides=tissue.sides == "free",
            mode=mode,
            contact_length=float(problem.instrument.contact_length),
            direction=problem.direction,
            speed=speed,
            load=Load.on_section(problem),
            nose_radius=float(problem.instrument.edge.nose_radius),
            shear_moduli=np.array([x.material.shear_modulus_initial for x in tissue.layers]),
            half_width=None if tissue.width is None else 0.5 * float(tissue.width),
            element_along=resolution.element_along,  # type: ignore[arg-type]
            rows=resolution.rows,  # type: ignore[arg-type]
            growth=resolution.growth,
            effort=Effort(),
        )

    def watch(self, newton: Newton, told: Callable[[], tuple[float, str]]) -> None:
        """Report progress and count the work of every iteration of a solver.

        Parameters
        ----------
        newton : Newton
        told : callable
            Share of the whole that is done, and what is being done.
        """
        grid = newton.strip.grid
        cost = float(grid.n_unknowns * grid.row_edges.size)

        def watch() -> None:
            self.effort.spent += cost
            share, what = told()
            progress.report(min(share, 1.0), 1.0, f"{self.mode}: {what}")

        newton.watch = watch

    @property
    def thickness(self) -> float:
        """Thickness of the stack [m]."""
        return float(self.layers.thickness.sum())

    def history(self, strip: Strip) -> History:
        """Return the history of a steady stroke, or relaxed tissue without speed."""
        if self.speed is None:
            return FrozenHistory(strip, self.layers.long_term)
        return RowHistory(strip, self.speed)

    def strip(
        self,
        fine: tuple[float, float],
        size: float,
        *,
        coarse: bool = False,
        ends: tuple[float, float] | None = None,
    ) -> Strip:
        """Return a strip with elements of length `size` in the interval `fine`."""
        if ends is None and self.half_width is not None:
            ends = (min(-self.half_width, fine[0]), max(self.half_width, fine[1]))
        if ends is None:
            reach = REACH * self.thickness
            ends = (fine[0] - reach, fine[1] + reach)
        growth, slope = self.growth or COLUMN_GROWTH, 0.0 if self.growth == 1.0 else ROW_SLOPE
        if coarse:
            growth, slope = COARSE_GROWTH, COARSE_SLOPE
        counts = None if coarse else self.rows
        check_size(
            column_count(fine, size, ends, growth, self.thickness),
            row_count(self.layers, TOP_FRACTION * size, slope, counts),
        )
        rows = make_rows(self.layers, TOP_FRACTION * size, slope, counts)
        columns = make_columns(fine, size, ends, growth, self.thickness)
        grid = rows._replace(column_edges=columns)
        return Strip(self.layers, grid, self.outline.chain, self.friction, self.free_sides)

    def refuse_too_fine(self) -> None:
        """Refuse elements that a contact of the expected size would have too many of.

        Raises
        ------
        InputError
            With the bound.
        """
        if self.element_along is None:
            return
        width = 2.0 * expected_half_width(self)
        slope = 0.0 if self.growth == 1.0 else ROW_SLOPE
        top = TOP_FRACTION * self.element_along
        check_size(width / self.element_along, row_count(self.layers, top, slope, self.rows))

    def slip_state(self) -> int:
        """State of a touching node that slips under the tool."""
        return int(SLIP_FORWARD if self.direction > 0 else SLIP_BACKWARD)


def expected_half_width(scene: Scene) -> float:
    """Rough half-width of the contact of the nose [m], to size the first grid.

    Hertz's for a line load, with the plane-strain modulus of the layers averaged over twice that
    depth; from the depth alone where an indentation is given.
    """
    radius = scene.nose_radius
    if scene.load.kind == "indentation":
        return math.sqrt(radius * scene.load.value)
    layers = scene.layers
    bottoms = np.cumsum(layers.thickness)
    tops = bottoms - layers.thickness
    half = radius
    for _ in range(20):
        depth = 2.0 * half
        inside = np.clip(depth - tops, 0.0, layers.thickness)
        modulus = 4.0 * float(scene.shear_moduli @ inside / inside.sum())
        force = scene.load.value
        if scene.load.kind == "pressure":
            half = 4.0 * radius * force / modulus
        else:
            half = 0.5 * (half + math.sqrt(4.0 * force * radius / (math.pi * modulus)))
    return half


def wanted_force(scene: Scene, contact: Contact) -> float:
    """Force per length across that the load asks for at this contact [N/m]."""
    if scene.load.kind == "pressure":
        return scene.load.value * contact.width
    return scene.load.value


def load_carried(scene: Scene, contact: Contact, depth: float) -> float:
    """Return the load at a state, in the kind and the unit that is prescribed."""
    if scene.load.kind == "indentation":
        return depth
    if scene.load.kind == "pressure":
        return contact.force_depth / contact.width if contact.width > 0.0 else 0.0
    return contact.force_depth
