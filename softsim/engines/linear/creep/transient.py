"""Press and transient at the door: contact and fields marched in time on the nodes of the skin."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from softsim import progress
from softsim.engines.linear.creep.basis import creep_basis, surface_creep
from softsim.engines.linear.creep.contact import SkinMarch
from softsim.engines.linear.creep.fields import FieldMarch
from softsim.engines.linear.creep.green_at_depth import TIMES_PER_DECADE, level_kernels
from softsim.engines.linear.creep.integrator import (
    Passage,
    SkinColumns,
    Step,
    passage,
    sliding_step,
    standing_step,
)
from softsim.engines.linear.creep.levels import nested_levels
from softsim.engines.linear.creep.path import Path, Phase, load_at, plan_path
from softsim.engines.linear.creep.state import SkinState
from softsim.engines.linear.medium.rows import depth_rows
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
from softsim.outcome import Contact, Outcome, Rows, Snapshot
from softsim.problem import Problem

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
    friction = problem.friction if mode == "transient" else 0.0
    scene = Scene.of(problem, speed=abs(float(problem.stroke.speed or 0.0)), friction=friction)
    path = plan_path(problem, scene, mode)
    walk = _Walk.of(problem, scene, path)
    times, snapshots = walk.run()
    warnings = (FRICTION_IN_PRESS,) if problem.friction > 0.0 else ()
    return Outcome(
        mode=mode,
        columns=walk.along_columns,
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
        },
        warnings=warnings,
    )


@dataclass(eq=False)
class _Walk:
    """A tool on its way: the march of the contact, that of the fields, and what they showed."""

    scene: Scene
    path: Path
    skin: SkinMarch
    fields: FieldMarch
    rows: Rows
    columns: NDArray[np.int64]
    iterations: int = 0
    residual: float = 0.0
    largest_contact: int = 0
    strain: float = 0.0
    pass_number: int = 0

    @classmethod
    def of(cls, problem: Problem, scene: Scene, path: Path) -> _Walk:
        """Prepare the marches."""
        along, spacing = path.along, path.spacing
        creep = surface_creep(scene.stack, spacing=spacing, extent=spacing * path.count)
        columns = SkinColumns.of(creep, spacing, path.count, scene.datum_distance)

        def heights(travel: int) -> FloatArray:
            return scene.heights(along - travel * spacing)

        rows = depth_rows(problem)
        stride = 2 if path.count > MANY_NODES and scene.spacing is None else 1
        kept = spread_columns(0, path.count - 1, path.reach / spacing, stride)
        levels = nested_levels(spacing, path.first, path.count, path.first + kept)
        basis = creep_basis(scene.stack, TIMES_PER_DECADE)
        kernels = level_kernels(
            scene.stack,
            basis,
            levels,
            rows.depth,
            shear=scene.friction > 0.0,
            datum=columns.datum,
        )
        fields = FieldMarch(
            scene.stack,
            basis,
            kernels,
            rows.depth,
            first=path.first,
            count=path.count,
            size=columns.size,
            n_columns=kept.size,
        )
        return cls(
            scene,
            path,
            SkinMarch(columns, along, heights, scene.datum_distance),
            fields,
            rows,
            kept,
        )

    @property
    def along_columns(self) -> FloatArray:
        """Places of the columns [m]."""
        return np.asarray((self.path.first + self.columns) * self.path.spacing)

    def run(self) -> tuple[FloatArray, tuple[Snapshot, ...]]:
        """Walk the whole way; return times and snapshots."""
        total = sum(phase.durations.size for phase in self.path.phases)
        passes = max(phase.pass_number for phase in self.path.phases)
        most = min(SNAPSHOTS, max(VALUES // (self.fields.depth.size * self.columns.size), 1))
        stride = math.ceil(total / most)
        times, snapshots, count = [0.0], [self._snapshot(self.skin.state)], 0
        for phase in self.path.phases:
            lifted_from = self.skin.state.indentation
            n_steps = phase.durations.size
            friction = self.scene.friction * float(np.sign(phase.travel))
            self.pass_number = max(self.pass_number, phase.pass_number)
            # of many passes not every turn is shown
            end_shown = n_steps >= stride or not 0 < phase.pass_number < passes
            for number, (step, moved) in enumerate(self._steps(phase), start=1):
                target = load_at(self.scene, phase.name, number / n_steps, lifted_from)
                progress.report(count, total, "steps of the linear engine")
                state = self.skin.advance(step, target, friction)
                count += 1
                shown = count % stride == 0 or (number == n_steps and end_shown)
                self.fields.advance(moved, self.skin.tractions, whole=shown)
                self._note(state)
                if shown:
                    times.append(state.time)
                    snapshots.append(self._snapshot(state))
        return np.array(times), tuple(snapshots)

    def _steps(self, phase: Phase) -> Iterator[tuple[Step, Passage]]:
        """Yield the steps of a phase, for the contact and for the fields."""
        skin, slow = self.skin.skin, self.fields.basis.time
        if phase.travel != 0:
            step, moved = self._slide
            if phase.travel < 0:
                step, moved = step.mirrored, moved.mirrored
            for _ in phase.durations:
                yield step, moved
            return
        for duration in phase.durations:
            step = standing_step(skin, self.skin.spectra, float(duration))
            yield step, passage(slow, float(duration), 0, skin.size)

    @cached_property
    def _slide(self) -> tuple[Step, Passage]:
        """Every step of the way there, for the contact and for the fields."""
        skin = self.skin.skin
        phase = next(phase for phase in self.path.phases if phase.travel > 0)
        duration = float(phase.durations[0])
        return (
            sliding_step(skin, phase.travel, duration),
            passage(self.fields.basis.time, duration, phase.travel, skin.size),
        )

    def _note(self, state: SkinState) -> None:
        """Keep what concerns the whole way; refuse a tool that has reached through the tissue."""
        self.scene.check_bone(state.indentation)
        self.iterations += state.iterations
        if state.indentation != 0.0:
            self.residual = max(self.residual, state.gap_residual / abs(state.indentation))
        touching = int(np.count_nonzero(state.contact_pressure))
        self.largest_contact = max(self.largest_contact, touching)
        self.strain = max(self.strain, largest_strain(self.fields.values))

    def _snapshot(self, state: SkinState) -> Snapshot:
        """Return the present state."""
        ledger, columns = self.skin.ledger, self.columns
        values = self.fields.values.copy()
        values[1] -= state.datum
        inside = (columns >= 0) & (columns < self.path.count)
        values[:2, 0, inside] = state.displacement[:, columns[inside]]
        fields = SectionFields(
            values, self.fields.stored(), np.zeros(0), self.fields.dissipated.copy()
        )
        return Snapshot(
            **field_views(self.scene.stack, fields, self.rows.depth),
            contact=self._contact(state),
            depth=state.indentation,
            along=state.travel * self.path.spacing,
            tool_work=ledger.tool_work,
            stored_energy=ledger.stored,
            viscous_work=ledger.viscous,
            friction_work=ledger.friction,
            pass_number=self.pass_number,
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
