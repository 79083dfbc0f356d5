"""Displacement of the strip converges with order 2, locking or not (manufactured solution)."""

import numpy as np
import pytest

import softsim.materials as sm
from tests.strip_cases import make_strip, node_places, solve_with_boundary

ORDER, BAND = 2.0, 0.15
REFINEMENTS = (6, 12, 24, 48)
SHEAR, SIZE = 1.0e4, 10.0e-3  # [Pa], [m]
LEAST_GAIN = 0.25  # between the last two grids the order is that of the fit: asymptotic range


def manufactured(places, ratio):
    """Return current places: two shears that keep volume, then a dilatation of order G/K."""
    wave = np.pi / SIZE
    x, z = places[..., 0], places[..., 1]
    x = x + 0.10 * SIZE * np.sin(wave * z + 0.4)
    z = z + 0.08 * SIZE * np.sin(wave * x)
    x = x + 0.05 * SIZE / ratio * np.cos(wave * x)
    return np.stack([x, z], axis=-1)


def gradient_of(function, places, step):
    """Return the derivatives by the places, last axis, by an eighth-order central formula."""
    weights = {1: 4 / 5, 2: -1 / 5, 3: 4 / 105, 4: -1 / 280}
    columns = []
    for k in range(2):
        shift = step * np.eye(2)[k]
        columns.append(
            sum(
                w * (function(places + n * shift) - function(places - n * shift))
                for n, w in weights.items()
            )
            / step
        )
    return np.stack(columns, axis=-1)


def first_piola(places, ratio):
    """Return P of the split neo-Hookean law, in plane, from its textbook form."""
    f = gradient_of(lambda x: manufactured(x, ratio), places, 2e-2 * SIZE)
    jacobian = np.linalg.det(f)[..., None, None]
    inverse = np.swapaxes(np.linalg.inv(f), -1, -2)
    trace = (f**2).sum(axis=(-2, -1))[..., None, None] + 1.0
    shear = SHEAR * jacobian ** (-2.0 / 3.0) * (f - trace / 3.0 * inverse)
    return shear + 0.5 * SHEAR * ratio * (jacobian**2 - 1.0) * inverse


def body_force(places, ratio):
    """Return -Div P."""
    return -np.trace(
        gradient_of(lambda x: first_piola(x, ratio), places, 2e-2 * SIZE), axis1=-2, axis2=-1
    )


def graded(n):
    """Return node coordinates of smoothly graded elements on (0, SIZE)."""
    even = np.linspace(0.0, 1.0, n + 1)
    return SIZE * (even + 0.08 * np.sin(2.0 * np.pi * even) / np.pi * 2.0)


def gauss_rule(strip, n_points):
    """Yield (places, weights, shape functions) of a Gauss rule over all elements."""
    nodes, weights = np.polynomial.legendre.leggauss(n_points)
    edges = strip.grid.column_edges, strip.grid.row_edges
    half = [0.5 * np.diff(edge) for edge in edges]
    middle = [edge[:-1] + h for edge, h in zip(edges, half, strict=True)]
    for xi, wx in zip(nodes, weights, strict=True):
        for eta, wz in zip(nodes, weights, strict=True):
            places = np.stack(
                np.meshgrid(middle[0] + xi * half[0], middle[1] + eta * half[1], indexing="ij"), -1
            )
            shapes = {
                (a, b): 0.25 * (1 + (2 * a - 1) * xi) * (1 + (2 * b - 1) * eta)
                for a in (0, 1)
                for b in (0, 1)
            }
            yield places, wx * wz * np.outer(*half), shapes


def corner(values, a, b):
    """Return nodal values at one corner of every element."""
    return values[a : values.shape[0] - 1 + a, b : values.shape[1] - 1 + b]


def nodal_load(strip, ratio):
    """Return the nodal forces of the body force."""
    load = strip.rest()
    for places, weights, shapes in gauss_rule(strip, 2):
        push = weights[..., None] * body_force(places, ratio)
        for (a, b), shape in shapes.items():
            corner(load, a, b)[...] += shape * push
    return load


def displacement_error(n, ratio):
    """Return the L2 error of the displacement on n by n elements, relative."""
    law = sm.SplitNeoHookean(shear_modulus=SHEAR, bulk_modulus=ratio * SHEAR)
    strip = make_strip(law, graded(n), graded(n))
    exact = manufactured(node_places(strip), ratio) - node_places(strip)
    found = solve_with_boundary(strip, exact, nodal_load(strip, ratio), 1e-10)
    wrong = size = 0.0
    for places, weights, shapes in gauss_rule(strip, 3):
        here = sum(shape * corner(found, a, b) for (a, b), shape in shapes.items())
        wanted = manufactured(places, ratio) - places
        wrong += (weights[..., None] * (here - wanted) ** 2).sum()
        size += (weights[..., None] * wanted**2).sum()
    return np.sqrt(wrong / size)


@pytest.mark.parametrize("ratio", [2.0, 1.0e4])
def test_displacement_order_is_two(ratio):
    errors = np.array([displacement_error(n, ratio) for n in REFINEMENTS])
    steps = np.log(1.0 / np.array(REFINEMENTS))
    slope = np.polyfit(steps, np.log(errors), 1)[0]
    assert slope == pytest.approx(ORDER, abs=BAND), errors
    last = np.diff(np.log(errors))[-1] / np.diff(steps)[-1]
    assert last == pytest.approx(ORDER, abs=BAND + LEAST_GAIN), errors


def test_error_does_not_grow_with_the_bulk_modulus():
    """Locking would multiply the error by orders of magnitude."""
    soft, stiff = (displacement_error(12, ratio) for ratio in (2.0, 1.0e4))
    assert stiff < 3.0 * soft
