"""Plane-strain press with history: Lee-Radok step, long-term limit, exactness of the fit."""

import numpy as np
import pytest

from softsim.engines.linear.medium.stack import LayeredStack
from softsim.engines.linear.section.contact import solve_sliding_contact
from softsim.load import Load
from tests.twins.press_edge import press_edge
from tests.twins.stacks import half_space

from .linear_reference import zener_creep

ALONG = np.linspace(-2.0, 2.0, 401)
HEIGHTS = ALONG**2 / 200.0
RTOL_PRESS = 3e-3  # stated for step and ramp at a step of 0.05 relaxation times


def test_step_on_a_zener_half_plane_widens_like_the_root_of_creep():
    stack = half_space(3.0, 0.5, prony_weight=[[0.6]], prony_time=[[1.0]])
    start, plane = 0.5, 4.0
    force = np.pi * plane * start**2 / 400.0
    time = np.arange(0.0, 2.01, 0.05)
    found = press_edge(
        stack, along=ALONG, heights=HEIGHTS, time=time, force=np.full(time.size, force)
    )
    creep = zener_creep(0.4, time)
    width = start * np.sqrt(creep)
    nodes = (found.contact_pressure > 0.0).sum(axis=1) * 0.5 * (ALONG[1] - ALONG[0])
    np.testing.assert_allclose(nodes, width, atol=1.1 * (ALONG[1] - ALONG[0]))
    # centre pressure: (1/R) times the hereditary integral of E* d/ds of a(s)/2 (Lee and Radok)
    fine = np.linspace(0.0, 2.0, 4001)
    half = start * np.sqrt(zener_creep(0.4, fine))
    relax = 0.4 + 0.6 * np.exp(-(2.0 - fine))
    middle = 0.5 * (relax[1:] + relax[:-1])
    centre = plane / 200.0 * (half[0] * relax[0] + (middle * np.diff(half)).sum())
    assert found.contact_pressure[-1].max() == pytest.approx(centre, rel=RTOL_PRESS)
    assert found.fit_error < 1e-6


LAYERED = LayeredStack.of(
    thickness=[0.5, 1.0, 2.0], shear_modulus=[3.0, 0.5, 1.0], poisson_ratio=[0.45, 0.5, 0.4],
    prony_weight=[[0.5, 0.2], [0.3, 0.0], [0.4, 0.1]],
    prony_time=[[0.05, 1.0], [0.3, 1.0], [0.1, 5.0]],
    slip_stiffness=[2.0, np.inf, np.inf], slip_viscosity=[1.0, 0.0, 0.0],
)  # fmt: skip


def test_layered_press_runs_from_the_instantaneous_to_the_long_term_contact():
    time = np.concatenate([np.arange(0.0, 1.0, 0.05), np.geomspace(1.0, 400.0, 60)])
    found = press_edge(
        LAYERED, along=ALONG, heights=HEIGHTS, time=time, force=np.full(time.size, 0.01)
    )
    # the fit is measured; the two limits then follow within it
    assert found.fit_error < 1e-6
    for index, speed in ((0, np.inf), (-1, 0.0)):
        limit = solve_sliding_contact(
            LAYERED, along=ALONG, heights=HEIGHTS, load=Load("force", 0.01), speed=speed
        )
        assert found.indentation[index] == pytest.approx(limit.indentation, rel=RTOL_PRESS)
        assert found.contact_pressure[index].max() == pytest.approx(
            limit.contact_pressure.max(), rel=RTOL_PRESS
        )
    assert (np.diff(found.indentation) > -1e-6 * found.indentation[-1]).all()  # creep only grows


def test_held_depth_relaxes_the_force():
    time = np.linspace(0.0, 3.0, 61)
    found = press_edge(
        LAYERED, along=ALONG, heights=HEIGHTS, time=time, indentation=np.full(time.size, 0.004)
    )
    assert (np.diff(found.force) < 0.0).all()
    assert found.force[0] > 1.2 * found.force[-1]
