"""Where a number comes from: the record that travels with it, and the library's tables.

Every quantity of the library carries value, unit, range, basis, citation and confidence.  Objects
made from the library keep these records as `sources`, so that a result can list the estimates it
rests on; `softsim.provenance` ties each record to the numbers it speaks for.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from softsim.errors import InputError, shown, unknown_name
from softsim.units import to_si

MEASURED: Literal["measured in print"] = "measured in print"
GIVEN: Literal["given by the user"] = "given by the user"

Basis = Literal[
    "measured in print",
    "derived",
    "textbook knowledge",
    "estimate",
    "prior",
    "given by the user",
]

BASES: dict[str, str] = {
    MEASURED: "measured or laid down by somebody, and printed in the work cited",
    "derived": "arithmetic, or a fit, on numbers that have sources of their own",
    "textbook knowledge": "handed down or taught; the number itself was not read in a measurement",
    "estimate": "judged by the authors of the library from what is alike; measured by nobody",
    "prior": "the middle of two bounds that are known, where nothing was measured between them",
    GIVEN: "typed, left at a default, or changed from what the library had",
}
"""The closed vocabulary of `Source.basis`, and what each word claims."""

_EARLIER_BASES = {
    "found": MEASURED,
    "published": MEASURED,
    "knowledge": "textbook knowledge",
    "estimated": "estimate",
}

ESTIMATED_BASES = ("estimate", "prior")
"""Bases of numbers that nobody measured; a result lists every one it used."""

CONFIDENCES = ("high", "medium", "low")

NO_WORK = ("softsim_estimate", "softsim_derivation", "common_knowledge")
"""Citation keys that stand for a judgement: nothing printed is behind them."""

Held: TypeAlias = float | tuple[float, ...]
"""A number, or the numbers of one thing with several (a spectrum, a stretch along and across)."""

FRICTION_KEYS = ("dry", "emollient", "damp")
"""States of the skin for which the library has a coefficient of friction against steel."""

_FRICTION_TABLE = "friction.steel_skin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A number of the library with its evidence.

    Parameters
    ----------
    name : str
        Path of the number, e.g. ``"tissue.fat.elastic.mu"``.
    value : float
        The number in `unit`, as it was used.
    unit : str
        Unit of `value`, `low` and `high`.
    low, high : float or None
        Range worth sweeping; None where no range is known.
    basis : str
        What kind of evidence it is: one of the words of `BASES`.
    cite : tuple of str
        Keys of citations.toml.
    conf : str
        ``"high"``, ``"medium"`` or ``"low"``.
    note : str
        What else a reader must know.
    feeds : tuple of str
        Paths of the parameters that have their value from this number.  In the sources of a layer
        they start at the layer (``"material.shear_modulus"``), in those of a problem at the problem
        (``"tissue.fat_deep.material.shear_modulus"``, ``"edge.nose_radius"``, ``"friction"``), as a
        sweep names them.
    holds : tuple of float or tuple of float
        What each of those parameters was, in SI, when the source was attached; a parameter that is
        something else by now has lost this source.
    """

    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    basis: Basis = GIVEN
    cite: tuple[str, ...] = ()
    conf: str = ""
    note: str = ""
    feeds: tuple[str, ...] = ()
    holds: tuple[Held, ...] = ()

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        for key in ("name", "unit", "note"):
            _check_text(key, getattr(self, key))
        for key in ("value", "low", "high"):
            number = getattr(self, key)
            if not (_is_number(number) or (number is None and key != "value")):
                raise InputError(f"{key} of a source is {shown(number)}; must be a number")
        set_(self, "basis", checked_basis(self.basis))
        if self.conf not in ("", *CONFIDENCES):
            raise unknown_name("confidence", self.conf, CONFIDENCES)
        set_(self, "cite", _texts("cite", self.cite))
        set_(self, "feeds", _texts("feeds", self.feeds))
        set_(self, "holds", _held(self.holds))
        if self.holds and len(self.holds) != len(self.feeds):
            raise InputError(
                f"source {shown(self.name)} feeds {len(self.feeds)} parameters and holds "
                f"{len(self.holds)} values; must hold one for each of them"
            )

    @property
    def is_estimate(self) -> bool:
        """Whether the number was estimated or is a prior, that is, measured by nobody."""
        return self.basis in ESTIMATED_BASES

    @property
    def is_cited(self) -> bool:
        """Whether it names a work that somebody else can read."""
        return any(key not in NO_WORK for key in self.cite)

    @property
    def spread(self) -> str:
        """Range as text, e.g. ``"400 to 4000"``; empty where no range is known."""
        if self.low is None and self.high is None:
            return ""
        if self.low is None:
            return f"up to {self.high:g}"
        if self.high is None:
            return f"from {self.low:g}"
        return f"{self.low:g} to {self.high:g}"


def checked_basis(word: Any) -> Basis:
    """Return a word of `BASES`.

    Raises
    ------
    InputError
        For any other word, with the one that took its place or the whole vocabulary.
    """
    if word in get_args(Basis):
        return word  # type: ignore[no-any-return]
    if isinstance(word, str) and word in _EARLIER_BASES:
        raise InputError(f"basis is {shown(word)}; this word is now '{_EARLIER_BASES[word]}'")
    raise InputError(
        f"basis is {shown(word)}; must be one of {', '.join(repr(name) for name in BASES)} "
        "(what else there is to say goes into note)"
    )


def _check_text(key: str, value: Any) -> None:
    if not isinstance(value, str):
        raise InputError(f"{key} of a source is {shown(value)}; must be text")


def _texts(key: str, value: Any) -> tuple[str, ...]:
    """Return a tuple of texts, also for one given alone."""
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, (tuple, list)):
        raise InputError(f"{key} of a source is {shown(value)}; must be a list of texts")
    for text in texts:
        _check_text(key, text)
    return tuple(texts)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _held(values: Any) -> tuple[Held, ...]:
    """Return what a source holds as floats, and tuples of floats."""
    if isinstance(values, tuple) and all(type(row) is float for row in values):
        return values  # as most are
    rows = values if isinstance(values, (tuple, list)) else (None,)
    for row in rows:
        if not all(_is_number(x) for x in (row if isinstance(row, (tuple, list)) else (row,))):
            raise InputError(
                f"holds of a source is {shown(values)}; must be a list of numbers, or of lists of "
                "them (leave it out, and the source holds what it is attached to)"
            )
    return tuple(
        tuple(float(x) for x in row) if isinstance(row, (tuple, list)) else float(row)
        for row in rows
    )


def source_from(table: Mapping[str, Any], name: str) -> Source:
    """Return the `Source` of a table such as ``{ value = 1.0, unit = "m", basis = "prior" }``."""
    low, high = table.get("low"), table.get("high")
    return Source(
        name=name,
        value=float(table["value"]),
        unit=str(table.get("unit", "1")),
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        basis=table.get("basis", GIVEN),
        cite=tuple(table.get("cite", ())),
        conf=str(table.get("conf") or ""),
        note=str(table.get("note", "")),
    )


def quantity_to_si(source: Source, unit: str) -> float:
    """Return the value of a `Source` in the SI unit asked for.

    Raises
    ------
    InputError
        When its unit is of another kind.
    """
    written = "1" if source.unit == "-" else source.unit
    if written == unit:
        return source.value
    return to_si(f"{source.value!r} {written}", unit, source.name)


@functools.cache
def library_table(name: str) -> dict[str, Any]:
    """Return one file of the library, e.g. ``"tissues"``; treat it as read-only."""
    text = (Path(__file__).parent / "library" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def load_friction(key: str) -> Source:
    """Return the coefficient of friction of steel on skin [-] with its source.

    Parameters
    ----------
    key : str
        ``"dry"``, ``"emollient"`` or ``"damp"``, or the full ``"friction.steel_skin.dry"``.

    Raises
    ------
    InputError
        For an unknown key, with the nearest ones.

    Examples
    --------
    >>> load_friction("emollient").value
    0.14
    """
    if not isinstance(key, str):
        raise unknown_name("friction", key, FRICTION_KEYS)
    short = key.removeprefix("friction.").removeprefix("steel_skin.")
    if short not in FRICTION_KEYS:
        raise unknown_name("friction", key, FRICTION_KEYS)
    table = library_table("friction")["friction"]["steel_skin"][short]
    return replace(source_from(table, f"{_FRICTION_TABLE}.{short}"), feeds=("friction",))


def citation(key: str) -> str:
    """Return the bibliographic text of a citation key, or the key itself where it is unknown.

    Raises
    ------
    InputError
        For a key that is no text.
    """
    if not isinstance(key, str):
        raise InputError(
            f"key of a citation is {shown(key)}; must be text such as 'common_knowledge'"
        )
    tables = library_table("citations")
    entry = tables["cite"].get(key)
    if entry is None:
        return str(tables["citation"].get(key, key))
    link = f" doi:{entry['doi']}" if "doi" in entry else entry.get("url", "")
    return f"{entry['text']}{' ' if link and not link.startswith(' ') else ''}{link}"
