"""Waiting made visible: who is told, what a bar says, and that silence costs nothing."""

from __future__ import annotations

import logging

import pytest

from softsim import progress


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
