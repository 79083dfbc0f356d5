"""Fields of frozen descriptions: text with units in, SI floats kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from softsim.checks import checked_items
from softsim.plausible import usual_si
from softsim.units import Quantity, to_si

Quantities: TypeAlias = Quantity | Sequence[Quantity]


MOST_TERMS = 100
"""Most terms of a series: branches, terms of a law, fibre families."""


def store(target: Any, name: str, value: Any) -> None:
    """Set a field of a frozen dataclass during its construction."""
    object.__setattr__(target, name, value)


def store_si(target: Any, unit: str, *names: str, low: float, open_low: bool = False) -> None:
    """Turn the named fields into SI floats with a common lower bound."""
    for name in names:
        value = to_si(getattr(target, name), unit, name, low=low, open_low=open_low)
        store(target, name, value)


def store_usual(target: Any, key: str, *names: str, low: float, open_low: bool = False) -> None:
    """Turn the named fields into SI floats that lie within `softsim.plausible.RANGES`."""
    for name in names:
        store(target, name, usual_si(getattr(target, name), key, name, low=low, open_low=open_low))


def items(value: Any, name: str = "the series") -> tuple[Any, ...]:
    """Return a tuple, also for one value given alone."""
    return checked_items(value, name, MOST_TERMS)


def positive(value: Any, unit: str, name: str) -> tuple[float, ...]:
    """Return positive SI floats of one quantity or a sequence of quantities."""
    return tuple(to_si(item, unit, name, low=0.0, open_low=True) for item in items(value, name))


def floats(value: Quantities) -> tuple[float, ...]:
    """Return a validated field as floats."""
    return tuple(float(item) for item in items(value))
