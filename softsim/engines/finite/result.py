"""Fields, energies and warnings of a converged state of the finite engine."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from softsim.engines.finite.contact import skin_contact
from softsim.engines.finite.strip.histories import History, RowHistory, TimeHistory
from softsim.engines.finite.strip.state import State
from softsim.engines.finite.strip.strip import Array, Strip
from softsim.kernels.strip import recovery
from softsim.outcome import Contact, Snapshot

BENDING_FACTOR = 1.4  # of the error of an indentation to the share of shear energy; calibrated
BENDING_TOLD = 0.02  # of the indentation


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
    recovery.green_strain(state.displacement, grid, strain)
    shear = strain[..., 3]
    across_element = 0.25 * (shear[..., 1] + shear[..., 2] - shear[..., 0] - shear[..., 3])
    modulus = work.factor.mean(axis=2) * work.tangent_relaxing[:, :, 0, 3, 3]
    modulus += work.tangent_fixed[:, :, 0, 3, 3]
    areas = element_areas(strip)
    total = float((areas * stored).sum())
    return float((0.5 * areas * modulus * across_element**2).sum() / total) if total > 0.0 else 0.0


def bending_warnings(shares: Iterable[tuple[float, float]]) -> tuple[str, ...]:
    """Return the warning of a section that bends too stiffly.

    Parameters
    ----------
    shares : iterable of tuple of float
        Force on the tool and `bending_share` of some states; that of the most loaded one counts.
    """
    error = BENDING_FACTOR * max(shares, key=lambda pair: pair[0])[1]
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
        recovery.green_strain(state.displacement, grid, strain)
        recovery.energies_along_rows(
            recovery.PointState(work.stress_relaxing, strain),
            history.reference,
            work.tangent_relaxing,
            forward,
            history.branches,
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
    contact: Contact,
    stored: Array,
    dissipated: Array,
    *,
    pass_number: int = 0,
    **works: float,
) -> Snapshot:
    """Recover stress and strain from the work arrays and put a snapshot together."""
    work = strip.work
    cauchy = np.empty((*work.stiffness.shape[:2], 4))
    strain = np.empty(cauchy.shape[:2])
    recovery.recover_fields(state.displacement, strip.grid, work, cauchy, strain)
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
        work = strip.work
        strain = np.empty_like(self.strain)
        recovery.green_strain(after.displacement, strip.grid, strain)
        recovery.energies_in_time(
            recovery.PointState(history.stress_old, self.strain),
            recovery.PointState(work.stress_relaxing, strain),
            history.overstress,
            work.tangent_relaxing,
            history.branches,
            dt,
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
