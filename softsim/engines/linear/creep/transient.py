"""Press and transient: contact and fields advanced in time on the nodes of the skin."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from softsim.engines.linear.creep.basis import creep_basis, surface_creep
from softsim.engines.linear.creep.contact import CreepingContact
from softsim.engines.linear.creep.fields import CreepingFields
from softsim.engines.linear.creep.green_at_depth import (
    FIELD_TIMES_PER_DECADE,
    level_green_functions,
)
from softsim.engines.linear.creep.integrator import (
    Propagator,
    SkinInfluence,
    Step,
    sliding_step,
    standing_step,
)
from softsim.engines.linear.creep.levels import nested_levels
from softsim.engines.linear.creep.path import Path, plan_path
from softsim.engines.linear.creep.state import SkinState
from softsim.engines.linear.medium.rows import depth_rows
from softsim.engines.linear.medium.sides import Depths
from softsim.engines.linear.medium.spectra import DISPLACEMENTS, Field
from softsim.engines.linear.medium.stack import FloatArray
from softsim.engines.linear.scene import Scene
from softsim.engines.linear.section.fields import SectionFields
from softsim.engines.linear.section.report import (
    at_columns,
    attributes_of,
    field_views,
    largest_strain,
    rest_stress,
    spread_columns,
)
from softsim.engines.linear.section.skin import deformed_contact
from softsim.engines.march import march, told
from softsim.outcome import Contact, Outcome, Rows, Snapshot, ToolState
from softsim.problem import Problem
from softsim.program import Phase

# Steps are thinned in the result beyond these, and values of a field beyond those.
SNAPSHOTS, VALUES = 100, 2_000_000
# Columns under the tool: every node, every second one where there are more nodes than these.
MANY_NODES = 1000
FRICTION_IN_PRESS = (
    "friction acts only while the tool slides: a press, a dwell and a lift are solved without "
    "shear on the skin"
)


def solve_path(problem: Problem, mode: str) -> Outcome:
    """Solve a press or a transient.

    Parameters
    ----------
    problem : Problem
    mode : {"press", "transient"}

    Returns
    -------
    Outcome

    Raises
    ------
    ConvergenceError
        When a contact does not settle.

    Notes
    -----
    Second order in the time step, the peak pressure of a contact that grows less; first after
    friction has set in, over the first step of a slide; exact for a stroke that has become steady.
    Creep as fitted, see the attribute `creep_fit_error`.
    """
    start = time.perf_counter()
    scene = Scene.of(problem)
    scene = scene if mode == "transient" else replace(scene, friction=0.0)
    path = plan_path(problem, scene, mode)
    walk = _Walker.of(problem, scene, path)
    warnings = (FRICTION_IN_PRESS,) if problem.friction > 0.0 else ()

    def outcome(times: FloatArray, snapshots: tuple[Snapshot, ...]) -> Outcome:
        return Outcome(
            mode=mode,
            columns=np.asarray((path.first + walk.columns) * path.spacing),
            rows=walk.rows,
            rest_stress=rest_stress(scene.stack, walk.rows.layer),
            times=times,
            snapshots=snapshots,
            iterations=walk.iterations,
            residual=walk.residual,
            n_unknowns=walk.largest_contact,
            element_along=path.spacing,
            elapsed=time.perf_counter() - start,
            on_nodes=True,
            attributes=attributes_of(scene, walk.strain)
            | {
                "creep_fit_error": walk.skin.skin.creep.fit_error,
                "friction_in_press": "none",
            }
            | told(path.program),
            warnings=warnings,
        ).towards(scene.direction)

    most = VALUES // (walk.fields.depth.size * walk.columns.size)
    return march(path.program, walk, outcome, most=min(SNAPSHOTS, max(most, 1)))


class _Step(NamedTuple):
    """A time step, for the contact and for the internal variables of the fields."""

    skin: Step
    fields: Propagator

    @property
    def mirrored(self) -> _Step:
        """The same step the other way."""
        return _Step(self.skin.mirrored, self.fields.mirrored)


@dataclass(eq=False)
class _Walker:
    """A tool on its way: contact and fields, advanced together, and what they showed."""

    scene: Scene
    path: Path
    skin: CreepingContact
    fields: CreepingFields
    rows: Rows
    depths: Depths
    columns: NDArray[np.int64]
    iterations: int = 0
    residual: float = 0.0
    largest_contact: int = 0
    strain: float = 0.0
    pass_number: int = 0
    stroke_number: int = 1
    way: int = 0
    friction: float = 0.0
    lifted_from: float = 0.0
    slides: dict[tuple[int, float], _Step] = field(default_factory=dict)

    @classmethod
    def of(cls, problem: Problem, scene: Scene, path: Path) -> _Walker:
        """Prepare contact and fields at rest."""
        along, spacing = path.along, path.spacing
        creep = surface_creep(scene.stack, spacing=spacing, extent=spacing * path.count)
        columns = SkinInfluence.of(creep, spacing, path.count, scene.datum_distance)

        def heights(travel: int) -> FloatArray:
            return scene.heights(along - travel * spacing)

        rows = depth_rows(problem)
        depths = Depths.of(scene.stack, rows.depth)
        stride = 2 if path.count > MANY_NODES and scene.spacing is None else 1
        columns_shown = spread_columns(0, path.count - 1, path.reach / spacing, stride)
        levels = nested_levels(spacing, path.first, path.count, path.first + columns_shown)
        basis = creep_basis(scene.stack, FIELD_TIMES_PER_DECADE)
        greens = level_green_functions(
            scene.stack,
            basis,
            levels,
            depths.every,
            shear=scene.friction > 0.0,
            datum=columns.datum,
        )
        fields = CreepingFields(
            scene.stack,
            basis,
            greens,
            depths.every,
            first=path.first,
            count=path.count,
            size=columns.size,
            n_columns=columns_shown.size,
        )
        return cls(
            scene,
            path,
            CreepingContact(columns, along, heights, scene.datum_distance),
            fields,
            rows,
            depths,
            columns_shown,
        )

    @property
    def time(self) -> float:
        """Time of the present state [s]."""
        return self.skin.state.time

    def begin(self, phase: Phase) -> None:
        """Turn to a phase."""
        self.lifted_from = self.skin.state.indentation
        if phase.stroke_number > self.stroke_number:
            self.stroke_number, self.pass_number = phase.stroke_number, 0
        self.pass_number = phase.pass_number or self.pass_number
        slides = bool(phase.pass_number)
        self.friction = self.scene.friction * float(np.sign(phase.travel)) if slides else 0.0

    def advance(self, phase: Phase, number: int, *, shown: bool) -> None:
        """Take one step of a phase, with all fields where it is shown."""
        load = phase.load(self.scene.load, number / phase.steps, self.lifted_from)
        nodes = self.path.nodes(phase)
        on = int(nodes[number] - nodes[number - 1])
        if phase.is_over_skin:
            self.skin.carry(on)
            on = 0
        else:
            self.way += abs(on)
        step = self._sliding(phase, on) if on else self._standing(phase, number)
        state = self.skin.advance(step.skin, load, self.friction)
        self.fields.advance(step.fields, self.skin.tractions, whole=shown)
        self._record(state)

    def recovered(self) -> None:
        """Return nothing: a step that fails has changed the state."""

    def _sliding(self, phase: Phase, on: int) -> _Step:
        """Return a step that goes on by nodes, below 0 backwards; all of a pass last alike."""
        duration = phase.duration / phase.steps
        key = abs(on), float(f"{duration:.10e}")
        if key not in self.slides:
            skin = self.skin.skin
            self.slides[key] = _Step(
                sliding_step(skin, abs(on), duration),
                Propagator.of(self.fields.basis.time, duration, abs(on), skin.size),
            )
        return self.slides[key] if on > 0 else self.slides[key].mirrored

    def _standing(self, phase: Phase, number: int) -> _Step:
        """Return a step without travel."""
        skin, duration = self.skin.skin, float(phase.durations[number - 1])
        step = standing_step(skin, self.skin.spectra, duration)
        return _Step(step, Propagator.of(self.fields.basis.time, duration, 0, skin.size))

    def _record(self, state: SkinState) -> None:
        """Keep what concerns the whole way; refuse a tool that has reached through the tissue."""
        self.scene.check_bone(state.indentation)
        self.iterations += state.iterations
        if state.indentation != 0.0:
            self.residual = max(self.residual, state.gap_residual / abs(state.indentation))
        touching = int(np.count_nonzero(state.contact_pressure))
        self.largest_contact = max(self.largest_contact, touching)
        self.strain = max(self.strain, largest_strain(self.fields.values))

    def snapshot(self) -> Snapshot:
        """Return the present state."""
        state, columns = self.skin.state, self.columns
        values = self.fields.values.copy()
        values[Field.DISPLACEMENT_DEPTH] -= state.datum
        inside = (columns >= 0) & (columns < self.path.count)
        values[DISPLACEMENTS, 0, inside] = state.displacement[:, columns[inside]]
        rows = self.depths.rows
        energies = self.fields.stored()[rows], np.zeros(0), self.fields.dissipated[rows]
        fields = SectionFields(values[:, rows], *energies)
        tool = self._tool()
        return Snapshot(
            boundaries=self.depths.across(self.scene.stack, values),
            **field_views(self.scene.stack, fields, self.rows.depth),
            **{part.name: getattr(tool, part.name) for part in dataclass_fields(tool)},
        )

    def state(self) -> ToolState:
        """Return the tool at present, as the problem sees it."""
        return self._tool() if self.scene.direction > 0 else self._tool().mirrored()

    def _tool(self) -> ToolState:
        """Return the tool at present, which moves towards +x."""
        state, energy = self.skin.state, self.skin.energy
        return ToolState(
            contact=self._contact(state),
            depth=state.indentation,
            along=state.travel * self.path.spacing,
            tool_work=energy.tool_work,
            stored_energy=energy.stored,
            viscous_work=energy.viscous,
            friction_work=energy.friction,
            pass_number=self.pass_number,
            stroke_number=self.stroke_number,
            way=self.way * self.path.spacing,
        )

    def _contact(self, state: SkinState) -> Contact:
        """Return the contact on the deformed skin."""
        skin = deformed_contact(self.path.along, state.traction, state.displacement).checked()
        low, high = state.left_edge, state.right_edge
        return Contact(
            pressure=at_columns(skin.pressure, self.columns),
            shear=at_columns(skin.shear, self.columns),
            force_along=state.tangential_force,
            force_depth=state.force,
            friction_along=self.path.spacing * float(state.traction[0].sum()),
            **skin.size._asdict(),
            low=low,
            high=high,
            centre=0.5 * (low + high) - state.travel * self.path.spacing,
        )
