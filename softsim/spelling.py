"""What somebody probably meant by a quantity that the strict reader refuses.

Only the sentence of a refusal is made here; no number that this module finds is ever used.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from fractions import Fraction

from softsim.unit_table import SI_DIMENSIONS, UNITS, read_unit

Accepts = Callable[[str], bool]
"""Whether a door takes a text; what is suggested must be taken."""

MOST_HINTS = 2
MISSPELT = "whose unit is not spelled as softsim reads it"
_MOST_SPELLINGS = 60

EXAMPLES = {
    "N": ("6 N", "1 N", "0.1 N"),
    "Pa": ("20 kPa", "1 kPa", "2 MPa", "100 Pa"),
    "m": ("1 mm", "5 mm", "50 mm", "0.1 mm", "10 um"),
    "s": ("0.1 s", "1 s", "10 s", "1 ms"),
    "m/s": ("100 mm/s", "-100 mm/s"),
    "rad": ("45 deg", "20 deg", "90 deg"),
    "kg": ("170 g", "1 kg"),
    "1": ("0.14", "0.45", "1", "1.2", "2", "10"),
}
"""Texts that a door for each SI unit may take, the likeliest first."""

USUAL_UNITS = {
    "N": ("N", "mN", "gf"),
    "Pa": ("kPa", "MPa", "Pa"),
    "m": ("mm", "um", "cm"),
    "s": ("s", "ms"),
    "m/s": ("mm/s", "cm/s"),
    "rad": ("deg", "rad"),
    "kg": ("g", "kg"),
}
"""Units in which the quantities of this field are usually written."""

_KINDS = {
    "N": "a force",
    "Pa": "a pressure or modulus",
    "m": "a length",
    "s": "a time",
    "m/s": "a speed",
    "rad": "an angle",
    "kg": "a mass",
    "1": "a plain number",
    "J": "an energy",
}
_MEANT = {
    **dict.fromkeys(("n", "newton", "newtons", "neuton", "nwt"), ("N",)),
    **dict.fromkeys(
        ("g", "gr", "grs", "gram", "gramme", "grammes", "gms", "gramm", "pond", "p"), ("g", "gf")
    ),
    **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kilogramm", "kilogram"), ("kg", "kgf")),
    **dict.fromkeys(("kp", "kilopond"), ("kgf",)),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), ("lb", "lbf")),
    **dict.fromkeys(("oz", "ounce", "ounces"), ("oz", "ozf")),
    **dict.fromkeys(("grad", "grade", "º", "˚", "o", "degs", "dg", "°", "grados"), ("deg",)),
    **dict.fromkeys(("rads", "radians"), ("rad",)),
    **dict.fromkeys(("sec", "secs", "sek", "seconds", "s"), ("s",)),
    **dict.fromkeys(("msec", "msecs", "ms"), ("ms",)),
    **dict.fromkeys(("mins",), ("min",)),
    **dict.fromkeys(("hr", "hrs", "std"), ("h",)),
    **dict.fromkeys(("mic", "micron", "microns", "mikron", "mum"), ("um",)),
    **dict.fromkeys(('"', "''", "″", "zoll", "ins", "inchs"), ("in",)),
    **dict.fromkeys(("'", "′", "feet", "foot"), ("ft",)),
    **dict.fromkeys(("pct", "prozent", "perc", "pc", "percents"), ("%",)),
    **dict.fromkeys(("psig", "psia"), ("psi",)),
    **dict.fromkeys(("mmhg",), ("mmHg",)),
    **dict.fromkeys(("kps", "kpas"), ("kPa",)),
    **dict.fromkeys(("mps",), ("m/s",)),
    **dict.fromkeys(("mmps",), ("mm/s",)),
    **dict.fromkeys(("kmh", "kph", "kmph"), ("km/h",)),
}

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_LOOSE = r"[+-]?[0-9](?:[0-9.,']*[0-9])?(?:[eE][+-]?[0-9]{1,3})?"
_PLAIN = re.compile(rf"({_NUMBER})\s*([^0-9].*|)", re.DOTALL)
_RANGE = re.compile(
    rf"({_LOOSE})\s*([^\d\s.,+-]*)\s*(?:-|\.\.+|…|\bto\b|\bbis\b|\bthrough\b|\band\b|~)\s*({_LOOSE})(.*)"
)
_APPROXIMATE = re.compile(
    r"(?:~|≈|∼|≃|<=?|>=?|≤|≥|=|:|\+/-|±|\b(?:about|approx|approximately|ca|circa|around|roughly|"
    r"max|min|at most|at least|less than|more than)\b)[\s.:=]*(.*)",
    re.IGNORECASE,
)
_TOLERANCE = re.compile(rf"({_LOOSE})\s*([^±]*?)(?:±|\+/-|\+-|\()\s*[0-9.,]+\s*%?\)?(.*)")
_COMMA = re.compile(r"([+-]?)([0-9]*),([0-9]+)((?:[eE][+-]?[0-9]{1,3})?)(?![0-9.,'])(.*)")
_GROUPED = (
    # thousands mark, decimal mark
    (re.compile(r"([+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(,[0-9]+)(?![0-9.,'])(.*)"), ".", ","),
    (re.compile(r"([+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+)(\.[0-9]+|)(?![0-9.,'])(.*)"), ",", "."),
    (re.compile(r"([+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,})()(?![0-9.,'])(.*)"), ".", ","),
    (
        re.compile(r"([+-]?[1-9][0-9]{0,2}(?:[ '_][0-9]{3})+)([.,][0-9]+|)(?![0-9.,'])(.*)"),
        " '_",
        ".",
    ),
    (re.compile(r"([+-]?[0-9]+(?:_[0-9]+)+)(\.[0-9]+|)(?![0-9.,'])(.*)"), "_", "."),
)
_FRACTION = re.compile(r"(?:([0-9]{1,4})[\s-]+)?([0-9]{1,6})\s*/\s*([0-9]{1,6})(?![0-9.])(.*)")
_POWER_OF_TEN = re.compile(
    rf"(?:({_NUMBER})\s*(?:x|×|X|\*|·|⋅)\s*)?10\s*(?:\^|\*\*)\s*([+-]?[0-9]{{1,3}})\s*(.*)"
)
_HEXADECIMAL = re.compile(r"0[xX]([0-9a-fA-F]{1,12})\b(.*)")
_SPACED = re.compile(
    r"([+-])\s+([0-9.].*)|([0-9.]+)\s*([eE])\s*([+-]?)\s*([0-9]{1,3})(?![0-9])(.*)"
)
_UNIT_FIRST = re.compile(rf"([^0-9\s.,+-]+)\s*[=:]?\s*({_NUMBER})")
_RAISED_WITHOUT_SIGN = re.compile(r"[A-Za-zµ/*·^ ]*[A-Za-zµ]\^?-?[1-4][A-Za-z/*· ]*")
_HUGE_EXPONENT = re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]{4,}")
_EXPRESSION = re.compile(r"[0-9)]\s*[a-zA-Z°%]*\s*(?:\*\*|[*/^+×x]|-)\s*\(?[0-9]|\(")


def explain(text: str, unit: str, accepts: Accepts) -> tuple[str, tuple[str, ...]]:
    """Say what is wrong with a text and which spellings were probably meant.

    Parameters
    ----------
    text : str
        What the strict reader refused, not longer than it would look at.
    unit : str
        The SI unit asked for.
    accepts : callable
        Whether the door takes a text.

    Returns
    -------
    what : str
        Goes on after "force is '2,5 N', ".
    hints : tuple of str
        At most two texts, each of which the door takes.
    """
    plain = to_ascii(text)
    if not plain:
        return "empty", ()
    for what, meant in _readings(plain, unit):
        found = (next(_spellings(text, unit, accepts), None) for text in meant)
        hints = tuple(dict.fromkeys(hint for hint in found if hint is not None))
        if hints or not meant:
            return what, hints[:MOST_HINTS]
    return "not one number with one unit", ()


def example(unit: str, accepts: Accepts) -> str:
    """Return a text that the door takes."""
    given = EXAMPLES.get(unit, (f"1 {unit}",))
    return next((text for text in given if accepts(text)), given[0])


def _readings(plain: str, unit: str) -> Iterator[tuple[str, list[str]]]:
    """Yield what a text may be, with the texts it may stand for; the likeliest first."""
    strict = _PLAIN.fullmatch(plain)
    if strict and (not re.search(r"[0-9]", strict[2]) or read_unit(strict[2])):
        yield from _unit_readings(plain, strict[2], unit)
    if strict and _RAISED_WITHOUT_SIGN.fullmatch(strict[2]):
        yield MISSPELT, [plain]
    if _HUGE_EXPONENT.match(plain):
        yield "beyond what a number can hold", []
    if re.fullmatch(r"[+-]?\s*(?:inf(?:inity)?|nan|∞)\b.*", plain, re.IGNORECASE):
        yield "not a finite number", []
    yield from _number_readings(plain)
    first = _UNIT_FIRST.fullmatch(plain)
    if first:
        yield "with the unit before the number", [f"{first[2]} {first[1]}"]
    if _EXPRESSION.search(plain):
        yield "an expression, and text is read, not evaluated", []
    numbers = re.findall(_NUMBER, plain)
    if len(numbers) > 1:
        yield "more than one number", []


def _unit_readings(plain: str, rest: str, unit: str) -> Iterator[tuple[str, list[str]]]:
    """Yield readings of a text whose number is well written."""
    number = plain[: len(plain) - len(rest)].strip() if rest else plain.strip()
    if not rest.strip():
        what = "without a unit" if unit != "1" else "written with other than plain characters"
        units = ("",) if unit == "1" else USUAL_UNITS.get(unit, (unit,))
        yield what, [f"{number} {word}".strip() for word in units]
        return
    found = read_unit(rest.strip())
    wanted, units = _KINDS.get(unit, unit), USUAL_UNITS.get(unit, (unit,))
    if found is None:
        yield MISSPELT, [plain]
        what = "whose unit softsim does not know"
    elif SI_DIMENSIONS.get(unit) == found.dimension:
        yield "written with other than plain characters", [plain]
        what = "beyond what a number can hold"
    else:
        same = (k for u, k in _KINDS.items() if SI_DIMENSIONS[u] == found.dimension)
        what = f"{next(same, 'a quantity of another kind')}, not {wanted}"
        if (unit, found.dimension) == ("N", SI_DIMENSIONS["kg"]):
            what += " (weights are in gf, kgf or lbf)"
        yield what, [plain]
    yield what, [f"{number} {word}".strip() for word in (("",) if unit == "1" else units)]
    yield what, []


def _number_readings(plain: str) -> Iterator[tuple[str, list[str]]]:
    """Yield readings of a text whose number is not written as it must be."""
    for pattern, marks, point in _GROUPED:
        match = pattern.fullmatch(plain)
        if match:
            whole = re.sub(f"[{re.escape(marks)}]", "", match[1])
            decimals = match[2].replace(",", ".")
            meant = [f"{whole}{decimals} {match[3]}"]
            if not decimals and point == "." and match[1].count(",") == 1:  # 1,500: which of two?
                meant.insert(0, f"{match[1].replace(',', '.')} {match[3]}")
            yield "with a mark between thousands", meant
    match = _COMMA.fullmatch(plain)
    if match:
        yield (
            "with a decimal comma",
            [f"{match[1]}{match[2] or '0'}.{match[3]}{match[4]} {match[5]}"],
        )
    match = _POWER_OF_TEN.fullmatch(plain)
    if match:
        yield "with a power of ten written out", [f"{match[1] or 1}e{match[2]} {match[3]}"]
    match = _RANGE.fullmatch(plain)
    if match:
        unit = match[4].strip() or match[2]
        ends = (match[1].replace(",", "."), match[3].replace(",", "."))
        yield "a range, and a quantity is one number", [f"{end} {unit}" for end in ends]
    match = _TOLERANCE.fullmatch(plain)
    if match:
        yield (
            "a number with a tolerance",
            [f"{match[1].replace(',', '.')} {match[2].strip() or match[3]}"],
        )
    match = _FRACTION.fullmatch(plain)
    if match and int(match[3]):
        value = Fraction(int(match[2]), int(match[3])) + int(match[1] or 0)
        yield "a fraction, and text is read, not evaluated", [f"{float(value):.6g} {match[4]}"]
    match = _HEXADECIMAL.fullmatch(plain)
    if match:
        yield "not a decimal number", [f"{int(match[1], 16)} {match[2]}"]
    match = _SPACED.fullmatch(plain)
    if match:
        joined = "".join(part or "" for part in match.groups())
        yield "with a blank inside the number", [joined]
    match = _APPROXIMATE.fullmatch(plain)
    if match:
        meant = [match[1]] + [one for _, more in _number_readings(match[1]) for one in more]
        yield "not one exact number", meant


def _spellings(candidate: str, unit: str, accepts: Accepts) -> Iterator[str]:
    """Yield the texts near a candidate that the door takes, the likeliest first."""
    number = re.match(_NUMBER, candidate.strip())
    if number is None:
        return
    rest = candidate.strip()[number.end() :].strip(" .,;:!?")
    tried: set[str] = set()
    for words in _unit_spellings(rest, unit):
        text = f"{number[0]} {words}".strip()
        if text not in tried:
            tried.add(text)
            if accepts(text):
                yield text


def _unit_spellings(rest: str, unit: str) -> Iterator[str]:
    """Yield unit expressions that may have been meant by one that cannot be read."""
    if not rest:
        yield from ("",) if unit == "1" else USUAL_UNITS.get(unit, (unit,))
        return
    bare = re.sub(r"[\[\](){}]", "", rest).strip()
    forms = [bare, re.sub(r"\s*\bper\b\s*|\s*\bp\b\s*|\s*÷\s*", "/", bare), *bare.split()[:1]]
    forms += [bare.split("(")[0], re.sub(r"\s+", "*", bare), *re.split(r"[\s,;]+", bare)[:1]]
    for form in dict.fromkeys(forms):
        raised = re.sub(r"([A-Za-zµ])(-?[1-4])(?![0-9])", r"\1^\2", form)
        split = re.sub(r"^([kcmuµn]?m)[ *·]?s\^-1$", r"\1/s", raised)
        for spelling in dict.fromkeys((form, split, raised)):
            yield from itertools.islice(_words_replaced(spelling), _MOST_SPELLINGS)


def _words_replaced(form: str) -> Iterator[str]:
    """Yield a unit expression with its words replaced by units spelled alike."""
    parts = re.split(r"([A-Za-zµμ°º˚%\"'″′]+)", form)
    options = [_alike(part) if i % 2 else (part,) for i, part in enumerate(parts)]
    for chosen in itertools.product(*options):
        yield "".join(chosen)


def _alike(word: str) -> tuple[str, ...]:
    """Return a unit word and those that may have been meant by it."""
    low = word.casefold().replace("μ", "µ")
    same = sorted((u for u in UNITS if u.casefold() == low), key=_likeliness)
    known = (word,) if word in UNITS else ()
    return tuple(dict.fromkeys((*known, *_MEANT.get(low, ()), *same))) or (word,)


def _likeliness(word: str) -> tuple[int, str]:
    """Order units that differ in case only: the usual ones first."""
    usual = [u for units in USUAL_UNITS.values() for u in units]
    return (usual.index(word) if word in usual else len(usual), word)


_DASHES = "‐‑‒–—―−﹣－⁃˗"
_SIGNS = {
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys("’‘‛`´ʼ′", "'"),
    **dict.fromkeys("“”„″", '"'),
    "٫": ".", "٬": "'", "，": ",", "．": ".", "､": ",", "⁄": "/", "∕": "/", "＋": "+", "μ": "µ",
}  # fmt: skip


def to_ascii(text: str) -> str:
    """Return a text with typographic signs, digits and blanks replaced by plain ones."""
    plain = []
    for sign in text:
        if sign in _SIGNS:
            plain.append(_SIGNS[sign])
        elif unicodedata.decimal(sign, None) is not None:
            plain.append(str(unicodedata.decimal(sign)))
        elif unicodedata.category(sign) in ("Zs", "Zl", "Zp") or sign in "\t\n\r\x0b\x0c":
            plain.append(" ")
        elif unicodedata.category(sign) in ("Cf", "Cc"):
            continue
        elif "\uff01" <= sign <= "\uff5e":
            plain.append(chr(ord(sign) - 0xFEE0))
        elif "¼" <= sign <= "¾" or "\u2150" <= sign <= "\u215f":
            plain.append(" " + unicodedata.normalize("NFKC", sign).replace("⁄", "/"))
        else:
            plain.append(sign)
    joined = re.sub(r"(?<=[0-9])[·⋅](?=[0-9])", ".", "".join(plain))
    return re.sub(r" +", " ", joined).strip()
