"""Animations: what a frame shows at its time, one scale throughout, and files that play."""

from __future__ import annotations

import base64
import io
import os
import re
import stat

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from softsim import cli, progress, viz
from softsim.errors import InputError
from softsim.viz.drawing.style import drawing
from softsim.viz.film import clips
from softsim.viz.film.animation import Film
from softsim.viz.film.clips import clip_writer
from softsim.viz.film.footage import Footage
from tests.small_case import small_result
from tests.viz_cases import sweep_cube, whole_edge

VIEW = (-6.0, 10.0), 10.0


def film_of(result, field="von_mises", **options) -> Film:
    with drawing("screen"):
        return Film(result, field, "screen", 1.0, **options)


# ------------------------------------------------------------------ frames


def test_frame_is_between_the_states_before_and_after():
    result = small_result("transient")
    footage = Footage(result, "von_mises", *VIEW)
    times = result["time"].to_numpy()
    middle = 0.5 * (times[7] + times[8])
    shot = footage.shot((middle - times[0]) / (times[-1] - times[0]))
    assert shot.time == pytest.approx(middle)
    for number, name in enumerate(("tool_along", "indentation")):
        expected = 1e3 * float(result[name][7:9].mean())
        assert shot.tool[number] == pytest.approx(expected, abs=1e-9)
    skin = 1e3 * (result["along"] + result["surface_displacement_along"][7:9].mean("time"))
    np.testing.assert_allclose(shot.along[0], skin.to_numpy()[footage.columns], atol=1e-9)
    base = 9.5 + 0.0 * shot.depth[-1]
    np.testing.assert_allclose(shot.depth[-1], base, atol=0.06)


def test_threads_stick_to_the_tissue():
    result = small_result("transient")
    footage = Footage(result, "von_mises", *VIEW)
    along = 1e3 * result["along"].to_numpy()
    for share in (0.0, 0.4, 0.9):
        shot = footage.shot(share)
        moved = shot.along[0] - footage.place
        for thread in shot.threads:
            place = thread[0, 0] - np.interp(thread[0, 0], shot.along[0], moved)
            assert place / footage.spacing == pytest.approx(
                round(place / footage.spacing), abs=1e-6
            )
    assert np.ptp(along) > 0.0


def test_steady_tissue_passes_once_and_closes_the_circle():
    footage = Footage(small_result("steady"), "strain_max_shear", *VIEW)
    first, last = footage.shot(0.0), footage.shot(1.0)
    assert first.marked[-1, 0] > last.marked[-1, 0]  # the tissue comes towards the tool
    assert footage.shot(0.5).time == pytest.approx(0.5 * footage.way / 20.0)  # at 20 mm/s
    starts = [{round(thread[-1, 0], 6) for thread in shot.threads} for shot in (first, last)]
    assert starts[0] & starts[1]
    np.testing.assert_array_equal(first.cells, last.cells)


def test_profile_of_a_marked_line_has_the_values_of_its_place():
    result = small_result("steady")
    footage = Footage(result, "strain_max_shear", *VIEW)
    shot = footage.shot(0.4)
    place = 1e-3 * (footage.ends[1] - 0.4 * footage.way)
    expected = 100.0 * result["strain_max_shear"].interp(along=place)
    np.testing.assert_allclose(shot.profile, expected.to_numpy()[footage.profile_rows], rtol=1e-9)


def test_colours_keep_one_scale_that_holds_every_frame():
    result = small_result("transient")
    film = film_of(result)
    values = 1e-3 * result["von_mises"].to_numpy()
    assert film.stage.norm.vmax <= values.max() * (1.0 + 1e-9)
    assert film.stage.norm.vmax >= 0.7 * values.max()
    fixed = film_of(result, limits=(0.0, 2e4), decades=0)
    assert (fixed.stage.norm.vmin, fixed.stage.norm.vmax) == (0.0, 20.0)


def test_what_stands_still_is_not_drawn_anew():
    film = film_of(small_result("transient"))
    first, second = film.pixels(0.2), film.pixels(0.7)
    assert first.shape == (540, 960, 3)
    changed = np.argwhere((first != second).any(axis=-1))
    assert changed.size > 0
    np.testing.assert_array_equal(first[-8:], second[-8:])  # below the axes
    np.testing.assert_array_equal(film.pixels(0.2), first)  # nothing of a frame is left behind


@pytest.mark.parametrize("mode", ["press", "steady", "transient"])
@pytest.mark.parametrize("style", ["screen", "slide", "paper"])
def test_every_mode_is_drawn_in_every_style(mode, style):
    with drawing(style):
        film = Film(small_result(mode), "stress_depth", style, 1.0)
        assert film.pixels(0.5).std() > 10.0
    shown = [arrow.get_visible() for arrow in film.arrows.values()]
    assert sum(shown) == (mode != "press")


def test_warnings_stand_over_the_film():
    result = small_result("steady").assign_attrs(validity="outside", largest_strain=0.5)
    film = film_of(result)
    legend = film.stage.figure.legends[0]
    assert "outside small-strain theory" in legend.get_texts()[0].get_text()


# ------------------------------------------------------------------ files


def test_gif_has_its_frames_and_repeats(tmp_path):
    path = viz.animate(small_result("transient"), tmp_path / "a.gif", seconds=0.8)
    with Image.open(path) as image:
        assert image.n_frames == 10
        assert image.info["loop"] == 0
        assert image.info["duration"] == 80
        assert image.size == (960, 540)
    assert [p.name for p in tmp_path.iterdir()] == ["a.gif"]


def test_page_needs_nothing_from_elsewhere(tmp_path):
    path = viz.animate(small_result("steady"), tmp_path / "a.html", seconds=0.2)
    text = path.read_text("utf-8")
    assert not re.search(r"(https?:)?//[a-z]|src=|<link|@import|url\(", text.split("frames = [")[0])
    frames = re.findall(r'"([A-Za-z0-9+/=]{500,})"', text)
    assert len(frames) == 4
    with Image.open(io.BytesIO(base64.b64decode(frames[0]))) as image:
        assert image.size == (960, 540)


def test_video_goes_through_ffmpeg_frame_by_frame(tmp_path, monkeypatch):
    program = tmp_path / "ffmpeg"
    program.write_text(
        '#!/bin/sh\nfor last; do :; done\necho "$@" > "$last.words"\ncat > "$last"\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with clip_writer(tmp_path / "a.mp4") as writer:
        for level in range(3):
            writer.add(np.full((7, 9, 3), level, np.uint8))
    content = (tmp_path / "a.mp4").read_bytes()
    assert content == b"".join(bytes([level]) * (6 * 8 * 3) for level in range(3))
    (words,) = [path.read_text() for path in tmp_path.glob(".*.words")]
    assert "8x6" in words
    assert "-r 25" in words


def test_video_without_ffmpeg_is_refused_in_one_sentence(tmp_path, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(clips.shutil, "which", lambda name: None)
    monkeypatch.setattr(clips.importlib, "import_module", missing)
    with pytest.raises(InputError, match=r"ffmpeg.*softsim\[video\].*NAME\.html"):
        viz.animate(small_result("press"), tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_failed_clip_leaves_nothing_behind(tmp_path):
    (tmp_path / "a.gif").write_bytes(b"before")
    with pytest.raises(RuntimeError), clip_writer(tmp_path / "a.gif"):
        raise RuntimeError
    assert (tmp_path / "a.gif").read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.gif"]


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("a.avi", {}, "must end in .gif, .html or .mp4"),
        ("no/a.gif", {}, "does not exist"),
        ("a.gif", {"seconds": 0.0}, "above 0"),
        ("a.gif", {"field": "heat"}, "'heat' is no field"),
        ("a.gif", {"style": "poster"}, "poster"),
    ],
)
def test_impossible_clips_are_refused(tmp_path, name, options, told):
    with pytest.raises(InputError) as caught:
        viz.animate(small_result("press"), tmp_path / name, **options)
    assert told in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_whole_edges_and_sweeps_are_refused(tmp_path):
    for dataset in (whole_edge(), sweep_cube()):
        with pytest.raises(InputError, match="animations show a press or a stroke"):
            viz.animate(dataset, tmp_path / "a.gif")


def test_progress_is_reported_frame_by_frame(tmp_path):
    told, result = [], small_result("press")  # solved before anybody listens

    class Watcher:
        def report(self, done, total, what):
            told.append((done, total, what))

        def note(self, text): ...
        def close(self): ...

    original = progress._Log
    progress._Log = Watcher
    try:
        viz.animate(result, tmp_path / "a.html", seconds=0.15, progress=False)
    finally:
        progress._Log = original
    assert told == [(k, 3, "animation") for k in (1, 2, 3)]


def test_command_writes_a_clip(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small_result("press").to_netcdf("press.nc", engine="h5netcdf")
    words = ["animate", "press.nc", "press.html", "--seconds", "0.1", "--field", "pressure"]
    result = CliRunner().invoke(cli.main, words)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "press.html").stat().st_size > 10_000
    result = CliRunner().invoke(cli.main, ["animate", "press.nc", "press.mov"])
    assert result.exit_code == 2
    assert "must end in" in result.output
