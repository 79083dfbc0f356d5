"""Deflection beside a uniform disc load that moves steadily on a layered viscoelastic solid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from softsim.engines.linear.medium.stack import ComplexArray, FloatArray
from softsim.kernels.layers.compliance import surface_compliance
from softsim.kernels.layers.moduli import Layers

# After the half-space tail is taken out the integrand falls like k^-2.5 off the disc; at this
# k a the rest is below 1e-4 of the peak of a load on a skin of half a radius or thicker.
LARGEST_SCALED_WAVENUMBER = 25.0
POINTS_PER_PANEL = 8
DECADES_BELOW = 6  # the integrand is bounded at k -> 0, so the missing piece is 1e-6 of a panel
PANELS_PER_DECADE = 6
# Angles per radian of the fastest phase, and the least number; the angle is graded by a cube
# towards the direction across, where the frequency of the material passes through zero.
ANGLES_PER_PHASE = 0.9
LEAST_ANGLES = 48

Moduli = Callable[[FloatArray], tuple[ComplexArray, ComplexArray]]


def half_space_disc(distance: FloatArray, radius: float, pressure: float) -> FloatArray:
    """Return the deflection of a half-space under a uniform disc, per unit k Czz.

    Parameters
    ----------
    distance : ndarray
        Distance from the disc centre [m].
    radius, pressure : float
        Radius [m] and pressure [Pa].

    Returns
    -------
    ndarray
        Deflection over k Czz = 2 (1 - nu^2)/E [m Pa].

    References
    ----------
    .. [1] K. L. Johnson, Contact Mechanics, Cambridge University Press (1985), section 3.4.
    """
    r = np.asarray(distance, dtype=float)
    inside = r <= radius
    near = np.minimum(r / radius, 1.0) ** 2
    far = (radius / np.maximum(r, radius)) ** 2
    outer = special.ellipe(far) - (1.0 - far) * special.ellipk(np.minimum(far, 1.0 - 1e-16))
    value = np.where(inside, radius * special.ellipe(near), r * outer)
    return np.asarray(2.0 * pressure / np.pi * value)


def _wavenumber_rule(radius: float, reach: float) -> tuple[FloatArray, FloatArray]:
    """Return Gauss panels: logarithmic below the phase scale, uniform above."""
    turn = 0.5 / reach
    edges = np.concatenate(
        [
            [0.0],
            np.geomspace(turn * 10.0**-DECADES_BELOW, turn, DECADES_BELOW * PANELS_PER_DECADE),
            np.arange(turn, LARGEST_SCALED_WAVENUMBER / radius, 2.0 / reach)[1:],
        ]
    )
    nodes, weights = special.roots_legendre(POINTS_PER_PANEL)
    width = np.diff(edges)[:, None]
    return (
        (edges[:-1, None] + 0.5 * width * (nodes + 1.0)).ravel(),
        (0.5 * width * weights).ravel(),
    )


def moving_disc_deflection(
    moduli: Moduli,
    thickness: FloatArray,
    *,
    radius: float,
    pressure: float,
    speed: float,
    ahead: FloatArray,
    aside: float,
) -> FloatArray:
    """Surface deflection around a uniform disc load moving towards +x, quasi-static, bonded.

    Parameters
    ----------
    moduli : callable
        Angular frequencies, shape (n,), to complex shear moduli [Pa] and ratios G/(K + 4G/3),
        both of shape (n, n_layers); `LayeredStack.complex_moduli` is one.
    thickness : ndarray, shape (n_layers,)
        Thickness [m]; inf last for a half-space.
    radius, pressure, speed : float
        Disc radius [m], pressure [Pa], speed [m/s].
    ahead : ndarray, shape (n_points,)
        Position of the points ahead of the disc centre [m].
    aside : float
        Distance of the points from the path of the centre [m].

    Returns
    -------
    ndarray, shape (n_points,)
        Deflection, + into the solid [m].

    Notes
    -----
    (2 a q/pi) times the integral over k of J1(ka) and over the first quadrant of directions of
    Re[(Czz - tail) e^{i k x cos t}] cos(k y sin t), plus the half-space tail in closed form.
    """
    ahead = np.asarray(ahead, dtype=float)
    reach = float(np.abs(ahead).max() + abs(aside) + radius)
    k, weight = _wavenumber_rule(radius, reach)
    top_shear, top_ratio = moduli(np.array([np.inf]))
    tail = float((1.0 / (2.0 * top_shear[0, 0] * (1.0 - top_ratio[0, 0]))).real)
    total = np.zeros(ahead.size)
    n = thickness.size
    sheet = np.zeros(n)
    for value, share in zip(k, weight * special.j1(k * radius), strict=True):
        count = LEAST_ANGLES + int(ANGLES_PER_PHASE * value * reach)
        nodes, angle_weight = _angles(count)
        cosine, sine = np.sin(nodes), np.cos(nodes)  # nodes measured from the direction across
        shear, ratio = moduli(-value * speed * cosine)
        table = np.empty((nodes.size, 3), dtype=complex)
        layers = Layers(
            thickness=thickness,
            shear=shear,
            law=ratio[..., None],
            plain=np.ones(n, dtype=bool),
            slip=np.zeros((nodes.size, n), dtype=complex),
            membrane=sheet,
        )
        surface_compliance(np.full(nodes.size, value), layers, table)
        rest = (table[:, 0] - tail / value) * np.cos(value * aside * sine) * angle_weight
        phase = np.exp(1j * value * ahead[:, None] * cosine)
        total += share * (phase @ rest).real
    scale = 2.0 * radius * pressure / np.pi
    return scale * total + tail * half_space_disc(np.hypot(ahead, aside), radius, pressure)


_RULES: dict[int, tuple[FloatArray, FloatArray]] = {}


def _angles(count: int) -> tuple[FloatArray, FloatArray]:
    """Return angles from the direction across and weights on (0, pi/2), graded by a cube."""
    size = 16 * -(-count // 16)
    if size not in _RULES:
        nodes, weights = special.roots_legendre(size)
        t = 0.5 * (nodes + 1.0)
        _RULES[size] = (0.5 * np.pi * t**3, 0.75 * np.pi * t**2 * weights)
    return _RULES[size]
