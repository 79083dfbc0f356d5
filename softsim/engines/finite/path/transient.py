"""Press and transient: the tool presses, dwells, slides and lifts, step by step in time."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

import numpy as np

from softsim.engines.finite.accuracy import Measured, Pass, errors_left, unknown_errors
from softsim.engines.finite.contact import ContactProblem, Touch, Window
from softsim.engines.finite.failure import (
    Why,
    because,
    carried,
    load_text,
    not_loaded,
    part_text,
)
from softsim.engines.finite.newton import Newton, Solved
from softsim.engines.finite.path.carried import Trail
from softsim.engines.finite.path.mesh import PathMesh, path_mesh, path_pass
from softsim.engines.finite.scene import Scene
from softsim.engines.finite.search.passes import look
from softsim.engines.finite.search.patches import resolved_patches
from softsim.engines.finite.search.states import (
    LONGEST,
    Solution,
    measured,
    on_patches,
)
from softsim.engines.finite.skin import overlap, skin_contact
from softsim.engines.finite.slipping import check_patches, far_slips
from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.tissue.energy import Ledger, total
from softsim.engines.finite.tissue.fields import (
    PointFields,
    View,
    boundaries,
    green_strain,
    report_rows,
    rest_stress,
    solved_rows,
)
from softsim.engines.finite.tissue.histories import Memory
from softsim.engines.march import march, told
from softsim.errors import ConvergenceError
from softsim.friction import Friction
from softsim.kernels.splines.geometry import PLANE
from softsim.load import Load, force_at_pressure
from softsim.motion import reach_of
from softsim.outcome import Contact, Outcome, Snapshot, ToolState
from softsim.problem import Problem
from softsim.program import Phase, Program, StepRule

SPANS_A_STEP = 0.5  # travel of the tool
BESIDE, LEAST_BESIDE = 0.5, 4.0  # of a contact, spans: the window reaches beyond it
STRAY = 0.5  # of that, by which the tool leaves the middle of the window before that follows
WIDENINGS, WIDER = 4, 1.5  # of a window that the contact has come to the end of
SNAPSHOTS = 200  # more steps than these are thinned in the result
TOLERANCE = 1e-5
STALE = 3  # iterations of a step after which its factor serves no further one
PRESSURE_MET = 1e-3  # in ln
HALVINGS = 6
FIRST_PART = 0.25  # of the step that first touches: trapezoids of the work miss most where F bends
ITERATIONS_A_STEP = 30  # Newton's, on the average over the path, after which it is given up
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
    found, warnings = _estimate(problem, mode, scene)
    slides = mode == "transient"
    ahead = reach_of(problem.stroke) if slides else (0.0, 0.0)
    length = float(problem.stroke.way or 0.0) if slides else 0.0
    accuracy = path_pass(scene, slides=length > 0.0)
    coarse, fine = measured(found), _resolved(scene, found, accuracy)
    mesh = path_mesh(scene, found, accuracy, ahead)
    section = mesh.section
    check_patches(problem.tissue, section.along.breaks)
    rolled = scene.nose_radius * problem.stroke.turning if slides else 0.0
    pass_steps = max(1, round((length + rolled) / (SPANS_A_STEP * mesh.size)))
    program = Program.of(problem, mode, STEPS, pass_steps=pass_steps)
    walker = _Walker(problem, mode, mesh)
    walker.budget = ITERATIONS_A_STEP * program.steps
    walker.newton.largest = found.force_depth  # first steps may not touch at all
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
            element_along=mesh.size,
            elapsed=time.perf_counter() - start,
            on_nodes=True,
            attributes=solved_rows(section) | told(program),
            warnings=(*warnings, *far_slips(snapshots)),
            errors=_errors(scene, coarse, fine, [shot.contact for shot in snapshots]),
        )

    return march(program, walker, outcome, most=SNAPSHOTS)


def _estimate(problem: Problem, mode: str, scene: Scene) -> tuple[Solution, tuple[str, ...]]:
    """Return the contact under full load without friction on few spans, with a warning.

    Where relaxed tissue cannot carry the load, the largest contact that was found serves: tissue
    that has no time to relax may carry it all the same.
    """
    smooth = replace(scene, friction=Friction.none())
    if scene.load.kind == "pressure":
        force = 2.0 * scene.load.value * scene.expected_half_width()
        smooth = replace(smooth, load=Load("force", force))
    try:
        return look(smooth), ()
    except ConvergenceError as error:
        if error.partial is None:
            raise not_loaded(problem, mode, 0.0, Why(), error.residual) from error
        found: Solution = error.partial
        part = part_text(problem, error.load_reached * scene.load.value)
        return found, (
            f"spans are sized by the contact at {part}: relaxed tissue was not found to carry more",
        )


def _resolved(scene: Scene, found: Solution, accuracy: Pass) -> Measured | None:
    """Return the scalars of the relaxed press on the spans of the path; None where that fails.

    What is prescribed of the stroke is so here.
    """
    patches = resolved_patches(scene, found, accuracy.spans, scene.element_along)
    is_sunk = scene.load.kind == "indentation"
    load = Load("indentation", found.touch.depth) if is_sunk else Load("force", found.force_depth)
    part = replace(scene, friction=Friction.none(), load=load)
    try:
        fine = on_patches(part, patches, accuracy, found)
    except ConvergenceError:
        return None
    return measured(fine) if fine.converged else None


def _errors(
    scene: Scene, coarse: Measured, fine: Measured | None, contacts: Sequence[Contact]
) -> Mapping[str, Array]:
    """Return the errors of the spans, from the relaxed press: time adds little to them.

    A press without friction drags nothing: the tangential force is as well known as the normal
    force or, where that is prescribed, the depth.
    """
    if fine is None:
        return unknown_errors(coarse)
    errors = errors_left(fine, coarse, scene.accuracy, scene.load.kind, contacts)
    if scene.load.kind == "pressure":  # the force is the pressure times the width
        errors["normal_force"] = errors["contact_width"]
    if scene.form == PLANE:
        pressed = np.maximum(errors["normal_force"], errors["indentation"])
        errors["tangential_force"] = np.maximum(errors["tangential_force"], pressed)
    return errors


class _Walker:
    """A tool on its way over a section."""

    def __init__(self, problem: Problem, mode: str, mesh: PathMesh) -> None:
        section, size, reach = mesh.section, mesh.size, mesh.reach
        self.problem, self.mode, self.scene = problem, mode, Scene.of(problem, speed=None)
        self.section, self.size, self.reach = section, size, reach
        self.margin = max(BESIDE * (reach[1] - reach[0]), LEAST_BESIDE * size)
        self.history, self.ledger = Memory(section), Ledger(section)
        self.view = View(section, report_rows(section).depth)
        self.displacement = section.rest()
        self.trail, self.cuts = Trail(size, section.along.greville), False
        self.along, self.time, self.residual = 0.0, 0.0, 0.0
        self.pass_number, self.stroke_number, self.way, self.lifted_from = 0, 1, 0.0, 0.0
        self.outline, self.angle = self.scene.outline, problem.stroke.first_angle
        self.leaned, self.blade = self.angle, np.array(self.outline.origin)
        self.is_stale, self.budget, self.failed = True, math.inf, math.inf
        contact = self._contact(0.0)
        self.touch = Touch.none(contact.window.functions.size)
        longest = LONGEST * self.scene.nose_radius
        self.newton = Newton(section, contact, self.history, longest)
        self.expected = section.expected_now()
        self._weigh()

    def _contact(self, along: float) -> ContactProblem:
        """Return the contact of a tool at a place."""
        low, high = self.reach
        breaks = self.section.along.breaks
        ends = np.clip(
            [low + along - self.margin, high + along + self.margin], breaks[0], breaks[-1]
        )
        window = Window.of(self.section.along, [(ends[0], ends[1])], self.section.form)
        scale = self.scene.skin_modulus / self.size
        none = np.zeros(window.functions.size)
        chain = self.outline.chain
        self.window_at = along
        return ContactProblem(window, chain, self.scene.friction, 0, none, along, scale)

    def _weigh(self) -> None:
        """Weigh the contact at the present state; from there the skin slips."""
        contact = self.newton.contact
        contact.offset = self.along
        contact.weigh(self.displacement[contact.window.functions, 0], self.touch)
        contact.arc_before[:] = contact.weighed.arc

    def _move_window(self, along: float) -> None:
        """Lay the window where the tool goes; the tractions stay on the skin."""
        leaned = self.leaned
        self._lean(self.angle)  # the skin slips from the state before the step
        old, new = self.newton.contact.window, self._contact(along)
        touch = Touch.none(new.window.functions.size)
        _, here, there = np.intersect1d(old.functions, new.window.functions, return_indices=True)
        touch.pressure[there] = self.touch.pressure[here]
        touch.drag[there] = self.touch.drag[here]
        touch.depth, touch.along = self.touch.depth, self.touch.along
        new.grip.follow(self.newton.contact.grip, here, there, self.touch.pressure > 0.0)
        self.touch = touch
        self.newton.use(new)
        self._weigh()
        self._lean(leaned)

    def begin(self, phase: Phase) -> None:
        """Turn to a phase."""
        self.trail.states.clear()
        self.trail.add(self.displacement, self.touch, self.newton.contact.window, 0.0)
        if phase.stroke_number > self.stroke_number:
            self.stroke_number, self.pass_number = phase.stroke_number, 0
        self.pass_number = phase.pass_number or self.pass_number
        self.lifted_from = self.touch.depth

    def advance(self, phase: Phase, number: int, *, shown: bool) -> None:
        """Take one step of a phase, halved where needed; `shown` makes no difference."""
        del shown
        at, end = (number - 1) / phase.steps, number / phase.steps
        width, smallest = end - at, (end - at) / 2**HALVINGS
        if self.time == 0.0:
            width *= FIRST_PART
        while at < end - 1e-12:
            if self._attempt(phase, at, min(at + width, end)):
                at = min(at + width, end)
                width = min(2.0 * width, end - at) or width
                continue
            width *= 0.5
            if width < smallest or self.newton.iterations > self.budget:
                raise self._stopped(phase, at)

    def _stopped(self, phase: Phase, at: float) -> ConvergenceError:
        """Return the error of a step that failed however small; recovers the last state."""
        contact, touch, problem = self.newton.contact, self.touch, self.problem
        self._lean(self.angle)
        self.history.begin(self.section, 0.0)
        self.section.evaluate(self.displacement)
        self._weigh()
        spent = self.newton.iterations > self.budget
        more = [f"the budget of {self.budget} iterations is spent"] if spent else []
        more += ["the tool would cut into the skin"] if self.cuts else []
        why = because(problem, self.section, contact, touch, self.displacement, *more)
        if phase.name == "press":
            reached = carried(self.scene.load.kind, self._shown(), touch.depth)
            return not_loaded(problem, self.mode, reached, why, self.failed)
        full = load_text(problem, self.scene.load.value)
        if phase.name == "slide":
            way = 1e3 * abs(phase.place(at) - phase.start)
            where = f"through {way:.3g} mm of pass {phase.pass_number} at {full}"
            cure = "take a shorter length, a lower load or less friction"
        else:
            where = f"through {at * phase.duration:.3g} s of the {phase.name} at {full}"
            cure = f"leave the {phase.name} out, or take more resolution.steps"
        return ConvergenceError(
            f"{self.mode} was solved {where} (until {self.time:.3g} s) and did not converge "
            f"beyond{why.text} (relative residual {self.failed:.1e}); {cure}",
            load_reached=1.0,
            residual=self.failed,
        )

    def _attempt(self, phase: Phase, start: float, end: float) -> bool:
        """Try one step; accept it when it converges."""
        dt = phase.time(end) - phase.time(start)
        load = phase.load(self.scene.load, end, self.lifted_from)
        along = self.scene.direction * phase.place(end)
        self._lean(phase.angle(end))
        if abs(along - self.window_at) > STRAY * self.margin:
            self._move_window(along)
        self.history.begin(self.section, dt)
        self.failed, self.cuts = math.inf, False
        for guess in self.trail.guesses(along, end - start):
            # in the window as the guess before has left it
            touch = guess.touch(self.touch, self.newton.contact.window)
            self.newton.contact.offset = along
            begun = self.newton.iterations
            if self.is_stale:
                self.newton.reduced = None
            solved = self._solve(guess.displacement, touch, load)
            if solved is not None:
                self.is_stale = self.newton.iterations - begun > STALE
                self._accept(solved, dt, along, phase)
                window = self.newton.contact.window
                self.trail.add(self.displacement, self.touch, window, end - start)
                return True
            self.is_stale = True
            self.newton.expected = self.expected.copy()
        return False

    def _lean(self, angle: float | None) -> None:
        """Turn the edge to an angle, where that changes [rad]; its lowest point stays."""
        if angle is not None and angle != self.leaned:
            self.leaned, self.outline = angle, self.problem.outline_at(angle)
            self.newton.contact.chain = self.outline.chain

    def _solve(self, displacement: Array, touch: Touch, load: Load) -> Solved | None:
        """Solve a step from a guess, in a window that is widened where the contact leaves it."""
        for _ in range(WIDENINGS):
            try:
                solved = self._under(displacement, touch, load)
            except ConvergenceError as error:
                self.failed = error.residual
                return None
            if solved.converged:
                place = self.newton.contact, solved.touch, solved.displacement
                self.cuts = overlap(self.section.along, *place) > self.size
                return None if self.cuts else solved
            self.failed = solved.residual
            if not (solved.touch.pressure[self.newton.contact.window.rims] > 0.0).any():
                return None
            along = self.newton.contact.offset
            self.margin *= WIDER
            self._move_window(along)
            self.newton.contact.offset = along
            touch = self.touch
        return None

    def _under(self, displacement: Array, touch: Touch, load: Load) -> Solved:
        """Solve under a load; a mean pressure is met by the force."""
        if load.kind != "pressure":
            return self.newton.solve(displacement, touch, load, TOLERANCE)
        force = float(self.newton.contact.force(touch)[:, 1].sum()) if touch.pressure.any() else 0.0
        first = force or 2.0 * load.value * replace(self.scene, load=load).expected_half_width()
        state = displacement, touch

        def trial(force: float) -> tuple[Solved, float]:
            nonlocal state
            found = self.newton.solve(*state, Load("force", force), TOLERANCE)
            if not found.converged:
                return found, 0.0
            state = found.displacement, found.touch
            shown = skin_contact(self.section.along, self.newton.contact, found.touch, state[0])
            excess = math.log(shown.force_depth / shown.width / load.value)
            return found, 0.0 if abs(excess) < PRESSURE_MET else excess

        return force_at_pressure(trial, first, largest_step=1.0, solves=16, secants=8)[0]

    def _accept(self, solved: Solved, dt: float, along: float, phase: Phase) -> None:
        """Make a solved step the present state."""
        section, contact, touch = self.section, self.newton.contact, solved.touch
        contact.weigh(solved.displacement[contact.window.functions, 0], touch)
        section.evaluate(solved.displacement, tangent=True)  # energies of branches need it
        strain = green_strain(section, solved.displacement)
        moved, push = self._moved(solved, along)
        drag = self.touch.drag
        self.ledger.add(section, self.history, strain, contact, drag, moved, push, touch)
        self.way += 0.0 if phase.is_over_skin else abs(along - self.along)
        self.history.accept(section)
        self.displacement, self.touch, self.along = solved.displacement, touch, along
        self.time += dt
        self.residual = max(self.residual, solved.residual)
        self.expected = section.expected_now()
        contact.arc_before[:] = contact.weighed.arc
        contact.grip.end_step(contact.slid(touch), touch.pressure > 0.0)

    def _moved(self, solved: Solved, along: float) -> tuple[Array, Array]:
        """Return how a point of the blade has moved in a step, and force and moment about it."""
        contact, touch, angle = self.newton.contact, solved.touch, self.leaned
        at = np.array(self.outline.origin) + np.array([along, touch.depth])
        moved = np.append(at - self.blade, self.angle - angle)
        force = contact.force(touch)
        arm = solved.displacement[contact.window.functions, 0] - at
        arm[:, 0] += contact.window.place
        moment = float((arm[:, 0] * force[:, 1] - arm[:, 1] * force[:, 0]).sum())
        self.blade, self.angle = at, angle
        return moved, np.append(force.sum(axis=0), moment)

    def _shown(self) -> Contact:
        """Return the contact of the present state, as last weighed."""
        contact = self.newton.contact
        return skin_contact(self.section.along, contact, self.touch, self.displacement)

    def snapshot(self) -> Snapshot:
        """Return the present state, which the section holds."""
        section, view = self.section, self.view
        points = PointFields.of(section, self.displacement)
        densities, tool = self.ledger.densities(section), self.state()
        bonds = self.history.slips.bonds
        return Snapshot(
            displacement=view.displacement(self.displacement),
            cauchy=view.field(points.cauchy),
            strain_max_shear=view.field(points.max_shear),
            stored_density=view.density(densities.stored),
            dissipated_density=view.density(densities.lost),
            boundaries=boundaries(section, None if tool.patches is None else bonds.damage),
            **{part.name: getattr(tool, part.name) for part in fields(tool)},
        )

    def state(self) -> ToolState:
        """Return the tool at present."""
        section, ledger, slips = self.section, self.ledger, self.history.slips
        densities = ledger.densities(section)
        stored, lost = slips.energies(section.gliding)
        return ToolState(
            contact=self._shown(),
            depth=self.touch.depth,
            along=self.along,
            tool_work=ledger.tool_work,
            stored_energy=total(section, densities.stored) + stored,
            viscous_work=total(section, densities.lost) + lost,
            friction_work=ledger.friction_work,
            pass_number=self.pass_number,
            stroke_number=self.stroke_number,
            way=self.way,
            patches=slips.bonds.shown(section.gliding),
        )

    def recovered(self) -> Snapshot:
        """Return the last state before a step that failed."""
        return self.snapshot()
