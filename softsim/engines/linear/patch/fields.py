"""Displacement, stress and strain inside a layered solid under a loaded patch of its surface.

A Fourier integral over the waves of the surface, aperiodic: Gauss points along both wavenumbers,
crowded towards zero, as many as the distance between load and point asks for.  There is no box and
there are no images.  Every wave is a plane one (`spectra`) and an antiplane one
(`kernels.layered_antiplane`) in its own direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from softsim import progress
from softsim.engines.linear.medium.spectra import field_spectra, layer_at
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray, LayeredStack
from softsim.engines.linear.patch.cells import SurfaceLoad
from softsim.engines.linear.patch.fourier import CUTOFF_PER_CELL, FourierTables, fourier_rule
from softsim.errors import InputError
from softsim.kernels.layers.antiplane import antiplane_fields
from softsim.kernels.layers.fields import Places

Fields = dict[str, FloatArray]

# Fields that are alike on both sides of the middle of a symmetric load, and those that change sign.
# `gradient_along_across` is du_x/dy, `gradient_depth_along` dw/dx; shear strains are engineering.
EVEN = (
    "stress_along",
    "stress_depth",
    "stress_across",
    "stress_shear",
    "strain_along",
    "strain_depth",
    "strain_across",
    "strain_shear",
    "displacement_along",
    "displacement_depth",
    "gradient_depth_along",
)
ODD = (
    "stress_shear_across",
    "stress_shear_surface",
    "strain_shear_across",
    "gradient_along_across",
    "gradient_across_along",
    "displacement_across",
    "gradient_depth_across",
)
# Nodes of the quadrature along or across.
MOST_WAVENUMBERS = 2**17
# Stresses and strains come first.
EVEN_STATE, ODD_STATE = 8, 5
# A mirror across the stroke changes the sign of these.
REVERSED = frozenset(
    {
        "stress_shear",
        "stress_shear_surface",
        "strain_shear",
        "gradient_along_across",
        "gradient_across_along",
        "displacement_along",
        "gradient_depth_along",
    }
)

# Wavenumbers times a depth at which they are cut: e^{-15} is left there.  A Gaussian of this part
# of a cell leaves 1e-4 of those that are cut because they are shorter than the cells.
DECAY_KEPT = 15.0
CELL_BLUR = 0.45
LARGEST_DECAY = 60.0
# Places farther from the load than so many of its lengths see it on so many cells along.
FAR = ((1.0, 16), (4.0, 4), (16.0, 1))
# Nodes of the quadrature times depths handled at once.
NODES_AT_ONCE = 20000


def depth_octaves(depth: FloatArray, shallowest: float) -> list[slice]:
    """Split depths into those alike within a factor of two.

    Parameters
    ----------
    depth : ndarray, shape (n_depth,)
        Increasing [m].
    shallowest : float
        Depths above twice this one are together [m].
    """
    octave = np.floor(np.log2(np.maximum(depth / shallowest, 1.0))).astype(int)
    edges = np.concatenate([[0], np.flatnonzero(np.diff(octave)) + 1, [depth.size]])
    return [slice(int(a), int(b)) for a, b in pairwise(edges)]


@dataclass(frozen=True, kw_only=True, eq=False)
class FieldRows:
    """Rows of places along the stroke under a load that moves steadily towards +x.

    Parameters
    ----------
    stack : LayeredStack
        Alike in all directions of the skin.
    load : SurfaceLoad
    depth, across : ndarray, shape (n_depth,), (n_across,)
        A row for every pair [m]; depths increase, from 0 to the bottom, and one on an interface
        belongs to the lower layer.
    speed : float
        >= 0 [m/s]; 0 long-term rest.

    Raises
    ------
    InputError
        For depths outside the stack or not increasing, and for stacks with sheets.
    """

    stack: LayeredStack
    load: SurfaceLoad
    depth: FloatArray
    across: FloatArray
    speed: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what has no fields."""
        depth, bottom = self.depth, float(self.stack.thickness.sum())
        if depth[0] < 0.0 or depth[-1] > bottom or np.any(np.diff(depth) <= 0.0):
            raise InputError(
                f"depths run from {depth.min():.3g} to {depth.max():.3g} m; they must increase and "
                f"stay within 0 and {bottom:.3g} m"
            )
        if self.stack.membrane.any():
            raise InputError(
                "stack has sheets; fields under a patch need their shear stiffness, which is not "
                "known (make the sheet a thin layer)"
            )

    def fields(
        self, along: FloatArray, *, springs: Sequence[int] = (), state_only: bool = False
    ) -> list[Fields]:
        """Return the fields, and the gradients that the springs of some branches feel.

        Parameters
        ----------
        along : ndarray, shape (n_along,)
            Any places [m].
        springs : sequence of int
            Branches of the Prony series.
        state_only : bool
            Leave out displacements and gradients of that in depth.

        Returns
        -------
        list of dict of str to ndarray, shape (n_depth, n_along, n_across)
            `EVEN` and `ODD`: Cauchy stress above the prestress, tension positive [Pa]; gradients
            of the displacement [-]; displacement [m], over a half-space too from the undisturbed
            place.  Then those of every branch as with `state_only`, its strains those of the
            spring of a Maxwell branch.

        Notes
        -----
        Nothing is differentiated or interpolated.  Fields are means over about a cell of the
        load: nearer to the surface than that, its rim is rounded.
        """
        source = self.load.loaded()
        first, last, count = source.along[0], source.along[-1], source.along.size
        distance = np.maximum(first - along, along - last)
        far = np.searchsorted([reach * float(last - first) for reach, _ in FAR], distance)
        if count < 4 * FAR[0][1]:
            far[:] = 0
        parts = []
        for i in np.unique(far):
            load = source if i == 0 else source.in_blocks(count // FAR[i - 1][1], 1).loaded()
            shallowest = 0.5 * DECAY_KEPT * min(load.spacing) / CUTOFF_PER_CELL
            groups = [
                _group(self, load, depths, along[far == i], springs, state_only=state_only)
                for depths in depth_octaves(self.depth, shallowest)
            ]
            parts.append(_joined(groups, axis=0))
        if len(parts) == 1:
            return parts[0]
        order = np.argsort(np.argsort(far, kind="stable"))
        return [
            {name: field[:, order] for name, field in fields.items()}
            for fields in _joined(parts, axis=1)
        ]


def _joined(parts: list[list[Fields]], axis: int) -> list[Fields]:
    """Concatenate the fields of some parts."""
    if len(parts) == 1:
        return parts[0]
    return [
        {name: np.concatenate([part[name] for part in same], axis=axis) for name in same[0]}
        for same in zip(*parts, strict=True)
    ]


def mirrored(fields: Fields) -> Fields:
    """Return fields seen in a mirror across the stroke.

    Parameters
    ----------
    fields : dict of str to ndarray, shape (n_depth, n_along, n_across)
    """
    return {
        name: (-field if name in REVERSED else field)[:, ::-1] for name, field in fields.items()
    }


def cell_rule(side: float, reach: float, depth: float) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights of the integral over the waves of evenly loaded cells.

    Parameters
    ----------
    side : float
        Of a cell [m].
    reach : float
        Largest distance of a load and a place [m].
    depth : float
        Of the shallowest place [m].

    Returns
    -------
    nodes, weights : ndarray, shape (n_k,)
    """
    highest = min(CUTOFF_PER_CELL / side, DECAY_KEPT / max(depth, 1e-30))
    k, weight = fourier_rule(reach, highest)
    even = np.sinc(k * side / (2.0 * np.pi)) ** 2 * np.exp(-((CELL_BLUR * side * k) ** 2))
    return k, weight * side * even


class _Quadrature(NamedTuple):
    """Nodes and weights along and across; places are from the middle of the load."""

    targets: list[FloatArray]
    sources: list[FloatArray]
    rules: list[tuple[FloatArray, FloatArray]]
    reach: float

    @classmethod
    def of(
        cls, load: SurfaceLoad, depth: float, places: tuple[FloatArray, FloatArray]
    ) -> _Quadrature:
        """Return what places along and across from a depth on need."""
        targets, sources, rules, reaches = [], [], [], []
        for side, axis, place in zip(load.spacing, (load.along, load.across), places, strict=True):
            origin = 0.5 * (axis[0] + axis[-1])
            targets.append(place - origin)
            sources.append(axis - origin)
            reach = float(np.abs(targets[-1]).max() + np.abs(sources[-1]).max() + side)
            rules.append(cell_rule(side, reach, depth))
            reaches.append(reach)
        most = max(nodes.size for nodes, _ in rules)
        if most > MOST_WAVENUMBERS:
            raise InputError(
                f"places up to {max(reaches):.3g} m from a load on cells of "
                f"{min(load.spacing):.3g} m would take {most} waves (at most {MOST_WAVENUMBERS}); "
                "ask for nearer or deeper places"
            )
        return cls(targets, sources, rules, max(reaches))


def _group(
    rows: FieldRows,
    load: SurfaceLoad,
    depths: slice,
    along: FloatArray,
    springs: Sequence[int],
    *,
    state_only: bool,
) -> list[Fields]:
    """Return the fields at depths that see the same waves, and those of the springs."""
    stack, speed, depth = rows.stack, rows.speed, rows.depth[depths]
    quadrature = _Quadrature.of(load, float(depth[0]), (along, rows.across))
    (x, y), ((kx, _), (ky, _)) = quadrature.targets, quadrature.rules
    even, odd = _load_spectrum(load, quadrature)
    cosine, sine = (f(np.outer(ky, y)) for f in (np.cos, np.sin))
    phase = np.exp(1j * np.outer(x, kx))
    at_rest = speed == 0.0 and load.friction == 0.0
    tables = FourierTables.of(kx, ky, quadrature.reach, shared=at_rest)
    values = _unit_fields(stack, tables, speed, load.friction, depth)
    counts = [(EVEN_STATE, ODD_STATE)] * (1 + len(springs))
    if not state_only:
        counts[0] = len(EVEN), len(ODD)
    totals = [np.zeros((x.size, sum(count) * depth.size * y.size)) for count in counts]
    times = stack.prony_time[layer_at(stack, depth)]
    step = max(1, NODES_AT_ONCE // (ky.size * depth.size))
    for first in range(0, kx.size, step):
        progress.report(first, kx.size, "fields under a whole edge")
        part = slice(first, first + step)
        fields = _in_stroke_axes(tables, values, part, depth)
        ways = np.concatenate([phase[:, part].real, -phase[:, part].imag], axis=1)
        for i, (n_even, n_odd) in enumerate(counts):
            alike, unlike = fields[0][:n_even], fields[1][:n_odd]
            if i > 0:
                late = -1j * speed * kx[part] * times[:, springs[i - 1], None]
                share = (late / (1.0 + late))[:, :, None]
                alike, unlike = alike * share, unlike * share
            summed = np.concatenate(
                [
                    _summed_across(alike, even[part], odd[part], cosine, sine),
                    _summed_across(unlike, -1j * odd[part], 1j * even[part], cosine, sine),
                ]
            )
            # one product of large matrices, not one per field and depth
            totals[i] += ways @ np.moveaxis(summed, 2, 0).reshape(ways.shape[1], -1)
    named = []
    for total, (n_even, n_odd) in zip(totals, counts, strict=True):
        found = np.moveaxis(total.reshape(x.size, n_even + n_odd, depth.size, y.size), 0, 2)
        named.append(dict(zip(EVEN[:n_even] + ODD[:n_odd], found, strict=True)))
    return named


def _load_spectrum(load: SurfaceLoad, quadrature: _Quadrature) -> tuple[ComplexArray, ComplexArray]:
    """Return the waves of the load, even and odd across, times the weights of the integral."""
    sources, ((kx, x_weight), (ky, y_weight)) = quadrature.sources, quadrature.rules
    turn = np.exp(-1j * np.outer(kx, sources[0])) * (x_weight / np.pi**2)[:, None]
    angle = np.outer(sources[1], ky)
    even, odd = (turn @ (load.pressure @ f(angle)) * y_weight for f in (np.cos, np.sin))
    if np.abs(odd).max() < 1e-9 * np.abs(even).max():
        odd = np.zeros_like(odd)
    return even, odd


def _summed_across(
    fields: ComplexArray,
    with_cosine: ComplexArray,
    with_sine: ComplexArray,
    cosine: FloatArray,
    sine: FloatArray,
) -> FloatArray:
    """Sum over the waves across.

    Parameters
    ----------
    fields : ndarray of complex128, shape (n_fields, n_depth, n_kx, n_ky)
    with_cosine, with_sine : ndarray of complex128, shape (n_kx, n_ky)
        Factors of cos(ky y) and sin(ky y).
    cosine, sine : ndarray, shape (n_ky, n_across)

    Returns
    -------
    ndarray, shape (n_fields, n_depth, 2 n_kx, n_across)
        Real parts, then imaginary parts.
    """
    shape = (*fields.shape[:2], 2 * fields.shape[2], cosine.shape[1])
    out = np.zeros(shape)
    for factor, table in ((with_cosine, cosine), (with_sine, sine)):
        if factor.any() and table.any():
            product = fields * factor
            parts = np.concatenate([product.real, product.imag], axis=2)
            out += (parts.reshape(-1, table.shape[0]) @ table).reshape(shape)
    return out


def _unit_fields(
    stack: LayeredStack, tables: FourierTables, speed: float, friction: float, depth: FloatArray
) -> ComplexArray:
    """Return the fields of unit waves of pressure with their friction, each in its own direction.

    Returns
    -------
    ndarray of complex128, shape (12, n_depth, n_table)
        u, w, stress ahead, down, beside, shear, strain down, shear strain of the plane wave; u_t,
        drag, its shear strain and the twist in the skin of the antiplane one, over sin of the
        direction.  Times e^{kz}, which leaves a smooth function of ln k.
    """
    k, omega = tables.wavenumber, -speed * tables.component
    traction = np.ones((k.size, 2), dtype=complex)
    traction[:, 0] = friction * tables.component / k
    plane = field_spectra(stack, k, speed, traction, depth, frequency=omega)
    aside = _antiplane(stack, k, omega, np.full(k.size, -friction, dtype=complex), depth)
    values = np.concatenate([plane[:6], plane[7:9], np.stack(aside)])
    values *= np.exp(np.minimum(k * depth[:, None], LARGEST_DECAY))
    return values


def _in_stroke_axes(
    tables: FourierTables, values: ComplexArray, part: slice, depth: FloatArray
) -> tuple[ComplexArray, ComplexArray]:
    """Return the fields of unit waves in the axes of the stroke, (n, n_depth, n_kx, n_ky)."""
    flat = values.reshape(-1, values.shape[-1])
    waves = tables.at_wave_vectors(flat, part)
    kx, ky = tables.along[part, None], tables.across
    k = np.hypot(kx, ky)
    waves = waves.reshape(*values.shape[:2], *k.shape)
    waves *= np.exp(-k * depth[:, None, None])
    u, w, ahead, down, beside, slide, e_down, g_slide, v, drag, g_drag, twist = waves
    cx, cy, ikx, iky = kx / k, ky / k, 1j * kx, 1j * ky
    # the antiplane wave comes from the part of the friction across the direction, cy of it
    x, y = cx * u - cy**2 * v, cy * (u + cx * v)
    even = (
        cx**2 * ahead + cy**2 * (beside - 2.0 * cx * twist),
        down,
        cy**2 * (ahead + 2.0 * cx * twist) + cx**2 * beside,
        cx * slide - cy**2 * drag,
        ikx * x,
        e_down,
        iky * y,
        cx * g_slide - cy**2 * g_drag,
        x,
        w,
        ikx * w,
    )
    odd = (
        cy * (slide + cx * drag),
        cy * (cx * (ahead - beside) + (cx**2 - cy**2) * twist),
        cy * (g_slide + cx * g_drag),
        iky * x,
        ikx * y,
        y,
        iky * w,
    )
    return np.stack(even), np.stack(odd)


def _antiplane(
    stack: LayeredStack, k: FloatArray, omega: FloatArray, drag: ComplexArray, depth: FloatArray
) -> tuple[ComplexArray, ComplexArray, ComplexArray, ComplexArray]:
    """Return u_t, sigma_tz, its engineering shear and the shear stress in the plane of the skin."""
    out = np.zeros((2, depth.size, k.size), dtype=complex)
    layer, layers = layer_at(stack, depth), stack.layers(omega)
    shear, plane = layers.shear, _plane_moduli(stack, omega, layers.shear)
    if drag.any():
        antiplane_fields(k, layers, plane, drag, Places(depth, layer), out)
    return out[0], out[1], out[1] / shear[:, layer].T, 1j * k * plane[:, layer].T * out[0]


def _plane_moduli(stack: LayeredStack, omega: FloatArray, shear: ComplexArray) -> ComplexArray:
    """Return the shear moduli in the plane of the skin from those between skin and depth.

    That of a layer alike in all directions, with the tension T: (L11 + T - L13)/2.
    """
    if stack.is_plain:
        return shear
    moduli = stack.increments(omega)
    even = 0.5 * (moduli[..., 0] + stack.incremental.tension[:, 0] - moduli[..., 4])
    return np.ascontiguousarray(np.where(stack.incremental.plain, shear, even))
