"""The path of a newcomer as it is written: commands and code run on a clean checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from docs.generate.blocks import blocks, script

ROOT = Path(__file__).parents[2]
LEFT_OUT = ("make test",)
"""Commands of the README that would run this test again."""

pytestmark = [pytest.mark.slow, pytest.mark.net]


@pytest.fixture
def checkout(tmp_path):
    """A clean checkout of what is committed."""
    place = tmp_path / "softsim"
    subprocess.run(["git", "clone", "-q", ROOT, place], check=True)
    return place


def run(command, place):
    """Run a script of the shell as a newcomer's terminal would, with nothing compiled yet."""
    hidden = {"PYTHONPATH", "VIRTUAL_ENV", "MPLBACKEND"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    env |= {
        "SOFTSIM_CACHE_DIR": str(place.parent / "cache"),
        "PATH": f"{Path(sys.base_prefix) / 'bin'}:{env['PATH']}",
    }
    subprocess.run(["bash", "-euc", command], cwd=place, env=env, check=True)


def commands_of(path):
    """All console blocks of a page as one script."""
    lines = "\n".join(script(block) for block in blocks(path) if block.language == "console")
    return "\n".join(line for line in lines.splitlines() if not line.startswith(LEFT_OUT))


def test_first_stroke_as_written(checkout):
    notebook = Path("notebooks") / "first_stroke.py"
    run(commands_of(checkout / notebook), checkout)
    assert (checkout / "stroke.png").stat().st_size > 10_000
    run(f".venv/bin/python {notebook}", checkout)
    assert (checkout / "stroke.html").exists()


def test_readme_as_written(checkout):
    page = checkout / "README.md"
    run(commands_of(page), checkout)
    for name in ("stroke.png", "strain.png", "stroke.html", "results.zarr", "results"):
        assert (checkout / name).exists(), name
    (code,) = [block.text for block in blocks(page) if block.language == "python"]
    run(f".venv/bin/python - <<'END'\n{code}\nEND", checkout)
