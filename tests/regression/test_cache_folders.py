"""The cache of compiled kernels is an optional speed-up: no folder of any kind breaks a solve.

Faults of this kind: no home folder, a read-only or full cache folder, a folder of another user
(never used: it holds pickles), a damaged file in it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from softsim import _jit
from softsim._cache_folder import VARIABLES, CacheFolder, find_cache_folder

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs owners of folders")


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A home folder and a temporary folder, and no variable that names another place."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    home, shared = tmp_path / "home", tmp_path / "shared"
    home.mkdir()
    shared.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr("tempfile.tempdir", str(shared))
    return home, shared


def shared_folder(shared):
    return shared / f"softsim-cache-{os.geteuid()}" / "k"


def test_home_is_taken_and_the_folder_is_private(places):
    home, _ = places
    found = find_cache_folder("k")
    assert found == CacheFolder(home / ".cache" / "softsim" / "k", ())
    assert found.path.stat().st_mode & 0o777 == 0o700
    assert find_cache_folder("k") == found


def test_folder_of_the_user_comes_first(places, tmp_path, monkeypatch):
    for name in reversed(VARIABLES):
        monkeypatch.setenv(name, str(tmp_path / name))
        assert find_cache_folder("k").path == tmp_path / name / "softsim" / "k"


@pytest.mark.parametrize("home", ["", "/nonexistent/of/nobody", "/proc", "relative"])
def test_no_home_folder_leads_to_the_temporary_one(places, monkeypatch, home):
    monkeypatch.setenv("HOME", home)
    if home.startswith("/nonexistent"):  # root could make it
        monkeypatch.setattr(Path, "home", no_home)
    found = find_cache_folder("k")
    assert found.path == shared_folder(places[1])
    assert len(found.rejected) == 1


def no_home():
    raise RuntimeError("Could not determine home directory.")


def test_relative_folder_of_the_user_is_told_and_not_used(places, monkeypatch):
    monkeypatch.setenv("SOFTSIM_CACHE_DIR", "cache")
    found = find_cache_folder("k")
    assert found.rejected == ("SOFTSIM_CACHE_DIR=cache: must be an absolute path",)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
@pytest.mark.parametrize("depth", [0, 1])
def test_folder_that_others_can_write_is_never_used(places, mode, depth):
    home, shared = places
    path = find_cache_folder("k").path
    [path.parent, path][depth].chmod(mode)
    found = find_cache_folder("k")
    assert found.path == shared_folder(shared)
    assert found.rejected == (f"{home / '.cache'}: can be written by other users",)


@pytest.mark.parametrize("depth", [0, 1])
def test_folder_of_another_user_is_never_used(places, monkeypatch, depth):
    _, shared = places
    path = find_cache_folder("k").path
    if os.geteuid() == 0:
        os.chown([path.parent, path][depth], 12345, -1)
    else:
        monkeypatch.setattr("os.geteuid", lambda: 54321)
    found = find_cache_folder("k")
    assert "belongs to another user" in found.rejected[0]
    assert found.path is None or shared in found.path.parents


@pytest.mark.parametrize("depth", [0, 1])
def test_link_is_never_followed(places, tmp_path, depth):
    (tmp_path / "elsewhere").mkdir()
    path = find_cache_folder("k").path
    path.rmdir()
    if depth == 0:
        path.parent.rmdir()
    [path.parent, path][depth].symlink_to(tmp_path / "elsewhere")
    found = find_cache_folder("k")
    assert found.path == shared_folder(places[1])
    assert "is not a folder of its own" in found.rejected[0]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_full_disks_leave_no_cache_and_a_reason_each(places, monkeypatch):
    class Full:
        def __init__(self, **kwargs):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", Full)
    found = find_cache_folder("k")
    assert found.path is None
    assert [reason.split(": ")[-1] for reason in found.rejected] == ["No space left on device"] * 2


# ------------------------------------------------------------------ while a kernel is compiled

SOURCE = "def double(x):\n    return 2.0 * x\n"


def compiled(folder, monkeypatch):
    """A small kernel of a file of its own, with its cache in a folder."""
    monkeypatch.setattr(_jit, "CACHE", CacheFolder(folder / "cache", ()))
    path = folder / "doubling.py"
    path.write_text(SOURCE)
    names: dict = {}
    exec(compile(SOURCE, str(path), "exec"), names)
    return _jit.kernel(names["double"])


@pytest.mark.jit
def test_kernel_is_kept_and_found_again(tmp_path, monkeypatch):
    assert compiled(tmp_path, monkeypatch)(2.0) == 4.0
    again = compiled(tmp_path, monkeypatch)
    assert again(2.0) == 4.0
    assert sum(again.stats.cache_hits.values()) == 1


@pytest.mark.jit
@pytest.mark.parametrize("step", ["_save_index", "_save_data", "_load_index"])
def test_disk_that_fails_while_a_kernel_is_saved_costs_nothing_else(tmp_path, monkeypatch, step):
    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"numba.core.caching.IndexDataCacheFile.{step}", fail)
    assert compiled(tmp_path, monkeypatch)(2.0) == 4.0


@pytest.mark.jit
@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
@pytest.mark.parametrize("content", [b"", b"\x80\x05nonsense"])
def test_damaged_cache_file_is_replaced(tmp_path, monkeypatch, ending, content):
    compiled(tmp_path, monkeypatch)(2.0)
    (file,) = (tmp_path / "cache").rglob(f"*{ending}")
    file.write_bytes(content)
    assert compiled(tmp_path, monkeypatch)(2.0) == 4.0
    again = compiled(tmp_path, monkeypatch)
    assert again(2.0) == 4.0
    assert sum(again.stats.cache_hits.values()) == 1


@pytest.mark.jit
def test_cache_folder_that_vanishes_or_is_a_file_costs_nothing_else(tmp_path, monkeypatch):
    (tmp_path / "cache").write_text("a file")
    assert compiled(tmp_path, monkeypatch)(2.0) == 4.0


def test_other_packages_keep_their_own_cache_of_numba(tmp_path):
    code = (
        "import numba; before = numba.config.CACHE_DIR; import softsim._jit as jit;"
        "assert numba.config.CACHE_DIR == before; print(jit.CACHE.path)"
    )
    env = {k: v for k, v in os.environ.items() if k not in (*VARIABLES, "HOME")}
    env["NUMBA_CACHE_DIR"] = str(tmp_path)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path / "softsim" / "kernels-"))
