"""What a solve of the finite engine hands to the dataset builder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softsim.engines.finite.contact import SkinContact, skin_contact
from softsim.engines.finite.strip.histories import History, RowHistory, TimeHistory
from softsim.engines.finite.strip.state import State
from softsim.engines.finite.strip.strip import Array, Strip
from softsim.kernels.strip import recovery

BENDING_FACTOR = 1.4  # of the error of an indentation to the share of shear energy; calibrated
BENDING_TOLD = 0.02  # of the indentation


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Fields and scalars of one converged state.

    Parameters
    ----------
    displacement : ndarray of float64, shape (n_columns + 1, n_rows + 1, 2)
        Of the nodes, along and depth [m].
    cauchy : ndarray of float64, shape (n_columns, n_rows, 4)
        Element means: along, depth, across, shear; tension positive [Pa].
    strain_max_shear : ndarray of float64, shape (n_columns, n_rows)
        Difference of the in-plane principal logarithmic strains [-].
    stored_density, dissipated_density : ndarray of float64, shape (n_columns, n_rows)
        Energy stored above the undisturbed state, and dissipated so far [J/m^3].
    contact : SkinContact
    depth, along : float
        Place of the tool's lowest point [m].
    tool_work, stored_energy, viscous_work, friction_work : float
        Per length across, since the start [J/m]; in a steady stroke per length of travel [J/m^2].
    pass_number : int
        Pass of a transient, 0 before it slides.
    bending_share : float
        Shear energy that elements need to bend, over the stored energy [-]; see `bending_share`.
    """

    displacement: Array
    cauchy: Array
    strain_max_shear: Array
    stored_density: Array
    dissipated_density: Array
    contact: SkinContact
    depth: float
    along: float
    tool_work: float
    stored_energy: float
    viscous_work: float
    friction_work: float
    pass_number: int = 0
    bending_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FiniteResult:
    """A solved problem.

    Parameters
    ----------
    mode : str
        "press", "steady" or "transient".
    column_edges : ndarray of float64, shape (n_columns + 1,)
        Reference place of the node columns [m]; ahead of the tool's lowest point in a steady
        stroke, else from where the tool first stands.
    row_edges, row_layer : ndarray, shapes (n_rows + 1,), (n_rows,)
        Depths of the node rows [m] and layer of each row.
    rest_stress : ndarray of float64, shape (n_rows, 4)
        Cauchy stress of the undisturbed tissue: along, depth, across, shear [Pa].
    times : ndarray of float64, shape (n_times,)
        [s]; empty for a steady stroke.
    snapshots : tuple of Snapshot
        One for each time; a single one for a steady stroke.
    iterations, n_unknowns : int
    residual : float
        Largest relative force residual [-].
    element_along : float
        Element length under the tool [m].
    elapsed : float
        Wall time of the solve [s].
    state : object
        What a neighbouring problem can start from.
    warnings : tuple of str
    """

    mode: str
    column_edges: Array
    row_edges: Array
    row_layer: NDArray[np.int64]
    rest_stress: Array
    times: Array
    snapshots: tuple[Snapshot, ...]
    iterations: int
    residual: float
    n_unknowns: int
    element_along: float
    elapsed: float
    state: object = None
    warnings: tuple[str, ...] = ()


def element_areas(strip: Strip) -> Array:
    """Undeformed area of every element, shape (n_columns, n_rows) [m^2]."""
    return np.outer(np.diff(strip.grid.column_edges), np.diff(strip.grid.row_edges))


def bending_share(strip: Strip, state: State, stored: Array) -> float:
    """Return the shear energy that elements need to bend, over the stored energy [-].

    A bilinear element that bends shears towards both its ends, which the tissue does not: where
    stiff skin bends over soft fat in elements that are long for its thickness, the section is too
    stiff.  Small strokes indent less than the exact layered medium by 1.3 to 1.5 times this share.

    Parameters
    ----------
    strip : Strip
        Its work arrays hold the state.
    state : State
    stored : ndarray of float64, shape (n_columns, n_rows)
        Stored energy [J/m^3].
    """
    work, grid = strip.work, strip.grid
    strain = np.empty_like(work.carried)
    recovery.green_strain(state.displacement, grid.column_edges, grid.row_edges, strain)
    shear = strain[..., 3]
    across_element = 0.25 * (shear[..., 1] + shear[..., 2] - shear[..., 0] - shear[..., 3])
    modulus = work.factor.mean(axis=2) * work.tangent_relaxing[:, :, 0, 3, 3]
    modulus += work.tangent_fixed[:, :, 0, 3, 3]
    areas = element_areas(strip)
    total = float((areas * stored).sum())
    return float((0.5 * areas * modulus * across_element**2).sum() / total) if total > 0.0 else 0.0


def bending_warnings(snapshots: tuple[Snapshot, ...]) -> tuple[str, ...]:
    """Return the warning of a section that bends too stiffly, from the most loaded state."""
    loaded = max(snapshots, key=lambda shot: shot.contact.force_depth)
    error = BENDING_FACTOR * loaded.bending_share
    if error <= BENDING_TOLD:
        return ()
    return (
        f"stiff layers on soft ones bend about {100.0 * error:.2g} % too stiffly on this grid "
        f"(above {100.0 * BENDING_TOLD:g} %): indentation and depths are too small by that; take "
        "resolution.growth=1.05, or a smaller resolution.element_along",
    )


def steady_snapshot(strip: Strip, history: History, state: State) -> Snapshot:
    """Recover the fields of a steady stroke and its energy balance per length of travel.

    The work arrays must hold the solution.
    """
    work, grid = strip.work, strip.grid
    contact = skin_contact(strip, state)
    branch_work, dissipated = np.zeros((2, *work.stiffness.shape[:2]))
    forward = True
    if isinstance(history, RowHistory):
        forward = history.forward
        strain = np.empty_like(work.carried)
        recovery.green_strain(state.displacement, grid.column_edges, grid.row_edges, strain)
        recovery.energies_along_rows(
            work.stress_relaxing,
            history.reference,
            strain,
            work.tangent_relaxing,
            grid.row_layer,
            forward,
            strip.layers.weights,
            history.decay,
            history.gain,
            branch_work,
            dissipated,
        )
    stored = strip.long_term_density() - strip.rest_density + branch_work - dissipated
    heights = np.diff(grid.row_edges)
    leaving = 0 if forward else -1
    stretch = np.gradient(strip.skin(state.displacement), grid.column_edges, axis=0)
    normal = work.frames[:, 1:3]
    tangent = np.stack([normal[:, 1], -normal[:, 0]], axis=1)
    touching = work.states != 0
    force = np.where(touching[:, None], work.force[:, 0], 0.0)
    drag = (force * tangent).sum(axis=1)
    sign = 1.0 if forward else -1.0
    return _snapshot(
        strip,
        state,
        contact,
        stored,
        dissipated,
        tool_work=sign * contact.force_along,
        stored_energy=float(heights @ stored[leaving]),
        viscous_work=float(heights @ dissipated[leaving]),
        friction_work=float(sign * (drag * (stretch * tangent).sum(axis=1)).sum()),
    )


def _snapshot(
    strip: Strip,
    state: State,
    contact: SkinContact,
    stored: Array,
    dissipated: Array,
    *,
    pass_number: int = 0,
    **works: float,
) -> Snapshot:
    """Recover stress and strain from the work arrays and put a snapshot together."""
    work, grid = strip.work, strip.grid
    cauchy = np.empty((*work.stiffness.shape[:2], 4))
    strain = np.empty(cauchy.shape[:2])
    recovery.recover_fields(
        state.displacement,
        grid.column_edges,
        grid.row_edges,
        work.stress_fixed,
        work.stress_relaxing,
        work.factor,
        work.carried,
        cauchy,
        strain,
    )
    return Snapshot(
        displacement=state.displacement.copy(),
        cauchy=cauchy,
        strain_max_shear=strain,
        stored_density=stored,
        dissipated_density=dissipated.copy(),
        contact=contact,
        depth=state.depth,
        along=state.along,
        pass_number=pass_number,
        bending_share=bending_share(strip, state, stored),
        **works,
    )


class Ledger:
    """Work done on a transient and where it went, step by step.

    Per length across [J/m]: by the tool, stored, dissipated in the tissue and by friction.
    """

    def __init__(self, strip: Strip) -> None:
        """Start at rest."""
        shape = strip.work.stiffness.shape[:2]
        self.branch_work, self.dissipated = np.zeros((2, *shape))
        self.strain = np.zeros_like(strip.work.carried)
        self.force = np.zeros((strip.grid.column_edges.size, 2))
        self.drag = np.zeros(strip.grid.column_edges.size)
        self.tool_work = self.friction_work = 0.0

    def add_step(
        self, strip: Strip, history: TimeHistory, before: State, after: State, dt: float
    ) -> None:
        """Book one converged step; call before `history.accept`."""
        work, grid = strip.work, strip.grid
        strain = np.empty_like(self.strain)
        recovery.green_strain(after.displacement, grid.column_edges, grid.row_edges, strain)
        recovery.energies_in_time(
            dt,
            history.overstress,
            history.stress_old,
            work.stress_relaxing,
            self.strain,
            strain,
            work.tangent_relaxing,
            grid.row_layer,
            strip.layers.weights,
            strip.layers.times,
            self.branch_work,
            self.dissipated,
        )
        self.strain = strain
        touching = work.states != 0
        force = np.where(touching[:, None], work.force[:, 0], 0.0)
        drag = force[:, 0] * work.frames[:, 2] - force[:, 1] * work.frames[:, 1]
        moved = np.array([after.along - before.along, after.depth - before.depth])
        mean = 0.5 * (self.force + force).sum(axis=0)
        slipped = work.frames[:, 3] - work.frames[:, 5]
        self.tool_work += float(mean @ moved)
        self.friction_work -= float(0.5 * (self.drag + drag) @ slipped)
        self.force, self.drag = force, drag

    def snapshot(self, strip: Strip, state: State, pass_number: int) -> Snapshot:
        """Recover the fields at the end of the last step."""
        stored = strip.long_term_density() - strip.rest_density
        stored += self.branch_work - self.dissipated
        areas = element_areas(strip)
        return _snapshot(
            strip,
            state,
            skin_contact(strip, state),
            stored,
            self.dissipated,
            pass_number=pass_number,
            tool_work=self.tool_work,
            stored_energy=float((areas * stored).sum()),
            viscous_work=float((areas * self.dissipated).sum()),
            friction_work=self.friction_work,
        )
