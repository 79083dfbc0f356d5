"""Logs of machines and force plates become histories, and every fault of them one sentence."""

from __future__ import annotations

import numpy as np
import pytest

import softsim as ss
from softsim.errors import InputError

PLAIN = "time [s],force [N],angle [deg]\n0,4.5,80\n0.1,8.9,75\n0.25,5,70\n"
GERMAN = "Zeit (ms);Fz (N);Weg (mm)\n0;-4,5;0\n100;-8,9;1,5\n250;-5;2\n"
MACHINE = (
    "<INFO>\nTime, s\tPosition (z), mm\tFz, gf\n0.00\t0.0000\t0.0\n5.00\t-0.5000\t-31.2\n"
    "10.00\t-1.0000\t-74.9\n<END DATA>\n"
)


def read(tmp_path, text, **options):
    path = tmp_path / "log.csv"
    path.write_text(text, encoding="utf-8")
    return ss.load_log(path, **options)


def test_columns_called_like_the_parameters_are_taken(tmp_path):
    log = read(tmp_path, PLAIN)
    assert list(log) == ["force", "angle"]
    stroke = ss.Stroke(**log, speed="10 mm/s")
    assert stroke.force.values == pytest.approx([4.5, 8.9, 5.0])
    assert stroke.angle.values == pytest.approx(np.radians([80.0, 75.0, 70.0]))
    assert stroke.way == pytest.approx(2.5e-3)


def test_decimal_commas_semicolons_and_signs(tmp_path):
    log = read(tmp_path, GERMAN, time="Zeit", force="-Fz", separator=";", decimal=",")
    assert log["force"].values == pytest.approx([4.5, 8.9, 5.0])
    assert log["force"].axis == pytest.approx([0.0, 0.1, 0.25])


def test_file_of_a_testing_machine(tmp_path):
    columns = {"time": "Time", "force": "-Fz", "separator": "\t"}
    log = read(tmp_path, MACHINE, **columns)
    assert log["force"].values == pytest.approx(9.80665e-3 * np.array([0.0, 31.2, 74.9]))
    depth = read(tmp_path, MACHINE, time="Time", indentation="-Position (z)", separator="\t")
    assert ss.Stroke(**depth).load == pytest.approx(1e-3)


def test_part_of_a_log_begins_at_0(tmp_path):
    log = read(tmp_path, PLAIN, start="90 ms", force="force")
    assert log["force"].axis == pytest.approx([0.0, 0.15])


def test_unit_may_be_given_where_the_heading_has_none(tmp_path):
    text = "time,force\n0,450\n1,890\n"
    log = read(tmp_path, text, units={"time": "s", "force": "cN"})
    assert log["force"].values == pytest.approx([4.5, 8.9])


@pytest.mark.parametrize(
    ("text", "options", "parts"),
    [
        (PLAIN, {"force": "Fz"}, ("column 'Fz' is unknown", "force")),
        ("time [s],F [N]\n0,1\n1,2\n", {}, ("none is called force", "force='F'")),
        ("time [s],force\n0,1\n1,2\n", {}, ("'force' has no unit", "'force [N]'")),
        ("time [s],force [mm]\n0,1\n1,2\n", {}, ("unit of column 'force'", "not a force")),
        (PLAIN.replace("0.25", "0.05"), {}, ("line 4", "from 0.1 s to 0.05 s", "increase")),
        (PLAIN.replace("8.9", "nan"), {}, ("line 3: force is 'nan', no number",)),
        (PLAIN.replace("8.9", ""), {}, ("line 3: force is empty",)),
        (PLAIN.replace("8.9", "0"), {}, ("force is 0 at 0.1 s", "off the skin", "start=")),
        (PLAIN.replace("4.5", "-4.5"), {}, ("force is -4.5 at 0 s", "start=0.1, end=0.25")),
        (GERMAN, {"decimal": ","}, ("both a comma", "separator=';'")),
        (GERMAN, {}, ("one column only", "separator=';'")),
        (
            GERMAN,
            {"time": "Zeit", "force": "-Fz", "separator": ";"},
            ("line 2", "'-4,5'", "give decimal=','"),
        ),
        (
            GERMAN,
            {"time": "Zeit", "force": "Fz", "separator": ";", "decimal": ","},
            ("nowhere above 0", "minus"),
        ),
        ("time [s],force [N]\n0,1\n", {}, ("1 lines of numbers", "at least 2")),
        ("time [s],force [N]\n0,1\n1,2,3\n", {}, ("line 3 has 3 values under 2 headings",)),
        (PLAIN, {"start": 1.0}, ("0 lines lie between", "from 0 to 0.25 s")),
        (PLAIN, {"separator": "|"}, ("separator is '|'",)),
        ("", {}, ("empty",)),
    ],
)
def test_every_fault_is_one_sentence_with_the_file(tmp_path, text, options, parts):
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, **options)
    message = str(caught.value)
    assert "log.csv" in message
    for part in parts:
        assert part in message
    assert "\n" not in message
