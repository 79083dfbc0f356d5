"""Factors of generalised Maxwell branches: exact for stresses piecewise linear in time.

The overstress of a branch becomes exp(-dt/τ) h + g (1 - exp(-dt/τ))/(dt/τ) (S_new - S_old); the
stress is g_inf S_new + Σ h.

References
----------
.. [1] R. L. Taylor, K. S. Pister, G. L. Goudreau, Int. J. Numer. Methods Eng. 2 (1970) 45-59.
.. [2] J. C. Simo, Comput. Methods Appl. Mech. Eng. 60 (1987) 153-173.
"""

import math

from softsim._jit import kernel


@kernel
def branch_factors(dt, tau, decay_out, gain_out):
    """Decay and gain of every branch over one step.

    Parameters
    ----------
    dt : float
        Step [s], ≥ 0.
    tau : ndarray of float64, shape (n_branch,)
        Relaxation times [s], > 0.
    decay_out : ndarray of float64, shape (n_branch,)
        Overwritten with exp(-dt/τ) [-].
    gain_out : ndarray of float64, shape (n_branch,)
        Overwritten with (1 - exp(-dt/τ))/(dt/τ) [-]; 1 for dt = 0.
    """
    for k in range(tau.size):
        ratio = dt / tau[k]
        decay_out[k] = math.exp(-ratio)
        gain_out[k] = 1.0
        if ratio > 0.0:
            gain_out[k] = -math.expm1(-ratio) / ratio
