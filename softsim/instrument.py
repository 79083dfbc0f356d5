"""The tool: a rigid edge, or a round tip, and how much of it touches the skin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from softsim import cards
from softsim.checks import checked_name
from softsim.edge import MILLIMETRES, Edge, length_of
from softsim.errors import InputError, shown
from softsim.plausible import usual_si
from softsim.provenance import attached, listed
from softsim.sources import Source
from softsim.tips import Tip
from softsim.units import Quantity, to_si

END_SHARE = 0.125
"""Radius of the rounding at the ends of an edge over its contact length, where none is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A rigid tool; after construction every number is an SI float.

    Parameters
    ----------
    edge : Edge or Tip
        Section of the edge in use, or a round tip.
    contact_length : float or str
        Length of edge in use, across the stroke [m]; a force is spread over it.  0, none, of a
        round tip.
    name : str, optional
        Name in the library.
    label : str
        What the tool is, for people.
    mass : float or str, optional
        Mass [kg]; its weight is part of the force on the skin.
    edge_curvature_radius : float or str, optional
        Radius of the edge line seen along the blade [m]: + convex, - concave, inf straight.
    end_radius : float or str, optional
        Radius with which the edge line turns up at both ends, inside `contact_length` [m]; 0 cuts
        the ends square.  By default an eighth of `contact_length`: an estimate, since no tool's
        ends were ever printed.  Only whole edges know it.
    friction_multiplier : float
        Factor on the dry friction of skin [-], e.g. 2 for a textured surface.
    sources : tuple of Source
        Evidence of the numbers.
    """

    edge: Edge | Tip
    contact_length: Quantity = 0.0
    name: str | None = None
    label: str = ""
    mass: Quantity | None = None
    edge_curvature_radius: Quantity | None = None
    end_radius: Quantity | None = None
    friction_multiplier: Quantity = 1.0
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        if not isinstance(self.edge, (Edge, Tip)):
            raise InputError(
                f"edge of the instrument is {shown(self.edge)}; must be an Edge, such as "
                "Edge(nose_radius='1 mm', thickness='2 mm')"
            )
        if self.is_round:
            self._check_round()
        else:
            length = length_of(self.contact_length, "instrument.contact_length", "contact_length")
            set_(self, "contact_length", length)
        if self.name is not None:
            checked_name(self.name, "name of the instrument", "scanner")
        if self.label != "":
            checked_name(self.label, "label of the instrument", "a bevelled steel blade")
        if self.mass is not None:
            bounds: dict[str, Any] = {"low": 0.0, "open_low": True, "high": 100.0}
            mass = usual_si(self.mass, "instrument.mass", "mass", cure="write '170 g'", **bounds)
            set_(self, "mass", mass)
        if self.edge_curvature_radius is not None:
            set_(self, "edge_curvature_radius", _curvature_radius(self.edge_curvature_radius))
        if self.end_radius is not None:
            bounds = {"low": 0.0, "high": 10.0, "cure": MILLIMETRES}
            end = usual_si(self.end_radius, "instrument.end_radius", "end_radius", **bounds)
            set_(self, "end_radius", end)
        multiplier = to_si(
            self.friction_multiplier,
            "1",
            "friction_multiplier",
            low=0.0,
            open_low=True,
            high=10.0,
            cure="1 is polished metal",
        )
        set_(self, "friction_multiplier", multiplier)
        set_(self, "sources", attached(self, self.sources))

    @property
    def is_round(self) -> bool:
        """Whether the tool is a round tip."""
        return isinstance(self.edge, Tip)

    def _check_round(self) -> None:
        """Refuse what only an edge has."""
        for name in ("contact_length", "edge_curvature_radius", "end_radius"):
            if getattr(self, name) not in (None, 0.0):
                raise InputError(
                    f"{name} is {shown(getattr(self, name))}, but a round tip has none; leave it "
                    "out, or give an Edge"
                )

    @property
    def evidence(self) -> tuple[Source, ...]:
        """Where every number of the tool comes from: its sources, and what the user gave."""
        return listed(self, "instrument")

    @property
    def end_rounding(self) -> float:
        """Radius of the rounding at the ends of the edge, given or by default [m]."""
        if self.end_radius is None:
            return END_SHARE * float(self.contact_length)
        return float(self.end_radius)

    @property
    def estimates(self) -> tuple[Source, ...]:
        """The sources that are estimates or priors: numbers that nobody measured."""
        return tuple(source for source in self.sources if source.is_estimate)

    def __repr__(self) -> str:
        sizes = "; ".join(f"{name} {value}" for name, value in self._facts())
        return f"Instrument({self.name or 'unnamed'}: {sizes})"

    def _repr_html_(self) -> str:
        title = self.label or (self.name or "instrument").replace("_", " ")
        return cards.card(title, self.drawing(), cards.sources_fold(self.evidence))

    def drawing(self) -> str:
        """Return the edge as a drawing with its sizes, in HTML."""
        picture = cards.edge_drawing(self.edge.section(), float(self.edge.thickness))
        return picture + cards.facts(self._facts())

    def _facts(self) -> list[tuple[str, str]]:
        """Return the sizes of the edge in words."""
        edge = self.edge
        if isinstance(edge, Tip):
            return [("tip", edge.words), ("diameter", f"{1e3 * edge.thickness:.3g} mm")]
        flanks = (float(edge.leading_flank_angle), float(edge.trailing_flank_angle))
        leading, trailing = (f"{math.degrees(angle):.3g}°" for angle in flanks)
        return [
            ("nose radius", f"{1e3 * float(edge.nose_radius):.3g} mm"),
            ("flanks", f"leading {leading}, trailing {trailing}"),
            ("thickness", f"{1e3 * float(edge.thickness):.3g} mm"),
            ("length in contact", f"{1e3 * float(self.contact_length):.3g} mm"),
        ]


def _curvature_radius(value: Quantity) -> float:
    """Return the signed radius of the edge line [m]; infinite for a straight one."""
    name, cure = "edge_curvature_radius", "inf is a straight edge"
    if isinstance(value, (float, np.floating)) and math.isinf(value):
        return float(value)
    if isinstance(value, str) and value.strip() == "inf":
        return math.inf
    if to_si(value, "m", name, cure=cure) == 0.0:
        raise InputError(f"{name} is 0 m; must not be 0 ({cure}, negative concave)")
    return usual_si(value, f"instrument.{name}", name, cure=cure)
