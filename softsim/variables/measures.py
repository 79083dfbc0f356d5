"""Profiles under the tool and metrics."""

from __future__ import annotations

from softsim.variables.kinds import of
from softsim.variables.section import FIELDS, SCALARS

_PROFILED = {
    "stress_along": "Largest tension along the row.",
    "stress_depth": "Largest compression along the row, as a positive number.",
    "stress_shear": "Largest magnitude along the row.",
    "von_mises": "Largest value along the row.",
    "max_shear": "Largest value along the row.",
    "pressure": "Largest value along the row.",
    "von_mises_change": "Largest value along the row.",
    "max_shear_change": "Largest value along the row.",
    "pressure_change": "Largest value along the row.",
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

DEPTHS_OF_ACTION = ("stress_depth", "von_mises_change", "strain_energy_density")
"""Fields whose depths of action are in a result."""

STRAIN_PERCENTS = (1, 2, 5)
"""Shear strains whose depths are in a result [%]."""

IN_LAYERS = ("strain_max_shear", "von_mises_change", "pressure_change", "stress_depth")
"""Fields whose largest value in each layer is in a result."""


def layer_name(field: str) -> str:
    """Return the name of the largest value of a field per layer.

    Examples
    --------
    >>> layer_name("pressure_change")
    'peak_pressure_change_in_layer'
    """
    return f"peak_{field}_in_layer"


_metric = of("metric")
_in_layer = of("metric", "layer")
METRICS = (
    *(
        _metric(
            f"depth_of_strain_{percent}",
            "m",
            f"depth of {percent} % shear strain",
            f"Largest depth with a strain_max_shear of {percent} % or more; 0 where there is none, "
            "the bottom of the tissue where it goes on.",
        )
        for percent in STRAIN_PERCENTS
    ),
    _metric(
        "depth_of_strain_energy",
        "m",
        "depth of the strain energy",
        "Depth of the centroid of the strain energy above that of the undisturbed tissue.",
    ),
    *(
        _in_layer(
            layer_name(field),
            _by_name[field].unit,
            f"peak {_by_name[field].long_name} in the layer",
            f"Largest value of peak_{field}_at_depth in the layer, at the middles of its rows.",
        )
        for field in IN_LAYERS
    ),
    *(
        _metric(
            f"depth_of_action_{percent}_{field}",
            "m",
            f"depth of action ({percent} % of the {_by_name[field].long_name})",
            f"Depth below which peak_{field}_at_depth stays under {percent} % of its maximum. "
            "Jumps where the profile is level near that share: the warnings say so.",
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
    _in_layer(
        "layer_energy_share",
        "1",
        "share of the strain energy",
        "Strain energy of the layer over that of all layers.",
    ),
    of("choice")(
        "selectivity",
        "1",
        "selectivity",
        "Mean strain energy density of one layer over that of another, both in the window from one "
        "contact extent behind the contact to one ahead of it.",
    ),
)

_ERRONEOUS = (
    "indentation",
    "normal_force",
    "tangential_force",
    "contact_width",
    "peak_contact_pressure",
    layer_name("von_mises_change"),
)


def error_name(name: str) -> str:
    """Return the name of the discretisation error of a scalar.

    Examples
    --------
    >>> error_name("indentation")
    'discretisation_error_indentation'
    """
    return f"discretisation_error_{name}"


_scalar_by_name = {variable.name: variable for variable in (*SCALARS, *METRICS)}
ERRORS = tuple(
    of("error", " ".join(_scalar_by_name[name].dims))(
        error_name(name),
        _scalar_by_name[name].unit,
        f"discretisation error of the {_scalar_by_name[name].long_name}",
        "How far the value may be from that of ever finer meshes; 0 where it is prescribed.",
    )
    for name in _ERRONEOUS
)
