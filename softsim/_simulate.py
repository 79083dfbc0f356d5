"""The front door: a problem in, a labelled Dataset out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from softsim import progress as waiting
from softsim.edge_options import HALF_SPACE, check_options, check_whole
from softsim.errors import ConvergenceError, InputError, Interrupted, shown, unknown_name

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr
    from numpy.typing import NDArray

    from softsim.outcome import Outcome, WarmStart
    from softsim.problem import Problem

    FloatArray = NDArray[np.float64]

MODES = ("press", "steady", "transient")
ENGINES = ("finite", "linear")
ENGINE_OF_EDGE = {"section": "finite", "whole": "linear"}
"""What is simulated of an edge, and the engine that does it by default."""

UPRIGHT = 1e-9
"""Lean from which a tool is not upright [rad]."""

MOST_PROBLEMS = 1_000_000
"""In one call."""


def simulate(
    problem: Problem,
    *,
    mode: str = "steady",
    engine: str | None = None,
    edge: str = "section",
    heights: FloatArray | None = None,
    spacing: tuple[float, float] | None = None,
    cells: tuple[int, int] | None = None,
    progress: bool | None = None,
) -> xr.Dataset:
    """Simulate one stroke, on a section across the edge or under the whole edge.

    Parameters
    ----------
    problem : Problem
        The steady stroke of a whole edge does without a speed: the tool rests for long and there is
        no friction.
    mode : {"steady", "press", "transient"}
        A stroke that has gone on for long, in the tool's frame; a press that is ramped and held;
        or press, dwell, slide and, where `lift_time` is given, lift.  A whole edge knows the first
        two, its press without friction.
    engine : {"finite", "linear"}, optional
        Large strain, or small strain for screening.  By default "finite" for a section and
        "linear" for a whole edge, of which "finite" knows the steady stroke.
    edge : {"section", "whole"}
        A plane section, right for an edge that is long compared with the contact; or the edge with
        its length, curvature and ends, in three dimensions.
    heights : ndarray, shape (n_along, n_across), optional
        Of a whole edge of your own: height of the tool at the middles of cells, along forwards [m];
        inf where there is none.  By default the instrument's edge: its section over
        `contact_length`, leaned by the angle, curved by `edge_curvature_radius`, its ends rounded
        by `end_radius`.
    spacing : tuple of float, optional
        Sides of the cells of `heights` along and across [m].
    cells : tuple of int, optional
        Cells along and across on the contact of an instrument's whole edge [-]; by default 128 and
        64, in a press 64 and 32.
    progress : bool, optional
        Whether a solve of more than two seconds shows a bar with the time left; False sends lines
        to the logger ``softsim.progress``.  By default a bar where somebody looks: in a terminal
        and in a notebook.

    Returns
    -------
    xarray.Dataset
        The variables of docs/variables.md.  Of a whole edge those of the group "map", scalars and,
        of a steady contact, profiles, the largest values of a whole depth; `contact_width` is that
        of the widest place, `mean_contact_pressure` over the contact area; along and across are 0
        at the lowest point of the section in the middle of the edge, or in the middle of
        `heights`.  `fields_under` gives the fields under it.

    Raises
    ------
    InputError
        Unknown mode, engine or edge, a stroke that lacks what the mode needs, heights that do not
        fit, and what an engine does not know.
    ConvergenceError
        When the load or the path cannot be completed.  It names the problem.

    Notes
    -----
    In a whole edge layers count as alike in all directions of the skin; those that are not have the
    mean of their moduli along and across, and a warning.  `peak_contact_pressure_change` says how
    far its peak belongs to the cells; at ends cut square it grows as they shrink.  The attributes
    `validity` and `largest_strain` of its press are those of the last pressure on the relaxed
    tissue, which bounds them.
    """
    with waiting.shown(progress):
        check(problem, mode=mode, engine=engine, edge=edge)
        check_options(edge, engine, heights, spacing, cells)
        if edge == "whole" and engine == "finite":
            return _run_whole_finite(problem)
        if edge == "whole":
            return _run_whole(problem, mode, heights, spacing, cells)
        from softsim.edge_effects import with_section_ratio

        try:
            result = run(problem, mode=mode, engine=engine)[0]
        except Interrupted as stop:
            incomplete: xr.Dataset = stop.partial
            return incomplete
        return result if problem.instrument.is_round else with_section_ratio(problem, result)


def simulate_many(
    problems: Sequence[Problem],
    *,
    mode: str = "steady",
    engine: str = "linear",
    progress: bool | None = None,
) -> xr.Dataset:
    """Simulate many steady strokes at small strain; for thousands on few tissues and speeds.

    Parameters
    ----------
    problems : sequence of Problem
        Their tissues must report at the same depths: same layer thicknesses and same
        `resolution.rows`.
    mode : {"steady"}
        The only one for now; `sweep` knows the others.
    engine : {"linear"}
        The only one for now; `sweep` knows the other.
    progress : bool, optional
        As in `simulate`.

    Returns
    -------
    xarray.Dataset
        Scalars (case) and profiles (case, depth) of docs/variables.md, without energies; each case
        has the coordinates `validity` and `largest_strain`.

    Raises
    ------
    InputError
        Without problems, without speed, or where the depths differ.
    ConvergenceError
        When a contact does not settle or reaches through the tissue.  Errors name the problem and
        its place.

    Notes
    -----
    One thread.  Every case is solved by itself and the caches hold pure functions, so that results
    do not depend on which cases are together, to the last bit.
    """
    from softsim.checks import checked_items
    from softsim.engines.linear.batch import solve_many
    from softsim.problem import Problem
    from softsim.serialise import naming

    problems = checked_items(problems, "problems", MOST_PROBLEMS)
    if not problems:
        raise InputError("problems is empty; give at least one Problem")
    for number, problem in enumerate(problems):
        if not isinstance(problem, Problem):
            raise InputError(f"problem {number} of problems is {shown(problem)}; must be a Problem")
        with naming(problem, number):
            check(problem, mode=mode, engine=engine)
    if mode != "steady" or engine != "linear":
        raise InputError(
            f"many problems at once are solved with mode 'steady' and engine 'linear', not "
            f"{mode!r} and {engine!r} (take softsim.sweep, or simulate them one by one)"
        )
    with waiting.shown(progress):
        return solve_many(problems)


def fields_under(
    result: xr.Dataset,
    *,
    along: FloatArray | None = None,
    across: FloatArray | float | str = 0.0,
    depth: FloatArray | float | str | None = None,
    progress: bool | None = None,
) -> xr.Dataset:
    """Return displacement, stress, strain and energy anywhere under a whole edge.

    Parameters
    ----------
    result : xarray.Dataset
        Steady, from ``simulate(problem, edge="whole")``.
    along : ndarray, shape (n_along,), optional
        Places along the stroke, increasing, beside the contact too [m]; those of the maps by
        default.
    across : float, str or ndarray, shape (n_across,)
        Places across, increasing [m]; the middle of the edge by default.
    depth : float, str or ndarray, shape (n_depth,), optional
        From 0 to the bottom of the tissue, increasing [m]; those of the profiles by default.  A
        depth on an interface is in the lower layer.
    progress : bool, optional
        As in `simulate`.

    Returns
    -------
    xarray.Dataset
        Fields of docs/variables.md over (depth, along, across).

    Raises
    ------
    InputError
        For places that do not increase, depths outside the tissue, and other results.

    Notes
    -----
    From the tractions on the skin by a Fourier integral; nothing is differentiated.  Fields are
    means over about a cell of the maps.  Prestress is included.
    """
    import xarray as xr

    if not isinstance(result, xr.Dataset) or "contact_pressure_map" not in result:
        raise InputError("result is not of a whole edge; give one of simulate(…, edge='whole')")
    mode = result.attrs["stroke_mode"]
    if mode != "steady":
        raise InputError(
            f"result has mode {shown(mode)}; must be 'steady', whose tractions are all "
            "that the fields need"
        )
    from softsim.engines.linear.patch.report import fields_at
    from softsim.serialise import naming, problem_from_toml

    problem = problem_from_toml(result.attrs["problem"])
    with waiting.shown(progress), naming(problem):
        return fields_at(problem, result, along, across, depth)


def run(
    problem: Problem,
    *,
    mode: str = "steady",
    engine: str | None = None,
    warm: WarmStart | None = None,
) -> tuple[xr.Dataset, WarmStart | None]:
    """Simulate a section and keep the state that a neighbouring one can start from.

    Errors are those of `simulate`; nothing is shown.

    Parameters
    ----------
    problem, mode, engine
        As in `simulate`.
    warm : WarmStart, optional
        State of a neighbouring problem, to start a steady stroke from; the linear engine needs
        none.

    Returns
    -------
    dataset : xarray.Dataset
    state : WarmStart or None
        For `warm`; None where the engine has nothing to offer.
    """
    check(problem, mode=mode, engine=engine)
    from softsim.serialise import naming

    engine = engine or ENGINE_OF_EDGE["section"]
    with naming(problem):
        try:
            if engine == "linear":
                from softsim.engines.linear.solve import solve as solve_linear

                outcome = solve_linear(problem, mode)
            else:
                from softsim.engines.finite.solve import solve

                outcome = solve(problem, mode, warm=warm)
        except (ConvergenceError, Interrupted) as error:
            if error.partial is not None:
                error.partial = _dataset(problem, engine, error.partial)
            raise
        return _dataset(problem, engine, outcome), outcome.state


def _dataset(problem: Problem, engine: str, outcome: Outcome) -> xr.Dataset:
    """Return an outcome as a Dataset with its alarms."""
    from softsim.alarms import with_alarms
    from softsim.dataset import build_dataset

    return with_alarms(problem, build_dataset(problem, engine, outcome))


def check(
    problem: Problem, *, mode: str = "steady", engine: str | None = None, edge: str = "section"
) -> None:
    """Refuse what cannot be simulated, before anything is computed.

    Raises
    ------
    InputError
        See `simulate`.
    """
    from softsim.held import check_held
    from softsim.problem import Problem

    if not isinstance(problem, Problem):
        raise InputError(
            f"problem is {shown(problem)}; must be a Problem, of a tissue, an instrument and a "
            "stroke"
        )
    if mode not in MODES:
        raise unknown_name("mode", mode, MODES)
    if engine is not None and engine not in ENGINES:
        raise unknown_name("engine", engine, ENGINES)
    if edge not in tuple(ENGINE_OF_EDGE):
        raise unknown_name("edge", edge, ENGINE_OF_EDGE)
    _check_histories(problem, mode, engine, edge)
    if problem.instrument.is_round:
        _check_round(problem, mode, engine, edge)
    linear = edge == "whole" or engine == "linear"
    if linear:
        _check_friction(problem)
    _check_regions(problem, mode, linear=linear)
    check_held(problem, mode, linear=linear)
    if problem.tissue.adhesions:
        _check_adhesions(problem, mode, engine, edge)
    if edge == "whole":
        check_whole(problem, mode, engine)
        return
    if mode != "press" and problem.stroke.speed is None:
        raise InputError(
            f"speed of the stroke is missing; mode '{mode}' needs one, e.g. speed='100 mm/s' "
            "(mode='press' does without)"
        )
    if mode == "transient" and problem.stroke.way is None:
        raise InputError(
            "length of the stroke is missing; mode 'transient' needs one, e.g. length='60 mm' "
            "(mode='steady' does without)"
        )
    if engine != "linear" and problem.tissue.base == "half_space":
        raise InputError(HALF_SPACE)


def _check_friction(problem: Problem) -> None:
    """Refuse friction that is more than one number where every wave is dragged alike."""
    for name in ("static_friction", "friction_exponent"):
        value = getattr(problem.stroke, name)
        if value and not problem.friction_law.is_plain:
            raise InputError(
                f"{name} is {value:g}, and engine 'linear' and whole edges know one coefficient "
                f"of friction; leave {name} out, or take engine='finite' and edge='section'"
            )


def _check_regions(problem: Problem, mode: str, *, linear: bool) -> None:
    """Refuse regions where layers have to be alike all along."""
    for name, region in problem.tissue.regions.items():
        if linear:
            raise InputError(
                f"tissue has region {shown(name)}, and the layers of engine 'linear' and of a "
                "whole edge are alike all along; take engine='finite' with edge='section'"
            )
        if mode == "steady" and not region.is_endless:
            raise InputError(
                f"region {shown(name)} is {float(region.length):g} m long and mode is 'steady', "  # type: ignore[arg-type]
                "in which the tool is under way for ever on tissue that is alike all along; take "
                "mode='transient' or 'press', or leave start and length of the region out"
            )
        if problem.instrument.is_round and not region.is_endless:
            half = 0.5 * float(region.length)  # type: ignore[arg-type]
            if abs(float(region.start) + half) > 1e-9 or region.angle != 0.0:  # type: ignore[arg-type]
                raise InputError(
                    f"region {shown(name)} begins {float(region.start):g} m along, and under a "  # type: ignore[arg-type]
                    "round tip a region is round about the axis; give it start = "
                    f"{-half:g} m, half its length, and no angle"
                )


def _check_histories(problem: Problem, mode: str, engine: str | None, edge: str) -> None:
    """Refuse numbers that change on the way where they cannot."""
    for name, history in problem.stroke.histories.items():
        if mode == "steady" or edge == "whole":
            where = "mode 'steady'" if mode == "steady" else "a whole edge"
            raise InputError(
                f"{name} is a history, and {where} knows one {name} only; give one number, or take "
                "mode='transient' or 'press' of a section"
            )
        if name == "angle" and (engine == "linear" or problem.instrument.is_round):
            which = "engine 'linear'" if engine == "linear" else "a round tip"
            raise InputError(
                f"angle is a history, and {which} knows one angle only; give one angle, or take "
                "engine='finite' and an Edge"
            )
        if mode == "press" and not history.is_over_time:
            raise InputError(
                f"{name} is a history over place, and in mode 'press' the tool stays where it is; "
                "give it over time, or take mode='transient'"
            )


def _check_adhesions(problem: Problem, mode: str, engine: str | None, edge: str) -> None:
    """Refuse adhesions where a patch of bonds at one place has no answer."""
    cures = {
        "a steady stroke meets the same tissue all along": (mode == "steady", "mode='transient'"),
        "engine 'linear' solves layers that are alike all along": (
            engine == "linear" or edge == "whole",
            "engine='finite' and edge='section'",
        ),
        "a round tip presses on tissue that is alike all around": (
            problem.instrument.is_round,
            "an edge",
        ),
    }
    for why, (refused, cure) in cures.items():
        if refused:
            raise InputError(
                f"adhesion {shown(next(iter(problem.tissue.adhesions)))} lies at one place, and "
                f"{why}; take {cure}, or leave adhesions out"
            )


def _check_round(problem: Problem, mode: str, engine: str | None, edge: str) -> None:
    """Refuse what is not known of a round tip."""
    if (mode, engine or "finite", edge) != ("press", "finite", "section"):
        raise InputError(
            f"{problem.instrument.edge.words} is a round tip, which presses only: "  # type: ignore[union-attr]
            "take mode='press' with engine='finite', or an Edge"
        )
    stroke = problem.stroke
    if stroke.load_kind == "pressure":
        raise InputError(
            "pressure is given for a round tip; give a force or an indentation instead"
        )
    if abs(stroke.first_angle - 0.5 * math.pi) > UPRIGHT:
        raise InputError(
            f"angle is {math.degrees(stroke.first_angle):g} deg; a round tip is pressed upright "
            "(leave angle out)"
        )
    for layer in problem.tissue.layers:
        along, across = layer.prestretch  # type: ignore[misc]
        if getattr(layer.material, "fibres", ()) or along != across:
            raise InputError(
                f"layer {shown(layer.name)} has fibres or a prestretch that differs along and "
                "across, and a round tip asks for tissue alike in all directions of the skin; "
                "give the layer a law without fibres and one prestretch"
            )


def _run_whole_finite(problem: Problem) -> xr.Dataset:
    """Simulate the steady stroke of a whole edge under large strain."""
    from softsim.alarms import with_alarms
    from softsim.engines.finite.whole.solve import solve_edge
    from softsim.serialise import naming

    with naming(problem):
        return with_alarms(problem, solve_edge(problem))


def _run_whole(
    problem: Problem,
    mode: str,
    heights: FloatArray | None,
    spacing: tuple[float, float] | None,
    cells: tuple[int, int] | None,
) -> xr.Dataset:
    """Simulate a whole edge; parameters and errors are those of `simulate`."""
    from softsim.alarms import with_alarms
    from softsim.engines.linear.patch.solve import solve_edge
    from softsim.serialise import naming

    with naming(problem):
        return with_alarms(problem, solve_edge(problem, mode, heights, spacing, cells))
