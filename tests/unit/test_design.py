"""Designs of sweeps: what a file may hold, how cases are ordered, what is refused and why."""

from __future__ import annotations

import dataclasses
import itertools
import math
import tomllib

import numpy as np
import pytest

from softsim.edge import Edge
from softsim.errors import InputError
from softsim.instrument import Instrument
from softsim.library import load_tissue
from softsim.materials import NeoHookean, Ogden
from softsim.problem import Problem
from softsim.stroke import Stroke
from softsim.sweeps import Design, load_design
from softsim.sweeps.design import design_from_table
from softsim.sweeps.sampling import depth_grid, layer_names, make_grids, profile_on
from softsim.tissue import Layer, Tissue

GEL = NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45)
FAT = Ogden(shear_modulus="1.2 kPa", exponent=9.0, bulk_modulus="120 kPa")
PHANTOM = Tissue(
    layers=(
        Layer(name="skin", thickness="1.5 mm", material=GEL),
        Layer(name="fat", thickness="8 mm", material=FAT),
    )
)
ROD = Instrument(edge=Edge(nose_radius="5 mm", thickness="10 mm"), contact_length="60 mm")
STROKE = Stroke(force="2 N", angle="90 deg", speed="100 mm/s")
PROBLEM = Problem(tissue=PHANTOM, instrument=ROD, stroke=STROKE)

FILE = """
tissue = "calf"
instrument = "gt4_class_scanner"
[stroke]
friction = "emollient"
[sweep]
force = ["2 N", "6 N"]
angle = { start = "45 deg", stop = "135 deg", num = 3 }
speed = { start = 0.05, stop = 0.2, num = 3, spacing = "log" }
"""


def table(**changes):
    data = tomllib.loads(FILE)
    return {**data, **changes}


def message(call, *args, **kwargs):
    with pytest.raises(InputError) as caught:
        call(*args, **kwargs)
    text = str(caught.value)
    assert "\n" not in text
    return text


# ------------------------------------------------------------------ reading


def test_file_becomes_a_grid_in_si(tmp_path):
    path = tmp_path / "design.toml"
    path.write_text(FILE)
    design = load_design(path)
    assert design.dims == ("force", "angle", "speed")
    assert design.shape == (2, 3, 3)
    assert design.n_cases == 18
    assert design.axes[0].points == ((2.0,), (6.0,))
    angles = [math.pi / 4, math.pi / 2, 3 * math.pi / 4]
    assert np.ravel(design.axes[1].points) == pytest.approx(angles)
    assert np.ravel(design.axes[2].points) == pytest.approx([0.05, 0.1, 0.2])
    assert design.text == FILE
    last = design.case((1, 2, 2))
    assert (last.stroke.force, last.stroke.friction_state) == (6.0, "emollient")
    assert last.stroke.angle == pytest.approx(3 * math.pi / 4)


def test_passes_are_given_or_swept_as_whole_numbers():
    problem = Problem(
        tissue=PHANTOM, instrument=ROD, stroke=dataclasses.replace(STROKE, length="5 mm", passes=3)
    )
    design = Design(problem=problem, sweep={"passes": [1, 2]}, mode="transient")
    assert [design.case((i,)).stroke.passes for i in (0, 1)] == [1, 2]
    fixed = design_from_table(table(stroke={"friction": 0.1, "passes": 2}))
    assert fixed.case((0, 0, 0)).stroke.passes == 2
    half = {"passes": {"start": 1, "stop": 2, "num": 3}}
    assert "passes is 1.5" in message(Design, problem=problem, sweep=half, mode="transient")


def test_tissue_and_tool_may_be_tables_of_the_file_itself():
    tissue = {"layer": [{"name": "gel", "thickness": "9 mm", "tissue": "fat"}]}
    tool = {"nose_radius": "2 mm", "thickness": "4 mm", "contact_length": "40 mm"}
    design = design_from_table(table(tissue=tissue, instrument=tool))
    assert design.problem.tissue.layers[0].thickness == pytest.approx(0.009)
    assert design.problem.instrument.contact_length == 0.04


def test_paths_are_taken_from_the_folder_of_the_file(tmp_path):
    (tmp_path / "arm.toml").write_text('[[layer]]\nname = "a"\nthickness = "9 mm"\ntissue = "fat"')
    path = tmp_path / "design.toml"
    path.write_text(FILE.replace('"calf"', '"arm.toml"'))
    assert load_design(path).problem.tissue.name == "arm"


def test_dotted_names_reach_edge_layers_and_materials():
    design = Design(
        problem=PROBLEM,
        sweep={
            "edge": {"nose_radius": ["4 mm", "5 mm"], "thickness": ["9 mm"]},
            "tissue.fat.thickness": ["6 mm", "8 mm"],
            "tissue.fat.material.shear_modulus": ["1 kPa"],
        },
    )
    assert design.dims[:3] == ("edge_nose_radius", "edge_thickness", "tissue_fat_thickness")
    problem = design.case((1, 0, 0, 0))
    assert problem.instrument.edge.thickness == pytest.approx(0.009)
    assert problem.tissue.layers[1].thickness == pytest.approx(0.006)
    assert problem.tissue.layers[1].material.shear_modulus == (1000.0,)


def test_swept_number_loses_the_source_of_the_library_value():
    calf = Problem(tissue=load_tissue("calf"), instrument=ROD, stroke=STROKE)
    design = Design(problem=calf, sweep={"tissue.fat_deep.thickness": ["5 mm"]})
    names = [s.name for s in design.case((0,)).tissue.layers[4].sources]
    assert len(names) == len(calf.tissue.layers[4].sources) - 1
    assert not any(name.endswith("].t") for name in names)


# ------------------------------------------------------------------ order and identity


@pytest.mark.parametrize("shape", [(1,), (5,), (2, 3), (3, 2, 4), (2, 1, 3, 2)])
def test_order_visits_every_case_once_by_single_steps(shape):
    names = ("force", "angle", "speed", "friction")
    sweep = {n: [0.1 * (k + 1) for k in range(m)] for n, m in zip(names, shape, strict=False)}
    order = Design(problem=PROBLEM, sweep=sweep).order()
    assert sorted(order) == list(np.ndindex(*shape))
    steps = [np.abs(np.subtract(a, b)).sum() for a, b in itertools.pairwise(order)]
    assert all(step == 1 for step in steps)


def test_tissue_changes_seldomer_than_speed_whatever_the_file_says():
    sweep = {"speed": [0.1, 0.2], "tissue.fat.thickness": [0.006, 0.008]}
    order = Design(problem=PROBLEM, sweep=sweep).order()
    assert order == [(0, 0), (1, 0), (1, 1), (0, 1)]


def test_digest_depends_on_numbers_and_not_on_how_they_are_written():
    one = Design(problem=PROBLEM, sweep={"force": ["2 N", "4 N"]})
    same = Design(problem=PROBLEM, sweep={"force": [2.0, "4000 mN"]})
    other = Design(problem=PROBLEM, sweep={"force": [2.0, 5.0]})
    assert one.digest == same.digest
    assert one.digest != other.digest
    assert one.digest != Design(problem=PROBLEM, sweep=one.sweep, mode="press").digest


def test_dry_skin_and_its_coefficient_by_hand_are_different_designs():
    by_name = Design(problem=PROBLEM, sweep={"friction": ["dry"]})
    by_hand = Design(problem=PROBLEM, sweep={"friction": list(by_name.axes[0].points[0])})
    assert by_name.digest != by_hand.digest


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"tissue": "calv"}, ["design: tissue: ", "'calf'"]),
        ({"color": "red"}, ["color: unknown key"]),
        ({"mode": "stedy"}, ["mode 'stedy'", "'steady'"]),
        ({"stroke": {"fricton": 0.1}}, ["stroke.fricton: unknown key", "'friction'"]),
        ({"stroke": {"friction": "oily"}}, ["stroke: friction 'oily'"]),
        ({"resolution": {"growth": 3.0}}, ["resolution: growth is 3.0"]),
        ({"sweep": {}}, ["sweep: empty", "force"]),
        ({"sweep": {"force": []}}, ["sweep.force: empty"]),
        ({"sweep": {"force": "6 N"}}, ["sweep.force: is '6 N'; must be a list"]),
        ({"sweep": {"force": ["6 N", "6 kg"]}}, ["sweep.force[1]: force is '6 kg'"]),
        ({"sweep": {"force": ["6 kg"]}}, ["sweep.force[0]: force is '6 kg'"]),
        ({"sweep": {"force": ["6 N", "6 N"]}}, ["sweep.force[1]", "the same as sweep.force[0]"]),
        ({"sweep": {"force": ["6 N", True]}}, ["sweep.force[1] is True"]),
        ({"sweep": {"force": ["6 N"], "angle": [100.0]}}, ["sweep.angle[0]: angle", "'100 deg'"]),
        ({"sweep": {"forse": ["6 N"]}}, ["sweep.forse"]),
        ({"sweep": {"force": ["6 N"], "edge": {"radius": [1.0]}}}, ["edge.nose_radius"]),
        ({"sweep": {"force": {"start": "2 N", "stop": "9 N"}}}, ["sweep.force: num: missing"]),
        (
            {"sweep": {"force": {"start": 0.0, "stop": 9.0, "num": 3, "spacing": "log"}}},
            ["sweep.force", "0"],
        ),
        (
            {"sweep": {"force": ["6 N"], "pressure": ["20 kPa"]}},
            ["sweep.pressure: sweep.force is swept too"],
        ),
        (
            {"stroke": {"force": "6 N"}, "sweep": {"pressure": ["20 kPa"]}},
            ["sweep.pressure: stroke.force is given too", "leave force out of [stroke]"],
        ),
        (
            {"stroke": {"force": "6 N"}, "sweep": {"force": ["6 N"], "speed": [0.1]}},
            ["stroke.force: sweep.force is given too"],
        ),
        ({"stroke": {}, "sweep": {"speed": [0.1]}}, ["stroke", "exactly one of force"]),
        ({"stroke": {}, "sweep": {"force": [6.0]}}, ["speed of the stroke is missing"]),
        (
            {"sweep": {"force": np.linspace(1, 9, 2000), "speed": np.linspace(0.1, 1, 900)}},
            ["cases"],
        ),
    ],
)
def test_bad_design_is_one_sentence_with_the_place(changes, parts):
    text = message(design_from_table, table(**changes))
    assert text.startswith("design: ")
    for part in parts:
        assert part in text


def test_load_by_hand_must_be_of_the_kind_of_the_stroke():
    text = message(Design, problem=PROBLEM, sweep={"indentation": ["2 mm"]})
    assert text.startswith("sweep.indentation: the stroke already has force = 2 N")
    assert "sweep force" in text


def test_impossible_combination_fails_as_a_case_only():
    sweep = {"edge.nose_radius": ["5 mm", "6 mm"], "edge.thickness": ["10 mm", "12 mm"]}
    design = Design(problem=PROBLEM, sweep=sweep)
    assert design.case((0, 0)).instrument.edge.nose_radius == pytest.approx(0.005)
    assert "thickness of the edge" in message(design.case, (0, 1))


# ------------------------------------------------------------------ common grids


def test_depth_grid_has_every_layer_and_is_fine_near_the_skin():
    calf = load_tissue("calf")
    depth = depth_grid(calf)
    names = layer_names(calf, depth)
    assert np.all(np.diff(depth) > 0.0)
    assert 0.0 < depth[0] < 1e-4 < calf.thickness - 2e-3 < depth[-1] < calf.thickness
    assert min(np.sum(names == layer.name) for layer in calf.layers) >= 4
    assert depth[1] - depth[0] < 0.1 * (depth[-1] - depth[-2])


def test_profile_is_never_mixed_across_a_boundary():
    import xarray as xr

    profile = xr.DataArray(
        [1.0, 1.0, 1.0, 5.0, 7.0],
        dims="depth",
        coords={
            "depth": [0.0, 0.4e-3, 1.2e-3, 3.0e-3, 7.0e-3],
            "depth_layer": ("depth", ["skin", "skin", "skin", "fat", "fat"]),
        },
    )
    depth = np.array([0.1e-3, 1.4e-3, 1.6e-3, 5.0e-3, 9.0e-3, 20.0e-3])
    values = profile_on(profile, layer_names(PHANTOM, depth), depth)
    assert values[:5].tolist() == [1.0, 1.0, 5.0, 6.0, 7.0]
    assert math.isnan(values[5])


def test_surface_grid_reaches_beyond_a_wide_tool():
    wide = Instrument(edge=Edge(nose_radius="40 mm", thickness="80 mm"), contact_length="60 mm")
    stroke = Stroke(indentation="6 mm", speed=0.1)
    narrow = make_grids([Problem(tissue=PHANTOM, instrument=ROD, stroke=STROKE)])
    broad = make_grids([Problem(tissue=PHANTOM, instrument=wide, stroke=stroke)])
    assert narrow.along[[0, -1]] == pytest.approx([-0.02, 0.02])
    assert narrow.along.size == 201
    touching = math.sqrt(0.04**2 - 0.034**2)
    assert broad.along[-1] > touching
    assert np.diff(broad.along) == pytest.approx(2e-4)
