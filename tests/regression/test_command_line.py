"""The command line: what it shows, advises and answers is what it does.

Faults of this kind: a command that was said to be the same as ten lines of Python and was not,
advice in words the command does not take, defaults that are not told, tracebacks.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import softsim as ss
from softsim.cli import main
from softsim.cli.advice import in_words_of
from softsim.cli.library import edge_drawing
from softsim.cli.stroke import STROKE_OPTIONS, given_problem, rounded
from softsim.serialise import problem_hash, problem_to_toml

ROOT = Path(__file__).resolve().parents[2]
TOOL = ("--tissue", "calf", "--instrument", "gt4_class_scanner")


def call(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def problem_of_words(words):
    """The problem that the words after 'softsim stroke' describe."""
    context = main.commands["stroke"].make_context("stroke", list(words))
    others = ("mode", "engine", "edge", "output", "plot")
    return given_problem(**{k: v for k, v in context.params.items() if k not in others})


def test_command_of_the_readme_is_the_same_problem_as_its_ten_lines():
    text = (ROOT / "README.md").read_text("utf-8")
    code = re.search(r"```python\n(.*?)result = ", text, re.DOTALL)[1]
    names: dict = {}
    exec(code, names)
    command = re.search(r"^\$ (softsim stroke .*?[^\\])$", text, re.DOTALL | re.MULTILINE)[1]
    words = shlex.split(command.replace("\\\n", " "))[2:]
    same = (problem_to_toml(p) for p in (names["problem"], problem_of_words(words)))
    assert len({problem_hash(text) for text in same}) == 1


# ------------------------------------------------------------------ help


def test_defaults_in_the_help_are_those_of_a_stroke():
    given = ss.Stroke(force=1.0)
    for name, (_, default) in STROKE_OPTIONS.items():
        value = getattr(given, name)
        if name != "force" and value is not None:
            assert getattr(ss.Stroke(force=1.0, **{name: default}), name) == value
        else:
            assert not default[:1].isdigit()


@pytest.mark.parametrize("name", main.commands)
def test_help_tells_the_default_of_every_option(name):
    command = main.commands[name]
    context = click.Context(command, info_name=name)
    for option in command.params:
        if isinstance(option, click.Option):
            assert "default" in option.get_help_extra(context), option.name


# ------------------------------------------------------------------ advice


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("--force", "6 N"), ('--speed "100 mm/s"', "--mode press")),
        (("--speed", "0.1 m/s"), ('--force "6 N"',)),
        (("--force", "6 N", "--speed", "0 m/s"), ("--mode press",)),
        (
            ("--force", "6 N", "--speed", "0.1 m/s", "--mode", "transient"),
            ('--length "60 mm"', "--mode steady"),
        ),
    ],
)
def test_advice_is_what_the_command_takes(words, advice):
    result = call("stroke", *TOOL, *words)
    assert result.exit_code == 2
    assert not re.search(r"[a-z]='", result.stderr)
    for part in advice:
        assert part in result.stderr
        context = main.commands["stroke"].make_context("stroke", shlex.split(part))
        assert context.params[part.split()[0][2:]] == shlex.split(part)[1]


def test_advice_on_a_problem_of_a_file_is_what_the_file_takes(tmp_path):
    text = problem_to_toml(problem_of_words((*TOOL, "--force", "6 N")))
    (tmp_path / "problem.toml").write_text(text)
    result = call("stroke", "--problem", tmp_path / "problem.toml")
    assert result.exit_code == 2
    assert 'speed = "100 mm/s"' in result.stderr
    assert "--mode press" in result.stderr


def test_advice_of_a_sweep_is_what_its_file_takes(tmp_path):
    design = 'tissue = "calf"\ninstrument = "gt4_class_scanner"\n[sweep]\nforce = ["6 N"]\n'
    (tmp_path / "design.toml").write_text(design)
    result = call("sweep", tmp_path / "design.toml", tmp_path / "out.zarr")
    assert result.exit_code == 2
    assert 'speed = "100 mm/s"' in result.stderr
    assert 'mode = "press"' in result.stderr


def test_words_that_are_no_advice_stay():
    context = click.Context(main.commands["stroke"], info_name="stroke")
    text = "residual=1e-3 and Prony(tau='3 s') stay; angle=0.7 and dwell='0.9 s' do not"
    assert in_words_of(context, text) == (
        "residual=1e-3 and Prony(tau='3 s') stay; --angle 0.7 and --dwell \"0.9 s\" do not"
    )


@pytest.mark.parametrize("angle", ["0.7 rad", "40 deg", "45°"])
def test_angle_is_taken_in_every_unit_that_messages_name(angle):
    given = problem_of_words((*TOOL, "--force", "6 N", "--speed", "100 mm/s", "--angle", angle))
    assert 0.6 < given.stroke.angle < 0.8


# ------------------------------------------------------------------ answers


@pytest.mark.parametrize("number", [0.0, -0.0, 1e-13, -3.0e-11])
def test_rounding_is_reported_as_zero(number):
    assert rounded(number) == "0"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("strok",), "no such command 'strok'"),
        (("stroke", "--colour", "red"), "no such option '--colour'"),
        (("stroke", "more"), "unexpected extra argument"),
        (("stroke", "--force"), "'--force' requires an argument"),
        (("stroke", "--force", "6 N", "--force", "7 N"), "--force is given 2 times"),
        (("sweep", "design.toml"), "missing argument 'STORE'"),
        (("sweep", "a", "b", "--workers", "two"), "'two' is not a valid integer"),
        (("tissues", *("x" * 50 for _ in range(99))), "unexpected extra arguments"),
    ],
)
def test_words_that_make_no_command_are_one_line_and_exit_status_2(words, told):
    result = call(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    assert told in line
    assert re.search(r"; see 'softsim.* --help'$", line)
    assert len(line) < 300


def test_no_words_at_all_show_the_help():
    result = call()
    assert result.exit_code == 0
    assert "stroke" in result.stdout


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (OSError(5, "Input/output error", "x.toml"), 2, "'x.toml' (Input/output error)"),
        (MemoryError(), 2, "not enough memory"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (RuntimeError("two\nlines"), 1, "fault of softsim (RuntimeError: two lines)"),
    ],
)
def test_whatever_goes_wrong_is_one_line(monkeypatch, error, status, told):
    def fail(*args):
        raise error

    monkeypatch.setattr("softsim.library.protocols", fail)
    result = call("protocols")
    assert (result.exit_code, result.stdout) == (status, "")
    (line,) = result.stderr.split("\n")[-2:-1]
    assert told in line
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(("place", "n_lines"), [("/dev/full", 1), (None, 0)])
def test_output_that_cannot_be_written_is_no_traceback(place, n_lines):
    """A full disk under standard output, and a reader that has gone away (as in '| head')."""
    command = [sys.executable, "-m", "softsim.cli", "protocols"]
    reading, writing = os.pipe()
    if place is not None:
        os.close(writing)
        writing = os.open(place, os.O_WRONLY)
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == n_lines


# ------------------------------------------------------------------ files of one's own

GEL = """
[[layer]]
name = "gel"
thickness = "8 mm"
[layer.material]
law = "neo_hookean"
young_modulus = "20 kPa"
poisson_ratio = 0.45
"""
ROD = 'nose_radius = "5 mm"\nthickness = "10 mm"\ncontact_length = "60 mm"\n'


def test_numbers_typed_by_hand_are_shown_as_given_by_the_user(tmp_path):
    (tmp_path / "gel.toml").write_text(GEL)
    (tmp_path / "rod.toml").write_text(ROD)
    shown = call("tissues", tmp_path / "gel.toml").stdout
    assert re.search(r"young_modulus +20000 +Pa +given by the user", shown)
    shown = call("instruments", tmp_path / "rod.toml").stdout
    assert re.search(r"nose_radius +0.005 +m +given by the user", shown)


def test_edge_is_drawn_to_scale():
    rod = ss.Edge(nose_radius="5 mm", thickness="10 mm")
    *lines, skin, scale = edge_drawing(rod.section(), 0.01).splitlines()
    widths = [line.count("█") for line in lines]
    assert widths == sorted(widths, reverse=True)
    assert skin.count("▔") == widths[0] == 41  # 10 mm
    assert scale == f"  ├{'─' * 19}┤ 5 mm, leading side at the right"
    for k, width in enumerate(reversed(widths)):  # a circle, cut at the middle of every line
        height = (k + 0.5) * 2 * 0.25e-3
        half = (5e-3**2 - max(0.0, 5e-3 - height) ** 2) ** 0.5
        assert abs(width * 0.25e-3 - 2 * half) < 2.5 * 0.25e-3
    bevel = ss.Edge(nose_radius="0.5 mm", thickness="4 mm", leading_flank_angle="45 deg")
    top = edge_drawing(bevel.section(), 4e-3).splitlines()[0]
    bottom = edge_drawing(bevel.section(), 4e-3).splitlines()[-3]
    assert len(top) - len(bottom) > len(bottom) - bottom.count("█") - 2  # more room at the right
