"""Order of quadratic splines with mean dilatation (manufactured solutions).

Displacement converges with order 3 and its gradient with order 2, whether the volume is kept, the
bulk is stiff, or as soft as the shear: there the volume of the points is taken, not its mean.
"""

import numpy as np
import pytest

import softsim.materials as sm
from tests.spline_cases import boundary, make_section, places, solve_held

BAND = 0.15
REFINEMENTS = (12, 20, 32, 56)
SHEAR, SIZE = 1.0e4, 10.0e-3  # [Pa], [m]
LEAST_GAIN = 0.25  # between the last two meshes the order is that of the fit: asymptotic range
AS_MUCH = 1.1  # of the error of a soft bulk
SWELL = 0.05  # of a body as soft in bulk as in shear; less as the bulk is stiffer
# K/G, share of SWELL G/K, orders of displacement and gradient
CASES = {
    "volume kept": (2.0, 0.0, 3.0, 2.0),
    "volume kept, stiff bulk": (1.0e4, 0.0, 3.0, 2.0),
    "stiff bulk": (1.0e4, 1.0, 3.0, 2.0),
    "soft bulk": (2.0, 1.0, 3.0, 2.0),
}


def manufactured(places, swell):
    """Return current places: two shears that keep the volume, then a dilatation of a size."""
    wave = np.pi / SIZE
    x, z = places[..., 0], places[..., 1]
    x = x + 0.10 * SIZE * np.sin(wave * z + 0.4)
    z = z + 0.08 * SIZE * np.sin(wave * x)
    x = x + swell * SIZE * np.cos(wave * x)
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


def first_piola(places, ratio, swell):
    """Return P of the split neo-Hookean law, in plane, from its textbook form."""
    f = gradient_of(lambda x: manufactured(x, swell), places, 2e-2 * SIZE)
    jacobian = np.linalg.det(f)[..., None, None]
    inverse = np.swapaxes(np.linalg.inv(f), -1, -2)
    trace = (f**2).sum(axis=(-2, -1))[..., None, None] + 1.0
    shear = SHEAR * jacobian ** (-2.0 / 3.0) * (f - trace / 3.0 * inverse)
    return shear + 0.5 * SHEAR * ratio * (jacobian**2 - 1.0) * inverse


def body_force(places, ratio, swell):
    """Return -Div P."""
    return -np.trace(
        gradient_of(lambda x: first_piola(x, ratio, swell), places, 2e-2 * SIZE), axis1=-2, axis2=-1
    )


def graded(n):
    """Return node coordinates of smoothly graded elements on (0, SIZE)."""
    even = np.linspace(0.0, 1.0, n + 1)
    return SIZE * (even + 0.08 * np.sin(2.0 * np.pi * even) / np.pi * 2.0)


def interpolated(section, function):
    """Return the coefficients that interpolate a function at the places of the functions."""
    values = function(places(section))
    for line in section.lines:
        matrix = line.matrix(line.greville)
        values = np.tensordot(np.linalg.inv(matrix), values, (1, 0)).swapaxes(0, 1)
    return values


class Rule:
    """Gauss points of all spans in both directions, and the functions there."""

    def __init__(self, section, n_points):
        node, share = np.polynomial.legendre.leggauss(n_points)
        every = []
        for line in section.lines:
            half = 0.5 * np.diff(line.breaks)[:, None]
            place = (line.breaks[:-1, None] + half * (1.0 + node)).ravel()
            every.append(
                (place, (half * share).ravel(), line.matrix(place), line.matrix(place, slope=True))
            )
        self.place, self.weight, self.value, self.slope = zip(*every, strict=True)

    def places(self):
        return np.stack(np.meshgrid(*self.place, indexing="ij"), -1)

    def integral(self, values):
        """Return the integral of values over the body."""
        return np.einsum("i,j,ij...->...", *self.weight, values)

    def load(self, push):
        """Return the forces on the functions of a force per area, (n, m, 2)."""
        weighted = push * np.outer(*self.weight)[..., None]
        return np.einsum("ia,jb,ijk->abk", *self.value, weighted, optimize=True)

    def displaced(self, found):
        return np.einsum("ia,jb,abk->ijk", *self.value, found, optimize=True)

    def gradient(self, found):
        along = np.einsum("ia,jb,abk->ijk", self.slope[0], self.value[1], found, optimize=True)
        down = np.einsum("ia,jb,abk->ijk", self.value[0], self.slope[1], found, optimize=True)
        return np.stack([along, down], axis=-1)


def errors(n, ratio, swell):
    """Return the relative errors of displacement and gradient (L2) on n by n spans."""
    law = sm.SplitNeoHookean(shear_modulus=SHEAR, bulk_modulus=ratio * SHEAR)
    held = np.repeat(boundary((n + 2, n + 2))[..., None], 2, axis=-1)
    section = make_section(law, graded(n), graded(n), held=held)
    start = interpolated(section, lambda x: manufactured(x, swell) - x)
    rule = Rule(section, 4)
    found = solve_held(section, start, rule.load(body_force(rule.places(), ratio, swell)), 1e-10)
    place = rule.places()
    exact = manufactured(place, swell) - place
    slope = gradient_of(lambda x: manufactured(x, swell) - x, place, 2e-2 * SIZE)
    return np.array(
        [
            np.sqrt(rule.integral((here - wanted) ** 2).sum() / rule.integral(wanted**2).sum())
            for here, wanted in ((rule.displaced(found), exact), (rule.gradient(found), slope))
        ]
    )


@pytest.mark.parametrize("case", CASES)
def test_displacement_and_gradient_converge_with_their_orders(case):
    ratio, share, *orders = CASES[case]
    found = np.array([errors(n, ratio, share * SWELL / ratio) for n in REFINEMENTS])
    steps = np.log(1.0 / np.array(REFINEMENTS))
    for values, order in zip(np.log(found).T, orders, strict=True):
        slope = np.polyfit(steps, values, 1)[0]
        assert slope == pytest.approx(order, abs=BAND), found
        last = np.diff(values)[-1] / np.diff(steps)[-1]
        assert last == pytest.approx(order, abs=BAND + LEAST_GAIN), found


def test_error_does_not_grow_with_the_bulk_modulus():
    """Locking would multiply the error by orders of magnitude."""
    soft, stiff = (errors(12, ratio, SWELL / ratio) for ratio in (2.0, 1.0e4))
    assert (stiff < AS_MUCH * soft).all()
