# %% [markdown]
# # Pressure, angle, speed
#
# For a researcher who runs sweeps: many strokes, one labelled dataset, read with plain
# [xarray](https://docs.xarray.dev) and nothing of softsim.
#
# ## The design
#
# A sweep is described by a file: what stays, and what takes which values. Every combination is one
# stroke.

# %% tags=["parameters"]
design = """
tissue = "calf"
instrument = "gt4_class_scanner"
mode = "steady"

[stroke]
friction = "emollient"

[sweep]
force = ["2 N", "4 N", "6 N", "9 N"]
angle = ["45 deg", "90 deg", "120 deg"]
speed = ["50 mm/s", "250 mm/s"]
"""

# %%
from pathlib import Path

import numpy as np

import softsim as ss

Path("design.toml").write_text(design)
cube = ss.sweep("design.toml", "cube.zarr", progress=False).load()

# %% [markdown]
# `softsim sweep design.toml cube.zarr --workers 2` does the same from a terminal. A sweep that is
# stopped goes on where it was when it is run again; a case that fails is NaN and says why in
# `reason`.

# %%
print(dict(cube.sizes), f"{int((cube.reason == '').sum())} of {cube.status.size} solved")

# %% [markdown]
# ## The cube
#
# Three dimensions with values in SI, and every number that a result has. Which ones are there, and
# what they mean:

# %%
for name in ("indentation", "peak_contact_pressure", "hysteretic_friction"):
    print(f"{name} [{cube[name].attrs['units']}]: {cube[name].attrs['definition']}")

# %% [markdown]
# ## Select by value
#
# Angles are radians inside, so a degree axis is made once:

# %%
cube = cube.assign_coords(degrees=("angle", np.degrees(cube.angle.values).round(1)))
cube = cube.swap_dims(angle="degrees")
(cube.peak_contact_pressure / 1e3).sel(speed=0.05).to_pandas().round(1)

# %% [markdown]
# ## What matters?
#
# How much does each parameter move a number, the others at rest? Largest over smallest value along
# one dimension, median over the rest:

# %%
for name in ("indentation", "peak_contact_pressure", "hysteretic_friction"):
    for dim in ("force", "degrees", "speed"):
        span = (cube[name].max(dim) / cube[name].min(dim)).median()
        print(f"{name:>22} along {dim:<8}{float(span):5.1f}-fold")

# %% [markdown]
# ## Mean pressure is an answer, not a setting
#
# The hand sets a force. The mean pressure follows from it, since the contact grows with the force:

# %%
cube.mean_contact_pressure.isel(speed=0).plot(hue="degrees", marker="o")

# %% [markdown]
# At 45° the bevel of this scanner comes down on the skin, and a harder hand presses more skin
# instead of pressing harder on it. Where the nose alone touches, the mean pressure goes with a
# power of the force. On an elastic half-space the power would be a half (Hertz); here it is

# %%
upright = cube.mean_contact_pressure.sel(degrees=90)
over_log = np.log(upright.assign_coords(force=np.log(cube.force)))
power = over_log.polyfit("force", 1).polyfit_coefficients.sel(degree=1)
power.to_series().round(2)

# %% [markdown]
# ## By depth
#
# Profiles keep their depth: where does speed matter?

# %%
profile = cube.peak_von_mises_change_at_depth.sel(degrees=90, force=6)
slow, fast = profile.isel(speed=0), profile.isel(speed=-1)
change = 100 * (fast / slow - 1)
change.groupby("depth_layer").mean().to_series().round(1)

# %% [markdown]
# (Per cent that the fast stroke changes the von Mises stress more than the slow one, mean over each
# layer.)
#
# ## Keep and share

# %%
cube.to_netcdf("cube.nc")
cube.attrs["evidence"]

# %% [markdown]
# The attribute counts what the tissue and tool numbers rest on. Cite their sources with the result:
# `cube.attrs["sources"]` lists them.
