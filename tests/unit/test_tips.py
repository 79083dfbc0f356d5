"""Round tips: what they refuse, how they are written and read."""

from __future__ import annotations

from typing import Any

import pytest

import softsim as ss
from softsim.serialise import problem_from_toml, problem_to_toml
from softsim.tips import Tip

TIPS: tuple[Tip, ...] = (
    ss.RoundTip(radius="5 mm"),
    ss.FlatPunch(radius="5 mm", rim_radius="0.2 mm"),
    ss.Cone(half_angle="70 deg", tip_radius="0.2 mm", radius="5 mm"),
)


def problem(tip: Tip, material: Any = None, prestretch: Any = 1.0, **stroke: Any) -> ss.Problem:
    law = material or ss.NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45)
    layer = ss.Layer(name="fat", thickness="20 mm", material=law, prestretch=prestretch)
    return ss.Problem(
        tissue=ss.Tissue(layers=(layer,)),
        instrument=ss.Instrument(edge=tip),
        stroke=ss.Stroke(**({"force": "1 N"} | stroke)),
    )


@pytest.mark.parametrize("tip", TIPS, ids=lambda tip: type(tip).__name__)
def test_text_gives_the_problem_back(tip: Tip) -> None:
    case = problem(tip)
    assert not case.allow_unusual
    assert problem_from_toml(problem_to_toml(case)) == case


@pytest.mark.parametrize("tip", TIPS, ids=lambda tip: type(tip).__name__)
def test_lowest_point_is_on_the_axis(tip: Tip) -> None:
    outline = problem(tip).outline
    points = outline.points()
    assert points[:, 0].min() == pytest.approx(-points[:, 0].max(), rel=1e-9)
    assert points[:, 1].max() == pytest.approx(0.0, abs=1e-12)


def test_unknown_shape_is_named() -> None:
    text = problem_to_toml(problem(TIPS[0])).replace("round_tip", "round_top")
    with pytest.raises(ss.InputError, match=r"instrument\.edge\.shape.*round_top"):
        problem_from_toml(text)


def test_fibres_are_refused() -> None:
    fibres = (ss.FibreFamily(k1="10 kPa", k2=1.0),)
    law = ss.SplitNeoHookean(shear_modulus="5 kPa", bulk_modulus="500 kPa", fibres=fibres)
    with pytest.raises(ss.InputError, match="'fat' has fibres"):
        ss.simulate(problem(TIPS[0], law), mode="press")
    with pytest.raises(ss.InputError, match="differs along and across"):
        ss.simulate(problem(TIPS[0], prestretch=(1.1, 1.0)), mode="press")


@pytest.mark.parametrize(
    ("stroke", "options", "words"),
    [
        ({"speed": "1 mm/s"}, {"mode": "steady"}, "presses only"),
        ({}, {"mode": "press", "engine": "linear"}, "presses only"),
        ({}, {"mode": "press", "edge": "whole"}, "presses only"),
        ({"angle": "45 deg"}, {"mode": "press"}, "upright"),
        ({"force": None, "pressure": "5 kPa"}, {"mode": "press"}, "force or an indentation"),
    ],
)
def test_what_is_not_known_is_refused(stroke: Any, options: Any, words: str) -> None:
    with pytest.raises(ss.InputError, match=words):
        ss.simulate(problem(TIPS[0], **stroke), **options)


def test_sizes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ss.InputError, match="rim_radius"):
        ss.FlatPunch(radius="1 mm", rim_radius="1 mm")
    with pytest.raises(ss.InputError, match="contact_length.*round tip has none"):
        ss.Instrument(edge=TIPS[0], contact_length="10 mm")
    with pytest.raises(ss.InputError, match="contact_length"):
        ss.Instrument(edge=ss.Edge(nose_radius="1 mm", thickness="2 mm"))
