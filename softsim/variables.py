"""Registry of every output: name, dimensions, unit, long name, definition with sign, group.

The single source of the attributes of a result, of docs/variables.md and of the tests that hold a
result to both.  Units are readable by pint and UDUNITS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["coordinate", "field", "surface", "scalar", "profile", "metric", "map", "edge"]

GROUPS: dict[Group, str] = {
    "coordinate": "Coordinates",
    "field": "Fields",
    "surface": "Along the skin",
    "scalar": "Scalars",
    "profile": "Profiles under the tool",
    "metric": "Metrics",
    "map": "Maps of a whole edge",
    "edge": "Fields under a whole edge",
}

TIME = "time"
"""Dimension of every variable of a press or a transient; a steady stroke has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One output of softsim.

    Parameters
    ----------
    name : str
        Name in a result.
    dims : tuple of str
        Dimensions besides `time`, which a press and a transient add in front where `in_time`.
    unit : str
        Unit, readable by pint and UDUNITS; empty for names.
    long_name : str
        For axes and legends.
    definition : str
        What exactly it is, with sign.
    group : str
        Key of `GROUPS`.
    in_time : bool
        Whether it changes with time.
    """

    name: str
    dims: tuple[str, ...]
    unit: str
    long_name: str
    definition: str
    group: Group
    in_time: bool = True

    @property
    def attributes(self) -> dict[str, str]:
        """Attributes of the variable in a result."""
        attributes = {"long_name": self.long_name, "definition": self.definition}
        return attributes | ({"units": self.unit} if self.unit else {})


def _fixed(name: str, dims: str, unit: str, long_name: str, definition: str) -> Variable:
    return Variable(
        name=name,
        dims=tuple(dims.split()),
        unit=unit,
        long_name=long_name,
        definition=definition,
        group="coordinate",
        in_time=False,
    )


def _of(group: Group, dims: str = "", *, in_time: bool = True) -> _Maker:
    return _Maker(group, tuple(dims.split()), in_time)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the variables of one group."""

    group: Group
    dims: tuple[str, ...]
    in_time: bool

    def __call__(self, name: str, unit: str, long_name: str, definition: str) -> Variable:
        return Variable(
            name=name,
            dims=self.dims,
            unit=unit,
            long_name=long_name,
            definition=definition,
            group=self.group,
            in_time=self.in_time,
        )


_COORDINATES = (
    _fixed("time", "time", "s", "time", "Since the tool first moves."),
    _fixed(
        "pass_number",
        "time",
        "1",
        "number of the pass",
        "Of the pass the tool is on or has just ended, from 1; 0 before it slides. The direction "
        "of travel is that of this pass: every second one goes back.",
    ),
    _fixed(
        "along",
        "along",
        "m",
        "along the stroke",
        "Where the material point was before loading: ahead of the tool's lowest point in a steady "
        "stroke, from where the tool first stands otherwise; + is the direction of a positive "
        "speed.",
    ),
    _fixed(
        "depth",
        "depth",
        "m",
        "depth",
        "Where the material point was before loading, + into the tissue; the first entry, 0, is "
        "the skin, the others are the middles of the rows of elements.",
    ),
    _fixed("depth_layer", "depth", "", "layer", "Name of the layer at that depth."),
    _fixed(
        "row_height",
        "depth",
        "m",
        "height of the row",
        "Thickness that a depth stands for in an integral; 0 for the skin.",
    ),
    _fixed("layer", "layer", "", "layer", "Name of the layer."),
    _fixed("layer_top", "layer", "m", "top of the layer", "Its depth before loading."),
    _fixed("layer_bottom", "layer", "m", "bottom of the layer", "Its depth before loading."),
)

_field = _of("field", "depth along")
_FIELDS = (
    _field("displacement_along", "m", "displacement along", "+ along."),
    _field("displacement_depth", "m", "displacement in depth", "+ into the tissue."),
    _field("stress_along", "Pa", "stress along", "Cauchy stress, tension positive."),
    _field("stress_depth", "Pa", "stress in depth", "Cauchy stress, tension positive."),
    _field("stress_across", "Pa", "stress across", "Cauchy stress, tension positive."),
    _field(
        "stress_shear",
        "Pa",
        "shear stress",
        "Cauchy stress along-depth; positive where the tissue below is dragged towards -along.",
    ),
    _field("von_mises", "Pa", "von Mises stress", "sqrt(3/2 s:s) of the deviatoric stress s."),
    _field(
        "max_shear",
        "Pa",
        "largest shear stress",
        "Half the difference of the principal stresses in the plane of the section.",
    ),
    _field("pressure", "Pa", "pressure", "-tr(stress)/3: positive in compression."),
    _field(
        "strain_max_shear",
        "1",
        "largest shear strain",
        "Difference of the principal logarithmic strains in the plane of the section.",
    ),
    _field(
        "strain_energy_density",
        "J/m^3",
        "strain energy density",
        "Energy stored above that of the undisturbed tissue, per undeformed volume.",
    ),
    _field(
        "dissipated_energy_density",
        "J/m^3",
        "dissipated energy density",
        "Energy lost to relaxation so far, per undeformed volume; not below 0.",
    ),
)

_surface = _of("surface", "along")
_SURFACE = (
    _surface(
        "contact_pressure",
        "Pa",
        "contact pressure",
        "Normal to the tool, per current length of skin; positive in compression.",
    ),
    _surface(
        "contact_shear",
        "Pa",
        "contact shear",
        "Traction of the tool on the skin along its surface, per current length; + along.",
    ),
    _surface("surface_displacement_along", "m", "displacement of the skin along", "+ along."),
    _surface(
        "surface_displacement_depth", "m", "displacement of the skin in depth", "+ into the tissue."
    ),
)

_scalar = _of("scalar")
_SCALARS = (
    _scalar("normal_force", "N", "normal force", "Of the tool on the skin; + into the tissue."),
    _scalar(
        "tangential_force",
        "N",
        "tangential force",
        "Of the tool on the skin, + in the direction of travel: what the hand pulls with. On the "
        "way back that is the direction of the way back; at a turn, of the pass that ends; in a "
        "dwell or a lift, of the next or last motion.",
    ),
    _scalar(
        "friction_force",
        "N",
        "friction force",
        "Part of the tangential force carried by tractions along the skin, with its sign; the rest "
        "is pressure on its slopes.",
    ),
    _scalar(
        "indentation",
        "m",
        "indentation",
        "Depth of the tool's lowest point below the undeformed skin.",
    ),
    _scalar("tool_along", "m", "place of the tool", "Of its lowest point, along; 0 when steady."),
    _scalar(
        "travel",
        "m",
        "travel",
        "Way along the skin that the energies below belong to, all passes together: in a "
        "steady stroke the length of the stroke, or 1 m where none is given.",
    ),
    _scalar(
        "contact_width",
        "m",
        "contact width",
        "Length of skin under pressure, measured along the deformed skin, ends interpolated inside "
        "a cell.",
    ),
    _scalar(
        "contact_start",
        "m",
        "start of the contact",
        "End of the contact towards -along, as a place `along` before loading.",
    ),
    _scalar(
        "contact_end",
        "m",
        "end of the contact",
        "End of the contact towards +along, as a place `along` before loading.",
    ),
    _scalar(
        "contact_shift",
        "m",
        "contact shift",
        "Middle of the contact ahead of the tool's lowest point, + in the direction of travel, as "
        "for the tangential force.",
    ),
    _scalar("contact_length", "m", "contact length", "Length of the edge in use, across."),
    _scalar("peak_contact_pressure", "Pa", "peak contact pressure", "Largest contact pressure."),
    _scalar(
        "mean_contact_pressure",
        "Pa",
        "mean contact pressure",
        "Normal force over contact area; of a section, contact width times contact length.",
    ),
    _scalar("apparent_friction", "1", "apparent friction", "Tangential force over normal force."),
    _scalar(
        "plane_strain_ratio",
        "1",
        "plane strain ratio",
        "Contact length over contact width; below 5 the ends of the edge matter.",
    ),
    _scalar("work_of_stroke", "J", "work of the stroke", "Work of the tool on the tissue so far."),
    _scalar(
        "stored_energy",
        "J",
        "stored energy",
        "Part of the work that is stored; in a steady stroke, left behind in the tissue.",
    ),
    _scalar(
        "viscous_dissipation", "J", "viscous dissipation", "Part of the work lost in the tissue."
    ),
    _scalar(
        "frictional_dissipation",
        "J",
        "frictional dissipation",
        "Part of the work lost to friction on the skin.",
    ),
)

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


_profile = _of("profile", "depth")
_by_name = {variable.name: variable for variable in _FIELDS}
_PROFILES = tuple(
    _profile(
        profile_name(field), _by_name[field].unit, f"peak {_by_name[field].long_name}", definition
    )
    for field, definition in _PROFILED.items()
)

DEPTHS_OF_ACTION = ("stress_depth", "von_mises", "strain_energy_density")
"""Fields whose depths of action are in a summary."""

_metric = _of("metric")
_METRICS = (
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
        "contact width behind the contact to one ahead of it.",
    ),
)


_edge = _of("edge", "depth along across", in_time=False)
_EDGE = (
    _edge("displacement_across", "m", "displacement across", "+ across."),
    _edge(
        "stress_shear_across",
        "Pa",
        "shear stress across",
        "Cauchy stress across-depth; positive where the tissue below is dragged towards -across.",
    ),
    _edge(
        "stress_shear_surface",
        "Pa",
        "shear stress in the plane of the skin",
        "Cauchy stress along-across.",
    ),
)


_map = _of("map", "along across")
_whole = _of("map")
_MAPS = (
    _of("map", "across", in_time=False)(
        "across",
        "m",
        "across the stroke",
        "Along the edge from its middle; + is to the right of somebody who looks along.",
    ),
    _of("map", "along across", in_time=False)(
        "tool_height",
        "m",
        "height of the tool",
        "Above its lowest point; infinite where there is no tool.",
    ),
    _map(
        "contact_pressure_map",
        "Pa",
        "contact pressure",
        "Mean over a cell of skin; positive in compression.",
    ),
    _map(
        "contact_shear_map",
        "Pa",
        "contact shear",
        "Traction of the tool on the skin, mean over a cell; + along.",
    ),
    _map("skin_depth_map", "m", "displacement of the skin in depth", "+ into the tissue."),
    _of("map", "across")(
        "contact_width_across",
        "m",
        "contact width",
        "Length along from the first to the last place under pressure, ends interpolated.",
    ),
    _whole("contact_area", "m^2", "contact area", "Of the cells under pressure."),
    _whole(
        "contact_span",
        "m",
        "contact span",
        "Length across from the first to the last place under pressure.",
    ),
)

REGISTRY: dict[str, Variable] = {
    variable.name: variable
    for variable in (
        *_COORDINATES,
        *_FIELDS,
        *_SURFACE,
        *_SCALARS,
        *_PROFILES,
        *_METRICS,
        *_MAPS,
        *_EDGE,
    )
}
"""Every output by name."""


def names(group: Group) -> tuple[str, ...]:
    """Return the names of one group, in the order of the registry."""
    return tuple(name for name, variable in REGISTRY.items() if variable.group == group)


def variables_table() -> str:
    """Return docs/variables.md: every output in one markdown table per group."""
    parts = [
        "# Variables of a result",
        "",
        "Made from `softsim/variables.py`; do not edit by hand. Variables of a press or a "
        "transient have `time` in front of the dimensions given here; a steady stroke has no "
        "`time`. Sweeps add one dimension per swept parameter.",
    ]
    for group, title in GROUPS.items():
        parts += ["", f"## {title}", ""]
        if group == "edge":
            parts += ["Besides those above, which have `across` as a last dimension there.", ""]
        parts += ["| name | dims | unit | definition |", "|---|---|---|---|"]
        parts += [_row(REGISTRY[name]) for name in names(group)]
    return "\n".join(parts) + "\n"


def _row(variable: Variable) -> str:
    """Return one row of the table."""
    dims = ", ".join(variable.dims)
    text = variable.definition.replace("|", "\\|")
    heading = variable.long_name[:1].upper() + variable.long_name[1:]
    return f"| `{variable.name}` | {dims} | {variable.unit} | {heading}. {text} |"
