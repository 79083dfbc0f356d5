"""Way of a press or a transient: nodes and steps that resolve the contact on it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from softsim.engines.linear.medium.stack import FloatArray
from softsim.engines.linear.scene import Scene
from softsim.engines.linear.section.steady import nodes_for, reported_reach, solve_contact
from softsim.errors import ConvergenceError, InputError
from softsim.history import History
from softsim.motion import reach_of
from softsim.problem import Problem
from softsim.program import Phase, Program, StepRule

LEAST_STEPS = 4  # of every phase where the user gives their sum
# A dwell starts with short steps; one step serves a whole slide.
STEPS = StepRule(
    press=24,
    dwell=16,
    lift=32,
    least=lambda total, phases: min(LEAST_STEPS, max(1, total // (2 * phases))),
    dwell_power=2.0,
    is_even=True,
)
# While sliding, over the narrowest contact: nodes and steps as for a contact alone, fewer where
# the way is long, never fewer than the second number.
NODES_PER_WIDTH, LEAST_NODES_PER_WIDTH = 72, 24
STEPS_PER_WIDTH, LEAST_STEPS_PER_WIDTH = 12, 4
NODES_ON_WAY, STEPS_ON_WAY = 1536, 160
MOST_NODES_ON_WAY = 2**14
FASTER = 1.6  # than on average, where the speed changes


@dataclass(frozen=True, kw_only=True)
class Path:
    """Program of a stroke and the nodes that see it.

    Parameters
    ----------
    program : Program
    spacing : float
        Of the nodes [m].
    first : int
        Number of the first node; node 0 is where the tool first stands.
    count : int
        Number of nodes.
    reach : float
        How far beyond the nodes a result reaches [m].
    """

    program: Program
    spacing: float
    first: int
    count: int
    reach: float

    @property
    def along(self) -> FloatArray:
        """Places of the nodes [m]."""
        return np.asarray((self.first + np.arange(self.count)) * self.spacing)

    def nodes(self, phase: Phase) -> NDArray[np.int64]:
        """Return the nodes where the tool is at the ends of the steps of a phase, one way on."""
        way = -1.0 if phase.travel < 0.0 else 1.0
        ahead = np.maximum.accumulate(np.rint(way * phase.places / self.spacing))
        return np.asarray(way * ahead, np.int64)


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
    sudden = solve_contact(replace(scene, speed=math.inf, friction=0.0))
    rest = solve_contact(replace(scene, speed=0.0, friction=0.0), over_bone=False)
    width = min(sudden.half_width, rest.half_width) * 2.0
    spacing = nodes_for(scene, 0.0, width).spacing
    stroke, slides = problem.stroke, mode == "transient"
    back, ahead = reach_of(stroke) if slides else (0.0, 0.0)
    way, length = float(stroke.way or 0.0) if slides else 0.0, ahead - back
    even = max(length / STEPS_ON_WAY, width / STEPS_PER_WIDTH)
    pass_steps = math.ceil(way / min(even, width / LEAST_STEPS_PER_WIDTH))
    is_uneven = isinstance(stroke.speed, History)
    if is_uneven:
        pass_steps = math.ceil(FASTER * pass_steps)
    program = Program.of(problem, mode, STEPS, pass_steps=pass_steps)
    if length > 0.0:
        if scene.spacing is None:
            even = (length + 4.0 * width) / NODES_ON_WAY
            spacing = min(max(even, width / NODES_PER_WIDTH), width / LEAST_NODES_PER_WIDTH)
        pass_steps = next(phase.steps for phase in program.phases if phase.pass_number)
        if not is_uneven:
            spacing = length / (pass_steps * math.ceil(length / (pass_steps * spacing)))
    widest = 2.0 * max(rest.half_width, sudden.half_width)
    low = min(rest.left_edge, sudden.left_edge) - widest + back
    high = max(rest.right_edge, sudden.right_edge) + widest + ahead
    first = math.floor(low / spacing)
    count = math.ceil(high / spacing) - first + 1
    _check_path(count, spacing, (width, widest), length, scene)
    reach = max(reported_reach(widest, scene.thickness, spacing) - 1.5 * widest, 0.0)
    return Path(program=program, spacing=spacing, first=first, count=count, reach=reach)


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
