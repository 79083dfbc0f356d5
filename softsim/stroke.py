"""The stroke: how hard, at what angle, how fast and on which skin the tool is drawn."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from softsim.checks import checked_count
from softsim.errors import InputError, shown, unknown_name
from softsim.friction import Friction
from softsim.history import Array, History
from softsim.plausible import refuse_unusual, usual_si
from softsim.provenance import attached, listed
from softsim.sources import FRICTION_KEYS, Source, load_friction
from softsim.units import Quantity, to_si

SPEED_LIMIT = 10.0
FRICTION_LIMIT = 2.0
_NO_FRICTION = ("none", "no", "zero", "nil", "off", "frictionless", "without", "no friction")
PASSES_LIMIT = 1000

LoadKind = Literal["force", "pressure", "indentation"]
_LOADS: dict[LoadKind, tuple[float, str]] = {
    "force": (1.0e4, "bare numbers are newtons; write e.g. '6 N'"),
    "pressure": (1.0e8, "bare numbers are pascals; write e.g. '20 kPa'"),
    "indentation": (1.0, "bare numbers are metres; write e.g. '2 mm'"),
}
_TIMES_AND_LENGTHS = {
    "press_time": (True, 1.0e5, "write e.g. '0.1 s'"),
    "dwell": (False, 1.0e5, "write e.g. '0.9 s', or leave it out"),
    "length": (True, 10.0, "bare numbers are metres; write e.g. '100 mm'"),
    "lift_time": (True, 1.0e5, "write e.g. '0.1 s', or leave it out"),
    "dwell_between": (False, 1.0e5, "write e.g. '0.2 s', or leave it out"),
    "rest": (False, 1.0e5, "write e.g. '1 s', or leave it out"),
}
_ZERO_BY_DEFAULT = ("dwell", "dwell_between", "rest")
SAME_SPAN = 0.01  # of the duration: histories over time that end so near to each other end alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """One stroke of an instrument; after construction every number is an SI float.

    Parameters
    ----------
    force : float, str or History, optional
        Normal force over the instrument's contact length [N].  Give exactly one of `force`,
        `pressure` and `indentation`.  A history of a load is above 0 but at its ends.
    pressure : float, str or History, optional
        Mean contact pressure [Pa].
    indentation : float, str or History, optional
        Depth of the tool's lowest point under the undeformed skin [m].
    angle : float, str or History
        From +along to the blade's mid-plane, in (0°, 180°) [rad].  For a positive speed: below 90°
        the handle leans forward over unswept skin (pulled), above 90° back (pushed).  Where it
        changes, the edge turns and its lowest point goes the way of the stroke.
    speed : float, str or History, optional
        Speed along the skin [m/s], not zero; a negative one travels towards -along.  Needed by the
        modes that slide.  A history over time holds the whole way, its turns included.
    friction : float or str
        Coulomb coefficient [-], or a state of the skin: ``"dry"``, ``"emollient"``, ``"damp"``.
    static_friction : float or str, optional
        Coefficient of skin that sticks, at which it begins to slip; no less than `friction`, which
        it is by default [-].
    friction_exponent : float or str
        Power with which both fall with the pressure, from 0 to below 1 [-]: a coefficient is
        (p / friction_pressure)^-friction_exponent times what is given.
    friction_pressure : float or str, optional
        Contact pressure at which coefficients are as given [Pa]; needed with an exponent.
    press_time : float or str, optional
        Time of the ramp to full load [s]; automatic by default.
    dwell : float or str
        Time at full load before sliding [s].
    length : float or str, optional
        Length of the slide [m].
    passes : int
        Passes of that length over the same skin without lifting, each back along the way of the
        one before: 2 is there and back.  The tool keeps its lean.  Only a transient has them.
    lift_time : float or str, optional
        Time of the ramp back to no load [s]; without it the stroke ends loaded.
    dwell_between : float or str
        Time at rest under load between two passes [s].
    repeats : int
        How often the whole is done: the tool is lifted, goes back off the skin to where it first
        stood and presses again.  Only a transient has them.
    rest : float or str
        Time off the skin after a lift [s], on the way back and at the end.
    sources : tuple of Source
        Evidence of the numbers taken from the library.

    Examples
    --------
    >>> stroke = Stroke(force="6 N", angle="45 deg", speed="100 mm/s", friction="emollient")
    >>> stroke.speed, stroke.friction
    (0.1, 0.14)
    """

    force: Quantity | History | None = None
    pressure: Quantity | History | None = None
    indentation: Quantity | History | None = None
    angle: Quantity | History = "90 deg"
    speed: Quantity | History | None = None
    friction: Quantity = 0.0
    static_friction: Quantity | None = None
    friction_exponent: Quantity = 0.0
    friction_pressure: Quantity | None = None
    press_time: Quantity | None = None
    dwell: Quantity = 0.0
    length: Quantity | None = None
    passes: Quantity = 1
    lift_time: Quantity | None = None
    dwell_between: Quantity = 0.0
    repeats: Quantity = 1
    rest: Quantity = 0.0
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, self.load_kind, _load(getattr(self, self.load_kind), self.load_kind))
        set_(self, "angle", _changing(self.angle, "angle", _angle))
        if self.speed is not None:
            set_(self, "speed", _changing(self.speed, "speed", _speed))
        set_(self, "passes", _count(self.passes, "passes", "2 is there and back"))
        set_(self, "repeats", _count(self.repeats, "repeats", "1 is once"))
        state = self._resolve_friction()
        self._check_friction()
        for name, (open_low, high, cure) in _TIMES_AND_LENGTHS.items():
            value = getattr(self, name)
            if value is not None or name in _ZERO_BY_DEFAULT:
                limits: dict[str, Any] = {"low": 0.0, "high": high, "cure": cure}
                limits["open_low"] = open_low
                set_(self, name, usual_si(value, f"stroke.{name}", name, **limits))
        _check_histories(self)
        sources = attached(self, self.sources)
        if state is not None:  # it takes the place of the state before
            sources = (*(s for s in sources if "friction" not in s.feeds), state)
        set_(self, "sources", attached(self, sources))

    @property
    def evidence(self) -> tuple[Source, ...]:
        """Where every number of the stroke comes from: its sources, and what the user gave."""
        return listed(self)

    @property
    def load_kind(self) -> LoadKind:
        """Which load was given: ``"force"``, ``"pressure"`` or ``"indentation"``."""
        given = [name for name in _LOADS if getattr(self, name) is not None]
        if len(given) == 1:
            return given[0]
        what = " and ".join(f"{name} = {shown(getattr(self, name))}" for name in given) or "none"
        raise InputError(
            f"stroke got {what}; must have exactly one of force, pressure and indentation, "
            "e.g. force='6 N'"
        )

    @property
    def load(self) -> float:
        """The load in SI, of a history the largest: N, Pa or m according to `load_kind`."""
        return _number(getattr(self, self.load_kind))

    @property
    def first_angle(self) -> float:
        """Angle, of a history the first [rad]."""
        return float(self.angle.values[0]) if isinstance(self.angle, History) else float(self.angle)

    @property
    def turning(self) -> float:
        """How far the edge turns in all on one pass, both ways [rad]."""
        if not isinstance(self.angle, History):
            return 0.0
        return float(np.abs(np.diff(self.angle.values)).sum())

    @property
    def usual_speed(self) -> float | None:
        """Speed, of a history the mean of its magnitudes with the sign of the first motion."""
        if not isinstance(self.speed, History):
            return None if self.speed is None else float(self.speed)
        axis, values = self.speed.with_zeros()
        mean = float(np.trapezoid(np.abs(values), axis)) / self.speed.duration
        moving = values[np.abs(values) > MOVING * float(np.abs(values).max())]
        return mean * float(np.sign(moving[0]))

    @property
    def way(self) -> float | None:
        """Length of a pass, of a speed over time that of its whole way; None if not known [m]."""
        if self.speed is None:
            return None if self.length is None else float(self.length)
        if isinstance(self.speed, History) and self.speed.is_over_time:
            return abs(float(self.usual_speed or 0.0)) * self.speed.duration
        if self.length is not None:
            return float(self.length)
        over_place = [x for x in self.histories.values() if not x.is_over_time]
        if over_place:
            return max(float(x.axis[-1]) for x in over_place)
        in_time = next(iter(self.histories.values()), None)
        return None if in_time is None else abs(float(self.usual_speed or 0.0)) * in_time.duration

    @property
    def histories(self) -> dict[str, History]:
        """What changes on the way, by the name of the parameter."""
        found = {name: getattr(self, name) for name in (*_LOADS, "angle", "speed")}
        return {name: value for name, value in found.items() if isinstance(value, History)}

    @property
    def friction_state(self) -> str | None:
        """State of the skin the friction was taken from, or None for a number given by hand."""
        for source in self.sources:
            if "friction" in source.feeds and source.name.startswith("friction.steel_skin."):
                return source.name.rsplit(".", 1)[1]
        return None

    def friction_law(self, multiplier: float = 1.0) -> Friction:
        """Return the friction of the contact, its coefficients times a multiplier [-]."""
        sliding = float(self.friction)
        resting = float(self.static_friction or sliding)
        pressure = float(self.friction_pressure or 1.0)
        exponent = float(self.friction_exponent)
        return Friction(multiplier * sliding, multiplier * resting, exponent, pressure)

    def _resolve_friction(self) -> Source | None:
        """Turn a state of the skin into its coefficient; return the source of that."""
        value, found = self.friction, None
        if isinstance(value, str) and value.strip()[:1].isalpha():
            if value.rsplit(".", 1)[-1] not in FRICTION_KEYS:
                if value.strip().casefold() in _NO_FRICTION:
                    raise InputError(
                        f"friction is {shown(value)}; must be a coefficient or one of "
                        f"{', '.join(FRICTION_KEYS)} (write 0 for skin without friction)"
                    )
                raise unknown_name(
                    "friction", value, FRICTION_KEYS, also="a coefficient such as 0.14"
                )
            found = load_friction(value)
            value = found.value
        cure = f"a coefficient such as 0.14, or one of {', '.join(FRICTION_KEYS)}"
        if isinstance(value, (int, float)) and FRICTION_LIMIT < value <= 100.0:
            cure += f"; write '{value:g} %' if per cent was meant"
        friction = usual_si(
            value,
            "stroke.friction",
            "friction",
            low=0.0,
            high=FRICTION_LIMIT,
            cure=cure,
        )
        object.__setattr__(self, "friction", friction)
        return found

    def _check_friction(self) -> None:
        """Bring what friction depends on to SI, and refuse what does not go together."""
        set_ = object.__setattr__
        if self.static_friction is not None:
            cure = "a coefficient such as 0.2, no less than friction"
            bounds: dict[str, Any] = {"high": FRICTION_LIMIT, "cure": cure}
            low = float(self.friction)
            found = usual_si(
                self.static_friction, "stroke.friction", "static_friction", low=low, **bounds
            )
            set_(self, "static_friction", found)
            if low == 0.0 and found > 0.0:
                raise InputError(
                    f"static_friction is {found:g} and friction is 0; give friction, the "
                    "coefficient of skin that slips, or leave static_friction out"
                )
        limits: dict[str, Any] = {"low": 0.0, "high": 1.0, "open_high": True}
        cure = "0 is Coulomb's law, skin has up to about 0.3"
        power = to_si(self.friction_exponent, "1", "friction_exponent", cure=cure, **limits)
        set_(self, "friction_exponent", power)
        if self.friction_pressure is not None:
            cure = "bare numbers are pascals; write e.g. '20 kPa'"
            limits = {"low": 0.0, "open_low": True, "high": 1.0e8, "cure": cure}
            given = self.friction_pressure
            set_(
                self,
                "friction_pressure",
                usual_si(given, "stroke.pressure", "friction_pressure", **limits),
            )
        if power > 0.0 and self.friction_pressure is None:
            raise InputError(
                f"friction_exponent is {power:g}, but friction_pressure is missing; give the "
                "pressure at which friction is as given, e.g. friction_pressure='20 kPa'"
            )


def _angle(value: Quantity) -> float:
    """Return the angle in radians, in the open interval (0, pi)."""
    cure = "0 is flat ahead of the tool, '90 deg' upright"
    if isinstance(value, (int, float)) and math.pi < value < 180.0:
        cure = f"bare numbers are radians; write '{value:g} deg'"
    bounds: dict[str, Any] = {"low": 0.0, "high": math.pi, "open_low": True, "open_high": True}
    return usual_si(value, "stroke.angle", "angle", cure=cure, **bounds)


MOVING = 1e-3  # of the largest speed: below it a tool stands


def _speed(value: Quantity) -> float:
    """Return the speed in m/s: not zero, magnitude within the limit."""
    cure = "bare numbers are metres per second; write e.g. '100 mm/s'"
    bounds: dict[str, Any] = {"low": -SPEED_LIMIT, "high": SPEED_LIMIT, "cure": cure}
    if to_si(value, "m/s", "speed", **bounds) == 0.0:
        raise InputError(
            f"speed is {shown(value)}; must not be 0 m/s (leave it out for mode='press', where the "
            "tool does not travel)"
        )
    return usual_si(value, "stroke.speed", "speed", **bounds)


def _count(value: Quantity, name: str, hint: str) -> int:
    """Return a number of passes or of repeats, whole and within the limit."""
    whole: object = value
    with suppress(InputError):
        number = to_si(value, "1", name)
        whole = int(number) if number == math.floor(number) else value
    return checked_count(whole, name, 1, PASSES_LIMIT, hint=hint)


# ------------------------------------------------------------------ what changes on the way


def _number(value: Any) -> float:
    """Return a load, of a history the largest."""
    return value.largest if isinstance(value, History) else float(value)


def _load(value: Any, kind: LoadKind) -> float | History:
    """Return a load in SI: above 0, of a history between its ends."""
    high, cure = _LOADS[kind]
    unit = {"force": "N", "pressure": "Pa", "indentation": "m"}[kind]
    bounds: dict[str, Any] = {"low": 0.0, "high": high, "cure": cure}
    if not isinstance(value, History):
        if isinstance(value, (list, tuple, np.ndarray)):
            raise _no_history(value, kind)
        return usual_si(value, f"stroke.{kind}", kind, open_low=True, **bounds)
    found = value.of(lambda x, at: to_si(x, unit, f"{kind} {at}", **bounds))
    refuse_unusual(found.largest, f"stroke.{kind}", f"largest {kind}")
    off = np.flatnonzero(found.values[1:-1] <= 0.0)
    if off.size:
        at = found.axis[1 + int(off[0])]
        raise InputError(
            f"{kind} is 0 at {at:g} {'s' if found.is_over_time else 'm'}, where the tool is off "
            "the skin; must be above 0 between the ends of a history (cut it there, and take "
            "repeats, lift_time and rest for strokes with lifts between them)"
        )
    return found


def _changing(value: Any, name: str, read: Any) -> float | History:
    """Return an angle or a speed in SI."""
    if isinstance(value, (list, tuple, np.ndarray)) and np.ndim(value) > 0:
        raise _no_history(value, name)
    if not isinstance(value, History):
        return float(read(value))
    if name == "angle":
        return value.of(lambda x, _: float(read(x)))
    cure = "bare numbers are metres per second; write e.g. '100 mm/s'"
    bounds: dict[str, Any] = {"low": -SPEED_LIMIT, "high": SPEED_LIMIT, "cure": cure}
    found = value.of(lambda x, at: to_si(x, "m/s", f"speed {at}", **bounds))
    largest = float(np.abs(found.values).max())
    if largest == 0.0:
        raise InputError("speed is 0 all along its history; leave it out for mode='press'")
    refuse_unusual(largest, "stroke.speed", "largest speed")
    if not found.is_over_time and (np.abs(np.sign(found.values).sum()) < found.values.size):
        raise InputError(
            "speed over place is 0 or changes its sign, so that the tool never arrives; must be "
            "above 0 everywhere, or below (give a speed that turns over time)"
        )
    return found


def _no_history(value: object, name: str) -> InputError:
    return InputError(
        f"{name} is {shown(value)}, many numbers without their times; write "
        f"{name}=History(time, value), or read a log with load_log"
    )


def _check_histories(stroke: Stroke) -> None:
    """Refuse histories that do not go together."""
    in_time = {name: x for name, x in stroke.histories.items() if x.is_over_time}
    spans = {name: x.axis[[0, -1]] for name, x in in_time.items()}
    first = next(iter(spans), "")
    for name, span in spans.items():
        if _differ(span, spans[first]):
            raise InputError(
                f"{name} is known from {span[0]:g} to {span[1]:g} s and {first} from "
                f"{spans[first][0]:g} to {spans[first][1]:g} s; histories over time must begin and "
                "end together"
            )
    if "speed" in in_time:
        for name, neutral in (("length", None), ("passes", 1), ("dwell_between", 0.0)):
            if getattr(stroke, name) != neutral:
                raise InputError(
                    f"{name} is {getattr(stroke, name):g} besides a speed over time, which holds "
                    f"the whole way; leave {name} out"
                )
    elif in_time and isinstance(stroke.speed, History):
        raise InputError(
            f"speed is over place and {first} over time; give both over time, or both over place"
        )
    elif in_time and stroke.length is not None and stroke.speed is not None:
        lasts = in_time[first].duration
        takes = float(stroke.length) / abs(stroke.usual_speed or 1.0)
        if abs(lasts - takes) > SAME_SPAN * takes:
            raise InputError(
                f"{first} lasts {lasts:g} s and a pass of {float(stroke.length):g} m takes "
                f"{takes:g} s; must last alike (leave length out)"
            )


def _differ(one: Array, other: Array) -> bool:
    """Whether two spans (start, end) begin or end apart [s]."""
    return bool(np.abs(one - other).max() > SAME_SPAN * float(other[1] - other[0]))
