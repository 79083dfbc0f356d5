"""Protocols of the library as problems: every phase a stroke program on its site with its tool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from softsim.checks import checked_count, checked_flag
from softsim.library import load_instrument, load_protocol, load_tissue
from softsim.problem import Problem, layer_prestretch
from softsim.program import PRESS_TIME
from softsim.sources import Source, quantity_to_si, source_from
from softsim.stroke import PASSES_LIMIT, Stroke
from softsim.tissue import Layer, Tissue

_NUMBERS = {"angle": "rad", "speed": "m/s", "length": "m", "dwell": "s"}
_STRETCHED = {
    "prestretch_skin": ("epidermis", "dermis"),
    "prestretch_deep_fascia": ("deep_fascia",),
    "prestretch_muscle": ("muscle",),
}
"""Layers that the state of a phase stretches: those of such a tissue, or whose names begin so."""


def protocol_problems(
    name: str, *, strokes: int | None = None, optional: bool = False
) -> dict[str, Problem]:
    """Return the phases of a protocol as problems for ``simulate(…, mode="transient")``.

    Parameters
    ----------
    name : str
        One of `protocols`.
    strokes : int, optional
        Of every phase; by default as many as the protocol has, at most 1000.
    optional : bool
        Whether phases that are left out as a rule are among them.

    Returns
    -------
    dict of str to Problem
        By name of the phase, in order.  One way: strokes are repeats, the tool off the skin between
        them for what the rate leaves; there and back: passes.  Every number keeps its source.

    Raises
    ------
    InputError
        For an unknown name, with the nearest ones.

    Notes
    -----
    Layers stretched by posture have that stretch along the stroke besides their own.  What changes
    in the tissue during a stroke (a joint that moves, a muscle that tightens) is left out, and so
    are side-by-side lines.

    Examples
    --------
    >>> import softsim as ss
    >>> problems = ss.protocol_problems("gua_sha", strokes=2)
    >>> list(problems), problems["press_stroke"].stroke.repeats
    (['settle', 'press_stroke'], 2)
    """
    protocol = load_protocol(name)
    if strokes is not None:
        checked_count(strokes, "strokes", 1, PASSES_LIMIT)
    checked_flag(optional, "optional")
    phases = [phase for phase in protocol["phase"] if optional or not phase.get("optional")]
    return {phase["name"]: _problem(name, protocol, phase, strokes) for phase in phases}


def _problem(
    name: str, protocol: Mapping[str, Any], phase: Mapping[str, Any], strokes: int | None
) -> Problem:
    """Return one phase of a protocol."""
    place = f"protocol.{name}.{phase['name']}"
    turned = "90 deg" if phase["axis"] == "across" else 0.0
    tissue = load_tissue(protocol["site"], fibre_angle=turned)
    return Problem(
        tissue=_posed(tissue, phase.get("tissue_state", {}), place),
        instrument=load_instrument(phase.get("instrument", protocol["instrument"])),
        stroke=_stroke(place, phase, strokes, phase.get("lubrication", protocol["lubrication"])),
    )


def _stroke(place: str, phase: Mapping[str, Any], strokes: int | None, lubrication: str) -> Stroke:
    """Return the strokes of a phase with their sources."""
    load, unit = ("force", "N") if "force" in phase else ("pressure", "Pa")
    values: dict[str, Any] = {}
    sources = []
    for key, si in {load: unit, **_NUMBERS}.items():
        source = source_from(phase[key], f"{place}.{key}")
        values[key] = quantity_to_si(source, si)
        sources.append(replace(source, feeds=(key,)))
    counted = source_from(phase["strokes"], f"{place}.strokes")
    number = min(int(counted.value), PASSES_LIMIT) if strokes is None else strokes
    again = "passes" if phase["direction"] == "back_and_forth" else "repeats"
    if number == counted.value and number > 1:
        sources.append(replace(counted, feeds=(again,)))
    values[again] = number
    values["lift_time"] = PRESS_TIME
    if again == "repeats":
        rest, source = _rest(place, phase, values)
        values["rest"] = rest
        sources += [source] if rest else []
    return Stroke(**values, friction=lubrication, sources=tuple(sources))


def _rest(
    place: str, phase: Mapping[str, Any], values: Mapping[str, float]
) -> tuple[float, Source]:
    """Return the time off the skin that the rate leaves, with its source."""
    rate = source_from(phase["rate"], f"{place}.rate")
    busy = values["length"] / values["speed"] + values["dwell"] + 2.0 * PRESS_TIME
    rest = max(1.0 / rate.value - busy, 0.0)
    source = Source(
        name=f"{place}.rest", value=rest, unit="s", basis="derived", cite=rate.cite,
        conf=rate.conf, note="1 / rate less the time on the skin", feeds=("rest",),
    )  # fmt: skip
    return rest, source


def _posed(tissue: Tissue, state: Mapping[str, Any], place: str) -> Tissue:
    """Return a tissue whose layers the state of a phase stretches along the stroke."""
    layers = list(tissue.layers)
    for key, names in _STRETCHED.items():
        if key not in state:
            continue
        source = source_from(state[key], f"{place}.{key}")
        for k, layer in enumerate(layers):
            if layer.name.startswith(names):
                layers[k] = _stretched(layer, source)
    return replace(tissue, layers=tuple(layers))


def _stretched(layer: Layer, source: Source) -> Layer:
    """Return a layer that is stretched along the stroke besides its own stretch."""
    along, _, across = layer_prestretch(layer)
    sources = (*(s for s in layer.sources if "prestress" not in s.feeds),
               replace(source, feeds=("prestretch",), note=f"along, besides {along:.4g} of the "
                       f"layer itself; {source.note}"))  # fmt: skip
    both = (along * source.value, across)
    return replace(layer, prestress=None, prestretch=both, sources=sources)
