"""Provenance follows the value: the one rule that ties a `Source` to the numbers it speaks for.

A source says which parameters it feeds and what they were when it was attached.  Every object that
has sources calls `attached` when it is made: a parameter that is another number by then has lost
its source.  `listed` names every number of an object once more with whole paths; what no source
speaks for was given by the user.  `evidence_summary` counts such a listing.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from softsim.errors import InputError, shown
from softsim.history import History
from softsim.materials import Prony
from softsim.sources import BASES, ESTIMATED_BASES, GIVEN, Held, Source

STROKE_UNITS = {
    "force": "N",
    "pressure": "Pa",
    "indentation": "m",
    "angle": "rad",
    "speed": "m/s",
    "friction": "1",
    "static_friction": "1",
    "friction_exponent": "1",
    "friction_pressure": "Pa",
    "press_time": "s",
    "dwell": "s",
    "length": "m",
    "passes": "1",
    "lift_time": "s",
    "dwell_between": "s",
    "repeats": "1",
    "rest": "s",
}
EDGE_UNITS = {
    "nose_radius": "m",
    "leading_flank_angle": "rad",
    "trailing_flank_angle": "rad",
    "thickness": "m",
    "shoulder_radius": "m",
}
TIP_UNITS = {"radius": "m", "rim_radius": "m", "tip_radius": "m", "half_angle": "rad"}
INSTRUMENT_UNITS = {
    "contact_length": "m",
    "edge_curvature_radius": "m",
    "end_radius": "m",
    "mass": "kg",
    "friction_multiplier": "1",
}
LAYER_UNITS = {"thickness": "m", "prestress": "Pa", "prestretch": "1"}
INTERFACE_UNITS = {"stiffness": "Pa/m", "viscosity": "Pa*s/m"}
REGION_UNITS = {
    "start": "m",
    "length": "m",
    "top": "m",
    "height": "m",
    "angle": "rad",
    "transition": "m",
    "stiffness_factor": "1",
    "toe_strain_factor": "1",
    "fibre_factor": "1",
}
ADHESION_UNITS = {
    "start": "m",
    "length": "m",
    "bonded_fraction": "1",
    "stiffness": "Pa/m",
    "strength": "Pa",
    "fracture_energy": "J/m^2",
    "opening_strength": "Pa",
    "opening_energy": "J/m^2",
    "mode_exponent": "1",
    "lag": "s",
}
DIMENSIONLESS_CONSTANTS = ("poisson_ratio", "exponent", "c2", "k2", "dispersion", "prony")
"""Fields of materials and fibres that are pure numbers; angles apart, the others are moduli."""

_UNITS = {"width": "m", **STROKE_UNITS, **EDGE_UNITS, **TIP_UNITS}
_UNITS |= {**INSTRUMENT_UNITS, **LAYER_UNITS, **INTERFACE_UNITS, **REGION_UNITS}
_UNITS |= {**ADHESION_UNITS, "prony": "1"}
SAME = 1.0e-9
"""Relative difference below which two numbers are one: text with another unit costs a rounding."""

_NOT_NUMBERS = ("layers", "interfaces", "regions", "adhesions", "sources")
_PAIRS = ("prestretch",)  # one number of a layer, along and across
# 0 says something too
_ALWAYS = ("friction", "leading_flank_angle", "trailing_flank_angle", "end_radius")
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


def constant_unit(name: str) -> str:
    """Return the SI unit of a field of a material or of its fibres."""
    if name in DIMENSIONLESS_CONSTANTS:
        return "1"
    return "rad" if name == "angle" else "Pa"


def attached(owner: Any, sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return the sources that still speak for numbers of their owner.

    Parameters
    ----------
    owner : Layer, Interface, Region, Adhesion, Instrument or Stroke
        Its numbers in SI already.
    sources : iterable of Source
        One that holds nothing yet is tied to the present numbers; one whose parameter is another
        number by now lets go of it, and is left out when it feeds nothing any more.  One that
        feeds no parameter is kept as it is.

    Raises
    ------
    InputError
        Something that is no `Source`, or one that feeds a parameter the owner has not.
    """
    if isinstance(sources, (str, Source)) or not isinstance(sources, Iterable):
        raise InputError(
            f"sources is {shown(sources)}; must be a sequence of Source, or left out (the numbers "
            "are then given by the user)"
        )
    kept = []
    for source in sources:
        if not isinstance(source, Source):
            raise InputError(f"sources holds {shown(source)}; must hold objects of Source only")
        if source.feeds:
            source = _tied(owner, source) if not source.holds else _trimmed(owner, source)
            if not source.feeds:
                continue
        kept.append(source)
    return tuple(kept)


def _tied(owner: Any, source: Source) -> Source:
    """Return a source that holds what the parameters it feeds are now."""
    values = [value_at(owner, path) for path in source.feeds]
    for path, value in zip(source.feeds, values, strict=True):
        if value is None:
            raise InputError(
                f"source {shown(source.name)} feeds {shown(path)}, which is no number of this "
                f"{type(owner).__name__}; name one of {', '.join(dict(_numbers(owner)))}"
            )
    return replace(source, holds=tuple(value for value in values if value is not None))


def _trimmed(owner: Any, source: Source) -> Source:
    """Return a source without the parameters that are something else by now."""
    pairs = zip(source.feeds, source.holds, strict=True)
    true = [(path, held) for path, held in pairs if _same(value_at(owner, path), held)]
    if len(true) == len(source.feeds):
        return source
    return replace(
        source, feeds=tuple(path for path, _ in true), holds=tuple(held for _, held in true)
    )


def value_at(owner: Any, path: str) -> Held | None:
    """Return the number, or numbers, at a path such as ``"material.fibres[0].k1"``, in SI.

    A spectrum is its fractions of the instantaneous modulus followed by its times.  None where
    there is no number.
    """
    value = owner
    for step in path.split("."):
        found = _STEP.fullmatch(step)
        if found is None:
            return None
        value = getattr(value, found[1], None)
        if found[2] is not None:
            parts = value if isinstance(value, tuple) else ()
            value = parts[int(found[2])] if int(found[2]) < len(parts) else None
    return _held(value)


def _held(value: Any) -> Held | None:
    """Return a field as one number or several, a history as its largest; None for the rest."""
    if isinstance(value, History):
        return value.largest
    if isinstance(value, Prony):
        return (*value.normalised_g, *(float(time) for time in value.tau))  # type: ignore[union-attr]
    if isinstance(value, tuple) and value and all(isinstance(x, (int, float)) for x in value):
        return float(value[0]) if len(value) == 1 else tuple(float(x) for x in value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return None


def _same(value: Held | None, held: Held) -> bool:
    """Whether a parameter is what it was."""
    if isinstance(value, float) and isinstance(held, float):
        return math.isclose(value, held, rel_tol=SAME)
    if isinstance(value, tuple) and isinstance(held, tuple):
        return len(value) == len(held) and all(map(_same, value, held))
    return False


def _numbers(owner: Any, under: str = "") -> Iterator[tuple[str, Held]]:
    """Yield path and value of every number of an object that says something."""
    for field in dataclasses.fields(owner):
        value, path = getattr(owner, field.name), under + field.name
        if field.name in _NOT_NUMBERS or value is None:
            continue
        held = _held(value)
        if isinstance(held, tuple) and not isinstance(value, Prony) and field.name not in _PAIRS:
            yield from ((f"{path}[{place}]", x) for place, x in enumerate(held))
        elif held is not None:
            if field.name in _ALWAYS or not _is_default(held, field.default):
                yield path, held
        elif dataclasses.is_dataclass(value):
            yield from _numbers(value, f"{path}.")
        elif isinstance(value, tuple):
            for place, part in enumerate(value):
                yield from _numbers(part, f"{path}[{place}].")


def _is_default(held: Held, default: Any) -> bool:
    """Whether a number says nothing: no prestretch, no dwell, one pass."""
    if isinstance(default, bool) or not isinstance(default, (int, float)):
        return False
    return all(x == default for x in (held if isinstance(held, tuple) else (held,)))


def listed(owner: Any, place: str = "") -> tuple[Source, ...]:
    """Return the evidence of every number of an object, paths beginning at the problem.

    Parameters
    ----------
    owner : Layer, Interface, Region, Adhesion, Instrument or Stroke
    place : str
        Where it is in the problem, e.g. ``"tissue.fat_deep"``; empty for the stroke.

    Returns
    -------
    tuple of Source
        First its sources, then one "given by the user" for each number that none of them feeds.
    """
    return (*placed(owner.sources, place), *given(owner, place))


def given(owner: Any, place: str = "") -> tuple[Source, ...]:
    """Return the numbers of an object that no source feeds, as given by the user; see `listed`."""
    return tuple(_given(path, place, held) for path, held in _unfed(owner))


def own_numbers(owner: Any) -> int:
    """Return how many numbers of an object the user gave."""
    return sum(1 for _ in _unfed(owner))


def _unfed(owner: Any) -> Iterator[tuple[str, Held]]:
    """Yield path and value of the numbers that no source of their owner feeds."""
    fed = {path for source in getattr(owner, "sources", ()) for path in source.feeds}
    return ((path, held) for path, held in _numbers(owner) if path not in fed)


@functools.lru_cache(maxsize=1024)
def placed(sources: tuple[Source, ...], place: str) -> tuple[Source, ...]:
    """Return sources whose paths begin at the problem instead of at the object `place` names."""
    return tuple(
        replace(source, feeds=tuple(_whole(path, place) for path in source.feeds))
        if source.feeds
        else source
        for source in sources
    )


def _whole(path: str, place: str) -> str:
    """Return a path from the problem, spelled as a sweep spells it."""
    return path if not place or path.startswith("edge.") else f"{place}.{path}"


def _given(path: str, place: str, held: Held) -> Source:
    """Return the source of a number that the user gave, at a path of the object at `place`."""
    name = path.rsplit(".", 1)[-1].partition("[")[0]
    note = ""
    value = held[0] if isinstance(held, tuple) else held
    if name == "prony" and isinstance(held, tuple):
        count = len(held) // 2
        value = 1.0 - math.fsum(held[:count])
        arms = zip(held[:count], held[count:], strict=True)
        note = "g_inf, with arms " + ", ".join(f"{g:g} at {tau:g} s" for g, tau in arms)
    elif isinstance(held, tuple):
        note = ", ".join(f"{x:g} {way}" for x, way in zip(held, ("along", "across"), strict=True))
    unit = constant_unit(name) if path.startswith("material.") else _UNITS[name]
    whole = _whole(path, place)
    return Source(name=whole, value=value, unit=unit, note=note, feeds=(whole,), holds=(held,))


@dataclass(frozen=True, slots=True)
class EvidenceSummary:
    """What a set of numbers rests on, counted.

    Parameters
    ----------
    numbers : int
        How many numbers there are; a spectrum counts as one.
    by_basis : tuple of (str, int)
        Every word of `BASES` with the count of its numbers.
    uncited : int
        Numbers not given by the user for which no printed work is named.
    low_confidence : int
        Numbers of confidence "low".
    """

    numbers: int
    by_basis: tuple[tuple[str, int], ...]
    uncited: int
    low_confidence: int

    def __str__(self) -> str:
        """Return the counts in one line of words."""
        plural = {"estimate": "estimates", "prior": "priors"}
        kinds = [
            f"{count} {plural.get(basis, basis) if count > 1 else basis}"
            for basis, count in self.by_basis
            if count
        ]
        word = "number" if self.numbers == 1 else "numbers"
        text = f"{self.numbers} {word}: {', '.join(kinds)}" if kinds else f"0 {word}"
        if self.numbers == dict(self.by_basis)[GIVEN]:
            return text
        return f"{text}; {self.uncited} without citation, {self.low_confidence} of low confidence"

    @property
    def estimates(self) -> int:
        """How many numbers nobody measured."""
        return sum(count for basis, count in self.by_basis if basis in ESTIMATED_BASES)


def evidence_summary(sources: Iterable[Source]) -> EvidenceSummary:
    """Count what a set of numbers rests on: by basis, without citation, of low confidence.

    Examples
    --------
    >>> depth = Source(name="t", value=2.0, unit="mm", basis="estimate", conf="low")
    >>> str(evidence_summary([depth, Source(name="width", value=0.1, unit="m")]))
    '2 numbers: 1 estimate, 1 given by the user; 1 without citation, 1 of low confidence'
    """
    listing = tuple(sources)
    count = Counter(source.basis for source in listing)
    return EvidenceSummary(
        numbers=len(listing),
        by_basis=tuple((basis, count[basis]) for basis in BASES),  # type: ignore[index]
        uncited=sum(not s.is_cited for s in listing if s.basis != GIVEN),
        low_confidence=sum(source.conf == "low" for source in listing),
    )
