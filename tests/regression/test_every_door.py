"""The same strict reader behind every door: 200 bad texts, 100 bad values each (issue 15).

Doors: Python constructors, the files of a tissue, an instrument, a problem and a sweep, and the
command line.  Each refusal is an InputError of one sentence, on the command line with exit status 2
and nothing written.
"""

from __future__ import annotations

import decimal
import json
import os
import re
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import softsim as ss
from softsim.cli import main
from softsim.errors import InputError
from softsim.serialise import load_problem, problem_to_toml
from softsim.sweeps.design import load_design

HANG = 2.0  # [s] per refusal: far above what one takes, far below a hang
LONGEST = 400  # characters of a sentence

NUMBERS = [
    *("2,5", "0,5", ",5", "-2,5", "2,5e3", "1.500,0", "1,500.0", "1,500"),
    *("1 500", "1'500", "1’500"),
    *("1_500", "1.500.000", "1 500,5", "2·5", "2٫5", "１", "٣", "−2", "–2", "- 2", "+ 2", "--2"),
    *("+-2", "2-", "2..5", "2.5.1", ".", "..", "1-2", "1 - 2", "1–2", "1…2", "1..2", "1 to 2"),
    *("1 bis 2", "1~2", "2±1", "2 ± 1", "2 +/- 1", "2(1)", "~2", "≈2", "<2", ">2", "≤2", "≥ 2"),
    *("about 2", "ca. 2", "max 2", "2 2", "2 x 2", "2*2", "2**2", "9**9**9", "2^2", "2/2", "2+2"),
    *("(2)", "[2]", "{2}", "'2'", "2e", "2e+", "2e2.5", "2e2e2", "2 e2", "2e 2", "2E9999", "1e400"),
    *("1e-400", "0x10", "0b11", "0o17", "2L", "2j", "2f0", "inf", "-inf", "nan", "infinity", "∞"),
    *("½", "2½", "2 1/2", "1/8", "two", "x", "", "e", "None", "True", "2,5,1", "2×10^3", "10^3"),
    *("2x10-3", "#2", "$2", "=2", "2 =", "2;", "2:", "2!", "2?", "2%%"),
    *("sqrt(2)", "__import__", "2\\"),
]  # fmt: skip
UNITS = {
    "N": [
        *(
            "n",
            "Newton",
            "NEWTON",
            "nt",
            "g",
            "kg",
            "Kg",
            "lb",
            "lbs",
            "oz",
            "t",
            "Nm",
            "N m",
            "N*m",
        ),
        *("N/m", "N^2", "N²", "Pa", "mm", "s", "deg", "J", "W", "N N", "N/N", "N 3", "N please"),
        *("N.", "N;", "N,", "[N]", "(N)", "N!", "µ", "k", "foo", "Ñ", "Ｎ", "\u200bN", "/N", "N/"),
    ],
    "mm": [
        *("MM", "Mm", "mM", "Millimeter", "mn", "mm2", "mm^2", "mm²", "m m", "mm mm", "mms", "kPa"),
        *("N", "s", "deg", "''", "ft2", "px", "pt", "em", "mm/s", "1/mm", "mm.", "mm;", "mm,"),
        *("[mm]", "(mm)", "µ", "μ", "Ｍ", "mm^", "mm**", "mm^0.5", "mm thick", "/mm", "mm/", "foo"),
    ],
}
OTHERS = [
    *("6 {u} 4", "6 {u} 4 {u}", "6 {u} - 7 {u}", "6 {u} ± 1 {u}", "6 {u}\n7 {u}", "6\u00a0{u}"),
    *("6\u2009{u}", "6\u3000{u}", "{u}", "{u} 6", "6 {u} # six", "6 {u}; 7", "6 {u} or 7 {u}"),
    "9" * 120 + " {u}", "1" * 10_000 + " {u}", "6 " + "{u}*" * 500, "x" * 5000,
    "6" + " " * 200 + "{u}",
    *("6\t7 {u}", "{{6 {u}}}", "eval('6') {u}", "6 {u}\x00", "lambda: 6", "6 {u}\u202e", "NaN {u}"),
]  # fmt: skip


def bad_texts(unit):
    """At least 200 texts that are no quantity in `unit`, each once."""
    spaced = [f"{number} {unit}" for number in NUMBERS if number not in ("2f0",)]
    joined = [f"{number}{unit}" for number in NUMBERS if number and not number[-1].isalpha()]
    units = [f"6 {word}" for word in UNITS[unit]]
    others = [text.format(u=unit) for text in OTHERS]
    texts = [*spaced, *joined, *units, *others, "", " ", "\n"]
    return [text for text in dict.fromkeys(texts) if text not in ("2e mm", "2e N")]


TOML_VALUES = [
    *("true", "false", "[]", "[1]", "[1, 2]", '["6 N"]', "[[1]]", "{}", "{a = 1}", "{value = 1}"),
    *("1979-05-27", "1979-05-27T07:32:00Z", "07:32:00", "inf", "-inf", "+inf", "nan", "-nan"),
    *("-1", "-0.5", "0", "0.0", "-0.0", "1e9", "1e300", "-1e300"),
    *("1e-300", "5e-324", "99999999999"),
    *("123456789012345678901234567890", "0xffffffff", "0o77777777777", "0b11111111111111111111"),
    "9" * 300, "-" + "9" * 300, "9" * 1000, "9" * 10_000, "[" * 20 + "]" * 20,
    "{a = {b = {c = 1}}}",
    *('"0 {u}"', '"-6 {u}"', '"-1e-9 {u}"', '"1e9 {u}"', '"1e-30 {u}"'),
    *('"1e300 {u}"', '"6"', '"-6"'),
    *('"true"', '"[6]"', '"{u}"', '"6 s"', '"6 kPa"', '"6 rad"', '"6 %"', '"6 K"', '"6 m^3"'),
    *("'6'", "''", '""', "'''\n6'''", '"\\u0036"', '"6\\n"', '"nan"', '"inf"', '"None"', '"null"'),
    *("1_0.0e8", "1e+8", "-1E8", "0.5e9", "[true]", "[inf]", "[{}]", '[""]', "{v = true}"),
    *('"6 N 7 N"', '"six"', "[6, [6]]", "{a = [1]}", "[{a = 1}]", "-1e-9", "['']", '"\\t"'),
    *("1979-05-27 07:32:00", "1979-05-27T07:32:00", "1979-05-27T07:32:00.5+01:00", "23:59:59.9"),
    *(f"{sign}{size}e{power}" for sign in ("", "-") for size in (1, 7) for power in (7, 8, 12, 20)),
]  # fmt: skip

PYTHON_VALUES = [
    *(True, False, None, b"6 N", bytearray(b"6"), 6j, [], [6], (6,), {6}, {"a": 6}, range(3)),
    *(object(), object, len, lambda: 6, iter([6]), Ellipsis),
    *(NotImplemented, slice(6), memoryview(b"6")),
    *(float("nan"), float("inf"), -float("inf"), -1, -0.5, 10**10_000),
    *(-(10**10_000), 1e300, 1e-300),
    *(np.array([6.0]), np.array([]), np.zeros((2, 2)), np.bool_(True), np.complex128(6), np.nan),
    *(np.datetime64("2020"), np.timedelta64(6, "s"), np.ma.masked, np.array("6 N"), np.array(None)),
    *(np.array(6, dtype=object).reshape(1), np.str_("6,5"), np.bytes_(b"6"), np.void(b"6")),
    *(decimal.Decimal("NaN"), decimal.Decimal("Infinity"), Path("6")),
    *(re.compile("6"), ss, ValueError(6)),
    *(["6 N"] * 1000, "6" * 10_000, {"value": 6, "unit": "N"}, [[6]], [None], [True]),
]  # fmt: skip
PYTHON_DOORS = {
    "force": lambda value: ss.Stroke(force=value),
    "thickness": lambda value: ss.Layer(name="a", thickness=value, material=LAW),
    "nose": lambda value: ss.Edge(nose_radius=value, thickness="240 mm", leading_flank_angle=0.5),
    "modulus": lambda value: ss.NeoHookean(young_modulus=value, poisson_ratio=0.4),
}

LAW = ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45)
EDGE = ss.Edge(nose_radius="1 mm", thickness="2 mm")
PROBLEM = problem_to_toml(
    ss.Problem(
        tissue=ss.Tissue(layers=[ss.Layer(name="fat", thickness="10 mm", material=LAW)]),
        instrument=ss.Instrument(edge=EDGE, contact_length="50 mm"),
        stroke=ss.Stroke(force=6.125, speed="0.1 m/s"),
    )
)
FILES = {
    # door: unit, loader, text of a file with a gap
    "tissue": (
        "mm",
        ss.load_tissue,
        '[[layer]]\nthickness = {value}\nmaterial = {{law = "neo_hookean", '
        'young_modulus = "20 kPa", poisson_ratio = 0.4}}\n',
    ),
    "instrument": (
        "mm",
        ss.load_instrument,
        'nose_radius = {value}\nthickness = "4 mm"\nleading_flank_angle = 0.5\n'
        'trailing_flank_angle = 0.5\ncontact_length = "5 cm"\n',
    ),
    "problem": (
        "N",
        load_problem,
        PROBLEM.replace("{", "{{").replace("}", "}}").replace("force = 6.125", "force = {value}"),
    ),
    "sweep": (
        "N",
        load_design,
        'tissue = "calf"\ninstrument = "gt4_class_scanner"\nmode = "press"\nengine = "linear"\n'
        "[sweep]\nforce = [{value}]\n",
    ),
}


def faults_of(message):
    """What is wrong with a refusal as a sentence."""
    found = []
    if "\n" in message:
        found.append("more than one line")
    if len(message) > LONGEST:
        found.append(f"{len(message)} characters")
    if len(message) < 20:
        found.append("no cure")
    return found


def tried(call):
    """Call a door; return what is wrong, the message, and how long it took."""
    start = time.perf_counter()
    try:
        got = call()
    except InputError as error:
        message, found = str(error), faults_of(str(error))
    except Exception as error:
        message, found = "", [f"{type(error).__name__}: {str(error)[:80]}"]
    else:
        message, found = "", [f"taken as {str(got)[:60]}"]
    taken = time.perf_counter() - start
    return [*found, *(["a hang"] if taken > HANG else [])], message, taken


def hints(message):
    """Texts that a message tells to write instead."""
    return re.findall(r"(?:write|write e\.g\.|mean|or) '([^']*)'", message.rsplit("; ", 1)[-1])


def test_lists_are_long_enough():
    assert min(len(bad_texts(unit)) for unit in UNITS) >= 200
    assert len(TOML_VALUES) >= 100
    assert len(PYTHON_VALUES) * len(PYTHON_DOORS) >= 200


@pytest.mark.parametrize(("door", "unit"), [("force", "N"), ("thickness", "mm"), ("nose", "mm")])
def test_bad_texts_are_refused_by_python_and_what_is_suggested_is_taken(door, unit):
    faults = {}
    for text in bad_texts(unit):
        wrong, message, _ = tried(lambda text=text: PYTHON_DOORS[door](text))
        for hint in hints(message):
            try:
                PYTHON_DOORS[door](hint)
            except InputError as error:
                wrong.append(f"suggested {hint}: {error}")
        if wrong:
            faults[text[:60]] = (wrong, message)
    assert not faults


@pytest.mark.parametrize("door", PYTHON_DOORS)
def test_bad_values_are_refused_by_python(door):
    faults = {}
    for value in PYTHON_VALUES:
        wrong, message, _ = tried(lambda value=value: PYTHON_DOORS[door](value))
        if wrong:
            faults[str(type(value))] = (wrong, message)
    assert not faults


@pytest.mark.parametrize("door", FILES)
@pytest.mark.parametrize("kind", ["texts", "values"])
def test_bad_texts_and_values_are_refused_from_files(door, kind, tmp_path):
    unit, load, form = FILES[door]
    path = tmp_path / "own.toml"
    path.write_text(form.format(value='"6 mm"' if unit == "mm" else '"6 N"'), encoding="utf-8")
    load(path)  # the form itself is good
    if kind == "texts":
        values = [json.dumps(text) for text in bad_texts(unit)]
    else:
        values = [value.replace("{u}", unit) for value in TOML_VALUES]
    faults = {}
    for value in values:
        path.write_text(form.format(value=value), encoding="utf-8")
        wrong, message, _ = tried(lambda: load(path))
        if wrong:
            faults[value[:60]] = (wrong, message)
    assert not faults


def test_bad_texts_are_refused_by_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["stroke", "--tissue", "calf", "--instrument", "gt4_class_scanner", "--mode", "press"]
    values = ["0 N", "-6 N", "1e9 N", "6 s", "-0 N", "1e-30 N", "6e5 N"]
    faults = {}
    for text in [*bad_texts("N"), *values]:
        start = time.perf_counter()
        result = CliRunner().invoke(main, [*words, f"--force={text}", "-o", "out.nc"])
        taken = time.perf_counter() - start
        wrong = [] if result.exit_code == 2 else [f"exit status {result.exit_code}"]
        lines = result.stderr.splitlines()
        wrong += [] if len(lines) == 1 and lines[0].startswith("error: ") else ["no one line"]
        wrong += faults_of(result.stderr.strip())
        wrong += ["a hang"] if taken > HANG else []
        wrong += [f"written: {name}" for name in os.listdir(tmp_path)]  # noqa: PTH208
        if wrong:
            faults[text[:60]] = (wrong, result.stderr)
    assert not faults
