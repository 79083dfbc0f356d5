"""Reading of the reference tables, and creep in closed form."""

import csv
from pathlib import Path

import numpy as np

TABLES = Path(__file__).parents[1] / "reference"


def read_table(prefix):
    """Return the rows of the table whose name starts with `prefix`, as dictionaries."""
    (path,) = TABLES.glob(f"{prefix}_*.csv")
    with path.open() as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def zener_creep(ratio, time):
    """Return J(t)/J(0) of one branch with relaxation time 1; ratio is Ginf/G0."""
    return 1.0 / ratio - (1.0 / ratio - 1.0) * np.exp(-ratio * np.asarray(time))
