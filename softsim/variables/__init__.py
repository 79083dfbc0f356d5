"""Registry of every output: name, dimensions, unit, long name, definition with sign, group.

The single source of the attributes of a result, of docs/variables.md and of the tests that hold a
result to both.  Units are readable by pint and UDUNITS.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from softsim.variables.attributes import ATTRIBUTES, attributes_table, warnings_of, warnings_text
from softsim.variables.edges import EDGE, MAPS, RATIOS, ROUND
from softsim.variables.kinds import GROUPS, TIME, Group, Variable
from softsim.variables.measures import (
    DEPTHS_OF_ACTION,
    ERRORS,
    IN_LAYERS,
    METRICS,
    PROFILED,
    PROFILES,
    STRAIN_PERCENTS,
    error_name,
    layer_name,
    profile_name,
)
from softsim.variables.section import (
    ADHESIONS,
    COORDINATES,
    FIELDS,
    INTERFACES,
    REGIONS,
    SCALARS,
    SURFACE,
    UNDISTURBED,
)

__all__ = [
    "ATTRIBUTES",
    "DEPTHS_OF_ACTION",
    "GROUPS",
    "IN_LAYERS",
    "PROFILED",
    "REGISTRY",
    "STRAIN_PERCENTS",
    "TIME",
    "Group",
    "Variable",
    "error_name",
    "labelled",
    "layer_name",
    "names",
    "profile_name",
    "variables_table",
    "warnings_of",
    "warnings_text",
]

REGISTRY: dict[str, Variable] = {
    variable.name: variable
    for variable in (
        *COORDINATES,
        *FIELDS,
        *SURFACE,
        *INTERFACES,
        *REGIONS,
        *ADHESIONS,
        *SCALARS,
        *PROFILES,
        *UNDISTURBED,
        *METRICS,
        *ERRORS,
        *MAPS,
        *EDGE,
        *RATIOS,
        *ROUND,
    )
}
"""Every output by name."""


def names(group: Group) -> tuple[str, ...]:
    """Return the names of one group, in the order of the registry."""
    return tuple(name for name, variable in REGISTRY.items() if variable.group == group)


def labelled(
    values: Mapping[str, Any], *lead: Hashable
) -> dict[str, tuple[tuple[Hashable, ...], Any, Any]]:
    """Return variables of a Dataset: dimensions, values and attributes by name.

    Parameters
    ----------
    values : mapping
        Values by names of the registry.
    *lead : hashable
        Dimensions in front of those of the registry.
    """
    return {
        name: ((*lead, *REGISTRY[name].dims), value, REGISTRY[name].attributes)
        for name, value in values.items()
    }


def variables_table() -> str:
    """Return docs/variables.md: every output in one markdown table per group."""
    parts = [
        "# Variables of a result",
        "",
        "Made from `softsim/variables`; do not edit by hand. Variables of a press or a "
        "transient have `time` in front of the dimensions given here; a steady stroke has no "
        "`time`. Sweeps add one dimension per swept parameter.",
    ]
    for group, title in GROUPS.items():
        parts += ["", f"## {title}", ""]
        if group == "edge":
            parts += ["Besides those above, which have `across` as a last dimension there.", ""]
        parts += ["| name | dims | unit | definition |", "|---|---|---|---|"]
        parts += [_row(REGISTRY[name]) for name in names(group)]
    return "\n".join([*parts, *attributes_table()]) + "\n"


def _row(variable: Variable) -> str:
    """Return one row of the table."""
    dims = ", ".join(variable.dims)
    text = variable.definition.replace("|", "\\|")
    heading = variable.long_name[:1].upper() + variable.long_name[1:]
    return f"| `{variable.name}` | {dims} | {variable.unit} | {heading}. {text} |"
