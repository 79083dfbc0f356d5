"""The relaxation of a single material point, by the kernel that advances those of a strip."""

import numpy as np

from softsim.kernels.strip.arrays import Branches
from softsim.kernels.strip.history import advance_in_time


def maxwell_step(weights, decay, gain, stress_new, stress_old, overstress):
    """Advance the branch stresses (n_branches, 4) of a point by one step, in place."""
    row_layer = np.zeros(1, dtype=np.int64)
    branches = Branches(row_layer, weights[None], weights[None], decay[None], gain[None])
    before = np.array(stress_old)[None, None, None]
    advance_in_time(stress_new[None, None, None], branches, overstress[None, None, None], before)
