"""Reading of the reference tables and a few stacks shared by the linear tests."""

import csv
from pathlib import Path

import numpy as np

from softsim.engines.linear.medium.stack import LayeredStack

TABLES = Path(__file__).parents[1] / "reference"


def read_table(prefix):
    """Return the rows of the table whose name starts with `prefix`, as dictionaries."""
    (path,) = TABLES.glob(f"{prefix}_*.csv")
    with path.open() as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def half_space(young, nu, **prony):
    """Return a homogeneous half-space."""
    return LayeredStack.of(
        thickness=[np.inf], shear_modulus=[young / (2 * (1 + nu))], poisson_ratio=[nu], **prony
    )


def zener_creep(ratio, time):
    """Return J(t)/J(0) of one branch with relaxation time 1; ratio is Ginf/G0."""
    return 1.0 / ratio - (1.0 / ratio - 1.0) * np.exp(-ratio * np.asarray(time))
