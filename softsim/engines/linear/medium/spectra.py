"""Fields at depth per wavenumber: displacement, stress, strain and slope of every layer."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from softsim.engines.linear.medium.stack import ComplexArray, FloatArray, LayeredStack
from softsim.kernels.layers.fields import Places, layered_fields


class Field(IntEnum):
    """Rows of the fields of a section; stresses are increments, tension positive."""

    DISPLACEMENT_ALONG = 0
    DISPLACEMENT_DEPTH = 1
    STRESS_ALONG = 2
    STRESS_DEPTH = 3
    STRESS_ACROSS = 4
    STRESS_SHEAR = 5
    STRAIN_ALONG = 6
    STRAIN_DEPTH = 7
    STRAIN_SHEAR = 8  # engineering shear
    SLOPE = 9  # du_z/dx


DISPLACEMENTS = slice(Field.DISPLACEMENT_ALONG, Field.STRESS_ALONG)
STRESSES = slice(Field.STRESS_ALONG, Field.STRAIN_ALONG)
STRAINS = slice(Field.STRAIN_ALONG, Field.SLOPE)
STRESSES_AND_STRAINS = slice(Field.STRESS_ALONG, Field.SLOPE)
# They change sign in a mirror under a pressure; the others under a shear.
ODD_FIELDS = (Field.DISPLACEMENT_ALONG, Field.STRESS_SHEAR, Field.STRAIN_SHEAR, Field.SLOPE)


def layer_at(stack: LayeredStack, depth: FloatArray) -> NDArray[np.int64]:
    """Return the layer of each `depth`, any shape [m]; on an interface that is the lower layer."""
    bottoms = np.cumsum(stack.thickness)
    found = np.searchsorted(bottoms, depth, side="right")
    return np.minimum(found, stack.thickness.size - 1).astype(np.int64)


def stress_spectra(
    stack: LayeredStack, k: FloatArray, speed: float, traction: ComplexArray, depth: FloatArray
) -> ComplexArray:
    """Return displacement and stress per depth and wavenumber.

    Parameters
    ----------
    stack : LayeredStack
    k : ndarray, shape (n_k,)
        Wavenumbers > 0 [1/m].
    speed : float
        [m/s].
    traction : ndarray of complex128, shape (n_k, 2)
        Shear and pressure on the surface [Pa].
    depth : ndarray, shape (n_depth,)
        Increasing [m].

    Returns
    -------
    ndarray of complex128, shape (6, n_depth, n_k)
        u_x, u_z [m]; increments of the Cauchy stress along, in depth, across and shear [Pa].
    """
    if not stack.is_plain:
        return field_spectra(stack, k, speed, traction, depth)[:6]
    out = np.zeros((6, depth.size, k.size), dtype=complex)
    places = Places(depth, layer_at(stack, depth))
    layered_fields(k, stack.layers(-k * speed), traction, places, out)
    return out


def field_spectra(
    stack: LayeredStack,
    k: FloatArray,
    speed: float,
    traction: ComplexArray,
    depth: FloatArray,
    *,
    frequency: FloatArray | None = None,
) -> ComplexArray:
    """Return every field per depth and wavenumber.

    Parameters
    ----------
    stack, k, speed, traction, depth
        As in `stress_spectra`.
    frequency : ndarray, shape (n_k,), optional
        Angular frequency instead of -k speed [rad/s].

    Returns
    -------
    ndarray of complex128, shape (10, n_depth, n_k)
        The six of `stress_spectra`, then strain along, in depth, engineering shear, and the slope
        du_z/dx [-].
    """
    omega = -k * speed if frequency is None else frequency
    layers, places = stack.layers(omega), Places(depth, layer_at(stack, depth))
    out = np.zeros((len(Field), depth.size, k.size), dtype=complex)
    layered_fields(k, layers, traction, places, out[:6])
    layer, squeezed = places.layer, layers.law[..., 0]
    coupled = 1.0 - 2.0 * squeezed if stack.is_plain else layers.law[..., 1]
    modulus = layers.shear[:, layer].T
    out[Field.STRAIN_ALONG] = 1j * k * out[Field.DISPLACEMENT_ALONG]
    pressed = squeezed[:, layer].T * (out[Field.STRESS_DEPTH] / modulus)
    out[Field.STRAIN_DEPTH] = pressed - coupled[:, layer].T * out[Field.STRAIN_ALONG]
    out[Field.STRAIN_SHEAR] = out[Field.STRESS_SHEAR] / modulus
    out[Field.SLOPE] = 1j * k * out[Field.DISPLACEMENT_DEPTH]
    if not stack.is_plain:
        _turn_to_cauchy(stack, omega, layer, out)
    return out


def _turn_to_cauchy(
    stack: LayeredStack, omega: FloatArray, layer: NDArray[np.int64], out: ComplexArray
) -> None:
    """Turn the nominal stress of general layers into Cauchy stress and add that across."""
    moduli = stack.increments(omega)
    for i in np.flatnonzero(~stack.incremental.plain):
        rows = np.flatnonzero(layer == i)
        if rows.size == 0:
            continue
        part = slice(int(rows[0]), int(rows[-1]) + 1)
        along, across = stack.incremental.tension[i]
        longer, deeper = out[Field.STRAIN_ALONG, part], out[Field.STRAIN_DEPTH, part]
        out[Field.STRESS_ACROSS, part] = moduli[:, i, 4] * longer + moduli[:, i, 5] * deeper
        out[Field.STRESS_ACROSS, part] -= across * (longer + deeper)
        out[Field.STRESS_ALONG, part] -= along * deeper
        out[Field.STRESS_SHEAR, part] += along * out[Field.SLOPE, part]
