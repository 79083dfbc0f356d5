"""What somebody probably meant by a quantity that the strict reader refuses.

Only the sentence of a refusal is made here; no number that this module finds is ever used.
"""

from __future__ import annotations

import itertools
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from fractions import Fraction

from softsim.unit_table import SI_DIMENSIONS, UNITS, Unit, read_unit

Accepts = Callable[[str], bool]
"""Whether a door takes a text; what is suggested must be taken."""

MOST_HINTS = 2
MISSPELT = "whose unit is not spelled as softsim reads it"
_TYPOGRAPHIC = "written with other than plain characters"
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
    "m": ("mm", "m", "um", "cm"),
    "s": ("s", "ms"),
    "m/s": ("mm/s", "m/s", "cm/s"),
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
    **dict.fromkeys(("н", "牛", "牛顿"), ("N",)),
    **dict.fromkeys(("мм", "毫米", "ミリ"), ("mm",)),
    **dict.fromkeys(("см", "厘米"), ("cm",)),
    **dict.fromkeys(("мкм", "微米"), ("um",)),
    **dict.fromkeys(("м", "米"), ("m",)),
    **dict.fromkeys(("кпа", "千帕"), ("kPa",)),
    **dict.fromkeys(("мпа", "兆帕"), ("MPa",)),
    **dict.fromkeys(("па", "ра", "帕"), ("Pa",)),
    **dict.fromkeys(("с", "сек", "秒"), ("s",)),
    **dict.fromkeys(("мс", "毫秒"), ("ms",)),
    **dict.fromkeys(("град", "градусов", "度"), ("deg",)),
}

_FOREIGN = {
    # units softsim does not read: what one of them is, so that a number never keeps a wrong size
    **dict.fromkeys(("mil", "mils", "thou"), ("0.0254", "mm")),
    **dict.fromkeys(("yd", "yard", "yards"), ("0.9144", "m")),
    **dict.fromkeys(("å", "angstrom", "angstroms"), ("0.1", "nm")),
    "pm": ("0.001", "nm"),
    **dict.fromkeys(("turn", "turns", "rev", "revolution", "revolutions"), ("360", "deg")),
    **dict.fromkeys(("gon", "gons", "gradian", "gradians"), ("0.9", "deg")),
    **dict.fromkeys(("pi", "π", "pi rad", "π rad", "*pi", "*π", "pi radians"), ("180", "deg")),
    **dict.fromkeys(("arcmin", "arcminutes"), ("1/60", "deg")),
    **dict.fromkeys(("arcsec", "arcseconds"), ("1/3600", "deg")),
    **dict.fromkeys(("dan", "decanewton", "decanewtons"), ("10", "N")),
    "hn": ("100", "N"),
    "kip": ("1000", "lbf"),
    **dict.fromkeys(("t", "ton", "tons", "tonne", "tonnes"), ("1000", "kgf")),
    **dict.fromkeys(("st", "stone", "stones"), ("14", "lbf")),
    **dict.fromkeys(("gram force", "grams force", "gram-force", "grams-force"), ("1", "gf")),
    **dict.fromkeys(("kilogram force", "kilogram-force", "kgforce", "kg-f"), ("1", "kgf")),
    **dict.fromkeys(("pound force", "pounds force", "pound-force", "pounds-force"), ("1", "lbf")),
    **dict.fromkeys(("poundforce", "lb-f"), ("1", "lbf")),
    **dict.fromkeys(("ounce force", "ounce-force", "oz-f"), ("1", "ozf")),
    "at": ("98.0665", "kPa"),
    "ksi": ("1000", "psi"),
    "psf": ("47.88025898", "Pa"),
    **dict.fromkeys(("inhg", "in hg"), ("3.386389", "kPa")),
    **dict.fromkeys(("mmh2o", "mm h2o"), ("0.1", "cmH2O")),
    **dict.fromkeys(("cm h2o", "cmh20"), ("1", "cmH2O")),
    "mm hg": ("1", "mmHg"),
    "dapa": ("10", "Pa"),
    "ks": ("1000", "s"),
    **dict.fromkeys(("d", "day", "days"), ("24", "h")),
    **dict.fromkeys(("week", "weeks"), ("168", "h")),
    "mph": ("0.44704", "m/s"),
    **dict.fromkeys(("kn", "kt", "kts", "knot", "knots"), ("1852/3600", "m/s")),
    **dict.fromkeys(("ips",), ("1", "in/s")),
    **dict.fromkeys(("fps",), ("1", "ft/s")),
    **dict.fromkeys(("‰", "per mille", "permille"), ("0.1", "%")),
    "ppm": ("0.0001", "%"),
    "per cent": ("1", "%"),
}
_PREFIXED_NAME = re.compile(r"([GMkhcmµun])(?i:(pascal|newton|met(?:re|er)|second|gram)s?)")

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
    rf"(?:({_NUMBER})\s*[x×X*·⋅]\s*10\s*(?:\^|\*\*|(?=-))|10\s*(?:\^|\*\*))"
    r"\s*([+-]?[0-9]{1,3})\s*(.*)"
)
_HEXADECIMAL = re.compile(r"0[xX]([0-9a-fA-F]{1,12})\b(.*)")
_SPACED = re.compile(
    r"([+-])\s+([0-9.].*)|([0-9.]+)\s*([eE])\s*([+-]?)\s*([0-9]{1,3})(?![0-9])(.*)"
)
_WRAPPED = re.compile(r"[\"'`(\[{<]+\s*([+-]?[0-9.].*?)\s*[\"'`)\]}>]+")
_NAMED = re.compile(r"[A-Za-zµ_ ]{1,20}[=:]+\s*([+-]?[0-9.].*)")
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
    digits = strict and re.search(r"[0-9]", strict[2])
    if strict and (not digits or read_unit(strict[2]) or strict[2].casefold() in _FOREIGN):
        yield from _unit_readings(plain, strict[2], unit)
    if strict and _RAISED_WITHOUT_SIGN.fullmatch(strict[2]):
        yield MISSPELT, [plain]
    if _HUGE_EXPONENT.match(plain):
        yield "beyond what a number can hold", []
    if re.fullmatch(r"[+-]?\s*(?:inf(?:inity)?|nan|∞)\b.*", plain, re.IGNORECASE):
        yield "not a finite number", []
    yield from _number_readings(plain)
    if first := _UNIT_FIRST.fullmatch(plain):
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
        what = "without a unit" if unit != "1" else _TYPOGRAPHIC
        units = ("",) if unit == "1" else USUAL_UNITS.get(unit, (unit,))
        yield what, [f"{number} {word}".strip() for word in units]
        return
    found = read_unit(rest.strip())
    same = [f"{number} {word}".strip() for word in USUAL_UNITS.get(unit, ("",))]
    if found is None:
        yield from _unknown_unit_readings(plain, number, rest.strip(), unit)
        what = "whose unit softsim does not know"
    elif SI_DIMENSIONS.get(unit) == found.dimension:
        yield _TYPOGRAPHIC, [plain]
        if not _is_held(number, found):
            yield "beyond what a number can hold", []
        what = _TYPOGRAPHIC
        same = []
    else:
        what = _of_another_kind(found, unit)
        yield what, [plain]
    yield what, same
    yield what, []


def _unknown_unit_readings(
    plain: str, number: str, rest: str, unit: str
) -> Iterator[tuple[str, list[str]]]:
    """Yield readings of a number with a unit that cannot be read."""
    size, word = _FOREIGN.get(rest.casefold().rstrip("."), ("", ""))
    if word:
        turned = float(Fraction(number) * Fraction(size))
        yield "whose unit softsim does not know", [f"{turned:.10g} {word}"]
        yield "whose unit softsim does not know", []
    product = read_unit(re.sub(r"\s+", "*", rest))
    if product is not None and product.dimension != SI_DIMENSIONS.get(unit):
        yield _of_another_kind(product, unit), [f"{number} {rest.split()[0]}"]
    yield MISSPELT, [plain]
    for words in _unit_spellings(rest, unit):
        near = read_unit(words)
        if near is not None and near.dimension == SI_DIMENSIONS.get(unit) and "%" not in words:
            meant = [f"{number} {word}".strip() for word in USUAL_UNITS.get(unit, ("",))]
            yield f"probably '{number} {words}', which is out of bounds here", meant
            return


def _is_held(number: str, unit: Unit) -> bool:
    """Whether a number in a unit lies within what a float can hold."""
    if _HUGE_EXPONENT.match(number):
        return False
    exact = abs(Fraction(number) * unit.size)
    return exact == 0 or sys.float_info.min <= exact <= sys.float_info.max


def _of_another_kind(found: Unit, unit: str) -> str:
    """Return what a quantity is that is not of the kind asked for."""
    same = (k for u, k in _KINDS.items() if SI_DIMENSIONS[u] == found.dimension)
    what = f"{next(same, 'a quantity of another kind')}, not {_KINDS.get(unit, unit)}"
    if (unit, found.dimension) == ("N", SI_DIMENSIONS["kg"]):
        what += " (weights are in gf, kgf or lbf)"
    return what


def _number_readings(plain: str) -> Iterator[tuple[str, list[str]]]:
    """Yield readings of a text whose number is not written as it must be."""
    for pattern, marks, point in _GROUPED:
        if match := pattern.fullmatch(plain):
            whole = re.sub(f"[{re.escape(marks)}]", "", match[1])
            decimals = match[2].replace(",", ".")
            meant = [f"{whole}{decimals} {match[3]}"]
            if not decimals and point == "." and match[1].count(",") == 1:  # 1,500: which of two?
                meant.insert(0, f"{match[1].replace(',', '.')} {match[3]}")
            yield "with a mark between thousands", meant
    if match := _COMMA.fullmatch(plain):
        meant = [f"{match[1]}{match[2] or '0'}.{match[3]}{match[4]} {match[5]}"]
        yield "with a decimal comma", meant
    if match := _POWER_OF_TEN.fullmatch(plain):
        yield "with a power of ten written out", [f"{match[1] or 1}e{match[2]} {match[3]}"]
    if match := _RANGE.fullmatch(plain):
        unit = match[4].strip() or match[2]
        ends = (match[1].replace(",", "."), match[3].replace(",", "."))
        yield "a range, and a quantity is one number", [f"{end} {unit}" for end in ends]
    if match := _TOLERANCE.fullmatch(plain):
        meant = [f"{match[1].replace(',', '.')} {match[2].strip() or match[3]}"]
        yield "a number with a tolerance", meant
    if (match := _FRACTION.fullmatch(plain)) and int(match[3]):
        value = Fraction(int(match[2]), int(match[3])) + int(match[1] or 0)
        yield "a fraction, and text is read, not evaluated", [f"{float(value):.6g} {match[4]}"]
    if match := _HEXADECIMAL.fullmatch(plain):
        yield "not a decimal number", [f"{int(match[1], 16)} {match[2]}"]
    if match := _SPACED.fullmatch(plain):
        yield "with a blank inside the number", ["".join(part or "" for part in match.groups())]
    if match := _WRAPPED.fullmatch(plain):
        yield "with quotes or brackets around it", [match[1]]
    if match := _NAMED.fullmatch(plain):
        yield "with a name before the number", [match[1]]
    if match := _APPROXIMATE.fullmatch(plain):
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
    joined, inside = re.sub(r"[\s.·*-]+", "", bare), re.sub(r"[\[\](){}]", "", rest.strip())
    if joined != bare and joined in UNITS:  # kilo newton, m m
        yield joined
        return
    forms = [bare, re.sub(r"\s*\bper\b\s*|\s*\bp\b\s*|\s*÷\s*|\\|\|", "/", bare)]
    forms += [re.sub(r"\s+", "*", bare), bare.strip("*·x /"), *bare.split()[:1]]
    forms += [rest.split("(")[0].strip(), *re.split(r"[\s,;]+", inside)[:1]]
    for form in dict.fromkeys(forms):
        raised = re.sub(r"([A-Za-zµ])(-?[1-4])(?![0-9])", r"\1^\2", form)
        split = re.sub(r"^([kcmuµn]?m)[ *·]?s\^-1$", r"\1/s", raised)
        for spelling in dict.fromkeys((form, split, raised)):
            yield from itertools.islice(_words_replaced(spelling), _MOST_SPELLINGS)


def _words_replaced(form: str) -> Iterator[str]:
    """Yield a unit expression with its words replaced by units spelled alike."""
    if form in UNITS:  # cmH2O
        yield form
    parts = re.split(r"((?:[^\W\d_]|[°º˚%\"'″′])+)", form)
    options = [_alike(part) if i % 2 else (part,) for i, part in enumerate(parts)]
    for chosen in itertools.product(*options):
        yield "".join(chosen)


def _alike(word: str) -> tuple[str, ...]:
    """Return a unit word and those that may have been meant by it."""
    low = word.casefold().replace("μ", "µ")
    same = sorted((u for u in UNITS if u.casefold() == low), key=_likeliness)
    if match := _PREFIXED_NAME.fullmatch(word):  # kPascal
        symbol = {"p": "Pa", "n": "N", "m": "m", "s": "s", "g": "g"}[match[2][0].lower()]
        same += [u for u in (match[1] + symbol,) if u in UNITS]
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
        elif "\u3380" <= sign <= "\u33df":  # mm in one character
            plain.append(unicodedata.normalize("NFKC", sign).replace("μ", "µ"))
        elif "\uff01" <= sign <= "\uff5e":
            plain.append(chr(ord(sign) - 0xFEE0))
        elif "¼" <= sign <= "¾" or "\u2150" <= sign <= "\u215f":
            plain.append(" " + unicodedata.normalize("NFKC", sign).replace("⁄", "/"))
        else:
            plain.append(sign)
    joined = re.sub(r"(?<=10)[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+", _lowered, "".join(plain))
    joined = re.sub(r"(?<=[0-9])[·⋅](?=[0-9])(?!10[\^*-])", ".", joined)
    return re.sub(r" +", " ", joined).strip()


def _lowered(raised: re.Match[str]) -> str:
    """Return a raised power as plain characters."""
    return "^" + unicodedata.normalize("NFKC", raised[0]).replace("−", "-")
