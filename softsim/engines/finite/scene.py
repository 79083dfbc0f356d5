"""A problem as the finite engine sees it: layers, outline and load as arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from softsim.engines.finite.budget import WORK, Budget
from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.tissue.gliding import Springs
from softsim.engines.finite.tissue.mesh import Patch, Plate
from softsim.engines.finite.tissue.regions import Inclusions
from softsim.friction import Friction
from softsim.kernels.layer_arrays import LayerArrays
from softsim.kernels.splines.geometry import PLANE, ROUND
from softsim.load import Load
from softsim.outline import Outline
from softsim.problem import (
    USUAL_ACCURACY,
    Problem,
    Resolution,
    pack_adhesions,
    pack_interfaces,
    pack_layers,
)
from softsim.tips import FlatPunch
from softsim.tissue import Tissue

USUAL_GROWTH = 0.3  # of neighbouring spans
STIFFER = 3.0  # a layer that bends on the one below
BENDS = 30.0  # times as stiff: one whose bending long spans lock
OWN_SIZES = 10.0  # times the work, where sizes are asked for
REACH = 30.0  # of the held ends, in thicknesses of the tissue
SLIPS, SLIP_SPANS = 1.5, 0.15  # reach of the slip of layers that glide, and spans, in thicknesses


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A problem as arrays, per length across; of a round tip whole, places along from its axis.

    Parameters
    ----------
    layers : LayerArrays
    springs : Springs
        Boundaries that glide.
    inclusions : Inclusions
        Regions of other materials, and the materials of the layers with them.
    outline : Outline
        Of the leaned edge.
    friction : Friction
    direction : int
        +1 or -1, of the stroke.
    load : Load
    speed : float or None
        Signed [m/s]; None for tissue at rest for long.
    nose_radius : float
        [m].
    shear_moduli : ndarray, shape (n_layers,)
        Initial ones, of regions that take up the whole of a layer where there are any [Pa].
    half_width : float or None
        Of a block of tissue [m].
    free_sides : bool
    element_along : float or None
        Length of the spans under the tool that the user asks for [m].
    rows : tuple of int or None
        Spans of every layer that the user asks for.
    growth : float or None
        Of the spans away from the tool, over the usual one, that the user asks for.
    accuracy : float
        Of the depth [-]; decides the sizes that are not asked for.
    form : int
        `PLANE` or `ROUND`.
    rim : tuple of float or None
        Radii where the face of a flat punch ends and where its rim does [m].
    budget : Budget
        What solving it may cost, and that of scenes made of it together.
    """

    layers: LayerArrays
    springs: Springs
    inclusions: Inclusions
    outline: Outline
    friction: Friction
    direction: int
    load: Load
    speed: float | None
    nose_radius: float
    shear_moduli: Array
    half_width: float | None
    free_sides: bool
    element_along: float | None
    rows: tuple[int, ...] | None
    growth: float | None
    accuracy: float
    form: int = PLANE
    rim: tuple[float, float] | None = None
    budget: Budget = field(default_factory=Budget)

    @classmethod
    def of(cls, problem: Problem, *, speed: float | None) -> Scene:
        """Pack a problem."""
        tissue, given, tip = problem.tissue, problem.resolution, problem.instrument.edge
        layers, interfaces = pack_layers(tissue), pack_interfaces(tissue)
        moduli = shear_moduli(tissue)
        return cls(
            layers=layers,
            springs=Springs.of(interfaces, pack_adhesions(tissue), moduli, layers.thickness),
            inclusions=Inclusions.of(tissue),
            outline=problem.outline,
            friction=problem.friction_law,
            direction=problem.direction,
            load=Load.on_section(problem),
            speed=speed,
            nose_radius=float(problem.instrument.edge.nose_radius),
            shear_moduli=moduli,
            half_width=None if tissue.width is None else 0.5 * float(tissue.width),
            free_sides=tissue.sides == "free",
            element_along=None if given.element_along is None else float(given.element_along),
            rows=None if given.rows is None else tuple(given.rows),
            growth=None if given.growth is None else (float(given.growth) - 1.0) / USUAL_GROWTH,
            accuracy=float(given.accuracy),
            form=ROUND if problem.instrument.is_round else PLANE,
            rim=tip.rim if isinstance(tip, FlatPunch) else None,
            budget=Budget(WORK * _finer(given)),
        )

    @property
    def thickness(self) -> float:
        """Of the tissue [m]."""
        return float(self.layers.thickness.sum())

    @property
    def skin_modulus(self) -> float:
        """Shear modulus of the layer that touches the tool [Pa]."""
        return float(self.shear_moduli[0])

    @property
    def ends(self) -> tuple[float, float]:
        """Where the mesh ends along [m]."""
        reach = self.half_width or REACH * self.thickness
        return (self.least, reach)

    @property
    def least(self) -> float:
        """Where the mesh begins along: behind the tool, or at the axis of a round tip [m]."""
        return 0.0 if self.form == ROUND else -(self.half_width or REACH * self.thickness)

    @property
    def bends(self) -> NDArray[np.bool_]:
        """Whether each layer is much stiffer than the one below it, shape (n_layers,)."""
        below = np.append(self.shear_moduli[1:], np.inf)
        return np.asarray(self.shear_moduli > STIFFER * below)

    @property
    def plate(self) -> Plate | None:
        """The layer that bends most on the one below, or None where spans may grow as usual.

        Of deep layers only those count that bend further than they are deep.
        """
        ratio = self.shear_moduli[:-1] / self.shear_moduli[1:]
        reach = self.layers.thickness[:-1] * np.cbrt(ratio)
        tops = np.cumsum(self.layers.thickness[:-1]) - self.layers.thickness[:-1]
        ratio = np.where(reach > tops, ratio, 0.0)
        if not (ratio > BENDS).any():
            return None
        k = int(ratio.argmax())
        slower = float(np.cbrt(BENDS / ratio[k]))
        return Plate(float(self.layers.thickness[k]), float(reach[k]), slower)

    def details(
        self, spans: int, way: tuple[float, float] = (0.0, 0.0)
    ) -> tuple[tuple[Patch, ...], Array]:
        """Return where columns are short away from the tool, and places where they end.

        Regions ask for that, and layers that glide: a tool that drags the skin makes them slip most
        about a thickness of the tissue away.

        Parameters
        ----------
        spans : int
            Over a contact.
        way : tuple of float
            Where the tool goes, from and to [m].

        Returns
        -------
        patches : tuple of Patch
        ends : ndarray, shape (n,)
            [m].
        """
        patches, ends = self.inclusions.along(spans)
        if self.springs.layer.size:
            reach, size = SLIPS * self.thickness, SLIP_SPANS * self.thickness
            patches = (*patches, Patch(way[0] - reach, way[1] + reach, size))
        return patches, ends

    def expected_half_width(self) -> float:
        """Return a rough half-width of the contact of the nose [m], Hertz's for a line load.

        Of a round tip that of a ball.  With the plane-strain modulus of the layers averaged over
        twice that depth; from the depth alone where an indentation is given.
        """
        radius, value = self.nose_radius, self.load.value
        if self.load.kind == "indentation":
            return math.sqrt(radius * min(value, 2.0 * radius))
        half, tops = radius, np.append(0.0, np.cumsum(self.layers.thickness)[:-1])
        for _ in range(30):
            inside = np.clip(2.0 * half - tops, 0.0, self.layers.thickness)
            modulus = 4.0 * float(self.shear_moduli @ inside / inside.sum())
            if self.load.kind == "pressure":
                half = min(4.0 * radius * value / modulus, 0.5 * radius)  # a nose sinks no wider
            elif self.form == ROUND:
                half = 0.5 * (half + math.cbrt(0.75 * value * radius / modulus))
            else:
                half = 0.5 * (half + math.sqrt(4.0 * value * radius / (math.pi * modulus)))
        return half


def shear_moduli(tissue: Tissue) -> Array:
    """Return the initial shear moduli of what fills the layers all along, (n_layers,) [Pa]."""
    names, bounds = [layer.name for layer in tissue.layers], tissue.bounds
    materials = [layer.material for layer in tissue.layers]
    for region in tissue.regions.values():
        outline = region.drawn(names, bounds)
        low, high = outline.reach[1]
        for k in np.flatnonzero(outline.is_in).tolist():
            if region.is_endless and low <= bounds[k] and high >= bounds[k + 1]:
                materials[k] = region.material_in(tissue.layers[k].material)
    return np.array([material.shear_modulus_initial for material in materials])


def _finer(asked: Resolution) -> float:
    """Return how many times the usual work a resolution is worth."""
    own = asked.element_along is not None or asked.rows is not None or asked.growth is not None
    return (OWN_SIZES if own else 1.0) * max(1.0, (USUAL_ACCURACY / float(asked.accuracy)) ** 2)
