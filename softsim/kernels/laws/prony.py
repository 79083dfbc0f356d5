"""Generalised Maxwell branches on a stress: exact for histories piecewise linear in time."""

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


@kernel
def maxwell_step(g, decay, gain, stress_new, stress_old, overstress):
    """Advance the overstress of every branch by one step, in place.

    Parameters
    ----------
    g : ndarray of float64, shape (n_branch,)
        Fractions of the instantaneous modulus [-].
    decay, gain : ndarray of float64, shape (n_branch,)
        From `branch_factors` [-].
    stress_new, stress_old : ndarray of float64, shape (4,)
        Instantaneous elastic second Piola-Kirchhoff stress at the ends of the step [Pa].
    overstress : ndarray of float64, shape (n_branch, 4)
        Branch stresses h, updated [Pa].

    Notes
    -----
    h ← exp(-dt/τ) h + g (1 - exp(-dt/τ))/(dt/τ) (S_new - S_old); the stress is
    g_inf S_new + Σ h.  Exact for S linear in time within a step, else second order in dt.

    References
    ----------
    .. [1] R. L. Taylor, K. S. Pister, G. L. Goudreau, Int. J. Numer. Methods Eng. 2 (1970) 45-59.
    .. [2] J. C. Simo, Comput. Methods Appl. Mech. Eng. 60 (1987) 153-173.
    """
    for k in range(g.size):
        weight = g[k] * gain[k]
        for i in range(4):
            overstress[k, i] = decay[k] * overstress[k, i] + weight * (
                stress_new[i] - stress_old[i]
            )
