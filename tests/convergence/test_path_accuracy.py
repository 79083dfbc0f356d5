"""Press and transient: accuracy asked for steers their spans, and results state what is left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import softsim as ss

pytestmark = pytest.mark.jit
INSIDE = 3.0  # times the stated error


def layered(**stroke) -> ss.Problem:
    """Return a rod on skin, fat and muscle that forget nothing."""
    stack = (("skin", "1.5 mm", 69e3), ("fat", "8 mm", 3.4e3), ("muscle", "20 mm", 17e3))
    layers = [
        ss.Layer(
            name=name,
            thickness=thickness,
            material=ss.SplitNeoHookean(shear_modulus=modulus, bulk_modulus=10.0 * modulus),
        )
        for name, thickness, modulus in stack
    ]
    given = {"indentation": "3 mm", "speed": "20 mm/s", "friction": 0.1, "press_time": "0.1 s"}
    return ss.Problem(
        tissue=ss.Tissue(layers=layers, width="100 mm", sides="free"),
        instrument=ss.Instrument(
            edge=ss.Edge(nose_radius="5 mm", thickness="10 mm"), contact_length="60 mm"
        ),
        stroke=ss.Stroke(**(given | stroke)),
        resolution=ss.Resolution(steps=3),
    )


def resolved(problem: ss.Problem, mode: str, **resolution):
    sizes = replace(problem.resolution, **resolution)
    return ss.simulate(replace(problem, resolution=sizes), mode=mode)


@pytest.mark.parametrize("mode", ["press", "transient"])
def test_accuracy_steers_the_spans_of_a_path(mode):
    problem = layered(length="4 mm")
    solved = [resolved(problem, mode, accuracy=asked) for asked in ("1 %", "0.5 %", "0.2 %")]
    unknowns = [result.attrs["n_unknowns"] for result in solved]
    assert unknowns == sorted(set(unknowns))
    stated = [float(result["discretisation_error_contact_width"][-1]) for result in solved]
    assert stated[2] < stated[0]


@pytest.mark.parametrize("mode", ["press", "transient"])
def test_what_a_path_states_holds_against_half_the_spans(mode):
    problem = layered(length="4 mm")
    default = resolved(problem, mode)
    half = 0.5 * float(default.attrs["element_along"])
    fine = resolved(problem, mode, element_along=half, growth=1.15)
    fine = fine.sel(time=default["time"], method="nearest")
    missed = {}
    for name in ("normal_force", "contact_width", "peak_contact_pressure"):
        stated = default[f"discretisation_error_{name}"].to_numpy()[1:]
        true = np.abs(default[name].to_numpy() - fine[name].to_numpy())[1:]
        assert stated.shape == true.shape
        missed[name] = float(np.mean(true > INSIDE * stated))
    assert {name: share for name, share in missed.items() if share > 0.1} == {}
    force = fine["normal_force"].to_numpy()[1:]
    assert np.abs(default["normal_force"].to_numpy()[1:] / force - 1.0).max() < 0.005


def test_end_of_a_contact_is_known_wherever_it_lies_in_a_span():
    """A rod on a block at depths that put the end at many places of a span; Hertz as the shape."""
    block = ss.Layer(
        name="block",
        thickness="40 mm",
        material=ss.SplitNeoHookean(shear_modulus="20 kPa", bulk_modulus="200 kPa"),
    )
    problem = replace(
        layered(indentation="1 mm", friction=0.0),
        tissue=ss.Tissue(layers=(block,), width="200 mm", sides="free"),
        resolution=ss.Resolution(steps=24),
    )
    coarse = resolved(problem, "press")
    size = float(coarse.attrs["element_along"])
    fine = resolved(problem, "press", element_along=0.25 * size)
    off = 0.5 * (coarse["contact_width"].to_numpy() - fine["contact_width"].to_numpy()) / size
    assert np.abs(off[8:]).max() < 0.04
