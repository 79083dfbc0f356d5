"""Quantities at the doors: one number with one unit, read strictly, turned into SI once.

Text is read, never evaluated: an optional sign, digits with at most one decimal point, an optional
exponent, and one unit expression (`softsim.unit_table`).  Everything else is refused with the
spelling that was probably meant.  Objects that know their unit (quantities of pint, astropy, unyt;
labelled results) are converted by their own means, so softsim needs none of these packages.
"""

from __future__ import annotations

import decimal
import math
import numbers
import re
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from softsim.errors import InputError, shown
from softsim.spelling import MISSPELT, USUAL_UNITS, example, explain
from softsim.unit_table import Unit, dimension_of, read_unit

Quantity = float | int | str
"""What a door accepts for a physical quantity: an SI number or text with a unit."""

LONGEST_TEXT = 100
"""Most characters of a quantity in words."""

_TEXT = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)[ \t]*(?P<unit>.*)",
    re.DOTALL,
)
_BLANKS = " \t\r\n"


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
    usual: Callable[[float], bool] | None = None,
) -> float:
    """Turn a number or a text with unit into an SI float and check its bounds.

    Parameters
    ----------
    value : float or str
        A bare number is taken as SI (angles: radian); text must carry a unit of the right kind
        unless `unit` is ``"1"``.  Quantities of pint and numpy scalars are taken too.
    unit : str
        The SI unit expected, e.g. ``"Pa"``, ``"m/s"``, ``"rad"``, ``"1"``.
    name : str
        What the quantity is called in messages.
    low, high : float
        Bounds in SI; `open_low` / `open_high` exclude the bound itself.
    cure : str
        What to do instead, appended to the message.
    usual : callable, optional
        Whether a suggested spelling may have been meant; the value itself is not asked.

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

    def within(number: float) -> bool:
        above = number > low or (number == low and not open_low)
        below = number < high or (number == high and not open_high)
        return above and below

    def accepts(text: str) -> bool:
        number = _read(text, unit)
        return number is not None and within(number) and (usual is None or usual(number))

    number = _number(value, unit, name, accepts) + 0.0  # no minus before a zero
    word = "" if unit == "1" else f" {unit}"
    tail = f" ({cure})" if cure else ""
    if not math.isfinite(number):
        raise InputError(
            f"{name} is {shown(value)}; must be a finite number{word and f' of{word}'}{tail}"
        )
    if not within(number):
        given = "" if _is_plain(value, number) else f" = {number:g}{word}"
        raise InputError(
            f"{name} is {shown(value)}{given or word}; must be "
            f"{interval(low, high, open_low, open_high)}{word}{tail}"
        )
    return number


def interval(low: float, high: float, open_low: bool = False, open_high: bool = False) -> str:
    """Spell an interval the way a sentence needs it."""
    if math.isinf(high):
        return f"{'above' if open_low else 'at least'} {low:g}"
    if math.isinf(low):
        return f"{'below' if open_high else 'at most'} {high:g}"
    return f"in {'(' if open_low else '['}{low:g}, {high:g}{')' if open_high else ']'}"


def same_number_in(number: float, unit: str, fits: Callable[[float], bool]) -> list[str]:
    """Return a bare number with each usual unit in which it would fit, e.g. ``"0.2 MPa"``."""
    texts = [f"{number:.12g} {word}" for word in USUAL_UNITS.get(unit, ())]
    found = ((text, _read(text, unit)) for text in texts)
    return [text for text, meant in found if meant is not None and fits(meant)]


def leading_number(text: str) -> float:
    """Return the number that a readable text begins with."""
    match = _TEXT.match(text.strip(_BLANKS))
    return float(match["number"]) if match else math.nan


def _is_plain(value: object, number: float) -> bool:
    return isinstance(value, numbers.Real) and float(value) == number


def _number(value: object, unit: str, name: str, accepts: Callable[[str], bool]) -> float:
    """Return `value` in SI without checking bounds."""
    if isinstance(value, str):
        number = _read(value, unit)
        if number is None:
            raise _unread(value, unit, name, accepts)
        return number
    if callable(getattr(value, "to", None)):
        return _converted(value, unit, name, accepts)
    attributes = getattr(value, "attrs", None)
    if isinstance(attributes, Mapping) and isinstance(attributes.get("units"), str):
        return _labelled(value, attributes["units"], unit, name, accepts)
    plain = _plain_number(value)
    if plain is None:
        raise InputError(
            f"{name} is {shown(value)}{_kind(value)}; must be one number"
            f"{'' if unit == '1' else f' in {unit}'}, or text such as '{example(unit, accepts)}'"
        )
    return plain


def _plain_number(value: Any) -> float | None:
    """Return a Python or numpy number (of no dimensions) as a float, None for anything else."""
    if getattr(value, "shape", None) == () and callable(getattr(value, "item", None)):
        if (
            getattr(value, "mask", False)
            or getattr(getattr(value, "dtype", None), "kind", "") in "Mm"
        ):
            return None
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (numbers.Real, decimal.Decimal)):
        return None
    try:
        return float(value)
    except (OverflowError, ValueError):
        return math.inf


def _kind(value: object) -> str:
    """Return a remark on a value whose spelling does not show what it is."""
    if isinstance(value, bool):
        return ", a truth value"
    if isinstance(value, (bytes, bytearray)):
        return ", bytes and not text"
    return ""


def _read(text: str, unit: str) -> float | None:
    """Return the SI value of a text, or None where it is not one number with one fitting unit."""
    if len(text) > LONGEST_TEXT:
        return None
    match = _TEXT.fullmatch(text.strip(_BLANKS))
    if match is None:
        return None
    found = read_unit(match["unit"]) if match["unit"] else Unit(Fraction(1), dimension_of("1"))
    if found is None or found.dimension != dimension_of(unit):
        return None
    exact = Fraction(match["number"]) * found.size
    try:
        number = float(exact)
    except OverflowError:
        return None
    return None if exact and abs(number) < sys.float_info.min else number


def _unread(text: str, unit: str, name: str, accepts: Callable[[str], bool]) -> InputError:
    """Return the refusal of a text, with the spelling that was probably meant."""
    hints: tuple[str, ...]
    if len(text) > LONGEST_TEXT:
        what, hints = f"of {len(text)} characters where {LONGEST_TEXT} are read at most", ()
    else:
        what, hints = explain(text, unit, accepts)
    written = " or ".join(f"'{hint}'" for hint in hints) or f"e.g. '{example(unit, accepts)}'"
    advice = f"did you mean {written}?" if hints and what == MISSPELT else f"write {written}"
    return InputError(f"{name} is {shown(text)}, {what}; {advice}")


def _converted(value: Any, unit: str, name: str, accepts: Callable[[str], bool]) -> float:
    """Return the SI value of an object that converts itself: a quantity of pint or the like."""
    angle_for_number = unit == "1" and _is_angle(value)
    try:
        if angle_for_number or (unit == "rad" and not _is_angle(value)):
            raise ValueError
        turned = value.to(
            "dimensionless"
            if unit == "1" and hasattr(value, "magnitude")
            else ""
            if unit == "1"
            else unit
        )
        number = _plain_number(getattr(turned, "magnitude", getattr(turned, "value", None)))
    except Exception:  # each package has errors of its own for another dimension
        number = None
    if number is None:
        raise InputError(
            f"{name} is {shown(str(value))}; must be one quantity that can be turned into "
            f"{'a plain number' if unit == '1' else unit}, e.g. '{example(unit, accepts)}'"
        ) from None
    return number


def _is_angle(value: Any) -> bool:
    """Whether a quantity is in a unit of angle, which packages take for a plain number."""
    word = str(getattr(value, "units", getattr(value, "unit", ""))).lower()
    return any(angle in word for angle in ("rad", "deg", "turn", "arc", "°"))


def _labelled(
    value: Any, written: str, unit: str, name: str, accepts: Callable[[str], bool]
) -> float:
    """Return the SI value of a labelled number, such as one of a result, by its `units`."""
    plain = _plain_number(getattr(value, "data", value))
    known = {"degree": "deg", "1": "", "-": ""}.get(written, written)
    if plain is not None and math.isfinite(plain):
        number = _read(f"{plain!r} {known}", unit)
        if number is not None:
            return number
    raise InputError(
        f"{name} is {shown(value)} in {shown(written)}; must be one number in {unit}, or text such "
        f"as '{example(unit, accepts)}'"
    )
