# %% [markdown]
# # Compare edges
#
# For a designer of tools who asks: what does a different edge change, and where? Four edges are
# drawn along the same calf in the same way; then one of them is altered.

# %%
from dataclasses import replace

import pandas as pd

import softsim as ss

names = {
    "bronze strigil": "strigil_bronze",
    "horn board": "guasha_horn_thin",
    "steel scanner": "gt4_class_scanner",
    "polymer tool": "astym_polymer",
}
tools = {label: ss.load_instrument(name) for label, name in names.items()}
ss.viz.edge_section(tools.values(), angle="60 deg")

# %% [markdown]
# ## Equal loads
#
# The edges are of different length, so the same force *per length* of edge is what is held equal
# here.

# %% tags=["parameters"]
force_per_length = 100.0  # [N/m]
resolution = ss.Resolution()

# %%
calf = ss.load_tissue("calf")


def problem_of(tool):
    """Return the stroke of a tool at the common load per length."""
    stroke = ss.Stroke(
        force=force_per_length * tool.contact_length,
        angle="60 deg",
        speed="100 mm/s",
        friction="emollient",
    )
    return ss.Problem(tissue=calf, instrument=tool, stroke=stroke, resolution=resolution)


results = {name: ss.simulate(problem_of(tool)) for name, tool in tools.items()}

# %% [markdown]
# ## On the skin
#
# The contact is where edges differ most: the sharper nose carries the same load on less skin. The
# second hill of the scanner is its shoulder: at this load and lean the bevel lies on the skin too.

# %%
ss.viz.contact_pressure(results)

# %% [markdown]
# ## In depth

# %%
ss.viz.depth_profile(results, "von_mises_change")

# %% [markdown]
# In the skin the curves lie apart; in muscle they lie on each other. Some way down the tissue no
# longer knows which edge pressed it, only how hard (Saint-Venant's principle). The lesson
# [](sharper_is_not_deeper.md) measures that.
#
# ## As a table
#
# A result is a dataset of numbers with names, so a table is one comprehension.

# %%
columns = {
    "indentation [mm]": ("indentation", 1e3),
    "loaded width [mm]": ("contact_width", 1e3),
    "peak pressure [kPa]": ("peak_contact_pressure", 1e-3),
    "ploughing friction": ("hysteretic_friction", 1.0),
    "centre of the energy [mm]": ("depth_of_strain_energy", 1e3),
}
pd.DataFrame(
    {
        label: {title: factor * float(result[name]) for title, (name, factor) in columns.items()}
        for label, result in results.items()
    }
).T.round(3)

# %% [markdown]
# ## The whole edge
#
# Each result is a section through the middle of a long edge. How much a *whole* edge of its length
# and curve differs is part of every result (`section_ratio`, at small strain): 1 means that the
# section tells the truth, 0.3 that the real, short edge leaves there a third of what the section
# says.

# %%
order = [layer.name for layer in calf.layers]
ratios = {
    label: result.section_ratio.groupby("depth_layer").mean().to_series()[order]
    for label, result in results.items()
}
pd.DataFrame(ratios).rename_axis("layer").round(2)

# %% [markdown]
# Compare edges within a column first, and lengths with this table in hand.
#
# ## Alter one number
#
# The nose of the scanner was never printed; its source calls it an estimate. Half and twice that
# radius:

# %%
scanner = tools["steel scanner"]
noses = {
    f"{1e3 * radius:g} mm": replace(scanner, edge=replace(scanner.edge, nose_radius=radius))
    for radius in (0.5e-3, 1e-3, 2e-3)
}
variants = {label: ss.simulate(problem_of(tool)) for label, tool in noses.items()}
ss.viz.contact_pressure(variants)

# %%
for label, result in variants.items():
    print(f"nose {label:>6}: peak pressure {1e-3 * float(result.peak_contact_pressure):.0f} kPa")

# %% [markdown]
# So a drawing without the nose radius says little about what a tool does to the skin. Measure it: a
# silicone cast, cut and seen through a loupe, will do.
