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
_round = of("round")
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
        "line_load",
        "N/m",
        "line load",
        "Force in depth per undeformed length across; its integral across is the normal force.",
    ),
    _of_across(
        "contact_width_across",
        "m",
        "contact width",
        "Length under pressure along, ends interpolated inside a cell; several contacts add up. Of "
        "engine 'finite' on the deformed skin.",
    ),
    _of_across(
        "contact_extent_across",
        "m",
        "contact extent",
        "Length along from the first to the last place under pressure, ends interpolated; measured "
        "like the contact width.",
    ),
    of("map", in_time=False)(
        "peak_contact_pressure_change",
        "1",
        "change of the peak contact pressure",
        "Peak contact pressure over that on cells twice as long and wide, minus one; in a press, "
        "of the last load on the relaxed tissue. NaN where such cells are too few.",
    ),
    _whole(
        "peak_contact_pressure_inside",
        "Pa",
        "peak contact pressure inside",
        "Largest contact pressure in the middle half of the contact span: without its ends.",
    ),
    _whole(
        "contact_area",
        "m^2",
        "contact area",
        "Of the cells under pressure; of a round tip, pi contact_radius^2.",
    ),
    _whole(
        "contact_span",
        "m",
        "contact span",
        "Length across from the first to the last place under pressure; of engine 'finite' on the "
        "deformed skin.",
    ),
)


_deep = of("ratio", "depth", in_time=False)
_ratio = of("ratio", in_time=False)
RATIOS = (
    _deep(
        "section_ratio",
        "1",
        "whole edge over section",
        "Largest von Mises change anywhere under the whole edge over that under its section, at "
        "that depth and the same force, expected from the linear engine: small strain, whatever "
        "engine the result is of. A section's value times it is what the whole edge should have; "
        "NaN where that could not be judged.",
    ),
    _deep(
        "section_ratio_middle",
        "1",
        "middle of the whole edge over section",
        "As section_ratio, but the largest value under the middle of the edge, without its ends.",
    ),
    _ratio(
        "section_ratio_indentation",
        "1",
        "indentation of the whole edge over that of the section",
        "As section_ratio, of the indentation.",
    ),
    _ratio(
        "section_ratio_peak_pressure",
        "1",
        "peak pressure of the whole edge over that of the section",
        "As section_ratio, of the peak contact pressure: that of a section with the line load of "
        "the most loaded place of the edge.",
    ),
)

ROUND = (
    _round(
        "contact_radius",
        "m",
        "contact radius",
        "Distance of the end of the contact from the axis, on the deformed skin.",
    ),
)
