# %% [markdown]
# # Layers, for teachers
#
# For somebody who teaches anatomy, physiotherapy or biomechanics and needs pictures for the back
# row: what layers do to a stroke, what relaxation is, and a film. Every figure takes
# `style="slide"`.

# %%
from dataclasses import replace

import softsim as ss

# %% tags=["parameters"]
resolution = ss.Resolution()
seconds = 6

# %%
calf = ss.load_tissue("calf")
board = ss.load_instrument("guasha_horn_thick")
stroke = ss.Stroke(force="5 N", angle="60 deg", speed="100 mm/s", friction="emollient")
problem = ss.Problem(tissue=calf, instrument=board, stroke=stroke, resolution=resolution)
result = ss.simulate(problem)

# %% [markdown]
# ## Soft carries the strain, stiff carries the stress
#
# Ask the class before the picture: where is the tissue *deformed* most, and where is it *stressed*
# most?

# %%
result.softsim.depth_profile("strain_max_shear", style="slide")

# %%
result.softsim.depth_profile("von_mises_change", style="slide")

# %% [markdown]
# Fat is sheared most and hardly stressed; skin and fascia are the other way round. Neighbouring
# layers share the force, not the strain: what is soft gives way. That is why "how deep does it go"
# has no answer until one says *what* is to go deep.

# %%
strain = result.peak_strain_max_shear_in_layer.to_series()
stress = result.peak_von_mises_change_in_layer.to_series()
print(f"most sheared:  {strain.idxmax()}, {100 * strain.max():.0f} %")
print(f"most stressed: {stress.idxmax()}, {stress.max() / 1e3:.0f} kPa")

# %% [markdown]
# ## In the section

# %%
result.softsim.section_map("strain_max_shear", style="slide")

# %% [markdown]
# ## What if it were all one material?
#
# The same tool at the same force on 30 mm of fat alone, without skin and fascia:

# %%
fat = next(layer for layer in calf.layers if layer.name == "fat_deep")
pad = ss.Tissue(name="fat only", layers=[replace(fat, thickness="30 mm")])
gentle = replace(stroke, force="0.3 N")
alone = ss.simulate(ss.Problem(tissue=pad, instrument=board, stroke=gentle, resolution=resolution))
covered = ss.simulate(replace(problem, stroke=gentle))
print(f"indentation at 0.3 N, fat alone: {1e3 * float(alone.indentation):.1f} mm")
print(f"indentation at 0.3 N, calf:      {1e3 * float(covered.indentation):.2f} mm")

# %% [markdown]
# Skin and fascia are thin, but under tension and stiff: they spread the load like the cloth of a
# trampoline.
#
# ## Tissue relaxes
#
# Press, and hold the *depth* for two seconds. The force falls, since soft tissue is viscoelastic:

# %%
press = ss.simulate(
    replace(
        problem,
        stroke=ss.Stroke(indentation="3 mm", press_time="0.1 s", dwell="2 s", friction=0.0),
    ),
    mode="press",
)
force = press.normal_force
print(f"largest force {float(force.max()):.1f} N, after two seconds {float(force[-1]):.1f} N")

# %%
force.plot()

# %% [markdown]
# ## The film
#
# The tissue passes under the tool; colours are the shear strain, on one scale throughout.

# %%
result.softsim.animate("layers.html", field="strain_max_shear", seconds=seconds, style="slide")

# %% [markdown]
# `layers.gif` goes into slides, `layers.html` plays and stops in a browser without the internet.
#
# ## Questions to set
#
# 1. Halve the thickness of `fat_superficial` with `dataclasses.replace`. Where does the muscle's
#    stress change, and by how much?
# 2. Turn the tool to 120°: what becomes of the friction, and why?
# 3. Read `result.attrs["estimates"]`. Which three of these numbers would you measure first?
