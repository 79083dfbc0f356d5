"""Displacement and stress at depth under a solved two-dimensional contact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

from softsim.engines.linear.medium.spectra import stress_spectra
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray, LayeredStack
from softsim.engines.linear.section.traction import SUBDIVISIONS, refined, traction_average
from softsim.errors import InputError

# Box of the transform in grid extents; the first effect of the images is taken out in closed
# form (see `corner`), the next is z^3/L^4 against 1/z: 1e-4 at a depth of half the grid.
BOX_FACTOR = 4
# Memory kept behind the tool, in units of V tau_max G0/Ginf, and the largest box in points.
MEMORY_LENGTHS = 5.0
MAX_POINTS = 2**15
# Depth profiles keep wavenumbers to e^{-25} = 1e-11 and this many samples of the shortest wave.
PROFILE_SCALED_DEPTH = 25.0
PROFILE_SAMPLES = 4
# k = 0 stands for the mean of k -> +0 and k -> -0, taken at this fraction of the first step.
ZERO_FRACTION = 1e-4


@dataclass(frozen=True, eq=False)
class SubsurfaceFields:
    """Fields on the nodes of a contact, at given depths; every array (n_depth, n_along).

    Parameters
    ----------
    depth, along : ndarray
        Depths and node positions [m].
    displacement_along, displacement_depth : ndarray
        Displacement relative to the surface point above (add the surface displacement) [m].
    stress_along, stress_depth, stress_across, stress_shear : ndarray
        Stress, tension positive [Pa].
    """

    depth: FloatArray
    along: FloatArray
    displacement_along: FloatArray
    displacement_depth: FloatArray
    stress_along: FloatArray
    stress_depth: FloatArray
    stress_across: FloatArray
    stress_shear: FloatArray

    @property
    def max_shear(self) -> FloatArray:
        """Largest in-plane shear stress [Pa]."""
        half = 0.5 * (self.stress_along - self.stress_depth)
        return np.asarray(np.hypot(half, self.stress_shear))

    @property
    def von_mises(self) -> FloatArray:
        """Von Mises stress [Pa]."""
        x, y, z = self.stress_along, self.stress_across, self.stress_depth
        spread = 0.5 * ((x - y) ** 2 + (y - z) ** 2 + (z - x) ** 2)
        return np.asarray(np.sqrt(spread + 3.0 * self.stress_shear**2))


@dataclass(frozen=True, eq=False)
class DepthProfiles:
    """Largest values along each row of depth, all shape (n_depth,) [Pa].

    Parameters
    ----------
    depth : ndarray
        Depths [m].
    max_shear, von_mises, compression : ndarray
        Largest in-plane shear, von Mises stress and compression across the depth planes.
    """

    depth: FloatArray
    max_shear: FloatArray
    von_mises: FloatArray
    compression: FloatArray


def box_points(stack: LayeredStack, speed: float, spacing: float, n: int) -> int:
    """Return the number of points of the padded box."""
    points = BOX_FACTOR * n
    active = stack.prony_weight > 0.0
    if 0.0 < speed < np.inf and active.any():
        relaxed = 1.0 / (1.0 - stack.prony_weight.sum(axis=1))
        memory = speed * float((stack.prony_time * relaxed[:, None])[active].max())
        wanted = 2 * n + int(MEMORY_LENGTHS * memory / spacing)
        points = max(points, min(wanted, MAX_POINTS))
    return int(fft.next_fast_len(points, real=True))


def subsurface_fields(
    stack: LayeredStack,
    *,
    along: FloatArray,
    pressure: FloatArray,
    shear: FloatArray,
    depth: FloatArray,
    speed: float = 0.0,
) -> SubsurfaceFields:
    """Return displacement and stress at depth from the tractions on the surface.

    Parameters
    ----------
    stack : LayeredStack
        The solid.
    along : ndarray, shape (n,)
        Node positions, equal steps [m].
    pressure, shear : ndarray, shape (n,)
        Contact pressure and shear traction on the tissue towards +x at the nodes [Pa].
    depth : ndarray, shape (n_depth,)
        Depths, increasing, within the stack [m]; a depth on an interface is in the lower layer.
    speed : float
        Speed along x, signed [m/s]; 0 long-term rest, inf instantaneous.

    Returns
    -------
    SubsurfaceFields
        Fields at the nodes.

    Raises
    ------
    InputError
        When a depth lies outside the stack or depths do not increase.

    Notes
    -----
    Spectral: states are propagated analytically in depth, nothing is differentiated.  Fields are
    averages over one node spacing along; nearer to the surface than that, the cusps at the ends
    of a contact are rounded.
    """
    depth = np.ascontiguousarray(np.atleast_1d(depth), dtype=float)
    if np.any(depth < 0.0) or depth[-1] > stack.thickness.sum() or np.any(np.diff(depth) <= 0.0):
        raise InputError(
            f"depths run from {depth.min():.3g} to {depth.max():.3g} m; they must increase and "
            f"stay within 0 and {stack.thickness.sum():.3g} m"
        )
    if speed < 0.0:
        flipped = subsurface_fields(
            stack,
            along=-along[::-1],
            pressure=pressure[::-1],
            shear=-shear[::-1],
            depth=depth,
            speed=-speed,
        )
        return _mirror(flipped)
    n = along.size
    spacing = float(along[-1] - along[0]) / (n - 1)
    points = box_points(stack, speed, spacing, n)
    k = 2.0 * np.pi * fft.rfftfreq(points, d=spacing)
    traction = traction_spectra(pressure, shear, spacing, points, k)
    # the surface comes first: displacements are taken relative to it
    levels = depth if depth[0] == 0.0 else np.concatenate([[0.0], depth])
    spectrum = stress_spectra(stack, k[1:], speed, traction[1:], levels)
    origin = stress_spectra(stack, *near_zero(pressure, shear, spacing, k[1], speed), levels)
    full = np.concatenate([np.zeros((6, levels.size, 1)), spectrum], axis=2)
    for part in (full, origin):
        part[:2] -= part[:2, :1]
    field = fft.irfft(full[:, levels.size - depth.size :], points, axis=-1)[..., :n]
    place = np.arange(n, dtype=float) * spacing
    field += corner(origin, float(k[1]), points, place)[:, levels.size - depth.size :]
    return SubsurfaceFields(
        depth, along, field[0], field[1], field[2], field[3], field[4], field[5]
    )


def traction_spectra(
    pressure: FloatArray, shear: FloatArray, spacing: float, points: int, k: FloatArray
) -> ComplexArray:
    """Return shear and pressure per wavenumber, averaged over one node spacing, shape (n_k, 2)."""
    average = traction_average(k, spacing)
    out = np.zeros((k.size, 2), dtype=complex)
    for column, traction in ((0, shear), (1, pressure)):
        if traction.any():
            full = fft.rfft(refined(traction), points * SUBDIVISIONS)
            out[:, column] = full[: k.size] * average
    return out


def near_zero(
    pressure: FloatArray, shear: FloatArray, spacing: float, step: float, speed: float
) -> tuple[FloatArray, float, ComplexArray]:
    """Return three wavenumbers next to zero, the speed, and the tractions there."""
    k = ZERO_FRACTION * step * np.array([1.0, 2.0, 3.0])
    place = spacing / SUBDIVISIONS * np.arange((pressure.size - 1) * SUBDIVISIONS + 1)
    phase = np.exp(-1j * k[:, None] * place)
    fine = np.stack([refined(shear), refined(pressure)], axis=1)
    return k, speed, phase @ fine / SUBDIVISIONS


def trend_of(origin: ComplexArray, step: float, points: int) -> FloatArray:
    """Return the share of k = 0, and what the sum misses because a spectrum has a corner there.

    Parameters
    ----------
    origin : ndarray of complex128, shape (..., 3)
        Spectra at `ZERO_FRACTION` of the first wavenumber times 1, 2 and 3.
    step : float
        First wavenumber of the box [1/m].
    points : int
        Points of the box.

    Returns
    -------
    ndarray, shape (..., 3)
        Value, slope and curvature along x of the polynomial to add.

    Notes
    -----
    Near 0 a spectrum is A/k + B + C k; A belongs to layers that slide freely as a whole.  Euler
    and Maclaurin: the integral over k > 0 is the trapezoidal sum plus step^2/12 times the slope
    at 0 of (A/k + B + C k) e^{ikx}; without it the images of the box cost z/L^2 in stress.
    """
    k = ZERO_FRACTION * step
    one, two, three = (i * k * origin[..., i - 1] for i in (1, 2, 3))
    pole = 3.0 * one - 3.0 * two + three
    value = (-2.5 * one + 4.0 * two - 1.5 * three) / k
    slope = (one - 2.0 * two + three) / (2.0 * k * k)
    share, bend = 1.0 / points, step / (6.0 * points)
    return np.stack(
        [
            value.real * share + slope.real * bend,
            -pole.imag * share - value.imag * bend,
            -0.5 * pole.real * bend,
        ],
        axis=-1,
    )


def corner(origin: ComplexArray, step: float, points: int, place: FloatArray) -> FloatArray:
    """Return the polynomial of `trend_of` at some places, shape (..., n).

    Parameters
    ----------
    origin, step, points
        As in `trend_of`.
    place : ndarray, shape (n,)
        Places from the first node [m].
    """
    value, slope, bend = np.moveaxis(trend_of(origin, step, points)[..., None], -2, 0)
    return np.asarray(value + place * (slope + place * bend))


def depth_profiles(
    stack: LayeredStack,
    *,
    along: FloatArray,
    pressure: FloatArray,
    shear: FloatArray,
    depth: FloatArray,
    speed: float = 0.0,
) -> DepthProfiles:
    """Return the largest stresses along each depth, faster than whole fields.

    Parameters
    ----------
    stack, along, pressure, shear, speed
        As in `subsurface_fields`.
    depth : ndarray, shape (n_depth,)
        Depths > 0, increasing [m].

    Returns
    -------
    DepthProfiles
        Peaks along x; each depth uses a grid as coarse as its shortest surviving wave allows.
    """
    n = along.size
    spacing = float(along[-1] - along[0]) / (n - 1)
    if speed < 0.0:  # a mirror does not change peaks
        pressure, shear, speed = pressure[::-1], -shear[::-1], -speed
    points = box_points(stack, speed, spacing, n)
    k = 2.0 * np.pi * fft.rfftfreq(points, d=spacing)
    keep = int(min(k.size, PROFILE_SCALED_DEPTH / (float(depth[0]) * k[1]) + 2))
    traction = traction_spectra(pressure, shear, spacing, points, k)[:keep]
    depth = np.ascontiguousarray(depth, dtype=float)
    origin = stress_spectra(stack, *near_zero(pressure, shear, spacing, k[1], speed), depth)[2:]
    rest = stress_spectra(stack, k[1:keep], speed, traction[1:], depth)[2:]
    spectrum = np.concatenate([np.zeros((4, depth.size, 1)), rest], axis=2)
    peaks = np.empty((3, depth.size))
    for i, z in enumerate(depth):
        used = int(min(keep, PROFILE_SCALED_DEPTH / (float(z) * k[1]) + 2))
        size = fft.next_fast_len(min(points, PROFILE_SAMPLES * used), real=True)
        field = fft.irfft(spectrum[:, i, :used], size, axis=-1) * (size / points)
        place = 2.0 * np.pi / k[1] * np.arange(size) / size
        inside = place <= spacing * n
        field += corner(origin[:, i : i + 1], k[1], points, place)[:, 0]
        x, down, across, slide = field[:, inside]
        peaks[0, i] = (0.25 * (x - down) ** 2 + slide**2).max()
        spread = 0.5 * ((x - across) ** 2 + (across - down) ** 2 + (down - x) ** 2)
        peaks[1, i] = (spread + 3.0 * slide**2).max()
        peaks[2, i] = -down.min()
    return DepthProfiles(depth, np.sqrt(peaks[0]), np.sqrt(peaks[1]), peaks[2])


def _mirror(fields: SubsurfaceFields) -> SubsurfaceFields:
    """Return the fields seen in a mirror across the depth axis."""
    return SubsurfaceFields(
        depth=fields.depth,
        along=-fields.along[::-1],
        displacement_along=-fields.displacement_along[:, ::-1],
        displacement_depth=fields.displacement_depth[:, ::-1],
        stress_along=fields.stress_along[:, ::-1],
        stress_depth=fields.stress_depth[:, ::-1],
        stress_across=fields.stress_across[:, ::-1],
        stress_shear=-fields.stress_shear[:, ::-1],
    )
