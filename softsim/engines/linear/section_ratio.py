"""What a whole edge does over what its section does, expected at small strain, at every depth.

Both are pressed with the same force, at rest, on the moduli of one rate.  The whole edge is solved
on few cells; what these smear near the skin is known from the section, whose line load may be that
of any place of the edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from softsim.engines.linear.medium.increments import linear_stack
from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.spectra import STRESSES, field_spectra
from softsim.engines.linear.medium.stack import FloatArray, LayeredStack
from softsim.engines.linear.patch.cells import (
    EdgeShape,
    SurfaceLoad,
    edge_scene,
    resolved_contact,
)
from softsim.engines.linear.patch.fields import FieldRows, cell_rule, depth_octaves
from softsim.engines.linear.scene import Scene
from softsim.engines.linear.section.contact import SlidingContact
from softsim.engines.linear.section.steady import solve_contact
from softsim.instrument import Instrument
from softsim.invariants import von_mises
from softsim.load import Load
from softsim.problem import Problem, Resolution
from softsim.stroke import Stroke
from softsim.tissue import Tissue

# Cells on the contact of the whole edge.
RATIO_CELLS = (32, 32)
# Looked at along: the contact and so many depths beside it, by this share of a depth.
DEPTHS_BESIDE, DEPTH_SHARE = 5.0, 0.25
RATIOS_KEPT = 512
# A middle with less of the load than this share of the heaviest place hardly touches.
SMALL_LOAD = 0.01


@dataclass(frozen=True, eq=False)
class SectionRatio:
    """Values of a whole edge over those of its section, at the same force.

    Parameters
    ----------
    largest, middle : ndarray, shape (n_depth,)
        Of the largest von Mises change at a depth [-]: anywhere under the whole edge, and under its
        middle.
    indentation, peak_pressure : float
        Of the indentation and of the largest contact pressure [-].
    averaged : tuple of str
        Layers of which the whole edge takes the mean of the moduli along and across.
    """

    largest: FloatArray
    middle: FloatArray
    indentation: float
    peak_pressure: float
    averaged: tuple[str, ...]


def section_ratio(
    problem: Problem, *, force: float, rate: float, depth: FloatArray
) -> SectionRatio:
    """Return what to expect of the whole edge of a problem over its section.

    Parameters
    ----------
    problem : Problem
        Its load, speed and friction do not matter.
    force : float
        Normal force [N].
    rate : float
        Angular frequency whose moduli count [rad/s]; 0 is long-term.  Taken to the next power of
        two.
    depth : ndarray, shape (n_depth,)
        From 0 to the bottom, increasing [m].

    Returns
    -------
    SectionRatio
        From the cache if known.

    Raises
    ------
    InputError
        For tissue with ends and edges that cannot be drawn.
    ConvergenceError
        When a contact does not settle.

    Notes
    -----
    No friction.  Against whole and plane contacts with friction and speed (128 x 64 cells; calf,
    five tools, 45 to 90 degrees): from a depth of 1.5 mm on within 10 % as a rule and 25 % at
    most; nearer to the skin within 20 % as a rule, but up to 45 % where ends or flanks peak.  The
    middle of straight edges within 10 % from 0.3 mm on.
    """
    step = 0.0 if rate <= 0.0 else 2.0 ** round(math.log2(rate))
    angle = problem.stroke.first_angle  # a stroke backwards is a mirror image
    ahead = angle if problem.direction > 0 else math.pi - angle
    stroke = Stroke(indentation=1e-6, angle=ahead)
    plain = replace(problem.instrument, sources=(), name=None, label="", mass=None)
    return _ratio(problem.tissue, plain, stroke, float(force), step, tuple(map(float, depth)))


@kept(entries=RATIOS_KEPT)
def _ratio(
    tissue: Tissue,
    instrument: Instrument,
    stroke: Stroke,
    force: float,
    rate: float,
    places: tuple[float, ...],
) -> SectionRatio:
    """Solve both contacts and compare the fields below them."""
    problem = Problem(tissue=tissue, instrument=instrument, stroke=stroke, resolution=Resolution())
    depth = np.array(places)
    scene, averaged = edge_scene(problem)
    stack = frozen(scene.stack, rate)
    whole = replace(scene, stack=stack, load=Load("force", force))
    patch, found = resolved_contact(whole, EdgeShape(problem), RATIO_CELLS, over_bone=False)
    load = whole.tractions(patch, found.contact_pressure).loaded()
    largest, middle = _under_edge(stack, load, depth)

    section = replace(
        Scene.of(problem),
        speed=0.0,
        friction=0.0,
        stack=frozen(linear_stack(tissue), rate),
        load=Load("force", force / float(instrument.contact_length)),
    )
    plane = solve_contact(section, over_bone=False)
    below = _LineLoad.of(plane, 0.0).peaks_under(section.stack, depth)
    side = load.spacing[0]
    loads = load.pressure.sum(axis=0) * side
    heaviest, middle_load = float(loads.max()), float(loads[loads.size // 2])
    most = solve_contact(replace(section, load=Load("force", heaviest)), over_bone=False)
    gain = gain_middle = _gain_of_nodes(section.stack, most, side, depth)
    if middle_load > SMALL_LOAD * heaviest:
        inner = solve_contact(replace(section, load=Load("force", middle_load)), over_bone=False)
        gain_middle = _gain_of_nodes(section.stack, inner, side, depth)
    return SectionRatio(
        largest=largest * gain / below,
        middle=middle * gain_middle / below,
        indentation=found.indentation / plane.indentation,
        peak_pressure=float(most.contact_pressure.max() / plane.contact_pressure.max()),
        averaged=averaged,
    )


def frozen(stack: LayeredStack, rate: float) -> LayeredStack:
    """Return an elastic stack with the storage moduli of one angular frequency.

    Parameters
    ----------
    stack : LayeredStack
    rate : float
        [rad/s].
    """
    omega = np.array([rate])
    shear, share = (part[0] for part in stack.complex_moduli(omega))  # share: of the P-wave modulus
    squeezed = np.divide(shear, share, out=np.full_like(shear, np.inf), where=share != 0.0).real
    ratio = shear.real / squeezed
    moduli = stack.incremental._replace(
        elastic=stack.increments(omega)[0].real.copy(),
        relaxing=np.zeros_like(stack.incremental.relaxing),
    )
    return LayeredStack.of(
        thickness=stack.thickness,
        shear_modulus=shear.real.copy(),
        poisson_ratio=(0.5 - ratio) / (1.0 - ratio),
        slip_stiffness=stack.interface_stiffness(omega)[0].real,
        incremental=moduli,
    )


def _under_edge(
    stack: LayeredStack, load: SurfaceLoad, depth: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the largest von Mises change at every depth, anywhere and in the middle [Pa]."""
    half = load.across[load.across.size // 2 :]
    largest, middle = [], []
    for depths in depth_octaves(depth, load.spacing[0]):
        rows = FieldRows(stack=stack, load=load, depth=depth[depths], across=half)
        (fields,) = rows.fields(
            _places_near(load.along, load.spacing[0], float(rows.depth[-1])), state_only=True
        )
        along, down, across = (fields[f"stress_{way}"] for way in ("along", "depth", "across"))
        shears = ("stress_shear", "stress_shear_across", "stress_shear_surface")
        squares = np.sum([fields[name] ** 2 for name in shears], axis=0)
        found = von_mises(along, down, across, squares)
        largest.append(found.max(axis=(1, 2)))
        middle.append(found[:, :, 0].max(axis=1))
    return np.concatenate(largest), np.concatenate(middle)


class _LineLoad(NamedTuple):
    """Mean pressures [Pa] on the cells of a section: their middles and their length [m]."""

    along: FloatArray
    side: float
    pressure: FloatArray

    @classmethod
    def of(cls, contact: SlidingContact, side: float) -> _LineLoad:
        """Return the load of a contact on cells of about this length, at least its nodes' [m]."""
        loaded = np.flatnonzero(contact.contact_pressure > 0.0)
        part = contact.contact_pressure[loaded[0] : loaded[-1] + 1]
        step = contact.spacing
        block = max(1, round(side / step))
        means = np.pad(part, (0, -part.size % block)).reshape(-1, block).mean(axis=1)
        first = float(contact.along[loaded[0]]) + 0.5 * (block - 1) * step
        return cls(first + block * step * np.arange(means.size), block * step, means)

    def peaks_under(self, stack: LayeredStack, depth: FloatArray) -> FloatArray:
        """Return the largest von Mises change at every depth [Pa]."""
        along, side, pressure = self
        origin = 0.5 * (along[0] + along[-1])
        found = []
        for depths in depth_octaves(depth, side):
            z = depth[depths]
            places = _places_near(along, side, float(z[-1])) - origin
            reach = float(np.abs(places).max() + along[-1] - origin + side)
            k, weight = cell_rule(side, reach, float(z[0]))
            traction = np.zeros((k.size, 2), dtype=complex)
            traction[:, 1] = np.exp(-1j * np.outer(k, along - origin)) @ pressure * weight / np.pi
            spectra = field_spectra(stack, k, 0.0, traction, z)[STRESSES]
            ahead, down, across, shear = (spectra @ np.exp(1j * np.outer(k, places))).real
            found.append(von_mises(ahead, down, across, shear**2).max(axis=1))
        return np.concatenate(found)


def _gain_of_nodes(
    stack: LayeredStack, contact: SlidingContact, side: float, depth: FloatArray
) -> FloatArray:
    """Return what a section on its nodes has over the same on cells of a whole edge [-]."""
    fine, coarse = (_LineLoad.of(contact, s).peaks_under(stack, depth) for s in (0.0, side))
    return fine / coarse


def _places_near(along: FloatArray, side: float, depth: float) -> FloatArray:
    """Return places along under a contact and beside it."""
    step = max(side, DEPTH_SHARE * depth)
    away = step * np.arange(1, math.ceil(DEPTHS_BESIDE * depth / step) + 1)
    inside = along[:: max(1, int(DEPTH_SHARE * depth / side))]
    return np.concatenate([along[0] - away[::-1], inside, along[-1] + away])
