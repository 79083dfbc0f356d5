"""The live page without a browser: choices, views, words, processes, one visitor."""

from __future__ import annotations

import base64
import io
import itertools
import json
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import softsim as ss
from softsim.app import words
from softsim.app.assets import colours, live_script
from softsim.app.choices import (
    Choices,
    controls,
    fat_thickness,
    problem_in,
    stroke_in_words,
    with_stroke,
)
from softsim.app.pool import Limits, Pool
from softsim.app.session import Session
from softsim.app.solver import file_of
from softsim.app.views import COLUMNS, EMPTY, ROWS, raster, view
from softsim.app.worker import Message
from softsim.serialise import problem_from_toml, problem_to_toml
from softsim.viz.drawing.shots import sheets_of
from tests import app_stand_in
from tests.small_case import JIT_IS_OFF, linear_result, small_problem, small_result

PATIENCE = 60.0


# ------------------------------------------------------------------ choices


def test_defaults_make_a_problem_of_the_library():
    problem = Choices().problem()
    assert problem.tissue.name == "calf"
    assert problem.stroke.force == 3.0


def test_controls_are_plain_data_and_offer_what_makes_a_problem():
    offered = json.loads(json.dumps(controls(), allow_nan=False))
    assert set(offered["chosen"]) == set(Choices.__slots__)
    for site in offered["sites"]:
        Choices(site=site, fat=f"{offered['sites'][site]['fat']} mm").problem()
    for instrument in offered["instruments"]:
        Choices(instrument=instrument).problem()
    for gliding in offered["gliding"]:
        Choices(gliding=gliding).problem()


def test_fat_is_as_thick_as_chosen_and_shared_as_before():
    usual, thick = Choices().problem().tissue, Choices(fat="18 mm").problem().tissue
    assert fat_thickness(thick) == pytest.approx(0.018, rel=1e-12)
    ratios = [b.thickness / a.thickness for a, b in zip(usual.layers, thick.layers, strict=True)]
    assert {round(ratio, 12) for ratio in ratios} == {1.0, 3.0}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["force"], "must be texts by name"),
        ({"force": 3.0}, "force is 3.0; must be a text"),
        ({"force": "3 N" + " " * 100}, "must be a text of at most 60 characters"),
        ({"problem": "x"}, "choice 'problem' is unknown"),
        ({"site": "/etc/passwd"}, "site '/etc/passwd' is unknown"),
        ({"site": "own.toml"}, "site 'own.toml' is unknown"),
        ({"instrument": "own.toml"}, "instrument 'own.toml' is unknown"),
        ({"gliding": "slides"}, "gliding"),
        ({"force": "2,5 N"}, "write '2.5 N'"),
        ({"force": "-1 N"}, "force is"),
        ({"force": "3 mm"}, "force"),
        ({"fat": "0 mm"}, "fat is"),
        ({"angle": "200 deg"}, "angle"),
    ],
)
def test_what_is_no_choice_is_refused_in_one_sentence(given, told):
    with pytest.raises(ss.InputError, match=told.replace("(", r"\(")) as refused:
        Choices.of(given).problem()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.toml", b"x" * 2_600_000, "must have at most 2.5 MB"),
        ("a.toml", b"\xff\xfe", "is no text"),
        ("a.toml", b"import os", "a.toml: "),
        ("a.toml", b"[tissue]", "a.toml: "),
        ("a.nc", b"", "cannot be read as a result"),
        ("a.nc", b"\x89HDF\r\n\x1a\n" + b"\0" * 500, "cannot be read as a result"),
        ("a.py", b"print()", "neither NAME.toml nor NAME.nc"),
    ],
)
def test_file_that_holds_no_problem_is_refused_in_one_sentence(name, content, told):
    with pytest.raises(ss.InputError, match=told) as refused:
        problem_in(name, content)
    assert "\n" not in str(refused.value)


def test_file_of_a_result_or_a_problem_is_taken_and_its_stroke_changed():
    result = small_result("steady")
    found = problem_in("stroke.nc", file_of(result, ".nc"))
    assert found == small_problem() == problem_in("p.toml", problem_to_toml(found).encode())
    assert stroke_in_words(found) == {"angle": "90 deg", "speed": "20 mm/s", "friction": "0.2"}
    other = with_stroke(found, {"force": "2 N", "angle": "60 deg"})
    assert (other.stroke.load_kind, other.stroke.load) == ("force", 2.0)
    assert other.tissue == found.tissue
    with pytest.raises(ss.InputError, match="unknown"):
        with_stroke(found, {"length": "1 m"})


# ------------------------------------------------------------------ views


def test_raster_gives_a_linear_field_exactly_and_nothing_outside():
    result = small_result("steady")
    sheets = sheets_of(result)
    values = [2.0 * sheet.along - 3.0 * sheet.depth for sheet in sheets]
    along, depth = np.linspace(-4.0, 4.0, 33), np.linspace(-2.0, 9.0, 45)
    drawn = raster(sheets, values, along, depth)
    inside = np.isfinite(drawn)
    wanted = 2.0 * along[None, :] - 3.0 * depth[:, None]
    # rows of points are straight between neighbours, so that only the way across them is bent
    assert np.abs(drawn - wanted)[inside].max() < 1e-9
    skin = np.interp(along, sheets[0].along[0], sheets[0].depth[0])
    assert not inside[depth[:, None] < skin[None, :]].any()
    assert inside[(depth[:, None] > skin[None, :]) & (depth[:, None] < 8.0)].all()


@pytest.mark.parametrize("engine", ["finite", "linear"])
def test_view_is_json_and_says_what_the_result_says(engine):
    problem = small_problem()
    if engine == "linear" and JIT_IS_OFF:
        pytest.skip("needs compiled kernels: a minute without")
    result = small_result("steady") if engine == "finite" else linear_result(problem)
    seen = json.loads(json.dumps(view(problem, result, preview=False), allow_nan=False))
    for field in seen["section"]["fields"].values():
        levels = base64.b64decode(field["levels"])
        assert len(levels) == COLUMNS * ROWS
        assert EMPTY in levels
        assert EMPTY - 1 in levels
    rows = {row["name"]: row["value"] for row in seen["numbers"]}
    assert rows["indentation"] == "1 mm"
    assert max(seen["pressure"]["values"]) == pytest.approx(
        1e-3 * float(result.peak_contact_pressure), rel=2e-3
    )
    assert [layer["name"] for layer in seen["layers"]] == ["skin", "fat"]
    assert len(seen["cautions"]) == len(json.loads(result.attrs["warnings"]))


def test_preview_of_small_strain_is_marked_as_such():
    if JIT_IS_OFF:
        pytest.skip("needs compiled kernels: a minute without")
    result = linear_result(small_problem())
    told = [
        words.standing(result.assign_attrs(validity=level), preview=True)["text"]
        for level in ("valid", "indicative", "outside")
    ]
    assert all(text.startswith("Preview: ") for text in told)
    assert "no answer" in told[-1]


def test_words_on_depth_name_the_layer_and_claim_nothing():
    result = small_result("steady")
    told = words.about_depth(result)
    assert told[-1] == words.MECHANICS_ONLY
    assert f"{1e3 * float(result.depth_of_strain_energy):.2g} mm, in the " in told[1]
    still = result.assign({f"depth_of_strain_{p}": 0.0 for p in (1, 2, 5)})
    assert words.about_depth(still)[0] == "Nowhere is the tissue sheared by 1 % or more."


def test_data_that_is_taken_away_is_the_result():
    result = small_result("steady")
    again = xr.open_dataset(io.BytesIO(file_of(result, ".nc")), engine="h5netcdf")
    xr.testing.assert_identical(again.load(), result)


def test_script_is_whole_and_colours_darken_steadily():
    script = live_script()
    assert "export function render" in script
    assert "http" not in script.replace("http://www.w3.org/2000/svg", "")
    weights = (0.2126, 0.7152, 0.0722)
    light = [sum(w * part for w, part in zip(weights, c, strict=True)) for c in colours()]
    assert all(a > b for a, b in itertools.pairwise(light))


# ------------------------------------------------------------------ processes


class Told:
    """Messages of jobs, which come in other threads."""

    def __init__(self):
        self.messages = []
        self.ended = threading.Event()

    def __call__(self, message):
        self.messages.append(message)
        if message.is_last:
            self.ended.set()

    def last(self):
        assert self.ended.wait(PATIENCE)
        return self.messages[-1]


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def problem_at(force):
    problem = small_problem()
    return replace(problem, stroke=ss.Stroke(force=f"{force} N", speed="20 mm/s"))


@pytest.fixture(scope="module")
def pool():
    found = Pool(Limits(processes=2), target=app_stand_in.work)
    yield found
    found.close()
    assert not any(place.process.is_alive() for place in found._places)


def test_last_of_many_choices_wins_and_nothing_piles_up(pool):
    told = [Told() for _ in range(300)]
    for k, one in enumerate(told[:-1]):
        pool.submit(1, problem_at(1 + k % 9), one, "slow")
    pool.submit(1, problem_at(12), told[-1])
    assert told[-1].last().content == "answer to 12"
    assert [m.content for m in told[-1].messages] == ["preview of 12", "answer to 12"]
    until(lambda: pool.is_idle)
    assert not any(message.is_last for one in told[:-1] for message in one.messages)
    assert pool._receivers == {}


def test_visitors_do_not_wait_for_each_other_for_ever(pool):
    slow, told = Told(), [Told() for _ in range(5)]
    pool.submit(1, problem_at(1), slow, "slow")
    for k, one in enumerate(told):
        pool.submit(10 + k, problem_at(2 + k), one)
    assert [one.last().content for one in told] == [f"answer to {2 + k}" for k in range(5)]
    pool.cancel(1)
    until(lambda: pool.is_idle)
    assert not slow.ended.is_set()


def test_process_that_dies_is_replaced(pool):
    dead, next_one = Told(), Told()
    pool.submit(3, problem_at(1), dead, "die")
    assert (dead.last().kind, dead.last().content) == ("failed", "The solve ended early.")
    pool.submit(3, problem_at(2), next_one)
    assert next_one.last().content == "answer to 2"


def test_solve_that_takes_too_long_is_stopped_with_a_sentence():
    short = Pool(Limits(processes=1, seconds=0.2), target=app_stand_in.work)
    try:
        told, after = Told(), Told()
        short.submit(1, problem_at(1), told, "slow")
        assert told.last().content == "This took longer than 0.2 s and was stopped."
        short.submit(1, problem_at(2), after)
        assert after.last().content == "answer to 2"
    finally:
        short.close()


def test_processes_that_cannot_start_are_not_started_for_ever(caplog):
    broken = Pool(Limits(processes=2), target=app_stand_in.die)
    try:
        until(lambda: not broken._places)
        told = Told()
        broken.submit(1, problem_at(1), told)
        assert told.last().kind == "failed"
    finally:
        broken.close()
    assert "no more are started" in caplog.text


# ------------------------------------------------------------------ one visitor


class Line:
    """A pool that keeps what it is asked for."""

    def __init__(self):
        self.asked, self.cancelled = [], 0

    def submit(self, visitor, problem, tell, file=""):
        self.asked.append((problem, tell, file))

    def cancel(self, visitor):
        self.cancelled += 1


@pytest.fixture
def visit():
    line, shown = Line(), []
    return line, shown, Session(1, line, lambda name, value: shown.append((name, value)))


def test_choice_becomes_a_job_and_its_messages_the_page(visit):
    line, shown, session = visit
    session.choose({"force": "2 N", "turn": 7})
    problem, tell, _ = line.asked[0]
    assert problem.stroke.force == 2.0
    tell(Message(1, "view", {"a": 1}, is_last=False))
    tell(Message(1, "failed", "It did not converge."))
    assert shown == [
        ("shown", {"turn": 7, "view": {"a": 1}, "is_last": False}),
        ("shown", {"turn": 7, "failed": "It did not converge."}),
    ]


def test_what_comes_for_an_earlier_choice_is_not_shown(visit):
    line, shown, session = visit
    session.choose({"force": "2 N", "turn": 1})
    session.choose({"force": "3 N", "turn": 2})
    line.asked[0][1](Message(1, "view", {}))
    assert shown == []


@pytest.mark.parametrize("given", [None, 3, "x", [], {"force": []}, {1: "2 N"}, {"force": "x"}])
def test_malformed_choice_is_refused_on_the_page(visit, given):
    line, shown, session = visit
    session.choose(given)
    assert line.asked == []
    assert line.cancelled == 1
    assert set(shown[0][1]) == {"turn", "refused"}


def test_problem_that_is_taken_away_is_the_one_that_is_shown(visit):
    line, shown, session = visit
    session.take_away("problem")
    assert "wait" in shown[-1][1]["refused"]
    session.choose({"force": "2 N", "fat": "9 mm"})
    line.asked[0][1](Message(1, "view", {}))
    session.take_away("problem")
    name, file = shown[-1]
    assert (name, file["name"]) == ("file", "stroke.toml")
    text = base64.b64decode(file["content"]).decode()
    assert problem_from_toml(text) == line.asked[0][0]
    session.take_away("../secret")
    assert "unknown" in shown[-1][1]["refused"]


def test_file_that_is_dropped_is_solved_and_sliders_change_its_stroke(visit):
    line, shown, session = visit
    text = problem_to_toml(small_problem())
    session.open({"name": "own.toml", "content": base64.b64encode(text.encode()).decode()})
    assert shown[-1][1]["opened"]["name"] == "own.toml"
    assert line.asked[-1][0] == small_problem()
    session.choose({"file": "open", "speed": "30 mm/s", "turn": 3})
    assert line.asked[-1][0].stroke.speed == 0.03
    assert line.asked[-1][0].tissue == small_problem().tissue
    session.choose({"force": "2 N", "turn": 4})
    assert line.asked[-1][0].tissue.name == "calf"


@pytest.mark.parametrize("given", [None, {}, {"name": "a.toml", "content": "%"}, {"name": 3}])
def test_malformed_file_is_refused_on_the_page(visit, given):
    line, shown, session = visit
    session.open(given)
    assert line.asked == []
    assert "drop it again" in shown[-1][1]["refused"]
