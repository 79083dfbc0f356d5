"""Fields of a steady contact on a section: what a Dataset holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from softsim.engines.linear.medium.compliance import layered_compliance
from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.spectra import DISPLACEMENTS, STRAINS, Field, layer_at
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray, LayeredStack
from softsim.engines.linear.section.contact import DATUM_EXTENTS, SlidingContact, point_values
from softsim.engines.linear.section.green import SlidingMedium, green_function, hat_column
from softsim.engines.linear.section.green_at_depth import GreenTables, green_tables
from softsim.engines.linear.section.traction import SUBDIVISIONS, refined, traction_grid
from softsim.kernels.solvers.plane_contact import near_product
from softsim.kernels.tables.arrays import GreenFunction
from softsim.kernels.tables.modes import cubic_values

Nodes = NDArray[np.int64]

# Waves kept: e^{-15} at the depth; samples per shortest wave, with cubic interpolation between.
FIELD_DECAY = 15.0
FIELD_SAMPLES = 8
TABLE_ENTRIES = 8  # each as large as a result with many rows


@dataclass(frozen=True, eq=False)
class SectionFields:
    """Fields on (depth, column), the skin first.

    Parameters
    ----------
    values : ndarray, shape (10, n_depth, n_columns)
        As in `spectra.field_spectra`, stresses without the prestress.
    stored, dissipated : ndarray, shape (n_depth, n_columns)
        Energy stored above the undisturbed state and dissipated [J/m^3].
    in_branches : ndarray, shape (n_depth, n_columns)
        Part of the stored energy in the branches, which is lost in the end [J/m^3].
    """

    values: FloatArray
    stored: FloatArray
    in_branches: FloatArray
    dissipated: FloatArray

    def at(self, rows: Nodes) -> SectionFields:
        """Return the fields at some of the depths.

        Parameters
        ----------
        rows : ndarray of int64, shape (n_rows,)
            Numbers of the depths.
        """
        energies = (part[rows] for part in (self.stored, self.in_branches, self.dissipated))
        return SectionFields(self.values[:, rows], *energies)


@dataclass(frozen=True, eq=False)
class _Skin:
    """Green's functions of the skin at one stack, speed and spacing, and of hats of traction."""

    point: dict[str, GreenFunction]
    shear: FloatArray
    coupled: FloatArray
    spectra: ComplexArray


@kept(entries=32)
def _skin_green(stack: LayeredStack, speed: float, spacing: float, n: int) -> _Skin:
    """Return the Green's functions of the displacement of the skin."""
    compliance = layered_compliance(stack, speed, spacing=spacing, extent=spacing * n)
    point = {name: green_function(compliance, name) for name in ("zz", "zx", "xx")}
    far = point["xx"].far_log * np.log(DATUM_EXTENTS * spacing * n) * spacing
    shear = hat_column(point["xx"], spacing, n) + far
    coupled = -hat_column(point["zx"], spacing, n)
    spectra = fft.rfft(np.stack([shear, coupled]), _convolved_size(n))
    return _Skin(point, shear, coupled, np.asarray(spectra))


def _convolved_size(n: int) -> int:
    """Return the length of a circle on which n loads and 2 n - 1 lags do not meet themselves."""
    return int(fft.next_fast_len(2 * n - 1, real=True))


def _skin_displacement(contact: SlidingContact, columns: Nodes) -> FloatArray:
    """Return the displacement of the skin at some nodes, along and depth, (2, n_columns) [m].

    Nodes below 0 and from n on lie outside the grid of the contact; along x it is, over a
    half-space, relative to the surface ten extents away.
    """
    medium = contact.medium
    n, spacing = medium.count, medium.spacing
    skin = _skin_green(medium.stack, medium.speed, spacing, n)
    size = _convolved_size(n)
    loads = np.stack([contact.contact_shear, contact.contact_pressure])
    total = (skin.spectra * fft.rfft(loads, size)).sum(axis=0)
    along = fft.irfft(total, size)[n - 1 : 2 * n - 1]
    inside = np.clip(columns, 0, n - 1)
    out = np.stack([along[inside], contact.displacement[inside]])
    for edge, beyond in ((0, columns < 0), (n - 1, columns >= n)):
        if beyond.any():
            places = np.append(columns[beyond], edge) * spacing + contact.along[0]
            far = _far_displacement(skin, contact, places)
            out[:, beyond] = far[:, :-1] + (
                np.array([along[edge], contact.displacement[edge]]) - far[:, -1]
            ).reshape(2, 1)
    return out


def skin_shift(contact: SlidingContact, first: int, last: int) -> FloatArray:
    """Return the displacement along of a short piece of the skin by direct sums [m].

    Parameters
    ----------
    contact : SlidingContact
    first, last : int
        Nodes that hold the whole contact, the last included.

    Returns
    -------
    ndarray, shape (last - first + 1,)
    """
    medium = contact.medium
    n, spacing = medium.count, medium.spacing
    skin = _skin_green(medium.stack, medium.speed, spacing, n)
    lags = slice(n - 1 - (last - first), n + last - first)
    along, coupled = np.empty((2, last - first + 1))
    near_product(skin.shear[lags], contact.contact_shear[first : last + 1], along)
    near_product(skin.coupled[lags], contact.contact_pressure[first : last + 1], coupled)
    return np.asarray(along + coupled)


def _far_displacement(skin: _Skin, contact: SlidingContact, places: FloatArray) -> FloatArray:
    """Return the displacement far from the contact up to a constant, (2, n) [m]."""
    loaded = np.flatnonzero(contact.contact_pressure)
    push = contact.spacing * contact.contact_pressure[loaded]
    drag = contact.spacing * contact.contact_shear[loaded]
    distance = (places[:, None] - contact.along[loaded]).ravel()
    shape = (places.size, loaded.size)
    zz, zx, xx = (
        point_values(skin.point[name], distance, np.empty(distance.size)).reshape(shape)
        for name in ("zz", "zx", "xx")
    )
    return np.stack([xx @ drag - zx @ push, zz @ push + zx @ drag])


def section_fields(contact: SlidingContact, depth: FloatArray, columns: Nodes) -> SectionFields:
    """Return all fields under a steady contact.

    Parameters
    ----------
    contact : SlidingContact
        On a stack with incremental moduli (from `increments.linear_stack`).
    depth : ndarray, shape (n_depth,)
        Increasing, the first is 0 [m].
    columns : ndarray of int64, shape (n_columns,)
        Numbers of nodes, increasing; may lie beyond the grid of the contact.

    Notes
    -----
    Aperiodic: Green's functions on a logarithmic grid, convolved with the pressure on a window that
    holds all columns.
    """
    medium, stack, spacing = contact.medium, contact.medium.stack, contact.spacing
    middle = round((contact.contact_shift - float(contact.along[0])) / spacing)
    reach = 2 * int(np.abs(columns - middle).max()) + int(4.0 * contact.half_width / spacing) + 8
    points = 2 ** int(np.ceil(np.log2(reach)))
    spectra = _spectra(medium, depth, points)
    spectrum = _pressure_spectrum(contact, middle, points)
    values = np.empty((len(Field), depth.size, columns.size))
    stored, dissipated = np.zeros((2, depth.size, columns.size))
    interpolations: dict[int, CubicSamples] = {}
    for i, (z, layer) in enumerate(zip(depth, layer_at(stack, depth), strict=True)):
        size = _samples_at(float(z), spacing, points)
        step = points // size
        if size not in interpolations:
            places = np.arange(size) * float(step) + (middle - points // 2)
            interpolations[size] = CubicSamples(places, columns.astype(float))
        on_columns = interpolations[size]
        branches = _branches(stack, int(layer), medium.speed)
        count = len(Field) + 3 * max((branch + 1 for branch, _ in branches), default=0)
        fields = fft.irfft(spectra[i][:count] * spectrum[: size // 2 + 1], size, axis=-1)
        values[:, i] = on_columns(fields[: len(Field)])
        if branches:
            energy = _branch_energies(stack, int(layer), branches, fields[len(Field) :])
            energy[1] = _passed(energy[1], step * spacing)
            stored[i], dissipated[i] = on_columns(energy)
    in_branches = stored.copy()
    add_long_term(stack, depth, values, stored)
    skin = _skin_displacement(contact, columns)
    if stack.is_half_space:  # one datum for all depths
        values[DISPLACEMENTS] += (skin - values[DISPLACEMENTS, 0])[:, None, :1]
    values[DISPLACEMENTS, 0] = skin
    return SectionFields(values, stored, in_branches, dissipated)


def _samples_at(depth: float, spacing: float, points: int) -> int:
    """Return the number of samples of a window that hold the waves that reach a depth."""
    waves = FIELD_DECAY * spacing * points / (2.0 * np.pi * max(depth, 1e-30)) + 2.0
    size = points
    while size > 2 * FIELD_SAMPLES and size > 2 * FIELD_SAMPLES * waves:
        size //= 2
    return size


@kept(entries=TABLE_ENTRIES)
def _spectra(medium: SlidingMedium, depth: FloatArray, points: int) -> tuple[ComplexArray, ...]:
    """Return the transforms of the Green's functions of every depth on a window of nodes."""
    tables, spacing = _tables(medium, depth), medium.spacing
    sizes = [_samples_at(float(z), spacing, points) for z in depth]
    return tuple(
        np.asarray(fft.rfft(tables.samples(i, spacing * points / size, size), axis=-1))
        for i, size in enumerate(sizes)
    )


@kept(entries=TABLE_ENTRIES)
def _tables(medium: SlidingMedium, depth: FloatArray) -> GreenTables:
    """Return the Green's functions of all fields and of the branch strains."""
    stack = medium.stack
    layer = layer_at(stack, depth)
    count = stack.prony_time.shape[1] if 0.0 < medium.speed < np.inf else 0

    def with_branches(fields: ComplexArray, omega: FloatArray) -> ComplexArray:
        late = 1j * omega[:, None, None] * stack.prony_time[layer].T[None]
        parts = [fields]
        for branch in range(count):
            share = late[:, branch] / (1.0 + late[:, branch])
            parts.append(fields[STRAINS] * share.T)
        return np.concatenate(parts)

    return green_tables(medium, depth, with_branches, long_waves=stack.is_half_space)


def _branch_energies(
    stack: LayeredStack, layer: int, branches: list[tuple[int, float]], strains: FloatArray
) -> FloatArray:
    """Return the energy in the branches and its loss per length of travel, (2, n) [J/m^3, J/m^4].

    Parameters
    ----------
    stack : LayeredStack
    layer : int
    branches : list of (int, float)
        See `_branches`.
    strains : ndarray, shape (at least 3 n_branches, n)
        Of the branches, three after three [-].
    """
    out = np.zeros((2, strains.shape[-1]))
    for branch, rate in branches:
        weight = stack.prony_weight[layer, branch]
        moduli = weight * stack.incremental.relaxing[layer]
        energy = quadratic(moduli, strains[3 * branch : 3 * branch + 3])
        out[0] += energy
        energy *= rate
        out[1] += energy
    out[0] *= 0.5
    return out


def _passed(rate: FloatArray, step: float) -> FloatArray:
    """Return the integral of a rate from every sample to the last one."""
    steps = rate[1:] + rate[:-1]
    steps *= 0.5 * step
    return np.append(np.cumsum(steps[::-1])[::-1], 0.0)


def _pressure_spectrum(contact: SlidingContact, middle: int, points: int) -> ComplexArray:
    """Return the transform of the pressure, node `middle` in the middle of the window [Pa m]."""
    spacing, loaded = contact.spacing, np.flatnonzero(contact.contact_pressure)
    first, last = max(int(loaded[0]) - 2, 0), min(int(loaded[-1]) + 3, contact.along.size)
    k, average = traction_grid(points, spacing)
    fine = fft.rfft(refined(contact.contact_pressure[first:last]), points * SUBDIVISIONS)[: k.size]
    shift = (points // 2 + first - middle) * spacing
    return np.asarray(fine * (average * spacing) * np.exp(-1j * shift * k))


def _branches(stack: LayeredStack, layer: int, speed: float) -> list[tuple[int, float]]:
    """Return the branches of a layer that work, each with 1/(V tau) [1/m]."""
    if not 0.0 < speed < np.inf:
        return []
    times = stack.prony_time[layer]
    return [
        (int(i), float(1.0 / (speed * times[i]))) for i in np.flatnonzero(stack.prony_weight[layer])
    ]


class CubicSamples:
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
        out = np.empty((values.shape[0], self.first.size))
        cubic_values(values, self.first, self.weights, out)
        return out


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
    # in place: the arrays are long, and this is asked for every row and branch
    total = l11 * along
    total += (2.0 * l12) * down
    total *= along
    for modulus, part in ((l22, down), (shear, slide)):
        square = modulus * part
        square *= part
        total += square
    return np.asarray(total)


def add_long_term(
    stack: LayeredStack, depth: FloatArray, values: FloatArray, stored: FloatArray
) -> None:
    """Add the energy that stays, with the work against the prestress.

    Parameters
    ----------
    stack : LayeredStack
    depth : ndarray, shape (n_depth,)
        [m].
    values : ndarray, shape (10, n_depth, n)
        As in `spectra.field_spectra`.
    stored : ndarray, shape (n_depth, n)
        Added to [J/m^3].
    """
    layer = layer_at(stack, depth)
    remaining = 1.0 - stack.prony_weight.sum(axis=1)
    moduli = stack.incremental.elastic + remaining[:, None] * stack.incremental.relaxing
    tension = stack.incremental.tension[layer, 0][:, None]
    stored += 0.5 * quadratic(moduli[layer], values[STRAINS])
    stored += tension * (values[Field.STRAIN_ALONG] + 0.5 * values[Field.SLOPE] ** 2)
