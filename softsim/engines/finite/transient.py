"""Press and transient: the tool presses, dwells, slides and lifts, step by step in time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from softsim import progress
from softsim.engines.finite.contact import skin_contact
from softsim.engines.finite.failure import load_text, not_converged, part_text, reasons
from softsim.engines.finite.growth import grow
from softsim.engines.finite.newton import Newton, NewtonReport
from softsim.engines.finite.result import Ledger, bending_share
from softsim.engines.finite.scene import Scene, Solution, load_carried
from softsim.engines.finite.steady import loaded_width
from softsim.engines.finite.strip.grid import transfer, transfer_elements
from softsim.engines.finite.strip.histories import TimeHistory
from softsim.engines.finite.strip.state import State
from softsim.engines.finite.strip.strip import Array, Strip
from softsim.errors import ConvergenceError, InputError
from softsim.kernels.strip.contact import OPEN, contact_frames
from softsim.load import Load
from softsim.outcome import Snapshot
from softsim.problem import Problem

PRESS_TIME = 0.2  # [s] when none is given
NODES_ACROSS = 10  # of the loaded part of the contact
PRESS_STEPS, DWELL_STEPS, LIFT_STEPS = 24, 12, 32
ELEMENTS_A_STEP = 0.5  # travel of the tool in elements: whole ones in two, energy to well under 1 %
LEAST_SHARE = 10  # every phase has at least this part of the steps when the user gives their sum
FIRST_TOUCH = 8  # first part of the first step, in which the contact grows out of nothing
FIRST_TURN = 8  # first part of the first step back, in which friction turns
SNAPSHOTS = 200  # more steps than these are thinned in the result
TOLERANCE = 1e-5  # of the contact force, in every step; the forces are right to a tenth of it
HALVINGS = 7  # of a step that does not converge
PATIENCE = 16  # Newton iterations after which a step is halved
ITERATIONS_A_STEP = 30  # Newton's, on the average over the path, after which it is given up
CLEARANCE = 0.1  # of the indentation: the tool's height over the skin after a lift


@dataclass(frozen=True, slots=True)
class Phase:
    """One part of the stroke: its name, duration [s] and number of steps.

    A pass goes from `start` by `travel` [m]; its number is 0 in other phases.
    """

    name: str
    duration: float
    steps: int
    pass_number: int = 0
    start: float = 0.0
    travel: float = 0.0


@dataclass(frozen=True, slots=True)
class March:
    """A solved transient: the strip, its times [s], snapshots and effort.

    `bending` has force and `bending_share` of every snapshot.
    """

    strip: Strip
    times: Array
    snapshots: tuple[Snapshot, ...]
    bending: list[tuple[float, float]]
    iterations: int
    residual: float
    element_along: float
    warnings: tuple[str, ...] = ()


def plan_phases(problem: Problem, mode: str, element_along: float) -> tuple[Phase, ...]:
    """Split a press or transient into phases with steps."""
    stroke = problem.stroke
    durations = {"press": float(stroke.press_time or PRESS_TIME), "dwell": float(stroke.dwell)}
    wanted = {"press": PRESS_STEPS, "dwell": DWELL_STEPS, "slide": 0, "lift": LIFT_STEPS}
    if mode == "transient":
        if stroke.speed is None or stroke.length is None:
            raise InputError(
                "a transient needs speed and length of the slide; got "
                f"speed = {stroke.speed!r} and length = {stroke.length!r} "
                "(give e.g. speed='100 mm/s', length='20 mm', or use mode='press')"
            )
        passes = int(stroke.passes)
        durations["slide"] = passes * float(stroke.length) / abs(float(stroke.speed))
        each = max(1, round(float(stroke.length) / (ELEMENTS_A_STEP * element_along)))
        wanted["slide"] = passes * each
        if stroke.lift_time is not None:
            durations["lift"] = float(stroke.lift_time)
    used = {name: time for name, time in durations.items() if time > 0.0}
    if problem.resolution.steps is not None:
        wanted = _shared_steps(used, problem.resolution.steps)
    phases: list[Phase] = []
    for name, time in used.items():
        if name == "slide":
            phases += _passes(problem, time, wanted[name])
        else:
            phases.append(Phase(name, time, wanted[name]))
    return tuple(phases)


def _passes(problem: Problem, duration: float, steps: int) -> list[Phase]:
    """Return the passes of a slide, which share its duration and its steps."""
    there = problem.direction * float(problem.stroke.length)  # type: ignore[arg-type]
    passes = int(problem.stroke.passes)
    return [
        Phase(
            name="slide",
            duration=duration / passes,
            steps=max(1, steps * (k + 1) // passes - steps * k // passes),
            pass_number=k + 1,
            start=there if k % 2 else 0.0,
            travel=-there if k % 2 else there,
        )
        for k in range(passes)
    ]


def _shared_steps(durations: dict[str, float], total: int) -> dict[str, int]:
    """Share `total` steps among phases by duration, a few to each."""
    least = max(1, total // LEAST_SHARE)
    span = sum(durations.values())
    steps = {name: max(least, round(total * time / span)) for name, time in durations.items()}
    longest = max(durations, key=durations.__getitem__)
    steps[longest] = max(1, steps[longest] + total - sum(steps.values()))
    return steps


def solve_transient(problem: Problem, mode: str) -> March:
    """Solve a press or a transient.

    Raises
    ------
    ConvergenceError
        Where a step fails however small; its `partial` is the `March` so far.
    """
    scene = Scene.of(problem, None, mode)
    scene.refuse_too_fine()
    estimate, warnings = _contact_estimate(scene)
    size = float(scene.element_along or loaded_width(estimate) / NODES_ACROSS)
    if mode == "transient" and scene.element_along is None and problem.stroke.length is not None:
        length = float(problem.stroke.length)
        size = length / math.ceil(length / size)
    strip = _path_strip(problem, mode, scene, estimate, size)
    walker = _Walker(problem, scene, strip, estimate.state.depth)
    times, snapshots = [0.0], [walker.snapshot()]
    phases = plan_phases(problem, mode, size)
    total = sum(phase.steps for phase in phases)
    walker.budget = ITERATIONS_A_STEP * (total + FIRST_TOUCH)
    stride = math.ceil(total / SNAPSHOTS)

    def march() -> March:
        effort = (walker.newton.iterations, walker.worst_residual, size)
        return March(strip, np.asarray(times), tuple(snapshots), walker.bending, *effort, warnings)

    count = 0
    walker.newton.watch = lambda: progress.report(count, total, mode)
    for phase in phases:
        # of many passes not every turn is shown
        turns = 0 < phase.pass_number < int(problem.stroke.passes)
        end_shown = phase.steps >= stride or not turns
        for step in range(phase.steps):
            fractions = (step / phase.steps, (step + 1) / phase.steps)
            try:
                walker.walk(phase, *fractions)
            except ConvergenceError as error:
                if walker.time > times[-1]:
                    times.append(walker.time)
                    snapshots.append(walker.snapshot())
                error.partial = march()
                raise
            count += 1
            if count % stride == 0 or (step + 1 == phase.steps and end_shown):
                times.append(walker.time)
                snapshots.append(walker.snapshot())
    return march()


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


def _path_strip(
    problem: Problem, mode: str, scene: Scene, estimate: Solution, size: float
) -> Strip:
    """Strip whose fine part holds the contact all along the path."""
    stroke = problem.stroke
    travel = 0.0
    if mode == "transient" and stroke.length is not None:
        travel = problem.direction * float(stroke.length)
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

    def __init__(self, problem: Problem, scene: Scene, strip: Strip, full_depth: float) -> None:
        self.problem, self.scene, self.strip = problem, scene, strip
        self.full_depth = full_depth
        self.history = TimeHistory(strip)
        self.newton = Newton(strip, self.history, tolerance=TOLERANCE)
        self.ledger = Ledger(strip)
        self.state = State(strip.rest(), 0.0, 0.0)
        self.before: tuple[State, float] | None = None
        self.time = 0.0
        self.worst_residual = 0.0
        self.budget: float = math.inf
        self.phase: Phase | None = None
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

    def walk(self, phase: Phase, start: float, end: float) -> None:
        """Take one step of a phase, from fraction `start` to `end`, halved where needed."""
        if phase != self.phase:
            self.phase, self.before = phase, None
            self.pass_number = max(self.pass_number, phase.pass_number)
            self.lift_from = self.state.depth
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
        load, along = self._load(phase, end)
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

    def _load(self, phase: Phase, end: float) -> tuple[Load, float]:
        """Load and tool position at the end of a step."""
        full, along = self.scene.load, self.state.along
        if phase.name == "press":
            return full.times(end), along
        if phase.name == "slide":
            along = phase.start + phase.travel * end
        if phase.name == "lift":
            over = -CLEARANCE * abs(self.lift_from)
            return Load("indentation", self.lift_from + (over - self.lift_from) * end), along
        return full, along

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
