"""Slow twins of the tables of the linear engine: Green's functions, interpolation, peaks."""

import itertools

import numpy as np
from scipy import integrate

from softsim.kernels.tables.arrays import GreenFunction

LENGTH = 2e-3
LOG, JUMP, GAP, SLOPE = 0.7, -0.4, 0.3 - 0.2j, (1.1 + 0.6j) * LENGTH


def residual(x):
    """Return a smooth function of ln|x|, other ahead than behind."""
    near = 1.0 / (1.0 + (x / 5e-3) ** 2)
    return np.where(x > 0.0, 0.5 * near, -0.3 * near**2)


def green(x):
    """Return the displacement by a unit line force: analytic terms of a complex distance, rest."""
    complex_distance = LENGTH - 1j * x
    smooth = (SLOPE / complex_distance - GAP * np.log(complex_distance)).real + residual(x)
    return smooth - LOG * np.log(np.abs(x)) + JUMP * np.sign(x)


def tabulated_green():
    """Return the same function with its residual as tables from 10 nm to 10 m."""
    step = np.log(10.0) / 50
    place = np.log(1e-8) + step * np.arange(451)
    return GreenFunction(
        start=place[0],
        step=step,
        ahead=residual(np.exp(place)),
        behind=residual(-np.exp(place)),
        length=LENGTH,
        log=LOG,
        jump=JUMP,
        gap_re=GAP.real,
        gap_im=GAP.imag,
        slope_re=SLOPE.real,
        slope_im=SLOPE.imag,
        far_log=0.0,
    )


def hat(spacing, place):
    """Return the displacement so many spacings ahead of a unit hat, by adaptive quadrature."""
    cuts = sorted({-1.0, 0.0, 1.0, min(max(place, -1.0), 1.0)})
    return spacing * sum(
        integrate.quad(
            lambda t: (1.0 - abs(t)) * float(green(np.array(spacing * (place - t)))),
            low,
            high,
            limit=300,
            epsabs=0.0,
            epsrel=1e-10,
        )[0]
        for low, high in itertools.pairwise(cuts)
    )


def lagrange(values, place):
    """Return the polynomial through the six samples around a place."""
    first = int(np.floor(place)) - 2
    nodes = first + np.arange(6)
    total = 0.0
    for node in nodes:
        others = nodes[nodes != node]
        total += values[node] * np.prod((place - others) / (node - others))
    return total


def mode_sums(kernels, loads, first, count):
    """Return the sum over the modes of their fields times their states."""
    part = kernels[:, first : first + count]
    return np.einsum("mfk,mk->fk", part, loads[:, : kernels.shape[2]])


def weighted_samples(samples, first, weights):
    """Return sums of four neighbouring samples."""
    around = samples[:, first[None, :] + np.arange(4)[:, None]]
    return (around * weights).sum(axis=1)


def row_peaks(fields, tension):
    """Largest values over all samples of one row."""
    along, down, across, shear, longer, deeper, slide = fields.astype(float)
    change = 0.5 * ((along - down) ** 2 + (down - across) ** 2 + (across - along) ** 2)
    changes = [
        np.sqrt(change + 3 * shear**2).max(),
        np.hypot(0.5 * (along - down), shear).max(),
        (-(along + down + across) / 3).max(),
    ]
    along, across = along + tension[0], across + tension[1]
    spread = 0.5 * ((along - down) ** 2 + (down - across) ** 2 + (across - along) ** 2)
    strain = np.hypot(longer - deeper, slide)
    return [
        along.max(),
        -down.min(),
        np.abs(shear).max(),
        np.sqrt(spread + 3 * shear**2).max(),
        np.hypot(0.5 * (along - down), shear).max(),
        (-(along + down + across) / 3).max(),
        strain.max(),
        (0.5 * (np.abs(longer + deeper) + strain)).max(),
        *changes,
    ]
