"""Fields of a steady contact on a section: what a Dataset holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from softsim.engines.linear.contact_2d import DATUM_EXTENTS, SlidingContact, point_values
from softsim.engines.linear.fields import (
    PROFILE_SCALED_DEPTH,
    box_points,
    corner,
    near_zero,
    traction_spectra,
)
from softsim.engines.linear.influence import PointKernel, hat_column, point_kernel
from softsim.engines.linear.response import ArrayCache, hash_of, layered_response
from softsim.engines.linear.spectra import N_FIELDS, SLOPE, STRAINS, field_spectra, layer_at
from softsim.engines.linear.stack import ComplexArray, FloatArray, LayeredStack

Nodes = NDArray[np.int64]

# The box is at least this many stack thicknesses long, and has at most so many points.
BOX_THICKNESSES = 4.0
MAX_BOX = 2**19
# Samples per shortest wave that survives at a depth; cubic interpolation in between.
SAMPLES = 8
KERNELS = ArrayCache(32)


@dataclass(frozen=True, eq=False)
class SectionFields:
    """Fields on (depth, column), the skin first.

    Parameters
    ----------
    values : ndarray, shape (10, n_depth, n_columns)
        As in `spectra.field_spectra`, stresses without the prestress.
    stored, dissipated : ndarray, shape (n_depth, n_columns)
        Energy stored above the undisturbed state and dissipated [J/m^3].
    """

    values: FloatArray
    stored: FloatArray
    dissipated: FloatArray


@dataclass(frozen=True, eq=False)
class _Skin:
    """Kernels of the skin at one stack, speed and grid."""

    point: dict[str, PointKernel]
    shear: FloatArray
    coupled: FloatArray


def _skin_kernels(stack: LayeredStack, speed: float, spacing: float, n: int) -> _Skin:
    """Return the kernels of the displacement of the skin, from the cache if known."""

    def make() -> _Skin:
        response = layered_response(stack, speed, spacing=spacing, extent=spacing * n)
        point = {name: point_kernel(response, name) for name in ("zz", "zx", "xx")}
        far = point["xx"].far_log * np.log(DATUM_EXTENTS * spacing * n) * spacing
        shear = hat_column(point["xx"], spacing, n) + far
        return _Skin(point, shear, -hat_column(point["zx"], spacing, n))

    skin: _Skin = KERNELS.get(hash_of(stack.key, speed, spacing, n), make)
    return skin


def skin_displacement(
    stack: LayeredStack, contact: SlidingContact, speed: float, columns: Nodes
) -> FloatArray:
    """Return the displacement of the skin at some nodes, along and depth [m].

    Parameters
    ----------
    stack : LayeredStack
    contact : SlidingContact
        Motion towards +x.
    speed : float
        >= 0 [m/s].
    columns : ndarray of int64, shape (n_columns,)
        Numbers of nodes; below 0 and from n on they lie outside the grid of the contact.

    Returns
    -------
    ndarray, shape (2, n_columns)
        Along x over a half-space relative to the surface ten extents away.
    """
    n = contact.along.size
    spacing = float(contact.along[-1] - contact.along[0]) / (n - 1)
    skin = _skin_kernels(stack, speed, spacing, n)
    size = fft.next_fast_len(2 * n - 1, real=True)
    total = fft.rfft(skin.shear, size) * fft.rfft(contact.contact_shear, size)
    total += fft.rfft(skin.coupled, size) * fft.rfft(contact.contact_pressure, size)
    along = fft.irfft(total, size)[n - 1 : 2 * n - 1]
    inside = np.clip(columns, 0, n - 1)
    out = np.stack([along[inside], contact.displacement[inside]])
    for edge, beyond in ((0, columns < 0), (n - 1, columns >= n)):
        if beyond.any():
            places = np.append(columns[beyond], edge) * spacing + contact.along[0]
            far = _far_displacement(skin, contact, places, spacing)
            out[:, beyond] = far[:, :-1] + (
                np.array([along[edge], contact.displacement[edge]]) - far[:, -1]
            ).reshape(2, 1)
    return out


def _far_displacement(
    skin: _Skin, contact: SlidingContact, places: FloatArray, spacing: float
) -> FloatArray:
    """Return the displacement far from the contact up to a constant, (2, n) [m]."""
    loaded = np.flatnonzero(contact.contact_pressure)
    push = spacing * contact.contact_pressure[loaded]
    drag = spacing * contact.contact_shear[loaded]
    distance = (places[:, None] - contact.along[loaded]).ravel()
    shape = (places.size, loaded.size)
    zz, zx, xx = (
        point_values(skin.point[name], distance, np.empty(distance.size)).reshape(shape)
        for name in ("zz", "zx", "xx")
    )
    return np.stack([xx @ drag - zx @ push, zz @ push + zx @ drag])


@dataclass(frozen=True, eq=False)
class _Box:
    """The padded periodic box of a contact."""

    length: float
    points: int
    middle: float

    def samples(self, depth: float, n_waves: int) -> tuple[int, int]:
        """Return how many waves survive at a depth, and how many samples they need."""
        first = 2.0 * np.pi / self.length
        used = n_waves
        if depth > 0.0:
            used = int(min(n_waves, PROFILE_SCALED_DEPTH / (depth * first) + 2))
        wanted = fft.next_fast_len(SAMPLES * used, real=True)
        return used, int(min(self.points, wanted))

    def places(self, size: int) -> tuple[FloatArray, int]:
        """Return sample places from half a box behind the middle on, and the roll to them [m]."""
        step = self.length / size
        first = int(np.ceil((self.middle - 0.5 * self.length) / step))
        return (first + np.arange(size)) * step, -first


def section_fields(
    stack: LayeredStack,
    contact: SlidingContact,
    depth: FloatArray,
    speed: float,
    thickness: float,
    columns: Nodes,
) -> SectionFields:
    """Return all fields under a steady contact.

    Parameters
    ----------
    stack : LayeredStack
        With incremental moduli (from `tangent.linear_stack`).
    contact : SlidingContact
        Motion towards +x.
    depth : ndarray, shape (n_depth,)
        Increasing, the first is 0 [m].
    speed : float
        >= 0 [m/s].
    thickness : float
        Of the stack [m].
    columns : ndarray of int64, shape (n_columns,)
        Numbers of the nodes wanted, increasing; may lie beyond the grid of the contact.
    """
    n = contact.along.size
    spacing = float(contact.along[-1] - contact.along[0]) / (n - 1)
    pressure, shear = contact.contact_pressure, contact.contact_shear
    least = min(int(BOX_THICKNESSES * thickness / spacing), MAX_BOX)
    points = max(box_points(stack, speed, spacing, n), fft.next_fast_len(least, real=True))
    box = _Box(points * spacing, points, contact.contact_shift - float(contact.along[0]))
    k = 2.0 * np.pi * fft.rfftfreq(points, d=spacing)
    traction = traction_spectra(pressure, shear, spacing, points, k)
    near = near_zero(pressure, shear, spacing, float(k[1]), speed)
    place = columns * spacing
    values = np.empty((N_FIELDS, depth.size, columns.size))
    stored, dissipated = np.zeros((2, depth.size, columns.size))
    skin = field_spectra(stack, k[1:], speed, traction[1:], np.zeros(1))
    skin_near = field_spectra(stack, *near, np.zeros(1))
    for i, z in enumerate(depth):
        used, size = box.samples(float(z), k.size)
        waves, level = k[1:used], np.array([z])
        spectrum = skin[:, :, : used - 1]
        origin = skin_near
        if z > 0.0:
            spectrum = field_spectra(stack, waves, speed, traction[1:used], level)
            origin = field_spectra(stack, *near, level)
        spectrum = np.concatenate([np.zeros((N_FIELDS, 1)), spectrum[:, 0]], axis=1)
        origin = origin.copy()
        spectrum[:2, 1:] -= skin[:2, 0, : used - 1]
        origin[:2] -= skin_near[:2]
        where, roll = box.places(size)

        def sampled(
            part: ComplexArray,
            zero: ComplexArray,
            size: int = size,
            where: FloatArray = where,
            roll: int = roll,
        ) -> FloatArray:
            field = np.roll(fft.irfft(part, size, axis=-1), roll, axis=-1) * (size / points)
            return np.asarray(field + corner(zero[:, 0], float(k[1]), points, where))

        on_columns = _Interpolation(where, place)
        values[:, i] = on_columns(sampled(spectrum, origin))
        layer = int(layer_at(stack, level)[0])
        for held, lost in _branches(stack, layer, waves, near[0], speed, spectrum, origin, sampled):
            stored[i] += on_columns(held[None])[0]
            steps = 0.5 * (lost[1:] + lost[:-1]) * (where[1] - where[0])
            passed = np.append(np.cumsum(steps[::-1])[::-1], 0.0)
            dissipated[i] += on_columns(passed[None])[0]
    _add_long_term(stack, depth, values, stored)
    values[:2] += skin_displacement(stack, contact, speed, columns)[:, None]
    return SectionFields(values, stored, dissipated)


class _Interpolation:
    """Cubic interpolation from even samples to some places, exact where they coincide.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        Even places [m].
    places : ndarray, shape (m,)
        Within the samples [m].
    """

    def __init__(self, samples: FloatArray, places: FloatArray) -> None:
        position = (places - samples[0]) / (samples[1] - samples[0])
        nearest = np.round(position)
        position = np.where(np.abs(position - nearest) < 1e-6, nearest, position)
        self.first = np.clip(position.astype(np.int64) - 1, 0, samples.size - 4)
        t = position - self.first
        self.weights = np.stack(
            [
                -(t - 1.0) * (t - 2.0) * (t - 3.0) / 6.0,
                t * (t - 2.0) * (t - 3.0) / 2.0,
                -t * (t - 1.0) * (t - 3.0) / 2.0,
                t * (t - 1.0) * (t - 2.0) / 6.0,
            ]
        )

    def __call__(self, values: FloatArray) -> FloatArray:
        """Return fields (n_fields, m) from their samples (n_fields, n)."""
        return np.asarray(
            sum(self.weights[j] * values[:, self.first + j] for j in range(4)), dtype=float
        )


def quadratic(moduli: FloatArray, strain: FloatArray) -> FloatArray:
    """Return e : L : e.

    Parameters
    ----------
    moduli : ndarray, shape (..., 6)
        L11, L12, L22, G, ... [Pa].
    strain : ndarray, shape (3, ..., n)
        Along, in depth, engineering shear [-].
    """
    l11, l12, l22, shear = np.moveaxis(moduli[..., None, :4], -1, 0)
    along, down, slide = strain
    return np.asarray(
        l11 * along**2 + 2.0 * l12 * along * down + l22 * down**2 + shear * slide**2
    )


def _add_long_term(
    stack: LayeredStack, depth: FloatArray, values: FloatArray, stored: FloatArray
) -> None:
    """Add the energy that stays, with the work against the prestress."""
    assert stack.incremental is not None
    layer = layer_at(stack, depth)
    kept = 1.0 - stack.branch_weight.sum(axis=1)
    moduli = stack.incremental.elastic + kept[:, None] * stack.incremental.relaxing
    tension = stack.incremental.tension[layer, 0][:, None]
    stored += 0.5 * quadratic(moduli[layer], values[STRAINS])
    stored += tension * (values[6] + 0.5 * values[SLOPE] ** 2)


def _branches(  # type: ignore[no-untyped-def]
    stack: LayeredStack,
    layer: int,
    waves: FloatArray,
    near: FloatArray,
    speed: float,
    spectrum: ComplexArray,
    origin: ComplexArray,
    sampled,
) -> list[tuple[FloatArray, FloatArray]]:
    """Return for each branch what its spring holds [J/m^3] and what is lost per length [J/m^4]."""
    assert stack.incremental is not None
    found = []
    for weight, time in zip(stack.branch_weight[layer], stack.branch_time[layer], strict=True):
        if weight == 0.0 or not 0.0 < speed < np.inf:
            continue
        late, early = (-1j * q * speed * time for q in (waves, near))
        part = spectrum[STRAINS].copy()
        part[:, 1:] *= late / (1.0 + late)
        strain = sampled(part, origin[STRAINS] * (early / (1.0 + early)))
        energy = weight * quadratic(stack.incremental.relaxing[layer], strain)
        found.append((0.5 * energy, energy / (speed * time)))
    return found
