# %% [markdown]
# # First stroke in ten minutes
#
# You press a steel edge into a calf, draw it along the skin, look at what that does to the tissue,
# and change one thing. You need Python 3.11 or newer and make; no knowledge of mechanics is
# assumed.
#
# ## Install
#
# In a copy of the repository:
#
# ```console
# $ python3 -m venv .venv
# $ .venv/bin/pip install -c constraints.txt .
# ```
#
# and a first picture, without a line of Python:
#
# ```console
# $ .venv/bin/softsim stroke --tissue calf --instrument gt4_class_scanner --force "6 N" \
#     --angle "45 deg" --speed "100 mm/s" --friction emollient -o stroke.nc --plot stroke.png
# ```
#
# The very first run compiles the solver, once, for some three quarters of a minute. Open
# `stroke.png`: it is the picture that you make below.
#
# ## Three things make a problem
#
# A tissue, an instrument and a stroke. Tissues and instruments come from a library in which every
# number has a source; text carries the units.

# %%
import softsim as ss

calf = ss.load_tissue("calf")
calf

# %% [markdown]
# Layers from the skin to the bone; depth is stretched near the skin, so that the thin ones can be
# seen. The card counts what the numbers rest on: few were measured and printed, most are derived or
# estimated. That is the state of knowledge, and why results are to be read as sizes, not as
# decimals.

# %%
scanner = ss.load_instrument("gt4_class_scanner")
scanner

# %% [markdown]
# The edge is seen along the blade. Its nose radius was never printed by a maker; it is an estimate
# too.

# %%
stroke = ss.Stroke(force="6 N", angle="45 deg", speed="100 mm/s", friction="emollient")
problem = ss.Problem(tissue=calf, instrument=scanner, stroke=stroke)

# %% [markdown]
# The angle is between the blade and the skin ahead of it: at 45° the handle leans forward and the
# edge glides. `"emollient"` is skin with oil or cream.
#
# ## Solve and look

# %%
result = ss.simulate(problem)
result.softsim.plot()

# %% [markdown]
# - **Left**: how strongly each depth is stressed and sheared, the largest value anywhere under the
#   tool. The depth axis is stretched near the skin, so that the thin layers can be seen.
# - **Top right**: the pressure of the edge on the skin.
# - **Bottom right**: a cut through the tissue with the tool in place. Colour is the *change* of the
#   von Mises stress, one number for how far the stroke distorts the tissue.
#
# What stands above the frames in orange is what speaks against the result. Read it: it is never
# decoration.
#
# ## Numbers
#
# The result is an [xarray](https://docs.xarray.dev) dataset: every variable has a name, a unit and
# a definition.

# %%
print(f"The tool sinks in by {float(result.indentation) * 1e3:.1f} mm.")
print(f"Largest pressure on the skin: {float(result.peak_contact_pressure) / 1e3:.0f} kPa.")
print(f"Of the apparent friction of {float(result.apparent_friction):.3f},")
print(f"{float(result.hysteretic_friction):.3f} are the slope of the skin, the rest is Coulomb's.")

# %%
result.peak_von_mises_change_in_layer.to_series().round()

# %%
result.peak_von_mises_change_in_layer.attrs["definition"]

# %% [markdown]
# ## Change one thing
#
# Twice the force, everything else alike: `dataclasses.replace` makes a changed copy.

# %%
from dataclasses import replace

harder = ss.simulate(replace(problem, stroke=replace(stroke, force="12 N")))
ss.viz.depth_profile({"6 N": result, "12 N": harder}, "von_mises_change")

# %% [markdown]
# ## See it move

# %% tags=["parameters"]
seconds = 4

# %%
result.softsim.animate("stroke.html", seconds=seconds)

# %% [markdown]
# The file plays in any browser, without the internet; `stroke.gif` goes into slides.
#
# ## Keep it
#
# A result goes into one file with everything that made it, sources and warnings included.

# %%
result.to_netcdf("stroke.nc")
again = ss.open_result("stroke.nc")
again.attrs["evidence"]

# %% [markdown]
# ## Where next
#
# - Other tools on the same calf: [](compare_edges.md).
# - A tissue or an edge of your own: [](/howto/own_tissue.md), [](/howto/own_edge.md).
# - What the numbers mean, and which to trust: [](/howto/read_a_result.md),
#   [](/howto/engine_and_resolution.md).
