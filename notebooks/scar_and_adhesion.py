# %% [markdown]
# # A scar and an adhesion under the edge
#
# Two things that treatments are meant for: a **scar**, stiffer than the tissue it lies in, and an
# **adhesion**, a patch where layers that should glide on each other are stuck. You build both, draw
# an edge across them, and see what the strokes do to them, and what nobody knows about them.
#
# ## Skin that glides
#
# In the sites of the library skin and superficial tissue glide on the deep fascia, on an interface
# of loose connective tissue. The card names it.

# %%
from dataclasses import replace

import softsim as ss

healthy = ss.load_tissue("forearm_volar", gliding="interface")
healthy

# %% [markdown]
# ## A scar in the dermis, an adhesion below it
#
# Both belong to the tissue: places along are those before loading, from where the tool first
# stands. A scar of the library is a factor on the layer it is in; an adhesion takes strength and
# toughness from bounds that are known, for want of any measurement.

# %%
scar = ss.load_scar("hypertrophic", start="3 mm", length="5 mm")
bridge = ss.load_adhesion(interface="loose_connective", start="3 mm", length="6 mm")
scarred = replace(healthy, regions={"scar": scar}, adhesions={"bridge": bridge})
for source in bridge.sources:
    print(f"{source.name}: {source.value:g} {source.unit}, {source.basis}: {source.spread}")

# %% [markdown]
# ## Two strokes across them

# %% tags=["parameters"]
resolution = ss.Resolution(element_along="0.6 mm")
length = "14 mm"
seconds = 4

# %%
rod = ss.Instrument(
    edge=ss.Edge(nose_radius="3 mm", thickness="6 mm"), contact_length="40 mm", name="rod"
)
stroke = ss.Stroke(
    force="4 N", angle="90 deg", speed="100 mm/s", length=length, passes=2, friction="emollient"
)
problem = ss.Problem(tissue=scarred, instrument=rod, stroke=stroke, resolution=resolution)
stuck = ss.simulate(problem, mode="transient")
glides = ss.simulate(replace(problem, tissue=healthy), mode="transient")
stuck.softsim.section_map("strain_max_shear")

# %% [markdown]
# The scar is outlined; the adhesion is the thick line on its interface, red while its bonds hold.
#
# ## What sticking does
#
# Slip is the way of the tissue below against that above. Where the patch is, there is next to none,
# and the bonds carry what the skin would have done by gliding.

# %%
lines = ss.viz.interface_lines({"glides": glides, "stuck": stuck})
lines[0].figure

# %% [markdown]
# ## Does it break?
#
# The traction of the bonds is drawn **as a ratio to an assumed strength**. The shaded band is where
# the strength may lie for all that is known: a curve below the band breaks none of the adhesions
# that the bounds allow, one that enters it breaks some of them.

# %%
history = stuck.softsim.damage_over_strokes()
history[0].figure

# %%
ratio = float(stuck.adhesion_traction_ratio.max())
print(f"Largest traction: {ratio:.2g} of the assumed strength,")
print(f"so that bonds weaker than {ratio * bridge.strength / 1e3:.2g} kPa would begin to break.")

# %% [markdown]
# ## Weaker bonds
#
# Take bonds that this stroke can break. Damage never heals: the second pass begins where the first
# ended. `lag` lets rupture take a millisecond, which steps in time can follow.

# %%
weak = replace(bridge, strength=0.5 * ratio * bridge.strength, fracture_energy=0.02, lag="1 ms")
breaking = ss.simulate(
    replace(problem, tissue=replace(scarred, adhesions={"bridge": weak})), mode="transient"
)
history = breaking.softsim.damage_over_strokes()
history[0].figure

# %%
broken = breaking.adhesion_damage_mean.sel(adhesion="bridge")
for number in (1, 2):
    print(
        f"Broken after pass {number}:", f"{float(broken[breaking.pass_number == number].max()):.0%}"
    )
print(f"Energy that balances nowhere: {float(breaking.energy_residual[-1]):.2%} of the work.")

# %% [markdown]
# ## The scar
#
# A scar is stiffer and is strained less; how much higher the stress is in it and beside it is the
# number to look at.

# %%
pressed = stuck.where(stuck.pass_number > 0, drop=True)
print("in the scar:", f"{float(pressed.region_peak_von_mises_change.max()) / 1e3:.0f} kPa")
print("beside it:", f"{float(pressed.beside_region_peak_von_mises_change.max()) / 1e3:.0f} kPa")

# %% [markdown]
# ## See it move

# %%
breaking.softsim.animate("breaking.html", seconds=seconds)

# %% [markdown]
# The line of the adhesion turns white where its bonds break.
#
# ## Where next
#
# - The descriptions in full: [](/howto/scars.md), [](/howto/adhesions.md),
#   [](/howto/gliding_layers.md), [](/howto/strokes_by_hand.md).
# - Numbers over many edges: `experiments/scar.py` and `experiments/adhesion.py` in the repository.
