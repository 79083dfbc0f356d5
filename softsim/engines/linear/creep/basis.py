"""Creep of a layered stack: every wavenumber has its own, fitted by common retardation times.

Whatever the stack answers to a load is C(0+) p + sum_j c_j y_j with y_j' = (p - y_j)/t_j; only the
c_j depend on the wavenumber, the depth and the field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from softsim.engines.linear.medium.compliance import (
    LayeredCompliance,
    compliance_at,
    layered_compliance,
)
from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray, LayeredStack
from softsim.engines.linear.section.green import green_function
from softsim.errors import InputError
from softsim.kernels.tables.arrays import GreenFunction

# Retardation times per decade.  A pole between two of them is made of its neighbours; on the
# axis of the frequencies eight a decade leave 1e-7 of the response, three 1e-3.
TIMES_PER_DECADE = 8
# Decades beyond the spectrum on both sides, so that the limits are met.
SPARE_DECADES = 0.5
# Singular values below this fraction of the largest only amplify rounding.
SMALLEST_SINGULAR_VALUE = 1e-7
# The stiffest wave that reaches an interface from the skin, in shear moduli over its depth.
STIFFEST_WAVE = 20.0
COMPONENTS = ("zz", "zx", "xx")


@dataclass(frozen=True, eq=False)
class CreepBasis:
    """Retardation times and the fit of responses to harmonic loads.

    Parameters
    ----------
    time : ndarray, shape (n_modes,)
        Retardation times [s]; none for an elastic stack.
    frequency : ndarray, shape (n_samples,)
        Angular frequencies to sample a response at, 0 first [rad/s].
    inverse : ndarray, shape (n_modes, 2 n_samples)
        From real and imaginary parts of the samples to the weights of the modes [-].
    """

    time: FloatArray
    frequency: FloatArray
    inverse: FloatArray

    def weights(self, i_sample: int) -> tuple[FloatArray, FloatArray]:
        """Return what real and imaginary part of one sample add to the modes, (n_modes,) each."""
        return self.inverse[:, i_sample], self.inverse[:, self.frequency.size + i_sample]

    def fitted(self, response: Callable[[float], ComplexArray]) -> FloatArray:
        """Return the instantaneous response and the modes that fit it at all frequencies.

        Parameters
        ----------
        response : callable
            From an angular frequency [rad/s] to values of any shape.

        Returns
        -------
        ndarray, shape (1 + n_modes, ...)
        """
        instant = response(np.inf).real
        out = np.zeros((1 + self.time.size, *instant.shape))
        out[0] = instant
        for i, omega in enumerate(self.frequency if self.time.size else ()):
            sample = response(float(omega)) - instant
            for weight, part in zip(self.weights(i), (sample.real, sample.imag), strict=True):
                out[1:] += np.multiply.outer(weight, part)
        return out

    def factors(self, frequency: FloatArray) -> ComplexArray:
        """Return 1/(1 + i omega t) of the modes, shape (n_frequencies, n_modes).

        Parameters
        ----------
        frequency : ndarray, shape (n_frequencies,)
            Angular frequency [rad/s].
        """
        return np.asarray(1.0 / (1.0 + 1j * np.multiply.outer(frequency, self.time)))


def creep_basis(stack: LayeredStack, times_per_decade: int = TIMES_PER_DECADE) -> CreepBasis:
    """Return the retardation times that span the creep of a stack.

    Parameters
    ----------
    stack : LayeredStack
        Interface dashpots need a spring beside them.
    times_per_decade : int

    Returns
    -------
    CreepBasis

    Raises
    ------
    InputError
        When an interface has a dashpot and no spring: its creep never ends.

    Notes
    -----
    Retardation times of any structure made of the layers lie between the shortest relaxation time
    and the longest retardation time of a layer, tau G0/Ginf.  The spring of an interface counts as
    a layer; its dashpot, which alone would never be sudden, works against the layers beside it.
    """
    viscous = np.isfinite(stack.slip_stiffness) & (stack.slip_viscosity > 0.0)
    if np.any(viscous & (stack.slip_stiffness == 0.0)):
        raise InputError(
            "an interface has viscosity and no stiffness, so that it creeps for ever; give it a "
            "stiffness, or no viscosity"
        )
    layers = _spectrum(stack.prony_weight, stack.prony_time, np.zeros(viscous.size))
    dashpot = np.zeros(viscous.size)
    np.divide(stack.slip_viscosity, stack.slip_stiffness, out=dashpot, where=viscous)
    every = np.concatenate([layers, _spectrum(stack.slip_weight, stack.slip_time, dashpot)])
    if viscous.any():
        wave = STIFFEST_WAVE * stack.shear_modulus.max() / np.cumsum(stack.thickness)[viscous]
        beside = stack.slip_viscosity[viscous] / (stack.slip_stiffness[viscous] + wave)
        every = np.append(every, beside)
    if every.size == 0:
        return CreepBasis(np.zeros(0), np.zeros(1), np.zeros((0, 2)))
    low, high = np.log10(every.min()) - SPARE_DECADES, np.log10(every.max()) + SPARE_DECADES
    count = int(np.ceil(times_per_decade * (high - low))) + 1
    time = np.logspace(low, high, count)
    samples = np.logspace(-high, -low, count)
    frequency = np.concatenate([[0.0], samples])
    matrix = 1.0 / (1.0 + 1j * np.multiply.outer(frequency, time))
    stacked = np.concatenate([matrix.real, matrix.imag])
    inverse = np.linalg.pinv(stacked, rcond=SMALLEST_SINGULAR_VALUE)
    return CreepBasis(time, frequency, inverse)


def _spectrum(weight: FloatArray, time: FloatArray, dashpot: FloatArray) -> FloatArray:
    """Return times that bound relaxation and retardation of springs with dashpots beside them.

    Parameters
    ----------
    weight, time : ndarray, shape (n, n_branches)
        Of the branches [-], [s].
    dashpot : ndarray, shape (n,)
        Its viscosity over the instantaneous spring [s].

    Returns
    -------
    ndarray, shape (n_times,)
        [s].
    """
    active = weight > 0.0
    left = 1.0 - weight.sum(axis=1)
    longest = (time.max(axis=1, initial=0.0, where=active) + dashpot) / left
    slow = longest[longest > 0.0]
    return np.concatenate([time[active], (time / left[:, None])[active], slow])


@dataclass(frozen=True, eq=False)
class SurfaceCreep:
    """Kernels of the skin: displacement by a sudden load and the creep of every mode.

    Parameters
    ----------
    basis : CreepBasis
    instant : dict
        Component ("zz", "zx", "xx") to its kernel.
    modes : dict
        Component to the kernels of the modes.
    fit_error : float
        Largest misfit between the samples over the long-term compliance of that wavenumber [-].
    """

    basis: CreepBasis
    instant: dict[str, GreenFunction]
    modes: dict[str, tuple[GreenFunction, ...]]
    fit_error: float


def surface_creep(
    stack: LayeredStack,
    *,
    spacing: float,
    extent: float,
    times_per_decade: int = TIMES_PER_DECADE,
) -> SurfaceCreep:
    """Return the creep of the skin of a stack.

    Parameters
    ----------
    stack : LayeredStack
    spacing, extent : float
        Smallest and largest distance that matters [m].
    times_per_decade : int
    """
    grid = layered_compliance(stack, 0.0, spacing=spacing, extent=extent)
    return _fitted_creep(stack, grid, times_per_decade)


@kept(entries=16)
def _fitted_creep(
    stack: LayeredStack, grid: LayeredCompliance, times_per_decade: int
) -> SurfaceCreep:
    """Sample the response over frequencies and fit every wavenumber."""
    k, basis = grid.wavenumber, creep_basis(stack, times_per_decade)

    def scaled(omega: float) -> ComplexArray:
        return np.asarray((compliance_at(stack, k, np.full(k.size, omega)) * k[:, None]).T)

    fit = basis.fitted(scaled)
    instant, modes = fit[0], fit[1:]
    between = np.sqrt(basis.frequency[1:-1] * basis.frequency[2:])[::4]
    misfit = 0.0
    for omega, factor in zip(between, basis.factors(between), strict=True):
        fitted = instant + np.tensordot(factor, modes, 1)
        error = np.abs(fitted - scaled(float(omega)))[[0, 2]] / np.abs(grid.scaled[[0, 2]])
        misfit = max(misfit, float(error.max()))

    def kernels(table: FloatArray) -> dict[str, GreenFunction]:
        compliance = LayeredCompliance(k, table.astype(complex), grid.step, grid.length)
        return {name: green_function(compliance, name) for name in COMPONENTS}

    each = [kernels(table) for table in modes]
    return SurfaceCreep(
        basis,
        kernels(instant),
        {name: tuple(kernel[name] for kernel in each) for name in COMPONENTS},
        misfit,
    )
