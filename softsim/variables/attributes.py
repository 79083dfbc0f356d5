"""Attributes of a result: what a reader must know to trust, repeat and cite it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

ATTRIBUTES: dict[str, str] = {
    "title": "The stroke in words; begins with NOT AN ANSWER where small-strain theory does not "
    "hold.",
    "softsim_version": "Version that made the result.",
    "engine": "`finite` or `linear`.",
    "stroke_mode": "`steady`, `press` or `transient`.",
    "load_kind": "What the tool was given: `force`, `pressure` or `indentation`.",
    "problem": "The whole problem as TOML text.",
    "problem_hash": "SHA-256 of that text.",
    "direction": "1 where the stroke goes towards +along, -1 where it goes back.",
    "relaxes": "JSON: per layer what a Prony series relaxes (`shear`, `all`), or `none`.",
    "estimates": "JSON list of the numbers that were estimated, with their notes.",
    "sources": "JSON list of every number of the problem with its source.",
    "evidence": "How many numbers there are, by what they rest on.",
    "n_columns": "Elements along, or columns of a section less one.",
    "n_rows": "Rows in depth.",
    "rows_per_layer": "JSON list of the rows of each layer, of those that are solved.",
    "n_unknowns": "Unknowns of the solve; of the linear engine the nodes in contact.",
    "n_times": "Times in the result; 0 where it has no time.",
    "element_along": "Element length, node spacing or side of a cell under the tool along [m].",
    "element_across": "Side of a cell of a whole edge across [m].",
    "iterations": "Iterations of all solves together.",
    "residual": "Of the last solve: relative force (finite), or gap over indentation (linear) [-].",
    "wall_time": "Time of the solve [s].",
    "warnings": "JSON list of sentences on what speaks against the result, the gravest first.",
    "incomplete": "Only in what a failed solve left behind: the sentence of its failure.",
    "validity": "Of small-strain theory: `valid`, `indicative` or `outside`.",
    "largest_strain": "Largest magnitude of a principal strain [-].",
    "datum": "What the indentation is measured from.",
    "creep_fit_error": "Largest relative error of the creep fitted to the layers [-].",
    "history_changes": "Only of a stroke with histories: how many of their points were "
    "followed, and how far the others lie off.",
    "friction_in_press": "`none`: a press, a dwell and a lift have no shear on the skin.",
}
"""Every attribute by name."""

ENGINE_ATTRIBUTES = (
    "validity",
    "largest_strain",
    "datum",
    "creep_fit_error",
    "friction_in_press",
)
"""Those that only the engine 'linear' gives."""


def warnings_of(attributes: Mapping[Any, Any]) -> list[str]:
    """Return the warnings among the attributes of a result."""
    return [str(text) for text in json.loads(str(attributes.get("warnings", "[]")))]


def warnings_text(warnings: Iterable[str]) -> str:
    """Return warnings as the attribute of that name holds them."""
    return json.dumps(list(warnings), ensure_ascii=False)


def attributes_table() -> list[str]:
    """Return the lines of docs/variables.md that tell the attributes one by one."""
    rows = [
        f"| `{name}` | {'linear' if name in ENGINE_ATTRIBUTES else ''} | {text} |"
        for name, text in ATTRIBUTES.items()
    ]
    return [
        "",
        "## Attributes",
        "",
        "Of the result as a whole, in `result.attrs`; what is no finite number is left out.",
        "",
        "| name | engine | what it is |",
        "|---|---|---|",
        *rows,
    ]
