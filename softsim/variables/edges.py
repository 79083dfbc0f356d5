"""Maps and fields of a whole edge."""

from __future__ import annotations

from softsim.variables.kinds import of

_edge = of("edge", "depth along across", in_time=False)
EDGE = (
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


_map = of("map", "along across")
_of_across = of("map", "across")
_whole = of("map")
MAPS = (
    of("map", "across", in_time=False)(
        "across",
        "m",
        "across the stroke",
        "Along the edge from its middle; + is to the right of somebody who looks along.",
    ),
    of("map", "along across", in_time=False)(
        "tool_height",
        "m",
        "height of the tool",
        "Above its lowest point; infinite where there is no tool.",
    ),
    _map(
        "contact_pressure_map",
        "Pa",
        "contact pressure",
        "In depth, per undeformed area of skin, mean over a cell; positive in compression. Its sum "
        "over the cells times their area is the normal force.",
    ),
    _map(
        "contact_shear_map",
        "Pa",
        "contact shear",
        "Traction of the tool on the skin, per undeformed area, mean over a cell; + along. Its sum "
        "over the cells times their area is the friction force.",
    ),
    _map("skin_depth_map", "m", "displacement of the skin in depth", "+ into the tissue."),
    _of_across(
        "contact_width_across",
        "m",
        "contact width",
        "Length under pressure along, ends interpolated inside a cell; several contacts add up.",
    ),
    _of_across(
        "contact_extent_across",
        "m",
        "contact extent",
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
