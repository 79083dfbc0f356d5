"""Tissue that nothing holds along, said in a sentence before anything is solved."""

from __future__ import annotations

from softsim.errors import InputError, shown
from softsim.problem import Problem


def check_held(problem: Problem, mode: str, *, linear: bool) -> None:
    """Refuse layers that lie on an interface without a lasting spring and that nothing else holds.

    Sides of the tissue hold them, and so does skin that is endless while a stroke lasts; not a
    steady stroke, which has gone on for ever.

    Parameters
    ----------
    problem : Problem
    mode : {"press", "steady", "transient"}
    linear : bool
        For the linear engine or a whole edge, which know no sides.

    Raises
    ------
    InputError
        With the interface and what would hold the layers.
    """
    tissue = problem.tissue
    loose = next((k for k, one in tissue.interfaces.items() if one.long_term <= 0.0), None)
    if loose is None:
        return
    if tissue.sides == "free" and not linear:
        why, cure = "the sides of the tissue are free", "hold the sides"
    elif mode == "press" or problem.friction == 0.0:
        return
    elif linear:
        why = "layers have no ends in engine 'linear' and whole edges"
        cure = "give the stroke friction=0"
    elif mode == "steady" and tissue.width is None:
        why = "in a steady stroke the tissue has no ends"
        cure = "give the tissue a width, or take mode='transient'"
    else:
        return
    raise InputError(
        f"nothing holds the tissue above interface {shown(loose)} against the tool: its "
        f"stiffness is 0 after long, and {why} (give the interface a stiffness that does not "
        f"relax, or {cure})"
    )
