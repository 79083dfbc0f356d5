"""What the front door refuses, and how light it is to open."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import softsim as ss
from softsim import _simulate
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


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"edge": "hole"}, "edge 'hole' is unknown; did you mean 'whole'"),
        (
            {"edge": "whole", "engine": "finite", "mode": "press"},
            "mode is 'press'.* mode='steady'.*'linear'",
        ),
        (
            {"edge": "whole", "engine": "finite", "cells": (32, 16)},
            "cells is given, and engine 'finite'.*engine='linear'",
        ),
        ({"edge": "whole", "mode": "transient"}, "mode is 'transient'.*'steady' and 'press'"),
        ({"cells": (32, 16)}, "cells is given for a section.*edge='whole'"),
        ({"heights": np.zeros((9, 9)), "spacing": (1e-4, 1e-4)}, "heights is given for a section"),
        ({"edge": "whole", "spacing": (1e-4, 1e-4)}, "spacing is given without heights"),
        ({"edge": "whole", "heights": np.zeros((9, 9)), "cells": (9, 9)}, "cells is given besides"),
    ],
)
def test_options_of_another_edge_are_refused_in_a_sentence(options, words):
    with pytest.raises(ss.InputError, match=words) as error:
        ss.simulate(small_problem(), **options)
    assert "\n" not in str(error.value)


def test_many_problems_are_checked_as_one_is_and_named_by_their_place():
    with pytest.raises(ss.InputError, match="mode 'stedy' is unknown"):
        ss.simulate_many([small_problem()], mode="stedy")
    with pytest.raises(ss.InputError, match=r"^problem 1 \(.*speed of the stroke is missing"):
        ss.simulate_many([small_problem(), small_problem(speed=None)])
    with pytest.raises(ss.InputError, match="problem 1 of problems is 'calf'"):
        ss.simulate_many([small_problem(), "calf"])
    for options in ({"mode": "press"}, {"engine": "finite"}):
        with pytest.raises(ss.InputError, match=r"mode 'steady' and engine 'linear'.*sweep"):
            ss.simulate_many([small_problem()], **options)


def test_the_engine_follows_the_edge_unless_it_is_given(monkeypatch):
    taken = []

    def solved(name):
        def solve(*_, **__):
            taken.append(name)
            raise ss.InputError("enough")

        return solve

    monkeypatch.setattr("softsim.engines.finite.solve.solve", solved("finite"))
    monkeypatch.setattr("softsim.engines.linear.solve.solve", solved("linear"))
    monkeypatch.setattr("softsim.engines.linear.patch.solve.solve_edge", solved("whole"))
    for options in ({}, {"engine": "linear"}, {"edge": "whole"}):
        with pytest.raises(ss.InputError, match="enough"):
            ss.simulate(small_problem(), **options)
    assert taken == ["finite", "linear", "whole"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("solve_batch", "softsim.simulate_many"),
        ("solve_surface", "softsim.simulate with edge='whole'"),
        ("surface_fields", "softsim.fields_under"),
    ],
)
def test_old_doors_of_the_linear_engine_name_the_new_ones(old, new):
    with pytest.warns(FutureWarning, match=f"softsim.engines.linear.{old} is now {new}; ") as told:
        door = getattr(importlib.import_module("softsim.engines.linear"), old)
    assert told[0].filename == __file__
    with pytest.raises(ss.InputError):
        door("calf")
    with pytest.raises(AttributeError, match="'solve_nothing'"):
        _ = importlib.import_module("softsim.engines.linear").solve_nothing


def test_the_old_module_of_the_front_door_leaves_it_a_function(monkeypatch):
    monkeypatch.delitem(sys.modules, "softsim.simulate", raising=False)
    door = ss.simulate
    with pytest.warns(FutureWarning, match="softsim.simulate is a function"):
        from softsim.simulate import check, run
    assert (run, check) == (_simulate.run, _simulate.check)
    assert ss.simulate is door
    assert importlib.import_module("softsim").simulate is door


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
