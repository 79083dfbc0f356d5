"""Grids of the strip: columns fine under the tool, rows fine at the skin and in thin layers."""

from __future__ import annotations

import math

import numpy as np

from softsim.engines.finite.strip.strip import Array
from softsim.errors import InputError
from softsim.kernels.layer_arrays import LayerArrays
from softsim.kernels.strip.arrays import StripGrid

LEAST_ROWS = 2  # in every layer, so that it can bend and its stress can vary
ELEMENT_BYTES, MOST_BYTES = 5.0e3, 2.0e9  # of the work arrays of an element, and in all
FAR_GROWTH = 1.6  # of element lengths where only the decay of the disturbance is left


def graded_lengths(
    distance: float, first: float, growth: float, largest: float, near: float
) -> Array:
    """Element lengths that grow from `first` to cover `distance`, scaled to fit exactly.

    Parameters
    ----------
    distance : float
        Length to cover [m].
    first, largest : float
        First and largest element length [m].
    growth : float
        Ratio of neighbours [-], at least 1; beyond the distance `near` [m] at least `FAR_GROWTH`
        (lengths that do not grow at all stay equal).

    Returns
    -------
    ndarray of float64, shape (n,)
        Lengths that sum to `distance`; n is the least number that needs no stretching.
    """
    lengths: list[float] = []
    size, total = first, 0.0
    while total < distance * (1.0 - 1e-9):
        lengths.append(min(size, largest))
        total += lengths[-1]
        ratio = growth if total < near or growth == 1.0 else max(growth, FAR_GROWTH)
        size = min(size * ratio, largest)
    if not lengths:
        return np.zeros(0)
    return np.asarray(lengths, np.float64) * (distance / total)


def make_columns(
    fine: tuple[float, float], size: float, ends: tuple[float, float], growth: float, near: float
) -> Array:
    """Reference coordinates of the node columns [m].

    Elements of length close to `size` fill the interval `fine`; outside they grow towards `ends`,
    by `growth` up to the distance `near` and faster beyond it.
    """
    n_fine = 2 * max(1, math.ceil(0.5 * (fine[1] - fine[0]) / size - 1e-9))  # a node in the middle
    inner = np.linspace(fine[0], fine[1], n_fine + 1)
    size = (fine[1] - fine[0]) / n_fine
    largest = max(size, (ends[1] - ends[0]) / 16.0) if growth > 1.0 else size
    ahead = graded_lengths(ends[1] - fine[1], size * growth, growth, largest, near)
    behind = graded_lengths(fine[0] - ends[0], size * growth, growth, largest, near)
    low = fine[0] - np.cumsum(behind)[::-1]
    high = fine[1] + np.cumsum(ahead)
    return np.concatenate([low, inner, high])


def check_size(n_columns: float, n_rows: float) -> None:
    """Refuse a grid that does not fit into memory, before it is made.

    Raises
    ------
    InputError
        With the bound.
    """
    elements, unknowns = n_columns * n_rows, 2.0 * n_columns * n_rows
    size = ELEMENT_BYTES * elements + 16.0 * unknowns * (6.0 * n_rows + 10.0)
    if size > MOST_BYTES:
        raise InputError(
            f"the grid would have {n_columns:.3g} columns and {n_rows:.3g} rows of elements and "
            f"take {size / 1e9:.3g} GB; must be at most {MOST_BYTES / 1e9:g} GB (take a larger "
            "resolution.element_along, fewer rows or fewer layers, or leave them automatic)"
        )


def column_count(
    fine: tuple[float, float], size: float, ends: tuple[float, float], growth: float, near: float
) -> float:
    """Estimate the number of columns of `make_columns`, from above, without making them."""
    if growth == 1.0:
        return (ends[1] - ends[0]) / size + 4.0
    beside = math.log1p((growth - 1.0) * near / size) / math.log(growth)
    return (fine[1] - fine[0]) / size + 2.0 * (beside + 20.0) + 4.0


def row_count(layers: LayerArrays, top: float, slope: float, counts: tuple[int, ...] | None) -> int:
    """Return the number of rows of `make_rows` without making them."""
    return sum(_rows_of_layers(layers, top, slope, counts))


def _rows_of_layers(
    layers: LayerArrays, top: float, slope: float, counts: tuple[int, ...] | None
) -> list[int]:
    """Return the number of rows of each layer."""
    if counts:
        return list(counts)
    bottoms = np.cumsum(layers.thickness)
    numbers = []
    for bottom, thickness in zip(bottoms, layers.thickness, strict=True):
        low = _stretched(bottom - thickness, top, slope)
        high = _stretched(bottom, top, slope)
        numbers.append(max(LEAST_ROWS, math.ceil(high - low - 1e-6)))
    return numbers


def make_rows(
    layers: LayerArrays, top: float, slope: float, counts: tuple[int, ...] | None
) -> StripGrid:
    """Rows of a strip (its columns still empty).

    Parameters
    ----------
    layers : LayerArrays
    top : float
        Element height wanted at the skin [m].
    slope : float
        Growth of that height with depth [-]; 0 gives equal rows within a layer.
    counts : tuple of int, optional
        Rows of each layer; by default as many as the wanted heights need, at least two.
    """
    edges, row_layer, start = [0.0], [], 0.0
    numbers = _rows_of_layers(layers, top, slope, counts)
    for k, (thickness, n) in enumerate(zip(layers.thickness, numbers, strict=True)):
        low, high = _stretched(start, top, slope), _stretched(start + thickness, top, slope)
        inside = _unstretched(np.linspace(low, high, n + 1)[1:-1], top, slope)
        edges.extend(inside)
        start += thickness
        edges.append(start)
        row_layer.extend([k] * n)
    return StripGrid(
        column_edges=np.zeros(0),
        row_edges=np.asarray(edges, np.float64),
        row_layer=np.asarray(row_layer, np.int64),
    )


def _stretched(depth: float, top: float, slope: float) -> float:
    """Number of rows of height top + slope z down to `depth`."""
    return math.log1p(slope * depth / top) / slope if slope > 0.0 else depth / top


def _unstretched(number: Array, top: float, slope: float) -> Array:
    """Depth after a number of rows, inverse of `_stretched`."""
    return np.expm1(slope * number) * (top / slope) if slope > 0.0 else number * top


def transfer(displacement: Array, source: StripGrid, target: StripGrid, shift: float) -> Array:
    """Interpolate a nodal displacement to another grid.

    Parameters
    ----------
    displacement : ndarray of float64, shape (n_columns + 1, n_rows + 1, 2)
        On `source` [m].
    shift : float
        The material point at `x` of the target is that at ``x + shift`` of the source [m].

    Returns
    -------
    ndarray of float64
        On `target`; zero beyond the ends of the source.
    """
    at = target.column_edges + shift
    result = np.empty((target.column_edges.size, target.row_edges.size, 2))
    for k in range(2):
        along = np.stack(
            [
                np.interp(at, source.column_edges, displacement[:, i, k], left=0.0, right=0.0)
                for i in range(source.row_edges.size)
            ],
            axis=1,
        )
        for j in range(at.size):
            result[j, :, k] = np.interp(target.row_edges, source.row_edges, along[j])
    return result


def transfer_elements(values: Array, source: StripGrid, target: StripGrid, shift: float) -> Array:
    """Interpolate a value per element to another grid, arguments as in `transfer`.

    Along between element centres; in depth the element at the same place, for a jump between
    layers must stay one.  Beyond the ends of the source the last values hold.
    """
    at, known = (
        0.5 * (grid.column_edges[1:] + grid.column_edges[:-1]) for grid in (target, source)
    )
    middle = 0.5 * (target.row_edges[1:] + target.row_edges[:-1])
    rows = np.searchsorted(source.row_edges, middle) - 1
    along = [np.interp(at + shift, known, values[:, i]) for i in range(values.shape[1])]
    return np.stack([along[i] for i in rows], axis=1)
