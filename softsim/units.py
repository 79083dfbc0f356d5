"""Text with units to SI floats, once, at the door."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

from softsim.errors import InputError

if TYPE_CHECKING:
    import pint

Quantity = float | int | str
"""What a door accepts for a physical quantity: an SI number or text with a unit."""


@functools.cache
def registry() -> pint.UnitRegistry[Any]:
    """Return the process-wide pint registry (built on first use: it takes a moment)."""
    import pint

    return pint.UnitRegistry()


def to_si(
    value: Quantity,
    unit: str,
    name: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
    open_high: bool = False,
    cure: str = "",
) -> float:
    """Turn a number or a text with unit into an SI float and check its bounds.

    Parameters
    ----------
    value : float or str
        A bare number is taken as SI (angles: radian); text must carry a unit of the right kind
        unless `unit` is ``"1"``.
    unit : str
        The SI unit expected, e.g. ``"Pa"``, ``"m/s"``, ``"rad"``, ``"1"``.
    name : str
        What the quantity is called in messages.
    low, high : float
        Bounds in SI; `open_low` / `open_high` exclude the bound itself.
    cure : str
        What to do instead, appended to the message.

    Returns
    -------
    float
        The value in SI.

    Raises
    ------
    InputError
        Unreadable text, a unit of another kind, not finite, or out of bounds.

    Examples
    --------
    >>> to_si("12 kPa", "Pa", "young_modulus")
    12000.0
    """
    number = _number(value, unit, name)
    tail = f" ({cure})" if cure else ""
    if not math.isfinite(number):
        raise InputError(f"{name} is {value!r}; must be a finite number of {unit}{tail}")
    too_low = number < low or (open_low and number == low)
    too_high = number > high or (open_high and number == high)
    if too_low or too_high:
        raise InputError(
            f"{name} is {value!r} = {number:g} {unit}; must be "
            f"{_interval(low, high, open_low, open_high)} {unit}{tail}"
        )
    return number


def _number(value: Quantity, unit: str, name: str) -> float:
    """Return `value` in SI without checking bounds."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        try:
            return float(value)  # numpy scalars
        except (TypeError, ValueError):
            raise InputError(
                f"{name} is {value!r}; must be a number in {unit} or text such as '1 {unit}'"
            ) from None
    if not isinstance(value, str):
        return float(value)
    import pint

    try:
        parsed: Any = registry().Quantity(value)
    except (pint.PintError, ValueError, SyntaxError, TypeError, AttributeError, AssertionError):
        raise InputError(
            f"{name} is '{value}', which is not a number with a unit; write e.g. '1 {unit}'"
        ) from None
    if parsed.unitless and unit != "1":
        if unit == "rad":
            raise InputError(
                f"{name} is '{value}' without a unit; write '{value} deg' "
                "or give a bare number in rad"
            )
        raise InputError(f"{name} is '{value}' without a unit; write e.g. '{value} {unit}'")
    try:
        return float(parsed.to(unit if unit != "1" else "dimensionless").magnitude)
    except pint.PintError:
        raise InputError(
            f"{name} is '{value}', a quantity in {parsed.units:~}; must be convertible to {unit}"
        ) from None


def _interval(low: float, high: float, open_low: bool, open_high: bool) -> str:
    """Spell an interval the way a sentence needs it."""
    if math.isinf(high):
        return f"{'above' if open_low else 'at least'} {low:g}"
    if math.isinf(low):
        return f"{'below' if open_high else 'at most'} {high:g}"
    return f"in {'(' if open_low else '['}{low:g}, {high:g}{')' if open_high else ']'}"
