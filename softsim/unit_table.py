"""The units that text may carry, and the strict reader of one unit expression.

A unit expression is words with whole powers, joined by ``*``, ``·`` and ``/``: ``"N/mm^2"``,
``"m·s^-1"``, ``"kgf/cm²"``.  Nothing in it is evaluated but these.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

Dimension = tuple[int, int, int, int]
"""Powers of metre, kilogram, second and radian."""

LONGEST_UNIT = 40

# π to 50 digits, so that 90 deg is the double nearest to π/2.
_PI = Fraction("3.14159265358979323846264338327950288419716939937511")
_GRAVITY = Fraction("9.80665")
_POUND, _INCH = Fraction("0.45359237"), Fraction("0.0254")

_NONE: Dimension = (0, 0, 0, 0)
_LENGTH: Dimension = (1, 0, 0, 0)
_MASS: Dimension = (0, 1, 0, 0)
_TIME: Dimension = (0, 0, 1, 0)
_ANGLE: Dimension = (0, 0, 0, 1)
_FORCE: Dimension = (1, 1, -2, 0)
_PRESSURE: Dimension = (-1, 1, -2, 0)
_ENERGY: Dimension = (2, 1, -2, 0)

_POWERS = {"G": 9, "M": 6, "k": 3, "h": 2, "d": -1, "c": -2, "m": -3, "µ": -6, "u": -6, "n": -9}
_WORDS = {"giga": 9, "mega": 6, "kilo": 3, "centi": -2, "milli": -3, "micro": -6, "nano": -9}


class Unit(NamedTuple):
    """A unit: its size in SI and its dimension."""

    size: Fraction
    dimension: Dimension


# Only prefixes that somebody in this field writes on purpose: a modulus in mPa, a length in Mm or a
# time in Ms is a slip of the shift key, and is refused with the spelling that was meant.
_PREFIXED = (
    ("m", ("metre", "meter"), Unit(Fraction(1), _LENGTH), "kdcmµun"),
    ("g", ("gram",), Unit(Fraction(1, 1000), _MASS), "kmµu"),
    ("s", ("second",), Unit(Fraction(1), _TIME), "mµun"),
    ("rad", ("radian",), Unit(Fraction(1), _ANGLE), "mµu"),
    ("N", ("newton",), Unit(Fraction(1), _FORCE), "Mkdcmµun"),
    ("Pa", ("pascal",), Unit(Fraction(1), _PRESSURE), "GMkh"),
    ("J", ("joule",), Unit(Fraction(1), _ENERGY), "kmµun"),
    ("W", ("watt",), Unit(Fraction(1), (2, 1, -3, 0)), "kmµu"),
    ("Hz", ("hertz",), Unit(Fraction(1), (0, 0, -1, 0)), "Mkm"),
    ("bar", (), Unit(Fraction(100_000), _PRESSURE), "m"),
    ("gf", (), Unit(_GRAVITY / 1000, _FORCE), "k"),
)
_SINGLE = {
    "min": Unit(Fraction(60), _TIME),
    "minute": Unit(Fraction(60), _TIME),
    "minutes": Unit(Fraction(60), _TIME),
    "h": Unit(Fraction(3600), _TIME),
    "hour": Unit(Fraction(3600), _TIME),
    "hours": Unit(Fraction(3600), _TIME),
    "deg": Unit(_PI / 180, _ANGLE),
    "degree": Unit(_PI / 180, _ANGLE),
    "degrees": Unit(_PI / 180, _ANGLE),
    "°": Unit(_PI / 180, _ANGLE),
    "%": Unit(Fraction(1, 100), _NONE),
    "percent": Unit(Fraction(1, 100), _NONE),
    "in": Unit(_INCH, _LENGTH),
    "inch": Unit(_INCH, _LENGTH),
    "inches": Unit(_INCH, _LENGTH),
    "ft": Unit(12 * _INCH, _LENGTH),
    "lb": Unit(_POUND, _MASS),
    "oz": Unit(_POUND / 16, _MASS),
    "lbf": Unit(_POUND * _GRAVITY, _FORCE),
    "ozf": Unit(_POUND * _GRAVITY / 16, _FORCE),
    "dyn": Unit(Fraction(1, 100_000), _FORCE),
    "psi": Unit(_POUND * _GRAVITY / _INCH**2, _PRESSURE),
    "mmHg": Unit(Fraction("133.322387415"), _PRESSURE),
    "cmH2O": Unit(Fraction("98.0665"), _PRESSURE),
    "Torr": Unit(Fraction(101_325, 760), _PRESSURE),
    "atm": Unit(Fraction(101_325), _PRESSURE),
}

SI_DIMENSIONS: dict[str, Dimension] = {
    "1": _NONE,
    "m": _LENGTH,
    "kg": _MASS,
    "s": _TIME,
    "rad": _ANGLE,
    "N": _FORCE,
    "Pa": _PRESSURE,
    "J": _ENERGY,
    "m/s": (1, 0, -1, 0),
}
"""Dimensions of the SI units that the doors ask for most."""


def _all_units() -> dict[str, Unit]:
    """Return every unit word with its unit."""
    units = dict(_SINGLE)
    for symbol, names, unit, prefixes in _PREFIXED:
        units[symbol] = unit
        for prefix in prefixes:
            scaled = Unit(unit.size * Fraction(10) ** _POWERS[prefix], unit.dimension)
            units[prefix + symbol] = scaled
        for name in names:
            for word, power in {"": 0, **_WORDS}.items():
                scaled = Unit(unit.size * Fraction(10) ** power, unit.dimension)
                units[word + name] = units[f"{word}{name}s"] = scaled
    return units


UNITS = _all_units()
"""Every unit word that text may carry, spelled as it must be."""

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_FACTOR = re.compile(
    r" *(?P<word>cmH2O|[A-Za-zµ°%]+)"
    r"(?: *(?:\^|\*\*) *(?P<power>[+-]?[0-9])|(?P<raised>[⁻⁺]?[¹²³⁴⁵⁶⁷⁸⁹]))? *"
)
_MICRO = str.maketrans({"μ": "µ"})  # Greek mu is the same prefix


def read_unit(text: str) -> Unit | None:
    """Return the unit that an expression means, or None where it is none.

    Parameters
    ----------
    text : str
        E.g. ``"N/mm^2"``.

    Examples
    --------
    >>> float(read_unit("N/mm^2").size)
    1000000.0
    >>> read_unit("mm^2 N") is None
    True
    """
    if len(text) > LONGEST_UNIT:
        return None
    text = text.translate(_MICRO)
    place, way = 0, 1
    size, dimension = Fraction(1), _NONE
    while True:
        factor = _FACTOR.match(text, place)
        if factor is None or factor["word"] not in UNITS:
            return None
        raised = (factor["raised"] or "").translate(_SUPERSCRIPTS)
        power = way * int(factor["power"] or raised or 1)
        unit = UNITS[factor["word"]]
        size *= unit.size**power
        dimension = _plus(dimension, unit.dimension, power)
        place = factor.end()
        if place == len(text):
            return Unit(size, dimension)
        if text[place] not in "*·⋅/":
            return None
        way = -1 if text[place] == "/" else 1
        place += 1


def dimension_of(unit: str) -> Dimension:
    """Return the dimension of a unit that softsim itself names, e.g. ``"m/s"``.

    Raises
    ------
    KeyError
        For text that is no unit: a fault of the program, not of the user.
    """
    known = SI_DIMENSIONS.get(unit)
    if known is not None:
        return known
    found = read_unit(unit)
    if found is None:
        raise KeyError(unit)
    return found.dimension


def _plus(one: Dimension, other: Dimension, power: int) -> Dimension:
    """Return the dimension of a product with a power."""
    a, b, c, d = (p + power * q for p, q in zip(one, other, strict=True))
    return a, b, c, d
