"""The front door: a problem in, a labelled Dataset out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from softsim import progress as waiting
from softsim.errors import ConvergenceError, InputError, shown, unknown_name

if TYPE_CHECKING:
    import xarray as xr

    from softsim.problem import Problem

MODES = ("press", "steady", "transient")
ENGINES = ("finite", "linear")


def simulate(
    problem: Problem,
    *,
    mode: str = "steady",
    engine: str = "finite",
    warm: object = None,
    progress: bool | None = None,
) -> xr.Dataset:
    """Simulate one stroke.

    Parameters
    ----------
    problem : Problem
    mode : {"steady", "press", "transient"}
        A stroke that has gone on for long, in the tool's frame; a press that is ramped and held;
        or press, dwell, slide and, where `lift_time` is given, lift.
    engine : {"finite", "linear"}
        Large strain, or small strain for screening.
    warm : object, optional
        State of a neighbouring problem from `run`, to start a steady stroke from.
    progress : bool, optional
        Whether a solve of more than two seconds shows a bar with the time left; False sends lines
        to the logger ``softsim.progress``.  By default a bar where somebody looks: in a terminal
        and in a notebook.

    Returns
    -------
    xarray.Dataset
        The variables of docs/variables.md.

    Raises
    ------
    InputError
        Unknown mode or engine, or a stroke that lacks what the mode needs.
    ConvergenceError
        When the load or the path cannot be completed.
    """
    from softsim.edge_effects import with_section_ratio

    with waiting.shown(progress):
        dataset = run(problem, mode=mode, engine=engine, warm=warm)[0]
        return with_section_ratio(problem, dataset)


def run(
    problem: Problem, *, mode: str = "steady", engine: str = "finite", warm: object = None
) -> tuple[xr.Dataset, object]:
    """Simulate one stroke and keep the state that a neighbouring one can start from.

    Parameters and errors are those of `simulate`; nothing is shown.

    Returns
    -------
    dataset : xarray.Dataset
    state : object
        For `warm`; None where the engine has nothing to offer.
    """
    check(problem, mode=mode, engine=engine)
    from softsim.alarms import with_alarms
    from softsim.serialise import naming

    state: object = None
    with naming(problem):
        try:
            if engine == "linear":
                dataset = _run_linear(problem, mode)
            else:
                dataset, state = _run_finite(problem, mode, warm)
        except ConvergenceError as error:
            error.partial = _partial_dataset(problem, engine, error)
            raise
        return with_alarms(problem, dataset), state


def check(problem: Problem, *, mode: str = "steady", engine: str = "finite") -> None:
    """Refuse what cannot be simulated, before anything is computed.

    Raises
    ------
    InputError
        See `simulate`.
    """
    from softsim.problem import Problem

    if not isinstance(problem, Problem):
        raise InputError(
            f"problem is {shown(problem)}; must be a Problem, of a tissue, an instrument and a "
            "stroke"
        )
    if mode not in MODES:
        raise unknown_name("mode", mode, MODES)
    if engine not in ENGINES:
        raise unknown_name("engine", engine, ENGINES)
    if mode != "press" and problem.stroke.speed is None:
        raise InputError(
            f"speed of the stroke is missing; mode '{mode}' needs one, e.g. speed='100 mm/s' "
            "(mode='press' does without)"
        )
    if mode == "transient" and problem.stroke.length is None:
        raise InputError(
            "length of the stroke is missing; mode 'transient' needs one, e.g. length='60 mm' "
            "(mode='steady' does without)"
        )
    if engine == "finite" and problem.tissue.base == "half_space":
        raise InputError(
            "base of the tissue is 'half_space'; must be 'rigid' for engine 'finite' (give the "
            "last layer its thickness over something rigid, or take engine='linear')"
        )


def _partial_dataset(problem: Problem, engine: str, error: ConvergenceError) -> xr.Dataset | None:
    """Return what was solved before a failure as a Dataset that says what it is."""
    from softsim.alarms import with_alarms
    from softsim.dataset import build_dataset

    if error.partial is None:
        return None
    dataset = build_dataset(problem, engine, error.partial)
    return with_alarms(problem, dataset.assign_attrs(incomplete=str(error)))


def _run_finite(problem: Problem, mode: str, warm: object) -> tuple[xr.Dataset, object]:
    from softsim.dataset import build_dataset
    from softsim.engines.finite.solve import solve

    solved = solve(problem, mode, warm=warm)
    return build_dataset(problem, "finite", solved), solved.state


def _run_linear(problem: Problem, mode: str) -> xr.Dataset:
    """Return the Dataset of the linear engine, which builds it itself."""
    import xarray as xr

    from softsim.engines import linear

    solve = getattr(linear, "solve", None)
    if solve is None:
        raise InputError(
            "engine 'linear' does not solve whole problems yet; take engine='finite' (the default)"
        )
    dataset = solve(problem, mode)
    if not isinstance(dataset, xr.Dataset):
        raise TypeError(f"engine 'linear' returned a {type(dataset).__name__}, not a Dataset")
    return dataset
