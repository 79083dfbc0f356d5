"""The command line: exit statuses, one-line errors, and nothing written on bad input."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from click.testing import CliRunner

import softsim as ss
from softsim import cli
from softsim.cli.output import write_result

TISSUE = """
[[layer]]
name = "gel"
thickness = "8 mm"
[layer.material]
law = "neo_hookean"
young_modulus = "20 kPa"
poisson_ratio = 0.499
prony = { g = [0.5], tau = ["0.3 s"] }
"""
TOOL = 'nose_radius = "5 mm"\nthickness = "10 mm"\ncontact_length = "60 mm"\n'
STROKE = ("--indentation", "0.5 mm", "--speed", "20 mm/s", "--element-along", "1 mm")
IMPOSSIBLE = (
    *("--indentation", "7.99 mm", "--speed", "20 mm/s", "--element-along", "1 mm"),
    *("--length", "3 mm"),
)
SWEEP = """
tissue = "gel.toml"
instrument = "rod.toml"
[stroke]
speed = "20 mm/s"
[resolution]
element_along = "1 mm"
rows = [4]
[sweep]
indentation = ["0.3 mm", "0.5 mm"]
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder of its own with a tissue, a tool and a sweep."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gel.toml").write_text(TISSUE)
    (tmp_path / "rod.toml").write_text(TOOL)
    (tmp_path / "sweep.toml").write_text(SWEEP)
    return tmp_path


def call(*words):
    return CliRunner().invoke(cli.main, [str(word) for word in words])


def stroke(*words):
    return call("stroke", "--tissue", "gel.toml", "--instrument", "rod.toml", *words)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


BEFORE = ["gel.toml", "rod.toml", "sweep.toml"]


def assert_refused(result, folder, *parts):
    """Exit status 2, one line that has the parts, no new file."""
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    for part in parts:
        assert part in lines[0]
    assert names(folder) == BEFORE


# ------------------------------------------------------------------ stroke


def test_stroke_writes_netcdf_and_tells_its_numbers(here):
    result = stroke(*STROKE, "-o", "out.nc")
    assert result.exit_code == 0, result.output
    assert "indentation" in result.stdout
    assert "0.5 mm" in result.stdout
    with xr.open_dataset("out.nc", engine="h5netcdf") as dataset:
        assert float(dataset["indentation"]) == pytest.approx(5e-4)
        assert dataset["normal_force"].attrs["units"] == "N"
        problem = dataset.attrs["problem"]
    assert names(here) == sorted([*BEFORE, "out.nc"])
    # the problem that the result carries, as a file, gives the same result
    (here / "problem.toml").write_text(problem)
    assert call("stroke", "--problem", "problem.toml").stdout == result.stdout


def test_stroke_writes_zarr_and_replaces_its_own(here):
    for _ in range(2):
        result = stroke(*STROKE, "-o", "out.zarr")
        assert result.exit_code == 0, result.output
    assert float(xr.open_zarr("out.zarr", chunks=None)["indentation"]) == pytest.approx(5e-4)
    assert names(here) == sorted([*BEFORE, "out.zarr"])


def test_stroke_of_a_whole_edge_is_told_drawn_and_run_again(here):
    options = ("--engine", "linear", "--edge", "whole", "-o", "out.nc", "--plot", "out.png")
    result = stroke(*STROKE, *options)
    assert result.exit_code == 0, result.output
    assert "normal force" in result.output
    assert (here / "out.png").stat().st_size > 1000
    again = call("stroke", "--problem", "out.nc")
    assert again.stdout == result.stdout


def test_stroke_draws_a_figure(here):
    result = stroke(*STROKE, "--plot", "out.png")
    assert result.exit_code == 0, result.output
    assert (here / "out.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("--force", "6 kg", "--speed", "0.1 m/s"), ("'6 kg'", "'6 kgf'")),
        (("--force", "6 N", "--angle", "45"), ("'45', without a unit", "45 deg")),
        (("--force", "6 N", "--angle", "190 deg"), ("angle", "3.14159")),
        (("--force", "6 N", "--pressure", "9 kPa"), ("force = '6 N' and pressure = '9 kPa'",)),
        (("--speed", "0.1 m/s"), ("exactly one of force, pressure and indentation",)),
        (("--force", "6 N"), ("speed of the stroke is missing",)),
        (("--force", "6 N", "--speed", "0 m/s"), ("must not be 0 m/s",)),
        (("--force", "6 N", "--friction", "oily"), ("friction 'oily' is unknown",)),
        ((*STROKE, "--mode", "stedy"), ("mode 'stedy'", "'steady'")),
        ((*STROKE, "--mode", "transient"), ("length of the stroke is missing",)),
        ((*STROKE, "--passes", "1.5"), ("passes is '1.5'", "1 to 1000")),
        ((*STROKE, "--engine", "infinite"), ("'finite'",)),
        ((*STROKE[:-1], "0 mm"), ("element_along",)),
        ((*STROKE, "-o", "out.csv"), ("'out.csv' must end in .nc or .zarr",)),
        ((*STROKE, "-o", "nowhere/out.nc"), ("nowhere' does not exist",)),
        ((*STROKE, "--plot", "out.nc"), ("must end in .png, .pdf or .svg",)),
        ((*STROKE, "--problem", "x.toml"), ("--tissue is given besides --problem",)),
    ],
)
def test_bad_stroke_is_one_line_and_writes_nothing(here, words, parts):
    with_output = words if "-o" in words else (*words, "-o", "out.nc")
    assert_refused(stroke(*with_output), here, *parts)


def test_missing_and_unknown_names_are_refused(here):
    assert_refused(call("stroke", *STROKE), here, "tissue is missing", "--tissue calf")
    tool = ("--instrument", "rod.toml")
    assert_refused(call("stroke", "--tissue", "calv", *tool), here, "did you mean 'calf'")
    assert_refused(call("stroke", "--tissue", "none.toml", *tool), here, "does not exist")
    assert_refused(call("stroke", "--problem", "none.toml"), here, "does not exist")
    assert_refused(call("tissues", "calv"), here, "did you mean 'calf'")
    assert_refused(call("instruments", "spoon"), here, "spoon")
    assert_refused(call("protocols", "grastn"), here, "graston")


def test_unwritable_place_is_found_before_solving(here):
    # Had it solved, it would have ended with exit status 3.
    result = stroke(*IMPOSSIBLE, "-o", "/proc/out.nc")
    assert_refused(result, here, "'/proc' cannot be written")


def test_folder_that_is_no_result_is_refused_and_left_alone(here):
    (here / "letters.zarr").mkdir()
    (here / "letters.zarr" / "dear.txt").write_text("dear")
    result = stroke(*STROKE, "-o", "letters.zarr")
    assert result.exit_code == 2
    assert "not a result of 'softsim stroke'" in result.stderr
    assert names(here / "letters.zarr") == ["dear.txt"]


@pytest.mark.parametrize(
    ("mode", "ending"),
    [
        ("transient", "nc"),
        ("transient", "zarr"),
        pytest.param("steady", "nc", marks=pytest.mark.slow),
    ],
)
def test_no_convergence_is_status_3_one_line_and_what_was_solved_beside_the_output(
    here, mode, ending
):
    result = stroke(*IMPOSSIBLE, "--mode", mode, "-o", f"out.{ending}", "--plot", "out.png")
    assert result.exit_code == 3
    assert result.stdout == ""
    place = Path(f"out.partial.{ending}")
    assert result.stderr.startswith("error: gel, edge r 5 mm, 7.99 mm deep")
    assert result.stderr.endswith(f"; what was solved is in '{place}'\n")
    assert len(result.stderr.splitlines()) == 1
    assert names(here) == sorted([*BEFORE, place.name])
    reached = float(re.search(r"up to ([\d.]+) mm of 7.99 mm", result.stderr)[1])
    with xr.open_dataset(place, engine={"nc": "h5netcdf", "zarr": "zarr"}[ending]) as dataset:
        assert 1e3 * float(dataset["indentation"].max()) >= 0.999 * reached
        assert "did not converge" in dataset.attrs["incomplete"]
        assert dataset.attrs["title"].startswith("INCOMPLETE")


def test_no_convergence_without_an_output_saves_nothing_and_says_so(here):
    result = stroke(*IMPOSSIBLE, "--mode", "transient")
    assert result.exit_code == 3
    assert result.stderr.endswith("; nothing was saved\n")
    assert names(here) == BEFORE


def test_failure_while_writing_leaves_no_half_file(here, monkeypatch):
    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    result = stroke(*STROKE, "-o", "out.nc")
    assert_refused(result, here, "'out.nc' cannot be written (No space left on device)")


def test_unknown_option_is_refused_as_everything_else(here):
    assert_refused(stroke("--colour", "red"), here, "'--colour'", "see 'softsim stroke --help'")


# ------------------------------------------------------------------ sweep


def test_sweep_runs_and_runs_again(here):
    for _ in range(2):
        result = call("sweep", "sweep.toml", "out.zarr", "--quiet")
        assert result.exit_code == 0, result.output
        assert result.stdout == "2 of 2 cases done, 0 failed: out.zarr\n"
    result = stroke(*STROKE, "-o", "out.zarr")
    assert result.exit_code == 2
    assert "not a result of 'softsim stroke'" in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("[sweep]", "[sweeps]", ("sweep.toml: sweeps: unknown key", "'sweep'")),
        ('"0.5 mm"', '"0.5 N"', ("sweep.indentation[1]", "'0.5 N'")),
        ("indentation", "indentatoin", ("sweep.indentatoin", "'indentation'")),
        ("gel.toml", "jelly.toml", ("sweep.toml: tissue: ", "does not exist")),
        ("[stroke]", "[stroke", ("sweep.toml, line 4", "not valid TOML")),
        ('speed = "20 mm/s"', 'force = "6 N"', ("sweep.indentation: stroke.force",)),
    ],
)
def test_bad_sweep_is_one_line_and_writes_nothing(here, old, new, parts):
    (here / "sweep.toml").write_text(SWEEP.replace(old, new))
    assert_refused(call("sweep", "sweep.toml", "out.zarr"), here, *parts)


def test_bad_place_or_number_of_workers_is_refused(here):
    assert_refused(call("sweep", "none.toml", "out.zarr"), here, "'none.toml' does not exist")
    assert_refused(call("sweep", "sweep.toml", "no/out.zarr"), here, "does not exist")
    assert_refused(call("sweep", "sweep.toml", "gel.toml"), here, "not the store of a sweep")
    words = ("sweep", "sweep.toml", "out.zarr", "--workers", 0)
    assert_refused(call(*words), here, "workers is 0")


def test_sweep_without_any_success_is_exit_status_3(here):
    (here / "sweep.toml").write_text(SWEEP.replace('"0.3 mm", "0.5 mm"', '"7.99 mm"'))
    result = call("sweep", "sweep.toml", "out.zarr", "--quiet")
    assert result.exit_code == 3
    assert result.stdout == "0 of 1 cases done, 1 failed: out.zarr\n"
    assert "first failure: " in result.stderr
    assert "error: no case of 'sweep.toml' succeeded" in result.stderr


# ------------------------------------------------------------------ lists


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("tissues",), ("calf", "dermis", "without citation", "NAME")),
        (("tissues", "calf"), ("fat_deep", "400 to 4000", "49 numbers: ", "mrefat2023: ")),
        (("instruments",), ("gt4_class_scanner", "60 mm", "no edge")),
        (("instruments", "gt4_class_scanner"), ("nose_radius", "estimate", "8 numbers: ")),
        (("protocols",), ("graston", "calf")),
        (("protocols", "graston"), ("cross_fibre", "3.5 N", "stevenson2023: ")),
        (("info",), ("softsim", "numba", "kernel cache", "processors", "OMP_NUM_THREADS")),
        (("--version",), (ss.__version__,)),
        (("stroke", "--help"), ("--press-time", "gt4_class_scanner")),
    ],
)
def test_lists_and_info(words, parts):
    result = call(*words)
    assert result.exit_code == 0, result.output
    for part in parts:
        assert part in result.stdout


def test_tissue_of_ones_own_is_listed_too(here):
    text = call("tissues", "gel.toml").stdout
    assert "tissue.gel.thickness" in text
    assert " numbers: " in text
    assert "given by the user" in text


def test_help_does_not_import_what_only_solving_needs():
    heavy = ("numba", "xarray", "zarr", "scipy", "matplotlib", "pint", "pydantic")
    code = (
        "import sys; from softsim.cli import main; main(['--help'], standalone_mode=False); "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.endswith("[]\n")


# ------------------------------------------------------------------ files of strokes in time


def long_result(times=400, depth=60, along=300):
    """A result in time with fields that do not repeat, of about 60 MB."""
    rng = np.random.default_rng(11)
    at = ("time", "depth", "along")
    fields = {
        name: (at, rng.standard_normal((times, depth, along))) for name in ("stress", "strain")
    }
    time = np.linspace(0.0, 2.0, times)
    number = np.where(time < 0.3, 0, np.where(time < 1.2345, 1, 2))
    return xr.Dataset(
        {**fields, "normal_force": ("time", np.sin(9.0 * time), {"units": "N"})},
        coords={"time": time, "pass_number": ("time", number),
                "stroke_number": ("time", np.ones(times, int))},
        attrs={"softsim_version": ss.__version__},
    )  # fmt: skip


@pytest.mark.parametrize("ending", ["nc", "zarr"])
def test_file_of_a_long_stroke_is_small_and_has_all_scalars(tmp_path, ending):
    result, path = long_result(), tmp_path / f"long.{ending}"
    write_result(result, path)
    files = [path] if path.is_file() else [x for x in path.rglob("*") if x.is_file()]
    assert sum(file.stat().st_size for file in files) < 20e6
    again = ss.open_result(path)
    full = again["normal_force_in_full"]
    np.testing.assert_array_equal(full, result["normal_force"])
    np.testing.assert_array_equal(again["time_in_full"], result["time"])
    assert full.attrs["units"] == "N"
    kept = result.sel(time=again["time"])
    assert again["stress"].dtype == np.float32
    np.testing.assert_allclose(again["stress"], kept["stress"], rtol=1.3e-4)
    np.testing.assert_array_equal(again["normal_force"], kept["normal_force"])
    ends = result["time"].to_numpy()[[0, *np.flatnonzero(np.diff(result["pass_number"])), -1]]
    assert set(ends) <= set(again["time"].to_numpy())


def test_short_result_keeps_all_its_times(tmp_path):
    result, path = long_result(times=5), tmp_path / "short.nc"
    write_result(result, path)
    again = ss.open_result(path)
    assert again.sizes["time"] == 5
    assert "normal_force_in_full" not in again


def test_run_that_the_user_ends_is_written_and_says_so(here, monkeypatch):
    from softsim.engines.finite.path import transient

    advance, steps = transient._Walker.advance, []

    def stopped(self, *arguments, **options):
        steps.append(1)
        if len(steps) > 3:
            raise KeyboardInterrupt
        advance(self, *arguments, **options)

    monkeypatch.setattr(transient._Walker, "advance", stopped)
    result = stroke("--indentation", "0.3 mm", "--mode", "press", "-o", "out.nc")
    assert result.exit_code == 130, result.stderr
    assert "warning: incomplete: interrupted by the user" in result.stdout
    dataset = ss.open_result("out.nc")
    assert dataset.sizes["time"] == 4
    assert dataset.attrs["incomplete"].startswith("interrupted by the user")


def test_store_is_told_and_exported(here):
    assert call("sweep", "sweep.toml", "s.zarr", "--quiet").exit_code == 0
    told = call("info", "s.zarr").output
    for words in ("2 (2 done, 0 failed, 0 to do)", "2 from 0.0003 m to 0.0005 m", "finite engine"):
        assert words in told
    done = call("export", "s.zarr", "cube.nc")
    assert done.exit_code == 0, done.output
    cube = ss.open_sweep("s.zarr").load()
    with xr.open_dataset("cube.nc") as read:
        np.testing.assert_array_equal(read.indentation, cube.indentation)
        assert set(read.coords) == set(cube.coords)
    again = ss.open_result("cube.nc")
    assert again.attrs["kind"] == "softsim sweep"


def test_holes_and_failures_of_a_store_are_told(here):
    from softsim.sweeps.store.contents import read_contents

    assert call("sweep", "sweep.toml", "s.zarr", "--quiet").exit_code == 0
    read_contents(here / "s.zarr").erase((1,))
    told = call("info", "s.zarr").output
    assert "1 done, 0 failed, 1 to do" in told
    assert "indentation 0.0005 m" in told
    assert call("info", "nowhere.zarr").exit_code == 2
    assert call("export", "s.zarr", "cube.txt").exit_code == 2
