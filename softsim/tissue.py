"""Layered tissue: what lies under the tool, from the skin down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from softsim import cards
from softsim.adhesion import Adhesion, Adhesions, checked_adhesions
from softsim.checks import checked_choice, checked_items, checked_name
from softsim.errors import InputError, shown
from softsim.interface import Interface, Interfaces, checked_interfaces, laid
from softsim.materials import LAWS, Material
from softsim.plausible import usual_si
from softsim.provenance import attached, given, listed, placed
from softsim.region import Region, Regions, checked_regions
from softsim.sources import Source
from softsim.units import Quantity, to_si

BASES = ("rigid", "half_space")
SIDES = ("held", "free")
PRESTRETCH_BOUNDS = (0.5, 2.0)
MOST_LAYERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer of tissue.

    After construction every number is an SI float and `prestretch` is the pair (along, across).

    Parameters
    ----------
    name : str
        Name of the layer, unique in its tissue; it labels results.
    thickness : float or str
        Thickness before loading [m].
    material : Material
        One of the laws of `softsim.materials`.
    prestretch : float or (float, float)
        In-plane stretch the layer lives under before the tool comes [-]: one number for both
        directions, or (along, across).
    prestress : float or str, optional
        In-plane tension the layer lives under, the same along and across [Pa]; give this or
        `prestretch`, not both.
    tissue : str, optional
        Library tissue this layer was made from; None once no number of that tissue is left.
    sources : tuple of Source
        Evidence of the numbers of the layer; one that speaks for another number than the layer has
        is dropped.
    """

    name: str
    thickness: Quantity
    material: Material
    prestretch: float | tuple[float, float] = 1.0
    prestress: Quantity | None = None
    tissue: str | None = None
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        checked_name(self.name, "name of a layer", "dermis")
        of = f"of layer {shown(self.name)}"
        set_ = object.__setattr__
        set_(
            self,
            "thickness",
            usual_si(
                self.thickness,
                "layer.thickness",
                f"thickness {of}",
                low=0.0,
                open_low=True,
                high=1.0,
                cure="bare numbers are metres; write e.g. '1.5 mm'",
            ),
        )
        if not isinstance(self.material, tuple(LAWS.values())):
            raise InputError(
                f"material {of} is {shown(self.material)}; must be one of "
                f"{', '.join(sorted(law.__name__ for law in LAWS.values()))}"
            )
        set_(self, "prestretch", self._checked_prestretch(of))
        if self.prestress is not None:
            if self.prestretch != (1.0, 1.0):
                raise InputError(
                    f"layer {shown(self.name)} has prestretch {self.prestretch} and prestress "
                    f"{shown(self.prestress)}; give one of them, the other follows"
                )
            bounds: dict[str, Any] = {"low": 0.0, "cure": "tension is positive"}
            prestress = usual_si(self.prestress, "layer.prestress", f"prestress {of}", **bounds)
            set_(self, "prestress", prestress)
        if self.tissue is not None:
            checked_name(self.tissue, f"tissue {of}", "dermis")
        kept = attached(self, self.sources)
        if self._is_of_its_tissue(self.sources) and not self._is_of_its_tissue(kept):
            set_(self, "tissue", None)
        set_(self, "sources", kept)

    def _is_of_its_tissue(self, sources: Iterable[Source]) -> bool:
        """Whether one of the sources is a number of the library tissue."""
        return any(source.name.startswith(f"tissue.{self.tissue}.") for source in sources)

    def _checked_prestretch(self, of: str) -> tuple[float, float]:
        """Return the prestretch as the pair (along, across)."""
        given = self.prestretch
        pair = checked_items(given, f"prestretch {of}", MOST_LAYERS)
        pair = pair * 2 if len(pair) == 1 and pair[0] is given else pair
        if len(pair) != 2:
            raise InputError(
                f"prestretch {of} is {shown(given)}; must be one number or the pair (along, across)"
            )
        low, high = PRESTRETCH_BOUNDS
        along, across = (
            to_si(
                value,
                "1",
                f"prestretch {direction} {of}",
                low=low,
                high=high,
                cure="1 is unstretched, 1.02 is 2 % longer",
            )
            for value, direction in zip(pair, ("along", "across"), strict=True)
        )
        return along, across


@dataclass(frozen=True, slots=True, kw_only=True)
class Tissue:
    """A stack of layers from the skin down.

    Parameters
    ----------
    layers : sequence of Layer
        From the surface down; at least one, names unique.  Stored as a tuple.
    base : {"rigid", "half_space"}
        What lies under the last layer: something rigid (bone), or nothing else: the last layer has
        no bottom (linear engine only).
    width : float or str, optional
        Length of the section along the stroke [m]; by default wide enough for the stroke.
    sides : {"held", "free"}
        The two ends of the section: held in place (the tissue goes on), or free (a cut block).
    name : str, optional
        Name of the tissue, e.g. the body site.
    interfaces : mapping of str to Interface
        Boundaries that glide, by name; all others are bonded.  One with the name of a layer takes
        the place of that layer, which is left out of `layers`; any other lies under the layer it
        names as `under`, and under the last layer it glides on the rigid base.  Stored from the
        skin down, each with the layer it is under.
    regions : mapping of str to Region
        Parts of the layers that are made of something else, by name: scars and other inclusions.
        Where two overlap, the later one counts.
    adhesions : mapping of str to Adhesion
        Patches of interfaces that bonds hold, by name.

    Examples
    --------
    >>> from softsim.materials import NeoHookean
    >>> law = NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45)
    >>> gel = Tissue(layers=[Layer(name="gel", thickness="20 mm", material=law)])
    >>> gel.thickness
    0.02
    """

    layers: Sequence[Layer]
    base: Literal["rigid", "half_space"] = "rigid"
    width: Quantity | None = None
    sides: Literal["held", "free"] = "held"
    name: str | None = None
    interfaces: Mapping[str, Interface] = field(default_factory=Interfaces)
    regions: Mapping[str, Region] = field(default_factory=Regions)
    adhesions: Mapping[str, Adhesion] = field(default_factory=Adhesions)

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        layers = checked_items(self.layers, "layers of the tissue", MOST_LAYERS)
        if not layers:
            raise InputError("tissue has no layers; give at least one Layer")
        for i_layer, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                raise InputError(
                    f"layers[{i_layer}] is {shown(layer)}; must be a Layer, such as "
                    "Layer(name='fat', thickness='8 mm', material=...)"
                )
        repeated = [name for name, n in Counter(layer.name for layer in layers).items() if n > 1]
        if repeated:
            raise InputError(
                f"layer name {shown(repeated[0])} is used more than once; give every layer its own "
                f"name, e.g. {shown(repeated[0] + '_1')} and {shown(repeated[0] + '_2')}"
            )
        checked_choice(self.base, "base", BASES)
        checked_choice(self.sides, "sides", SIDES)
        if self.name is not None:
            checked_name(self.name, "name of the tissue", "calf")
        gliding = checked_interfaces(self.interfaces)
        found, kept = laid(gliding, [layer.name for layer in layers], self.base)
        set_(self, "interfaces", found)
        set_(self, "layers", tuple(layers[place] for place in kept))
        names = [layer.name for layer in self.layers]
        set_(self, "regions", checked_regions(self.regions, [*names, *found], names, self.bounds))
        taken = (*names, *found, *self.regions)
        set_(self, "adhesions", checked_adhesions(self.adhesions, found, taken))
        if self.width is not None:
            width = usual_si(
                self.width,
                "tissue.width",
                "width of the tissue",
                low=0.0,
                open_low=True,
                high=10.0,
                cure="bare numbers are metres; write e.g. '80 mm'",
            )
            set_(self, "width", width)

    @property
    def thickness(self) -> float:
        """Thickness of the whole stack [m]."""
        return sum(float(layer.thickness) for layer in self.layers)

    @property
    def bounds(self) -> NDArray[np.float64]:
        """Depths where layers begin and the last one ends, shape (n_layers + 1,) [m]."""
        return np.cumsum([0.0, *(float(layer.thickness) for layer in self.layers)])

    @property
    def parts(self) -> tuple[tuple[str, Layer | Interface | Region | Adhesion], ...]:
        """Layers, interfaces and their adhesions, from the skin down, and regions behind them."""
        under = {str(part.under): (name, part) for name, part in self.interfaces.items()}
        found: list[tuple[str, Layer | Interface | Region | Adhesion]] = []
        for layer in self.layers:
            found.append((layer.name, layer))
            if layer.name in under:
                on, interface = under[layer.name]
                found.append((on, interface))
                found += [(k, one) for k, one in self.adhesions.items() if one.interface == on]
        return (*found, *self.regions.items())

    @property
    def sources(self) -> tuple[Source, ...]:
        """Sources of the numbers of every part, paths beginning at the problem."""
        found = (s for name, part in self.parts for s in placed(part.sources, f"tissue.{name}"))
        return tuple(dict.fromkeys(found))

    @property
    def evidence(self) -> tuple[Source, ...]:
        """Where every number of the tissue comes from: its sources, and what the user gave."""
        found = (s for name, part in self.parts for s in listed(part, f"tissue.{name}"))
        return tuple(dict.fromkeys((*found, *given(self, "tissue"))))

    @property
    def estimates(self) -> tuple[Source, ...]:
        """The sources that are estimates or priors: numbers that nobody measured."""
        return tuple(source for source in self.sources if source.is_estimate)

    @property
    def title(self) -> str:
        """What the tissue is, in a few words."""
        floor = {"rigid": "over a rigid base", "half_space": "the last without a bottom"}
        return (
            f"{self.name or 'tissue'}: {len(self.layers)} layers, {1e3 * self.thickness:.3g} mm, "
            f"{floor[self.base]}"
        )

    def __repr__(self) -> str:
        layers = ", ".join(f"{x.name} {1e3 * float(x.thickness):.3g} mm" for x in self.layers)
        return f"Tissue({self.name or 'unnamed'}, base={self.base!r}: {layers})"

    def _repr_html_(self) -> str:
        return cards.card(self.title, self.drawing(), cards.sources_fold(self.evidence))

    def drawing(self) -> str:
        """Return the layers as bands and the interfaces as lines, in HTML."""
        floor = "rigid base" if self.base == "rigid" else "the last layer has no bottom"
        bands = []
        for name, part in self.parts:
            if isinstance(part, Layer):  # the law is the note
                bands.append((name, float(part.thickness), type(part.material).__name__))
            elif isinstance(part, Interface):
                bands.append((name, 0.0, "interface"))
        return cards.layers_drawing(bands, floor)
