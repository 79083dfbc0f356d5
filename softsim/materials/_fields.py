"""Fields of frozen descriptions: text with units in, SI floats kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from softsim.units import Quantity, to_si

Quantities: TypeAlias = Quantity | Sequence[Quantity]


def store(target: Any, name: str, value: Any) -> None:
    """Set a field of a frozen dataclass during its construction."""
    object.__setattr__(target, name, value)


def store_si(target: Any, unit: str, *names: str, low: float, open_low: bool = False) -> None:
    """Turn the named fields into SI floats with a common lower bound."""
    for name in names:
        value = to_si(getattr(target, name), unit, name, low=low, open_low=open_low)
        store(target, name, value)


def items(value: Any) -> tuple[Any, ...]:
    """Return a tuple, also for one value given alone."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        return (value,)
    return tuple(value)


def positive(value: Any, unit: str, name: str) -> tuple[float, ...]:
    """Return positive SI floats of one quantity or a sequence of quantities."""
    return tuple(to_si(item, unit, name, low=0.0, open_low=True) for item in items(value))


def floats(value: Quantities) -> tuple[float, ...]:
    """Return a validated field as floats."""
    return tuple(float(item) for item in items(value))
