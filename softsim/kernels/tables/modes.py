"""Sums over creep modes in the wavenumber domain, and cubic interpolation of many fields."""

from __future__ import annotations

from softsim._jit import kernel


@kernel
def add_mode_sums(kernels, loads, first, out):
    """Add the fields that the modes of one load make.

    Parameters
    ----------
    kernels : ndarray of complex64, shape (n_modes, n_kernels, n_k)
        Field per load of every mode.
    loads : ndarray of complex64, shape (n_modes, at least n_k)
        State of every mode.
    first : int
        First field wanted.
    out : ndarray of complex64, shape (n_fields, n_k)
        Added to.
    """
    for m in range(kernels.shape[0]):
        for f in range(out.shape[0]):
            for k in range(out.shape[1]):
                out[f, k] += kernels[m, first + f, k] * loads[m, k]


@kernel
def cubic_values(samples, first, weights, out):
    """Interpolate fields between even samples by cubics.

    Parameters
    ----------
    samples : ndarray of float, shape (n_fields, n)
        Values.
    first : ndarray of int64, shape (n_places,)
        First of four samples around a place.
    weights : ndarray of float64, shape (4, n_places)
        Weights of the four.
    out : ndarray of float64, shape (n_fields, n_places)
        Overwritten.
    """
    for f in range(samples.shape[0]):
        for i in range(first.size):
            total = 0.0
            for j in range(4):
                total += weights[j, i] * samples[f, first[i] + j]
            out[f, i] = total
