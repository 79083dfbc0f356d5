"""What an engine answers: contact on the skin, fields at some times, and how the solve went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Contact on the skin at one time, per length across.

    Parameters
    ----------
    pressure, shear : ndarray, shape (n_columns,)
        Normal pressure (compression positive) and tangential traction on the tissue (towards the
        section's tangent) per current length of skin [Pa].
    force_along, force_depth : float
        Force of the tool on the tissue [N/m].
    friction_along, friction_depth : float
        Parts of them carried by tangential tractions [N/m].
    width : float
        Length of skin under pressure; several contacts add up [m].
    extent : float
        Distance of the outer ends along the skin [m].
    number : int
        Number of separate contacts.
    low, high : float
        Reference places of the outer ends, in the axis of the columns [m].
    centre : float
        Place of their middle ahead of the tool's lowest point, along [m].
    """

    pressure: Array
    shear: Array
    force_along: float
    force_depth: float
    friction_along: float
    friction_depth: float = 0.0
    width: float
    extent: float
    number: int
    low: float
    high: float
    centre: float

    def mirrored(self) -> Contact:
        """Return the contact of the stroke the other way."""
        return replace(
            self,
            pressure=self.pressure[::-1],
            shear=-self.shear[::-1],
            force_along=-self.force_along,
            friction_along=-self.friction_along,
            low=-self.high,
            high=-self.low,
            centre=-self.centre,
        )


@dataclass(frozen=True, slots=True)
class Patches:
    """Adhesions at one time.

    Parameters
    ----------
    shear, normal : ndarray, shape (n_patches,)
        Largest shear traction of bonds per bonded area, and largest pull across the interface
        [Pa].
    shear_share : ndarray, shape (n_patches,)
        Share of shear in the square of the separation, where the ratio is largest [-].
    ratio : ndarray, shape (n_patches,)
        Largest traction of bonds over their strength [-].
    damage, mean_damage : ndarray, shape (n_patches,)
        The largest of the bonds, and their mean [-].
    released, lagging : ndarray, shape (n_patches,)
        Energy spent by breaking bonds, and by what they carry beyond their law while damage lags
        [J/m].
    """

    shear: Array
    normal: Array
    shear_share: Array
    ratio: Array
    damage: Array
    mean_damage: Array
    released: Array
    lagging: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolState:
    """Tool and contact at one time: all that the scalars of a result need.

    Parameters
    ----------
    contact : Contact
    depth, along : float
        Place of the tool's lowest point [m].
    tool_work, stored_energy, viscous_work, friction_work : float
        Per length across, since the start [J/m]; in a steady stroke per length of travel [J/m^2].
    pass_number : int
        Pass of a transient, 0 before it slides.
    stroke_number : int
        From 1; more where the stroke is repeated.
    way : float
        That the tool has gone under load so far, all passes together [m].
    patches : Patches, optional
        The adhesions, where there are any.
    """

    contact: Contact
    depth: float
    along: float
    tool_work: float
    stored_energy: float
    viscous_work: float
    friction_work: float
    pass_number: int = 0
    stroke_number: int = 1
    way: float = 0.0
    patches: Patches | None = None

    def mirrored(self) -> Self:
        """Return the state of the stroke the other way."""
        return replace(self, contact=self.contact.mirrored(), along=-self.along)


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Boundaries that glide at one time, at the columns.

    Parameters
    ----------
    slip : ndarray, shape (n_boundaries, n_columns)
        Way of the tissue below against that above, along the boundary [m].
    shear, normal : ndarray, shape (n_boundaries, n_columns)
        Traction of the tissue below on that above per current length: along the boundary, and
        pulling across it [Pa].
    damage : ndarray, shape (n_boundaries, n_columns), optional
        Of the bonds there, 0 where there are none [-].
    """

    slip: Array
    shear: Array
    normal: Array
    damage: Array | None = None

    def named(self) -> dict[str, Array]:
        """Return the arrays by the names they have in a result."""
        found = {"slip": self.slip, "interface_shear": self.shear, "interface_normal": self.normal}
        return found if self.damage is None else found | {"adhesion_damage": self.damage}

    def mirrored(self) -> Boundaries:
        """Return the boundaries of the stroke the other way."""
        damage = None if self.damage is None else self.damage[:, ::-1]
        return Boundaries(-self.slip[:, ::-1], -self.shear[:, ::-1], self.normal[:, ::-1], damage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(ToolState):
    """Tool, contact and fields at one time.

    The fields are means of elements, shape (n_columns - 1, n_rows), or, where the outcome is
    `on_nodes`, values at the columns, on the skin and in the middles of the rows, shape
    (n_columns, n_rows + 1).

    Parameters
    ----------
    displacement : ndarray, shape (n_columns, n_rows + 1, 2)
        Along and depth, at the edges of the rows or at the depths of the fields [m].
    cauchy : ndarray, shape of the fields and 4
        Along, depth, across, shear; tension positive, prestress included [Pa].
    strain_max_shear : ndarray, shape of the fields
        Difference of the in-plane principal strains [-].
    stored_density, dissipated_density : ndarray, shape of the fields
        Energy stored above the undisturbed state, and dissipated so far [J/m^3].
    boundaries : Boundaries, optional
        Those that glide, where there are any.
    """

    displacement: Array
    cauchy: Array
    strain_max_shear: Array
    stored_density: Array
    dissipated_density: Array
    boundaries: Boundaries | None = None

    def mirrored(self) -> Snapshot:
        """Return the snapshot of the stroke the other way."""
        return replace(
            ToolState.mirrored(self),
            displacement=_turned(self.displacement, (-1.0, 1.0)),
            cauchy=_turned(self.cauchy, (1.0, 1.0, 1.0, -1.0)),
            strain_max_shear=_turned(self.strain_max_shear),
            stored_density=_turned(self.stored_density),
            dissipated_density=_turned(self.dissipated_density),
            boundaries=self.boundaries and self.boundaries.mirrored(),
        )


def _turned(values: Array, signs: tuple[float, ...] = ()) -> Array:
    """Return values (column, ...) in the opposite order; `signs` of the last axis' components."""
    return values[::-1] * signs if signs else values[::-1]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of depth.

    Parameters
    ----------
    edges : ndarray, shape (n_rows + 1,)
        Depths [m], 0 first.
    layer : ndarray of int64, shape (n_rows,)
        Layer of each row.
    """

    edges: Array
    layer: NDArray[np.int64]

    @property
    def heights(self) -> Array:
        """Heights of the rows [m], shape (n_rows,)."""
        return np.diff(self.edges)

    @property
    def depth(self) -> Array:
        """Depths of a result: the skin, then the middles of the rows [m], shape (n_rows + 1,)."""
        return np.append(0.0, 0.5 * (self.edges[1:] + self.edges[:-1]))


class WarmStart:
    """What an engine can start a neighbouring problem from; only that engine can read it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A solved problem.

    Parameters
    ----------
    mode : str
        "press", "steady" or "transient".
    columns : ndarray, shape (n_columns,)
        Reference places of the node columns [m]; ahead of the tool's lowest point in a steady
        stroke, else from where the tool first stands.
    rows : Rows
    rest_stress : ndarray, shape (n_rows, 4)
        Cauchy stress of the undisturbed tissue: along, depth, across, shear [Pa].
    times : ndarray, shape (n_times,)
        [s]; empty for a steady stroke.
    snapshots : tuple of Snapshot
        One for each time; a single one for a steady stroke.
    every_time : ndarray, shape (n_steps + 1,)
        Times of all steps where the snapshots are thinned [s]; else empty.
    every : tuple of ToolState
        The tool at them, in the sense of the problem whatever the outcome is turned to.
    iterations, n_unknowns : int
    residual : float
        Largest relative residual [-].
    element_along : float
        Length of elements or spacing of nodes under the tool [m].
    elapsed : float
        Wall time of the solve [s].
    on_nodes : bool
        Where the fields are, see `Snapshot`.
    warnings : tuple of str
    attributes : mapping
        What the engine adds to the attributes of a result.
    errors : mapping
        Discretisation errors of scalars by name, over their values; that of the tangential force
        over the normal force [-]; shape (), (n_layers,) or (n_times,).
    state : WarmStart, optional
        What a neighbouring problem can start from.
    incomplete : str
        Why the solve ended early, where this is only what was solved before; else empty.
    """

    mode: str
    columns: Array
    rows: Rows
    rest_stress: Array
    times: Array
    snapshots: tuple[Snapshot, ...]
    iterations: int
    residual: float
    n_unknowns: int
    element_along: float
    elapsed: float
    on_nodes: bool
    warnings: tuple[str, ...] = ()
    attributes: Mapping[str, str | float] = field(default_factory=dict)
    errors: Mapping[str, Array] = field(default_factory=dict)
    state: WarmStart | None = None
    incomplete: str = ""
    every_time: Array = field(default_factory=lambda: np.zeros(0))
    every: tuple[ToolState, ...] = ()

    def towards(self, direction: int) -> Outcome:
        """Return this outcome of a stroke towards +x, mirrored for a `direction` of -1."""
        if direction > 0:
            return self
        return replace(
            self,
            columns=-self.columns[::-1],
            snapshots=tuple(shot.mirrored() for shot in self.snapshots),
        )
