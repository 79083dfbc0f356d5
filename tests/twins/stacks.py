"""Layered stacks that tests of the linear engine share."""

import numpy as np

from softsim.engines.linear.medium.stack import LayeredStack

UNEVEN = {
    "thickness": [0.5, 1.5],
    "shear_modulus": [2.0, 0.5],
    "poisson_ratio": [0.45, 0.4],
    "prony_weight": [[0.5], [0.7]],
    "prony_time": [[0.2], [1.0]],
    "constant_poisson": [False, True],
}
"""Layers that relax differently, one of them with an elastic bulk modulus; of `LayeredStack.of`."""


def half_space(young, nu, **prony):
    """Return a homogeneous half-space."""
    return LayeredStack.of(
        thickness=[np.inf], shear_modulus=[young / (2 * (1 + nu))], poisson_ratio=[nu], **prony
    )


def stiff_on_soft():
    """Return a stiff millimetre on five of a soft layer, both relaxing."""
    return LayeredStack.of(
        thickness=[1e-3, 5e-3],
        shear_modulus=[1e5, 2e4],
        poisson_ratio=[0.45, 0.49],
        prony_weight=[[0.4], [0.5]],
        prony_time=[[0.1], [0.5]],
    )
