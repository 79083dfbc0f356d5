"""The stroke: how hard, at what angle, how fast and on which skin the tool is drawn."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass

from softsim.errors import InputError, unknown_name
from softsim.provenance import attached, listed
from softsim.sources import FRICTION_KEYS, Source, load_friction
from softsim.units import Quantity, to_si

SPEED_LIMIT = 10.0
FRICTION_LIMIT = 2.0
PASSES_LIMIT = 1000

_LOADS = {
    "force": ("N", 1.0e4, "bare numbers are newtons; write e.g. '6 N'"),
    "pressure": ("Pa", 1.0e8, "bare numbers are pascals; write e.g. '20 kPa'"),
    "indentation": ("m", 1.0, "bare numbers are metres; write e.g. '2 mm'"),
}
_TIMES_AND_LENGTHS = {
    "press_time": ("s", True, 1.0e5, "write e.g. '0.1 s'"),
    "dwell": ("s", False, 1.0e5, "write e.g. '0.9 s', or leave it out"),
    "length": ("m", True, 10.0, "bare numbers are metres; write e.g. '100 mm'"),
    "lift_time": ("s", True, 1.0e5, "write e.g. '0.1 s', or leave it out"),
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
        unit, high, cure = _LOADS[kind]
        load = to_si(getattr(self, kind), unit, kind, low=0.0, open_low=True, high=high, cure=cure)
        set_(self, kind, load)
        set_(self, "angle", _angle(self.angle))
        if self.speed is not None:
            set_(self, "speed", _speed(self.speed))
        set_(self, "passes", _passes(self.passes))
        state = self._resolve_friction()
        for name, (unit, open_low, high, cure) in _TIMES_AND_LENGTHS.items():
            value = getattr(self, name)
            if value is not None:
                checked = to_si(value, unit, name, low=0.0, open_low=open_low, high=high, cure=cure)
                set_(self, name, checked)
        sources = attached(self, self.sources)
        if state is not None:  # it takes the place of the state before
            sources = (*(s for s in sources if "friction" not in s.feeds), state)
        set_(self, "sources", attached(self, sources))

    @property
    def evidence(self) -> tuple[Source, ...]:
        """Where every number of the stroke comes from: its sources, and what the user gave."""
        return listed(self)

    @property
    def load_kind(self) -> str:
        """Which load was given: ``"force"``, ``"pressure"`` or ``"indentation"``."""
        given = [name for name in _LOADS if getattr(self, name) is not None]
        if len(given) == 1:
            return given[0]
        what = " and ".join(f"{name} = {getattr(self, name)!r}" for name in given) or "none"
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
                raise unknown_name("friction", value, FRICTION_KEYS)
            found = load_friction(value)
            value = found.value
        friction = to_si(
            value,
            "1",
            "friction",
            low=0.0,
            high=FRICTION_LIMIT,
            cure=f"a coefficient such as 0.14, or one of {', '.join(FRICTION_KEYS)}",
        )
        object.__setattr__(self, "friction", friction)
        return found


def _angle(value: Quantity) -> float:
    """Return the angle in radians, in the open interval (0, pi)."""
    cure = "0 is flat ahead of the tool, '90 deg' upright"
    if not isinstance(value, str) and isinstance(value, (int, float)) and abs(value) > math.pi:
        cure = f"bare numbers are radians; write '{value:g} deg'"
    return to_si(
        value, "rad", "angle", low=0.0, high=math.pi, open_low=True, open_high=True, cure=cure
    )


def _speed(value: Quantity) -> float:
    """Return the speed in m/s: not zero, magnitude within the limit."""
    cure = "bare numbers are metres per second; write e.g. '100 mm/s'"
    speed = to_si(value, "m/s", "speed", low=-SPEED_LIMIT, high=SPEED_LIMIT, cure=cure)
    if speed == 0.0:
        raise InputError(
            f"speed is {value!r}; must not be 0 m/s (leave it out for mode='press', where the tool "
            "does not travel)"
        )
    return speed


def _passes(value: Quantity) -> int:
    """Return the number of passes, whole and within the limit."""
    number = math.nan
    if not isinstance(value, bool):
        with suppress(InputError):
            number = to_si(value, "1", "passes")
    if not (1 <= number <= PASSES_LIMIT and number == math.floor(number)):
        raise InputError(
            f"passes is {value!r}; must be a whole number from 1 to {PASSES_LIMIT} (2 is there and "
            "back)"
        )
    return int(number)
