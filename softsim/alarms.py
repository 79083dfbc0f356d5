"""Alarms: what a result has to tell against itself, one rule per function.

A rule looks at the problem and at the labelled result and returns a sentence, or None.  All of them
are asked in one place, `with_alarms`, for every result of either engine: the command line prints
the sentences and the figure shows them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from softsim.errors import brief
from softsim.measuring import ENERGIES, spread_of_action, text_of
from softsim.metrics import at_full_load, energy_residual
from softsim.problem import Problem
from softsim.sources import library_table
from softsim.variables import profile_name, warnings_of, warnings_text

Array = NDArray[np.float64]

RESIDUAL_TOLD = 0.02
"""Energy residual above which a result warns [-]."""

SMALL_STRAIN = 0.05
"""Largest principal strain up to which small-strain theory holds [-]."""

NEAR_THE_BONE = 0.5
"""Share of the tissue's thickness pressed together above which a result warns [-]."""

GRAVITY = 9.80665
"""Standard acceleration of free fall [m/s²]."""

LOOSE_DEPTH, LOOSE_SHARE = 1.5, 0.01
"""Larger over smaller depth of action at shares a tenth apart, and their difference over the
tissue's thickness, above which a result warns that the depth is loose."""

_SAME = 1.0e-9  # relative difference of equal lengths


@dataclass(frozen=True, slots=True)
class Result:
    """What the rules look at: the problem, all of the result, and the result at full load."""

    problem: Problem
    dataset: xr.Dataset
    loaded: xr.Dataset = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "loaded", at_full_load(self.dataset))

    @property
    def engine(self) -> str:
        """Name of the engine."""
        return str(self.dataset.attrs["engine"])

    @property
    def mode(self) -> str:
        """Name of the mode."""
        return str(self.dataset.attrs["stroke_mode"])

    def at_full_load(self, name: str) -> float:
        """Return a scalar at full load; NaN where the result has none."""
        if name not in self.loaded.variables:
            return float("nan")
        return float(self.loaded.variables[name].to_numpy())


Rule = Callable[[Result], str | None]


def with_alarms(problem: Problem, dataset: xr.Dataset) -> xr.Dataset:
    """Return a result whose attribute `warnings` has every alarm, those of its engine included.

    Parameters
    ----------
    problem : Problem
    dataset : Dataset
        Result of an engine in the schema of `softsim.variables`; its attribute `warnings` is a
        JSON list of what the engine itself has to tell.

    Returns
    -------
    Dataset
        The most serious alarms come first; where small-strain theory does not hold the `title`
        says so as well.
    """
    result = Result(problem, dataset)
    first = [text for text in (rule(result) for rule in GRAVE) if text]
    then = [text for text in (rule(result) for rule in RULES) if text]
    warnings = list(dict.fromkeys([*first, *warnings_of(dataset.attrs), *then]))
    attributes = {"warnings": warnings_text(warnings)}
    heading = _heading(result)
    title = str(dataset.attrs.get("title", ""))
    if heading and not title.startswith(heading):
        attributes["title"] = f"{heading}: {title}"
    return dataset.assign_attrs(attributes)


# ------------------------------------------------------------------ what makes it no answer


def _heading(result: Result) -> str:
    """Return what the title of a result must begin with."""
    if "incomplete" in result.dataset.attrs:
        return "INCOMPLETE"
    if result.dataset.attrs.get("validity") == "outside":
        strain = 100.0 * float(result.dataset.attrs["largest_strain"])
        return f"NOT AN ANSWER (small-strain theory at {strain:.3g} % strain)"
    return ""


def _incomplete(result: Result) -> str | None:
    """Tell what was solved before a failure from a whole result."""
    text = result.dataset.attrs.get("incomplete")
    return None if text is None else f"incomplete: {text}"


def _outside_small_strain(result: Result) -> str | None:
    """Tell a result of small-strain theory that has large strain."""
    strain = float(result.dataset.attrs.get("largest_strain", 0.0))
    if result.engine != "linear" or strain <= SMALL_STRAIN:
        return None
    return (
        f"largest strain is {100.0 * strain:.3g} % (above {100.0 * SMALL_STRAIN:g} %): outside "
        "small-strain theory; take engine='finite' for numbers"
    )


# ------------------------------------------------------------------ what its numbers suffer from


def _energy_does_not_balance(result: Result) -> str | None:
    """Tell an energy balance that does not close."""
    if not set(ENERGIES) <= set(result.dataset.variables):
        return None
    values = energy_residual(result.dataset).to_numpy()
    values = values[np.isfinite(values)]
    if not values.size or float(values.flat[-1]) <= RESIDUAL_TOLD:
        return None
    return (
        f"the energy balance misses {brief(100.0 * float(values.flat[-1]))} % of the work (above "
        f"{100.0 * RESIDUAL_TOLD:g} %): friction, work and dissipation are that uncertain; take "
        "smaller elements (resolution.element_along)"
    )


def _beyond_the_widest_point(result: Result) -> str | None:
    """Tell skin that touches the edge where it has begun to narrow, or its body."""
    loaded = result.loaded.variables
    if "surface_displacement_depth" not in loaded or not result.at_full_load("contact_width") > 0.0:
        return None
    along = loaded["along"].to_numpy()
    sunk = loaded["surface_displacement_depth"].to_numpy()
    depth = result.at_full_load("indentation")
    ends = (("behind", "contact_start"), ("ahead", "contact_end"))
    for (side, name), widest in zip(ends, widest_heights(result.problem), strict=True):
        height = depth - float(np.interp(result.at_full_load(name), along, sunk))
        if height > widest * (1.0 + _SAME):
            return (
                f"the skin touches the edge {1e3 * height:.3g} mm above its lowest point, {side} "
                f"of the tool where it is widest {1e3 * widest:.3g} mm above: the tip is sunk in "
                "the tissue, and skin that closes over it is not modelled"
            )
    return None


def widest_heights(problem: Problem) -> tuple[float, float]:
    """Return how far above its lowest point the leaned edge is widest, behind and ahead [m].

    The first height at which the outline is as far out as it ever gets on that side; for a rod
    that stands upright or leans this is its radius.
    """
    points = problem.outline.points()
    lowest = int(np.argmax(points[:, 1]))
    heights = []
    for part, sign in ((points[lowest::-1], -1.0), (points[lowest:], 1.0)):
        reach = sign * part[:, 0]
        first = int(np.flatnonzero(reach >= reach.max() - _SAME - _SAME * abs(reach.max()))[0])
        heights.append(float(-part[first, 1]))
    return heights[0], heights[1]


def _near_the_bone(result: Result) -> str | None:
    """Tell tissue that is pressed together over its rigid base."""
    if result.problem.tissue.base != "rigid":
        return None
    thickness = result.problem.tissue.thickness
    share = result.at_full_load("indentation") / thickness
    if not share > NEAR_THE_BONE:
        return None
    return (
        f"the tool is {100.0 * share:.0f} % of the way to the bone ({1e3 * share * thickness:.3g} "
        f"of {1e3 * thickness:.3g} mm, above {100.0 * NEAR_THE_BONE:g} %): the result rests on "
        "how the laws go on at such compression"
    )


def _strained_beyond_the_tests(result: Result) -> str | None:
    """Tell layers of the library that are sheared beyond what their laws were fitted to."""
    profile = profile_name("strain_max_shear")
    loaded = result.loaded.variables
    if profile not in loaded:
        return None
    strain = loaded[profile].to_numpy()
    where = np.array(text_of(loaded["depth_layer"]))
    found = []
    for layer in result.problem.tissue.layers:
        limit = fitted_strain(layer.tissue)
        largest = float(strain[where == layer.name].max(initial=0.0))
        if limit is not None and largest > limit:
            found.append(f"{layer.name} {brief(100.0 * largest, 3)} % ({brief(100.0 * limit)} %)")
    if not found:
        return None
    return (
        "largest shear strain is beyond what the laws were fitted to (in brackets): "
        f"{', '.join(found)}"
    )


def fitted_strain(tissue: str | None) -> float | None:
    """Return the largest shear strain that the tests of a library tissue covered [-].

    None for tissue made by hand, and where the library does not say.
    """
    table = library_table("tissues")["tissue"].get(tissue, {})
    return float(table["fitted_strain"]["value"]) if "fitted_strain" in table else None


def _frictionless(result: Result) -> str | None:
    """Tell skin without friction, which is the default and nobody's skin."""
    if result.mode == "press" or result.problem.friction > 0.0:
        return None
    return (
        "the skin is frictionless (friction 0, the default): the tool does not drag it along; "
        "steel on skin has about 0.14 with an emollient and several times that dry"
    )


def _heavier_than_its_load(result: Result) -> str | None:
    """Tell a tool that presses with less than its own weight."""
    stroke, mass = result.problem.stroke, result.problem.instrument.mass
    force = stroke.load if stroke.load_kind == "force" else None
    if force is None or mass is None or float(mass) * GRAVITY <= force:
        return None
    return (
        f"the tool weighs {float(mass) * GRAVITY:.3g} N and presses with {force:.3g} N: the "
        "hand must carry the rest (the weight is part of the force)"
    )


def _depth_of_action_is_loose(result: Result) -> str | None:
    """Tell depths of action that jump with a small change of the share or of the grid."""
    if "layer" not in result.loaded.coords:
        return None
    least = LOOSE_SHARE * result.problem.tissue.thickness
    loose = [
        (name, 1e3 * low, 1e3 * high)
        for name, low, high in spread_of_action(result.loaded, (50, 10))
        if high > LOOSE_DEPTH * low and high - low > least
    ]
    if not loose:
        return None
    name, low, high = max(loose, key=lambda found: found[2] - found[1])
    others = "".join(f", depth_of_action_{other}" for other, _, _ in loose if other != name)
    return (
        f"depth_of_action_{name} is {brief(low)} to {brief(high)} mm when its share varies by a "
        f"tenth: the profile is level there{f' (so too{others[1:]})' if others else ''}; take "
        "depth_of_strain_1, _2, _5 or depth_of_strain_energy"
    )


GRAVE: tuple[Rule, ...] = (_incomplete, _outside_small_strain)
"""Rules whose sentences come before those of the engine."""

RULES: tuple[Rule, ...] = (
    _energy_does_not_balance,
    _beyond_the_widest_point,
    _near_the_bone,
    _strained_beyond_the_tests,
    _frictionless,
    _heavier_than_its_load,
    _depth_of_action_is_loose,
)
"""All other rules, in the order in which they are told."""
