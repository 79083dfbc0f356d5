"""Profiles under the tool and metrics."""

from __future__ import annotations

from softsim.variables.kinds import Variable, of
from softsim.variables.section import FIELDS

_PROFILED = {
    "stress_along": "Largest tension along the row.",
    "stress_depth": "Largest compression along the row, as a positive number.",
    "stress_shear": "Largest magnitude along the row.",
    "von_mises": "Largest value along the row.",
    "max_shear": "Largest value along the row.",
    "pressure": "Largest value along the row.",
    "strain_max_shear": "Largest value along the row.",
    "strain_energy_density": "Largest value along the row.",
    "dissipated_energy_density": "Largest value along the row.",
}

PROFILED = tuple(_PROFILED)
"""Fields that have a profile `peak_<field>_at_depth`."""


def profile_name(field: str) -> str:
    """Return the name of the profile of a field.

    Examples
    --------
    >>> profile_name("von_mises")
    'peak_von_mises_at_depth'
    """
    return f"peak_{field}_at_depth"


_profile = of("profile", "depth")
_by_name = {variable.name: variable for variable in FIELDS}
PROFILES = tuple(
    _profile(
        profile_name(field), _by_name[field].unit, f"peak {_by_name[field].long_name}", definition
    )
    for field, definition in _PROFILED.items()
)

DEPTHS_OF_ACTION = ("stress_depth", "von_mises", "strain_energy_density")
"""Fields whose depths of action are in a summary."""

_metric = of("metric")
METRICS = (
    *(
        _metric(
            f"depth_of_action_{percent}_{field}",
            "m",
            f"depth of action ({percent} % of the {_by_name[field].long_name})",
            f"Depth below which peak_{field}_at_depth stays under {percent} % of its maximum.",
        )
        for field in DEPTHS_OF_ACTION
        for percent in (50, 10)
    ),
    _metric(
        "interfacial_friction",
        "1",
        "interfacial friction",
        "Friction force over normal force.",
    ),
    _metric(
        "hysteretic_friction",
        "1",
        "hysteretic friction",
        "Apparent friction minus interfacial friction: pressure on the slopes of the skin, "
        "ploughing included.",
    ),
    _metric(
        "energy_residual",
        "1",
        "energy residual",
        "|work - stored - viscous - frictional| over the largest work so far, or over the work of "
        "an apparent friction of 0.001 where that is more.",
    ),
    Variable(
        name="layer_energy_share",
        dims=("layer",),
        unit="1",
        long_name="share of the strain energy",
        definition="Strain energy of the layer over that of all layers.",
        group="metric",
    ),
    _metric(
        "selectivity",
        "1",
        "selectivity",
        "Mean strain energy density of one layer over that of another, both in the window from one "
        "contact extent behind the contact to one ahead of it.",
    ),
)
