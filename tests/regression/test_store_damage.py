"""A store of a sweep holds what was written, or says what is damaged, and can be mended.

Faults of this kind: a flipped bit (6 N read as 96 N), a file that was cut or removed, a status that
is none, a broken description, a second writer, a disk that is full or read-only: silent or a
traceback, and the advice to remove a store full of results.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

import softsim as ss
from softsim.cli import main
from softsim.errors import InputError
from softsim.sweeps import Design, check_sweep, open_sweep, sweep
from softsim.sweeps.store.contents import STORE_VERSION
from tests.small_case import small_problem, small_result

N_CASES = 6
INDEX = (1, 0)


def run(problem, *, mode, engine, warm=None):
    """A runner that answers at once, and fails in one case."""
    force, angle = problem.stroke.force, problem.stroke.angle
    if (force, round(angle, 3)) == (6.0, 1.222):
        raise ss.ConvergenceError("no state of this case was found")
    result = small_result("steady")
    result["normal_force"] = result["normal_force"].copy(data=force)
    result["indentation"] = result["indentation"].copy(data=1e-3 * force * angle)
    return result, None


def run_never(problem, **kwargs):
    raise AssertionError("a case that was whole is solved again")


@pytest.fixture(scope="module")
def design():
    return Design(
        problem=small_problem(indentation=None, force="1 N"),
        sweep={"force": ["4 N", "6 N", "8 N"], "angle": ["60 deg", "70 deg"]},
    )


@pytest.fixture(scope="module")
def original(tmp_path_factory, design):
    path = tmp_path_factory.mktemp("original") / "s.zarr"
    sweep(design, path, runner=run, progress=False)
    return path


@pytest.fixture
def store(tmp_path, original):
    return shutil.copytree(original, tmp_path / "s.zarr")


def case_file(store, name, index=INDEX):
    (file,) = (p for p in (store / name / "c").joinpath(*map(str, index)).parent.rglob("*")
               if p.is_file() and p.relative_to(store / name / "c").parts[:2]
               == tuple(map(str, index)))  # fmt: skip
    return file


def flip(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x10
    file.write_bytes(content)


def cut(file):
    file.write_bytes(file.read_bytes()[:-3])


def empty(file):
    file.write_bytes(b"")


def remove(file):
    file.unlink()


def exchange(file):
    """Put another case's file there: its own checksum fits."""
    names = file.parts
    place = names.index("c") + 1
    other = type(file)(*names[:place], "2", *names[place + 1 :])
    shutil.copy(other, file)


SAME = ("status", "reason", "warnings", "normal_force", "indentation", "peak_von_mises_at_depth")


def assert_same(cube, other):
    """Everything but the time that cases took."""
    for name in SAME:
        assert cube[name].identical(other[name]), name


def remedied(store, design):
    """Repair a store and run the sweep again, for the damaged case alone."""
    solved = []

    def run_and_note(problem, **kwargs):
        solved.append(problem)
        return run(problem, **kwargs)

    assert check_sweep(store, repair=True).repaired
    cube = sweep(design, store, runner=run_and_note, progress=False).load()
    assert check_sweep(store).damage == ()
    return cube, len(solved)


# ------------------------------------------------------------------ damage of cases


PROFILE = "peak_von_mises_at_depth"


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        *((name, flip) for name in ("normal_force", PROFILE, "status", "record", "warnings")),
        *((name, remove) for name in ("normal_force", "reason", "status", "record")),
        *((name, exchange) for name in ("indentation", "normal_force")),
        ("normal_force", cut),
        ("status", empty),
    ],
)
def test_damaged_case_is_told_by_every_door_and_only_it_is_done_again(store, design, name, harm):
    whole = open_sweep(store).load()
    harm(case_file(store, name))
    if name == "status" and harm is remove:  # that is a case to do
        assert_same(sweep(design, store, runner=run, progress=False), whole)
        return
    for door in (lambda: open_sweep(store), lambda: sweep(design, store, runner=run_never)):
        with pytest.raises(InputError, match="is damaged") as refusal:
            door()
        assert "softsim check" in str(refusal.value)
        assert "force 6 N, angle 1.05 rad" in str(refusal.value)
        assert "remove" not in str(refusal.value)
    found = check_sweep(store)
    assert found.cases == {"done": 4, "failed": 1, "to do": 0, "damaged": 1}
    (told,) = found.damage
    assert "force 6 N, angle 1.05 rad" in told
    cube, n_solved = remedied(store, design)
    assert n_solved == 1
    assert_same(cube, whole)


def test_flipped_bit_is_never_read_even_without_the_comparison_at_opening(store):
    flip(case_file(store, "normal_force"))
    with pytest.raises(ValueError, match="checksum"):
        open_sweep(store, verify=False)["normal_force"].load()


def test_variable_that_is_gone_is_told_and_done_again(store, design):
    whole = open_sweep(store).load()
    shutil.rmtree(store / "indentation")
    with pytest.raises(InputError, match="indentation has no description"):
        open_sweep(store)
    cube, n_solved = remedied(store, design)
    assert n_solved == N_CASES - 1
    assert cube["indentation"].equals(whole["indentation"])


# ------------------------------------------------------------------ damage of the description


def change(edit):
    def harm(file):
        table = json.loads(file.read_text())
        edit(table)
        file.write_text(json.dumps(table))

    return harm


def text(content):
    return lambda file: file.write_text(content)


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("zarr.json", cut),
        ("zarr.json", remove),
        ("zarr.json", text("[]")),
        ("zarr.json", change(lambda table: table["attributes"].pop("design_hash"))),
        ("zarr.json", change(lambda table: table["attributes"].update(identity="{}"))),
        ("zarr.json", change(lambda table: table.update(attributes=None))),
        ("indentation/zarr.json", cut),
        ("indentation/zarr.json", text("null")),
        ("indentation/zarr.json", change(lambda table: table.update(codecs=[]))),
        ("indentation/zarr.json", change(lambda table: table["attributes"].update(units="mm"))),
        ("force/zarr.json", change(lambda table: table["attributes"].update(units="K"))),
        ("status/zarr.json", cut),
        ("depth/zarr.json", cut),
        ("depth/c/0", flip),
        ("depth/c/0", remove),
        ("force/c/0", flip),
        ("depth_layer/c/0", remove),
    ],
)
def test_damaged_description_is_told_and_restored_without_a_case_lost(store, design, name, harm):
    whole = open_sweep(store).load()
    harm(store / name)
    for door in (lambda: open_sweep(store), lambda: sweep(design, store, runner=run_never)):
        with pytest.raises(InputError, match="damaged") as refusal:
            door()
        assert "remove" not in str(refusal.value)
        assert len(str(refusal.value)) < 400
    assert check_sweep(store).damage
    assert check_sweep(store, repair=True).repaired
    assert check_sweep(store).damage == ()
    assert sweep(design, store, runner=run_never, progress=False).load().identical(whole)


def test_store_that_cannot_be_mended_is_kept(store):
    for name in ("zarr.json", "indentation/zarr.json"):
        cut(store / name)
    with pytest.raises(InputError, match="cannot be mended .* keep this one"):
        check_sweep(store, repair=True)
    assert case_file(store, "normal_force").exists()


# ------------------------------------------------------------------ other stores


def test_store_of_a_newer_softsim_is_told_by_every_door(store, design):
    harm = change(lambda table: table["attributes"].update(store_version=STORE_VERSION + 1))
    harm(store / "zarr.json")
    for door in (open_sweep, check_sweep, lambda path: sweep(design, path)):
        with pytest.raises(InputError, match="of a newer softsim"):
            door(store)


def make_early(store):
    """Turn a store into one of the first form: no checksums, no records, no copies."""
    shutil.rmtree(store / "record")
    for file in store.rglob("*"):
        if file.is_file() and file.name != "zarr.json":
            file.write_bytes(file.read_bytes()[:-4])
        elif file.is_file():
            table = json.loads(file.read_text())
            table.pop("consolidated_metadata", None)
            table["attributes"].pop("backup", None)
            table["attributes"].pop("store_version", None)
            if "codecs" in table:
                table["codecs"] = [codec for codec in table["codecs"] if codec["name"] != "crc32c"]
            file.write_text(json.dumps(table))


def test_store_of_the_first_form_opens_and_is_continued(store, design):
    whole = open_sweep(store).load()
    make_early(store)
    assert open_sweep(store).load().equals(whole)
    remove(case_file(store, "status"))
    assert_same(sweep(design, store, runner=run, progress=False), whole)
    assert check_sweep(store).damage == ()
    flip(case_file(store, "indentation"))  # the case done again has a record
    assert len(check_sweep(store).damage) == 1


def no_status(file):
    file.write_bytes(b"\x07")


@pytest.mark.parametrize(
    ("name", "harm"), [("normal_force", remove), ("normal_force", cut), ("status", no_status)]
)
def test_damage_of_a_store_of_the_first_form_is_told_where_it_shows(store, design, name, harm):
    make_early(store)
    harm(case_file(store, name))
    with pytest.raises(InputError, match="force 6 N, angle 1.05 rad: (normal_force|status)"):
        open_sweep(store)
    assert remedied(store, design)[1] == 1


# ------------------------------------------------------------------ writers and disks


def test_second_writer_is_told_and_a_dead_one_is_no_hindrance(store, design):
    code = (
        "import sys, time; from pathlib import Path;"
        "from softsim.sweeps.store.lock import StoreLock;"
        "lock = StoreLock(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(store)], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout.readline() == "held\n"
    for door in (lambda: sweep(design, store), lambda: check_sweep(store)):
        with pytest.raises(InputError, match="is being written by another process"):
            door()
    assert open_sweep(store)["status"].size == N_CASES
    other.kill()
    other.wait()
    other.stdout.close()
    assert sweep(design, store, runner=run_never, progress=False)["status"].size == N_CASES


@pytest.mark.parametrize("n_files", [0, 30, 100])
def test_full_disk_ends_a_sweep_in_one_sentence_and_it_continues(
    original, tmp_path, design, monkeypatch, n_files
):
    whole = open_sweep(original).load()
    per_case = sum(1 for p in original.rglob("c/0/0*") if p.is_file() or any(p.rglob("0")))
    replace, left = os.replace, [n_files]

    def full(source, target, **kwargs):
        if str(source).endswith(".tmp") and "/c/" in str(source):
            left[0] -= 1
            if left[0] < 0:
                raise OSError(28, "No space left on device")
        replace(source, target, **kwargs)

    path = tmp_path / "s.zarr"
    with monkeypatch.context() as patch:
        patch.setattr("os.replace", full)
        with pytest.raises(InputError, match="cannot be written .No space left on device"):
            sweep(design, path, runner=run, progress=False)
    assert not list(path.rglob("*.tmp"))
    half = open_sweep(path).load()
    assert int((half["status"] != 0).sum()) == n_files // per_case
    if "normal_force" in half:
        assert half["normal_force"].where(half["status"] == 0).isnull().all()
    again = sweep(design, path, runner=run, progress=False).load()
    assert_same(again, whole)


def test_read_only_store_is_read_and_refused_for_writing(store, design, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(30, "Read-only file system")

    whole = open_sweep(store).load()
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    monkeypatch.setattr("os.replace", refuse)
    monkeypatch.setattr("zarr.consolidate_metadata", refuse)
    assert sweep(design, store, runner=run_never, progress=False).load().identical(whole)
    with pytest.raises(InputError, match="cannot be written .Read-only file system"):
        sweep(design, store, runner=run, retry_failed=True, progress=False)
    assert open_sweep(store).load().identical(whole)


# ------------------------------------------------------------------ command line


def test_check_tells_and_repairs(store):
    def check(*words):
        return CliRunner().invoke(main, ["check", str(store), *words])

    assert check().stdout == f"6 cases (5 done, 1 failed, 0 to do, 0 damaged): {store}\n"
    flip(case_file(store, "normal_force"))
    found = check()
    assert found.exit_code == 2
    assert "damaged: force 6 N, angle 1.05 rad: normal_force does not fit its checksum\n" in (
        found.stdout
    )
    assert "--repair" in found.stderr
    assert check("--repair").exit_code == 0
    assert check().stdout == f"6 cases (4 done, 1 failed, 1 to do, 0 damaged): {store}\n"


@pytest.mark.parametrize("place", ["none.zarr", "file.txt", "folder"])
def test_check_of_what_is_no_store_is_refused(tmp_path, place):
    (tmp_path / "file.txt").write_text("")
    (tmp_path / "folder").mkdir()
    result = CliRunner().invoke(main, ["check", str(tmp_path / place)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
