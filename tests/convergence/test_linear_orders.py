"""The linear engine converges with the orders that it states, in nodes and in time steps.

Every table holds a quantity, the order stated for it, and nothing else; the sequence of nodes or
steps stands above it.  Where contact grows, a node enters somewhere within a step and its pressure
rises like a root from there: sequences that hold the contact, or with many nodes per step, show the
order of the method.
"""

from functools import cache

import numpy as np
import pytest

import softsim as ss
from softsim._simulate import run
from softsim.engines.linear.medium.stack import LayeredStack
from softsim.engines.linear.patch.press import press_surface
from softsim.engines.linear.section.contact import solve_sliding_contact
from softsim.load import Load
from tests.twins.stacks import UNEVEN, half_space

pytestmark = pytest.mark.jit

BAND = 0.15
LEAST_GAIN = 0.15  # more for the last pair alone: asymptotic range


def assert_order(errors, sizes, order):
    """Compare the slope of errors over sizes, and that of the last two, with the order stated."""
    errors, sizes = np.log(errors), np.log(sizes)
    assert np.polyfit(sizes, errors, 1)[0] == pytest.approx(order, abs=BAND), np.exp(errors)
    last = (errors[-1] - errors[-2]) / (sizes[-1] - sizes[-2])
    assert last == pytest.approx(order, abs=BAND + LEAST_GAIN), np.exp(errors)


# ------------------------------------------------------------------ nodes of a section

# Per half-width of the Hertz contact; half a cell more, so that every grid has its end in a middle.
NODES = (32, 64, 128, 256)
RADIUS = 100.0  # of the cylinder, in half-widths
IN_NODES = {
    "pressure in the middle": 2.0,
    "largest error of the pressure inside": 2.0,
    "mean error of the pressure": 1.5,
    "half-width": 1.0,
}


@cache
def hertz_errors(nodes):
    """Return the errors of a line contact against Hertz, relative to its peak and half-width."""
    spacing = 1.0 / (nodes + 0.5)
    along = spacing * np.arange(-int(1.5 * nodes), int(1.5 * nodes) + 1)
    found = solve_sliding_contact(
        half_space(1.0, 0.5),
        along=along,
        heights=along**2 / (2.0 * RADIUS),
        load=Load("force", np.pi / (4.0 * RADIUS) / 0.75),
    )
    exact = np.sqrt(np.maximum(1.0 - along**2, 0.0))
    error = np.abs(found.contact_pressure * 2.0 * RADIUS * 0.75 - exact)
    return {
        "pressure in the middle": error[along.size // 2],
        "largest error of the pressure inside": error[np.abs(along) < 0.5].max(),
        "mean error of the pressure": spacing * error.sum(),
        "half-width": abs(found.half_width - 1.0),
    }


@pytest.mark.parametrize("quantity", IN_NODES)
def test_order_in_nodes_of_a_section(quantity):
    errors = [hertz_errors(nodes)[quantity] for nodes in NODES]
    assert_order(errors, 1.0 / (np.array(NODES) + 0.5), IN_NODES[quantity])


# ------------------------------------------------------------------ steps of a press or a stroke

STEPS = (16, 32, 64, 128)
SPACING = 2.0e-5  # [m]; the slide is 64 steps of two nodes, or fewer of more
PRESS = {"force": "1 N", "press_time": "0.2 s"}
HELD = {"indentation": "0.3 mm", "press_time": "0.2 s", "dwell": "0.2 s"}
SLIDE = {"indentation": "0.3 mm", "press_time": "0.1 s", "length": "2.56 mm", "speed": "25.6 mm/s"}
IN_STEPS = [
    ("press", PRESS, {"indentation": 2.0, "stored_energy": 2.0, "viscous_dissipation": 2.0}),
    ("press", HELD, {"normal_force": 2.0, "stored_energy": 2.0, "viscous_dissipation": 2.0}),
    (
        "transient",
        SLIDE,
        {
            "normal_force": 2.0,
            "tangential_force": 2.0,
            "peak_contact_pressure": 2.0,
            "work_of_stroke": 2.0,
            "stored_energy": 2.0,
            "viscous_dissipation": 2.0,
        },
    ),
    # Friction sets in over the first step of the slide.
    (
        "transient",
        SLIDE | {"friction": 0.2},
        {"tangential_force": 1.0, "work_of_stroke": 1.0, "stored_energy": 1.0},
    ),
]


def viscous_layer(name, thickness, young_modulus, g, tau):
    material = ss.NeoHookean(
        young_modulus=young_modulus, poisson_ratio=0.45, prony=ss.Prony(g=g, tau=tau)
    )
    return ss.Layer(name=name, thickness=thickness, material=material)


TISSUE = ss.Tissue(
    layers=(
        viscous_layer("skin", "2 mm", "60 kPa", (0.4,), ("0.1 s",)),
        viscous_layer("fat", "10 mm", "20 kPa", (0.3, 0.2), ("0.05 s", "0.4 s")),
    )
)
ROD = ss.Instrument(edge=ss.Edge(nose_radius="5 mm", thickness="10 mm"), contact_length="50 mm")


@pytest.mark.parametrize(("mode", "stroke", "orders"), IN_STEPS)
def test_order_in_steps_of_a_section(mode, stroke, orders):
    """Between each number of steps and twice as many, at the end."""
    ends = []
    for steps in STEPS:
        problem = ss.Problem(
            tissue=TISSUE,
            instrument=ROD,
            stroke=ss.Stroke(**stroke),
            resolution=ss.Resolution(element_along=SPACING, steps=steps, rows=(2, 2)),
        )
        ends.append(run(problem, mode=mode, engine="linear")[0].isel(time=-1))
    for quantity, order in orders.items():
        change = np.abs(np.diff([float(end[quantity]) for end in ends]))
        assert_order(change, 1.0 / np.array(STEPS[:-1]), order)


# ------------------------------------------------------------------ steps of a whole edge

EDGE_STEPS = (4, 8, 16, 32)
CELL = 0.05
IN_STEPS_OF_AN_EDGE = [
    ("pressed ever deeper", Load("indentation", 0.05), True, "force"),
    ("pressed ever deeper", Load("indentation", 0.05), True, "contact_pressure"),
    ("held at a depth", Load("indentation", 0.05), False, "force"),
    ("pressed by a force", Load("force", 0.05), True, "contact_pressure"),
    ("pressed by a force", Load("force", 0.05), True, "indentation"),
]


@pytest.mark.parametrize(("way", "load", "is_ramp", "quantity"), IN_STEPS_OF_AN_EDGE)
def test_order_in_steps_of_a_punch_is_two(way, load, is_ramp, quantity):
    """A flat punch: all of it touches from the start."""
    ends = []
    for steps in EDGE_STEPS:
        time = np.linspace(0.0, 1.0, steps + 1)
        found = press_surface(
            LayeredStack.of(**UNEVEN),
            spacing=(CELL, CELL),
            heights=np.zeros((12, 12)),
            time=time,
            load=load,
            share=time if is_ramp else np.ones(time.size),
        )
        ends.append(np.max(getattr(found[-1], quantity)))
    assert_order(np.abs(np.diff(ends)), 1.0 / np.array(EDGE_STEPS[:-1]), 2.0)
