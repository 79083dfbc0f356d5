"""Coordinates, fields, skin and scalars of a section."""

from __future__ import annotations

from softsim.variables.kinds import fixed, of

COORDINATES = (
    fixed("time", "time", "s", "time", "Since the tool first moves."),
    fixed(
        "pass_number",
        "time",
        "1",
        "number of the pass",
        "Of the pass the tool is on or has just ended, from 1; 0 before it slides. The direction "
        "of travel is that of this pass: every second one goes back.",
    ),
    fixed(
        "stroke_number",
        "time",
        "1",
        "number of the stroke",
        "From 1; more where the stroke is repeated. Each begins with its press and ends with its "
        "rest off the skin.",
    ),
    fixed(
        "along",
        "along",
        "m",
        "along the stroke",
        "Where the material point was before loading: ahead of the tool's lowest point in a steady "
        "stroke, from where the tool first stands otherwise; + is the direction of a positive "
        "speed. Of a round tip the distance from its axis; then across is round it, and what is "
        "per length or a line elsewhere is whole.",
    ),
    fixed(
        "depth",
        "depth",
        "m",
        "depth",
        "Where the material point was before loading, + into the tissue; the first entry, 0, is "
        "the skin, the others are the middles of the rows of elements.",
    ),
    fixed("depth_layer", "depth", "", "layer", "Name of the layer at that depth."),
    fixed(
        "row_height",
        "depth",
        "m",
        "height of the row",
        "Thickness that a depth stands for in an integral; 0 for the skin.",
    ),
    fixed("layer", "layer", "", "layer", "Name of the layer."),
    fixed("layer_top", "layer", "m", "top of the layer", "Its depth before loading."),
    fixed("layer_bottom", "layer", "m", "bottom of the layer", "Its depth before loading."),
    fixed("interface", "interface", "", "interface", "Name of an interface that glides."),
    fixed(
        "interface_depth", "interface", "m", "depth of the interface", "Its depth before loading."
    ),
    fixed("region", "region", "", "region", "Name of a region of another material."),
    fixed(
        "region_outline_along",
        "region corner",
        "m",
        "outline of the region along",
        "Places of points around it before loading, the first again at the end.",
    ),
    fixed(
        "region_outline_depth",
        "region corner",
        "m",
        "outline of the region in depth",
        "Depths of the same points.",
    ),
    fixed("adhesion", "adhesion", "", "adhesion", "Name of an adhesion."),
    fixed("adhesion_start", "adhesion", "m", "start of the adhesion", "As a place `along`."),
    fixed("adhesion_end", "adhesion", "m", "end of the adhesion", "As a place `along`."),
)

_field = of("field", "depth along")
FIELDS = (
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
        "von_mises_change",
        "Pa",
        "von Mises change",
        "sqrt(3/2 s:s) of the deviator s of the change of the Cauchy stress: the stress now minus "
        "that of the same material point in the undisturbed, prestressed tissue.",
    ),
    _field(
        "max_shear_change",
        "Pa",
        "largest shear stress change",
        "Half the difference of the principal values, in the plane of the section, of the change "
        "of the Cauchy stress.",
    ),
    _field(
        "pressure_change",
        "Pa",
        "pressure change",
        "-tr/3 of the change of the Cauchy stress: positive in compression.",
    ),
    _field(
        "strain_max_shear",
        "1",
        "largest shear strain",
        "Difference of the principal logarithmic strains in the plane of the section, measured "
        "from the undisturbed, prestressed tissue.",
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

_undisturbed = of("undisturbed", "depth", in_time=False)
_BEFORE = "Before the tool comes, the prestress alone: "
UNDISTURBED = (
    *(
        _undisturbed(
            f"stress_{name}_undisturbed",
            "Pa",
            f"undisturbed stress {name}",
            _BEFORE + "Cauchy stress, tension positive.",
        )
        for name in ("along", "depth", "across")
    ),
    _undisturbed(
        "von_mises_undisturbed",
        "Pa",
        "undisturbed von Mises stress",
        _BEFORE + "sqrt(3/2 s:s) of the deviatoric stress s.",
    ),
    _undisturbed(
        "pressure_undisturbed",
        "Pa",
        "undisturbed pressure",
        _BEFORE + "-tr(stress)/3.",
    ),
)

_interface = of("interface", "interface along")
INTERFACES = (
    _interface(
        "slip",
        "m",
        "slip",
        "Way of the tissue below the interface against the tissue above it, along the interface; "
        "+ where the tissue below is ahead along.",
    ),
    _interface(
        "interface_shear",
        "Pa",
        "shear of the interface",
        "Traction of the tissue below on the tissue above, along the interface and per its current "
        "length; its sign is that of the shear stress there.",
    ),
    _interface(
        "interface_normal",
        "Pa",
        "normal stress of the interface",
        "Traction across the interface per its current length, tension positive.",
    ),
)

_region = of("region", "region")
REGIONS = (
    _region(
        "region_peak_von_mises_change",
        "Pa",
        "largest von Mises change in the region",
        "Largest value of the field at the points of the grid inside its outline.",
    ),
    _region(
        "region_peak_max_shear_strain",
        "1",
        "largest shear strain in the region",
        "Largest value of the field at the points of the grid inside its outline.",
    ),
    _region(
        "beside_region_peak_von_mises_change",
        "Pa",
        "largest von Mises change beside the region",
        "The same outside all regions, at the depths of the region and no further from it along "
        "than it is long; NaN where there is nothing.",
    ),
    _region(
        "region_stress_ratio",
        "1",
        "stress ratio of the region",
        "Largest von Mises change in the region over that beside it.",
    ),
)

_adhesion = of("adhesion", "adhesion")
_ASSUMED = " (bonds of assumed strength)"
ADHESIONS = (
    of("adhesion", "interface along")(
        "adhesion_damage",
        "1",
        "damage of adhesions" + _ASSUMED,
        "Part of the bonds that is broken: 0 whole or none, 1 all broken; it never falls.",
    ),
    _adhesion(
        "adhesion_shear",
        "Pa",
        "largest shear of the adhesion",
        "Largest shear traction of its bonds, per bonded area.",
    ),
    _adhesion(
        "adhesion_normal",
        "Pa",
        "largest pull on the adhesion",
        "Largest traction across the interface in the patch, tension positive.",
    ),
    _adhesion(
        "adhesion_shear_share",
        "1",
        "share of shear in the adhesion",
        "Square of the slip over that of slip and opening of the bonds, where their traction is "
        "largest for their strength: 1 all shear, 0 all pull.",
    ),
    _adhesion(
        "adhesion_traction_ratio",
        "1",
        "peak traction, ratio to an assumed strength",
        "Largest traction of bonds over their strength in the mode they are in; above 1 only "
        "where damage lags.",
    ),
    _adhesion(
        "adhesion_damage_max",
        "1",
        "largest damage of the adhesion" + _ASSUMED,
        "Largest part of bonds that is broken at a place of the patch; it never falls.",
    ),
    _adhesion(
        "adhesion_damage_mean",
        "1",
        "mean damage of the adhesion" + _ASSUMED,
        "Part of the bonds of the patch that is broken; it never falls.",
    ),
    _adhesion(
        "adhesion_energy_released",
        "J",
        "energy released by the adhesion" + _ASSUMED,
        "Spent by breaking bonds so far; part of the viscous dissipation.",
    ),
    _adhesion(
        "adhesion_lag_energy",
        "J",
        "energy of the lag of the adhesion" + _ASSUMED,
        "Spent so far by what bonds carried beyond their law while damage lagged; part of the "
        "viscous dissipation.",
    ),
)

_surface = of("surface", "along")
SURFACE = (
    _surface(
        "contact_pressure",
        "Pa",
        "contact pressure",
        "Normal to the tool, per current length of skin; positive in compression. Its integral and "
        "that of the contact shear over the deformed skin are the forces.",
    ),
    _surface(
        "contact_shear",
        "Pa",
        "contact shear",
        "Traction of the tool on the skin along its surface, per current length; + along. Of the "
        "engine 'linear' the traction it solves for, turned onto its own deformed skin: friction "
        "times pressure but for terms of the order of strain squared.",
    ),
    _surface("surface_displacement_along", "m", "displacement of the skin along", "+ along."),
    _surface(
        "surface_displacement_depth", "m", "displacement of the skin in depth", "+ into the tissue."
    ),
)

_scalar = of("scalar")
SCALARS = (
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
        "a cell; several contacts add up. Of a whole edge that of the widest place, of engine "
        "'linear' on the undeformed skin. Of a round tip the diameter, 2 contact_radius.",
    ),
    _scalar(
        "contact_extent",
        "m",
        "contact extent",
        "Distance of the outer ends of the contact, measured like the contact width, the open skin "
        "between several contacts included.",
    ),
    _scalar(
        "contact_count",
        "1",
        "number of contacts",
        "Contacts parted by two or more open nodes (cells of a whole edge), each with at least "
        "0.1 % of the normal force.",
    ),
    _scalar(
        "contact_start",
        "m",
        "start of the contact",
        "Outer end of the contact towards -along, as a place `along` before loading.",
    ),
    _scalar(
        "contact_end",
        "m",
        "end of the contact",
        "Outer end of the contact towards +along, as a place `along` before loading.",
    ),
    _scalar(
        "contact_shift",
        "m",
        "contact shift",
        "Middle of the outer ends of the contact ahead of the tool's lowest point, + in the "
        "direction of travel, as for the tangential force.",
    ),
    _scalar("contact_length", "m", "contact length", "Length of the edge in use, across."),
    _scalar(
        "peak_contact_pressure",
        "Pa",
        "peak contact pressure",
        "Largest contact pressure; of a whole edge of engine 'linear', of the map: per undeformed "
        "area.",
    ),
    _scalar(
        "mean_contact_pressure",
        "Pa",
        "mean contact pressure",
        "Normal force over contact area; of a section, contact width times contact length; of a "
        "round tip, pi contact_radius^2.",
    ),
    _scalar("apparent_friction", "1", "apparent friction", "Tangential force over normal force."),
    _scalar(
        "plane_strain_ratio",
        "1",
        "plane strain ratio",
        "Contact length over contact width, the loaded one; says nothing of depth: section_ratio.",
    ),
    _scalar("work_of_stroke", "J", "work of the stroke", "Work of the tool on the tissue so far."),
    _scalar(
        "stored_energy",
        "J",
        "stored energy",
        "Part of the work that is stored; in a steady stroke, left behind in the tissue.",
    ),
    _scalar(
        "viscous_dissipation",
        "J",
        "viscous dissipation",
        "Part of the work lost in the tissue, by bonds of adhesions that break as well.",
    ),
    _scalar(
        "frictional_dissipation",
        "J",
        "frictional dissipation",
        "Part of the work lost to friction on the skin.",
    ),
)
