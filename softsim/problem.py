"""Tissue, instrument, stroke and resolution together; the place where objects become arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, root

from softsim import cards
from softsim.checks import checked_count, checked_flag, checked_items
from softsim.edge import Edge
from softsim.errors import LIFT, InputError, shown
from softsim.friction import Friction
from softsim.instrument import Instrument
from softsim.kernels.layer_arrays import AdhesionArrays, InterfaceArrays, LayerArrays
from softsim.materials import Material, Prony, response
from softsim.outline import Outline
from softsim.plausible import all_usual, is_lifted, usual_si
from softsim.provenance import own_numbers
from softsim.region import Region
from softsim.sources import Source
from softsim.stroke import Stroke
from softsim.tips import Tip
from softsim.tissue import MOST_LAYERS, Layer, Tissue
from softsim.units import Quantity, to_si

Array = NDArray[np.float64]
LARGEST_PRESTRETCH = 2.0
MOST_ROWS = 1000
USUAL_ACCURACY, FINEST, COARSEST = 0.005, 0.001, 0.05
MOST_STEPS = 100_000
SOFT_VOLUME = 10.0  # bulk over shear modulus up to which no mesh locks
WIDEST_NOSE = 10.0  # widths of the tissue


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """How finely a problem is resolved; everything is automatic by default.

    Parameters
    ----------
    element_along : float or str, optional
        Length of the elements under the tool [m].
    rows : sequence of int, optional
        Rows of elements in each layer, from the skin down.
    steps : int, optional
        Time steps of a press or transient, shared among its phases by duration.
    growth : float, optional
        Ratio of neighbouring element sizes away from the tool [-], 1 to 1.5; 1 keeps every element
        alike.
    accuracy : float or str
        Error of the depth that is asked of the finite engine where it chooses the sizes [-],
        e.g. "0.5 %"; 0.1 to 5 %.  What is reached is in the discretisation errors of the result.
    """

    element_along: Quantity | None = None
    rows: Sequence[int] | None = None
    steps: int | None = None
    growth: float | None = None
    accuracy: Quantity = USUAL_ACCURACY

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        if self.element_along is not None:
            bounds: dict[str, Any] = {"low": 0.0, "open_low": True, "high": 1.0}
            size = usual_si(
                self.element_along, "resolution.element_along", "element_along", **bounds
            )
            set_(self, "element_along", size)
        if self.rows is not None:
            rows = checked_items(self.rows, "rows", MOST_LAYERS)
            hint = "one per layer"
            whole = tuple(checked_count(n, "rows", 1, MOST_ROWS, hint=hint) for n in rows)
            if sum(whole) > MOST_ROWS:
                raise InputError(
                    f"rows is {shown(whole)}, {sum(whole)} in all; must be at most {MOST_ROWS}"
                )
            set_(self, "rows", whole)
        if self.steps is not None:
            set_(self, "steps", checked_count(self.steps, "steps", 1, MOST_STEPS))
        if self.growth is not None:
            set_(self, "growth", to_si(self.growth, "1", "growth", low=1.0, high=1.5))
        accuracy = to_si(self.accuracy, "1", "accuracy", low=FINEST, high=COARSEST)
        set_(self, "accuracy", accuracy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One stroke of one instrument on one tissue.

    Parameters
    ----------
    tissue : Tissue
    instrument : Instrument
    stroke : Stroke
    resolution : Resolution
    allow_unusual : bool
        Whether the problem may have numbers outside `softsim.plausible.RANGES`, and parts that are
        out of scale with each other; set by itself where a part was made under
        `softsim.allow_unusual`.
    """

    tissue: Tissue
    instrument: Instrument
    stroke: Stroke
    resolution: Resolution = field(default_factory=Resolution)
    allow_unusual: bool = False

    def __post_init__(self) -> None:
        kinds = (Tissue, Instrument, Stroke, Resolution)
        for name, kind in zip(self.__slots__, kinds, strict=False):
            if not isinstance(getattr(self, name), kind):
                article = "an" if kind is Instrument else "a"
                raise InputError(
                    f"{name} of the problem is {shown(getattr(self, name))}; must be {article} "
                    f"{kind.__name__}"
                )
        checked_flag(self.allow_unusual, "allow_unusual")
        misfit = out_of_scale(self)
        if not self.allow_unusual and not _has_usual_numbers(self):
            object.__setattr__(self, "allow_unusual", True)
        if misfit and is_lifted():
            object.__setattr__(self, "allow_unusual", True)
        if misfit and not self.allow_unusual:
            raise InputError(f"{misfit} ({LIFT})")
        rows = self.resolution.rows
        if rows is not None and len(rows) != len(self.tissue.layers):
            raise InputError(
                f"rows of the resolution is {rows}; must have one number for each of the "
                f"{len(self.tissue.layers)} layers"
            )

    @property
    def direction(self) -> int:
        """Return +1 when the tool travels towards +along (or not at all), -1 otherwise."""
        return -1 if (self.stroke.usual_speed or 0.0) < 0.0 else 1

    @property
    def friction(self) -> float:
        """Coulomb coefficient in the contact [-], tool surface included."""
        return self.friction_law.sliding

    @property
    def friction_law(self) -> Friction:
        """Friction in the contact; the multiplier of a textured tool acts on dry skin only."""
        is_dry = self.stroke.friction_state == "dry"
        return self.stroke.friction_law(float(self.instrument.friction_multiplier) if is_dry else 1)

    @property
    def outline(self) -> Outline:
        """The edge, leaned by the angle of the stroke, the first where it changes."""
        return self.outline_at(self.stroke.first_angle)

    def outline_at(self, angle: float) -> Outline:
        """Return the edge leaned by an angle [rad]."""
        return Outline.leaned(self.instrument.edge.section(), angle=angle, direction=self.direction)

    @property
    def line_load(self) -> float | None:
        """Normal force per length across [N/m], or None when the load is not a force.

        Of a round tip the whole force [N]; of a history the largest.
        """
        if self.stroke.force is None:
            return None
        if self.instrument.is_round:
            return self.stroke.load
        return self.stroke.load / float(self.instrument.contact_length)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where every number of the problem comes from, each once: library, or the user."""
        parts = (self.tissue, self.instrument, self.stroke)
        return tuple(dict.fromkeys(source for part in parts for source in part.evidence))

    @property
    def estimates(self) -> tuple[Source, ...]:
        """Sources that are estimates or priors: numbers that nobody measured."""
        return tuple(source for source in self.sources if source.is_estimate)

    def __repr__(self) -> str:
        return f"Problem({_in_words(self)})"

    def _repr_html_(self) -> str:
        parts = (self.instrument.drawing(), self.tissue.drawing())
        columns = "".join(
            f'<div style="display:inline-block;vertical-align:top">{part}</div>' for part in parts
        )
        return cards.card(_in_words(self), columns, cards.sources_fold(self.sources))


def _in_words(problem: Problem) -> str:
    """Return the description without the underscores of names."""
    return describe(problem).replace("_", " ")


def describe(problem: Problem) -> str:
    """Return a problem in one line for people: site, tool, load, angle, speed, friction.

    A site or tool of the library of which the user changed numbers says how many.
    """
    stroke = problem.stroke
    load = {
        "force": f"{stroke.load:.3g} N",
        "pressure": f"{stroke.load / 1e3:.3g} kPa",
        "indentation": f"{stroke.load * 1e3:.3g} mm deep",
    }[stroke.load_kind]
    changing = stroke.histories
    if stroke.load_kind in changing:
        load = f"up to {load}"
    parts = [
        _named(problem.tissue) or "tissue of " + ", ".join(x.name for x in problem.tissue.layers),
        _named(problem.instrument) or _edge_words(problem.instrument.edge),
        load,
    ]
    if not problem.instrument.is_round:
        lean = [stroke.first_angle]
        if "angle" in changing:
            lean = [changing["angle"].values.min(), changing["angle"].values.max()]
        parts.append(" to ".join(f"{math.degrees(x):.3g}°" for x in lean))
    if stroke.usual_speed is not None:
        mean = "on average " if "speed" in changing else ""
        parts.append(f"{mean}{stroke.usual_speed * 1e3:.3g} mm/s")
    if int(stroke.repeats) > 1:
        parts.append(f"{stroke.repeats} times")
    return ", ".join([*parts, problem.friction_law.words(stroke.friction_state)])


def _edge_words(edge: Edge | Tip) -> str:
    """Return an edge or a tip without a name in words."""
    return edge.words if isinstance(edge, Tip) else f"edge r {float(edge.nose_radius) * 1e3:g} mm"


def _named(owner: Tissue | Instrument) -> str | None:
    """Return a name, with the count of the user's own numbers where others have sources."""
    parts = [x for _, x in owner.parts] if isinstance(owner, Tissue) else [owner]
    own = sum(own_numbers(part) for part in parts) if owner.sources else 0
    if not own or owner.name is None:
        return owner.name
    return f"{owner.name} with {own} own number{'s' if own > 1 else ''}"


def out_of_scale(problem: Problem) -> str | None:
    """Return in what layers, tool and load do not fit each other, or None.

    What no solver could answer: a tool pressed deeper than the tissue, a tool many times wider than
    the block it presses on, a slide off the block, elements larger than the tissue.
    """
    tissue, edge, stroke = problem.tissue, problem.instrument.edge, problem.stroke
    depth = None if stroke.indentation is None else stroke.load
    if tissue.base == "rigid" and depth is not None and depth >= tissue.thickness:
        return (
            f"indentation is {depth:g} m, and the tissue is {tissue.thickness:g} m thick over "
            "a rigid base; press less deep, or give a thicker tissue"
        )
    element = problem.resolution.element_along
    if element is not None and float(element) > tissue.thickness > 0.0:
        return (
            f"element_along is {float(element):g} m, and the tissue is {tissue.thickness:g} m "
            "thick; give elements smaller than the tissue"
        )
    if tissue.width is None:
        return None
    width, nose = float(tissue.width), float(edge.nose_radius)
    if nose > WIDEST_NOSE * width:
        return (
            f"nose_radius is {nose:g} m, and the tissue is {width:g} m wide; give a nose of at "
            f"most {WIDEST_NOSE:g} times the width, or a wider tissue"
        )
    if stroke.length is not None and float(stroke.length) > width:
        return (
            f"length of the stroke is {float(stroke.length):g} m, and the tissue is {width:g} m "
            "wide; give a shorter stroke, or leave width out"
        )
    return None


def _has_usual_numbers(problem: Problem) -> bool:
    """Whether every number lies in its range, see `softsim.plausible`."""
    tool = problem.instrument
    parts: tuple[tuple[object, str], ...] = (
        (tool, "instrument"),
        (tool.edge, "edge"),
        (problem.stroke, "stroke"),
        (problem.tissue, "tissue"),
        (problem.resolution, "resolution"),
        *((layer, "layer") for layer in problem.tissue.layers),
        *((interface, "interface") for interface in problem.tissue.interfaces.values()),
        *((region, "region") for region in problem.tissue.regions.values()),
        *((adhesion, "adhesion") for adhesion in problem.tissue.adhesions.values()),
    )
    return all(_is_usual(part, kind) for part, kind in parts)


_USUAL: dict[int, object] = {}  # parts seen to be usual: the cases of a sweep share most of them
_MOST_PARTS = 500


def _is_usual(part: object, kind: str) -> bool:
    """Whether the numbers of one frozen part are usual; one seen before is not looked at again."""
    if _USUAL.get(id(part)) is part:
        return True
    material = part.material if isinstance(part, Layer | Region) else None
    usual = all_usual(part, kind) and (material is None or material.is_usual)
    if usual:
        if len(_USUAL) >= _MOST_PARTS:
            _USUAL.clear()
        _USUAL[id(part)] = part
    return usual


def pack_layers(tissue: Tissue) -> LayerArrays:
    """Turn the layers of a tissue into arrays."""
    stretches = [layer_prestretch(layer) for layer in tissue.layers]
    return _pack(tissue.layers, [layer.material for layer in tissue.layers], stretches)


def pack_materials(tissue: Tissue) -> tuple[LayerArrays, NDArray[np.int64]]:
    """Turn the layers of a tissue, and behind them what regions make of them, into arrays.

    Returns
    -------
    materials : LayerArrays
    number : ndarray of int64, shape (n_regions, n_layers)
        Material of each region in each layer; -1 where it is not.
    """
    layers = list(tissue.layers)
    materials: list[Material] = [layer.material for layer in layers]
    stretches = [layer_prestretch(layer) for layer in layers]
    names, bounds = [layer.name for layer in layers], tissue.bounds
    number = np.full((len(tissue.regions), len(names)), -1)
    for i, region in enumerate(tissue.regions.values()):
        for k in np.flatnonzero(region.drawn(names, bounds).is_in):
            number[i, k] = len(materials)
            layers.append(layers[k])
            materials.append(region.material_in(layers[k].material))
            stretches.append(_under_same_tension(layers[k], materials[-1], stretches[k]))
    return _pack(layers, materials, stretches), number


def _pack(
    layers: Sequence[Layer],
    materials: Sequence[Material],
    stretches: Sequence[tuple[float, float, float]],
) -> LayerArrays:
    """Turn materials in layers, under stretches [-], into arrays."""
    packed = [material.pack() for material in materials]
    n_layers = len(packed)
    parameters = np.zeros((n_layers, max(p.size for p, _ in packed)))
    for k, (constants, _) in enumerate(packed):
        parameters[k, : constants.size] = constants
    prony = [material.prony for material in materials]
    weights, times = _pack_spectra(prony)
    counts = [families.shape[0] for _, families in packed]
    return LayerArrays(
        thickness=np.array([layer.thickness for layer in layers], np.float64),
        law_codes=np.array([material.code for material in materials], np.int64),
        law_parameters=parameters,
        family_offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        families=np.concatenate([families for _, families in packed]).reshape(-1, 5),
        prestretch=np.array(stretches),
        relaxes_all=np.array([bool(p and p.relaxes == "all") for p in prony]),
        weights=weights,
        times=times,
        at_points=np.array([_volume_at_points(material) for material in materials]),
    )


def _volume_at_points(law: Material) -> float:
    """Return the share of the volume's energy that locks no mesh: as stiff as a soft volume."""
    return min(1.0, SOFT_VOLUME * law.shear_modulus_initial / law.bulk_modulus_initial)


def pack_interfaces(tissue: Tissue) -> InterfaceArrays:
    """Turn the boundaries under the layers of a tissue into arrays; the bonded ones are inf."""
    under = {part.under: part for part in tissue.interfaces.values()}
    found = [under.get(layer.name) for layer in tissue.layers]
    weights, times = _pack_spectra([part.prony if part else None for part in found])
    return InterfaceArrays(
        stiffness=np.array([part.instantaneous if part else np.inf for part in found]),
        viscosity=np.array([float(part.viscosity) if part else 0.0 for part in found]),
        weights=weights,
        times=times,
    )


def pack_adhesions(tissue: Tissue) -> AdhesionArrays:
    """Turn the adhesions of a tissue into arrays."""
    patches = tuple(tissue.adhesions.values())
    names = [layer.name for layer in tissue.layers]
    above = [names.index(str(tissue.interfaces[patch.interface].under)) for patch in patches]

    def column(name: str) -> Array:
        return np.array([getattr(patch, name) for patch in patches], np.float64)

    modes = np.array([[mode[:2] for mode in patch.modes] for patch in patches]).reshape(-1, 2, 2)
    return AdhesionArrays(
        layer=np.array(above, np.int64),
        start=column("start"),
        end=column("end"),
        share=column("bonded_fraction"),
        stiffness=column("stiffness"),
        strength=modes[..., 0].copy(),
        energy=modes[..., 1].copy(),
        exponent=column("mode_exponent"),
        lag=column("lag"),
    )


def _pack_spectra(prony: Sequence[Prony | None]) -> tuple[Array, Array]:
    """Return weights [-] and times [s] of spectra, (n, n_branches), padded with zero weights."""
    spectra = [p.pack() if p else (np.zeros(0), np.zeros(0)) for p in prony]
    shape = (len(spectra), max(g.size for g, _ in spectra))
    weights, times = np.zeros(shape), np.ones(shape)
    for k, (g, tau) in enumerate(spectra):
        weights[k, : g.size], times[k, : tau.size] = g, tau
    return weights, times


def layer_prestretch(layer: Layer) -> tuple[float, float, float]:
    """Stretch (along, depth, across) of the undisturbed, relaxed layer, free to thin in depth.

    Raises
    ------
    InputError
        When no stretch below 2 carries the prestress.
    """
    if layer.prestress is None:
        along, across = layer.prestretch  # type: ignore[misc]
        if (along, across) == (1.0, 1.0):
            return 1.0, 1.0, 1.0
        return along, _free_depth_stretch(layer, along, across), across
    prestress = float(layer.prestress)
    if prestress == 0.0:
        return 1.0, 1.0, 1.0

    def tension(stretch: float) -> float:
        depth = _free_depth_stretch(layer, stretch, stretch)
        return float(_relaxed_cauchy(layer, stretch, depth, stretch)[0])

    if tension(LARGEST_PRESTRETCH) < prestress:
        raise InputError(
            f"prestress of layer {shown(layer.name)} is {prestress:g} Pa; must be below "
            f"{tension(LARGEST_PRESTRETCH):g} Pa, the tension at a stretch of "
            f"{LARGEST_PRESTRETCH:g} (stiffen the material or lower the prestress)"
        )
    stretch = float(brentq(lambda x: tension(x) - prestress, 1.0, LARGEST_PRESTRETCH, xtol=1e-13))
    return stretch, _free_depth_stretch(layer, stretch, stretch), stretch


def _under_same_tension(
    layer: Layer, material: Material, stretch: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Stretch (along, depth, across) under which a material carries the tension of a layer.

    `stretch` is that of the layer [-]; with equal tensions undisturbed tissue is at rest.

    Raises
    ------
    InputError
        When the material carries that tension at no stretch.
    """
    if material == layer.material or stretch == (1.0, 1.0, 1.0):
        return stretch
    aim, other = _relaxed_cauchy(layer, *stretch), replace(layer, material=material)
    scale = max(float(np.abs(aim).max()), 1e-30)
    found = root(
        lambda x: (_relaxed_cauchy(other, *np.exp(x)) - aim) / scale, np.log(stretch), tol=1e-12
    )
    along, depth, across = (float(x) for x in np.exp(found.x))
    if np.abs(found.fun).max() > 1e-9:
        raise InputError(
            f"a region in layer {shown(layer.name)} cannot carry the tension of the layer, "
            f"{aim[0]:.3g} Pa along (stiffen the material of the region, or lower the prestress)"
        )
    return along, depth, across


def _free_depth_stretch(layer: Layer, along: float, across: float) -> float:
    """Stretch in depth at which the relaxed layer carries no stress in depth."""
    return float(
        brentq(lambda d: _relaxed_cauchy(layer, along, d, across)[1], 0.1, 3.0, xtol=1e-14)
    )


def _relaxed_cauchy(layer: Layer, along: float, depth: float, across: float) -> Array:
    """Long-term Cauchy stress (along, depth, across) of a layer under principal stretches [Pa]."""
    point = response(layer.material, np.array([along**2, depth**2, across**2, 0.0]))
    share = layer.material.prony.g_inf if layer.material.prony else 1.0
    series = layer.material.prony
    fixed = share if series and series.relaxes == "all" else 1.0
    stress = share * point.stress_iso + fixed * point.stress_vol
    return np.asarray(stress[:3] * np.array([along, depth, across]) ** 2 / (along * depth * across))
