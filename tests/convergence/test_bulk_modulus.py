"""Error and work of a deep press do not depend on the bulk modulus."""

from __future__ import annotations

import pytest

import softsim as ss
from softsim._simulate import run

pytestmark = pytest.mark.jit
RATIOS = (2.0, 10.0, 100.0, 1.0e3, 1.0e4)
ERROR = 0.003  # of the force
ITERATIONS = 2  # more or less than in the middle of those that are stiffer in bulk than in shear
STACK = (("skin", "1.5 mm", 69e3), ("fat", "8 mm", 3.4e3), ("muscle", "20 mm", 17e3))


def split(modulus, ratio):
    return ss.SplitNeoHookean(shear_modulus=modulus, bulk_modulus=ratio * modulus)


def coupled(modulus, ratio):
    poisson = (3.0 * ratio - 2.0) / (2.0 * (3.0 * ratio + 1.0))
    return ss.NeoHookean(young_modulus=2.0 * modulus * (1.0 + poisson), poisson_ratio=poisson)


def pressed(law, ratio, **resolution):
    """A rod 4 mm deep in three layers, its strains up to one half."""
    layers = [ss.Layer(name=n, thickness=t, material=law(g, ratio)) for n, t, g in STACK]
    problem = ss.Problem(
        tissue=ss.Tissue(layers=layers, width="100 mm", sides="free"),
        instrument=ss.Instrument(
            edge=ss.Edge(nose_radius="5 mm", thickness="10 mm"), contact_length="100 mm"
        ),
        stroke=ss.Stroke(indentation="4 mm", angle="90 deg", friction=0.0, speed="1 m/s"),
        resolution=ss.Resolution(**resolution),
    )
    return run(problem, mode="steady", engine="finite")[0]


@pytest.mark.parametrize("law", [split, coupled])
def test_error_and_iterations_do_not_depend_on_the_bulk_modulus(law):
    errors, iterations = [], []
    with ss.allow_unusual():
        for ratio in RATIOS:
            found, true = pressed(law, ratio), pressed(law, ratio, accuracy="0.1 %", growth=1.1)
            errors.append(float(found["normal_force"] / true["normal_force"]) - 1.0)
            iterations.append(found.attrs["iterations"])
    assert max(errors) - min(errors) < ERROR, errors
    middle = sorted(iterations[1:])[len(RATIOS) // 2 - 1]
    assert max(iterations) <= middle + ITERATIONS, iterations
    assert min(iterations[1:]) >= middle - ITERATIONS, iterations
