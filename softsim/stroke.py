"""The stroke: how hard, at what angle, how fast and on which skin the tool is drawn."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from softsim.checks import checked_count
from softsim.errors import InputError, shown, unknown_name
from softsim.plausible import usual_si
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
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """One stroke of an instrument; after construction every number is an SI float.

    Parameters
    ----------
    force : float or str, optional
        Normal force over the instrument's contact length [N].  Give exactly one of `force`,
        `pressure` and `indentation`.
    pressure : float or str, optional
        Mean contact pressure [Pa].
    indentation : float or str, optional
        Depth of the tool's lowest point under the undeformed skin [m].
    angle : float or str
        From +along to the blade's mid-plane, in (0°, 180°) [rad].  For a positive speed: below 90°
        the handle leans forward over unswept skin (pulled), above 90° back (pushed).
    speed : float or str, optional
        Speed along the skin [m/s], not zero; a negative one travels towards -along.  Needed by the
        modes that slide.
    friction : float or str
        Coulomb coefficient [-], or a state of the skin: ``"dry"``, ``"emollient"``, ``"damp"``.
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
    sources : tuple of Source
        Evidence of the numbers taken from the library.

    Examples
    --------
    >>> stroke = Stroke(force="6 N", angle="45 deg", speed="100 mm/s", friction="emollient")
    >>> stroke.speed, stroke.friction
    (0.1, 0.14)
    """

    force: Quantity | None = None
    pressure: Quantity | None = None
    indentation: Quantity | None = None
    angle: Quantity = "90 deg"
    speed: Quantity | None = None
    friction: Quantity = 0.0
    press_time: Quantity | None = None
    dwell: Quantity = 0.0
    length: Quantity | None = None
    passes: Quantity = 1
    lift_time: Quantity | None = None
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        kind = self.load_kind
        high, cure = _LOADS[kind]
        bounds: dict[str, Any] = {"low": 0.0, "high": high, "cure": cure}
        load = usual_si(getattr(self, kind), f"stroke.{kind}", kind, open_low=True, **bounds)
        set_(self, kind, load)
        set_(self, "angle", _angle(self.angle))
        if self.speed is not None:
            set_(self, "speed", _speed(self.speed))
        set_(self, "passes", _passes(self.passes))
        state = self._resolve_friction()
        for name, (open_low, high, cure) in _TIMES_AND_LENGTHS.items():
            value = getattr(self, name)
            if value is not None or name == "dwell":
                bounds = {"low": 0.0, "open_low": open_low, "high": high, "cure": cure}
                set_(self, name, usual_si(value, f"stroke.{name}", name, **bounds))
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
        """The load in SI: newtons, pascals or metres according to `load_kind`."""
        return float(getattr(self, self.load_kind))

    @property
    def friction_state(self) -> str | None:
        """State of the skin the friction was taken from, or None for a number given by hand."""
        for source in self.sources:
            if "friction" in source.feeds and source.name.startswith("friction.steel_skin."):
                return source.name.rsplit(".", 1)[1]
        return None

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


def _angle(value: Quantity) -> float:
    """Return the angle in radians, in the open interval (0, pi)."""
    cure = "0 is flat ahead of the tool, '90 deg' upright"
    if isinstance(value, (int, float)) and math.pi < value < 180.0:
        cure = f"bare numbers are radians; write '{value:g} deg'"
    bounds: dict[str, Any] = {"low": 0.0, "high": math.pi, "open_low": True, "open_high": True}
    return usual_si(value, "stroke.angle", "angle", cure=cure, **bounds)


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


def _passes(value: Quantity) -> int:
    """Return the number of passes, whole and within the limit."""
    whole: object = value
    with suppress(InputError):
        number = to_si(value, "1", "passes")
        whole = int(number) if number == math.floor(number) else value
    return checked_count(whole, "passes", 1, PASSES_LIMIT, hint="2 is there and back")
