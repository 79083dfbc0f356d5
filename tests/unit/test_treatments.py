"""Protocols of the library become programs of strokes with their sources."""

from __future__ import annotations

import numpy as np
import pytest

import softsim as ss
import softsim.problem
from softsim.errors import InputError
from softsim.serialise import problem_from_toml, problem_to_toml


@pytest.mark.parametrize("name", ss.protocols())
def test_every_phase_is_a_problem_with_its_evidence(name):
    table = {phase["name"]: phase for phase in ss.load_protocol(name)["phase"]}
    problems = ss.protocol_problems(name, optional=True)
    assert list(problems) == list(table)
    for key, problem in problems.items():
        phase, stroke = table[key], problem.stroke
        for name_of, value in (
            ("speed", stroke.speed), ("length", stroke.length), ("dwell", stroke.dwell),
        ):  # fmt: skip
            assert value == pytest.approx(phase[name_of]["value"])
        assert np.degrees(stroke.angle) == pytest.approx(phase["angle"]["value"])
        assert stroke.load == phase[stroke.load_kind]["value"]
        back = phase["direction"] == "back_and_forth"
        number = min(phase["strokes"]["value"], 1000)
        assert (stroke.passes, stroke.repeats) == ((number, 1) if back else (1, number))
        if not back:
            busy = stroke.length / stroke.speed + stroke.dwell + 0.4
            assert busy + stroke.rest == pytest.approx(1.0 / phase["rate"]["value"], rel=1e-6)
        fed = {path: source for source in stroke.sources for path in source.feeds}
        assert fed["angle"].cite == tuple(phase["angle"].get("cite", ()))
        assert {stroke.load_kind, "speed", "length", "friction"} <= set(fed)
    first = next(iter(problems.values()))
    assert problem_from_toml(problem_to_toml(first)) == first


def test_posture_stretches_layers_along_the_stroke():
    problem = ss.protocol_problems("faktr", strokes=1)["position_of_provocation"]
    rest = ss.load_tissue("calf")
    stretch = {"epidermis": 1.1, "dermis": 1.1, "deep_fascia": 1.02, "muscle": 1.1}
    posed = 0
    for layer, before in zip(problem.tissue.layers, rest.layers, strict=True):
        factor = next((f for name, f in stretch.items() if layer.name.startswith(name)), None)
        if factor is None:
            assert layer == before
            continue
        posed += 1
        along, _, across = ss.problem.layer_prestretch(before)
        assert layer.prestretch == pytest.approx((factor * along, across))
        (source,) = (s for s in layer.sources if "prestretch" in s.feeds)
        assert source.basis == "estimate"
    assert posed >= 4


def test_optional_phases_are_left_out_unless_asked_for():
    assert list(ss.protocol_problems("strigil_clinic")) == ["back_and_forth"]


@pytest.mark.parametrize(
    ("name", "options", "part"),
    [
        ("guasha", {}, "'gua_sha'"),
        ("gua_sha", {"strokes": 0}, "strokes is 0"),
        ("gua_sha", {"optional": 1}, "optional is 1"),
    ],
)
def test_impossible_protocol_is_refused(name, options, part):
    with pytest.raises(InputError, match=part):
        ss.protocol_problems(name, **options)
