"""The six lessons of the documentation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from softsim._simulate import run, simulate
from softsim.app import words
from softsim.app.lessons.lesson import Axis, Case, Lesson, Number
from softsim.app.lessons.sampling import IN_LAYER, profile, scalar, section
from softsim.edge import Edge
from softsim.errors import brief
from softsim.instrument import Instrument
from softsim.library import load_instrument, load_scar, load_tissue
from softsim.problem import Problem, Resolution
from softsim.stroke import Stroke

Array = NDArray[np.float64]
Solve = Callable[[Problem], Case]
Read = Callable[[xr.Dataset], float]

FINE = Resolution(accuracy="0.2 %")
"""From case to case meshes change: that must not show between them."""
STRESS = ("profile von_mises_change", "largest change of von Mises stress [kPa]")
STRAIN = ("profile strain_max_shear", "largest shear strain [%]")
_FIELDS = ("von_mises_change", "strain_max_shear")
_IN_LAYER = "peak_von_mises_change_in_layer"
_PRESSURE = Number("peak pressure on the skin", "kPa")
_DEPTH = Number("depth of the tool", "mm")


def _read(name: str, layer: str = "") -> Read:
    """Return what reads a number of a result, of a layer where one is given."""
    return lambda dataset: scalar(dataset, name, layer)


def _solver(
    half: float, *asked: Read, fields: Sequence[str] = _FIELDS, mode: str = "steady"
) -> Solve:
    """Return what solves a section at large strain and keeps some of its numbers.

    Parameters
    ----------
    half : float
        Half of the width that is shown [mm].
    *asked : callable
        Result → a number in the unit that is shown.
    fields : sequence of str
        Whose profiles are kept.
    mode : str
        As in `softsim.simulate`.
    """

    def solve(problem: Problem) -> Case:
        dataset = run(problem, mode=mode)[0]
        numbers = tuple(one(dataset) for one in asked)
        sample = section(problem, dataset, half, fields)
        told = tuple(words.cautions(dataset))
        return Case(sample=sample, numbers=numbers, cautions=told)

    return solve


# ------------------------------------------------------------------ where does the force go?


def _force(force: float) -> Problem:
    return Problem(
        tissue=load_tissue("calf"),
        instrument=load_instrument("guasha_horn_thick"),
        stroke=Stroke(force=force, angle="75 deg", speed="100 mm/s", friction="emollient"),
        resolution=FINE,
    )


def _force_found(numbers: Array) -> str:
    dermis, fat, muscle = numbers[-1, 1:4]
    return (
        f"At 6 N the dermis bears {brief(dermis)} kPa, the superficial fat "
        f"{brief(fat)} kPa and the muscle {brief(muscle)} kPa: what is stiff bears, what is soft "
        "gives way."
    )


WHERE = Lesson(
    name="where_does_the_force_go",
    question="Where does the force go?",
    look="Press harder and see which layers bear and which give way.",
    axis=Axis("force", "Force", "N", 1.0, 6.0, 7),
    problem=_force,
    solve=_solver(
        16.0,
        _read("indentation"),
        _read(_IN_LAYER, "dermis"),
        _read(_IN_LAYER, "fat_superficial"),
        _read(_IN_LAYER, "muscle"),
        _read("peak_strain_max_shear_in_layer", "fat_superficial"),
    ),
    numbers=(
        _DEPTH,
        Number("stress change in the dermis", "kPa"),
        Number("stress change in the superficial fat", "kPa"),
        Number("stress change in the muscle", "kPa"),
        Number("shear strain in the superficial fat", "%"),
    ),
    profiles=(STRESS, STRAIN),
    finding=_force_found,
    half=16.0,
)

# ------------------------------------------------------------------ sharp or blunt?


def _nose(radius: float) -> Problem:
    tool = Instrument(
        edge=Edge(nose_radius=f"{radius} mm", thickness=f"{2.0 * radius} mm"),
        contact_length="80 mm",
    )
    stroke = Stroke(force="4 N", angle="90 deg", speed="100 mm/s", friction="emollient")
    return Problem(tissue=load_tissue("calf"), instrument=tool, stroke=stroke, resolution=FINE)


def _nose_found(numbers: Array) -> str:
    skin, muscle = numbers[0, 1] / numbers[-1, 1], numbers[0, 3] / numbers[-1, 3]
    return (
        f"At the same force the sharpest edge presses {brief(skin)} times as hard on the skin as "
        f"the bluntest, and changes the stress in the muscle by a factor of {brief(muscle, 3)}: "
        "sharper is not deeper."
    )


SHARP = Lesson(
    name="sharp_or_blunt",
    question="Sharp or blunt: which goes deeper?",
    look="The force stays 4 N on 80 mm of edge; only the radius of the nose changes.",
    axis=Axis("nose", "Radius of the nose", "mm", 1.0, 8.0, 9, is_log=True),
    problem=_nose,
    solve=_solver(
        16.0,
        _read("indentation"),
        _read("peak_contact_pressure"),
        _read("contact_width"),
        _read(_IN_LAYER, "muscle"),
        fields=_FIELDS[:1],
    ),
    numbers=(
        _DEPTH,
        _PRESSURE,
        Number("width of the contact", "mm"),
        Number("stress change in the muscle", "kPa"),
    ),
    profiles=(STRESS,),
    finding=_nose_found,
    half=16.0,
)

# ------------------------------------------------------------------ fast or slow?


def _speed(speed: float) -> Problem:
    return replace(
        _nose(4.0),
        stroke=Stroke(force="4 N", angle="90 deg", speed=f"{speed} mm/s", friction="emollient"),
    )


def _speed_found(numbers: Array) -> str:
    slow, fast = numbers[0], numbers[-1]
    return (
        f"From 2 to 400 mm/s the tool rides higher, {brief(fast[0], 3)} instead of "
        f"{brief(slow[0], 3)} mm deep, since tissue that is given no time to relax is stiffer."
    )


FAST = Lesson(
    name="fast_or_slow",
    question="Fast or slow: what does speed change?",
    look="The force stays; tissue relaxes in a slow stroke and has no time to in a fast one.",
    axis=Axis("speed", "Speed", "mm/s", 2.0, 400.0, 9, is_log=True),
    problem=_speed,
    solve=_solver(
        16.0,
        _read("indentation"),
        _read("peak_contact_pressure"),
        _read("hysteretic_friction"),
        _read(_IN_LAYER, "muscle"),
    ),
    numbers=(
        _DEPTH,
        _PRESSURE,
        Number("friction from loss and ploughing", ""),
        Number("stress change in the muscle", "kPa"),
    ),
    profiles=(STRESS, STRAIN),
    finding=_speed_found,
    half=16.0,
)

# ------------------------------------------------------------------ glide or stick?


def _glide(stiffness: float) -> Problem:
    site = load_tissue("calf", gliding="interface")
    softer = {n: replace(one, stiffness=f"{stiffness} MPa/m") for n, one in site.interfaces.items()}
    stroke = Stroke(force="4 N", angle="90 deg", speed="100 mm/s", friction="dry")
    return replace(_nose(4.0), tissue=replace(site, interfaces=softer), stroke=stroke)


def _slip(dataset: xr.Dataset) -> float:
    return 1e3 * float(np.abs(dataset["slip"]).max())


def _drag(dataset: xr.Dataset) -> float:
    return 1e-3 * float(np.abs(dataset["interface_shear"]).max())


def _glide_found(numbers: Array) -> str:
    return (
        f"Where the loose tissue is softest the layers slide {brief(numbers[0, 0])} mm over the "
        f"muscle and drag it with {brief(numbers[0, 1])} kPa; where they stick they slide "
        f"{brief(numbers[-1, 0])} mm and drag it with {brief(numbers[-1, 1])} kPa."
    )


GLIDE = Lesson(
    name="glide_or_stick",
    question="Skin that glides and skin that sticks: what reaches the muscle?",
    look="The loose tissue between fascia and muscle, from slippery to stuck; the skin is dry.",
    axis=Axis("stiffness", "Stiffness of the loose tissue", "MPa/m", 0.1, 100.0, 9, is_log=True),
    problem=_glide,
    solve=_solver(16.0, _slip, _drag, _read("indentation"), _read(_IN_LAYER, "muscle")),
    numbers=(
        Number("slip over the muscle", "mm"),
        Number("shear on the muscle", "kPa"),
        _DEPTH,
        Number("stress change in the muscle", "kPa"),
    ),
    profiles=(STRAIN, STRESS),
    finding=_glide_found,
    half=16.0,
)

# ------------------------------------------------------------------ a scar in the path


def _scar(factor: float) -> Problem:
    site = load_tissue("forearm_volar")
    scar = replace(
        load_scar("mature", start="-3 mm", length="6 mm", transition="1 mm"),
        stiffness_factor=factor,
    )
    return Problem(
        tissue=replace(site, regions={"scar": scar}),
        instrument=load_instrument("guasha_horn_thick"),
        stroke=Stroke(force="2 N", angle="90 deg", friction="emollient"),
        resolution=FINE,
    )


def _in_scar(dataset: xr.Dataset) -> float:
    return 1e-3 * float(dataset["region_peak_von_mises_change"].sel(region="scar").max())


def _scar_found(numbers: Array) -> str:
    first, last = numbers[0], numbers[-1]
    return (
        f"From as stiff as the skin to six times, the stress in the scar goes from "
        f"{brief(first[0])} to {brief(last[0])} kPa; the tool goes {brief(first[1] - last[1])} mm "
        f"less deep, and the fat below it bears {brief(last[2], 3)} instead of "
        f"{brief(first[2], 3)} kPa."
    )


SCAR = Lesson(
    name="scar_in_the_path",
    question="A scar in the path: what does it bear?",
    look="A scar 6 mm long in the dermis under the tool, from as stiff as the skin to six times.",
    axis=Axis("factor", "Stiffness of the scar over the skin", "", 1.0, 6.0, 5, is_log=True),
    problem=_scar,
    solve=_solver(
        12.0,
        _in_scar,
        _read("indentation"),
        _read(_IN_LAYER, "fat_superficial"),
        fields=_FIELDS[:1],
        mode="press",
    ),
    numbers=(
        Number("stress change in the scar", "kPa"),
        _DEPTH,
        Number("stress change in the superficial fat", "kPa"),
    ),
    profiles=(STRESS,),
    finding=_scar_found,
    half=12.0,
)

# ------------------------------------------------------------------ section or whole edge?

PER_LENGTH = 2.0  # N/m: small enough for small-strain theory


def _length(length: float) -> Problem:
    tool = Instrument(
        edge=Edge(nose_radius="4 mm", thickness="8 mm"), contact_length=f"{length} mm"
    )
    stroke = Stroke(
        force=1e-3 * length * PER_LENGTH, angle="90 deg", speed="100 mm/s", friction="emollient"
    )
    return Problem(tissue=load_tissue("calf"), instrument=tool, stroke=stroke)


def _length_solve(problem: Problem) -> Case:
    plane = run(problem, engine="linear")[0]
    whole = simulate(problem, edge="whole", progress=False)
    curves = [profile(x, problem.tissue, "von_mises_change") for x in (plane, whole)]
    deep = [1e3 * float(x["indentation"]) for x in (plane, whole)]
    muscle = [float(curve[-IN_LAYER:].max()) for curve in curves]
    told = tuple(dict.fromkeys(words.cautions(plane) + words.cautions(whole)))
    sample = {"profile section": curves[0], "profile whole": curves[1]}
    return Case(sample=sample, numbers=(*deep, *muscle), cautions=told)


def _length_found(numbers: Array) -> str:
    short, long = numbers[0, 3] / numbers[0, 2], numbers[-1, 3] / numbers[-1, 2]
    return (
        "At the same force on each millimetre, the largest stress change in the muscle under the "
        f"whole edge is {brief(short)} of what its section says where the edge is 10 mm long, and "
        f"{brief(long)} of it where it is 100 mm long."
    )


_ALIKE = "largest change of von Mises stress, small strain [kPa]"
LENGTH = Lesson(
    name="section_or_whole_edge",
    question="Section or whole edge: when may one cut be trusted?",
    look="The force on each millimetre stays; only the length of the edge changes. Small strain.",
    axis=Axis("length", "Length of the edge", "mm", 10.0, 100.0, 5, is_log=True),
    problem=_length,
    solve=_length_solve,
    numbers=(
        Number("depth of the tool, section", "mm"),
        Number("depth of the tool, whole edge", "mm"),
        Number("stress change in the muscle, section", "kPa"),
        Number("stress change in the muscle, whole edge", "kPa"),
    ),
    profiles=(("profile section", _ALIKE), ("profile whole", _ALIKE)),
    names=("section", "whole edge"),
    finding=_length_found,
)

LESSONS = {x.name: x for x in (WHERE, SHARP, FAST, GLIDE, SCAR, LENGTH)}
"""Every lesson by name."""
