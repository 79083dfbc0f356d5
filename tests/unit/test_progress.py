"""Waiting made visible: who is told, what a bar says, and that silence costs nothing."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import numba
import pytest
from numba.core import event as numba_event

import softsim as ss
from softsim import _jit, progress
from tests.small_case import small_problem


class Recorder:
    def __init__(self):
        self.told, self.closed = [], False

    def report(self, done, total, what):
        self.told.append((done, total, what))

    def note(self, text):
        self.told.append(text)

    def close(self):
        self.closed = True


@pytest.fixture
def clock(monkeypatch):
    """Time that only the test moves."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    return now


def test_reports_reach_whoever_watches_and_nobody_else():
    recorder = Recorder()
    progress.report(0, 2, "before")
    with progress.watched(recorder):
        progress.report(1, 2, "inside")
    progress.report(2, 2, "after")
    assert recorder.told == [(1, 2, "inside")]
    assert recorder.closed


def test_inner_display_passes_notes_only():
    outer, inner = Recorder(), Recorder()
    with progress.watched(outer), progress.watched(inner):
        progress.report(1, 2, "a case")
        progress.note("compiling")
    assert outer.told == ["compiling"]
    assert inner.told == []
    assert inner.closed


def test_watching_ends_with_an_error():
    recorder = Recorder()
    with pytest.raises(RuntimeError), progress.watched(recorder):
        raise RuntimeError
    progress.report(1, 2, "after")
    assert recorder.told == []
    assert recorder.closed


def test_bar_appears_after_two_seconds_with_the_time_left(clock, capsys):
    with progress.shown(True):
        progress.report(0, 10, "transient")
        clock[0] += 1.9
        progress.report(2, 10, "transient")
        assert capsys.readouterr().err == ""
        clock[0] += 0.6
        progress.report(5, 10, "transient")
        shown = capsys.readouterr().err
    assert "transient:  50%" in shown
    assert "00:02 < 00:02" in shown


def test_bar_names_what_is_done_now(clock, capsys):
    with progress.shown(True):
        for what in ("press", "slide"):
            clock[0] += 5.0
            progress.report(0.5, 1.0, what)
    shown = capsys.readouterr().err
    assert "press:  50%" in shown
    assert "slide:  50%" in shown


def test_short_work_shows_nothing(clock, capsys):
    with progress.shown(True):
        for step in range(11):
            clock[0] += 0.1
            progress.report(step, 10, "press")
    assert capsys.readouterr().err == ""


def test_program_gets_lines_of_the_logger(clock, capsys, caplog):
    with caplog.at_level(logging.INFO, logger="softsim.progress"), progress.shown(False):
        for step in range(5):
            progress.report(step, 4, "whole edge")
            clock[0] += 6.0
        progress.note("compiling")
    assert caplog.messages == ["whole edge: 50 %", "whole edge: 100 %", "compiling"]
    assert capsys.readouterr().err == ""


def test_nothing_is_shown_where_nobody_looks(clock, capsys):
    with progress.shown():
        clock[0] += 60.0
        progress.report(1, 2, "press")
    assert capsys.readouterr().err == ""


# ------------------------------------------------------------------ who opens a display


@pytest.fixture
def displays(monkeypatch):
    """Every display that a door opens, by its kind."""
    opened = []

    def opener(kind):
        def open_one():
            opened.append((kind, Recorder()))
            return opened[-1][1]

        return open_one

    monkeypatch.setattr(progress, "_Bar", opener("bar"))
    monkeypatch.setattr(progress, "_Log", opener("log"))
    return opened


@pytest.mark.parametrize(("asked", "kind"), [(True, "bar"), (False, "log"), (None, "log")])
def test_simulate_opens_the_display_asked_for_and_closes_it(displays, asked, kind):
    with pytest.raises(ss.InputError):
        ss.simulate(small_problem(), mode="fly", progress=asked)
    assert [name for name, _ in displays] == [kind]
    assert displays[0][1].closed


def test_compiling_is_told_once_and_only_of_our_kernels(displays):
    def event(module):
        function = SimpleNamespace(__module__=module)
        return SimpleNamespace(data={"dispatcher": SimpleNamespace(py_func=function)})

    listener = _jit._Compilation()
    with progress.shown(False):
        listener.on_start(event("somebody.else"))
        for _ in range(3):
            listener.on_start(event("softsim.kernels.splines.spans"))
            listener.on_end(event("softsim.kernels.splines.spans"))
    assert displays[0][1].told == [progress.COMPILING]


@pytest.mark.jit
def test_a_kernel_that_is_compiled_is_told(displays, monkeypatch):
    source = "def doubled(x):\n    return 2.0 * x\n"
    space = {"__name__": "softsim.made_up"}
    exec(compile(source, "made_up", "exec"), space)
    listener = next(
        one
        for one in numba_event._registered["numba:compile"]
        if isinstance(one, _jit._Compilation)
    )
    monkeypatch.setattr(listener, "is_told", False)
    with progress.shown(False):
        assert numba.njit(space["doubled"])(2.0) == 4.0
    assert displays[0][1].told == [progress.COMPILING]


@pytest.mark.jit
@pytest.mark.parametrize("mode", ["press", "steady", "transient"])
def test_finite_engine_reports_how_far_it_is(displays, mode):
    ss.simulate(small_problem(), mode=mode, progress=False)
    shares = [entry[0] / entry[1] for entry in displays[0][1].told if isinstance(entry, tuple)]
    assert len(shares) > 5
    assert all(0.0 <= share <= 1.0 for share in shares)
    assert max(shares) > 0.9


@pytest.mark.jit
def test_linear_engine_reports_how_far_it_is(displays):
    ss.simulate(small_problem(), mode="transient", engine="linear", progress=False)
    assert told_shares(displays[-1]) > 5
    ss.simulate_many([small_problem()] * 4, progress=False)
    assert told_shares(displays[-1]) == 4
    edge = ss.simulate(
        small_problem(indentation="0.05 mm"), edge="whole", cells=(64, 32), progress=False
    )
    assert told_shares(displays[-1]) > 0
    ss.fields_under(edge, depth=[0.001], progress=False)
    assert displays[-1][1].closed


def told_shares(display) -> int:
    """Number of reports of a display, each a share of the whole."""
    shares = [entry[0] / entry[1] for entry in display[1].told if isinstance(entry, tuple)]
    assert all(0.0 <= share <= 1.0 for share in shares)
    return len(shares)
