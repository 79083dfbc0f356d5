"""Press and transient: the tool presses, dwells, slides and lifts, step by step in time."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from softsim.engines.finite.contact import skin_contact
from softsim.engines.finite.failure import load_text, not_converged, part_text, reasons
from softsim.engines.finite.growth import grow
from softsim.engines.finite.newton import Newton, NewtonReport
from softsim.engines.finite.result import Ledger, bending_share, bending_warnings
from softsim.engines.finite.scene import Scene, Solution, load_carried
from softsim.engines.finite.steady import loaded_width
from softsim.engines.finite.strip.grid import transfer, transfer_elements
from softsim.engines.finite.strip.histories import TimeHistory
from softsim.engines.finite.strip.state import State
from softsim.engines.finite.strip.strip import Array, Strip
from softsim.engines.march import march
from softsim.errors import ConvergenceError, InputError
from softsim.kernels.strip.contact import OPEN, contact_frames
from softsim.load import Load
from softsim.outcome import Outcome, Rows, Snapshot
from softsim.problem import Problem
from softsim.program import Phase, Program, StepRule

NODES_ACROSS = 10  # of the loaded part of the contact
ELEMENTS_A_STEP = 0.5  # travel of the tool in elements: whole ones in two, energy to well under 1 %
LEAST_SHARE = 10  # every phase has at least this part of the steps when the user gives their sum
STEPS = StepRule(press=24, dwell=12, lift=32, least=lambda total, _: max(1, total // LEAST_SHARE))
FIRST_TOUCH = 8  # first part of the first step, in which the contact grows out of nothing
FIRST_TURN = 8  # first part of the first step back, in which friction turns
SNAPSHOTS = 200  # more steps than these are thinned in the result
TOLERANCE = 1e-5  # of the contact force, in every step; the forces are right to a tenth of it
HALVINGS = 7  # of a step that does not converge
PATIENCE = 16  # Newton iterations after which a step is halved
ITERATIONS_A_STEP = 30  # Newton's, on the average over the path, after which it is given up


def solve_transient(problem: Problem, mode: str) -> Outcome:
    """Solve a press or a transient.

    Raises
    ------
    ConvergenceError
        Where a step fails however small; its `partial` is the `Outcome` so far.
    """
    start = time.perf_counter()
    scene = Scene.of(problem, None, mode)
    scene.refuse_too_fine()
    estimate, warnings = _contact_estimate(scene)
    length = float(problem.stroke.length or 0.0) if mode == "transient" else 0.0
    size = float(scene.element_along or loaded_width(estimate) / NODES_ACROSS)
    if length and scene.element_along is None:
        size = length / math.ceil(length / size)
    strip = _path_strip(scene, estimate, scene.direction * length, size)
    pass_steps = max(1, round(length / (ELEMENTS_A_STEP * size)))
    program = Program.of(problem, mode, STEPS, pass_steps=pass_steps)
    walker = _Walker(scene, strip, estimate.state.depth)
    walker.budget = ITERATIONS_A_STEP * (program.steps + FIRST_TOUCH)

    def outcome(times: Array, snapshots: tuple[Snapshot, ...]) -> Outcome:
        return Outcome(
            mode=mode,
            columns=strip.grid.column_edges,
            rows=Rows(strip.grid.row_edges, strip.grid.row_layer),
            rest_stress=strip.rest_stress,
            times=times,
            snapshots=snapshots,
            iterations=walker.newton.iterations,
            residual=walker.worst_residual,
            n_unknowns=strip.grid.n_unknowns,
            element_along=size,
            elapsed=time.perf_counter() - start,
            on_nodes=False,
            warnings=(*warnings, *bending_warnings(walker.bending)),
        )

    return march(program, walker, outcome, most=SNAPSHOTS)


def _contact_estimate(scene: Scene) -> tuple[Solution, tuple[str, ...]]:
    """Return the contact under full load without friction on a coarse grid, with a warning.

    Where relaxed tissue cannot carry the load, the largest contact that was found serves: tissue
    that has no time to relax may carry it all the same.
    """
    try:
        return grow(replace(scene, friction=0.0)), ()
    except ConvergenceError as error:
        if error.partial is None:
            raise not_converged(scene, None, error.residual) from error
        found: Solution = error.partial
        part = part_text(scene, load_carried(scene, found.contact, found.state.depth))
        return found, (
            f"elements are sized by the contact at {part}: relaxed tissue was not found to carry "
            "more",
        )


def _path_strip(scene: Scene, estimate: Solution, travel: float, size: float) -> Strip:
    """Strip whose fine part holds the contact all along the path."""
    contact = estimate.contact
    shift = estimate.state.along
    low, high = contact.low - shift, contact.high - shift
    margin = max(0.5 * (high - low), 6.0 * size)
    fine = (min(0.0, travel) + low - margin, max(0.0, travel) + high + margin)
    if scene.half_width is not None:
        middle = 0.5 * travel
        ends = (middle - scene.half_width, middle + scene.half_width)
        if fine[0] < ends[0] or fine[1] > ends[1]:
            raise InputError(
                f"width of the tissue is {2.0 * scene.half_width:g} m; must be at least "
                f"{2.0 * max(middle - fine[0], fine[1] - middle):.3g} m to hold the stroke "
                "(widen it, or leave it out)"
            )
        if scene.growth == 1.0:
            fine = ends
        return scene.strip(fine, size, ends=ends)
    return scene.strip(fine, size)


class _Walker:
    """State of a transient on its way, and the steps it takes."""

    def __init__(self, scene: Scene, strip: Strip, full_depth: float) -> None:
        self.scene, self.strip, self.full_depth = scene, strip, full_depth
        self.history = TimeHistory(strip)
        self.newton = Newton(strip, self.history, tolerance=TOLERANCE)
        self.ledger = Ledger(strip)
        self.state = State(strip.rest(), 0.0, 0.0)
        self.before: tuple[State, float] | None = None
        self.time = 0.0
        self.worst_residual = 0.0
        self.budget: float = math.inf
        self.pass_number = 0
        self.served = ""
        self.lift_from = 0.0
        self.bending: list[tuple[float, float]] = []
        strip.assemble_forces(self.state.displacement)
        self._mark_sticking()

    def snapshot(self) -> Snapshot:
        """Recover the present state."""
        shot = self.ledger.snapshot(self.strip, self.state, self.pass_number)
        share = bending_share(self.strip, self.state, shot.stored_density)
        self.bending.append((shot.contact.force_depth, share))
        return shot

    def recovered(self) -> Snapshot:
        """Recover the last state before a step that failed."""
        return self.snapshot()

    def begin(self, phase: Phase) -> None:
        """Turn to a phase."""
        self.before = None
        self.pass_number = max(self.pass_number, phase.pass_number)
        self.lift_from = self.state.depth

    def advance(self, phase: Phase, number: int, *, shown: bool) -> None:
        """Take one step of a phase, halved where needed; `shown` makes no difference."""
        del shown
        start, end = (number - 1) / phase.steps, number / phase.steps
        at, width = start, end - start
        if phase.name == "press" and start == 0.0:
            width /= FIRST_TOUCH
        if phase.pass_number > 1 and start == 0.0:
            width /= FIRST_TURN
        smallest = (end - start) / 2**HALVINGS
        while at < end - 1e-12:
            report = self._attempt(phase, at, min(at + width, end))
            if report.converged:
                at = min(at + width, end)
                self.worst_residual = max(self.worst_residual, report.residual)
                width = min(2.0 * width, end - start)
                continue
            width *= 0.5
            if width < smallest or self.newton.iterations > self.budget:
                raise self._stopped(phase, at, report.residual)

    def _stopped(self, phase: Phase, at: float, residual: float) -> ConvergenceError:
        """Return the error of a step that failed however small; recovers the last state."""
        self.history.begin(self.strip, 0.0)
        self.strip.evaluate(self.state.displacement)
        self.strip.assemble_forces(self.state.displacement)
        scene, contact = self.scene, skin_contact(self.strip, self.state)
        found = reasons(scene, self.strip, self.state.depth)
        if self.newton.iterations > self.budget:
            found.append(f"the budget of {self.budget} iterations is spent")
        because = f": there {', '.join(found)}" if found else ""
        full = load_text(scene, scene.load.value)
        if phase.name == "press":
            part = part_text(scene, load_carried(scene, contact, self.state.depth))
            where, cure = f"up to {part} of {full}", f"take {part} or less, or a blunter edge"
        elif phase.name == "slide":
            way = 1e3 * at * abs(phase.travel)
            where = f"through {way:.3g} mm of pass {phase.pass_number} at {full}"
            cure = "take a shorter length, a lower load or less friction"
        else:
            where = f"through {at * phase.duration:.3g} s of the {phase.name} at {full}"
            cure = f"leave the {phase.name} out, or take more resolution.steps"
        return ConvergenceError(
            f"{scene.mode} was solved {where} (until {self.time:.3g} s) and did not converge "
            f"beyond{because} (relative residual {residual:.1e}); {cure}",
            load_reached=at if phase.name == "press" else 1.0,
            residual=residual,
        )

    def _attempt(self, phase: Phase, start: float, end: float) -> NewtonReport:
        """Try one step; accept it when it converges."""
        dt = (end - start) * phase.duration
        states = self.strip.work.states.copy()
        sticking = self.strip.work.frames.copy()
        self.history.begin(self.strip, dt)
        load, along = phase.load(self.scene.load, end, self.lift_from), self.state.along
        if phase.name == "slide":
            along = self.scene.direction * (phase.start + phase.travel * end)
        report = NewtonReport(False, 0, math.inf)
        for name in self._kinds_of_guess(along):
            trial, shift = self._guess(name, dt, along)
            edges = self.strip.grid.column_edges
            self.strip.work.states[:] = states[
                np.argmin(np.abs((edges - shift)[:, None] - edges[None, :]), axis=1)
            ]
            self.strip.work.frames[:] = sticking
            if load.kind != "indentation" and not (states != OPEN).any():
                share = load.value / self.scene.load.value
                touch = Load("indentation", share * self.full_depth)
                if not self.newton.solve(trial, touch, PATIENCE).converged:
                    continue
            report = self.newton.solve(trial, load, PATIENCE)
            if report.converged:
                self.served = name
                self._accept(trial, dt)
                return report
        self.strip.work.states[:] = states
        self.strip.work.frames[:] = sticking
        return report

    def _kinds_of_guess(self, along: float) -> list[str]:
        """Name the starting points for a step to try; the kind that served last comes first."""
        kinds = ["same"]
        if along != self.state.along:
            kinds.insert(0, "moved")
        if self.before is not None:
            kinds.insert(0, "ahead")
        return sorted(kinds, key=lambda name: name != self.served)

    def _guess(self, kind: str, dt: float, along: float) -> tuple[State, float]:
        """Return a starting point for a step, and the distance by which its imprint has moved.

        "ahead" is extrapolated in time (skin that sticks), "moved" carried along by the tool (skin
        that slips), "same" as it was.
        """
        grid, shift = self.strip.grid, 0.0
        guess = self.state.copy()
        if kind == "ahead" and self.before is not None:
            last, last_dt = self.before
            guess = self.state.beyond(last, dt / last_dt)
        if kind == "moved":
            shift = along - self.state.along
            guess.displacement = transfer(guess.displacement, grid, grid, -shift)
            if guess.mean_stress is not None:
                guess.mean_stress = transfer_elements(guess.mean_stress, grid, grid, -shift)
        guess.along = along
        return guess, shift

    def _accept(self, state: State, dt: float) -> None:
        """Make a converged trial the present state."""
        self.ledger.add_step(self.strip, self.history, self.state, state, dt)
        self.history.accept(self.strip)
        self.before = (self.state, dt)
        self.state = state
        self.time += dt
        self._mark_sticking()

    def _mark_sticking(self) -> None:
        """Remember where on the edge every skin node is: there it sticks if it touches."""
        work = self.strip.work
        contact_frames(
            self.strip.skin(self.state.displacement),
            self.state.along,
            self.state.depth,
            self.strip.chain,
            work.frames,
        )
        work.frames[:, 5] = work.frames[:, 3]
