"""Layered compliance on a logarithmic wavenumber grid, and its cache.

The compliance of a stack at one speed is a smooth function of ln k over many decades, so a few
hundred to a thousand wavenumbers hold it for every grid spacing and every contact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray, LayeredStack
from softsim.errors import ConvergenceError
from softsim.kernels.layers.compliance import OK, surface_compliance

# Nodes per decade of wavenumber.  The Mellin spectrum of a layered compliance falls at least like
# exp(-pi eta/4) (poles at 45 degrees: a beam on a foundation); at the Nyquist value
# eta = pi/ln(10^(1/64)) = 87 that is 1e-29.  Six-point interpolation costs about 1e-9.
NODES_PER_DECADE = 64
# Decades kept beyond the longest and the shortest length that matters: the residual spectra fall
# as the power 3/2 on both sides, so five decades leave 3e-8.
MARGIN_DECADES = 5
# The ends are rounded outwards, so that the grids of a contact and its neighbours share one.
ROUND_DECADES = 2
# Lengths beyond these multiples of the extent (or below that fraction of the spacing) only tilt
# or sharpen what the contact sees by their inverse, so they need not be resolved.
FAR_LIMIT = 1e6
NEAR_LIMIT = 1e-3
# Decades at the short end of the grid over which the frequency is held.
HELD_DECADES = 2
COMPLIANCES_KEPT = 64


@dataclass(frozen=True, eq=False)
class LayeredCompliance:
    """Compliance of a stack on a logarithmic grid of wavenumbers.

    Parameters
    ----------
    wavenumber : ndarray, shape (n_k,)
        Wavenumbers [1/m], equal steps in ln k.
    scaled : ndarray of complex128, shape (3, n_k)
        k Czz, k Czx, k Cxx [1/Pa].
    step : float
        Step in ln k.
    length : float
        A length typical of the stack [m], used by the analytic terms of the kernels.
    """

    wavenumber: FloatArray
    scaled: ComplexArray
    step: float
    length: float


def compliance_at(
    stack: LayeredStack, wavenumber: FloatArray, angular_frequency: FloatArray
) -> ComplexArray:
    """Return Czz, Czx, Cxx at given wavenumbers and frequencies.

    Parameters
    ----------
    stack : LayeredStack
        The solid.
    wavenumber : ndarray, shape (n_k,)
        Wavenumber k >= 0 [1/m].
    angular_frequency : ndarray, shape (n_k,)
        Angular frequency under e^{+i omega t} [rad/s]; -k V in the moving frame.

    Returns
    -------
    ndarray of complex128, shape (n_k, 3)
        Czz, Czx, Cxx [m/Pa], signs as in `softsim.kernels.layers.compliance.surface_compliance`.

    Raises
    ------
    ConvergenceError
        When an entry is not finite.
    """
    out = np.empty((wavenumber.size, 3), dtype=complex)
    k = np.ascontiguousarray(wavenumber, dtype=float)
    status = surface_compliance(k, stack.layers(angular_frequency), out)
    if status != OK:
        raise ConvergenceError(
            f"layered compliance is not finite between k = {wavenumber.min():.3g} and "
            f"{wavenumber.max():.3g} 1/m; check the moduli of the stack"
        )
    return out


def characteristic_lengths(stack: LayeredStack, speed: float) -> FloatArray:
    """Return the lengths at which the compliance of a stack changes [m].

    Parameters
    ----------
    stack : LayeredStack
        The solid.
    speed : float
        Stroke speed [m/s].

    Returns
    -------
    ndarray
        Thicknesses, bending and stretching lengths of stiff layers, sheet lengths, V tau and
        V tau G0/Ginf, spring lengths; at least one entry unless an elastic half-space.
    """
    finite = stack.thickness[np.isfinite(stack.thickness)]
    lengths = [finite, [finite.sum()]] if finite.size else []
    stiffness = stack.shear_modulus
    contrast = float(stiffness.max() / stiffness.min())
    moduli = stack.incremental
    stiff = (moduli.elastic[:, 0] + moduli.relaxing[:, 0])[~moduli.plain]
    contrast = max(contrast, float(stiff.max(initial=0.0) / stiffness.min()))
    if finite.size:
        lengths += [finite * contrast ** (1.0 / 3.0), finite * contrast]
    weight, time = stack.prony_weight, stack.prony_time
    active = weight > 0.0
    if speed != 0.0 and active.any():
        relaxed = 1.0 / (1.0 - weight.sum(axis=1))
        lengths += [abs(speed) * time[active], abs(speed) * (time * relaxed[:, None])[active]]
    spring = stack.slip_stiffness
    soft = np.isfinite(spring) & (spring > 0.0)
    lengths += [stiffness.max() / spring[soft], stiffness.min() / spring[soft]]
    lengths += [stack.membrane[stack.membrane > 0.0] / stiffness.min()]
    return np.concatenate([np.asarray(part, dtype=float) for part in lengths])


def without_frozen_branches(stack: LayeredStack, speed: float, reach: float) -> LayeredStack:
    """Drop the branches that have no time to relax while the tool travels a distance.

    Parameters
    ----------
    stack : LayeredStack
        The solid.
    speed : float
        Stroke speed >= 0 [m/s].
    reach : float
        Distance [m]; a branch with V tau beyond it is kept at its instantaneous stiffness.

    Returns
    -------
    LayeredStack
        The same stack when no branch is dropped.
    """
    if speed == 0.0:
        return stack
    frozen = (speed * stack.prony_time > reach) & (stack.prony_weight > 0.0)
    if not frozen.any():
        return stack
    return replace(stack, prony_weight=np.where(frozen, 0.0, stack.prony_weight))


def layered_compliance(
    stack: LayeredStack, speed: float, *, spacing: float, extent: float
) -> LayeredCompliance:
    """Return the compliance of a stack for a tool moving at one speed, from the cache if known.

    Parameters
    ----------
    stack : LayeredStack
        The solid.
    speed : float
        Stroke speed V >= 0 [m/s]; 0 is long-term elastic, inf instantaneous.
    spacing : float
        Smallest distance that matters [m].
    extent : float
        Largest distance that matters [m].

    Returns
    -------
    LayeredCompliance
        Response on a grid that covers both with margins.
    """
    stack = without_frozen_branches(stack, speed, FAR_LIMIT * extent)
    lengths = characteristic_lengths(stack, speed if np.isfinite(speed) else 0.0)
    lengths = np.clip(lengths, NEAR_LIMIT * spacing, FAR_LIMIT * extent)
    longest = max(extent, float(lengths.max(initial=extent)))
    shortest = min(spacing, float(lengths.min(initial=spacing)))
    first = ROUND_DECADES * int(np.floor(-np.log10(longest) / ROUND_DECADES)) - MARGIN_DECADES
    last = ROUND_DECADES * int(np.ceil(-np.log10(shortest) / ROUND_DECADES)) + MARGIN_DECADES
    finite = stack.thickness[np.isfinite(stack.thickness)]
    typical = float(finite.sum()) if finite.size else float(np.sqrt(shortest * longest))
    return _tabulated(stack, float(speed), first, last, typical)


@kept(entries=COMPLIANCES_KEPT)
def _tabulated(
    stack: LayeredStack, speed: float, first: int, last: int, length: float
) -> LayeredCompliance:
    """Return the compliance on a grid between two powers of ten [1/m]."""
    n = (last - first) * NODES_PER_DECADE
    step = np.log(10.0) / NODES_PER_DECADE
    wavenumber = 10.0**first * np.exp(step * np.arange(n))
    # a transition beyond the grid must not straddle its end: the material stays as it is
    # three decades above the shortest length that matters
    held = np.minimum(wavenumber, 10.0 ** (last - HELD_DECADES))
    table = compliance_at(stack, wavenumber, -held * speed)
    scaled = np.ascontiguousarray((table * wavenumber[:, None]).T)
    return LayeredCompliance(wavenumber, scaled, step, length)
