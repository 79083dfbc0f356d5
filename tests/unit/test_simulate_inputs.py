"""What the front door refuses, and how light it is to open."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

import softsim as ss
from softsim import simulate as door
from softsim.simulate import run
from tests.small_case import small_problem

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "stedy"}, ["mode 'stedy'", "'steady'"]),
        ({"engine": "finit"}, ["engine 'finit'", "'finite'"]),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(options, words):
    with pytest.raises(ss.InputError) as error:
        ss.simulate(small_problem(), **options)
    assert all(word in str(error.value) for word in words)


@pytest.mark.parametrize("mode", ["steady", "transient"])
def test_modes_that_slide_need_a_speed(mode):
    with pytest.raises(ss.InputError, match=r"speed .* missing.*100 mm/s"):
        ss.simulate(small_problem(speed=None), mode=mode)


def test_transient_needs_a_length():
    with pytest.raises(ss.InputError, match=r"length .* missing.*60 mm"):
        ss.simulate(small_problem(length=None), mode="transient")


def test_half_space_is_refused_by_the_finite_engine():
    problem = small_problem()
    deep = replace(problem, tissue=replace(problem.tissue, base="half_space"))
    with pytest.raises(ss.InputError, match=r"half_space.*engine='linear'"):
        ss.simulate(deep)


def test_failure_names_the_case(monkeypatch):
    def fail(problem, mode, *, warm=None):
        raise ss.ConvergenceError("no", load_reached=0.5, residual=1.0)

    monkeypatch.setattr("softsim.engines.finite.solve.solve", fail)
    with pytest.raises(ss.ConvergenceError, match=r"1 mm deep, 90°, 20 mm/s.*: no") as error:
        ss.simulate(small_problem())
    assert error.value.load_reached == 0.5


def test_simulate_is_the_function_even_after_its_module_is_imported():
    assert door is ss.simulate
    assert callable(ss.simulate)
    assert run.__module__ == "softsim.simulate"


def test_public_names_resolve_and_unknown_ones_do_not():
    for name in ss.__all__:
        assert getattr(ss, name) is not None
    assert set(dir(ss)) == set(ss.__all__)
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        _ = ss.simulat


def test_version_is_that_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == ss.__version__


def test_importing_softsim_loads_nothing_heavy():
    code = (
        "import softsim, sys; print(sorted({'numba','scipy','xarray','numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
