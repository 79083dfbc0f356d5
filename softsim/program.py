"""A stroke as a program of phases: what the tool does, for how long and in how many steps.

Every engine walks the same program.  How many steps it takes is its own affair and stands in its
`StepRule`; that the phases of a stroke are a press, a dwell, passes there and back, a lift and a
rest off the skin, again and again, is known here alone.  What changes on the way is sampled here
on the ends of the steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from softsim.history import History
from softsim.load import Load
from softsim.motion import Way, ways_of
from softsim.problem import Problem
from softsim.stroke import Stroke

Array = NDArray[np.float64]

PRESS_TIME = 0.2
"""Duration of a press when none is given [s]."""

CLEARANCE = 0.1
"""Height of the tool over the skin after a lift, in parts of the indentation [-]."""

HIGHER = 10.0
"""Height of the tool on its way back, in parts of that after the lift [-]."""

LEAST_SHARE = 1e-3
"""Of the largest load: a force or a pressure that changes falls no lower under the tool [-]."""

SMOOTHED = 0.01
"""Of its range: how far a history may be off where it is made coarser [-]."""

POINTS_A_STEP = 0.5
"""Points of a history for every step that follows it, at most."""

LEAST_STEPS, MOST_FOLLOWED = 4, 400
"""Steps of a slide for every point of a history, and most that these ask for in a stroke."""

HOLD_PRESSES = 4
"""Steps of a press that follows a history, in those of a ramp."""

FOLLOWS = ("slide", "hold")
"""Phases that follow histories."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """How many steps an engine takes.

    Parameters
    ----------
    press, dwell, lift : int
        Steps of these phases where the user gives no number.
    least : callable
        From the number of all steps that the user gives and the number of phases to the steps
        that every phase has at least.
    dwell_power : float
        A share of the steps of a dwell takes this power of it of the time; above 1 its first steps
        are short.
    is_even : bool
        All steps of a pass last alike, and those of all passes where these do; otherwise the ends
        of steps move to the points of histories, and passes share the steps of the slide, none
        lost.
    """

    press: int
    dwell: int
    lift: int
    least: Callable[[int, int], int]
    dwell_power: float = 1.0
    is_even: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Phase:
    """One part of a stroke.

    Parameters
    ----------
    name : {"press", "dwell", "slide", "hold", "turn", "lift", "rest"}
        A hold follows histories where the tool stands, a turn is the dwell between two passes, a
        rest is off the skin.
    ends : ndarray, shape (steps + 1,)
        Ends of the steps since its start, 0 first [s].
    places : ndarray, shape (steps + 1,)
        Of the tool then, ahead of where it first stands [m].
    shares : ndarray, shape (steps + 1,)
        Of the full load then [-].
    angles : ndarray, shape (steps + 1,), optional
        Of the blade then, where it changes [rad].
    pass_number : int
        Of the stroke, from 1; 0 in other phases than a slide.
    stroke_number : int
        From 1; more where the stroke is repeated.
    """

    name: str
    ends: Array
    places: Array
    shares: Array
    angles: Array | None = None
    pass_number: int = 0
    stroke_number: int = 1

    @property
    def steps(self) -> int:
        """Number of steps."""
        return int(self.ends.size) - 1

    @property
    def duration(self) -> float:
        """[s]."""
        return float(self.ends[-1])

    @property
    def durations(self) -> Array:
        """Durations of the steps [s], shape (steps,)."""
        return np.diff(self.ends)

    @property
    def start(self) -> float:
        """Where it begins, ahead of where the tool first stands [m]."""
        return float(self.places[0])

    @property
    def travel(self) -> float:
        """How far it goes, below 0 backwards [m]."""
        return float(self.places[-1] - self.places[0])

    @property
    def is_over_skin(self) -> bool:
        """Whether the tool goes its way off the skin."""
        return self.name == "rest"

    def time(self, share: float) -> float:
        """Return the time after a share of the steps [s]."""
        return self._at(self.ends, share)

    def place(self, share: float) -> float:
        """Return the place of the tool after a share of the steps [m]."""
        return self._at(self.places, share)

    def angle(self, share: float) -> float | None:
        """Return the angle after a share of the steps, where it changes [rad]."""
        return None if self.angles is None else self._at(self.angles, share)

    def _at(self, values: Array, share: float) -> float:
        return float(np.interp(share * self.steps, np.arange(self.steps + 1), values))

    def load(self, full: Load, share: float, lifted_from: float) -> Load:
        """Return the load after a share of the steps.

        Parameters
        ----------
        full : Load
            Of the stroke, the largest.
        share : float
            Of the steps of this phase [-].
        lifted_from : float
            Indentation before this phase [m].
        """
        if self.name == "lift":
            over = -CLEARANCE * abs(lifted_from)
            return Load("indentation", lifted_from + (over - lifted_from) * share)
        if self.name == "rest":
            is_there = share >= 1.0
            return Load("indentation", lifted_from * (1.0 if is_there else HIGHER))
        part = self._at(self.shares, share)
        return full if part == 1.0 else full.times(part)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A phase that has no steps yet; `share` of the load and angle are those of one that stands."""

    name: str
    way: Way
    pass_number: int = 0
    stroke_number: int = 1
    share: float = 1.0
    angle: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Phases of a press or a transient, in order, and what was made coarser for them."""

    mode: str
    phases: tuple[Phase, ...]
    changes: tuple[str, ...] = ()

    @classmethod
    def of(cls, problem: Problem, mode: str, rule: StepRule, *, pass_steps: int = 1) -> Program:
        """Return the program of a stroke.

        Parameters
        ----------
        problem : Problem
            With speed and length for a transient.
        mode : {"press", "transient"}
        rule : StepRule
        pass_steps : int
            Steps of a pass where the user gives no number; where the speed is known over time, of
            all passes of one stroke.
        """
        stroke = problem.stroke
        parts = _parts(stroke, mode)
        counts = _counts(parts, problem.resolution.steps, rule, pass_steps, stroke)
        steps = _steps(parts, counts, rule)
        followed = [n for part, n in zip(parts, steps, strict=True) if part.name in FOLLOWS]
        one_stroke = sum(followed) // max(part.stroke_number for part in parts)
        coarse, changes = _coarser(stroke, max(8, round(POINTS_A_STEP * one_stroke)))
        phases = [_phase(*pair, rule, coarse) for pair in zip(parts, steps, strict=True)]
        return cls(mode, tuple(phases), changes)

    @property
    def steps(self) -> int:
        """Number of all steps."""
        return sum(phase.steps for phase in self.phases)

    @property
    def passes(self) -> int:
        """Number of passes of one stroke."""
        return max(phase.pass_number for phase in self.phases)

    @property
    def times(self) -> Array:
        """Times between the steps [s], 0 first, shape (steps + 1,)."""
        return np.append(0.0, np.cumsum(np.concatenate([x.durations for x in self.phases])))


# ------------------------------------------------------------------ parts and their steps


def _parts(stroke: Stroke, mode: str) -> list[_Part]:
    """Return the parts of a stroke in order, those that take no time left out."""
    slides = mode == "transient"
    ways = ways_of(stroke) if slides else _hold(stroke)
    repeats = int(stroke.repeats) if slides else 1
    lift, rest = (float(x or 0.0) if slides else 0.0 for x in (stroke.lift_time, stroke.rest))
    press = float(stroke.press_time or PRESS_TIME)
    first = _state(stroke, ways[0], 0) if ways else (1.0, None)
    last = _state(stroke, ways[-1], -1) if ways else first
    end = float(ways[-1].places[-1]) if ways else 0.0
    found: list[_Part] = []
    for number in range(1, repeats + 1):
        is_last = number == repeats
        lifts = lift if is_last else lift or press
        if first[0] > LEAST_SHARE:
            found.append(_Part("press", _still(press, 0.0), 0, number, *first))
            found.append(_Part("dwell", _still(float(stroke.dwell), 0.0), 0, number, *first))
        for k, way in enumerate(ways):
            if k:
                turn = _still(float(stroke.dwell_between), float(way.places[0]))
                found.append(_Part("turn", turn, 0, number, *_state(stroke, way, 0)))
            found.append(_Part("slide" if slides else "hold", way, slides * (k + 1), number))
        found.append(_Part("lift", _still(lifts, end), 0, number, *last))
        rests = rest if is_last else rest or press
        over = _still(rests if lifts else 0.0, end)
        back = over if is_last else Way(over.times, np.array([end, 0.0]))
        found.append(_Part("rest", back, 0, number, *last))
    return [part for part in found if part.way.duration > 0.0]


def _still(duration: float, place: float) -> Way:
    """Return the way of a tool that stands."""
    return Way(np.array([0.0, duration]), np.array([place, place]))


def _hold(stroke: Stroke) -> tuple[Way, ...]:
    """Return how long the histories of a press last."""
    over_time = [x for n, x in stroke.histories.items() if x.is_over_time and n != "speed"]
    if not over_time:
        return ()
    times = np.array([0.0, over_time[0].duration])
    return (Way(times, np.zeros(2), float(over_time[0].axis[0])),)


def _state(stroke: Stroke, way: Way, end: int) -> tuple[float, float | None]:
    """Return share of the load, and angle where it changes, at one end of a way."""
    known = stroke.histories
    where = way.clock + way.times[[end]], way.places[[end]]
    load, lean = known.get(stroke.load_kind), known.get("angle")
    share = 1.0 if load is None else float(_known(load, *where)[0]) / stroke.load
    return share, None if lean is None else float(_known(lean, *where)[0])


def _known(history: History, times: Array, places: Array) -> Array:
    """Return the values of a history at times and places."""
    return history.at(times if history.is_over_time else places)


def _counts(
    parts: list[_Part], total: int | None, rule: StepRule, pass_steps: int, stroke: Stroke
) -> dict[str, int]:
    """Return the steps of all parts of a name together."""
    durations: dict[str, float] = {}
    for part in parts:
        durations[part.name] = durations.get(part.name, 0.0) + part.way.duration
    if total is not None:
        return _shared_steps(durations, total, rule)
    usual = {"press": rule.press, "dwell": rule.dwell, "turn": rule.dwell, "lift": rule.lift}
    usual |= {"rest": rule.dwell, "hold": HOLD_PRESSES * rule.press}
    counts = {x: n * sum(part.name == x for part in parts) for x, n in usual.items()}
    way = sum(float(np.abs(np.diff(part.way.places)).sum()) for part in parts if part.pass_number)
    strokes = max(part.stroke_number for part in parts)
    least = strokes * min(LEAST_STEPS * _corners(stroke), MOST_FOLLOWED)
    return counts | {"slide": max(round(pass_steps * way / (stroke.way or 1.0)), least)}


def _corners(stroke: Stroke) -> int:
    """Return how many points the histories of load and angle need, as far as is worth counting."""
    known = [x for name, x in stroke.histories.items() if name != "speed"]
    sizes = [SMOOTHED * float(np.ptp(x.values)) for x in known]
    pairs = zip(known, sizes, strict=True)
    return sum(len(x.simplified(size, MOST_FOLLOWED)[0].value) for x, size in pairs)


def _shared_steps(durations: dict[str, float], total: int, rule: StepRule) -> dict[str, int]:
    """Share `total` steps among phases by duration, a few to each."""
    least = rule.least(total, len(durations))
    whole = sum(durations.values())
    steps = {name: max(least, round(total * time / whole)) for name, time in durations.items()}
    longest = max(durations, key=durations.__getitem__)
    steps[longest] = max(1, steps[longest] + total - sum(steps.values()))
    return steps


def _steps(parts: list[_Part], counts: dict[str, int], rule: StepRule) -> list[int]:
    """Return the steps of every part; those of one name share theirs."""
    steps = [0] * len(parts)
    for name in {part.name for part in parts}:
        own = [k for k, part in enumerate(parts) if part.name == name]
        ways = [parts[k].way for k in own]
        share = np.array([way.duration for way in ways])
        share = share / share.sum()
        if name == "slide" and not rule.is_even:
            length = np.array([np.abs(np.diff(way.places)).sum() for way in ways])
            share = 0.5 * (share + length / length.sum())
            ends = np.floor(counts[name] * np.cumsum(share) + 1e-6)
            found = np.diff(ends, prepend=0.0)
        else:
            found = np.rint(counts[name] * share)
        for k, count in zip(own, found, strict=True):
            steps[k] = max(1, int(count))
    return steps


def _phase(part: _Part, steps: int, rule: StepRule, coarse: dict[str, History]) -> Phase:
    """Return a part with its steps."""
    power = rule.dwell_power if part.name in ("dwell", "turn", "rest") else 1.0
    ends = part.way.duration * np.linspace(0.0, 1.0, steps + 1) ** power
    seen = ends
    if part.name in FOLLOWS and coarse:
        seen = _moved(_by_way(part.way, ends, rule), _points(part.way, coarse))
        ends = ends if rule.is_even else seen
    shares, angles = np.full(ends.size, part.share), None
    if part.name == "press":
        shares = part.share * np.linspace(0.0, 1.0, steps + 1)
    if part.angle is not None:
        angles = np.full(ends.size, part.angle)
    if part.name in FOLLOWS:
        where = part.way.clock + seen, np.interp(seen, part.way.times, part.way.places)
        shares, angles = _followed(coarse, *where)
    return Phase(
        name=part.name,
        ends=ends,
        places=np.interp(ends, part.way.times, part.way.places),
        shares=shares,
        angles=angles,
        pass_number=part.pass_number,
        stroke_number=part.stroke_number,
    )


# ------------------------------------------------------------------ histories on steps


def _coarser(stroke: Stroke, most: int) -> tuple[dict[str, History], tuple[str, ...]]:
    """Return the histories of load and angle on at most so many points, and what that changed.

    That of the load is in shares of the largest.
    """
    found: dict[str, History] = {}
    changes = []
    for name, history in stroke.histories.items():
        if name == "speed":
            continue
        size = float(np.ptp(history.values)) or history.largest
        points, off = history.simplified(SMOOTHED * size, most)
        if len(points.value) < len(history.value):
            changes.append(
                f"{name}: {len(points.value)} of {len(history.value)} points of its history are "
                f"followed, the largest and the least among them; the others lie at most "
                f"{100.0 * off / size:.2g} % of its range off"
            )
        if name == "angle":
            found["angle"] = points
            continue
        shares = points.values / stroke.load
        if name != "indentation":
            shares = np.maximum(shares, LEAST_SHARE)
        found["load"] = replace(points, value=tuple(shares.tolist()))
    return found, tuple(changes)


def _followed(
    coarse: dict[str, History], times: Array, places: Array
) -> tuple[Array, Array | None]:
    """Return shares of the load, and angles where they change, at times and places."""
    load, lean = coarse.get("load"), coarse.get("angle")
    shares = np.ones(times.size) if load is None else _known(load, times, places)
    return shares, None if lean is None else _known(lean, times, places)


def _by_way(way: Way, ends: Array, rule: StepRule) -> Array:
    """Return ends of steps that go alike far rather than last alike, where steps may."""
    gone = np.append(0.0, np.cumsum(np.abs(np.diff(way.places))))
    if rule.is_even or not gone[-1] > 0.0:
        return ends
    mixed = 0.5 * (gone / gone[-1] + way.times / way.duration)
    return np.interp(np.linspace(0.0, 1.0, ends.size), mixed, way.times)


def _points(way: Way, coarse: dict[str, History]) -> Array:
    """Return when a way meets the points of histories, without its ends [s]."""
    met = [np.zeros(0)]
    for history in coarse.values():
        if history.is_over_time:
            met.append(history.axis - way.clock)
        elif way.length != 0.0:
            order = way.places.argsort(kind="stable")
            inside = (history.axis >= way.places.min()) & (history.axis <= way.places.max())
            met.append(np.interp(history.axis[inside], way.places[order], way.times[order]))
    times = np.unique(np.concatenate(met))
    return times[(times > 0.0) & (times < way.duration)]


def _moved(ends: Array, points: Array) -> Array:
    """Return ends of steps, the nearest one of each point moved there."""
    moved = ends.copy()
    for point in points:
        inner = ends[1:-1]
        if inner.size:
            moved[1 + int(np.abs(inner - point).argmin())] = point
    return moved
