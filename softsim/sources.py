"""Where a number comes from: the record that travels with it, and the library's tables.

Every quantity of the library carries value, unit, range, basis, citation and confidence.  Objects
made from the library keep these records as `sources`, so that a result can list the estimates it
rests on.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softsim.errors import InputError, unknown_name
from softsim.units import to_si

ESTIMATED_BASES = ("estimated", "prior")
"""Bases of numbers that nobody measured; a result lists every one it used."""

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
        ``"found"``, ``"published"``, ``"knowledge"``, ``"derived"``, ``"estimated"`` or
        ``"prior"``; thicknesses of body sites have a phrase.
    cite : tuple of str
        Keys of citations.toml.
    conf : str
        ``"high"``, ``"medium"`` or ``"low"``.
    note : str
        What else a reader must know.
    """

    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    basis: str = ""
    cite: tuple[str, ...] = ()
    conf: str = ""
    note: str = ""

    @property
    def is_estimate(self) -> bool:
        """Whether the number was estimated or is a prior, that is, measured by nobody."""
        return self.basis in ESTIMATED_BASES

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


def source_from(table: Mapping[str, Any], name: str) -> Source:
    """Return the `Source` of a table such as ``{ value = 1.0, unit = "m", basis = "found" }``."""
    low, high = table.get("low"), table.get("high")
    return Source(
        name=name,
        value=float(table["value"]),
        unit=str(table.get("unit", "1")),
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        basis=str(table.get("basis", "")),
        cite=tuple(table.get("cite", ())),
        conf=str(table.get("conf", "")),
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


def read_toml(path: str | Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    InputError
        The file is missing, is not text, or is not TOML; the message has file and line.
    """
    path = Path(path)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"file '{path}' does not exist; check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(
            f"file '{path}' cannot be read ({reason}); give a TOML text file"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(_syntax_message(path, str(error))) from None


def _syntax_message(path: Path, message: str) -> str:
    """Turn the parser's message into file, line, what and cure."""
    place = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)", message)
    what = re.sub(r"\s*\(at .*\)$", "", message)
    line = f", line {place.group(1)}" if place and place.group(1) else ", end of file"
    return (
        f"{path}{line}: not valid TOML ({what[:1].lower()}{what[1:]}); check quotes, brackets and "
        'commas there (text such as "6 N" needs quotes)'
    )


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
    short = key.removeprefix("friction.").removeprefix("steel_skin.")
    if short not in FRICTION_KEYS:
        raise unknown_name("friction", key, FRICTION_KEYS)
    table = library_table("friction")["friction"]["steel_skin"][short]
    return source_from(table, f"{_FRICTION_TABLE}.{short}")


def citation(key: str) -> str:
    """Return the bibliographic text of a citation key, or the key itself where it is unknown."""
    tables = library_table("citations")
    entry = tables["cite"].get(key)
    if entry is None:
        return str(tables["citation"].get(key, key))
    link = f" doi:{entry['doi']}" if "doi" in entry else entry.get("url", "")
    return f"{entry['text']}{' ' if link and not link.startswith(' ') else ''}{link}"
