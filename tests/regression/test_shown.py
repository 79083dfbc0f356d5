"""What a message repeats of the user's input: one line, at most 80 characters (issue 15, 11c)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import softsim as ss
from softsim.errors import SHOWN_LENGTH, shown, unknown_name


class Awkward:
    def __repr__(self) -> str:
        raise RuntimeError("no spelling")


@pytest.mark.parametrize(
    "value",
    [
        "x" * 1000,
        "a\nb\tc" * 40,
        b"\xff" * 500,
        10**10_000,
        -(10**70),
        [1] * 1000,
        ["x" * 100] * 9,
        {f"key {i}": "y" * 50 for i in range(50)},
        np.zeros((13, 4)),
        np.array(3.0),
        object(),
        Awkward(),
        ss.Stroke(force="6 N"),
        Path("/a" * 300),
        "\ud800 alone",
        1 + 2j,
        None,
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_message_repeats_one_short_line(value):
    text = shown(value)
    assert 0 < len(text) <= SHOWN_LENGTH
    assert text.isprintable()


def test_both_ends_of_a_long_text_are_kept():
    text = shown("begin " + "x" * 500 + " end")
    assert text.startswith("'begin")
    assert text.endswith("end'")


def test_plain_values_are_spelled_as_python_does():
    assert [shown(v) for v in ("2,5 N", None, 5, 0.2, True)] == [
        "'2,5 N'",
        "None",
        "5",
        "0.2",
        "True",
    ]


def test_unknown_name_of_any_kind_and_length_is_one_sentence():
    for name in (["a"], "x" * 500, 5, None):
        message = str(unknown_name("law", name, ("neo_hookean", "yeoh")))
        assert len(message) < 200
        assert message.endswith((".", "?"))
