"""Way and time of a press or a transient: phases, nodes and steps, from the problem."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from softsim.engines.linear.medium.stack import FloatArray
from softsim.engines.linear.scene import Scene
from softsim.engines.linear.section.steady import nodes_for, seen_reach, solve_contact
from softsim.errors import ConvergenceError, InputError
from softsim.load import Load
from softsim.problem import Problem

PRESS_TIME = 0.2  # [s] when none is given
PRESS_STEPS, DWELL_STEPS, LIFT_STEPS = 24, 16, 32
# While sliding, over the narrowest contact: nodes and steps as for a contact alone, fewer where
# the way is long, never fewer than the second number.
NODES_PER_WIDTH, LEAST_NODES = 72, 24
STEPS_PER_WIDTH, LEAST_STEPS_PER_WIDTH = 12, 4
NODES_ON_WAY, STEPS_ON_WAY = 1536, 160
MOST_NODES_ON_WAY = 2**14
LEAST_STEPS = 4  # of every phase where the user gives their sum
CLEARANCE = 0.1  # of the indentation: the tool's height over the skin after a lift


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One part of the stroke.

    Parameters
    ----------
    name : {"press", "dwell", "slide", "lift"}
    durations : ndarray, shape (n_steps,)
        Of the steps [s].
    travel : int
        Nodes the tool moves on in every step; below 0 on the way back.
    pass_number : int
        From 1; 0 in other phases.
    """

    name: str
    durations: FloatArray
    travel: int = 0
    pass_number: int = 0


@dataclass(frozen=True, kw_only=True)
class Path:
    """Phases of a stroke and the nodes that see it.

    Parameters
    ----------
    phases : tuple of Phase
    spacing : float
        Of the nodes [m].
    first : int
        Number of the first node; node 0 is where the tool first stands.
    count : int
        Number of nodes.
    reach : float
        How far beyond the nodes a result reaches [m].
    """

    phases: tuple[Phase, ...]
    spacing: float
    first: int
    count: int
    reach: float

    @property
    def along(self) -> FloatArray:
        """Places of the nodes [m]."""
        return np.asarray((self.first + np.arange(self.count)) * self.spacing)


def plan_path(problem: Problem, scene: Scene, mode: str) -> Path:
    """Return the way of a press or a transient.

    Parameters
    ----------
    problem : Problem
    scene : Scene
        Of a tool that moves towards +x.
    mode : {"press", "transient"}

    Notes
    -----
    The narrowest contact (sudden) sets the nodes and the steps, the widest (long at rest) the
    skin looked at.
    """
    sudden = solve_contact(replace(scene, speed=math.inf, friction=0.0))[1]
    rest = solve_contact(replace(scene, speed=0.0, friction=0.0), over_bone=False)[1]
    width = min(sudden.half_width, rest.half_width) * 2.0
    spacing = nodes_for(scene, 0.0, width).spacing
    length = float(problem.stroke.length or 0.0) if mode == "transient" else 0.0
    durations, passes = _durations(problem, mode), int(problem.stroke.passes)
    counts = _shared_steps(durations, passes, problem.resolution.steps)
    travel = 0
    if length > 0.0:
        if scene.spacing is None:
            even = (length + 4.0 * width) / NODES_ON_WAY
            spacing = min(max(even, width / NODES_PER_WIDTH), width / LEAST_NODES)
        if "slide" not in counts:
            even = min(max(length / STEPS_ON_WAY, width / STEPS_PER_WIDTH), length)
            counts["slide"] = math.ceil(length / min(even, width / LEAST_STEPS_PER_WIDTH))
        travel = math.ceil(length / (counts["slide"] * spacing))
        spacing = length / (counts["slide"] * travel)
    phases: list[Phase] = []
    for name, duration in durations.items():
        steps = _steps(name, duration, counts[name])
        if name != "slide":
            phases.append(Phase(name=name, durations=steps))
            continue
        for k in range(passes):
            way = -travel if k % 2 else travel
            phases.append(Phase(name=name, durations=steps, travel=way, pass_number=k + 1))
    widest = 2.0 * max(rest.half_width, sudden.half_width)
    low = min(rest.left_edge, sudden.left_edge) - widest
    high = max(rest.right_edge, sudden.right_edge) + widest + length
    first = math.floor(low / spacing)
    count = math.ceil(high / spacing) - first + 1
    _check_path(count, spacing, (width, widest), length, scene)
    reach = max(seen_reach(widest, scene.thickness, spacing) - 1.5 * widest, 0.0)
    return Path(phases=tuple(phases), spacing=spacing, first=first, count=count, reach=reach)


def _check_path(
    count: int, spacing: float, widths: tuple[float, float], length: float, scene: Scene
) -> None:
    """Refuse more nodes than can be marched, before they are made."""
    if count <= MOST_NODES_ON_WAY:
        return
    text = (
        f"{count} nodes {1e3 * spacing:.3g} mm apart (at most {MOST_NODES_ON_WAY}) would be needed "
        f"for a contact {1e3 * widths[0]:.3g} mm wide when pressed suddenly and "
        f"{1e3 * widths[1]:.3g} mm at rest"
    )
    if length > 0.0:
        text += f", on a way of {1e3 * length:.3g} mm"
    if scene.spacing is not None:
        raise InputError(f"element_along is {scene.spacing:g} m: {text}; take a longer one")
    raise ConvergenceError(
        f"{text}; give a shorter length, or a longer resolution.element_along, e.g. "
        f"'{2e3 * spacing * count / MOST_NODES_ON_WAY:.2g} mm'"
    )


def press_times(problem: Problem) -> tuple[FloatArray, FloatArray]:
    """Return the times of a press, 0 first, and the share of the load there.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    times, share : ndarray, shape (n_steps + 1,)
        [s] and [-].
    """
    durations = _durations(problem, "press")
    counts = _shared_steps(durations, 1, problem.resolution.steps)
    steps = [_steps(name, duration, counts[name]) for name, duration in durations.items()]
    times = np.append(0.0, np.cumsum(np.concatenate(steps)))
    return times, np.minimum(times / durations["press"], 1.0)


def _durations(problem: Problem, mode: str) -> dict[str, float]:
    """Return the phases that take time, the slide for one pass [s]."""
    stroke = problem.stroke
    durations = {"press": float(stroke.press_time or PRESS_TIME), "dwell": float(stroke.dwell)}
    if mode == "transient":
        assert stroke.length is not None
        assert stroke.speed is not None
        durations["slide"] = float(stroke.length) / abs(float(stroke.speed))
        durations["lift"] = float(stroke.lift_time or 0.0)
    return {name: time for name, time in durations.items() if time > 0.0}


def _shared_steps(durations: dict[str, float], passes: int, total: int | None) -> dict[str, int]:
    """Return the steps of the phases, the slide for one pass.

    A number given is shared by duration, a few to each; the passes take equally many.
    """
    if total is None:
        return {"press": PRESS_STEPS, "dwell": DWELL_STEPS, "lift": LIFT_STEPS}
    durations = {
        name: time * (passes if name == "slide" else 1) for name, time in durations.items()
    }
    least = min(LEAST_STEPS, max(1, total // (2 * len(durations))))
    whole = sum(durations.values())
    steps = {name: max(least, round(total * time / whole)) for name, time in durations.items()}
    longest = max(durations, key=durations.__getitem__)
    steps[longest] = max(1, steps[longest] + total - sum(steps.values()))
    if "slide" in steps:
        steps["slide"] = max(1, round(steps["slide"] / passes))
    return steps


def _steps(name: str, duration: float, count: int) -> FloatArray:
    """Return the durations of the steps of a phase; a dwell starts with short ones [s]."""
    share = np.linspace(0.0, 1.0, count + 1)
    return np.diff(duration * (share**2 if name == "dwell" else share))


def load_at(scene: Scene, phase: str, share: float, lifted_from: float) -> Load:
    """Return the load at the end of a step.

    Parameters
    ----------
    scene : Scene
    phase : str
        Name.
    share : float
        Of the phase that has passed [-].
    lifted_from : float
        Indentation before the lift [m].
    """
    if phase == "lift":
        over = -CLEARANCE * abs(lifted_from)
        return Load("indentation", lifted_from + (over - lifted_from) * share)
    return scene.load.times(share if phase == "press" else 1.0)
