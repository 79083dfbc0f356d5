"""Press and transient: the tool presses, dwells, slides and lifts, step by step in time."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from softsim.engines.finite.contact import ContactProblem, Touch, Window
from softsim.engines.finite.newton import Newton
from softsim.engines.finite.passes import LONGEST, Solution, look, resolved_patches, section_of
from softsim.engines.finite.scene import Scene
from softsim.engines.finite.skin import skin_contact
from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.tissue.energy import Ledger, total
from softsim.engines.finite.tissue.fields import PointFields, View, report_rows, rest_stress
from softsim.engines.finite.tissue.histories import Memory
from softsim.engines.finite.tissue.mesh import NEAR_GROWTH, Patch, along_line, depth_line
from softsim.engines.finite.tissue.section import Section
from softsim.engines.march import march
from softsim.errors import ConvergenceError
from softsim.outcome import Outcome, Snapshot
from softsim.problem import Problem
from softsim.program import Phase, Program, StepRule

SPANS_ACROSS = 12  # of every contact
SPANS_AT_RIM = 4  # of the rounding of a punch
SPANS_A_STEP = 0.5  # travel of the tool
BESIDE = 0.5  # of a contact: the window reaches beyond it
SNAPSHOTS = 200  # more steps than these are thinned in the result
TOLERANCE = 1e-5
HALVINGS = 6
STEPS = StepRule(press=24, dwell=12, lift=32, least=lambda total, _: max(1, total // 10))


def solve_program(problem: Problem, mode: str) -> Outcome:
    """Solve a press or a transient.

    Raises
    ------
    ConvergenceError
        Where a step fails however small; its `partial` is the `Outcome` so far.
    """
    start = time.perf_counter()
    scene = Scene.of(problem, speed=None)
    found = look(replace(scene, friction=0.0))
    patches = resolved_patches(found, SPANS_ACROSS)
    length = float(problem.stroke.length or 0.0) if mode == "transient" else 0.0
    section, size, reach = path_section(scene, found, patches, length)
    pass_steps = max(1, round(length / (SPANS_A_STEP * size)))
    program = Program.of(problem, mode, STEPS, pass_steps=pass_steps)
    walker = _Walker(scene, section, size, reach)
    rows = report_rows(section)

    def outcome(times: Array, snapshots: tuple[Snapshot, ...]) -> Outcome:
        return Outcome(
            mode=mode,
            columns=section.along.breaks,
            rows=rows,
            rest_stress=rest_stress(section, rows),
            times=times,
            snapshots=snapshots,
            iterations=walker.newton.iterations,
            residual=walker.residual,
            n_unknowns=section.n_unknowns,
            element_along=size,
            elapsed=time.perf_counter() - start,
            on_nodes=True,
        )

    return march(program, walker, outcome, most=SNAPSHOTS)


def path_section(
    scene: Scene, found: Solution, patches: tuple[Patch, ...], length: float
) -> tuple[Section, float, tuple[float, float]]:
    """Return a section that is fine all along the way, its spans and the reach of a contact [m]."""
    size = min(patch.size for patch in patches)
    low, high = patches[0].low - found.touch.along, patches[-1].high - found.touch.along
    travel = scene.direction * length
    margin = BESIDE * (high - low)
    start = max(min(0.0, travel) + low - margin, scene.least)
    fine = Patch(start, max(0.0, travel) + high + margin, size)
    parts = at_rim(fine, scene.rim)
    size = parts[-1].size
    along = along_line(parts, scene.ends, scene.thickness)
    least = np.where(scene.layers.thickness > size, 2, 1)
    depth, owner = depth_line(scene.layers.thickness, size, least)
    return section_of(scene, along, depth, owner), size, (low, high)


def at_rim(fine: Patch, rim: tuple[float, float] | None) -> tuple[Patch, ...]:
    """Return a patch with finer spans at the rim of a flat punch, where the pressure peaks."""
    if rim is None:
        return (fine,)
    face, end = rim
    rounding = Patch(face - (end - face), end, (end - face) / SPANS_AT_RIM)
    inner = rounding.low - (fine.size - rounding.size) / NEAR_GROWTH
    if rounding.size >= fine.size or inner <= fine.size:
        return (fine,)
    return (Patch(fine.low, inner, fine.size), rounding)


class _Walker:
    """A tool on its way over a section."""

    def __init__(
        self, scene: Scene, section: Section, size: float, reach: tuple[float, float]
    ) -> None:
        self.scene, self.section, self.size, self.reach = scene, section, size, reach
        self.history = Memory(section)
        self.ledger = Ledger(section)
        self.displacement = section.rest()
        self.before: tuple[Array, float] | None = None
        self.along, self.time, self.residual = 0.0, 0.0, 0.0
        self.pass_number, self.lifted_from = 0, 0.0
        contact = self._contact(0.0)
        self.touch = Touch.none(contact.window.functions.size)
        self.newton = Newton(section, contact, self.history, LONGEST * scene.nose_radius)
        self._weigh()

    def _contact(self, along: float) -> ContactProblem:
        """Return the contact of a tool at a place."""
        low, high = self.reach
        margin = BESIDE * (high - low)
        breaks = self.section.along.breaks
        ends = np.clip([low + along - margin, high + along + margin], breaks[0], breaks[-1])
        window = Window.of(self.section.along, [(ends[0], ends[1])], self.section.form)
        scale = float(self.scene.shear_moduli.max()) / self.size
        none = np.zeros(window.functions.size)
        chain = self.scene.outline.chain
        return ContactProblem(window, chain, self.scene.friction, 0, none, along, scale)

    def _weigh(self) -> None:
        """Weigh the contact at the present state; from there the skin slips."""
        contact = self.newton.contact
        contact.weigh(self.displacement[contact.window.functions, 0], self.touch)
        contact.arc_before[:] = contact.weighed.arc

    def _turn_to(self, along: float) -> None:
        """Move the window along with the tool."""
        old, new = self.newton.contact.window, self._contact(self.along)
        if not np.array_equal(old.functions, new.window.functions):
            touch = Touch.none(new.window.functions.size)
            _, here, there = np.intersect1d(
                old.functions, new.window.functions, return_indices=True
            )
            touch.pressure[there] = self.touch.pressure[here]
            touch.drag[there] = self.touch.drag[here]
            touch.depth, touch.along = self.touch.depth, self.touch.along
            self.touch = touch
            self.newton.use(new)
            self._weigh()
        self.newton.contact.offset = along

    def begin(self, phase: Phase) -> None:
        """Turn to a phase."""
        self.before = None
        self.pass_number = max(self.pass_number, phase.pass_number)
        self.lifted_from = self.touch.depth

    def advance(self, phase: Phase, number: int, *, shown: bool) -> None:
        """Take one step of a phase, halved where needed; `shown` makes no difference."""
        del shown
        at, end = (number - 1) / phase.steps, number / phase.steps
        width, smallest = end - at, (end - at) / 2**HALVINGS
        while at < end - 1e-12:
            if self._attempt(phase, at, min(at + width, end)):
                at = min(at + width, end)
                width = min(2.0 * width, end - at) or width
                continue
            width *= 0.5
            if width < smallest:
                raise ConvergenceError(
                    f"step at {self.time:.3g} s did not converge", load_reached=at
                )

    def _attempt(self, phase: Phase, start: float, end: float) -> bool:
        """Try one step; accept it when it converges."""
        dt = (end**phase.power - start**phase.power) * phase.duration
        load = phase.load(self.scene.load, end, self.lifted_from)
        along = self.along
        if phase.name == "slide":
            along = self.scene.direction * (phase.start + phase.travel * end)
        self._turn_to(along)
        self.history.begin(self.section, dt)
        for guess in self._guesses(dt):
            try:
                solved = self.newton.solve(guess, self.touch, load, TOLERANCE)
            except ConvergenceError:
                continue
            if solved.converged:
                self._accept(solved.displacement, solved.touch, dt, along)
                self.residual = max(self.residual, solved.residual)
                return True
        return False

    def _guesses(self, dt: float) -> list[Array]:
        """Return starting points: the state continued, or as it is."""
        if self.before is None:
            return [self.displacement]
        last, last_dt = self.before
        ahead = self.displacement + dt / last_dt * (self.displacement - last)
        return [ahead, self.displacement]

    def _accept(self, displacement: Array, touch: Touch, dt: float, along: float) -> None:
        """Make a solved step the present state."""
        section, contact = self.section, self.newton.contact
        contact.weigh(displacement[contact.window.functions, 0], touch)
        points = PointFields.of(section, displacement)
        moved = np.array([along - self.along, touch.depth - self.touch.depth])
        self.ledger.add(section, self.history, points, contact, self.touch.drag, moved, touch)
        self.history.accept(section)
        self.before = (self.displacement, dt)
        self.displacement, self.touch, self.along = displacement, touch, along
        self.time += dt
        contact.arc_before[:] = contact.weighed.arc

    def snapshot(self) -> Snapshot:
        """Return the present state."""
        section, contact = self.section, self.newton.contact
        self.history.begin(section, 0.0)
        section.evaluate(self.displacement)
        points = PointFields.of(section, self.displacement)
        densities = self.ledger.densities(section)
        view = View(section, report_rows(section).depth)
        return Snapshot(
            displacement=view.displacement(self.displacement),
            cauchy=view.field(points.cauchy),
            strain_max_shear=view.field(points.max_shear),
            stored_density=view.field(densities.stored),
            dissipated_density=np.maximum(view.field(densities.lost), 0.0),
            contact=skin_contact(section.along, contact, self.touch, self.displacement),
            depth=self.touch.depth,
            along=self.along,
            tool_work=self.ledger.tool_work,
            stored_energy=total(section, densities.stored),
            viscous_work=total(section, densities.lost),
            friction_work=self.ledger.friction_work,
            pass_number=self.pass_number,
        )

    def recovered(self) -> Snapshot:
        """Return the last state before a step that failed."""
        return self.snapshot()
