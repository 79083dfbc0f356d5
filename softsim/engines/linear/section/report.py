"""What all modes of the linear engine show: columns, fields in the axes of the problem."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softsim.alarms import SMALL_STRAIN
from softsim.engines.linear.medium.spectra import DISPLACEMENTS, STRAINS, STRESSES, layer_at
from softsim.engines.linear.medium.stack import FloatArray, LayeredStack
from softsim.engines.linear.scene import Scene
from softsim.engines.linear.section.fields import SectionFields
from softsim.kernels.tables import peaks

VALID_STRAIN, OUTSIDE_STRAIN = SMALL_STRAIN, 0.20
# Ratio of neighbouring columns away from the contact.
COLUMN_GROWTH = 1.15

# Profiles of stress and strain, by the column of `softsim.kernels.tables.peaks.row_peaks`.
STATE_PROFILES = {
    "stress_along": peaks.STRESS_ALONG,
    "stress_depth": peaks.STRESS_DEPTH,
    "stress_shear": peaks.STRESS_SHEAR,
    "von_mises": peaks.VON_MISES,
    "max_shear": peaks.MAX_SHEAR,
    "pressure": peaks.PRESSURE,
    "strain_max_shear": peaks.STRAIN_MAX_SHEAR,
    "von_mises_change": peaks.VON_MISES_CHANGE,
    "max_shear_change": peaks.MAX_SHEAR_CHANGE,
    "pressure_change": peaks.PRESSURE_CHANGE,
}

Columns = NDArray[np.int64]


def attributes_of(scene: Scene, strain: float) -> dict[str, str | float]:
    """Return the attributes that the linear engine adds.

    Parameters
    ----------
    scene : Scene
    strain : float
        Largest principal strain [-].
    """
    datum = "undisturbed skin (rigid base)"
    if scene.stack.is_half_space:
        datum = f"mean of the skin {scene.datum_distance:g} m ahead of and behind the tool"
    return {"validity": validity_of(strain), "largest_strain": strain, "datum": datum}


def validity_of(strain: float) -> str:
    """Return "valid", "indicative" or "outside" for a largest strain.

    Examples
    --------
    >>> validity_of(0.01), validity_of(0.1), validity_of(0.5)
    ('valid', 'indicative', 'outside')
    """
    if strain <= VALID_STRAIN:
        return "valid"
    return "indicative" if strain <= OUTSIDE_STRAIN else "outside"


def largest_strain(values: FloatArray) -> float:
    """Return the largest magnitude of a principal strain in the section [-].

    Parameters
    ----------
    values : ndarray, shape (10, n_depth, n)
        From `section_fields`, the strains [-].
    """
    along, down, slide = values[STRAINS]
    radius = 0.5 * np.hypot(along - down, slide)
    return float((0.5 * np.abs(along + down) + radius).max())


def spread_columns(first: int, last: int, reach: float, stride: int) -> Columns:
    """Return the nodes that become columns: even in a range, fewer and fewer away from it.

    Parameters
    ----------
    first, last : int
        Range with all columns.
    reach : float
        Nodes beyond the range on both sides.
    stride : int
        Nodes per column in the range.

    Returns
    -------
    ndarray of int64
        Numbers of nodes, increasing.
    """
    last = first + stride * -(-(last - first) // stride)
    growth = math.log(COLUMN_GROWTH)
    count = int(2.0 * math.log(1.0 + max(reach, 0.0) / stride) / growth) + 1
    steps = stride * COLUMN_GROWTH ** np.arange(1, count + 1)
    away = np.unique(np.round(np.cumsum(steps)).astype(np.int64))
    away = away[away <= reach - stride]
    return np.concatenate([first - away[::-1], np.arange(first, last + 1, stride), last + away])


def at_columns(field: FloatArray, columns: Columns) -> FloatArray:
    """Return a field of the contact's nodes at some columns, zero beyond the grid.

    Parameters
    ----------
    field : ndarray, shape (n,)
        In any unit.
    columns : ndarray of int64, shape (n_columns,)
        Numbers of nodes.
    """
    inside = (columns >= 0) & (columns < field.size)
    return np.where(inside, field[np.clip(columns, 0, field.size - 1)], 0.0)


def _cauchy_stress(
    stack: LayeredStack, values: FloatArray, depth: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the stresses with the prestress, along, depth, across, shear (n_depth, n) [Pa]."""
    tension = stack.incremental.tension[layer_at(stack, depth)]
    along, down, across, shear = values[STRESSES]
    return along + tension[:, :1], down, across + tension[:, 1:], shear


def rest_stress(stack: LayeredStack, layer: NDArray[np.int64]) -> FloatArray:
    """Return the stress of the undisturbed tissue in rows, (n_rows, 4): along, ..., shear [Pa].

    Parameters
    ----------
    stack : LayeredStack
    layer : ndarray of int64, shape (n_rows,)
        Layer of each row.
    """
    tension = stack.incremental.tension[layer]
    nothing = np.zeros(len(layer))
    return np.stack([tension[:, 0], nothing, tension[:, 1], nothing], axis=1)


def field_views(stack: LayeredStack, fields: SectionFields, depth: FloatArray) -> dict[str, Any]:
    """Return the fields of a `Snapshot`, shape (n_columns, n_depth).

    Parameters
    ----------
    stack : LayeredStack
    fields : SectionFields
    depth : ndarray, shape (n_depth,)
        [m].
    """
    stress = _cauchy_stress(stack, fields.values, depth)
    along, down, slide = fields.values[STRAINS]
    return {
        "displacement": np.stack([part.T for part in fields.values[DISPLACEMENTS]], axis=-1),
        "cauchy": np.stack([part.T for part in stress], axis=-1),
        "strain_max_shear": np.ascontiguousarray(np.hypot(along - down, slide).T),
        "stored_density": np.ascontiguousarray(fields.stored.T),
        "dissipated_density": np.ascontiguousarray(fields.dissipated.T),
    }
