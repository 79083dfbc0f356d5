"""Rows of depth at which the linear engine reports."""

from __future__ import annotations

import numpy as np

from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.stack import FloatArray
from softsim.errors import InputError
from softsim.outcome import Rows
from softsim.problem import Problem

# Height of a row: this share of its depth, not below the least, at least two in a layer.
ROW_SHARE = 0.25
LEAST_HEIGHT = 0.15e-3
LEAST_ROWS = 2
# Kernels of all fields are kept for every row: about 2 MB each.
MOST_ROWS = 500


def depth_rows(problem: Problem) -> Rows:
    """Return the rows of depth; from the tissue alone.

    Parameters
    ----------
    problem : Problem
        `resolution.rows` counts the rows of each layer where given.

    Raises
    ------
    InputError
        For more rows than can be held.
    """
    rows = problem.resolution.rows
    thickness = tuple(float(layer.thickness) for layer in problem.tissue.layers)
    return _rows_of(thickness, None if rows is None else tuple(rows))


@kept(entries=64)
def _rows_of(thickness: tuple[float, ...], rows: tuple[int, ...] | None) -> Rows:
    """Return the rows of layers; not to be written to."""
    count = LEAST_ROWS * len(thickness) if rows is None else sum(rows)
    if count > MOST_ROWS:
        raise InputError(
            f"{count} rows of depth in {len(thickness)} layers are too many (at most {MOST_ROWS} "
            "in engine 'linear'); give fewer resolution.rows or layers"
        )
    edges, owner, top = [np.zeros(1)], [], 0.0
    for i, height in enumerate(thickness):
        bottom = top + height
        if rows is not None:
            inner = np.linspace(top, bottom, int(rows[i]) + 1)
        else:
            inner = _graded(top, bottom)
        edges.append(inner[1:])
        owner += [i] * (inner.size - 1)
        top = bottom
    found = Rows(np.concatenate(edges), np.array(owner, dtype=np.int64))
    found.edges.flags.writeable = found.layer.flags.writeable = False
    return found


def _graded(top: float, bottom: float) -> FloatArray:
    """Split a layer into rows that grow with depth."""
    fine = np.linspace(top, bottom, 257)
    density = 1.0 / np.maximum(ROW_SHARE * fine, LEAST_HEIGHT)
    count = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]) * np.diff(fine))])
    n = max(LEAST_ROWS, round(float(count[-1])))
    inner = np.interp(np.linspace(0.0, count[-1], n + 1), count, fine)
    inner[0], inner[-1] = top, bottom
    return np.asarray(inner)
