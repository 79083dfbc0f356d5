"""Between what numbers of soft tissue, hands and their tools lie: one table of wide bounds.

A number outside is possible in physics, yet hardly ever meant: 0.2 for a modulus is a table in MPa
typed bare, 0.9 for a thickness is millimetres.  Such a number is refused with the spelling that was
probably meant; `allow_unusual` lifts the bounds for rubber, phantoms and the like.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Any

import numpy as np

from softsim.errors import LIFT, InputError, shown
from softsim.history import History
from softsim.units import Quantity, leading_number, same_number_in, to_si

_LIFTED: ContextVar[bool] = ContextVar("softsim_allow_unusual", default=False)


class Permission:
    """What `allow_unusual` returns; leaving its ``with`` block puts the bounds back."""

    def __init__(self) -> None:
        self._before: Token[bool] = _LIFTED.set(True)

    def __enter__(self) -> Permission:
        return self

    def __exit__(self, *_: object) -> None:
        _LIFTED.reset(self._before)


def allow_unusual() -> Permission:
    """Lift the bounds of plausibility: for rubber, phantoms, machines and thought experiments.

    What is impossible (a negative thickness) stays refused.

    Returns
    -------
    Permission
        In a ``with`` statement the bounds are lifted inside the block.  Called alone, at the head
        of a script, they are lifted from there on: in the same thread, or task of asyncio; a
        thread started later asks for itself.

    Notes
    -----
    A file says ``allow_unusual = true`` at its top, the command line ``--allow-unusual``.  A
    problem with unusual numbers carries `allow_unusual`, so that its text can be read again and
    its sweep be solved in other processes.

    Examples
    --------
    >>> from softsim.tissue import Layer
    >>> from softsim.materials import NeoHookean
    >>> with allow_unusual():
    ...     law = NeoHookean(young_modulus="30 Pa", poisson_ratio=0.45)
    >>> law.young_modulus
    30.0
    """
    return Permission()


@contextmanager
def lifted(yes: bool) -> Iterator[None]:
    """Lift the bounds in a ``with`` block if `yes`; otherwise leave them as they are."""
    if not yes:
        yield
        return
    with Permission():
        yield


def is_lifted() -> bool:
    """Whether the bounds are lifted here."""
    return _LIFTED.get()


@dataclass(frozen=True, slots=True)
class Range:
    """The bounds of one quantity.

    Parameters
    ----------
    unit : str
        SI unit of the bounds.
    low, high : float
        Bounds of its magnitude; 0 is usual too where `zero`.
    of : str
        What lies between them, as a sentence needs it.
    zero : bool
        Whether 0 is usual.
    """

    unit: str
    low: float
    high: float
    of: str
    zero: bool = False

    def holds(self, number: float) -> bool:
        """Whether a number is usual."""
        return self.low <= abs(number) <= self.high or (self.zero and number == 0.0)

    def __str__(self) -> str:
        """Return the bounds with units, e.g. ``"1 um to 100 mm"``."""
        return f"{spelled(self.low, self.unit)} to {spelled(self.high, self.unit)}"


RANGES: dict[str, Range] = {
    "layer.thickness": Range("m", 1e-6, 0.1, "a layer of a body"),
    "layer.prestress": Range("Pa", 1.0, 1e7, "the tension in a layer of a body", zero=True),
    "interface.stiffness": Range(
        "Pa/m", 1.0, 1e12, "the spring of an interface of soft layers", zero=True
    ),
    "interface.viscosity": Range(
        "Pa*s/m", 0.01, 1e10, "the dashpot of an interface of soft layers", zero=True
    ),
    "region.start": Range("m", 1e-6, 1.0, "the place of a scar", zero=True),
    "region.length": Range("m", 1e-5, 1.0, "the length of a scar"),
    "region.top": Range("m", 1e-6, 0.1, "the depth of a scar", zero=True),
    "region.height": Range("m", 1e-6, 0.1, "the height of a scar"),
    "region.transition": Range("m", 1e-6, 0.1, "the soft edge of a scar", zero=True),
    "region.stiffness_factor": Range("1", 1e-4, 1e4, "a tissue over another"),
    "region.toe_strain_factor": Range("1", 0.05, 20.0, "a tissue over another"),
    "region.fibre_factor": Range("1", 1e-4, 1e4, "a tissue over another"),
    "adhesion.length": Range("m", 1e-4, 0.5, "a patch of bonds"),
    "adhesion.stiffness": Range("Pa/m", 1e3, 1e13, "bonds between soft layers"),
    "adhesion.strength": Range("Pa", 1.0, 1e8, "bonds between soft layers"),
    "adhesion.fracture_energy": Range("J/m^2", 1e-3, 1e5, "bonds between soft layers"),
    "adhesion.opening_strength": Range("Pa", 1.0, 1e8, "bonds between soft layers"),
    "adhesion.opening_energy": Range("J/m^2", 1e-3, 1e5, "bonds between soft layers"),
    "adhesion.lag": Range("s", 1e-6, 1.0, "the lag of damage", zero=True),
    "tissue.width": Range("m", 1e-3, 1.0, "a block of tissue"),
    "material.young_modulus": Range("Pa", 100.0, 3e9, "Young's modulus of soft tissue"),
    "material.shear_modulus": Range("Pa", 100.0, 1e9, "the shear modulus of soft tissue"),
    "material.initial_shear": Range(
        "Pa", 5.0, 1e9, "the initial shear modulus of a law that stiffens"
    ),
    "material.bulk_modulus": Range("Pa", 100.0, 1e12, "the bulk modulus of soft tissue"),
    "material.exponent": Range("1", 0.05, 100.0, "an exponent fitted to soft tissue"),
    "fibre.k1": Range("Pa", 0.1, 1e10, "the stiffness of fibres"),
    "fibre.k2": Range("1", 1e-3, 1e5, "the exponent of fibres", zero=True),
    "prony.tau": Range("s", 1e-6, 1e7, "a relaxation time of soft tissue"),
    "edge.nose_radius": Range("m", 5e-6, 0.08, "the nose of a tool for the hand"),
    "edge.thickness": Range("m", 1e-6, 0.25, "the body of a tool for the hand"),
    "edge.shoulder_radius": Range("m", 1e-6, 0.08, "the shoulder of a tool for the hand"),
    # 0: a round tip
    "instrument.contact_length": Range(
        "m", 1e-4, 0.3, "the edge of a tool for the hand", zero=True
    ),
    "instrument.edge_curvature_radius": Range("m", 2e-3, 10.0, "the curve of a tool for the hand"),
    "instrument.end_radius": Range("m", 1e-6, 0.3, "the end of a tool for the hand", zero=True),
    "instrument.mass": Range("kg", 1e-3, 10.0, "a tool for the hand"),
    "stroke.force": Range("N", 1e-4, 1e3, "the force of a hand or a machine on skin"),
    "stroke.pressure": Range("Pa", 500.0, 1e7, "the mean pressure of a tool on skin"),
    "stroke.indentation": Range("m", 1e-7, 0.05, "the depth of a tool in a body"),
    "stroke.angle": Range(
        "rad", math.radians(2.0), math.radians(171.5), "the angle of a tool on skin"
    ),
    "stroke.speed": Range("m/s", 1e-9, 2.0, "the speed of a stroke"),
    "stroke.friction": Range("1", 1e-6, 1.5, "friction on skin", zero=True),
    "stroke.press_time": Range("s", 1e-4, 3600.0, "the time of a press"),
    "stroke.dwell": Range("s", 1e-6, 1e5, "a time of rest", zero=True),
    "stroke.length": Range("m", 1e-5, 1.0, "the length of a stroke"),
    "stroke.lift_time": Range("s", 1e-4, 3600.0, "the time of a lift"),
    "stroke.dwell_between": Range("s", 1e-6, 1e5, "a time of rest", zero=True),
    "stroke.rest": Range("s", 1e-6, 1e5, "a time off the skin", zero=True),
    "resolution.element_along": Range("m", 1e-6, 0.02, "an element under a tool"),
    "map.height": Range("m", 1e-7, 0.03, "the relief of a height map", zero=True),
    "map.spacing": Range("m", 1e-7, 0.02, "a cell of a height map"),
}
"""Quantity by owner and field: the table of docs/conventions.md."""

_BARE = {
    "m": "metres", "Pa": "pascals", "N": "newtons", "s": "seconds", "kg": "kilograms",
    "m/s": "metres per second", "rad": "radians", "Pa/m": "pascals per metre",
    "Pa*s/m": "pascal seconds per metre", "J/m^2": "joules per square metre",
}  # fmt: skip


def usual_si(value: Quantity, key: str, name: str, *, cure: str = "", **bounds: Any) -> float:
    """Turn a quantity into SI; refuse what is impossible, then what is unusual.

    Parameters
    ----------
    value : float or str
        As `softsim.units.to_si` takes it.
    key : str
        Key of `RANGES`.
    name : str
        What the quantity is called in messages.
    cure, **bounds
        What is possible, see `to_si`.

    Returns
    -------
    float
        The value in SI.
    """
    allowed = RANGES[key]
    usual = None if is_lifted() else allowed.holds
    number = to_si(value, allowed.unit, name, cure=cure, usual=usual, **bounds)
    refuse_unusual(number, key, name, given=value)
    return number


def refuse_unusual(
    number: float,
    key: str,
    name: str,
    *,
    given: object = None,
    scales: tuple[tuple[str, float], ...] = (),
) -> None:
    """Refuse a number outside its range, unless the bounds are lifted.

    Parameters
    ----------
    number : float
        In SI.
    key : str
        Key of `RANGES`.
    name : str
        What the quantity is called in messages.
    given : object, optional
        What the user wrote.
    scales : tuple of (str, float)
        Names and values of the numbers that `number` is proportional to, where it was not given
        itself.
    """
    allowed = RANGES[key]
    if not (allowed.holds(number) or is_lifted()):
        raise InputError(_sentence(number, allowed, name, given, scales))


def _sentence(
    number: float,
    allowed: Range,
    name: str,
    given: object,
    scales: tuple[tuple[str, float], ...],
) -> str:
    """Return the sentence that refuses an unusual number, with the spellings likely meant."""
    unit = "" if allowed.unit == "1" else f" {allowed.unit}"
    text = isinstance(given, str)
    written = f"{shown(given)} = {number:g}{unit}" if text else f"{number:g}{unit}"
    if allowed.unit == "rad":
        written += f" = {math.degrees(number):.4g} deg"
    typed = leading_number(str(given)) if text else number
    meant = [f"'{text}'" for text in same_number_in(typed, allowed.unit, allowed.holds)]
    if scales:
        factors = [(word, size) for size, word in _SCALES[allowed.unit] if size > 1.0]
        meant = [
            ", ".join(f"{constant}='{value:g} {word}'" for constant, value in scales)
            for word, size in factors
            if allowed.holds(number * size)
        ]
    cure = ""
    if meant:
        spellings = " or ".join(meant[:2])
        bare = "" if text else f"bare numbers are {_BARE[allowed.unit]}: "
        cure = f"{bare}write {spellings} if that was meant; "
    return f"{name} is {written}; {allowed.of} lies in {allowed} ({cure}{LIFT})"


def all_usual(owner: object, kind: str) -> bool:
    """Whether every number of an object lies in its range.

    Parameters
    ----------
    owner : object
        Its numbers in SI; None and an infinite radius are usual.
    kind : str
        First part of the keys of `RANGES`.
    """
    for field, allowed in _OF_KIND[kind]:
        value = getattr(owner, field, None)
        if isinstance(value, History):
            value = float(np.abs(value.values).max())
        numbers = value if isinstance(value, tuple) else (value,)
        if not all(x is None or math.isinf(x) or allowed.holds(x) for x in numbers):
            return False
    return True


_OF_KIND: dict[str, list[tuple[str, Range]]] = {}
for _key, _range in RANGES.items():
    _OF_KIND.setdefault(_key.split(".")[0], []).append((_key.split(".")[1], _range))

_SCALES = {
    "m": ((1e-9, "nm"), (1e-6, "um"), (1e-3, "mm"), (1.0, "m")),
    "Pa": ((1.0, "Pa"), (1e3, "kPa"), (1e6, "MPa"), (1e9, "GPa")),
    "N": ((1e-3, "mN"), (1.0, "N"), (1e3, "kN")),
    "Pa/m": ((1.0, "Pa/m"), (1e3, "kPa/m"), (1e6, "MPa/m"), (1e9, "GPa/m")),
    "Pa*s/m": ((1.0, "Pa*s/m"), (1e3, "kPa*s/m"), (1e6, "MPa*s/m"), (1e9, "GPa*s/m")),
    "J/m^2": ((1e-3, "mJ/m^2"), (1.0, "J/m^2"), (1e3, "kJ/m^2")),
    "s": ((1e-6, "us"), (1e-3, "ms"), (1.0, "s")),
    "kg": ((1e-3, "g"), (1.0, "kg")),
    "m/s": ((1e-9, "nm/s"), (1e-6, "um/s"), (1e-3, "mm/s"), (1.0, "m/s")),
    "rad": ((math.radians(1.0), "deg"),),
    "1": ((1.0, ""),),
}


def spelled(number: float, unit: str) -> str:
    """Return an SI number in a handy unit, e.g. ``"100 mm"``."""
    scales = _SCALES[unit]
    size, word = next((s for s in reversed(scales) if abs(number) >= s[0]), scales[0])
    return f"{number / size:.4g} {word}".strip()


def table() -> str:
    """Return `RANGES` as a Markdown table, for docs/conventions.md."""
    rows = ["| quantity | from | to | of |", "|---|---|---|---|"]
    for key, allowed in RANGES.items():
        low, high = spelled(allowed.low, allowed.unit), spelled(allowed.high, allowed.unit)
        zero = "0, " if allowed.zero else ""
        rows.append(f"| `{key}` | {zero}{low} | {high} | {allowed.of} |")
    return "\n".join(rows)
