# %% [markdown]
# # Sharper is not deeper
#
# For a researcher, or a student with a strong opinion. "A sharper edge reaches deeper" is often
# said of scraping tools. Here the claim is put to the test: one force, one calf, round edges from
# sharp to blunt.

# %%
from dataclasses import replace

import pandas as pd

import softsim as ss

# %% tags=["parameters"]
radii = [0.35e-3, 0.5e-3, 1e-3, 2e-3, 4e-3, 8e-3]  # of the nose [m]
resolution = ss.Resolution()

# %%
calf = ss.load_tissue("calf")
stroke = ss.Stroke(force="6 N", angle="90 deg", speed="100 mm/s", friction="emollient")


def problem_of(radius):
    """Return the stroke of a round edge, 80 mm long."""
    edge = ss.Edge(nose_radius=radius, thickness=2.0 * radius)
    tool = ss.Instrument(edge=edge, contact_length="80 mm")
    return ss.Problem(tissue=calf, instrument=tool, stroke=stroke, resolution=resolution)


results = {f"{1e3 * radius:g} mm": ss.simulate(problem_of(radius)) for radius in radii}
sharp, *_, blunt = results.values()
some = {label: results[label] for label in list(results)[::2]}

# %% [markdown]
# ## What the skin carries

# %%
ss.viz.contact_pressure(some)

# %% [markdown]
# ## What arrives below

# %%
ss.viz.depth_profile(some, "von_mises_change")

# %% [markdown]
# The lines part in the skin and meet in the fat. In numbers, the sharpest edge over the bluntest:

# %%
pressure = float(sharp.peak_contact_pressure / blunt.peak_contact_pressure)
by_layer = sharp.peak_von_mises_change_in_layer / blunt.peak_von_mises_change_in_layer
table = by_layer.to_series().rename("von Mises change, sharp over blunt")
table.round(2)

# %%
muscle = float(by_layer.sel(layer="muscle"))
print(f"Peak pressure on the skin: {pressure:.0f} times as high under the sharp edge.")
print(f"Von Mises change in muscle: {100 * (muscle - 1):.0f} % higher.")

# %% [markdown]
# The edge is nothing but a way to spread the same force. Below a depth of a few contact widths a
# tissue feels the force and not how it was spread; that is Saint-Venant's principle, and layers
# with stiff fascia between make it only stronger. Sharpness buys load on the skin, and next to
# nothing in muscle.
#
# ## How it goes on the way
#
# Peak values against the radius, each over its value for the bluntest edge:

# %%
columns = {
    label: {
        "pressure on the skin": float(result.peak_contact_pressure),
        **result.peak_von_mises_change_in_layer.to_series(),
    }
    for label, result in results.items()
}
table = pd.DataFrame(columns).T.rename_axis("nose radius")
(table / table.iloc[-1])[["pressure on the skin", "dermis", "fat_deep", "deep_fascia", "muscle"]]

# %% [markdown]
# ## What this does not say
#
# - **It is one force.** Who presses a blunt edge harder, because it hurts less, does go deeper:
#   stress in muscle grows with the force.
# - **It is a section of a long edge.** A short tool spreads its force sideways too, and then still
#   less arrives below; `section_ratio` in every result says how much less.
# - **It is mechanics.** Whether load on the skin or in muscle is what helps is another question,
#   and softsim does not answer it.

# %%
twice = replace(problem_of(radii[-1]), stroke=replace(stroke, force="12 N"))
harder = ss.simulate(twice)
ratio = harder.peak_von_mises_change_in_layer / sharp.peak_von_mises_change_in_layer
pressure = float(harder.peak_contact_pressure / sharp.peak_contact_pressure)
print(
    f"The blunt edge at twice the force, over the sharp one: {float(ratio.sel(layer='muscle')):.1f}"
)
print(f"times the change in muscle at {pressure:.2f} times the pressure on the skin.")
