"""Numbers of the tool and of adhesions at every time: the scalars of a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softsim.outcome import Array, Outcome, ToolState
from softsim.problem import Problem
from softsim.slimming import IN_FULL
from softsim.variables import REGISTRY


def scalars(problem: Problem, shots: Sequence[ToolState], *, steady: bool) -> dict[str, Array]:
    """Return the scalars of every snapshot, shape (n_times,)."""
    is_round = problem.instrument.is_round
    length = 1.0 if is_round else float(problem.instrument.contact_length)

    def of(value: Callable[[ToolState], float], factor: float | Array = 1.0) -> Array:
        return np.asarray(factor * np.array([value(shot) for shot in shots])) + 0.0  # no -0

    place = of(lambda shot: shot.along)
    ahead = np.full(len(shots), float(problem.direction))
    if steady:
        travel = np.full(len(shots), float(problem.stroke.length or 1.0))
    else:
        travel = of(lambda shot: shot.way)
        number = np.array([shot.pass_number for shot in shots])
        ahead[(number > 0) & (number % 2 == 0)] *= -1.0
    energy = length * travel if steady else np.full(len(shots), length)
    width = of(lambda shot: shot.contact.width)
    touching = width > 0.0
    shown = np.where(touching, width, 1.0)
    normal = of(lambda shot: shot.contact.force_depth, length)
    tangential = of(lambda shot: shot.contact.force_along, ahead * length)
    loaded = normal > 0.0
    origin = place if steady else np.zeros_like(place)

    def where(condition: NDArray[np.bool_], values: Array) -> Array:
        return np.where(condition, values, np.nan)

    found = {
        "normal_force": normal,
        "tangential_force": tangential,
        "friction_force": of(lambda shot: shot.contact.friction_along, ahead * length),
        "indentation": of(lambda shot: shot.depth),
        "tool_along": place - origin,
        "travel": travel,
        "contact_width": width,
        "contact_extent": of(lambda shot: shot.contact.extent),
        "contact_count": of(lambda shot: shot.contact.number),
        "contact_start": where(touching, of(lambda shot: shot.contact.low) - origin),
        "contact_end": where(touching, of(lambda shot: shot.contact.high) - origin),
        "contact_shift": where(touching, of(lambda shot: shot.contact.centre, ahead)),
        "contact_length": np.full(len(shots), length),
        "peak_contact_pressure": of(lambda shot: float(shot.contact.pressure.max())),
        "mean_contact_pressure": where(touching, normal / (shown * length)),
        "apparent_friction": where(loaded, tangential / np.where(loaded, normal, 1.0)),
        "plane_strain_ratio": where(touching, length / shown),
        "work_of_stroke": of(lambda shot: shot.tool_work) * energy,
        "stored_energy": of(lambda shot: shot.stored_energy) * energy,
        "viscous_dissipation": of(lambda shot: shot.viscous_work) * energy,
        "frictional_dissipation": of(lambda shot: shot.friction_work) * energy,
    }
    return _of_round_tip(found) if is_round else found


def _of_round_tip(found: dict[str, Array]) -> dict[str, Array]:
    """Return scalars with those of a round tip in the place of those that only an edge has."""
    edges = ("contact_length", "plane_strain_ratio", "contact_shift", "contact_start")
    area = 0.25 * np.pi * found["contact_width"] ** 2
    touching = area > 0.0
    mean = found["normal_force"] / np.where(touching, area, 1.0)
    return {name: values for name, values in found.items() if name not in edges} | {
        "contact_radius": 0.5 * found["contact_width"],
        "contact_area": area,
        "mean_contact_pressure": np.where(touching, mean, np.nan),
    }


def adhesions(shot: ToolState, problem: Problem) -> dict[str, Array]:
    """Return what the adhesions do, over (adhesion,); nothing where there are none."""
    found, length = shot.patches, float(problem.instrument.contact_length or 0.0)
    if found is None:
        return {}
    return {
        "adhesion_shear": found.shear,
        "adhesion_normal": found.normal,
        "adhesion_shear_share": found.shear_share,
        "adhesion_traction_ratio": found.ratio,
        "adhesion_damage_max": found.damage,
        "adhesion_damage_mean": found.mean_damage,
        "adhesion_energy_released": length * found.released,
        "adhesion_lag_energy": length * found.lagging,
    }


def every_step(problem: Problem, solved: Outcome) -> dict[str, Any]:
    """Return the scalars and the adhesions at all steps, where the times of a result are fewer."""
    if not solved.every:
        return {}
    found = scalars(problem, solved.every, steady=False)
    found |= _over_steps([adhesions(state, problem) for state in solved.every])
    found |= {name: np.array([getattr(state, name) for state in solved.every])
              for name in ("pass_number", "stroke_number")}  # fmt: skip
    time = f"time_{IN_FULL}"
    named = {
        f"{name}_{IN_FULL}": ((time, "adhesion")[: values.ndim], values, REGISTRY[name].attributes)
        for name, values in found.items()
    }
    return named | {time: ((time,), solved.every_time, REGISTRY["time"].attributes)}


def _over_steps(tables: Sequence[dict[str, Array]]) -> dict[str, Array]:
    """Turn one table of arrays per step into one table of arrays with steps in front."""
    return {name: np.stack([row[name] for row in tables]) for name in tables[0]}
