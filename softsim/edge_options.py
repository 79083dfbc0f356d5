"""What is refused of a whole edge, before anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from softsim.errors import InputError

if TYPE_CHECKING:
    from softsim.problem import Problem

HALF_SPACE = (
    "base of the tissue is 'half_space'; must be 'rigid' for engine 'finite' (give the last layer "
    "its thickness over something rigid, or take engine='linear')"
)
"""Why the finite engine refuses a tissue."""


def check_whole(problem: Problem, mode: str, engine: str | None) -> None:
    """Refuse what is not known of a whole edge."""
    if mode == "transient":
        raise InputError("mode is 'transient'; a whole edge knows 'steady' and 'press'")
    if engine != "finite":
        return
    if mode == "press":
        raise InputError(
            "mode is 'press', which a whole edge of engine 'finite' does not know; take "
            "mode='steady', without a speed for a tool that rests for long, or engine='linear'"
        )
    if problem.stroke.load_kind == "pressure":
        raise InputError(
            f"pressure is {problem.stroke.load:g} Pa; a whole edge of engine 'finite' takes force "
            "or indentation (e.g. force='6 N')"
        )
    if problem.tissue.base == "half_space":
        raise InputError(HALF_SPACE)


def check_options(
    edge: str, engine: str | None, heights: object, spacing: object, cells: object
) -> None:
    """Refuse options that would be ignored."""
    options = {"heights": heights, "spacing": spacing, "cells": cells}
    given = [name for name, value in options.items() if value is not None]
    if edge == "section" and given:
        raise InputError(
            f"{given[0]} is given for a section, which has none; leave it out, or take edge='whole'"
        )
    if heights is None and spacing is not None:
        raise InputError("spacing is given without heights; it is that of their cells")
    if heights is not None and cells is not None:
        raise InputError("cells is given besides heights, which have cells of their own")
    if given and engine == "finite":
        raise InputError(
            f"{given[0]} is given, and engine 'finite' takes the instrument's edge on spans of its "
            "own; leave it out, or take engine='linear'"
        )
