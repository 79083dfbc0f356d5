"""Results opened again: what is read, what is refused, and the command that draws them."""

from __future__ import annotations

import pytest
import xarray as xr
from click.testing import CliRunner

import softsim as ss
from softsim import cli
from softsim.errors import InputError
from tests.small_case import small_result


@pytest.fixture
def stored(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small_result("press").to_netcdf("press.nc", engine="h5netcdf")
    return tmp_path


def call(*words):
    return CliRunner().invoke(cli.main, list(words))


def test_result_comes_back_as_it_was_and_its_file_is_closed(stored):
    opened = ss.open_result("press.nc")
    xr.testing.assert_equal(opened, small_result("press"))
    assert opened.attrs["problem_hash"] == small_result("press").attrs["problem_hash"]
    (stored / "press.nc").unlink()
    assert float(opened["normal_force"][-1]) > 0.0


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("none.nc", None, "does not exist"),
        ("text.nc", b"hello", "cannot be read as a result"),
    ],
)
def test_what_is_no_result_is_refused_in_one_sentence(stored, name, content, told):
    if content is not None:
        (stored / name).write_bytes(content)
    with pytest.raises(InputError, match=told):
        ss.open_result(name)


def test_dataset_of_another_origin_is_refused(stored):
    xr.Dataset({"a": ("x", [1.0])}).to_netcdf("other.nc", engine="h5netcdf")
    with pytest.raises(InputError, match="not a result of softsim"):
        ss.open_result("other.nc")


def test_command_draws_a_result(stored):
    result = call("plot", "press.nc", "-o", "fig.svg", "--field", "pressure", "--time", "0.1 s")
    assert result.exit_code == 0, result.output
    text = (stored / "fig.svg").read_text("utf-8")
    assert "Pressure in the section" in text
    assert "0.1 s" in text


def test_command_names_the_figure_after_the_result(stored):
    assert call("plot", "press.nc").exit_code == 0
    assert (stored / "press.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("press.nc", "-o", "fig.bmp"), "must end in .png"),
        (("press.nc", "-o", "fig.png", "--field", "heat"), "'heat' is no field"),
        (("press.nc", "-o", "fig.png", "--style", "poster"), "poster"),
        (("press.nc", "-o", "fig.png", "--time", "3 N"), "time"),
    ],
)
def test_command_refuses_in_one_line_and_writes_nothing(stored, words, told):
    result = call("plot", *words)
    assert result.exit_code == 2
    assert told in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not list(stored.glob("fig*"))


def test_problem_of_a_result_is_the_one_it_was_made_of(stored):
    problem = ss.problem_of(ss.open_result("press.nc"))
    assert problem == ss.problem_of(small_result("press"))
    with pytest.raises(InputError, match="holds no problem"):
        ss.problem_of(xr.Dataset())


def test_command_runs_a_result_again_as_it_was_made(stored):
    first = small_result("press")
    result = call("stroke", "--problem", "press.nc", "-o", "again.nc")
    assert result.exit_code == 0, result.output
    again = ss.open_result("again.nc")
    assert again.attrs["problem_hash"] == first.attrs["problem_hash"]
    assert again.attrs["stroke_mode"] == "press"
    assert again.attrs["engine"] == first.attrs["engine"]
    xr.testing.assert_allclose(again["normal_force"], first["normal_force"])
