"""A sweep from its file to its cube: killed, continued, with failures, with more workers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import softsim as ss
from softsim._simulate import run
from softsim.errors import ConvergenceError, InputError
from softsim.sweeps import load_design, open_sweep, sweep

FILE = """
mode = "steady"
instrument = { nose_radius = "5 mm", thickness = "10 mm", contact_length = "60 mm" }

[[tissue.layer]]
name = "skin"
thickness = "1.5 mm"
[tissue.layer.material]
law = "neo_hookean"
young_modulus = "0.2 MPa"
poisson_ratio = 0.45
prony = { g = [0.5], tau = ["0.3 s"] }
[[tissue.layer]]
name = "fat"
thickness = "8 mm"
[tissue.layer.material]
law = "neo_hookean"
young_modulus = "20 kPa"
poisson_ratio = 0.45

[stroke]
friction = 0.2
[resolution]
element_along = "1 mm"
rows = [2, 4]

[sweep]
indentation = ["0.5 mm", "0.7 mm"]
speed = ["20 mm/s", "40 mm/s", "80 mm/s", "160 mm/s"]
"""
N_CASES = 8

# The same problem solved twice from nothing: the same arithmetic.
RTOL_SAME = 1.0e-12
# A warm start may end on another grid than a cold one: the error of elements of 0.25 mm.
RTOL_GRID = 5.0e-3

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from softsim.sweeps import sweep
from tests.integration.test_sweep import run_slowly

if __name__ == "__main__":
    sweep(sys.argv[1], sys.argv[2], int(sys.argv[3]), runner=run_slowly, progress=False)
"""


# ------------------------------------------------------------------ stand-ins for the engine


def run_cold(problem, *, mode, engine, warm=None):
    """Solve every case from nothing, so that its numbers cannot depend on the order."""
    return run(problem, mode=mode, engine=engine)


def run_slowly(problem, *, mode, engine, warm=None):
    """Leave time to kill a sweep between two cases."""
    time.sleep(0.3)
    return run_cold(problem, mode=mode, engine=engine)


def run_and_log(problem, *, mode, engine, warm=None):
    """Solve, and append a line per case to the file named in the environment."""
    with Path(os.environ["SWEEP_LOG"]).open("a") as log:
        log.write(f"{float(problem.stroke.indentation):g} {float(problem.stroke.speed):g}\n")
    return run_cold(problem, mode=mode, engine=engine)


def run_but_one(problem, *, mode, engine, warm=None):
    """Solve all but one case, which does not converge."""
    if is_chosen(problem):
        raise ConvergenceError("reached 40 % of the load", load_reached=0.4, residual=1e-2)
    return run_cold(problem, mode=mode, engine=engine)


def run_with_a_bug(problem, *, mode, engine, warm=None):
    if is_chosen(problem):
        raise ZeroDivisionError("division by zero\nin two lines")
    return run_cold(problem, mode=mode, engine=engine)


def die(problem, *, mode, engine, warm=None):
    """Kill the worker in the chosen case always, in the first one once."""
    mark = Path(os.environ["SWEEP_LOG"])
    if is_chosen(problem) or not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return run_cold(problem, mode=mode, engine=engine)


def is_chosen(problem):
    return (problem.stroke.indentation, problem.stroke.speed) == pytest.approx((0.0007, 0.04))


CHOSEN = (1, 1)


# ------------------------------------------------------------------ helpers


@pytest.fixture
def design_file(tmp_path):
    path = tmp_path / "design.toml"
    path.write_text(FILE)
    return path


@pytest.fixture(scope="module")
def whole_store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    (folder / "design.toml").write_text(FILE)
    sweep(folder / "design.toml", folder / "whole.zarr", runner=run_cold, progress=False)
    return folder / "whole.zarr"


@pytest.fixture(scope="module")
def whole(whole_store):
    return open_sweep(whole_store).load()


def numbers(cube):
    """The numbers that must not depend on how a sweep was run."""
    return cube.drop_vars(["wall_time", "reason", "warnings"])


def assert_same(cube, other, **where):
    for name, wanted in numbers(other).isel(where).data_vars.items():
        scale = float(np.nanmax(np.abs(wanted.to_numpy()), initial=1e-12))
        np.testing.assert_allclose(
            cube[name].isel(where).to_numpy(),
            wanted.to_numpy(),
            rtol=RTOL_SAME,
            atol=RTOL_SAME * scale,
            err_msg=str(name),
        )


# ------------------------------------------------------------------ the cube


def test_cube_has_every_case_with_units_and_provenance(whole):
    assert dict(whole.sizes) | {"depth": 0, "along": 0} == {
        "indentation": 2, "speed": 4, "layer": 2, "depth": 0, "along": 0,
    }  # fmt: skip
    assert whole["speed"].attrs["units"] == "m/s"
    assert (whole["status"] == 1).all()
    assert whole["normal_force"].attrs["units"] == "N"
    assert (whole["normal_force"].diff("indentation") > 0.0).all()
    assert whole["peak_von_mises_at_depth"].dims == ("indentation", "speed", "depth")
    assert whole["contact_pressure"].dims == ("indentation", "speed", "along")
    assert whole["contact_pressure"].max("along").to_numpy() == pytest.approx(
        whole["peak_contact_pressure"].to_numpy(), rel=0.1
    )
    assert set(whole["depth_layer"].to_numpy()) == {"skin", "fat"}
    assert whole["peak_von_mises_at_depth"].notnull().all()
    assert whole.attrs["design"] == FILE
    assert whole.attrs["softsim_version"] == ss.__version__
    assert json.loads(whole.attrs["estimates"]) == []
    assert whole.attrs["evidence"].endswith(" given by the user")
    assert (whole["wall_time"] > 0.0).all()
    assert (whole["iterations"] >= 1).all()


def test_cube_holds_what_a_single_run_says(whole, design_file):
    dataset, _ = run(load_design(design_file).case(CHOSEN))
    own = whole.isel(indentation=1, speed=1)
    force = float(dataset["normal_force"])
    assert float(own["normal_force"]) == pytest.approx(force, rel=RTOL_SAME)
    profile = dataset["peak_von_mises_at_depth"]
    fat = profile.where(profile["depth_layer"] == "fat", drop=True)
    assert own["peak_von_mises_at_depth"].interp(depth=float(fat["depth"][1])) == pytest.approx(
        float(fat[1]), rel=0.01
    )


def test_finished_sweep_is_left_alone(whole, whole_store, design_file, tmp_path, monkeypatch):
    monkeypatch.setenv("SWEEP_LOG", str(tmp_path / "log"))
    sweep(design_file, whole_store, progress=False, runner=run_and_log)
    assert not (tmp_path / "log").exists()


def test_plain_readers_open_the_store_and_it_can_be_written_elsewhere(whole, whole_store, tmp_path):
    assert "normal_force" in xr.open_zarr(whole_store, chunks=None)
    whole.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as again:
        assert_same(again.load(), whole)


# ------------------------------------------------------------------ kill and continue


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_sweep_opens_and_continues_with_what_is_missing(
    design_file, tmp_path, monkeypatch, whole, workers
):
    store, log = tmp_path / "killed.zarr", tmp_path / "log"
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, "script.py", str(design_file), str(store), str(workers)]
    process = subprocess.Popen(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        wait_for(lambda: store.exists() and n_done(store) >= 2, process)
    finally:
        process.kill()
        process.wait()
    half = open_sweep(store).load()
    done = (half["status"] == 1).to_numpy()
    assert 2 <= done.sum() < N_CASES
    monkeypatch.setenv("SWEEP_LOG", str(log))
    cube = sweep(design_file, store, progress=False, runner=run_and_log).load()
    assert len(log.read_text().splitlines()) == N_CASES - done.sum()
    assert_same(cube, whole)
    kept = cube["normal_force"].to_numpy()[done]
    assert kept.tolist() == half["normal_force"].to_numpy()[done].tolist()


def n_done(store):
    return int((open_sweep(store)["status"] == 1).sum())


def wait_for(condition, process, limit=240.0):  # kernels may have to be compiled first
    end = time.monotonic() + limit
    while not condition():
        assert process.poll() is None, "the sweep ended before it could be killed"
        assert time.monotonic() < end
        time.sleep(0.01)


def test_dead_worker_is_replaced_and_its_case_tried_once_more(
    design_file, tmp_path, monkeypatch, whole
):
    monkeypatch.setenv("SWEEP_LOG", str(tmp_path / "mark"))
    cube = sweep(design_file, tmp_path / "a.zarr", 2, runner=die, progress=False).load()
    assert int((cube["status"] == 1).sum()) == N_CASES - 1
    assert cube["status"].to_numpy()[CHOSEN] == 2
    assert "died 2 times" in cube["reason"].to_numpy()[CHOSEN]
    assert_same(cube, whole, indentation=0)


# ------------------------------------------------------------------ failures and workers


@pytest.mark.parametrize(
    ("runner", "reason"),
    [
        (run_but_one, "reached 40 % of the load"),
        (run_with_a_bug, "ZeroDivisionError: division by zero in two lines"),
    ],
)
def test_failed_case_is_nan_with_a_reason_and_the_others_are_fine(
    design_file, tmp_path, whole, runner, reason
):
    store = tmp_path / "a.zarr"
    cube = sweep(design_file, store, runner=runner, progress=False).load()
    assert cube["status"].to_numpy()[CHOSEN] == 2
    assert cube["reason"].to_numpy()[CHOSEN] == reason
    assert np.isnan(cube["normal_force"].to_numpy()[CHOSEN])
    assert int(cube["normal_force"].isnull().sum()) == 1
    assert int((cube["status"] == 1).sum()) == N_CASES - 1
    assert sweep(design_file, store, progress=False)["status"].to_numpy()[CHOSEN] == 2
    again = sweep(design_file, store, retry_failed=True, runner=run_cold, progress=False)
    assert again["reason"].to_numpy()[CHOSEN] == ""
    assert_same(again, whole)


def test_two_workers_give_what_one_gives(design_file, tmp_path, whole):
    cube = sweep(design_file, tmp_path / "two.zarr", 2, runner=run_cold, progress=False)
    assert_same(cube, whole)


def test_warm_start_changes_results_by_the_error_of_the_grid_only(design_file, tmp_path):
    design_file.write_text(FILE.replace('element_along = "1 mm"', 'element_along = "0.25 mm"'))
    warm = sweep(design_file, tmp_path / "warm.zarr", progress=False)
    cold = sweep(design_file, tmp_path / "cold.zarr", runner=run_cold, progress=False)
    for name in ("normal_force", "tangential_force", "peak_contact_pressure"):
        np.testing.assert_allclose(warm[name], cold[name], rtol=RTOL_GRID, err_msg=name)


def test_layers_that_move_are_named_per_case(tmp_path):
    path = tmp_path / "design.toml"
    text = FILE.replace('indentation = ["0.5 mm", "0.7 mm"]', 'indentation = ["0.5 mm"]')
    text = text.replace('"40 mm/s", "80 mm/s", "160 mm/s"', "")
    path.write_text(text + 'tissue.skin.thickness = ["1 mm", "2 mm"]\n')
    cube = sweep(path, tmp_path / "a.zarr", progress=False).load()
    assert cube["depth_layer"].dims == ("tissue_skin_thickness", "depth")
    skin = (cube["depth_layer"] == "skin").sum("depth").to_numpy()
    assert skin[1] > skin[0] > 3
    profile = cube["peak_von_mises_at_depth"].squeeze()
    below = cube["depth"] > 9.0e-3  # the bottom of the thinner tissue
    assert profile[0].where(below, drop=True).isnull().all()
    assert profile[1].notnull().all()


# ------------------------------------------------------------------ refusals


def test_store_of_another_design_is_refused_with_what_differs(design_file, tmp_path):
    store = tmp_path / "a.zarr"
    sweep(design_file, store, runner=run_but_one, progress=False)
    before = sorted(path.stat().st_mtime_ns for path in store.rglob("*"))
    design_file.write_text(FILE.replace("friction = 0.2", "friction = 0.3"))
    with pytest.raises(InputError, match=r"stroke\.friction is 0\.2 there and 0\.3 here"):
        sweep(design_file, store, progress=False)
    design_file.write_text(FILE.replace(', "160 mm/s"', ""))
    with pytest.raises(InputError, match=r"sweep\.speed is \[.*0\.16\] there and"):
        sweep(design_file, store, progress=False)
    assert sorted(path.stat().st_mtime_ns for path in store.rglob("*")) == before


def test_folder_that_is_not_a_store_is_refused_and_left_alone(design_file, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("dear")
    with pytest.raises(InputError, match="is not the store of a sweep"):
        sweep(design_file, tmp_path / "letters", progress=False)
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["dear.txt"]
    with pytest.raises(InputError, match="does not exist"):
        sweep(design_file, tmp_path / "nowhere" / "a.zarr", progress=False)
    with pytest.raises(InputError, match="does not exist"):
        open_sweep(tmp_path / "none.zarr")
    with pytest.raises(InputError, match="not the store of a sweep"):
        open_sweep(tmp_path / "letters")


@pytest.mark.parametrize("workers", [0, -1, 1.5, True, "2"])
def test_workers_must_be_a_whole_number(design_file, tmp_path, workers):
    with pytest.raises(InputError, match="workers is"):
        sweep(design_file, tmp_path / "a.zarr", workers)
    assert not (tmp_path / "a.zarr").exists()


# ------------------------------------------------------------------ readers beside a writer

CHANGES = ((os, "replace"), (os, "mkdir"), (Path, "replace"), (Path, "mkdir"), (Path, "rename"))


def test_store_opens_whenever_its_writer_is_killed(design_file, tmp_path, monkeypatch):
    """Keep a copy of the store after every change of a file or folder, and open all of them."""
    text = design_file.read_text()
    design_file.write_text(text[: text.index("speed = [")] + 'speed = ["20 mm/s"]\n')
    store, copies = tmp_path / "read.zarr", tmp_path / "copies"
    copies.mkdir()
    busy = threading.Lock()

    def watched(change):
        def changed(*args, **kwargs):
            out = change(*args, **kwargs)
            if store.exists() and busy.acquire(blocking=False):  # not while a copy is made
                try:
                    place = copies / f"{len(list(copies.iterdir())):04d}.zarr"
                    shutil.copytree(store, place, copy_function=os.link)
                finally:
                    busy.release()
            return out

        return changed

    for owner, name in CHANGES:
        monkeypatch.setattr(owner, name, watched(getattr(owner, name)))
    answer = []

    def run_once(problem, *, mode, engine, warm=None):
        """Answer every case with the result of the first."""
        if not answer:
            with busy:
                answer.append(run_cold(problem, mode=mode, engine=engine))
        return answer[0]

    sweep(design_file, store, runner=run_once, progress=False)
    monkeypatch.undo()
    done = [int((open_sweep(copy)["status"] == 1).sum()) for copy in sorted(copies.iterdir())]
    assert done == sorted(done)
    assert set(done) == {0, 1, 2}
    assert len(done) > 2 * 40  # files of a case


def test_drafts_of_killed_runs_are_removed_and_those_of_neighbours_kept(design_file, tmp_path):
    own, other = tmp_path / ".s.77.tmp", tmp_path / ".s.zarr.77.tmp"
    own.mkdir()
    other.mkdir()
    sweep(design_file, tmp_path / "s", runner=run_cold, progress=False)
    assert not own.exists()
    assert other.exists()


def test_status_is_that_of_the_moment_of_opening(whole_store, tmp_path):
    store = shutil.copytree(whole_store, tmp_path / "s.zarr")
    half = open_sweep(store)
    for file in (store / "status" / "c").rglob("*"):
        if file.is_file():
            file.unlink()
    assert (half["status"] == 1).all()
