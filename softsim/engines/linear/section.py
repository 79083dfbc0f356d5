"""Fields of a steady contact on a section: what a Dataset holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

from softsim.engines.linear.contact_2d import DATUM_EXTENTS, SlidingContact
from softsim.engines.linear.fields import MAX_POINTS, box_points, corner, near_zero, traction_spectra
from softsim.engines.linear.influence import hat_column, point_kernel
from softsim.engines.linear.response import ArrayCache, hash_of, layered_response
from softsim.engines.linear.spectra import N_FIELDS, SLOPE, STRAINS, field_spectra, layer_at
from softsim.engines.linear.stack import ComplexArray, FloatArray, LayeredStack

ROWS_AT_ONCE = 8
# The box is at least this many stack thicknesses long.
BOX_THICKNESSES = 4.0
AHEAD = ArrayCache(32)


@dataclass(frozen=True, eq=False)
class SectionFields:
    """Fields on (depth, node), the skin first.

    Parameters
    ----------
    values : ndarray, shape (10, n_depth, n)
        As in `spectra.field_spectra`, stresses without the prestress.
    stored, dissipated : ndarray, shape (n_depth, n)
        Energy stored above the undisturbed state and dissipated [J/m^3].
    """

    values: FloatArray
    stored: FloatArray
    dissipated: FloatArray


def surface_along(stack: LayeredStack, contact: SlidingContact, speed: float) -> FloatArray:
    """Return the displacement of the skin along x [m].

    Parameters
    ----------
    stack : LayeredStack
    contact : SlidingContact
        Motion towards +x.
    speed : float
        >= 0 [m/s].

    Returns
    -------
    ndarray, shape (n,)
        Over a half-space relative to the surface ten extents away.
    """
    n = contact.along.size
    spacing = float(contact.along[-1] - contact.along[0]) / (n - 1)

    def make() -> tuple[FloatArray, FloatArray]:
        response = layered_response(stack, speed, spacing=spacing, extent=spacing * n)
        shear = point_kernel(response, "xx")
        far = shear.far_log * np.log(DATUM_EXTENTS * spacing * n) * spacing
        coupled = hat_column(point_kernel(response, "zx"), spacing, n)
        return hat_column(shear, spacing, n) + far, -coupled

    columns = AHEAD.get(hash_of(stack.key, speed, spacing, n), make)
    size = fft.next_fast_len(2 * n - 1, real=True)
    total = np.zeros(size // 2 + 1, dtype=complex)
    for column, traction in zip(
        columns, (contact.contact_shear, contact.contact_pressure), strict=True
    ):
        total += fft.rfft(column, size) * fft.rfft(traction, size)
    return np.asarray(fft.irfft(total, size)[n - 1 : 2 * n - 1])


def section_fields(
    stack: LayeredStack, contact: SlidingContact, depth: FloatArray, speed: float, thickness: float
) -> SectionFields:
    """Return all fields under a steady contact.

    Parameters
    ----------
    stack : LayeredStack
    contact : SlidingContact
        Motion towards +x.
    depth : ndarray, shape (n_depth,)
        Increasing, the first is 0 [m].
    speed : float
        >= 0 [m/s].
    thickness : float
        Of the stack [m].
    """
    n = contact.along.size
    spacing = float(contact.along[-1] - contact.along[0]) / (n - 1)
    pressure, shear = contact.contact_pressure, contact.contact_shear
    least = min(int(BOX_THICKNESSES * thickness / spacing), 2 * MAX_POINTS)
    points = max(box_points(stack, speed, spacing, n), fft.next_fast_len(least, real=True))
    k = 2.0 * np.pi * fft.rfftfreq(points, d=spacing)
    traction = traction_spectra(pressure, shear, spacing, points, k)
    zero = near_zero(pressure, shear, spacing, float(k[1]), speed)
    place = np.arange(n, dtype=float) * spacing
    values = np.empty((N_FIELDS, depth.size, n))
    stored, dissipated = np.zeros((2, depth.size, n))
    skin: ComplexArray | None = None
    skin_zero: ComplexArray | None = None
    for start in range(0, depth.size, ROWS_AT_ONCE):
        rows = slice(start, min(start + ROWS_AT_ONCE, depth.size))
        spectrum = np.zeros((N_FIELDS, rows.stop - start, k.size), dtype=complex)
        spectrum[:, :, 1:] = field_spectra(stack, k[1:], speed, traction[1:], depth[rows])
        origin = field_spectra(stack, *zero, depth[rows])
        if skin is None or skin_zero is None:
            skin, skin_zero = spectrum[:2, :1].copy(), origin[:2, :1].copy()
        spectrum[:2] -= skin
        origin[:2] -= skin_zero

        def on_nodes(part: ComplexArray, near: ComplexArray) -> FloatArray:
            field = fft.irfft(part, points, axis=-1)[..., :n]
            return np.asarray(field + corner(near, float(k[1]), points, place))

        values[:, rows] = on_nodes(spectrum, origin)
        _add_energies(
            stack, k, zero[0], speed, spectrum[STRAINS], origin[STRAINS], on_nodes,
            depth[rows], spacing, stored[rows], dissipated[rows],
        )  # fmt: skip
    _add_long_term(stack, depth, values, stored)
    values[0] += surface_along(stack, contact, speed)
    values[1] += contact.displacement
    return SectionFields(values, stored, dissipated)


def quadratic(moduli: FloatArray, strain: FloatArray) -> FloatArray:
    """Return e : L : e of rows of strains.

    Parameters
    ----------
    moduli : ndarray, shape (n_rows, 6)
        L11, L12, L22, G, ... [Pa].
    strain : ndarray, shape (3, n_rows, n)
        Along, in depth, engineering shear [-].
    """
    l11, l12, l22, shear = moduli.T[:4, :, None]
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


def _add_energies(
    stack: LayeredStack,
    k: FloatArray,
    near: FloatArray,
    speed: float,
    strain: ComplexArray,
    origin: ComplexArray,
    on_nodes,  # type: ignore[no-untyped-def]
    depth: FloatArray,
    spacing: float,
    stored: FloatArray,
    dissipated: FloatArray,
) -> None:
    """Add what the branches hold and what they have dissipated, coming from ahead."""
    assert stack.incremental is not None
    if not 0.0 < speed < np.inf:
        return
    layer = layer_at(stack, depth)
    moduli = stack.incremental.relaxing[layer]
    for weight, time in zip(stack.branch_weight.T[:, layer], stack.branch_time.T[:, layer], strict=True):
        if not weight.any():
            continue
        late, early = (-1j * q * speed * time[:, None] for q in (k, near))
        branch = on_nodes(strain * (late / (1.0 + late)), origin * (early / (1.0 + early)))
        energy = weight[:, None] * quadratic(moduli, branch)
        stored += 0.5 * energy
        rate = energy / (speed * time[:, None])
        cell = 0.5 * spacing * (rate[:, 1:] + rate[:, :-1])
        dissipated[:, :-1] += np.cumsum(cell[:, ::-1], axis=1)[:, ::-1]
