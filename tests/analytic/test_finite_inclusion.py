"""A bonded round inclusion in a wide strip under tension, in plane strain.

L12_circular_inclusion.csv: J. N. Goodier, J. Appl. Mech. 55 (1933) 39-44; J. D. Eshelby,
Proc. R. Soc. A 241 (1957) 376-396.  The stress inside is uniform; per remote stress S, with m the
ratio of the shear moduli and kappa = 3 - 4 nu of both,
sigma_x + sigma_y = S m (kappa + 1)/(2 m + kappa - 1) and
sigma_x - sigma_y = S m (kappa + 1)/(m kappa + 1).
"""

from pathlib import Path

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.tissue.basis import Line
from softsim.engines.finite.tissue.fields import PointFields
from softsim.engines.finite.tissue.regions import Inclusions
from softsim.engines.finite.tissue.section import Section
from tests.spline_cases import places, solve_held

TABLE = np.loadtxt(
    Path(__file__).parents[1] / "reference" / "L12_circular_inclusion.csv",
    delimiter=",", skiprows=3,
)  # fmt: skip
WITHIN = 0.02  # of the remote stress
RADIUS, REACH = 1e-3, 20.0
SHEAR, STRAIN = 1e4, 1e-4
SPANS, MORE_SPANS = 9, 50  # over the diameter
NEARLY_RIGID = 30.0  # times the matrix: spans that are cut are too stiff
CORE = 0.7  # of the radius: beyond it spans are near those that the outline cuts


def growing(size, end):
    """Return places from 0 to an end, even over 1.5 radii and growing beyond."""
    found = list(np.arange(0.0, 1.5 * RADIUS, size))
    step = size
    while found[-1] < end:
        step *= 1.25
        found.append(found[-1] + step)
    return np.array(found) * end / found[-1] if found[-1] > end else np.array(found)


def strip(poisson, ratio, spans):
    """Return a section with a round inclusion in its middle, and its matrix."""
    matrix, inclusion = (
        ss.NeoHookean(young_modulus=2.0 * (1.0 + poisson) * g, poisson_ratio=poisson)
        for g in (SHEAR, ratio * SHEAR)
    )
    end, size = REACH * RADIUS, 2.0 * RADIUS / spans
    region = ss.Region(
        layers="strip", start=-RADIUS, length=2.0 * RADIUS, top=0.0, height=2.0 * RADIUS,
        shape="ellipse", material=inclusion,
    )  # fmt: skip
    layers = [ss.Layer(name="strip", thickness=2.0 * end, material=matrix)]
    regions = Inclusions.of(ss.Tissue(layers=layers, regions={"inclusion": region}))
    lines = (Line.smooth(growing(size, end)), Line.smooth(RADIUS + growing(size, end)))
    layer = np.zeros([line.n_spans for line in lines], np.int64)
    shape = tuple(line.n_functions for line in lines)
    held = np.zeros((*shape, 2), bool)
    held[0, :, 0] = held[:, 0, 1] = True  # planes of symmetry
    held[-1] = held[:, -1] = True
    overlay = regions.overlay(lines, layer)
    return Section(regions.materials, lines, layer, held, overlay=overlay)


def factors(poisson, ratio, spans):
    """Return the mean stresses in the core, along and in depth, over the remote one along."""
    section = strip(poisson, ratio, spans)
    stretch = STRAIN * np.array([1.0, -poisson / (1.0 - poisson)])
    start = (places(section) - [0.0, RADIUS]) * stretch
    moved = solve_held(section, start, 0.0, 1e-8)
    remote = 2.0 * SHEAR * STRAIN / (1.0 - poisson)
    cauchy = section.on_grid(PointFields.of(section, moved).cauchy)
    along, depth = (one.direction().place for one in section.lines)
    away = np.hypot(along[:, None, :, None], depth[None, :, None, :] - RADIUS)
    inside = away.reshape(*section.layer.shape, -1) < CORE * RADIUS
    return cauchy[inside][:, :2].mean(axis=0) / remote


@pytest.mark.parametrize("row", TABLE, ids=[f"nu={r[0]:g}, m={r[1]:g}" for r in TABLE])
def test_stress_in_a_round_inclusion_is_that_of_goodier(row):
    poisson, ratio, along, across = row
    found = factors(poisson, ratio, SPANS if ratio < NEARLY_RIGID else MORE_SPANS)
    np.testing.assert_allclose(found, [along, across], atol=WITHIN)
