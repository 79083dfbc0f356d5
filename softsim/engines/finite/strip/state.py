"""What a solve is told and what it changes: the anchor of the tool, the state."""

from __future__ import annotations

from dataclasses import dataclass, replace

from softsim.engines.finite.strip.strip import Array


@dataclass(frozen=True, slots=True)
class Anchor:
    """A skin node that keeps its distance along from the tool, which then places the tool.

    Without it the tool is where it is told to be.  `offset` is the node's place ahead of the tool's
    lowest point [m].
    """

    column: int
    offset: float


@dataclass(slots=True)
class State:
    """Solution on a strip.

    Parameters
    ----------
    displacement : ndarray of float64, shape (n_columns + 1, n_rows + 1, 2)
        [m].
    depth, along : float
        Place of the tool's lowest point [m].
    mean_stress : ndarray of float64, shape (n_columns, n_rows), or None
        Mean Kirchhoff stress expected of the elements [Pa]; None where the displacement tells it
        well enough.
    """

    displacement: Array
    depth: float
    along: float
    mean_stress: Array | None = None

    def copy(self) -> State:
        """Return an independent copy."""
        return replace(self, displacement=self.displacement.copy())

    def beyond(self, before: State, step: float) -> State:
        """Continue the line from `before` through this state by `step` of its length."""
        mean_stress = None
        if self.mean_stress is not None and before.mean_stress is not None:
            mean_stress = self.mean_stress + step * (self.mean_stress - before.mean_stress)
        return State(
            self.displacement + step * (self.displacement - before.displacement),
            self.depth + step * (self.depth - before.depth),
            self.along + step * (self.along - before.along),
            mean_stress,
        )
