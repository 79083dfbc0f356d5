"""The relaxation of a single material point, by the kernel that advances those of a section."""

import numpy as np

from softsim.kernels.splines.relaxation import advance_in_time


def maxwell_step(weights, decay, gain, stress_new, stress_old, overstress):
    """Advance the branch stresses (n_branches, n) of a point by one step, in place."""
    layer, before = np.zeros(1, dtype=np.int64), np.array(stress_old)[None, None]
    advance_in_time(
        stress_new[None, None],
        layer,
        weights[None],
        decay[None],
        gain[None],
        overstress[None, None],
        before,
    )
