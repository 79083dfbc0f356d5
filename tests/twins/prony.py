"""Slow twin of the Maxwell branches: the hereditary integral over the whole past, in mpmath."""

import mpmath as mp
import numpy as np


def branch_factors(dt, tau):
    """Return decay and gain of one branch from their definitions."""
    with mp.workdps(350):
        ratio = mp.mpf(dt) / mp.mpf(tau)
        gain = mp.mpf(1) if ratio == 0 else (1 - mp.exp(-ratio)) / ratio
        return float(mp.exp(-ratio)), float(gain)


def overstress(times, stresses, g, tau):
    """Return the branch stress at the last time of a history piecewise linear between `times`.

    Sums g ∫ exp(-(t - s)/τ) dS/ds ds interval by interval; intervals of no length are jumps.
    """
    with mp.workdps(50):
        moments = [mp.mpf(time) for time in times]
        past = [mp.exp((moment - moments[-1]) / mp.mpf(tau)) for moment in moments]
        total = [mp.mpf(0)] * len(stresses[0])
        for k in range(1, len(times)):
            weight = past[k]
            if moments[k] > moments[k - 1]:
                weight = tau * (past[k] - past[k - 1]) / (moments[k] - moments[k - 1])
            for i, (new, old) in enumerate(zip(stresses[k], stresses[k - 1], strict=True)):
                total[i] += g * weight * (mp.mpf(new) - mp.mpf(old))
        return np.array([float(value) for value in total])
