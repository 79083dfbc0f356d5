"""Fields at depth advanced with the tractions on the skin: stress, strain, energy densities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from softsim.engines.linear.creep.basis import CreepBasis
from softsim.engines.linear.creep.green_at_depth import LevelGreenFunctions
from softsim.engines.linear.creep.integrator import Propagator
from softsim.engines.linear.creep.levels import on_coarser
from softsim.engines.linear.creep.state import PRESSURE, SHEAR, InternalVariables
from softsim.engines.linear.medium.spectra import STRAINS, Field, layer_at
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray, LayeredStack
from softsim.engines.linear.section.fields import CubicSamples, add_long_term, quadratic
from softsim.kernels.tables.modes import add_mode_sums


class CreepingFields:
    """Fields at some columns.

    Parameters
    ----------
    stack : LayeredStack
        With incremental moduli.
    basis : CreepBasis
        Modes of the Green's functions.
    greens : tuple of LevelGreenFunctions
        The finest first; it holds every loaded node.
    depth : ndarray, shape (n_depth,)
        The first is 0 [m].
    first, count, size : int
        Number of the first loaded node, number of nodes, length of their transforms.
    n_columns : int
        Over all levels.

    Notes
    -----
    What the branches hold and lose is exact for strains linear in time over a step.
    """

    def __init__(
        self,
        stack: LayeredStack,
        basis: CreepBasis,
        greens: tuple[LevelGreenFunctions, ...],
        depth: FloatArray,
        *,
        first: int,
        count: int,
        size: int,
        n_columns: int,
    ) -> None:
        self.stack, self.basis, self.greens, self.depth = stack, basis, greens, depth
        self.first, self.count, self.size = first, count, size
        self.internal = InternalVariables(basis.time.size, size // 2 + 1)
        self.tractions = np.zeros((2, size // 2 + 1), dtype=complex)
        self.samples = [
            [
                CubicSamples(
                    np.arange(number, dtype=np.float64) * (size_of_row // number),
                    k.level.columns,
                )
                for size_of_row, number in zip(k.sizes, k.counts, strict=True)
            ]
            for k in greens
        ]
        shape = (depth.size, n_columns)
        layer = layer_at(stack, depth)
        self.weight, self.time = stack.prony_weight[layer].T, stack.prony_time[layer].T
        self.moduli = stack.incremental.relaxing[layer]
        self.values = np.zeros((len(Field), *shape))
        self.branches = np.zeros((self.weight.shape[0], 3, *shape))
        self.dissipated = np.zeros(shape)

    def advance(self, propagator: Propagator, tractions: ComplexArray, *, whole: bool) -> None:
        """Move on by one step.

        Parameters
        ----------
        propagator : Propagator
            Of the modes of the Green's functions.
        tractions : ndarray of complex128, shape (2, n_k)
            Shear and pressure at the end of the step [Pa].
        whole : bool
            False: only the strains are needed.
        """
        self.internal.add_old(propagator, self.tractions)
        self.internal.add_new(propagator, tractions)
        self.tractions = tractions
        before = self.values[STRAINS].copy()
        self._evaluate(whole=whole)
        for branch in np.flatnonzero(self.weight.any(axis=1)):
            self._relax(int(branch), before, propagator.duration)

    def stored(self) -> FloatArray:
        """Return the energy stored above the undisturbed state, (n_depth, n_columns) [J/m^3]."""
        out = np.zeros_like(self.dissipated)
        for weight, strain in zip(self.weight, self.branches, strict=True):
            out += 0.5 * weight[:, None] * quadratic(self.moduli, strain)
        add_long_term(self.stack, self.depth, self.values, out)
        return out

    def _evaluate(self, *, whole: bool) -> None:
        """Put the fields into `values`."""
        part = slice(0, len(Field)) if whole else STRAINS
        first, count = int(part.start), part.stop - part.start  # a name would be slow to pass
        sources = np.concatenate([self.tractions[:, None], self.internal.values], axis=1)
        loads = fft.irfft(sources, self.size)[..., : self.count]
        for greens, samples in zip(self.greens, self.samples, strict=True):
            level = greens.level
            gathered = level.gather(loads, self.first)
            acting = [which for which in (SHEAR, PRESSURE) if gathered[which].any()]
            if not acting:
                self.values[part, :, level.chosen] = 0.0
                continue
            circles = list(zip(greens.sizes, greens.counts, strict=True))
            spectra = {circle: low_waves(gathered, *circle) for circle in set(circles)}
            for i, row in enumerate(greens.rows):
                short = spectra[circles[i]]
                spectrum = np.zeros((count, row.shape[-1]), dtype=np.complex64)
                for which in acting:
                    add_mode_sums(row[which], short[which], first, spectrum)
                fields = fft.irfft(spectrum, greens.counts[i], axis=-1)
                self.values[part, i, level.chosen] = samples[i](fields)

    def _relax(self, branch: int, before: FloatArray, duration: float) -> None:
        """Advance a branch and what it lost."""
        time, weight = self.time[branch][:, None], self.weight[branch][:, None]
        x = duration / time
        start = self.branches[branch]
        pace = (self.values[STRAINS] - before) / x  # time constant times rate
        away = start - pace
        slow, fast, whole = (quadratic(self.moduli, e) for e in (pace, away, start))
        loss = x * slow - np.expm1(-x) * (whole - slow - fast) - 0.5 * np.expm1(-2.0 * x) * fast
        self.dissipated += weight * loss
        self.branches[branch] = pace + np.exp(-x) * away


def low_waves(loads: FloatArray, size: int, count: int) -> NDArray[np.complex64]:
    """Return the transform of loads over a circle, up to the waves that some samples can hold.

    Parameters
    ----------
    loads : ndarray of float64, shape (..., n)
        In any unit.
    size : int
        Nodes on the circle, at least n.
    count : int
        Samples, a whole part of `size`.

    Returns
    -------
    ndarray of complex64, shape (..., count // 2 + 1)

    Notes
    -----
    Loads are brought onto the samples by hats, whose transform is divided out again.  What waves
    shorter than the samples add is left: their part of the loads times (k / k_samples)^2.
    """
    ratio = size // count
    if ratio == 1:
        return np.asarray(fft.rfft(loads, size), np.complex64)
    coarse = on_coarser(loads, 0, ratio, 0, -(-loads.shape[-1] // ratio) + 1)
    half = np.pi * np.arange(1, count // 2 + 1) / size
    hat = np.append(1.0, (np.sin(ratio * half) / (ratio * np.sin(half))) ** 2)
    return np.asarray(fft.rfft(coarse, count) / hat, np.complex64)
