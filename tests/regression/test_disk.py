"""Full, protected and strange places for outputs: one sentence, and nothing half-written.

Fault of this kind: a disk that filled up under a result ended in a segmentation fault.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import namedtuple

import pytest
import xarray as xr
from click.testing import CliRunner

from softsim.cli import main
from softsim.cli.output import PLOTS, RESULTS, output_path, write_plot, write_result
from softsim.errors import InputError
from softsim.serialise import problem_to_toml
from tests.small_case import small_problem, small_result

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "problem.toml").write_text(problem_to_toml(small_problem()))
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.jit
@pytest.mark.parametrize("output", ["out.nc", "out.zarr"])
def test_disk_that_fills_up_under_a_result_is_one_sentence(here, output):
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
        "from softsim.cli import main; main()"
    )
    words = ("stroke", "--problem", "problem.toml", "--mode", "press", "-o", output)
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == (
        f"error: '{output}' cannot be written (File too large); make room or choose another place\n"
    )
    assert names(here) == ["problem.toml"]


@pytest.mark.parametrize("name", ["out.nc", "out.zarr", "out.png"])
def test_failed_replacement_leaves_what_was_there(here, monkeypatch, name):
    result, path = small_result("steady"), here / name
    write = write_plot if name.endswith("png") else write_result
    write(result, path)
    before = {p: p.read_bytes() for p in (path.rglob("*") if path.is_dir() else [path])
              if p.is_file()}  # fmt: skip

    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    monkeypatch.setattr("zarr.storage.LocalStore.set", fail)
    with pytest.raises(InputError, match=rf"{name}' cannot be written \(No space left"):
        write(result, path)
    assert {p: p.read_bytes() for p in before} == before
    assert names(here) == sorted(["problem.toml", name])


@pytest.mark.parametrize("name", ["réponse à 6 N.nc", "a.b c.zarr", "ü" * 100 + ".png"])
def test_names_of_every_kind_are_written_and_opened(here, name):
    result, path = small_result("steady"), here / name
    (write_plot if name.endswith("png") else write_result)(result, path)
    assert path.exists()
    if name.endswith("nc"):
        with xr.open_dataset(path, engine="h5netcdf") as back:
            assert back.load().identical(result)
    if name.endswith("zarr"):
        assert xr.open_zarr(path, chunks=None).load().equals(result)


def test_result_carries_checksums_that_find_a_flipped_bit(here):
    result = small_result("steady")
    field = result["von_mises"]
    result["von_mises"] = field.copy(data=1.5 * field.to_numpy())  # no other field has these bytes
    written = result["von_mises"].to_numpy().tobytes()
    for place in (here / "out.nc", here / "out.zarr"):
        write_result(result, place)
        folder = place / "von_mises"  # values of one field can be those of another, too
        files = [p for p in ([place] if place.is_file() else folder.rglob("*")) if p.is_file()]
        (file,) = (p for p in files if written[800:816] in p.read_bytes())
        content = bytearray(file.read_bytes())
        content[content.find(written[800:816]) + 7] ^= 1
        file.write_bytes(content)
    with (
        xr.open_dataset(here / "out.nc", engine="h5netcdf") as back,
        pytest.raises(OSError, match="filter"),
    ):
        back["von_mises"].load()
    with pytest.raises(ValueError, match="checksum"):
        xr.open_zarr(here / "out.zarr", chunks=None)["von_mises"].load()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("out", "must end in"),
        ("nowhere/out.nc", "does not exist"),
        ("problem.toml/out.nc", "does not exist"),
        ("folder.nc", "is a folder"),
        ("folder.png", "is a folder"),
        ("file.zarr", "is a file"),
        ("queue.nc", "not an ordinary file"),
        ("x" * 300 + ".nc", "File name too long"),
        ("nul\0.nc", "is no path"),
        ("loop.nc", "is no path|cannot be written"),
    ],
)
def test_places_are_checked_before_the_solve(here, name, told):
    for folder in ("folder.nc", "folder.png"):
        (here / folder).mkdir()
    (here / "file.zarr").write_text("")
    os.mkfifo(here / "queue.nc")
    (here / "loop.nc").symlink_to("loop.nc")
    before = names(here)
    with pytest.raises(InputError, match=told) as refusal:
        output_path(name, PLOTS if name.endswith("png") else RESULTS)
    assert len(str(refusal.value)) < 300
    assert names(here) == before


def test_place_without_room_is_found_before_the_solve(here, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: Usage(10**9, 10**9, 12_345))
    with pytest.raises(InputError, match="has only 12 kB of free space"):
        output_path("out.nc", RESULTS)


def test_output_through_a_link_keeps_the_link(here):
    (here / "elsewhere").mkdir()
    (here / "link.nc").symlink_to("elsewhere/real.nc")
    write_result(small_result("steady"), output_path("link.nc", RESULTS))
    assert (here / "link.nc").is_symlink()
    assert names(here / "elsewhere") == ["real.nc"]


def test_output_never_replaces_what_is_read(here):
    (here / "problem.nc").write_text((here / "problem.toml").read_text())
    words = ["stroke", "--problem", "problem.nc", "-o", "./problem.nc"]
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'problem.nc' is the file that is read" in result.stderr
    assert (here / "problem.nc").read_text() == (here / "problem.toml").read_text()


def test_backend_of_a_desktop_does_not_stop_a_figure(here, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "module://backend_of_another_machine")
    write_plot(small_result("steady"), here / "out.svg")
    assert "</svg>" in (here / "out.svg").read_text()
