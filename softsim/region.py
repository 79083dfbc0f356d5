"""Regions of another material within the layers of a tissue: scars and other inclusions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from softsim.checks import checked_choice, checked_items, checked_name
from softsim.errors import InputError, shown, unknown_name
from softsim.materials import LAWS, Material, Prony, scaled
from softsim.named import Named, checked_parts
from softsim.plausible import usual_si
from softsim.provenance import attached
from softsim.sources import Source
from softsim.units import Quantity, to_si

Array = NDArray[np.float64]

SHAPES = ("box", "ellipse")
STEEPEST = math.radians(80.0)
MOST_LAYERS = 100
CORNERS = 97  # of an outline, the first again at the end
PLACES = ("start", "length", "top", "height")
FACTORS = ("stiffness_factor", "toe_strain_factor", "fibre_factor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    r"""A part of one or several layers that is made of something else.

    Places are those of the tissue before loading: `along` from where the tool is first pressed,
    positive in the direction of a positive speed, and depth from the skin.  Under a round tip a
    region is round too, its middle on the axis.  After construction every number is an SI float.

    Parameters
    ----------
    layers : str or sequence of str
        Names of the layers it is in; by default all that it meets in depth.
    start, length : float or str, optional
        Where it begins along and how long it is [m]; by default it goes on for ever both ways.
    top, height : float or str, optional
        Depth where it begins and how high it is [m]; by default those of its layers together.
    shape : {"box", "ellipse"}
        What fills that length and height.
    angle : float or str
        By which that shape is turned about its middle [rad]: positive is deeper ahead.  A box
        without a height of its own becomes a band through its layers, at that angle to the
        vertical.
    transition : float or str
        Length over which its material passes into its surroundings, half of it on either side of
        the outline [m]; 0 is sharp.
    material : Material, optional
        Its own; by default that of the layer it is in, times the factors.
    stiffness_factor : float
        On the moduli of the layer [-].
    toe_strain_factor : float
        On the strain at which the layer stiffens [-].
    fibre_factor : float
        On the stiffness of the fibres of the layer [-].
    prony : Prony, optional
        Relaxation in the place of that of the layer.
    sources : tuple of Source
        Evidence of the numbers; one that speaks for another number than the region has is dropped.

    Notes
    -----
    Undisturbed tissue is at rest: a region lives under the tension of the layer it is in.

    Examples
    --------
    >>> knot = Region(layers="muscle", start="10 mm", length="8 mm", stiffness_factor=3.0)
    >>> round(knot.end, 6)
    0.018
    """

    layers: str | Sequence[str] = ()
    start: Quantity | None = None
    length: Quantity | None = None
    top: Quantity | None = None
    height: Quantity | None = None
    shape: Literal["box", "ellipse"] = "box"
    angle: Quantity = 0.0
    transition: Quantity = 0.0
    material: Material | None = None
    stiffness_factor: Quantity = 1.0
    toe_strain_factor: Quantity = 1.0
    fibre_factor: Quantity = 1.0
    prony: Prony | None = None
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        names = checked_items(self.layers, "layers of the region", MOST_LAYERS)
        for name in names:
            checked_name(name, "layer of a region", "dermis")
        set_(self, "layers", tuple(names))
        for field in (*PLACES, "transition"):
            if getattr(self, field) is not None:
                bounds: dict[str, Any] = {"low": -math.inf if field == "start" else 0.0}
                bounds |= {"open_low": field in ("length", "height")}
                cure = "bare numbers are metres; write e.g. '8 mm'"
                name = f"{field} of the region"
                value = usual_si(getattr(self, field), f"region.{field}", name, cure=cure, **bounds)
                set_(self, field, value)
        for field in FACTORS:
            name = f"{field} of the region"
            value = usual_si(
                getattr(self, field), f"region.{field}", name, low=0.0, open_low=True,
                cure="1 changes nothing, 2 is twice that of the layer",
            )  # fmt: skip
            set_(self, field, value)
        angle = to_si(
            self.angle, "rad", "angle of the region", low=-STEEPEST, high=STEEPEST,
            cure="write e.g. '30 deg'; 0 is not turned",
        )  # fmt: skip
        set_(self, "angle", angle)
        checked_choice(self.shape, "shape", SHAPES)
        self._check_place()
        self._check_material()
        set_(self, "sources", attached(self, self.sources))

    def _check_place(self) -> None:
        """Refuse a place that says too little or contradicts itself."""
        for one, other in (PLACES[:2], PLACES[2:]):
            given = [name for name in (one, other) if getattr(self, name) is not None]
            if len(given) == 1:
                missing = other if given[0] == one else one
                raise InputError(
                    f"region has a {given[0]} and no {missing}; give both, or leave both out"
                )
        if not self.layers and self.top is None:
            raise InputError(
                "region has neither layers nor top and height; say where it is in depth, e.g. "
                "layers='dermis'"
            )
        if self.start is not None:
            if float(self.transition) > float(self.length):  # type: ignore[arg-type]
                raise InputError(
                    f"transition of the region is {self.transition:g} m; must be at most its "
                    f"length, {self.length:g} m"
                )
            return
        for name, usual in (("shape", "box"), ("angle", 0.0), ("transition", 0.0)):
            if getattr(self, name) != usual:
                raise InputError(
                    f"region has {name} {shown(getattr(self, name))} and no start, so that it goes "
                    f"on for ever along; give it start and length, or leave {name} out"
                )

    def _check_material(self) -> None:
        """Refuse what is no material, and a material besides factors."""
        if self.prony is not None and not isinstance(self.prony, Prony):
            raise InputError(
                f"prony of the region is {shown(self.prony)}; must be a Prony, such as "
                "Prony(g=0.4, tau='1 s')"
            )
        if self.material is None:
            return
        if not isinstance(self.material, tuple(LAWS.values())):
            raise InputError(
                f"material of the region is {shown(self.material)}; must be one of "
                f"{', '.join(sorted(law.__name__ for law in LAWS.values()))}"
            )
        given = [name for name in FACTORS if getattr(self, name) != 1.0]
        given += ["prony"] if self.prony is not None else []
        if given:
            raise InputError(
                f"region has a material of its own and {given[0]}, which changes that of the "
                "layer; leave one of them out"
            )

    @property
    def end(self) -> float:
        """Where it ends along [m]; infinite where it goes on for ever."""
        return math.inf if self.start is None else float(self.start) + float(self.length)  # type: ignore[arg-type]

    @property
    def is_endless(self) -> bool:
        """Whether it goes on for ever along."""
        return self.start is None

    def material_in(self, material: Material) -> Material:
        """Return what it is made of within a layer of some material."""
        if self.material is not None:
            return self.material
        return scaled(
            material,
            stiffness=float(self.stiffness_factor),
            toe_strain=float(self.toe_strain_factor),
            fibres=float(self.fibre_factor),
            prony=self.prony,
        )

    def drawn(self, names: Sequence[str], bounds: Array) -> Outline:
        """Return the outline it has in layers.

        Parameters
        ----------
        names : sequence of str
            Of the layers of the tissue.
        bounds : ndarray, shape (n_layers + 1,)
            Where they begin, and the last one ends [m].
        """
        own = np.array([not self.layers or name in self.layers for name in names])
        low, high = float(bounds[:-1][own].min()), float(bounds[1:][own].max())
        top, bottom = low, high
        if self.top is not None:
            top, bottom = float(self.top), float(self.top) + float(self.height)  # type: ignore[arg-type]
        is_band = self.top is None and self.shape == "box"
        inside = (np.minimum(bounds[1:], bottom) - np.maximum(bounds[:-1], top)) > 0.0
        own &= inside | (self.top is not None and self.angle != 0.0)
        start, end = -math.inf if self.start is None else float(self.start), self.end
        return Outline(
            middle=(0.0 if self.is_endless else 0.5 * (start + end), 0.5 * (top + bottom)),
            half=(0.5 * (end - start), math.inf if is_band else 0.5 * (bottom - top)),
            angle=float(self.angle),
            is_ellipse=self.shape == "ellipse",
            transition=float(self.transition),
            within=(low, high),
            is_in=own,
        )


@dataclass(frozen=True, eq=False)
class Outline:
    """The outline of a region in the layers of a tissue, before loading.

    Parameters
    ----------
    middle, half : tuple of float
        Its middle and half its size, along and in depth before it is turned [m]; a half may be
        infinite.
    angle : float
        By which it is turned, positive deeper ahead [rad].
    is_ellipse : bool
    transition : float
        [m].
    within : tuple of float
        Depths between which its layers lie [m].
    is_in : ndarray of bool, shape (n_layers,)
        Layers it may be in.
    """

    middle: tuple[float, float]
    half: tuple[float, float]
    angle: float
    is_ellipse: bool
    transition: float
    within: tuple[float, float]
    is_in: NDArray[np.bool_]

    @property
    def size(self) -> float:
        """The smaller of its length and its height within its layers [m]."""
        height = min(2.0 * self.half[1], self.within[1] - self.within[0])
        return min(2.0 * self.half[0], height)

    @property
    def is_graded(self) -> bool:
        """Whether it runs across the grid of a section."""
        return self.is_ellipse or self.angle != 0.0

    @property
    def reach(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Ends of it along and in depth [m]."""
        turn, lean = abs(math.cos(self.angle)), abs(math.sin(self.angle))
        (long, high), (low, bottom) = self.half, self.within
        if math.isinf(high):  # a band: from the bottom of its layers to their top
            long = long / turn + 0.5 * (bottom - low) * lean / turn
            high = math.inf
        elif self.is_ellipse:
            long, high = math.hypot(long * turn, high * lean), math.hypot(long * lean, high * turn)
        elif self.angle != 0.0:
            long, high = long * turn + high * lean, long * lean + high * turn
        ends = (max(self.middle[1] - high, low), min(self.middle[1] + high, bottom))
        return (self.middle[0] - long, self.middle[0] + long), ends

    def distance(self, along: Array, depth: Array) -> tuple[Array, Array, Array]:
        """Return the distance from the outline, below 0 inside, and its slopes.

        Of an ellipse to first order, with the right sign everywhere.

        Parameters
        ----------
        along, depth : ndarray, any shape
            Places [m].

        Returns
        -------
        distance, slope_along, slope_depth : ndarray, shape of the places
            [m], [-], [-].
        """
        c, s = math.cos(self.angle), math.sin(self.angle)
        x, z = along - self.middle[0], depth - self.middle[1]
        u, v = c * x + s * z, c * z - s * x
        if self.is_ellipse:
            a, b = self.half
            share = np.hypot(u / a, v / b)
            steep = np.maximum(np.hypot(u / a**2, v / b**2), 1e-300)
            found = np.where(share > 0.0, share * (share - 1.0) / steep, -min(a, b))
            to_u, to_v = u / a**2 / steep, v / b**2 / steep
        else:
            beyond_u, beyond_v = np.abs(u) - self.half[0], np.abs(v) - self.half[1]
            out = np.hypot(np.maximum(beyond_u, 0.0), np.maximum(beyond_v, 0.0))
            found = out + np.minimum(np.maximum(beyond_u, beyond_v), 0.0)
            over = np.where(out > 0.0, out, 1.0)
            to_u = np.where(out > 0.0, np.maximum(beyond_u, 0.0) / over, beyond_u >= beyond_v)
            to_v = np.where(out > 0.0, np.maximum(beyond_v, 0.0) / over, beyond_u < beyond_v)
            to_u, to_v = np.copysign(to_u, u), np.copysign(to_v, v)
        return found, c * to_u - s * to_v, s * to_u + c * to_v

    def corners(self) -> Array:
        """Return points around it, the first again at the end, shape (`CORNERS`, 2) [m].

        Along and in depth; where it goes on for ever they are infinite along.
        """
        turn = np.linspace(0.0, 2.0 * np.pi, CORNERS)
        c, s = math.cos(self.angle), math.sin(self.angle)
        long, high = self.half
        if self.is_ellipse:
            u, v = long * np.cos(turn), high * np.sin(turn)
        else:
            if math.isinf(high):  # far enough to be cut by its layers
                high = (self.within[1] - self.within[0]) / c
                high += long * abs(s) / c if math.isfinite(long) else 0.0
            place = np.linspace(0.0, 4.0, CORNERS)
            u = long * np.interp(place, range(5), (-1.0, 1.0, 1.0, -1.0, -1.0))
            v = high * np.interp(place, range(5), (-1.0, -1.0, 1.0, 1.0, -1.0))
        if self.angle == 0.0:
            found = np.stack([u, v], axis=1)
        else:
            found = np.stack([c * u - s * v, s * u + c * v], axis=1)
            if math.isinf(self.half[1]):  # along the band to the depth where its layers end
                reach = 0.5 * (self.within[1] - self.within[0])
                cut = np.clip(found[:, 1], -reach, reach)
                found[:, 0] += (found[:, 1] - cut) * s / c
                found[:, 1] = cut
        found = found + self.middle
        found[:, 1] = np.clip(found[:, 1], *self.within)
        return found


class Regions(Named[Region]):
    """The regions of a tissue by name; where two overlap, the later one counts."""

    __slots__ = ()


def checked_regions(
    given: Any, taken: Sequence[str], names: Sequence[str], bounds: Array
) -> Regions:
    """Return regions by name.

    Parameters
    ----------
    given : mapping of str to Region
    taken : sequence of str
        Names of layers and interfaces.
    names : sequence of str
        Of the layers, from the skin down.
    bounds : ndarray, shape (n_layers + 1,)
        Where they begin, and the last one ends [m].

    Raises
    ------
    InputError
        What is no mapping of names to objects of Region, or lies outside the tissue.
    """
    example = "Region(layers='dermis', start='10 mm', length='8 mm', stiffness_factor=3)"
    regions = checked_parts(
        given,
        Region,
        label="region",
        plural="regions",
        name="scar",
        example=example,
        such=f", such as {{'scar': {example}}}",
    )
    for name, region in regions.items():
        if name in taken:
            raise InputError(
                f"region {shown(name)} has the name of a layer or an interface; give it its own"
            )
        for layer in region.layers:
            if layer not in names:
                raise unknown_name(f"layer of region {shown(name)}", layer, names)
        _check_depth(name, region, names, bounds)
    return Regions(regions.items())


def _check_depth(name: str, region: Region, names: Sequence[str], bounds: Array) -> None:
    """Refuse a region that reaches out of the tissue or misses its layers."""
    if region.top is None:
        return
    bottom = float(region.top) + float(region.height)  # type: ignore[arg-type]
    if bottom > float(bounds[-1]) * (1.0 + 1e-9):
        raise InputError(
            f"region {shown(name)} ends {bottom:g} m deep, and the tissue is {bounds[-1]:g} m "
            "thick; give it a smaller top or height"
        )
    if not region.drawn(names, bounds).is_in.any():
        raise InputError(
            f"region {shown(name)}, {float(region.top):g} to {bottom:g} m deep, meets none of its "
            f"layers {', '.join(map(shown, region.layers))}; give other layers, or leave them out"
        )
