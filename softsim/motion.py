"""Where the tool is when: the passes of a stroke as ways over time, from one turn to the next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from softsim.history import Array, History
from softsim.stroke import Stroke

SAMPLES = 400  # of a way whose speed is known over place
TURN = 2e-3  # of the whole range: a way back that is shorter is no pass


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One pass, or a time of rest.

    Parameters
    ----------
    times : ndarray, shape (n,)
        Since its start, 0 first [s].
    places : ndarray, shape (n,)
        Ahead of where the tool first stands [m].
    clock : float
        Time of histories at its start [s].
    """

    times: Array
    places: Array
    clock: float = 0.0

    @property
    def duration(self) -> float:
        """[s]."""
        return float(self.times[-1])

    @property
    def length(self) -> float:
        """Way from the start to the end, below 0 backwards [m]."""
        return float(self.places[-1] - self.places[0])


def ways_of(stroke: Stroke) -> tuple[Way, ...]:
    """Return the passes of a stroke that slides, in order."""
    speed = stroke.speed
    if isinstance(speed, History) and speed.is_over_time:
        return _between_turns(speed)
    length, clock = float(stroke.way or 0.0), 0.0
    over_time = [x for x in stroke.histories.values() if x.is_over_time]
    if over_time:
        clock = float(over_time[0].axis[0])
    if isinstance(speed, History):
        places = np.unique(np.append(np.linspace(0.0, length, SAMPLES), speed.axis))
        places = places[(places >= 0.0) & (places <= length)]
        slowness = 1.0 / np.abs(speed.at(places))
        times = _integral(places, slowness)
    else:
        places = np.array([0.0, length])
        times = places / abs(float(speed or 1.0))
    there = Way(times, places, clock)
    back = Way(times[-1] - times[::-1], places[::-1], clock)
    return tuple(back if k % 2 else there for k in range(int(stroke.passes)))


def reach_of(stroke: Stroke) -> tuple[float, float]:
    """Return how far back and ahead the tool comes from where it first stands [m]."""
    places = np.concatenate([way.places for way in ways_of(stroke)])
    return float(min(places.min(), 0.0)), float(max(places.max(), 0.0))


def _between_turns(speed: History) -> tuple[Way, ...]:
    """Return the pieces of a motion, each in one direction."""
    heading = np.sign(speed.values[np.abs(speed.values) > 0.0][0])
    times, values = speed.with_zeros()
    places = heading * _integral(times, values)
    turns = _turns(places)
    return tuple(
        Way(times[low : high + 1] - times[low], places[low : high + 1], float(times[low]))
        for low, high in pairwise(turns)
    )


def _integral(at: Array, values: Array) -> Array:
    """Return the integral of straight lines between points, 0 first, shape (n,)."""
    steps = 0.5 * (values[1:] + values[:-1]) * np.diff(at)
    return np.append(0.0, np.cumsum(steps))


def _turns(places: Array) -> list[int]:
    """Return the first point, the turns and the last one; ways back that are short are none."""
    least = TURN * float(np.ptp(places))
    turns, best, way = [0], 0, 1.0
    for k in range(1, places.size):
        if way * (places[k] - places[best]) > 0.0:
            best = k
        elif way * (places[best] - places[k]) > least:
            if best > turns[-1]:
                turns.append(best)
            best, way = k, -way
    return [*turns, places.size - 1]
