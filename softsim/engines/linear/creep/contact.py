"""A rigid edge on a creeping skin, step by step: contact, displacement and energies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import fft
from scipy.optimize import brentq

from softsim.engines.linear.creep.energy import EnergyBalance
from softsim.engines.linear.creep.integrator import Propagator, SkinInfluence, Step, datum_shift
from softsim.engines.linear.creep.state import (
    PRESSURE,
    SHEAR,
    XX,
    ZX,
    ZZ,
    InternalVariables,
    SkinState,
    displaced,
)
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray
from softsim.engines.linear.section.active_set import (
    Convolution,
    NodalContact,
    NodalLoad,
    active_set,
    contact_edge,
    first_guess,
)
from softsim.engines.linear.section.contact import point_values
from softsim.engines.linear.section.skin import deformed_contact
from softsim.errors import ConvergenceError
from softsim.kernels.tables.arrays import GreenFunction
from softsim.load import Load
from softsim.stroke import LoadKind

# A mean pressure is met to this, the force for it sought by this factor.
STEP_PRESSURE_TOLERANCE = 1e-10
FORCE_FACTOR, MAX_FACTORS = 2.0, 200
# so far a mean pressure may be missed, in ln, before it counts as one that no force has.
PRESSURE_MISSED = 1e-3


@dataclass(frozen=True, eq=False)
class Datum:
    """Mean of the skin at some distance ahead of and behind the tool.

    Parameters
    ----------
    skin : SkinInfluence
    along : ndarray, shape (n,)
        Nodes from where the tool first stands [m].
    distance : float
        [m]; inf: the datum of the kernels, the undisturbed skin over a rigid base.
    """

    skin: SkinInfluence
    along: FloatArray
    distance: float

    def rows(self, place: float) -> FloatArray:
        """Return the datum per traction of a node, sudden part first (n_modes + 1, 2, n) [m/Pa].

        Parameters
        ----------
        place : float
            Of the tool [m].
        """
        creep, n = self.skin.creep, self.along.size
        out = np.zeros((creep.basis.time.size + 1, 2, n))
        if np.isfinite(self.distance):
            for i, name in ((PRESSURE, "zz"), (SHEAR, "zx")):
                for row, kernel in zip(
                    out[:, i], (creep.instant[name], *creep.modes[name]), strict=True
                ):
                    row[:] = self._mean(kernel, place)
                    row += datum_shift(kernel, name, self.skin.spacing, self.skin.datum)
        return out

    def _mean(self, green: GreenFunction, place: float) -> FloatArray:
        """Return the mean displacement at both ends per traction of every node."""
        total = np.zeros(self.along.size)
        for side in (self.distance, -self.distance):
            lag = place + side - self.along
            lag[np.abs(lag) < 0.5 * self.skin.spacing] = 0.5 * self.skin.spacing
            total += point_values(green, lag, np.empty(lag.size))
        return np.asarray(0.5 * self.skin.spacing * total)


class CreepingContact:
    """Skin under a tool, advanced step by step.

    Parameters
    ----------
    skin : SkinInfluence
    along : ndarray, shape (n,)
        Nodes from where the tool first stands [m].
    heights : callable
        From the number of nodes the tool has moved on to its heights (n,) [m].
    datum_distance : float
        See `Datum` [m].
    """

    def __init__(
        self,
        skin: SkinInfluence,
        along: FloatArray,
        heights: Callable[[int], FloatArray],
        datum_distance: float = np.inf,
    ) -> None:
        n_modes, n_k = skin.creep.basis.time.size, skin.size // 2 + 1
        self.skin, self.along, self.heights = skin, along, heights
        self.datum = Datum(skin, along, datum_distance)
        self.instant, self.spectra = skin.transform(skin.instant), skin.transform(skin.modes)
        self.internal = InternalVariables(n_modes, n_k)
        self.delayed = np.zeros((2, n_modes, n_k), dtype=complex)
        self.tractions = np.zeros((2, n_k), dtype=complex)
        self.active: np.ndarray | None = None
        self.energy = EnergyBalance(skin.size, skin.spacing)
        self.state = SkinState(
            time=0.0,
            travel=0,
            traction=np.zeros((2, skin.n)),
            displacement=np.zeros((2, skin.n)),
            datum=0.0,
            indentation=0.0,
            force=0.0,
            tangential_force=0.0,
            left_edge=0.0,
            right_edge=0.0,
            iterations=0,
            gap_residual=0.0,
        )

    def advance(self, step: Step, load: Load, friction: float) -> SkinState:
        """Take one step to a load.

        Parameters
        ----------
        step : Step
        load : Load
            At the end of the step.
        friction : float
            Shear over pressure at the end of the step, towards +x [-].

        Returns
        -------
        SkinState
        """
        propagator, size, n = step.propagator, self.skin.size, self.skin.n
        self.internal.add_old(propagator, self.tractions)
        self.delayed *= propagator.decay[:, None]
        self.delayed += displaced(step.old, self.tractions)
        carried = fft.irfft(self.delayed.sum(axis=1), size)[:, :n]
        travel = self.state.travel + propagator.travel
        heights, rows = self.heights(travel), self.datum.rows(travel * self.skin.spacing)
        column = step.column[ZZ] + friction * step.column[ZX]
        if self.active is not None:
            self.active = np.roll(self.active, propagator.travel)
        condition = self._condition(propagator, load, rows, friction)

        def length(pressure: FloatArray) -> float:
            columns = np.stack([friction * step.column[XX] - step.column[ZX], column])
            displacement = carried + np.stack([Convolution(row)(pressure) for row in columns])
            loads = np.stack([friction * pressure, pressure])
            return deformed_contact(self.along, loads, displacement).size.width

        contact = self._contact(column, heights + carried[PRESSURE], condition, load.kind, length)
        pressure, depth = contact.pressure, contact.depth
        traction = np.stack([friction * pressure, pressure])
        self.tractions = np.asarray(fft.rfft(traction, size))
        self.internal.add_new(propagator, self.tractions)
        self.delayed += displaced(step.new, self.tractions)
        instant = displaced(self.instant, self.tractions)
        skin = np.asarray(fft.irfft(instant + self.delayed.sum(axis=1), size)[:, :n])
        zero = self._datum_value(rows, traction)
        gap = heights + skin[PRESSURE] - depth
        touching = pressure > 0.0
        slope = -np.gradient(skin[PRESSURE], self.skin.spacing)
        before, spacing = self.state, self.skin.spacing
        left, right = self._ends(pressure, travel * spacing)
        self.state = SkinState(
            time=before.time + propagator.duration,
            travel=travel,
            traction=traction,
            displacement=skin - np.array([[0.0], [zero]]),
            datum=zero,
            indentation=depth - zero,
            force=spacing * float(pressure.sum()),
            tangential_force=spacing * float(pressure @ (friction + slope)),
            left_edge=left,
            right_edge=right,
            iterations=contact.iterations,
            gap_residual=float(max(np.abs(gap[touching]).max(initial=0.0), -gap.min())),
        )
        self._balance(propagator, instant, before)
        return self.state

    def carry(self, nodes: int) -> None:
        """Carry the tool over the skin, off which it is, on by nodes."""
        self.state = replace(self.state, travel=self.state.travel + nodes)
        self.active = None

    def _condition(
        self, propagator: Propagator, load: Load, rows: FloatArray, friction: float
    ) -> NodalLoad:
        """Return the condition of a step on depth and new pressure."""
        if load.kind != "indentation":
            return NodalLoad(0.0, np.full(self.skin.n, self.skin.spacing), load.value)
        carried = self._datum_value(rows, np.zeros((2, self.skin.n)))
        weight = rows[0].copy()
        if rows.any():
            left = np.conj(propagator.new)[:, None] * fft.rfft(rows[1:], self.skin.size)
            weight += fft.irfft(left.sum(axis=0), self.skin.size)[:, : self.skin.n]
        weight = weight[PRESSURE] + friction * weight[SHEAR]
        return NodalLoad(1.0, -weight, load.value + carried)

    def _datum_value(self, rows: FloatArray, traction: FloatArray) -> float:
        """Return the displacement of the datum by tractions and internal variables [m]."""
        if not rows.any():
            return 0.0
        modes = fft.irfft(self.internal.values, self.skin.size)[..., : self.skin.n]
        creep = np.tensordot(rows[1:].transpose(1, 0, 2), modes, 3)
        return float((rows[0] * traction).sum() + creep)

    def _contact(
        self,
        column: FloatArray,
        lifted: FloatArray,
        condition: NodalLoad,
        kind: LoadKind,
        length: Callable[[FloatArray], float],
    ) -> NodalContact:
        """Return the contact at the end of a step, with the iterations of all that were tried."""
        if kind == "indentation" and float(lifted.min()) >= condition.value:
            self.active, nothing = None, np.zeros(lifted.size)
            return NodalContact(nothing, nothing, condition.value, nothing > 0.0, 0)
        total = 0

        def solved(load: NodalLoad) -> NodalContact:
            nonlocal total
            guess = first_guess(column, lifted, load) if self.active is None else self.active
            found = active_set(column, lifted, load, guess)
            self.active = found.active
            total += found.iterations
            return found

        if kind == "pressure":
            condition = self._force_for(solved, condition, length)
        return solved(condition)._replace(iterations=total)

    def _force_for(
        self,
        solved: Callable[[NodalLoad], NodalContact],
        target: NodalLoad,
        length: Callable[[FloatArray], float],
    ) -> NodalLoad:
        """Return the force whose mean pressure over the loaded length is the target's value."""

        def excess(force: float) -> float:
            pressure = solved(NodalLoad(0.0, target.weight, force)).pressure
            return float(np.log(force / length(pressure) / target.value))

        low = high = self.state.force or target.value * self.skin.spacing
        for _ in range(MAX_FACTORS):
            if excess(low) <= 0.0:
                break
            low /= FORCE_FACTOR
        for _ in range(MAX_FACTORS):
            if excess(high) >= 0.0:
                break
            high *= FORCE_FACTOR
        force = (
            low if low == high else float(brentq(excess, low, high, rtol=STEP_PRESSURE_TOLERANCE))
        )
        missed = abs(excess(force))
        if missed > PRESSURE_MISSED:
            raise ConvergenceError(
                f"no force has a mean contact pressure of {target.value:g} Pa (it jumps at "
                f"{force:.3g} N/m, where another part of the edge comes to touch); give a force",
                residual=missed,
            )
        return NodalLoad(0.0, target.weight, force)

    def _ends(self, pressure: FloatArray, place: float) -> tuple[float, float]:
        """Return the ends of the contact, both at the tool without one [m]."""
        loaded = np.flatnonzero(pressure)
        if loaded.size == 0:
            return place, place
        first, last = int(loaded[0]), int(loaded[-1])
        return (
            contact_edge(self.along, pressure, first, 1),
            contact_edge(self.along, pressure, last, -1),
        )

    def _balance(self, propagator: Propagator, instant: ComplexArray, before: SkinState) -> None:
        """Add the step to the energies."""
        whole = displaced(self.spectra, self.tractions)
        self.energy.store(self.tractions, instant, self.internal.values, self.delayed)
        self.energy.dissipate(
            propagator.duration,
            self.skin.creep.basis.time,
            self.tractions[:, None] - self.internal.values,
            whole - self.delayed,
        )
        self.energy.work(before, self.state, self.skin.spacing)
