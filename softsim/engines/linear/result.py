"""What a solve of the linear engine hands to the dataset builder."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from softsim.engines.linear.medium.stack import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearContact:
    """Contact on the skin, per length across; see `softsim.dataset.Contact`."""

    pressure: FloatArray
    shear: FloatArray
    force_along: float
    force_depth: float
    friction_along: float
    width: float
    extent: float
    number: int
    low: float
    high: float
    centre: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearSnapshot:
    """Fields on the node columns, the skin and the middles of the rows.

    Parameters
    ----------
    displacement : ndarray, shape (n_columns + 1, n_rows + 1, 2)
        Along and depth [m].
    cauchy : ndarray, shape (n_columns + 1, n_rows + 1, 4)
        Along, depth, across, shear; tension positive, prestress included [Pa].
    strain_max_shear, stored_density, dissipated_density : ndarray
        Shape (n_columns + 1, n_rows + 1) [-], [J/m^3].
    contact : LinearContact
    depth, along : float
        Place of the tool's lowest point [m].
    tool_work, stored_energy, viscous_work, friction_work : float
        Per length across [J/m]; in a steady stroke per length of travel [J/m^2].
    pass_number : int
        Pass of a transient, 0 before it slides.
    """

    displacement: FloatArray
    cauchy: FloatArray
    strain_max_shear: FloatArray
    stored_density: FloatArray
    dissipated_density: FloatArray
    contact: LinearContact
    depth: float
    along: float
    tool_work: float
    stored_energy: float
    viscous_work: float
    friction_work: float
    pass_number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearResult:
    """A solved problem; see `softsim.dataset.Solved`.

    Parameters
    ----------
    rest_stress : ndarray, shape (n_rows, 4)
        Stress of the undisturbed tissue: along, depth, across, shear [Pa].
    largest_strain : float
        Largest magnitude of a principal strain [-].
    attributes : dict
        Attributes the linear engine adds to a result.
    on_nodes : bool
        True: fields are on node columns already.
    """

    mode: str
    column_edges: FloatArray
    row_edges: FloatArray
    row_layer: NDArray[np.int64]
    rest_stress: FloatArray
    times: FloatArray
    snapshots: tuple[LinearSnapshot, ...]
    iterations: int
    residual: float
    n_unknowns: int
    element_along: float
    elapsed: float
    largest_strain: float
    attributes: dict[str, str | float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    on_nodes: bool = True
