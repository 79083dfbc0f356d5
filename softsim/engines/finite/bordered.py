"""Tangent of the strip with its contact rows, bordered by the tool position and factorised."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.linalg import lapack

from softsim.engines.finite.strip.histories import RowHistory
from softsim.engines.finite.strip.state import Anchor
from softsim.engines.finite.strip.strip import Array, Strip
from softsim.kernels.strip import contact as contact_kernels
from softsim.kernels.strip import history as history_kernels


class Tangent:
    """Factors of the banded tangent at one state, and the border of the tool position.

    The unknowns are the displacements of the free nodes and, after them, the tool's place along
    (with an anchor) and depth (unless it is prescribed).  The history along rows is left out; see
    `exact_product`.

    Parameters
    ----------
    strip : Strip
        Its element tangents, contact frames and states are used.
    anchor : Anchor or None
    depth_is_free : bool

    Raises
    ------
    numpy.linalg.LinAlgError
        When the tangent is singular.
    """

    def __init__(self, strip: Strip, anchor: Anchor | None, *, depth_is_free: bool) -> None:
        work = strip.work
        n_free = strip.grid.row_edges.size - 1
        self.states = work.states.copy()
        self.tool = [k for k, free in enumerate((anchor is not None, depth_is_free)) if free]
        self._half = 2 * n_free + 3
        contact_kernels.fill_band(strip.contact(work.expected_force), strip.free_sides, work)
        self._factors, self._pivots, info = lapack.dgbtrf(
            work.band.T, self._half, self._half, overwrite_ab=1
        )
        if info != 0:
            raise np.linalg.LinAlgError("singular tangent")
        self.rows = np.zeros((len(self.tool), strip.grid.n_unknowns))
        self.corner = np.zeros((len(self.tool), len(self.tool)))
        for n, k in enumerate(self.tool):
            if k == 0 and anchor is not None:
                self.rows[n, 2 * n_free * anchor.column] = 1.0
                self.corner[n, n] = -1.0
            else:
                self.rows[n] = work.force_row
        self._through = np.zeros((strip.grid.n_unknowns, 0))
        if self.tool:
            self._through = self._banded(work.tool_columns[self.tool].T)
            self._schur = self.corner - self.rows @ self._through

    def serves(self, strip: Strip, *, depth_is_free: bool) -> bool:
        """Whether contact rows and border are still those of the strip and the load."""
        same_rows = np.array_equal(self.states, strip.work.states)
        return same_rows and (1 in self.tool) == depth_is_free

    def solve(self, target: Array) -> Array:
        """Solve for one right-hand side.

        Parameters
        ----------
        target : ndarray of float64, shape (n_unknowns,)
            Residual of the rows [N/m], tool entries last.

        Raises
        ------
        numpy.linalg.LinAlgError
            When the border is singular.
        """
        size = self.rows.shape[1]
        first = self._banded(target[:size])
        if not self.tool:
            return first
        tool = np.linalg.solve(self._schur, target[size:] - self.rows @ first)
        return np.append(first - self._through @ tool, tool)

    def _banded(self, target: Array) -> Array:
        return np.asarray(
            lapack.dgbtrs(self._factors, self._half, self._half, target, self._pivots)[0]
        )


def exact_product(strip: Strip, history: RowHistory, tangent: Tangent) -> Callable[[Array], Array]:
    """Product with the exact tangent of a steady stroke, history along the rows included.

    The strip's element tangents must be those of the state; `tangent` only gives the border.
    """
    work = strip.work
    change, force_change = strip.rest(), strip.rest()
    stress, carried = np.empty_like(work.carried), np.empty_like(work.carried)
    contact = strip.contact(work.expected_force)
    size = change[:, :-1].size
    tool_change = np.zeros(2)

    def product(vector: Array) -> Array:
        change[:, :-1] = vector[:size].reshape(change[:, :-1].shape)
        tool_change[tangent.tool] = vector[size:]
        history_kernels.stress_change(change, work, stress)
        history.sweep(stress, history.undisturbed, carried)
        history_kernels.force_change(change, work, carried, strip.grid, force_change)
        skin_change = np.ascontiguousarray(force_change[:, 0])
        skin_rows = skin_change.copy()
        normal = contact_kernels.contact_product(
            contact, np.ascontiguousarray(change[:, 0]), skin_change, tool_change, skin_rows
        )
        result = force_change[:, :-1].copy()
        result[:, 0] = skin_rows
        if not strip.free_sides:
            result[[0, -1]] = strip.stiffness_scale * change[[0, -1], :-1]
        border = tangent.rows @ vector[:size] + tangent.corner @ vector[size:]
        if 1 in tangent.tool:
            border[-1] = normal
        return np.append(result.ravel(), border)

    return product
